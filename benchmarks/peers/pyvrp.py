"""PyVRP: distance, windows, mixed fleets, several depots, reloads and release times as its own; splits as pieces."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from pyvrp import (
    Client,
    Depot,
    IteratedLocalSearchParams,
    Location,
    PenaltyParams,
    ProblemData,
    Solution,
    SolveParams,
    VehicleType,
    solve as pyvrp_solve,
)
from pyvrp.IteratedLocalSearch import IteratedLocalSearchCallbacks

from benchmarks.instance import Instance, Route, Routes, Trip, Vehicles
from benchmarks.peers import Limit, best_of_outward, merged, pieces

PACKAGE = "pyvrp"
SETS = ("ccvrp", "cvrp", "sdvrp", "mtvrptwr", "hfvrp", "mdvrptw", "vrptw")
SEEDED = True
NEVER = np.iinfo(np.int64).max


class Watch(IteratedLocalSearchCallbacks):
    """Stops by CPU time and keeps the best plan so far, which PyVRP only hands to callbacks."""

    def __init__(self, limit: Limit, read: Callable[[Solution], Routes]) -> None:
        self.limit = limit
        self.read = read
        self.best: Solution | None = None

    def on_best(self, best: Solution) -> None:
        self.best = best

    def __call__(self, cost: float) -> bool:
        if self.best is not None and self.limit.due and self.best.is_feasible():
            self.limit.note(self.read(self.best))
        return self.limit.over

    @property
    def fraction_remaining(self) -> float:
        return self.limit.left / self.limit.seconds


def solve(instance: Instance, limit: Limit) -> Routes:
    return best_of_outward(instance, limit, _solve)


def _solve(instance: Instance, limit: Limit, outward: float) -> Routes:
    visits = [
        (node, part)
        for node in instance.customers
        for part in (pieces(instance.demand[node], largest(instance)) if instance.splits else [instance.demand[node]])
    ]
    watch = Watch(limit, lambda solution: _routes(instance, visits, solution))
    params = SolveParams(ils=IteratedLocalSearchParams(callbacks=watch), penalty=PenaltyParams(max_penalty=1e9))
    data = _data(instance, visits, outward)
    result = pyvrp_solve(data, stop=watch, seed=limit.seed, collect_stats=False, params=params)
    return _routes(instance, visits, result.best)


def largest(instance: Instance) -> int:
    return max(vehicles.capacity for vehicles in instance.vehicles)


def _data(instance: Instance, visits: list[tuple[int, int]], outward: float) -> ProblemData:
    scale = instance.integral
    matrix = np.rint(scale * instance.distance).astype(np.int64)
    if instance.waiting:
        matrix[list(instance.depots)] = np.rint(outward * matrix[list(instance.depots)])
        matrix[:, list(instance.depots)] = 0
    depots = [Depot(location=node) for node in instance.depots]
    return ProblemData(
        locations=[Location(0, 0) for _ in instance.demand],
        clients=[_client(instance, scale, node, part) for node, part in visits],
        depots=depots,
        vehicle_types=[_vehicles(instance, scale, vehicles) for vehicles in instance.vehicles],
        distance_matrices=[matrix],
        duration_matrices=[matrix if instance.has_times else np.zeros_like(matrix)],
    )


def _client(instance: Instance, scale: int, node: int, part: int) -> Client:
    opens, closes = instance.window(node)
    return Client(
        location=node,
        delivery=[part],
        service_duration=round(scale * instance.served_s(node)),
        tw_early=round(scale * opens),
        tw_late=_whole(scale * closes),
        release_time=round(scale * instance.released(node)),
    )


def _vehicles(instance: Instance, scale: int, vehicles: Vehicles) -> VehicleType:
    depot = instance.depots.index(vehicles.depot)
    opens, closes = instance.window(vehicles.depot)
    return VehicleType(
        num_available=instance.enough(vehicles) if vehicles.count is None else vehicles.count,
        capacity=[vehicles.capacity],
        start_depot=depot,
        end_depot=depot,
        fixed_cost=round(scale * vehicles.fixed_cost),
        unit_distance_cost=round(vehicles.cost_per_distance),
        tw_early=round(scale * opens),
        tw_late=_whole(scale * closes),
        shift_duration=_whole(scale * vehicles.max_duration),
        reload_depots=[depot] if vehicles.reloads else [],
    )


def _whole(value: float) -> int:
    return NEVER if math.isinf(value) else round(value)


def _routes(instance: Instance, visits: list[tuple[int, int]], solution: Solution) -> list[Route]:
    result = []
    for route in solution.routes():
        trips: list[list[tuple[int, int]]] = [[]]
        for activity in route:
            if activity.is_depot():
                trips.append([])
            else:
                trips[-1].append(visits[activity.idx])
        depot = instance.vehicles[route.vehicle_type()].depot
        made = tuple(Trip(depot, merged(stops)) for stops in trips if stops)
        result.append(Route(route.vehicle_type(), made))
    return result
