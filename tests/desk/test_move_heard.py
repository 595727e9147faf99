"""What is heard of a convoy: only what left is on the road, and each word stands at the moment that it tells of."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from karavan.desk import gates, models as rows
from karavan.domain.errors import Refused
from tests.desk.move_gate import granted, signs
from tests.desk.test_move_pages import a_convoy, goes, send, text
from tests.desk.test_see_home import waits
from tests.desk.test_story import issued

MINUTE = timedelta(minutes=1)


@pytest.fixture
def sign_in(desk):
    def come(who):
        client = Client(HTTP_HOST="localhost")
        client.force_login(desk.people[who])
        return client

    return come


@pytest.fixture
def convoy(desk):
    (paper,) = issued(desk, 1_000)
    return a_convoy(desk, paper)


def opened(desk, convoy):
    """Everything that its gate asks for."""
    paper = rows.Waybill.objects.get()
    desk.do("load_waybill", "keeper", waybill=paper.pk, loaded=((1, 1_000),))
    desk.do("print_waybill", "dispatcher", waybill=paper.pk)
    granted(desk, convoy)
    for condition in ("leader", "order", "drivers", "clearance", "papers", "briefing"):
        signs(desk, convoy, condition)


def leaves(desk, convoy):
    opened(desk, convoy)
    desk.do("dispatch_waybill", "dispatcher", waybill=rows.Waybill.objects.get().pk)
    return rows.Dispatch.objects.get().at


def says(desk, convoy, state, **other):
    return desk.do("check_in", "dispatcher", convoy=convoy.pk, state=state, **other)


@pytest.mark.parametrize("state", ["moving", "turned back", "arrived"])
def test_nothing_is_on_the_road_that_was_not_dispatched(desk, convoy, sign_in, state):
    with pytest.raises(Refused, match="the convoy has not left"):
        says(desk, convoy, state)
    given = {"convoy": convoy, "state": state, "by": desk.people["dispatcher"], "at": desk.now}
    with pytest.raises(IntegrityError, match="not_left"), transaction.atomic():
        rows.CheckIn.objects.create(id=desk.id(), **given)
    client = sign_in("dispatcher")
    page = text(client.get(f"/convoys/{convoy.pk}/check-in"))
    assert "The convoy has not left: it can be released, or blocked where it starts." in page
    assert f'<option value="{state}"' not in page
    board = text(client.get("/board"))
    assert "Prepared (1)" in board
    assert "On the road" not in board
    leaves(desk, convoy)
    says(desk, convoy, state)
    assert f'<option value="{state}"' in text(client.get(f"/convoys/{convoy.pk}/check-in"))


def test_it_waits_at_the_start_and_can_be_blocked_there(desk, convoy, sign_in):
    opened(desk, convoy)
    says(desk, convoy, "released")
    assert "Being loaded (1)" in text(sign_in("dispatcher").get("/board"))
    says(desk, convoy, "blocked", remark="people stand before the gate of the store")
    assert "Blocked or turned back (1)" in text(sign_in("dispatcher").get("/board"))
    assert waits(desk, "dispatcher")["blocked"] == 1


def test_a_convoy_that_carries_nothing_leaves_when_it_is_released(desk, convoy):
    rows.ConvoyJourney.objects.all().delete()
    with pytest.raises(Refused, match="the convoy has not left"):
        says(desk, convoy, "moving")
    granted(desk, convoy)
    for condition in ("leader", "order", "drivers", "clearance", "papers", "briefing"):
        signs(desk, convoy, condition)
    assert gates.left_of([convoy]) == {}
    says(desk, convoy, "released")
    assert gates.left_of([convoy]) == {convoy.pk: desk.now}
    late = convoy.arrive + MINUTE
    assert waits(desk, "dispatcher", late)["overdue"] == 1
    says(desk, convoy, "arrived")
    assert "overdue" not in waits(desk, "dispatcher", late)


def test_what_was_radioed_early_and_typed_late_stands_where_it_was(desk, convoy, sign_in):
    left = leaves(desk, convoy)
    desk.now = left + 60 * MINUTE
    says(desk, convoy, "blocked", place=desk.place("ASK").pk, seen_at=left + 50 * MINUTE)
    desk.now = left + 90 * MINUTE
    says(desk, convoy, "moving", seen_at=left + 30 * MINUTE, remark="typed half an hour too late")
    first, second = gates.heard(rows.CheckIn.objects.all())
    assert (first.state, first.seen - left, first.at - left) == ("moving", 30 * MINUTE, 90 * MINUTE + MINUTE / 60)
    assert (second.state, second.seen - left) == ("blocked", 50 * MINUTE)
    client = sign_in("dispatcher")
    # It left at 18:00:nn UTC, four hours later by the operation's clock; the last word is the later seen one.
    board = text(client.get("/board"))
    seen = left + 50 * MINUTE + timedelta(hours=4)
    assert f"blocked, Askeran, {seen:%Y-%m-%d %H:%M}" in board
    page = text(client.get(f"/convoys/{convoy.pk}"))
    assert page.index("moving") < page.index("blocked, Askeran")
    written = left + 90 * MINUTE + timedelta(hours=4, seconds=1)
    assert f"written down {written:%Y-%m-%d %H:%M}" in page
    assert f"blocked, {seen:%Y-%m-%d %H:%M}" in text(client.get("/convoys"))
    assert waits(desk, "dispatcher")["blocked"] == 1


def test_a_moment_that_cannot_be_is_refused(desk, convoy):
    left = leaves(desk, convoy)
    desk.now += timedelta(hours=1)
    for state, seen_at, words in (
        ("moving", desk.now + MINUTE, "still to come"),
        ("moving", left - MINUTE, "the convoy left only later: 2023-09-"),
        ("blocked", convoy.plan.made_at - 2 * MINUTE, "was not planned yet"),
    ):
        with pytest.raises(Refused, match=words):
            says(desk, convoy, state, seen_at=seen_at)
    journey = rows.Journey.objects.get(waybills__isnull=False)
    for seen_at, words in ((desk.now + MINUTE, "still to come"), (convoy.plan.made_at - 2 * MINUTE, "not planned yet")):
        with pytest.raises(Refused, match=words):
            desk.do("report_incident", "dispatcher", journey=journey.pk, kind="accident", seen_at=seen_at)
    # A page asks for hours and minutes: in the minute of the signature it is after it.
    says(desk, convoy, "moving", seen_at=left.replace(second=0))
    assert rows.CheckIn.objects.get().seen == left


def test_the_moment_is_asked_for_in_the_operations_zone(desk, convoy, sign_in):
    left = leaves(desk, convoy)
    client, page = sign_in("dispatcher"), f"/convoys/{convoy.pk}"
    form = text(client.get(f"{page}/check-in"))
    assert "Time zone: Asia/Baku" in form
    assert 'name="seen_at" value="20' in form  # this minute, to be changed
    typed = f"{left + timedelta(hours=4, minutes=7):%Y-%m-%dT%H:%M}"
    goes(send(client, desk, f"{page}/check-in", state="moving", seen_at=typed), page)
    assert rows.CheckIn.objects.get().seen == (left + 7 * MINUTE).replace(second=0)
    journey = rows.Journey.objects.get(waybills__isnull=False)
    goes(send(client, desk, f"/journeys/{journey.pk}/incident", kind="breakdown", seen_at=typed), page)
    assert rows.Incident.objects.get().seen == rows.CheckIn.objects.get().seen
    early = send(client, desk, f"{page}/check-in", state="moving", seen_at="2023-09-01T10:00")
    assert early.status_code == 409
    future = send(client, desk, f"{page}/check-in", state="moving", seen_at="2999-09-01T10:00")
    assert (future.status_code, "still to come" in text(future)) == (409, True)
    wrong = send(client, desk, f"{page}/check-in", state="moving", seen_at="soon")
    assert (wrong.status_code, "this is not a date and time" in text(wrong)) == (422, True)


def test_the_gate_is_judged_alike_on_every_page(desk, convoy, sign_in):
    """All is signed, and then the leader's name erased: the gate is shut wherever it is spoken of."""
    opened(desk, convoy)
    client, paper = sign_in("dispatcher"), rows.Waybill.objects.get()
    words = "no leader of the convoy is named"
    assert "gate open" in text(client.get("/convoys"))
    assert "gate" not in waits(desk, "dispatcher")
    desk.do("name_leader", "dispatcher", convoy=convoy.pk)
    for page in ("/board", "/convoys", f"/convoys/{convoy.pk}", f"/waybills/{paper.pk}/dispatch"):
        assert words in text(client.get(page)), page
    assert waits(desk, "dispatcher")["gate"] == 1
    desk.do("name_leader", "dispatcher", convoy=convoy.pk, contact=convoy.leader_id)
    desk.do("dispatch_waybill", "dispatcher", waybill=paper.pk)
    desk.do("name_leader", "dispatcher", convoy=convoy.pk)
    assert "the convoy has left" in text(client.get("/convoys")), "a gate is of interest until something leaves"
    assert words not in text(client.get("/board"))
    assert "gate" not in waits(desk, "dispatcher")
    assert "Left at" in text(client.get(f"/convoys/{convoy.pk}"))


def test_a_waybill_that_came_later_must_be_printed_too(desk, convoy):
    opened(desk, convoy)
    assert gates.unmet(convoy) == ()
    first = rows.Waybill.objects.get()
    ends = {name: getattr(first, name) for name in ("journey", "depart", "arrive")}
    rows.Waybill.objects.create(no=2, **_same(first), **ends)
    assert [str(it) for it in gates.unmet(convoy)] == ["not every waybill of the convoy is printed"]
    with pytest.raises(Refused, match="not every waybill of the convoy is printed"):
        desk.do("dispatch_waybill", "dispatcher", waybill=first.pk)


def test_a_board_of_many_convoys_is_short_and_asks_little(desk, convoy, sign_in):
    first = rows.Waybill.objects.get()
    same = _same(first)
    ends = "origin", "destination", "depart", "arrive"
    between = {name: getattr(convoy, name) for name in ("operation", "plan", *ends)}
    no = 1
    for n in range(40):
        more = rows.Convoy.objects.create(code=f"D{n}", **between)
        for position in range(5):
            no += 1
            vehicle = first.journey.vehicle
            given = {"operation": desk.operation, "plan": first.plan, "vehicle": vehicle, "depart": first.depart}
            journey = rows.Journey.objects.create(code=f"E{no}", **given)
            rows.ConvoyJourney.objects.create(convoy=more, journey=journey, position=position)
            rows.Waybill.objects.create(no=no, journey=journey, depart=first.depart, arrive=first.arrive, **same)
    client = sign_in("dispatcher")
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/board")
    assert "Prepared (41)" in text(page)
    assert text(page).count('<th scope="row">') == 16
    assert len(page.content) < 30_000
    assert len(asked) <= 45, "as many questions for forty convoys as for four"
    assert "issued, not loaded: 5" in text(page), "five waybills of one convoy are counted, not named"
    seen = {code for n in (1, 2, 3) for code in codes(client, n)}
    assert len(seen) == 41
    assert text(client.get("/board", {"as": "csv"})).count("\n") == 42


def _same(paper):
    names = "operation", "series", "plan", "origin", "destination", "issued_by", "issued_at"
    return {name: getattr(paper, name) for name in names}


def codes(client, page):
    return re.findall(r'<th scope="row"><a href="/convoys/\d+">(\w+)<', text(client.get("/board", {"page": page})))
