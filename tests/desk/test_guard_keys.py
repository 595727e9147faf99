"""Second factors, guesses at passwords, one's own password and tokens."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from karavan.desk import guesses, models as rows
from karavan.domain.errors import NotAllowed, NotFound, Refused
from karavan.domain.roles import Right, Role
from tests.desk.test_guard_people import a_doing, number, signed_in

PASSWORD = "correct horse battery"


def with_password(desk, who):
    user = desk.people[who]
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client, who, password=PASSWORD, **extra):
    return client.post("/login", {"username": who, "password": password}, **extra)


def digits(user, drift=0):
    device = TOTPDevice.objects.get(user=user.pk)
    return f"{totp(device.bin_key, drift=drift):06d}"


@pytest.fixture
def coded(desk):
    """Planners need a second factor."""
    desk.do("require_codes", "admin", operation=desk.operation.pk, roles=(Role.PLANNER,))
    with_password(desk, "planner")
    return desk


def test_a_role_that_needs_a_code_does_nothing_without_one(coded):
    client = Client(HTTP_HOST="localhost")
    sign_in(client, "planner")
    refused = client.get("/")
    assert (refused.status_code, refused["Location"]) == (302, "/code?next=/")
    page = client.get("/code").content.decode()
    assert "data:image/svg+xml;base64," in page
    user = coded.people["planner"]
    wrong = client.post("/code", {"code": "000000", "id": number(1)})
    assert (wrong.status_code, "This code is not right" in wrong.content.decode()) == (409, True)
    TOTPDevice.objects.filter(user=user.pk).update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert client.post("/code", {"code": digits(user), "id": number(1), "next": "/"})["Location"] == "/"
    assert client.get("/").status_code == 200
    # Others go on without.
    assert signed_in(coded, "officer").get("/").status_code == 200


def test_whoever_has_a_code_is_asked_for_it_and_never_sees_the_secret_again(coded):
    user = coded.people["planner"]
    device = TOTPDevice.objects.create(user=user, name="phone", confirmed=True)
    client = Client(HTTP_HOST="localhost")
    sign_in(client, "planner")
    page = client.get("/code").content.decode()
    assert "data:image" not in page
    assert device.key not in page
    code = digits(user)
    assert client.post("/code", {"code": code, "id": number(1)}).status_code == 302
    # The same digits open nothing twice.
    other = Client(HTTP_HOST="localhost")
    sign_in(other, "planner")
    assert other.post("/code", {"code": code, "id": number(2)}).status_code == 409
    assert other.get("/").status_code == 302


def test_codes_are_not_guessed(coded):
    """After wrong ones even the right one waits: the wait doubles."""
    user = coded.people["planner"]
    TOTPDevice.objects.create(user=user, name="phone", confirmed=True)
    client = Client(HTTP_HOST="localhost")
    sign_in(client, "planner")
    for _ in range(3):
        client.post("/code", {"code": "000000", "id": number(1)})
    assert client.post("/code", {"code": digits(user), "id": number(1)}).status_code == 409


def test_an_administrator_takes_a_lost_second_factor_away(coded):
    user = coded.people["planner"]
    TOTPDevice.objects.create(user=user, name="phone", confirmed=True)
    assert signed_in(coded, "admin").post("/people/one", a_doing(coded, "planner", "code")).status_code == 302
    assert not TOTPDevice.objects.filter(user=user.pk).exists()
    assert rows.Event.objects.order_by("-seq").first().kind == "second factor taken away"


def test_a_code_page_leads_nowhere_else(coded):
    user = coded.people["planner"]
    TOTPDevice.objects.create(user=user, name="phone", confirmed=True)
    client = Client(HTTP_HOST="localhost")
    sign_in(client, "planner")
    asked = {"code": digits(user), "id": number(1), "next": "https://elsewhere.example/"}
    assert client.post("/code", asked)["Location"] == "/"


def test_of_ten_thousand_guesses_five_are_heard(database):
    """All at one moment and at one login: the wait grows from the sixth on."""
    from django.test import RequestFactory

    request = RequestFactory().post("/login", REMOTE_ADDR="192.0.2.7")
    now = datetime(2023, 9, 22, tzinfo=UTC)
    counted = guesses.keys(request, "admin")
    heard = sum(guesses.count(counted, now) == 0 for _ in range(200))
    assert heard == 5
    # In a day of steady guessing: 5 at once, 10 while the wait grows to 900 s, then four an hour.
    times = [now + timedelta(seconds=8 * step) for step in range(1, 10_800)]
    monotone = sum(guesses.count(counted, at) == 0 for at in times[:200])
    assert monotone <= 10


def test_delays_double_and_stay_under_a_quarter_of_an_hour():
    assert [guesses.delay_s(n, 5) for n in (0, 4, 5, 6, 7, 14, 15, 1_000)] == [0, 0, 1, 2, 4, 512, 900, 900]


@pytest.fixture
def standing_still(monkeypatch):
    """However long a password takes to be tried, no time passes at the door."""
    moment = timezone.now()
    monkeypatch.setattr("karavan.desk.views.door.timezone", SimpleNamespace(now=lambda: moment))


def test_the_door_answers_alike_for_a_login_that_there_is_and_one_that_there_is_not(desk, standing_still):
    with_password(desk, "planner")
    answers = []
    for who, address in (("planner", "192.0.2.7"), ("nobody", "198.51.100.7")):
        client = Client(HTTP_HOST="localhost", REMOTE_ADDR=address)
        said = [sign_in(client, who, "wrong") for _ in range(6)]
        answers.append([(answer.status_code, "Too many attempts" in answer.content.decode()) for answer in said])
    assert answers[0] == answers[1] == [(200, False)] * 5 + [(429, True)]


def test_guessing_elsewhere_keeps_nobody_out_of_their_own_device(desk, standing_still):
    with_password(desk, "planner")
    own = Client(HTTP_HOST="localhost", REMOTE_ADDR="192.0.2.7")
    assert sign_in(own, "planner").status_code == 302
    own.post("/logout")
    guesser = Client(HTTP_HOST="localhost", REMOTE_ADDR="192.0.2.9")  # the same network
    for _ in range(8):
        sign_in(guesser, "planner", "wrong")
    assert sign_in(guesser, "planner").status_code == 429
    assert sign_in(own, "planner").status_code == 302


def test_what_is_kept_of_guesses_names_nobody(desk):
    sign_in(Client(HTTP_HOST="localhost", REMOTE_ADDR="192.0.2.7"), "planner", "wrong")
    for row in rows.Guess.objects.all():
        assert re.fullmatch("[0-9a-f]{64}", row.key)
        assert row.key not in {hashlib.sha256(said.encode()).hexdigest() for said in ("planner", "192.0.2.7")}


def test_one_changes_the_own_password_and_other_sessions_end(desk):
    with_password(desk, "keeper")
    home = signed_in(desk, "keeper").get("/").content.decode()
    assert '<a href="/self">keeper</a>' in home
    assert 'action="/logout"' in home
    here, there = Client(HTTP_HOST="localhost"), Client(HTTP_HOST="localhost")
    sign_in(here, "keeper"), sign_in(there, "keeper")
    new = {"do": "password", "id": number(1), "old": PASSWORD, "new": "another long one", "again": "another long one"}
    assert here.post("/self", {**new, "old": "wrong"}).status_code == 409
    assert here.post("/self", {**new, "again": "other"}).status_code == 409
    assert here.post("/self", {**new, "new": "short", "again": "short"}).status_code == 409
    assert here.post("/self", new).status_code == 302
    assert (here.get("/").status_code, there.get("/").status_code) == (200, 302)
    assert not rows.Event.objects.filter(body__contains="another long one").exists()


def test_a_token_is_shown_once_and_revoked(desk):
    client = signed_in(desk, "keeper")
    asked = {"do": "token", "id": number(1), "name": "scale", "days": "30", "rights": [Right.SEE_STOCK.value]}
    page = client.post("/self", asked).content.decode()
    key = page.split('<code class="key">')[1].split("<")[0]
    row = rows.Token.objects.get()
    assert (row.rights, row.sha256 == key, len(key) >= 40) == (["see stock"], False, True)
    assert key not in client.get("/self").content.decode()
    revoke = {"do": "revoke", "id": number(2), "token": row.pk}
    assert client.post("/self", revoke).status_code == 302
    row.refresh_from_db()
    assert row.revoked_at is not None


@pytest.mark.parametrize("values", [{"days": "0"}, {"days": "367"}, {"days": "x"}, {"rights": []}])
def test_a_token_without_an_end_or_a_right_is_not_made(desk, values):
    asked = {"do": "token", "id": number(1), "name": "n", "days": "30", "rights": ["see stock"], **values}
    assert signed_in(desk, "keeper").post("/self", asked).status_code == 409
    assert not rows.Token.objects.exists()


def test_a_token_has_no_right_that_its_user_lacks_and_is_nobody_elses(desk):
    later = desk.now.replace(year=2099)
    with pytest.raises(NotAllowed):
        desk.do("make_token", "keeper", name="n", key="k" * 40, rights_=(Right.MANAGE_USERS,), expires_at=later)
    token = desk.do("make_token", "keeper", name="n", key="k" * 40, rights_=(Right.SEE_STOCK,), expires_at=later).id
    with pytest.raises(NotFound):
        desk.do("revoke_token", "planner", token=token)
    asked = {"do": "revoke", "id": number(2), "token": token}
    assert signed_in(desk, "planner").post("/self", asked).status_code == 404
    with pytest.raises(Refused):
        desk.do("change_password", "keeper", old="wrong", new=PASSWORD)


def test_the_last_administrator_is_let_in_on_the_terminal(coded):
    coded.do("require_codes", "admin", operation=coded.operation.pk, roles=(Role.PLANNER, Role.ADMIN))
    lost = with_password(coded, "admin")
    TOTPDevice.objects.create(user=lost, name="phone", confirmed=True)
    later = coded.now.replace(year=2099)
    coded.do("make_token", "admin", name="n", key="k" * 40, rights_=(Right.MANAGE_USERS,), expires_at=later)
    before = signed_in(coded, "admin")
    coded.do("let_in", "admin", password="another long password")
    assert not TOTPDevice.objects.filter(user=lost.pk).exists()
    assert not rows.Token.objects.filter(user=lost.pk, revoked_at=None).exists()
    assert before.get("/")["Location"] == "/login?next=/"
    client = Client(HTTP_HOST="localhost")
    assert sign_in(client, "admin").status_code != 302, "the old password opens nothing"
    assert sign_in(client, "admin", "another long password").status_code == 302
    assert client.get("/")["Location"] == "/code?next=/", "another phone is enrolled first"
    event = rows.Event.objects.order_by("-seq")[0]
    assert (event.kind, "another long" in event.body) == ("let in on the terminal", False)


def test_nobody_but_an_administrator_is_let_in_on_the_terminal(coded):
    TOTPDevice.objects.create(user=coded.people["planner"], name="phone", confirmed=True)
    with pytest.raises(Refused, match="only an administrator"):
        coded.do("let_in", "planner", password="another long password")
    rows.User.objects.filter(login="admin").update(is_active=False)
    coded.people["admin"].refresh_from_db()
    with pytest.raises(Refused, match="only an administrator"):
        coded.do("let_in", "admin", password="another long password")
    assert TOTPDevice.objects.filter(user=coded.people["planner"].pk).exists()
    assert coded.people["planner"].check_password(PASSWORD)
