"""Insertion, splitting, ruin and recreate: the state counts what its trips hold, whatever happens to them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from karavan.domain.check import check
from karavan.domain.situation import Situation
from karavan.planning.search import Allowance, Random, Search, State, empty_state
from karavan.planning.travel import FAR
from tests.cast import TRUCK_1, a_convoy_situation, a_flour_situation, a_situation, with_vehicle
from tests.planning.small import a_point, a_request, a_road, an_empty_state, given, in_numbers, planned, stops_of
from tests.properties.worlds import a_convoy_world, a_world


def counted(state: State) -> None:
    """What the state keeps by the way is what its trips say."""
    carried = [0] * len(state.problem.tasks)
    used = [0] * len(state.problem.pools)
    taken: dict = {}
    for vehicle, trips in enumerate(state.trips):
        for trip in trips:
            for task, quantity in trip.visits:
                carried[task] += quantity
                if trip.source >= 0:
                    used[state.problem.tasks[task].pools[trip.source]] += quantity
        for slot in state.slots(state.times[vehicle]):
            taken[slot] = taken.get(slot, 0) + 1
    assert [task.limit - left for task, left in zip(state.problem.tasks, state.left, strict=True)] == carried
    assert list(state.used) == used
    assert {slot: n for slot, n in state.taken.items() if n and n < FAR and n < 10**5} == taken
    assert min(state.left, default=0) >= 0


def built(situation: Situation) -> State:
    state = an_empty_state(situation)
    Search(state, Random(1)).build()
    return state


def test_a_need_that_fits_one_truck_goes_in_one() -> None:
    state = built(a_flour_situation(15_000))
    assert sorted(len(trips) for trips in state.trips) == [0, 0, 1]


def test_a_need_too_large_for_one_truck_is_split() -> None:
    world = a_flour_situation(35_000)
    world = replace(world, stock=tuple(replace(lot, quantity=50_000) for lot in world.stock))
    state = built(world)
    assert list(state.left) == [0]
    assert sorted(q for trips in state.trips for trip in trips for _, q in trip.visits) == [15_000, 20_000]


def test_a_truck_reloads_and_goes_again() -> None:
    world = a_flour_situation(35_000)
    world = replace(
        world, stock=tuple(replace(lot, quantity=50_000) for lot in world.stock), vehicles=world.vehicles[:1]
    )
    made = planned(world)
    assert given(made, "REQ-1/1") == 35_000
    assert [stop.place for stop in stops_of(made, "T1")] == ["AGD", "KHN", "AGD", "KHN", "AGD"]


def test_two_places_on_one_way_share_a_truck() -> None:
    world = a_flour_situation(5_000)
    world = replace(
        world,
        places=(*world.places, a_point("END")),
        roads=(*world.roads, a_road("R-END", "KHN", "END", 10)),
        vehicles=world.vehicles[:1],
        requests=(*world.requests, a_request("REQ-2", "END", "FLOUR 5000")),
    )
    made = planned(world)
    assert [stop.place for stop in stops_of(made, "T1")] == ["AGD", "KHN", "END", "AGD"]


def test_no_need_is_left_behind_for_its_cost() -> None:
    """A sack for a place whose people are not counted: it saves nobody an hour, and is brought all the same."""
    world = a_flour_situation(50)
    uncounted = replace(world, requests=(replace(world.requests[0], people=0),))
    plan = planned(uncounted)
    assert [goods.quantity for goods in plan.journeys[0].stops[0].loads] == [50]
    assert plan.unserved == ()


@pytest.mark.parametrize("seed", range(12))
def test_the_books_agree_after_many_rounds(seed: int) -> None:
    state = an_empty_state(a_world(seed))
    search = Search(state, Random(seed))
    search.build()
    counted(state)
    if state.problem.tasks:
        before = state.value
        search.rounds(Allowance(rounds=15))
        assert state.value >= before - 1e-9 or state.short_convoys() == 0
    counted(state)


@pytest.mark.parametrize("seed", range(12))
def test_no_convoy_is_left_too_small(seed: int) -> None:
    state = an_empty_state(a_convoy_world(seed))
    search = Search(state, Random(seed))
    search.build()
    state.mend_convoys()
    assert state.short_convoys() == 0
    counted(state)


def test_trucks_meet_for_a_convoy_of_two() -> None:
    world = a_convoy_situation(convoy_min=2)
    world = replace(
        world,
        vehicles=world.vehicles[:2],
        requests=(a_request("REQ-1", "KHN", "FLOUR 30000"),),
        stock=tuple(replace(lot, quantity=50_000) for lot in world.stock),
    )
    made = planned(world)
    assert given(made, "REQ-1/1") == 30_000
    assert {len(convoy.journeys) for convoy in made.convoys} == {2}


def test_a_truck_alone_makes_no_convoy_of_two() -> None:
    world = a_convoy_situation(convoy_min=2)
    made = planned(replace(world, vehicles=world.vehicles[:1], requests=(a_request("REQ-1", "KHN", "FLOUR 5000"),)))
    assert made.journeys == ()


def test_another_vehicle_and_another_hour_are_changes() -> None:
    """T1, number 0, hands the flour over at ``end``; by the plan before it was to be ..."""
    state = an_empty_state(a_flour_situation())
    trip = state.make_trip(0, state.problem.network.number["AGD"], ((0, 5_000),))
    assert trip is not None
    times = state.schedule(0, [trip], 0)
    assert times is not None
    end = times.trips[0].stops[-1].end
    state.change_cost = 240.0
    for before, cost in (
        ({}, 0),
        ({"REQ-1/1": {0: [end]}}, 0),
        ({"REQ-1/1": {0: [end + 1_799]}}, 0),
        ({"REQ-1/1": {0: [end + 1_800]}}, 240),
        ({"REQ-1/1": {0: [end + 9_000, end - 60]}}, 0),
        ({"REQ-1/1": {1: [end]}}, 240),
        ({"REQ-2/1": {1: [end]}}, 0),
    ):
        state.remember(before)
        assert state.changed(0, [trip], times) == cost, before


def test_cost_alone_prefers_the_cheap_truck_and_no_hurry() -> None:
    world = with_vehicle(a_flour_situation(), "T2", cost_fixed=1, cost_per_km=1)
    state = empty_state(in_numbers(world), hours=False)
    Search(state, Random(1)).build()
    assert [len(trips) for trips in state.trips] == [0, 1, 0]


def test_the_same_seed_searches_the_same_way() -> None:
    values = set()
    for _ in range(2):
        state = an_empty_state(a_situation())
        search = Search(state, Random(5))
        search.build()
        search.rounds(Allowance(rounds=30))
        values.add(repr([[(trip.source, trip.visits) for trip in trips] for trips in state.trips]))
    assert len(values) == 1


def test_what_one_vehicle_could_carry_goes_with_two_where_one_may_not_go_alone() -> None:
    """Two tonnes for one truck; the road is for convoys of two, and of three."""
    for least in (2, 3):
        world = a_convoy_situation(convoy_min=least)
        world = replace(world, requests=(a_request("REQ-1", "KHN", "FLOUR 2000"),))
        world = replace(world, vehicles=tuple(replace(TRUCK_1, plate=plate) for plate in ("T1", "T2", "T3")))
        made = planned(world)
        assert check(world, made) == ()
        assert made.unserved == ()
        assert len({journey.vehicle for journey in made.journeys}) == least
        assert {len(convoy.journeys) for convoy in made.convoys} == {least}


def test_nobody_goes_along_empty() -> None:
    world = a_convoy_situation(convoy_min=2)
    made = planned(replace(world, requests=(a_request("REQ-1", "KHN", "FLOUR 50"),)))
    assert made.journeys == ()
    (line,) = made.unserved
    assert [str(reason) for reason in line.reasons] == [
        "the way to KHN is for convoys of at least 2 vehicles, and this is too little for so many: "
        "send it with other goods"
    ]
