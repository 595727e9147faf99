"""``plan``: a situation in, a plan out. The one screen through which the search can be replaced."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from karavan.domain.message import Message
from karavan.domain.planfile import situation_digest
from karavan.domain.plans import Comparison, Plan, Share, Value
from karavan.domain.roads import RoadSource
from karavan.domain.situation import Situation
from karavan.domain.units import HOUR_S
from karavan.domain.value import INEQUITY_WEIGHT, measure, waiting_of_nothing
from karavan.planning.allocate import share_fairly
from karavan.planning.bound import lower_bound
from karavan.planning.by_hand import plan_by_hand, send_all
from karavan.planning.outcome import journeys_and_convoys
from karavan.planning.problem import Problem, bridge, find_tasks
from karavan.planning.reasons import unserved
from karavan.planning.schedule import Aim
from karavan.planning.search import Search, State, empty_state
from karavan.planning.stages import solve

DEFAULT_ROUNDS = 2_000
LEAST_ROUNDS = 200
DEFAULT_VISITS = 100_000
"""Rounds x needs that a search is given when nobody says how long: large situations get fewer rounds."""

PATIENCE_ROUNDS = 250
COMPARISON_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Progress:
    """
    How far the search is.

    Attributes
    ----------
    rounds
        Rounds to run; ``None``: the time decides.
    value, bound
        Weighted person-hours of the best plan so far, inequity and cost with them; and what no plan can beat, ``None``
        where the time was too short to find out.
    """

    round: int
    rounds: int | None
    elapsed_s: float
    limit_s: float | None
    value: float
    bound: float | None


def plan(
    situation: Situation,
    *,
    seed: int = 0,
    rounds: int | None = None,
    limit_s: float | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Plan:
    """
    Plan the convoys of a situation.

    Parameters
    ----------
    rounds
        Search rounds. The same situation, seed and rounds give the same plan, byte for byte.
    limit_s
        Or seconds; with neither, up to ``DEFAULT_ROUNDS``, fewer for large situations and ended early when nothing has
        improved for long.
    progress
        Called as the search goes on. Ctrl-C ends the search and keeps the best plan so far.
    """
    with Budget(rounds, limit_s) as budget:
        problem = bridge(situation)
        find_tasks(problem)
        shares = share_fairly(problem)
        state = _first(problem, seed, budget)
        # To a tenth, downwards: the last digits of a linear program are not the same on every machine.
        bound = None if budget.late() else math.floor(10 * lower_bound(problem)) / 10
        budget.tell(progress, problem, state, bound)
        run = solve(state, Random(seed), budget.done, budget.note, budget.late)
        comparisons = []
        if not budget.late():
            by_hand = plan_by_hand(_again(problem))
            comparisons.append(Comparison(name="hand", value=_worth(by_hand)))
            if not shares and by_hand.value > state.value:
                state = by_hand
        if not budget.late():
            comparisons.append(Comparison(name="cost", value=_worth(_cheapest(_again(problem), seed, budget))))
    return finish(situation, state, shares, bound, tuple(comparisons), seed=seed, rounds=run)


def finish(
    situation: Situation,
    state: State,
    shares: tuple[Share, ...],
    bound: float | None,
    comparisons: tuple[Comparison, ...],
    **fields: object,
) -> Plan:
    """The plan of a solved state: journeys, convoys, what is left behind and why, and its worth."""
    past = fields.pop("history", None)
    journeys, convoys = journeys_and_convoys(state, past)  # type: ignore[arg-type]
    draft = Plan(
        situation=situation_digest(situation),
        name=situation.operation.name,
        road_source=_road_source(situation),
        journeys=journeys,
        convoys=convoys,
        shares=shares,
        bound_person_h=bound,
        comparisons=comparisons,
        **fields,  # type: ignore[arg-type]
    )
    return replace(draft, unserved=unserved(state, draft), value=measure(situation, draft))


def _first(problem: Problem, seed: int, budget: Budget) -> State:
    """The better of two quick plans: every need where it gains most, or every vehicle filled as by hand."""
    inserted, filled = empty_state(problem, Aim()), empty_state(problem, Aim())
    Search(inserted, Random(seed)).build(budget.late)
    if budget.late():
        return inserted
    send_all(filled)
    Search(filled, Random(seed)).build(budget.late)
    return max(inserted, filled, key=lambda state: state.value)


def _again(problem: Problem) -> Problem:
    """The problem for another plan of the same situation, first come first served."""
    fresh = bridge(problem.situation, problem.network)
    find_tasks(fresh)
    return fresh


def _cheapest(problem: Problem, seed: int, budget: Budget) -> State:
    state = empty_state(problem, Aim(hours=False))
    solve(state, Random(seed), budget.aside(), late=budget.late)
    return state


def _worth(state: State) -> Value:
    journeys, convoys = journeys_and_convoys(state)
    return measure(state.problem.situation, Plan(journeys=journeys, convoys=convoys))


def _road_source(situation: Situation) -> Message:
    rules = situation.operation.rules
    if situation.road_source is RoadSource.SHEET:
        return Message("roads from the road sheet")
    if situation.road_source is RoadSource.OSM:
        return Message("roads from an OpenStreetMap extract")
    return Message(
        "no roads given: straight lines made {factor} times longer, at {speed} km/h",
        factor=f"{rules.detour_permille / 1000:g}",
        speed=f"{rules.straight_speed_m_per_h / 1000:g}",
    )


class Budget:
    """Rounds or seconds, and Ctrl-C: the first one ends the search, a second one the program."""

    def __init__(self, rounds: int | None, limit_s: float | None) -> None:
        self.rounds = rounds
        self.limit_s = limit_s
        self.patient = rounds is None and limit_s is None
        self.interrupted = False
        self._default = DEFAULT_ROUNDS
        self._begun = time.monotonic()
        self._improved = (0, -1.0)
        self._tell: Callable[[int, float], None] | None = None
        self._stage_round = 0

    def __enter__(self) -> Budget:
        self._handler = None
        if threading.current_thread() is threading.main_thread():
            self._handler = signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(self, *error: object) -> None:
        if self._handler is not None:
            signal.signal(signal.SIGINT, self._handler)

    def _interrupt(self, *signal_and_frame: object) -> None:
        if self.interrupted:
            raise KeyboardInterrupt
        self.interrupted = True

    def tell(
        self, progress: Callable[[Progress], None] | None, problem: Problem, state: State, bound: float | None
    ) -> None:
        """How much there is to do, and where progress goes: ``value`` is the waiting of nothing less what is gained."""
        self._default = max(LEAST_ROUNDS, min(DEFAULT_ROUNDS, DEFAULT_VISITS // max(1, len(problem.tasks))))
        if progress is None:
            return
        nothing = waiting_of_nothing(problem.situation) + INEQUITY_WEIGHT * _inequity_of_nothing(problem)
        nothing += state.scheduler.worth * len(problem.needs)

        def tell(number: int, gain: float) -> None:
            elapsed = time.monotonic() - self._begun
            progress(Progress(number, self.rounds, elapsed, self.limit_s, nothing - gain, bound))

        self._tell = tell

    def done(self, number: int) -> float:
        """The share of the budget that is spent."""
        if self.interrupted:
            return 1.0
        if self.limit_s is not None:
            limit_s = self.limit_s * (1 - COMPARISON_SHARE)
            return (time.monotonic() - self._begun) / limit_s if limit_s > 0 else 1.0
        limit = self._default if self.rounds is None else self.rounds
        if self.patient and number - self._improved[0] > PATIENCE_ROUNDS:
            return 1.0
        return number / limit if limit else 1.0

    def late(self) -> bool:
        """Whether the time is over or somebody has pressed Ctrl-C: what can be left out is left out."""
        return self.interrupted or (self.limit_s is not None and time.monotonic() - self._begun >= self.limit_s)

    def note(self, number: int, gain: float) -> None:
        """Called after each round with the best gain so far."""
        if gain != self._improved[1]:  # more of it, or another stage's
            self._improved = (number, gain)
        if self._tell is not None:
            self._tell(number, gain)

    def aside(self) -> Callable[[int], float]:
        """A tenth of the budget for a comparison."""
        limit = max(1, round((self._default if self.rounds is None else self.rounds) * COMPARISON_SHARE))
        end = self._begun + (self.limit_s or 0.0)

        def done(number: int) -> float:
            if self.interrupted or (self.limit_s is not None and time.monotonic() >= end):
                return 1.0
            return number / limit

        return done


def _inequity_of_nothing(problem: Problem) -> float:
    from karavan.domain.value import waiting_from

    operation = problem.situation.operation
    horizon_h = operation.horizon_s / HOUR_S
    return sum(
        need.people_weight
        * ((operation.end - waiting_from(problem.situation, need)).total_seconds() / HOUR_S) ** 2
        / horizon_h
        for need in problem.needs
    )
