"""``replan``: what has left stays as it is, the rest changes as little as is worth it, and the changes are listed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime
from heapq import heapify, heappop, heapreplace
from itertools import chain

from karavan.domain.message import Message, PlaceName
from karavan.domain.plans import Journey, Plan, Share
from karavan.domain.situation import Situation
from karavan.domain.supply import loaded
from karavan.domain.value import deliveries
from karavan.planning.allocate import share_fairly
from karavan.planning.as_before import stand_as_before
from karavan.planning.budget import Budget, Progress, Stage
from karavan.planning.differences import list_changes
from karavan.planning.outcome import History
from karavan.planning.past import Past, aboard_of, past_of, promised_by, refuse_strangers, refuse_too_early
from karavan.planning.plan import Bounding, delivered, finish
from karavan.planning.problem import (
    Batch,
    Problem,
    Task,
    add_pool,
    bridge,
    chain_from,
    find_tasks,
    make_task,
)
from karavan.planning.search import Random, State, empty_state
from karavan.planning.stages import solve
from karavan.planning.standing import Standing
from karavan.planning.stranded import say_aboard, still_aboard
from karavan.planning.travel import FAR
from karavan.planning.under_way import bring_back, expiry_of, go_on, starts_of


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
    refuse_strangers(situation, previous, {*left, *keep})
    refuse_too_early(situation, previous, at, left)
    with Budget(rounds, limit_s, seeds=seeds, progress=progress) as budget:
        budget.enter(Stage.ROADS)
        pasts = {
            plate: past_of(situation, plate, [j for j in previous.journeys if j.vehicle == plate], at, left)
            for plate in dict.fromkeys(journey.vehicle for journey in previous.journeys)
        }
        state, history, shares = _state(situation, previous, pasts, at, keep)
        budget.weigh(state.problem, state)
        budget.enter(Stage.FIRST_PLAN)
        budget.enter(Stage.BOUND)
        bounding = Bounding(state.problem, budget, shares, _standing(state, pasts, at))
        bound = budget.bound = bounding.of_all()
        run = solve(state, Random(seed), budget.allowance(), budget.over, budget.built)
        bring_back(state)
        fields = {"seed": seed, "rounds": run, "replanned_at": at, "history": history}
        new = finish(situation, state, shares, bound, (), budget, **fields)
        new = replace(new, shared_bound_person_h=bounding.of_same_shares(delivered(situation, new)))
    stranded = [say_aboard(situation, new, goods) for goods in still_aboard(new)]
    return replace(new, changes=(*_cut_off(state), *stranded, *list_changes(situation, previous, new)))


def _standing(state: State, pasts: dict[str, Past], at: datetime) -> Standing:
    """Where everything is as the search begins."""
    problem = state.problem
    vehicle_of = {truck.plate: v for v, truck in enumerate(problem.vehicles)}
    item_of = {item.code: i for i, item in enumerate(problem.items)}
    aboard: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    given: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for plate, past in pasts.items():
        planned, rest = aboard_of(past)
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


def _state(
    situation: Situation, previous: Plan, pasts: dict[str, Past], at: datetime, keep: Collection[str]
) -> tuple[State, dict[int, History], tuple]:
    """The state to search from: history fixed, what is aboard on its way, the rest as it was planned."""
    stops = {p.under_way.stops[-1].place for p in pasts.values() if p.under_way} | {
        stop.place for p in pasts.values() if p.under_way for stop in p.ahead
    }
    problem = bridge(situation, extra_stops=sorted(stops))
    now = problem.network.second(at)
    history_journeys = [j for p in pasts.values() for j in (*p.journeys, *([p.under_way] if p.under_way else []))]
    _take_from_stock(problem, history_journeys, now)
    starts, out = starts_of(problem, pasts, now)
    for vehicle in out:
        problem.crews[vehicle] = problem.crews[vehicle].with_spans(())
    state = empty_state(problem)
    state.starts = starts
    history = go_on(state, pasts)
    _carry_on_from_points(state, history_journeys)
    own = len(problem.tasks)
    covered = _covered(problem, history_journeys)
    find_tasks(problem)
    for task in problem.tasks[own:]:
        _limit(problem, task, task.need.quantity - covered[task.need.code])
    shares = _share_the_rest(problem, own, pasts, covered, _stuck([pasts.get(problem.vehicles[v].plate) for v in out]))
    state.left = [*state.left, *(task.limit for task in problem.tasks[own:])]
    state.used = [*state.used, *[0] * (len(problem.pools) - len(state.used))]
    stand_as_before(state, previous, pasts, own, keep)
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
    expiry = expiry_of(problem)
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
    problem: Problem, own: int, pasts: dict[str, Past], covered: dict[str, int], stuck: dict[str, int]
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
    promised = promised_by(problem, pasts)
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


def _stuck(broken: Iterable[Past | None]) -> dict[str, int]:
    """What vehicles that are out of service have aboard, by need."""
    stuck: dict[str, int] = defaultdict(int)
    for past in broken:
        planned, rest = aboard_of(past) if past else ([], [])
        for code, parts in (*((code, parts) for _, code, parts in planned), *rest):
            stuck[code] += sum(part.quantity for part in parts)
    return stuck


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
