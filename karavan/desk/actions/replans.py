"""A plan is planned again when something has changed; a search is cancelled; a journey is pinned."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from karavan.desk import models as rows
from karavan.desk.actions.posting import Entry, action
from karavan.desk.actions.searches import keep_situation, refuse_second_search
from karavan.desk.leases import OPEN
from karavan.desk.replanning import basis, is_replaced, line_of_plans
from karavan.domain.errors import Refused
from karavan.domain.message import Message
from karavan.domain.planfile import plan_from_json, plan_to_json
from karavan.domain.roles import Right
from karavan.domain.units import time_text


@action("plan asked for again")
def ask_replan(
    entry: Entry,
    *,
    plan: UUID,
    out: tuple[str, ...] = (),
    seed: int = 0,
    rounds: int | None = None,
    limit_s: int | None = None,
) -> None:
    """
    The rest of an approved plan, from what is known now: what has left stays, and so do pinned journeys.

    ``out`` are plates of vehicles that are out of service.
    """
    row = entry.see(rows.PlanDocument, plan)
    entry.require(Right.MAKE_PLAN, row.operation_id)
    if not hasattr(row, "approved"):
        raise Refused(Message("the plan is not approved"))
    if is_replaced(row):
        raise Refused(Message("another plan has taken this one's place; plan that one again"))
    refuse_second_search(row.operation_id, entry.now)
    found = basis(row, entry.now, out)
    end = found.situation.operation.end
    if entry.now >= end:
        over = time_text(end, ZoneInfo(row.operation.time_zone))
        raise Refused(Message("the time that the operation plans for was over at {time}", time=over))
    unknown = set(out) - set(found.situation.vehicle)
    if unknown:
        raise Refused(Message("there is no vehicle {plate}", plate=min(unknown)))
    there = {journey.code for journey in found.previous.journeys} - set(found.left)
    rows.PlanningJob.objects.create(
        id=entry.id,
        operation=row.operation,
        situation=keep_situation(row.operation, found.situation),
        asked_by=entry.actor,
        asked_at=entry.now,
        seed=seed,
        rounds=rounds,
        limit_s=limit_s,
        replans=row,
        previous=plan_to_json(found.previous),
        left=list(found.left),
        kept=sorted(pinned(row) & there),
    )


@action("search cancelled")
def cancel_search(entry: Entry, *, job: UUID) -> None:
    """Whoever searches notices within seconds; a plan that is found meanwhile is not kept."""
    row = entry.see(rows.PlanningJob, job)
    entry.require(Right.MAKE_PLAN, row.operation_id)
    if not rows.PlanningJob.objects.filter(pk=row.pk, state__in=OPEN).update(state="cancelled"):
        raise Refused(Message("this search is over"))


@action("journey pinned")
def pin_journey(entry: Entry, *, plan: UUID, journey: str, is_pinned: bool) -> None:
    """The next planning leaves it as it is, and what its vehicle does before; or may change it again."""
    row = entry.see(rows.PlanDocument, plan)
    entry.require(Right.MAKE_PLAN, row.operation_id)
    if journey not in {it.code for it in plan_from_json(row.text).journeys}:
        raise Refused(Message("the plan has no journey {code}", code=journey))
    rows.PlanPin.objects.create(id=entry.id, plan=row, journey=journey, pinned=is_pinned, by=entry.actor, at=entry.now)


def pinned(plan: rows.PlanDocument) -> set[str]:
    """Codes of journeys whose last word is that they stay, said of this plan or of one that it planned again."""
    said = rows.PlanPin.objects.filter(plan__in=line_of_plans(plan)).order_by("at", "id")
    return {journey for journey, stays in dict(said.values_list("journey", "pinned")).items() if stays}
