"""Roads between places: limits, status with dates and source, gate hours, convoy and night rules."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from karavan.domain.hours import Hours
from karavan.domain.intervals import Intervals, intersected, without
from karavan.domain.places import Place
from karavan.domain.rules import Rules

EARTH_RADIUS_M = 6_371_009  # IUGG mean radius
STRAIGHT_JOINT = "~"


class RoadStatus(StrEnum):
    OPEN = "open"
    RESTRICTED = "restricted"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class RoadSource(StrEnum):
    """Where the roads of a situation come from; every plan says it."""

    SHEET = "road sheet"
    OSM = "OpenStreetMap extract"
    STRAIGHT = "straight lines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Road:
    """
    One road.

    Attributes
    ----------
    drive_s
        Time at speed factor 1.
    one_way
        Only from ``origin`` to ``destination``.
    status, status_from, status_until
        A closed, restricted or unknown road has that status between the dates and is open outside them; an open road
        with dates is open between them and closed outside. A date that is missing means "no end on that side".
        Restricted: may be used; its limits, gate and convoy rule say how.
    gate
        The whole drive lies within one span of these hours.
    convoy_only
        Journeys move here only in convoys.
    night_allowed
        Whether it may be driven in the operation's dark hours.
    geometry_deg
        ``((latitude, longitude), ...)`` for the map; empty: a straight line.
    """

    code: str
    origin: str
    destination: str
    distance_m: int
    drive_s: int
    one_way: bool = False
    max_gross_mass_g: int | None = None
    max_height_mm: int | None = None
    max_width_mm: int | None = None
    status: RoadStatus = RoadStatus.OPEN
    status_from: datetime | None = None
    status_until: datetime | None = None
    status_source: str = ""
    gate: Hours | None = None
    convoy_only: bool = False
    night_allowed: bool = True
    geometry_deg: tuple[tuple[float, float], ...] = ()

    def status_at(self, moment: datetime) -> RoadStatus:
        """What the road is at one moment, by its status and its dates."""
        begun = self.status_from is None or self.status_from <= moment
        inside = begun and (self.status_until is None or moment < self.status_until)
        if self.status is RoadStatus.OPEN:
            return RoadStatus.OPEN if inside else RoadStatus.CLOSED
        return self.status if inside else RoadStatus.OPEN

    def usable(self, start: datetime, end: datetime, rules: Rules, zone: ZoneInfo) -> Intervals[datetime]:
        """
        When the road may be driven between ``start`` and ``end``: status, gate hours and dark hours together.

        A drive is allowed when one of the returned spans holds it whole.
        """
        span = (max(start, self.status_from or start), min(end, self.status_until or end))
        inside: Intervals[datetime] = (span,) if span[0] < span[1] else ()
        whole: Intervals[datetime] = ((start, end),)
        if self.status is RoadStatus.OPEN:
            result = inside
        elif self.status is RoadStatus.CLOSED or (self.status is RoadStatus.UNKNOWN and not rules.unknown_roads_usable):
            result = without(whole, inside)
        else:
            result = whole
        if self.gate is not None:
            result = intersected(result, self.gate.between(start, end, zone))
        if not self.night_allowed:
            result = without(result, rules.dark_hours.between(start, end, zone))
        return result


def as_known(road: Road, counts_until: datetime | None, now: datetime, rules: Rules) -> Road:
    """
    The road as the last report lets it be planned on from ``now``, when that report counts until ``counts_until``.

    Afterwards nothing is known of its status. Where unknown roads are not planned on, a road that may be driven now may
    be driven to that moment and no longer; its limits stay, since a bridge does not become stronger with time.
    """
    if counts_until is None:
        return road
    if counts_until <= now:
        return replace(road, status=RoadStatus.UNKNOWN, status_from=None, status_until=None)
    if rules.unknown_roads_usable or road.status in (RoadStatus.CLOSED, RoadStatus.UNKNOWN):
        return road
    if road.status is RoadStatus.RESTRICTED:  # driven before, in and after its dates alike
        return replace(road, status=RoadStatus.OPEN, status_from=None, status_until=counts_until)
    return replace(road, status_until=min(road.status_until or counts_until, counts_until))


def straight_road(origin: Place, destination: Place, rules: Rules) -> Road:
    """The stand-in where no roads are known: the great circle, lengthened and slowed as the rules say."""
    lat1, lon1, lat2, lon2 = (
        math.radians(value or 0.0)
        for value in (
            origin.latitude_deg,
            origin.longitude_deg,
            destination.latitude_deg,
            destination.longitude_deg,
        )
    )
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    line_m = 2 * EARTH_RADIUS_M * math.asin(math.sqrt(half))
    distance_m = round(line_m * rules.detour_permille / 1000)
    return Road(
        code=f"{origin.code}{STRAIGHT_JOINT}{destination.code}",
        origin=origin.code,
        destination=destination.code,
        distance_m=distance_m,
        drive_s=-(-distance_m * 3600 // rules.straight_speed_m_per_h),
        one_way=True,
    )
