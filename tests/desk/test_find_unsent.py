"""A form that was sent after the session had ended: nothing is written, nothing is lost, nobody else sees it."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from karavan.desk import models as rows

PASSWORD = "sixteen letters!!"
WORD = "Halva & <b>tea</b>"


def token(client, address):
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(address).content.decode())
    return found.group(1)


def came_in(client, who, **more):
    values = {"username": who, "password": PASSWORD, "csrfmiddlewaretoken": token(client, "/login"), **more}
    return client.post("/login", values)


@pytest.fixture
def browser(desk):
    """The officer at a browser that checks forms, with a page open while the session ends."""
    for who in ("officer", "planner"):
        desk.people[who].set_password(PASSWORD)
        desk.people[who].save()
    client = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    came_in(client, "officer")
    return client


def ended():
    Session.objects.all().delete()


def wanted(desk, mark):
    return {
        "id": str(desk.id()), "opened": desk.now.isoformat(), "place": str(desk.place("KHN").pk), "people": "500",
        "organisation": WORD, "lines": "3", "item-1": "FLOUR", "quantity-1": "70", "priority-1": "1", "send": "1",
        "csrfmiddlewaretoken": mark,
    }  # fmt: skip


def left(client, desk):
    values = wanted(desk, token(client, "/requests/new"))
    ended()
    return client.post("/requests/new", values)


def test_what_was_typed_comes_back_in_its_own_form_and_is_written_once(browser, desk):
    before = rows.Request.objects.count()
    answer = left(browser, desk)
    assert answer["Location"] == "/login?next=/requests/new"
    assert came_in(browser, "officer", next="/requests/new")["Location"] == "/requests/new"
    page = browser.get("/unsent").content.decode()
    assert "Halva" not in page
    assert 'href="/requests/new"' in page
    assert rows.Request.objects.count() == before
    form = browser.get("/requests/new").content.decode()
    assert 'value="Halva &amp; &lt;b&gt;tea&lt;/b&gt;"' in form
    assert 'value="70"' in form
    assert "nothing was written" in form
    again = {**wanted(desk, token(browser, "/requests/new")), "id": re.search(r'name="id" value="([^"]+)"', form)[1]}
    assert browser.post("/requests/new", again).status_code == 302
    assert rows.Request.objects.count() == before + 1
    assert browser.get("/unsent")["Location"] == "/"
    assert "Halva" not in browser.get("/requests/new").content.decode()


def test_a_form_of_a_list_of_fields_comes_back_too(browser, desk):
    road = rows.Road.objects.filter(operation=desk.operation).first().pk
    mark = token(browser, f"/roads/{road}/report")
    ended()
    browser.post(f"/roads/{road}/report", {"id": str(desk.id()), "source": WORD, "csrfmiddlewaretoken": mark})
    came_in(browser, "officer")
    page = browser.get(f"/roads/{road}/report").content.decode()
    assert 'value="Halva &amp; &lt;b&gt;tea&lt;/b&gt;"' in page
    assert 'role="alert"' not in page.split("<main")[1]
    # Elsewhere it is said, and nothing is filled in.
    other = rows.Road.objects.filter(operation=desk.operation).last().pk
    page = browser.get(f"/roads/{other}/report").content.decode()
    assert "Halva" not in page
    assert 'href="/unsent"' in page


def test_nobody_else_gets_it(browser, desk):
    left(browser, desk)
    came_in(browser, "planner")
    for address in ("/unsent", "/requests/new", "/"):
        assert "Halva" not in browser.get(address, follow=True).content.decode()
    browser.post("/logout", {"csrfmiddlewaretoken": token(browser, "/")})
    came_in(browser, "officer")
    assert "Halva" not in browser.get("/unsent", follow=True).content.decode()


@pytest.mark.parametrize("how", ["no mark", "signed out", "forged", "another browser", "a password", "too much"])
def test_what_is_not_kept(browser, desk, how):
    values, client, address = wanted(desk, token(browser, "/requests/new")), browser, "/requests/new"
    if how == "signed out":
        browser.post("/logout", {"csrfmiddlewaretoken": values["csrfmiddlewaretoken"]})
    ended()
    if how == "no mark":
        values.pop("csrfmiddlewaretoken")
    elif how == "forged":
        browser.cookies["last"] = desk.people["officer"].pk.hex
    elif how == "another browser":
        client = Client(HTTP_HOST="localhost")
    elif how == "a password":
        address = "/self"
    elif how == "too much":
        values["organisation"] = "x" * 100_001
    answer = client.post(address, values)
    assert answer["Location"] == f"/login?next={address}"
    assert Session.objects.count() == 0


def test_what_has_no_form_of_its_own_is_sent_by_a_button_or_thrown_away(browser, desk):
    asked = rows.Request.objects.filter(operation=desk.operation, approval="draft").first()
    for button in ("send", "throw"):
        mark = token(browser, "/requests")
        ended()
        address = f"/requests/{asked.pk}/submit"
        sent = {"id": str(desk.id()), "remark": WORD, "csrfmiddlewaretoken": mark}
        assert browser.post(address, sent)["Location"] == "/login?next=/unsent"
        came_in(browser, "officer")
        page = browser.get("/unsent").content.decode()
        assert "&lt;b&gt;tea" in page
        assert "<b>tea" not in page
        assert f'action="{address}"' in page
        assert f'name="id" value="{sent["id"]}"' in page
        mark = token(browser, "/unsent")
        if button == "throw":
            assert browser.post("/unsent", {"csrfmiddlewaretoken": mark})["Location"] == "/"
        else:
            assert browser.post(address, {**sent, "csrfmiddlewaretoken": mark}).status_code == 302
            asked.refresh_from_db()
            assert asked.approval == "submitted"
        assert browser.get("/unsent").status_code == 302


def test_files_are_not_kept_and_it_is_said(browser, desk):
    mark = token(browser, "/requests/import")
    ended()
    book = SimpleUploadedFile("secret-names.xlsx", b"PK")
    browser.post("/requests/import", {"id": str(desk.id()), "file": book, "csrfmiddlewaretoken": mark})
    came_in(browser, "officer")
    page = browser.get("/unsent").content.decode()
    assert "Files are not kept" in page
    assert "Send it now" not in page
    assert "secret-names" not in page


def test_the_second_factor_comes_first(browser, desk):
    desk.people["officer"].one_code_required = True
    desk.people["officer"].save()
    ended()
    browser = Client(HTTP_HOST="localhost")
    came_in(browser, "officer")
    assert browser.get("/unsent")["Location"] == "/code?next=/unsent"
