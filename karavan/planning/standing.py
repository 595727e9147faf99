"""Where a plan stands at a moment: vehicles, goods aboard and what has been handed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from karavan.planning.problem import Problem
from karavan.planning.travel import FAR


@dataclass(frozen=True, slots=True)
class Standing:
    """
    Attributes
    ----------
    now_s
        The moment; before it nothing more can be changed.
    starts
        For each vehicle the place at which, and the second from which, it can take new orders.
    aboard
        Units of an item that vehicles carry: by item, then by vehicle.
    given
        By need: ``(second, units)`` of every hand-over that has been made or begun.
    """

    now_s: int
    starts: tuple[tuple[int, int], ...]
    aboard: Mapping[int, Mapping[int, int]] = field(default_factory=dict)
    given: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)


def at_the_start(problem: Problem) -> Standing:
    """Every vehicle at home at the beginning of its first shift, and nothing begun."""
    begins = [crew.spans[0][0] if crew.spans else FAR for crew in problem.crews]
    homes = [problem.homes[vehicle][0] for vehicle in range(len(problem.vehicles))]
    return Standing(now_s=0, starts=tuple(zip(homes, begins, strict=True)))
