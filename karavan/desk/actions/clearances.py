"""Clearances and notifications: asked for, and what became of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from karavan.desk import models as rows
from karavan.desk.actions.posting import Entry, action
from karavan.domain.clearances import GOOD, Answer, ClearanceKind
from karavan.domain.errors import Refused
from karavan.domain.message import Message
from karavan.domain.roles import Right
from karavan.domain.units import DAY_S

LONGEST_LEAD_S = 366 * DAY_S


@action("clearance asked", "remark")
def ask_clearance(
    entry: Entry,
    *,
    operation: int,
    kind: ClearanceKind,
    authority: str,
    reference: str,
    lead_s: int,
    convoy: int | None = None,
    road: int | None = None,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
    remark: str = "",
) -> None:
    """
    A permission or a notification whose lead time runs from now.

    Parameters
    ----------
    reference
        Our own, by which the answer will name it.
    valid_from, valid_until
        The time that it is asked for.
    """
    entry.require(Right.ISSUE_WAYBILL, operation)
    if kind not in set(ClearanceKind):
        raise Refused(Message("it is a clearance or a notification"))
    if not authority.strip() or not reference.strip():
        raise Refused(Message("it names whom it is sent to, and its own number"))
    if not 0 <= lead_s <= LONGEST_LEAD_S:
        raise Refused(Message("a lead time is between nought and a year"))
    _refuse_span(valid_from, valid_until)
    if convoy is not None and entry.see(rows.Convoy, convoy).operation_id != operation:
        raise Refused(Message("there is no such convoy in this operation"))
    if road is not None and entry.see(rows.Road, road).operation_id != operation:
        raise Refused(Message("there is no such road in this operation"))
    rows.Clearance.objects.create(
        id=entry.id,
        operation_id=operation,
        kind=kind,
        authority=authority,
        reference=reference,
        lead_s=lead_s,
        submitted_at=entry.now,
        valid_from=valid_from,
        valid_until=valid_until,
        convoy_id=convoy,
        road_id=road,
        recorded_by=entry.actor,
        recorded_at=entry.now,
    )


@action("clearance answered", "remark")
def answer_clearance(
    entry: Entry,
    *,
    clearance: UUID,
    answer: Answer,
    authority: str,
    reference: str,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
    remark: str = "",
) -> None:
    """
    What was answered, by whom, under which number. The last answer counts: a permission can be withdrawn.

    Parameters
    ----------
    valid_from, valid_until
        The time that it is granted, or said to be not needed, for; of no other answer.
    """
    row = entry.see(rows.Clearance, clearance)
    entry.require(Right.ISSUE_WAYBILL, row.operation_id)
    if row.answers_id is not None:
        raise Refused(Message("an answer belongs to what was asked, not to another answer"))
    if answer not in set(Answer) or answer == Answer.WAITING:
        raise Refused(Message("it is granted, not needed, refused or withdrawn"))
    if not authority.strip():
        raise Refused(Message("an answer names who gave it"))
    if answer not in GOOD and not remark.strip():
        raise Refused(Message("say why it is refused or withdrawn"))
    _refuse_span(valid_from, valid_until)
    is_good = answer in GOOD
    rows.Clearance.objects.create(
        id=entry.id,
        operation_id=row.operation_id,
        kind=row.kind,
        authority=authority,
        reference=reference,
        lead_s=row.lead_s,
        submitted_at=row.submitted_at,
        valid_from=valid_from if is_good else None,
        valid_until=valid_until if is_good else None,
        convoy_id=row.convoy_id,
        road_id=row.road_id,
        answer=answer,
        answers=row,
        recorded_by=entry.actor,
        recorded_at=entry.now,
    )


def _refuse_span(start: datetime | None, end: datetime | None) -> None:
    if start and end and start >= end:
        raise Refused(Message("the end is not after the beginning"))
