"""Tiny instances of every set, and brute force over them."""

from __future__ import annotations

import math
from itertools import combinations, pairwise, permutations

import numpy as np

from benchmarks.formats.sections import euclidean
from benchmarks.instance import Instance, Route, Trip, Vehicles
from benchmarks.judge import judge

PLACES = np.array([(0, 0), (10, 4), (12, -3), (-7, 9), (-8, -6), (2, -11)], dtype=float)
DISTANCE = np.rint(10 * euclidean(PLACES))
DEMAND = (0, 4, 3, 5, 4, 2)
BASE = {"name": "tiny", "distance": DISTANCE, "depots": (0,), "demand": DEMAND}
TWO = Vehicles(count=2, capacity=10)

INSTANCES = {
    "ccvrp": Instance(kind="ccvrp", vehicles=(TWO,), waiting=True, **BASE),
    "cvrp": Instance(kind="cvrp", vehicles=(Vehicles(count=None, capacity=10),), **BASE),
    "sdvrp": Instance(kind="sdvrp", vehicles=(Vehicles(count=None, capacity=6),), splits=True, **BASE),
    "mtvrptwr": Instance(
        kind="mtvrptwr",
        vehicles=(Vehicles(count=1, capacity=10, reloads=True),),
        service=(0.0, 10.0, 10.0, 10.0, 10.0, 10.0),
        windows=((0.0, 2_000.0), (0.0, 500.0), (0.0, 900.0), (0.0, 1_500.0), (0.0, 1_500.0), (0.0, 1_500.0)),
        release=(0.0, 0.0, 20.0, 300.0, 0.0, 0.0),
        **BASE,
    ),
    "hfvrp": Instance(
        kind="hfvrp",
        vehicles=(
            Vehicles(count=3, capacity=6, fixed_cost=200, cost_per_distance=2),
            Vehicles(count=2, capacity=12, fixed_cost=600, cost_per_distance=3),
        ),
        **BASE,
    ),
    "mdvrptw": Instance(
        kind="mdvrptw",
        name="tiny",
        distance=DISTANCE,
        depots=(0, 1),
        demand=(0, 0, *DEMAND[2:]),
        vehicles=(
            Vehicles(count=1, capacity=10, depot=0, max_duration=600),
            Vehicles(count=1, capacity=10, depot=1, max_duration=600),
        ),
        service=(0.0, 0.0, 10.0, 10.0, 10.0, 10.0),
        windows=((0.0, 1_000.0),) * 6,
    ),
    "vrptw": Instance(
        kind="vrptw",
        vehicles=(Vehicles(count=3, capacity=10),),
        service=(0.0, 10.0, 10.0, 10.0, 10.0, 10.0),
        windows=((0.0, 1_000.0), (100.0, 300.0), (0.0, 200.0), (0.0, 900.0), (0.0, 130.0), (0.0, 900.0)),
        unit=10,
        **BASE,
    ),
}


def best_value(instance: Instance, most_routes: int = 3) -> float:
    """The best value of one vehicle type with one trip each: every order, cut everywhere."""
    best = math.inf
    for order in permutations(instance.customers):
        for cuts in range(most_routes):
            for at in combinations(range(1, len(order)), cuts):
                ends = [0, *at, len(order)]
                plan = [
                    Route(0, (Trip(0, tuple((node, instance.demand[node]) for node in order[a:b])),))
                    for a, b in pairwise(ends)
                ]
                found = judge(instance, plan)
                if not found.faults:
                    best = min(best, found.value)
    return best
