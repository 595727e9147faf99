"""The rules of the road and of a stop: for each a plan that keeps it and a twin that breaks it, by how much."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from karavan.domain.check import check
from karavan.domain.hours import Hours
from karavan.domain.plans import Leg, Plan
from karavan.domain.roads import RoadSource, RoadStatus
from karavan.domain.rules import Rules
from tests.cast import (
    FLOUR_LOAD,
    START,
    a_convoy_plan,
    a_flour_plan,
    a_flour_situation,
    a_plan,
    a_situation,
    at,
    broken,
    drive,
    goods,
    with_convoy,
    with_journey,
    with_leg,
    with_place,
    with_road,
    with_stop,
    with_vehicle,
)

SITUATION = a_flour_situation()
PLAN = a_flour_plan()


def test_the_small_world_has_a_plan_that_breaks_nothing():
    assert broken(a_situation(), a_plan()) == []
    assert broken(SITUATION, PLAN) == []


@pytest.mark.parametrize(
    ("plan", "where"),
    [
        (with_journey(PLAN, "J1", vehicle="T9"), "J1"),
        (with_stop(PLAN, "J1", 2, legs=drive("R-9 KHN AGD 06:50 07:40")), "J1/3 R-9"),
        (replace(PLAN, journeys=(*PLAN.journeys, with_stop(PLAN, "J1", 0, place="X").journeys[0])), "J1/1"),
        (with_leg(PLAN, "J1", 1, 1, convoy="C9"), "J1/2 R-KHN"),
        (with_convoy(a_convoy_plan(), "C1", leader="J9"), "C1"),
        (with_convoy(a_convoy_plan(), "C1", roads=("R-9",)), "C1"),
        (with_stop(PLAN, "J1", 0, loads=(replace(FLOUR_LOAD, need="REQ-9/1"),)), "J1/1"),
        (with_stop(PLAN, "J1", 0, loads=(replace(FLOUR_LOAD, item="TENT"),)), "J1/1"),
        (with_stop(PLAN, "J1", 0, loads=(replace(FLOUR_LOAD, lot="F9"),)), "J1/1"),
        (with_stop(PLAN, "J1", 0, loads=(replace(FLOUR_LOAD, lot_place="X"),)), "J1/1"),
    ],
)
def test_unknown_name(plan: Plan, where: str):
    found = [it for it in broken(a_situation(), plan) if it[0] == "unknown-name"]
    assert found == [("unknown-name", where, 1, "names")]


def test_an_unknown_name_is_said_once():
    plan = with_leg(with_leg(PLAN, "J1", 1, 0, road="R-9"), "J1", 2, 1, road="R-9")
    assert broken(SITUATION, plan) == [("unknown-name", "J1/2 R-9", 1, "names")]


def test_duplicate_name():
    plan = with_journey(a_plan(), "J2", code="J1")
    assert broken(a_situation(), plan) == [("duplicate-name", "J1", 1, "names")]
    twice = a_convoy_plan()
    twice = replace(twice, convoys=(*twice.convoys, twice.convoys[0]))
    assert broken(a_situation(), twice) == [("duplicate-name", "C1", 1, "names")]


@pytest.mark.parametrize(
    ("plan", "where", "amount_s"),
    [
        (with_stop(PLAN, "J1", 0, arrive=at("03:50")), "J1/1", 600),  # the operation starts at 04:00
        (with_stop(PLAN, "J1", 1, arrive=at("05:45")), "J1/2", 300),  # the drive arrives at 05:50
        (with_stop(PLAN, "J1", 2, end=at("07:39")), "J1/3", 60),  # starts at 07:40
    ],
)
def test_time_order(plan: Plan, where: str, amount_s: int):
    assert broken(SITUATION, plan) == [("time-order", where, amount_s, "s")]


def test_the_words_for_times_out_of_order():
    (found,) = check(SITUATION, with_stop(PLAN, "J1", 1, arrive=at("05:45")))
    assert str(found.message) == (
        "vehicle T1: the arrival at KHN is at 2023-09-22 09:45, and what comes before it ends at 2023-09-22 09:50"
    )


def test_a_vehicle_in_two_journeys_at_once_is_out_of_order():
    second = replace(PLAN.journeys[0], code="J2", stops=(replace(PLAN.journeys[0].stops[0], loads=()),))
    plan = replace(PLAN, journeys=(*PLAN.journeys, second))
    # J2 begins at 04:00 like J1 and comes after it: 07:40 - 04:00 = 3:40 h
    assert ("time-order", "J2/1", 3 * 3600 + 40 * 60, "s") in broken(SITUATION, plan)


def test_time_order_keeps_to_the_time_of_service():
    late = with_vehicle(SITUATION, "T1", available_from=at("04:30"))
    assert broken(late, PLAN) == [("time-order", "J1/1", 1_800, "s")]  # arrives at 04:00
    assert str(check(late, PLAN)[0].message) == (
        "vehicle T1: the arrival at AGD is at 2023-09-22 08:00, and it is in service from 2023-09-22 08:30"
    )
    early = with_vehicle(SITUATION, "T1", available_until=at("07:00"))
    assert broken(early, PLAN) == [("time-order", "J1/3 R-ASK", 2_400, "s")]  # home at 07:40
    assert broken(with_vehicle(SITUATION, "T1", available_until=at("07:40")), PLAN) == []


@pytest.mark.parametrize(
    ("plan", "where"),
    [
        # from AGD straight on at ASK
        (with_stop(PLAN, "J1", 1, legs=drive("R-KHN ASK KHN 05:20 05:50")), "J1/2 R-KHN"),
        # at ASK, and the stop is at KHN
        (with_stop(PLAN, "J1", 1, legs=drive("R-ASK AGD ASK 05:00 05:20")), "J1/2"),
        # R-ASK ends at ASK
        (with_stop(PLAN, "J1", 1, legs=drive("R-ASK AGD KHN 05:00 05:50")), "J1/2 R-ASK"),
    ],
)
def test_place_chain(plan: Plan, where: str):
    assert broken(SITUATION, plan) == [("place-chain", where, 1, "places")]


def test_a_tour_begins_at_the_first_home():
    situation = with_vehicle(SITUATION, "T1", homes=("ASK", "AGD"))
    assert broken(situation, PLAN) == [("place-chain", "J1/1", 1, "places")]


def test_a_journey_has_stops():
    plan = replace(PLAN, journeys=(*PLAN.journeys, replace(PLAN.journeys[0], code="J2", stops=())))
    assert broken(SITUATION, plan) == [("place-chain", "J2", 1, "stops")]


def test_one_way():
    situation = with_road(SITUATION, "R-ASK", one_way=True)
    assert broken(situation, PLAN) == [("one-way", "J1/3 R-ASK", 1, "roads")]
    turned = with_road(SITUATION, "R-ASK", one_way=True, origin="ASK", destination="AGD")
    assert broken(turned, PLAN) == [("one-way", "J1/2 R-ASK", 1, "roads")]


def test_straight_lines_stand_in_for_roads():
    straight = replace(SITUATION, roads=(), road_source=RoadSource.STRAIGHT)
    needed_s = straight.find_road("AGD~KHN").drive_s  # type: ignore[union-attr]
    assert 3_000 < needed_s < 6_000  # 25 km, 35 with the detour, at 30 km/h
    there = replace(drive("AGD~KHN AGD KHN 05:00 05:50")[0], arrive=at("05:00") + timedelta(seconds=needed_s))
    arrive = there.arrive
    end = arrive + timedelta(hours=1)
    home = Leg(road="KHN~AGD", origin="KHN", destination="AGD", depart=end, arrive=end + timedelta(seconds=needed_s))
    plan = with_stop(PLAN, "J1", 1, legs=(there,), arrive=arrive, start=arrive, end=end)
    plan = with_stop(plan, "J1", 2, legs=(home,), arrive=home.arrive, start=home.arrive, end=home.arrive)
    assert broken(straight, plan) == []
    assert broken(straight, with_leg(plan, "J1", 2, 0, road="AGD~KHN")) == [("one-way", "J1/3 AGD~KHN", 1, "roads")]
    assert broken(straight, with_leg(plan, "J1", 2, 0, road="R-KHN")) == [("unknown-name", "J1/3 R-KHN", 1, "names")]


def test_road_time():
    # 1,200 s and 1,800 s at speed factor 0.8 are 1,500 s and 2,250 s
    situation = with_vehicle(SITUATION, "T1", speed_permille=800)
    assert broken(situation, PLAN) == [
        ("road-time", "J1/2 R-ASK", 300, "s"),
        ("road-time", "J1/2 R-KHN", 450, "s"),
        ("road-time", "J1/3 R-KHN", 450, "s"),
        ("road-time", "J1/3 R-ASK", 300, "s"),
    ]
    assert broken(with_vehicle(SITUATION, "T1", speed_permille=2_000), PLAN) == []


def test_road_time_holds_the_breaks_of_a_long_drive():
    # a break of 10 min after each 10 min: 1,800 s hold 2 breaks, for 1,800 / 600 = 3 parts; 1,200 s hold one
    situation = a_flour_situation(rules=Rules(break_after_s=600, break_s=600))
    found = [it for it in broken(situation, PLAN) if it[0] == "road-time"]
    assert found == [
        ("road-time", "J1/2 R-ASK", 600, "s"),
        ("road-time", "J1/2 R-KHN", 1_200, "s"),
        ("road-time", "J1/3 R-KHN", 1_200, "s"),
        ("road-time", "J1/3 R-ASK", 600, "s"),
    ]


@pytest.mark.parametrize(
    "road",
    [
        {"status": RoadStatus.CLOSED, "status_from": at("05:00"), "status_until": at("05:30")},
        {"status": RoadStatus.CLOSED, "status_until": at("05:30")},
        {"status": RoadStatus.OPEN, "status_from": at("05:30")},
        {"status": RoadStatus.UNKNOWN, "status_until": at("05:30")},
    ],
)
def test_road_status(road: dict):
    # the drive is from 05:20 to 05:50, of which 05:30 to 05:50 is allowed
    assert broken(with_road(SITUATION, "R-KHN", **road), PLAN) == [("road-status", "J1/2 R-KHN", 600, "s")]


@pytest.mark.parametrize(
    ("road", "words"),
    [
        ({"status_from": at("06:00")}, "it is closed until 2023-09-22 10:00"),
        ({"status_until": at("05:00")}, "it is closed from 2023-09-22 09:00"),
        (
            {"status_from": at("06:00"), "status_until": at("20:00")},
            "it is open only from 2023-09-22 10:00 to 2023-09-23 00:00",
        ),
        ({"status": RoadStatus.CLOSED}, "it is closed"),
        ({"status": RoadStatus.CLOSED, "status_from": at("04:00")}, "it is closed from 2023-09-22 08:00"),
        ({"status": RoadStatus.CLOSED, "status_until": at("20:00")}, "it is closed until 2023-09-23 00:00"),
        (
            {"status": RoadStatus.CLOSED, "status_from": at("04:00"), "status_until": at("20:00")},
            "it is closed from 2023-09-22 08:00 to 2023-09-23 00:00",
        ),
        ({"status": RoadStatus.UNKNOWN}, "nobody knows whether it is open"),
        ({"status": RoadStatus.UNKNOWN, "status_from": at("04:00")}, "nobody knows whether it is open from "),
        ({"status": RoadStatus.UNKNOWN, "status_until": at("20:00")}, "nobody knows whether it is open until "),
        (
            {"status": RoadStatus.UNKNOWN, "status_from": at("04:00"), "status_until": at("20:00")},
            "nobody knows whether it is open from 2023-09-22 08:00 to 2023-09-23 00:00",
        ),
    ],
)
def test_the_words_for_a_road_that_may_not_be_driven(road: dict, words: str):
    first = check(with_road(SITUATION, "R-KHN", **road), PLAN)[0]
    drive_words = "road R-KHN (ASK - KHN) may not be driven from 2023-09-22 09:20 to 2023-09-22 09:50: "
    assert str(first.message).startswith(drive_words + words)


def test_road_status_closed_for_good_open_until_and_doubtful():
    whole = [("road-status", "J1/2 R-KHN", 1_800, "s"), ("road-status", "J1/3 R-KHN", 1_800, "s")]
    assert broken(with_road(SITUATION, "R-KHN", status=RoadStatus.CLOSED), PLAN) == whole
    assert broken(with_road(SITUATION, "R-KHN", status_until=at("05:50")), PLAN) == whole[1:]
    assert broken(with_road(SITUATION, "R-KHN", status=RoadStatus.RESTRICTED), PLAN) == []
    doubtful = with_road(SITUATION, "R-KHN", status=RoadStatus.UNKNOWN)
    assert broken(doubtful, PLAN) == whole
    trusting = replace(doubtful.operation, rules=Rules(unknown_roads_usable=True))
    assert broken(replace(doubtful, operation=trusting), PLAN) == []


def test_gate_hours():
    # by the local clock the drive is from 09:20 to 09:50; the span that holds most of it ends at 09:40
    situation = with_road(SITUATION, "R-KHN", gate=Hours.parse("09:00-09:40,09:45-20:00"))
    assert broken(situation, PLAN) == [("gate-hours", "J1/2 R-KHN", 600, "s")]
    assert broken(with_road(SITUATION, "R-KHN", gate=Hours.parse("09:20-11:20")), PLAN) == []


def test_night():
    rules = Rules(dark_hours=Hours.parse("21:00-09:30"))
    dark = with_road(a_flour_situation(rules=rules), "R-KHN", night_allowed=False)
    assert broken(dark, PLAN) == [("night", "J1/2 R-KHN", 600, "s")]  # 09:20 to 09:30
    assert broken(a_flour_situation(rules=rules), PLAN) == []


def test_status_gate_and_night_are_told_apart():
    situation = with_road(
        a_flour_situation(rules=Rules(dark_hours=Hours.parse("21:00-09:30"))),
        "R-KHN",
        night_allowed=False,
        gate=Hours.parse("09:35-20:00"),
        status_from=at("05:40"),
    )
    assert broken(situation, PLAN) == [
        ("road-status", "J1/2 R-KHN", 1_200, "s"),
        ("gate-hours", "J1/2 R-KHN", 900, "s"),
        ("night", "J1/2 R-KHN", 600, "s"),
    ]


@pytest.mark.parametrize(
    ("rule", "limit", "amount", "unit"),
    [
        ("road-gross-mass", {"max_gross_mass_g": 30_000_000}, 6_000_000, "g"),  # T1 weighs 36 t
        ("road-height", {"max_height_mm": 3_800}, 200, "mm"),  # T1 is 4 m high
        ("road-width", {"max_width_mm": 2_500}, 50, "mm"),  # T1 is 2.55 m wide
    ],
)
def test_limits_of_a_road(rule: str, limit: dict, amount: int, unit: str):
    assert broken(with_road(SITUATION, "R-KHN", **limit), PLAN) == [
        (rule, "J1/2 R-KHN", amount, unit),
        (rule, "J1/3 R-KHN", amount, unit),
    ]
    enough = {name: value + amount for name, value in limit.items()}
    assert broken(with_road(SITUATION, "R-KHN", **enough), PLAN) == []


def test_zone_counts_for_passing_too():
    situation = with_vehicle(SITUATION, "T1", zones=frozenset({"east"}))
    assert broken(situation, PLAN) == []
    west = with_place(situation, "ASK", zones=frozenset({"west"}))
    assert broken(west, PLAN) == [("zone", "J1/2 R-ASK", 1, "places"), ("zone", "J1/3 R-KHN", 1, "places")]
    last = with_place(situation, "KHN", zones=frozenset({"west"}))
    assert broken(last, PLAN) == [("zone", "J1/2 R-KHN", 1, "places")]
    both = with_place(situation, "ASK", zones=frozenset({"west", "east"}))
    assert broken(both, PLAN) == []


def test_place_vehicle():
    small = with_place(SITUATION, "KHN", largest_gross_mass_g=20_000_000)
    assert broken(small, PLAN) == [("place-vehicle", "J1/2", 16_000_000, "g")]
    passing = with_place(SITUATION, "ASK", largest_gross_mass_g=20_000_000)
    assert broken(passing, PLAN) == []


def test_opening_hours():
    # handled from 09:50 to 10:50 by the local clock
    assert broken(with_place(SITUATION, "KHN", opening=Hours.parse("10:00-18:00")), PLAN) == [
        ("opening-hours", "J1/2", 600, "s")
    ]
    assert broken(with_place(SITUATION, "ASK", opening=Hours.parse("12:00-13:00")), PLAN) == []
    # empty at home: nothing is handled at 11:40, when AGD is closed
    assert broken(with_place(SITUATION, "AGD", opening=Hours.parse("08:00-10:00")), PLAN) == []


def test_handling_time():
    # 5 t at 5 t/h and 15 min besides are 4,500 s; there are 3,600 s
    slow = with_place(SITUATION, "KHN", handling_g_per_h=5_000_000, handling_fixed_s=900)
    assert broken(slow, PLAN) == [("handling-time", "J1/2", 900, "s")]
    assert broken(with_place(SITUATION, "KHN", handling_g_per_h=5_000_000), PLAN) == []


def test_handling_time_holds_the_cleaning():
    plan = with_stop(PLAN, "J1", 0, clean=True)
    # 5 t at 10 t/h are 1,800 s, cleaning is 3,600 s; there are 3,600 s
    assert broken(SITUATION, plan) == [("handling-time", "J1/1", 1_800, "s")]
    assert broken(a_flour_situation(rules=Rules(cleaning_s=1_800)), plan) == []
    only_cleaned = with_stop(PLAN, "J1", 2, clean=True)
    assert broken(SITUATION, only_cleaned) == [("handling-time", "J1/3", 3_600, "s")]


def test_malformed_times_and_quantities_are_judged_alone():
    naive = with_stop(PLAN, "J1", 0, arrive=at("04:00").replace(tzinfo=None))
    assert broken(SITUATION, naive) == [("malformed", "J1/1", 1, "values")]
    far = with_leg(PLAN, "J1", 1, 0, depart=at("05:00", 300))
    assert broken(SITUATION, far) == [("malformed", "J1/2 R-ASK", 1, "values")]
    week = timedelta(days=7)
    for moment, is_far in [
        (START - week, False),
        (START - week - timedelta(seconds=1), True),
        (SITUATION.operation.end + week, False),
        (SITUATION.operation.end + week + timedelta(seconds=1), True),
    ]:
        rules = {rule for rule, *_ in broken(SITUATION, with_stop(PLAN, "J1", 2, end=moment))}
        assert (rules == {"malformed"}) == is_far
    huge = with_stop(PLAN, "J1", 0, loads=(goods("REQ-1/1 FLOUR F1@AGD 10000000000000"),))
    assert broken(SITUATION, huge) == [("malformed", "J1/1", 1, "values")]
    half = with_stop(PLAN, "J1", 0, loads=(replace(FLOUR_LOAD, quantity=0.5),))  # type: ignore[arg-type]
    assert broken(SITUATION, half) == [("malformed", "J1/1", 1, "values")]


@pytest.mark.parametrize(
    "change",
    [
        {"status": RoadStatus.CLOSED, "status_until": at("06:00")},
        {"gate": Hours.parse("10:00-20:00")},
        {"night_allowed": False},
        {"max_gross_mass_g": 30_000_000},
        {"max_height_mm": 3_800},
        {"max_width_mm": 2_500},
    ],
)
def test_what_left_before_replanning_is_history(change: dict):
    """The drive there departed at 05:20; the one back, at 06:50, is judged."""
    rules = Rules(dark_hours=Hours.parse("21:00-09:30"))
    changed = with_road(a_flour_situation(rules=rules), "R-KHN", **change)
    of_the_way_there = [it for it in broken(changed, PLAN) if it[1] == "J1/2 R-KHN"]
    of_the_way_back = [it for it in broken(changed, PLAN) if it[1] == "J1/3 R-KHN"]
    assert len(of_the_way_there) == 1
    assert broken(changed, replace(PLAN, replanned_at=at("06:00"))) == of_the_way_back
    assert broken(changed, replace(PLAN, replanned_at=at("05:20"))) == of_the_way_there + of_the_way_back
