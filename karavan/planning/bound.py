"""What no plan can beat: relaxations of all but goods, roads and the fleet's days.

Whatever a plan does, (1) nothing is handed over before the goods can be there: the earliest arrival over the roads of
any vehicle that may carry them, with closures, gates, dark hours and convoy notice, but no crew's clock; (2) by any
moment no more of an item is handed over than has come in. A linear program chooses when each need is served at best
under these. (3) Every vehicle has only its own days: ``days.py``. Where that does not fit, the program has rows for
the fleet's hours instead: a vehicle of payload P that hands over masses m at places whose way out and back takes t
spends at least the sum of t m / P on it, since a trip is at least as long as its longest way and its masses add up to
P at most (the radial bound of Haimovich and Rinnooy Kan, 1985); the same with volumes; the last way back may be
missing.

In the middle of a plan what has been handed over has saved what it saved; the rest is asked from the moment on, from
where vehicles and goods are then, and by the linear program alone.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

import numpy as np

from karavan.domain.places import PlaceKind
from karavan.domain.units import HOUR_S
from karavan.planning.days import UNLIMITED_WORK, Asked, Source, fleet_saves
from karavan.planning.problem import CHANGE_KINDS, Pool, Problem
from karavan.planning.standing import Standing, at_the_start
from karavan.planning.travel import FAR, Network, PathLeg

__all__ = ["UNLIMITED_WORK", "earliest_arrivals", "lower_bound"]

MOST_VARIABLES = 20_000
MOST_BY_HOURS = 50_000
"""Needs x kinds of vehicles: with more the fleet's hours are left out, for they would take minutes."""
BUCKETS = 24
ANYHOW, ABOARD = -1, -2
"""Ways to serve a need that are no kind of vehicle."""


def lower_bound(
    problem: Problem,
    most: Mapping[str, float] | None = None,
    *,
    work: int = UNLIMITED_WORK,
    standing: Standing | None = None,
) -> float:
    """
    Weighted person-hours of waiting that every plan has at least.

    Parameters
    ----------
    most
        The largest share that is handed over of a need, by its code, where that is less than all of it: the bound then
        holds for the plans that keep to it.
    work
        How much may go into weighing each vehicle's days, which makes the bound higher; 0: nothing.
    standing
        Where a plan under way stands; the bound then holds for all that can be made of it. Days are not weighed.
    """
    stand = standing or at_the_start(problem)
    kinds = _kinds(problem)
    arrivals: dict[tuple, list[int]] = {}
    sources = _sources(problem, stand, arrivals)
    needs = _needs(problem, kinds, sources, arrivals, most or {})
    nothing = sum(need.weight * (problem.horizon_s - need.since_s) / HOUR_S for need in needs)
    given = [stand.given.get(need.code, ()) for need in problem.needs]
    left = nothing - sum(map(partial(_has_saved, problem), needs, given))
    served = [need for need in map(_rest, needs, given) if _can_be_served(problem, stand, need)]
    if not served:
        return max(0.0, left)
    in_days = fleet_saves(problem, served, sources, work) if standing is None else None
    by_hours = in_days is None and sum(len(need.kinds) for need in served) <= MOST_BY_HOURS
    saved = _most_saved(problem, stand, served, kinds if by_hours else [])
    return max(0.0, left - min(saved, saved if in_days is None else in_days))


def _can_be_served(problem: Problem, stand: Standing, need: Asked) -> bool:
    return need.earliest_s < problem.horizon_s and need.most > 0 and bool(need.kinds or need.item in stand.aboard)


def _has_saved(problem: Problem, need: Asked, given: tuple[tuple[int, int], ...]) -> float:
    """Person-hours that have been saved by what has been handed over."""
    saved, left = 0.0, need.quantity
    for moment_s, quantity in sorted(given):
        part = min(left, quantity)
        left -= part
        hours = (problem.horizon_s - max(need.since_s, min(moment_s, problem.horizon_s))) / HOUR_S
        saved += need.weight * part / need.quantity * hours
    return saved


def _rest(need: Asked, given: tuple[tuple[int, int], ...]) -> Asked:
    """The need as it is asked once that much has been handed over."""
    had = min(1.0, sum(quantity for _, quantity in given) / need.quantity)
    return replace(need, most=max(0.0, min(need.most, 1.0) - had)) if had else need


@dataclass(slots=True)
class _Kind:
    """Vehicles alike in everything that the relaxation knows."""

    vehicles: list[int]
    back_s: int = 0


def _all(problem: Problem, most: Mapping[str, float]) -> list[Asked]:
    item_number = {item.code: i for i, item in enumerate(problem.items)}
    result = []
    for need in problem.needs:
        since = problem.network.second(max(problem.situation.operation.start, need.raised_at))
        since = min(max(0, since), problem.horizon_s)
        place, item = problem.network.number[need.place], item_number[need.item]
        share = most.get(need.code, 1.0)
        result.append(Asked(need.people_weight, since, item, place, need.quantity, share, FAR, {}))
    return result


def _needs(
    problem: Problem,
    kinds: list[_Kind],
    sources: dict[int, Source],
    arrivals: dict[tuple, list[int]],
    most: Mapping[str, float],
) -> list[Asked]:
    """All needs with their earliest hand-over and the kinds of vehicles that could bring them on the last stretch."""
    asked = _all(problem, most)
    ends = {home for homes in problem.homes for home in homes}.union(*(source.loading for source in sources.values()))
    # Place by place: driving times between all places and all ends would fill gigabytes.
    for place, group in groupby(sorted(asked, key=lambda need: need.place), key=lambda need: need.place):
        near = _Near(problem.network, place, sorted(ends))
        for need in group:
            source = sources[need.item]
            if not source.ready:
                continue
            need.earliest_s = _put_down(problem, need, source, place, arrivals)
            for number, kind in enumerate(kinds):
                if kind.vehicles[0] in source.carriers:
                    work = _work(problem, kind, need, source.loading, near)
                    if work is not None:
                        need.kinds[number] = work
    return asked


class _Near:
    """Driving seconds between a place and where vehicles load or live; ``FAR``: no way."""

    def __init__(self, network: Network, place: int, ends: list[int]) -> None:
        self.place = place
        self._network, self._ends = network, [end for end in ends if end in network.stop_at]
        self._ways: dict[int, tuple[dict[int, int], dict[int, int]]] = {}

    def ways(self, profile: int) -> tuple[dict[int, int], dict[int, int]]:
        """From each end and to it."""
        if profile not in self._ways:
            time = self._network.core.time
            self._ways[profile] = (
                {end: time(profile, end, self.place) for end in self._ends},
                {end: time(profile, self.place, end) for end in self._ends},
            )
        return self._ways[profile]


def _kinds(problem: Problem) -> list[_Kind]:
    groups: dict[object, _Kind] = {}
    for v, truck in enumerate(problem.vehicles):
        key = (
            problem.network.profile_of[v],
            truck.payload_g,
            truck.compartments_cm3,
            truck.closed_body,
            truck.item_classes,
            problem.crews[v].spans,
        )
        groups.setdefault(key, _Kind([])).vehicles.append(v)
    return list(groups.values())


def _sources(problem: Problem, stand: Standing, arrivals: dict[tuple, list[int]]) -> dict[int, Source]:
    """For each item that is needed, where it can be loaded."""
    result = {}
    network, places = problem.network, problem.situation.places
    points = {i for i in network.stops if places[i].kind in (*CHANGE_KINDS, PlaceKind.BAKERY)}
    item_number = {item.code: i for i, item in enumerate(problem.items)}
    for item in sorted({item_number[need.item] for need in problem.needs}):
        aboard = stand.aboard.get(item, {})
        able = [v for v in range(len(problem.vehicles)) if problem.fits(v, item) or v in aboard]
        carriers = [v for v in able if problem.crews[v].spans]
        pools = [pool for pool in problem.pools if pool.item == item and _is_there(pool)]
        moments = [(pool.place, _ready(problem, stand, pool, carriers, arrivals)) for pool in pools]
        moments += [stand.starts[v] for v in carriers if v in aboard]
        result[item] = Source(
            carriers=frozenset(carriers),
            profiles=tuple(sorted({network.profile_of[v] for v in carriers})),
            ready=[(place, ready) for place, ready in moments if ready < problem.horizon_s],
            loading=points | {pool.place for pool in pools},
        )
    return result


def _is_there(pool: Pool) -> bool:
    """Whether goods lie there whatever is planned, and not only if some vehicle brings them."""
    return pool.need is None or bool(pool.put_down)


def _ready(problem: Problem, stand: Standing, pool: Pool, carriers: list[int], arrivals: dict[tuple, list[int]]) -> int:
    """The earliest moment at which any carrier can leave the pool with a handling unit; ``FAR``: never."""
    network, item = problem.network, problem.items[pool.item]
    come = FAR
    for v in carriers:
        place, moment_s = stand.starts[v]
        begin = (place, (network.profile_of[v],), moment_s)
        if begin not in arrivals:
            arrivals[begin] = earliest_arrivals(network, *begin)
        come = min(come, arrivals[begin][pool.place])
    ready = max(come, min((batch.available_s for batch in pool.batches if batch.quantity), default=FAR))
    if ready >= problem.horizon_s:
        return FAR
    return ready + problem.situation.handling_s(problem.situation.places[pool.place].code, item.step * item.mass_g)


def _put_down(problem: Problem, need: Asked, source: Source, place: int, arrivals: dict[tuple, list[int]]) -> int:
    """The earliest moment at which anything of the need can be handed over, by any relay of vehicles."""
    arrive = FAR
    for store, ready in source.ready:
        key = (store, source.profiles, ready)
        if key not in arrivals:
            arrivals[key] = earliest_arrivals(problem.network, *key)
        arrive = min(arrive, arrivals[key][place])
    item = problem.items[need.item]
    handling = problem.situation.handling_s(problem.situation.places[place].code, item.step * item.mass_g)
    opening = problem.opening[place]
    if opening is not None:
        fitting = [max(arrive, a) for a, b in opening if max(arrive, a) + handling <= b]
        arrive = min(fitting, default=FAR)
    return arrive + handling


def earliest_arrivals(network: Network, origin: int, profiles: tuple[int, ...], start: int) -> list[int]:
    """Earliest arrival at every place when each road may be driven by the fastest of ``profiles`` that may use it."""
    best = [FAR] * len(network.situation.places)
    best[origin] = start
    if network.straight:
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra

        tables = [np.array([list(row) for row in network.times[p]], float) for p in profiles]
        times = np.minimum.reduce(tables)
        # Rows are estimates of legs that are rounded up one by one; a second less keeps the bound safe.
        joined = csr_array(np.where(times < FAR, np.maximum(times - 1, 0.001), 0.0))
        row = dijkstra(joined, indices=network.stop_at[origin])
        for place, column in network.stop_at.items():
            best[place] = int(min(start + row[column], FAR))
        return best
    ways = network.ways(profiles)
    heap = [(start, origin)]
    while heap:
        now, here = heapq.heappop(heap)
        if now > best[here]:
            continue
        for leg in ways[here]:
            arrive = _arrival(network, leg, now)
            if arrive < best[leg.destination]:
                best[leg.destination] = arrive
                heapq.heappush(heap, (arrive, leg.destination))
    return best


def _arrival(network: Network, leg: PathLeg, now: int) -> int:
    soonest = network.convoys_from if network.roads[leg.road].convoy_only else 0
    for a, b in network.windows[leg.road]:
        depart = max(now, a, soonest)
        if depart + leg.drive_s <= b:
            return depart + leg.drive_s
    return FAR


def _work(problem: Problem, kind: _Kind, need: Asked, loading: set[int], near: _Near) -> tuple[float, float] | None:
    """Seconds of one such vehicle's work for the whole need, by mass and by volume; ``None``: it cannot come."""
    vehicle = kind.vehicles[0]
    truck, places, place = problem.vehicles[vehicle], problem.situation.places, near.place
    item = problem.items[need.item]
    there, away = near.ways(problem.network.profile_of[vehicle])
    loading = loading - {place}
    ends = [end for end in loading if truck.may_stop(places[end])]
    out = min((there[end] for end in ends), default=FAR)
    homes = {home for v in kind.vehicles for home in problem.homes[v]}
    home = min((away[h] for h in homes), default=FAR)
    back = min([home, *(away[end] for end in ends)])
    if not truck.may_stop(places[place]) or out >= FAR or back >= FAR:
        return None
    kind.back_s = max(kind.back_s, back)
    default = problem.situation.operation.rules.handling_g_per_h
    fastest = max(places[i].handling_g_per_h or default for i in loading)
    fixed = min(places[i].handling_fixed_s for i in loading) + places[place].handling_fixed_s
    handling = item.mass_g * (HOUR_S / fastest + HOUR_S / (places[place].handling_g_per_h or default))
    cycle = out + back + fixed
    by_mass = cycle * item.mass_g / truck.payload_g
    by_volume = cycle * item.volume_cm3 / truck.volume_cm3
    return need.quantity * (by_mass + handling), need.quantity * (by_volume + handling)


def _most_saved(problem: Problem, stand: Standing, needs: list[Asked], kinds: list[_Kind]) -> float:
    """The optimum of the linear program: the most person-hours that serving the needs can save; no kinds: no fleet."""
    # Loading it takes longer than the first plan of a small situation.
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    ways = {id(need): _ways(stand, need, kinds) for need in needs}
    per_bucket = sum(map(len, ways.values()))
    buckets = max(1, min(BUCKETS, MOST_VARIABLES // max(1, per_bucket)))
    first = min(need.earliest_s for need in needs)
    marks = [first + (problem.horizon_s - first) * k // buckets for k in range(buckets + 1)]
    columns: list[tuple[int, int, tuple[float, float], int]] = []
    saved: list[float] = []
    for n, need in enumerate(needs):
        for k in range(buckets):
            if marks[k + 1] > need.earliest_s:
                hours = (problem.horizon_s - max(marks[k], need.earliest_s, need.since_s)) / HOUR_S
                columns += [(n, c, work, k) for c, work in ways[id(need)]]
                saved += [need.weight * max(0.0, hours)] * len(ways[id(need)])
    entries: list[tuple[int, int, float]] = [(n, j, 1.0) for j, (n, *_) in enumerate(columns)]
    limits = [need.most for need in needs]
    items = sorted({need.item for need in needs})
    row_of: dict[tuple, int] = {}
    for k in range(buckets):
        for item in items:
            row_of["item", item, k] = len(limits)
            limits.append(_supply(problem, stand, item, marks[k + 1]))
        for c, kind in enumerate(kinds):
            for measure in (0, 1):
                row_of[measure, c, k] = len(limits)
                limits.append(_hours(problem, stand, kind, marks[k + 1]))
    for item in items:
        row_of["aboard", item] = len(limits)
        limits.append(float(sum(stand.aboard.get(item, {}).values())))
    for j, (n, c, work, b) in enumerate(columns):
        need = needs[n]
        if c == ABOARD:
            entries.append((row_of["aboard", need.item], j, float(need.quantity)))
        for k in range(b, buckets):
            entries.append((row_of["item", need.item, k], j, float(need.quantity)))
            if c >= 0:
                entries += [(row_of[measure, c, k], j, work[measure]) for measure in (0, 1)]
    row, column, value = zip(*entries, strict=True)
    matrix = csr_array((value, (row, column)), shape=(len(limits), len(columns)))
    result = linprog(-np.array(saved), A_ub=matrix, b_ub=limits, bounds=(0, None), method="highs")
    if not result.success:
        # Without an optimum only the hours before the earliest hand-over are certain.
        return sum(n.weight * n.most * max(0, problem.horizon_s - max(n.earliest_s, n.since_s)) / HOUR_S for n in needs)
    return -float(result.fun) * (1 + 1e-9)


def _ways(stand: Standing, need: Asked, kinds: list[_Kind]) -> list[tuple[int, tuple[float, float]]]:
    """How the need may be served: by which kind of vehicle, or from what is aboard, and what work that is."""
    if not kinds:
        return [(ANYHOW, (0.0, 0.0))]
    return [*need.kinds.items(), *([(ABOARD, (0.0, 0.0))] if need.item in stand.aboard else [])]


def _supply(problem: Problem, stand: Standing, item: int, until: int) -> float:
    lying = sum(
        batch.quantity
        for pool in problem.pools
        if pool.item == item and _is_there(pool)
        for batch in (pool.batches if pool.need is None else pool.put_down)
        if batch.available_s <= until
    )
    return float(lying + sum(stand.aboard.get(item, {}).values()))


def _hours(problem: Problem, stand: Standing, kind: _Kind, until: int) -> float:
    """Seconds that the vehicles of a kind can have worked by ``until``, with one way back that need not be driven."""
    spans = problem.crews[kind.vehicles[0]].spans
    worked = sum(max(0, min(b, until) - max(a, stand.now_s)) for a, b in spans)
    return float(len(kind.vehicles) * (worked + kind.back_s))
