"""
Plans made by chance, not by the search: the engine and the judge agree on what is allowed and on what it is worth.

Both state every hard rule, and share no code. What the engine accepts, the judge must accept, at the same figure; what
the engine refuses must not be something that the judge would let pass. Some 20,000 plans;
``--long`` twenty times as many.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from karavan.domain.check import check
from karavan.domain.fleet import Vehicle
from karavan.domain.hours import ALWAYS
from karavan.domain.needs import needs
from karavan.domain.plans import Plan
from karavan.domain.roads import RoadStatus
from karavan.domain.situation import Situation
from karavan.domain.value import deliveries, measure, objective
from karavan.planning.outcome import journeys_and_convoys, overdrawn
from karavan.planning.problem import bridge, find_tasks
from karavan.planning.search import State, Trip, empty_state
from tests.engine.test_relief_model import objective_of_nothing
from tests.properties.worlds import a_convoy_world, a_relay_world, a_world

WORLDS, TRIES, MORE = 300, 150, 20


@pytest.fixture
def worlds(request: pytest.FixtureRequest) -> int:
    return MORE * WORLDS if request.config.getoption("--long") else WORLDS


def an_empty(situation: Situation) -> State:
    problem = bridge(situation)
    find_tasks(problem)
    return empty_state(problem)


def a_trip(state: State, r: Random, vehicle: int) -> Trip | None:
    """Any goods of a store, in any order: whether the vehicle may carry them so is for the engine to say."""
    tasks = [n for n, task in enumerate(state.problem.tasks) if task.pools and state.left[n] > 0]
    if not tasks:
        return None
    source = r.choice(sorted(state.problem.tasks[r.choice(tasks)].pools))
    visits = []
    free = {}
    for n in r.sample(tasks, min(len(tasks), r.choice([1, 1, 2, 3, 4]))):
        task = state.problem.tasks[n]
        pool = task.pools.get(source)
        if pool is None or vehicle not in task.carriers[source]:
            continue
        step = state.problem.items[task.item].step
        room = free.setdefault(pool, state.problem.pools[pool].total - state.used[pool])
        most = min(state.left[n], room) // step
        if most > 0:
            quantity = step * (most if r.random() < 0.4 else r.randint(1, most))
            free[pool] -= quantity
            visits.append((n, quantity))
    return state.make_trip(vehicle, source, visits) if visits else None


def grown(state: State, r: Random, vehicle: int) -> bool:
    """Another trip among those of the vehicle, if the engine allows it."""
    trip = a_trip(state, r, vehicle)
    if trip is None:
        return False
    trips = list(state.trips[vehicle])
    trips.insert(r.randint(0, len(trips)), trip)
    return drives(state, vehicle, trips)


def as_plan(state: State) -> Plan:
    journeys, convoys = journeys_and_convoys(state)
    return Plan(journeys=journeys, convoys=convoys)


def what_is_wrong(situation: Situation, made: Plan) -> set[str]:
    """The rules broken on the road and in the bodies; a random plan names no reasons for what it leaves behind."""
    return {violation.rule for violation in check(situation, made)} - {"unserved"}


def drives(state: State, vehicle: int, trips: list[Trip]) -> bool:
    """Whether the engine allows it; then it is done."""
    times = state.schedule(vehicle, trips, 0)
    if times is None:
        return False
    kept = list(state.trips[vehicle]), state.times[vehicle]
    state.commit(vehicle, trips, times)
    # What is baked or still arriving is shared by vehicles: the search asks this when it draws.
    if overdrawn(state) is not None:
        state.commit(vehicle, *kept)
        return False
    return True


def worth_as_counted(situation: Situation, state: State, made: Plan) -> None:
    quantity = {need.code: need.quantity for need in needs(situation)}
    served = sum(part / quantity[code] for code, part, _ in deliveries(situation, made))
    saved = objective_of_nothing(situation) - objective(situation, measure(situation, made))
    gained = state.value - state.on_the_way - state.worth * served
    assert gained == pytest.approx(saved, rel=1e-9, abs=1e-6)


def try_world(situation: Situation, seed: int) -> int:
    """How many plans were compared."""
    r = Random(seed)
    state = an_empty(situation)
    compared = 0
    for _ in range(TRIES if state.problem.vehicles else 0):
        vehicle = r.randrange(len(state.problem.vehicles))
        if r.random() < 0.3:
            drives(state, vehicle, [trip for trip in state.trips[vehicle] if r.random() < 0.5])
        if not grown(state, r, vehicle):
            continue
        made = as_plan(state)
        # A convoy below its smallest size is a step on the way: both see it, and only the engine puts a price on it.
        short = state.short_convoys() > 0
        assert what_is_wrong(situation, made) == ({"convoy-size"} if short else set()), seed
        if not short:
            worth_as_counted(situation, state, made)
        compared += 1
    return compared


@pytest.mark.parametrize("make", [a_world, a_convoy_world, a_relay_world])
def test_what_the_engine_allows_the_judge_allows_at_the_same_worth(make, worlds: int) -> None:
    compared = sum(try_world(make(seed), seed) for seed in range(worlds))
    assert compared > 10 * worlds


def with_open_roads(world: Situation) -> Situation:
    roads = (replace(road, status=RoadStatus.OPEN, gate=None, night_allowed=True) for road in world.roads)
    return replace(world, roads=tuple(replace(road, max_gross_mass_g=None, max_height_mm=None) for road in roads))


def with_open_places(world: Situation) -> Situation:
    places = tuple(replace(place, opening=ALWAYS, largest_gross_mass_g=None) for place in world.places)
    return replace(world, places=places)


def with_tireless_crews(world: Situation) -> Situation:
    vehicles = (replace(vehicle, available_from=None, available_until=None) for vehicle in world.vehicles)
    return replace(world, vehicles=tuple(replace(v, shift=ALWAYS, driving_limit_s=24 * 3600) for v in vehicles))


def with_roomy_bodies(world: Situation) -> Situation:
    def roomy(vehicle: Vehicle) -> Vehicle:
        rooms = tuple(3 * room for room in vehicle.compartments_cm3)
        return replace(vehicle, payload_g=3 * vehicle.payload_g, compartments_cm3=rooms, closed_body=True)

    return replace(world, vehicles=tuple(roomy(vehicle) for vehicle in world.vehicles))


def with_everything_together(world: Situation) -> Situation:
    return replace(world, segregation=())


def with_everything_there(world: Situation) -> Situation:
    return replace(world, stock=tuple(replace(lot, available_from=None, expiry=None) for lot in world.stock))


EASIER = (
    with_open_roads,
    with_open_places,
    with_tireless_crews,
    with_roomy_bodies,
    with_everything_together,
    with_everything_there,
)


def told_again(state: State, elsewhere: State, vehicle: int, trips: list[Trip]) -> list[Trip] | None:
    """The same trips in the numbers of another problem; None: there, a need or its store is out of reach."""
    numbers = {task.need.code: n for n, task in enumerate(elsewhere.problem.tasks)}
    result = []
    for trip in trips:
        codes = [(state.problem.tasks[n].need.code, quantity) for n, quantity in trip.visits]
        if not all(code in numbers for code, _ in codes):
            return None
        tasks = [elsewhere.problem.tasks[numbers[code]] for code, _ in codes]
        if not all(trip.source in task.pools and vehicle in task.carriers[trip.source] for task in tasks):
            return None
        made = elsewhere.make_trip(vehicle, trip.source, [(numbers[code], quantity) for code, quantity in codes])
        if made is None:
            return None
        result.append(made)
    return result


def try_easier_world(situation: Situation, seed: int) -> tuple[int, int]:
    """How many plans of one vehicle, made where a rule does not hold, the judge lets pass all the same, and how not."""
    r = Random(seed)
    easier, state = an_empty(r.choice(EASIER)(situation)), an_empty(situation)
    passed = refused = 0
    for _ in range(TRIES // 4 if easier.problem.vehicles else 0):
        vehicle = r.randrange(len(easier.problem.vehicles))
        for _ in range(r.choice([1, 1, 2, 3])):
            grown(easier, r, vehicle)
        made = as_plan(easier)
        if made.journeys and not what_is_wrong(situation, made):
            again = told_again(easier, state, vehicle, easier.trips[vehicle])
            assert again is not None, seed
            assert drives(state, vehicle, again), seed
            value, own = (objective(situation, measure(situation, one)) for one in (made, as_plan(state)))
            assert own <= value + 1e-6, seed
            assert drives(state, vehicle, [])
            passed += 1
        elif made.journeys:
            refused += 1
        assert drives(easier, vehicle, [])
    return passed, refused


@pytest.mark.parametrize("make", [a_world, a_convoy_world])
def test_what_the_judge_lets_pass_the_engine_allows_and_does_no_worse(make, worlds: int) -> None:
    passed, refused = map(sum, zip(*(try_easier_world(make(seed), seed) for seed in range(worlds)), strict=True))
    assert min(passed, refused) > worlds // 4, (passed, refused)
