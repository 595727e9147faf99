"""Nearest first, full trucks, first come."""

from __future__ import annotations

from dataclasses import replace

from karavan.planning.by_hand import plan_by_hand
from tests.cast import a_flour_situation, a_situation
from tests.planning.small import a_point, a_relay_situation, a_request, a_road, in_numbers, planned


def test_the_truck_goes_to_the_nearest_place_first_whoever_waits_there() -> None:
    world = a_flour_situation()
    world = replace(
        world,
        places=(*world.places, a_point("NEAR")),
        roads=(*world.roads, a_road("R-NEAR", "ASK", "NEAR", 5)),
        vehicles=world.vehicles[:1],
        requests=(*world.requests, a_request("REQ-2", "NEAR", "FLOUR 500", people=1)),
    )
    problem = in_numbers(world)
    state = plan_by_hand(problem)
    (trip,) = state.trips[0]
    assert [problem.needs[task].place for task, _ in trip.visits] == ["NEAR", "KHN"]


def test_the_larger_truck_goes_first_and_full() -> None:
    world = a_flour_situation(15_000)
    world = replace(world, vehicles=(replace(world.vehicles[0], payload_g=5_000_000), world.vehicles[1]))
    state = plan_by_hand(in_numbers(world))
    assert [[q for trip in trips for _, q in trip.visits] for trips in state.trips] == [[], [15_000]]


def test_by_hand_goods_change_vehicles_too() -> None:
    state = plan_by_hand(in_numbers(a_relay_situation()))
    assert [sum(q for trip in trips for _, q in trip.visits) for trips in state.trips] == [5_000, 5_000, 0]


def test_every_plan_says_how_it_would_be_by_hand_and_for_cost_only() -> None:
    made = planned(a_situation())
    assert [it.name for it in made.comparisons] == ["hand", "cost"]
    assert made.value.waiting_person_h <= min(it.value.waiting_person_h for it in made.comparisons)
