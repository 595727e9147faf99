"""VROOM: a shipment for every piece, from its store within its times; every shift a vehicle; people as priorities."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import vroom

from benchmarks.relief_set import Answer, Piece, Question, Shift

MOST_THOROUGH = 5
MOST_PRIORITY = 100


def ask(question: Question, seconds: float, seed: int) -> Answer:
    problem = vroom.Input()
    for profile, drive in enumerate(question.drive_s):
        problem.set_durations_matrix(profile=str(profile), matrix_input=drive.astype(np.uint32))
    problem.add_vehicle([_vehicle(question, number, shift) for number, shift in enumerate(question.shifts)])
    heaviest = max(piece.weight for piece in question.pieces) or 1.0
    asked = [number for number, piece in enumerate(question.pieces) if question.spans(piece)]
    for number in asked:
        problem.add_job(_shipment(question, number, heaviest))
    found = problem.solve(MOST_THOROUGH, nb_threads=1, timeout=timedelta(seconds=seconds))
    trips: list[tuple[float, int, int, list[int]]] = []
    for vehicle, rows in found.routes.groupby("vehicle_id", sort=True):
        trips += _trips(question, question.shifts[vehicle], rows)
    trips.sort(key=lambda trip: trip[:2])
    return [(vehicle, source, pieces) for _, vehicle, source, pieces in trips]


def _vehicle(question: Question, number: int, shift: Shift) -> vroom.Vehicle:
    at = question.at[shift.base]
    return vroom.Vehicle(
        number,
        start=at,
        end=at,
        profile=str(question.profile(shift.vehicle)),
        capacity=list(question.room(shift.vehicle)),
        skills=_skills(question, shift.vehicle),
        time_window=(shift.begin_s, shift.end_s),
    )


def _skills(question: Question, vehicle: int) -> set[int]:
    """Numbers of the items that the vehicle may carry; its class is in its driving times."""
    return {item for item in range(len(question.problem.items)) if question.problem.fits(vehicle, item)}


def _shipment(question: Question, number: int, heaviest: float) -> vroom.Shipment:
    piece = question.pieces[number]
    task = question.problem.tasks[piece.task]
    return vroom.Shipment(
        vroom.ShipmentStep(
            number,
            location=question.at[piece.source],
            default_setup=question.fixed_s(piece.source),
            default_service=_share_of_loading_s(question, piece),
            time_windows=[vroom.TimeWindow(piece.ready_s, question.problem.horizon_s)],
        ),
        vroom.ShipmentStep(
            number,
            location=question.at[piece.place],
            default_setup=question.fixed_s(piece.place),
            default_service=piece.handling_s,
            time_windows=[vroom.TimeWindow(opens, closes) for opens, closes in question.spans(piece)],
        ),
        amount=[piece.mass_kg, piece.volume_l],
        skills={task.item},
        priority=max(1, round(MOST_PRIORITY * piece.weight / heaviest)),
    )


def _share_of_loading_s(question: Question, piece: Piece) -> int:
    place = question.problem.situation.places[piece.source]
    rate = place.handling_g_per_h or question.problem.situation.operation.rules.handling_g_per_h
    return piece.mass_kg * 1_000 * 3_600 // rate


def _trips(question: Question, shift: Shift, rows: object) -> list[tuple[float, int, int, list[int]]]:
    """A trip ends where something is picked up after a hand-over, or a hand-over came from another store."""
    result: list[tuple[float, int, int, list[int]]] = []
    again = True
    for kind, number, arrival in zip(rows["type"], rows["id"], rows["arrival"], strict=True):  # type: ignore[index]
        if kind == "pickup":
            again = True
        elif kind == "delivery":
            source = question.pieces[int(number)].source
            if again or result[-1][2] != source:
                result.append((float(arrival), shift.vehicle, source, []))
            result[-1][3].append(int(number))
            again = False
    return result
