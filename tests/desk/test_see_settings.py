"""Settings: one person tightens, two loosen; the switch for one person opens what is one's own, is seen and ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from karavan.desk import models as rows
from karavan.desk.views import reading, requests, settings
from karavan.domain.approval import Decision
from karavan.domain.errors import NotAllowed, NotFound, Refused
from karavan.domain.receipts import Counted
from karavan.domain.roles import Role
from tests.desk import books
from tests.desk.desk_world import PEOPLE
from tests.desk.test_story import a_kept_plan, on_the_road, received

USUAL = (4, 8, 24, 48)


@pytest.fixture
def come(desk, monkeypatch):
    for module in (reading, requests, settings):
        monkeypatch.setattr(module, "now", lambda: desk.now)
    monkeypatch.setattr("karavan.desk.middleware.timezone.now", lambda: desk.now)

    def of(who):
        client = Client(HTTP_HOST="localhost")
        client.force_login(desk.people[who])
        return client

    return of


def change(desk, who, levels=2, clocks=USUAL, roles=()):
    given = {"operation": desk.operation.pk, "levels": levels, "clocks_h": clocks, "code_roles": roles}
    return desk.do("change_settings", who, **given).id


def test_one_person_tightens_and_two_loosen(desk):
    change(desk, "planner", levels=3, clocks=(1, 8, 24, 48), roles=(Role.APPROVER,))
    found = desk.operation
    assert (found.levels, found.clocks_h, found.code_roles) == (3, [1, 8, 24, 48], ["approver"])
    number = change(desk, "planner", levels=1, clocks=USUAL)
    assert desk.operation.levels == 3, "one signature loosens nothing"
    with pytest.raises(Refused, match="a second person signs a change"):
        desk.do("approve_settings", "planner", change=number)
    for who in ("approver", "dispatcher", "auditor"):
        with pytest.raises((NotAllowed, NotFound)):
            desk.do("approve_settings", who, change=number)
    desk.do("approve_settings", "admin", change=number)
    found = desk.operation
    assert (found.levels, found.clocks_h, found.code_roles) == (1, list(USUAL), [])
    assert books.problems() == []


def test_only_the_last_change_can_be_signed_and_one_that_counts_cannot(desk):
    first = change(desk, "planner", levels=1)
    change(desk, "planner", levels=4)
    with pytest.raises(Refused, match="a later change stands"):
        desk.do("approve_settings", "admin", change=first)
    with pytest.raises(Refused, match="counts already"):
        desk.do("approve_settings", "admin", change=rows.SettingChange.objects.order_by("at").last().pk)
    with pytest.raises(Refused, match="nothing was changed"):
        change(desk, "admin", levels=4)


def test_taking_second_factors_away_is_no_one_persons(desk):
    desk.do("require_codes", "admin", operation=desk.operation.pk, roles=(Role.APPROVER,))
    with pytest.raises(Refused, match="takes two people"):
        desk.do("require_codes", "admin", operation=desk.operation.pk, roles=())
    with pytest.raises(IntegrityError, match="levels_lowered"), transaction.atomic():
        rows.Operation.objects.update(levels=1)


def test_alone_somebody_signs_what_is_their_own_until_it_is_over(desk):
    row = rows.Request.objects.get(number="REQ-1")
    desk.do("grant_role", "admin", operation=desk.operation.pk, user=desk.people["officer"].pk, role=Role.APPROVER)
    desk.do("submit_request", "officer", request=row.pk)
    sign = {"request": row.pk, "decision": Decision.APPROVE}
    with pytest.raises(Refused, match="their own"):
        desk.do("decide_request", "officer", **sign)
    with pytest.raises(Refused, match="say why"):
        desk.do("begin_emergency", "planner", operation=desk.operation.pk, hours=2, remark=" ")
    with pytest.raises(Refused, match="1 to 72"):
        desk.do("begin_emergency", "planner", operation=desk.operation.pk, hours=73, remark="x")
    with pytest.raises(NotAllowed):
        desk.do("begin_emergency", "officer", operation=desk.operation.pk, hours=2, remark="x")
    desk.do("begin_emergency", "planner", operation=desk.operation.pk, hours=2, remark="the others are cut off")
    with pytest.raises(Refused, match="on already"):
        desk.do("begin_emergency", "planner", operation=desk.operation.pk, hours=2, remark="x")
    desk.do("decide_request", "officer", **sign)
    desk.do("decide_request", "officer", **sign)
    row.refresh_from_db()
    assert row.approval == "approved"
    # Settings are loosened by two even then.
    with pytest.raises(Refused, match="a second person signs a change"):
        desk.do("approve_settings", "planner", change=change(desk, "planner", levels=1))
    kept = a_kept_plan(desk)
    desk.do("grant_role", "admin", operation=desk.operation.pk, user=desk.people["planner"].pk, role=Role.APPROVER)
    desk.now += timedelta(hours=2)
    with pytest.raises(Refused, match="second person approves a plan"):
        desk.do("approve_plan", "planner", plan=kept.pk)
    number = desk.do("begin_emergency", "admin", operation=desk.operation.pk, hours=1, remark="again").id
    desk.do("end_emergency", "planner", emergency=number)
    with pytest.raises(Refused, match="second person approves a plan"):
        desk.do("approve_plan", "planner", plan=kept.pk)
    with pytest.raises(Refused, match="over already"):
        desk.do("end_emergency", "planner", emergency=number)
    assert books.problems() == []
    said = [str(it) for it in books.verdict().alone]
    assert len(said) == 2
    assert said[0].startswith("OP: from 2023-09-21 18:00 to 2023-09-21 20:00 one person could sign alone")


def test_alone_somebody_issues_and_takes_back_what_is_their_own(desk):
    paper, _ = on_the_road(desk, 5_000)
    received(desk, paper, Counted(arrived=5_000))
    for who, role in (("keeper", Role.DISPATCHER), ("receiver", Role.STOREKEEPER)):
        desk.do("grant_role", "admin", operation=desk.operation.pk, user=desk.people[who].pk, role=role)
    agd, later = desk.place("AGD").pk, desk.now + timedelta(hours=1)
    way = {"origin": agd, "destination": desk.place("BKR").pk, "depart": desk.now, "arrive": later}
    goods = {"vehicle": rows.Vehicle.objects.first().pk, "goods": ((desk.batch("S1").pk, 1),)}
    transfer = desk.do("ask_transfer", "keeper", **way, **goods).id
    back = {"waybill": paper.pk, "place": agd, "returned": ((1, 5, 0),), "remark": "nobody was there"}
    with pytest.raises(Refused, match="does not issue its waybill"):
        desk.do("issue_transfer", "keeper", transfer=transfer)
    with pytest.raises(Refused, match="does not take them back"):
        desk.do("return_goods", "receiver", **back)
    desk.do("begin_emergency", "planner", operation=desk.operation.pk, hours=1, remark="the others are cut off")
    desk.do("issue_transfer", "keeper", transfer=transfer)
    desk.do("return_goods", "receiver", **back)
    desk.now += timedelta(hours=2)
    second = desk.do("ask_transfer", "keeper", **way, **goods).id
    with pytest.raises(Refused, match="does not issue its waybill"):
        desk.do("issue_transfer", "keeper", transfer=second)
    with pytest.raises(Refused, match="does not take them back"):
        desk.do("return_goods", "receiver", **back)
    assert books.problems() == []


def test_the_page_shows_it_everywhere_and_what_it_was_for(desk, come):
    page = come("admin").get("/settings").content.decode()
    assert "Let one person sign alone" in page
    form = {
        "id": str(desk.id()),
        "operation": str(desk.operation.pk),
        "do": "begin",
        "hours": "3",
        "remark": "<b>war</b>",
    }
    assert come("admin").post("/settings", form).status_code == 302
    for who in ("rep", "keeper", "receiver"):
        seen = come(who).get("/").content.decode()
        assert "One person may sign alone in Test operation until" in seen
        assert "&lt;b&gt;war&lt;/b&gt;" in seen
    assert "sign alone" not in come("stranger").get("/").content.decode()
    event = rows.Event.objects.get(kind="emergency begun")
    assert "war" not in event.body
    number = str(rows.Emergency.objects.get().pk)
    end = {"id": str(desk.id()), "operation": str(desk.operation.pk), "do": "end", "emergency": number}
    desk.now += timedelta(minutes=1)
    assert come("planner").post("/settings", end).status_code == 302
    assert "One person may sign alone" not in come("rep").get("/").content.decode()
    assert "&lt;b&gt;war&lt;/b&gt;" in come("planner").get("/settings").content.decode()


def asked(desk, **changes):
    clocks = {f"clock-{n}": str(hours) for n, hours in enumerate(USUAL, 1)}
    return {
        "id": str(desk.id()),
        "operation": str(desk.operation.pk),
        "do": "change",
        "levels": "2",
        **clocks,
        **changes,
    }


def test_a_change_over_http_and_its_second_signature(desk, come):
    assert come("planner").post("/settings", asked(desk, levels="1")).status_code == 302
    own = come("planner").get("/settings").content.decode()
    assert "fewer approvals: 2 → 1" in own
    assert "another person signs it" in own
    assert "1 change of settings waits" in come("admin").get("/").content.decode()
    number = str(rows.SettingChange.objects.get().pk)
    sign = {"id": str(desk.id()), "operation": str(desk.operation.pk), "do": "approve", "change": number}
    refused = come("planner").post("/settings", {**sign, "id": str(desk.id())})
    assert (refused.status_code, "a second person signs a change" in refused.content.decode()) == (409, True)
    assert come("admin").post("/settings", sign).status_code == 302
    assert desk.operation.levels == 1


@pytest.mark.parametrize(
    "wrong", [{"levels": "0"}, {"levels": "many"}, {"clock-2": ""}, {"roles": "king"}, {"levels": "2"}]
)
def test_what_is_wrong_is_said_and_kept(desk, come, wrong):
    page = come("planner").post("/settings", asked(desk, **wrong))
    assert (page.status_code, 'role="alert"' in page.content.decode()) == (409, True)
    assert not rows.SettingChange.objects.exists()


@pytest.mark.parametrize("who", PEOPLE)
def test_who_comes_in(desk, come, who):
    assert come(who).get("/settings").status_code == (200 if who == "planner" else 403)
    assert come(who).post("/settings", asked(desk)).status_code == (409 if who == "planner" else 403)


def test_another_operations_settings_are_not_there(desk, come):
    other = rows.Operation.objects.get(pk=desk.operation.pk)
    other.pk, other.code = None, "TWO"
    other.save()
    assert come("planner").get(f"/settings?operation={other.pk}").status_code == 404
    assert come("planner").post("/settings", asked(desk, operation=str(other.pk))).status_code == 404
