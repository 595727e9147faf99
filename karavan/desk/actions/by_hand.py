"""A plan that somebody made by hand, or with another program: kept with whatever it breaks; approved only without."""

from __future__ import annotations

from uuid import UUID

from karavan.desk import models as rows
from karavan.desk.actions.posting import Entry, action
from karavan.domain.audit import digest
from karavan.domain.errors import KaravanError, Refused
from karavan.domain.message import Message
from karavan.domain.planfile import plan_from_json
from karavan.domain.roles import Right


@action("plan proposed", "text")
def propose_plan(entry: Entry, *, plan: UUID, plan_sha256: str, text: str) -> None:
    """Another plan for the situation of ``plan``, of which nothing is issued yet; it goes the same way."""
    row = entry.see(rows.PlanDocument, plan)
    entry.require(Right.MAKE_PLAN, row.operation_id)
    if rows.Journey.objects.filter(plan=row).exists():
        raise Refused(Message("the waybills of this plan are issued: plan it again instead"))
    try:
        proposed = plan_from_json(text)
    except KaravanError as error:
        raise Refused(error.message) from error
    if digest(text) != plan_sha256 or proposed.situation != row.situation_id:
        raise Refused(Message("the plan is not one of this situation"))
    rows.PlanDocument.objects.create(
        id=entry.id,
        operation=row.operation,
        situation=row.situation,
        text=text,
        sha256=plan_sha256,
        made_by=entry.actor,
        made_at=entry.now,
        replans=row.replans,
    )
