"""Lists narrowed by their columns, tokens and second factors."""

from __future__ import annotations

import pytest
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from karavan.desk import models as rows
from karavan.desk.actions.keys import token_digest
from karavan.desk.api import offered
from karavan.domain.roles import Right, Role
from tests.desk.test_guard_api import caller, token_of
from tests.desk.test_guard_keys import digits
from tests.desk.test_guard_people import number
from tests.desk.test_story import on_the_road


def test_a_list_is_narrowed_by_its_columns(desk):
    waybill = on_the_road(desk, 1_000)[0].pk
    client = caller(token_of(desk, "auditor"))
    place = desk.place("KHN")
    for name, asked, expected in (
        ("places", {"code": "KHN"}, [place.pk]),
        ("waybills", {"destination_id": place.pk}, [waybill]),
        ("waybills", {"no": 1, "series_id": "OP-AGD"}, [waybill]),
        ("waybills", {"no": 2}, []),
        ("waybill_lines", {"waybill_id": waybill}, None),
        ("dispatches", {"waybill_id": waybill}, [waybill]),
    ):
        answer = client.get(f"/api/{name}", asked)
        assert answer.status_code == 200, (name, answer.content)
        model, _, columns = offered.LISTS[name]
        if expected is None:
            expected = list(model.objects.filter(**asked).values_list("pk", flat=True))
            assert expected
        assert [row[columns[0]] for row in answer.json()] == expected, name


@pytest.mark.parametrize("value", ["x", "-1", "9" * 30, "٣", "a\tb", "'; --"])
def test_a_value_that_no_row_can_have_finds_nothing(desk, value):
    client = caller(token_of(desk, "auditor"))
    for name, column in (("requests", "place_id"), ("requests", "reopens_id"), ("waybills", "no"), ("places", "code")):
        answer = client.get(f"/api/{name}", {column: value})
        assert (answer.status_code, answer.json()) == (200, []), (name, column)
    assert client.get("/api/places", {"code": "a\x00"}).status_code == 422
    assert client.get("/api/places", {"code": "x" * 201}).status_code == 422


def test_a_column_that_a_list_is_not_narrowed_by_is_refused(desk):
    client = caller(token_of(desk, "auditor"))
    for name, column in (("places", "population"), ("requests", "created_by"), ("requests", "place__code")):
        assert client.get(f"/api/{name}", {column: "1"}).status_code == 422


def test_events_are_for_whoever_audits_every_operation(desk):
    from karavan.domain.planfile import situation_digest
    from tests.cast import a_situation

    client = caller(token_of(desk, "auditor"))
    rows_ = client.get("/api/events", {"limit": 1_000}).json()
    assert [row["seq"] for row in rows_] == list(range(1, rows.Head.objects.get().seq + 1))
    assert "body" not in rows_[0]
    assert caller(token_of(desk, "planner")).get("/api/events").status_code == 403
    world = a_situation()
    given = {"code": "TWO", "sha256": situation_digest(world), "situation": world, "new_id": desk.id}
    desk.do("open_operation", "admin", **given)
    assert client.get("/api/events").json() == []
    assert client.get("/api/events/1").status_code == 404


def test_notices_are_ones_own(desk):
    for who in ("auditor", "planner"):
        rows.Notice.objects.create(user=desk.people[who], operation=desk.operation, message={"text": who}, at=desk.now)
    told = caller(token_of(desk, "auditor")).get("/api/notices").json()
    assert [row["message"] for row in told] == [{"text": "auditor"}]
    other = rows.Notice.objects.get(user=desk.people["planner"]).pk
    assert caller(token_of(desk, "auditor")).get(f"/api/notices/{other}").status_code == 404


def test_a_token_made_without_a_code_ends_when_one_is_required(desk):
    before = caller(token_of(desk, "planner"))
    officer = caller(token_of(desk, "officer"))
    assert before.get("/api/vehicles").status_code == 200
    desk.do("require_codes", "admin", operation=desk.operation.pk, roles=(Role.PLANNER,))
    assert before.get("/api/vehicles").status_code == 401
    assert officer.get("/api/requests").status_code == 200
    # Whoever asks for one of oneself is held to it as well.
    rows.User.objects.filter(login="officer").update(one_code_required=True)
    assert officer.get("/api/requests").status_code == 401


def test_a_token_made_after_the_code_was_given_goes_on(desk):
    desk.do("require_codes", "admin", operation=desk.operation.pk, roles=(Role.PLANNER,))
    user = desk.people["planner"]
    TOTPDevice.objects.create(user=user, name="phone", confirmed=True)
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)
    assert client.post("/code", {"code": digits(user), "id": number(1), "next": "/"}).status_code == 302
    asked = {"do": "token", "id": number(2), "name": "export", "days": "9", "rights": [Right.SEE_FLEET.value]}
    key = client.post("/self", asked).content.decode().split('<code class="key">')[1].split("<")[0]
    assert rows.Token.objects.get(sha256=token_digest(key)).with_code
    assert caller(key).get("/api/vehicles").status_code == 200
    # A token without it, of the same person, opens nothing while a device asks for codes.
    assert caller(token_of(desk, "planner")).get("/api/vehicles").status_code == 401
