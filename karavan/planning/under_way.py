"""Vehicles that are on the road as a plan is made again: where they stand, and what becomes of what is aboard."""

from __future__ import annotations

from dataclasses import replace

from karavan.domain.needs import Need, needs_of
from karavan.domain.plans import Handling, Journey
from karavan.planning.outcome import History
from karavan.planning.past import Parts, Past, aboard_of
from karavan.planning.problem import (
    CHANGE_KINDS,
    Problem,
    chain_from,
    make_task,
)
from karavan.planning.search import Schedule, Start, State, Trip
from karavan.planning.travel import FAR, Clock, Crew, drove, worked

_Parcel = tuple[int, Parts]
"""A task for goods that are aboard, and the goods."""


def starts_of(problem: Problem, pasts: dict[str, Past], now: int) -> tuple[list[Start], set[int]]:
    """Where each vehicle stands, with its crew's clock; and the vehicles that are out of service."""
    starts = []
    out = set()
    for vehicle, truck in enumerate(problem.vehicles):
        crew = problem.crews[vehicle]
        soiled = 0
        if truck.previous_load and truck.cleaned_on is None:
            soiled = 1 << problem.classes.index(truck.previous_load)
        held = [soiled] * len(truck.compartments_cm3)
        clock = Clock(max(now, crew.spans[0][0] if crew.spans else now))
        place = problem.homes[vehicle][0]
        past = pasts.get(truck.plate)
        if past is not None:
            for journey in (*past.journeys, *([past.under_way] if past.under_way else [])):
                place = _follow(problem, crew, clock, held, journey, place)
        clock.time = max(clock.time, now)
        if not crew.spans or crew.spans[-1][1] <= now:
            out.add(vehicle)
        starts.append(Start(clock, place, tuple(held)))
    return starts, out


def _follow(problem: Problem, crew: Crew, clock: Clock, held: list[int], journey: Journey, place: int) -> int:
    """Run a journey of the past on the crew's clock and through the compartments; returns where it ended."""
    second = problem.network.second
    clock.time = min(clock.time, second(journey.stops[0].arrive))
    for stop in journey.stops:
        for leg in stop.legs:
            begin, end = second(leg.depart), second(leg.arrive)
            if crew.spans and crew.spans[-1][1] >= end:
                drove(crew, clock, begin, end - begin, at_the_wheel_s(crew, end - begin))
            clock.time = end
        if crew.spans and crew.spans[-1][1] >= second(stop.end):
            worked(crew, clock, second(stop.end))
        clock.time = second(stop.end)
        if stop.clean:
            held[:] = [0] * len(held)
        for goods in stop.loads:
            if goods.compartment < len(held):
                held[goods.compartment] |= 1 << problem.classes.index(problem.situation.item[goods.item].item_class)
        place = problem.network.number[stop.place]
    return place


def at_the_wheel_s(crew: Crew, duration_s: int) -> int:
    """A drive's time without the breaks that it held."""
    breaks = 0
    while duration_s - breaks * crew.break_s > (breaks + 1) * crew.break_after_s:
        breaks += 1
    return duration_s - breaks * crew.break_s


def go_on(state: State, pasts: dict[str, Past]) -> dict[int, History]:
    """Send every journey under way on to the stops that it still reaches, and home with what it cannot hand over."""
    problem = state.problem
    number = {truck.plate: i for i, truck in enumerate(problem.vehicles)}
    result = {}
    for plate, past in pasts.items():
        vehicle = number[plate]
        if past.under_way is not None and problem.crews[vehicle].spans:
            state.aboard[vehicle] = _send_on(state, vehicle, past)
        result[vehicle] = History(
            journeys=tuple(replace(journey, frozen=True) for journey in past.journeys),
            under_way=past.under_way,
        )
    return result


def _send_on(state: State, vehicle: int, past: Past) -> tuple[tuple[Handling, ...], ...]:
    """
    What is aboard goes where it was going if it still gets there with life left, else back to a store.

    A vehicle that cannot get home, or cannot put everything down, takes on nothing more.
    """
    problem = state.problem
    number = problem.network.number
    situation = problem.situation
    asked = {need.code: need for request in situation.requests for need in needs_of(situation, request)}
    needs = {need.code for need in problem.needs}
    here = state.start(vehicle).place
    if _sets_off(state, vehicle, []) is None:
        state.strays = state.strays | {vehicle}
    planned, left_over = aboard_of(past)
    kept: list[_Parcel] = []
    dropped = list(left_over)
    for place, code, parts in planned:
        reached = code in needs and _may_reach(problem, vehicle, here, number[place])
        if not (reached and _keep(state, vehicle, kept, asked[code], number[place], parts)):
            dropped.append((code, parts))
    home = _take_back_to(problem, vehicle, here)
    for code, parts in dropped:
        known = home is not None and code in asked
        if not (known and _keep(state, vehicle, kept, asked[code], home, parts, back=True)):  # type: ignore[arg-type]
            problem.barred.add(vehicle)
    problem.barred |= state.strays
    times = _sets_off(state, vehicle, kept)
    assert times is not None, "a vehicle may always stay where it is"
    state.commit(vehicle, [_loaded_trip(problem, vehicle, kept)], times)
    state.fixed[vehicle] = 1
    state.left = [0] * len(problem.tasks)
    return tuple(parts for _, parts in kept)


def bring_back(state: State) -> None:
    """What a dispatched vehicle cannot hand over after all, for want of a convoy, goes back to a store if it can."""
    for vehicle, parcels in state.aboard.items():
        trips = state.trips[vehicle]
        count = len(trips[0].visits)
        state.aboard[vehicle] = parcels[:count]
        home = _take_back_to(state.problem, vehicle, state.start(vehicle).place)
        if home is None:
            continue
        for parts in parcels[count:]:
            before = state.trips[vehicle], state.times[vehicle]
            need, quantity = _need_of(state, parts[0]), sum(part.quantity for part in parts)
            task = _aboard_task(state.problem, need, home, quantity, back=True)
            state.left.append(state.problem.tasks[task].limit)
            old = before[0][0]
            trip = Trip(old.source, (*old.visits, (task, state.left[task])), old.packing)
            times = state.schedule(vehicle, [trip], 0)
            if times is None:
                continue
            state.commit(vehicle, [trip], times)
            if state.short_convoys():
                state.commit(vehicle, *before)
            else:
                state.aboard[vehicle] = (*state.aboard[vehicle], parts)


def _need_of(state: State, goods: Handling) -> Need:
    return next(task.need for task in state.problem.tasks if task.need.code == goods.need)


def _keep(
    state: State, vehicle: int, kept: list[_Parcel], need: Need, place: int, parts: Parts, *, back: bool = False
) -> bool:
    """Add the goods to what is ``kept`` if the vehicle can still put all of it down, and fresh enough."""
    tasks = state.problem.tasks
    _aboard_task(state.problem, need, place, sum(part.quantity for part in parts), back=back)
    longer = [*kept, (len(tasks) - 1, parts)]
    times = _sets_off(state, vehicle, longer)
    if times is None or not (back or _fresh_enough(state.problem, longer, times)):
        tasks.pop()
        return False
    kept.append(longer[-1])
    return True


def _fresh_enough(problem: Problem, kept: list[_Parcel], times: Schedule) -> bool:
    expiry = expiry_of(problem)
    for stop in times.trips[0].stops:
        for task, parts in kept[stop.first : stop.last]:
            goods = problem.tasks[task]
            life_s = problem.items[goods.item].remaining_life_s
            if goods.final and any(
                expiry.get((part.lot_place, goods.item, part.lot), FAR) < stop.end + life_s for part in parts
            ):
                return False
    return True


def expiry_of(problem: Problem) -> dict[tuple[str, int, str], int]:
    return {(lot.lot_place, pool.item, lot.code): lot.expiry_s for pool in problem.pools for lot in pool.batches}


def _may_reach(problem: Problem, vehicle: int, here: int, there: int) -> bool:
    network = problem.network
    return problem.vehicles[vehicle].may_stop(problem.situation.places[there]) and network.reachable(
        network.profile_of[vehicle], here, there
    )


def _aboard_task(problem: Problem, need: Need, place: int, quantity: int, *, back: bool = False) -> int:
    """A task for goods that are already in the vehicle; with ``back`` they are put down without serving anybody."""
    item = next(i for i, item in enumerate(problem.items) if item.code == need.item)
    final = problem.situation.places[place].code == need.place
    onward = [] if final or back else chain_from(problem, item, [place], problem.network.number[need.place])
    task = replace(make_task(problem, need, item, place, {}, onward), limit=quantity, most=quantity, final=final)
    if back:
        task = replace(task, unit_weight=0.0, onward=())
    problem.tasks.append(task)
    return len(problem.tasks) - 1


def _sets_off(state: State, vehicle: int, kept: list[_Parcel]) -> Schedule | None:
    state.left = [0] * len(state.problem.tasks)
    return state.schedule(vehicle, [_loaded_trip(state.problem, vehicle, kept)], 0)


def _loaded_trip(problem: Problem, vehicle: int, kept: list[_Parcel]) -> Trip:
    return Trip(-1, tuple((task, sum(p.quantity for p in parts)) for task, parts in kept), problem.world.empty(vehicle))


def _take_back_to(problem: Problem, vehicle: int, here: int) -> int | None:
    """The nearest place where goods may be put down to be loaded again; homes first."""
    network, places = problem.network, problem.situation.places
    table = network.times[network.profile_of[vehicle]][network.stop_at[here]]
    able = [
        i
        for i in network.stops
        if places[i].kind in CHANGE_KINDS
        and table[network.stop_at[i]] < FAR
        and problem.vehicles[vehicle].may_stop(places[i])
    ]
    return min(able, key=lambda i: (i not in problem.homes[vehicle], table[network.stop_at[i]], i), default=None)
