"""Over HTTP: does the plan still hold, plan again, call off, pin, cancel a request; and whoever is at one place."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from karavan.desk import jobs, leases, models as rows
from karavan.domain.errors import Refused
from karavan.domain.ledger import AccountKind
from karavan.domain.roads import RoadStatus
from karavan.domain.roles import Role
from tests.cast import at
from tests.desk.test_plan_again import issued_plan, sent
from tests.desk.test_requests_pages import come, text
from tests.desk.test_story import a_kept_plan, an_approved_request

__all__ = ["come"]


@pytest.fixture
def clock(desk, monkeypatch):
    """The pages' clock stands where the desk's does."""
    from karavan.desk.views import fields, home, plans, reading, replans

    for module in (home, plans, reading, replans):
        monkeypatch.setattr(module, "now", lambda: desk.now)

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return desk.now

    monkeypatch.setattr(fields, "datetime", Clock)
    return desk


def given(desk, **more):
    return {"id": str(desk.id()), **more}


def test_a_road_that_shuts_touches_its_journeys_and_a_replan_goes_the_same_way(desk, come, clock):
    plan = issued_plan(desk, 5_000)
    planner, way = come("planner"), f"/plans/{plan.pk}"
    assert "Nothing that is known touches it." in text(planner.get(f"{way}/changes"))
    assert "something has changed since" not in text(planner.get("/"))
    road = rows.Road.objects.get(code="R-ASK")
    desk.now += timedelta(minutes=1)
    desk.do("report_road", "planner", road=road.pk, status=RoadStatus.CLOSED, status_until=at("12:00"), source="police")
    assert "1 plan in force: something has changed since" in text(planner.get("/"))
    assert f'href="/plans/{plan.pk}"' in text(planner.get("/plans?wait=touched"))
    assert "something has changed since" not in text(come("approver").get("/"))
    assert "Look whether it still holds" in text(planner.get(way))
    page = text(planner.get(f"{way}/changes"))
    journey = rows.Journey.objects.get()
    assert f">{journey.code}<" in page
    assert "closed" in page
    form = given(desk, limit_s="60")
    asked = planner.post(f"{way}/again", form)
    job = rows.PlanningJob.objects.get(replans=plan)
    assert asked["Location"] == f"/plans/jobs/{job.pk}"
    assert planner.post(f"{way}/again", form)["Location"] == asked["Location"]
    rows.PlanningJob.objects.filter(pk=job.pk).update(rounds=3, limit_s=None)
    jobs.run(job.pk, desk.id(), desk.now)
    job.refresh_from_db()
    assert (job.state, job.problem) == ("done", None)
    second = f"/plans/{job.plan_id}"
    seen = text(come("second").get(second))
    assert "What became different" in seen
    assert "instead of" in seen
    assert come("second").post(f"{second}/approve", given(desk)).status_code == 302
    assert come("dispatcher").post(f"{second}/issue", given(desk)).status_code == 302
    old, new = rows.Waybill.objects.order_by("no")
    assert (hasattr(old, "void"), hasattr(new, "void")) == (True, False)
    page = text(come("dispatcher").get(second))
    assert f'<a href="/waybills/{new.pk}">OP-AGD-000002</a>' in page
    assert "replaced by another plan" in text(planner.get("/plans"))
    assert "Another plan has taken" in text(planner.get(f"{way}/changes"))
    refused = planner.post(f"{way}/again", given(desk, limit_s="60"))
    assert (refused.status_code, "taken this one" in text(refused)) == (409, True)


def test_a_breakdown_and_a_shortfall_are_seen(desk, come, clock):
    plan = issued_plan(desk, 5_000)
    (paper,) = rows.Waybill.objects.all()
    sent(desk, paper, 4_000)
    desk.do("report_incident", "dispatcher", journey=paper.journey.pk, kind="breakdown")
    page = text(come("planner").get(f"/plans/{plan.pk}/changes"))
    assert "reported broken down" in page
    assert "has left" in page
    assert "no journey of the plan brings it" in page
    assert f'value="{paper.journey.vehicle.plate}" checked' in page


def test_only_an_approved_plan_is_planned_again_and_by_a_planner(desk, come, clock):
    an_approved_request(desk)
    plan = a_kept_plan(desk)
    assert come("planner").get(f"/plans/{plan.pk}/changes").status_code == 409
    assert come("planner").post(f"/plans/{plan.pk}/again", given(desk, limit_s="60")).status_code == 409
    desk.do("approve_plan", "second", plan=plan.pk)
    assert come("dispatcher").get(f"/plans/{plan.pk}/changes").status_code == 200
    assert "Plan the rest again" not in text(come("dispatcher").get(f"/plans/{plan.pk}/changes"))
    assert come("dispatcher").post(f"/plans/{plan.pk}/again", given(desk, limit_s="60")).status_code == 403
    assert come("planner").get(f"/plans/{desk.id()}/changes").status_code == 404
    assert come("planner").post(f"/plans/{desk.id()}/again", given(desk, limit_s="60")).status_code == 404
    assert come("planner").post(f"/plans/{plan.pk}/again", given(desk, limit_s="7")).status_code == 409
    refused = come("planner").post(f"/plans/{plan.pk}/again", given(desk, limit_s="60", out="NOBODY"))
    assert (refused.status_code, "no vehicle NOBODY" in text(refused)) == (409, True)


def test_pins_over_http(desk, come):
    plan = issued_plan(desk, 5_000)
    code = rows.Journey.objects.get().code
    way = f"/plans/{plan.pk}/pin"
    assert f"Pin {code}" in text(come("planner").get(f"/plans/{plan.pk}"))
    assert come("planner").post(way, given(desk, journey=code, pinned="1")).status_code == 302
    assert f"Unpin {code}" in text(come("planner").get(f"/plans/{plan.pk}"))
    assert come("planner").post(way, given(desk, journey="J-9", pinned="1")).status_code == 409
    assert come("approver").post(way, given(desk, journey=code, pinned="1")).status_code == 403
    assert come("planner").post(f"/plans/{desk.id()}/pin", given(desk, journey=code)).status_code == 404


def test_one_search_at_a_time_and_it_can_be_called_off(desk, come):
    an_approved_request(desk)
    job = desk.do("ask_plan", "planner", operation=desk.operation.pk, rounds=3).id
    with pytest.raises(Refused, match="is being searched"):
        desk.do("ask_plan", "planner", operation=desk.operation.pk)
    way = f"/plans/jobs/{job}"
    assert "Call off this search" in text(come("planner").get(way))
    assert "Call off" not in text(come("approver").get(way))
    assert come("approver").post(f"{way}/cancel", given(desk)).status_code == 403
    assert come("planner").post(f"/plans/jobs/{desk.id()}/cancel", given(desk)).status_code == 404
    assert come("planner").post(f"{way}/cancel", given(desk)).status_code == 302
    page = come("planner").get(way)
    assert ("called off" in text(page), "Refresh" in page) == (True, False)
    assert come("planner").post(f"{way}/cancel", given(desk)).status_code == 409
    jobs.run(job, desk.id(), desk.now)
    assert not rows.PlanDocument.objects.exists()
    assert rows.PlanningJob.objects.get().state == "cancelled"


def test_a_search_that_is_called_off_while_it_runs_ends(desk, monkeypatch):
    an_approved_request(desk)
    job = desk.do("ask_plan", "planner", operation=desk.operation.pk, rounds=3).id
    monkeypatch.setattr(jobs, "search", _sleeps)
    monkeypatch.setattr(jobs, "BEAT_S", 0.2)
    monkeypatch.setattr(jobs, "TELL_EACH_S", 0.0)
    tell = jobs._tell

    def called_off(row, said):
        rows.PlanningJob.objects.filter(pk=job).update(state="cancelled")
        return tell(row, said)

    monkeypatch.setattr(jobs, "_tell", called_off)
    jobs.run(job, desk.id(), desk.now)
    assert rows.PlanningJob.objects.get().state == "cancelled"
    assert not rows.PlanDocument.objects.exists()


def _sleeps(*_):
    import time

    time.sleep(60)


def test_a_search_of_which_nothing_is_heard_has_failed_and_can_be_asked_again(desk, come, monkeypatch):
    an_approved_request(desk)
    job = desk.do("ask_plan", "planner", operation=desk.operation.pk, rounds=3).id
    from karavan.desk.views import plans, replans

    moment = datetime(2023, 9, 21, 19, 0, tzinfo=UTC)
    for module in (plans, replans):
        monkeypatch.setattr(module, "now", lambda: moment)
    alive = moment - leases.LEASE + timedelta(seconds=1)
    rows.PlanningJob.objects.filter(pk=job).update(state="running", beat_at=alive)
    assert "Refresh" in come("planner").get(f"/plans/jobs/{job}")
    rows.PlanningJob.objects.filter(pk=job).update(beat_at=alive - timedelta(seconds=2))
    page = come("planner").get(f"/plans/jobs/{job}")
    assert "the planner was stopped in the middle of this search" in text(page)
    assert "Refresh" not in page
    asked = come("planner").post(f"/plans/jobs/{job}/repeat", given(desk))
    second = rows.PlanningJob.objects.exclude(pk=job).get()
    assert (asked["Location"], second.state, second.rounds) == (f"/plans/jobs/{second.pk}", "waiting", 3)
    assert come("planner").post(f"/plans/jobs/{desk.id()}/repeat", given(desk)).status_code == 404
    # What the dead search brings after all is not kept.
    with pytest.raises(Refused, match="given up"):
        desk.do("keep_plan", "planner", job=job, plan_sha256="", text="")


def test_a_request_is_cancelled_and_its_goods_are_free_again(desk, come, clock):
    plan = issued_plan(desk, 5_000)
    (paper,) = rows.Waybill.objects.all()
    request, line = rows.Request.objects.get(number="R-000001"), paper.lines.get()
    free = desk.free("AGD", line.batch.code)
    way = f"/requests/{request.pk}/cancel"
    browser = come("approver")
    assert "OP-AGD-000001 has not left" in text(browser.get(way))
    form = {"line-1": "2000", "remark": ""}
    assert browser.post(way, given(desk, **form)).status_code == 422
    too_much = browser.post(way, given(desk, **{"line-1": "5001", "remark": "less people"}))
    assert (too_much.status_code, "at most 5 000" in text(too_much)) == (409, True)
    nothing = browser.post(way, given(desk, remark="less people"))
    assert nothing.status_code == 409
    assert browser.post(way, given(desk, **{"line-1": "2000", "remark": "less people"})).status_code == 302
    assert hasattr(rows.Waybill.objects.get(), "void")
    assert desk.free("AGD", line.batch.code) == free + 5_000
    assert rows.RequestLine.objects.get(request=request).quantity == 5_000, "nothing is edited"
    page = text(browser.get(f"/requests/{request.pk}"))
    assert "less people" in page
    assert "Asked for no more" in page
    assert "no journey of the plan brings it" not in page
    from karavan.desk import store

    (left,) = [it for it in store.situation(desk.operation, desk.now).requests if it.number == "R-000001"]
    assert left.lines[0].quantity == 3_000
    touched = text(come("planner").get(f"/plans/{plan.pk}/changes"))
    assert "a waybill of it was made void" in touched
    assert re.search(r"Khankendi: 3 t flour|Khankendi: 3 000 kg", touched, re.IGNORECASE), touched
    assert browser.post(way, given(desk, **{"line-1": "3000", "remark": "none at all"})).status_code == 302
    assert "asked for no more" in text(browser.get(f"/requests/{request.pk}"))
    assert come("planner").get(way).status_code == 403
    assert browser.get(f"/requests/{desk.id()}/cancel").status_code == 404


def test_what_has_left_is_not_cancelled(desk, come):
    issued_plan(desk, 5_000)
    (paper,) = rows.Waybill.objects.all()
    sent(desk, paper, 4_000)
    request = rows.Request.objects.get(number="R-000001")
    with pytest.raises(Refused, match=r"at most 1.000 can be"):
        desk.do("cancel_request", "approver", request=request.pk, cancelled=((1, 1_001),), remark="x")
    desk.do("cancel_request", "approver", request=request.pk, cancelled=((1, 1_000),), remark="x")
    assert not hasattr(rows.Waybill.objects.get(), "void")
    transit = rows.Balance.objects.get(account__kind=AccountKind.TRANSIT, account__line__waybill=paper)
    assert transit.quantity == 4_000


def test_refusals_of_a_cancellation(desk):
    request = an_approved_request(desk)
    draft = rows.Request.objects.get(number="REQ-1")
    for values, words in (
        ({"request": draft.pk, "cancelled": ((1, 1),), "remark": "x"}, "only an approved request"),
        ({"request": request.pk, "cancelled": ((1, 1),), "remark": " "}, "says why"),
        ({"request": request.pk, "cancelled": (), "remark": "x"}, "once"),
        ({"request": request.pk, "cancelled": ((2, 1),), "remark": "x"}, "once"),
        ({"request": request.pk, "cancelled": ((1, 1), (1, 1)), "remark": "x"}, "once"),
        ({"request": request.pk, "cancelled": ((1, 0),), "remark": "x"}, "at least 1"),
    ):
        with pytest.raises(Refused, match=words):
            desk.do("cancel_request", "approver", **values)


def programs(desk, login):
    from tests.desk.test_guard_api import caller, token_of

    return caller(token_of(desk, login))


def at_one_place(desk, role, place):
    user = rows.User.objects.create(id=desk.id(), login=f"{role}-{place}", password="!", created_at=desk.now)
    values = {"operation": desk.operation.pk, "user": user.pk, "place": desk.place(place).pk}
    desk.do("grant_role", "admin", role=role, **values)
    desk.people[user.login] = user
    return user.login


@pytest.mark.parametrize("role", [Role.APPROVER, Role.DISPATCHER, Role.PLANNER, Role.AUDITOR])
def test_whoever_is_at_one_place_sees_no_plan(desk, come, role):
    """The canary: a road that only plans tell of, and the id of a plan and of its search."""
    plan = issued_plan(desk, 5_000)
    job = rows.PlanningJob.objects.get()
    login = at_one_place(desk, role, "BKR")
    canaries = ("R-KHN", str(plan.pk), str(job.pk), rows.Journey.objects.get().code, "OP-AGD-000001")
    browser = come(login)
    ways = ["/", "/plans", "/waybills", "/convoys", "/waybills?q=AGD"]
    for way in ways:
        page = browser.get(way)
        assert not [it for it in canaries if it in text(page)], way
    gone = [f"/plans/{plan.pk}{tail}" for tail in ("", "/page", "/changes")] + [f"/plans/jobs/{job.pk}"]
    for way in gone:
        page = browser.get(way)
        assert page.status_code == 404
        assert "R-KHN" not in text(page)
    program = programs(desk, login)
    for name in ("plans", "jobs", "convoys", "journeys", "waybills", "waybill_lines"):
        answer = program.get(f"/api/{name}")
        assert answer.status_code == 200
        assert not [it for it in canaries if it in text(answer)], name
    assert program.get(f"/api/plans/{plan.pk}").status_code == 404
    assert program.get(f"/api/jobs/{job.pk}").status_code == 404
    from karavan.desk.access import SCOPES, visible

    user = desk.people[login]
    for model in (rows.PlanDocument, rows.PlanningJob, rows.Convoy, rows.Journey, rows.Waybill):
        assert model in SCOPES
        assert not visible(user, model).exists()


def test_kits_are_cancelled_whole(desk):
    from karavan.desk import store

    request = an_approved_request(desk, 10, "KIT")
    desk.do("cancel_request", "approver", request=request.pk, cancelled=((1, 4),), remark="fewer families")
    (left,) = [it for it in store.situation(desk.operation, desk.now).requests if it.number == request.number]
    assert left.lines[0].quantity == 6
    desk.do("cancel_request", "second", request=request.pk, cancelled=((1, 6),), remark="nobody is left")
    assert request.number not in {it.number for it in store.situation(desk.operation, desk.now).requests}
    with pytest.raises(Refused, match="at most 0"):
        desk.do("cancel_request", "second", request=request.pk, cancelled=((1, 1),), remark="once more")
