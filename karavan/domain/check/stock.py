"""Rules of goods: they exist when they are loaded, the oldest go first, and they arrive with life left in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from karavan.domain.check.case import Case, Finding, Visit, seconds
from karavan.domain.goods import Item, Lot
from karavan.domain.message import Message
from karavan.domain.needs import Need
from karavan.domain.places import PlaceKind
from karavan.domain.plans import Handling
from karavan.domain.units import HOUR_S, Measure

LotKey = tuple[str, str, str]
Load = tuple[Visit, Handling]
Goods = tuple[str, str, str, str]
TRANSFER_KINDS = frozenset({PlaceKind.TRANSSHIPMENT_POINT, PlaceKind.WAREHOUSE, PlaceKind.CHECKPOINT, PlaceKind.BAKERY})
NEVER = datetime.max.replace(tzinfo=UTC)


def _withdrawals(case: Case) -> dict[LotKey, list[Load]]:
    """What is loaded from each lot where it lies, in the order of time."""
    found: dict[LotKey, list[Load]] = {}
    for visit in case.visits:
        for goods in visit.stop.loads:
            if goods.lot_place == visit.stop.place:
                found.setdefault((goods.lot_place, goods.item, goods.lot), []).append((visit, goods))
    return {key: sorted(loads, key=lambda it: it[0].stop.start) for key, loads in found.items()}


def _returns(case: Case) -> dict[LotKey, list[tuple[datetime, int]]]:
    """What is put down again where its lot lies, and not for a need there: from then on it is stock as before."""
    found: dict[LotKey, list[tuple[datetime, int]]] = {}
    for visit in case.visits:
        for goods in visit.stop.unloads:
            need = case.asked.get(goods.need)
            if goods.lot_place == visit.stop.place and need is not None and need.place != visit.stop.place:
                key = (goods.lot_place, goods.item, goods.lot)
                found.setdefault(key, []).append((visit.stop.end, goods.quantity))
    return found


def _is_baked(case: Case, key: LotKey) -> bool:
    """Whether a lot can only be a batch of a bakery: it bakes the item, and the stock has no such lot."""
    place, item, _ = key
    return any((row.bakery, row.item) == (place, item) for row in case.situation.production) and not any(
        (lot.place, lot.item, lot.code) == key for lot in case.situation.stock
    )


def stock(case: Case) -> Iterator[Finding]:
    """No more is loaded from a lot than is there and not reserved, and not before it is there."""
    returns = _returns(case)
    for key, loads in _withdrawals(case).items():
        if _is_baked(case, key):
            continue
        for visit, missing, words in _beyond(case, key, loads, returns.get(key, [])):
            message = Message("{place}: the plan loads {loaded} {unit} of {item}, lot {lot}; {free} are free", **words)
            if _is_for_baking(case, key):
                message = Message(
                    "{place}: {item}, lot {lot}, is for the oven, and the plan loads {loaded} {unit}", **words
                )
            yield Finding(visit.where, missing, case.unit(key[1]), message)
        yield from _too_soon(case, loads, case.lots.get(key))


def _is_for_baking(case: Case, key: LotKey) -> bool:
    """Flour of a bakery: in its stock, and not to be loaded."""
    return key not in case.lots and any((it.place, it.item, it.code) == key for it in case.situation.stock)


def production(case: Case) -> Iterator[Finding]:
    """No more is loaded of an hour's baking than left the oven, and not before it did."""
    returns = _returns(case)
    for key, loads in _withdrawals(case).items():
        if not _is_baked(case, key):
            continue
        for visit, missing, words in _beyond(case, key, loads, returns.get(key, [])):
            message = Message("{place}: the plan loads {loaded} {unit} of {item}, lot {lot}; {free} are baked", **words)
            yield Finding(visit.where, missing, case.unit(key[1]), message)
        yield from _too_soon(case, loads, case.lots.get(key))


def _beyond(
    case: Case, key: LotKey, loads: list[Load], returns: list[tuple[datetime, int]]
) -> Iterator[tuple[Visit, int, dict[str, Any]]]:
    """The load with which a lot runs out, by how much the plan's loads are more than the lot, and words for it."""
    place, item, code = key
    free = case.lots[key].free if key in case.lots else 0
    total = loaded = 0
    crossing = None
    for visit, goods in loads:
        total += goods.quantity
        out = total - _back_by(returns, visit.stop.start)
        loaded = max(loaded, out)
        crossing = visit if crossing is None and out > free else crossing
    if crossing is not None:
        yield (
            crossing,
            loaded - free,
            {
                "place": case.place_word(place),
                "loaded": loaded,
                "unit": case.unit_word(item),
                "item": case.item_word(item),
                "lot": code,
                "free": free,
            },
        )


def _back_by(returns: list[tuple[datetime, int]], moment: datetime) -> int:
    return sum(quantity for end, quantity in returns if end <= moment)


def _too_soon(case: Case, loads: list[Load], lot: Lot | None) -> Iterator[Finding]:
    if lot is None or lot.available_from is None:
        return
    for visit, _ in loads:
        if visit.stop.start < lot.available_from:
            message = Message(
                "{place}: {item}, lot {lot}, is there from {limit}, and the plan loads it at {time}",
                place=case.place_word(lot.place),
                item=case.item_word(lot.item),
                lot=lot.code,
                limit=case.clock(lot.available_from),
                time=case.clock(visit.stop.start),
            )
            yield Finding(visit.where, seconds(lot.available_from - visit.stop.start), "s", message)


def first_expiry_first(case: Case) -> Iterator[Finding]:
    """
    No lot is touched while an older one of the same item lies beside it that would do.

    It would do when a whole handling unit of it is left after everything that is loaded up to that moment, and it would
    have the life that the item needs at this load's hand-over. Amount: what should have come from the older lot.
    """
    withdrawals, returns = _withdrawals(case), _returns(case)
    moments = _HandOvers(case)
    shelves: dict[tuple[str, str], list[Lot]] = {}
    for shelved in sorted(case.lots.values(), key=_expiry):
        shelves.setdefault((shelved.place, shelved.item), []).append(shelved)
    for key, loads in withdrawals.items():
        lot, item = case.lots.get(key), case.situation.item.get(key[1])
        if lot is None or item is None:
            continue
        older = [it for it in shelves[key[:2]] if _expiry(it) < _expiry(lot)]
        for visit, goods in loads if older else ():
            if case.is_history(visit.stop.start):
                continue
            moment = moments.of(visit, goods)
            for other in older if moment is not None else ():
                left = _left(withdrawals, returns, other, visit.stop.start)
                if left >= item.step and _would_do(other, item, visit.stop.start, moment):
                    message = _older(case, goods, other, left)
                    yield Finding(visit.where, min(left, goods.quantity), item.unit, message)
                    break


class _HandOvers:
    """
    When a load reaches its need: with the same vehicle before that loads such goods again, else (they change vehicles)
    at the last hand-over of such goods, which favours the plan.
    """

    def __init__(self, case: Case) -> None:
        self._by_vehicle: dict[tuple[str, Goods], list[tuple[Visit, bool]]] = {}
        self._last: dict[Goods, datetime] = {}
        handed_over = {(id(visit), _goods(goods)) for visit, goods, _ in _hand_overs(case)}
        for visit in case.visits:
            for goods in dict.fromkeys(map(_goods, visit.handlings)):
                here = (id(visit), goods) in handed_over
                self._by_vehicle.setdefault((visit.journey.vehicle, goods), []).append((visit, here))
                if here:
                    self._last[goods] = max(self._last.get(goods, visit.stop.end), visit.stop.end)

    def of(self, visit: Visit, load: Handling) -> datetime | None:
        goods = _goods(load)
        steps = self._by_vehicle[visit.journey.vehicle, goods]
        found = None
        for other, here in steps[[step is visit for step, _ in steps].index(True) + 1 :]:
            if here:
                found = max(found or other.stop.end, other.stop.end)
            if any(_goods(again) == goods for again in other.stop.loads):
                break
        return found or self._last.get(goods)


def _expiry(lot: Lot) -> datetime:
    return lot.expiry or NEVER


def _left(
    withdrawals: dict[LotKey, list[Load]], returns: dict[LotKey, list[tuple[datetime, int]]], lot: Lot, until: datetime
) -> int:
    key = (lot.place, lot.item, lot.code)
    loaded = sum(goods.quantity for visit, goods in withdrawals.get(key, ()) if visit.stop.start <= until)
    return lot.free - loaded + _back_by(returns.get(key, []), until)


def _would_do(lot: Lot, item: Item, loaded: datetime, handed_over: datetime | None) -> bool:
    there = lot.available_from is None or lot.available_from <= loaded
    return there and handed_over is not None and seconds(_expiry(lot) - handed_over) >= item.remaining_life_s


def _older(case: Case, goods: Handling, other: Lot, left: int) -> Message:
    return Message(
        "{place}: the plan loads {item} of lot {lot} for {need} while {left} {unit} of lot {other} are left, "
        "which expires first, at {expiry}",
        place=case.place_word(other.place),
        item=case.item_word(goods.item),
        lot=goods.lot,
        need=goods.need,
        left=left,
        unit=case.unit_word(goods.item),
        other=other.code,
        expiry=case.clock(_expiry(other)),
    )


def _goods(goods: Handling) -> Goods:
    return goods.need, goods.item, goods.lot, goods.lot_place


def remaining_life(case: Case) -> Iterator[Finding]:
    """What is handed over at its need's place has the life left that the item asks for. Amount in hours."""
    for visit, goods, need in _hand_overs(case):
        lot = case.lots.get((goods.lot_place, goods.item, goods.lot))
        item = case.situation.item.get(goods.item)
        if lot is None or lot.expiry is None or item is None:
            continue
        missing_s = item.remaining_life_s - seconds(lot.expiry - visit.stop.end)
        if missing_s > 0:
            words = _too_old(case, item, lot, need, visit.stop.end)
            yield Finding(visit.where, round(missing_s / HOUR_S, 3), "h", words)


def _hand_overs(case: Case) -> Iterator[tuple[Visit, Handling, Need]]:
    for visit in case.visits:
        for goods in visit.stop.unloads:
            need = case.asked.get(goods.need)
            if need is not None and need.place == visit.stop.place:
                yield visit, goods, need


def _too_old(case: Case, item: Item, lot: Lot, need: Need, moment: datetime) -> Message:
    if item.shelf_life_s is not None and lot.available_from is not None:
        return Message(
            "{item}, lot {lot}, would be {age} old when it is handed over at {place}, and may be {limit}",
            item=case.item_word(item.code),
            lot=lot.code,
            age=Measure(seconds(moment - lot.available_from), "s"),
            place=case.place_word(need.place),
            limit=Measure(max(0, item.shelf_life_s - item.remaining_life_s), "s"),
        )
    return Message(
        "{item}, lot {lot}, expires at {expiry}; it would be handed over at {place} at {time}, "
        "and must then keep for {limit}",
        item=case.item_word(item.code),
        lot=lot.code,
        expiry=case.clock(lot.expiry or NEVER),
        place=case.place_word(need.place),
        time=case.clock(moment),
        limit=Measure(item.remaining_life_s, "s"),
    )


def transfer(case: Case) -> Iterator[Finding]:
    """Goods are put down on the way only where they can change vehicles, and taken up only after they were put down."""
    events: list[tuple[datetime, int, Visit, Handling]] = []
    for visit in case.visits:
        here = case.place(visit.stop.place)
        for goods in visit.stop.unloads:
            need = case.asked.get(goods.need)
            if here is None or need is None or need.place == here.code:
                continue
            if here.kind in TRANSFER_KINDS:
                events.append((visit.stop.end, 0, visit, goods))
            else:
                message = Message(
                    "{place} is no place to put down {quantity} {unit} of {item} for {need}",
                    place=case.place_word(here.code),
                    quantity=goods.quantity,
                    unit=case.unit_word(goods.item),
                    item=case.item_word(goods.item),
                    need=goods.need,
                )
                yield Finding(visit.where, goods.quantity, case.unit(goods.item), message)
        events += [
            (visit.stop.start, 1, visit, goods)
            for goods in visit.stop.loads
            if here is not None and goods.lot_place != here.code
        ]
    yield from _taken_up(case, events)


def _taken_up(case: Case, events: list[tuple[datetime, int, Visit, Handling]]) -> Iterator[Finding]:
    there: dict[tuple[str, Goods], int] = {}
    for _, is_load, visit, goods in sorted(events, key=lambda it: it[:2]):
        key = (visit.stop.place, _goods(goods))
        if not is_load:
            there[key] = there.get(key, 0) + goods.quantity
            continue
        short = goods.quantity - there.get(key, 0)
        there[key] = max(0, -short)
        if short > 0:
            message = Message(
                "{place}: {quantity} {unit} of {item}, lot {lot}, for {need} are loaded at {time} "
                "and were not put down there before",
                place=case.place_word(visit.stop.place),
                quantity=short,
                unit=case.unit_word(goods.item),
                item=case.item_word(goods.item),
                lot=goods.lot,
                need=goods.need,
                time=case.clock(visit.stop.start),
            )
            yield Finding(visit.where, short, case.unit(goods.item), message)
