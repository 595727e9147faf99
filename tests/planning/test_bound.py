"""The bound, by hand: what it knows of roads, stock, hours and the fleet's days, and that it knows no more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from karavan.domain.goods import Lot
from karavan.domain.places import Place, PlaceKind
from karavan.domain.roads import RoadStatus
from karavan.domain.situation import Situation
from karavan.domain.value import waiting_of_nothing
from karavan.planning.bound import lower_bound
from karavan.planning.problem import bridge
from tests.cast import TRUCK_1, a_flour_situation, a_situation, at, with_place, with_road
from tests.planning.small import H, a_point, a_request, a_road, planned

WEIGHT = 2_000  # 1,000 people, priority 2


def bound_of(situation: Situation) -> float:
    return lower_bound(bridge(situation))


def test_nothing_can_come_before_a_sack_is_loaded_driven_and_handed_over() -> None:
    # A sack of 50 kg: 18 s; 3,000 s; 18 s. All else may come at that moment, as far as the fleet's hours allow.
    least = WEIGHT * (18 + 3_000 + 18) / H
    assert bound_of(a_flour_situation(50)) == pytest.approx(least)
    assert bound_of(a_flour_situation(5_000)) >= least * (1 - 1e-6)


def test_what_cannot_be_served_waits_for_the_whole_time() -> None:
    for situation in (
        with_road(a_flour_situation(), "R-KHN", status=RoadStatus.CLOSED),
        a_flour_situation(stock=()),
        a_flour_situation(vehicles=()),
    ):
        assert bound_of(situation) == pytest.approx(WEIGHT * 24) == waiting_of_nothing(situation)


def test_half_the_stock_serves_half_the_need() -> None:
    half = a_flour_situation(5_000, stock=(Lot(place="AGD", item="FLOUR", code="F", quantity=2_500),))
    least = WEIGHT * (0.5 * 24 + 0.5 * 3_036 / H)
    assert least * (1 - 1e-6) <= bound_of(half) <= planned(half).value.waiting_person_h


def test_a_closed_road_and_opening_hours_are_waited_for() -> None:
    shut = with_road(a_flour_situation(50), "R-KHN", status=RoadStatus.CLOSED, status_until=at("10:00"))
    assert bound_of(shut) == pytest.approx(WEIGHT * (6 * H + 1_800 + 18) / H)


def test_the_fleet_has_only_so_many_hours() -> None:
    """
    40 t, trucks of 20 t: with one truck somebody waits for the second trip.

    A trip: out 3,000, back 3,000, 20 t loaded and handed over at 10 t/h: 14,400; so 20,400 s each, and the last
    way back may be missing: 2 x 20,400 = 40,800 s of work are done at 37,800 s at the earliest.
    """
    stock = (Lot(place="AGD", item="FLOUR", code="F", quantity=40_000),)
    two = a_flour_situation(40_000, stock=stock)
    one = replace(two, vehicles=two.vehicles[:1])
    assert bound_of(one) > bound_of(two)
    assert bound_of(one) <= planned(one).value.waiting_person_h
    short = replace(one, operation=replace(one.operation, horizon_s=20_400))
    # In 20,400 s at most (20,400 + 3,000) / 20,400 trips: more than a third of the 40 t stays.
    assert bound_of(short) >= WEIGHT * 20_400 / H * (1 - 23_400 / 40_800)


def test_goods_that_come_later_cannot_be_there_sooner() -> None:
    late = a_flour_situation(
        50, stock=(Lot(place="AGD", item="FLOUR", code="F", quantity=50, available_from=at("09:00")),)
    )
    assert bound_of(late) == pytest.approx(WEIGHT * (5 * H + 3_036) / H)


def test_a_place_with_its_own_pace() -> None:
    slow = with_place(a_flour_situation(50), "KHN", handling_fixed_s=600)
    assert bound_of(slow) == pytest.approx(WEIGHT * (3_036 + 600) / H)


def two_sides(vehicles: int) -> Situation:
    """A store between two villages, a road of 60 minutes to each; 1,000 people of weight 2 ask for a sack in both."""
    places = (
        Place(code="W", kind=PlaceKind.WAREHOUSE),
        a_point("EAST", handling_fixed_s=600),
        a_point("WEST", handling_fixed_s=600),
    )
    return a_situation(
        places=places,
        roads=(a_road("E", "W", "EAST", 60), a_road("O", "W", "WEST", 60)),
        stock=(Lot(place="W", item="FLOUR", code="F", quantity=100),),
        production=(),
        vehicles=tuple(replace(TRUCK_1, plate=f"T{n}", homes=("W",)) for n in range(vehicles)),
        requests=(a_request("R1", "EAST", "FLOUR 50"), a_request("R2", "WEST", "FLOUR 50")),
    )


def test_one_truck_is_not_on_both_sides_at_once() -> None:
    """
    18 s to load a sack, 3,600 s there, 600 s at the place: the first village is served after 4,200 s at the earliest.

    The way back takes 3,600 s, so the second one is served after 2 x 3,600 + 4,200 = 11,400 s: with one truck the two
    wait 15,600 s together. The grid of 60 s rounds down, once on each visit.
    """
    first, second = WEIGHT * 4_200 / H, WEIGHT * 11_400 / H
    both = two_sides(2)
    assert 2 * first * 0.98 <= bound_of(both) <= 2 * first * 1.02
    one = two_sides(1)
    assert (first + second) * 0.97 <= bound_of(one) <= planned(one).value.waiting_person_h


def test_a_small_truck_has_to_come_again() -> None:
    """Two tons for a truck of one ton: between the two hand-overs there is a way back and a way out."""
    stock = (Lot(place="AGD", item="FLOUR", code="F", quantity=2_000),)
    large = with_place(a_flour_situation(2_000, stock=stock), "KHN", handling_fixed_s=600)
    large = replace(large, vehicles=large.vehicles[:1])
    small = replace(large, vehicles=tuple(replace(it, payload_g=1_000_000) for it in large.vehicles))
    # Half of the people wait a way back and a way out longer, 6,000 s: the relaxation sees nearly half of that.
    assert bound_of(small) - bound_of(large) >= WEIGHT * 0.2 * 6_000 / H
    assert bound_of(small) <= planned(small).value.waiting_person_h


def test_a_load_takes_its_time() -> None:
    """
    Two tons for a truck of one ton; the store loads a ton in 6 minutes, or in two hours.

    Half of the people wait at least for one whole load more, so for nearly two hours more.
    """
    stock = (Lot(place="AGD", item="FLOUR", code="F", quantity=2_000),)
    quick = with_place(a_flour_situation(2_000, stock=stock), "KHN", handling_fixed_s=600)
    quick = replace(quick, vehicles=(replace(quick.vehicles[0], payload_g=1_000_000),))
    slow = with_place(with_place(quick, "AGD", handling_g_per_h=500_000), "ASK", handling_g_per_h=500_000)
    assert bound_of(slow) - bound_of(quick) >= WEIGHT * 0.5 * 1.5
    assert bound_of(slow) <= planned(slow).value.waiting_person_h


def test_a_plan_says_how_far_it_is_from_the_best_with_its_shares() -> None:
    """A sack for two villages that ask for one each: whoever gets half waits for the rest to the end."""
    both = two_sides(2)
    scarce = replace(both, stock=(Lot(place="W", item="FLOUR", code="F", quantity=50),))
    scarce = replace(scarce, items=tuple(replace(it, handling_unit_quantity=25) for it in scarce.items))
    made = planned(scarce)
    # A sack is halved: each side waits half of 24 hours, and half as long as the sack is on its way.
    least = 2 * WEIGHT * (0.5 * 24 + 0.5 * 4_200 / H)
    assert made.shared_bound_person_h == pytest.approx(least, rel=0.02)
    assert made.shared_bound_person_h <= made.value.waiting_person_h
    # As far as goods go, all of it on one side is as good.
    assert made.bound_person_h == pytest.approx(least, rel=0.02)
    assert planned(both).shared_bound_person_h is None


def test_who_may_have_half_waits_for_the_rest_to_the_end() -> None:
    problem = bridge(two_sides(2))
    half = lower_bound(problem, {"R1/1": 0.5})
    more = WEIGHT * 0.5 * (24 - 4_200 / H)
    assert half - lower_bound(problem) == pytest.approx(more, rel=0.02)
    assert lower_bound(problem, {"R1/1": 0.0, "R2/1": 0.0}) == pytest.approx(2 * WEIGHT * 24)


def test_the_same_to_the_last_digit_again() -> None:
    assert bound_of(two_sides(1)) == bound_of(two_sides(1))


def test_stops_a_moment_apart_are_left_to_the_linear_program() -> None:
    near = with_place(with_road(with_road(a_flour_situation(50), "R-KHN", drive_s=5), "R-ASK", drive_s=5), "KHN")
    assert bound_of(near) == pytest.approx(WEIGHT * (18 + 10 + 18) / H, rel=1e-4)


def test_what_is_asked_for_where_trucks_load_needs_no_day_of_theirs() -> None:
    asked = a_flour_situation(50, requests=(a_request("R1", "ASK", "FLOUR 50"), a_request("R2", "KHN", "FLOUR 50")))
    assert 0 < bound_of(asked) <= planned(asked).value.waiting_person_h


def test_days_are_weighed_where_the_fewest_rounds_fit() -> None:
    """A day of 24 hours has 1,440 slots of 60 s: 24 rounds over a single way are 34,560 steps, more than 10,000."""
    problem = bridge(two_sides(1))
    without = lower_bound(problem, work=0)
    assert lower_bound(problem, work=10_000) == without
    assert lower_bound(problem, work=2_000_000) > without
