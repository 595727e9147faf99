"""
What every public format is read into, and what every solver's answer is written as. It holds no rule of any solver.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

ALWAYS = (0.0, math.inf)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicles:
    """
    Vehicles that are alike.

    Attributes
    ----------
    count
        How many there are; ``None``: as many as wanted.
    depot
        Node at which they start, load, load again if ``reloads``, and end.
    max_duration
        From leaving the depot to the end of the last way, waiting included.
    """

    count: int | None
    capacity: int
    depot: int = 0
    fixed_cost: float = 0.0
    cost_per_distance: float = 1.0
    max_duration: float = math.inf
    reloads: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """
    A classical routing problem. Nodes are numbered from 0 in the order of the file; travel time equals distance.

    Attributes
    ----------
    kind
        Name of its set.
    distance
        Square, already rounded as the set's convention says.
    release
        Goods for the node do not leave a depot earlier.
    waiting
        Minimised is the sum of the arrival times at the customers, vehicles leave at 0 and need not come back; else the
        cost of distance and vehicles.
    splits
        A customer may be served by several vehicles.
    unit
        The value of a plan is its cost divided by this: some sets publish their figures in another unit.
    best_known
        Best value known, ``None``: none.
    """

    kind: str
    name: str
    distance: np.ndarray
    depots: tuple[int, ...]
    demand: tuple[int, ...]
    vehicles: tuple[Vehicles, ...]
    service: tuple[float, ...] = ()
    windows: tuple[tuple[float, float], ...] = ()
    release: tuple[float, ...] = ()
    waiting: bool = False
    splits: bool = False
    unit: float = 1.0
    best_known: float | None = None

    @property
    def customers(self) -> list[int]:
        return [node for node in range(len(self.demand)) if node not in self.depots]

    @property
    def integral(self) -> int:
        """By what to multiply distances and times so that they are whole enough for solvers that take whole numbers."""
        return 1 if np.array_equal(self.distance, np.rint(self.distance)) else 1_000

    @property
    def has_times(self) -> bool:
        return bool(self.windows or self.release) or any(v.max_duration < math.inf for v in self.vehicles)

    def served_s(self, node: int) -> float:
        return self.service[node] if self.service else 0.0

    def window(self, node: int) -> tuple[float, float]:
        return self.windows[node] if self.windows else ALWAYS

    def released(self, node: int) -> float:
        return self.release[node] if self.release else 0.0

    def enough(self, vehicles: Vehicles) -> int:
        """
        How many of them a solver is given that needs a number.

        A third more than the load asks for and three, as HGS-CVRP does by itself: far more than any good plan uses.
        """
        share = math.ceil(1.3 * sum(self.demand) / vehicles.capacity) + 3
        most = min(share, len(self.customers))
        return most if vehicles.count is None else min(vehicles.count, most if self.loose else vehicles.count)

    @property
    def loose(self) -> bool:
        """Whether every type's count is so large that it cannot matter, as in fleet size and mix."""
        return all(v.count is None or v.count >= len(self.customers) for v in self.vehicles)


@dataclass(frozen=True, slots=True)
class Trip:
    """Loaded at a depot; ``stops`` are ``(node, quantity)`` in driving order."""

    depot: int
    stops: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Route:
    """One vehicle of a type and its trips, one after the other."""

    vehicles: int
    trips: tuple[Trip, ...]

    @property
    def as_json(self) -> list[Any]:
        return [self.vehicles, [[trip.depot, [list(stop) for stop in trip.stops]] for trip in self.trips]]


Routes = Sequence[Route]


def routes_from_json(found: list[Any]) -> tuple[Route, ...]:
    return tuple(
        Route(vehicles, tuple(Trip(depot, tuple((n, q) for n, q in stops)) for depot, stops in trips))
        for vehicles, trips in found
    )


def whole_visits(instance: Instance, orders: Sequence[tuple[int, Sequence[int]]]) -> tuple[Route, ...]:
    """Routes of one trip each from ``(vehicle type, nodes)``, every visit bringing all that the node wants."""
    return tuple(
        Route(kind, (Trip(instance.vehicles[kind].depot, tuple((n, instance.demand[n]) for n in nodes)),))
        for kind, nodes in orders
        if nodes
    )
