"""The live board and the controller's page: stages, who is overdue, who sees it; and what is told of whom."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from karavan.desk import models as rows
from karavan.domain.convoys import ConvoyState, Stage, next_check_in, stage
from karavan.domain.receipts import Counted
from karavan.domain.roles import Role
from tests.cast import at
from tests.desk.test_move_pages import a_convoy, text
from tests.desk.test_story import issued, on_the_road, received


@pytest.fixture
def sign_in(desk):
    def come(who):
        client = Client(HTTP_HOST="localhost")
        client.force_login(desk.people[who])
        return client

    return come


@pytest.mark.parametrize(
    ("papers", "said", "wanted"),
    [
        (["issued"], None, Stage.PREPARED),
        (["issued", "loaded"], None, Stage.LOADING),
        (["loaded", "in transit"], None, Stage.ON_THE_ROAD),
        (["loaded"], ConvoyState.MOVING, Stage.LOADING),
        (["issued"], ConvoyState.ARRIVED, Stage.PREPARED),
        (["issued"], ConvoyState.BLOCKED, Stage.BLOCKED),
        (["issued", "received"], ConvoyState.MOVING, Stage.ON_THE_ROAD),
        (["in transit"], ConvoyState.BLOCKED, Stage.BLOCKED),
        (["in transit", "received"], ConvoyState.TURNED_BACK, Stage.BLOCKED),
        (["in transit"], ConvoyState.ARRIVED, Stage.ARRIVED),
        (["received", "closed"], ConvoyState.MOVING, Stage.ARRIVED),
        (["closed"], ConvoyState.BLOCKED, Stage.OVER),
        ([], None, Stage.PREPARED),
    ],
)
def test_the_stage_of_a_convoy(papers, said, wanted):
    assert stage(papers, said) is wanted


def test_when_something_is_to_be_heard_next():
    left, arrive = at("08:00"), at("10:30")
    assert next_check_in(left, None, arrive, 3_600) == at("09:00")
    assert next_check_in(left, at("09:10"), arrive, 3_600) == at("10:10")
    assert next_check_in(left, at("10:10"), arrive, 3_600) == arrive
    # After the planned arrival it goes on; without an interval the arrival is awaited.
    assert next_check_in(left, at("11:00"), arrive, 3_600) == at("12:00")
    assert next_check_in(left, None, arrive, 0) == arrive


def test_the_board_says_what_is_where_and_who_is_overdue(desk, sign_in):
    paper, _ = on_the_road(desk, 1_000)
    client = sign_in("dispatcher")
    seen = text(client.get("/board"))
    assert '<h2 id="stage-1">On the road (1)</h2>' in seen
    assert paper.journey.vehicle.plate in seen
    assert "overdue" in seen  # it left in 2023, and nothing was heard
    assert '<meta http-equiv="refresh" content="60">' in seen
    assert "refresh" not in text(client.get("/board", {"still": "1"}))
    desk.do("report_incident", "dispatcher", journey=paper.journey_id, kind="blocked")
    assert "Blocked or turned back (1)" in text(client.get("/board"))
    received(desk, paper, Counted(arrived=990))
    assert "Arrived, to be counted" not in text(client.get("/board"))  # blocked stands first until it is over
    convoy = a_convoy(desk, paper)
    seen = text(client.get("/board"))
    assert "Arrived, to be counted or accounted for (1)" in seen
    assert f"/convoys/{convoy.pk}" in seen
    now = datetime.now(UTC)
    rows.CheckIn.objects.create(
        id=desk.id(), convoy=convoy, state="moving", place=desk.place("ASK"), by=desk.people["dispatcher"], at=now
    )
    assert "moving, Askeran" in text(client.get("/board"))


def test_a_closed_waybill_and_one_of_another_week_are_not_on_the_board(desk, sign_in):
    paper, _ = on_the_road(desk, 1_000)
    received(desk, paper, Counted(arrived=1_000))
    assert "Nothing is on its way" in text(sign_in("dispatcher").get("/board"))


def test_the_board_is_for_whoever_sees_movements_and_only_theirs(desk, sign_in):
    (paper,) = issued(desk, 1_000)
    plate = paper.journey.vehicle.plate
    for who, status in {
        "keeper": 200,
        "receiver": 200,
        "baker": 200,
        "rep": 403,
        "officer": 403,
        "stranger": 403,
    }.items():
        page = sign_in(who).get("/board")
        assert page.status_code == status, who
        # Not in the token of a form, which is made by chance.
        seen = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text(page))
        assert (plate in seen) == (who in ("keeper", "receiver")), (who, seen)


def test_a_controller_sees_what_is_open_void_adjusted_and_in_one_hand(desk, sign_in):
    paper, line = on_the_road(desk, 1_000)
    late = rows.Dispatch.objects.get().at
    assert datetime.now(UTC) - late > timedelta(days=7)
    seen = text(sign_in("auditor").get("/control"))
    assert "more than 7 days (1)" in seen
    assert "OP-AGD-000001" in seen
    assert "No number is missing" in seen
    desk.do("grant_role", "admin", operation=desk.operation.pk, user=desk.people["keeper"].pk, role=Role.RECEIVER)
    received(desk, paper, Counted(arrived=990), "keeper")
    count = desk.do("record_count", "counter", place=desk.place("AGD").pk, counted=((desk.batch("S1").pk, 4_990),))
    desk.do("approve_count", "approver", count=count.id)
    seen = text(sign_in("auditor").get("/control"))
    assert "loaded and received by one person" in seen
    assert "missing, loss not signed" in seen
    mass_kg = 10 * desk.batch("S1").item.mass_g / 1000
    assert f"{mass_kg:g} kg" in seen
    for who in ("counter", "approver"):
        assert f'<th scope="row">{who}</th>' in seen
    transit = rows.Account.objects.get(kind="transit", line=line)
    lost = ((transit.pk, line.batch_id, 10),)
    report = desk.do("report_loss", "receiver", place=desk.place("KHN").pk, reason="missing", lost=lost)
    desk.do("approve_loss", "khn2", report=report.id)
    seen = text(sign_in("auditor").get("/control"))
    assert "more than 7 days" not in seen
    assert '<th scope="row">khn2</th>' in seen


def test_control_tells_of_void_numbers_and_is_for_auditors(desk, sign_in):
    (paper,) = issued(desk, 1_000)
    desk.do("void_waybill", "dispatcher", waybill=paper.pk, remark="truck broke down")
    seen = text(sign_in("auditor").get("/control"))
    assert "truck broke down" in seen
    for who in ("dispatcher", "keeper", "approver", "admin", "stranger"):
        assert sign_in(who).get("/control").status_code == 403, who


def test_an_empty_board_has_the_operations_clock(desk, sign_in):
    rows.Operation.objects.filter(pk=desk.operation.pk).update(time_zone="Pacific/Kiritimati")
    before = datetime.now(UTC)
    page = sign_in("auditor").get("/board").content.decode()
    # Kiritimati is fourteen hours ahead.
    clocks = {f"{moment + timedelta(hours=14):%Y-%m-%d %H:%M}" for moment in (before, datetime.now(UTC))}
    assert any(clock in page for clock in clocks)


def test_control_counts_all_that_is_open_and_shows_the_oldest_first(desk, sign_in, monkeypatch):
    on_the_road(desk, 1_000)
    auditor = sign_in("auditor")
    assert "Show all of them" not in text(auditor.get("/control"))
    monkeypatch.setattr("karavan.desk.views.control.A_SHARE", 0)
    short = text(auditor.get("/control"))
    assert "more than 7 days (1)" in short
    assert "OP-AGD-000001" not in short
    assert 'href="?all=1#age-1"' in short
    assert "OP-AGD-000001" in text(auditor.get("/control?all=1"))
    assert b"OP-AGD-000001" in b"".join(auditor.get("/control?as=csv"))
