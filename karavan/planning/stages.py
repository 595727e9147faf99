"""Solve a problem: search stage by stage, since cargo that changes vehicles is there only once it has been brought."""

from __future__ import annotations

from collections.abc import Callable

from karavan.planning.outcome import fed_batches, find_feeding, lots_of_draws, overdrawn
from karavan.planning.problem import add_pool, make_task
from karavan.planning.search import Allowance, Random, Search, State
from karavan.planning.setting_out import set_out_late

FIRST_STAGE_SHARE = 0.6


def solve(
    state: State,
    random: Random,
    allowance: Allowance,
    late: Callable[[], bool] = lambda: False,
    tell: Callable[[int], None] = lambda done: None,
) -> int:
    """
    Complete and improve ``state`` in place, with all the stages of transshipment.

    Parameters
    ----------
    allowance
        For all stages together.
    late
        Whether to leave out what is not in the plan yet.
    tell
        How many tasks are in, while the plan is completed.

    Returns
    -------
    int
        Rounds run in all stages with one seed.
    """
    rounds = 0
    share = FIRST_STAGE_SHARE if state.problem.chains else 1.0
    while True:
        search = Search(state, random)
        search.build(late, tell)
        if rounds and allowance.ask is not None:
            allowance.ask(rounds, state.value - state.on_the_way)
        if state.problem.tasks:
            rounds += search.rounds(allowance, rounds, share)
            _pair_up(state, search, late)
        settle(state)
        if not next_stage(state):
            break
        share = 1.0
    trim_feeders(state)
    top_up(state, random, late)
    trim_feeders(state)
    set_out_late(state)
    return rounds


def _pair_up(state: State, search: Search, late: Callable[[], bool]) -> None:
    """
    Put in together what would be alone in its convoy trip by trip, and keep it if that is better.

    The search weighs one trip after the other, and none is worth going where the second one is still missing.
    """
    if state.problem.situation.operation.rules.convoy_min <= 1 or late():
        return
    before, fixed, value = list(zip(state.trips, state.times, strict=True)), list(state.fixed), state.value
    search.build(late)
    if state.value < value:
        for vehicle, (trips, times) in enumerate(before):
            state.commit(vehicle, trips, times)
        state.fixed = fixed


def settle(state: State) -> None:
    """No convoy too small; and where mending them made goods late for those who carry them on, these go without."""
    while True:
        state.mend_convoys()
        pool = overdrawn(state)
        if pool is None:
            return
        if state.problem.pools[pool].feeder is None:
            raise AssertionError(f"pool {pool} is overdrawn: the search broke its own rule")
        _withdraw(state, pool)


def _withdraw(state: State, pool: int) -> None:
    """Nobody loads from the pool any more."""
    tasks = state.problem.tasks
    for vehicle in range(len(state.trips)):
        for k in range(len(state.trips[vehicle]) - 1, -1, -1):
            trip = state.trips[vehicle][k]
            drawing = dict.fromkeys(t for t, _ in trip.visits if tasks[t].pools.get(trip.source) == pool)
            if not all(_reduce(state, vehicle, k, number, tasks[number].most) for number in drawing):
                _end_before(state, vehicle, k)


def _end_before(state: State, vehicle: int, k: int) -> None:
    """The vehicle goes home before its trip ``k``."""
    trips = state.trips[vehicle][:k]
    times = state.schedule(vehicle, trips, 0)
    while times is None:
        trips.pop()
        times = state.schedule(vehicle, trips, 0)
    state.commit(vehicle, trips, times)
    state.fixed[vehicle] = min(state.fixed[vehicle], k)


def next_stage(state: State) -> bool:
    """
    Add the tasks that carry on what the present stage has brought to transshipment points; ``False``: none.

    The trips that bring it, and those before them, are fixed from here on.
    """
    problem = state.problem
    fed = {pool.feeder for pool in problem.pools}
    brought = [
        number
        for number, task in enumerate(problem.tasks)
        if task.onward and not task.final and number not in fed and state.left[number] != task.limit
    ]
    if not brought:
        return False
    lots, feeding = lots_of_draws(state), find_feeding(state)
    for number, batches in [(number, fed_batches(state, number, feeding, lots)) for number in brought]:
        carry_on(state, number, batches)
    carried = set(brought)
    for vehicle, trips in enumerate(state.trips):
        bringing = [k for k, trip in enumerate(trips) if not carried.isdisjoint(t for t, _ in trip.visits)]
        if bringing:
            state.fixed[vehicle] = max(state.fixed[vehicle], bringing[-1] + 1)
    return True


def carry_on(state: State, number: int, batches: list) -> None:
    """The task that follows task ``number`` on its chain, with the pool of what was put down."""
    problem = state.problem
    task = problem.tasks[number]
    ahead = list(task.onward)
    pool = add_pool(problem, task.place, task.item, task.need.code, batches)
    problem.pools[pool].feeder = number
    problem.pools[pool].simple = False
    following = make_task(problem, task.need, task.item, ahead[0], {task.place: pool}, ahead)
    following.limit = following.most = min(following.limit, problem.pools[pool].total)
    problem.tasks.append(following)
    state.used.append(0)
    state.left.append(following.limit)


def trim_feeders(state: State) -> None:
    """Bring to a transshipment point only what goes on from there: what would come last is left first."""
    problem = state.problem
    follower = {pool.feeder: number for number, pool in enumerate(problem.pools) if pool.feeder is not None}
    for number in sorted(follower, reverse=True):
        excess = (problem.tasks[number].limit - state.left[number]) - state.used[follower[number]]
        if excess <= 0:
            continue
        feeding = [
            (part.clock.time, vehicle, k)
            for vehicle, times in enumerate(state.times)
            for k, part in enumerate(times.trips)
            if any(task == number for task, _ in state.trips[vehicle][k].visits)
        ]
        for _, vehicle, k in sorted(feeding, reverse=True):
            if excess > 0:
                excess -= _trim(state, vehicle, k, number, excess)


def _trim(state: State, vehicle: int, k: int, number: int, excess: int) -> int:
    """Take out up to ``excess``, unless that leaves a convoy too small, or others without what they carry on."""
    trips, times, fixed = state.trips[vehicle], state.times[vehicle], state.fixed[vehicle]
    removed = _reduce(state, vehicle, k, number, excess)
    if removed and (state.short_convoys() or overdrawn(state) is not None):
        state.commit(vehicle, trips, times)
        state.fixed[vehicle] = fixed
        return 0
    return removed


def _reduce(state: State, vehicle: int, k: int, number: int, excess: int) -> int:
    """Take up to ``excess`` of a task out of one trip; returns what was taken out."""
    trips = state.trips[vehicle]
    visits, removed = [], 0
    for task, quantity in trips[k].visits:
        cut = min(quantity, excess - removed) if task == number else 0
        removed += cut
        if quantity > cut:
            visits.append((task, quantity - cut))
    if not removed or trips[k].source < 0:
        return 0
    shorter = state.make_trip(vehicle, trips[k].source, tuple(visits)) if visits else None
    changed = [*trips[:k], *([shorter] if shorter else []), *trips[k + 1 :]]
    times = state.schedule(vehicle, changed, k)
    if times is None:
        return 0
    state.commit(vehicle, changed, times)
    if shorter is None and k < state.fixed[vehicle]:
        state.fixed[vehicle] -= 1
    return removed


def top_up(state: State, random: Random, late: Callable[[], bool] = lambda: False) -> None:
    """Scarce goods that nobody's fair share could use go to those who have least of their need."""
    problem = state.problem
    for number, task in enumerate(problem.tasks):
        if task.final and not any(problem.pools[p].need for p in task.pools.values()):
            state.left[number] += task.most - task.limit
            task.limit = task.most
    search = Search(state, random)
    tasks = problem.tasks
    for number in sorted(range(len(tasks)), key=lambda t: (-state.left[t] / max(1, tasks[t].need.quantity), t)):
        # What feeds a pool has been trimmed to what is drawn from it: nothing more is there to be taken.
        if late():
            break
        fed = any(problem.pools[p].feeder is not None for p in tasks[number].pools.values())
        if tasks[number].final and not fed:
            search.insert(number)
    state.mend_convoys()
