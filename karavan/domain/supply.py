"""All lots that can be loaded: the stock, and the bakeries' output hour by hour; and the flour that it is baked of."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from karavan.domain.goods import Item, Lot, Production
from karavan.domain.plans import Plan
from karavan.domain.situation import Situation
from karavan.domain.units import HOUR_S, KG_G, TONNE_G

_NET_G = {
    **dict.fromkeys(("g", "q", "г", "գ"), 1),
    **dict.fromkeys(("kg", "kq", "кг", "կգ"), KG_G),
    **dict.fromkeys(("t", "т", "տ"), TONNE_G),
}


def lots(situation: Situation) -> tuple[Lot, ...]:
    """
    Stock lots and oven batches, each with its expiry filled in.

    A bakery's batch is one hour's output: it leaves the oven, and its shelf life begins, at the end of that hour. Flour
    at a bakery that bakes with it is for baking: it cannot be loaded away, and when it is used up the oven stops.
    """
    return (*_ready(situation), *(batch for row in _bake(situation) for batch in row.batches))


def lot_key(lot: Lot) -> tuple[str, str, str]:
    """What names a lot: place, item, code."""
    return lot.place, lot.item, lot.code


@dataclass(frozen=True, slots=True, kw_only=True)
class Baking:
    """
    What one row of the production gives within the horizon.

    Attributes
    ----------
    units, open_units
        What is baked, and what would be if flour were no limit.
    oven_s
        The hours in which it is baked or could be.
    """

    row: Production
    batches: tuple[Lot, ...]
    units: int
    open_units: int
    oven_s: int


def bakings(situation: Situation, item: str) -> tuple[Baking, ...]:
    """What ovens give of an item, in the order of the production."""
    return tuple(baking for baking in _bake(situation) if baking.row.item == item)


def baking_flour(situation: Situation) -> tuple[tuple[Lot, int], ...]:
    """
    The lots that ovens bake with, and the units of each that they use up within the horizon.

    The oldest go first. Ovens bake in their hours, whether or not a plan loads the bread.
    """
    used_g: dict[tuple[str, str], int] = defaultdict(int)
    for baking in _bake(situation):
        used_g[baking.row.bakery, baking.row.flour_item] += baking.units * baking.row.flour_g_per_unit
    used: dict[tuple[str, str, str], int] = {}
    keys = _baking_keys(situation)
    flour = [lot for lot in situation.stock if (lot.place, lot.item) in keys]
    for lot in sorted(flour, key=lambda lot: (lot.expiry is None, lot.expiry or situation.operation.start, lot.code)):
        unit_g = net_g(situation.item[lot.item])
        left_g = used_g[lot.place, lot.item]
        used[lot_key(lot)] = units = min(lot.free, -(-left_g // unit_g))
        used_g[lot.place, lot.item] = max(0, left_g - units * unit_g)
    return tuple((_with_expiry(situation, lot), used[lot_key(lot)]) for lot in flour)


def net_g(item: Item) -> int:
    """Of one unit: a kilogram of flour is one whatever its sack weighs; of what is counted only the gross is known."""
    return _NET_G.get(item.unit.casefold(), item.mass_g)


def loaded(plan: Plan) -> dict[tuple[str, str, str], int]:
    """
    Units that a plan takes from each lot where it lies, less what comes back there.

    Loading again on the way takes nothing.
    """
    taken: dict[tuple[str, str, str], int] = defaultdict(int)
    for journey in plan.journeys:
        for stop in journey.stops:
            for goods in stop.loads:
                if goods.lot_place == stop.place:
                    taken[goods.lot_place, goods.item, goods.lot] += goods.quantity
            for goods in stop.unloads:
                if goods.lot_place == stop.place:
                    taken[goods.lot_place, goods.item, goods.lot] -= goods.quantity
    return taken


def _with_expiry(situation: Situation, lot: Lot) -> Lot:
    shelf_life_s = situation.item[lot.item].shelf_life_s
    if lot.expiry is not None or shelf_life_s is None:
        return lot
    since = lot.available_from or situation.operation.start
    return replace(lot, expiry=since + timedelta(seconds=shelf_life_s))


def _baking_keys(situation: Situation) -> set[tuple[str, str]]:
    return {(row.bakery, row.flour_item) for row in situation.production if row.flour_g_per_unit}


def _ready(situation: Situation) -> list[Lot]:
    baking = _baking_keys(situation)
    return [_with_expiry(situation, lot) for lot in situation.stock if (lot.place, lot.item) not in baking]


def _bake(situation: Situation) -> list[Baking]:
    """Rows that share a bakery's flour take it one after the other."""
    baking = _baking_keys(situation)
    flour_g: dict[tuple[str, str], int] = defaultdict(int)
    for lot in situation.stock:
        if (lot.place, lot.item) in baking:
            flour_g[lot.place, lot.item] += lot.free * net_g(situation.item[lot.item])
    return [_baked(situation, row, flour_g) for row in situation.production]


def _baked(situation: Situation, row: Production, flour_g: dict[tuple[str, str], int]) -> Baking:
    operation = situation.operation
    key = (row.bakery, row.flour_item)
    batches = []
    open_units = oven_s = 0
    for start, end in row.hours.between(operation.start, operation.end, operation.zone):
        oven_s += int((end - start).total_seconds())
        while start < end:
            out = min(start + timedelta(hours=1), end)
            quantity = row.units_per_h * int((out - start).total_seconds()) // HOUR_S
            open_units += quantity
            if row.flour_g_per_unit:
                quantity = min(quantity, flour_g[key] // row.flour_g_per_unit)
                flour_g[key] -= quantity * row.flour_g_per_unit
            if quantity:
                batches.append(_batch(situation, row, out, quantity))
            start = out
    units = sum(lot.quantity for lot in batches)
    return Baking(row=row, batches=tuple(batches), units=units, open_units=open_units, oven_s=oven_s)


def _batch(situation: Situation, row: Production, out: datetime, quantity: int) -> Lot:
    shelf_life_s = situation.item[row.item].shelf_life_s
    return Lot(
        place=row.bakery,
        item=row.item,
        code=out.astimezone(situation.operation.zone).strftime("oven %Y-%m-%d %H:%M"),
        quantity=quantity,
        available_from=out,
        expiry=out + timedelta(seconds=shelf_life_s) if shelf_life_s else None,
    )
