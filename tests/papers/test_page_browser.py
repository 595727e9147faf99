"""plan.html in a real browser, from disk, on a desk, a phone and paper."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from karavan.papers.page import write_page
from tests.papers.page_world import a_full_plan, a_full_situation, a_large_world
from tests.papers.test_page import HOSTILE, poisoned

WIDTHS = (1280, 360)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    assert program, "these tests need Chromium on the PATH (make test installs it where it may)"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "plan.html"
    situation = a_full_situation()
    write_page(path, situation, a_full_plan(situation))
    return path


class Seen:
    """What a page asked for, wrote to the console, and put in front of the reader."""

    def __init__(self, page: Page) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: (self.complaints.append(dialog.message), dialog.dismiss()))


def opened(browser: Browser, file: Path, width: int = 1280, **options: object) -> tuple[Page, Seen]:
    page = browser.new_context(viewport={"width": width, "height": 800}, offline=True, **options).new_page()  # type: ignore[arg-type]
    seen = Seen(page)
    page.goto(file.as_uri())
    return page, seen


@pytest.mark.parametrize("width", WIDTHS)
def test_opens_from_disk_without_a_request_or_a_complaint(browser: Browser, file: Path, width: int) -> None:
    page, seen = opened(browser, file, width)
    page.wait_for_selector("#live canvas")
    assert seen.requests == [file.as_uri()]
    assert seen.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.context.close()


def test_the_scale_of_the_map_speaks_the_language_of_the_page(browser: Browser, tmp_path: Path) -> None:
    situation = a_full_situation()
    write_page(tmp_path / "plan.html", situation, a_full_plan(situation), "hy")
    page, _seen = opened(browser, tmp_path / "plan.html")
    scale = page.locator(".leaflet-control-scale-line")
    before = scale.inner_text()
    assert re.fullmatch(r"\d+\s(կմ|մ)", before)
    page.locator(".leaflet-control-zoom-in").click()
    line = "document.querySelector('.leaflet-control-scale-line')"
    page.wait_for_function(f"said => {line}.innerText !== said", arg=before)
    assert re.fullmatch(r"\d+\s(կմ|մ)", scale.inner_text())
    page.context.close()


def test_the_policy_stops_a_request(browser: Browser, file: Path) -> None:
    page, seen = opened(browser, file)
    with page.expect_console_message(lambda message: "Content Security Policy" in message.text):
        page.evaluate("new Image().src = 'http://127.0.0.1:9/beacon.png'")
    assert page.evaluate("fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'stopped')") == "stopped"
    for directive in ("img-src data:", "default-src 'none'"):
        assert any(directive in complaint for complaint in seen.complaints)
    page.context.close()


def test_a_journey_is_chosen_by_keyboard_and_by_click(browser: Browser, file: Path) -> None:
    page, _seen = opened(browser, file)
    button = page.locator("button[data-journey=J2]")
    button.focus()
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-pressed") == "true"
    assert page.locator(".jr.is-chosen").count() == 1
    assert page.locator("#live .turn").count() == 2  # Aghdam is stops 1 and 3, Khankendi stop 2
    page.keyboard.press("Escape")
    assert page.locator(".jr.is-chosen, #live .turn, button[aria-pressed=true]").count() == 0
    page.locator("svg.hours g[data-journey=J3] rect.drive").first.click()
    assert page.locator("button[data-journey=J3]").get_attribute("aria-pressed") == "true"
    page.context.close()


def test_a_place_on_the_map_tells_all_its_names(browser: Browser, file: Path) -> None:
    page, _seen = opened(browser, file)
    page.locator("#live .leaflet-marker-icon[title=Askeran]").click()
    popup = page.locator(".leaflet-popup-content").inner_text()
    assert all(name in popup for name in ("Askeran", "Əsgəran", "Ասկերան", "Аскеран", "checkpoint"))
    page.context.close()


def test_no_flag_no_border_no_base_map(browser: Browser, file: Path) -> None:
    page, _seen = opened(browser, file)
    page.wait_for_selector("#live canvas")
    assert page.locator(".leaflet-control-attribution, .leaflet-tile, #live img").count() == 0
    page.context.close()


def test_zoom_buttons_widen_the_hours(browser: Browser, file: Path) -> None:
    page, _seen = opened(browser, file, 360)
    hours = page.locator("svg.hours").first
    before = hours.bounding_box()["width"]  # type: ignore[index]
    page.locator("button[data-zoom=in]").click()
    assert hours.bounding_box()["width"] > 1.3 * before  # type: ignore[index]
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.context.close()


def test_without_scripts_tables_timeline_and_a_still_map_are_there(browser: Browser, file: Path) -> None:
    page, _seen = opened(browser, file, java_script_enabled=False)
    assert page.locator("svg.drawing").is_visible()
    assert page.locator("svg.hours").first.is_visible()
    assert not page.locator("#live").is_visible()
    assert not page.locator("button[data-journey=J1]").is_visible()
    assert page.get_by_text("road Khankendi – Shusha is closed until 2023-09-23 14:00").is_visible()
    page.context.close()


def test_on_a_phone_the_reasons_are_in_sight(browser: Browser, file: Path) -> None:
    """Nothing hides at the side of a table that must be read."""
    page, _seen = opened(browser, file, 360)
    box = page.locator(".reasons li").first.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    page.context.close()


def test_on_paper_map_timeline_and_tables_are_printed(browser: Browser, file: Path, tmp_path: Path) -> None:
    page, _seen = opened(browser, file)
    page.pdf(path=tmp_path / "plan.pdf", prefer_css_page_size=True, print_background=False)
    page.emulate_media(media="print")
    assert page.locator("svg.drawing").is_visible()
    assert not page.locator("#live").is_visible()
    assert not page.locator("nav").is_visible()
    page.context.close()
    done = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "plan.pdf", "-"], capture_output=True, check=True, text=True
    )
    for word in ("Left behind, and why", "is closed until", "Askeran", "T1", "10:50", "Ստեփանակերտ"):
        assert word in done.stdout
    size = subprocess.run(["pdfinfo", tmp_path / "plan.pdf"], capture_output=True, check=True, text=True).stdout
    assert "A4" in size


def test_a_table_never_begins_with_its_head_alone_at_the_foot_of_a_sheet(
    browser: Browser, file: Path, tmp_path: Path
) -> None:
    """Pushed down by 10 mm at a time, the heading, caption and head of the journeys come to every place on a sheet."""
    page, _seen = opened(browser, file)
    for push_mm in range(150, 280, 10):
        page.evaluate(
            """push => {
                const section = document.querySelector('section[aria-labelledby=journeys]');
                document.querySelector('main').replaceChildren(section);
                section.style.marginTop = push + 'mm';
            }""",
            push_mm,
        )
        page.pdf(path=tmp_path / "plan.pdf", prefer_css_page_size=True)
        done = subprocess.run(
            ["pdftotext", "-layout", tmp_path / "plan.pdf", "-"], capture_output=True, check=True, text=True
        )
        sheet = next(text for text in done.stdout.split("\f") if "All journeys" in text)
        assert "J1" in sheet, push_mm
    page.context.close()


def test_on_a_phone_every_place_has_its_name_and_none_lies_on_another(browser: Browser, file: Path) -> None:
    page, _seen = opened(browser, file, 390)
    page.wait_for_selector("#live .label")
    names = page.locator("#live .label bdi").all_inner_texts()
    assert sorted(names) == sorted(place.name() for place in a_full_situation().places)
    boxes = [label.bounding_box() for label in page.locator("#live .label").all()]
    for one, other in combinations(boxes, 2):
        assert one is not None
        assert other is not None
        beside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
        above = one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
        assert beside or above
    # Where a name must stand on a way, the ground behind its letters keeps it readable.
    ground = page.locator("#live .label").first.evaluate("label => getComputedStyle(label).backgroundColor")
    assert ground == "rgba(255, 255, 255, 0.88)"
    page.context.close()


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_texts_do_nothing(browser: Browser, tmp_path: Path, number: int) -> None:
    situation = a_full_situation()
    poison = HOSTILE[number]
    write_page(tmp_path / "plan.html", poisoned(situation, poison), poisoned(a_full_plan(situation), poison))
    page, seen = opened(browser, tmp_path / "plan.html", 360)
    page.wait_for_selector("#live canvas")
    for marker in page.locator("#live .leaflet-marker-icon.leaflet-interactive[title]").all()[:2]:
        marker.dispatch_event("click")
    page.locator("button[data-journey]").first.click()
    assert seen.complaints == []
    assert seen.requests == [(tmp_path / "plan.html").as_uri()]
    assert page.locator("img, iframe, [onerror], [onload], [onfocus], textarea").count() == 0
    assert page.locator("script").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.context.close()


def test_a_thousand_delivery_points_open_and_answer_quickly(browser: Browser, tmp_path: Path) -> None:
    """No stopwatch: the map is one canvas, and names on it stay few."""
    situation, plan = a_large_world(1_000, 60)
    write_page(tmp_path / "plan.html", situation, plan)
    page, seen = opened(browser, tmp_path / "plan.html")
    page.wait_for_selector("#live canvas")
    assert page.locator("#live canvas").count() == 1
    assert 0 < page.locator("#live .label").count() <= 400
    assert page.locator("#live *").count() < 1_500
    assert seen.complaints == []
    page.context.close()
