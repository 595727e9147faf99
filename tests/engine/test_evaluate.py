"""The core and the judge say the same of every day: what it costs, and whether it can be driven."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from random import Random

import numpy as np
import pytest

from karavan.planning.engine import (
    Depot,
    Instance,
    Objective,
    Route,
    Solution,
    Trip,
    VehicleType,
    Visit,
    evaluate,
)
from karavan.planning.engine.solver import core_problem, days_of
from tests.engine.small import BOTH, WAITING, any_plan, instance, with_trips, with_windows

PLANS = 1_000


def _kinds(random: Random, **more: object) -> tuple[VehicleType, ...]:
    first = VehicleType(count=None, capacity=(12,), start=0, end=0, fixed_cost=7, cost_per_duration=2, **more)
    return first, replace(first, end=None, cost_per_distance=3, max_duration=random.choice((60.0, 120.0, inf)))


def _plain(random: Random) -> tuple[str, Instance]:
    return "distance", instance(random, 7, even=False, vehicle_types=(_kinds(random)[0],))


def _waiting(random: Random) -> tuple[str, Instance]:
    kind = VehicleType(count=None, capacity=(12,), start=0, end=None, earliest=3)
    return "waiting", instance(random, 7, even=False, vehicle_types=(kind,), objective=WAITING, waiting_at="end")


def _mixed(random: Random) -> tuple[str, Instance]:
    made = instance(random, 7, even=False, objective=BOTH, vehicle_types=_kinds(random, max_distance=90))
    return "mixed", replace(made, visits=tuple(replace(v, service_s=random.randrange(6)) for v in made.visits))


def _windowed(random: Random) -> tuple[str, Instance]:
    made = instance(random, 7, even=False, vehicle_types=_kinds(random, latest=150, earliest=5), objective=BOTH)
    return "windowed", with_windows(random, made)


def _durations(random: Random) -> tuple[str, Instance]:
    made = instance(random, 7, even=False, vehicle_types=_kinds(random), objective=Objective(duration=1))
    return "windowed", with_windows(random, made)


def _trips(random: Random) -> tuple[str, Instance]:
    made = instance(random, 7, depots=2, vehicle_types=_kinds(random), objective=Objective(duration=1))
    return "windowed", with_trips(random, with_windows(random, made))


def _trips_and_waiting(random: Random) -> tuple[str, Instance]:
    made = instance(random, 7, depots=2, vehicle_types=_kinds(random), objective=BOTH)
    return "windowed", with_trips(random, with_windows(random, made))


def _compartments(random: Random) -> tuple[str, Instance]:
    made = instance(random, 7, vehicle_types=(VehicleType(count=None, capacity=(10, 6), start=0, end=0),))
    visits = [replace(v, demand=(*v.demand, random.randrange(4))) for v in made.visits]
    return "distance", replace(made, visits=tuple(visits))


CASES = [_plain, _waiting, _mixed, _windowed, _durations, _trips, _trips_and_waiting, _compartments]


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__.strip("_"))
def test_the_core_and_the_judge_agree(make):
    random = Random(7)
    driven = 0
    for _ in range(PLANS // 20):
        clock, made = make(random)
        core = core_problem(made)
        for _ in range(20):
            plan = any_plan(random, made)
            for route, cost in zip(plan.routes, core.price(clock, days_of(made, plan)), strict=True):
                served = {visit for trip in route.trips for visit, _ in trip.stops}
                alone = Solution((route,), tuple(set(range(7)) - served), 0.0)
                verdict = evaluate(made, alone)
                broken = [text for text in verdict.violations if text.startswith("route")]
                assert (cost == inf) == bool(broken), (cost, broken, route)
                driven += cost < inf
                assert cost == inf or cost == pytest.approx(verdict.cost, abs=1e-9)
    assert driven > PLANS / 4


def _one_visit(**changes: object) -> Instance:
    its = np.array([[0.0, 10.0], [10.0, 0.0]])
    kind = VehicleType(count=1, capacity=(5,), start=0, end=0, fixed_cost=3)
    visit = Visit(location=1, demand=(4,), weight=2, service_s=6, windows=((20, 30),))
    made = Instance(
        distance=(its,), duration=(2 * its,), depots=(Depot(location=0),), visits=(visit,), vehicle_types=(kind,)
    )
    return replace(made, **changes)  # type: ignore[arg-type]


PLAN = Solution((Route(0, (Trip(0, ((0, 4),)),)),), (), 0.0)


def test_the_judge_adds_up():
    made = _one_visit(objective=Objective(waiting=5, distance=7, duration=11, fixed=13))
    kind = replace(made.vehicle_types[0], cost_per_duration=2)
    verdict = evaluate(replace(made, vehicle_types=(kind,)), PLAN)
    # Arrives at 20, serves till 26, is back at 46, having left at 0: waiting 2 * 20, distance 20, duration 46.
    assert verdict.cost == 5 * 40 + 7 * 20 + 11 * 2 * 46 + 13 * 3
    assert verdict.feasible


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (Solution((), (), 0.0), "visit 0: not served"),
        (Solution((), (0,), 0.0), "visit 0: required and missing"),
        (Solution((Route(0, (Trip(0, ((0, 3),)),)),), (), 0.0), "visit 0: 3 of 4 brought"),
        (Solution((PLAN.routes[0], PLAN.routes[0]), (), 0.0), "vehicle type 0: 2 used, 1 there"),
    ],
)
def test_the_judge_names_what_is_wrong(plan, said):
    assert said in evaluate(_one_visit(), plan).violations


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"latest": 45.0}, "ends too late"),
        ({"capacity": (3,)}, "trip 0 loads 4 of 3"),
        ({"max_distance": 19.0}, "drives 20.0, at most 19.0"),
        ({"max_duration": 45.0}, "lasts 46.0, at most 45.0"),
        ({"earliest": 11.0}, "visit 0: reached after it closed"),
    ],
)
def test_the_judge_names_what_a_vehicle_breaks(change, said):
    made = _one_visit()
    made = replace(made, vehicle_types=(replace(made.vehicle_types[0], **change),))
    assert f"route 0: {said}" in evaluate(made, PLAN).violations
