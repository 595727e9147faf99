"""What stays as it was from one plan to the next keeps its code; what is moved by hand is timed and judged."""

from __future__ import annotations

from dataclasses import replace

from karavan.domain.plans import Convoy, Journey, Leg, Plan, Stop
from karavan.domain.succession import kept_convoys, name_as_before, unchanged
from tests.cast import at


def stop(place, clock, legs=()):
    return Stop(place=place, arrive=at(clock), start=at(clock), end=at(clock), legs=legs)


def journey(code, vehicle, convoy="", clock="06:00", frozen=False):
    leg = Leg(road="R-ASK", origin="AGD", destination="ASK", depart=at("05:00"), arrive=at("05:20"), convoy=convoy)
    return Journey(code=code, vehicle=vehicle, stops=(stop("AGD", "05:00"), stop("ASK", clock, (leg,))), frozen=frozen)


def convoy(code, *journeys):
    return Convoy(
        code=code,
        roads=("R-ASK",),
        origin="AGD",
        destination="ASK",
        depart=at("05:00"),
        arrive=at("05:20"),
        journeys=journeys,
        leader=journeys[0],
    )


OLD = Plan(
    journeys=(journey("J-001", "A", "C-01"), journey("J-002", "B", "C-01"), journey("J-003", "C")),
    convoys=(convoy("C-01", "J-001", "J-002"),),
)


def test_the_same_under_other_names_is_the_same():
    new = Plan(
        journeys=(journey("J-007", "A", "C-09"), journey("J-008", "B", "C-09"), journey("J-009", "C", clock="06:30")),
        convoys=(convoy("C-09", "J-007", "J-008"),),
    )
    same = unchanged(OLD, new)
    assert same == {"J-007": "J-001", "J-008": "J-002"}
    assert kept_convoys(OLD, new, same) == {"C-09": "C-01"}
    named = name_as_before(OLD, new, taken=("J-004",))
    assert [it.code for it in named.journeys] == ["J-001", "J-002", "J-005"]
    assert named.convoys == OLD.convoys
    assert named.journeys[0] == OLD.journeys[0]


def test_a_convoy_of_which_one_changed_is_another_one():
    new = replace(OLD, journeys=(OLD.journeys[0], journey("J-002", "B", "C-01", clock="06:30"), OLD.journeys[2]))
    assert unchanged(OLD, new) == {"J-003": "J-003"}
    named = name_as_before(OLD, new)
    assert [it.code for it in named.journeys] == ["J-004", "J-005", "J-003"]
    assert [(it.code, it.journeys, it.leader) for it in named.convoys] == [("C-02", ("J-004", "J-005"), "J-004")]
    assert {leg.convoy for it in named.journeys for stop in it.stops for leg in stop.legs} == {"C-02", ""}


def test_what_has_left_stays_what_it_is_though_cut():
    left = replace(journey("J-001", "A", "C-01", frozen=True), stops=OLD.journeys[0].stops[:1])
    new = replace(OLD, journeys=(left, journey("J-009", "C")), convoys=())
    assert unchanged(OLD, new) == {"J-001": "J-001", "J-009": "J-003"}
