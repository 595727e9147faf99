"""Behind TLS, and keys that are changed."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date

import pytest
from django.conf import settings
from django.test import Client, override_settings

from karavan.desk import signing
from karavan.domain.seals import opened
from tests.desk.test_guard_keys import PASSWORD, with_password
from tests.desk.test_guard_people import signed_in
from tests.desk.test_start import ROOT, environment

PROXIED = {"HTTP_ORIGIN": "https://localhost", "HTTP_REFERER": "https://localhost/login"}


def a_login(client, **headers):
    page = client.get("/login", **headers).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    given = {"username": "keeper", "password": PASSWORD, "csrfmiddlewaretoken": token}
    return client.post("/login", given, **headers).status_code


def test_forms_are_taken_behind_tls_when_the_proxy_says_so(desk):
    with_password(desk, "keeper")
    client = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    with override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https")):
        assert a_login(client, HTTP_X_FORWARDED_PROTO="https", **PROXIED) == 302
        # From another address a form is still from elsewhere.
        other = {**PROXIED, "HTTP_ORIGIN": "https://evil.example"}
        assert (
            a_login(Client(HTTP_HOST="localhost", enforce_csrf_checks=True), HTTP_X_FORWARDED_PROTO="https", **other)
            == 403
        )
    # Without the setting nobody is believed.
    assert (
        a_login(Client(HTTP_HOST="localhost", enforce_csrf_checks=True), HTTP_X_FORWARDED_PROTO="https", **PROXIED)
        == 403
    )


@pytest.mark.parametrize(("tls", "expected"), [("1", "True https"), ("0", "False None")])
def test_the_setting_follows_karavan_tls(tls, expected, tmp_path):
    code = (
        "from karavan.desk import settings as s; h = s.SECURE_PROXY_SSL_HEADER; "
        "print(s.SESSION_COOKIE_SECURE, h[1] if h else None)"
    )
    given = {**environment(), "KARAVAN_TLS": tls, "KARAVAN_FOLDER": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=given, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == expected


def test_with_another_key_everybody_signs_in_again(desk):
    client = signed_in(desk, "keeper")
    assert client.get("/").status_code == 200
    with override_settings(SECRET_KEY="another key, as long as it must be for signing sessions"):
        assert client.get("/").status_code == 302


def test_papers_signed_before_a_new_key_are_still_known(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "FOLDER", tmp_path)
    facts = {"operation": "OP", "series": "OP-AGD", "number": 1, "day": date(2023, 9, 22), "digest": "ab" * 32}
    before = signing.seal(**facts)
    (tmp_path / "waybill-keys" / "signing.key").unlink()
    after = signing.seal(**facts)
    assert opened(before).key != opened(after).key
    assert signing.is_ours(opened(before))
    assert signing.is_ours(opened(after))
    # Without its public key a paper is nobody's.
    (tmp_path / "waybill-keys" / f"{opened(before).key.hex()}.pub").unlink()
    assert not signing.is_ours(opened(before))
