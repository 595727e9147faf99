"""``plan_regions``: regions planned by themselves, then again and again across other borders."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from karavan.domain.plans import Plan
from karavan.domain.situation import Situation
from karavan.planning.budget import Budget
from karavan.planning.spread.campaign import Campaign, open_campaign, worth_of_nothing
from karavan.planning.spread.crew import Alone, Crew
from karavan.planning.spread.joined import join
from karavan.planning.spread.pieces import Region, first_regions, next_regions, piece_of
from karavan.planning.spread.regions import landmarks

REGION_NEEDS = 300
"""Needs of a region at least; twice as many at most, where nothing binds more of them together."""

SWEEPS = 2
SHARE = 0.45
"""Of the time that is left, for the search in a sweep; the rest is for what comes with it, and for the next ones."""

LANDMARKS = 4
"""Places far apart; each in turn is where the tree of ways begins along which the map is cut."""

LEAST_S = 0.3
"""Less than so much a piece is not worth another sweep."""


@dataclass(frozen=True, slots=True)
class PartsDone:
    """
    How far it is.

    Attributes
    ----------
    done, total
        Regions of this sweep, or seeds; sweep 0 plans regions for the first time.
    value
        Weighted person-hours of the plan so far, inequity and cost with them.
    """

    sweep: int
    done: int
    total: int
    elapsed_s: float
    limit_s: float | None
    value: float


def plan_regions(
    situation: Situation,
    *,
    seed: int = 0,
    rounds: int | None = None,
    limit_s: float | None = None,
    sweeps: int = SWEEPS,
    size: float = REGION_NEEDS,
    crew: Crew | None = None,
    progress: Callable[[PartsDone], None] | None = None,
) -> Plan:
    """
    Plan a situation region by region.

    Parameters
    ----------
    rounds
        For each region, each time it is planned. The same situation, seed, rounds, sweeps and size give the same plan,
        whoever plans the regions and in whatever order they are done.
    limit_s
        Or seconds for everything; then sweeps go on while there is time.
    progress
        Called whenever a region is done. Ctrl-C keeps the best plan so far.
    """
    crew = crew or Alone()
    with Budget(rounds, limit_s) as budget:
        campaign = open_campaign(situation, size)
        watch = _Watch(campaign, crew, budget, rounds, limit_s, progress)
        watch.sweep(first_regions(campaign, size, seed))
        campaign.share_again()
        roots = landmarks(campaign.ground, np.flatnonzero(campaign.weights > 0), LANDMARKS)
        while roots and not budget.late() and (limit_s is not None or watch.number <= sweeps):
            root = roots[(watch.number - 1) % len(roots)]
            if not watch.sweep(next_regions(campaign, root, size, seed + watch.number)):
                break
        return join(campaign, seed)


class _Watch:
    """One sweep after the other: what each may spend, and who is told."""

    def __init__(
        self,
        campaign: Campaign,
        crew: Crew,
        budget: Budget,
        rounds: int | None,
        limit_s: float | None,
        progress: Callable[[PartsDone], None] | None,
    ) -> None:
        self.number = 0
        self._campaign, self._crew, self._budget, self._progress = campaign, crew, budget, progress
        self._rounds, self._limit_s = rounds, limit_s
        self._begun = time.monotonic()
        self._value = worth_of_nothing(campaign.situation)

    def sweep(self, regions: list[Region]) -> bool:
        """Plan all regions and take what is better; ``False``: there is no time left for that."""
        each_s = self._each_s(len(regions))
        if self.number and each_s is not None and each_s < LEAST_S:
            return False
        pieces = (piece_of(self._campaign, region, self._rounds, each_s) for region in regions)
        outcomes = []
        for outcome in self._crew.plan(pieces, lambda: self._budget.interrupted):
            outcomes.append(outcome)
            self._value -= outcome.gain
            self._tell(len(outcomes), len(regions))
        # In one order, whoever was first.
        for outcome in sorted(outcomes, key=lambda it: it.number):
            self._campaign.take(outcome, f"{self.number}.{outcome.number}")
        self.number += 1
        return True

    def _each_s(self, regions: int) -> float | None:
        """Seconds of search for each region."""
        if self._limit_s is None:
            return None
        left_s = self._limit_s - (time.monotonic() - self._begun)
        return max(0.0, left_s * SHARE * self._crew.width / max(1, regions))

    def _tell(self, done: int, total: int) -> None:
        if self._progress is not None:
            elapsed_s = time.monotonic() - self._begun
            self._progress(PartsDone(self.number, done, total, elapsed_s, self._limit_s, self._value))
