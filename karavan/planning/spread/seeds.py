"""Several seeds of an ordinary situation, the best of which is the plan."""

from __future__ import annotations

from karavan.domain.plans import Plan
from karavan.domain.situation import Situation
from karavan.domain.value import objective
from karavan.planning.plan import plan

SEEDS = 8
"""If nobody says how many. It does not hang on the workers there are: the answer must not, either."""


def plan_seed(situation: Situation, seed: int, rounds: int | None, limit_s: float | None, gap: float | None) -> Plan:
    """One search, in one thread: the others of a worker have seeds of their own."""
    return plan(situation, seed=seed, rounds=rounds, limit_s=limit_s, gap=gap, seeds=1)


def better(situation: Situation, one: Plan, other: Plan) -> Plan:
    """Whichever is worth more by the figure; of equals the one with the smaller seed, whoever was first."""

    def key(plan: Plan) -> tuple[float, int]:
        return (objective(situation, plan.value) if plan.value else float("inf"), plan.seed)

    return min(one, other, key=key)
