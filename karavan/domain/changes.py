"""What can change between a plan and the next one, said in one line: a road shuts or opens, a vehicle breaks down."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from karavan.domain.errors import BadChange
from karavan.domain.message import Message
from karavan.domain.roads import Road, RoadStatus
from karavan.domain.situation import Situation


def with_road_closed(situation: Situation, code: str, at: datetime, until: datetime | None = None) -> Situation:
    """
    The situation with road ``code`` closed from ``at`` on, until ``until`` or for good.

    Raises
    ------
    BadChange
        The road is unknown, or it has dates of its own that one closure cannot be written beside.
    """
    road = _road(situation, code)
    if until is not None and until <= at:
        raise BadChange(Message("road {road}: the closure would end before it begins", road=code))
    return _with_road(situation, _closed(road, at, until))


def with_road_open(situation: Situation, code: str) -> Situation:
    """The situation with road ``code`` open without dates; its limits, gate hours and convoy rule stay."""
    road = _road(situation, code)
    return _with_road(situation, replace(road, status=RoadStatus.OPEN, status_from=None, status_until=None))


def with_vehicle_broken(situation: Situation, plate: str, at: datetime) -> Situation:
    """The situation with vehicle ``plate`` out of service from ``at`` on."""
    if plate not in situation.vehicle:
        raise BadChange(Message("there is no vehicle {plate}", plate=plate))
    return replace(
        situation,
        vehicles=tuple(
            replace(vehicle, available_until=at) if vehicle.plate == plate else vehicle
            for vehicle in situation.vehicles
        ),
    )


def _closed(road: Road, at: datetime, until: datetime | None) -> Road:
    """What was before ``at`` is history, so a road's one pair of dates has room for one closure after it."""
    if until is None:
        return replace(road, status=RoadStatus.CLOSED, status_from=at, status_until=None)
    open_until = road.status_until if road.status is RoadStatus.OPEN else None
    if open_until is not None:
        return replace(road, status_from=max(until, road.status_from or until))
    shut_later = road.status is RoadStatus.CLOSED and road.status_from is not None and road.status_from > at
    shut_before = road.status is RoadStatus.OPEN and road.status_from is not None and road.status_from > until
    if road.status is RoadStatus.UNKNOWN or shut_later or shut_before:
        raise BadChange(
            Message("road {road} has a status with dates of its own: change it on the Roads sheet", road=road.code)
        )
    return replace(road, status=RoadStatus.CLOSED, status_from=at, status_until=until)


def _road(situation: Situation, code: str) -> Road:
    if code not in situation.road:
        raise BadChange(Message("there is no road {road}", road=code))
    return situation.road[code]


def _with_road(situation: Situation, changed: Road) -> Situation:
    return replace(situation, roads=tuple(changed if road.code == changed.code else road for road in situation.roads))
