"""What a storekeeper writes down: goods received, kits made and broken, bread baked, goods kept for others."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from karavan.desk import actions, models as rows
from karavan.desk.access import where
from karavan.desk.templatetags.goods import in_units, name_of
from karavan.desk.views.fields import Field, Form, Group, asked, local, reader
from karavan.desk.views.moving import pages
from karavan.desk.views.reading import item_names
from karavan.domain.errors import NotFound
from karavan.domain.ledger import AccountKind
from karavan.domain.message import Message, Sayable
from karavan.domain.roles import Right
from karavan.domain.units import Quantity

Choices = tuple[tuple[str, Sayable], ...]


@pages
def receive(request: HttpRequest, place: int) -> HttpResponse:
    store = _store(request, place)
    items = tuple((it.code, in_units(it)) for it in _items(store))
    fields = [
        Field("item", Message("Goods"), "choice", choices=items),
        Field("quantity", Message("How much, in the unit of the goods"), "whole", least=1),
        Field("code", Message("Lot"), required=False, hint=Message("As it stands on the sacks or cartons.")),
        Field("donor", Message("Donor"), required=False),
        Field("expiry", Message("Expires"), "moment", required=False),
    ]
    form = _form(store, fields, Message("Receive into store"))

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        values = {name: form.got(name) for name in ("item", "quantity", "code", "donor", "expiry")}
        return actions.receive_stock(who, number, now, place=store.pk, **values)

    return _ask(request, form, write, Message("Receive goods at {place}", place=name_of(store)))


@pages
def kits(request: HttpRequest, place: int) -> HttpResponse:
    store = _store(request, place)
    codes = rows.KitLine.objects.filter(operation=store.operation_id).values_list("kit", flat=True)
    named = item_names([store.operation_id])
    fields = [
        Field(
            "kit",
            Message("Kit"),
            "choice",
            choices=tuple((code, named.get((store.operation_id, code), (code, ""))[0]) for code in sorted(set(codes))),
        ),
        Field("quantity", Message("How many kits"), "whole", least=1),
        Field("code", Message("Lot"), required=False),
    ]
    form = _form(store, fields, Message("Make kits"))

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        values = {name: form.got(name) for name in ("kit", "quantity", "code")}
        return actions.make_kits(who, number, now, place=store.pk, **values)

    return _ask(request, form, write, Message("Make kits at {place}", place=name_of(store)))


@pages
def unkit(request: HttpRequest, place: int) -> HttpResponse:
    store = _store(request, place)
    codes = rows.KitLine.objects.filter(operation=store.operation_id).values("kit")
    fields = [
        Field("batch", Message("Kits in store"), "choice", choices=_lots(store, batch__item__code__in=codes)),
        Field("quantity", Message("How many kits"), "whole", least=1),
    ]
    form = _form(store, fields, Message("Break kits"))

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        batch = int(form.got("batch"))
        return actions.break_kits(who, number, now, place=store.pk, batch=batch, quantity=form.got("quantity"))

    return _ask(request, form, write, Message("Break kits at {place}", place=name_of(store)))


@pages
def bake(request: HttpRequest, place: int) -> HttpResponse:
    store = _store(request, place)
    ovens = rows.Production.objects.filter(bakery=store).select_related("item").prefetch_related("item__names")
    choices = tuple((str(it.pk), in_units(it.item)) for it in ovens)
    baked = Field("baked_at", Message("Out of the oven"), "moment", value=local(datetime.now(UTC), _zone(store)))
    fields = [
        Field("production", Message("Goods"), "choice", choices=choices),
        Field("quantity", Message("How much, in the unit of the goods"), "whole", least=1),
        Field("code", Message("Lot"), hint=Message("Each baking has its own, for example the day and the hour.")),
        baked,
    ]
    form = _form(store, fields, Message("Write it down"))

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        return actions.record_baking(
            who,
            number,
            now,
            production=int(form.got("production")),
            code=form.got("code"),
            quantity=form.got("quantity"),
            baked_at=form.got("baked_at"),
        )

    note = Message("The flour of the recipe leaves the store with it.")
    return _ask(request, form, write, Message("Baked at {place}", place=name_of(store)), note)


@pages
def keep(request: HttpRequest, place: int) -> HttpResponse:
    store = _store(request, place)
    ways = (("1", Message("set aside")), ("-1", Message("given back")))
    fields = [
        Field("batch", Message("Goods"), "choice", choices=_lots(store)),
        Field("way", Message("What is done"), "choice", choices=ways, value="1"),
        Field("quantity", Message("How much, in the unit of the goods"), "whole", least=1),
        Field("whom", Message("For whom")),
    ]
    form = _form(store, fields, Message("Write it down"))

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        quantity = form.got("quantity") * int(form.got("way"))
        batch = int(form.got("batch"))
        return actions.keep_for(who, number, now, place=store.pk, batch=batch, quantity=quantity, whom=form.got("whom"))

    note = Message("Goods kept for others are not used in plans.")
    return _ask(request, form, write, Message("Keep goods at {place}", place=name_of(store)), note)


def _store(request: HttpRequest, place: int) -> rows.Place:
    found = where(reader(request), Right.MOVE_STOCK).filter(pk=place).select_related("operation").first()
    if found is None:
        raise NotFound(Message("there is no such thing here"))
    return found


def _items(store: rows.Place) -> list[rows.Item]:
    found = rows.Item.objects.filter(operation=store.operation_id).prefetch_related("names")
    return list(found.order_by("position", "id"))


def _lots(store: rows.Place, **only: object) -> Choices:
    """Every lot that lies here or lay here."""
    kinds = (AccountKind.STOCK, AccountKind.RESERVED)
    held = rows.Balance.objects.filter(account__place=store, account__kind__in=kinds, **only)
    found = (
        rows.Batch.objects.filter(pk__in=held.values("batch")).select_related("item").prefetch_related("item__names")
    )
    free = dict(held.filter(account__kind=AccountKind.STOCK).values_list("batch", "quantity"))
    return tuple(
        (
            str(it.pk),
            Message(
                "{goods}, lot {code}: {quantity} free",
                goods=name_of(it.item),
                code=it.code,
                quantity=Quantity(free.get(it.pk, 0), it.item.unit),
            ),
        )
        for it in found.order_by("item__position", "id")
    )


def _form(store: rows.Place, fields: list[Field], button: Message) -> Form:
    return Form([Group("", fields)], _zone(store), button)


def _zone(store: rows.Place) -> ZoneInfo:
    return ZoneInfo(store.operation.time_zone)


def _ask(request, form, write, title: Message, note: Message | None = None) -> HttpResponse:  # type: ignore[no-untyped-def]
    return asked(request, form, write, title=title, done=reverse("stock"), back=reverse("stock"), note=note)
