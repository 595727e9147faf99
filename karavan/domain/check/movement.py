"""Rules of the road: one thing after the other, each place after the last, on roads that may be driven."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from karavan.domain.check.case import Case, Drive, Finding, Tour, Visit, outside_s, seconds
from karavan.domain.fleet import Vehicle
from karavan.domain.message import Message
from karavan.domain.roads import Road, RoadStatus
from karavan.domain.units import Measure

DAY = timedelta(days=1)


def time_order(case: Case) -> Iterator[Finding]:
    """Nothing begins before what comes before it has ended, nor out of the vehicle's time of service."""
    for tour in case.tours:
        earliest = case.situation.operation.start
        if tour.vehicle is not None and tour.vehicle.available_from is not None:
            earliest = max(earliest, tour.vehicle.available_from)
        in_service = earliest
        for where, what, moment in _moments(case, tour):
            if moment < earliest:
                message = _too_early(case, tour.plate, what, moment, earliest, earliest == in_service)
                yield Finding(where, seconds(earliest - moment), "s", message)
            earliest = moment
        yield from _after_service(case, tour)


def _moments(case: Case, tour: Tour) -> Iterator[tuple[str, Message, datetime]]:
    """What a vehicle does, as the plan has it, in the order in which it has to happen."""
    for visit in tour.visits:
        for leg in visit.stop.legs:
            where = f"{visit.where} {leg.road}"
            yield where, Message("the departure on {road}", road=leg.road), leg.depart
            yield where, Message("the arrival from {road}", road=leg.road), leg.arrive
        place = case.place_word(visit.stop.place)
        yield visit.where, Message("the arrival at {place}", place=place), visit.stop.arrive
        yield visit.where, Message("the start at {place}", place=place), visit.stop.start
        yield visit.where, Message("the end at {place}", place=place), visit.stop.end


def _too_early(
    case: Case, plate: str, what: Message, moment: datetime, earliest: datetime, out_of_service: bool
) -> Message:
    time, limit = case.clock(moment), case.clock(earliest)
    if out_of_service:
        return Message(
            "vehicle {vehicle}: {what} is at {time}, and it is in service from {limit}",
            vehicle=plate,
            what=what,
            time=time,
            limit=limit,
        )
    return Message(
        "vehicle {vehicle}: {what} is at {time}, and what comes before it ends at {limit}",
        vehicle=plate,
        what=what,
        time=time,
        limit=limit,
    )


def _after_service(case: Case, tour: Tour) -> Iterator[Finding]:
    until = tour.vehicle.available_until if tour.vehicle else None
    if until is None or not tour.visits or case.is_stranded(tour):
        return
    where, _, last = max(_moments(case, tour), key=lambda it: it[2])
    if last > until:
        message = Message(
            "vehicle {vehicle} is at work until {time}, but in service only until {limit}",
            vehicle=tour.plate,
            time=case.clock(last),
            limit=case.clock(until),
        )
        yield Finding(where, seconds(last - until), "s", message)


def place_chain(case: Case) -> Iterator[Finding]:
    """A vehicle begins at its first home and is only ever where it drove, along roads that join the places."""
    for journey in case.plan.journeys:
        if not journey.stops:
            yield Finding(journey.code, 1, "stops", Message("journey {journey} has no stop", journey=journey.code))
    for tour in case.tours:
        here = tour.vehicle.homes[0] if tour.vehicle and tour.vehicle.homes else None
        for visit in tour.visits:
            for leg in visit.stop.legs:
                where = f"{visit.where} {leg.road}"
                if here is not None and leg.origin != here:
                    yield Finding(where, 1, "places", _jump(case, tour, here, leg.origin))
                road = case.situation.find_road(leg.road)
                if road is not None and {leg.origin, leg.destination} != {road.origin, road.destination}:
                    message = Message(
                        "{road} does not lead from {origin} to {destination}",
                        road=case.road_word(road),
                        origin=case.place_word(leg.origin),
                        destination=case.place_word(leg.destination),
                    )
                    yield Finding(where, 1, "places", message)
                here = leg.destination
            if here is not None and visit.stop.place != here:
                yield Finding(visit.where, 1, "places", _jump(case, tour, here, visit.stop.place))
            here = visit.stop.place


def _jump(case: Case, tour: Tour, here: str, there: str) -> Message:
    return Message(
        "vehicle {vehicle} is at {here}, and the plan goes on from {there}",
        vehicle=tour.plate,
        here=case.place_word(here),
        there=case.place_word(there),
    )


def one_way(case: Case) -> Iterator[Finding]:
    for tour in case.tours:
        for drive in tour.drives:
            road = drive.road
            if road is None or not road.one_way or road.origin == road.destination:
                continue
            if (drive.leg.origin, drive.leg.destination) == (road.destination, road.origin):
                message = Message(
                    "vehicle {vehicle} drives against the direction of the one-way {road}",
                    vehicle=tour.plate,
                    road=case.road_word(road),
                )
                yield Finding(drive.where, 1, "roads", message)


def road_time(case: Case) -> Iterator[Finding]:
    """A drive takes its road's time at the vehicle's speed, and the breaks that fall into it."""
    for vehicle, drive, road in case.known_drives():
        needed = case.time_needed_s(road, vehicle)
        if drive.duration_s < needed:
            message = Message(
                "vehicle {vehicle} needs {needed} for {road} and has {planned}",
                vehicle=vehicle.plate,
                needed=Measure(needed, "s"),
                road=case.road_word(road),
                planned=Measure(drive.duration_s, "s"),
            )
            yield Finding(drive.where, needed - drive.duration_s, "s", message)


def road_status(case: Case) -> Iterator[Finding]:
    for _, drive, road in _judged(case):
        outside = _outside_s(case, drive, replace(road, gate=None, night_allowed=True))
        if outside:
            message = Message(
                "{road} may not be driven from {start} to {end}: {status}",
                road=case.road_word(road),
                start=case.clock(drive.leg.depart),
                end=case.clock(drive.leg.arrive),
                status=_status_word(case, road),
            )
            yield Finding(drive.where, outside, "s", message)


def _status_word(case: Case, road: Road) -> Message:
    since = case.clock(road.status_from) if road.status_from else ""
    until = case.clock(road.status_until) if road.status_until else ""
    if road.status is RoadStatus.OPEN:
        if since and until:
            return Message("it is open only from {since} to {until}", since=since, until=until)
        if since:
            return Message("it is closed until {since}", since=since)
        return Message("it is closed from {until}", until=until)
    unknown = road.status is RoadStatus.UNKNOWN
    if since and until:
        closed = Message("it is closed from {since} to {until}", since=since, until=until)
        doubtful = Message("nobody knows whether it is open from {since} to {until}", since=since, until=until)
    elif since:
        closed = Message("it is closed from {since}", since=since)
        doubtful = Message("nobody knows whether it is open from {since}", since=since)
    elif until:
        closed = Message("it is closed until {until}", until=until)
        doubtful = Message("nobody knows whether it is open until {until}", until=until)
    else:
        closed = Message("it is closed")
        doubtful = Message("nobody knows whether it is open")
    return doubtful if unknown else closed


def gate_hours(case: Case) -> Iterator[Finding]:
    for vehicle, drive, road in _judged(case):
        outside = _outside_s(case, drive, replace(_plain(road), night_allowed=True))
        if outside:
            message = Message(
                "{road} is open at {hours}, and vehicle {vehicle} is on it from {start} to {end}",
                road=case.road_word(road),
                hours=str(road.gate),
                vehicle=vehicle.plate,
                start=case.clock(drive.leg.depart),
                end=case.clock(drive.leg.arrive),
            )
            yield Finding(drive.where, outside, "s", message)


def night(case: Case) -> Iterator[Finding]:
    for vehicle, drive, road in _judged(case):
        outside = _outside_s(case, drive, replace(_plain(road), gate=None))
        if outside:
            message = Message(
                "{road} is not driven in the dark, {hours}, and vehicle {vehicle} is on it from {start} to {end}",
                road=case.road_word(road),
                hours=str(case.situation.operation.rules.dark_hours),
                vehicle=vehicle.plate,
                start=case.clock(drive.leg.depart),
                end=case.clock(drive.leg.arrive),
            )
            yield Finding(drive.where, outside, "s", message)


def _judged(case: Case) -> Iterator[tuple[Vehicle, Drive, Road]]:
    """Drives but history."""
    return (it for it in case.known_drives() if not case.is_history(it[1].leg.depart))


def _plain(road: Road) -> Road:
    return replace(road, status=RoadStatus.OPEN, status_from=None, status_until=None)


def _outside_s(case: Case, drive: Drive, road: Road) -> int | float:
    """How much of a drive lies where ``road`` may not be driven."""
    start, end = drive.leg.depart, max(drive.leg.depart, drive.leg.arrive)
    return outside_s(road.usable(start - DAY, end + DAY, case.situation.operation.rules, case.zone), start, end)


def road_gross_mass(case: Case) -> Iterator[Finding]:
    for vehicle, drive, road in _judged(case):
        limit = road.max_gross_mass_g
        if limit is not None and vehicle.gross_mass_g > limit:
            message = Message(
                "{road} carries {limit}, and vehicle {vehicle} weighs {mass}",
                road=case.road_word(road),
                limit=Measure(limit, "g"),
                vehicle=vehicle.plate,
                mass=Measure(vehicle.gross_mass_g, "g"),
            )
            yield Finding(drive.where, vehicle.gross_mass_g - limit, "g", message)


def road_height(case: Case) -> Iterator[Finding]:
    for vehicle, drive, road in _judged(case):
        limit = road.max_height_mm
        if limit is not None and vehicle.height_mm > limit:
            message = Message(
                "{road} lets through a height of {limit}, and vehicle {vehicle} is {size} high",
                road=case.road_word(road),
                limit=Measure(limit, "mm"),
                vehicle=vehicle.plate,
                size=Measure(vehicle.height_mm, "mm"),
            )
            yield Finding(drive.where, vehicle.height_mm - limit, "mm", message)


def road_width(case: Case) -> Iterator[Finding]:
    for vehicle, drive, road in _judged(case):
        limit = road.max_width_mm
        if limit is not None and vehicle.width_mm > limit:
            message = Message(
                "{road} lets through a width of {limit}, and vehicle {vehicle} is {size} wide",
                road=case.road_word(road),
                limit=Measure(limit, "mm"),
                vehicle=vehicle.plate,
                size=Measure(vehicle.width_mm, "mm"),
            )
            yield Finding(drive.where, vehicle.width_mm - limit, "mm", message)


def zone(case: Case) -> Iterator[Finding]:
    """Stopping or passing: a vehicle is in no place that its zones keep it out of."""
    for vehicle, tour in case.manned:
        for visit in tour.visits:
            for where, code in _touched(visit):
                place = case.place(code)
                if place is not None and not vehicle.may_enter(place):
                    message = Message(
                        "vehicle {vehicle} may go to {zones}, and {place} lies in {others}",
                        vehicle=vehicle.plate,
                        zones=", ".join(sorted(vehicle.zones)),
                        place=case.place_word(code),
                        others=", ".join(sorted(place.zones)),
                    )
                    yield Finding(where, 1, "places", message)


def _touched(visit: Visit) -> Iterator[tuple[str, str]]:
    for leg in visit.stop.legs:
        yield f"{visit.where} {leg.road}", leg.destination
    if not visit.stop.legs or visit.stop.legs[-1].destination != visit.stop.place:
        yield visit.where, visit.stop.place
