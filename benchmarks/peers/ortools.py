"""
OR-Tools routing: the only peer that can be asked for waiting, by soft bounds on arrival.

Reloads and release times are said as a pick-up at the depot for every customer. It has no seed that changes its search.
"""

from __future__ import annotations

import math

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from benchmarks.instance import Instance, Route, Routes, Trip
from benchmarks.peers import Limit, merged, pieces

PACKAGE = "ortools"
SETS = ("ccvrp", "cvrp", "sdvrp", "mtvrptwr", "hfvrp", "mdvrptw", "vrptw")
SEEDED = False
WALL_FACTOR = 5
"""Its own limit is wall time; ours on CPU time ends it, this one only where it never asks."""

FAR = 1 << 40


class Model:
    """Tasks are ``(node, quantity, is delivery)``; vehicles are copies of their types."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.scale = instance.integral
        self.kinds = [kind for kind, v in enumerate(instance.vehicles) for _ in range(instance.enough(v))]
        self.paired = any(vehicles.reloads for vehicles in instance.vehicles)
        capacity = max(vehicles.capacity for vehicles in instance.vehicles)
        self.tasks = [
            (node, part)
            for node in instance.customers
            for part in (pieces(instance.demand[node], capacity) if instance.splits else [instance.demand[node]])
        ]
        depots = list(instance.depots)
        pickups = [instance.vehicles[0].depot] * len(self.tasks) if self.paired else []
        self.nodes = [*depots, *(node for node, _ in self.tasks), *pickups]
        self.first = len(depots)
        starts = [depots.index(instance.vehicles[kind].depot) for kind in self.kinds]
        self.manager = pywrapcp.RoutingIndexManager(len(self.nodes), len(self.kinds), starts, starts)
        self.routing = pywrapcp.RoutingModel(self.manager)
        self.matrix = np.rint(self.scale * instance.distance).astype(np.int64)[np.ix_(self.nodes, self.nodes)]
        if instance.waiting:
            self.matrix[:, : self.first] = 0  # no way back

    def build(self) -> None:
        self._costs()
        self._loads()
        if self.instance.waiting:
            self._waiting()
        elif self.instance.has_times:
            self._times()
        if self.paired:
            self._pairs()

    def _arcs(self, matrix: np.ndarray) -> int:
        return self.routing.RegisterTransitMatrix(matrix.tolist())

    def _costs(self) -> None:
        if self.instance.waiting:
            self.routing.SetArcCostEvaluatorOfAllVehicles(self._arcs(np.zeros_like(self.matrix)))
            return
        arcs: dict[float, int] = {}
        for vehicle, kind in enumerate(self.kinds):
            vehicles = self.instance.vehicles[kind]
            per = vehicles.cost_per_distance
            if per not in arcs:
                arcs[per] = self._arcs(np.rint(per * self.matrix).astype(np.int64))
            self.routing.SetArcCostEvaluatorOfVehicle(arcs[per], vehicle)
            self.routing.SetFixedCostOfVehicle(round(self.scale * vehicles.fixed_cost), vehicle)

    def _loads(self) -> None:
        loads = [0] * self.first + [part for _, part in self.tasks]
        if self.paired:
            loads = [-load for load in loads] + [part for _, part in self.tasks]
        number = self.routing.RegisterUnaryTransitVector(loads)
        room = [self.instance.vehicles[kind].capacity for kind in self.kinds]
        self.routing.AddDimensionWithVehicleCapacity(number, 0, room, True, "load")

    def _waiting(self) -> None:
        horizon = int(self.matrix.max(axis=1).sum()) + 1
        self.routing.AddDimension(self._arcs(self.matrix), 0, horizon, True, "time")
        time = self.routing.GetDimensionOrDie("time")
        for number in range(self.first, len(self.nodes)):
            time.SetCumulVarSoftUpperBound(self.manager.NodeToIndex(number), 0, 1)

    def _times(self) -> None:
        instance = self.instance
        service = np.array([round(self.scale * instance.served_s(node)) for node in self.nodes])
        if self.paired:
            service[self.first + len(self.tasks) :] = 0
        self.routing.AddDimension(self._arcs(self.matrix + service[:, None]), FAR, FAR, False, "time")
        time = self.routing.GetDimensionOrDie("time")
        for number, (node, _) in enumerate(self.tasks, start=self.first):
            opens, closes = instance.window(node)
            self._window(time.CumulVar(self.manager.NodeToIndex(number)), opens, closes)
            if self.paired:
                pickup = time.CumulVar(self.manager.NodeToIndex(number + len(self.tasks)))
                self._window(pickup, max(instance.released(node), instance.window(instance.depots[0])[0]), math.inf)
        for vehicle, kind in enumerate(self.kinds):
            vehicles = instance.vehicles[kind]
            for index in (self.routing.Start(vehicle), self.routing.End(vehicle)):
                self._window(time.CumulVar(index), *instance.window(vehicles.depot))
            if vehicles.max_duration < math.inf:
                time.SetSpanUpperBoundForVehicle(round(self.scale * vehicles.max_duration), vehicle)

    def _window(self, moment: pywrapcp.IntVar, opens: float, closes: float) -> None:
        moment.SetRange(math.ceil(self.scale * opens), FAR if math.isinf(closes) else math.floor(self.scale * closes))

    def _pairs(self) -> None:
        solver = self.routing.solver()
        time = self.routing.GetDimensionOrDie("time")
        for number in range(self.first, self.first + len(self.tasks)):
            there = self.manager.NodeToIndex(number)
            pickup = self.manager.NodeToIndex(number + len(self.tasks))
            self.routing.AddPickupAndDelivery(pickup, there)
            solver.Add(self.routing.VehicleVar(pickup) == self.routing.VehicleVar(there))
            solver.Add(time.CumulVar(pickup) <= time.CumulVar(there))

    def routes(self, following: object) -> list[Route]:
        """``following(index)``: the index after it."""
        result = []
        for vehicle, kind in enumerate(self.kinds):
            depot = self.instance.vehicles[kind].depot
            trips: list[list[tuple[int, int]]] = [[]]
            index = following(self.routing.Start(vehicle))  # type: ignore[operator]
            while not self.routing.IsEnd(index):
                number = self.manager.IndexToNode(index) - self.first
                if number < len(self.tasks):
                    trips[-1].append(self.tasks[number])
                elif trips[-1]:
                    trips.append([])
                index = following(index)  # type: ignore[operator]
            made = tuple(Trip(depot, merged(stops)) for stops in trips if stops)
            if made:
                result.append(Route(kind, made))
        return result


def solve(instance: Instance, limit: Limit) -> Routes:
    model = Model(instance)
    model.build()
    routing = model.routing
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    firsts = routing_enums_pb2.FirstSolutionStrategy
    parameters.first_solution_strategy = firsts.PARALLEL_CHEAPEST_INSERTION  # finds a plan on every set
    # Guided local search penalises arcs, which cost nothing where waiting counts: tabu search was better there on CMT.
    ways = routing_enums_pb2.LocalSearchMetaheuristic
    parameters.local_search_metaheuristic = ways.TABU_SEARCH if instance.waiting else ways.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(round(WALL_FACTOR * 1_000 * limit.seconds))
    best: list[tuple[int, ...]] = []
    cost = [math.inf]

    def found() -> None:
        now = routing.CostVar().Min()
        if now < cost[0]:
            cost[0] = now
            best[:] = [tuple(routing.NextVar(index).Value() for index in range(routing.Size()))]
            if limit.due:
                limit.note(model.routes(best[0].__getitem__))

    routing.AddAtSolutionCallback(found)
    routing.AddSearchMonitor(routing.solver().CustomLimit(lambda: limit.over))
    routing.SolveWithParameters(parameters)
    if not best:
        raise RuntimeError("no plan found within the time")
    return model.routes(best[0].__getitem__)
