"""
OR-Tools: every shift a chain of trips from its base, each a vehicle that leaves after the one before is back.

It is the only peer that is asked for waiting itself: each piece's arrival costs its people's weight, leaving it the
rest of the horizon.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from benchmarks.peers import Limit
from benchmarks.relief_set import Answer, Question, Shift

WALL_FACTOR = 5
WEIGHT_SCALE = 10


def ask(question: Question, seconds: float, seed: int) -> Answer:
    limit = Limit(None, seconds, seed)
    trips = [(shift, k) for shift in question.shifts for k in range(question.trips_a_shift())]
    bases = sorted({shift.base for shift, _ in trips})
    first = len(bases)
    nodes = [question.at[base] for base in bases] + [question.at[piece.place] for piece in question.pieces]
    ends = [bases.index(shift.base) for shift, _ in trips]
    manager = pywrapcp.RoutingIndexManager(len(nodes), len(trips), ends, ends)
    routing = pywrapcp.RoutingModel(manager)
    _times(question, routing, manager, trips, nodes, first)
    _loads(question, routing, trips, first)
    _pieces(question, routing, manager, trips, first)
    best: list[list[int]] = []
    cost = [math.inf]

    def found() -> None:
        if routing.CostVar().Min() < cost[0]:
            cost[0] = routing.CostVar().Min()
            best[:] = [[routing.NextVar(index).Value() for index in range(routing.Size())]]

    routing.AddAtSolutionCallback(found)
    routing.AddSearchMonitor(routing.solver().CustomLimit(lambda: limit.over))
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(round(WALL_FACTOR * 1_000 * seconds))
    routing.SolveWithParameters(parameters)
    if not best:
        return []
    answer = []
    for number, (shift, k) in enumerate(trips):
        pieces, index = [], best[0][routing.Start(number)]
        while not routing.IsEnd(index):
            pieces.append(manager.IndexToNode(index) - first)
            index = best[0][index]
        if pieces:
            answer.append((shift.day, k, shift.vehicle, pieces))
    answer.sort(key=lambda trip: trip[:3])
    return [(vehicle, question.bases[vehicle], pieces) for _, _, vehicle, pieces in answer]


def _times(
    question: Question,
    routing: pywrapcp.RoutingModel,
    manager: pywrapcp.RoutingIndexManager,
    trips: list[tuple[Shift, int]],
    nodes: list[int],
    first: int,
) -> None:
    fixed = np.array([question.fixed_s(place) for place in question.places])
    handling = np.array([0] * first + [piece.handling_s for piece in question.pieces])
    numbers = []
    for drive in question.drive_s:
        table = (drive + np.where(drive > 0, fixed[None, :], 0))[np.ix_(nodes, nodes)] + handling[:, None]
        numbers.append(routing.RegisterTransitMatrix(table.tolist()))
    by_trip = [numbers[question.profile(shift.vehicle)] for shift, _ in trips]
    horizon = question.problem.horizon_s
    routing.AddDimensionWithVehicleTransits(by_trip, horizon, horizon, False, "time")
    time, solver = routing.GetDimensionOrDie("time"), routing.solver()
    for number, (shift, k) in enumerate(trips):
        loading = question.loading_s(shift.vehicle, shift.base)
        start, end = time.CumulVar(routing.Start(number)), time.CumulVar(routing.End(number))
        start.SetRange(min(shift.begin_s + loading, shift.end_s), shift.end_s)
        end.SetRange(shift.begin_s, shift.end_s)
        if k:
            # Trips of a shift that stay empty take no time and may stand anywhere: only used ones wait for each other.
            used = solver.IsDifferentCstVar(routing.NextVar(routing.Start(number)), routing.End(number))
            solver.Add(start >= time.CumulVar(routing.End(number - 1)) + loading * used)
    for number, piece in enumerate(question.pieces, start=first):
        index = manager.NodeToIndex(number)
        spans = question.spans(piece)
        moment = time.CumulVar(index)
        moment.SetRange(spans[0][0], spans[-1][1])
        for (_, closed), (opens, _) in pairwise(spans):
            if closed + 1 < opens:
                moment.RemoveInterval(closed + 1, opens - 1)
        time.SetCumulVarSoftUpperBound(index, 0, max(1, round(WEIGHT_SCALE * piece.weight)))


def _loads(question: Question, routing: pywrapcp.RoutingModel, trips: list[tuple[Shift, int]], first: int) -> None:
    rooms = [question.room(shift.vehicle) for shift, _ in trips]
    for which, label in enumerate(("mass", "volume")):
        loads = [0] * first + [(piece.mass_kg, piece.volume_l)[which] for piece in question.pieces]
        number = routing.RegisterUnaryTransitVector(loads)
        routing.AddDimensionWithVehicleCapacity(number, 0, [room[which] for room in rooms], True, label)


def _pieces(
    question: Question,
    routing: pywrapcp.RoutingModel,
    manager: pywrapcp.RoutingIndexManager,
    trips: list[tuple[Shift, int]],
    first: int,
) -> None:
    """Who may bring each, and what leaving it costs."""
    horizon = question.problem.horizon_s
    for number, piece in enumerate(question.pieces, start=first):
        index = manager.NodeToIndex(number)
        allowed = [n for n, (shift, _) in enumerate(trips) if shift.vehicle in piece.vehicles]
        routing.VehicleVar(index).SetValues([-1, *allowed])
        routing.AddDisjunction([index], 2 * max(1, round(WEIGHT_SCALE * piece.weight)) * horizon)
