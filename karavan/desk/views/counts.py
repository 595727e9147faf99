"""Blind counts: one person counts without seeing the book, another one signs the difference."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from karavan.desk import actions, models as rows
from karavan.desk.access import visible, where
from karavan.desk.actions.words import REFUSALS
from karavan.desk.duties import narrowed, words_of
from karavan.desk.emergencies import open_emergencies
from karavan.desk.templatetags.goods import name_of
from karavan.desk.views.fields import Field, Form, Group, asked, reader
from karavan.desk.views.moving import pages
from karavan.desk.views.sheets import At, Sheet, all_of, is_asked, taken
from karavan.desk.views.stock import STORES
from karavan.desk.views.waybills import remark_of
from karavan.domain.errors import NotFound, Refused
from karavan.domain.ledger import AccountKind
from karavan.domain.message import Message, unit_alone
from karavan.domain.roles import BOOKKEEPERS, Right

A_LIST = 200


@require_GET
def stores(request: HttpRequest) -> HttpResponse:
    """The stores that the reader may count."""
    user = reader(request)
    offered = where(user, Right.COUNT_STOCK).filter(kind__in=STORES)
    places = _unseen(user, offered).prefetch_related("names")
    own = visible(user, rows.Count).filter(by=user).select_related("place", "operation", "approved")
    context = {
        "places": places.select_related("operation").order_by("operation", "position"),
        "seen": offered.exclude(pk__in=places).prefetch_related("names").order_by("operation", "position"),
        "own": own.prefetch_related("place__names").order_by("-at")[:20],
        "done": request.GET.get("done") == "1",
    }
    return render(request, "desk/stock/stores.html", context)


def _unseen(user: rows.User, places: QuerySet[rows.Place]) -> QuerySet[rows.Place]:
    """Those whose book the user is not shown; where one person may sign alone, all."""
    held = rows.Membership.objects.filter(user=user, until=None, role__in=BOOKKEEPERS)
    held = held.exclude(operation__in=open_emergencies(datetime.now(UTC)).values("operation"))
    at_places = held.filter(place__isnull=False).values("place")
    return places.exclude(operation__in=held.filter(place=None).values("operation")).exclude(pk__in=at_places)


@pages
def store(request: HttpRequest, place: int) -> HttpResponse:
    """Every lot that was ever in the store, in one order whatever is left of it: no figure of the book is shown."""
    found = where(reader(request), Right.COUNT_STOCK).filter(pk=place).select_related("operation").first()
    if found is None:
        raise NotFound(Message("there is no such thing here"))
    if not _unseen(reader(request), rows.Place.objects.filter(pk=place)).exists():
        raise Refused(REFUSALS["own_store"])
    held = rows.Balance.objects.filter(account__place=found, account__kind=AccountKind.STOCK).values("batch")
    lots = rows.Batch.objects.filter(pk__in=held).select_related("item").prefetch_related("item__names")
    fields = [
        Field(f"lot-{lot.pk}", _said(lot), "whole", required=False)
        for lot in lots.order_by("item__position", "code", "id")
    ]
    form = Form([Group("", fields)], ZoneInfo(found.operation.time_zone), Message("Write down the count"))

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        counted = tuple((int(it.name[4:]), it.read) for it in fields if it.value)
        return actions.record_count(who, number, now, place=found.pk, counted=counted)

    note = Message(
        "Count what lies free in the store. What is not there at all is 0; what you leave empty is not counted."
    )
    title = Message("Count of {place}", place=name_of(found))
    back = reverse("count_stores")
    return asked(request, form, write, title=title, done=f"{back}?done=1", back=back, note=note)


def _said(lot: rows.Batch) -> Message:
    goods, unit = name_of(lot.item), unit_alone(lot.item.unit)
    return Message("{goods}, lot {code}, in {unit}", goods=goods, code=lot.code, unit=unit)


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Those that wait for a signature first."""
    user, wait = reader(request), request.GET.get("wait", "")
    found, duty = narrowed(_shown(user), user, wait, datetime.now(UTC))
    found = found.select_related("place", "by", "operation", "approved__by")
    ordered = found.prefetch_related("place__names").order_by("-at")
    if is_asked(request):
        return taken(request, SHEET, all_of(ordered))
    waiting = ordered.filter(approved=None)
    context = {
        "waiting": waiting,
        "signed": ordered.exclude(approved=None)[:A_LIST],
        "only": words_of(duty, len(waiting)),
    }
    return render(request, "desk/stock/counts.html", context)


SHEET = Sheet(
    "counts",
    Message("Counts"),
    (
        (Message("Date, time"), lambda it: At(it.at, it.operation.time_zone)),
        (Message("Place"), lambda it: name_of(it.place)),
        (Message("Counted by"), lambda it: it.by.login),
        (Message("Signed by"), lambda it: it.approved.by.login if hasattr(it, "approved") else ""),
    ),
    operation=lambda it: it.operation,
)


@pages
def one(request: HttpRequest, count: UUID) -> HttpResponse:
    """Book and count side by side, for whoever signs or audits."""
    user = reader(request)
    row = _shown(user).filter(pk=count).select_related("place", "operation", "by").first()
    if row is None:
        raise NotFound(Message("there is no such thing here"))
    lines = row.lines.select_related("batch__item").prefetch_related("batch__item__names").order_by("id")
    form = Form(
        [Group("", [Field("remark", Message("Remarks"), "long", required=False)])],
        ZoneInfo(row.operation.time_zone),
        Message("Sign the count"),
    )

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        return actions.approve_count(who, number, now, count=row.pk, remark=form.got("remark"))

    here = reverse("count", args=[row.pk])
    return asked(
        request,
        form,
        write,
        template="desk/stock/count.html",
        title=Message("Count of {place}", place=name_of(row.place)),
        done=here,
        back=reverse("counts"),
        count=row,
        lines=[(line, line.counted - line.book) for line in lines],
        is_signed=hasattr(row, "approved"),
        may_sign=not hasattr(row, "approved") and _signable(user).filter(pk=row.pk).exists(),
        remark=remark_of(row.pk),
    )


def _shown(user: rows.User) -> QuerySet[rows.Count]:
    """What the reader may sign, and where the reader audits all."""
    audited = visible(user, rows.Count).filter(place__in=where(user, Right.SEE_AUDIT))
    return (_signable(user) | audited).distinct()


def _signable(user: rows.User) -> QuerySet[rows.Count]:
    """Others' counts of the stores where the reader signs."""
    return (
        visible(user, rows.Count)
        .filter(place__in=where(user, Right.SIGN_LOSS))
        .exclude(Q(by=user.pk) & ~Q(operation__in=open_emergencies(datetime.now(UTC)).values("operation")))
    )
