"""Losses: reported by one person, signed by another."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from karavan.desk import actions, models as rows
from karavan.desk.access import seen, visible, where
from karavan.desk.duties import narrowed, words_of
from karavan.desk.emergencies import alone
from karavan.desk.stock import waybill_number
from karavan.desk.templatetags.goods import name_of
from karavan.desk.views.fields import Field, Form, Group, asked, reader
from karavan.desk.views.moving import pages
from karavan.desk.views.sheets import At, Sheet, all_of, is_asked, taken
from karavan.desk.views.waybills import find, remark_of
from karavan.desk.views.words import LOSSES
from karavan.domain.errors import NotAllowed, NotFound, Refused
from karavan.domain.ledger import AccountKind
from karavan.domain.message import Message
from karavan.domain.receipts import LossReason
from karavan.domain.roles import Right
from karavan.domain.units import Quantity

A_LIST = 200


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Those that wait for a second signature first."""
    user, wait = reader(request), request.GET.get("wait", "")
    found, duty = narrowed(visible(user, rows.LossReport), user, wait, datetime.now(UTC))
    found = found.select_related("waybill", "place", "by", "approved__by", "operation")
    ordered = found.prefetch_related("place__names").order_by("-at")
    if is_asked(request):
        return taken(request, SHEET, [_row(report, user) for report in all_of(ordered)])
    waiting = [_row(report, user) for report in ordered.filter(approved=None)]
    signed = [_row(report, user) for report in ordered.exclude(approved=None)[:A_LIST]]
    return render(
        request, "desk/move/losses.html", {"waiting": waiting, "signed": signed, "only": words_of(duty, len(waiting))}
    )


def _row(report: rows.LossReport, user: rows.User) -> dict[str, object]:
    return {
        "report": report,
        "reason": LOSSES.get(report.reason, report.reason),
        "number": waybill_number(report.waybill) if report.waybill else "",
        "zone": report.operation.time_zone,
        "is_own": report.by_id == user.pk and not alone(report.operation_id, datetime.now(UTC)),
    }


SHEET = Sheet(
    "losses",
    Message("Losses"),
    (
        (Message("Date, time"), lambda it: At(it["report"].at, it["zone"])),
        (Message("Place"), lambda it: name_of(it["report"].place)),
        (Message("Why"), lambda it: it["reason"]),
        (Message("Waybill"), lambda it: it["number"]),
        (Message("Reported by"), lambda it: it["report"].by.login),
        (Message("Signed by"), lambda it: it["report"].approved.by.login if hasattr(it["report"], "approved") else ""),
    ),
    operation=lambda it: it["report"].operation,
)


@pages
def one(request: HttpRequest, report: UUID) -> HttpResponse:
    """What is lost, and the second signature."""
    user = reader(request)
    row = seen(user, rows.LossReport, report)
    lines = row.lines.select_related("batch__item", "account").prefetch_related("batch__item__names")
    here = reverse("loss", args=[row.pk])
    form = Form([_remark()], ZoneInfo(row.operation.time_zone), Message("Sign the loss"))

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        return actions.approve_loss(who, number, now, report=row.pk, remark=form.got("remark"))

    context = {
        **_row(row, user),
        "lines": [(_losable(it), Quantity(it.quantity, it.batch.item.unit)) for it in lines],
        "remark": remark_of(row.pk),
        "can_sign": not hasattr(row, "approved") and where(user, Right.SIGN_LOSS).filter(pk=row.place_id).exists(),
    }
    title = Message("Loss report")
    return asked(request, form, write, template="desk/move/loss.html", title=title, done=here, back="", **context)


@pages
def of_waybill(request: HttpRequest, waybill: int) -> HttpResponse:
    """What is missing of a waybill, or came damaged."""
    user = reader(request)
    paper = find(user, waybill)
    places = where(user, Right.SIGN_LOSS).filter(pk__in=(paper.origin_id, paper.destination_id))
    place = places.filter(pk=paper.destination_id).first() or places.first()
    if place is None:
        raise NotAllowed(Message("you have no right to do this here"))
    kinds = (AccountKind.TRANSIT, AccountKind.DAMAGED)
    held = rows.Balance.objects.filter(account__line__waybill=paper, account__kind__in=kinds, quantity__gt=0)
    back = reverse("waybill", args=[paper.pk])
    title = Message("Loss of {number}", number=waybill_number(paper))
    return _ask(request, place, list(_rich(held)), title, back, waybill=paper.pk, is_filled=True)


@pages
def of_store(request: HttpRequest, place: int) -> HttpResponse:
    """What is lost in a store."""
    found = where(reader(request), Right.SIGN_LOSS).filter(pk=place).first()
    if found is None:
        raise NotFound(Message("there is no such thing here"))
    held = visible(reader(request), rows.Balance).filter(
        account__place=found, account__kind__in=(AccountKind.STOCK, AccountKind.DAMAGED), quantity__gt=0
    )
    title = Message("Loss at {place}", place=name_of(found))
    return _ask(request, found, list(_rich(held)), title, reverse("stock"))


def _rich(held):  # type: ignore[no-untyped-def]
    paths = "account", "batch__item"
    return held.select_related(*paths).prefetch_related("batch__item__names").order_by("account_id", "batch_id")


def _ask(
    request: HttpRequest,
    place: rows.Place,
    held: list[rows.Balance],
    title: Message,
    back: str,
    *,
    waybill: int | None = None,
    is_filled: bool = False,
) -> HttpResponse:
    amounts = [
        Field(
            f"lost-{it.account_id}-{it.batch_id}",
            _losable(it),
            "whole",
            required=False,
            hint=Quantity(it.quantity, it.batch.item.unit),
            value=str(it.quantity) if is_filled else "",
        )
        for it in held
    ]
    reasons = tuple((reason.value, LOSSES[reason]) for reason in LossReason)
    usual = LossReason.MISSING.value if is_filled else ""
    why = [Field("reason", Message("Why"), "choice", choices=reasons, value=usual), _remark().fields[0]]
    form = Form([Group("", amounts), Group("", why)], ZoneInfo(place.operation.time_zone), Message("Report the loss"))

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        fields = [(it, form.got(f"lost-{it.account_id}-{it.batch_id}")) for it in held]
        lost = tuple((it.account_id, it.batch_id, units) for it, units in fields if units)
        if not lost:
            raise Refused(Message("write how much of what is lost"))
        return actions.report_loss(
            who,
            number,
            now,
            place=place.pk,
            reason=form.got("reason"),
            lost=lost,
            waybill=waybill,
            remark=form.got("remark"),
        )

    note = Message("Another person signs the report; only then the goods leave the books.")
    return asked(request, form, write, title=title, done=reverse("losses"), back=back, note=note)


def _losable(row: rows.Balance | rows.LossLine) -> Message:
    """The goods, and whether they are lost from a store, on the road or because of their state."""
    return _LOSABLE[row.account.kind].having(goods=name_of(row.batch.item), code=row.batch.code)


_LOSABLE: dict[str, Message] = {
    AccountKind.STOCK: Message("{goods}, lot {code}: lost", goods="", code=""),
    AccountKind.TRANSIT: Message("{goods}, lot {code}: did not arrive", goods="", code=""),
    AccountKind.DAMAGED: Message("{goods}, lot {code}: damaged", goods="", code=""),
}


def _remark() -> Group:
    return Group("", [Field("remark", Message("Remarks"), "long", required=False)])
