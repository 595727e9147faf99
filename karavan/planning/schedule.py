"""A vehicle's trips by the clock: when it loads, drives, hands over, and whether it can.

One function, :meth:`Scheduler.schedule`, says both what a sequence of trips gains and that every hard rule of the road
holds in it. The plan's journeys are read off the same result, so that what was searched is what is driven.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby

from karavan.domain.units import HOUR_S, KM_M
from karavan.domain.value import COST_WEIGHT, INEQUITY_WEIGHT
from karavan.planning.loading import Packing, pack
from karavan.planning.problem import Pool, Problem, Task
from karavan.planning.travel import FAR, Clock, Move, Path, earliest, worked

Draw = tuple[int, int, int, int]
"""Moment of loading, moment until which the goods must last, quantity, task."""


@dataclass(frozen=True, slots=True)
class Trip:
    """
    Load at one place, hand over along the way.

    Attributes
    ----------
    source
        Place of loading; -1: already loaded, a dispatched journey that goes on.
    visits
        ``((task, quantity), ...)`` in driving order.
    leave
        Not to begin before this moment, neither the loading nor the way to it.
    """

    source: int
    visits: tuple[tuple[int, int], ...]
    packing: Packing
    leave: int = 0


@dataclass(frozen=True, slots=True)
class StopTime:
    """A stop with how the vehicle came to it; ``first`` .. ``last`` are the visits of the trip made here."""

    place: int
    arrive: int
    start: int
    end: int
    path: Path | None
    depart: int
    move: Move | None
    clean: bool = False
    loading: bool = False
    first: int = 0
    last: int = 0


@dataclass(frozen=True, slots=True)
class TripTimes:
    """
    A trip by the clock, and where it leaves the vehicle.

    Attributes
    ----------
    gain
        Weighted person-hours of waiting (with inequity) that its hand-overs save, less its cost.
    draws
        What it takes from each pool.
    held
        Classes that each compartment has carried since it was cleaned.
    """

    stops: tuple[StopTime, ...]
    clock: Clock
    place: int
    held: tuple[int, ...]
    gain: float
    draws: tuple[tuple[int, Draw], ...]
    slots: tuple[tuple[tuple, int], ...]


@dataclass(frozen=True, slots=True)
class Schedule:
    """All trips of a vehicle and its way home."""

    trips: tuple[TripTimes, ...]
    home: TripTimes | None
    gain: float

    @property
    def slots(self) -> list[tuple[tuple, int]]:
        parts = [*self.trips, *([self.home] if self.home else [])]
        return [slot for part in parts for slot in part.slots]


@dataclass(frozen=True, slots=True)
class Start:
    """Where and how a vehicle begins: at home, or wherever its dispatched journeys have brought it."""

    clock: Clock
    place: int
    held: tuple[int, ...]


WAITS = 3
"""How many later batches a vehicle waits for before a trip is given up."""

TYPICAL_KM_PER_H = 40
LONG_JOURNEY_KM = 1_000
LEAST_WORTH = 1e-3

NOTHING = Schedule((), None, 0.0)


@dataclass(slots=True)
class Aim:
    """
    What counts.

    Attributes
    ----------
    hours
        Whether an hour earlier is better; else every unit delivered counts alike and cost decides the rest.
    """

    hours: bool = True


@dataclass(slots=True)
class Scheduler:
    """
    Schedules vehicles of one problem.

    Attributes
    ----------
    taken
        Vehicles in each convoy slot, the one that is being scheduled left out.
    draws
        For each pool that is not simple, what each vehicle takes from it.
    strays
        Dispatched vehicles whose way home is shut: they may end anywhere.
    worth
        Of serving a whole need at all, in person-hours: a long journey, so that no need is left behind for its cost,
        even one whose people are not counted or whose request comes late.
    """

    problem: Problem
    aim: Aim
    starts: list[Start]
    taken: dict[tuple[tuple, int], int] = field(default_factory=dict)
    draws: dict[int, dict[int, list[Draw]]] = field(default_factory=dict)
    strays: set[int] = field(default_factory=set)
    cost_weight: float = 0.0
    worth: float = 0.0

    def __post_init__(self) -> None:
        self.cost_weight = (COST_WEIGHT if self.aim.hours else 1e-3) * self.problem.cost_person_h
        dearest = max((v.cost_fixed + v.cost_per_km * LONG_JOURNEY_KM for v in self.problem.vehicles), default=0)
        self.worth = LEAST_WORTH + self.cost_weight * dearest

    def value(self, task: Task, quantity: int, second: int) -> float:
        """Weighted person-hours saved by handing ``quantity`` over at ``second`` instead of never, and its worth."""
        horizon_h = self.problem.horizon_s / HOUR_S
        most_h = (self.problem.horizon_s - task.since_s) / HOUR_S
        hours = max(0.0, (second - task.since_s) / HOUR_S) if self.aim.hours else 0.0
        even = (most_h * most_h - hours * hours) * INEQUITY_WEIGHT / horizon_h
        return quantity * (task.unit_weight * (most_h - hours + even) + self.worth / task.need.quantity)

    def hourly_price(self, vehicle: int) -> float:
        """What an hour of driving costs, roughly: a guide to where to try first."""
        return self.cost_weight * self.problem.vehicles[vehicle].cost_per_km * TYPICAL_KM_PER_H

    def schedule(self, vehicle: int, trips: list[Trip], known: Schedule = NOTHING, first: int = 0) -> Schedule | None:
        """
        The trips by the clock; ``None``: some rule cannot be kept.

        Parameters
        ----------
        known, first
            A schedule whose trips before ``first`` are the same: they are not driven again.
        """
        done = list(known.trips[:first])
        start = self.starts[vehicle]
        for trip in trips[first:]:
            at = done[-1] if done else start
            times = self._trip(vehicle, at, trip, done)
            if times is None:
                return None
            done.append(times)
        home = self._home(vehicle, done[-1] if done else start)
        if home is None:
            return None
        return Schedule(tuple(done), home, sum(part.gain for part in done) + home.gain)

    def _trip(self, vehicle: int, at: Start | TripTimes, trip: Trip, done: list[TripTimes]) -> TripTimes | None:
        """One trip; where a pool fills over time, loading waits until it holds enough that is fresh enough."""
        problem = self.problem
        timed: dict[int, int] = {}
        if trip.source >= 0:
            for task, quantity in trip.visits:
                pool = problem.tasks[task].pools[trip.source]
                if not problem.pools[pool].simple:
                    timed[pool] = timed.get(pool, 0) + quantity
        if not timed:
            return self._run(vehicle, at, trip, 0)
        ready = max(self._enough(vehicle, pool, quantity, done) for pool, quantity in timed.items())
        for _ in range(WAITS):
            if ready >= problem.horizon_s:
                return None
            times = self._run(vehicle, at, trip, ready)
            if times is None or all(self._covered(vehicle, pool, times, done) for pool in timed):
                return times
            loaded = times.stops[0].start
            ready = min(
                (b.available_s for pool in timed for b in problem.pools[pool].batches if b.available_s > loaded),
                default=problem.horizon_s,
            )
        return None

    def _enough(self, vehicle: int, pool: int, quantity: int, done: list[TripTimes]) -> int:
        """The first moment from which on so much more can be drawn and all other draws still be covered, age aside."""
        changes = [(b.available_s, 0, b.quantity) for b in self.problem.pools[pool].batches]
        for other, draws in self.draws.get(pool, {}).items():
            if other != vehicle:
                changes += [(draw[0], 1, -draw[2]) for draw in draws]
        changes += [(draw[0], 1, -draw[2]) for part in done for number, draw in part.draws if number == pool]
        changes.sort()
        left = 0
        ready = 0
        short = True
        for moment, _, change in changes:
            left += change
            if left < quantity:
                short = True
            elif short:
                ready, short = moment, False
        return FAR if short else ready

    def loaded_from(self, vehicle: int, trip: Trip, ready: int) -> tuple[int, int] | None:
        """When a vehicle's first trip loads, not before ``ready``, and when it ends; ``None``: it cannot be driven."""
        times = self._run(vehicle, self.starts[vehicle], trip, ready)
        return None if times is None else (times.stops[0].start, times.stops[-1].end)

    def _covered(self, vehicle: int, pool: int, times: TripTimes, done: list[TripTimes]) -> bool:
        draws = [draw for other, its in self.draws.get(pool, {}).items() if other != vehicle for draw in its]
        draws += [draw for part in [*done, times] for number, draw in part.draws if number == pool]
        return allot(self.problem.pools[pool], draws, self._step(pool)) is not None

    def _step(self, pool: int) -> int:
        return self.problem.items[self.problem.pools[pool].item].step

    def _run(self, vehicle: int, at: Start | TripTimes, trip: Trip, ready: int) -> TripTimes | None:
        problem, tasks = self.problem, self.problem.tasks
        clock, place, held = at.clock.copy(), at.place, at.held
        clock.time = max(clock.time, trip.leave)
        stops: list[StopTime] = []
        slots: list[tuple[tuple, int]] = []
        distance = 0
        if trip.source >= 0:
            soiled = self._soiled(held, trip.packing.classes)
            held = trip.packing.classes if soiled else _joined(held, trip.packing.classes)
            stop = self._stop(vehicle, clock, place, trip.source, trip.packing.mass_g, ready, clean=soiled)
            if stop is None:
                return None
            place = trip.source
            distance += stop.path.distance_m if stop.path else 0
            slots += stop.move.slots if stop.move else ()
            stops.append(stop)
        loaded = clock.time if trip.source < 0 else stops[0].start
        gain = 0.0
        draws = []
        visits, i = trip.visits, 0
        while i < len(visits):
            target = tasks[visits[i][0]].place
            last, mass = i, 0
            while last < len(visits) and tasks[visits[last][0]].place == target:
                mass += visits[last][1] * problem.items[tasks[visits[last][0]].item].mass_g
                last += 1
            stop = self._stop(vehicle, clock, place, target, mass, 0, first=i, last=last)
            if stop is None:
                return None
            for number, quantity, moment in self.hand_overs(stop, visits[i:last]):
                gain += self.value(tasks[number], quantity, moment)
            for number, quantity in visits[i:last]:
                task = tasks[number]
                if trip.source >= 0:
                    # However long the way on is: nothing is handed over after the horizon.
                    until = min(stop.end + task.life_s, problem.horizon_s + problem.items[task.item].remaining_life_s)
                    draws.append((task.pools[trip.source], (loaded, until, quantity, number)))
            place = target
            distance += stop.path.distance_m if stop.path else 0
            slots += stop.move.slots if stop.move else ()
            stops.append(stop)
            i = last
        gain -= self._cost(vehicle, distance, 1)
        return TripTimes(tuple(stops), clock, place, held, gain, tuple(draws), tuple(slots))

    def hand_overs(self, stop: StopTime, visits: tuple[tuple[int, int], ...]) -> list[tuple[int, int, int]]:
        """``(task, quantity, moment)`` of a stop's visits, the last one first, as ``value.hand_overs`` counts them."""
        problem = self.problem
        rules = problem.situation.operation.rules
        rate = problem.situation.places[stop.place].handling_g_per_h or rules.handling_g_per_h
        after_g = 0
        result = []
        for number, quantity in reversed(visits):
            result.append((number, quantity, stop.end - after_g * HOUR_S // rate))
            after_g += quantity * problem.items[problem.tasks[number].item].mass_g
        return result

    def _cost(self, vehicle: int, distance_m: int, journeys: int) -> float:
        truck = self.problem.vehicles[vehicle]
        return self.cost_weight * (truck.cost_fixed * journeys + truck.cost_per_km * distance_m / KM_M)

    def _home(self, vehicle: int, at: Start | TripTimes) -> TripTimes | None:
        homes = self.problem.homes[vehicle]
        if at.place in homes:
            return TripTimes((), at.clock, at.place, at.held, 0.0, (), ())
        best = None
        for home in homes:
            clock = at.clock.copy()
            driven = self._drive(vehicle, clock, at.place, home)
            if driven is not None and (best is None or clock.time < best[0].time):
                best = (clock, home, driven)
        if best is None:
            return TripTimes((), at.clock, at.place, at.held, 0.0, (), ()) if vehicle in self.strays else None
        clock, home, (path, depart, move) = best
        stop = StopTime(home, clock.time, clock.time, clock.time, path, depart, move)
        slots = move.slots if move else ()
        cost = self._cost(vehicle, path.distance_m, 0)
        return TripTimes((stop,), clock, home, at.held, -cost, (), slots)

    def _stop(
        self,
        vehicle: int,
        clock: Clock,
        here: int,
        there: int,
        mass_g: int,
        ready: int,
        *,
        clean: bool = False,
        first: int = 0,
        last: int = 0,
    ) -> StopTime | None:
        """Drive there and handle ``mass_g``; moves the clock on."""
        problem = self.problem
        crew = problem.crews[vehicle]
        path, depart, move = None, clock.time, None
        if here != there:
            driven = self._drive(vehicle, clock, here, there)
            if driven is None:
                return None
            path, depart, move = driven
        arrive = clock.time
        place = problem.situation.places[there]
        rate = place.handling_g_per_h or problem.situation.operation.rules.handling_g_per_h
        duration = place.handling_fixed_s + -(-mass_g * HOUR_S // rate)
        if clean:
            duration += problem.situation.operation.rules.cleaning_s
        if ready > clock.time:
            clock.time = ready
        opening = problem.opening[there]
        spans = crew.spans
        if opening is None and clock.span < len(spans) and spans[clock.span][0] <= clock.time:
            start = clock.time
            if start + duration > spans[clock.span][1]:
                found = earliest(crew, clock, duration, 0, None)
                if found is None:
                    return None
                start = found
        else:
            found = earliest(crew, clock, duration, 0, opening)
            if found is None:
                return None
            start = found
        worked(crew, clock, start, start + duration)
        return StopTime(there, arrive, start, start + duration, path, depart, move, clean, not last, first, last)

    def _drive(self, vehicle: int, clock: Clock, here: int, there: int) -> tuple[Path, int, Move | None] | None:
        """The way that arrives first; moves the clock on. A ``None`` move is a plain drive without a stop."""
        problem = self.problem
        crew = problem.crews[vehicle]
        paths = problem.network.paths(problem.network.profile_of[vehicle], here, there)
        if not paths:
            return None
        path = paths[0]
        now = clock.time
        if path.plain and clock.span < len(crew.spans):
            since = 0 if now - clock.stood_since >= crew.break_s else clock.since_break_s
            begin, end = crew.spans[clock.span]
            arrive = now + path.drive_s
            if (
                begin <= now
                and arrive <= end
                and clock.driven_s + path.drive_s <= crew.driving_limit_s
                and since + path.drive_s <= crew.break_after_s
            ):
                clock.time = clock.worked_until = clock.stood_since = arrive
                clock.since_break_s = since + path.drive_s
                clock.driven_s += path.drive_s
                return path, now, None
        best: tuple[Clock, Path, Move] | None = None
        for path in paths:
            trial = clock.copy()
            move = problem.network.drive(crew, trial, path, self.taken)
            if move is not None and (best is None or trial.time < best[0].time):
                best = (trial, path, move)
        if best is None:
            return None
        trial, path, move = best
        clock.time, clock.stood_since, clock.since_break_s = trial.time, trial.stood_since, trial.since_break_s
        clock.span, clock.driven_s, clock.worked_until = trial.span, trial.driven_s, trial.worked_until
        return path, now, move

    def _soiled(self, held: tuple[int, ...], classes: tuple[int, ...]) -> bool:
        """Whether something was carried since the last cleaning that the new load must not meet."""
        problem = self.problem
        all_held = 0
        for mask in held:
            all_held |= mask
        for before, mask in zip(held, classes, strict=True):
            number = 0
            while mask >> number:
                if mask >> number & 1 and (
                    before & problem.compartment_conflicts[number] or all_held & problem.vehicle_conflicts[number]
                ):
                    return True
                number += 1
        return False


def _joined(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(a | b for a, b in zip(first, second, strict=True))


def allot(pool: Pool, draws: list[Draw], step: int) -> list[list[tuple[int, int]]] | None:
    """
    Share a pool's batches among draws: in the order of loading, first expiry first.

    Returns
    -------
    list
        For each draw ``[(batch number, quantity), ...]``; ``None``: some draw is not covered by goods that are there
        when it loads and last until its hand-over.
    """
    left = [batch.quantity // step * step for batch in pool.batches]
    result: list[list[tuple[int, int]]] = [[] for _ in draws]
    for i in sorted(range(len(draws)), key=lambda i: draws[i]):
        moment, lasts_until, quantity, _ = draws[i]
        for number, batch in enumerate(pool.batches):
            if left[number] and batch.available_s <= moment and batch.expiry_s >= lasts_until:
                taken = min(quantity, left[number])
                left[number] -= taken
                quantity -= taken
                result[i].append((number, taken))
                if not quantity:
                    break
        if quantity:
            return None
    return result


def make_trip(problem: Problem, vehicle: int, source: int, visits: tuple[tuple[int, int], ...]) -> Trip | None:
    """The trip with its load packed; ``None``: it does not fit."""
    visits = in_haste(problem, visits)
    goods = tuple((problem.tasks[task].item, quantity) for task, quantity in visits)
    packing = pack(problem, vehicle, goods)
    return None if packing is None else Trip(source, visits, packing)


def in_haste(problem: Problem, visits: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """The visits with those of one stop in the order in which people wait least: most weight per mass first."""
    result: list[tuple[int, int]] = []
    for _, run in groupby(visits, key=lambda visit: problem.tasks[visit[0]].place):
        result += sorted(run, key=lambda visit: -haste(problem, visit[0]))
    return tuple(result)


def haste(problem: Problem, number: int) -> float:
    """Person-hours that an hour of unloading costs, per gram: Smith's rule for a task's place within its stop."""
    task = problem.tasks[number]
    return task.unit_weight / max(1, problem.items[task.item].mass_g)
