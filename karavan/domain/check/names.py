"""Names and values that the other rules build on."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from datetime import datetime
from itertools import chain

from karavan.domain.check.case import MARGIN, Case, Finding
from karavan.domain.message import Message
from karavan.domain.plans import Plan

LARGEST_QUANTITY = 10**12
Named = tuple[str, str, str]


def malformed(case: Case) -> Iterator[Finding]:
    """Values that nothing can be reckoned with: times without a zone or years away, quantities that are no number."""
    operation = case.situation.operation
    first, last = operation.start - MARGIN, operation.end + MARGIN
    for where, moment in _moments(case.plan):
        if not isinstance(moment, datetime) or moment.utcoffset() is None:
            message = Message("'{value}' is not a time with a time zone", value=str(moment)[:60])
            yield Finding(where, 1, "values", message)
        elif not first <= moment <= last:
            message = Message(
                "{value} is far outside the operation, {start} to {end}",
                value=moment.isoformat(),
                start=case.clock(operation.start),
                end=case.clock(operation.end),
            )
            yield Finding(where, 1, "values", message)
    for where, quantity in _quantities(case.plan):
        whole = isinstance(quantity, int) and not isinstance(quantity, bool)
        if not whole or not 0 <= quantity <= LARGEST_QUANTITY:
            message = Message("a quantity is a whole number from 0 to {limit}", limit=LARGEST_QUANTITY)
            yield Finding(where, 1, "values", message)


def _moments(plan: Plan) -> Iterator[tuple[str, datetime]]:
    if plan.replanned_at is not None:
        yield "plan", plan.replanned_at
    for journey in plan.journeys:
        for number, stop in enumerate(journey.stops, start=1):
            where = f"{journey.code}/{number}"
            for leg in stop.legs:
                yield f"{where} {leg.road}", leg.depart
                yield f"{where} {leg.road}", leg.arrive
            yield from ((where, moment) for moment in (stop.arrive, stop.start, stop.end))
    for convoy in plan.convoys:
        yield convoy.code, convoy.depart
        yield convoy.code, convoy.arrive


def _quantities(plan: Plan) -> Iterator[tuple[str, int]]:
    for journey in plan.journeys:
        for number, stop in enumerate(journey.stops, start=1):
            for goods in stop.unloads + stop.loads:
                yield f"{journey.code}/{number}", goods.quantity
    for left in plan.unserved:
        yield left.need, left.quantity
    for share in plan.shares:
        yield from (("plan", quantity) for quantity in (share.needed, share.available))
        yield from share.shares


def unknown_name(case: Case) -> Iterator[Finding]:
    """Codes that neither the situation nor the plan defines; each is named once."""
    known: dict[str, Container[str]] = {
        "vehicle": case.situation.vehicle,
        "place": case.situation.place,
        "item": case.situation.item,
        "request line": case.asked,
        "convoy": case.convoy,
        "journey": {journey.code for journey in case.plan.journeys},
    }
    seen: set[tuple[str, str | tuple[str, str, str]]] = set()
    for where, kind, name in _names(case.plan):
        missing = case.situation.find_road(name) is None if kind == "road" else name not in known[kind]
        if missing and (kind, name) not in seen:
            seen.add((kind, name))
            yield Finding(where, 1, "names", _unknown(kind, name))
    for visit in case.visits:
        for goods in visit.handlings:
            key = (goods.lot_place, goods.item, goods.lot)
            if not _may_be_lot(case, *key) and ("lot", key) not in seen:
                seen.add(("lot", key))
                message = Message(
                    "{place} has no lot {lot} of {item}",
                    place=case.place_word(goods.lot_place),
                    lot=goods.lot,
                    item=case.item_word(goods.item),
                )
                yield Finding(visit.where, 1, "names", message)


def _may_be_lot(case: Case, place: str, item: str, code: str) -> bool:
    """Lots of the stock and of an oven; whether they can be loaded is for the rules of stock and production."""
    situation = case.situation
    if place not in situation.place or item not in situation.item:
        return True  # the place or the item is what is unknown
    return any((lot.place, lot.item, lot.code) == (place, item, code) for lot in situation.stock) or any(
        (row.bakery, row.item) == (place, item) for row in situation.production
    )


def _unknown(kind: str, name: str) -> Message:
    messages = {
        "vehicle": Message("there is no vehicle {name}", name=name),
        "place": Message("there is no place {name}", name=name),
        "road": Message("there is no road {name}", name=name),
        "item": Message("there is no item {name}", name=name),
        "request line": Message("there is no request line {name}", name=name),
        "convoy": Message("the plan has no convoy {name}", name=name),
        "journey": Message("the plan has no journey {name}", name=name),
    }
    return messages[kind]


def _names(plan: Plan) -> Iterable[Named]:
    return chain(_journey_names(plan), _convoy_names(plan), _account_names(plan))


def _journey_names(plan: Plan) -> Iterator[Named]:
    for journey in plan.journeys:
        yield journey.code, "vehicle", journey.vehicle
        for number, stop in enumerate(journey.stops, start=1):
            where = f"{journey.code}/{number}"
            for leg in stop.legs:
                on_road = f"{where} {leg.road}"
                yield on_road, "road", leg.road
                yield on_road, "place", leg.origin
                yield on_road, "place", leg.destination
                if leg.convoy:
                    yield on_road, "convoy", leg.convoy
            yield where, "place", stop.place
            for goods in stop.unloads + stop.loads:
                yield where, "request line", goods.need
                yield where, "item", goods.item
                yield where, "place", goods.lot_place


def _convoy_names(plan: Plan) -> Iterator[Named]:
    for convoy in plan.convoys:
        yield convoy.code, "place", convoy.origin
        yield convoy.code, "place", convoy.destination
        yield from ((convoy.code, "road", road) for road in convoy.roads)
        yield from ((convoy.code, "journey", journey) for journey in convoy.journeys)
        if convoy.leader:
            yield convoy.code, "journey", convoy.leader


def _account_names(plan: Plan) -> Iterator[Named]:
    for left in plan.unserved:
        yield left.need, "request line", left.need
        yield left.need, "item", left.item
        yield left.need, "place", left.place
    for share in plan.shares:
        yield "plan", "item", share.item
        yield from (("plan", "request line", need) for need, _ in share.shares)


def duplicate_name(case: Case) -> Iterator[Finding]:
    """Two journeys, or two convoys, of one code: nobody could tell which a paper means."""
    codes: dict[str, int] = {}
    for journey in case.plan.journeys:
        codes[journey.code] = codes.get(journey.code, 0) + 1
    for code, count in codes.items():
        if count > 1:
            message = Message("{count} journeys have the code {name}", count=count, name=code)
            yield Finding(code, count - 1, "names", message)
    codes = {}
    for convoy in case.plan.convoys:
        codes[convoy.code] = codes.get(convoy.code, 0) + 1
    for code, count in codes.items():
        if count > 1:
            message = Message("{count} convoys have the code {name}", count=count, name=code)
            yield Finding(code, count - 1, "names", message)
