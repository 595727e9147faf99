"""What the judge says of a plan that the desk keeps."""

from __future__ import annotations

from karavan.domain.check import Violation, check
from karavan.domain.plans import Plan
from karavan.domain.situation import Situation

AS_LOADED = frozenset({"handling-unit", "handling-time", "payload", "volume", "compartment", "segregation"})
"""Of what has left it was written down how much is aboard: no plan can change that."""


def judged(situation: Situation, plan: Plan) -> tuple[Violation, ...]:
    """
    Every hard rule that the plan breaks; what was really put on vehicles that have left is not the plan's doing.

    A bound holds for plans that keep the rules: that a plan which breaks others says less than it is not told beside.
    """
    frozen = {journey.code for journey in plan.journeys if journey.frozen}
    found = [
        it for it in check(situation, plan) if it.rule not in AS_LOADED or it.where.partition("/")[0] not in frozen
    ]
    return tuple([it for it in found if it.rule != "value"] or found)
