"""The rules of the account, and of the answer itself."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from karavan.domain.check import RULES, check
from karavan.domain.message import Message
from karavan.domain.plans import Plan, Share, Unserved
from karavan.domain.requests import Approval
from karavan.domain.roads import RoadSource
from karavan.domain.value import measure
from tests.cast import (
    FLOUR_LOAD,
    a_flour_plan,
    a_flour_situation,
    a_plan,
    a_run,
    a_situation,
    at,
    broken,
    goods,
    with_road,
)

SITUATION = a_flour_situation()
PLAN = a_flour_plan()
WHY = (Message("no truck is left"),)


def behind(quantity: int, **fields) -> Unserved:
    line = Unserved(need="REQ-1/1", item="FLOUR", place="KHN", quantity=quantity, reasons=WHY)
    return replace(line, **fields)


def test_approval():
    # REQ-3 is a draft for 100 kg; J2 brings them
    extra = a_run("J2", "T2", goods("REQ-3/1 FLOUR F1@AGD 100"))
    plan = replace(PLAN, journeys=(*PLAN.journeys, extra))
    draft = a_situation().requests[2]
    situation = replace(SITUATION, requests=(*SITUATION.requests, draft))
    assert broken(situation, plan) == [("approval", "J2/1", 100, "kg")]
    approved = replace(draft, approval=Approval.APPROVED)
    assert broken(replace(situation, requests=(*SITUATION.requests, approved)), plan) == []


def test_wrong_item():
    soap = goods("REQ-1/1 SOAP S1@AGD 5000")
    plan = a_flour_plan(journeys=(a_run("J1", "T1", soap),))
    assert broken(SITUATION, plan) == [("wrong-item", "J1/1", 5_000, "piece")]


def test_over_delivery():
    plan = a_flour_plan(journeys=(a_run("J1", "T1", replace(FLOUR_LOAD, quantity=5_500)),))
    assert broken(SITUATION, plan) == [("over-delivery", "REQ-1/1", 500, "kg")]


def test_unserved():
    part = a_flour_plan(journeys=(a_run("J1", "T1", replace(FLOUR_LOAD, quantity=4_000)),))
    assert broken(SITUATION, part) == [("unserved", "REQ-1/1", 1_000, "kg")]
    assert broken(SITUATION, replace(part, unserved=(behind(700),))) == [("unserved", "REQ-1/1", 300, "kg")]
    assert broken(SITUATION, replace(part, unserved=(behind(700), behind(300)))) == []
    assert broken(SITUATION, replace(part, unserved=(behind(1_200),))) == [("unserved", "REQ-1/1", 200, "kg")]
    assert broken(SITUATION, Plan(unserved=(behind(5_000),))) == []
    assert broken(SITUATION, Plan()) == [("unserved", "REQ-1/1", 5_000, "kg")]


@pytest.mark.parametrize(
    ("line", "amount", "unit"),
    [
        (behind(5_000, reasons=()), 1, "reasons"),
        (behind(5_000, item="SOAP"), 1, "names"),
        (behind(5_000, place="AGD"), 1, "names"),
    ],
)
def test_an_unserved_line_is_the_need_s_and_has_a_reason(line: Unserved, amount: int, unit: str):
    assert broken(SITUATION, Plan(unserved=(line,))) == [("unserved", "REQ-1/1", amount, unit)]


def test_nothing_is_left_behind_by_less_than_one():
    plan = Plan(unserved=(behind(5_000), behind(0)))
    assert broken(SITUATION, plan) == [("unserved", "REQ-1/1", 1, "kg")]
    plan = Plan(unserved=(behind(5_010), behind(-10)))
    assert broken(SITUATION, plan) == [("malformed", "REQ-1/1", 1, "values")]


def test_a_line_that_nobody_approved_may_be_named_as_left_behind():
    line = Unserved(need="REQ-3/1", item="FLOUR", place="KHN", quantity=100, reasons=WHY)
    assert broken(a_situation(), replace(a_plan(), unserved=(line,))) == []


def test_value():
    real = measure(SITUATION, PLAN)
    assert broken(SITUATION, replace(PLAN, value=real)) == []
    # flour for 1,000 people at priority 2, weight 2, handed over at 06:50: 2,000 x 2:50 h = 5,666.67
    assert real.waiting_person_h == pytest.approx(2_000 * 170 / 60)
    claims = [
        (replace(real, waiting_person_h=real.waiting_person_h - 1), 1, "person-h"),
        (replace(real, inequity_person_h=real.inequity_person_h + 2), 2, "person-h"),
        (replace(real, cost=0), 100 + 52 * 2, "USD"),  # once 100, and 2 for each of 52 km
        (replace(real, delivered_permille=999), 1, "permille"),
        (replace(real, distance_m=50_000), 2_000, "m"),
    ]
    for claim, amount, unit in claims:
        assert broken(SITUATION, replace(PLAN, value=claim)) == [("value", "plan", pytest.approx(amount), unit)]


def test_value_is_exact_to_a_millionth():
    real = measure(SITUATION, PLAN)
    near = replace(real, waiting_person_h=real.waiting_person_h * (1 + 5e-7))
    assert broken(SITUATION, replace(PLAN, value=near)) == []
    far = replace(real, waiting_person_h=real.waiting_person_h * (1 + 2e-6))
    assert [it[0] for it in broken(SITUATION, replace(PLAN, value=far))] == ["value"]


def test_a_plan_does_not_break_its_own_bound():
    real = measure(SITUATION, PLAN).waiting_person_h
    assert broken(SITUATION, replace(PLAN, bound_person_h=real)) == []
    assert broken(SITUATION, replace(PLAN, bound_person_h=real + 10)) == [
        ("value", "plan", pytest.approx(10), "person-h")
    ]


def test_nor_that_of_plans_with_its_shares():
    real = measure(SITUATION, PLAN).waiting_person_h
    assert broken(SITUATION, replace(PLAN, bound_person_h=real - 9, shared_bound_person_h=real)) == []
    assert broken(SITUATION, replace(PLAN, bound_person_h=real - 9, shared_bound_person_h=real + 10)) == [
        ("value", "plan", pytest.approx(10), "person-h")
    ]


def shared(*shares: tuple[str, int], needed: int = 5_000, available: int = 4_000, item: str = "FLOUR") -> Plan:
    return replace(PLAN, shares=(Share(item=item, needed=needed, available=available, shares=shares),))


@pytest.mark.parametrize(
    ("plan", "where", "amount", "unit"),
    [
        (shared(("REQ-1/1", 4_000), needed=4_900), "plan", 100, "kg"),
        (shared(("REQ-1/1", 4_100)), "plan", 100, "kg"),
        # 6,000 + 10,000 - 1,000 reserved at AGD; the bakery's flour is not there to be shared.
        (shared(("REQ-1/1", 4_000), available=15_001), "plan", 1, "kg"),
        (shared(("REQ-1/1", 5_100), available=6_000), "REQ-1/1", 100, "kg"),
        (shared(("REQ-1/1", 1_000), ("REQ-1/1", 1_000), needed=10_000), "REQ-1/1", 1, "names"),
    ],
)
def test_share(plan: Plan, where: str, amount: int, unit: str):
    assert broken(SITUATION, plan) == [("share", where, amount, unit)]


def test_a_share_is_of_an_approved_need_of_the_item():
    assert broken(SITUATION, shared(("REQ-1/1", 4_000))) == []
    draft = replace(a_plan(), shares=(Share(item="FLOUR", needed=0, available=100, shares=(("REQ-3/1", 100),)),))
    assert broken(a_situation(), draft) == [("share", "REQ-3/1", 1, "names")]
    soap = replace(a_plan(), shares=(Share(item="FLOUR", needed=1_000, available=100, shares=(("REQ-1/2", 100),)),))
    assert broken(a_situation(), soap) == [("share", "REQ-1/2", 1, "names")]
    assert broken(SITUATION, shared(("REQ-1/1", -1))) == [("malformed", "REQ-1/1", 1, "values")]


def test_a_plan_made_again_may_share_what_is_no_longer_in_stock():
    plan = replace(shared(("REQ-1/1", 4_000), available=20_000), replanned_at=at("08:00"))
    assert broken(SITUATION, plan) == []


def test_road_source():
    sheet, extract = Message("roads from the road sheet"), Message("roads from an OpenStreetMap extract")
    lines = Message(
        "no roads given: straight lines made {factor} times longer, at {speed} km/h", factor=1.4, speed=30.0
    )
    true = {RoadSource.SHEET: sheet, RoadSource.OSM: extract, RoadSource.STRAIGHT: lines}
    for source in RoadSource:
        situation = replace(SITUATION, road_source=source)
        for words in (sheet, extract, lines, lines.having(speed=60.0), Message("roads that somebody knows")):
            wrong = [] if words == true[source] else [("road-source", "plan", 1, "names")]
            assert broken(situation, Plan(unserved=(behind(5_000),), road_source=words)) == wrong


def test_every_rule_is_tested():
    text = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_check_*.py"))
    tested = set(re.findall(r'\("([a-z-]+)", "', text))
    untested = {name for name, _ in RULES} - tested
    assert untested == {"road-gross-mass", "road-height", "road-width"}  # these stand in a table
    assert all(f'("{name}", {{' in text for name in untested)


def test_a_violation_is_a_sentence():
    (found,) = check(with_road(SITUATION, "R-KHN", max_gross_mass_g=30_000_000, one_way=True), PLAN)[1:2]
    assert str(found) == (
        "road-gross-mass (J1/2 R-KHN): road R-KHN (ASK - KHN) carries 30\u00a0t, and vehicle T1 weighs 36\u00a0t"
    )
    russian_names = found.message.say(place_name=lambda code: SITUATION.place[code].name("ru"))
    assert russian_names == "road R-KHN (Аскеран - Степанакерт) carries 30\u00a0t, and vehicle T1 weighs 36\u00a0t"
