"""Roads that shut or open and vehicles that break down between two plans."""

from dataclasses import replace

import pytest

from karavan.domain.changes import with_road_closed, with_road_open, with_vehicle_broken
from karavan.domain.errors import BadChange
from karavan.domain.roads import RoadStatus
from tests.cast import R_KHN, a_situation, at

NOW, LATER, LAST = at("06:00"), at("10:00"), at("14:00")


def closed(until=None, **fields):
    """What may be driven on R-KHN from now to the end, after it was closed."""
    situation = a_situation(roads=(replace(R_KHN, **fields),))
    changed = with_road_closed(situation, "R-KHN", NOW, until).road["R-KHN"]
    operation = situation.operation
    return changed.usable(NOW, at("20:00"), operation.rules, operation.zone)


def test_an_open_road_closes_for_good_or_for_a_while():
    assert closed() == ()
    assert closed(LATER) == ((LATER, at("20:00")),)


def test_a_road_that_is_open_until_a_time_opens_again_only_until_then():
    assert closed(LATER, status_until=LAST) == ((LATER, LAST),)
    assert closed(LAST, status_until=LATER) == ()


def test_the_latest_word_about_a_closed_road_counts():
    assert closed(LATER, status=RoadStatus.CLOSED) == ((LATER, at("20:00")),)
    assert closed(LATER, status=RoadStatus.CLOSED, status_until=LAST) == ((LATER, at("20:00")),)


def test_a_closure_that_one_pair_of_dates_cannot_say_is_refused():
    for fields in (
        {"status": RoadStatus.CLOSED, "status_from": LAST},
        {"status": RoadStatus.UNKNOWN},
        {"status_from": LAST},
    ):
        with pytest.raises(BadChange, match="R-KHN"):
            closed(LATER, **fields)


def test_a_closure_ends_after_it_begins():
    with pytest.raises(BadChange):
        closed(NOW)


def test_a_road_opens_without_dates_and_keeps_its_limits():
    shut = replace(R_KHN, status=RoadStatus.CLOSED, status_until=LAST, max_gross_mass_g=12_000_000, convoy_only=True)
    road = with_road_open(a_situation(roads=(shut,)), "R-KHN").road["R-KHN"]
    assert road == replace(R_KHN, max_gross_mass_g=12_000_000, convoy_only=True)


def test_a_broken_vehicle_is_out_of_service_from_now_on():
    situation = with_vehicle_broken(a_situation(), "T1", NOW)
    assert situation.vehicle["T1"].available_until == NOW
    assert situation.vehicle["T2"].available_until is None


def test_what_is_not_there_is_named():
    for change in (
        lambda: with_road_closed(a_situation(), "R-X", NOW),
        lambda: with_road_open(a_situation(), "R-X"),
        lambda: with_vehicle_broken(a_situation(), "R-X", NOW),
    ):
        with pytest.raises(BadChange, match="R-X"):
            change()
