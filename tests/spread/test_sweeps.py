"""Regions planned and joined: one plan that keeps every rule, the same each time, and better with each sweep."""

from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st

from benchmarks.relief import relief_situation
from karavan.domain.check import check
from karavan.domain.needs import needs
from karavan.domain.planfile import plan_from_json, plan_to_json
from karavan.domain.roads import RoadSource
from karavan.domain.value import measure, objective
from karavan.planning import plan
from karavan.planning.spread.sweeps import plan_regions
from tests.properties.worlds import a_convoy_world, a_relay_world, a_world

pytestmark = pytest.mark.usefixtures("quick_bound")


@pytest.fixture(scope="module")
def situation():
    return relief_situation(200, vehicles=30)


@pytest.fixture(scope="module")
def swept(situation):
    return [plan_regions(situation, rounds=40, sweeps=sweeps, size=60) for sweeps in range(4)]


def test_nothing_is_broken(situation, swept):
    for one in swept:
        assert [str(violation) for violation in check(situation, one)] == []
        assert one.journeys
        assert one.bound_person_h is None


def test_each_sweep_is_better_or_as_good(situation, swept):
    worth = [objective(situation, one.value) for one in swept]
    assert worth == sorted(worth, reverse=True)
    assert worth[-1] < worth[0]


def test_the_same_again(situation, swept):
    again = plan_regions(situation, rounds=40, sweeps=2, size=60)
    assert plan_to_json(again) == plan_to_json(swept[2])
    assert plan_to_json(plan_regions(situation, seed=1, rounds=40, sweeps=2, size=60)) != plan_to_json(again)


def test_progress_tells_the_value_of_the_plan(situation):
    told = []
    made = plan_regions(situation, rounds=10, sweeps=1, size=60, progress=told.append)
    assert [now.sweep for now in told] == sorted(now.sweep for now in told)
    assert {now.done for now in told if now.sweep == 0} == set(range(1, told[0].total + 1))
    assert told[-1].value == pytest.approx(objective(situation, made.value))


def test_every_line_is_delivered_or_has_a_reason(situation, swept):
    """Goods change vehicles on the way to the upper valley, and these journeys outlast the sweeps."""
    upper = {need.code for need in needs(situation) if "upper" in situation.place[need.place].zones}
    for one in swept:
        left = {row.need: row for row in one.unserved}
        assert any(code not in left for code in upper)
        assert all(row.reasons for row in left.values())


def test_one_region_is_about_as_good_as_a_plan(situation):
    whole = plan_regions(situation, rounds=300, sweeps=0, size=10_000)
    assert not check(situation, whole)
    usual = plan(situation, rounds=300)
    assert objective(situation, whole.value) == pytest.approx(objective(situation, usual.value), rel=0.05)


def test_straight_lines():
    situation = replace(relief_situation(120), roads=(), road_source=RoadSource.STRAIGHT)
    made = plan_regions(situation, rounds=20, sweeps=1, size=60)
    assert [str(violation) for violation in check(situation, made)] == []
    assert made.value.delivered_permille > 300


def test_time_ends_it(situation):
    made = plan_regions(situation, limit_s=2, size=60)
    assert not check(situation, made)
    assert made.journeys


def test_nothing_to_plan():
    empty = replace(relief_situation(10), requests=())
    assert not check(empty, plan_regions(empty, rounds=1))
    assert not check(empty, plan_regions(replace(empty, vehicles=()), rounds=1))
    without = replace(relief_situation(10), vehicles=())
    assert not check(without, plan_regions(without, rounds=1))
    unsupplied = replace(relief_situation(10), stock=(), production=())
    assert not check(unsupplied, plan_regions(unsupplied, rounds=1))


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([a_world, a_convoy_world, a_relay_world]), st.sampled_from([1, 3, 100]))
def test_any_world_in_small_regions(seed, world, size):
    situation = world(seed)
    made = plan_regions(situation, seed=seed, rounds=6, sweeps=2, size=size)
    assert [str(violation) for violation in check(situation, made)] == []
    assert made.value == measure(situation, made)
    assert plan_from_json(plan_to_json(made)) == made


def test_no_convoy_is_left_with_one_vehicle_after_goods_have_changed_vehicles():
    """A slot closed while convoys were mended stayed so, and a convoy of one in it was not seen."""
    situation = relief_situation(300)
    made = plan_regions(situation, seed=0, rounds=300, sweeps=0, size=10_000)
    assert made.convoys
    assert [str(violation) for violation in check(situation, made)] == []
