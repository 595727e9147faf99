"""The bound is below whatever any planner does: ours with much effort, ours with little, and by hand."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings, strategies as st

from karavan.domain.situation import Situation
from karavan.domain.value import deliveries, waiting_of_nothing
from karavan.planning import plan
from karavan.planning.bound import lower_bound
from karavan.planning.problem import bridge
from tests.properties.worlds import a_convoy_world, a_relay_world, a_world


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.sampled_from([a_world, a_relay_world]), st.integers(0, 10**6))
def test_no_plan_beats_the_bound(make: Callable[[int], Situation], seed: int) -> None:
    situation = make(seed)
    made = plan(situation, rounds=40, seed=seed)
    waits = [made.value.waiting_person_h, *(it.value.waiting_person_h for it in made.comparisons)]
    assert 0 <= made.bound_person_h <= min(waits) * (1 + 1e-9) + 1e-6
    assert (made.shared_bound_person_h is not None) == bool(made.shares)
    assert (made.shared_bound_person_h or 0) <= made.value.waiting_person_h * (1 + 1e-9) + 1e-6
    assert made.bound_person_h <= waiting_of_nothing(situation) * (1 + 1e-9)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.sampled_from([a_world, a_relay_world, a_convoy_world]), st.integers(0, 10**6))
def test_no_plan_beats_the_bound_of_what_it_hands_over(make: Callable[[int], Situation], seed: int) -> None:
    """Where nobody gets more than the plan gives, the bound is closer, and still below the plan."""
    situation = make(seed)
    made = plan(situation, rounds=20, seed=seed)
    problem = bridge(situation)
    shares = dict.fromkeys((need.code for need in problem.needs), 0.0)
    quantity = {need.code: need.quantity for need in problem.needs}
    for code, handed_over, _ in deliveries(situation, made):
        shares[code] += handed_over / quantity[code]
    bound = lower_bound(problem, shares)
    assert bound <= made.value.waiting_person_h * (1 + 1e-9) + 1e-6


def test_the_bound_says_something() -> None:
    """Over twenty worlds it explains a part of the waiting, and not only where nothing can be done."""
    bounds, waits = 0.0, 0.0
    for seed in range(20):
        situation = a_world(seed)
        made = plan(situation, rounds=10)
        if made.journeys:
            bounds += made.bound_person_h
            waits += made.value.waiting_person_h
    assert bounds > 0.2 * waits
