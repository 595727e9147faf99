"""What is needed: approved request lines, kits opened into their items."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from karavan.domain.requests import Approval, Request
from karavan.domain.situation import Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """
    One item for one place.

    Attributes
    ----------
    code
        ``REQ-7/2``; for an item out of a kit ``REQ-7/2:soap``.
    people_weight
        People x weight of the priority / number of the request's needs: what an hour of waiting for the whole of this
        need costs. The needs of a request share its people evenly, so a long list weighs no more than a short one.
    """

    code: str
    request: str
    line: str
    place: str
    item: str
    quantity: int
    people: int
    people_weight: float
    raised_at: datetime
    needed_by: datetime | None


def needs(situation: Situation) -> tuple[Need, ...]:
    """The needs of all approved requests, in the order of the requests."""
    return tuple(
        need
        for request in situation.requests
        if request.approval is Approval.APPROVED
        for need in needs_of(situation, request)
    )


def needs_of(situation: Situation, request: Request) -> list[Need]:
    """The needs that a request has, or would have once it is approved."""
    parts = [
        (line, item, quantity, suffix)
        for line in request.lines
        for item, quantity, suffix in _opened(situation, line.item, line.quantity)
    ]
    weights = situation.operation.rules.priority_weights
    return [
        Need(
            code=line.code + suffix,
            request=request.number,
            line=line.code,
            place=request.place,
            item=item,
            quantity=quantity,
            people=request.people,
            people_weight=request.people * weights[min(line.priority, len(weights)) - 1] / len(parts),
            raised_at=request.raised_at,
            needed_by=line.needed_by,
        )
        for line, item, quantity, suffix in parts
    ]


def _opened(situation: Situation, item: str, quantity: int) -> list[tuple[str, int, str]]:
    contents = [part for part in situation.kits if part.kit == item]
    if not contents:
        return [(item, quantity, "")]
    return [(part.item, part.quantity * quantity, f":{part.item}") for part in contents]
