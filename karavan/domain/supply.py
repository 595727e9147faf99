"""All lots that can be loaded: the stock, and the bakeries' output hour by hour."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

from karavan.domain.goods import Lot, Production
from karavan.domain.plans import Plan
from karavan.domain.situation import Situation
from karavan.domain.units import HOUR_S


def lots(situation: Situation) -> tuple[Lot, ...]:
    """
    Stock lots and oven batches, each with its expiry filled in.

    A bakery's batch is one hour's output: it leaves the oven, and its shelf life begins, at the end of that hour. Flour
    at a bakery that bakes with it is for baking: it cannot be loaded away, and when it is used up the oven stops.
    """
    baking = {(row.bakery, row.flour_item) for row in situation.production if row.flour_g_per_unit}
    flour_g: dict[tuple[str, str], int] = {}
    result = []
    for lot in situation.stock:
        key = (lot.place, lot.item)
        if key in baking:
            flour_g[key] = flour_g.get(key, 0) + lot.free * situation.item[lot.item].mass_g
        else:
            result.append(_with_expiry(situation, lot))
    for row in situation.production:
        result += _batches(situation, row, flour_g)
    return tuple(result)


def lot_key(lot: Lot) -> tuple[str, str, str]:
    """What names a lot: place, item, code."""
    return lot.place, lot.item, lot.code


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


def _batches(situation: Situation, row: Production, flour_g: dict[tuple[str, str], int]) -> list[Lot]:
    operation = situation.operation
    item = situation.item[row.item]
    key = (row.bakery, row.flour_item)
    result = []
    for start, end in row.hours.between(operation.start, operation.end, operation.zone):
        while start < end:
            out = min(start + timedelta(hours=1), end)
            quantity = row.units_per_h * int((out - start).total_seconds()) // HOUR_S
            if row.flour_g_per_unit:
                quantity = min(quantity, flour_g.get(key, 0) // row.flour_g_per_unit)
                flour_g[key] = flour_g.get(key, 0) - quantity * row.flour_g_per_unit
            if quantity:
                result.append(
                    Lot(
                        place=row.bakery,
                        item=row.item,
                        code=out.astimezone(operation.zone).strftime("oven %Y-%m-%d %H:%M"),
                        quantity=quantity,
                        available_from=out,
                        expiry=out + timedelta(seconds=item.shelf_life_s) if item.shelf_life_s else None,
                    )
                )
            start = out
    return result
