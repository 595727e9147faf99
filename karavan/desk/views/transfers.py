"""Goods between own stores, goods that came back, goods set apart as damaged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from karavan.desk import actions, models as rows
from karavan.desk.access import seen, visible, where
from karavan.desk.emergencies import alone
from karavan.desk.stock import waybill_number
from karavan.desk.templatetags.goods import name_of
from karavan.desk.views.fields import Field, Form, Group, asked, local, reader
from karavan.desk.views.moving import pages
from karavan.desk.views.sheets import At, Sheet, all_of, is_asked, taken
from karavan.desk.views.stock import STORES
from karavan.desk.views.waybills import find, lines_of, remark_of
from karavan.domain.errors import NotAllowed, NotFound
from karavan.domain.ledger import AccountKind
from karavan.domain.message import Message
from karavan.domain.roles import Right
from karavan.domain.units import Quantity

A_LIST = 200


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Those that wait for a waybill first."""
    paths = "origin", "destination", "vehicle", "by", "operation", "waybill"
    found = visible(reader(request), rows.StoreTransfer).select_related(*paths).order_by("-at")
    found = found.prefetch_related("origin__names", "destination__names")
    if is_asked(request):
        return taken(request, SHEET, all_of(found))
    context = {
        "waiting": found.filter(waybill=None),
        "issued": [(it, waybill_number(it.waybill)) for it in found.exclude(waybill=None)[:A_LIST]],
        "stores": where(reader(request), Right.MOVE_STOCK)
        .filter(kind__in=STORES)
        .select_related("operation")
        .prefetch_related("names"),
    }
    return render(request, "desk/custody/transfers.html", context)


SHEET = Sheet(
    "transfers",
    Message("Transfers between stores"),
    (
        (Message("From"), lambda it: name_of(it.origin)),
        (Message("To"), lambda it: name_of(it.destination)),
        (Message("Vehicle"), lambda it: it.vehicle.plate),
        (Message("Leave"), lambda it: At(it.depart, it.operation.time_zone)),
        (Message("Arrive"), lambda it: At(it.arrive, it.operation.time_zone)),
        (Message("Asked for by"), lambda it: it.by.login),
        (Message("Waybill"), lambda it: waybill_number(it.waybill) if hasattr(it, "waybill") else ""),
    ),
    operation=lambda it: it.operation,
)


@pages
def ask(request: HttpRequest, place: int) -> HttpResponse:
    """From this store to another one: which goods, by which vehicle, when."""
    store = _store(request, place)
    zone = ZoneInfo(store.operation.time_zone)
    others = rows.Place.objects.filter(operation=store.operation_id, kind__in=STORES).exclude(pk=store.pk)
    places = tuple((str(it.pk), name_of(it)) for it in others.order_by("position").prefetch_related("names"))
    vans = rows.Vehicle.objects.filter(operation=store.operation_id).order_by("position", "plate")
    now = datetime.now(UTC)
    fields = [
        Field("destination", Message("To"), "choice", choices=places),
        Field("vehicle", Message("Vehicle"), "choice", choices=tuple((str(it.pk), it.plate) for it in vans)),
        Field("depart", Message("Leave"), "moment", value=local(now + timedelta(hours=1), zone)),
        Field("arrive", Message("Arrive"), "moment", value=local(now + timedelta(hours=4), zone)),
    ]
    lots = _free(store)
    amounts = [_amount(f"lot-{it.batch_id}", it) for it in lots]
    remark = Field("remark", Message("Remarks"), "long", required=False)
    groups = [Group("", fields), Group(Message("How much of what"), amounts), Group("", [remark])]
    form = Form(groups, zone, Message("Ask for the transfer"))

    def write(who: rows.User, number: UUID, at: datetime) -> object:
        units = [(it.batch_id, form.got(f"lot-{it.batch_id}")) for it in lots]
        return actions.ask_transfer(
            who,
            number,
            at,
            origin=store.pk,
            destination=int(form.got("destination")),
            vehicle=int(form.got("vehicle")),
            depart=form.got("depart"),
            arrive=form.got("arrive"),
            goods=tuple(it for it in units if it[1]),
            remark=form.got("remark"),
        )

    note = Message("Another person, who issues waybills, gives the transfer its number; then it is loaded and sent.")
    title = Message("Transfer from {place}", place=name_of(store))
    return asked(request, form, write, title=title, done=reverse("transfers"), back=reverse("stock"), note=note)


@pages
def one(request: HttpRequest, transfer: UUID) -> HttpResponse:
    """What is asked for, and the waybill that another person issues."""
    user = reader(request)
    row = seen(user, rows.StoreTransfer, transfer)
    paper = rows.Waybill.objects.filter(transfer=row).first()
    form = Form([], ZoneInfo(row.operation.time_zone), Message("Issue the waybill"))

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        return actions.issue_transfer(who, number, now, transfer=row.pk)

    lines = row.lines.select_related("batch__item").prefetch_related("batch__item__names").order_by("id")
    may = where(user, Right.ISSUE_WAYBILL).filter(pk=row.origin_id).exists()
    here = reverse("transfer", args=[row.pk])
    context = {
        "transfer": row,
        "lines": lines,
        "remark": remark_of(row.pk),
        "paper": paper,
        "number": waybill_number(paper) if paper else "",
        "is_own": row.by_id == user.pk and not alone(row.operation_id, datetime.now(UTC)),
        "may": may and paper is None,
    }
    title = Message("Transfer from {place}", place=name_of(row.origin))
    return asked(
        request, form, write, template="desk/custody/transfer.html", title=title, done=here, back="", **context
    )


@pages
def give_back(request: HttpRequest, waybill: int) -> HttpResponse:
    """What was handed over and is in one of the reader's stores again."""
    user = reader(request)
    paper = find(user, waybill)
    stores = where(user, Right.MOVE_STOCK).filter(operation=paper.operation_id, kind__in=STORES)
    places = tuple((str(it.pk), name_of(it)) for it in stores.order_by("position").prefetch_related("names"))
    if not places:
        raise NotAllowed(Message("you have no right to do this here"))
    lines = [line for line in lines_of(paper) if line.done]
    fields = [Field("place", Message("Where it is now"), "choice", choices=places, value=places[0][0])]
    groups = [
        Group(
            f"{line.row.position}. {name_of(line.item)}",
            [
                Field(f"good-{line.row.position}", Message("Good"), "whole", False, hint=_done(line.done, line.item)),
                Field(f"damaged-{line.row.position}", Message("Damaged"), "whole", False),
            ],
        )
        for line in lines
    ]
    why = Group("", [Field("remark", Message("Why"), "long")])
    form = Form([Group("", fields), *groups, why], ZoneInfo(paper.operation.time_zone), Message("Take back into store"))

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        counts = [
            (line.row.position, form.got(f"good-{line.row.position}"), form.got(f"damaged-{line.row.position}"))
            for line in lines
        ]
        return actions.return_goods(
            who,
            number,
            now,
            waybill=paper.pk,
            place=int(form.got("place")),
            returned=tuple(it for it in counts if it[1] or it[2]),
            remark=form.got("remark"),
        )

    back = reverse("waybill", args=[paper.pk])
    title = Message("Goods of {number} that came back", number=waybill_number(paper))
    note = Message("Count them in the store. Damaged goods lie apart until two people have written them off.")
    return asked(request, form, write, title=title, done=back, back=back, note=note)


@pages
def apart(request: HttpRequest, place: int) -> HttpResponse:
    """Damaged goods of a store."""
    store = _store(request, place)
    lots = tuple((str(it.batch_id), _said(it)) for it in _free(store))
    fields = [
        Field("batch", Message("Goods"), "choice", choices=lots),
        Field("quantity", Message("How much, in the unit of the goods"), "whole", least=1),
        Field("remark", Message("Why"), "long"),
    ]
    form = Form([Group("", fields)], ZoneInfo(store.operation.time_zone), Message("Set apart"))

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        given = {"batch": int(form.got("batch")), "quantity": form.got("quantity"), "remark": form.got("remark")}
        return actions.set_apart(who, number, now, place=store.pk, **given)

    note = Message("They are no longer free stock. To write them off, report a loss; another person signs it.")
    title = Message("Damaged goods at {place}", place=name_of(store))
    return asked(request, form, write, title=title, done=reverse("stock"), back=reverse("stock"), note=note)


def _store(request: HttpRequest, place: int) -> rows.Place:
    found = where(reader(request), Right.MOVE_STOCK).filter(pk=place).select_related("operation").first()
    if found is None:
        raise NotFound(Message("there is no such thing here"))
    return found


def _free(store: rows.Place) -> list[rows.Balance]:
    held = rows.Balance.objects.filter(account__place=store, account__kind=AccountKind.STOCK, quantity__gt=0)
    rich = held.select_related("batch__item").prefetch_related("batch__item__names")
    return list(rich.order_by("batch__item__position", "batch__expiry", "batch_id"))


def _amount(name: str, lot: rows.Balance) -> Field:
    label = Message("{goods}, lot {code}", goods=name_of(lot.batch.item), code=lot.batch.code)
    hint = Message("{quantity} free", quantity=Quantity(lot.quantity, lot.batch.item.unit))
    return Field(name, label, "whole", required=False, hint=hint)


def _said(lot: rows.Balance) -> Message:
    return Message(
        "{goods}, lot {code}: {quantity} free",
        goods=name_of(lot.batch.item),
        code=lot.batch.code,
        quantity=Quantity(lot.quantity, lot.batch.item.unit),
    )


def _done(units: int, item: rows.Item) -> Message:
    return Message("{quantity} were handed over", quantity=Quantity(units, item.unit))
