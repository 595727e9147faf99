"""Clearances and notifications over HTTP: what is missing, the clocks, the answers, the sheet, and every refusal."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from karavan.desk import clearances, models as rows, printing
from karavan.domain.approval import Urgency
from karavan.domain.errors import NotAllowed, NotFound, Refused
from tests.desk import books
from tests.desk.test_field_ground import goes, send, sign_in, text
from tests.desk.test_move_pages import a_convoy
from tests.desk.test_story import issued

__all__ = ["sign_in"]

ASK = {"kind": "clearance", "authority": "Traffic police", "reference": "OUT-7", "lead": "48"}


@pytest.fixture
def convoy(desk):
    """Leaves in three days by the clock of the pages."""
    (paper,) = issued(desk, 1_000)
    row = a_convoy(desk, paper)
    row.depart = datetime.now(UTC) + timedelta(days=3)
    row.arrive = row.depart + timedelta(hours=2)
    row.save()
    return row


def ask(desk, sent=timedelta(), **other):
    """Sent so long ago."""
    given = {"kind": "clearance", "authority": "police", "reference": "OUT-1", "lead_s": 48 * 3600, **other}
    desk.now = datetime.now(UTC) - sent
    return desk.do("ask_clearance", "dispatcher", operation=desk.operation.pk, **given).id


def test_from_what_is_missing_to_the_answer(desk, sign_in, convoy):
    client = sign_in("dispatcher")
    page = text(client.get("/clearances"))
    assert f'href="/clearances/new?operation=OP&amp;convoy={convoy.pk}"' in page
    assert "to be asked by" in page
    form = text(client.get("/clearances/new", {"convoy": convoy.pk}))
    assert f'<option value="{convoy.pk}" selected>' in form
    number = desk.id()
    asked = {**ASK, "convoy": convoy.pk, "start": "2023-09-22T05:00", "end": "2099-09-22T23:00", "remark": "by fax"}
    goes(client.post("/clearances/new", {"id": str(number), **asked}), f"/clearances/{number}")
    seen = text(client.get(f"/clearances/{number}"))
    assert ["answer due" in seen, "in 48 h" in seen, "by fax" in seen, "Convoy C1" in seen] == [True] * 4
    assert "asked, not answered yet" in text(client.get("/clearances"))
    assert "not valid for the whole way" in text(client.get(f"/convoys/{convoy.pk}"))
    answer = {"answer": "granted", "authority": "Major's office", "reference": "IN-99", "end": "2099-09-22T23:00"}
    goes(send(client, desk, f"/clearances/{number}/answer", **answer), f"/clearances/{number}")
    seen = text(client.get(f"/clearances/{number}"))
    assert ["granted" in seen, "IN-99" in seen, "Major&#x27;s office" in seen, "dispatcher" in seen] == [True] * 4
    missing = text(client.get("/clearances")).split("Waiting for an answer")[0]
    assert "None." in missing
    assert "valid for the whole way" in text(client.get(f"/convoys/{convoy.pk}"))
    # The last answer counts.
    goes(
        send(client, desk, f"/clearances/{number}/answer", answer="withdrawn", authority="police", remark="fighting"),
        f"/clearances/{number}",
    )
    assert "to be asked by" in text(client.get("/clearances"))
    assert "not valid for the whole way" in text(client.get(f"/convoys/{convoy.pk}"))
    assert books.problems() == []


@pytest.mark.parametrize(
    ("hours", "urgency", "said"),
    [(35, "in time", "answer due"), (37, "warned", "answer due"), (49, "late", "answer late since")],
)
def test_its_clock_warns_at_three_quarters(desk, sign_in, hours, urgency, said):
    ask(desk, timedelta(hours=hours))
    page = text(sign_in("dispatcher").get("/clearances"))
    assert f'data-urgency="{urgency}">{said}' in page
    said = "1 answer to a clearance is due soon or late"
    assert (f'<a href="/clearances?wait=clearance">{said}</a>' in text(sign_in("dispatcher").get("/"))) == (
        urgency != "in time"
    )
    page = text(sign_in("dispatcher").get("/clearances?wait=clearance"))
    assert ("OUT-1" in page) == (urgency != "in time")


def test_a_notification_that_nobody_answers_covers_when_its_time_is_over(desk, sign_in, convoy):
    ask(desk, timedelta(hours=49), kind="notification")
    page = text(sign_in("dispatcher").get("/clearances"))
    assert "nobody has answered; the lead time is over" in page
    assert "to be asked by" not in page
    assert "due soon or late" not in text(sign_in("dispatcher").get("/"))


@pytest.mark.parametrize(("hours", "urgency"), [(97, Urgency.IN_TIME), (60, Urgency.WARNED), (47, Urgency.LATE)])
def test_by_when_a_convoy_must_be_asked_for(desk, sign_in, convoy, hours, urgency):
    """The lead time is two days: asked two days before it leaves, warned in the last twelve hours before that."""
    now = convoy.depart - timedelta(hours=hours)
    (found,) = clearances.missing(desk.people["dispatcher"], desk.operation, now)
    assert (found.by, found.urgency(now)) == (convoy.depart - timedelta(days=2), urgency)


def test_the_first_page_says_when_a_convoy_must_be_asked_for_now(desk, sign_in, convoy):
    assert "a clearance must be asked now" not in text(sign_in("dispatcher").get("/"))
    rows.Convoy.objects.filter(pk=convoy.pk).update(depart=datetime.now(UTC) + timedelta(hours=50))
    page = text(sign_in("dispatcher").get("/"))
    assert '<a href="/clearances?wait=ask">for 1 convoy a clearance must be asked now</a>' in page
    page = text(sign_in("dispatcher").get("/clearances?wait=ask"))
    assert "<strong>for 1 convoy a clearance must be asked now</strong>" in page
    assert f'<a href="/convoys/{convoy.pk}">' in page
    assert "a clearance must be asked now" not in text(sign_in("auditor").get("/"))


@pytest.mark.parametrize(
    ("wrong", "status", "words"),
    [
        ({"authority": ""}, 422, "this is missing"),
        ({"reference": ""}, 422, "this is missing"),
        ({"kind": "order"}, 422, "this cannot be chosen"),
        ({"convoy": "999"}, 422, "this cannot be chosen"),
        ({"road": "999"}, 422, "this cannot be chosen"),
        ({"lead": "9999999999"}, 409, "a lead time is between nought and a year"),
        ({"start": "0001-01-01T00:00"}, 422, "this is not a date and time"),
        ({"lead": "soon"}, 422, "this is not a whole number"),
        ({"start": "2023-09-22T05:00", "end": "2023-09-22T05:00"}, 409, "the end is not after"),
    ],
)
def test_what_cannot_be_asked(desk, sign_in, wrong, status, words):
    page = send(sign_in("dispatcher"), desk, "/clearances/new", **ASK | wrong)
    assert (page.status_code, words in text(page)) == (status, True), text(page)
    assert not rows.Clearance.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "status", "words"),
    [
        ({"answer": "waiting"}, 422, "this cannot be chosen"),
        ({"authority": ""}, 422, "this is missing"),
        ({"answer": "refused"}, 409, "say why it is refused or withdrawn"),
        ({"start": "2023-09-22T05:00", "end": "2023-09-22T04:00"}, 409, "the end is not after"),
    ],
)
def test_what_is_no_answer(desk, sign_in, wrong, status, words):
    number = ask(desk)
    answer = {"answer": "granted", "authority": "police", **wrong}
    page = send(sign_in("dispatcher"), desk, f"/clearances/{number}/answer", **answer)
    assert (page.status_code, words in text(page)) == (status, True), text(page)
    assert rows.Clearance.objects.count() == 1


def test_a_program_is_refused_the_same(desk, convoy):
    given = {"operation": desk.operation.pk, "authority": "a", "reference": "r", "lead_s": 1}
    with pytest.raises(Refused, match="a clearance or a notification"):
        desk.do("ask_clearance", "dispatcher", **given, kind="order")
    with pytest.raises(NotFound):
        desk.do("ask_clearance", "dispatcher", **given, kind="clearance", convoy=999)
    with pytest.raises(NotAllowed):
        desk.do("ask_clearance", "planner", **given, kind="clearance")
    first = ask(desk)
    said = {"answer": "granted", "authority": "a", "reference": "r"}
    second = desk.do("answer_clearance", "dispatcher", clearance=first, **said).id
    with pytest.raises(Refused, match="not to another answer"):
        desk.do("answer_clearance", "dispatcher", clearance=second, **said)


def test_who_sees_clearances_and_who_asks(desk, sign_in, convoy):
    """They say when a convoy leaves: whoever sees roads only, an officer, sees none of them."""
    number = ask(desk, convoy=convoy.pk)
    page = f"/clearances/{number}"
    everywhere = {"approver", "second", "planner", "dispatcher", "auditor"}
    for who in desk.people:
        seen = sign_in(who).get(page).status_code == 200
        assert seen == (who in everywhere | {"keeper", "receiver", "khn2"}), who
        for address in ("/clearances/new", f"{page}/answer", f"{page}/sheet.pdf"):
            status = sign_in(who).get(address).status_code
            assert (status == 200) == (who == "dispatcher"), (who, address, status)
    assert sign_in("baker").get(page).status_code == 404
    assert "OUT-1" not in text(sign_in("baker").get("/clearances"))
    assert sign_in("officer").get("/clearances").status_code == 403
    missing = f"/clearances/{desk.id()}"
    for address in (missing, f"{missing}/answer", f"{missing}/sheet.pdf"):
        assert sign_in("dispatcher").get(address).status_code == 404, address
    assert sign_in("dispatcher").get(f"{page}/sheet.pdf", {"language": "xx"}).status_code == 404


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed")
def test_the_sheet_says_who_moves_when_and_with_what(desk, convoy):
    row = rows.Clearance.objects.get(pk=ask(desk, convoy=convoy.pk))

    def printed(language="en", people=True):
        made = printing.notification(row, language, people=people)
        shown = subprocess.run(["pdftotext", "-layout", "-", "-"], input=made, capture_output=True, check=True)
        return shown.stdout.decode()

    sheet = printed()
    vehicle = convoy.march.get().journey.vehicle
    for words in (
        "Request for clearance",
        "OUT-1",
        "police",
        "Aghdam",
        "Khankendi",
        vehicle.plate,
        vehicle.driver.name,
    ):
        assert words in sheet, (words, sheet)
    nameless = printed(people=False)
    assert [vehicle.driver.name in nameless, str(vehicle.driver_id) in nameless] == [False, False]
    assert "Степанакерт" in printed("ru")
    road = rows.Road.objects.get(code="R-ASK")
    row = rows.Clearance.objects.get(pk=ask(desk, road=road.pk, kind="notification"))
    sheet = printed()
    for words in ("Notification of a movement", "Askeran", "no permission and no guarantee"):
        assert words in sheet, (words, sheet)
