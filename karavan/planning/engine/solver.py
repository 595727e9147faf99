"""BRIDGE: an ``Instance`` -> arrays for the core, and its days back to a ``Solution``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf

import numpy as np

from karavan.planning.engine import _core
from karavan.planning.engine.model import Instance, Progress, Route, Solution, Trip, VehicleType
from karavan.planning.engine.refuse import check

DEFAULT_ITERATIONS = 200_000


def solve(
    instance: Instance,
    *,
    seed: int = 0,
    iterations: int | None = None,
    seconds: float | None = None,
    target: float | None = None,
    threads: int = 1,
    start: Solution | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Solution:
    """
    Search for a plan of least cost.

    Parameters
    ----------
    seed
        Same seed and ``iterations``, without ``seconds``: the same plan on any machine.
    iterations, seconds
        Where to end, whichever comes first; seconds are of one thread's processor time. Neither: 200,000 iterations.
    target
        A plan that costs no more is good enough and ends the search: for a gap to a bound ``bound / (1 - gap)``.
    threads
        Searches side by side, each with its own seed, that share their best from time to time.
    start
        Where to begin; what does not hold in it is left out.
    progress, stop
        Called about fifty times a second; ``stop`` ends the search by returning true.

    Raises
    ------
    BadInstance
        Naming what contradicts itself.
    """
    if iterations is None and seconds is None:
        iterations = DEFAULT_ITERATIONS
    problem = core_problem(instance)

    def report(cost: float, done: int, spent: float) -> bool:
        if progress is not None:
            progress(Progress(cost, done, spent))
        return not (stop is not None and stop())

    days, missing, cost, done, spent = problem.solve(
        clock_for(instance),
        seed % 2**64,
        -1 if iterations is None else iterations,
        -1.0 if seconds is None else seconds,
        -inf if target is None else target,
        max(1, threads),
        [] if start is None else days_of(instance, start),
        report,
    )
    routes = tuple(
        Route(kind, _trips(instance.vehicle_types[kind], nodes, quantities)) for kind, nodes, quantities in days
    )
    return Solution(routes, tuple(sorted(missing)), cost, done, spent)


def clock_for(instance: Instance) -> str:
    """The quickest clock that knows all that the instance asks for."""
    objective, types = instance.objective, instance.vehicle_types
    timed = (
        any(visit.windows or visit.release > 0 for visit in instance.visits)
        or any(kind.latest < inf or kind.max_trips > 1 or kind.reload for kind in types)
        or any(depot.closes < inf for depot in instance.depots)
        or any(instance.depots[kind.start].opens > kind.earliest for kind in types)
    )
    if timed:
        return "windowed"
    by_distance = objective.distance > 0 and any(kind.cost_per_distance > 0 for kind in types)
    by_duration = objective.duration > 0 and any(kind.cost_per_duration > 0 for kind in types)
    limited = any(min(kind.max_duration, kind.max_distance) < inf for kind in types)
    if by_duration or limited or (by_distance and objective.waiting > 0):
        return "mixed"
    return "waiting" if objective.waiting > 0 else "distance"


def core_problem(instance: Instance) -> _core.Problem:
    """The arrays that ``core/module.cpp`` reads, column by column."""
    objective, visits, types = instance.objective, instance.visits, instance.vehicle_types
    check(instance)
    windows = [window for visit in visits for window in visit.windows]
    firsts = np.cumsum([0, *(len(visit.windows) for visit in visits)])
    restricted = any(visit.vehicle_types is not None for visit in visits)
    allowed = [
        [int(visit.vehicle_types is None or kind in visit.vehicle_types) for kind in range(len(types))]
        for visit in (visits if restricted else ())
    ]
    return _core.Problem(
        [np.ascontiguousarray(matrix, dtype=np.float64) for matrix in instance.distance],
        [np.ascontiguousarray(matrix, dtype=np.float64) for matrix in instance.duration],
        float(objective.waiting),
        instance.waiting_at == "end",
        _floats([(v.weight, v.service_s, v.release, v.prize) for v in visits], 4),
        _whole([(v.location, v.split_step, v.required, firsts[i], len(v.windows)) for i, v in enumerate(visits)], 5),
        _whole([v.demand for v in visits], len(types[0].capacity)),
        _floats(windows, 2),
        _whole(allowed, len(types)),
        _floats([(d.location, d.opens, d.closes, d.service_s) for d in instance.depots], 4),
        _floats([_type_floats(instance, kind) for kind in types], 7),
        _whole([_type_whole(kind) for kind in types], 5),
        _whole([kind.capacity for kind in types], len(types[0].capacity)),
        [list(kind.reload) for kind in types],
    )


def _type_floats(instance: Instance, kind: VehicleType) -> tuple[float, ...]:
    objective = instance.objective
    return (
        kind.earliest,
        kind.latest,
        kind.max_duration,
        kind.max_distance,
        objective.fixed * kind.fixed_cost,
        objective.distance * kind.cost_per_distance,
        objective.duration * kind.cost_per_duration,
    )


def _type_whole(kind: VehicleType) -> tuple[int, ...]:
    count = -1 if kind.count is None else kind.count
    return (count, kind.start, -1 if kind.end is None else kind.end, kind.profile, kind.max_trips)


def _floats(rows: Sequence[Sequence[float]], columns: int) -> np.ndarray:
    return np.array(rows, dtype=np.float64).reshape(len(rows), columns)


def _whole(rows: Sequence[Sequence[int]], columns: int) -> np.ndarray:
    return np.array(rows, dtype=np.int64).reshape(len(rows), columns)


def _trips(kind: VehicleType, nodes: list[int], quantities: list[int]) -> tuple[Trip, ...]:
    trips: list[Trip] = []
    depot, stops = kind.start, []
    for node, quantity in zip(nodes, quantities, strict=True):
        if node >= 0:
            stops.append((node, quantity))
            continue
        if stops:
            trips.append(Trip(depot, tuple(stops)))
        depot, stops = ~node, []
    if stops:
        trips.append(Trip(depot, tuple(stops)))
    return tuple(trips)


def days_of(instance: Instance, start: Solution) -> list[tuple[int, list[int], list[int]]]:
    days = []
    for route in start.routes:
        nodes: list[int] = []
        quantities: list[int] = []
        at = instance.vehicle_types[route.vehicle_type].start
        for number, trip in enumerate(trip for trip in route.trips if trip.stops):
            if number or trip.depot != at:
                nodes.append(~trip.depot)
                quantities.append(0)
            nodes += [visit for visit, _ in trip.stops]
            quantities += [quantity for _, quantity in trip.stops]
        days.append((route.vehicle_type, nodes, quantities))
    return days
