"""Health, readiness, figures and the log: what they tell, and that nothing of anybody gets into them."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from contextlib import contextmanager
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest
from django.conf import settings
from django.test import Client

from karavan.desk import condition, models as rows
from karavan.desk.installed import query
from karavan.desk.protect import expected
from karavan.desk.views import home
from tests.desk.test_guard_people import signed_in
from tests.desk.test_start import PASSWORD, ROOT, environment, karavan

CANARY = "Kanarienvogel"


@pytest.fixture
def complete(database, tmp_path, monkeypatch):
    """A desk's folder with its key, whose worker was seen just now."""
    monkeypatch.setattr(settings, "FOLDER", tmp_path)
    (tmp_path / "secret.key").write_text(settings.SECRET_KEY)
    (tmp_path / condition.WORKER).touch()
    monkeypatch.delenv("KARAVAN_METRICS_TOKEN", raising=False)
    return tmp_path


def get(path, **extra):
    return Client(HTTP_HOST="localhost").get(path, **extra)


def test_a_complete_desk_is_ready(complete):
    answer = get("/ready")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_each_part_that_is_wanting_is_named(complete, database, monkeypatch):
    def said():
        answer = get("/ready")
        assert answer.status_code == 503
        return answer.content.decode()

    with monkeypatch.context() as patch:
        patch.setattr(condition, "SEEN_WITHIN_S", -1)
        assert said() == "not ready: worker"
    with monkeypatch.context() as patch:
        patch.setattr(condition, "LEAST_FREE", 2**62)
        assert said() == "not ready: disk"
    (complete / "secret.key").write_text("another one")
    assert said() == "not ready: key"
    (complete / "secret.key").write_text(settings.SECRET_KEY)
    name = next(iter(expected(database)))
    query(f"DROP TRIGGER {name}" + ("" if database == "sqlite" else " ON desk_event"))
    assert said() == "not ready: guards"


def test_figures_are_for_this_machine_or_for_the_token(complete, monkeypatch):
    assert get("/metrics").status_code == 200
    assert get("/metrics", REMOTE_ADDR="::1").status_code == 200
    assert get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 404
    # A proxy on this machine brings others.
    for header in ("X_FORWARDED_FOR", "FORWARDED", "X_REAL_IP", "VIA"):
        assert get("/metrics", **{f"HTTP_{header}": "192.0.2.7"}).status_code == 404
    with monkeypatch.context() as patch:
        patch.setattr(settings, "SESSION_COOKIE_SECURE", True)
        assert get("/metrics").status_code == 404
    monkeypatch.setenv("KARAVAN_METRICS_TOKEN", "a long token")
    for wrong in ("", "Bearer ", "Bearer another", "a long token", "Bearer ä"):
        assert get("/metrics", HTTP_AUTHORIZATION=wrong).status_code == 404
    right = {"HTTP_AUTHORIZATION": "Bearer a long token", "REMOTE_ADDR": "192.0.2.7", "HTTP_VIA": "x"}
    assert get("/metrics", **right).status_code == 200


LINE = re.compile(r'[a-z_]+(\{([a-z]+="[A-Za-z0-9_.+-]*",?)*\})? -?[0-9.e+-]+')


def test_figures_count_answers_and_name_nothing(complete, desk):
    client = signed_in(desk, "auditor")
    before = value(get("/metrics"), 'karavan_answers_total{route="request",method="GET",status="404"}')
    client.get(f"/requests/{desk.id()}")
    client.get(f"/{CANARY}?q={CANARY}")
    answer = get("/metrics")
    assert value(answer, 'karavan_answers_total{route="request",method="GET",status="404"}') == before + 1
    assert value(answer, "karavan_events_total") == rows.Head.objects.get().seq
    assert value(answer, 'karavan_ready{part="worker"}') == 1
    bucket = value(answer, 'karavan_answer_seconds_bucket{route="request",le="+Inf"}')
    assert bucket == value(answer, 'karavan_answer_seconds_count{route="request"}') >= 1
    text = answer.content.decode()
    for line in text.splitlines():
        assert line.startswith("# ") or LINE.fullmatch(line), line
    names = [row.login for row in rows.User.objects.all()] + [row.plate for row in rows.Vehicle.objects.all()]
    quoted = set(re.findall(r'"([^"]*)"', text))
    assert CANARY not in text
    assert not quoted & {*names, *rows.Place.objects.values_list("code", flat=True)}


def value(answer, name):
    found = [line.rpartition(" ")[2] for line in answer.content.decode().splitlines() if line.startswith(f"{name} ")]
    return float(found[0]) if found else 0.0


def test_an_error_of_ours_is_written_without_its_words(desk, monkeypatch, capsys):
    def broken(user):
        raise ValueError(f"Key (login)=({CANARY}) already exists")

    monkeypatch.setattr(home, "_waiting", broken)
    client = signed_in(desk, "auditor")
    client.raise_request_exception = False
    answer = client.get(f"/?q={CANARY}", HTTP_USER_AGENT=CANARY)
    assert answer.status_code == 500
    said = capsys.readouterr()
    (line,) = (line for line in said.out.splitlines() if line.startswith("{"))
    told = json.loads(line)
    assert (told["error"], told["route"], told["request"]) == ("ValueError", "home", answer["X-Request-ID"])
    assert told["at"][-1].startswith("desk/test_ops_watch.py:")
    assert CANARY not in said.out + said.err + answer.content.decode()


@contextmanager
def served(folder, **extra):
    """A desk that serves; all that it said stands in ``said.txt`` beside its folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "karavan", "desk", str(folder), "--port", str(port)]
    with (folder.parent / "said.txt").open("wb") as said:
        process = subprocess.Popen(command, cwd=ROOT, env={**environment(), **extra}, stdout=said, stderr=said)
        try:
            yield port
        finally:
            process.terminate()
            process.wait(timeout=60)


def call(opener, address, data=None, **headers):
    try:
        with opener.open(Request(address, data, headers), timeout=30) as answer:
            return answer.status, answer.read()
    except HTTPError as error:
        with error:
            return error.code, error.read()


def test_nothing_of_anybody_gets_into_the_log_of_a_desk_that_serves(tmp_path):
    from tests.desk.test_start import _until_there

    (tmp_path / "password.txt").write_text(PASSWORD)
    folder = tmp_path / "desk"
    made = karavan("desk", folder, "--password-file", tmp_path / "password.txt", "--prepare")
    assert made.returncode == 0, made.stderr
    bird = {"User-Agent": CANARY, "Referer": f"http://localhost/{CANARY}", "X-Request-ID": CANARY, "Cookie": CANARY}
    with served(folder, KARAVAN_LOG="json") as port:
        at = f"http://127.0.0.1:{port}"
        assert _until_there(f"{at}/health") == b"ok"
        plain, jar = build_opener(), CookieJar()
        assert call(plain, f"{at}/{CANARY}?q={CANARY}", **bird)[0] == 404
        assert call(plain, f"{at}/link/{CANARY}", **bird)[0] in (200, 404, 409)
        assert call(plain, f"{at}/waybills?q={CANARY}", **bird)[0] == 200
        assert call(plain, f"{at}/api/requests/{CANARY}", Authorization=f"Bearer {CANARY}")[0] == 401
        assert call(plain, f"{at}/api/actions/enter_request", CANARY.encode(), Authorization="Bearer x")[0] == 401
        assert call(plain, f"{at}/", Host=f"{CANARY}.example")[0] == 400
        opener = build_opener(HTTPCookieProcessor(jar))
        for password in (CANARY, PASSWORD):
            page = call(opener, f"{at}/login")[1].decode()
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
            sent = {"username": "admin", "password": password, "csrfmiddlewaretoken": token[1] if token else ""}
            call(opener, f"{at}/login", urlencode(sent).encode(), Referer=f"{at}/login")
        assert call(opener, f"{at}/people?q={CANARY}", **{"User-Agent": CANARY})[0] in (200, 403)
        assert b"karavan_answers_total" in call(plain, f"{at}/metrics")[1]
        assert call(plain, f"{at}/ready") == (200, b"ok")
    said = (tmp_path / "said.txt").read_text()
    for secret in (CANARY, PASSWORD, "admin", "127.0.0.1 "):
        assert secret not in said
    lines = [json.loads(line) for line in said.splitlines() if line.startswith('{"time"')]
    assert {"none", "link", "api-one-requests", "login", "metrics"} <= {line["route"] for line in lines}
    assert all(set(line) == {"time", "request", "route", "method", "status", "ms"} for line in lines)
    assert len({line["request"] for line in lines}) == len(lines)
