"""The bound, by hand: what it knows of roads, stock and hours, and that it knows no more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from karavan.domain.goods import Lot
from karavan.domain.roads import RoadStatus
from karavan.domain.situation import Situation
from karavan.domain.value import waiting_of_nothing
from karavan.planning.bound import lower_bound
from karavan.planning.problem import bridge
from tests.cast import a_flour_situation, at, with_place, with_road
from tests.planning.small import H, planned

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
