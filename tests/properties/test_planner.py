"""Whatever the world, a plan breaks no rule, loses nothing, and can be written down and read back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from karavan.domain.check import check
from karavan.domain.needs import needs
from karavan.domain.planfile import plan_from_json, plan_to_json
from karavan.domain.plans import Plan
from karavan.domain.situation import Situation
from karavan.domain.value import deliveries, measure
from karavan.planning import plan
from tests.properties.worlds import a_convoy_world, a_relay_world, a_world

pytestmark = pytest.mark.usefixtures("quick_bound")

SEEDS = st.integers(0, 10**6)
ROUNDS = 6


def accounts(situation: Situation, made: Plan) -> dict[str, tuple[int, int]]:
    """For each need what is delivered and what is left behind."""
    found = {need.code: [0, 0] for need in needs(situation)}
    for code, quantity, _ in deliveries(situation, made):
        found[code][0] += quantity
    for line in made.unserved:
        if line.need in found:
            found[line.need][1] += line.quantity
    return {code: (delivered, left) for code, (delivered, left) in found.items()}


def holds(situation: Situation, made: Plan) -> None:
    assert [str(violation) for violation in check(situation, made)] == []
    for need in needs(situation):
        delivered, left = accounts(situation, made)[need.code]
        assert delivered + left == need.quantity, need.code
    assert all(line.reasons for line in made.unserved)
    assert made.value == measure(situation, made)
    if made.bound_person_h is not None:
        assert made.bound_person_h <= made.value.waiting_person_h * (1 + 1e-9) + 1e-6
    assert plan_from_json(plan_to_json(made)) == made


@settings(max_examples=180, derandomize=True, deadline=None)
@given(SEEDS)
def test_a_plan_holds(seed: int) -> None:
    situation = a_world(seed)
    holds(situation, plan(situation, rounds=ROUNDS, seed=seed))


@settings(max_examples=60, derandomize=True, deadline=None)
@given(SEEDS)
def test_a_plan_with_convoys_of_a_smallest_size_holds(seed: int) -> None:
    situation = a_convoy_world(seed)
    holds(situation, plan(situation, rounds=ROUNDS, seed=seed))


@settings(max_examples=80, derandomize=True, deadline=None)
@given(SEEDS)
def test_a_plan_in_which_goods_change_vehicles_holds(seed: int) -> None:
    situation = a_relay_world(seed)
    holds(situation, plan(situation, rounds=ROUNDS, seed=seed))


def test_worlds_are_worth_their_time() -> None:
    """A property that nothing ever touches is true of anything: the worlds have all that the planner can do."""
    relays = convoys = splits = left = 0
    for make in (a_world, a_convoy_world, a_relay_world):
        for seed in range(16):
            made = plan(make(seed), rounds=0)
            parts: dict[tuple[str, str], set[str]] = {}
            for journey in made.journeys:
                for stop in journey.stops:
                    relays += any(load.lot_place != stop.place for load in stop.loads)
                    for goods in stop.unloads:
                        parts.setdefault((goods.need, stop.place), set()).add(journey.code)
            convoys += any(len(convoy.journeys) > 1 for convoy in made.convoys)
            splits += any(len(codes) > 1 for codes in parts.values())
            left += bool(made.unserved)
    assert min(relays, convoys, splits, left) >= 2, (relays, convoys, splits, left)
