"""Goods change vehicles: stage after stage, nothing is carried on that was not brought, nothing brought for nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from karavan.domain.check import check
from karavan.domain.goods import Lot
from karavan.planning import plan
from tests.cast import at, with_place, with_vehicle
from tests.planning.small import a_relay_situation, given, planned, reasons, stops_of
from tests.properties.test_planner import holds
from tests.properties.worlds import a_relay_world


def test_the_flour_changes_trucks_at_the_border_of_their_zones() -> None:
    """
    T1 loads 04:00-04:30, is at ASK 04:50 and has put 5 t down at 05:20; T2 loads them until 05:50, drives half an hour,
    and hands them over by 06:50.
    """
    made = planned(a_relay_situation())
    near, far = stops_of(made, "T1"), stops_of(made, "T2")
    assert [(stop.place, stop.end) for stop in near[:2]] == [("AGD", at("04:30")), ("ASK", at("05:20"))]
    assert [(stop.place, stop.start, stop.end) for stop in far[:2]] == [
        ("ASK", at("05:20"), at("05:50")),
        ("KHN", at("06:20"), at("06:50")),
    ]
    assert {(g.lot, g.lot_place) for stop in far for g in stop.loads} == {("F1", "AGD")}


def test_only_what_goes_on_is_brought() -> None:
    """T2 carries 2 t and its shift ends before a second trip: T1 brings 2 t, not 5."""
    world = with_vehicle(a_relay_situation(), "T2", payload_g=2_000_000, available_until=at("07:00"))
    made = planned(world)
    assert check(world, made) == ()
    assert given(made, "REQ-1/1") == given(made, "REQ-1/1", "ASK") == 2_000


def test_nothing_is_brought_where_nobody_goes_on() -> None:
    world = with_vehicle(a_relay_situation(), "T2", available_until=at("04:00"))
    made = planned(world)
    assert made.journeys == ()
    assert reasons(made, "REQ-1/1")


def test_goods_with_a_life_keep_enough_for_the_rest_of_the_way() -> None:
    """At ASK at 05:20 there must be the half hour's drive left and two hours to change trucks: until 07:50."""
    world = a_relay_situation(stock=(Lot(place="AGD", item="FLOUR", code="F", quantity=5_000, expiry=at("07:50")),))
    assert given(planned(world), "REQ-1/1") == 5_000
    late = replace(world, stock=(replace(world.stock[0], expiry=at("06:00")),))
    made = planned(late)
    assert check(late, made) == ()
    assert given(made, "REQ-1/1") < 5_000


def test_a_store_may_be_a_place_to_change() -> None:
    world = with_place(a_relay_situation(), "ASK", opening=a_relay_situation().place["AGD"].opening)
    assert given(planned(world), "REQ-1/1") == 5_000


@pytest.mark.parametrize("seed", [112, 183, 204])
def test_convoys_that_fall_apart_take_nobody_else_with_them(seed: int) -> None:
    """Mending a convoy made feeding trips late for those who carry on: the plan broke off with an error."""
    situation = a_relay_world(seed)
    holds(situation, plan(situation, rounds=8, seed=seed))
