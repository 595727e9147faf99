"""Goods come into store, are put together, are baked, are kept for somebody."""

from __future__ import annotations

from datetime import datetime, timedelta

from karavan.desk import models as rows, store
from karavan.desk.actions.posting import Entry, action
from karavan.desk.stock import free, item_of, take
from karavan.domain.errors import NotFound, Refused
from karavan.domain.ledger import AccountKind, whole
from karavan.domain.message import ItemName, Message
from karavan.domain.roles import Right
from karavan.domain.supply import net_g


@action("stock received")
def receive_stock(
    entry: Entry,
    *,
    place: int,
    item: str,
    code: str,
    quantity: int,
    donor: str = "",
    expiry: datetime | None = None,
) -> None:
    """Goods from outside into a store: a new lot, or more of one."""
    where = _store(place)
    entry.require(Right.MOVE_STOCK, where.operation_id, where)
    batch, _ = rows.Batch.objects.get_or_create(
        operation_id=where.operation_id,
        item=item_of(where.operation_id, item),
        code=code,
        origin=where,
        defaults={"donor": donor, "expiry": expiry},
    )
    if (batch.donor, batch.expiry) != (donor, expiry):
        raise Refused(
            Message("lot {code} is there with another donor or expiry: give these goods a lot of their own", code=code)
        )
    entry.move(
        entry.account(AccountKind.SOURCE, place=where, label=donor),
        entry.account(AccountKind.STOCK, place=where),
        batch,
        whole(quantity),
    )


@action("kits made")
def make_kits(entry: Entry, *, place: int, kit: str, code: str, quantity: int) -> None:
    """Items out of the store become kits in it, what expires first first; a kit keeps as long as what is in it."""
    where = _store(place)
    entry.require(Right.MOVE_STOCK, where.operation_id, where)
    contents = _contents(where, kit)
    taken = [part for line in contents for part in take(where, line.item, line.quantity * whole(quantity))]
    expiries = [batch.expiry for batch, _ in taken if batch.expiry]
    made = _made(where, kit, code, min(expiries, default=None), entry.now)
    making = entry.account(AccountKind.MAKING, place=where)
    stock = entry.account(AccountKind.STOCK, place=where)
    for batch, units in taken:
        entry.move(stock, making, batch, units)
    entry.move(making, stock, made, quantity)


@action("kits broken")
def break_kits(entry: Entry, *, place: int, batch: int, quantity: int) -> None:
    """Kits become their items again, in a lot of their own named after the kit's."""
    where = _store(place)
    entry.require(Right.MOVE_STOCK, where.operation_id, where)
    kits = entry.see(rows.Batch, batch)
    making = entry.account(AccountKind.MAKING, place=where)
    stock = entry.account(AccountKind.STOCK, place=where)
    entry.move(stock, making, kits, whole(quantity))
    for line in _contents(where, kits.item.code):
        part = _made(where, line.item.code, f"{kits.item.code} {kits.code}".strip(), kits.expiry, entry.now)
        entry.move(making, stock, part, line.quantity * quantity)


@action("bread baked")
def record_baking(entry: Entry, *, production: int, code: str, quantity: int, baked_at: datetime) -> None:
    """What came out of an oven, and the flour that its recipe used up: both legs or none."""
    row = rows.Production.objects.filter(pk=production).first()
    if row is None:
        raise NotFound(Message("there is no such thing here"))
    entry.require(Right.MOVE_STOCK, row.operation_id, row.bakery)
    if baked_at > entry.now:  # it would keep longer than it does
        raise Refused(Message("what is not out of the oven yet is not baked"))
    making = entry.account(AccountKind.MAKING, place=row.bakery)
    stock = entry.account(AccountKind.STOCK, place=row.bakery)
    if row.flour is not None and row.flour_g_per_unit:
        flour_g = whole(quantity) * row.flour_g_per_unit
        for batch, units in take(row.bakery, row.flour, -(-flour_g // net_g(store.item(row.flour)))):
            entry.move(stock, making, batch, units)
    shelf_life_s = row.item.shelf_life_s
    expiry = baked_at + timedelta(seconds=shelf_life_s) if shelf_life_s else None
    entry.move(making, stock, _made(row.bakery, row.item.code, code, expiry, baked_at), whole(quantity))


@action("stock kept")
def keep_for(entry: Entry, *, place: int, batch: int, quantity: int, whom: str) -> None:
    """Set goods aside for others than this operation's requests; less than nothing gives some back."""
    where = _store(place)
    entry.require(Right.MOVE_STOCK, where.operation_id, where)
    lot = entry.see(rows.Batch, batch)
    stock = entry.account(AccountKind.STOCK, place=where)
    kept = entry.account(AccountKind.RESERVED, place=where, label=whom)
    entry.move(*((stock, kept) if quantity > 0 else (kept, stock)), lot, whole(abs(quantity)))


def _store(place: int) -> rows.Place:
    found = rows.Place.objects.filter(pk=place).first()
    if found is None:
        raise NotFound(Message("there is no such thing here"))
    return found


def _contents(where: rows.Place, kit: str) -> list[rows.KitLine]:
    contents = list(rows.KitLine.objects.filter(operation=where.operation_id, kit=kit).select_related("item"))
    if not contents:
        raise Refused(Message("there is no kit {code}", code=kit))
    return contents


def _made(where: rows.Place, item: str, code: str, expiry: datetime | None, now: datetime) -> rows.Batch:
    batch, is_new = rows.Batch.objects.get_or_create(
        operation_id=where.operation_id,
        item=item_of(where.operation_id, item),
        code=code,
        origin=where,
        defaults={"expiry": expiry, "made_at": now},
    )
    if not is_new and batch.expiry != expiry and (free(where, batch) or batch.expiry is None or expiry is None):
        raise Refused(
            Message(
                "{item}: lot {code} is there with another expiry; choose another code", item=ItemName(item), code=code
            )
        )
    return batch
