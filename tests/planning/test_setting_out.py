"""Vehicles set out when it still makes no difference: half an hour before they would have to wait."""

from __future__ import annotations

from dataclasses import replace

from karavan.domain.check import check
from karavan.domain.goods import Lot
from karavan.domain.hours import Hours
from karavan.domain.value import measure
from karavan.planning.outcome import journeys_and_convoys
from karavan.planning.setting_out import set_out_late
from tests.cast import TRUCK_1, a_situation, at, with_place, with_vehicle
from tests.planning.small import a_request, an_empty_state, planned, stops_of


def a_flour_world(**fields):
    usual = {
        "vehicles": (TRUCK_1,),
        "stock": (Lot(place="AGD", item="FLOUR", code="F", quantity=20_000),),
        "requests": (a_request("REQ-1", "KHN", "FLOUR 5000"),),
    }
    return a_situation(**{**usual, **fields})


def test_a_truck_is_at_a_shut_gate_half_an_hour_early() -> None:
    """KHN opens at 08:00 UTC; 30 min of loading and 50 min of driving begin at 06:10 and not at 04:00."""
    world = with_place(a_flour_world(), "KHN", opening=Hours.parse("12:00-16:00"))
    made = planned(world)
    load, unload = stops_of(made, "T1")[:2]
    assert (load.start, load.end) == (at("06:10"), at("06:40"))
    assert (unload.arrive, unload.start) == (at("07:30"), at("08:00"))
    assert check(world, made) == ()


def test_without_a_wait_nothing_is_put_off() -> None:
    made = planned(a_flour_world())
    assert stops_of(made, "T1")[0].start == at("04:00")


def test_a_wait_after_the_first_hand_over_does_not_delay_it() -> None:
    """ASK is served first and at once; KHN opens later: the trip begins at 04:00 all the same."""
    world = with_place(a_flour_world(), "KHN", opening=Hours.parse("12:00-16:00"))
    world = replace(world, requests=(*world.requests, a_request("REQ-2", "ASK", "FLOUR 1000", people=100_000)))
    state = an_empty_state(world)
    trip = state.make_trip(0, 0, ((1, 1_000), (0, 5_000)))
    state.commit(0, [trip], state.schedule(0, [trip], 0))
    set_out_late(state)
    assert state.trips[0][0].leave == 0


def test_a_later_trip_of_the_vehicle_waits_at_home_and_not_on_the_road() -> None:
    """20 t a day earlier; the second load waits for stock until 09:00 and the place is open from 12:00 UTC next."""
    world = with_vehicle(a_flour_world(), "T1", payload_g=5_000_000)
    world = with_place(world, "KHN", opening=Hours.parse("08:00-10:30,16:00-20:00"))
    world = replace(world, requests=(a_request("REQ-1", "KHN", "FLOUR 10000"),))
    made = planned(world)
    assert check(world, made) == ()
    first, second = [j for j in made.journeys if j.vehicle == "T1"]
    # 12:00 UTC, less half an hour of margin, 50 min of driving and 30 min of loading
    assert second.stops[0].start == at("10:10")
    assert second.stops[1].start == at("12:00")
    assert first.stops[0].start == at("04:00")
    moved = measure(world, made).waiting_person_h
    state = an_empty_state(world)
    for trip in [state.make_trip(0, 0, ((0, 5_000),))] * 2:
        trips = [*state.trips[0], trip]
        state.commit(0, trips, state.schedule(0, trips, len(trips) - 1))
    journeys, _ = journeys_and_convoys(state)
    assert measure(world, replace(made, journeys=journeys)).waiting_person_h == moved
