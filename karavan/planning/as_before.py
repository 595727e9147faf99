"""Journeys set as they were planned before, as far as that still holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from karavan.domain.plans import Journey, Plan
from karavan.planning.past import Past, promised_by
from karavan.planning.search import Schedule, State, Trip


def stand_as_before(state: State, previous: Plan, pasts: dict[str, Past], own: int, keep: Collection[str]) -> None:
    """Set the journeys that have not left as they were planned, as far as that still holds, and note what came when."""
    problem = state.problem
    number = {truck.plate: i for i, truck in enumerate(problem.vehicles)}
    task_of = {(task.need.code, task.place): own + i for i, task in enumerate(problem.tasks[own:])}
    before: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for journey in previous.journeys:
        for stop in journey.stops:
            for goods in stop.unloads:
                before[goods.need][number[journey.vehicle]].append(problem.network.second(stop.end))
    for plate, past in pasts.items():
        for journey in past.waiting:
            set_as_before(state, number[plate], journey, task_of)
            if journey.code in keep:
                state.fixed[number[plate]] = len(state.trips[number[plate]])
    state.remember(before)
    state.change_cost = float(problem.situation.operation.rules.change_person_h)
    promised = promised_by(problem, pasts)
    steps = [problem.items[task.item].step for task in problem.tasks]
    state.promised = [0] * own + [
        min(task.limit, promised[task.need.code]) // step * step
        for task, step in zip(problem.tasks[own:], steps[own:], strict=True)
    ]


def set_as_before(state: State, vehicle: int, journey: Journey, task_of: dict[tuple[str, int], int]) -> None:
    problem = state.problem
    if not problem.crews[vehicle].spans:
        return
    place_number = problem.network.number
    source = next((place_number[stop.place] for stop in journey.stops if stop.loads), -1)
    visits: dict[int, int] = {}
    pieces: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for stop in journey.stops:
        for goods in stop.unloads:
            task = task_of.get((goods.need, place_number[stop.place]))
            if task is not None and vehicle in problem.tasks[task].carriers.get(source, ()):
                visits[task] = visits.get(task, 0) + goods.quantity
                pieces[task].append((goods.compartment, goods.quantity))
    kept: tuple[tuple[int, int], ...] = ()
    best: tuple[list[Trip], Schedule] | None = None
    for task, planned in visits.items():
        pool = problem.tasks[task].pools[source]
        drawn = state.used[pool] + sum(q for t, q in kept if problem.tasks[t].pools[source] == pool)
        step = problem.items[problem.tasks[task].item].step
        quantity = min(planned, state.left[task], problem.pools[pool].total - drawn) // step * step
        trip = state.make_trip(vehicle, source, (*kept, (task, quantity))) if quantity > 0 else None
        if trip is None:
            continue
        trips = [*state.trips[vehicle], trip]
        times = state.schedule(vehicle, trips, len(trips) - 1)
        if times is not None:
            kept, best = (*kept, (task, quantity)), (trips, times)
    if best is None:
        return
    trips, times = best
    is_packed = all(compartment >= 0 for parts in pieces.values() for compartment, _ in parts)
    if kept == tuple(visits.items()) and is_packed:
        packing = problem.world.packed(vehicle, [(problem.tasks[t].item, pieces[t]) for t, _ in trips[-1].visits])
        same = [*trips[:-1], Trip(source, trips[-1].visits, packing)]
        again = state.schedule(vehicle, same, len(same) - 1)
        trips, times = (same, again) if again is not None else (trips, times)
    state.commit(vehicle, trips, times)
