"""Why is this line unserved, so late, on that truck? Answers read off the situation and the plan."""

from __future__ import annotations

from datetime import datetime

from karavan.domain.errors import UnknownName
from karavan.domain.message import Message, PlaceName, unit_alone, unit_word
from karavan.domain.needs import Need, needs
from karavan.domain.plans import Journey, Plan, Stop
from karavan.domain.situation import Situation
from karavan.domain.units import Measure, time_text
from karavan.domain.value import hand_overs
from karavan.planning.problem import Problem, bridge
from karavan.planning.travel import fits_road

NOTABLE_WAIT_S = 900
"""Standing for less than this is not worth a sentence."""
LISTED = 12
"""Names in one sentence; how many more there are is said."""


def explain(situation: Situation, plan: Plan, subject: str) -> tuple[Message, ...]:
    """
    Sentences about a request, a line, a need, a journey or a vehicle.

    Raises
    ------
    UnknownName
        Nothing in the situation or the plan is called ``subject``.
    """
    lines = [need for need in needs(situation) if subject in (need.code, need.line, need.request)]
    left = [one for one in plan.unserved if subject in (one.need, one.need.split("/")[0], one.need.split(":")[0])]
    if lines or left:
        said = _needs(situation, plan, lines)
        known = {need.code for need in lines}
        return tuple(said + [reason for one in left if one.need not in known for reason in one.reasons])
    journeys = [journey for journey in plan.journeys if subject in (journey.code, journey.vehicle)]
    if journeys:
        return tuple(message for journey in journeys for message in _journey(situation, journey))
    if subject in situation.vehicle:
        return (
            Message(
                "vehicle {plate} is not used: no journey was found for it that makes anybody wait less", plate=subject
            ),
        )
    raise UnknownName(Message("no request, line, journey or vehicle is called {name}", name=subject))


def _needs(situation: Situation, plan: Plan, lines: list[Need]) -> list[Message]:
    """One line after the other; the vehicles that may bring them are not told twice."""
    said: list[Message] = []
    told: dict[tuple[Message, ...], str] = {}
    for need in lines:
        said += _need(situation, plan, need)
        fleet = _fleet(situation, plan, need)
        before = told.setdefault(tuple(fleet), need.code)
        if before == need.code:
            said += fleet
        elif fleet:
            said.append(Message("the same vehicles may bring it as {need}", need=before))
    return said


def _need(situation: Situation, plan: Plan, need: Need) -> list[Message]:
    """Where the goods of a need are handed over, what held them up, why with this vehicle."""
    zone = situation.operation.zone
    unit = unit_word(situation.item[need.item].unit)
    able = _able(bridge(situation), need)[2]
    said = []
    for journey in plan.journeys:
        for i, stop in enumerate(journey.stops):
            quantity = sum(goods.quantity for goods in stop.unloads if goods.need == need.code)
            if not quantity:
                continue
            said.append(
                Message(
                    "{need}: {quantity} of {wanted} {unit} with {vehicle}, journey {journey}, handed over at {place}, "
                    "{time}",
                    need=need.code,
                    quantity=quantity,
                    wanted=need.quantity,
                    unit=unit,
                    vehicle=journey.vehicle,
                    journey=journey.code,
                    place=PlaceName(stop.place),
                    time=time_text(hand_overs(situation, stop)[need.code], zone),
                )
            )
            said += _delays(situation, plan, journey, i)
            if stop.place == need.place:
                said += _why_this_one(situation, plan, journey, stop, able)
            else:
                said.append(Message("there it changes vehicles: no vehicle may go all the way"))
    said += [
        Message("{need}: {reason}", need=need.code, reason=reason)
        for one in plan.unserved
        if one.need == need.code
        for reason in one.reasons
    ]
    return said


def _delays(situation: Situation, plan: Plan, journey: Journey, last: int) -> list[Message]:
    """What made a journey stand before its stop number ``last``."""
    said = []
    before: Stop | None = None
    for stop in journey.stops[: last + 1]:
        now = before.end if before else None
        for leg in stop.legs:
            if now is not None and (leg.depart - now).total_seconds() >= NOTABLE_WAIT_S:
                said.append(_why_waiting(situation, leg.road, leg.convoy, leg.origin, now, leg.depart))
            now = leg.arrive
        wait = (stop.start - stop.arrive).total_seconds()
        if wait >= NOTABLE_WAIT_S:
            said.append(_why_standing(situation, stop, wait))
        if before is not None and before.unloads:
            said.append(
                Message(
                    "it serves {place} first, until {time}",
                    place=PlaceName(before.place),
                    time=time_text(before.end, situation.operation.zone),
                )
            )
        before = stop
    earlier = [
        other
        for other in plan.journeys
        if other.vehicle == journey.vehicle and other is not journey and other.stops[-1].end <= journey.stops[0].start
    ]
    if earlier:
        said.insert(
            0,
            Message(
                "{vehicle} comes back from {journey} at {time} first",
                vehicle=journey.vehicle,
                journey=earlier[-1].code,
                time=time_text(earlier[-1].stops[-1].end, situation.operation.zone),
            ),
        )
    return said


def _why_waiting(situation: Situation, code: str, convoy: str, place: str, since: datetime, until: datetime) -> Message:
    road = situation.find_road(code)
    wait = Measure((until - since).total_seconds(), "s")
    where = PlaceName(place)
    if convoy:
        return Message("it waits {wait} at {place} for convoy {convoy}", wait=wait, place=where, convoy=convoy)
    if road is not None and road.gate is not None:
        return Message(
            "it waits {wait} at {place} for the gate hours of road {road} ({hours})",
            wait=wait,
            place=where,
            road=code,
            hours=str(road.gate),
        )
    if road is not None and (road.status_from or road.status_until):
        return Message("it waits {wait} at {place} until road {road} opens", wait=wait, place=where, road=code)
    if road is not None and not road.night_allowed:
        return Message("it waits {wait} at {place} for daylight on road {road}", wait=wait, place=where, road=code)
    return Message("its crew rests {wait} at {place}", wait=wait, place=where)


def _why_standing(situation: Situation, stop: Stop, wait_s: float) -> Message:
    baked = [goods.lot for goods in stop.loads if goods.lot.startswith("oven ")]
    if baked:
        return Message(
            "it waits {wait} at {place} for bread from the oven",
            wait=Measure(wait_s, "s"),
            place=PlaceName(stop.place),
        )
    return Message(
        "it waits {wait} at {place} for opening hours, its shift or goods",
        wait=Measure(wait_s, "s"),
        place=PlaceName(stop.place),
    )


def _why_this_one(situation: Situation, plan: Plan, journey: Journey, stop: Stop, able: list[str]) -> list[Message]:
    """What the vehicle that brings it has before the others that may."""
    plate = journey.vehicle
    others = [other for other in able if other != plate]
    if plate not in able:
        return []
    if not others:
        return [Message("{vehicle} is the only vehicle that may bring it there", vehicle=plate)]
    said = []
    needs_here = list(dict.fromkeys(goods.need for goods in stop.unloads))
    if len(needs_here) > 1:
        said.append(
            Message(
                "{vehicle} comes there anyway: the same stop brings {needs}",
                vehicle=plate,
                needs=_listed(needs_here),
            )
        )
    leaves, until = _span(journey)[0], stop.end
    busy = {
        other.vehicle: other
        for other in plan.journeys
        if other.vehicle in others and _span(other)[0] < until and _span(other)[1] > leaves
    }
    free = [other for other in others if other not in busy]
    if not free:
        back = min(busy.values(), key=lambda other: (_span(other)[1], other.code))
        said.append(
            Message(
                "every other vehicle that may bring it is on a journey meanwhile; the next one back is {vehicle}, from "
                "journey {journey} at {time}",
                vehicle=back.vehicle,
                journey=back.code,
                time=time_text(_span(back)[1], situation.operation.zone),
            )
        )
    else:
        said.append(
            Message(
                "not on a journey meanwhile, and able to bring it: {vehicles}; no plan with them was found that makes "
                "people wait less",
                vehicles=_listed(free),
            )
        )
    return said


def _span(journey: Journey) -> tuple[datetime, datetime]:
    first = journey.stops[0]
    return first.legs[0].depart if first.legs else first.arrive, journey.stops[-1].end


def _fleet(situation: Situation, plan: Plan, need: Need) -> list[Message]:
    """Which vehicles may bring the need at all, with their journeys, and what keeps each of the others from it."""
    problem = bridge(situation)
    item, places, able = _able(problem, need)
    if not places:
        return []
    journeys = {plate: [one.code for one in plan.journeys if one.vehicle == plate] for plate in able}
    said = [
        Message.counted(
            "{count} of {all} vehicles may bring it there (with its journeys): {vehicles}",
            "{count} of {all} vehicles may bring it there (with their journeys): {vehicles}",
            count=len(able),
            all=len(problem.vehicles),
            vehicles=_listed([f"{plate} ({', '.join(codes) or '–'})" for plate, codes in journeys.items()]),
        )
        if able
        else Message(
            "none of the {all} vehicles may bring it all the way to {place}",
            all=len(problem.vehicles),
            place=PlaceName(need.place),
        )
    ]
    kept: dict[Message, list[str]] = {}
    for number, vehicle in enumerate(problem.vehicles):
        if vehicle.plate not in able:
            why = _what_keeps(problem, number, item, places, need.place)
            kept.setdefault(why, []).append(vehicle.plate)
    said += [
        Message("cannot bring it: {vehicles}; {why}", vehicles=_listed(plates), why=why) for why, plates in kept.items()
    ]
    return said


def _able(problem: Problem, need: Need) -> tuple[int, list[int], list[str]]:
    """The item's number, the places where it can be loaded, and the plates that may bring it all the way."""
    item = next(i for i, one in enumerate(problem.items) if one.code == need.item)
    place = problem.network.number[need.place]
    sources = sorted({pool.place for pool in problem.pools if pool.item == item})
    able = {v for source in sources for v in problem.carriers(item, source, place)}
    return item, sources, [problem.vehicles[v].plate for v in sorted(able)]


def _what_keeps(problem: Problem, v: int, item: int, sources: list[int], code: str) -> Message:
    """The first thing that forbids a vehicle to bring the item: what it is, then where it may go, then its hours."""
    vehicle, goods, place = problem.vehicles[v], problem.items[item], problem.situation.place[code]
    if goods.closed_body and not vehicle.closed_body:
        return Message("no closed body")
    if vehicle.item_classes and goods.item_class not in vehicle.item_classes:
        return Message("not for goods of the class {item_class}", item_class=goods.item_class)
    if not problem.fits(v, item):
        return Message("too small for one {handling_unit}", handling_unit=unit_alone(goods.handling_unit or goods.unit))
    if not vehicle.may_enter(place):
        return Message("not for the zone of {place}", place=PlaceName(code))
    if not vehicle.may_stop(place):
        return Message("too heavy for {place}", place=PlaceName(code))
    if not problem.crews[v].spans:
        return Message("no hours of work within the horizon")
    if not any(problem.may_go(v, source, problem.network.number[code]) for source in sources):
        if vehicle.zones or any(not fits_road(vehicle, road) for road in problem.situation.roads):
            return Message(
                "no way from the goods to {place} that zones, weight, height and width allow", place=PlaceName(code)
            )
        return Message("no way to {place} from where the goods are", place=PlaceName(code))
    return Message("no way from home to where the goods are")


def _listed(words: list[str]) -> Message | str:
    """The first words of a list, and how many more there are."""
    shown = ", ".join(words[:LISTED])
    if len(words) <= LISTED:
        return shown
    return Message("{words} and {count} more", words=shown, count=len(words) - LISTED)


def _journey(situation: Situation, journey: Journey) -> list[Message]:
    zone = situation.operation.zone
    vehicle = situation.vehicle.get(journey.vehicle)
    loads = [goods for stop in journey.stops for goods in stop.loads]
    mass = sum(situation.item[goods.item].mass_g * goods.quantity for goods in loads)
    volume = sum(situation.item[goods.item].volume_cm3 * goods.quantity for goods in loads)
    said = [
        Message(
            "{journey}: {vehicle} from {start} to {end}",
            journey=journey.code,
            vehicle=journey.vehicle,
            start=time_text(journey.stops[0].start, zone),
            end=time_text(journey.stops[-1].end, zone),
        )
    ]
    if vehicle is not None:
        said.append(
            Message(
                "it carries {mass} of {payload} and {volume} of {room}",
                mass=Measure(mass, "g"),
                payload=Measure(vehicle.payload_g, "g"),
                volume=Measure(volume, "cm3"),
                room=Measure(vehicle.volume_cm3, "cm3"),
            )
        )
    for stop in journey.stops:
        if stop.unloads:
            said.append(
                Message(
                    "{place}, {time}: {needs}",
                    place=PlaceName(stop.place),
                    time=time_text(stop.end, zone),
                    needs=_listed(list(dict.fromkeys(goods.need for goods in stop.unloads))),
                )
            )
    return said
