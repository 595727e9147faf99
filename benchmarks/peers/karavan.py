"""
Karavan's engine: waiting or cost, windows, mixed fleets, several depots, reloads, release times and splits as its own.
"""

from __future__ import annotations

import numpy as np

from benchmarks.instance import Instance, Route, Routes, Trip, Vehicles
from benchmarks.peers import Limit
from karavan.planning import engine

PACKAGE = "karavan"
SETS = ("ccvrp", "cvrp", "sdvrp", "mtvrptwr", "hfvrp", "mdvrptw", "vrptw")
SEEDED = True


def solve(instance: Instance, limit: Limit) -> Routes:
    def note(now: engine.Progress) -> None:
        if limit.due:
            limit.trajectory.append((round(limit.spent, 3), now.cost / instance.unit))
            limit.passed()

    model = _model(instance)
    found = engine.solve(model, seed=limit.seed, seconds=limit.left, threads=1, progress=note)
    return _routes(instance, found)


def _model(instance: Instance) -> engine.Instance:
    matrix = np.ascontiguousarray(instance.distance, dtype=np.float64)
    return engine.Instance(
        distance=(matrix,),
        duration=(matrix,),
        depots=tuple(_depot(instance, node) for node in instance.depots),
        visits=tuple(_visit(instance, node) for node in instance.customers),
        vehicle_types=tuple(_vehicles(instance, vehicles) for vehicles in instance.vehicles),
        objective=engine.Objective(waiting=1, distance=0) if instance.waiting else engine.Objective(),
        waiting_at="arrival",
    )


def _depot(instance: Instance, node: int) -> engine.Depot:
    opens, closes = instance.window(node)
    return engine.Depot(location=node, opens=opens, closes=closes)


def _visit(instance: Instance, node: int) -> engine.Visit:
    return engine.Visit(
        location=node,
        demand=(instance.demand[node],),
        service_s=instance.served_s(node),
        windows=(instance.windows[node],) if instance.windows else (),
        release=instance.released(node),
        split_step=1 if instance.splits else 0,
    )


def _vehicles(instance: Instance, vehicles: Vehicles) -> engine.VehicleType:
    depot = instance.depots.index(vehicles.depot)
    opens, closes = instance.window(vehicles.depot)
    return engine.VehicleType(
        count=vehicles.count,
        capacity=(vehicles.capacity,),
        start=depot,
        end=None if instance.waiting else depot,
        earliest=opens,
        latest=closes,
        max_duration=vehicles.max_duration,
        max_trips=len(instance.customers) if vehicles.reloads else 1,
        reload=(depot,) if vehicles.reloads else (),
        fixed_cost=vehicles.fixed_cost,
        cost_per_distance=vehicles.cost_per_distance,
    )


def _routes(instance: Instance, found: engine.Solution) -> list[Route]:
    customers = instance.customers
    return [
        Route(
            route.vehicle_type,
            tuple(
                Trip(instance.depots[trip.depot], tuple((customers[visit], _whole(q)) for visit, q in trip.stops))
                for trip in route.trips
                if trip.stops
            ),
        )
        for route in found.routes
        if any(trip.stops for trip in route.trips)
    ]


def _whole(quantity: int | tuple[int, ...]) -> int:
    return quantity[0] if isinstance(quantity, tuple) else quantity
