"""A convoy's gate: what must be so before it may set out (Logistics Cluster LOG guide, convoys)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
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


AFTER_LEAVING = frozenset((ConvoyState.MOVING, ConvoyState.TURNED_BACK, ConvoyState.ARRIVED))
"""What only a convoy can say that has left; it can be released, or kept from leaving, where it starts."""


class IncidentKind(StrEnum):
    """What can happen to a journey."""

    BLOCKED = "blocked"
    TURNED_BACK = "turned back"
    BREAKDOWN = "breakdown"
    ACCIDENT = "accident"
    TAKEN = "goods taken"
    OTHER = "other"


class Stage(StrEnum):
    """How far a convoy, or a vehicle that goes alone, is; what needs somebody first stands first."""

    BLOCKED = "blocked"
    ON_THE_ROAD = "on the road"
    ARRIVED = "arrived"
    LOADING = "loading"
    PREPARED = "prepared"
    OVER = "over"


def stage(papers: Iterable[str], said: str | None) -> Stage:
    """
    How far the papers say that it is: only what was dispatched is on the road, whatever was radioed.

    Parameters
    ----------
    papers
        States of the waybills, without void ones: ``issued``, ``loaded``, ``in transit``, ``received``, ``closed``.
    said
        What was heard last.
    """
    states = set(papers)
    if states and states <= {"closed"}:
        return Stage.OVER
    has_left = bool(states & {"in transit", "received", "closed"})
    if said in (ConvoyState.BLOCKED, ConvoyState.TURNED_BACK):
        return Stage.BLOCKED
    if has_left and (said == ConvoyState.ARRIVED or states <= {"received", "closed"}):
        return Stage.ARRIVED
    if "in transit" in states or (has_left and said == ConvoyState.MOVING):
        return Stage.ON_THE_ROAD
    return Stage.LOADING if "loaded" in states else Stage.PREPARED


def next_check_in(left: datetime, heard: datetime | None, arrive: datetime, every_s: int) -> datetime:
    """When something is to be heard of whoever is on the road: after the usual interval, or on arrival before that."""
    since = max(left, heard) if heard else left
    if every_s <= 0:
        return max(arrive, since)
    following = since + timedelta(seconds=every_s)
    return min(following, arrive) if arrive > since else following
