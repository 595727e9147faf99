"""The operation's rules: settings with the defaults of the field (docs/workbook.md names their sources)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from karavan.domain.hours import Hours


class Level(StrEnum):
    """How far two item classes must be kept apart."""

    FREE = "free"
    COMPARTMENT = "separate compartment"
    VEHICLE = "separate vehicle"


@dataclass(frozen=True, slots=True)
class Segregation:
    """One row of the table class x class -> level; the order of the two classes does not matter."""

    first: str
    second: str
    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """
    Settings of one operation.

    Attributes
    ----------
    convoy_min, convoy_max
        Smallest and largest number of vehicles of a convoy.
    leader_above
        A convoy of more vehicles than this has a leader (Logistics Cluster LOG guide: five).
    notified_at, notification_lead_s
        No convoy leaves before their sum; no lead time counts when ``notified_at`` is ``None``.
    convoy_slot_s
        Convoys leave at whole multiples of this after the operation's start.
    dark_hours
        Hours in which roads with a night rule are not driven.
    break_after_s, break_s
        After so much driving without one, a standing time of ``break_s`` (EU 561/2006: 4:30 h, 45 min).
    rest_s
        Between the last work of a vehicle's day and the first of its next day (EU 561/2006: 11 h, reducible to 9 h).
    cleaning_s
        Cleaning a vehicle between loads that must not meet.
    unknown_roads_usable
        Whether a road of unknown status may be planned on.
    detour_permille, straight_speed_m_per_h
        Straight lines, where there are no roads: length = great circle x detour / 1000, and this speed.
    priority_weights
        ``weights[p - 1]`` is what an hour of waiting weighs at priority p.
    change_person_h
        What replanning must gain, in weighted person-hours, to move one more line to another vehicle or by half
        an hour or more.
    handling_g_per_h
        Mass handled in an hour where a place says nothing.
    """

    convoy_min: int = 1
    convoy_max: int = 10
    leader_above: int = 5
    notified_at: datetime | None = None
    notification_lead_s: int = 0
    convoy_slot_s: int = 3600
    dark_hours: Hours = Hours.parse("20:00-06:00")
    break_after_s: int = 16_200
    break_s: int = 2_700
    rest_s: int = 32_400
    cleaning_s: int = 3_600
    unknown_roads_usable: bool = False
    detour_permille: int = 1_400
    straight_speed_m_per_h: int = 30_000
    priority_weights: tuple[int, ...] = (4, 2, 1)
    change_person_h: int = 240
    handling_g_per_h: int = 10_000_000
    check_in_s: int = 3_600
    security_contact: str = ""
    blocked_instructions: str = ""
    currency: str = "USD"
