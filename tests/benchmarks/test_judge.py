"""The judge of benchmark plans against plans that each break one rule."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from benchmarks.instance import Instance, Route, Trip, Vehicles, routes_from_json
from benchmarks.judge import arrivals, better_direction, judge

# On a line: depot at 0, customers 1, 2, 3 at 10, 20 and 30.
LINE = np.abs(np.subtract.outer([0, 10, 20, 30], [0, 10, 20, 30])).astype(float)
BASE = Instance(
    kind="test",
    name="line",
    distance=LINE,
    depots=(0,),
    demand=(0, 4, 4, 4),
    vehicles=(Vehicles(count=2, capacity=8),),
)
GOOD = [Route(0, (Trip(0, ((1, 4), (2, 4))),)), Route(0, (Trip(0, ((3, 4),)),))]


def _one(*stops):
    return Route(0, (Trip(0, stops),))


def test_good_plan():
    found = judge(BASE, GOOD)
    assert found.value == 2 * 20 + 2 * 30
    assert found.vehicles == 2
    assert found.faults == ()


@pytest.mark.parametrize(
    ("plan", "fault"),
    [
        (GOOD[:1], "node 3 gets 0 of 4"),
        ([*GOOD, _one((3, 4))], "3 vehicles of type 0, there are 2"),
        ([_one((1, 4), (2, 4), (3, 4))], "route 1: trip 1 carries 12, room is for 8"),
        ([_one((1, 4), (1, 0), (2, 4)), GOOD[1]], "node 1 is visited 2 times"),
        ([_one((1, 2), (2, 4)), _one((3, 4), (1, 2))], "node 1 is visited 2 times"),
        ([_one((1, 5), (2, 4)), GOOD[1]], "node 1 gets 5 of 4"),
        ([_one((1, 4), (2, 4), (0, 0)), GOOD[1]], "node 0 is no customer"),
        ([Route(1, GOOD[0].trips), GOOD[1]], "vehicle type 1 does not exist"),
        ([Route(0, (*GOOD[0].trips, *GOOD[1].trips))], "route 1: loads again, which its type may not"),
        ([Route(0, (Trip(1, ((1, 4), (2, 4))),)), GOOD[1]], "route 1: trip 1 loads at node 1, its depot is 0"),
        ([*GOOD[:1], Route(0, (Trip(0, ()),))], "route 2: trip 1 goes nowhere"),
        ([_one((1, 8), (2, 4)), _one((3, 4), (1, -4))], "route 2: trip 1 brings a quantity that is not positive"),
    ],
)
def test_each_rule(plan, fault):
    assert fault in judge(BASE, plan).faults


def test_splits_must_add_up():
    splits = replace(BASE, splits=True)
    assert judge(splits, [_one((1, 3), (2, 4)), _one((1, 1), (3, 4))]).faults == ()
    assert judge(splits, [_one((1, 2), (2, 4)), _one((1, 1), (3, 4))]).faults == ("node 1 gets 3 of 4",)


TIMED = replace(
    BASE,
    windows=((0.0, 200.0), (0.0, 50.0), (60.0, 70.0), (0.0, 200.0)),
    service=(0.0, 5.0, 5.0, 5.0),
    vehicles=(Vehicles(count=2, capacity=8, reloads=True),),
)


def test_windows():
    # Node 2 first: reached at 20, begun at 60; node 1 then at 60 + 5 + 10 = 75, after it has closed at 50.
    late = [_one((2, 4), (1, 4)), GOOD[1]]
    assert judge(TIMED, late).faults == ("route 1: node 1 is reached at 75, it closes at 50",)
    assert judge(TIMED, GOOD).faults == ()


def test_release_holds_the_whole_trip():
    released = replace(TIMED, release=(0.0, 0.0, 55.0, 0.0))
    # Goods for node 2 are there at 55: node 1 at 65, closed since 50. In two trips node 1 is reached at 10.
    assert "route 1: node 1 is reached at 65, it closes at 50" in judge(released, GOOD).faults
    two = Route(0, (Trip(0, ((1, 4),)), Trip(0, ((2, 4),))))
    # Second trip leaves at 55, there at 75: too late by 5. Without the release at 50: 70, just in time.
    assert judge(released, [two, GOOD[1]]).faults == ("route 1: node 2 is reached at 75, it closes at 70",)
    assert judge(replace(released, release=(0.0, 0.0, 50.0, 0.0)), [two, GOOD[1]]).faults == ()


def test_duration_counts_from_the_latest_start_that_ends_as_early():
    # Out to node 2, which opens at 60: leaving at 40 is as good as at 0. Service 5, back by 85: away for 45.
    away = [_one((2, 4)), _one((1, 4), (3, 4))]

    def faults(longest):
        return judge(replace(TIMED, vehicles=(Vehicles(count=2, capacity=8, max_duration=longest),)), away).faults

    assert faults(70) == ()  # 0-1-3-0: 10 + 5 + 20 + 5 + 30
    assert faults(69) == ("route 2: is away for 70, allowed are 69",)
    assert "route 1: is away for 45, allowed are 44" in faults(44)


def test_waiting_is_the_sum_of_arrivals_without_the_way_back():
    waiting = replace(BASE, waiting=True, service=(0.0, 5.0, 5.0, 5.0))
    assert judge(waiting, GOOD).value == 10 + (10 + 5 + 10) + 30
    assert arrivals(waiting, _one((2, 4), (1, 4))) == 20 + (20 + 5 + 10)
    # A share of the goods ends a share of the waiting.
    assert arrivals(waiting, _one((1, 1), (2, 4))) == 10 / 4 + 25


def test_better_direction():
    waiting = replace(BASE, waiting=True)
    for order in permutations(((1, 4), (2, 4), (3, 4))):
        route = _one(*order)
        turned = _one(*order[::-1])
        best = better_direction(waiting, route)
        assert best in (route, turned)
        assert arrivals(waiting, best) == min(arrivals(waiting, route), arrivals(waiting, turned))


def test_costs_of_types():
    mixed = replace(
        BASE,
        vehicles=(
            Vehicles(count=1, capacity=8, fixed_cost=100, cost_per_distance=2),
            Vehicles(count=None, capacity=4, cost_per_distance=3),
        ),
        unit=10,
    )
    plan = [GOOD[0], Route(1, GOOD[1].trips)]
    assert judge(mixed, plan).value == (100 + 2 * 40 + 3 * 60) / 10


def test_plan_comes_back_from_json():
    assert list(routes_from_json([route.as_json for route in GOOD])) == GOOD
