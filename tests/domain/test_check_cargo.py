"""The rules of what is aboard."""

from __future__ import annotations

from dataclasses import replace

from karavan.domain.check import check
from karavan.domain.message import Message
from karavan.domain.plans import Handling, Journey, Plan, Unserved
from karavan.domain.rules import Level, Rules, Segregation
from tests.cast import (
    FLOUR_LOAD,
    SOAP_LOAD,
    a_flour_plan,
    a_flour_situation,
    a_plan,
    a_run,
    a_situation,
    at,
    broken,
    drive,
    stop,
    with_item,
    with_journey,
    with_stop,
    with_vehicle,
)

SITUATION = a_flour_situation()
PLAN = a_flour_plan()


def carrying(*loads: Handling) -> Plan:
    return a_flour_plan(journeys=(a_run("J1", "T1", *loads),))


def test_aboard():
    other = with_stop(PLAN, "J1", 1, unloads=(replace(FLOUR_LOAD, compartment=1),))
    assert broken(SITUATION, other) == [("aboard", "J1/2", 5_000, "kg"), ("left-aboard", "J1/3", 5_000, "kg")]
    more = with_stop(PLAN, "J1", 1, unloads=(replace(FLOUR_LOAD, quantity=5_050),))
    assert broken(SITUATION, more) == [("aboard", "J1/2", 50, "kg"), ("over-delivery", "REQ-1/1", 50, "kg")]


def test_what_is_loaded_later_cannot_be_unloaded_now():
    # at KHN unloading comes before loading
    plan = with_stop(PLAN, "J1", 0, loads=())
    found = broken(SITUATION, with_stop(plan, "J1", 1, loads=(FLOUR_LOAD,)))
    assert ("aboard", "J1/2", 5_000, "kg") in found
    assert ("transfer", "J1/2", 5_000, "kg") in found


def test_left_aboard():
    plan = with_stop(PLAN, "J1", 0, loads=(replace(FLOUR_LOAD, quantity=5_050),))
    assert broken(SITUATION, plan) == [("left-aboard", "J1/3", 50, "kg")]
    again = replace(plan, replanned_at=at("07:00"))
    assert broken(SITUATION, again) == [("left-aboard", "J1/3", 50, "kg")]
    assert broken(SITUATION, with_journey(again, "J1", frozen=True)) == []


def test_payload():
    # 5,000 kg of flour
    assert broken(with_vehicle(SITUATION, "T1", payload_g=5_000_000), PLAN) == []
    assert broken(with_vehicle(SITUATION, "T1", payload_g=4_900_000), PLAN) == [("payload", "J1/1", 100_000, "g")]


def test_volume():
    # 5,000 kg at 1.5 l are 7.5 m³
    assert broken(with_vehicle(SITUATION, "T1", compartments_cm3=(7_500_000,)), PLAN) == []
    assert broken(with_vehicle(SITUATION, "T1", compartments_cm3=(7_000_000,)), PLAN) == [
        ("volume", "J1/1", 500_000, "cm3")
    ]


def test_compartment():
    plan = carrying(replace(FLOUR_LOAD, compartment=1))
    assert broken(with_vehicle(SITUATION, "T1", compartments_cm3=(0, 7_500_000)), plan) == []
    assert broken(with_vehicle(SITUATION, "T1", compartments_cm3=(10_000_000, 5_000_000)), plan) == [
        ("compartment", "J1/1", 2_500_000, "cm3")
    ]
    assert broken(with_vehicle(SITUATION, "T1", compartments_cm3=(5_000_000, 10_000_000)), PLAN) == [
        ("compartment", "J1/1", 2_500_000, "cm3")
    ]
    for number in (2, -1):
        plan = carrying(replace(FLOUR_LOAD, compartment=number))
        assert broken(SITUATION, plan) == [("compartment", "J1/1", 1, "compartments")]


def test_handling_unit():
    # 4,975 kg are 99 sacks of 50 kg and half a sack
    left = Unserved(need="REQ-1/1", item="FLOUR", place="KHN", quantity=25, reasons=(Message("half a sack"),))
    plan = replace(carrying(replace(FLOUR_LOAD, quantity=4_975)), unserved=(left,))
    assert broken(SITUATION, plan) == [("handling-unit", "J1/1", 25, "kg"), ("handling-unit", "J1/2", 25, "kg")]
    assert broken(with_item(SITUATION, "FLOUR", breakable=True), plan) == []


def test_nobody_handles_nothing():
    plan = carrying(FLOUR_LOAD, replace(FLOUR_LOAD, quantity=0))
    assert broken(SITUATION, plan) == [("handling-unit", "J1/1", 50, "kg"), ("handling-unit", "J1/2", 50, "kg")]
    less = carrying(FLOUR_LOAD, replace(FLOUR_LOAD, quantity=-50))
    assert broken(SITUATION, less) == [("malformed", "J1/1", 1, "values"), ("malformed", "J1/2", 1, "values")]


def test_segregation_by_compartment():
    together = with_stop(a_plan(), "J1", 0, loads=(FLOUR_LOAD, replace(SOAP_LOAD, compartment=0)))
    together = with_stop(together, "J1", 1, unloads=(FLOUR_LOAD, replace(SOAP_LOAD, compartment=0)))
    # 5,000 kg of flour and 1,000 pieces of soap at 100 g: the 100 kg would have to go
    assert broken(a_situation(), together) == [("segregation", "J1/1", 100_000, "g")]
    assert broken(a_situation(segregation=()), together) == []


def test_segregation_by_vehicle():
    rows = (Segregation("hygiene", "food", Level.VEHICLE),)
    # J1: 100 kg of soap beside 5,000 kg of flour; J2: 500 pieces, 50 kg, beside 1,000 kg
    assert broken(a_situation(segregation=rows), a_plan()) == [
        ("segregation", "J1/1", 100_000, "g"),
        ("segregation", "J2/1", 50_000, "g"),
    ]


def test_closed_body():
    assert broken(with_vehicle(a_situation(), "VAN", closed_body=False), a_plan()) == [
        ("closed-body", "J3/1", 200, "loaf"),
        ("closed-body", "J3/1", 200, "loaf"),
    ]
    (words, *_) = (it.message for it in check(with_vehicle(a_situation(), "VAN", closed_body=False), a_plan()))
    assert words.say(item_name={"BREAD": "çörək"}.get).startswith("çörək travels in a closed body")
    open_van = with_vehicle(a_situation(), "VAN", closed_body=False)
    assert broken(with_item(open_van, "BREAD", closed_body=False), a_plan()) == []


def test_item_class():
    situation = with_vehicle(SITUATION, "T1", item_classes=frozenset({"hygiene", "bread"}))
    assert broken(situation, PLAN) == [("item-class", "J1/1", 5_000, "kg")]
    assert broken(with_vehicle(SITUATION, "T1", item_classes=frozenset({"food"})), PLAN) == []


def test_cleaning_after_what_was_carried_before_the_plan():
    dirty = with_vehicle(SITUATION, "T1", previous_load="hygiene")
    assert broken(dirty, PLAN) == [("cleaning", "J1/1", 5_000, "kg")]
    assert broken(with_vehicle(dirty, "T1", cleaned_on=at("00:00")), PLAN) == []
    assert broken(with_vehicle(SITUATION, "T1", previous_load="food"), PLAN) == []
    # 5 t at 10 t/h and a cleaning of 1,800 s fill the hour
    quick = replace(dirty, operation=replace(dirty.operation, rules=Rules(cleaning_s=1_800)))
    assert broken(quick, with_stop(PLAN, "J1", 0, clean=True)) == []


def two_trips(first: Handling, second: Handling, clean: bool = False) -> Plan:
    """T1 brings ``first``, comes back to AGD 07:40-08:40, brings ``second`` 09:30-10:30, is home at 11:20."""
    there = drive("R-ASK AGD ASK 08:40 09:00", "R-KHN ASK KHN 09:00 09:30")
    home = drive("R-KHN KHN ASK 10:30 11:00", "R-ASK ASK AGD 11:00 11:20")
    run = a_run("J1", "T1", first)
    again = Journey(
        code="J2",
        vehicle="T1",
        stops=(
            stop("AGD", "07:40", "07:40", "08:40", loads=(second,), clean=clean),
            stop("KHN", "09:30", "09:30", "10:30", legs=there, unloads=(second,)),
            stop("AGD", "11:20", "11:20", "11:20", legs=home),
        ),
    )
    return a_flour_plan(journeys=(run, again))


def test_cleaning_between_trips():
    request = a_situation().requests[0]
    request = replace(request, lines=tuple(line for line in request.lines if line.item != "KIT"))
    situation = a_situation(requests=(request,), rules=Rules(cleaning_s=1_800))
    same = replace(SOAP_LOAD, compartment=0)
    assert broken(situation, two_trips(same, FLOUR_LOAD)) == [("cleaning", "J2/1", 5_000, "kg")]
    assert broken(situation, two_trips(same, FLOUR_LOAD, clean=True)) == []
    assert broken(situation, two_trips(SOAP_LOAD, FLOUR_LOAD)) == []  # soap was in compartment 1
    apart = replace(situation, segregation=(Segregation("food", "hygiene", Level.VEHICLE),))
    assert broken(apart, two_trips(SOAP_LOAD, FLOUR_LOAD)) == [("cleaning", "J2/1", 5_000, "kg")]
    assert broken(apart, two_trips(SOAP_LOAD, FLOUR_LOAD, clean=True)) == []


def test_cleaning_does_not_reach_what_is_still_aboard():
    """The soap is in compartment 0 when the truck is cleaned at 04:20, so that flour still comes after soap."""
    request = a_situation().requests[0]
    request = replace(request, lines=tuple(line for line in request.lines if line.item != "KIT"))
    situation = a_situation(requests=(request,), rules=Rules(cleaning_s=1_800))
    plan = two_trips(replace(SOAP_LOAD, compartment=0), FLOUR_LOAD)
    run = plan.journeys[0]
    loaded = replace(run.stops[0], end=at("04:20"))
    cleaned = stop("AGD", "04:20", "04:20", "05:00", clean=True)
    plan = replace(plan, journeys=(replace(run, stops=(loaded, cleaned, *run.stops[1:])), plan.journeys[1]))
    assert broken(situation, plan) == [("cleaning", "J2/1", 5_000, "kg")]
