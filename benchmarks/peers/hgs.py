"""HGS-CVRP by hygese: capacity and distance only. It counts CPU time itself and tells nothing on the way."""

from __future__ import annotations

import hygese
import numpy as np

from benchmarks.instance import Instance, Route, Routes, Trip
from benchmarks.peers import Limit, merged, pieces

PACKAGE = "hygese"
SETS = ("ccvrp", "cvrp", "sdvrp")
SEEDED = True
ENDLESS = 1_000_000_000


def solve(instance: Instance, limit: Limit) -> Routes:
    vehicles = instance.vehicles[0]
    visits = [
        (node, part)
        for node in instance.customers
        for part in (pieces(instance.demand[node], vehicles.capacity) if instance.splits else [instance.demand[node]])
    ]
    order = [vehicles.depot, *(node for node, _ in visits)]
    distance = instance.distance[np.ix_(order, order)]
    parameters = hygese.AlgorithmParameters(timeLimit=limit.left, seed=limit.seed, nbIter=ENDLESS)
    found = hygese.Solver(parameters=parameters, verbose=False).solve_cvrp(
        {
            "distance_matrix": distance,
            "demands": np.array([0, *(part for _, part in visits)]),
            "vehicle_capacity": vehicles.capacity,
            "num_vehicles": instance.enough(vehicles),
            "depot": 0,
        }
    )
    return [
        Route(0, (Trip(vehicles.depot, merged([visits[number - 1] for number in route])),))
        for route in found.routes
        if route
    ]
