"""
The relief set: invented situations solved by Karavan and by peers, everybody's plan judged by ``karavan.check``.

Peers are asked in their own terms: needs cut into vehicle-sized pieces, each piece loaded at one store that has it;
every vehicle's days as shifts; travel times of its own class; opening hours as windows; unmet pieces at a price. What
they answer is driven by the planner's own scheduler, trip by trip in their order and once more with the trips of most
people an hour first, each trip in its better direction; the better of the two counts. What the rules refuse is left
out, and the solver is asked again for what is left, twice.
"""

from __future__ import annotations

import importlib
import math
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from types import SimpleNamespace
from typing import Any

import numpy as np

from benchmarks.relief import relief_situation
from benchmarks.relief_bases import choose_bases
from karavan.domain.check import check
from karavan.domain.message import Message
from karavan.domain.needs import needs
from karavan.domain.plans import Plan, Unserved
from karavan.domain.situation import Situation
from karavan.domain.units import DAY_S, HOUR_S
from karavan.domain.value import deliveries, measure
from karavan.planning import plan
from karavan.planning.allocate import share_fairly
from karavan.planning.outcome import journeys_and_convoys
from karavan.planning.problem import Problem, bridge, find_tasks
from karavan.planning.search import Schedule, State, Trip, empty_state
from karavan.planning.stages import next_stage, settle, trim_feeders
from karavan.planning.travel import FAR

NAME = "relief"
NOT_IN_IT = Message("the solver's plan does not hold it")
SOLVERS = ("karavan", "pyvrp", "ortools", "vroom")
FIRST_STAGE_SHARE = 0.85
ASKED_AGAIN = (0.7, 0.6, 1.0)
"""Parts of the time that is left: what the rules refused of a plan is asked for again, with the hours that are left."""

ALL_DAYS, DAY_BY_DAY = "all days at once", "day by day"
MODELLINGS = {"pyvrp": (DAY_BY_DAY,), "ortools": (ALL_DAYS,), "vroom": (DAY_BY_DAY, ALL_DAYS)}
"""
Day by day a solver that knows no waiting brings first what is worth most: measured on three situations, 10 s, PyVRP's
people waited 10 to 15 % less so, VROOM's 11 % less on two and 3 % more on the third, so that it does both and the
better counts.
"""

LEAST_SECONDS = 0.05
PIECE_OF_VEHICLE = 0.5
MOST_TRIPS = 3
NEVER_S = 10_000_000
"""For arcs that a class of vehicles may not use: longer than any horizon, small enough to add up."""


def name(points: int, days: int, number: int) -> str:
    return f"relief-{points}-{days}d-{number}"


def situation_of(instance: str) -> Situation:
    found = re.fullmatch(r"relief-(\d+)-(\d+)d-(\d+)", instance)
    if found is None:
        raise ValueError(f"'{instance}' is not the name of a relief situation")
    points, days, number = map(int, found.groups())
    return relief_situation(points, days=days, seed=number)


def run(job: dict[str, Any]) -> dict[str, Any]:
    """One run; ``value`` is waiting in weighted person-hours."""
    situation = situation_of(job["instance"])
    if job["solver"] == "karavan":
        made, cpu_s = _karavan(situation, job["seconds"], job["seed"])
    else:
        made, cpu_s = _peer(situation, job["solver"], job["seconds"], job["seed"])
    worth = made.value or measure(situation, made)
    violations = check(situation, made)
    return {
        "cpu_s": round(cpu_s, 3),
        "value": worth.waiting_person_h,
        "best_known": None,
        "gap_percent": None,
        "vehicles": len({journey.vehicle for journey in made.journeys}),
        "feasible": not violations,
        "faults": [str(violation) for violation in violations[:5]],
        "trajectory": [],
        "routes": _carried(made),
        "bound": made.bound_person_h,
        "shared_bound": made.shared_bound_person_h,
        "delivered_permille": worth.delivered_permille,
        "cost": worth.cost,
    }


def _carried(made: Plan) -> list[Any]:
    """``[plate, [[place, [[need, quantity], ...]], ...]]`` for every journey."""
    return [
        [
            journey.vehicle,
            [[stop.place, [[goods.need, goods.quantity] for goods in stop.unloads]] for stop in journey.stops],
        ]
        for journey in made.journeys
    ]


def _karavan(situation: Situation, seconds: float, seed: int) -> tuple[Plan, float]:
    """The planner as it is, but for its clock: CPU seconds, as everybody else's."""
    clock = importlib.import_module("karavan.planning.budget")
    clock.time = SimpleNamespace(monotonic=time.process_time)  # type: ignore[attr-defined]
    begun = time.process_time()
    made = plan(situation, seed=seed, limit_s=seconds, seeds=1)
    return made, time.process_time() - begun


@dataclass(frozen=True, slots=True)
class Piece:
    """
    Part of a need as a peer sees it.

    Attributes
    ----------
    weight
        Person-hours that an hour of its waiting costs.
    ready_s, until_s
        When it can be loaded, and by when it must be handed over.
    vehicles
        Which may bring it from ``source``.
    """

    task: int
    quantity: int
    source: int
    place: int
    mass_kg: int
    volume_l: int
    weight: float
    handling_s: int
    ready_s: int
    until_s: int
    vehicles: frozenset[int]


@dataclass(frozen=True, slots=True)
class Shift:
    """A vehicle's working day; it loads at ``base`` and is back there at the end."""

    vehicle: int
    base: int
    day: int
    begin_s: int
    end_s: int


Answer = list[tuple[int, int, list[int]]]
"""Trips in the order of their departure: vehicle, store, pieces in driving order."""


class Question:
    """
    What a peer is asked at one stage: pieces, shifts, and driving seconds between places for each class of vehicle.

    ``lost_s`` is for its answer: CPU seconds of tries that do not count.
    """

    lost_s = 0.0

    def __init__(self, state: State, until_s: float) -> None:
        self.problem = state.problem
        self.state = state
        self.bases = choose_bases(state)
        self.pieces = [piece for piece in _pieces(state, self.bases) if self.spans(piece)]
        self.shifts = [shift for shift in _shifts(state, self.bases) if shift.begin_s < until_s]
        network = self.problem.network
        used = {piece.place for piece in self.pieces} | {piece.source for piece in self.pieces}
        self.places = sorted(used | set(self.bases) | {homes[0] for homes in self.problem.homes})
        self.at = {place: i for i, place in enumerate(self.places)}
        self.drive_s = [self._matrix(profile) for profile in range(len(network.profiles))]

    def _matrix(self, profile: int) -> np.ndarray:
        network, problem = self.problem.network, self.problem
        at = [network.stop_at[place] for place in self.places]
        rows = np.array([np.frombuffer(network.times[profile][i], np.intc)[at] for i in at], dtype=np.int64)
        sample = problem.vehicles[network.profile_of.index(profile)]
        shut = [not sample.may_stop(problem.situation.places[place]) for place in self.places]
        rows[shut, :] = rows[:, shut] = FAR
        rows[rows >= FAR] = NEVER_S
        np.fill_diagonal(rows, 0)
        return rows

    def profile(self, vehicle: int) -> int:
        return self.problem.network.profile_of[vehicle]

    def room(self, vehicle: int) -> tuple[int, int]:
        """Kilograms and litres."""
        truck = self.problem.vehicles[vehicle]
        return truck.payload_g // 1_000, truck.volume_cm3 // 1_000

    def fixed_s(self, place: int) -> int:
        """Of every stop there."""
        return self.problem.situation.places[place].handling_fixed_s

    def loading_s(self, vehicle: int, base: int) -> int:
        """For half a load, which is all that a solver with one loading time can be told."""
        place = self.problem.situation.places[base]
        rate = place.handling_g_per_h or self.problem.situation.operation.rules.handling_g_per_h
        return place.handling_fixed_s + self.problem.vehicles[vehicle].payload_g // 2 * HOUR_S // rate

    def spans(self, piece: Piece) -> list[tuple[int, int]]:
        """When its hand-over may begin."""
        opening = self.problem.opening[piece.place] or ((0, self.problem.horizon_s),)
        spans = [(max(a, piece.ready_s), min(b, piece.until_s) - piece.handling_s) for a, b in opening]
        return [(a, b) for a, b in spans if a < b]

    def trips_a_shift(self) -> int:
        """For solvers that load once: what the goods ask for and half as much again, three at most."""
        rooms = [self.room(shift.vehicle) for shift in self.shifts]
        mass = sum(piece.mass_kg for piece in self.pieces) / sum(room[0] for room in rooms)
        volume = sum(piece.volume_l for piece in self.pieces) / sum(room[1] for room in rooms)
        return min(MOST_TRIPS, max(1, math.ceil(1.5 * max(mass, volume))))

    def prize(self, piece: Piece) -> int:
        """Seconds of driving that leaving it is as bad as: never less than half a day, more where many wait."""
        mean = sum(one.weight for one in self.pieces) / len(self.pieces)
        return round(12 * HOUR_S * (1 + min(10.0, piece.weight / mean)))


def _pieces(state: State, bases: list[int]) -> list[Piece]:
    """Needs of most people first, each from the nearest store that still has the item and a vehicle for it."""
    problem = state.problem
    left = [pool.total - state.used[number] for number, pool in enumerate(problem.pools)]
    result: list[Piece] = []
    for number in sorted(range(len(problem.tasks)), key=lambda t: (-problem.tasks[t].unit_weight, t)):
        task = problem.tasks[number]
        wanted = state.left[number]
        step = problem.items[task.item].step
        for source in sorted(task.pools, key=lambda s: (_nearest(problem, number, s), s)):
            able = frozenset(v for v in task.carriers[source] if bases[v] == source)
            pool = task.pools[source]
            taken = min(wanted, left[pool]) // step * step
            if able and taken > 0:
                drawn = problem.pools[pool].total - state.used[pool] - left[pool]
                result += _cut(state, number, source, taken, able, drawn)
                left[pool] -= taken
                wanted -= taken
    return result


def _nearest(problem: Problem, number: int, source: int) -> int:
    network, task = problem.network, problem.tasks[number]
    here, there = network.stop_at[source], network.stop_at[task.place]
    return min((times[here][there] for times in network.times), default=FAR)


def _cut(state: State, number: int, source: int, quantity: int, able: frozenset[int], drawn: int) -> list[Piece]:
    """Pieces of at most half a middling vehicle; each is ready when the store has had so much of the item."""
    problem = state.problem
    task = problem.tasks[number]
    goods, place = problem.items[task.item], problem.situation.places[task.place]
    room = median(
        min(
            problem.vehicles[v].payload_g / max(1, goods.mass_g),
            max(problem.vehicles[v].compartments_cm3) / max(1, goods.volume_cm3),
        )
        for v in able
    )
    most = max(goods.step, int(room * PIECE_OF_VEHICLE) // goods.step * goods.step)
    rate = place.handling_g_per_h or problem.situation.operation.rules.handling_g_per_h
    result = []
    while quantity > 0:
        part = min(quantity, most)
        quantity -= part
        drawn += part
        ready, lasts = _batch_times(problem, task.pools[source], drawn)
        result.append(
            Piece(
                task=number,
                quantity=part,
                source=source,
                place=task.place,
                mass_kg=-(-part * goods.mass_g // 1_000),
                volume_l=-(-part * goods.volume_cm3 // 1_000),
                weight=task.unit_weight * part,
                handling_s=-(-part * goods.mass_g * HOUR_S // rate),
                ready_s=ready,
                until_s=min(problem.horizon_s, lasts - task.life_s),
                vehicles=able,
            )
        )
    return result


def _batch_times(problem: Problem, pool: int, drawn: int) -> tuple[int, int]:
    """When the ``drawn``-th unit is there, and until when it lasts."""
    there = 0
    for batch in sorted(problem.pools[pool].batches, key=lambda b: b.available_s):
        there += batch.quantity
        if there >= drawn:
            return batch.available_s, batch.expiry_s
    return problem.horizon_s, problem.horizon_s


def _shifts(state: State, bases: list[int]) -> list[Shift]:
    """Every working span of every vehicle that is not taken up yet, from when it can be at its base."""
    problem = state.problem
    result: list[Shift] = []
    for vehicle, base in enumerate(bases):
        trips = state.times[vehicle].trips
        last = trips[-1] if trips else state.start(vehicle)
        network = problem.network
        drive = network.times[network.profile_of[vehicle]][network.stop_at[last.place]][network.stop_at[base]]
        for day, (begin, end) in enumerate(problem.crews[vehicle].spans):
            begin = max(begin, last.clock.time) + (drive if not result or result[-1].vehicle != vehicle else 0)
            if drive < FAR and begin < end:
                result.append(Shift(vehicle, base, day, begin, end))
    return result


def _peer(situation: Situation, solver: str, seconds: float, seed: int) -> tuple[Plan, float]:
    """The best plan of a solver's modellings, each in its part of the time; only the solver's own time counts."""
    ask = importlib.import_module(f"benchmarks.relief_peers.{solver}").ask
    ways = MODELLINGS[solver]
    made, spent = [], 0.0
    for number, way in enumerate(ways):
        plan_made, its = _stages(situation, ask, way, (seconds - spent) / (len(ways) - number), seed)
        made.append(plan_made)
        spent += its
    if not any(one.journeys for one in made):
        raise RuntimeError("no plan found within the time")
    return min(made, key=lambda one: measure(situation, one).waiting_person_h), spent


def _stages(
    situation: Situation, ask: Callable[[Question, float, int], Answer], way: str, seconds: float, seed: int
) -> tuple[Plan, float]:
    """Ask, drive, and once more for what has to change vehicles; the plan and the solver's CPU seconds."""
    problem = bridge(situation)
    find_tasks(problem)
    shares = share_fairly(problem)
    state = empty_state(problem)
    spent = 0.0
    share = FIRST_STAGE_SHARE if problem.chains else 1.0
    while True:
        end = spent + share * (seconds - spent)
        for part, until_s in _rounds(state, way):
            spent += _round(state, ask, until_s, part * (end - spent), seed)
            settle(state)
        if not next_stage(state):
            break
        share = 1.0
    trim_feeders(state)
    journeys, convoys = journeys_and_convoys(state)
    return _with_rest(situation, Plan(journeys=journeys, convoys=convoys, shares=shares)), spent


def _rounds(state: State, way: str) -> list[tuple[float, float]]:
    """Part of the time that is left, and the shifts that are asked for: those that begin before a moment."""
    if way == ALL_DAYS:
        return [(part, math.inf) for part in ASKED_AGAIN]
    days = -(-state.problem.horizon_s // DAY_S)
    return [(1 / (1 + days - day), DAY_S * (day + 1)) for day in range(days)] + [(1.0, math.inf)]


def _round(
    state: State, ask: Callable[[Question, float, int], Answer], until_s: float, seconds: float, seed: int
) -> float:
    """Ask for what is not in the plan yet and drive it; returns the CPU seconds of the solver."""
    question = Question(state, until_s)
    if not question.pieces or not question.shifts or seconds < LEAST_SECONDS:
        return 0.0
    begun = time.process_time()
    answer = ask(question, seconds, seed)
    spent = time.process_time() - begun - question.lost_s
    _drive_better(state, question, answer)
    return spent


def _with_rest(situation: Situation, made: Plan) -> Plan:
    """The plan with its account of what it leaves behind, which the judge asks of every plan."""
    all_needs = needs(situation)
    brought: Counter[str] = Counter()
    for code, quantity, _ in deliveries(situation, made):
        brought[code] += quantity
    left = tuple(
        Unserved(
            need=need.code,
            item=need.item,
            place=need.place,
            quantity=need.quantity - brought[need.code],
            reasons=(NOT_IN_IT,),
        )
        for need in all_needs
        if need.quantity > brought[need.code]
    )
    return replace(made, unserved=left)


def _drive_better(state: State, question: Question, answer: Answer) -> None:
    """Drive the trips as they came and in the order of most people an hour; keep the better."""
    before = list(zip(state.trips, state.times, strict=True))

    def pressing(trip: tuple[int, int, list[int]]) -> float:
        vehicle, source, pieces = trip
        here, seconds = question.at[source], 1.0
        for number in pieces:
            there = question.at[question.pieces[number].place]
            seconds += question.drive_s[question.profile(vehicle)][here, there] + question.pieces[number].handling_s
            here = there
        return -sum(question.pieces[number].weight for number in pieces) / seconds

    best: tuple[float, list[tuple[list[Trip], Schedule]]] | None = None
    for order in (answer, sorted(answer, key=pressing)):
        for vehicle, (trips, times) in enumerate(before):
            state.commit(vehicle, trips, times)
        for vehicle, source, pieces in order:
            _drive(state, question, vehicle, source, pieces)
        if best is None or state.value > best[0]:
            best = state.value, list(zip(state.trips, state.times, strict=True))
    assert best is not None
    for vehicle, (trips, times) in enumerate(best[1]):
        state.commit(vehicle, trips, times)


def _drive(state: State, question: Question, vehicle: int, source: int, pieces: Sequence[int]) -> None:
    """Append the trip in its better direction; what does not fit or cannot be driven in time is left out."""
    found = [
        made
        for order in (pieces, pieces[::-1])
        if (made := _appended(state, question, vehicle, source, order)) is not None
    ]
    if found:
        state.commit(vehicle, *max(found, key=lambda made: made[1].gain))


def _appended(
    state: State, question: Question, vehicle: int, source: int, order: Sequence[int]
) -> tuple[list[Trip], Schedule] | None:
    problem, old = state.problem, state.trips[vehicle]
    whole = Trip(source, (), problem.world.empty(vehicle))
    steps = []
    for number in order:
        longer = _loaded(state, question, vehicle, whole, number)
        if longer is not None:
            whole = longer
            steps.append(number)
    if not steps:
        return None
    times = state.schedule(vehicle, [*old, whole], len(old))
    if times is not None:
        return [*old, whole], times
    trip, best = Trip(source, (), problem.world.empty(vehicle)), None
    for number in steps:
        longer = _loaded(state, question, vehicle, trip, number)
        times = state.schedule(vehicle, [*old, longer], len(old)) if longer else None
        if longer is not None and times is not None:
            trip, best = longer, ([*old, longer], times)
    return best


def _loaded(state: State, question: Question, vehicle: int, trip: Trip, number: int) -> Trip | None:
    """The trip with as much of the piece as fits; a need's pieces in one trip are one visit."""
    problem, piece = state.problem, question.pieces[number]
    task = problem.tasks[piece.task]
    if vehicle not in task.carriers.get(trip.source, ()):
        return None
    aboard = next((i for i, (other, _) in enumerate(trip.visits) if other == piece.task), None)
    already = trip.visits[aboard][1] if aboard is not None else 0
    pool = task.pools[trip.source]
    drawn = state.used[pool] + sum(q for t, q in trip.visits if problem.tasks[t].pools.get(trip.source) == pool)
    wanted = min(piece.quantity, state.left[piece.task] - already, problem.pools[pool].total - drawn)
    quantity = problem.world.room_for(vehicle, trip.packing, task.item, wanted) if wanted > 0 else 0
    if quantity <= 0:
        return None
    position = len(trip.visits) if aboard is None else aboard
    packing = problem.world.added(vehicle, trip.packing, position, task.item, quantity, more=aboard is not None)
    if packing is None:
        return None
    visits = list(trip.visits)
    if aboard is None:
        visits.append((piece.task, quantity))
    else:
        visits[aboard] = (piece.task, already + quantity)
    return Trip(trip.source, visits, packing, trip.leave)
