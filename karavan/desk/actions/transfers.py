"""Goods between own stores, by a waybill; goods that come back; goods set apart as damaged."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from karavan.desk import models as rows
from karavan.desk.actions.posting import Entry, action
from karavan.desk.stock import free, series_of, short
from karavan.domain.errors import NotFound, Refused
from karavan.domain.ledger import AccountKind, whole
from karavan.domain.message import Message
from karavan.domain.numbers import paper_number
from karavan.domain.roles import Right


@action("transfer asked for", "remark")
def ask_transfer(
    entry: Entry,
    *,
    origin: int,
    destination: int,
    vehicle: int,
    depart: datetime,
    arrive: datetime,
    goods: tuple[tuple[int, int], ...],
    remark: str = "",
) -> None:
    """``goods`` holds (lot, units). Nothing moves before another person has issued the waybill."""
    here, there = _place(origin), _place(destination)
    entry.require(Right.MOVE_STOCK, here.operation_id, here)
    van = rows.Vehicle.objects.filter(pk=vehicle, operation=here.operation_id).first()
    if there.operation_id != here.operation_id or van is None:
        raise NotFound(Message("there is no such thing here"))
    if arrive <= depart:
        raise Refused(Message("the vehicle arrives after it has left"))
    if not goods:
        raise Refused(Message("write which goods are to move"))
    transfer = rows.StoreTransfer.objects.create(
        id=entry.id,
        operation_id=here.operation_id,
        origin=here,
        destination=there,
        vehicle=van,
        depart=depart,
        arrive=arrive,
        by=entry.actor,
        at=entry.now,
    )
    for number, units in goods:
        batch = rows.Batch.objects.filter(pk=number, operation=here.operation_id).first()
        if batch is None:
            raise Refused(Message("there is no such lot in this operation"))
        if free(here, batch) < whole(units):
            raise short(batch.item, here, free(here, batch), units)
        rows.StoreTransferLine.objects.create(transfer=transfer, batch=batch, quantity=units)


@action("transfer issued")
def issue_transfer(entry: Entry, *, transfer: UUID) -> None:
    """The transfer's numbered waybill, its goods reserved; from here on it goes the way of every waybill."""
    row = entry.see(rows.StoreTransfer, transfer)
    entry.require(Right.ISSUE_WAYBILL, row.operation_id, row.origin)
    series, number = series_of(row.origin)
    journey = rows.Journey.objects.create(
        operation_id=row.operation_id,
        plan=None,
        code=paper_number(series.code, number)[-40:],
        vehicle=row.vehicle,
        depart=row.depart,
    )
    paper = rows.Waybill.objects.create(
        operation_id=row.operation_id,
        series=series,
        no=number,
        transfer=row,
        journey=journey,
        origin=row.origin,
        destination=row.destination,
        depart=row.depart,
        arrive=row.arrive,
        issued_by=entry.actor,
        issued_at=entry.now,
    )
    stock = entry.account(AccountKind.STOCK, place=row.origin)
    for position, asked in enumerate(row.lines.select_related("batch__item").order_by("id"), 1):
        line = rows.WaybillLine.objects.create(
            waybill=paper, position=position, need="", batch=asked.batch, quantity=asked.quantity
        )
        left = entry.held(stock, asked.batch)
        if left < asked.quantity:
            raise short(asked.batch.item, row.origin, left, asked.quantity)
        entry.move(stock, entry.account(AccountKind.RESERVED, line=line), asked.batch, asked.quantity)


@action("goods returned", "remark")
def return_goods(
    entry: Entry, *, waybill: int, place: int, returned: tuple[tuple[int, int, int], ...], remark: str
) -> None:
    """(position, good, damaged) of what was handed over and is in a store again; the damaged lie apart."""
    paper = entry.see(rows.Waybill, waybill)
    where = _place(place)
    entry.require(Right.MOVE_STOCK, paper.operation_id, where)
    if where.operation_id != paper.operation_id:
        raise NotFound(Message("there is no such thing here"))
    if not remark.strip():
        raise Refused(Message("whoever takes goods back says why"))
    row = rows.GoodsReturn.objects.create(id=entry.id, waybill=paper, place=where, by=entry.actor, at=entry.now)
    lines = {line.position: line for line in paper.lines.select_related("batch", "waybill")}
    for position, good, damaged in returned:
        line = lines.get(position)
        if line is None:
            raise Refused(Message("the waybill has no such line"))
        whole(good + damaged)
        rows.GoodsReturnLine.objects.create(returned=row, line=line, good=good, damaged=damaged)
        done = entry.account(AccountKind.DONE, line=line)
        entry.move(done, entry.account(AccountKind.STOCK, place=where), line.batch, good)
        entry.move(done, entry.account(AccountKind.DAMAGED, place=where), line.batch, damaged)


@action("goods set apart", "remark")
def set_apart(entry: Entry, *, place: int, batch: int, quantity: int, remark: str) -> None:
    """Damaged goods of a store are no free stock any more; two people then write them off."""
    where = _place(place)
    entry.require(Right.MOVE_STOCK, where.operation_id, where)
    if not remark.strip():
        raise Refused(Message("whoever sets goods apart says why"))
    lot = entry.see(rows.Batch, batch)
    apart = entry.account(AccountKind.DAMAGED, place=where)
    entry.move(entry.account(AccountKind.STOCK, place=where), apart, lot, whole(quantity))


def _place(number: int) -> rows.Place:
    found = rows.Place.objects.filter(pk=number).first()
    if found is None:
        raise NotFound(Message("there is no such thing here"))
    return found
