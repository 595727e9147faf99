"""How long a search may take, who may end it, and whom it tells."""

from __future__ import annotations

import math
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from karavan.domain.units import HOUR_S
from karavan.domain.value import INEQUITY_WEIGHT, waiting_from, waiting_of_nothing
from karavan.planning.problem import Problem
from karavan.planning.search import Allowance, State

DEFAULT_ROUNDS = 20_000
LEAST_ROUNDS = 2_000
DEFAULT_VISITS = 5_000_000
"""Rounds x needs that a search is given when nobody says how long: large situations get fewer rounds."""

PATIENCE_ROUNDS = 5_000
COMPARISON_SHARE = 0.1
MOST_BOUNDING = 0.25
"""Of the time given, for the bound at most."""

LEAST_S = 1.0
"""For the first plan, however little time is given."""

FINISHING = 3.0
"""What comes after the search takes about so many times as long as the first plan took."""

MOST_FINISHING = 0.4
"""Of the time given, kept for the reasons and the papers' order at most."""

MOST_SEEDS = 8
"""Side by side where nobody says how many: more share one memory bus and one best plan."""


NO_WAITING = 0.5
"""Weighted person-hours that are as good as none: cost alone is never zero."""


class Stage(Enum):
    """What is being done, in this order."""

    ROADS = "roads"
    SHARES = "shares"
    FIRST_PLAN = "first plan"
    BOUND = "bound"
    SEARCH = "search"
    COMPARISONS = "comparisons"
    REASONS = "reasons"


@dataclass(frozen=True, slots=True)
class Progress:
    """
    How far the planning is.

    Attributes
    ----------
    round, rounds
        Of each seed: run, and to run; ``None``: the time decides.
    value, bound
        Weighted person-hours of the best plan so far, inequity and cost with them, infinite until there is one; and
        what no plan can beat, ``None`` where it is not known.
    stage, done, total
        What is being done, and how much of it, where that can be counted: tasks in the first plan, lines with reasons.
    seeds, rounds_per_s
        Searches side by side, and the rounds that each makes in a second.
    """

    round: int
    rounds: int | None
    elapsed_s: float
    limit_s: float | None
    value: float
    bound: float | None
    stage: Stage = Stage.SEARCH
    done: int = 0
    total: int = 0
    seeds: int = 1
    rounds_per_s: float = 0.0

    @property
    def gap(self) -> float | None:
        """The share of the value that a better plan could save at most; ``None``: not known."""
        if self.bound is None or self.value == math.inf:
            return None
        return max(0.0, 1 - self.bound / self.value) if self.value > NO_WAITING else 0.0


def seeds_at_once() -> int:
    """As many as this process may use cores, up to ``MOST_SEEDS``."""
    allowed = getattr(os, "sched_getaffinity", None)
    return min(MOST_SEEDS, len(allowed(0)) if allowed else os.cpu_count() or 1)


class Budget:
    """
    Rounds, seconds or a gap to the bound, and Ctrl-C: the first one ends the search, a second one the program.

    Parameters
    ----------
    seeds
        Searches side by side. ``None``: as many as there are cores where only the time decides, and one where rounds
        do, so that the plan does not depend on the machine.
    gap
        The search ends when no plan can save more than this share.

    Raises
    ------
    ValueError
        No seed at all, or a gap that is no share.
    """

    def __init__(
        self,
        rounds: int | None,
        limit_s: float | None,
        *,
        seeds: int | None = None,
        gap: float | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> None:
        if seeds is not None and seeds < 1:
            raise ValueError("at least one seed")
        if gap is not None and not 0 <= gap < 1:
            raise ValueError("a gap is a share: 0 or more, less than 1")
        self.rounds = rounds
        self.limit_s = limit_s
        self.gap = gap
        self.seeds = seeds or (seeds_at_once() if rounds is None and limit_s is not None else 1)
        self.patient = rounds is None and limit_s is None
        self.interrupted = False
        self.bound: float | None = None
        self._default = DEFAULT_ROUNDS
        self._total = 0
        self._begun = time.monotonic()
        self._finish_s = 0.0
        self._progress = progress
        self._stage = Stage.ROADS
        self._nothing = math.inf
        self._gain = -math.inf
        self._searching_s: float | None = None

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

    def enter(self, stage: Stage) -> None:
        """What is done from here on."""
        self._stage = stage
        self._say(0)

    def weigh(self, problem: Problem, state: State) -> None:
        """How much there is to do: a plan's value is that of nothing less what it gains."""
        self._default = max(LEAST_ROUNDS, min(DEFAULT_ROUNDS, DEFAULT_VISITS // max(1, len(problem.tasks))))
        self._total = len(problem.tasks)
        nothing = waiting_of_nothing(problem.situation) + INEQUITY_WEIGHT * _inequity_of_nothing(problem)
        self._nothing = nothing + state.worth * len(problem.needs)

    def allowance(self) -> Allowance:
        """What the search may spend."""
        enough = math.inf
        if self.gap is not None and self.bound is not None:
            enough = self._nothing - max(NO_WAITING, self.bound / (1 - self.gap))
        if self.limit_s is not None:
            return Allowance(self.rounds, None, self._ask, enough, self.seeds)
        rounds = self._default if self.rounds is None else self.rounds
        return Allowance(rounds, PATIENCE_ROUNDS if self.patient else None, self._ask, enough, self.seeds)

    def _ask(self, number: int, gain: float) -> float:
        if self._searching_s is None:
            self._stage = Stage.SEARCH
            self._searching_s = self.elapsed_s()
        self.note(number, gain)
        if self.interrupted:
            return 1.0
        if self.limit_s is None:
            return 0.0
        search_s = self.limit_s * (1 - COMPARISON_SHARE) - self._finish_s
        return self.elapsed_s() / search_s if search_s > 0 else 1.0

    def bounding_s(self) -> float:
        """Seconds that the bounds may take."""
        return math.inf if self.limit_s is None else MOST_BOUNDING * self.limit_s

    def keep(self, seconds: float) -> None:
        """Time for what comes after the search."""
        self._finish_s += seconds

    def elapsed_s(self) -> float:
        return time.monotonic() - self._begun

    def late(self) -> bool:
        """Whether the time is over or somebody has pressed Ctrl-C: what can be left out is left out."""
        return self.interrupted or (self.limit_s is not None and self.elapsed_s() >= self.limit_s - self._finish_s)

    def over(self) -> bool:
        """As ``late``, but what is to be carried is put in for a second at least: a small plan is whole in no time."""
        return self.interrupted or (self.late() and self.elapsed_s() >= LEAST_S)

    def first(self, state: State) -> None:
        """Called with the first whole plan: what took longer to begin takes longer to be put into words."""
        self._finish_s = min(FINISHING * self.elapsed_s(), MOST_FINISHING * (self.limit_s or 0.0))
        if not state.short_convoys():
            self.note(0, state.value - state.on_the_way)

    def note(self, number: int, gain: float) -> None:
        """Told now and then with the best gain so far."""
        if gain > -math.inf:
            self._gain = gain
            self._say(number)

    def built(self, done: int) -> None:
        """Told now and then how many tasks are in the first plan."""
        if self._stage is Stage.FIRST_PLAN:
            self._say(0, done, self._total)

    def reasoned(self, done: int, total: int) -> None:
        """Told how many of the lines left behind have their reasons."""
        self._say(0, done, total)

    def _say(self, number: int, done: int = 0, total: int = 0) -> None:
        if self._progress is None:
            return
        elapsed_s, value, rate = self.elapsed_s(), self._nothing - self._gain, 0.0
        if self._searching_s is not None and number:
            rate = number / max(1e-9, elapsed_s - self._searching_s)
        self._progress(
            Progress(
                number,
                self.rounds,
                elapsed_s,
                self.limit_s,
                value,
                self.bound,
                self._stage,
                done,
                total,
                self.seeds,
                rate,
            )
        )

    def aside(self) -> Allowance:
        """A tenth of the rounds for a comparison."""
        rounds = max(1, round((self._default if self.rounds is None else self.rounds) * COMPARISON_SHARE))
        return Allowance(rounds, None, lambda number, gain: 1.0 if self.late() else 0.0)


def _inequity_of_nothing(problem: Problem) -> float:
    operation = problem.situation.operation
    horizon_h = operation.horizon_s / HOUR_S
    return sum(
        need.people_weight
        * ((operation.end - waiting_from(problem.situation, need)).total_seconds() / HOUR_S) ** 2
        / horizon_h
        for need in problem.needs
    )
