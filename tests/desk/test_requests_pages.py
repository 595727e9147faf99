"""Requests over HTTP: asked for, listed with their clocks, decided in levels, reopened; and who may not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from karavan.desk import models as rows
from karavan.desk.views import imports, plans, reading, representatives, requesting, requests
from karavan.domain.approval import decision_clock
from tests.desk.desk_world import PEOPLE
from tests.desk.test_story import an_approved_request, on_the_road, received


@pytest.fixture
def come(desk, monkeypatch):
    """A browser in which somebody is signed in; the desk's clock is the world's."""

    def ticking():
        desk.now += timedelta(seconds=1)
        return desk.now

    for module in (reading, requests, requesting, plans, representatives, imports):
        monkeypatch.setattr(module, "now", ticking)

    def of(who):
        client = Client(HTTP_HOST="localhost")
        client.force_login(desk.people[who])
        return client

    return of


def asked(desk, **changes):
    """The form as it is sent: 5,000 kg of flour for a thousand people in Khankendi."""
    form = {
        "id": str(desk.id()),
        "opened": desk.now.isoformat(),
        "lines": "3",
        "place": str(desk.place("KHN").pk),
        "people": "1 000",
        "item-1": "FLOUR",
        "quantity-1": "5 000",
        "priority-1": "1",
        "needed_by-1": "2023-09-22T18:00",
        "send": "1",
    }
    return {**form, **changes}


def text(response):
    return response.content.decode().replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")


def test_from_the_form_to_approval_in_two_levels(desk, come):
    rep, form = come("rep"), None
    assert "For how many people" in text(rep.get("/requests/new"))
    form = asked(desk)
    sent = rep.post("/requests/new", form)
    row = rows.Request.objects.get(number="R-000001")
    assert (sent.status_code, sent["Location"]) == (302, f"/requests/{row.pk}")
    assert (row.approval, row.people, row.created_by.login) == ("submitted", 1_000, "rep")
    line = row.lines.get()
    # 18:00 in Baku is 14:00 UTC.
    moment = datetime(2023, 9, 22, 14, 0, tzinfo=UTC)
    assert (line.item, line.quantity, line.priority, line.needed_by) == ("FLOUR", 5_000, 1, moment)
    again = rep.post("/requests/new", form)
    assert (again.status_code, rows.Request.objects.filter(number__startswith="R-").count()) == (302, 1)

    # Four hours for priority 1, a few seconds of which are over.
    assert "3 h 59 min left" in text(come("approver").get("/requests?state=submitted"))
    page = f"/requests/{row.pk}"
    assert "You asked for this yourself" in text(rep.get(page))
    assert "0 of 2 signatures" in text(come("approver").get(page))
    refused = come("approver").post(f"{page}/decide", {"id": str(desk.id()), "decision": "send back", "remark": " "})
    assert refused.status_code == 409
    assert "whoever rejects or sends back says why" in text(refused)
    for who in ("approver", "second"):
        signed = come(who).post(f"{page}/decide", {"id": str(desk.id()), "decision": "approve"})
        assert signed.status_code == 302
    assert "1 of 2 signatures" not in text(come("approver").get(page))
    row.refresh_from_db()
    assert (row.approval, row.level) == ("approved", 2)
    assert come("rep").get(f"{page}/edit").status_code == 409


def test_one_person_signs_one_level(desk, come):
    come("officer").post("/requests/new", asked(desk))
    row = rows.Request.objects.get(number="R-000001")
    page = f"/requests/{row.pk}"
    come("approver").post(f"{page}/decide", {"id": str(desk.id()), "decision": "approve"})
    assert "You have signed" in text(come("approver").get(page))
    again = come("approver").post(f"{page}/decide", {"id": str(desk.id()), "decision": "approve"})
    assert (again.status_code, "each level is signed by another person" in text(again)) == (409, True)
    assert come("approver").post(f"{page}/decide", {"id": str(desk.id()), "decision": "?"}).status_code == 409
    assert come("officer").post(f"{page}/decide", {"id": str(desk.id()), "decision": "approve"}).status_code == 403


def test_sent_back_changed_and_sent_again(desk, come):
    come("rep").post("/requests/new", asked(desk))
    row = rows.Request.objects.get(number="R-000001")
    page = f"/requests/{row.pk}"
    given = {"id": str(desk.id()), "decision": "send back", "remark": "for <b>how many</b> households?"}
    come("approver").post(f"{page}/decide", given)
    seen = text(come("rep").get(page))
    assert "for &lt;b&gt;how many&lt;/b&gt; households?" in seen
    assert 'value="5000"' in text(come("rep").get(f"{page}/edit"))
    come("rep").post(f"{page}/edit", asked(desk, people="900", **{"quantity-1": "4500"}))
    row.refresh_from_db()
    assert (row.approval, row.round, row.people, row.lines.get().quantity) == ("submitted", 2, 900, 4_500)
    draft = asked(desk)
    del draft["send"]
    come("rep").post("/requests/new", draft)
    other = rows.Request.objects.get(number="R-000002")
    assert other.approval == "draft"
    come("rep").post(f"/requests/{other.pk}/submit", {"id": str(desk.id())})
    other.refresh_from_db()
    assert other.approval == "submitted"


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"place": ""}, "place", "Choose the place."),
        ({"people": "many"}, "people", "Write how many people it is for"),
        ({"people": "0"}, "people", "Write how many people it is for"),
        ({"item-1": "", "quantity-1": ""}, "item-1", "Line 1: Choose at least one thing"),
        ({"item-1": "GOLD"}, "item-1", "Line 1: Choose what is asked for."),
        ({"quantity-1": "-5"}, "quantity-1", "Line 1: Write how much"),
        ({"quantity-1": "1.5"}, "quantity-1", "Line 1: Write how much"),
        ({"priority-1": "9"}, "priority-1", "Line 1: Choose how urgent it is."),
        ({"needed_by-1": "tomorrow"}, "needed_by-1", "Line 1: Write the day and hour"),
        ({"needed_by-1": "0001-01-01T00:00"}, "needed_by-1", "Line 1: Write the day and hour"),
        ({"organisation": "x" * 201}, "organisation", "Not more than 200 characters."),
    ],
)
def test_what_is_wrong_is_said_on_top_and_beside_the_field(desk, come, changes, field, said):
    before = rows.Request.objects.count()
    page = come("rep").post("/requests/new", asked(desk, **changes))
    assert page.status_code == 422
    assert f'<a href="#{field}">{said}' in text(page)
    assert 'aria-invalid="true"' in text(page)
    assert rows.Request.objects.count() == before


def test_more_lines_keep_what_was_typed(desk, come):
    more = asked(desk, more="1", people="lots")
    page = text(come("rep").post("/requests/new", more))
    assert 'name="quantity-6"' in page
    assert 'value="lots"' in page
    assert 'value="5 000"' in page
    assert come("rep").post("/requests/new", asked(desk, id="")).status_code == 409


def test_probable_duplicates_stand_beside_each_other(desk, come):
    one = an_approved_request(desk)
    come("officer").post("/requests/new", asked(desk, people="70"))
    two = rows.Request.objects.get(number="R-000002")
    assert "perhaps a duplicate" in text(come("officer").get("/requests?text=R-000002"))
    page = text(come("approver").get(f"/requests/{two.pk}"))
    assert "Perhaps asked for twice" in page
    assert f'<a href="/requests/{one.pk}">R-000001</a>' in page
    # The representative sees the own one only.
    assert "R-000002" not in text(come("rep").get(f"/requests/{one.pk}"))


def test_bread_and_soap_for_the_same_people_are_asked_for_once_each(desk, come):
    """One hand's requests of different goods are no duplicates; another's for as many people are perhaps."""
    come("rep").post("/requests/new", asked(desk, people="333"))
    come("rep").post("/requests/new", asked(desk, people="333", **{"item-1": "SOAP"}))
    assert "Perhaps asked for twice" not in text(come("rep").get(f"/requests/{_numbered('R-000002').pk}"))
    come("officer").post("/requests/new", asked(desk, people="333", **{"item-1": "BREAD"}))
    assert "Perhaps asked for twice" in text(come("approver").get(f"/requests/{_numbered('R-000003').pk}"))


def _numbered(number):
    return rows.Request.objects.get(number=number)


@pytest.mark.parametrize("opened", ["2001-01-01T00:00:00+00:00", "2999-01-01T00:00:00+00:00", "2023-09-22", ""])
def test_nobody_says_that_they_have_waited_for_years(desk, come, opened):
    before = desk.now
    come("rep").post("/requests/new", asked(desk, opened=opened))
    assert before <= _numbered("R-000001").raised_at <= desk.now


def test_an_approved_request_is_reopened_by_a_new_one_that_names_it(desk, come):
    one = an_approved_request(desk)
    form = text(come("rep").get(f"/requests/new?reopens={one.pk}"))
    assert "ask here only for what comes on top" in form
    assert 'value="5000"' not in form
    come("rep").post(f"/requests/new?reopens={one.pk}", asked(desk))
    two = rows.Request.objects.get(number="R-000002")
    assert two.reopens_id == one.pk
    assert f'<a href="/requests/{two.pk}">R-000002</a>' in text(come("rep").get(f"/requests/{one.pk}"))
    # What it names on purpose is no duplicate.
    assert f'<h3><a href="/requests/{one.pk}">' not in text(come("approver").get(f"/requests/{two.pk}"))


def test_the_clock_warns_at_three_quarters_and_runs_out(desk):
    start = datetime(2023, 9, 22, tzinfo=UTC)
    running = decision_clock(start, 1)
    said = [requests.time_left(running, start + timedelta(hours=h)) for h in (2.99, 3, 4, 5)]
    assert [urgency for _, urgency in said] == ["in time", "warned", "late", "late"]
    assert [str(words).replace("\N{NO-BREAK SPACE}", " ") for words, _ in said[1:]] == [
        "hurry: 1 h left",
        "late by 0 s",
        "late by 1 h",
    ]


def test_those_that_wait_are_in_the_order_of_their_clocks(desk, come):
    for priority in ("3", "1", "2"):
        come("officer").post("/requests/new", asked(desk, **{"priority-1": priority}))
    page = text(come("approver").get("/requests?state=submitted"))
    assert page.index("R-000002<") < page.index("R-000003<") < page.index("R-000001<")
    assert "R-000003<" not in text(come("approver").get("/requests?priority=1"))
    assert "There are none." in text(come("approver").get("/requests?text=nowhere"))
    assert "R-000001<" in text(come("approver").get("/requests?text=xankəndi"))


def test_how_far_the_goods_are_is_another_axis_than_approval(desk, come):
    from karavan.domain.receipts import Counted

    paper, line = on_the_road(desk, 1_000)
    assert "on the road" in text(come("approver").get("/requests"))
    received(desk, paper, Counted(arrived=1_000))
    assert "delivered" in text(come("approver").get(f"/requests/{line.consignment.request_id}"))


@pytest.mark.parametrize("way", ["", "/edit", "/submit", "/decide"])
@pytest.mark.parametrize("who", PEOPLE)
def test_a_foreign_request_is_not_there(desk, come, who, way):
    """REQ-1 is the administrator's: it is seen by whoever sees requests, and done with by nobody without the right."""
    row = rows.Request.objects.get(number="REQ-1")
    ask = come(who).post if way in ("/submit", "/decide") else come(who).get
    status = ask(f"/requests/{row.pk}{way}", {"id": str(desk.id()), "decision": "approve"}).status_code
    sees = {"officer", "approver", "second", "planner", "dispatcher", "auditor"}
    if way == "":
        wanted = 200 if who in sees else 404 if who == "rep" else 403
    elif way == "/decide":
        wanted = 409 if who in ("approver", "second") else 403
    elif who == "officer":
        wanted = 200 if way == "/edit" else 302
    else:
        wanted = 404 if who == "rep" else 403
    assert status == wanted


def test_nothing_of_another_operation_is_seen(desk, come):
    from karavan.desk import actions
    from karavan.domain.planfile import situation_digest
    from tests.cast import a_situation

    world = a_situation()
    given = {"code": "TWO", "sha256": situation_digest(world), "situation": world, "new_id": desk.id}
    actions.open_operation(desk.people["admin"], desk.id(), desk.now, **given)
    foreign = rows.Request.objects.filter(operation__code="TWO").first()
    for who in ("officer", "approver", "rep"):
        assert come(who).get(f"/requests/{foreign.pk}").status_code == 404
        assert come(who).post(f"/requests/{foreign.pk}/submit", {"id": str(desk.id())}).status_code in (403, 404)
    place = rows.Place.objects.get(operation__code="TWO", code="KHN")
    assert come("officer").post("/requests/new", asked(desk, place=str(place.pk))).status_code == 422
    assert come("approver").post(f"/requests/{foreign.pk}/decide", {"id": str(desk.id())}).status_code == 404
