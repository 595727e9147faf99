"""
VROOM: a job for every piece, with the skills that its store and its goods ask for, and people as priorities.

It loads once, at the start: a shift is cut into as many parts of equal length as trips are needed, each a vehicle.
(Asked with a shipment from the store for every piece instead, it made four times as many trips on the situation of 50
points that was tried, and people waited half as long again.)
"""

from __future__ import annotations

import numpy as np
import vroom

from benchmarks.peers.vroom import solve_for
from benchmarks.relief_set import Answer, Question, Shift

MOST_PRIORITY = 100


def ask(question: Question, seconds: float, seed: int) -> Answer:
    problem = vroom.Input()
    for profile, drive in enumerate(question.drive_s):
        # No arc is longer than the horizon: it refuses matrices whose sums might get too large for it.
        short = np.minimum(drive, question.problem.horizon_s).astype(np.uint32)
        problem.set_durations_matrix(profile=str(profile), matrix_input=short)
    parts = question.trips_a_shift()
    trips = [(shift, part) for shift in question.shifts for part in range(parts)]
    vehicles = [_vehicle(question, number, shift, part, parts) for number, (shift, part) in enumerate(trips)]
    problem.add_vehicle([vehicle for vehicle in vehicles if vehicle is not None])
    heaviest = max(piece.weight for piece in question.pieces) or 1.0
    for number in range(len(question.pieces)):
        problem.add_job(_job(question, number, heaviest))
    found, question.lost_s = solve_for(problem, seconds)
    answer = []
    for vehicle, rows in found.routes.groupby("vehicle_id", sort=True):
        shift, part = trips[vehicle]
        pieces = [int(number) for kind, number in zip(rows["type"], rows["id"], strict=True) if kind == "job"]
        answer.append((shift.day, part, shift.vehicle, pieces))
    answer.sort(key=lambda trip: trip[:3])
    return [(vehicle, question.bases[vehicle], pieces) for _, _, vehicle, pieces in answer if pieces]


def _vehicle(question: Question, number: int, shift: Shift, part: int, parts: int) -> vroom.Vehicle | None:
    """``None``: loading alone takes longer than this part of the shift."""
    at = question.at[shift.base]
    length = (shift.end_s - shift.begin_s) // parts
    begin = shift.begin_s + part * length + question.loading_s(shift.vehicle, shift.base)
    end = shift.begin_s + (part + 1) * length
    if begin >= end:
        return None
    return vroom.Vehicle(
        number,
        start=at,
        end=at,
        profile=str(question.profile(shift.vehicle)),
        capacity=list(question.room(shift.vehicle)),
        skills=_skills(question, shift),
        time_window=(begin, end),
    )


def _skills(question: Question, shift: Shift) -> set[int]:
    """Numbers of the items that the vehicle may carry, and of its store; its class is in its driving times."""
    items = range(len(question.problem.items))
    return {item for item in items if question.problem.fits(shift.vehicle, item)} | {len(items) + shift.base}


def _job(question: Question, number: int, heaviest: float) -> vroom.Job:
    piece = question.pieces[number]
    return vroom.Job(
        number,
        location=question.at[piece.place],
        default_setup=question.fixed_s(piece.place),
        default_service=piece.handling_s,
        delivery=[piece.mass_kg, piece.volume_l],
        skills={question.problem.tasks[piece.task].item, len(question.problem.items) + piece.source},
        priority=max(1, round(MOST_PRIORITY * piece.weight / heaviest)),
        time_windows=[vroom.TimeWindow(opens, closes) for opens, closes in question.spans(piece)],
    )
