"""Rules of convoys: who moves together does so on every road, in the size, with the leader and the notice asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from karavan.domain.check.case import Case, Drive, Finding, seconds
from karavan.domain.message import Message
from karavan.domain.plans import Convoy, Journey, Leg
from karavan.domain.units import Measure


def convoy(case: Case) -> Iterator[Finding]:
    """Convoy-only roads are driven in convoys, and a convoy is what its members really drive."""
    for vehicle, drive, road in case.known_drives():
        if road.convoy_only and drive.leg.convoy not in case.convoy:
            message = Message(
                "{road} is driven in convoys only, and vehicle {vehicle} is on it alone at {time}",
                road=case.road_word(road),
                vehicle=vehicle.plate,
                time=case.clock(drive.leg.depart),
            )
            yield Finding(drive.where, 1, "vehicles", message)
    for tour in case.tours:
        for drive in tour.drives:
            named = case.convoy.get(drive.leg.convoy)
            if named is not None and drive.visit.journey.code not in named.journeys:
                yield Finding(drive.where, 1, "vehicles", _no_member(drive, named))
    journeys = {journey.code: journey for journey in reversed(case.plan.journeys)}
    for it in case.plan.convoys:
        yield from _together(case, it, journeys)


def _no_member(drive: Drive, named: Convoy) -> Message:
    return Message(
        "journey {journey} drives {road} with convoy {convoy}, which does not list it",
        journey=drive.visit.journey.code,
        road=drive.leg.road,
        convoy=named.code,
    )


def _together(case: Case, it: Convoy, journeys: dict[str, Journey]) -> Iterator[Finding]:
    """Every member drives all the convoy's roads, one after the other, at the same times as the others."""
    twice = len(it.journeys) - len(set(it.journeys))
    if twice:
        yield Finding(it.code, twice, "journeys", Message("convoy {convoy} lists a journey twice", convoy=it.code))
    pattern: tuple[Leg, ...] | None = None
    for code in dict.fromkeys(it.journeys):
        if code not in journeys:
            continue
        legs, in_one_go = _legs(journeys[code], it.code)
        if not in_one_go or tuple(leg.road for leg in legs) != it.roads:
            message = Message(
                "journey {journey} does not drive the roads of convoy {convoy} one after the other: {roads}",
                journey=code,
                convoy=it.code,
                roads=", ".join(it.roads),
            )
            yield Finding(it.code, 1, "journeys", message)
            continue
        apart = _apart_s(it, legs, pattern)
        pattern = pattern or legs
        if apart:
            message = Message(
                "journey {journey} and convoy {convoy} are {apart} apart",
                journey=code,
                convoy=it.code,
                apart=Measure(apart, "s"),
            )
            yield Finding(it.code, apart, "s", message)
        if legs and (legs[0].origin, legs[-1].destination) != (it.origin, it.destination):
            message = Message(
                "convoy {convoy} goes from {origin} to {destination}, and journey {journey} does not",
                convoy=it.code,
                origin=case.place_word(it.origin),
                destination=case.place_word(it.destination),
                journey=code,
            )
            yield Finding(it.code, 1, "places", message)


def _legs(journey: Journey, code: str) -> tuple[tuple[Leg, ...], bool]:
    """A journey's drives in the convoy, and whether no other drive and no stop lies between them."""
    for stop in journey.stops:
        marks = [leg.convoy == code for leg in stop.legs]
        if True in marks:
            first, count = marks.index(True), marks.count(True)
            legs = stop.legs[first : first + count]
            whole = sum(leg.convoy == code for other in journey.stops for leg in other.legs)
            return legs, all(marks[first : first + count]) and whole == count
    return (), False


def _apart_s(it: Convoy, legs: tuple[Leg, ...], pattern: tuple[Leg, ...] | None) -> int | float:
    """The longest time by which a member's drives differ from the convoy's times and from the first member's."""
    if not legs:
        return 0
    gaps = [abs(seconds(legs[0].depart - it.depart)), abs(seconds(legs[-1].arrive - it.arrive))]
    for own, other in zip(legs, pattern or legs, strict=True):
        gaps += [abs(seconds(own.depart - other.depart)), abs(seconds(own.arrive - other.arrive))]
    return max(gaps)


def convoy_size(case: Case) -> Iterator[Finding]:
    rules = case.situation.operation.rules
    for it in case.plan.convoys:
        size = len(set(it.journeys))
        wrong = max(rules.convoy_min - size, size - rules.convoy_max)
        if wrong > 0:
            message = Message.counted(
                "convoy {convoy} has {count} vehicle, and must have {least} to {most}",
                "convoy {convoy} has {count} vehicles, and must have {least} to {most}",
                convoy=it.code,
                count=size,
                least=rules.convoy_min,
                most=rules.convoy_max,
            )
            yield Finding(it.code, wrong, "vehicles", message)


def convoy_leader(case: Case) -> Iterator[Finding]:
    above = case.situation.operation.rules.leader_above
    for it in case.plan.convoys:
        if it.leader and it.leader not in it.journeys:
            message = Message(
                "journey {journey} leads convoy {convoy} and does not move with it", journey=it.leader, convoy=it.code
            )
            yield Finding(it.code, 1, "leaders", message)
        size = len(set(it.journeys))
        if not it.leader and size > above:
            message = Message.counted(
                "convoy {convoy} has {count} vehicle and no leader; above {limit} it needs one",
                "convoy {convoy} has {count} vehicles and no leader; above {limit} it needs one",
                convoy=it.code,
                count=size,
                limit=above,
            )
            yield Finding(it.code, 1, "leaders", message)


def convoy_notice(case: Case) -> Iterator[Finding]:
    rules = case.situation.operation.rules
    if rules.notified_at is None:
        return
    earliest = rules.notified_at + timedelta(seconds=rules.notification_lead_s)
    for it in case.plan.convoys:
        if it.depart < earliest and not case.is_history(it.depart):
            message = Message(
                "convoy {convoy} departs at {time}, and the notice given allows it from {limit}",
                convoy=it.code,
                time=case.clock(it.depart),
                limit=case.clock(earliest),
            )
            yield Finding(it.code, seconds(earliest - it.depart), "s", message)


def convoy_speed(case: Case) -> Iterator[Finding]:
    """A convoy is as slow as its slowest vehicle; what a vehicle needs for itself is for :func:`road_time`."""
    for vehicle, drive, road in case.known_drives():
        if drive.leg.convoy not in case.convoy:
            continue
        slowest = max(case.fellows(drive), key=lambda it: case.time_needed_s(road, it))
        needed = case.time_needed_s(road, slowest)
        if drive.duration_s < needed and needed > case.time_needed_s(road, vehicle):
            message = Message(
                "convoy {convoy} needs {needed} for {road}, as long as vehicle {vehicle}, and has {planned}",
                convoy=drive.leg.convoy,
                needed=Measure(needed, "s"),
                road=case.road_word(road),
                vehicle=slowest.plate,
                planned=Measure(drive.duration_s, "s"),
            )
            yield Finding(drive.where, needed - drive.duration_s, "s", message)
