"""
VROOM by pyvroom: distance, windows, mixed fleets; reloads and release times as a shipment from the depot for every
customer.

It has no seed, tells nothing on the way and ends by itself. It cannot limit how long a vehicle is away, waiting
included, so it is not asked for that set.
"""

from __future__ import annotations

import math
import time
from datetime import timedelta

import numpy as np
import vroom

from benchmarks.instance import Instance, Route, Routes, Trip
from benchmarks.peers import Limit, best_of_outward, merged, pieces

PACKAGE = "pyvroom"
SETS = ("ccvrp", "cvrp", "sdvrp", "mtvrptwr", "hfvrp", "vrptw")
SEEDED = False
MOST_THOROUGH = 5
MOST_TRIES, ENOUGH, BY_ITSELF = 4, 0.85, 0.5
LARGEST = 10**7
"""Costs and how often they may be added: beyond it VROOM refuses."""


def solve(instance: Instance, limit: Limit) -> Routes:
    return best_of_outward(instance, limit, _solve)


def _solve(instance: Instance, limit: Limit, outward: float) -> Routes:
    scale = instance.integral
    capacity = max(vehicles.capacity for vehicles in instance.vehicles)
    tasks = [
        (node, part)
        for node in instance.customers
        for part in (pieces(instance.demand[node], capacity) if instance.splits else [instance.demand[node]])
    ]
    problem = vroom.Input()
    matrix = np.rint(scale * instance.distance).astype(np.int64)
    for kind, vehicles in enumerate(instance.vehicles):
        problem.set_durations_matrix(profile=str(kind), matrix_input=matrix.astype(np.uint32))
        costs = vehicles.cost_per_distance * matrix / _coarser(instance, scale)
        costs[vehicles.depot] *= outward
        problem.set_costs_matrix(profile=str(kind), matrix_input=np.rint(costs).astype(np.uint32))
    kinds = [kind for kind, vehicles in enumerate(instance.vehicles) for _ in range(instance.enough(vehicles))]
    problem.add_vehicle([_vehicle(instance, scale, number, kind) for number, kind in enumerate(kinds)])
    for number, (node, part) in enumerate(tasks):
        problem.add_job(_job(instance, scale, number, node, part))
    found, lost_s = solve_for(problem, limit.left)
    limit.forgive(lost_s)
    return _routes(instance, tasks, kinds, found)


def solve_for(problem: vroom.Input, seconds: float) -> tuple[vroom.Solution, float]:
    """
    VROOM with about so many CPU seconds; and the CPU seconds of tries that do not count.

    Its limit is wall time, of which other processes may take a part and it does not use all: it is asked again with as
    much more. Where it ends before half of it, it is done.
    """
    wall_s, lost_s = seconds, 0.0
    for _ in range(MOST_TRIES):
        begun, cpu_before = time.perf_counter(), time.process_time()
        found = problem.solve(MOST_THOROUGH, nb_threads=1, timeout=timedelta(seconds=wall_s))
        cpu_s = time.process_time() - cpu_before
        if time.perf_counter() - begun < BY_ITSELF * wall_s or cpu_s > ENOUGH * seconds:
            break
        wall_s *= seconds / max(cpu_s, 0.1 * seconds)
        lost_s += cpu_s
    else:
        lost_s -= cpu_s
    return found, lost_s


def _coarser(instance: Instance, scale: int) -> float:
    dearest = max(v.cost_per_distance * instance.distance.max() for v in instance.vehicles)
    fixed = max(v.fixed_cost for v in instance.vehicles)
    return max(1.0, scale * (len(instance.demand) * dearest + fixed) / LARGEST)


def _vehicle(instance: Instance, scale: int, number: int, kind: int) -> vroom.Vehicle:
    vehicles = instance.vehicles[kind]
    opens, closes = instance.window(vehicles.depot)
    return vroom.Vehicle(
        number,
        start=vehicles.depot,
        end=None if instance.waiting else vehicles.depot,
        profile=str(kind),
        capacity=[vehicles.capacity],
        costs=vroom.VehicleCosts(fixed=round(scale * vehicles.fixed_cost / _coarser(instance, scale))),
        time_window=None if math.isinf(closes) else (round(scale * opens), round(scale * closes)),
    )


def _job(instance: Instance, scale: int, number: int, node: int, part: int) -> vroom.Job | vroom.Shipment:
    opens, closes = instance.window(node)
    windows = [] if math.isinf(closes) else [vroom.TimeWindow(round(scale * opens), round(scale * closes))]
    service = round(scale * instance.served_s(node))
    if not any(vehicles.reloads for vehicles in instance.vehicles):
        return vroom.Job(number, location=node, default_service=service, delivery=[part], time_windows=windows)
    depot = instance.depots[0]
    there = (round(scale * instance.released(node)), round(scale * instance.window(depot)[1]))
    return vroom.Shipment(
        vroom.ShipmentStep(number, location=depot, time_windows=[vroom.TimeWindow(*there)]),
        vroom.ShipmentStep(number, location=node, default_service=service, time_windows=windows),
        amount=[part],
    )


def _routes(instance: Instance, tasks: list[tuple[int, int]], kinds: list[int], found: vroom.Solution) -> list[Route]:
    steps = found.routes
    result = []
    for vehicle, rows in steps.groupby("vehicle_id", sort=True):
        trips: list[list[tuple[int, int]]] = [[]]
        for kind, number in zip(rows["type"], rows["id"], strict=True):
            if kind == "pickup":
                if trips[-1]:
                    trips.append([])
            elif kind in ("job", "delivery"):
                trips[-1].append(tasks[int(number)])
        depot = instance.vehicles[kinds[vehicle]].depot
        made = tuple(Trip(depot, merged(stops)) for stops in trips if stops)
        if made:
            result.append(Route(kinds[vehicle], made))
    return result
