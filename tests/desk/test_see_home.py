"""The first page: each role reads what needs it, as a link to a list of exactly that many rows, and nothing else."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from karavan.desk import duties, models as rows
from karavan.desk.access import rights
from karavan.domain.approval import Decision
from karavan.domain.receipts import Counted
from karavan.domain.roles import Role
from tests.desk.desk_world import PEOPLE
from tests.desk.test_story import a_kept_plan, an_approved_request, issued, on_the_road, received


@pytest.fixture
def come(desk):
    def of(who):
        client = Client(HTTP_HOST="localhost")
        client.force_login(desk.people[who])
        return client

    return of


def text(response):
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def waits(desk, who, now=None):
    """Duty -> how many rows, of those that the user has."""
    user = desk.people[who]
    mine = {name: duty for name, duty in duties.DUTIES.items() if duty.right in rights(user)}
    found = {name: duty.rows(user, now or desk.now).count() for name, duty in mine.items()}
    return {name: count for name, count in found.items() if count}


def test_each_step_of_the_story_waits_for_whoever_takes_it(desk):
    row = rows.Request.objects.get(number="REQ-1")
    desk.do("submit_request", "officer", request=row.pk)
    # 1 lot: the flour that is good for 100 days is not among them.
    assert waits(desk, "approver") == {"decide": 1}
    assert "decide" not in waits(desk, "officer")
    desk.do("decide_request", "approver", request=row.pk, decision=Decision.APPROVE)
    assert waits(desk, "approver") == {}, "whoever has signed is not asked again"
    assert waits(desk, "second") == {"decide": 1}
    desk.do("decide_request", "second", request=row.pk, decision=Decision.SEND_BACK, remark="how many?")
    assert waits(desk, "admin") == {}, "the administrator raised it but may raise none"
    an_approved_request(desk)
    assert waits(desk, "planner") == {"plan": 1}
    kept = a_kept_plan(desk)
    assert (waits(desk, "approver"), waits(desk, "dispatcher")) == ({"approve": 1}, {})
    desk.do("approve_plan", "second", plan=kept.pk)
    assert (waits(desk, "approver"), waits(desk, "dispatcher")) == ({}, {"issue": 1})
    desk.do("issue_waybills", "dispatcher", plan=kept.pk)
    (paper,) = rows.Waybill.objects.all()
    assert (waits(desk, "planner"), waits(desk, "dispatcher"), waits(desk, "keeper")) == ({}, {"load": 1}, {"load": 1})
    assert "load" not in waits(desk, "baker")
    desk.do("reserve_waybill", "dispatcher", waybill=paper.pk)
    desk.do("load_waybill", "keeper", waybill=paper.pk, loaded=((1, 5_000),))
    assert (waits(desk, "dispatcher"), waits(desk, "receiver")) == ({"dispatch": 1}, {})
    desk.do("dispatch_waybill", "dispatcher", waybill=paper.pk)
    assert (waits(desk, "dispatcher"), waits(desk, "receiver"), waits(desk, "auditor")) == (
        {},
        {"receive": 1},
        {"transit": 1},
    )
    received(desk, paper, Counted(arrived=4_990))
    assert waits(desk, "receiver") == {}
    week = desk.now + timedelta(days=8)
    assert waits(desk, "auditor", week) == {"transit": 1, "old": 1}


def test_losses_and_counts_wait_for_another_person(desk):
    stock = rows.Account.objects.get(kind="stock", place=desk.place("AGD"))
    lost = ((stock.pk, desk.batch("S1").pk, 5),)
    desk.do("report_loss", "keeper", place=desk.place("AGD").pk, reason="fire", lost=lost)
    desk.do("record_count", "counter", place=desk.place("AGD").pk, counted=((desk.batch("S1").pk, 1),))
    assert waits(desk, "approver") == {"loss": 1, "count": 1}
    assert waits(desk, "keeper") == {"count": 1}
    assert waits(desk, "baker") == {}
    assert waits(desk, "counter") == {}


def test_a_clock_at_three_quarters_is_urgent(desk, come, monkeypatch):
    row = an_open_request(desk)
    limit = timedelta(hours=8)  # priority 2
    assert "hurry" not in waits(desk, "approver", row.submitted_at + limit * 0.74)
    assert waits(desk, "approver", row.submitted_at + limit * 0.75) == {"hurry": 1, "decide": 1}
    # The pages' clock is years after the world's.
    page = text(come("approver").get("/"))
    assert page.index("1 request must be decided at once") < page.index("1 request waits for a decision")
    assert "must be decided" not in text(come("planner").get("/"))


def an_open_request(desk):
    row = rows.Request.objects.get(number="REQ-1")
    desk.do("submit_request", "officer", request=row.pk)
    row.refresh_from_db()
    return row


def test_expired_lots_wait_for_whoever_keeps_that_store(desk):
    given = {"place": desk.place("AGD").pk, "item": "SOAP", "code": "OLD", "quantity": 1}
    desk.do("receive_stock", "keeper", **given, expiry=desk.now + timedelta(days=20))
    assert waits(desk, "keeper") == {"expiry": 1}
    assert waits(desk, "baker") == {}


def test_a_clearance_without_an_answer_at_three_quarters_of_its_time(desk):
    given = {"operation": desk.operation.pk, "kind": "notification", "authority": "a", "reference": "r"}
    desk.do("ask_clearance", "dispatcher", **given, lead_s=1000)
    assert waits(desk, "dispatcher", desk.now + timedelta(seconds=749)) == {}
    assert waits(desk, "dispatcher", desk.now + timedelta(seconds=750)) == {"clearance": 1}


def test_convoys_wait_while_a_gate_lacks_something_and_when_they_are_blocked_or_late(desk):
    on_the_road(desk, 5_000)
    paper = rows.Waybill.objects.get()
    convoy = rows.Convoy.objects.create(
        operation=desk.operation,
        plan=paper.plan,
        code="C9",
        origin=paper.origin,
        destination=paper.destination,
        depart=paper.depart,
        arrive=paper.arrive,
    )
    assert waits(desk, "dispatcher") == {"gate": 1, "ask": 1}
    assert waits(desk, "planner") == {}, "whoever issues no waybills asks for no clearance"
    asked = {"operation": desk.operation.pk, "kind": "clearance", "lead_s": 60, "convoy": convoy.pk}
    number = desk.do("ask_clearance", "dispatcher", **asked, authority="police", reference="OUT-1").id
    assert waits(desk, "dispatcher") == {"gate": 1}
    said = {"answer": "granted", "authority": "police", "reference": "IN-1"}
    desk.do("answer_clearance", "dispatcher", clearance=number, **said)
    assert waits(desk, "dispatcher") == {"gate": 1}
    leader = rows.Contact.objects.filter(operation=desk.operation).first().pk
    desk.do("name_leader", "dispatcher", convoy=convoy.pk, contact=leader)
    for condition in ("leader", "order", "drivers", "clearance", "papers", "briefing"):
        desk.do("sign_readiness", "dispatcher", convoy=convoy.pk, condition=condition, met=True)
    assert waits(desk, "dispatcher") == {}
    desk.do("sign_readiness", "dispatcher", convoy=convoy.pk, condition="papers", met=False)
    assert waits(desk, "dispatcher") == {"gate": 1}
    desk.do("sign_readiness", "dispatcher", convoy=convoy.pk, condition="papers", met=True)
    # It carries nothing, and leaves when it is released.
    desk.do("check_in", "dispatcher", convoy=convoy.pk, state="released")
    desk.do("check_in", "dispatcher", convoy=convoy.pk, state="moving")
    assert waits(desk, "dispatcher") == {}
    assert waits(desk, "dispatcher", paper.arrive + timedelta(seconds=1)) == {"overdue": 1}
    desk.do("check_in", "dispatcher", convoy=convoy.pk, state="blocked")
    assert waits(desk, "dispatcher", paper.arrive + timedelta(seconds=1)) == {"blocked": 1}
    desk.do("check_in", "dispatcher", convoy=convoy.pk, state="turned back")
    assert waits(desk, "dispatcher", paper.arrive + timedelta(seconds=1)) == {"turned_back": 1}
    desk.do("check_in", "dispatcher", convoy=convoy.pk, state="arrived")
    assert waits(desk, "dispatcher", paper.arrive + timedelta(seconds=1)) == {}


def test_whoever_owes_a_second_factor_is_counted_for_the_administrator(desk):
    assert waits(desk, "admin") == {}
    desk.do("require_codes", "admin", operation=desk.operation.pk, roles=(Role.APPROVER,))
    assert waits(desk, "admin") == {"code": 2}


@pytest.mark.parametrize("who", [*PEOPLE, "admin"])
def test_every_link_of_the_first_page_leads_to_a_list_of_so_many(desk, come, who):
    """Everything waits: the list behind each sentence opens and says the same sentence."""
    papers = issued(desk, 5_000)
    an_open_request(desk)
    stock = rows.Account.objects.get(kind="stock", place=desk.place("AGD"))
    for by in ("keeper", "approver"):
        lost = ((stock.pk, desk.batch("S1").pk, 5),)
        desk.do("report_loss", by, place=desk.place("AGD").pk, reason="fire", lost=lost)
    a_kept_plan(desk)
    assert len(papers) == 1
    found = re.findall(r'<li><a href="(/[a-z]+\?[a-z=1]+)">([^<]+)</a></li>', text(come(who).get("/")))
    for way, words in found:
        page = come(who).get(way)
        assert page.status_code == 200, way
        if "wait=" in way:
            assert f"<strong>{words}</strong>" in text(page), way
    if who in ("approver", "dispatcher", "keeper"):
        assert found


def test_a_list_is_not_narrowed_by_another_lists_duty_nor_by_one_that_is_not_ones_own(desk, come):
    whole = rows.Request.objects.count()
    for wait in ("gate", "nothing", "hurry"):
        page = text(come("planner").get(f"/requests?wait={wait}"))
        assert page.count('<th scope="row">') == whole
