"""A convoy's gate: what must be so before it may set out (Logistics Cluster LOG guide, convoys)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from karavan.domain.message import Message

READINESS = {
    "leader": Message("nobody leads the convoy yet"),
    "order": Message("the order of march is not set"),
    "drivers": Message("drivers and plates are not confirmed"),
    "clearance": Message("the clearance is not confirmed"),
    "papers": Message("the papers are not printed"),
    "briefing": Message("the drivers are not briefed"),
}
"""Each condition, and what is said as long as nobody has signed it."""


def unready(signed: Mapping[str, bool]) -> tuple[Message, ...]:
    """What still keeps the convoy, in the order of the gate; the last signature of each condition counts."""
    return tuple(message for condition, message in READINESS.items() if not signed.get(condition, False))


class ConvoyState(StrEnum):
    """What a convoy says when it checks in."""

    RELEASED = "released"
    MOVING = "moving"
    BLOCKED = "blocked"
    TURNED_BACK = "turned back"
    ARRIVED = "arrived"


class IncidentKind(StrEnum):
    """What can happen to a journey."""

    BLOCKED = "blocked"
    TURNED_BACK = "turned back"
    BREAKDOWN = "breakdown"
    ACCIDENT = "accident"
    TAKEN = "goods taken"
    OTHER = "other"
