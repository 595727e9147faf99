"""Permissions to move and notifications of movements: asked ahead, answered or not, good for a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from karavan.domain.approval import Clock
from karavan.domain.units import DAY_S

LEAD_S = 2 * DAY_S
"""How long ahead to ask where the operation says nothing: as for notifications in Yemen; elsewhere unverified."""


class ClearanceKind(StrEnum):
    CLEARANCE = "clearance"
    NOTIFICATION = "notification"


class Answer(StrEnum):
    WAITING = "waiting"
    GRANTED = "granted"
    NOT_NEEDED = "not needed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


GOOD = (Answer.GRANTED, Answer.NOT_NEEDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """
    One that was asked for, with its last answer.

    Attributes
    ----------
    valid_from, valid_until
        As answered, or as asked for where there is no answer; ``None``: no limit on that side.
    convoy, road
        Codes of what it is for; empty: every convoy, every road.
    """

    kind: ClearanceKind
    answer: Answer
    asked: datetime
    lead_s: int
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    convoy: str = ""
    road: str = ""

    @property
    def clock(self) -> Clock:
        """Runs until the lead time is over."""
        return Clock(self.asked, self.lead_s)

    def holds(self, start: datetime, end: datetime) -> bool:
        """
        Whether it is good from ``start`` to ``end``: granted, or answered that none is needed; or a notification that
        nobody has answered, when its lead time is over by then. It is no permission and no guarantee.
        """
        if (self.valid_from and self.valid_from > start) or (self.valid_until and self.valid_until < end):
            return False
        if self.answer is Answer.WAITING and self.kind is ClearanceKind.NOTIFICATION:
            return self.clock.end <= start
        return self.answer in GOOD


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """
    What a convoy still lacks.

    Attributes
    ----------
    roads
        Those of its way that nothing covers.
    is_asked
        Something is asked for that would cover it, and is not answered.
    """

    roads: tuple[str, ...]
    is_asked: bool


def lack(convoy: str, way: Iterable[str], depart: datetime, arrive: datetime, covers: Iterable[Cover]) -> Lack | None:
    """What the convoy lacks for its way; ``None``: nothing."""
    mine = [it for it in covers if it.convoy in ("", convoy)]
    roads = tuple(dict.fromkeys(way))
    good = [it for it in mine if it.holds(depart, arrive)]
    if any(not it.road for it in good):
        return None
    missing = tuple(road for road in roads if road not in {it.road for it in good})
    if roads and not missing:
        return None
    waiting = [it for it in mine if it.answer is Answer.WAITING and it not in good]
    asked = {it.road for it in waiting}
    return Lack(roads=missing, is_asked="" in asked or (bool(missing) and asked.issuperset(missing)))


def ask_by(depart: datetime, lead_s: int) -> datetime:
    """The last moment to ask, so that the lead time is over when the convoy leaves."""
    return depart - timedelta(seconds=lead_s)
