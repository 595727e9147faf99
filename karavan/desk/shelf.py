"""BRIDGE: what the ledger says lies where, and what of it is kept -> the lots that a planner may know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Sum

from karavan.desk import models as rows
from karavan.domain.goods import Lot
from karavan.domain.ledger import AccountKind


@dataclass(slots=True)
class Held:
    free: int = 0
    kept: int = 0


Shelf = dict[tuple[rows.Place, rows.Batch], Held]
"""What lies where."""


def held(operation: rows.Operation) -> Shelf:
    """What lies at each place: nobody's, and kept for others. What waits for a waybill is spoken for."""
    found: Shelf = defaultdict(Held)
    balances = rows.Balance.objects.filter(
        account__operation=operation,
        account__kind__in=(AccountKind.STOCK, AccountKind.RESERVED),
        account__line=None,
        quantity__gt=0,
    ).select_related("account__place", "batch__item", "batch__origin")
    for balance in balances.order_by("batch_id", "account_id"):
        where = balance.account.place
        if where is None:  # its accounts are of places, and the database holds that
            continue
        one = found[where, balance.batch]
        if balance.account.kind == AccountKind.STOCK:
            one.free += balance.quantity
        else:
            one.kept += balance.quantity
    return dict(found)


def lot_code(batch: rows.Batch, where: rows.Place, others: list[rows.Batch]) -> str:
    """What a lot is called at a place: by its code, and by its origin as well where two would be called alike."""
    alike = [one for one in others if (one.item_id, one.code) == (batch.item_id, batch.code)]
    return batch.code if len(alike) < 2 else f"{batch.code}@{batch.origin.code}"


def promised(operation: rows.Operation, besides: Collection[UUID] = ()) -> list[tuple[rows.WaybillLine, int]]:
    """What waybills that have not left are to carry, and nothing is reserved for yet."""
    lines = rows.WaybillLine.objects.filter(
        waybill__operation=operation, waybill__void=None, waybill__dispatch=None
    ).exclude(waybill__plan__in=besides)
    reserved = rows.Balance.objects.filter(account__kind=AccountKind.RESERVED, account__line__in=lines)
    kept = dict(reserved.values_list("account__line").annotate(units=Sum("quantity")).order_by())
    whole = lines.select_related("waybill__origin", "batch__item", "batch__origin", "loaded").order_by("id")
    found = ((line, _wanted(line) - kept.get(line.pk, 0)) for line in whole)
    return [(line, units) for line, units in found if units > 0]


def _wanted(line: rows.WaybillLine) -> int:
    return line.loaded.quantity if hasattr(line, "loaded") else line.quantity


def set_aside(operation: rows.Operation, shelf: Shelf, besides: Collection[UUID]) -> None:
    """What is promised lies there and is kept."""
    for line, units in promised(operation, besides):
        one = shelf.get((line.waybill.origin, line.batch))
        if one is not None:
            kept = min(units, one.free)
            one.free, one.kept = one.free - kept, one.kept + kept


def put_back(shelf: Shelf, back: Mapping[tuple[int, int], int]) -> None:
    known = {(place.pk, batch.pk): (place, batch) for place, batch in shelf}
    for (place, batch), units in back.items():
        key = known.get((place, batch))
        if key is None:
            lot = rows.Batch.objects.select_related("item", "origin").get(pk=batch)
            key = rows.Place.objects.get(pk=place), lot
            shelf[key] = Held()
        shelf[key].free = max(0, shelf[key].free + units)


def stock(operation: rows.Operation, found: Shelf) -> tuple[Lot, ...]:
    here: dict[int, list[rows.Batch]] = defaultdict(list)
    for where, batch in found:
        here[where.pk].append(batch)
    lots = [
        Lot(
            place=where.code,
            item=batch.item.code,
            code=lot_code(batch, where, here[where.pk]),
            quantity=one.free + one.kept,
            expiry=batch.expiry or _aged(batch),
            reserved=one.kept,
        )
        for (where, batch), one in found.items()
        if one.free + one.kept
    ]
    announced = rows.Expected.objects.filter(operation=operation, arrived_at=None)
    lots += [
        Lot(
            place=row.place.code,
            item=row.batch.item.code,
            code=row.batch.code,
            quantity=row.quantity,
            expiry=row.batch.expiry,
            available_from=row.available_from,
            reserved=row.reserved,
        )
        for row in announced.select_related("place", "batch__item").order_by("id")
    ]
    return tuple(lots)


def _aged(batch: rows.Batch) -> datetime | None:
    life_s = batch.item.shelf_life_s
    return batch.made_at + timedelta(seconds=life_s) if batch.made_at and life_s else None
