"""The rules of the crew: hours, time at the wheel, breaks, rest, the way home."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from karavan.domain.check import check
from karavan.domain.hours import Hours
from karavan.domain.plans import Plan
from karavan.domain.rules import Rules
from tests.cast import (
    FLOUR_LOAD,
    HORIZON_S,
    a_flour_plan,
    a_flour_situation,
    a_plan,
    a_run,
    a_situation,
    at,
    broken,
    drive,
    stop,
    there,
    with_journey,
    with_road,
    with_stop,
    with_vehicle,
)

SITUATION = a_flour_situation()
PLAN = a_flour_plan()


def test_shift():
    # works from 04:00 to 06:30 UTC; the stop is from 05:50 to 06:50, the drives back last 1,800 s and 1,200 s
    short = with_vehicle(SITUATION, "T1", shift=Hours.parse("08:00-10:30"))
    assert broken(short, PLAN) == [
        ("shift", "J1/2", 1_200, "s"),
        ("shift", "J1/3 R-KHN", 1_800, "s"),
        ("shift", "J1/3 R-ASK", 1_200, "s"),
    ]
    assert broken(with_vehicle(SITUATION, "T1", shift=Hours.parse("08:00-11:40")), PLAN) == []


def test_waiting_is_no_work():
    # the van stands at the bakery from 04:00 and loads from 06:00, which is 10:00 by the local clock
    situation = with_vehicle(a_situation(), "VAN", shift=Hours.parse("10:00-13:00"))
    assert broken(situation, a_plan()) == []


def test_driving_limit_by_shift():
    # 20 + 30 min there, 30 + 20 min back: 6,000 s
    situation = with_vehicle(SITUATION, "T1", driving_limit_s=5_400, shift=Hours.parse("08:00-18:00"))
    assert broken(situation, PLAN) == [("driving-limit", "T1 2023-09-22", 600, "s")]
    assert broken(with_vehicle(situation, "T1", driving_limit_s=6_000), PLAN) == []
    two = with_vehicle(SITUATION, "T1", driving_limit_s=3_000, shift=Hours.parse("08:00-10:50,10:50-18:00"))
    assert broken(two, PLAN) == [("driving-limit", "T1 2023-09-22", 3_000, "s")]  # touching spans are one


def test_driving_limit_by_day_around_the_clock():
    situation = with_vehicle(SITUATION, "T1", driving_limit_s=3_600)
    assert broken(situation, PLAN) == [("driving-limit", "T1 2023-09-22", 2_400, "s")]
    # midnight at Baku is 20:00 UTC: on the way back at 20:10 it is the 23rd
    late = Plan(journeys=(replace(PLAN.journeys[0], stops=(*PLAN.journeys[0].stops[:2], _home_at_night())),))
    assert broken(situation, late) == []


def _home_at_night():
    legs = drive("R-KHN KHN ASK 20:10 20:40", "R-ASK ASK AGD 20:40 21:00")
    return stop("AGD", "21:00", "21:00", "21:00", legs=legs)


def test_break():
    # 1,200 + 1,800 s without a stand, then an hour at KHN, then the same again
    situation = a_flour_situation(rules=Rules(break_after_s=2_400))
    assert broken(situation, PLAN) == [("break", "J1/2 R-KHN", 600, "s"), ("break", "J1/3 R-ASK", 600, "s")]
    assert broken(a_flour_situation(rules=Rules(break_after_s=3_000)), PLAN) == []


def test_no_break_is_asked_for_where_the_rules_have_none():
    for rules in (Rules(break_after_s=0), Rules(break_after_s=600, break_s=0)):
        assert broken(a_flour_situation(rules=rules), PLAN) == []


def test_the_words_for_a_missing_break():
    (found, _) = check(a_flour_situation(rules=Rules(break_after_s=2_400)), PLAN)
    assert str(found.message).replace("\u00a0", " ") == (
        "vehicle T1 is driven 50 min without a break of 45 min, and may be driven 40 min"
    )


def test_a_stand_must_be_long_enough():
    # 3,600 s at KHN are no break of 3,601 s: the drives add up to 6,000 s
    situation = a_flour_situation(rules=Rules(break_after_s=5_000, break_s=3_601))
    assert broken(situation, PLAN) == [("break", "J1/3 R-ASK", 1_000, "s")]
    assert broken(a_flour_situation(rules=Rules(break_after_s=5_000, break_s=3_600)), PLAN) == []


def _with_long_road(drive_s: int, arrive: str) -> Plan:
    """AGD - ASK in ``drive_s``, then ASK - KHN 05:20-05:50 is moved to follow it, and the stop waits."""
    first, second = there()
    first = replace(first, arrive=first.depart + timedelta(seconds=drive_s))
    second = replace(second, depart=first.arrive, arrive=at(arrive))
    return with_stop(PLAN, "J1", 1, legs=(first, second), arrive=at("06:50"), start=at("06:50"), end=at("07:50"))


def _later(plan: Plan) -> Plan:
    legs = drive("R-KHN KHN ASK 07:50 08:35", "R-ASK ASK AGD 08:35 09:35")
    return with_stop(plan, "J1", 2, legs=legs, arrive=at("09:35"), start=at("09:35"), end=at("09:35"))


@pytest.mark.parametrize(("drive_s", "over_s"), [(1_200, 0), (1_260, 60)])
def test_a_long_drive_contains_its_breaks_and_the_rest_counts_on(drive_s: int, over_s: int):
    """
    A break of 900 s after each 1,500 s. ASK - KHN, 1,800 s, contains one: 2,700 s.

    With 1,200 s before it there are 3,000 s and one break in them: two parts of 1,500 s. One minute more is too much.
    """
    rules = Rules(break_after_s=1_500, break_s=900)
    situation = with_road(a_flour_situation(rules=rules), "R-ASK", drive_s=drive_s)
    plan = _later(_with_long_road(drive_s, "06:05" if drive_s == 1_200 else "06:06"))
    found = [it for it in broken(situation, plan) if it[1].startswith("J1/2")]
    assert found == ([("break", "J1/2 R-KHN", over_s, "s")] if over_s else [])


def test_what_follows_the_last_break_in_a_drive_counts_on():
    # back: 1,800 s with one break in them leave 300 s; 1,200 s more are 1,500 s, which is allowed, 1,201 s are not
    rules = Rules(break_after_s=1_500, break_s=900)
    plan = _later(_with_long_road(1_200, "06:05"))
    assert broken(a_flour_situation(rules=rules), _with_way_back(plan, 1_200)) == []
    assert broken(a_flour_situation(rules=rules), _with_way_back(plan, 1_201)) == [("break", "J1/3 R-ASK", 1, "s")]


def _with_way_back(plan: Plan, last_s: int) -> Plan:
    first, second = drive("R-KHN KHN ASK 07:50 08:35", "R-ASK ASK AGD 08:35 09:00")
    second = replace(second, arrive=second.depart + timedelta(seconds=last_s))
    home = second.arrive
    return with_stop(plan, "J1", 2, legs=(first, second), arrive=home, start=home, end=home)


def _two_days() -> Plan:
    """J1 brings 2,500 kg on the first day, J2 the same on the second, each from 04:00 to 07:40 UTC."""
    load = replace(FLOUR_LOAD, quantity=2_500)
    first, second = a_run("J1", "T1", load), a_run("J2", "T1", load)
    day = timedelta(days=1)
    moved = tuple(
        replace(
            it,
            arrive=it.arrive + day,
            start=it.start + day,
            end=it.end + day,
            legs=tuple(replace(leg, depart=leg.depart + day, arrive=leg.arrive + day) for leg in it.legs),
        )
        for it in second.stops
    )
    return Plan(journeys=(replace(second, stops=moved), first))


def test_rest():
    # work ends at 07:40 and begins at 04:00 the next day: 20:20 h
    plan = _two_days()
    for rest_s, short_s in [(20 * 3600 + 1_200, 0), (21 * 3600, 2_400)]:
        situation = a_flour_situation(rules=Rules(rest_s=rest_s))
        situation = replace(situation, operation=replace(situation.operation, horizon_s=2 * HORIZON_S))
        day = with_vehicle(situation, "T1", shift=Hours.parse("08:00-18:00"))
        assert broken(day, plan) == ([("rest", "J2/1", short_s, "s")] if short_s else [])
        assert broken(situation, plan) == []  # around the clock: crews change


def test_a_pause_at_noon_is_no_night():
    pause = with_vehicle(a_flour_situation(), "T1", shift=Hours.parse("08:00-10:50,10:55-18:00"))
    legs = drive("R-KHN KHN ASK 06:55 07:25", "R-ASK ASK AGD 07:25 07:45")
    plan = with_stop(PLAN, "J1", 2, legs=legs, arrive=at("07:45"), start=at("07:45"), end=at("07:45"))
    assert broken(pause, plan) == []


def test_home():
    stays = with_journey(PLAN, "J1", stops=PLAN.journeys[0].stops[:2])
    assert broken(SITUATION, stays) == [("home", "J1/2", 1, "places")]
    assert broken(with_vehicle(SITUATION, "T1", homes=("AGD", "KHN")), stays) == []


def test_home_within_the_horizon():
    situation = replace(SITUATION, operation=replace(SITUATION.operation, horizon_s=3 * 3600 + 1_800))
    assert broken(situation, PLAN) == [("home", "J1/3", 600, "s")]  # ends at 07:30, home at 07:40
    just = replace(SITUATION, operation=replace(SITUATION.operation, horizon_s=3 * 3600 + 2_400))
    assert broken(just, PLAN) == []


def test_a_stranded_vehicle_need_not_come_home():
    stays = with_journey(PLAN, "J1", stops=PLAN.journeys[0].stops[:2])
    assert broken(SITUATION, stays) == [("home", "J1/2", 1, "places")]
    assert broken(SITUATION, replace(stays, replanned_at=at("06:50"))) == [("home", "J1/2", 1, "places")]
    left = with_journey(replace(stays, replanned_at=at("06:50")), "J1", frozen=True)
    assert broken(SITUATION, left) == []
    assert broken(with_vehicle(SITUATION, "T1", available_until=at("06:00")), left) == []
