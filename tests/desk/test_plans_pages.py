"""Plans over HTTP: asked for with one button, watched, shown, approved by a second person, turned into waybills."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from karavan.desk import jobs, models as rows
from karavan.desk.start import yet_to_come
from karavan.desk.views.plans import _price
from karavan.domain.plans import Comparison, Plan, Value
from tests.cast import a_situation
from tests.desk.desk_world import PEOPLE
from tests.desk.test_requests_pages import come, text
from tests.desk.test_story import a_kept_plan, an_approved_request

__all__ = ["come"]


def kept(desk):
    an_approved_request(desk)
    return a_kept_plan(desk)


def test_a_plan_that_moves_nothing_says_so(desk, come):
    rows.Request.objects.all().update(approval="draft")
    plan = a_kept_plan(desk)
    seen = text(come("planner").get(f"/plans/{plan.pk}"))
    assert "this plan moves nothing" in seen
    for word in ("price of fairness", "100 %", "Change it by hand"):
        assert word not in seen


def test_the_price_of_fairness_is_no_more_than_nothing():
    def value(cost):
        return Value(waiting_person_h=90.0, inequity_person_h=0.0, cost=cost, delivered_permille=0, distance_m=0)

    cheapest = Comparison(name="cost", value=replace(value(100.0), waiting_person_h=140.0))
    dearer, same = (_price(Plan(value=value(cost), comparisons=(cheapest,)), "USD") for cost in (130.0, 100.2))
    assert "this plan costs 30 USD more than the cheapest that was found, and spares 50" in str(dearer)
    assert str(same) == "Fairness costs nothing here: no cheaper plan was found."


def test_from_the_button_to_waybills(desk, come):
    an_approved_request(desk)
    planner = come("planner")
    assert "Plan what is known now" in text(planner.get("/plans"))
    form = {"id": str(desk.id()), "operation": str(desk.operation.pk), "limit_s": "60"}
    asked = planner.post("/plans/ask", form)
    job = rows.PlanningJob.objects.get()
    assert (asked.status_code, asked["Location"]) == (302, f"/plans/jobs/{job.pk}")
    assert planner.post("/plans/ask", form)["Location"] == asked["Location"]
    assert rows.PlanningJob.objects.count() == 1

    waiting = planner.get(asked["Location"])
    assert (waiting["Refresh"], "waits for the planner" in text(waiting)) == ("5", True)
    rows.PlanningJob.objects.filter(pk=job.pk).update(rounds=3, limit_s=None)
    jobs.run(job.pk, desk.id(), desk.now)
    plan = rows.PlanDocument.objects.get()
    assert planner.get(asked["Location"])["Location"] == f"/plans/{plan.pk}"

    way = f"/plans/{plan.pk}"
    assert "a second person approves it" in text(planner.get(way))
    seen = text(come("second").get(way))
    assert "Approve this plan" in seen
    assert "Fairness costs nothing here" in seen
    assert "bound: no plan can have less" in seen
    assert "Issue the waybills" not in text(come("dispatcher").get(way))
    early = come("dispatcher").post(f"{way}/issue", {"id": str(desk.id())})
    assert (early.status_code, "the plan is not approved" in text(early)) == (409, True)
    assert come("second").post(f"{way}/approve", {"id": str(desk.id())}).status_code == 302
    again = come("approver").post(f"{way}/approve", {"id": str(desk.id())})
    assert (again.status_code, "there is one already" in text(again)) == (409, True)
    assert come("dispatcher").post(f"{way}/issue", {"id": str(desk.id())}).status_code == 302
    assert "OP-AGD-000001" in text(come("dispatcher").get(way))
    twice = come("dispatcher").post(f"{way}/issue", {"id": str(desk.id())})
    assert "were issued before" in text(twice)
    assert "approved, waybills issued" in text(come("auditor").get("/plans"))


def test_whoever_had_a_plan_made_does_not_approve_it(desk, come):
    from karavan.domain.roles import Role

    plan = kept(desk)
    given = {"operation": desk.operation.pk, "user": desk.people["planner"].pk}
    desk.do("grant_role", "admin", **given, role=Role.APPROVER)
    refused = come("planner").post(f"/plans/{plan.pk}/approve", {"id": str(desk.id())})
    assert (refused.status_code, "a second person approves a plan" in text(refused)) == (409, True)
    assert not rows.PlanApproval.objects.exists()


def test_a_plan_says_what_it_leaves_behind_and_why(desk, come):
    an_approved_request(desk, 900_000)
    plan = a_kept_plan(desk)
    page = text(come("second").get(f"/plans/{plan.pk}"))
    assert "1 of 1 lines is left behind" in page
    assert "R-000001/1" in page
    assert "Khankendi" in page


def test_the_plans_own_page_has_a_policy_of_its_own_and_names_no_contact(desk, come):
    an_approved_request(desk)
    contact = desk.do("enter_contact", "officer", operation=desk.operation.pk, name="Driver Dadash")
    rows.Vehicle.objects.update(driver=contact.id)
    page = come("second").get(f"/plans/{a_kept_plan(desk).pk}/page")
    assert page.status_code == 200
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["Cache-Control"] == "no-store"
    assert "Dadash" not in text(page)
    assert str(contact.id) not in text(page)


def test_a_search_that_failed_says_why_and_comes_no_more_by_itself(desk, come):
    from karavan.domain.message import Message

    an_approved_request(desk)
    job = desk.do("ask_plan", "planner", operation=desk.operation.pk, rounds=0).id
    problem = Message("the search ended without a plan; try again, or with less time").to_json()
    rows.PlanningJob.objects.filter(pk=job).update(state="failed", problem=problem)
    page = come("planner").get(f"/plans/jobs/{job}")
    assert "the search ended without a plan" in text(page)
    assert "Refresh" not in page


def test_no_plan_is_made_for_a_time_that_is_over(desk, come):
    """It begins at 04:00 UTC on the 22nd and plans for a day."""
    form = {"id": str(desk.id()), "operation": str(desk.operation.pk), "limit_s": "60"}
    desk.now = datetime(2023, 9, 23, 4, 0, tzinfo=UTC)
    refused = come("planner").post("/plans/ask", form)
    assert (refused.status_code, "was over at 2023-09-23 08:00" in text(refused)) == (409, True)
    assert not rows.PlanningJob.objects.exists()


def test_the_example_is_moved_by_whole_weeks_to_what_is_yet_to_come():
    world = a_situation()
    start = world.operation.start
    moved = yet_to_come(world, start + timedelta(days=15))
    assert moved.operation.start == start + timedelta(weeks=3)
    assert moved.requests[0].raised_at == world.requests[0].raised_at + timedelta(weeks=3)
    assert yet_to_come(world, start) == yet_to_come(world, start - timedelta(days=99)) == world


@pytest.mark.parametrize("limit_s", ["", "1", "99999999999999"])
def test_a_search_takes_one_of_the_times_offered(desk, come, limit_s):
    form = {"id": str(desk.id()), "operation": str(desk.operation.pk), "limit_s": limit_s}
    assert come("planner").post("/plans/ask", form).status_code == 409
    assert not rows.PlanningJob.objects.exists()


@pytest.mark.parametrize("who", PEOPLE)
def test_who_does_what_with_a_plan(desk, come, who):
    plan = kept(desk)
    job = rows.PlanningJob.objects.get()
    sees = who in ("approver", "second", "planner", "dispatcher", "auditor")
    browser = come(who)
    for way in ("/plans", f"/plans/{plan.pk}", f"/plans/{plan.pk}/page"):
        assert browser.get(way).status_code == (200 if sees else 403)
    assert browser.get(f"/plans/jobs/{job.pk}").status_code == (302 if sees else 403)
    assert browser.get(f"/plans/{desk.id()}").status_code == (404 if sees else 403)
    approves = who in ("approver", "second")
    given = {"id": str(desk.id())}
    assert browser.post(f"/plans/{desk.id()}/approve", given).status_code == (404 if approves else 403)
    assert browser.post(f"/plans/{plan.pk}/approve", given).status_code == (302 if approves else 403)
    issues = browser.post(f"/plans/{plan.pk}/issue", {"id": str(desk.id())}).status_code
    assert issues == (409 if who == "dispatcher" else 403)
    form = {"id": str(desk.id()), "operation": str(desk.operation.pk), "limit_s": "60"}
    assert browser.post("/plans/ask", form).status_code == (302 if who == "planner" else 403)


def test_nobody_is_nobody(desk):
    browser = Client(HTTP_HOST="localhost")
    assert browser.get("/plans")["Location"] == "/login?next=/plans"
