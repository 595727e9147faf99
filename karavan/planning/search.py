"""The search: build a plan by best insertion, then ruin a part of it and recreate it, many times over.

After Christiaens and Vanden Berghe, "Slack induction by string removals" (2020): strings of visits near each other are
taken out of several vehicles and put back where they gain most; a worse plan is accepted while the temperature allows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from heapq import nsmallest
from random import Random
from typing import NamedTuple

import numpy as np

from karavan.domain.plans import Handling
from karavan.domain.units import HOUR_S
from karavan.planning.loading import added, empty, room_for
from karavan.planning.problem import Problem
from karavan.planning.schedule import NOTHING, Aim, Draw, Schedule, Scheduler, Start, Trip, haste, make_trip
from karavan.planning.travel import Clock, Slot

NEAR = 16
TRIED = 3
LATEST_TRIPS = 3
ABSENT_TRIED = 6
BLINK = 0.02
SMALLER = (2, 4, 8)
MEAN_REMOVED = 10
LONGEST_STRING = 8
FORBIDDEN = 1_000_000
NOTABLE_S = 1_800
"""A hand-over that moves by less is not a change: nobody has to be told."""


class Place(NamedTuple):
    """
    Where a task could go: into ``trip`` of ``vehicle`` before ``position``; a new trip from ``source`` if that is >= 0.

    ``cost`` comes first, so that places sort by it: an estimate of person-hours lost, less those gained.
    """

    cost: float
    vehicle: int
    trip: int
    position: int
    source: int = -1


@dataclass(frozen=True, slots=True)
class Spot:
    """
    Behind a stop of a committed trip: where another visit may go.

    Attributes
    ----------
    position
        In the trip's visits.
    after
        Person-hours that an hour of delay here costs all who come later.
    """

    trip: int
    place: int
    following: int
    end: int
    position: int
    after: float


@dataclass(frozen=True, slots=True)
class Room:
    """What a committed trip has left, roughly: compartments are looked at when it is tried."""

    source: int
    mass_g: int
    volume_cm3: int
    after: float


@dataclass(slots=True)
class State:
    """
    The plan being built.

    Attributes
    ----------
    fixed
        Leading trips of each vehicle that may not be changed: dispatched, or feeding a later stage.
    left
        What of each task is not carried yet.
    used
        What of each pool is taken.
    visitors
        Vehicles that visit each place.
    aboard
        For a dispatched vehicle the exact goods of each visit of its first trip, which is loaded already.
    before, change_cost
        When planning again: for each need the vehicles that brought it in the plan before and when each did, and what
        it costs to bring it with another one, or at another hour.
    promised
        By task what the plan before would bring: to bring less costs a change too.
    """

    problem: Problem
    scheduler: Scheduler
    trips: list[list[Trip]]
    times: list[Schedule]
    fixed: list[int]
    left: list[int]
    used: list[int]
    visitors: dict[int, dict[int, int]] = field(default_factory=dict)
    aboard: dict[int, tuple[tuple[Handling, ...], ...]] = field(default_factory=dict)
    before: dict[str, dict[int, list[int]]] = field(default_factory=dict)
    change_cost: float = 0.0
    promised: dict[int, int] = field(default_factory=dict)
    spots: list[list[Spot]] = field(default_factory=list)
    rooms: list[list[Room]] = field(default_factory=list)

    @property
    def value(self) -> float:
        """Weighted person-hours gained over delivering nothing, less cost, lone convoys and changes."""
        short = self.short_convoys()
        return (
            sum(times.gain for times in self.times)
            - (short * self.convoy_penalty if short else 0.0)
            - sum(self.changed(v, self.trips[v], times) for v, times in enumerate(self.times))
            - self.change_cost * sum(not self.keeps_promise(task) for task in self.promised)
        )

    @property
    def on_the_way(self) -> float:
        """What ``value`` holds for goods that are put down to change vehicles: nobody has them yet."""
        tasks = self.problem.tasks
        if all(task.final for task in tasks):
            return 0.0
        return sum(
            self.scheduler.value(tasks[task], quantity, moment)
            for trips, times in zip(self.trips, self.times, strict=True)
            for trip, part in zip(trips, times.trips, strict=True)
            for stop in part.stops
            for task, quantity, moment in self.scheduler.hand_overs(stop, trip.visits[stop.first : stop.last])
            if not tasks[task].final
        )

    @property
    def convoy_penalty(self) -> float:
        hours = self.problem.horizon_s / HOUR_S
        return 0.03 * hours * sum(task.unit_weight * task.limit for task in self.problem.tasks) + 1.0

    def changed(self, vehicle: int, trips: list[Trip], times: Schedule) -> float:
        """What it costs that these trips bring what others brought in the plan before, or bring it at another hour."""
        if not self.before:
            return 0.0
        tasks = self.problem.tasks
        count = 0
        for trip, part in zip(trips, times.trips, strict=True):
            for stop in part.stops if trip.source >= 0 else ():
                for task, _ in trip.visits[stop.first : stop.last]:
                    known = self.before.get(tasks[task].need.code)
                    if known is not None:
                        count += all(abs(stop.end - second) >= NOTABLE_S for second in known.get(vehicle, ()))
        return self.change_cost * count

    def keeps_promise(self, task: int, more: int = 0) -> bool:
        """Whether the task brings what the plan before would have, ``more`` with it."""
        carried = self.problem.tasks[task].limit - self.left[task]
        return carried + more >= self.promised.get(task, 0)

    def short_convoys(self) -> int:
        """Vehicles that convoys still lack to the smallest size allowed."""
        least = self.problem.situation.operation.rules.convoy_min
        if least <= 1:
            return 0
        return sum(least - n for n in self.scheduler.taken.values() if 0 < n < least)

    def commit(self, vehicle: int, trips: list[Trip], times: Schedule) -> None:
        """The only writer: replace a vehicle's trips and everything that is counted from them."""
        self._count(vehicle, -1)
        self.trips[vehicle], self.times[vehicle] = trips, times
        self._count(vehicle, +1)
        self._survey(vehicle)

    def release(self, vehicle: int) -> None:
        """Take the vehicle out of its convoy slots while it is being rescheduled; :meth:`restore` puts it back."""
        for slot in self.times[vehicle].slots:
            self.scheduler.taken[slot] -= 1

    def restore(self, vehicle: int) -> None:
        for slot in self.times[vehicle].slots:
            self.scheduler.taken[slot] = self.scheduler.taken.get(slot, 0) + 1

    def schedule(self, vehicle: int, trips: list[Trip], first: int) -> Schedule | None:
        """The trips by the clock, with everybody else where they are."""
        if not trips and self.scheduler.starts[vehicle].place in self.problem.homes[vehicle]:
            return NOTHING
        self.release(vehicle)
        times = self.scheduler.schedule(vehicle, trips, self.times[vehicle], first)
        self.restore(vehicle)
        return times

    def _survey(self, vehicle: int) -> None:
        """Note where the vehicle's trips could take more, from the last stop back to the first."""
        problem, trips = self.problem, self.trips[vehicle]
        truck = problem.vehicles[vehicle]
        spots: list[Spot] = []
        rooms: list[Room] = []
        after = 0.0
        for k in range(len(trips) - 1, -1, -1):
            trip, stops = trips[k], self.times[vehicle].trips[k].stops
            volume = truck.volume_cm3
            following = -1
            for stop in reversed(stops):
                spots.append(Spot(k, stop.place, following, stop.end, stop.last, after))
                for task, quantity in trip.visits[stop.first : stop.last]:
                    goods = problem.tasks[task]
                    after += goods.unit_weight * quantity
                    volume -= problem.items[goods.item].volume_cm3 * quantity
                following = stop.place
            rooms.append(Room(trip.source, truck.payload_g - trip.packing.mass_g, volume, after))
        self.spots[vehicle], self.rooms[vehicle] = spots, rooms[::-1]

    def _count(self, vehicle: int, sign: int) -> None:
        scheduler, tasks = self.scheduler, self.problem.tasks
        for slot in self.times[vehicle].slots:
            scheduler.taken[slot] = scheduler.taken.get(slot, 0) + sign
        for trip in self.trips[vehicle]:
            for task, quantity in trip.visits:
                self.left[task] -= sign * quantity
                if trip.source >= 0:
                    self.used[tasks[task].pools[trip.source]] += sign * quantity
                here = self.visitors.setdefault(tasks[task].place, {})
                here[vehicle] = here.get(vehicle, 0) + sign
                if not here[vehicle]:
                    del here[vehicle]
        for part in self.times[vehicle].trips:
            for pool, draw in part.draws:
                if not self.problem.pools[pool].simple:
                    draws = scheduler.draws.setdefault(pool, {}).setdefault(vehicle, [])
                    _toggle(draws, draw, sign)


def _toggle(draws: list[Draw], draw: Draw, sign: int) -> None:
    if sign > 0:
        draws.append(draw)
    else:
        draws.remove(draw)


def empty_state(problem: Problem, aim: Aim) -> State:
    """No trip yet; every vehicle at home, free from the moment its crew works."""
    starts = []
    for vehicle, truck in enumerate(problem.vehicles):
        spans = problem.crews[vehicle].spans
        soiled = 0
        if truck.previous_load and truck.cleaned_on is None:
            soiled = 1 << problem.classes.index(truck.previous_load)
        held = (soiled,) * len(truck.compartments_cm3)
        starts.append(Start(Clock(spans[0][0] if spans else 0), problem.homes[vehicle][0], held))
    count = len(problem.vehicles)
    return State(
        problem=problem,
        scheduler=Scheduler(problem, aim, starts),
        trips=[[] for _ in range(count)],
        times=[NOTHING] * count,
        fixed=[0] * count,
        left=[task.limit for task in problem.tasks],
        used=[0] * len(problem.pools),
        spots=[[] for _ in range(count)],
        rooms=[[] for _ in range(count)],
    )


class Search:
    """
    Improves a state in place.

    Parameters
    ----------
    state
        Where to start; it is completed by best insertion first.
    random
        The only source of chance.
    """

    def __init__(self, state: State, random: Random) -> None:
        self.state = state
        self.random = random
        self.problem = state.problem
        self._alone_costs = True
        self._near: dict[int, list[int]] = {}
        self._capacities: dict[tuple[int, int], int] = {}
        kinds: dict[object, int] = {}
        self._twin = [
            kinds.setdefault((replace(truck, plate="", driver="", phone=""), repr(state.scheduler.starts[v])), v)
            for v, truck in enumerate(self.problem.vehicles)
        ]
        self._step = [self.problem.items[task.item].step for task in self.problem.tasks]
        self._task_at: dict[int, list[int]] = {}
        for number, task in enumerate(self.problem.tasks):
            self._task_at.setdefault(task.place, []).append(number)

    def build(self, late: Callable[[], bool] = lambda: False) -> None:
        """
        Put every task in, those first whose waiting weighs most for the time they take.

        The first vehicle on a road for convoys is alone there: that is not held against it until all are in.
        """
        tasks = self.problem.tasks
        self._alone_costs = False
        for task in sorted(range(len(tasks)), key=lambda t: (-tasks[t].unit_weight * tasks[t].limit, t)):
            if late():
                break
            self.insert(task)
        self._alone_costs = True
        mend_convoys(self.state, self)

    def rounds(self, done: Callable[[int], float], progress: Callable[[int, float], None]) -> int:
        """
        Ruin and recreate until ``done(round)``, the share of the budget that is spent, reaches 1.

        ``progress`` gets the best value so far without what is only on its way, which may go down a little.
        A plan with a convoy below its smallest size is a step on the way and never the best: mending it could cost more
        than all that was gained.

        Returns
        -------
        int
            Rounds run. The state is then the best that was seen.
        """
        state = self.state
        value = state.value
        best = -math.inf if state.short_convoys() else value
        said = best - state.on_the_way
        kept = self._copy()
        scale = self._temperature()
        number = 0
        try:
            while (share := done(number)) < 1.0:
                number += 1
                temperature = scale * 0.01**share
                undo = self._ruin()
                self._recreate(undo)
                new = state.value
                if new > value + temperature * math.log(self.random.random() or 1e-12):
                    value = new
                    if new > best + 1e-9 and not state.short_convoys():
                        best, kept = new, self._copy()
                        said = best - state.on_the_way
                else:
                    for vehicle, (trips, times) in undo.items():
                        state.commit(vehicle, trips, times)
                progress(number, said)
        finally:
            for vehicle, (trips, times) in enumerate(kept):
                if state.trips[vehicle] is not trips:
                    state.commit(vehicle, trips, times)
        return number

    def insert(self, task: int, undo: dict[int, tuple[list[Trip], Schedule]] | None = None) -> None:
        """Put what is left of a task where it gains most, in as many parts as it takes; the rest stays out."""
        state = self.state
        while state.left[task] >= self._step[task]:
            best = self._best(task)
            for parts in SMALLER if best is None and undo is None else ():
                best = best or self._best(task, parts)
            if best is None:
                return
            _, vehicle, trips, times = best
            if undo is not None:
                undo.setdefault(vehicle, (state.trips[vehicle], state.times[vehicle]))
            state.commit(vehicle, trips, times)

    def _best(self, task: int, parts: int = 1) -> tuple[float, int, list[Trip], Schedule] | None:
        best = None
        for place in self._places(task):
            found = self._try(task, place, parts)
            if found is not None and found[0] > 0 and (best is None or found[0] > best[0]):
                best = found
        return best

    def _copy(self) -> list[tuple[list[Trip], Schedule]]:
        return list(zip(self.state.trips, self.state.times, strict=True))

    def _temperature(self) -> float:
        """A tenth of what one visit gains on the mean: relative to the instance."""
        visits = sum(len(trip.visits) for trips in self.state.trips for trip in trips)
        gain = sum(times.gain for times in self.state.times)
        return 0.02 * max(gain, 1.0) / max(1, visits)

    def _neighbours(self, place: int) -> list[int]:
        """Places with tasks, nearest first by the quickest profile, ``place`` itself first."""
        found = self._near.get(place)
        if found is None:
            at = self.problem.network.stop_at
            rows = [np.frombuffer(table[at[place]], np.intc) for table in self.problem.network.times]
            quickest = np.minimum.reduce(rows)[[at[p] for p in self._task_at]].tolist()
            order = sorted((p != place, drive_s, p) for p, drive_s in zip(self._task_at, quickest, strict=True))
            found = self._near[place] = [p for *_, p in order]
        return found

    def _ruin(self) -> dict[int, tuple[list[Trip], Schedule]]:
        """Take strings of visits out of vehicles around a random task; returns what is needed to undo it."""
        state, random = self.state, self.random
        seed = random.randrange(len(self.problem.tasks))
        wanted = random.randint(1, 2 * MEAN_REMOVED)
        undo: dict[int, tuple[list[Trip], Schedule]] = {}
        for place in self._neighbours(self.problem.tasks[seed].place):
            for vehicle in sorted(state.visitors.get(place, ())):
                if vehicle in undo or wanted <= 0:
                    continue
                cut = self._cut(vehicle, place)
                if cut is None:
                    continue
                trips, first, removed = cut
                times = state.schedule(vehicle, trips, first)
                if times is None:
                    continue
                undo[vehicle] = (state.trips[vehicle], state.times[vehicle])
                state.commit(vehicle, trips, times)
                wanted -= removed
            if wanted <= 0:
                break
        return undo

    def _cut(self, vehicle: int, place: int) -> tuple[list[Trip], int, int] | None:
        """The vehicle's trips without a random string of visits around ``place``, now and then without a whole trip."""
        state, random, tasks = self.state, self.random, self.problem.tasks
        trips = state.trips[vehicle]
        spots = [
            (k, i)
            for k in range(state.fixed[vehicle], len(trips))
            for i, (task, _) in enumerate(trips[k].visits)
            if tasks[task].place == place
        ]
        if not spots:
            return None
        k, i = spots[random.randrange(len(spots))]
        visits = trips[k].visits
        length = len(visits) if random.random() < 0.15 else random.randint(1, min(len(visits), LONGEST_STRING))
        first = random.randint(max(0, i - length + 1), min(i, len(visits) - length))
        rest = visits[:first] + visits[first + length :]
        shorter = make_trip(self.problem, vehicle, trips[k].source, rest) if rest else None
        if rest and shorter is None:
            return None
        return [*trips[:k], *([shorter] if shorter else []), *trips[k + 1 :]], k, length

    def _recreate(self, undo: dict[int, tuple[list[Trip], Schedule]]) -> None:
        state, random, tasks = self.state, self.random, self.problem.tasks
        removed = {task for trips, _ in undo.values() for trip in trips for task, _ in trip.visits}
        waiting = [t for t in range(len(tasks)) if state.left[t] >= self._step[t]]
        absent = [t for t in waiting if t in removed]
        others = [t for t in waiting if t not in removed]
        absent += random.sample(others, min(len(others), ABSENT_TRIED))
        way = random.random()
        random.shuffle(absent)
        if way < 0.4:
            absent.sort(key=lambda t: -tasks[t].unit_weight * state.left[t])
        elif way < 0.6:
            absent.sort(key=lambda t: tasks[t].place)
        for task in absent:
            self.insert(task, undo)

    def _places(self, task: int) -> list[Place]:
        """Where the task could go: the most promising places by a quick estimate."""
        return nsmallest(TRIED, (p for p in self._positions(task) if self.random.random() >= BLINK))

    def _positions(self, task: int) -> Iterator[Place]:
        state, problem = self.state, self.problem
        goods = problem.tasks[task]
        step = problem.items[goods.item].step
        sources = [place for place, pool in goods.pools.items() if problem.pools[pool].total - state.used[pool] >= step]
        if not sources:
            return
        near = {p for p in self._neighbours(goods.place)[:NEAR] if p in state.visitors}
        close = {v for place in near for v in state.visitors[place]} & goods.vehicles
        idle = set()
        for vehicle in sorted(goods.vehicles - problem.barred):
            if vehicle in close:
                yield from self._inside(task, vehicle, sources, near)
            elif not state.trips[vehicle]:
                twin = self._twin[vehicle]
                if twin in idle:
                    continue
                idle.add(twin)
            yield from self._new_trips(task, vehicle, sources, LATEST_TRIPS if vehicle in close else 0)

    def _inside(self, task: int, vehicle: int, sources: list[int], near: set[int]) -> Iterator[Place]:
        """Positions in the vehicle's trips beside visits near the task."""
        state, problem = self.state, self.problem
        goods = problem.tasks[task]
        item = problem.items[goods.item]
        travel = problem.network.times[problem.network.profile_of[vehicle]]
        at = problem.network.stop_at
        here = at[goods.place]
        left, value = state.left[task], state.scheduler.value
        rooms, fixed = state.rooms[vehicle], state.fixed[vehicle]
        horizon, price = problem.horizon_s, state.scheduler.hourly_price(vehicle)
        hourly = state.scheduler.aim.hours
        for spot in state.spots[vehicle]:
            if spot.trip < fixed or (spot.place not in near and spot.following not in near):
                continue
            room = rooms[spot.trip]
            if room.source not in sources or vehicle not in goods.carriers[room.source]:
                continue
            fits = min(left, room.mass_g // item.mass_g if item.mass_g else left)
            if item.volume_cm3:
                fits = min(fits, room.volume_cm3 // item.volume_cm3)
            if fits < item.step:
                continue
            row = travel[at[spot.place]]
            out = delay = row[here]
            if spot.following >= 0:
                delay += travel[here][at[spot.following]] - row[at[spot.following]]
            if spot.end + out < horizon:
                gain = value(goods, fits, spot.end + out) - (spot.after * hourly + price) * delay / HOUR_S
                yield Place(-gain, vehicle, spot.trip, spot.position)

    def _new_trips(self, task: int, vehicle: int, sources: list[int], latest: int) -> Iterator[Place]:
        """A trip of its own, last or before one of the ``latest``, from the nearest places that have the goods."""
        state, problem = self.state, self.problem
        goods = problem.tasks[task]
        travel = problem.network.times[problem.network.profile_of[vehicle]]
        at = problem.network.stop_at
        most = min(state.left[task], self._capacity(vehicle, goods.item))
        if not most:
            return
        here = at[goods.place]
        able = [
            (at[source], travel[at[source]][here], source) for source in sources if vehicle in goods.carriers[source]
        ]
        trips, times, rooms = state.trips[vehicle], state.times[vehicle], state.rooms[vehicle]
        scheduler, horizon = state.scheduler, problem.horizon_s
        price = scheduler.hourly_price(vehicle)
        fixed = scheduler.cost_weight * problem.vehicles[vehicle].cost_fixed
        for k in range(max(state.fixed[vehicle], len(trips) - latest), len(trips) + 1):
            start = times.trips[k - 1] if k else scheduler.starts[vehicle]
            row = travel[at[start.place]]
            ways = [(row[there] + out, source) for there, out, source in able]
            for way, source in sorted(ways)[:2] if k == len(trips) else [min(ways)] if ways else []:
                arrive = start.clock.time + way
                if arrive >= horizon:
                    continue
                gain = scheduler.value(goods, most, arrive) - price * way / HOUR_S - fixed
                if k < len(trips) and trips[k].source >= 0:
                    back = way + travel[here][at[trips[k].source]]
                    gain -= rooms[k].after * back / HOUR_S * scheduler.aim.hours
                yield Place(-gain, vehicle, k, 0, source)

    def _capacity(self, vehicle: int, item: int) -> int:
        """The most of an item that the empty vehicle takes."""
        key = (self._twin[vehicle], item)
        found = self._capacities.get(key)
        if found is None:
            found = room_for(self.problem, vehicle, empty(self.problem, vehicle), item, 10**12)
            self._capacities[key] = found
        return found

    def _try(self, task: int, place: Place, parts: int = 1) -> tuple[float, int, list[Trip], Schedule] | None:
        """Insert exactly, of what fits one of ``parts``; ``(gain, vehicle, trips, schedule)``."""
        state, problem = self.state, self.problem
        vehicle = place.vehicle
        trips = state.trips[vehicle]
        old = Trip(place.source, (), empty(problem, vehicle)) if place.source >= 0 else trips[place.trip]
        best = None
        for most in self._quantities(task, vehicle, old, place):
            quantity = most // parts // self._step[task] * self._step[task]
            trip = self._grown(task, quantity, vehicle, old, place.position) if quantity else None
            if trip is None:
                continue
            rest = trips[place.trip :] if place.source >= 0 else trips[place.trip + 1 :]
            changed = [*trips[: place.trip], trip, *rest]
            times = state.schedule(vehicle, changed, place.trip)
            if times is None:
                continue
            gain = times.gain - state.times[vehicle].gain - self._penalty(vehicle, times, changed)
            if state.promised and state.keeps_promise(task, quantity) and not state.keeps_promise(task):
                gain += state.change_cost
            if best is None or gain > best[0]:
                best = (gain, vehicle, changed, times)
        return best

    def _penalty(self, vehicle: int, times: Schedule, trips: list[Trip]) -> float:
        state = self.state
        penalty = state.changed(vehicle, trips, times) - state.changed(
            vehicle, state.trips[vehicle], state.times[vehicle]
        )
        least = self.problem.situation.operation.rules.convoy_min
        if least > 1 and self._alone_costs:
            taken, own = state.scheduler.taken, state.times[vehicle].slots
            lonely = sum(taken.get(slot, 0) - (slot in own) + 1 < least for slot in times.slots)
            if lonely:
                penalty += 0.5 * state.convoy_penalty * lonely
        return penalty

    def _quantities(self, task: int, vehicle: int, old: Trip, place: Place) -> list[int]:
        """As much as fits; where the pool fills over time, also what is there when the vehicle could load."""
        state, problem = self.state, self.problem
        goods = problem.tasks[task]
        number = goods.pools[old.source]
        pool = problem.pools[number]
        step = self._step[task]
        wanted = min(state.left[task], (pool.total - state.used[number]) // step * step)
        most = room_for(problem, vehicle, old.packing, goods.item, wanted)
        if not most or pool.simple:
            return [most] if most else []
        times = state.times[vehicle]
        begin = times.trips[place.trip - 1] if place.trip else state.scheduler.starts[vehicle]
        there = sum(b.quantity // step * step for b in pool.batches if b.available_s <= begin.clock.time)
        return sorted({q for q in (most, min(most, there - state.used[number])) if q > 0}, reverse=True)

    def _grown(self, task: int, quantity: int, vehicle: int, old: Trip, position: int) -> Trip | None:
        """The trip with the task at its turn in the stop at ``position``, or with more of it where it has one."""
        tasks, visits = self.problem.tasks, old.visits
        item, place = tasks[task].item, tasks[task].place
        first = last = position
        while first > 0 and tasks[visits[first - 1][0]].place == place:
            first -= 1
        while last < len(visits) and tasks[visits[last][0]].place == place:
            last += 1
        for i in range(first, last):
            if visits[i][0] == task:
                packing = added(self.problem, vehicle, old.packing, i, item, quantity, more=True)
                visits = (*visits[:i], (task, visits[i][1] + quantity), *visits[i + 1 :])
                return None if packing is None else Trip(old.source, visits, packing)
        urgency = haste(self.problem, task)
        turn = next((i for i in range(first, last) if haste(self.problem, visits[i][0]) < urgency), last)
        packing = added(self.problem, vehicle, old.packing, turn, item, quantity)
        visits = (*visits[:turn], (task, quantity), *visits[turn:])
        return None if packing is None else Trip(old.source, visits, packing)


def mend_convoys(state: State, search: Search) -> None:
    """
    Leave no convoy below its smallest size.

    The slots of a short convoy are closed, which moves its vehicles to later ones where they may meet others; a vehicle
    that finds no slot loses its last trip, and a dispatched one stays where it is if need be.
    """
    least = state.problem.situation.operation.rules.convoy_min
    taken = state.scheduler.taken
    while least > 1:
        short = sorted((slot for slot, n in taken.items() if 0 < n < least), key=lambda s: (s[1], s[0]))
        if not short:
            return
        slot = short[0]
        if _wait_for(state, slot):
            continue
        members = [v for v, times in enumerate(state.times) if slot in times.slots]
        taken[slot] += FORBIDDEN
        for vehicle in members:
            trips = list(state.trips[vehicle])
            times = state.schedule(vehicle, trips, 0)
            while times is None and trips:
                if trips[-1].source < 0:
                    state.problem.barred.add(vehicle)
                trips = _less(trips)
                times = state.schedule(vehicle, trips, 0)
                if times is None and len(trips) == 1 and trips[0].source < 0 and not trips[0].visits:
                    state.scheduler.strays.add(vehicle)
            assert times is not None, "a vehicle may always stay where it is"
            state.commit(vehicle, trips, times)
            state.fixed[vehicle] = min(state.fixed[vehicle], len(trips))


def _wait_for(state: State, slot: Slot) -> bool:
    """
    Let a convoy that leaves before a short one on the same way wait for it, there or back; ``False``: none can.

    The last one before it is asked first: it waits least, and waiting costs less than to leave a load behind.
    """
    key, moment = slot
    taken = state.scheduler.taken
    largest = state.problem.situation.operation.rules.convoy_max
    ahead = [one for one, n in taken.items() if one[0] == key and one[1] < moment and 0 < n < FORBIDDEN]
    for earlier in sorted(ahead, reverse=True):
        members = [v for v, times in enumerate(state.times) if earlier in times.slots and slot not in times.slots]
        closed = state.problem.network.slots_between(key, earlier[1], moment)
        if members and len(members) + taken[slot] <= largest and _moved(state, members, slot, closed):
            return True
    return False


def _moved(state: State, members: list[int], slot: Slot, closed: list[Slot]) -> bool:
    """Move all members to ``slot`` by closing the slots before it; all or none."""
    taken = state.scheduler.taken
    before = {v: (state.trips[v], state.times[v]) for v in members}
    for one in closed:
        taken[one] = taken.get(one, 0) + FORBIDDEN
    together = True
    for vehicle in members:
        times = state.schedule(vehicle, state.trips[vehicle], 0)
        together = times is not None and slot in times.slots and _hands_over_as_before(state, vehicle, times)
        if times is None or not together:
            break
        state.commit(vehicle, state.trips[vehicle], times)
    if not together:
        for vehicle, (trips, times) in before.items():
            state.commit(vehicle, trips, times)
    for one in closed:
        taken[one] -= FORBIDDEN
    return together


def _hands_over_as_before(state: State, vehicle: int, times: Schedule) -> bool:
    """Whether goods that are aboard already come no later: nobody looks again at how long they keep."""
    if not state.trips[vehicle] or state.trips[vehicle][0].source >= 0:
        return True
    old, new = state.times[vehicle].trips[0].stops, times.trips[0].stops
    return all(late.end <= early.end for early, late in zip(old, new, strict=True) if early.last > early.first)


def _less(trips: list[Trip]) -> list[Trip]:
    """Without the last trip; of a dispatched one without its last visit, whose goods stay aboard."""
    last = trips[-1]
    if last.source >= 0:
        return trips[:-1]
    return [replace(last, visits=last.visits[:-1])]
