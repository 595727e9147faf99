"""``replan``: what has left stays as it is, the rest changes as little as is worth it, and the changes are listed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import heapify, heappop, heapreplace
from itertools import chain

from karavan.domain.errors import BadChange
from karavan.domain.goods import Item
from karavan.domain.intervals import holds
from karavan.domain.message import ItemName, Message, PlaceName
from karavan.domain.needs import Need, needs, needs_of
from karavan.domain.plans import Handling, Journey, Leg, Plan, Share, Stop
from karavan.domain.situation import Situation
from karavan.domain.supply import loaded, lot_key, lots
from karavan.domain.units import Quantity, time_text
from karavan.domain.value import deliveries, hand_overs
from karavan.planning.allocate import share_fairly
from karavan.planning.budget import Budget, Progress, Stage
from karavan.planning.outcome import History
from karavan.planning.plan import Bounding, delivered, finish
from karavan.planning.problem import (
    CHANGE_KINDS,
    Batch,
    Problem,
    Task,
    add_pool,
    bridge,
    chain_from,
    find_tasks,
    make_task,
)
from karavan.planning.reasons import say_aboard, still_aboard
from karavan.planning.search import NOTABLE_S, Random, Schedule, Start, State, Trip, empty_state
from karavan.planning.stages import solve
from karavan.planning.standing import Standing
from karavan.planning.travel import FAR, Clock, Crew, drove, worked

Parts = tuple[Handling, ...]
_Parcel = tuple[int, Parts]
"""A task for goods that are aboard, and the goods."""


def replan(
    situation: Situation,
    previous: Plan,
    *,
    at: datetime,
    left: Collection[str] = (),
    keep: Collection[str] = (),
    seed: int = 0,
    rounds: int | None = None,
    limit_s: float | None = None,
    seeds: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Plan:
    """
    Plan again from ``at`` on.

    Journeys that have left keep their loads and the order of their stops; where a stop cannot be reached any more its
    goods come back. A need moves to another vehicle or hour only if that saves more than ``rules.change_person_h``.

    Parameters
    ----------
    situation
        The situation as it is known now: roads closed, requests added, vehicles out of service.
    at
        Aware; everything before it is history.
    left
        Codes of journeys that have left besides those whose loading began before ``at``.
    keep
        Codes of journeys that stay as they were planned as far as that still holds, and with them what their vehicles
        do before; they may set out at another time.

    Raises
    ------
    BadChange
        ``left`` or ``keep`` names a journey, or the previous plan a vehicle, place or item, that is not there; or a
        journey has left that loads goods which are not there yet.
    """
    _refuse_strangers(situation, previous, {*left, *keep})
    _refuse_too_early(situation, previous, at, left)
    with Budget(rounds, limit_s, seeds=seeds, progress=progress) as budget:
        budget.enter(Stage.ROADS)
        pasts = {
            plate: _past(situation, plate, [j for j in previous.journeys if j.vehicle == plate], at, left)
            for plate in dict.fromkeys(journey.vehicle for journey in previous.journeys)
        }
        state, history, shares = _state(situation, previous, pasts, at, keep)
        budget.weigh(state.problem, state)
        budget.enter(Stage.FIRST_PLAN)
        budget.enter(Stage.BOUND)
        bounding = Bounding(state.problem, budget, shares, _standing(state, pasts, at))
        bound = budget.bound = bounding.of_all()
        run = solve(state, Random(seed), budget.allowance(), budget.over, budget.built)
        _bring_back(state)
        fields = {"seed": seed, "rounds": run, "replanned_at": at, "history": history}
        new = finish(situation, state, shares, bound, (), budget, **fields)
        new = replace(new, shared_bound_person_h=bounding.of_same_shares(delivered(situation, new)))
    stranded = [say_aboard(situation, new, goods) for goods in still_aboard(new)]
    return replace(new, changes=(*_cut_off(state), *stranded, *list_changes(situation, previous, new)))


def _standing(state: State, pasts: dict[str, _Past], at: datetime) -> Standing:
    """Where everything is as the search begins."""
    problem = state.problem
    vehicle_of = {truck.plate: v for v, truck in enumerate(problem.vehicles)}
    item_of = {item.code: i for i, item in enumerate(problem.items)}
    aboard: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    given: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for plate, past in pasts.items():
        planned, rest = _aboard(past)
        for goods in chain.from_iterable((*(parts for *_, parts in planned), *(parts for _, parts in rest))):
            aboard[item_of[goods.item]][vehicle_of[plate]] += goods.quantity
        journeys = (*past.journeys, *([past.under_way] if past.under_way else []))
        for code, quantity, moment in deliveries(problem.situation, Plan(journeys=journeys)):
            given[code].append((problem.network.second(moment), quantity))
    starts = [(state.start(v).place, state.start(v).clock.time) for v in range(len(problem.vehicles))]
    return Standing(
        now_s=problem.network.second(at),
        starts=tuple(starts),
        aboard=aboard,
        given={code: tuple(parts) for code, parts in given.items()},
    )


def _cut_off(state: State) -> list[Message]:
    """Dispatched vehicles that have no way home any more, or are out of service."""
    problem = state.problem
    return [
        Message(
            "{vehicle} cannot get home: it stays at {place}",
            vehicle=problem.vehicles[vehicle].plate,
            place=PlaceName(problem.situation.places[state.times[vehicle].trips[-1].place].code),
        )
        for vehicle in sorted(state.strays)
    ]


@dataclass(slots=True)
class _Past:
    """One vehicle's past: journeys over, the one under way cut at the moment, and what is still aboard for where."""

    journeys: list[Journey] = field(default_factory=list)
    under_way: Journey | None = None
    ahead: tuple[Stop, ...] = ()
    waiting: list[Journey] = field(default_factory=list)


def _refuse_strangers(situation: Situation, previous: Plan, left: Collection[str]) -> None:
    codes = {journey.code for journey in previous.journeys}
    for code in sorted(set(left) - codes):
        raise BadChange(Message("the plan has no journey {code}", code=code))
    for journey in previous.journeys:
        if journey.vehicle not in situation.vehicle:
            raise BadChange(Message("the plan's vehicle {plate} is not in the situation", plate=journey.vehicle))
        for stop in journey.stops:
            for place in (stop.place, *(leg.destination for leg in stop.legs)):
                if place not in situation.place:
                    raise BadChange(Message("the plan's place {place} is not in the situation", place=place))
            for goods in (*stop.loads, *stop.unloads):
                if goods.item not in situation.item:
                    raise BadChange(Message("the plan's item {item} is not in the situation", item=goods.item))


def _refuse_too_early(situation: Situation, previous: Plan, at: datetime, left: Collection[str]) -> None:
    there_from = {lot_key(lot): lot.available_from for lot in lots(situation)}
    brought = {
        (stop.place, goods.need)
        for journey in previous.journeys
        for stop in journey.stops
        for goods in stop.unloads
        if stop.start < at
    }
    for journey in previous.journeys:
        for stop in journey.stops if journey.code in left else ():
            for goods in stop.loads:
                since = there_from.get((goods.lot_place, goods.item, goods.lot))
                on_the_way = goods.lot_place != stop.place and (stop.place, goods.need) not in brought
                if on_the_way or (since is not None and since > at):
                    raise BadChange(
                        Message(
                            "journey {journey} cannot have left: its goods for {need} are not at {place} yet",
                            journey=journey.code,
                            need=goods.need,
                            place=PlaceName(stop.place),
                        )
                    )


def _past(situation: Situation, plate: str, journeys: list[Journey], at: datetime, left: Collection[str]) -> _Past:
    """
    Cut a vehicle's journeys at ``at``.

    A vehicle that has broken down where it was loaded is unloaded there: what was put on it can go with another one.
    """
    past = _Past()
    until = situation.vehicle[plate].available_until
    broken = until is not None and until <= at
    for journey in sorted(journeys, key=lambda j: (j.stops[0].arrive, j.code)):
        named = journey.code in left
        reached = [s for s in journey.stops if s.start < at or (named and s.loads)]
        if past.waiting or not (reached or any(leg.depart < at for leg in journey.stops[0].legs)):
            past.waiting.append(journey)
            continue
        if past.under_way is not None:
            past.journeys.append(past.under_way)
        begun = any(stop.loads for stop in reached) or journey.frozen
        ahead = journey.stops[len(reached) :]
        way = _way_point(situation, ahead[0], at) if ahead else None
        if not begun and way is None and not reached[-1:]:
            past.waiting.append(journey)
            continue
        stops = (*(reached if begun else [_bare(stop) for stop in reached]), *([way] if way else []))
        stands = broken and not named and way is None and reached[-1:] and reached[-1].loads
        if stands:
            stops = (*stops, _put_back(situation, reached[-1], at))
        past.under_way = replace(journey, stops=stops, frozen=True)
        past.ahead = ahead if begun and not stands else ()
        if not begun:
            past.waiting.append(journey)
    return past


def _put_back(situation: Situation, stop: Stop, at: datetime) -> Stop:
    mass_g = sum(goods.quantity * situation.item[goods.item].mass_g for goods in stop.loads)
    start = max(at, stop.end)
    end = start + timedelta(seconds=situation.handling_s(stop.place, mass_g))
    return Stop(place=stop.place, arrive=start, start=start, end=end, unloads=tuple(reversed(stop.loads)))


def _bare(stop: Stop) -> Stop:
    return replace(stop, loads=(), unloads=(), clean=False, end=stop.start)


def _way_point(situation: Situation, stop: Stop, at: datetime) -> Stop | None:
    """
    Where a vehicle on its way to ``stop`` can next decide: the end of the leg that it is on.

    In a convoy that is the convoy's end, or the place before the first road that has been shut ahead of it.
    """
    driven: list[Leg] = []
    for leg in stop.legs:
        together = driven and leg.convoy and leg.convoy == driven[-1].convoy
        if leg.depart >= at and not (together and _is_open(situation, leg)):
            break
        driven.append(leg)
    if not driven:
        return None
    end = driven[-1].arrive
    return Stop(place=driven[-1].destination, arrive=end, start=end, end=end, legs=tuple(driven))


def _is_open(situation: Situation, leg: Leg) -> bool:
    road, operation = situation.find_road(leg.road), situation.operation
    if road is None:
        return False
    return holds(road.usable(operation.start, operation.end, operation.rules, operation.zone), leg.depart, leg.arrive)


def _state(
    situation: Situation, previous: Plan, pasts: dict[str, _Past], at: datetime, keep: Collection[str]
) -> tuple[State, dict[int, History], tuple]:
    """The state to search from: history fixed, what is aboard on its way, the rest as it was planned."""
    stops = {p.under_way.stops[-1].place for p in pasts.values() if p.under_way} | {
        stop.place for p in pasts.values() if p.under_way for stop in p.ahead
    }
    problem = bridge(situation, extra_stops=sorted(stops))
    now = problem.network.second(at)
    history_journeys = [j for p in pasts.values() for j in (*p.journeys, *([p.under_way] if p.under_way else []))]
    _take_from_stock(problem, history_journeys, now)
    starts, out = _starts(problem, pasts, now)
    for vehicle in out:
        problem.crews[vehicle] = problem.crews[vehicle].with_spans(())
    state = empty_state(problem)
    state.starts = starts
    history = _go_on(state, pasts)
    _carry_on_from_points(state, history_journeys)
    own = len(problem.tasks)
    covered = _covered(problem, history_journeys)
    find_tasks(problem)
    for task in problem.tasks[own:]:
        _limit(problem, task, task.need.quantity - covered[task.need.code])
    shares = _share_the_rest(problem, own, pasts, covered, _stuck([pasts.get(problem.vehicles[v].plate) for v in out]))
    state.left = [*state.left, *(task.limit for task in problem.tasks[own:])]
    state.used = [*state.used, *[0] * (len(problem.pools) - len(state.used))]
    _as_before(state, previous, pasts, own, keep)
    return state, history, shares


def _take_from_stock(problem: Problem, journeys: list[Journey], now: int) -> None:
    """What has been loaded from a store is not in its pool any more; what is being put back is there once it is off."""
    taken = loaded(Plan(journeys=tuple(journeys)))
    coming: dict[tuple[str, str, str], list[tuple[int, int]]] = defaultdict(list)
    for stop in (stop for journey in journeys for stop in journey.stops if problem.network.second(stop.end) > now):
        for goods in stop.unloads:
            if goods.lot_place == stop.place:
                key = (stop.place, goods.item, goods.lot)
                coming[key].append((goods.quantity, problem.network.second(stop.end)))
    for pool in problem.pools:
        item = problem.items[pool.item]
        batches = []
        for batch in pool.batches:
            key = (batch.lot_place, item.code, batch.code)
            later = sum(quantity for quantity, _ in coming[key])
            batches.append(replace(batch, quantity=max(0, batch.quantity - taken.get(key, 0) - later)))
            batches += [replace(batch, quantity=quantity, available_s=end) for quantity, end in coming[key]]
            pool.simple = pool.simple and not later
        pool.batches = tuple(batches)
        pool.total = sum(batch.quantity // item.step * item.step for batch in pool.batches)


def _starts(problem: Problem, pasts: dict[str, _Past], now: int) -> tuple[list[Start], set[int]]:
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
                drove(crew, clock, begin, end - begin, _at_the_wheel_s(crew, end - begin))
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


def _at_the_wheel_s(crew: Crew, duration_s: int) -> int:
    """A drive's time without the breaks that it held."""
    breaks = 0
    while duration_s - breaks * crew.break_s > (breaks + 1) * crew.break_after_s:
        breaks += 1
    return duration_s - breaks * crew.break_s


def _go_on(state: State, pasts: dict[str, _Past]) -> dict[int, History]:
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


def _send_on(state: State, vehicle: int, past: _Past) -> tuple[tuple[Handling, ...], ...]:
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
    planned, left_over = _aboard(past)
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


def _bring_back(state: State) -> None:
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


def _aboard(past: _Past) -> tuple[list[tuple[str, str, Parts]], list[tuple[str, Parts]]]:
    """What is in the vehicle: ``(place, need, goods)`` as it was to be handed over; ``(need, goods)`` of the rest."""
    there: dict[Handling, int] = defaultdict(int)
    for journey in (*past.journeys, *([past.under_way] if past.under_way else [])):
        for stop in journey.stops:
            for goods in stop.loads:
                there[replace(goods, quantity=0)] += goods.quantity
            for goods in stop.unloads:
                there[replace(goods, quantity=0)] -= goods.quantity
    planned = []
    for stop in past.ahead:
        groups: dict[str, list[Handling]] = defaultdict(list)
        for goods in stop.unloads:
            key = replace(goods, quantity=0)
            quantity = min(goods.quantity, there[key])
            if quantity > 0:
                there[key] -= quantity
                groups[goods.need].append(replace(goods, quantity=quantity))
        planned += [(stop.place, code, tuple(parts)) for code, parts in groups.items()]
    rest: dict[str, list[Handling]] = defaultdict(list)
    for goods, quantity in there.items():
        if quantity > 0:
            rest[goods.need].append(replace(goods, quantity=quantity))
    return planned, [(code, tuple(parts)) for code, parts in rest.items()]


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
    expiry = _expiry(problem)
    for stop in times.trips[0].stops:
        for task, parts in kept[stop.first : stop.last]:
            goods = problem.tasks[task]
            life_s = problem.items[goods.item].remaining_life_s
            if goods.final and any(
                expiry.get((part.lot_place, goods.item, part.lot), FAR) < stop.end + life_s for part in parts
            ):
                return False
    return True


def _expiry(problem: Problem) -> dict[tuple[str, int, str], int]:
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


def _carry_on_from_points(state: State, journeys: list[Journey]) -> None:
    """
    Goods put down on the way, and not fetched yet, can be loaded there by whoever goes on.

    What came back to where it was loaded is stock again, and not for this need only.
    """
    problem = state.problem
    lying: dict[tuple[str, str], dict[tuple[str, str], list[int]]] = defaultdict(dict)
    second = problem.network.second
    needs = {need.code: need for need in problem.needs}
    for journey in journeys:
        for stop in journey.stops:
            for goods in stop.unloads:
                if goods.need in needs and stop.place not in (needs[goods.need].place, goods.lot_place):
                    entry = lying[stop.place, goods.need].setdefault((goods.lot, goods.lot_place), [0, 0])
                    entry[0] += goods.quantity
                    entry[1] = max(entry[1], second(stop.end))
            for goods in stop.loads:
                if goods.lot_place != stop.place and goods.need in needs:
                    entry = lying[stop.place, goods.need].setdefault((goods.lot, goods.lot_place), [0, 0])
                    entry[0] -= goods.quantity
    expiry = _expiry(problem)
    covered = _covered(problem, journeys)
    for (place_code, code), parts in sorted(lying.items()):
        need = needs[code]
        item = next(i for i, item in enumerate(problem.items) if item.code == need.item)
        batches = [
            Batch(lot, lot_place, quantity, available, expiry.get((lot_place, item, lot), FAR))
            for (lot, lot_place), (quantity, available) in parts.items()
            if quantity > 0
        ]
        place = problem.network.number[place_code]
        chain = chain_from(problem, item, [place], problem.network.number[need.place]) if batches else []
        if len(chain) < 2:
            continue
        pool = add_pool(problem, place, item, code, batches)
        problem.pools[pool].put_down = tuple(batches)
        task = make_task(problem, need, item, chain[1], {place: pool}, chain[1:])
        _limit(problem, task, min(problem.pools[pool].total, need.quantity - covered[code]))
        covered[code] += task.limit
        problem.tasks.append(task)
        state.left.append(task.limit)
    state.used = [0] * len(problem.pools)


def _limit(problem: Problem, task: Task, quantity: int) -> None:
    step = problem.items[task.item].step
    task.most = task.limit = max(0, quantity) // step * step


def _covered(problem: Problem, journeys: list[Journey]) -> dict[str, int]:
    """What of each need has been handed over, is aboard for it, or lies on the way with a way to go on."""
    covered: dict[str, int] = defaultdict(int)
    places = {need.code: need.place for need in problem.needs}
    for journey in journeys:
        for stop in journey.stops:
            for goods in stop.unloads:
                if places.get(goods.need) == stop.place:
                    covered[goods.need] += goods.quantity
    for task in problem.tasks:
        if task.final or task.onward:
            covered[task.need.code] += task.limit
    return covered


def _share_the_rest(
    problem: Problem, own: int, pasts: dict[str, _Past], covered: dict[str, int], stuck: dict[str, int]
) -> tuple[Share, ...]:
    """
    Shares of scarce items that count what everybody has had already.

    What is ``stuck`` in a broken vehicle is there, but has been given to nobody.

    What the plan before meant to bring is not taken away for the sake of new shares, unless there is not even so much.
    Goods that are aboard or lie on the way for a need are nobody else's: the first ``own`` tasks keep them.
    """
    limits = [task.limit for task in problem.tasks[:own]]
    shares = share_fairly(problem)
    for task, limit in zip(problem.tasks[:own], limits, strict=True):
        task.limit = limit
    promised = _promised(problem, pasts)
    result = []
    for share in shares:
        tasks = [task for task in problem.tasks[own:] if task.need.item == share.item and task.pools and task.most]
        if not tasks:
            continue
        available = sum(problem.pools[pool].total for pool in {pool for task in tasks for pool in task.pools.values()})
        _fill_up(tasks, available, problem.items[tasks[0].item].step, promised, covered)
        needed = sum(task.need.quantity for task in tasks)
        available += sum(covered[task.need.code] + stuck.get(task.need.code, 0) for task in tasks)
        if needed > available:
            limits_of = tuple((task.need.code, covered[task.need.code] + task.limit) for task in tasks)
            result.append(Share(item=share.item, needed=needed, available=available, shares=limits_of))
    return tuple(result)


def _stuck(broken: Iterable[_Past | None]) -> dict[str, int]:
    """What vehicles that are out of service have aboard, by need."""
    stuck: dict[str, int] = defaultdict(int)
    for past in broken:
        planned, rest = _aboard(past) if past else ([], [])
        for code, parts in (*((code, parts) for _, code, parts in planned), *rest):
            stuck[code] += sum(part.quantity for part in parts)
    return stuck


def _promised(problem: Problem, pasts: dict[str, _Past]) -> dict[str, int]:
    """What journeys that have not left were to hand over, by need."""
    promised: dict[str, int] = defaultdict(int)
    places = {need.code: need.place for need in problem.needs}
    for past in pasts.values():
        for journey in past.waiting:
            for stop in journey.stops:
                for goods in stop.unloads:
                    if places.get(goods.need) == stop.place:
                        promised[goods.need] += goods.quantity
    return promised


def _fill_up(tasks: list[Task], available: int, step: int, promised: dict[str, int], covered: dict[str, int]) -> None:
    """To everybody what was promised; then handling unit by handling unit to whoever has the least of the need."""

    def served(i: int) -> tuple[float, int]:
        return (covered[tasks[i].need.code] + tasks[i].limit) / tasks[i].need.quantity, i

    kept = [min(task.most, promised[task.need.code]) // step * step for task in tasks]
    if sum(kept) > available:
        kept = [0] * len(tasks)
    for task, quantity in zip(tasks, kept, strict=True):
        task.limit = quantity
    left = available - sum(kept)
    least = [served(i) for i, task in enumerate(tasks) if task.limit < task.most]
    heapify(least)
    while least and left >= step:
        i = least[0][1]
        tasks[i].limit += step
        left -= step
        if tasks[i].limit < tasks[i].most:
            heapreplace(least, served(i))
        else:
            heappop(least)


def _as_before(state: State, previous: Plan, pasts: dict[str, _Past], own: int, keep: Collection[str]) -> None:
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
    promised = _promised(problem, pasts)
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


Part = tuple[str, datetime, int]
"""Vehicle, hand-over, quantity."""


def list_changes(situation: Situation, old: Plan, new: Plan) -> tuple[Message, ...]:
    """What became different, place by place: ``{place}: {change}``, one for each part that comes otherwise or not."""
    was, now = _handed_over(situation, old), _handed_over(situation, new)
    changes = []
    for place, code, item in sorted({*was, *now}):
        key = place, code, item
        changes += [
            Message("{place}: {change}", place=PlaceName(place), change=change)
            for change in _compared(situation, code, situation.item[item], was.get(key, []), now.get(key, []))
        ]
    return tuple(changes)


def _compared(situation: Situation, need: str, item: Item, before: list[Part], after: list[Part]) -> Iterator[Message]:
    """What a part is now instead of what was promised; then what does not come, and what comes besides."""
    zone = situation.operation.zone
    new_need = not before
    _, before, after = _paired(before, after, _alike)
    same_vehicle, before, after = _paired(before, after, lambda old, new: old[0] == new[0])
    others, before, after = _paired(before, after, lambda old, new: True)
    for (old_vehicle, planned, _), (vehicle, moment, _), quantity in (*same_vehicle, *others):
        facts = {**_goods(item, quantity), "need": need, "vehicle": vehicle}
        then, time = time_text(planned, zone), time_text(moment, zone)
        if vehicle == old_vehicle:
            yield Message(
                "{quantity} {item} ({need}) handed over {time} instead of {then}, with {vehicle} as planned",
                time=time,
                then=then,
                **facts,
            )
        else:
            yield Message(
                "{quantity} {item} ({need}) with {vehicle}, {time}, instead of {old}, {then}",
                time=time,
                then=then,
                old=old_vehicle,
                **facts,
            )
    if before:
        yield Message(
            "{quantity} {item} ({need}) less than planned; planned with {vehicles}",
            need=need,
            vehicles=", ".join(f"{vehicle} {time_text(moment, zone)}" for vehicle, moment, _ in before),
            **_goods(item, sum(quantity for *_, quantity in before)),
        )
    for vehicle, moment, quantity in after:
        facts = {**_goods(item, quantity), "need": need, "vehicle": vehicle, "time": time_text(moment, zone)}
        if new_need:
            yield Message("{quantity} {item} ({need}) added, with {vehicle}, {time}", **facts)
        else:
            yield Message("{quantity} {item} ({need}) more than planned: an extra part with {vehicle}, {time}", **facts)


def _goods(item: Item, quantity: int) -> dict[str, object]:
    return {"quantity": Quantity(quantity, item.unit), "item": ItemName(item.code)}


def _alike(old: Part, new: Part) -> bool:
    return old[0] == new[0] and abs(new[1] - old[1]) < timedelta(seconds=NOTABLE_S)


def _paired(
    before: list[Part], after: list[Part], match: Callable[[Part, Part], bool]
) -> tuple[list[tuple[Part, Part, int]], list[Part], list[Part]]:
    """``(old, new, quantity)`` of the parts that match, earliest first, and what is left of both sides."""
    pairs = []
    rest = {i: part[2] for i, part in enumerate(after)}
    left = []
    for old in before:
        quantity = old[2]
        for i, new in enumerate(after):
            both = min(quantity, rest[i])
            if both and match(old, new):
                pairs.append((old, new, both))
                quantity -= both
                rest[i] -= both
        if quantity:
            left.append((*old[:2], quantity))
    return pairs, left, [(*part[:2], rest[i]) for i, part in enumerate(after) if rest[i]]


def _handed_over(situation: Situation, plan: Plan) -> dict[tuple[str, str, str], list[Part]]:
    """
    By place, need and item; what is put down on the way is not handed over.

    A request that is gone counts where it was brought.
    """
    places = {need.code: need.place for need in needs(situation)}
    total: dict[tuple[str, str, str], dict[tuple[datetime, str], int]] = defaultdict(lambda: defaultdict(int))
    for journey in plan.journeys:
        for stop in journey.stops:
            moments = hand_overs(situation, stop)
            for goods in stop.unloads:
                if places.get(goods.need, stop.place) == stop.place:
                    key = stop.place, goods.need, goods.item
                    total[key][moments[goods.need], journey.vehicle] += goods.quantity
    return {
        key: [(vehicle, moment, quantity) for (moment, vehicle), quantity in sorted(parts.items())]
        for key, parts in total.items()
    }
