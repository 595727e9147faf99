"""On tiny instances the engine finds what trying every plan finds, for each thing it can plan."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from karavan.planning.engine import Depot, Instance, Objective, VehicleType, evaluate, solve
from tests.engine.small import BOTH, WAITING, instance, least, with_trips, with_windows


def _distance(random: Random) -> Instance:
    return instance(random, 5, even=False)


def _waiting(random: Random) -> Instance:
    kind = VehicleType(count=2, capacity=(14,), start=0, end=None)
    return instance(random, 5, objective=WAITING, vehicle_types=(kind,))


def _waiting_till_the_end(random: Random) -> Instance:
    made = _waiting(random)
    visits = tuple(replace(visit, service_s=random.randint(0, 9)) for visit in made.visits)
    return replace(made, visits=visits, waiting_at="end", depots=(Depot(location=0, service_s=4),))


def _both(random: Random) -> Instance:
    kind = VehicleType(count=3, capacity=(12,), start=0, end=0, fixed_cost=20, cost_per_duration=2, max_duration=90)
    return instance(random, 4, objective=BOTH, vehicle_types=(kind,))


def _limits(random: Random) -> Instance:
    kind = VehicleType(count=None, capacity=(20,), start=0, end=0, max_distance=100, cost_per_duration=1, fixed_cost=9)
    return instance(random, 4, vehicle_types=(kind,), objective=Objective(distance=1, duration=2))


def _fleet(random: Random) -> Instance:
    kinds = (
        VehicleType(count=1, capacity=(5,), start=0, end=0, fixed_cost=5),
        VehicleType(count=2, capacity=(8,), start=0, end=0, fixed_cost=25, cost_per_distance=1.5),
        VehicleType(count=None, capacity=(16,), start=0, end=0, fixed_cost=60, cost_per_distance=2),
    )
    return instance(random, 4, vehicle_types=kinds)


def _depots(random: Random) -> Instance:
    kinds = tuple(VehicleType(count=2, capacity=(9,), start=i, end=1 - i) for i in range(2))
    return instance(random, 4, depots=2, vehicle_types=kinds)


def _only_some_vehicles(random: Random) -> Instance:
    made = _depots(random)
    visits = tuple(replace(v, vehicle_types=random.choice((None, frozenset({0}), frozenset({1})))) for v in made.visits)
    return replace(made, visits=visits)


def _profiles(random: Random) -> Instance:
    made, slow = instance(random, 4), instance(random, 4)
    kinds = tuple(VehicleType(count=None, capacity=(9,), start=0, end=0, profile=i, fixed_cost=9) for i in range(2))
    return replace(
        made,
        distance=(made.distance[0], slow.distance[0]),
        duration=(made.duration[0], slow.duration[0]),
        vehicle_types=kinds,
    )


def _windows(random: Random) -> Instance:
    return with_windows(random, instance(random, 5, even=False))


def _windows_and_waiting(random: Random) -> Instance:
    kind = VehicleType(count=3, capacity=(14,), start=0, end=0, earliest=4, latest=300, cost_per_duration=1)
    return with_windows(random, instance(random, 4, objective=BOTH, vehicle_types=(kind,)))


def _windows_and_durations(random: Random) -> Instance:
    kind = VehicleType(count=None, capacity=(14,), start=0, end=0, max_duration=120, cost_per_duration=1)
    return with_windows(random, instance(random, 4, objective=Objective(duration=1), vehicle_types=(kind,)))


def _trips(random: Random) -> Instance:
    return with_trips(random, instance(random, 4))


def _trips_windows_and_waiting(random: Random) -> Instance:
    kind = VehicleType(count=2, capacity=(6,), start=0, end=None)
    made = instance(random, 4, objective=replace(BOTH, duration=0), vehicle_types=(kind,))
    return with_trips(random, with_windows(random, made))


def _trips_from_two_depots(random: Random) -> Instance:
    return with_trips(random, instance(random, 3, depots=2))


def _optional(random: Random) -> Instance:
    made = instance(random, 4, vehicle_types=(VehicleType(count=1, capacity=(9,), start=0, end=0),))
    return replace(made, visits=tuple(replace(v, required=False, prize=random.randint(5, 60)) for v in made.visits))


def _split(random: Random) -> Instance:
    made = instance(random, 3, vehicle_types=(VehicleType(count=3, capacity=(6,), start=0, end=0),))
    visits = tuple(replace(visit, split_step=1, demand=(random.randint(3, 6),)) for visit in made.visits)
    return replace(made, visits=visits)


def _split_and_waiting(random: Random) -> Instance:
    made = _split(random)
    kind = VehicleType(count=3, capacity=(6,), start=0, end=None)
    return replace(made, objective=WAITING, vehicle_types=(kind,))


CASES = [
    _distance,
    _waiting,
    _waiting_till_the_end,
    _both,
    _limits,
    _fleet,
    _depots,
    _only_some_vehicles,
    _profiles,
    _windows,
    _windows_and_waiting,
    _windows_and_durations,
    _trips,
    _trips_windows_and_waiting,
    _trips_from_two_depots,
    _optional,
    _split,
    _split_and_waiting,
]


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__.strip("_"))
def test_no_plan_is_better(make):
    for seed in range(4):
        made = make(Random(seed))
        found = solve(made, seed=seed, iterations=2_500)
        best = least(made)
        if best == float("inf"):
            assert found.cost == best
            continue
        verdict = evaluate(made, found)
        assert verdict.feasible, verdict.violations
        assert verdict.cost == pytest.approx(found.cost, abs=1e-6)
        assert found.cost == pytest.approx(best, abs=1e-6), (seed, found)
