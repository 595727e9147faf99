"""
Solvers, one file each. A solver's file has ``PACKAGE``, ``SETS``, ``SEEDED`` and ``solve(instance, limit) -> routes``.

Every solver is given its best modelling of the set; what it cannot say at all it is not asked. A solver that knows
distance only answers a waiting set with a plan of short open routes, every route in its better direction.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType

from benchmarks.instance import Instance, Routes
from benchmarks.judge import better_direction, judge

SOLVERS = ("karavan", "pyvrp", "hgs", "ortools", "vroom")
NOTED_AT = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Parts of the time at which a solver that tells what it has so far is asked for it."""


class Limit:
    """
    CPU seconds of this process, and what the solver had when.

    Attributes
    ----------
    trajectory
        ``(CPU seconds, value)`` of plans that the judge found without fault.
    """

    def __init__(self, instance: Instance | None, seconds: float, seed: int) -> None:
        self.instance = instance
        self.seconds = self._whole = seconds
        self.seed = seed
        self.trajectory: list[tuple[float, float]] = []
        self._next = 0
        self._begun = time.process_time()

    @property
    def spent(self) -> float:
        return time.process_time() - self._begun

    @property
    def left(self) -> float:
        return max(0.0, self.seconds - self.spent)

    def forgive(self, seconds: float) -> None:
        """Do not count so many of the CPU seconds spent."""
        self._begun += seconds

    @property
    def over(self) -> bool:
        return self.spent >= self.seconds

    @property
    def due(self) -> bool:
        """Whether the next moment of ``NOTED_AT`` has come."""
        return self._next < len(NOTED_AT) and self.spent >= NOTED_AT[self._next] * self._whole

    def passed(self) -> float:
        """The moment is taken care of; wait for the next one."""
        moment = self.spent
        while self._next < len(NOTED_AT) and moment >= NOTED_AT[self._next] * self._whole:
            self._next += 1
        return moment

    def note(self, routes: Routes) -> None:
        """Judge what there is now; a plan with faults is not noted."""
        moment = self.passed()
        if self.instance is None:
            return
        found = judge(self.instance, for_waiting(self.instance, routes))
        if not found.faults:
            self.trajectory.append((round(moment, 3), found.value))


def for_waiting(instance: Instance, routes: Routes) -> Routes:
    """On a waiting set every route in its better direction; it never hurts a plan made for waiting either."""
    return [better_direction(instance, route) for route in routes] if instance.waiting else routes


def best_of_outward(instance: Instance, limit: Limit, solve: Callable[[Instance, Limit, float], Routes]) -> Routes:
    """
    Solve; a waiting set twice in half the time each, and the better plan counts.

    To a solver that adds up distances, the way out, which all on the route wait for, is once as dear as any and once
    twice as dear. Neither is always better: on CMT 1-5 and 12 the second mostly was, on A-n80-k10 the first (3 s each).
    """
    if not instance.waiting:
        return solve(instance, limit, 1.0)
    whole = limit.seconds
    limit.seconds = whole / 2
    plans = [for_waiting(instance, solve(instance, limit, 1.0))]
    limit.seconds = whole
    if not limit.over:
        plans.append(for_waiting(instance, solve(instance, limit, 2.0)))
    return min(plans, key=lambda routes: (bool((found := judge(instance, routes)).faults), found.value))


def solver(name: str) -> ModuleType:
    return importlib.import_module(f"benchmarks.peers.{name}")


def solver_version(name: str) -> str:
    package = solver(name).PACKAGE
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:  # run from the tree
        return f"{package} {importlib.import_module(package).__version__}"


def pieces(demand: int, capacity: int) -> list[int]:
    """
    A demand cut beforehand for solvers that do not split: whole loads, then coins of a fifth, a tenth, a twentieth and
    a hundredth of a load (Chen, Golden, Wang, Wasil 2017: "20/10/5/1 rule").
    """
    result = []
    for part in (1.0, 0.2, 0.1, 0.05, 0.01):
        size = max(1, int(capacity * part))
        count, demand = divmod(demand, size)
        result += [size] * count
    return [*result, demand] if demand else result


def merged(nodes_and_quantities: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Pieces of one node in one trip handed over at the first of its stops."""
    sums: dict[int, int] = {}
    for node, quantity in nodes_and_quantities:
        sums[node] = sums.get(node, 0) + quantity
    return tuple(sums.items())
