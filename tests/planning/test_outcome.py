"""From schedules to journeys: lots, compartments, codes, convoys."""

from __future__ import annotations

from dataclasses import replace

import pytest

from karavan.domain.goods import Lot
from karavan.domain.supply import loaded
from karavan.planning.outcome import _pieces, _runs, journeys_and_convoys
from tests.cast import a_convoy_situation, a_flour_situation, a_situation, at, drive, with_vehicle
from tests.planning.small import a_request, an_empty_state, planned, stops_of


def test_what_expires_first_goes_first() -> None:
    # F1 has 6,000 kg and expires first; F2 10,000, of which 1,000 are reserved.
    made = planned(a_flour_situation(14_000))
    assert loaded(made) == {("AGD", "FLOUR", "F1"): 6_000, ("AGD", "FLOUR", "F2"): 8_000}


def test_a_load_is_cut_along_lots_and_compartments() -> None:
    assert _pieces([("a", "W", 30), ("b", "W", 50)], ((0, 60), (1, 20))) == [
        ("a", "W", 30, 0),
        ("b", "W", 30, 0),
        ("b", "W", 20, 1),
    ]


def test_the_last_to_be_handed_over_is_loaded_first() -> None:
    world = a_situation(requests=(a_request("REQ-1", "KHN", "FLOUR 5000", "SOAP 1000"),))
    state = an_empty_state(world)
    trip = state.make_trip(0, 0, ((0, 5_000), (1, 1_000)))
    state.commit(0, [trip], state.schedule(0, [trip], 0))
    (journey,), _ = journeys_and_convoys(state)
    load, unload = journey.stops[0].loads, journey.stops[1].unloads
    # Both lines weigh alike for the people; 1,000 pieces of soap are off sooner than 5,000 kg of flour.
    assert [goods.item for goods in unload] == ["SOAP", "FLOUR"]
    assert [goods.item for goods in load] == ["FLOUR", "SOAP"]


def test_journeys_are_numbered_by_departure() -> None:
    made = planned(a_situation())
    assert [journey.code for journey in made.journeys] == ["J-001", "J-002", "J-003"]
    starts = [journey.stops[0].start for journey in made.journeys]
    assert starts == sorted(starts)


def test_only_the_last_journey_of_a_vehicle_ends_at_home() -> None:
    world = a_flour_situation(35_000, stock=(Lot(place="AGD", item="FLOUR", code="F", quantity=40_000),))
    world = replace(world, vehicles=world.vehicles[:1])
    made = planned(world)
    assert [[stop.place for stop in journey.stops] for journey in made.journeys] == [
        ["AGD", "KHN"],
        ["AGD", "KHN", "AGD"],
    ]


def test_a_convoy_marches_the_slowest_first_who_leads_it() -> None:
    world = a_convoy_situation(leader_above=1, convoy_min=2)
    world = with_vehicle(world, "T2", speed_permille=800)
    world = replace(world, requests=(a_request("REQ-1", "KHN", "FLOUR 15000", "SOAP 100000"),))
    world = replace(world, stock=tuple(replace(lot, quantity=200_000, reserved=0) for lot in world.stock))
    made = planned(world)
    plates = {journey.code: journey.vehicle for journey in made.journeys}
    (there,) = [convoy for convoy in made.convoys if convoy.destination == "KHN" and len(convoy.journeys) > 1]
    assert [plates[code] for code in there.journeys] == ["T2", "T1"]
    assert plates[there.leader] == "T2"
    # 1,800 / 0.8 = 2,250 s for both.
    assert (there.arrive - there.depart).total_seconds() == 2_250


def test_small_convoys_need_no_leader() -> None:
    made = planned(a_convoy_situation())
    assert made.convoys
    assert all(convoy.leader == "" for convoy in made.convoys)


def test_convoys_are_numbered_by_departure() -> None:
    """The ninth hour comes before the tenth, and September before October."""
    made = planned(a_convoy_situation())
    assert [convoy.code for convoy in made.convoys] == [f"C-{n:02d}" for n in range(1, len(made.convoys) + 1)]
    assert [convoy.depart for convoy in made.convoys] == sorted(convoy.depart for convoy in made.convoys)


def test_what_was_one_convoy_and_what_comes_next_are_two() -> None:
    old = drive("R-ASK AGD ASK 05:00 05:20", convoy="C-01")
    new = drive("R-KHN ASK KHN 06:00 06:30", convoy="?")
    alone = drive("R-BKR BKR AGD 04:00 04:05")
    assert _runs((*alone, *old, *new)) == [(1, 2), (2, 3)]
    assert _runs(()) == []


def test_bread_is_loaded_batch_by_batch() -> None:
    made = planned(a_situation(requests=(a_request("REQ-2", "KHN", "BREAD 400"),)))
    lots = [(goods.lot, goods.quantity) for stop in stops_of(made, "VAN") for goods in stop.unloads]
    assert sorted(lots) == [("oven 2023-09-22 09:00", 200), ("oven 2023-09-22 10:00", 200)]


def test_an_overdrawn_pool_is_never_glossed_over() -> None:
    state = an_empty_state(a_flour_situation())
    trip = state.make_trip(0, 0, ((0, 5_000),))
    state.commit(0, [trip], state.schedule(0, [trip], 0))
    state.problem.pools[1].batches = tuple(replace(b, quantity=100) for b in state.problem.pools[1].batches)
    state.problem.pools[0].batches = tuple(replace(b, quantity=100) for b in state.problem.pools[0].batches)
    with pytest.raises(AssertionError, match="overdrawn"):
        journeys_and_convoys(state)


def test_times_are_those_of_the_clock() -> None:
    made = planned(a_flour_situation())
    stops = stops_of(made, made.journeys[0].vehicle)
    assert [(stop.arrive, stop.end) for stop in stops] == [
        (at("04:00"), at("04:30")),
        (at("05:20"), at("05:50")),
        (at("06:40"), at("06:40")),
    ]
