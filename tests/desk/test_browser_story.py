"""
The whole story in a real browser, on a desk that was opened by its command: from a request to a closed waybill.

Told in two languages. With ``KARAVAN_SCREENSHOTS`` naming a folder each step leaves its picture there.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.desk.test_start import EXAMPLE, PASSWORD, ROOT, _until_there, environment, karavan

PATIENCE_MS = 60_000
SEARCH_MS = 240_000
ZONE = timedelta(hours=4)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    assert program, "this test needs Chromium on the PATH (make test installs it where it may)"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[str]:
    """A demo desk that answers at the address."""
    password = tmp_path / "password.txt"
    password.write_text(PASSWORD + "\n")
    made = karavan("desk", tmp_path / "desk", "--demo", EXAMPLE, "--password-file", password, "--prepare")
    assert made.returncode == 0, made.stderr
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "karavan", "desk", str(tmp_path / "desk"), "--port", str(port)]
    with (tmp_path / "log").open("w") as log:
        served = subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=log, stderr=log)
        try:
            _until_there(f"http://127.0.0.1:{port}/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            served.terminate()
            served.wait(timeout=60)
    told = karavan("verify", tmp_path / "desk")
    assert told.returncode == 0, told.stdout


class Office:
    """Everybody at the desk, each with a window; a language is chosen at the door."""

    def __init__(self, browser: Browser, address: str, language: str) -> None:
        self._browser, self._address, self._language = browser, address, language
        self._windows: dict[str, Page] = {}
        self._pictures = os.environ.get("KARAVAN_SCREENSHOTS", "")
        self._taken = 0
        self.complaints: list[str] = []

    def at(self, who: str, way: str = "") -> Page:
        """The window of that person, at the way if one is given."""
        if who not in self._windows:
            self._windows[who] = self._come(who)
        page = self._windows[who]
        if way:
            page.goto(self._address + way if way.startswith("/") else way)
            assert page.locator("html").get_attribute("lang") == self._language
        return page

    def _come(self, who: str) -> Page:
        # A cheap telephone for those who ask and who receive.
        width = 360 if who in {"rep", "receiver1", "receiver2"} else 1200
        page = self._browser.new_context(viewport={"width": width, "height": 800}).new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda told: self.complaints.append(f"{told.text} {told.location['url']}"))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(self._address + "/login")
        page.click(f"button[name=language][value={self._language}]")
        page.fill("[name=username]", who)
        page.fill("[name=password]", PASSWORD)
        page.click("main form button")
        expect(page.locator("form[action='/logout']")).to_have_count(1)
        return page

    def send(self, who: str, way: str, form: str = "", **values: str) -> Page:
        """The form of the page filled in and sent."""
        page = self.at(who, way)
        for name, value in values.items():
            field = page.locator(f'[name="{name.replace("_", "-")}"], [name="{name}"]').first
            if field.evaluate("it => it.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        page.locator(f"main form{form} button").first.click()
        page.wait_for_load_state()
        return page

    def picture(self, page: Page, name: str) -> None:
        """Looked at by people; what runs over the side of a telephone is found here."""
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, (name, wide)
        self._taken += 1
        if self._pictures:
            path = Path(self._pictures) / f"{self._language}-{self._taken:02d}-{name}.png"
            page.screenshot(path=path, full_page=True)


@pytest.mark.parametrize("language", ["az", "ru"])
def test_from_a_request_to_a_closed_waybill(browser: Browser, desk: str, language: str) -> None:
    office = Office(browser, desk, language)
    request = asked_for(office)
    decided(office, request)
    plan = planned(office)
    issued(office, plan)
    made_ready(office)
    for number in (1, 2):
        office.send("dispatcher", f"/waybills/{number}/dispatch")
    board = office.at("dispatcher", "/board")
    expect(board.locator("a[href='/waybills/1']")).to_have_count(1)
    office.picture(board, "board")
    received(office)
    assert office.complaints == []


def asked_for(office: Office) -> str:
    """2,000 kg of flour for 1,200 people, in the form for a telephone; the address of the request."""
    form = office.at("rep", "/requests/new")
    form.select_option("[name=place]", index=1)
    form.fill("[name=people]", "1200")
    form.select_option("[name=item-1]", index=1)
    form.fill("[name=quantity-1]", "2000")
    office.picture(form, "asking")
    form.click("[name=send]")
    expect(form.locator("h1")).to_contain_text("R-000001")
    office.picture(form, "asked")
    return form.url


def decided(office: Office, request: str) -> None:
    """In two levels: whoever has signed is not asked again."""
    for who in ("approver1", "approver2"):
        page = office.at(who, request)
        page.click("[name=decision][value=approve]")
        expect(page.locator("[name=decision]")).to_have_count(0)
    office.picture(office.at("approver2"), "approved")


def planned(office: Office) -> str:
    """One button, and a search that ends by itself at the plan."""
    page = office.at("planner", "/plans")
    page.select_option("[name=limit_s]", index=0)
    page.click("main form[action='/plans/ask'] button")
    page.wait_for_url(re.compile(r"/plans/[0-9a-f-]{36}$"), timeout=SEARCH_MS)
    office.picture(page, "plan")
    expect(page.locator("form[action$='/approve']")).to_have_count(0)
    return page.url


def issued(office: Office, plan: str) -> None:
    """A second person signs; then waybills are issued, printed and loaded: ten kilograms are left behind."""
    office.send("approver1", plan, "[action$='/approve']")
    page = office.send("dispatcher", plan, "[action$='/issue']")
    for number in (1, 2):
        expect(page.locator(f"a[href='/waybills/{number}']").first).to_be_visible()
    for number in (1, 2):
        way = f"/waybills/{number}"
        token = office.at("dispatcher", way).locator("input[name=csrfmiddlewaretoken]").last.input_value()
        key = page.locator(f"form[action='{way}/print'] input[name=id]").input_value()
        paper = page.request.post(
            page.url + "/print",
            form={"csrfmiddlewaretoken": token, "id": key},
            headers={"Referer": page.url},
        )
        assert paper.body().startswith(b"%PDF")
    page = office.send("storekeeper", "/waybills/1/load", loaded_1="990", remark="-10")
    office.picture(page, "loaded")
    office.send("storekeeper", "/waybills/2/load", loaded_1="1000")


def made_ready(office: Office) -> None:
    """The road's office allows the convoys, and all six conditions of each gate are signed."""
    for convoy in (1, 2):
        asked = {"kind": "clearance", "authority": "Office of roads", "reference": f"N-{convoy}", "lead": "1"}
        page = office.send("dispatcher", f"/clearances/new?convoy={convoy}", convoy=str(convoy), **asked)
        answer = page.locator("a[href$='/answer']").get_attribute("href")
        answered(office, str(answer))
        for _ in range(6):
            page = office.at("dispatcher", f"/convoys/{convoy}")
            page.locator("form[action$='/gate']:has(input[name=met][value=yes]) button").first.click()
        page = office.at("dispatcher", f"/convoys/{convoy}")
        expect(page.locator("form[action$='/gate']:has(input[name=met][value=yes])")).to_have_count(0)
    office.picture(page, "gate")


def answered(office: Office, way: str) -> None:
    page = office.at("dispatcher", way)
    page.select_option("[name=answer]", "granted")
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    expect(page.locator("[role=alert]")).to_have_count(0)


def received(office: Office) -> None:
    """Another ten are missing on arrival: written off by two, and then nothing of it is on the road."""
    now = (datetime.now(UTC) + ZONE).strftime("%Y-%m-%dT%H:%M")
    office.picture(office.at("receiver1", "/waybills/1/receive"), "receiving")
    office.send("receiver1", "/waybills/1/receive", **{"arrived-1": "980"}, counted_at=now)
    page = office.send("receiver1", "/waybills/2/receive", **{"arrived-1": "1000"}, counted_at=now)
    closed = page.locator(".state").first.inner_text()
    office.picture(office.at("receiver1", "/waybills/1/loss"), "loss")
    office.send("receiver1", "/waybills/1/loss")
    page = office.at("receiver2", "/losses")
    page.locator("main a[href^='/losses/']").first.click()
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    page = office.at("auditor", "/waybills/1")
    expect(page.locator(".state").first).to_have_text(closed)
    office.picture(page, "closed")
