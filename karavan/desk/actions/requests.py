"""Requests: entered, submitted, decided in levels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max

from karavan.desk import models as rows
from karavan.desk.access import may
from karavan.desk.actions.posting import Entry, action
from karavan.domain.approval import EDITABLE, Decision, decided, refuse_decision
from karavan.domain.errors import Refused
from karavan.domain.message import Message
from karavan.domain.requests import Approval
from karavan.domain.roles import Right

OPEN = timedelta(days=1)
"""How long a form may be open before it is sent: whoever could name any moment would have waited since then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineValues:
    """A line as it is asked for; ``item`` is the code of an item or of a kit."""

    item: str
    quantity: int
    priority: int = 2
    needed_by: datetime | None = None


@action("request entered")
def enter_request(
    entry: Entry,
    *,
    operation: int,
    place: int,
    people: int,
    lines: tuple[LineValues, ...],
    raised_at: datetime,
    number: str = "",
    representative: UUID | None = None,
    organisation: str = "",
    reopens: UUID | None = None,
) -> None:
    """A draft; its id is the event's. Without a number it gets the next ``R-000001``."""
    where = place_of(operation, place)
    entry.require(Right.RAISE_REQUEST, operation, where)
    _refuse_moment(entry, where, raised_at)
    before = entry.see(rows.Request, reopens) if reopens else None
    if representative and not rows.Contact.objects.filter(pk=representative, operation=operation).exists():
        raise Refused(Message("there is no such thing here"))
    request = rows.Request.objects.create(
        id=entry.id,
        operation_id=operation,
        number=number or _next_number(operation),
        representative_id=representative,
        organisation=organisation,
        place=where,
        people=people,
        raised_at=raised_at,
        created_by=entry.actor,
        reopens=before,
    )
    write_lines(request, lines)


def _refuse_moment(entry: Entry, where: rows.Place, raised_at: datetime) -> None:
    """Waiting counts from when it was asked: an outsider does not put that back, and nobody forward."""
    if raised_at > entry.now:
        raise Refused(Message("the moment of asking is still to come"))
    if raised_at < entry.now - OPEN and not may(entry.actor, Right.SEE_REQUESTS, where.operation_id, where):
        raise Refused(Message("the moment of asking is more than a day ago; officers enter older requests"))


@action("request edited")
def edit_request(
    entry: Entry, *, request: UUID, place: int, people: int, lines: tuple[LineValues, ...], organisation: str = ""
) -> None:
    row = entry.see(rows.Request, request)
    entry.require(Right.RAISE_REQUEST, row.operation, row.place)
    if Approval(row.approval) not in EDITABLE:
        raise Refused(Message("the request is closed for changes; a new one may name it"))
    row.place, row.people, row.organisation = place_of(row.operation_id, place), people, organisation
    row.save()
    row.lines.all().delete()
    write_lines(row, lines)


@action("request submitted")
def submit_request(entry: Entry, *, request: UUID) -> None:
    row = entry.see(rows.Request, request)
    entry.require(Right.RAISE_REQUEST, row.operation, row.place)
    if Approval(row.approval) not in EDITABLE:
        raise Refused(Message("the request was submitted before"))
    row.approval, row.round, row.level = Approval.SUBMITTED.value, row.round + 1, 0
    row.submitted_by, row.submitted_at = entry.actor, entry.now
    row.save()


@action("request decided", "remark")
def decide_request(entry: Entry, *, request: UUID, decision: Decision, remark: str = "") -> None:
    """The next level's signature; the last approval approves the request."""
    row = entry.see(rows.Request, request)
    entry.require(Right.DECIDE_REQUEST, row.operation, row.place)
    refuse_decision(Approval(row.approval), decision, remark)
    level = row.level + 1
    rows.Decision.objects.create(
        id=entry.id, request=row, round=row.round, level=level, decision=decision.value, by=entry.actor, at=entry.now
    )
    row.approval = decided(decision, level, row.operation.levels).value
    row.level = level
    row.save()


def place_of(operation: int, place: int) -> rows.Place:
    found = rows.Place.objects.filter(operation=operation, pk=place).first()
    if found is None:
        raise Refused(Message("there is no such place in this operation"))
    return found


def _next_number(operation: int) -> str:
    taken = rows.Request.objects.filter(operation=operation, number__regex=r"^R-[0-9]{6}$")
    last = taken.aggregate(last=Max("number"))["last"]
    return f"R-{int(last[2:]) + 1 if last else 1:06d}"


def write_lines(request: rows.Request, lines: tuple[LineValues, ...]) -> None:
    if not lines:
        raise Refused(Message("a request asks for something"))
    known = set(rows.Item.objects.filter(operation=request.operation_id).values_list("code", flat=True))
    known |= set(rows.KitLine.objects.filter(operation=request.operation_id).values_list("kit", flat=True))
    for number, line in enumerate(lines, 1):
        if line.item not in known:
            raise Refused(Message("there is no item or kit {code}", code=line.item))
        rows.RequestLine.objects.create(
            request=request,
            line=number,
            item=line.item,
            quantity=line.quantity,
            priority=line.priority,
            needed_by=line.needed_by,
        )
