"""What of people is past its time: listed, erased by a person, one event each, and the books stay whole."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from karavan.desk import models as rows
from karavan.desk.actions import LineValues
from karavan.desk.retention import due
from karavan.desk.views import retention as page
from karavan.domain.approval import Decision
from karavan.domain.errors import NotAllowed, NotFound, Refused
from karavan.domain.fleet import OutOfService
from karavan.domain.roads import RoadStatus
from tests.desk import books
from tests.desk.desk_world import PEOPLE

YEAR = timedelta(days=365)


@pytest.fixture
def come(desk, monkeypatch):
    """A browser in which somebody is signed in; the desk's clock is the world's."""
    monkeypatch.setattr(page, "now", lambda: desk.now)

    def of(who):
        client = Client(HTTP_HOST="localhost")
        client.force_login(desk.people[who])
        rows.User.objects.update(last_login=None)  # force_login takes the wall's clock
        return client

    return of


def keep(desk, **days):
    desk.do("set_retention", "planner", operation=desk.operation.pk, **days)


def past(desk, who="officer", kind=None):
    found = due(desk.people[who], desk.operation, desk.now)
    return [it.what for it in found if kind in (None, it.kind)]


def a_contact(desk, name):
    return desk.do("enter_contact", "officer", operation=desk.operation.pk, name=name).id


def a_link(desk, contact):
    given = {"operation": desk.operation.pk, "place": desk.place("KHN").pk, "contact": contact}
    return desk.do("invite_representative", "officer", **given).id


def test_without_days_nothing_is_ever_past_its_time(desk):
    desk.now += 10 * YEAR
    assert past(desk) == []


def goes_on(desk):
    """The operation's last day by its horizon."""
    return desk.operation.start + timedelta(seconds=desk.operation.horizon_s)


def test_contacts_run_out_after_they_were_last_needed(desk):
    """Whom vehicles name: from the operation's end, or when they were named; who waits for goods: not at all."""
    keep(desk, contacts_d=365)
    there = set(rows.Contact.objects.values_list("name", flat=True))
    assert {"Alice", "Bob", "Charlie", "Residents' representatives"} <= there
    desk.now = goes_on(desk) + YEAR - timedelta(days=2)
    assert past(desk) == []
    a_contact(desk, "Newcomer")
    alice = rows.Vehicle.objects.get(plate="T1")
    desk.do("name_driver", "planner", vehicle=alice.pk, contact=alice.driver_id)
    desk.now += timedelta(days=4)
    assert past(desk) == [], "somebody was named for a vehicle, and no event says whom the workbook had there"
    rows.Vehicle.objects.update(driver=None)
    desk.now += YEAR
    assert {"Alice", "Bob", "Charlie", "Newcomer"} <= set(past(desk))


def test_whom_a_vehicle_or_a_place_names_is_kept_while_the_operation_goes_on(desk):
    keep(desk, contacts_d=30)
    desk.now = goes_on(desk) + timedelta(days=29)
    assert past(desk) == []
    asked(desk, "Asker")
    desk.now += timedelta(days=29)
    assert past(desk) == [], "a request came in: Bob may be called on"
    desk.now += timedelta(days=2)
    assert {"Alice", "Bob", "Charlie"} <= set(past(desk))
    assert "Asker" not in past(desk), "the request waits"


def test_whoever_was_replaced_drove_until_that_day(desk):
    keep(desk, contacts_d=30)
    truck = rows.Vehicle.objects.get(plate="T1").pk
    for name in ("First", "Second"):
        desk.do("enter_driver", "planner", vehicle=truck, name=name)
        desk.now = goes_on(desk) + timedelta(days=60)
    desk.now += timedelta(days=29)
    assert "First" not in past(desk), "29 days ago somebody else took the wheel"
    desk.now += timedelta(days=2)
    assert {"First", "Second"} <= set(past(desk))


def test_whom_somebody_named_meanwhile_is_not_erased_as_past(desk):
    keep(desk, contacts_d=30)
    desk.now = goes_on(desk) + timedelta(days=31)
    truck = rows.Vehicle.objects.get(plate="T1")
    assert "Bob" in past(desk)
    (found,) = (it for it in due(desk.people["officer"], desk.operation, desk.now) if it.what == "Bob")
    desk.do("name_driver", "planner", vehicle=truck.pk, contact=found.pk)
    with pytest.raises(Refused, match="its time is not over"):
        desk.do("erase_contact", "officer", contact=found.pk, only_past=True)
    assert rows.Contact.objects.get(pk=found.pk).name == "Bob"
    desk.do("erase_contact", "officer", contact=found.pk)
    assert books.problems() == []


def asked(desk, name):
    """A request that waits, and whose contact has this name."""
    lines, contact = (LineValues(item="FLOUR", quantity=100),), a_contact(desk, name)
    given = {"operation": desk.operation.pk, "place": desk.place("KHN").pk, "people": 10, "raised_at": desk.now}
    number = desk.do("enter_request", "officer", lines=lines, representative=contact, **given).id
    desk.do("submit_request", "officer", request=number)
    return number


def test_whoever_asked_for_goods_that_are_under_way_is_kept(desk):
    keep(desk, contacts_d=30)
    approved, rejected, waiting = (asked(desk, name) for name in ("Approved", "Rejected", "Waiting"))
    for who in ("approver", "second"):
        desk.do("decide_request", who, request=approved, decision=Decision.APPROVE)
    desk.do("decide_request", "approver", request=rejected, decision=Decision.REJECT, remark="no")
    desk.now += YEAR
    assert rows.Request.objects.get(pk=waiting).approval == "submitted"
    found = past(desk)
    assert [name in found for name in ("Approved", "Rejected", "Waiting")] == [False, True, False]


def test_a_representatives_link_runs_out_when_it_cannot_hold_any_more(desk):
    keep(desk, representatives_d=30)
    person = a_contact(desk, "Outsider")
    user = a_link(desk, person)
    login = rows.User.objects.get(pk=user).login
    desk.now += timedelta(days=60)
    assert past(desk, kind="representatives") == [], "the link holds 90 days"
    with pytest.raises(Refused, match="its time is not over"):
        desk.do("erase_representative", "officer", user=user)
    desk.do("renew_link", "officer", user=user)
    desk.now += timedelta(days=60)
    assert past(desk, kind="representatives") == [], "it was renewed"
    desk.now += timedelta(days=60)
    assert past(desk, kind="representatives") == [login]
    assert past(desk, "planner", "representatives") == [], "who invites nobody erases nobody"
    with pytest.raises(NotAllowed):
        desk.do("erase_representative", "planner", user=user)
    with pytest.raises(NotFound):
        desk.do("erase_representative", "officer", user=desk.people["rep"].pk)
    desk.do("erase_representative", "officer", user=user)
    row = rows.User.objects.get(pk=user)
    assert (row.login[:7], row.is_active, row.contact, row.memberships.get().until) == (
        "erased-",
        False,
        None,
        desk.now,
    )
    assert past(desk, kind="representatives") == []
    assert books.problems() == []


def test_an_ended_representative_runs_out_after_the_days(desk):
    keep(desk, representatives_d=30)
    user = a_link(desk, a_contact(desk, "Outsider"))
    desk.do("end_representative", "officer", user=user)
    desk.now += timedelta(days=29)
    assert past(desk, kind="representatives") == []
    desk.now += timedelta(days=2)
    assert len(past(desk, kind="representatives")) == 1


def with_words(desk):
    road = rows.Road.objects.get(code="R-ASK")
    told = desk.do("report_road", "planner", road=road.pk, status=RoadStatus.OPEN, source="post", remark="Says Aram")
    truck = rows.Vehicle.objects.get(plate="T1")
    broken = desk.do("take_out_of_service", "planner", vehicle=truck.pk, reason=OutOfService.REPAIR, remark="Call Ani")
    return told.id, broken.id


def test_words_beside_events_run_out_and_the_events_stay(desk):
    told, broken = with_words(desk)
    keep(desk, words_d=30)
    for event in (told, broken):
        with pytest.raises(Refused, match="its time is not over"):
            desk.do("erase_words", "planner", event=event)
    desk.now += timedelta(days=31)
    assert past(desk, "planner") == ["Says Aram", "Call Ani"]
    assert past(desk, "officer") == ["Says Aram"], "who does not see the fleet does not read of it here"
    with pytest.raises(NotFound):
        desk.do("erase_words", "officer", event=broken)
    with pytest.raises(NotAllowed):
        desk.do("erase_words", "auditor", event=told)
    for event in (told, broken):
        desk.do("erase_words", "planner", event=event)
    assert (past(desk, "planner"), rows.Remark.objects.count()) == ([], 0)
    assert rows.RoadReport.objects.filter(pk=told).exists()
    with pytest.raises(Refused, match="nothing here any more"):
        desk.do("erase_words", "planner", event=told)
    assert books.problems() == []


def test_reasons_of_signatures_stay(desk):
    keep(desk, words_d=30)
    desk.do("begin_emergency", "planner", operation=desk.operation.pk, hours=1, remark="I am alone")
    desk.now += YEAR
    assert past(desk, "planner") == []
    with pytest.raises(NotFound):
        desk.do("erase_words", "planner", event=rows.Remark.objects.get().event)


@pytest.mark.parametrize("days", [1, 29, -1, 3_651])
def test_days_that_nobody_keeps_are_refused(desk, days):
    with pytest.raises(Refused, match="30 to"):
        keep(desk, contacts_d=days)
    assert desk.operation.retention_d == {}
    for who in set(PEOPLE) - {"planner"}:
        with pytest.raises(NotAllowed):
            desk.do("set_retention", who, operation=desk.operation.pk, contacts_d=30)


def test_the_page_lists_what_is_due_and_erases_what_is_chosen_and_meant(desk, come):
    planner = come("planner")
    assert 'href="/contacts/retention"' in planner.get("/").content.decode()
    form = {"id": str(desk.id()), "operation": str(desk.operation.pk), "do": "days", "representatives": "0"}
    wrong = planner.post("/contacts/retention", {**form, "contacts": "7", "words": "30"})
    assert (wrong.status_code, 'value="7"' in wrong.content.decode()) == (409, True)
    assert planner.post("/contacts/retention", {**form, "contacts": "365", "words": "30"}).status_code == 302
    assert desk.operation.retention_d == {"contacts": 365, "words": 30}
    with_words(desk)
    assert "Nothing is past its time." in planner.get("/contacts/retention").content.decode()
    desk.now = goes_on(desk) + YEAR + timedelta(days=2)
    said = planner.get("/contacts/retention").content.decode()
    assert [word in said for word in ("Alice", "Bob", "Says Aram", "Residents")] == [True, True, True, False]
    alice = rows.Contact.objects.get(name="Alice")
    words = rows.Remark.objects.get(text="Says Aram")
    asker = rows.Contact.objects.filter(name="Residents' representatives").first()
    form = {"id": str(desk.id()), "operation": str(desk.operation.pk), "do": "erase"}
    form["due"] = [str(alice.pk), str(words.event), str(asker.pk)]
    unsure = planner.post("/contacts/retention", form)
    assert (unsure.status_code, "mark that you mean it" in unsure.content.decode()) == (409, True)
    assert unsure.content.decode().count('" checked>') == 2, "what was chosen stays chosen"
    nothing = planner.post("/contacts/retention", {**form, "due": [], "sure": "yes"})
    assert (nothing.status_code, rows.Contact.objects.filter(name="Alice").exists()) == (409, True)
    before = rows.Event.objects.count()
    for _ in range(2):
        assert planner.post("/contacts/retention", {**form, "sure": "yes"}).status_code == 302
    made = rows.Event.objects.order_by("seq")[before:]
    assert [it.kind for it in made] == ["contact erased", "words erased"], "one event each, and once"
    assert not any("Alice" in it.body or "Aram" in it.body for it in rows.Event.objects.all())
    assert rows.Contact.objects.filter(pk=asker.pk, erased_at=None).exists(), "not due: not erased"
    assert books.problems() == []


def test_whoever_erases_contacts_or_edits_settings_comes_in_and_nobody_else(desk, come):
    known = {"officer": (False, True), "planner": (True, True), "dispatcher": (False, True), "admin": (True, False)}
    for who in (*PEOPLE, "admin"):
        answer = come(who).get("/contacts/retention")
        assert answer.status_code == (200 if who in known else 403), who
        if who in known:
            said = answer.content.decode()
            assert ('name="contacts"' in said, 'id="erase"' in said) == known[who]
    form = {"id": str(desk.id()), "operation": str(desk.operation.pk), "do": "days"}
    given = {"contacts": "30", "representatives": "30", "words": "30"}
    assert come("officer").post("/contacts/retention", {**form, **given}).status_code == 403
    for bad in ({"do": "nonsense"}, {"operation": "0"}, {"operation": "x"}):
        assert come("planner").post("/contacts/retention", {**form, **bad}).status_code == 404
