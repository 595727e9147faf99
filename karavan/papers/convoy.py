"""What stands on a convoy sheet: who moves with whom, where to, and whom to call when it does not go well."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from karavan.domain.hours import ALWAYS
from karavan.domain.language import N_
from karavan.domain.message import Message, PlaceName
from karavan.domain.plans import Convoy, Journey, Leg
from karavan.domain.roads import Road, RoadStatus
from karavan.domain.units import KM_M, M_MM, Measure
from karavan.papers.words import Desk, Json, leaves_at, mass_of

SHORTEST_CHECK_IN_S = 300
RULES = (
    N_("Humanitarian cargo only. No passengers. No armed escort."),
    N_("The slowest vehicle sets the speed. Nobody is left behind."),
    N_("The first and the last vehicle stay in contact with the leader."),
    N_("Places, times and loads are told to nobody outside the convoy."),
)
WHEN_BLOCKED = N_(
    "1. Stop where it is safe, keep together, stay calm. Nobody leaves a vehicle alone.\n"
    "2. Call the security focal point: place, time, who stopped you, what they asked for.\n"
    "3. Only the leader speaks. No argument, no photographs, no payment.\n"
    "4. Do not drive round a barrier and do not take another road unless you are told to.\n"
    "5. Unload nothing and hand over nothing unless you are told to.\n"
    "6. If you are sent back, go back together and report when you are safe."
)
STATUS_WORDS = {
    RoadStatus.OPEN: N_("open"),
    RoadStatus.RESTRICTED: N_("restricted"),
    RoadStatus.CLOSED: N_("closed"),
    RoadStatus.UNKNOWN: N_("unknown"),
}


def convoy_paper(desk: Desk, convoy: Convoy) -> Json:
    rules = desk.situation.operation.rules
    members = [desk.journey[code][1] for code in convoy.journeys if code in desk.journey]
    legs = legs_of(members, convoy)
    leader = next((journey.vehicle for journey in members if journey.code == convoy.leader), "")
    return {
        "kind": "convoy",
        "title": convoy.code,
        "code": convoy.code,
        "origin": desk.place(convoy.origin),
        "destination": desk.place(convoy.destination),
        "depart": desk.moment(convoy.depart),
        "arrive": desk.moment(convoy.arrive),
        "leader": desk.vehicle(leader) if leader else None,
        "no_leader": desk.say(
            Message.counted(
                "none set (asked for above {count} vehicle)",
                "none set (asked for above {count} vehicles)",
                count=rules.leader_above,
            )
        ),
        "security": rules.security_contact,
        "blocked": rules.blocked_instructions.strip() or desk.translate(WHEN_BLOCKED),
        "rules": [desk.translate(text) for text in RULES],
        "notification": _notification(desk),
        "members": [member(desk, convoy, journey, place) for place, journey in enumerate(members)],
        "roads": [road_row(desk, leg) for leg in legs],
        "check_ins": [
            {"at": desk.moment(at), "where": desk.say(where)}
            for at, where in check_ins(desk, legs, convoy, rules.check_in_s)
        ],
        "stops": [row for journey in members for row in _stops(desk, journey, convoy)],
    }


def check_ins(desk: Desk, legs: tuple[Leg, ...], convoy: Convoy, every_s: int) -> Iterator[tuple[datetime, Message]]:
    """When and about where the convoy reports: on leaving, every ``every_s`` on the way, on arrival."""
    yield convoy.depart, Message("{place}, on leaving", place=PlaceName(convoy.origin))
    step = timedelta(seconds=max(every_s, SHORTEST_CHECK_IN_S))
    at = convoy.depart + step
    # One more call in the last minutes would be the arrival said twice.
    latest = convoy.arrive - timedelta(seconds=SHORTEST_CHECK_IN_S)
    while every_s > 0 and at <= latest:
        yield at, _position(desk, legs, at)
        at += step
    yield convoy.arrive, Message("{place}, on arrival", place=PlaceName(convoy.destination))


def _position(desk: Desk, legs: tuple[Leg, ...], at: datetime) -> Message:
    for leg in legs:
        if at < leg.depart:
            return Message("{place}, standing", place=PlaceName(leg.origin))
        if at == leg.arrive:
            return Message("{place}", place=PlaceName(leg.destination))
        if at < leg.arrive:
            road = _find_road(desk, leg)
            driven = (at - leg.depart) / (leg.arrive - leg.depart)
            if road is None:
                return Message("between {a} and {b}", a=PlaceName(leg.origin), b=PlaceName(leg.destination))
            distance_km = road.distance_m / KM_M
            return Message(
                "{gone} km after {a}, {left} km before {b}",
                gone=round(distance_km * driven),
                a=PlaceName(leg.origin),
                left=round(distance_km * (1 - driven)),
                b=PlaceName(leg.destination),
            )
    return Message("on the way")


def legs_of(members: list[Journey], convoy: Convoy) -> tuple[Leg, ...]:
    """The convoy's roads with their times, as its first member drives them: all members drive them together."""
    for journey in members:
        legs = tuple(leg for stop in journey.stops for leg in stop.legs if leg.convoy == convoy.code)
        if legs:
            return legs
    return ()


def _find_road(desk: Desk, leg: Leg) -> Road | None:
    return desk.situation.find_road(leg.road)


def road_row(desk: Desk, leg: Leg) -> Json:
    road = _find_road(desk, leg)
    return {
        "name": leg.road,
        "origin": desk.place(leg.origin),
        "destination": desk.place(leg.destination),
        "km": desk.say(round(road.distance_m / KM_M)) if road else "",
        "depart": desk.moment(leg.depart),
        "arrive": desk.moment(leg.arrive),
        "condition": "; ".join(_conditions(desk, road)) if road else "",
    }


def _conditions(desk: Desk, road: Road) -> Iterator[str]:
    yield desk.translate(STATUS_WORDS[road.status])
    if road.status_from:
        yield desk.say(Message("since {moment}", moment=desk.moment(road.status_from)))
    if road.status_until:
        yield desk.say(Message("until {moment}", moment=desk.moment(road.status_until)))
    if road.status_source:
        yield desk.say(Message("source: {source}", source=road.status_source))
    if road.gate is not None and road.gate != ALWAYS:
        yield desk.say(Message("gate hours {hours}", hours=str(road.gate)))
    if road.max_gross_mass_g:
        yield desk.say(Message("up to {mass}", mass=Measure(road.max_gross_mass_g, "g")))
    if road.max_height_mm:
        yield desk.say(Message("height up to {metres} m", metres=road.max_height_mm / M_MM))
    if road.max_width_mm:
        yield desk.say(Message("width up to {metres} m", metres=road.max_width_mm / M_MM))
    if not road.night_allowed:
        dark = desk.situation.operation.rules.dark_hours
        yield desk.say(Message("not in the dark ({hours})", hours=str(dark)))


def _notification(desk: Desk) -> list[str]:
    rules = desk.situation.operation.rules
    said = []
    if rules.notified_at is not None:
        earliest = rules.notified_at + timedelta(seconds=rules.notification_lead_s)
        said.append(desk.say(Message("Sent {moment}.", moment=desk.moment(rules.notified_at))))
        said.append(
            desk.say(
                Message(
                    "Lead time {lead}: leave not before {moment}.",
                    lead=Measure(rules.notification_lead_s, "s"),
                    moment=desk.moment(earliest),
                )
            )
        )
    else:
        said.append(desk.translate(N_("Not entered in the plan. Sent on: ____________________")))
    said.append(desk.translate(N_("A notification is no permission and no guarantee.")))
    return said


def member(desk: Desk, convoy: Convoy, journey: Journey, place: int) -> Json:
    roles = []
    if journey.code == convoy.leader:
        roles.append(desk.translate(N_("Leader")))
    if place == 0:
        roles.append(desk.translate(N_("First")))
    if place == len(convoy.journeys) - 1 and place:
        roles.append(desk.translate(N_("Last")))
    return {
        "number": str(place + 1),
        "vehicle": desk.vehicle(journey.vehicle),
        "journey": journey.code,
        "roles": roles,
        "cargo": desk.say(Measure(_mass_aboard_g(desk, convoy, journey), "g")),
    }


def _mass_aboard_g(desk: Desk, convoy: Convoy, journey: Journey) -> int:
    """What the vehicle carries when it sets out with the convoy."""
    total = 0
    for stop in journey.stops:
        if any(leg.convoy == convoy.code for leg in stop.legs):
            break
        loaded_g, unloaded_g = mass_of(desk.situation, stop)
        total += loaded_g - unloaded_g
    return max(0, total)


def _stops(desk: Desk, journey: Journey, convoy: Convoy) -> Iterator[Json]:
    """Where the vehicle halts from the convoy's last place before the road on."""
    for index, stop in enumerate(journey.stops):
        after = leaves_at(journey, index) >= convoy.depart
        last = index == len(journey.stops) - 1
        if after:
            yield {
                "plate": journey.vehicle,
                "place": desk.place(stop.place),
                "arrive": desk.moment(stop.arrive),
                "depart": "" if last else desk.moment(leaves_at(journey, index)),
            }
