"""A vehicle's journeys cut at a moment: what is over, what is under way, what has not begun."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from karavan.domain.errors import BadChange
from karavan.domain.intervals import holds
from karavan.domain.message import Message, PlaceName
from karavan.domain.plans import Handling, Journey, Leg, Plan, Stop
from karavan.domain.situation import Situation
from karavan.domain.supply import lot_key, lots
from karavan.planning.problem import (
    Problem,
)

Parts = tuple[Handling, ...]


@dataclass(slots=True)
class Past:
    """One vehicle's past: journeys over, the one under way cut at the moment, and what is still aboard for where."""

    journeys: list[Journey] = field(default_factory=list)
    under_way: Journey | None = None
    ahead: tuple[Stop, ...] = ()
    waiting: list[Journey] = field(default_factory=list)


def refuse_strangers(situation: Situation, previous: Plan, left: Collection[str]) -> None:
    codes = {journey.code for journey in previous.journeys}
    for code in sorted(set(left) - codes):
        raise BadChange(Message("the plan has no journey {code}", code=code))
    for journey in previous.journeys:
        if journey.vehicle not in situation.vehicle:
            raise BadChange(Message("the plan's vehicle {plate} is not in the situation", plate=journey.vehicle))
        for stop in journey.stops:
            for place in (stop.place, *(leg.destination for leg in stop.legs)):
                if place not in situation.place:
                    raise BadChange(Message("the plan's place {place} is not in the situation", place=place))
            for goods in (*stop.loads, *stop.unloads):
                if goods.item not in situation.item:
                    raise BadChange(Message("the plan's item {item} is not in the situation", item=goods.item))


def refuse_too_early(situation: Situation, previous: Plan, at: datetime, left: Collection[str]) -> None:
    there_from = {lot_key(lot): lot.available_from for lot in lots(situation)}
    brought = {
        (stop.place, goods.need)
        for journey in previous.journeys
        for stop in journey.stops
        for goods in stop.unloads
        if stop.start < at
    }
    for journey in previous.journeys:
        for stop in journey.stops if journey.code in left else ():
            for goods in stop.loads:
                since = there_from.get((goods.lot_place, goods.item, goods.lot))
                on_the_way = goods.lot_place != stop.place and (stop.place, goods.need) not in brought
                if on_the_way or (since is not None and since > at):
                    raise BadChange(
                        Message(
                            "journey {journey} cannot have left: its goods for {need} are not at {place} yet",
                            journey=journey.code,
                            need=goods.need,
                            place=PlaceName(stop.place),
                        )
                    )


def past_of(situation: Situation, plate: str, journeys: list[Journey], at: datetime, left: Collection[str]) -> Past:
    """
    Cut a vehicle's journeys at ``at``.

    A vehicle that has broken down where it was loaded is unloaded there: what was put on it can go with another one.
    """
    past = Past()
    until = situation.vehicle[plate].available_until
    broken = until is not None and until <= at
    for journey in sorted(journeys, key=lambda j: (j.stops[0].arrive, j.code)):
        named = journey.code in left
        reached = [s for s in journey.stops if s.start < at or (named and s.loads)]
        if past.waiting or not (reached or any(leg.depart < at for leg in journey.stops[0].legs)):
            past.waiting.append(journey)
            continue
        if past.under_way is not None:
            past.journeys.append(past.under_way)
        begun = any(stop.loads for stop in reached) or journey.frozen
        ahead = journey.stops[len(reached) :]
        way = _way_point(situation, ahead[0], at) if ahead else None
        if not begun and way is None and not reached[-1:]:
            past.waiting.append(journey)
            continue
        stops = (*(reached if begun else [_bare(stop) for stop in reached]), *([way] if way else []))
        stands = broken and not named and way is None and reached[-1:] and reached[-1].loads
        if stands:
            stops = (*stops, _put_back(situation, reached[-1], at))
        past.under_way = replace(journey, stops=stops, frozen=True)
        past.ahead = ahead if begun and not stands else ()
        if not begun:
            past.waiting.append(journey)
    return past


def _put_back(situation: Situation, stop: Stop, at: datetime) -> Stop:
    mass_g = sum(goods.quantity * situation.item[goods.item].mass_g for goods in stop.loads)
    start = max(at, stop.end)
    end = start + timedelta(seconds=situation.handling_s(stop.place, mass_g))
    return Stop(place=stop.place, arrive=start, start=start, end=end, unloads=tuple(reversed(stop.loads)))


def _bare(stop: Stop) -> Stop:
    return replace(stop, loads=(), unloads=(), clean=False, end=stop.start)


def _way_point(situation: Situation, stop: Stop, at: datetime) -> Stop | None:
    """
    Where a vehicle on its way to ``stop`` can next decide: the end of the leg that it is on.

    In a convoy that is the convoy's end, or the place before the first road that has been shut ahead of it.
    """
    driven: list[Leg] = []
    for leg in stop.legs:
        together = driven and leg.convoy and leg.convoy == driven[-1].convoy
        if leg.depart >= at and not (together and _is_open(situation, leg)):
            break
        driven.append(leg)
    if not driven:
        return None
    end = driven[-1].arrive
    return Stop(place=driven[-1].destination, arrive=end, start=end, end=end, legs=tuple(driven))


def _is_open(situation: Situation, leg: Leg) -> bool:
    road, operation = situation.find_road(leg.road), situation.operation
    if road is None:
        return False
    return holds(road.usable(operation.start, operation.end, operation.rules, operation.zone), leg.depart, leg.arrive)


def aboard_of(past: Past) -> tuple[list[tuple[str, str, Parts]], list[tuple[str, Parts]]]:
    """What is in the vehicle: ``(place, need, goods)`` as it was to be handed over; ``(need, goods)`` of the rest."""
    there: dict[Handling, int] = defaultdict(int)
    for journey in (*past.journeys, *([past.under_way] if past.under_way else [])):
        for stop in journey.stops:
            for goods in stop.loads:
                there[replace(goods, quantity=0)] += goods.quantity
            for goods in stop.unloads:
                there[replace(goods, quantity=0)] -= goods.quantity
    planned = []
    for stop in past.ahead:
        groups: dict[str, list[Handling]] = defaultdict(list)
        for goods in stop.unloads:
            key = replace(goods, quantity=0)
            quantity = min(goods.quantity, there[key])
            if quantity > 0:
                there[key] -= quantity
                groups[goods.need].append(replace(goods, quantity=quantity))
        planned += [(stop.place, code, tuple(parts)) for code, parts in groups.items()]
    rest: dict[str, list[Handling]] = defaultdict(list)
    for goods, quantity in there.items():
        if quantity > 0:
            rest[goods.need].append(replace(goods, quantity=quantity))
    return planned, [(code, tuple(parts)) for code, parts in rest.items()]


def promised_by(problem: Problem, pasts: dict[str, Past]) -> dict[str, int]:
    """What journeys that have not left were to hand over, by need."""
    promised: dict[str, int] = defaultdict(int)
    places = {need.code: need.place for need in problem.needs}
    for past in pasts.values():
        for journey in past.waiting:
            for stop in journey.stops:
                for goods in stop.unloads:
                    if places.get(goods.need) == stop.place:
                        promised[goods.need] += goods.quantity
    return promised
