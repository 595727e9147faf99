"""Set out as late as the hand-overs allow: fresher bread, rested crews, no queue at a gate that is still shut.

The search lets every trip begin as soon as it can; what it gains by that is waiting on the way. Nothing that people
see changes here: every hand-over, every convoy and every way home stays where it is.
"""

from __future__ import annotations

from karavan.planning.engine._relief import Schedule, StopTime, Trip, TripTimes
from karavan.planning.search import State

MARGIN_S = 1_800
"""Kept for a late start: so much before what it would wait for a vehicle is there all the same."""

STEP_S = 300


def set_out_late(state: State) -> None:
    """Give each trip of ``state`` that waits on its way a later ``leave``, the last trip of a vehicle first."""
    for vehicle, trips in enumerate(state.trips):
        for k in range(len(trips) - 1, -1, -1):
            if trips[k].source >= 0:
                _delay(state, vehicle, k)


def _delay(state: State, vehicle: int, k: int) -> None:
    """The latest of the moments that leave everything as it is, by halving: what fails late fails later as well."""
    times = state.times[vehicle]
    begin = _begin(state, vehicle, times.trips[k].stops[0])
    least, most = 0, (_idle_s(times.trips[k], begin) - MARGIN_S) // STEP_S
    best = None
    while least < most:
        middle = (least + most + 1) // 2
        found = _leaving(state, vehicle, k, begin + middle * STEP_S + MARGIN_S)
        if found is None:
            most = middle - 1
        else:
            least = middle
            best = begin + middle * STEP_S
    found = None if best is None else _leaving(state, vehicle, k, best)
    if found is not None:
        state.commit(vehicle, *found)


def _begin(state: State, vehicle: int, stop: StopTime) -> int:
    """When the vehicle sets out for the stop, or begins there."""
    driven = state.problem.network.core.driven(state.problem.crews[vehicle], stop)
    return driven[0][1] if driven else stop.arrive


def _idle_s(trip: TripTimes, begin: int) -> int:
    """What the trip spends neither driving nor handling, from ``begin`` on."""
    stops = trip.stops
    return stops[-1].end - begin - sum(stop.end - stop.start + stop.drive_s for stop in stops)


def _leaving(state: State, vehicle: int, k: int, moment: int) -> tuple[list[Trip], Schedule] | None:
    """The vehicle's trips when trip ``k`` leaves no sooner than that; ``None``: something else would change."""
    trips = list(state.trips[vehicle])
    trips[k] = trips[k].leaving(moment)
    old, new = state.times[vehicle], state.schedule(vehicle, trips, k)
    return (trips, new) if new is not None and _promised(state, old, k) == _promised(state, new, k) else None


def _promised(state: State, times: Schedule, k: int) -> tuple[object, ...]:
    """All that must stay: hand-overs of trip ``k``, whole trips after it, convoys, the way home."""
    parts = [*times.trips[k + 1 :], *([times.home] if times.home else [])]
    return (
        [(stop.start, stop.end) for stop in times.trips[k].stops if not stop.loading],
        [(stop.arrive, stop.start, stop.end) for part in parts for stop in part.stops],
        sorted(state.slots(times)),
    )
