"""The plan that a careful person makes by hand: nearest first, full trucks, first come. A yardstick, not a proposal."""

from __future__ import annotations

from karavan.planning.problem import Problem
from karavan.planning.search import Schedule, State, Trip, empty_state
from karavan.planning.stages import next_stage, settle, trim_feeders

GIVE_UP_AFTER = 5


def plan_by_hand(problem: Problem) -> State:
    """Whatever vehicle is free first is filled at the nearest store for the places nearest to it, until none can go."""
    state = empty_state(problem)
    while True:
        send_all(state)
        settle(state)
        if not next_stage(state):
            trim_feeders(state)
            return state


def send_all(state: State) -> None:
    """Fill whatever vehicle is free first, until none can go."""
    idle = {v for v in range(len(state.problem.vehicles)) if state.problem.crews[v].spans}
    while idle:
        vehicle = min(idle, key=lambda v: (_free_at(state, v)[0], -state.problem.vehicles[v].payload_g, v))
        sent = _send(state, vehicle)
        if sent is None:
            idle.discard(vehicle)
        else:
            state.commit(vehicle, *sent)


def _free_at(state: State, vehicle: int) -> tuple[int, int]:
    """When and where the vehicle's last trip leaves it."""
    times = state.times[vehicle].trips
    last = times[-1] if times else state.start(vehicle)
    return last.clock.time, last.place


def _send(state: State, vehicle: int) -> tuple[list[Trip], Schedule] | None:
    problem = state.problem
    table = problem.network.times[problem.network.profile_of[vehicle]]
    at = problem.network.stop_at
    here = at[_free_at(state, vehicle)[1]]
    sources = {pool.place for pool in problem.pools}
    for source in sorted(sources, key=lambda place: (table[here][at[place]], place)):
        filled = _fill(state, vehicle, source)
        if filled is not None:
            return filled
    return None


def _fill(state: State, vehicle: int, source: int) -> tuple[list[Trip], Schedule] | None:
    problem = state.problem
    table = problem.network.times[problem.network.profile_of[vehicle]]
    at = problem.network.stop_at
    old = state.trips[vehicle]
    trip = Trip(source, (), problem.world.empty(vehicle))
    open_tasks = [t for t, left in enumerate(state.left) if left > 0 and _quantity(state, vehicle, trip, t)]
    best = None
    refused: set[int] = set()
    here = source
    while len(refused) < GIVE_UP_AFTER:
        row = table[at[here]]
        near = sorted(open_tasks, key=lambda t: (row[at[problem.tasks[t].place]], t))
        task = next((t for t in near if t not in refused and _quantity(state, vehicle, trip, t)), None)
        if task is None:
            break
        goods = problem.tasks[task]
        quantity = _quantity(state, vehicle, trip, task)
        packing = problem.world.added(vehicle, trip.packing, len(trip.visits), goods.item, quantity)
        longer = None if packing is None else Trip(source, (*trip.visits, (task, quantity)), packing)
        times = state.schedule(vehicle, [*old, longer], len(old)) if longer else None
        if times is None or longer is None:
            refused.add(task)
            continue
        trip, here, best = longer, goods.place, ([*old, longer], times)
    return best


def _quantity(state: State, vehicle: int, trip: Trip, number: int) -> int:
    problem = state.problem
    task = problem.tasks[number]
    pool = task.pools.get(trip.source)
    if pool is None or vehicle not in task.carriers[trip.source] or state.left[number] <= 0:
        return 0
    if any(t == number for t, _ in trip.visits):
        return 0
    drawn = state.used[pool] + sum(q for t, q in trip.visits if problem.tasks[t].pools.get(trip.source) == pool)
    step = problem.items[task.item].step
    wanted = min(state.left[number], (problem.pools[pool].total - drawn) // step * step)
    return problem.world.room_for(vehicle, trip.packing, task.item, wanted)
