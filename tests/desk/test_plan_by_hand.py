"""A planner changes a plan by hand: a plan of its own, with the judge's words; what breaks a rule is not approved."""

from __future__ import annotations

import pytest

from karavan.desk import models as rows
from karavan.desk.moving_by_hand import proposal
from karavan.domain.audit import digest
from karavan.domain.errors import BadChange, Refused
from karavan.domain.moved import Move
from karavan.domain.planfile import plan_from_json, plan_to_json
from tests.desk.test_plan_again import brought
from tests.desk.test_requests_pages import come, text
from tests.desk.test_story import a_kept_plan, an_approved_request

__all__ = ["come"]


@pytest.fixture
def plan(desk):
    an_approved_request(desk, 5_000)
    an_approved_request(desk, 3_000, "SOAP")
    return a_kept_plan(desk)


def journeys(row):
    return list(plan_from_json(row.text).journeys)


def test_a_journey_gets_another_vehicle_with_times_that_hold(desk, plan):
    first, second = journeys(plan)
    assert (first.vehicle, second.vehicle) == ("T1", "T2")
    found = proposal(plan, Move(journey=first.code, vehicle="T2"))
    assert found.violations == ()
    assert {it.vehicle for it in found.plan.journeys} == {"T2"}
    assert any("with T2" in str(it) for it in found.plan.changes)
    assert found.plan.bound_person_h == plan_from_json(plan.text).bound_person_h


def test_what_no_vehicle_can_do_is_said_by_the_judge(desk, plan):
    found = proposal(plan, Move(journey=journeys(plan)[0].code, vehicle="VAN"))
    assert {"payload", "item-class"} <= {it.rule for it in found.violations}


def test_a_stop_goes_to_another_journey(desk, plan):
    first, second = journeys(plan)
    stop = next(number for number, it in enumerate(second.stops, 1) if it.unloads)
    found = proposal(plan, Move(journey=second.code, stop=stop, to=first.code))
    assert found.violations == ()
    (only,) = found.plan.journeys
    assert only.vehicle == first.vehicle
    total = {}
    for goods in (goods for stop in only.stops for goods in stop.unloads):
        total[goods.need] = total.get(goods.need, 0) + goods.quantity
    assert total == brought(plan)


@pytest.mark.parametrize(
    ("move", "words"),
    [
        ({"journey": "J-9", "vehicle": "T1"}, "no journey J-9"),
        ({"journey": "J-001", "vehicle": "NOBODY"}, "no vehicle NOBODY"),
        ({"journey": "J-001", "stop": 1, "to": "J-002"}, "hands nothing over at stop 1"),
        ({"journey": "J-001", "stop": 9, "to": "J-002"}, "hands nothing over at stop 9"),
        ({"journey": "J-001", "stop": 2, "to": "J-9"}, "no journey J-9"),
        ({"journey": "J-001", "stop": 2, "to": "J-001"}, "no other stop"),
    ],
)
def test_what_cannot_be_moved(desk, plan, move, words):
    with pytest.raises(BadChange, match=words):
        proposal(plan, Move(**move))


def given(desk, **more):
    return {"id": str(desk.id()), **more}


def test_tried_kept_and_approved_over_http(desk, come, plan):
    way, planner = f"/plans/{plan.pk}/by-hand", come("planner")
    first, second = journeys(plan)
    assert "Move a stop" in text(planner.get(way))
    assert "Change it by hand" in text(planner.get(f"/plans/{plan.pk}"))
    stop = next(number for number, it in enumerate(second.stops, 1) if it.unloads)
    move = {"stop": f"{second.code}/{stop}", "to": first.code}
    tried = text(planner.post(way, given(desk, **move)))
    assert "It breaks no rule." in tried
    assert rows.PlanDocument.objects.count() == 1, "tried is not kept"
    form = given(desk, keep="1", **move)
    kept = planner.post(way, form)
    made = rows.PlanDocument.objects.exclude(pk=plan.pk).get()
    assert kept["Location"] == f"/plans/{made.pk}"
    assert planner.post(way, form)["Location"] == kept["Location"], "sent twice, kept once"
    assert come("second").post(f"/plans/{made.pk}/approve", given(desk)).status_code == 302
    assert come("dispatcher").post(f"/plans/{made.pk}/issue", given(desk)).status_code == 302
    # The other plan of this situation would give the same goods away again.
    desk.do("approve_plan", "second", plan=plan.pk)
    with pytest.raises(Refused, match="another plan were issued since"):
        desk.do("issue_waybills", "dispatcher", plan=plan.pk)
    late = planner.post(f"/plans/{made.pk}/by-hand", given(desk, **move))
    assert (late.status_code, "are issued" in text(late)) == (409, True)


def test_what_breaks_a_rule_is_kept_and_not_approved(desk, come, plan):
    way, planner = f"/plans/{plan.pk}/by-hand", come("planner")
    move = {"journey": journeys(plan)[0].code, "vehicle": "VAN"}
    tried = text(planner.post(way, given(desk, **move)))
    assert "It breaks rules, and could not be approved" in tried
    assert "carries 1.5" in tried
    broken = tried.partition("could not be approved")[2].partition("</ul>")[0].split("<li>")[1:]
    assert len(broken) == len(set(broken)) > 0, "each is said once"
    made = planner.post(way, given(desk, keep="1", **move))["Location"]
    page = text(come("second").get(made))
    assert "made by hand and breaks rules" in page
    assert "Approve this plan" not in page
    refused = come("second").post(f"{made}/approve", given(desk))
    assert (refused.status_code, "breaks a rule; it is not approved" in text(refused)) == (409, True)


def test_who_changes_a_plan_by_hand(desk, come, plan):
    way = f"/plans/{plan.pk}/by-hand"
    assert come("approver").get(way).status_code == 403
    assert come("planner").get(f"/plans/{desk.id()}/by-hand").status_code == 404
    wrong = come("planner").post(way, given(desk, stop="", to=""))
    assert (wrong.status_code, "no journey" in text(wrong)) == (409, True)


@pytest.mark.parametrize(("text_", "words"), [("{", "not JSON"), (None, "not one of this situation")])
def test_a_plan_from_elsewhere_is_one_of_this_situation(desk, plan, text_, words):
    other = plan_to_json(plan_from_json(plan.text)).replace(plan.situation_id, "0" * 64) if text_ is None else text_
    with pytest.raises(Refused, match=words):
        desk.do("propose_plan", "planner", plan=plan.pk, plan_sha256=digest(other), text=other)
