"""``plan``: a situation in, a plan out. The one screen through which the search can be replaced."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace

from karavan.domain.planfile import situation_digest
from karavan.domain.plans import Comparison, Plan, Share, Value
from karavan.domain.situation import Situation, say_road_source
from karavan.domain.value import deliveries, measure, objective
from karavan.planning.allocate import share_fairly
from karavan.planning.bound import UNLIMITED_WORK, lower_bound
from karavan.planning.budget import Budget, Progress, Stage
from karavan.planning.by_hand import plan_by_hand
from karavan.planning.outcome import journeys_and_convoys
from karavan.planning.problem import Problem, bridge, find_tasks
from karavan.planning.reasons import unserved
from karavan.planning.search import Random, Search, State, empty_state
from karavan.planning.stages import solve
from karavan.planning.standing import Standing

BOUND_WORK_PER_S = 25_000_000
"""About what the bound that weighs each vehicle's days gets done in a second, on a slow machine."""


def plan(
    situation: Situation,
    *,
    seed: int = 0,
    rounds: int | None = None,
    limit_s: float | None = None,
    gap: float | None = None,
    seeds: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Plan:
    """
    Plan the convoys of a situation.

    Parameters
    ----------
    rounds
        Search rounds. The same situation, seed, rounds and seeds give the same plan, byte for byte.
    limit_s
        Or seconds; with neither, up to ``DEFAULT_ROUNDS``, fewer for large situations and ended early when nothing has
        improved for long.
    gap
        The search ends before when the plan's value lies no further than this share of itself above the bound.
    seeds
        Searches side by side, each with all the rounds, that share their best. By default one where rounds decide, and
        as many as there are cores, up to eight, where only the time does.
    progress
        Called as the planning goes on. Ctrl-C ends the search and keeps the best plan so far.
    """
    with Budget(rounds, limit_s, seeds=seeds, gap=gap, progress=progress) as budget:
        budget.enter(Stage.ROADS)
        problem = bridge(situation)
        find_tasks(problem)
        budget.enter(Stage.SHARES)
        shares = share_fairly(problem)
        state = empty_state(problem)
        budget.weigh(problem, state)
        budget.enter(Stage.FIRST_PLAN)
        Search(state, Random(seed)).build(budget.over, budget.built)
        if budget.interrupted and not any(state.trips):
            raise KeyboardInterrupt
        budget.first(state)
        budget.enter(Stage.BOUND)
        bounding = Bounding(problem, budget, shares)
        bound = budget.bound = bounding.of_all()
        if not budget.late():
            state = max(state, _filled(problem, seed, budget), key=lambda one: one.value)
        run = solve(state, Random(seed), budget.allowance(), budget.over)
        budget.enter(Stage.COMPARISONS)
        others = {}
        if not budget.late():
            by_hand = plan_by_hand(_again(problem), budget.late)
            # Broken off it would be a careless person's.
            if not budget.late():
                others["hand"] = by_hand
        if not budget.late():
            others["cost"] = _cheapest(state, seed, budget)
    comparisons = [Comparison(name=name, value=_worth(other)) for name, other in others.items()]
    for other in others.values():
        if _is_better(situation, other, state, shares):
            state = other
    shared = bounding.of_same_shares(delivered(situation, _bare(state)))
    fields = {"seed": seed, "rounds": run, "shared_bound_person_h": shared}
    return finish(situation, state, shares, bound, tuple(comparisons), budget, **fields)


class Bounding:
    """What no plan can beat, in the time there is: no plan at all, and none with the same shares."""

    def __init__(
        self, problem: Problem, budget: Budget, shares: tuple[Share, ...], standing: Standing | None = None
    ) -> None:
        self._problem, self._budget, self._shares, self._standing = problem, budget, shares, standing
        spare_s = budget.bounding_s() / (2 if shares else 1)
        self._work = int(min(UNLIMITED_WORK, spare_s * BOUND_WORK_PER_S))

    def of_all(self) -> float | None:
        """``None`` where it is too late."""
        if self._budget.late():
            return None
        begun = self._budget.elapsed_s()
        bound = self._rounded(None)
        if self._shares:
            self._budget.keep(min(self._budget.elapsed_s() - begun, self._budget.bounding_s()))
        return bound

    def of_same_shares(self, delivered: Mapping[str, int]) -> float | None:
        """Where no need gets more of a scarce item than is fair or delivered; ``None``: none is scarce, or ended."""
        if not self._shares or self._budget.interrupted or self._budget.bound is None:
            return None
        quantity = {need.code: need.quantity for need in self._problem.needs}
        most = {
            code: max(fair, delivered.get(code, 0)) / quantity[code]
            for share in self._shares
            for code, fair in share.shares
        }
        return self._rounded(most)

    def _rounded(self, most: Mapping[str, float] | None) -> float:
        """To a tenth, downwards: the last digits of a linear program are not the same on every machine."""
        bound = lower_bound(self._problem, most, work=self._work, standing=self._standing)
        return math.floor(10 * bound) / 10


def finish(
    situation: Situation,
    state: State,
    shares: tuple[Share, ...],
    bound: float | None,
    comparisons: tuple[Comparison, ...],
    budget: Budget,
    **fields: object,
) -> Plan:
    """The plan of a solved state: journeys, convoys, what is left behind and why, and its worth."""
    budget.enter(Stage.REASONS)
    past = fields.pop("history", None)
    journeys, convoys = journeys_and_convoys(state, past)  # type: ignore[arg-type]
    draft = Plan(
        situation=situation_digest(situation),
        name=situation.operation.name,
        road_source=say_road_source(situation),
        journeys=journeys,
        convoys=convoys,
        shares=shares,
        bound_person_h=bound,
        comparisons=comparisons,
        **fields,  # type: ignore[arg-type]
    )
    return replace(draft, unserved=unserved(state, draft, told=budget.reasoned), value=measure(situation, draft))


def _filled(problem: Problem, seed: int, budget: Budget) -> State:
    """Another quick plan: every vehicle filled as by hand."""
    state = empty_state(problem)
    state.send_by_hand(budget.late)
    Search(state, Random(seed)).build(budget.late)
    return state


def _again(problem: Problem) -> Problem:
    """The problem for another plan of the same situation, first come first served."""
    fresh = bridge(problem.situation, problem.network)
    find_tasks(fresh)
    return fresh


def _cheapest(plan: State, seed: int, budget: Budget) -> State:
    """The same journeys planned on for cost only, no need held to its share; with stages, planned from nothing."""
    state = empty_state(_again(plan.problem), hours=False)
    for vehicle, trips in enumerate(plan.trips if not plan.problem.chains else ()):
        times = state.schedule(vehicle, trips, 0)
        if times is not None:
            state.commit(vehicle, trips, times)
    solve(state, Random(seed), budget.aside(), budget.late)
    return state


def _is_better(situation: Situation, other: State, state: State, shares: tuple[Share, ...]) -> bool:
    """Whether the other plan is worth more by the same figure, and takes nobody's fair share away."""
    if objective(situation, _worth(other)) >= objective(situation, _worth(state)):
        return False
    given, own = delivered(situation, _bare(other)), delivered(situation, _bare(state))
    return all(given[code] >= min(most, own[code]) for share in shares for code, most in share.shares)


def delivered(situation: Situation, made: Plan) -> dict[str, int]:
    """Units handed over, by need."""
    given: dict[str, int] = defaultdict(int)
    for code, quantity, _ in deliveries(situation, made):
        given[code] += quantity
    return given


def _worth(state: State) -> Value:
    return measure(state.problem.situation, _bare(state))


def _bare(state: State) -> Plan:
    journeys, convoys = journeys_and_convoys(state)
    return Plan(journeys=journeys, convoys=convoys)
