"""The pages that there are, over HTTP; and the one table of who may come in where."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from karavan.desk.access import PUBLIC, ROUTES, SCOPES, visible
from karavan.desk.actions import ACTIONS
from karavan.desk.api.offered import ROUTES as API_ROUTES
from karavan.desk.middleware import API_URLS
from karavan.domain.errors import NotAllowed, NotFound, Refused
from karavan.domain.language import LANGUAGES
from tests.desk.desk_world import PEOPLE

PASSWORD = "correct horse battery"


@pytest.fixture
def client(desk):
    return Client(HTTP_HOST="localhost")


def sign_in(client, desk, who):
    client.force_login(desk.people[who])
    return client


def routes(patterns=None):
    """Every route's name, those of the API too; the API's bare root answers 403 like anything without a row."""
    names = set()
    for pattern in patterns or get_resolver(API_URLS).url_patterns:
        names |= routes(pattern.url_patterns) if hasattr(pattern, "url_patterns") else {pattern.name}
    return names - {"api-root"}


def address(route):
    """A way to the route; where it names something, something that is not there."""
    (pattern,) = (pattern for pattern in get_resolver().url_patterns if getattr(pattern, "name", "") == route)
    nothing = {"uuid": UUID(int=1), "int": 1, "str": "x"}
    kinds = re.findall(r"<(\w+):(\w+)>", str(pattern.pattern))
    return reverse(route, kwargs={name: nothing[kind] for kind, name in kinds})


def test_every_route_has_its_row_and_every_row_its_route():
    assert routes() == set(ROUTES)


@pytest.mark.parametrize("route", sorted(route for route in set(ROUTES) - set(API_ROUTES) if route != "openapi-json"))
def test_whoever_is_not_signed_in_sees_what_is_public_and_nothing_else(client, route):
    response = client.get(address(route))
    if ROUTES[route] == PUBLIC:
        assert response.status_code in (200, 404, 405, 503)
    else:
        assert (response.status_code, response["Location"]) == (302, f"/login?next={address(route)}")


def test_a_route_without_a_row_lets_in_nobody(client, desk, monkeypatch):
    sign_in(client, desk, "planner")
    assert client.get("/").status_code == 200
    monkeypatch.delitem(ROUTES, "home")
    assert client.get("/").status_code == 403


def test_signing_in_and_out(client, desk):
    user = desk.people["planner"]
    user.set_password(PASSWORD)
    user.save()
    wrong = client.post("/login", {"username": "planner", "password": "no"})
    assert "Name and password do not match" in wrong.content.decode()
    right = client.post("/login", {"username": "planner", "password": PASSWORD})
    assert (right.status_code, right["Location"]) == (302, "/")
    assert "planner" in client.get("/").content.decode()
    assert 'action="/logout"' in client.get("/").content.decode()
    client.post("/logout")
    assert client.get("/").status_code == 302


def test_whoever_is_put_out_is_out_at_once(client, desk):
    sign_in(client, desk, "planner")
    desk.people["planner"].is_active = False
    desk.people["planner"].save()
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("who", PEOPLE)
def test_the_first_page_of_each_role(client, desk, who):
    page = sign_in(client, desk, who).get("/")
    assert page.status_code == 200
    assert "default-src 'none'" in page["Content-Security-Policy"]
    assert page["Cache-Control"] == "no-store"
    assert ("You have no role" in page.content.decode()) == (who == "stranger")


def test_what_waits_is_counted_for_whoever_can_do_something(client, desk):
    from karavan.desk import models as rows

    for request in rows.Request.objects.filter(number__in=["REQ-1", "REQ-2"]):
        desk.do("submit_request", "officer", request=request.pk)
    assert "2 requests wait for a decision" in sign_in(client, desk, "approver").get("/").content.decode()
    assert "wait for a decision" not in sign_in(client, desk, "planner").get("/").content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_in_the_language_that_was_chosen(client, desk, language):
    sign_in(client, desk, "planner")
    client.post("/language", {"language": language, "next": "/"})
    page = client.get("/")
    heading = {"en": "What waits", "az": "Nə gözləyir", "hy": "Ինչ է սպասում", "ru": "Что ждёт"}[language]
    assert f"<h1>{heading}</h1>" in page.content.decode()
    assert f'<html lang="{language}">' in page.content.decode()


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_choosing_a_language_leads_nowhere_else(client, back):
    assert client.post("/language", {"language": "hy", "next": back})["Location"] == "/"


def test_what_is_not_there_is_said_in_a_page(client, desk):
    page = sign_in(client, desk, "planner").get("/nothing")
    assert page.status_code == 404
    assert "there is no such thing here" in page.content.decode()


def test_the_address_of_a_form_leads_back_to_its_page(client, desk):
    """Who signs in again after sending a form comes there; a bare 405 is a blank page in a browser."""
    from karavan.desk import models as rows

    request = rows.Request.objects.get(number="REQ-1")
    here = f"/requests/{request.pk}"
    for address, back in ((f"{here}/decide", here), ("/plans/ask", "/plans"), ("/logout", "")):
        page = sign_in(client, desk, "approver" if "plans" not in address else "planner").get(address)
        text = page.content.decode()
        assert (page.status_code, page["Allow"].startswith("POST")) == (405, True), address
        assert "is no page" in text
        assert (f'<a href="{back}">Back</a>' in text) == bool(back)


def test_a_form_from_elsewhere_is_refused(desk):
    strict = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    assert strict.post("/language", {"language": "hy"}).status_code == 403
    assert strict.post("/login", {"username": "planner", "password": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("language", "too_old", "failed"),
    [
        ("en", "this page is too old; send it once more", "an error of the desk itself"),
        ("az", "səhifə köhnəlib; bir daha göndərin", "qərargahın öz xətası"),
        ("hy", "էջը հնացել է. ուղարկեք ևս մեկ անգամ", "շտաբի ծրագրի սխալ է"),
        ("ru", "страница устарела; отправьте ещё раз", "ошибка самой программы штаба"),
    ],
)
def test_an_old_form_and_an_error_are_said_in_the_readers_language(desk, monkeypatch, language, too_old, failed):
    reader = Client(HTTP_HOST="localhost", enforce_csrf_checks=True, raise_request_exception=False)
    reader.force_login(desk.people["officer"])
    reader.cookies["language"] = language
    page = reader.post("/requests/new", {"place": "1"}, headers={"referer": "http://localhost/requests/new"})
    assert (page.status_code, too_old in page.content.decode()) == (403, True)
    assert f'lang="{language}"' in page.content.decode()
    assert 'href="/requests/new"' in page.content.decode()

    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret words")

    monkeypatch.setattr("karavan.desk.views.requests.visible", broken)
    page = reader.get("/requests")
    text = page.content.decode()
    assert (page.status_code, failed in text, f'lang="{language}"' in text) == (500, True, True)
    assert "secret words" not in text


def test_health_tells_whether_the_guards_are_in_place_and_nothing_else(client, database):
    from karavan.desk.installed import query

    assert client.get("/health").content == b"ok"
    query("DROP TRIGGER guard_head_desk_head_update" + ("" if database == "sqlite" else " ON desk_head"))
    sick = client.get("/health")
    assert (sick.status_code, sick.content) == (503, b"not ok")


def test_nothing_is_written_without_the_guards(desk, database):
    from karavan.desk import installed

    installed._guarded.clear()
    installed.query("DROP TRIGGER guard_head_desk_head_update" + ("" if database == "sqlite" else " ON desk_head"))
    with pytest.raises(Refused, match="guards are not in place"):
        desk.do("receive_stock", "keeper", place=desk.place("AGD").pk, item="SOAP", code="S2", quantity=1)


def test_a_stranger_sees_nothing_of_anything(desk):
    for model in SCOPES:
        assert not visible(desk.people["stranger"], model).exists(), model
    seen = {model.__name__ for model in SCOPES if visible(desk.people["auditor"], model).exists()}
    assert {"Request", "Batch", "Balance", "Road", "Vehicle"} <= seen


def test_a_representative_sees_the_own_requests_only(desk):
    from karavan.desk import models as rows
    from tests.desk.test_story import an_approved_request

    own = an_approved_request(desk)
    assert list(visible(desk.people["rep"], rows.Request)) == [own]
    foreign = rows.Request.objects.get(number="REQ-1")
    with pytest.raises(NotFound):
        desk.do("submit_request", "rep", request=foreign.pk)


def test_a_storekeeper_sees_the_own_store_only(desk):
    from karavan.desk import models as rows

    places = visible(desk.people["keeper"], rows.Balance).values_list("account__place__code", flat=True)
    assert set(places) == {"AGD"}
    with pytest.raises(NotAllowed):
        desk.do("receive_stock", "keeper", place=desk.place("BKR").pk, item="SOAP", code="S", quantity=1)


def a_representative(desk):
    """Somebody at Khankendi with a link."""
    contact = desk.do("enter_contact", "officer", operation=desk.operation.pk, name="Somebody")
    place = desk.place("KHN").pk
    given = {"operation": desk.operation.pk, "place": place, "contact": contact.id}
    return desk.do("invite_representative", "officer", **given).id


def values_of(desk):
    """For each action something that somebody with the right could do with what is there."""
    from karavan.desk import models as rows
    from karavan.desk.actions import NameValues, PlaceRow, PlaceValues, VehicleValues
    from karavan.domain.approval import Decision
    from karavan.domain.fleet import OutOfService
    from karavan.domain.places import PlaceKind
    from karavan.domain.roads import RoadStatus

    request = rows.Request.objects.get(number="REQ-1")
    agd, operation = desk.place("AGD").pk, desk.operation.pk
    lot = desk.batch("F1").pk
    place = PlaceValues(kind=PlaceKind.CHECKPOINT, names=(NameValues("en", "New"),))
    vehicle = VehicleValues(homes=(agd,), payload_g=1, compartments_cm3=(1,))
    truck = rows.Vehicle.objects.get(plate="T1").pk
    return {
        "enter_request": {"operation": operation, "place": agd, "people": 1, "lines": (), "raised_at": desk.now},
        "edit_request": {"request": request.pk, "place": agd, "people": 1, "lines": ()},
        "submit_request": {"request": request.pk},
        "decide_request": {"request": request.pk, "decision": Decision.APPROVE},
        "receive_stock": {"place": agd, "item": "SOAP", "code": "S", "quantity": 1},
        "make_kits": {"place": agd, "kit": "KIT", "code": "K", "quantity": 1},
        "break_kits": {"place": agd, "batch": lot, "quantity": 1},
        "record_baking": {
            "production": rows.Production.objects.get().pk,
            "code": "oven",
            "quantity": 1,
            "baked_at": desk.now,
        },
        "keep_for": {"place": agd, "batch": lot, "quantity": 1, "whom": "hospital"},
        "set_apart": {"place": agd, "batch": lot, "quantity": 1, "remark": "wet"},
        "ask_transfer": {
            "origin": agd,
            "destination": desk.place("BKR").pk,
            "vehicle": rows.Vehicle.objects.first().pk,
            "depart": desk.now,
            "arrive": desk.now + timedelta(hours=1),
            "goods": ((lot, 1),),
        },
        "record_count": {"place": agd, "counted": ()},
        "report_loss": {"place": agd, "reason": "fire", "lost": ()},
        "ask_plan": {"operation": operation},
        "ask_replan": {"plan": desk.id()},
        "cancel_search": {"job": desk.id()},
        "pin_journey": {"plan": desk.id(), "journey": "J-001", "is_pinned": True},
        "propose_plan": {"plan": desk.id(), "plan_sha256": "", "text": ""},
        "cancel_request": {"request": request.pk, "cancelled": ((1, 1),), "remark": "x"},
        "report_road": {"road": rows.Road.objects.first().pk, "status": RoadStatus.OPEN, "source": "police"},
        "add_place": {"operation": operation, "code": "NEW", "values": place},
        "edit_place": {"place": agd, "values": place},
        "add_road": {
            "origin": agd,
            "destination": desk.place("KHN").pk,
            "code": "R-NEW",
            "distance_m": 1,
            "drive_s": 1,
        },
        "answer_clearance": {"clearance": desk.id(), "answer": "granted", "authority": "a", "reference": "r"},
        "add_vehicle": {"operation": operation, "plate": "NEW", "values": vehicle},
        "edit_vehicle": {"vehicle": truck, "values": vehicle},
        "take_out_of_service": {"vehicle": truck, "reason": OutOfService.REPAIR},
        "return_to_service": {"vehicle": truck},
        "name_driver": {"vehicle": truck},
        "enter_driver": {"vehicle": truck, "name": "Somebody"},
        "name_leader": {"convoy": 1},
        "ask_clearance": {
            "operation": operation,
            "kind": "notification",
            "authority": "a",
            "reference": "r",
            "lead_s": 1,
        },
        "add_user": {"operation": operation, "login": "new", "password": PASSWORD},
        "grant_role": {"operation": operation, "user": desk.people["stranger"].pk, "role": "planner"},
        "end_role": {"membership": rows.Membership.objects.last().pk},
        "import_requests": {"operation": operation, "sha256": "", "requests": (), "named": {}},
        "import_ground": {
            "operation": operation,
            "sha256": "",
            "places": (PlaceRow(code="NEW", values=place),),
            "roads": (),
            "vehicles": (),
            "named": {},
        },
        "invite_representative": {"operation": operation, "place": agd, "contact": rows.Contact.objects.first().pk},
        "renew_link": {"user": a_representative(desk)},
        "end_representative": {"user": a_representative(desk)},
        "enter_contact": {"operation": operation, "name": "Somebody"},
        "set_password": {"user": desk.people["planner"].pk, "password": PASSWORD},
        "close_user": {"user": desk.people["planner"].pk},
        "reopen_user": {"user": desk.people["planner"].pk},
        "erase_user": {"user": desk.people["planner"].pk},
        "reset_code": {"user": desk.people["planner"].pk},
        "require_codes": {"operation": operation, "roles": ()},
        "change_settings": {"operation": operation, "levels": 3, "clocks_h": (1, 2, 3, 4), "code_roles": ()},
        "approve_settings": {"change": desk.id()},
        "begin_emergency": {"operation": operation, "hours": 1, "remark": "x"},
        "end_emergency": {"emergency": desk.id()},
        "set_retention": {"operation": operation, "contacts_d": 400},
        "erase_representative": {"user": a_representative(desk)},
        "erase_words": {"event": desk.id()},
        "revoke_token": {"token": desk.id()},
        "erase_contact": {"contact": rows.Contact.objects.first().pk},
        # Of these there is nothing yet: whoever asks is told no more than that.
        "approve_count": {"count": desk.id()},
        "approve_loss": {"report": desk.id()},
        "keep_plan": {"job": desk.id(), "plan_sha256": "", "text": ""},
        "approve_plan": {"plan": desk.id()},
        "issue_waybills": {"plan": desk.id()},
        "issue_transfer": {"transfer": desk.id()},
        "return_goods": {"waybill": 1, "place": agd, "returned": (), "remark": "x"},
        "print_waybill": {"waybill": 1},
        "print_loading_list": {"journey": 1},
        "print_convoy_sheet": {"convoy": 1},
        "reserve_waybill": {"waybill": 1},
        "void_waybill": {"waybill": 1, "remark": "x"},
        "load_waybill": {"waybill": 1, "loaded": ()},
        "dispatch_waybill": {"waybill": 1},
        "receive_waybill": {"waybill": 1, "place": agd, "counted": (), "counted_at": desk.now},
        "hand_over": {"waybill": 1, "counted": (), "counted_at": desk.now},
        "sign_readiness": {"convoy": 1, "condition": "leader", "met": True},
        "check_in": {"convoy": 1, "state": "moving"},
        "report_incident": {"journey": 1, "kind": "blocked"},
    }


def test_no_action_is_open_to_whoever_has_no_role(desk):
    values = values_of(desk)
    # Everybody's for themselves, and the terminal's: test_guard_keys.py
    own = {"change_password", "enrol_code", "let_in", "make_token", "set_mail"}
    assert set(values) | own | {"open_operation"} == set(ACTIONS)
    for name, given in values.items():
        with pytest.raises((NotAllowed, NotFound)):
            desk.do(name, "stranger", **given)


def test_an_operation_is_opened_by_the_first_user_or_an_administrator(desk):
    from karavan.domain.planfile import situation_digest
    from tests.cast import a_situation

    world = a_situation()
    given = {"code": "TWO", "sha256": situation_digest(world), "situation": world, "new_id": desk.id}
    with pytest.raises(NotAllowed):
        desk.do("open_operation", "planner", **given)
    desk.do("open_operation", "admin", **given)
    # Roles of one operation are none in another.
    from karavan.desk import models as rows

    other = rows.Operation.objects.get(code="TWO")
    with pytest.raises(NotAllowed):
        desk.do("ask_plan", "planner", operation=other.pk)
    assert not visible(desk.people["planner"], rows.Request).filter(operation=other).exists()
