"""The judge under attack: valid plans with one thing changed, and plans made of rubbish."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import assume, given, settings, strategies as st

from karavan.domain.check import check
from karavan.domain.message import Message
from karavan.domain.plans import Convoy, Handling, Journey, Leg, Plan, Stop, Unserved
from karavan.domain.rules import Rules
from karavan.domain.value import measure
from tests.cast import (
    START,
    a_convoy_plan,
    a_convoy_situation,
    a_situation,
    at,
    with_leg,
    with_road,
    with_stop,
    with_vehicle,
)

SITUATION = a_convoy_situation()
PLAN = a_convoy_plan()
LEGS = [
    (journey.code, number, leg)
    for journey in PLAN.journeys
    for number, stop in enumerate(journey.stops)
    for leg in range(len(stop.legs))
]
HANDLINGS = [
    (journey.code, number, side, i)
    for journey in PLAN.journeys
    for number, stop in enumerate(journey.stops)
    for side in ("loads", "unloads")
    for i in range(len(getattr(stop, side)))
]
quick = settings(derandomize=True, deadline=None, max_examples=100)


def the_stop(code: str, number: int) -> Stop:
    return next(it for it in PLAN.journeys if it.code == code).stops[number]


def with_handlings(code: str, number: int, side: str, handlings: list[Handling]) -> Plan:
    return with_stop(PLAN, code, number, **{side: tuple(handlings)})


@quick
@given(st.sampled_from(LEGS), st.sampled_from(["depart", "arrive"]), st.integers(-10_000, 10_000))
def test_a_drive_at_another_time_is_noticed(where, field, shift_s):
    """Every drive of the plan takes what it needs and follows what comes before at once: there is no slack."""
    assume(shift_s)
    code, number, leg = where
    moment = getattr(the_stop(code, number).legs[leg], field)
    plan = with_leg(PLAN, code, number, leg, **{field: moment + timedelta(seconds=shift_s)})
    assert check(SITUATION, plan)


@quick
@given(st.sampled_from(HANDLINGS), st.integers(-300, 10_000))
def test_another_quantity_is_noticed(where, quantity):
    code, number, side, i = where
    handlings = list(getattr(the_stop(code, number), side))
    assume(quantity != handlings[i].quantity)
    handlings[i] = replace(handlings[i], quantity=quantity)
    assert check(SITUATION, with_handlings(code, number, side, handlings))


@quick
@given(
    st.sampled_from(HANDLINGS),
    st.sampled_from(["need", "item", "lot", "lot_place", "compartment"]),
    st.sampled_from(["REQ-1/1", "REQ-1/2", "FLOUR", "SOAP", "F1", "F2", "S1", "AGD", "BKR", "?", 0, 1, 2]),
)
def test_other_goods_are_noticed(where, field, value):
    code, number, side, i = where
    handlings = list(getattr(the_stop(code, number), side))
    assume(value != getattr(handlings[i], field) and (field == "compartment") == isinstance(value, int))
    handlings[i] = replace(handlings[i], **{field: value})
    assert check(SITUATION, with_handlings(code, number, side, handlings))


def test_a_missing_part_is_noticed():
    for code, number, leg in LEGS:
        legs = list(the_stop(code, number).legs)
        del legs[leg]
        assert check(SITUATION, with_stop(PLAN, code, number, legs=tuple(legs))), (code, number, leg)
    for code, number, side, i in HANDLINGS:
        handlings = list(getattr(the_stop(code, number), side))
        del handlings[i]
        assert check(SITUATION, with_handlings(code, number, side, handlings)), (code, number, side, i)
    for journey in PLAN.journeys:
        assert check(SITUATION, replace(PLAN, journeys=tuple(it for it in PLAN.journeys if it != journey)))
        for number in range(len(journey.stops)):
            stops = journey.stops[:number] + journey.stops[number + 1 :]
            changed = tuple(replace(it, stops=stops) if it == journey else it for it in PLAN.journeys)
            assert check(SITUATION, replace(PLAN, journeys=changed)), (journey.code, number)
    for convoy in PLAN.convoys:
        assert check(SITUATION, replace(PLAN, convoys=tuple(it for it in PLAN.convoys if it != convoy)))


def test_the_order_of_the_journeys_in_the_file_does_not_matter():
    assert check(SITUATION, replace(PLAN, journeys=PLAN.journeys[::-1], convoys=PLAN.convoys[::-1])) == ()


def test_the_same_question_has_the_same_answer():
    plan = with_stop(PLAN, "J1", 0, start=at("03:00"), loads=())
    assert check(SITUATION, plan) == check(SITUATION, plan) != ()


moments = st.integers(-200, 2_000).map(lambda minutes: START + timedelta(minutes=minutes))
places = st.sampled_from(["AGD", "BKR", "ASK", "KHN", "?", ""])
roads = st.sampled_from(["R-BKR", "R-ASK", "R-KHN", "?", ""])
codes = st.sampled_from(["J1", "J2", "C1", ""])
handlings = st.builds(
    Handling,
    need=st.sampled_from(["REQ-1/1", "REQ-1/3:SOAP", "REQ-2/1", "REQ-3/1", "?", ""]),
    item=st.sampled_from(["FLOUR", "SOAP", "BREAD", "KIT", "?"]),
    lot=st.sampled_from(["F1", "F2", "S1", "BF", "oven 2023-09-22 09:00", "oven", "?"]),
    lot_place=places,
    quantity=st.sampled_from([-50, 0, 1, 20, 100, 5_000, 10**12, 10**13]),
    compartment=st.integers(-1, 3),
)
legs = st.builds(Leg, road=roads, origin=places, destination=places, depart=moments, arrive=moments, convoy=codes)
some_goods = st.lists(handlings, max_size=3).map(tuple)
stops = st.builds(
    Stop,
    place=places,
    arrive=moments,
    start=moments,
    end=moments,
    legs=st.lists(legs, max_size=3).map(tuple),
    loads=some_goods,
    unloads=some_goods,
    clean=st.booleans(),
)
journeys = st.builds(
    Journey, code=codes, vehicle=st.sampled_from(["T1", "VAN", "?"]), stops=st.lists(stops, max_size=3).map(tuple)
)
convoys = st.builds(
    Convoy,
    code=codes,
    roads=st.lists(roads, max_size=2).map(tuple),
    origin=places,
    destination=places,
    depart=moments,
    arrive=moments,
    journeys=st.lists(codes, max_size=3).map(tuple),
    leader=codes,
)
unserved = st.builds(
    Unserved,
    need=st.sampled_from(["REQ-1/1", "REQ-3/1", "?"]),
    item=st.sampled_from(["FLOUR", "?"]),
    place=places,
    quantity=st.integers(-5, 6_000),
    reasons=st.sampled_from([(), (Message("why"),)]),
)
rubbish = st.builds(
    Plan,
    journeys=st.lists(journeys, max_size=3).map(tuple),
    convoys=st.lists(convoys, max_size=2).map(tuple),
    unserved=st.lists(unserved, max_size=2).map(tuple),
    value=st.sampled_from([None, measure(SITUATION, PLAN)]),
    bound_person_h=st.sampled_from([None, 1e9]),
    replanned_at=st.none() | moments,
)
SITUATIONS = [
    SITUATION,
    with_vehicle(a_situation(rules=Rules(break_after_s=0, break_s=0)), "T1", homes=(), available_until=at("06:00")),
    with_vehicle(with_road(a_situation(), "R-KHN", one_way=True), "T1", previous_load="fuel", compartments_cm3=()),
    replace(a_situation(), places=(), roads=(), vehicles=(), stock=(), production=()),
]


@settings(quick, max_examples=200)
@given(st.sampled_from(SITUATIONS), rubbish)
def test_rubbish_is_judged_and_never_an_exception(situation, plan):
    found = check(situation, plan)
    assert found
    for violation in found:
        assert violation.amount >= 0, violation
        assert str(violation)
