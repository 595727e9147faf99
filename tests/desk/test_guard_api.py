"""The JSON API: every action and list, every role, own and foreign, and what is not in the schema."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from karavan.desk import models as rows
from karavan.desk.access import SCOPES, visible
from karavan.desk.actions import ACTIONS
from karavan.desk.actions.keys import token_digest
from karavan.desk.actions.posting import plain
from karavan.desk.api import offered
from karavan.domain.roles import RIGHTS, Right
from tests.desk.desk_world import PEOPLE
from tests.desk.test_guard_people import number
from tests.desk.test_pages import values_of


def token_of(desk, who, rights=None):
    """A token with all that its user may do, or with less; made without an event."""
    desk.made += 1
    key = f"karavan_{who}_{desk.made:040d}"
    rows.Token.objects.create(
        id=desk.id(),
        user=desk.people[who],
        name=who,
        sha256=token_digest(key),
        rights=[right.value for right in (Right if rights is None else rights)],
        made_at=desk.now,
        expires_at=desk.now.replace(year=2099),
    )
    return key


def caller(key):
    return Client(HTTP_HOST="localhost", HTTP_AUTHORIZATION=f"Bearer {key}", enforce_csrf_checks=True)


def post(client, name, values, n=500):
    return client.post(
        f"/api/actions/{name}", json.dumps({"id": number(n), "values": values}, default=str), "application/json"
    )


def test_every_action_is_offered_or_held_back():
    assert set(offered.ACTIONS) | offered.HELD_BACK == set(ACTIONS)
    assert not set(offered.ACTIONS) & offered.HELD_BACK
    assert {model for model, _, _ in offered.LISTS.values()} <= set(SCOPES)


def test_the_document_is_openapi_3_1_and_names_every_route(desk):
    document = Client(HTTP_HOST="localhost").get("/api/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    paths = {f"/api/actions/{name}" for name in offered.ACTIONS}
    paths |= {f"/api/{name}{rest}" for name in offered.LISTS for rest in ("", "/{key}")}
    assert set(document["paths"]) == paths | {"/api/dispositions/{key}"}
    for schema in document["components"]["schemas"].values():
        if schema["title"].endswith(("In", "Values")):
            assert schema["additionalProperties"] is False


def test_goods_are_received_once(desk):
    client = caller(token_of(desk, "keeper"))
    values = {"place": desk.place("AGD").pk, "item": "SOAP", "code": "S", "quantity": 5}
    first = post(client, "receive_stock", values)
    assert (first.status_code, first.json()["again"]) == (201, False)
    again = post(client, "receive_stock", values)
    assert (again.status_code, again.json()) == (200, {**first.json(), "again": True})
    assert desk.free("AGD", "S") == 5
    other = post(client, "receive_stock", {**values, "quantity": 6})
    assert other.status_code == 409
    assert "other contents" in other.json()["error"]


@pytest.mark.parametrize("extra", ["created_by", "approved_by", "operation", "is_staff", "actor"])
def test_a_field_that_an_action_does_not_have_is_refused(desk, extra):
    client = caller(token_of(desk, "keeper"))
    values = {"place": desk.place("AGD").pk, "item": "SOAP", "code": "S", "quantity": 5, extra: 1}
    answer = post(client, "receive_stock", values)
    assert (answer.status_code, answer.json()["fields"]) == (422, [f"body.body.values.{extra}: extra_forbidden"])
    outside = json.dumps({"id": number(1), "values": {**values, extra: 1}, extra: 1})
    assert client.post("/api/actions/receive_stock", outside, "application/json").status_code == 422
    assert client.get("/api/batches", {extra: 1}).status_code == 422


def test_fields_within_a_line_are_closed_too(desk):
    client = caller(token_of(desk, "officer"))
    line = {"item": "SOAP", "quantity": 3}
    values = {"operation": desk.operation.pk, "place": desk.place("AGD").pk, "people": 9, "raised_at": desk.now}
    assert post(client, "enter_request", {**values, "lines": [{**line, "approved": 3}]}).status_code == 422
    assert post(client, "enter_request", {**values, "lines": [line]}).status_code == 201
    entered = rows.Request.objects.get(pk=number(500))
    assert [(row.item, row.quantity) for row in entered.lines.all()] == [("SOAP", 3)]


def test_an_outsider_does_not_say_that_they_asked_long_ago_and_nobody_that_they_will(desk):
    """Waiting counts from the moment of asking, and who has waited longest is served first."""
    now, line = datetime.now(UTC), {"item": "FLOUR", "quantity": 3}
    base = {"operation": desk.operation.pk, "place": desk.place("KHN").pk, "people": 9, "lines": [line]}
    tries = [("rep", -2, 409), ("rep", 1, 409), ("officer", 1, 409), ("officer", -30, 201), ("rep", -0.5, 201)]
    for n, (who, days, status) in enumerate(tries):
        values = {**base, "raised_at": now + timedelta(days=days)}
        answer = post(caller(token_of(desk, who)), "enter_request", values, 600 + n)
        assert (answer.status_code, who, days) == (status, who, days), answer.content


@pytest.mark.parametrize(
    "values",
    [
        {"quantity": 1.5},
        {"quantity": "5"},
        {"quantity": 2**63},
        {"quantity": -(2**70)},
        {"quantity": True},
        {"code": "a\x00b"},
        {"code": "x" * 4_001},
        {"expiry": "2024-01-01T00:00:00"},
        {"place": None},
        {"item": ["SOAP"]},
    ],
)
def test_a_value_that_is_not_one_is_refused(desk, values):
    given = {"place": desk.place("AGD").pk, "item": "SOAP", "code": "S", "quantity": 5, **values}
    assert post(caller(token_of(desk, "keeper")), "receive_stock", given).status_code == 422


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff", b'{"id": "x"}'])
def test_what_is_no_call_is_refused(desk, body):
    answer = caller(token_of(desk, "keeper")).post("/api/actions/receive_stock", body, "application/json")
    assert answer.status_code in (400, 422)


def test_without_a_good_token_nothing_is_told(desk):
    good = token_of(desk, "auditor")
    assert caller(good).get("/api/requests").status_code == 200
    revoked, over, out = (token_of(desk, who) for who in ("auditor", "auditor", "planner"))
    rows.Token.objects.filter(sha256=token_digest(revoked)).update(revoked_at=desk.now)
    rows.Token.objects.filter(sha256=token_digest(over)).update(expires_at=desk.now)
    rows.User.objects.filter(login="planner").update(is_active=False)
    for key in (revoked, over, out, "", "x", good[:-1]):
        answer = caller(key).get("/api/requests")
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    # A session is no token, so no page elsewhere can write in somebody's name.
    session = Client(HTTP_HOST="localhost")
    session.force_login(desk.people["auditor"])
    assert session.get("/api/requests").status_code == 401


def test_a_token_with_less_does_less_than_its_user(desk):
    client = caller(token_of(desk, "keeper", [Right.SEE_STOCK]))
    assert client.get("/api/balances").status_code == 200
    values = {"place": desk.place("AGD").pk, "item": "SOAP", "code": "S", "quantity": 5}
    assert post(client, "receive_stock", values).status_code == 403
    assert client.get("/api/waybills").status_code == 403


def test_every_action_by_every_role(desk):
    """Who lacks the right is told 403; the rest reach the action, which asks where; nobody meets an error of ours."""
    values = values_of(desk)
    for who, memberships in PEOPLE.items():
        held = {right for role, _ in memberships for right in RIGHTS[role]}
        client = caller(token_of(desk, who))
        for n, (name, right) in enumerate(offered.ACTIONS.items()):
            given = {key: plain(getattr(value, "value", value)) for key, value in values[name].items()}
            before = rows.Event.objects.count()
            answer = post(client, name, given, 1_000 + n)
            if right not in held:
                assert answer.status_code == 403, (who, name)
                assert rows.Event.objects.count() == before
            else:
                assert answer.status_code in (200, 201, 403, 404, 409), (who, name, answer.content)


def test_every_list_by_every_role_tells_what_is_visible_and_nothing_else(desk):
    from tests.desk.test_story import on_the_road

    on_the_road(desk, 1_000)
    for who, memberships in PEOPLE.items():
        held = {right for role, _ in memberships for right in RIGHTS[role]}
        client = caller(token_of(desk, who))
        for name, (model, rights, columns) in offered.LISTS.items():
            answer = client.get(f"/api/{name}", {"limit": 1_000})
            assert (answer.status_code == 200) == bool(held & set(rights)), (who, name)
            own = {str(key) for key in visible(desk.people[who], model).values_list("pk", flat=True)}
            foreign = model._default_manager.exclude(pk__in=visible(desk.people[who], model).values("pk")).first()
            if answer.status_code != 200:
                assert answer.status_code == 403
                continue
            assert {str(row[columns[0]]) for row in answer.json()} == own, (who, name)
            assert all(set(row) == set(columns) for row in answer.json())
            if own:
                assert client.get(f"/api/{name}/{min(own)}").status_code == 200
            if foreign is not None:
                assert client.get(f"/api/{name}/{foreign.pk}").status_code == 404, (who, name)


@pytest.mark.parametrize("key", ["x", "-1", "9" * 30, "0", "%00", "00000000-0000-0000-0000-00000000ffff", "٣"])
def test_a_key_that_is_none_is_not_there(desk, key):
    client = caller(token_of(desk, "auditor"))
    for name in ("requests", "vehicles"):
        assert client.get(f"/api/{name}/{key}").status_code == 404
        assert client.get(f"/api/{name}", {"after": key}).status_code in (200, 404)


def test_a_list_goes_on_after_its_last_row(desk):
    client = caller(token_of(desk, "auditor"))
    whole = client.get("/api/vehicles").json()
    first = client.get("/api/vehicles", {"limit": 1}).json()
    rest = client.get("/api/vehicles", {"after": first[-1]["id"]}).json()
    assert first + rest == whole
    assert len(whole) > 1


def test_pages_are_served_without_building_the_api():
    script = (
        "import sys, django; from django.test import Client; django.setup(); "
        "first = Client(HTTP_HOST='localhost').get('/login').status_code; "
        "before = 'karavan.desk.api.door' in sys.modules; "
        "then = Client(HTTP_HOST='localhost').get('/api/openapi.json').status_code; "
        "print(first, before, then, 'karavan.desk.api.door' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["200", "False", "200", "True"]
