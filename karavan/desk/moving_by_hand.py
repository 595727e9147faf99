"""A planner's change of a plan: as the engine times it, or else as it was asked for, with what it breaks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from karavan.desk import models as rows
from karavan.desk.judging import judged
from karavan.domain.check import Violation
from karavan.domain.errors import BadChange
from karavan.domain.moved import Move, moved
from karavan.domain.planfile import plan_from_json
from karavan.domain.plans import Plan
from karavan.domain.situation import Situation
from karavan.domain.situationfile import situation_from_json
from karavan.domain.succession import name_as_before

AT_ONCE_S = 2
"""Somebody waits for the answer; the bound, which would take longer, is that of the plan before."""


@dataclass(frozen=True, slots=True)
class Proposal:
    plan: Plan
    violations: tuple[Violation, ...]


def proposal(row: rows.PlanDocument, move: Move) -> Proposal:
    """
    Raises
    ------
    BadChange
        There is no such journey, vehicle or stop, or it has left.
    """
    from karavan.planning.differences import list_changes

    situation, old = situation_from_json(row.situation.text), plan_from_json(row.text)
    draft = moved(situation, old, move)
    timed = _timed(situation, old, draft)
    found = _packed(draft) if timed is None else timed
    found = replace(found, changes=list_changes(situation, old, found))
    return Proposal(found, judged(situation, found))


def _timed(situation: Situation, old: Plan, draft: Plan) -> Plan | None:
    """The change with times, convoys and compartments that break nothing; ``None``: there are none."""
    from karavan.planning import replan

    left = [journey.code for journey in draft.journeys if journey.frozen]
    keep = [journey.code for journey in draft.journeys if not journey.frozen]
    at = old.replanned_at or situation.operation.start
    try:
        found = replan(situation, draft, at=at, left=left, keep=keep, rounds=0, limit_s=AT_ONCE_S)
    except BadChange:
        return None
    if _brought(found) != _brought(draft):
        return None
    found = replace(
        name_as_before(old, found),
        replanned_at=old.replanned_at,
        bound_person_h=old.bound_person_h,
        shared_bound_person_h=old.shared_bound_person_h,
        shares=old.shares,
        seed=old.seed,
        rounds=old.rounds,
    )
    return None if judged(situation, found) else found


def _brought(plan: Plan) -> dict[tuple[str, str, str], int]:
    """By vehicle, place and need."""
    total: dict[tuple[str, str, str], int] = defaultdict(int)
    for journey in plan.journeys:
        for stop in journey.stops:
            for goods in stop.unloads:
                total[journey.vehicle, stop.place, goods.need] += goods.quantity
    return dict(total)


def _packed(draft: Plan) -> Plan:
    """What no compartment was found for lies in the first one: the judge says whether it has room there."""
    return replace(
        draft,
        journeys=tuple(
            replace(
                journey,
                stops=tuple(
                    replace(
                        stop,
                        loads=tuple(replace(it, compartment=max(0, it.compartment)) for it in stop.loads),
                        unloads=tuple(replace(it, compartment=max(0, it.compartment)) for it in stop.unloads),
                    )
                    for stop in journey.stops
                ),
            )
            for journey in draft.journeys
        ),
    )
