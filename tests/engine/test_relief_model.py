"""The compiled planner and the domain say the same: what a plan is worth and holds, and when each trip is driven."""

from __future__ import annotations

import pytest

from karavan.domain.needs import needs
from karavan.domain.plans import Plan
from karavan.domain.situation import Situation
from karavan.domain.units import HOUR_S
from karavan.domain.value import INEQUITY_WEIGHT, deliveries, measure, objective, waiting_from, waiting_of_nothing
from karavan.planning.allocate import share_fairly
from karavan.planning.outcome import journeys_and_convoys
from karavan.planning.problem import bridge, find_tasks
from karavan.planning.search import Allowance, Random, Search, State, empty_state
from tests.planning.test_search import counted
from tests.properties.worlds import a_convoy_world, a_relay_world, a_world

WORLDS = 60
ROUNDS = 60


def searched(situation: Situation, seed: int, rounds: int = ROUNDS, seeds: int = 1) -> State:
    problem = bridge(situation)
    find_tasks(problem)
    share_fairly(problem)
    state = empty_state(problem)
    search = Search(state, Random(seed))
    search.build()
    if problem.tasks:
        search.rounds(Allowance(rounds=rounds, seeds=seeds))
    return state


def objective_of_nothing(situation: Situation) -> float:
    horizon_h = situation.operation.horizon_s / HOUR_S
    hours = [
        (need, (situation.operation.end - waiting_from(situation, need)).total_seconds() / HOUR_S)
        for need in needs(situation)
    ]
    inequity = sum(need.people_weight * waited * waited / horizon_h for need, waited in hours)
    return waiting_of_nothing(situation) + INEQUITY_WEIGHT * inequity


@pytest.mark.parametrize("seeds", [1, 3])
@pytest.mark.parametrize("make", [a_world, a_convoy_world, a_relay_world])
def test_value_is_the_objective_saved(make, seeds: int) -> None:
    """What the engine gains is the objective of nothing less that of the plan, and the worth of what is served."""
    for seed in range(WORLDS):
        situation = make(seed)
        state = searched(situation, seed, seeds=seeds)
        journeys, convoys = journeys_and_convoys(state)
        plan = Plan(journeys=journeys, convoys=convoys)
        quantity = {need.code: need.quantity for need in needs(situation)}
        served = sum(part / quantity[code] for code, part, _ in deliveries(situation, plan))
        saved = objective_of_nothing(situation) - objective(situation, measure(situation, plan))
        gained = state.value - state.on_the_way - state.worth * served
        assert gained == pytest.approx(saved, rel=1e-9, abs=1e-6), seed


@pytest.mark.parametrize("make", [a_world, a_convoy_world, a_relay_world])
def test_every_vehicle_drives_its_trips_anew_as_they_are_kept(make) -> None:
    """
    Undone, redone and partly reused schedules are the same as those made in one go; and the books agree.

    Convoys of several paces have others to go along with by then: a vehicle in one may do better, or go another way.
    One that no others would go along with may have been sent round; asked again, it takes the road for convoys.
    """
    for seed in range(WORLDS):
        state = searched(make(seed), seed)
        counted(state)
        for vehicle, trips in enumerate(state.trips):
            again, kept = state.schedule(vehicle, trips, 0), state.times[vehicle]
            assert again is not None, (seed, vehicle)
            if not state.slots(kept) and not state.slots(again):
                assert again.gain == pytest.approx(kept.gain), (seed, vehicle)


@pytest.mark.parametrize("make", [a_world, a_convoy_world])
def test_more_rounds_are_never_worse(make) -> None:
    for seed in range(20):
        few, many = searched(make(seed), seed, 0), searched(make(seed), seed, 200)
        assert many.value >= few.value - 1e-6, seed
