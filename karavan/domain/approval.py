"""How a request is approved, how far it is fulfilled, and how long each may take: two axes, one clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from karavan.domain.errors import Refused
from karavan.domain.message import Message
from karavan.domain.requests import Approval
from karavan.domain.units import HOUR_S

CLOCKS_H = (4, 8, 24, 48)
"""Hours that a decision may take at priority 1, 2, 3, 4: an operation's setting, with this default."""

WARN_PERMILLE = 750


class Decision(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"
    SEND_BACK = "send back"


class Fulfilment(StrEnum):
    """How far the goods are; the lines carry the truth, the request's own word is derived from them."""

    PENDING = "pending"
    ALLOCATED = "allocated"
    DISPATCHED = "dispatched"
    PARTIAL = "partial"
    DELIVERED = "delivered"
    LOST = "lost"
    CANCELLED = "cancelled"


EDITABLE = frozenset((Approval.DRAFT, Approval.SENT_BACK))
"""Only these may be edited: afterwards a request is corrected by a new one that names it."""


def decided(decision: Decision, level: int, levels: int) -> Approval:
    """Where a submitted request stands after a decision at ``level`` of ``levels``; each level is counted from 1."""
    if decision is Decision.REJECT:
        return Approval.REJECTED
    if decision is Decision.SEND_BACK:
        return Approval.SENT_BACK
    return Approval.APPROVED if level >= levels else Approval.SUBMITTED


def refuse_decision(state: Approval, decision: Decision, remark: str) -> None:
    """
    Whether this decision may be taken at all.

    Raises
    ------
    Refused
        The request does not wait for a decision, or a refusal comes without its reason.
    """
    if state is not Approval.SUBMITTED:
        raise Refused(Message("the request does not wait for a decision"))
    if decision is not Decision.APPROVE and not remark.strip():
        raise Refused(Message("whoever rejects or sends back says why"))


class Urgency(StrEnum):
    IN_TIME = "in time"
    WARNED = "warned"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Clock:
    """A time that is running: since ``start``, for ``limit_s``."""

    start: datetime
    limit_s: int

    @property
    def end(self) -> datetime:
        return self.start + timedelta(seconds=self.limit_s)

    def urgency(self, now: datetime) -> Urgency:
        """Warned from three quarters of the time on; late at its end."""
        elapsed_s = (now - self.start).total_seconds()
        if elapsed_s >= self.limit_s:
            return Urgency.LATE
        return Urgency.WARNED if elapsed_s * 1000 >= self.limit_s * WARN_PERMILLE else Urgency.IN_TIME


def decision_clock(submitted_at: datetime, priority: int, clocks_h: tuple[int, ...] = CLOCKS_H) -> Clock:
    """The clock of a request that waits; a priority beyond the last has the last one's time."""
    return Clock(submitted_at, clocks_h[min(max(priority, 1), len(clocks_h)) - 1] * HOUR_S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Where the units of one request line are, all of them counted once."""

    asked: int
    reserved: int = 0
    transit: int = 0
    done: int = 0
    lost: int = 0


def fulfilment(line: Whereabouts) -> Fulfilment:
    """One word for where a line's units are."""
    if line.done >= line.asked:
        return Fulfilment.DELIVERED
    if line.transit:
        return Fulfilment.DISPATCHED
    if line.done:
        return Fulfilment.PARTIAL
    if line.reserved:
        return Fulfilment.ALLOCATED
    return Fulfilment.LOST if line.lost else Fulfilment.PENDING


def fulfilment_of(lines: Iterable[Whereabouts]) -> Fulfilment:
    """The request's own word: what all lines have in common, ``PARTIAL`` where some have got goods and others not."""
    found = {fulfilment(line) for line in lines} or {Fulfilment.PENDING}
    if len(found) == 1:
        return found.pop()
    if Fulfilment.DISPATCHED in found:
        return Fulfilment.DISPATCHED
    if found & {Fulfilment.DELIVERED, Fulfilment.PARTIAL}:
        return Fulfilment.PARTIAL
    return Fulfilment.ALLOCATED if Fulfilment.ALLOCATED in found else Fulfilment.PENDING
