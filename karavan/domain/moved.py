"""A plan changed by hand: a stop goes to another journey, a journey to another vehicle; timed simply, for the judge."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from karavan.domain.errors import BadChange
from karavan.domain.fleet import Vehicle
from karavan.domain.message import Message
from karavan.domain.plans import Convoy, Handling, Journey, Leg, Plan, Stop
from karavan.domain.roads import STRAIGHT_JOINT, Road, RoadSource, RoadStatus
from karavan.domain.situation import Situation
from karavan.domain.value import measure

ANY_COMPARTMENT = -1
"""Of goods that were moved: where they lie is not decided yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """
    What a planner changes.

    Attributes
    ----------
    journey
        Which journey. It gets the vehicle ``vehicle``, where one is named.
    stop, to, before
        Or its stop of this number (from 1) goes to journey ``to``, before its stop ``before``; 0: as the last one
        at which goods are handed over.
    """

    journey: str
    vehicle: str = ""
    stop: int = 0
    to: str = ""
    before: int = 0


def moved(situation: Situation, plan: Plan, move: Move) -> Plan:
    """
    The plan with the change, as it was asked for and whatever it breaks: the judge says that.

    Vehicles drive the shortest open way and wait for nothing.

    Raises
    ------
    BadChange
        There is no such journey, vehicle or stop, or it has left.
    """
    journeys = {journey.code: journey for journey in plan.journeys}
    changed = _to_vehicle(situation, journeys, move) if move.vehicle else _to_journey(journeys, move)
    left = {code: journey for code, journey in {**journeys, **changed}.items() if journey is not None}
    for code in changed:
        if code in left:
            left[code] = _timed(situation, left.values(), left[code])
    convoys = tuple(_led(it, tuple(code for code in it.journeys if code not in changed)) for it in plan.convoys)
    draft = replace(
        plan,
        journeys=tuple(left.values()),
        convoys=tuple(it for it in convoys if it.journeys),
        value=None,
        changes=(),
        comparisons=(),
    )
    return replace(draft, value=measure(situation, draft))


def _led(convoy: Convoy, journeys: tuple[str, ...]) -> Convoy:
    """The convoy with these journeys; the first leads where the leader has gone."""
    leader = convoy.leader if convoy.leader in journeys or not convoy.leader else next(iter(journeys), "")
    return replace(convoy, journeys=journeys, leader=leader)


Changed = dict[str, Journey | None]


def _journey(journeys: dict[str, Journey], code: str) -> Journey:
    if code not in journeys:
        raise BadChange(Message("the plan has no journey {code}", code=code))
    if journeys[code].frozen:
        raise BadChange(Message("journey {code} has left", code=code))
    return journeys[code]


def _to_vehicle(situation: Situation, journeys: dict[str, Journey], move: Move) -> Changed:
    journey = _journey(journeys, move.journey)
    if move.vehicle not in situation.vehicle:
        raise BadChange(Message("there is no vehicle {plate}", plate=move.vehicle))
    return {journey.code: replace(journey, vehicle=move.vehicle, stops=tuple(map(_repacked, journey.stops)))}


def _repacked(stop: Stop) -> Stop:
    return replace(
        stop,
        loads=tuple(replace(it, compartment=ANY_COMPARTMENT) for it in stop.loads),
        unloads=tuple(replace(it, compartment=ANY_COMPARTMENT) for it in stop.unloads),
    )


def _to_journey(journeys: dict[str, Journey], move: Move) -> Changed:
    source, target = _journey(journeys, move.journey), _journey(journeys, move.to)
    if not 1 <= move.stop <= len(source.stops) or not source.stops[move.stop - 1].unloads:
        raise BadChange(Message("journey {code} hands nothing over at stop {stop}", code=source.code, stop=move.stop))
    stop = source.stops[move.stop - 1]
    goods = tuple(replace(it, compartment=ANY_COMPARTMENT) for it in stop.unloads)
    rest = _without(source, move.stop - 1)
    if source.code == target.code:
        if rest is None:
            raise BadChange(Message("journey {code} has no other stop to change places with", code=source.code))
        gone = move.before > move.stop
        return {source.code: _with(rest, stop, goods, move.before - gone if move.before else 0)}
    return {source.code: rest, target.code: _with(target, stop, goods, move.before)}


def _without(journey: Journey, index: int) -> Journey | None:
    """The journey without the goods of a stop; ``None``: nothing is left to bring."""
    off = journey.stops[index].unloads
    stops = []
    for i, stop in enumerate(journey.stops):
        loads, unloads = stop.loads, () if i == index else stop.unloads
        for goods in off:
            loads = _less(loads, goods) if i < index else loads
        was_work, is_work = stop.loads or stop.unloads or stop.clean, loads or unloads or stop.clean
        if is_work or not was_work:
            stops.append(replace(stop, loads=loads, unloads=unloads))
    return replace(journey, stops=tuple(stops)) if any(stop.loads for stop in stops) else None


def _less(loads: tuple[Handling, ...], goods: Handling) -> tuple[Handling, ...]:
    left, kept = goods.quantity, []
    for it in loads:
        same = (it.need, it.item, it.lot, it.lot_place, it.compartment)
        if left and same == (goods.need, goods.item, goods.lot, goods.lot_place, goods.compartment):
            part = min(left, it.quantity)
            left -= part
            if part == it.quantity:
                continue
            it = replace(it, quantity=it.quantity - part)
        kept.append(it)
    return tuple(kept)


def _with(journey: Journey, stop: Stop, goods: tuple[Handling, ...], before: int) -> Journey:
    """The journey with a stop more; its goods are put on where they lie."""
    stops = [_repacked(it) for it in journey.stops]
    last = max(i for i, it in enumerate(stops) if it.loads or it.unloads)
    at = before - 1 if 1 <= before <= last else last + 1
    stops.insert(at, replace(stop, loads=(), unloads=goods, legs=()))
    for place in dict.fromkeys(it.lot_place for it in goods):
        part = tuple(it for it in goods if it.lot_place == place)
        here = next((i for i, it in enumerate(stops[:at]) if it.place == place and it.loads), None)
        if here is None:
            stops.insert(
                0, Stop(place=place, arrive=stops[0].arrive, start=stops[0].start, end=stops[0].end, loads=part)
            )
            at += 1
        else:
            stops[here] = replace(stops[here], loads=(*stops[here].loads, *part))
    return replace(journey, stops=tuple(stops))


def _timed(situation: Situation, journeys: Iterable[Journey], journey: Journey) -> Journey:
    """One drive after the other, without waiting."""
    vehicle = situation.vehicle[journey.vehicle]
    first = journey.stops[0]
    clock = min([first.arrive, *(leg.depart for leg in first.legs)])
    earlier = [it for it in journeys if it.vehicle == vehicle.plate and it.code != journey.code]
    ended = [it.stops[-1] for it in earlier if it.stops[-1].end <= clock]
    place = max(ended, key=lambda it: it.end).place if ended else vehicle.homes[0]
    stops: list[Stop] = []
    for stop in journey.stops:
        legs = _drive(situation, vehicle, place, stop.place, clock)
        arrive = legs[-1].arrive if legs else clock
        start = max(arrive, stop.start) if not stops else arrive
        mass_g = sum(it.quantity * situation.item[it.item].mass_g for it in (*stop.loads, *stop.unloads))
        work_s = situation.handling_s(stop.place, mass_g) if stop.loads or stop.unloads else 0
        if stop.clean:
            work_s += int((stop.end - stop.start).total_seconds())
        clock, place = start + timedelta(seconds=work_s), stop.place
        stops.append(replace(stop, legs=legs, arrive=arrive, start=start, end=clock))
    return replace(journey, stops=tuple(stops))


def _drive(situation: Situation, vehicle: Vehicle, origin: str, destination: str, clock: datetime) -> tuple[Leg, ...]:
    legs = []
    for place, onward, road in _way(situation, origin, destination):
        drive_s = situation.drive_s(road, vehicle)
        rules = situation.operation.rules
        breaks = max(0, -(-drive_s // rules.break_after_s) - 1) if rules.break_after_s > 0 else 0
        arrive = clock + timedelta(seconds=drive_s + breaks * rules.break_s)
        legs.append(Leg(road=road.code, origin=place, destination=onward, depart=clock, arrive=arrive))
        clock = arrive
    return tuple(legs)


def _way(situation: Situation, origin: str, destination: str) -> list[tuple[str, str, Road]]:
    """The quickest way over roads that are not closed; over closed ones where there is no other."""
    if origin == destination:
        return []
    if situation.road_source is RoadSource.STRAIGHT:
        road = situation.find_road(f"{origin}{STRAIGHT_JOINT}{destination}")
        return [(origin, destination, road)] if road else []
    open_roads = [road for road in situation.roads if road.status is not RoadStatus.CLOSED]
    return _quickest(open_roads, origin, destination) or _quickest(situation.roads, origin, destination)


def _quickest(roads: Iterable[Road], origin: str, destination: str) -> list[tuple[str, str, Road]]:
    out: dict[str, list[tuple[str, Road]]] = {}
    for road in roads:
        out.setdefault(road.origin, []).append((road.destination, road))
        if not road.one_way:
            out.setdefault(road.destination, []).append((road.origin, road))
    came: dict[str, tuple[str, Road]] = {}
    heap, done = [(0, origin)], set()
    while heap:
        cost_s, place = heapq.heappop(heap)
        if place == destination:
            break
        if place in done:
            continue
        done.add(place)
        for onward, road in out.get(place, ()):
            if onward not in done and (onward not in came or cost_s + road.drive_s < _cost(came, onward, origin)):
                came[onward] = (place, road)
                heapq.heappush(heap, (cost_s + road.drive_s, onward))
    way = []
    while destination in came and destination != origin:
        place, road = came[destination]
        way.append((place, destination, road))
        destination = place
    return way[::-1] if destination == origin else []


def _cost(came: dict[str, tuple[str, Road]], place: str, origin: str) -> int:
    total = 0
    while place != origin:
        place, road = came[place]
        total += road.drive_s
    return total
