"""Why is this line unserved, so late, on that truck? Answers read off the situation and the plan."""

from __future__ import annotations

from karavan.domain.errors import UnknownName
from karavan.domain.message import Message, PlaceName
from karavan.domain.needs import Need, needs
from karavan.domain.plans import Journey, Plan, Stop
from karavan.domain.situation import Situation
from karavan.domain.units import duration_text, mass_text, time_text, volume_text
from karavan.planning.problem import bridge

NOTABLE_WAIT_S = 900
"""Standing for less than this is not worth a sentence."""


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
        said = [message for need in lines for message in _need(situation, plan, need)]
        known = {need.code for need in lines}
        return tuple(said + [reason for one in left if one.need not in known for reason in one.reasons])
    journeys = [journey for journey in plan.journeys if subject in (journey.code, journey.vehicle)]
    if journeys:
        return tuple(message for journey in journeys for message in _journey(situation, journey))
    if subject in situation.vehicle:
        return (Message("vehicle {plate} is not used: no journey of it would make anybody wait less", plate=subject),)
    raise UnknownName(Message("no request, line, journey or vehicle is called {name}", name=subject))


def _need(situation: Situation, plan: Plan, need: Need) -> list[Message]:
    """Where the goods of a need are handed over, what held them up, who else could have brought them."""
    zone = situation.operation.zone
    unit = situation.item[need.item].unit
    said = []
    for journey in plan.journeys:
        for i, stop in enumerate(journey.stops):
            quantity = sum(goods.quantity for goods in stop.unloads if goods.need == need.code)
            if not quantity:
                continue
            said.append(
                Message(
                    "{need}: {quantity} of {wanted} {unit} with {vehicle} ({journey}), handed over at {place} {time}",
                    need=need.code,
                    quantity=quantity,
                    wanted=need.quantity,
                    unit=unit,
                    vehicle=journey.vehicle,
                    journey=journey.code,
                    place=PlaceName(stop.place),
                    time=time_text(stop.end, zone),
                )
            )
            said += _delays(situation, plan, journey, i)
    said += [
        Message("{need}: {reason}", need=need.code, reason=reason)
        for one in plan.unserved
        if one.need == need.code
        for reason in one.reasons
    ]
    return said + _others(situation, plan, need)


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


def _why_waiting(situation: Situation, code: str, convoy: str, place: str, since: object, until: object) -> Message:
    road = situation.find_road(code)
    wait = duration_text((until - since).total_seconds())  # type: ignore[operator]
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
            wait=duration_text(wait_s),
            place=PlaceName(stop.place),
        )
    return Message(
        "it waits {wait} at {place} for opening hours, its shift or goods",
        wait=duration_text(wait_s),
        place=PlaceName(stop.place),
    )


def _others(situation: Situation, plan: Plan, need: Need) -> list[Message]:
    """How many vehicles may bring the need at all, and what the others do."""
    problem = bridge(situation)
    item = next(i for i, one in enumerate(problem.items) if one.code == need.item)
    place = problem.network.number[need.place]
    able = sorted({v for pool in problem.pools if pool.item == item for v in problem.carriers(item, pool.place, place)})
    if not able:
        return []
    journeys = [sum(j.vehicle == problem.vehicles[v].plate for j in plan.journeys) for v in able]
    return [
        Message(
            "{count} of {all} vehicles may bring it there: {vehicles}",
            count=len(able),
            all=len(problem.vehicles),
            vehicles=", ".join(f"{problem.vehicles[v].plate} ({n})" for v, n in zip(able[:8], journeys, strict=False)),
        )
    ]


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
                mass=mass_text(mass),
                payload=mass_text(vehicle.payload_g),
                volume=volume_text(volume),
                room=volume_text(vehicle.volume_cm3),
            )
        )
    for stop in journey.stops:
        if stop.unloads:
            said.append(
                Message(
                    "{place}, {time}: {needs}",
                    place=PlaceName(stop.place),
                    time=time_text(stop.end, zone),
                    needs=", ".join(dict.fromkeys(goods.need for goods in stop.unloads)),
                )
            )
    return said
