"""A vehicle's trips by the clock: seconds after 04:00 UTC; 10 t an hour are handled where a place says nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from karavan.domain.goods import Lot
from karavan.domain.hours import Hours
from karavan.planning.engine._relief import allot
from karavan.planning.search import Schedule, State
from tests.cast import a_flour_situation, a_situation, at, with_item, with_place, with_vehicle
from tests.planning.small import H, a_request, an_empty_state

AGD, BKR, ASK, KHN = range(4)
T1, VAN = 0, 2


def driven(state: State, vehicle: int, *trips: tuple[int, int, int]) -> Schedule | None:
    """Trips of one visit each: ``(source, task, quantity)``."""
    made = [state.make_trip(vehicle, source, ((task, quantity),)) for source, task, quantity in trips]
    return state.schedule(vehicle, made, 0)


def clocks(times: Schedule) -> list[tuple[int, int, int]]:
    parts = [*times.trips, times.home]
    return [(stop.arrive, stop.start, stop.end) for part in parts for stop in part.stops]


def test_load_drive_hand_over_and_home() -> None:
    # 5,000 kg at 10 t/h: 1,800 s; 3,000 s of road.
    times = driven(an_empty_state(a_flour_situation()), T1, (AGD, 0, 5_000))
    assert clocks(times) == [(0, 0, 1_800), (4_800, 4_800, 6_600), (9_600, 9_600, 9_600)]


def test_a_place_handles_at_its_own_pace() -> None:
    world = with_place(a_flour_situation(), "KHN", handling_g_per_h=20_000_000, handling_fixed_s=600)
    times = driven(an_empty_state(world), T1, (AGD, 0, 5_000))
    assert clocks(times)[1] == (4_800, 4_800, 4_800 + 900 + 600)


def test_gain_is_what_the_objective_says() -> None:
    """Waiting 1,000 people x weight 2 from 04:00 to the hand-over instead of 24 h; a thousandth of it squared; cost.

    And the worth of serving the need at all: a journey of 1,000 km by the dearest vehicle, 100 + 2 x 1,000 = 2,100.
    """
    times = driven(an_empty_state(a_flour_situation()), T1, (AGD, 0, 5_000))
    hours = 6_600 / 3_600
    weight = 2_000
    waiting = weight * (24 - hours)
    even = 0.001 * weight * (24**2 - hours**2) / 24
    # One journey and 52 km: 100 + 2 x 52 = 204. C0 = 300 + 300 + 140 = 740. W0 = 2,000 x 24 = 48,000.
    cost = 0.0003 * 48_000 * 204 / 740
    worth = 0.001 + 0.0003 * 48_000 * 2_100 / 740
    assert times.gain == pytest.approx(waiting + even - cost + worth)


def test_the_vehicle_waits_for_opening_hours() -> None:
    # KHN opens at 12:00 local: 4 h after the start.
    times = driven(
        an_empty_state(with_place(a_flour_situation(), "KHN", opening=Hours.parse("12:00-13:00"))), T1, (AGD, 0, 5_000)
    )
    assert clocks(times)[1] == (4_800, 14_400, 16_200)
    shut = with_place(a_flour_situation(), "KHN", opening=Hours.parse("12:00-12:29"))
    assert driven(an_empty_state(shut), T1, (AGD, 0, 5_000)) is None


def test_the_vehicle_must_be_home_within_the_horizon() -> None:
    world = a_flour_situation()
    for horizon_s, possible in ((9_600, True), (9_599, False)):
        short = replace(world, operation=replace(world.operation, horizon_s=horizon_s))
        assert (driven(an_empty_state(short), T1, (AGD, 0, 5_000)) is not None) == possible


def test_a_second_trip_begins_where_the_first_one_ended() -> None:
    times = driven(an_empty_state(a_flour_situation()), T1, (AGD, 0, 2_500), (AGD, 0, 2_500))
    # 900 s each time: 0-900, 3,900-4,800, back at 7,800, loads to 8,700, hands over 11,700-12,600, home at 15,600.
    assert [end for *_, end in clocks(times)] == [900, 4_800, 8_700, 12_600, 15_600]


def test_known_trips_are_not_driven_again() -> None:
    state = an_empty_state(a_flour_situation())
    trip = state.make_trip(T1, AGD, ((0, 2_500),))
    state.commit(T1, [trip], state.schedule(T1, [trip], 0))
    trips = [trip, state.make_trip(T1, AGD, ((0, 2_500),))]
    twice = state.schedule(T1, trips, 1)
    assert twice.trips[0] is state.times[T1].trips[0]
    assert clocks(twice) == clocks(state.schedule(T1, trips, 0))


def bread(quantity: int, **fields: object) -> State:
    """The bakery bakes 200 loaves an hour from 08:00 to 12:00 local: batches leave the oven at 1 h, 2 h, 3 h, 4 h."""
    world = a_situation(requests=(a_request("REQ-2", "KHN", f"BREAD {quantity}"),))
    return an_empty_state(with_item(world, "BREAD", **fields))


@pytest.mark.parametrize(("quantity", "ready"), [(200, H), (220, 2 * H), (400, 2 * H), (800, 4 * H)])
def test_loading_waits_for_the_oven(quantity: int, ready: int) -> None:
    assert driven(bread(quantity), VAN, (BKR, 0, quantity)).trips[0].stops[0].start == ready


def test_more_than_the_oven_gives_is_never_loaded() -> None:
    assert driven(bread(820), VAN, (BKR, 0, 820)) is None


def test_what_others_have_drawn_is_gone() -> None:
    state = bread(400)
    first = state.make_trip(VAN, BKR, ((0, 200),))
    state.commit(VAN, [first], state.schedule(VAN, [first], 0))
    # T1's twin with a closed body takes the second hour's loaves.
    assert state.enough(T1, state.problem.tasks[0].pools[BKR], 200) == 2 * H


def test_shelf_life_counts_from_the_oven_to_the_hand_over() -> None:
    # Loaded at 1 h with 100 kg: 36 s; 55 min on the road; handed over in 36 s: 3,600 + 36 + 3,300 + 36 = 6,972.
    age_s = 36 + 3_300 + 36
    for shelf_life_s, possible in ((age_s, True), (age_s - 1, False)):
        times = driven(bread(200, shelf_life_s=shelf_life_s, remaining_life_s=0), VAN, (BKR, 0, 200))
        assert (times is not None) == possible
    assert driven(bread(200, shelf_life_s=age_s + 99, remaining_life_s=100), VAN, (BKR, 0, 200)) is None


def test_old_batches_make_the_vehicle_wait_for_fresh_ones() -> None:
    # 400 loaves of one age would be too old in part: the first hour's may be 1 h old at most.
    times = driven(bread(400, shelf_life_s=H, remaining_life_s=0), VAN, (BKR, 0, 400))
    assert times is None
    times = driven(bread(200, shelf_life_s=H, remaining_life_s=0), VAN, (BKR, 0, 200))
    assert times.trips[0].stops[0].start == H


def test_cleaning_between_loads_that_must_not_meet() -> None:
    world = with_vehicle(a_flour_situation(), "T1", previous_load="fuel")
    stop = driven(an_empty_state(world), T1, (AGD, 0, 5_000)).trips[0].stops[0]
    assert (stop.clean, stop.end) == (True, 1_800 + 3_600)
    cleaned = with_vehicle(world, "T1", cleaned_on=at("00:00"))
    stop = driven(an_empty_state(cleaned), T1, (AGD, 0, 5_000)).trips[0].stops[0]
    assert (stop.clean, stop.end) == (False, 1_800)


def test_soap_after_flour_only_in_a_cleaned_compartment() -> None:
    world = a_situation(requests=(a_request("REQ-1", "KHN", "FLOUR 5000", "SOAP 1000"),))
    state = an_empty_state(with_vehicle(world, "T1", compartments_cm3=(40_000_000,)))
    assert [s.clean for part in driven(state, T1, (AGD, 0, 5_000), (AGD, 1, 1_000)).trips for s in part.stops] == [
        False,
        False,
        True,
        False,
    ]
    same = driven(state, T1, (AGD, 0, 2_500), (AGD, 0, 2_500))
    assert not any(stop.clean for part in same.trips for stop in part.stops)


def test_a_vehicle_that_is_not_in_service_drives_nowhere() -> None:
    world = with_vehicle(a_flour_situation(), "T1", available_until=at("04:00"))
    assert not an_empty_state(world).problem.crews[T1].spans


def test_allot_takes_first_what_expires_first() -> None:
    batches = [(100, 0, 50), (100, 0, 90)]
    draws = [(10, 40, 150, 0), (5, 40, 30, 0)]
    # In the order of loading: 30 of the old at 5, then the 70 left of it and 80 of the new.
    assert allot(batches, 1, draws) == [[(0, 70), (1, 80)], [(0, 30)]]


def test_allot_leaves_what_would_be_too_old_and_what_is_not_there_yet() -> None:
    batches = [(100, 0, 50), (100, 20, 90)]
    assert allot(batches, 1, [(20, 60, 100, 0)]) == [[(1, 100)]]
    assert allot(batches, 1, [(19, 60, 100, 0)]) is None
    assert allot(batches, 1, [(20, 60, 101, 0)]) is None


def test_allot_does_not_make_a_sack_of_two_half_ones() -> None:
    assert allot([(25, 0, 99), (25, 0, 99)], 50, [(0, 1, 50, 0)]) is None


def test_stock_that_comes_later_is_waited_for() -> None:
    lot = Lot(place="AGD", item="FLOUR", code="L", quantity=5_000, available_from=at("06:00"))
    times = driven(an_empty_state(a_flour_situation(stock=(lot,))), T1, (AGD, 0, 5_000))
    assert times.trips[0].stops[0].start == 2 * H
