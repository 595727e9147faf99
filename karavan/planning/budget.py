"""How long a search may take, who may end it, and whom it tells."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

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

MOST_FINISHING = 0.4
"""Of the time given, kept for the reasons and the papers' order at most."""


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


class Budget:
    """Rounds or seconds, and Ctrl-C: the first one ends the search, a second one the program."""

    def __init__(self, rounds: int | None, limit_s: float | None) -> None:
        self.rounds = rounds
        self.limit_s = limit_s
        self.patient = rounds is None and limit_s is None
        self.interrupted = False
        self.bound: float | None = None
        self._default = DEFAULT_ROUNDS
        self._begun = time.monotonic()
        self._finish_s = 0.0
        self._tell: Callable[[int, float], None] | None = None

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

    def tell(self, progress: Callable[[Progress], None] | None, problem: Problem, state: State) -> None:
        """How much there is to do, and where progress goes: ``value`` is the waiting of nothing less what is gained."""
        self._default = max(LEAST_ROUNDS, min(DEFAULT_ROUNDS, DEFAULT_VISITS // max(1, len(problem.tasks))))
        if progress is None:
            return
        nothing = waiting_of_nothing(problem.situation) + INEQUITY_WEIGHT * _inequity_of_nothing(problem)
        nothing += state.worth * len(problem.needs)

        def tell(number: int, gain: float) -> None:
            progress(Progress(number, self.rounds, self._elapsed_s(), self.limit_s, nothing - gain, self.bound))

        self._tell = tell

    def allowance(self) -> Allowance:
        """What the search may spend."""
        if self.limit_s is not None:
            return Allowance(ask=self._ask)
        rounds = self._default if self.rounds is None else self.rounds
        return Allowance(rounds, PATIENCE_ROUNDS if self.patient else None, self._ask)

    def _ask(self, number: int, gain: float) -> float:
        self.note(number, gain)
        if self.interrupted:
            return 1.0
        if self.limit_s is None:
            return 0.0
        search_s = self.limit_s * (1 - COMPARISON_SHARE) - self._finish_s
        return self._elapsed_s() / search_s if search_s > 0 else 1.0

    def affords(self, seconds: float) -> bool:
        """Whether something that takes so long may be done beside the search."""
        return self.limit_s is None or seconds <= MOST_BOUNDING * self.limit_s

    def late(self) -> bool:
        """Whether the time is over or somebody has pressed Ctrl-C: what can be left out is left out."""
        return self.interrupted or (self.limit_s is not None and self._elapsed_s() >= self.limit_s - self._finish_s)

    def first(self, state: State) -> None:
        """Called with the first whole plan: what took so long to begin takes about as long to be put into words."""
        self._finish_s = min(self._elapsed_s(), MOST_FINISHING * (self.limit_s or 0.0))
        if not state.short_convoys():
            self.note(0, state.value - state.on_the_way)

    def note(self, number: int, gain: float) -> None:
        """Told now and then with the best gain so far."""
        if self._tell is not None and gain > -math.inf:
            self._tell(number, gain)

    def aside(self) -> Allowance:
        """A tenth of the rounds for a comparison."""
        rounds = max(1, round((self._default if self.rounds is None else self.rounds) * COMPARISON_SHARE))
        return Allowance(rounds, None, lambda number, gain: 1.0 if self.late() else 0.0)

    def _elapsed_s(self) -> float:
        return time.monotonic() - self._begun


def _inequity_of_nothing(problem: Problem) -> float:
    operation = problem.situation.operation
    horizon_h = operation.horizon_s / HOUR_S
    return sum(
        need.people_weight
        * ((operation.end - waiting_from(problem.situation, need)).total_seconds() / HOUR_S) ** 2
        / horizon_h
        for need in problem.needs
    )
