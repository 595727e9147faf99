"""
PyVRP: every shift a vehicle that may load again at its base, later days dearer, pieces at a prize.

Which vehicle may bring a piece is said by load dimensions that the others have no room in: one for each store, one for
each group of goods that some bodies may not carry.
"""

from __future__ import annotations

import numpy as np
from pyvrp import (
    Client,
    Depot,
    IteratedLocalSearchParams,
    Location,
    PenaltyParams,
    ProblemData,
    SolveParams,
    VehicleType,
    solve,
)

from benchmarks.peers import Limit
from benchmarks.peers.pyvrp import Watch
from benchmarks.relief_set import Answer, Piece, Question, Shift
from karavan.domain.units import HOUR_S

MANY = 1_000_000
DEARER_PER_DAY_S = HOUR_S


def ask(question: Question, seconds: float, seed: int) -> Answer:
    limit = Limit(None, seconds, seed)
    kinds, data = _data(question)
    watch = Watch(limit, lambda solution: [])
    params = SolveParams(ils=IteratedLocalSearchParams(callbacks=watch), penalty=PenaltyParams(max_penalty=1e9))
    result = solve(data, stop=watch, seed=seed, collect_stats=False, params=params)
    free = [list(shifts) for shifts in kinds]
    trips: list[tuple[int, int, int, list[int]]] = []
    for route in result.best.routes():
        shift = free[route.vehicle_type()].pop(0)
        sequence: list[list[int]] = [[]]
        for activity in route:
            if activity.is_depot():
                sequence.append([])
            else:
                sequence[-1].append(activity.idx)
        trips += [(shift.day, k, shift.vehicle, pieces) for k, pieces in enumerate(sequence) if pieces]
    trips.sort(key=lambda trip: trip[:3])
    return [(vehicle, question.bases[vehicle], pieces) for _, _, vehicle, pieces in trips]


def _data(question: Question) -> tuple[list[list[Shift]], ProblemData]:
    stores = sorted({piece.source for piece in question.pieces})
    bodies = sorted({_bodies(question, piece) for piece in question.pieces}, key=sorted)
    alike: dict[tuple, list[Shift]] = {}
    for shift in question.shifts:
        vehicle = shift.vehicle
        carried = tuple(MANY * (vehicle in body) for body in bodies)
        loads = (*question.room(vehicle), *(MANY * (shift.base == store) for store in stores), *carried)
        key = (question.profile(vehicle), shift.base, shift.day, shift.begin_s, shift.end_s, loads)
        alike.setdefault(key, []).append(shift)
    bases = sorted(set(question.bases))
    kinds = []
    for profile, base, day, begin, end, loads in alike:
        depot = bases.index(base)
        kinds.append(
            VehicleType(
                num_available=len(alike[profile, base, day, begin, end, loads]),
                capacity=list(loads),
                start_depot=depot,
                end_depot=depot,
                reload_depots=[depot],
                tw_early=begin,
                tw_late=end,
                fixed_cost=DEARER_PER_DAY_S * day,
                unit_distance_cost=1,
                profile=profile,
            )
        )
    loading = {base: _mean_loading_s(question, base) for base in bases}
    fixed = np.array([question.fixed_s(place) for place in question.places])
    durations = [drive + np.where(drive > 0, fixed[None, :], 0) for drive in question.drive_s]
    return list(alike.values()), ProblemData(
        locations=[Location(0, 0) for _ in question.places],
        clients=[_client(question, piece, stores, bodies) for piece in question.pieces],
        depots=[Depot(location=question.at[base], service_duration=loading[base]) for base in bases],
        vehicle_types=kinds,
        distance_matrices=question.drive_s,
        duration_matrices=durations,
    )


def _bodies(question: Question, piece: Piece) -> frozenset[int]:
    item = question.problem.tasks[piece.task].item
    return frozenset(v for v in range(len(question.bases)) if question.problem.fits(v, item))


def _mean_loading_s(question: Question, base: int) -> int:
    """Its places have the fixed part in every arc; here is the rest."""
    own = [vehicle for vehicle, other in enumerate(question.bases) if other == base]
    return sum(question.loading_s(v, base) for v in own) // len(own) - question.fixed_s(base)


def _client(question: Question, piece: Piece, stores: list[int], bodies: list[frozenset[int]]) -> Client:
    spans = question.spans(piece)
    carried = _bodies(question, piece)
    return Client(
        location=question.at[piece.place],
        delivery=[
            piece.mass_kg,
            piece.volume_l,
            *(int(piece.source == store) for store in stores),
            *(int(carried == body) for body in bodies),
        ],
        service_duration=piece.handling_s,
        tw_early=spans[0][0],
        tw_late=spans[-1][1],
        release_time=piece.ready_s,
        prize=question.prize(piece),
        required=False,
    )
