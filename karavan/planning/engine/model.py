"""What the engine is asked and what it answers: plain values, arrays for the matrices.

Times and distances are in any unit, as long as it is the same one everywhere; quantities are whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import Literal

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """
    Something to be brought to a place.

    Attributes
    ----------
    location
        Row and column of the matrices.
    demand
        What it takes of each dimension of a vehicle's capacity.
    weight
        People who wait for it; a part of it ends the waiting of its share of them.
    windows
        ``(opens, closes)`` of the moments at which service may begin, in order, apart from each other; none: any time.
    release
        The goods leave a depot not before.
    split_step
        Smallest unit of ``demand[0]`` that may be brought alone; 0: whole only. The other dimensions go in proportion,
        rounded up.
    prize
        What leaving it out costs, if it is not ``required``.
    vehicle_types
        Which may bring it; ``None``: all.
    """

    location: int
    demand: tuple[int, ...] = ()
    weight: float = 1.0
    service_s: float = 0.0
    windows: tuple[tuple[float, float], ...] = ()
    release: float = 0.0
    split_step: int = 0
    required: bool = True
    prize: float = 0.0
    vehicle_types: frozenset[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Depot:
    """Where vehicles load, within its hours and for ``service_s`` before each trip, and to which they return."""

    location: int
    opens: float = 0.0
    closes: float = inf
    service_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleType:
    """
    Vehicles that are alike.

    Attributes
    ----------
    count
        ``None``: as many as wanted.
    start, end
        Depots. The first trip loads at ``start``, unless the vehicle drives empty to a depot of ``reload`` first; a day
        with ``end=None`` is over where the last visit is.
    profile
        Which of the instance's matrices it drives by.
    max_trips, reload
        Trips of a day, and where it may load again.
    """

    count: int | None
    capacity: tuple[int, ...]
    start: int
    end: int | None
    profile: int = 0
    earliest: float = 0.0
    latest: float = inf
    max_duration: float = inf
    max_distance: float = inf
    max_trips: int = 1
    reload: tuple[int, ...] = ()
    fixed_cost: float = 0.0
    cost_per_distance: float = 1.0
    cost_per_duration: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """
    What counts, and how much: the weighted sum of the people's waiting and the vehicles' costs.

    Attributes
    ----------
    waiting
        Of a person's waiting for one unit of time, from 0 to the beginning of service.
    distance, duration, fixed
        Of each vehicle's distance times ``cost_per_distance``, its duration times ``cost_per_duration``, and the
        ``fixed_cost`` of each vehicle used.
    """

    waiting: float = 0.0
    distance: float = 1.0
    duration: float = 0.0
    fixed: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """
    All that the engine may know.

    Attributes
    ----------
    distance, duration
        For each profile a square matrix from row to column. The same array may stand for both.
    waiting_at
        Whether waiting ends when service begins or when it ends.
    """

    distance: tuple[np.ndarray, ...]
    duration: tuple[np.ndarray, ...]
    depots: tuple[Depot, ...]
    visits: tuple[Visit, ...]
    vehicle_types: tuple[VehicleType, ...]
    objective: Objective = field(default_factory=Objective)
    waiting_at: Literal["arrival", "end"] = "arrival"


@dataclass(frozen=True, slots=True)
class Trip:
    """Load at ``depot``, then ``stops``: ``((visit, quantity of demand[0]), ...)`` in driving order."""

    depot: int
    stops: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Route:
    """One vehicle's day."""

    vehicle_type: int
    trips: tuple[Trip, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """
    ``cost``, of all threads the best, is infinite until all that is required has a place; ``iterations`` and
    ``seconds`` of the processor are the first thread's.
    """

    cost: float
    iterations: int
    seconds: float

    @property
    def iterations_per_s(self) -> float:
        return self.iterations / self.seconds if self.seconds > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Solution:
    """
    A plan.

    Attributes
    ----------
    missing
        Visits that are not served.
    cost
        By the instance's objective, with the prizes of what is left out; infinite: something required is missing.
    """

    routes: tuple[Route, ...]
    missing: tuple[int, ...]
    cost: float
    iterations: int = 0
    seconds: float = 0.0


class BadInstance(ValueError):
    """The instance contradicts itself; the message names what."""
