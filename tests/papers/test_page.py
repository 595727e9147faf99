"""plan.html as text: what it says, that it says it safely, and that every word of it can be translated."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import datetime
from enum import Enum
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from karavan.domain.hours import Hours
from karavan.domain.message import Message, PlaceName
from karavan.domain.plans import Plan, Share, Unserved
from karavan.domain.units import Measure
from karavan.domain.value import measure
from karavan.papers.page import page, view as view_module, write_page
from karavan.papers.page.html import Html, element, join
from karavan.papers.page.timeline import scale_of
from karavan.papers.page.view import View
from tests.cast import START, a_plan, a_situation
from tests.papers.page_world import a_full_plan, a_full_situation, a_large_world

STYLE = Path(__file__).parents[2] / "frontend" / "src" / "page.css"
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    '"><script>alert(1)</script>',
    "</script><script>alert(1)</script>",
    "</style></title></textarea><svg onload=alert(1)>",
    "' autofocus onfocus=alert(1) x='",
    "</script x <!-- y",
    "<!--<script>",
    "--><iframe src=javascript:alert(1)>",
    "&lt;b&gt; &amp; &#60;i&#62;",
    "{{7*7}} ${7*7} %(x)s {0} {name}",
    "\u202eleft to right\u202c \u2028 \u2066 شاحنة",
    "\ud800",
    "x" * 2_000,
)


class Reader(HTMLParser):
    """Tags in order, texts with the tag they stand in, attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((tuple(self.open), data))

    def text(self) -> str:
        words = "".join(text for tags, text in self.texts if not {"script", "style"} & set(tags))
        return words.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.fixture(scope="module")
def full() -> str:
    situation = a_full_situation()
    return page(situation, a_full_plan(situation))


def test_element_escapes_texts_and_attributes_and_keeps_markup() -> None:
    made = element("a", "<b>", element("i", "&"), href='"><x>', data_x=1, hidden=False, open=True)
    assert made == '<a href="&quot;&gt;&lt;x&gt;" data-x="1" open>&lt;b&gt;<i>&amp;</i></a>'
    assert join("<", Html("<br/>"), None) == "&lt;<br/>"


def test_the_figures_are_said(full: str) -> None:
    """
    Shusha's 2,000 kg of 400 people stay; the other five needs of 1,000 people each are met.

    Delivered: needs weigh their request's people, 5 x 1000 met of 5 x 1000 + 400: 5000 / 5400 = 92.6 %. The bound was
    given as 0.8 of the waiting, so a fifth could be gained.
    """
    words = Reader(full).text()
    assert "1 of 6 lines is left behind, whole or in part." in words
    assert "92.6 %" in words
    assert "at most 20 % could still be gained" in words
    assert "roads from the road sheet of the workbook" in words


def test_what_could_be_gained_is_said_of_plans_with_the_same_shares() -> None:
    """Waiting W, no plan below 0.8 W, none with these shares below 0.9 W: a tenth could be gained."""
    situation = a_full_situation()
    plan = a_full_plan(situation)
    words = Reader(page(situation, replace(plan, shared_bound_person_h=0.9 * plan.value.waiting_person_h))).text()
    assert "no plan that shares scarce goods like this one can have less than" in words
    assert "at most 10 % could still be gained" in words


def test_a_bound_that_says_no_more_than_the_other_is_not_shown_beside_it() -> None:
    """Both are 0.8 W: one row. At 0.9 W the bound of plans that share alike has its own."""
    situation = a_full_situation()
    plan = a_full_plan(situation)
    own = "bound: no plan that shares scarce goods like this one can have less"
    for part, rows in ((0.8, 0), (0.9, 1)):
        shared = replace(plan, shared_bound_person_h=part * plan.value.waiting_person_h)
        words = Reader(page(situation, shared)).text()
        assert (words.count(own), words.count("bound: no plan can have less")) == (rows, 1)


def test_a_line_that_nobody_approved_is_not_counted_as_left_behind() -> None:
    """REQ-3 is a draft: its line is told with its reason, and the sentence counts the five needs of the others."""
    draft = Unserved(need="REQ-3/1", item="FLOUR", place="KHN", quantity=100, reasons=(Message("REQ-3 is a draft"),))
    words = Reader(page(a_situation(), a_plan(unserved=(draft,)))).text()
    assert "Everything that was approved is delivered." in words
    assert "Lines that are not approved, and not planned: 1." in words
    none, apart, why = map(words.index, ("Nothing is left behind.", "Not approved, so not planned", "REQ-3 is a draft"))
    assert none < apart < why


def test_reasons_come_before_journeys_and_name_places_in_the_language(full: str) -> None:
    words = Reader(full).text()
    reason = words.index("road Khankendi – Shusha is closed until 2023-09-23 14:00")
    assert reason < words.index("journey J2 now goes first") < words.index("Journey J1, vehicle T1")
    situation = a_full_situation()
    assert "road Xankəndi – Şuşa is closed until" in Reader(page(situation, a_full_plan(situation), "az")).text()


def test_a_place_is_called_by_all_its_names(full: str) -> None:
    words = Reader(full).text()
    assert all(name in words for place in a_full_situation().places for _language, name in place.names)
    tagged = re.findall(r'<bdi lang="hy">([^<]*)</bdi>', full)
    assert "Ստեփանակերտ" in tagged


def test_scarce_goods_say_the_share(full: str) -> None:
    """6,000 of 8,000 kg: three quarters each is the limit; Shusha gets nothing, the others all: that is what came."""
    words = Reader(full).text()
    assert "shared by need, about 75 % each in whole handling units: with the journeys" in words
    assert "planned the parts are 0 % to 100 %" in words


def test_one_reason_of_many_lines_is_said_once() -> None:
    """Two of the three lines wait for the same reason, with other figures in it."""
    reasons = tuple(
        Message("{item} {mass} short, this one {own} %", item="FLOUR", mass=mass, own=own)
        for mass, own in ((Measure(1_100_000, "g"), 40), (Measure(900_000, "g"), 57))
    )
    rows = (
        Unserved(need="REQ-1/1", item="FLOUR", place="KHN", quantity=1_100, reasons=reasons[:1]),
        Unserved(need="REQ-1/2", item="SOAP", place="KHN", quantity=100, reasons=(Message("no soap"),)),
        Unserved(need="REQ-1/3:FLOUR", item="FLOUR", place="KHN", quantity=900, reasons=reasons[1:]),
    )
    words = " ".join(Reader(page(a_situation(), a_plan(unserved=rows))).text().split())
    assert words.count("short, this one") == 1
    assert "FLOUR 900 kg to 1.1 t short, this one 40 to 57 %" in words
    assert "REQ-1/3:FLOUR 900 of 1 000, Khankendi REQ-1/1 1 100 of 5 000" in words
    assert "no soap" in words


def test_figures_are_grouped_in_one_way(full: str) -> None:
    assert re.findall(r"(?<![\w/.])\d{4,}(?: |\xa0)(?:kg|×)", Reader(full).text()) == []


def test_stock_after_is_what_was_there_less_what_is_loaded_and_baked(full: str) -> None:
    """
    Flour at Aghdam: 6,000 + 10,000, of which 5,000 + 1,000 are loaded: 10,000 stay, 1,000 of them reserved. At the
    bakery 1,000, of which 4 x 200 loaves of 0.4 kg are baked: 680 stay.
    """
    body = re.search(r"Stock and bakery output.*?<tbody>(.*?)</tbody>", full, re.S)
    assert body is not None
    rows = [
        [word.replace("\u202f", "") for word in re.findall(r"([\d\u202f]+)\xa0kg", row)]
        for row in body[1].split("</tr>")
        if "flour" in row
    ]
    assert rows == [["16000", "6000", "10000", "1000"], ["1000", "0", "320", "680"]]
    assert "Used for baking" in full
    assert "Used for baking" not in page(a_situation(production=()), Plan())


def test_one_share_is_said_in_one_way_on_the_whole_page() -> None:
    """3,430 of 5,000 kg are 68.6 %: 69 % in the table of places and in how scarce goods are shared; the map says 94 %.

    The map's is the mean of five needs: (0.686 + 4) / 5 = 93.7 %.
    """
    delivered = a_plan()
    load = replace(delivered.journeys[0].stops[0].loads[0], quantity=3_430)
    first, there, home = delivered.journeys[0].stops
    journey = replace(
        delivered.journeys[0],
        stops=(
            replace(first, loads=(load, *first.loads[1:])),
            replace(there, unloads=(load, *there.unloads[1:])),
            home,
        ),
    )
    share = Share(item="FLOUR", needed=5_000, available=3_430, shares=(("REQ-1/1", 3_430),))
    made = replace(delivered, journeys=(journey, *delivered.journeys[1:]), shares=(share,))
    html = page(a_situation(), made)
    words = Reader(html).text()
    assert "at most 69 % each: everybody gets 69 %" in words
    assert '<b class="bad">69\xa0%</b>' in html
    assert "gets 94\xa0% of its need" in html
    assert "68 %" not in words.replace("\xa0", " ")


def test_scarce_goods_that_nobody_gets_are_not_shared() -> None:
    share = Share(item="BREAD", needed=400, available=100, shares=(("REQ-2/1", 100),))
    words = Reader(page(a_situation(), a_plan(journeys=(), shares=(share,)))).text()
    assert "none of it is handed over: the lines left behind say why" in words
    assert "0 % each" not in words


def test_a_plan_made_again_says_why_it_is_beside_no_other() -> None:
    again = Reader(page(a_situation(), a_plan(replanned_at=START, value=measure(a_situation(), a_plan())))).text()
    assert "planned again: there is no other plan to compare with" in again


def test_comparison_bars_are_in_proportion(full: str) -> None:
    """Waiting 1 : 1.4 : 1.9, bound 0.8: of the widest bar 52.6, 73.7, 100 and 42.1 %."""
    part = full[full.index('id="otherwise"') :]
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", part, re.S)[:4]
    widths = [re.findall(r'<rect width="([\d.]+)%"', row)[0] for row in rows]
    assert widths == ["52.6", "73.7", "100.0", "42.1"]


def test_timeline_places_a_drive_by_the_clock() -> None:
    """T1 drives 05:00 to 05:50 UTC; the scale is 04:00 to 08:50 + 0:30, 320 min: x = 60 / 320, width 50 / 320."""
    situation = a_situation()
    plan = a_plan()
    scale = scale_of(View(situation, plan, "en"))
    assert scale is not None
    assert (scale.end - scale.start).total_seconds() == 320 * 60
    assert '<title>Aghdam → Khankendi, 2023-09-22 09:00 – 09:50</title><rect x="18.75%" y="53" width="15.625%"' in page(
        situation, plan
    )


def test_an_empty_plan_has_a_page() -> None:
    words = Reader(page(a_situation(), Plan())).text()
    assert "No vehicle moves." in words
    assert "T1, T2, VAN" in words


def test_a_plan_with_unknown_names_has_a_page() -> None:
    """Made by hand and wrong: it is shown as it stands."""
    plan = a_plan()
    strange = dataclasses.replace(plan.journeys[0], vehicle="NOBODY")
    nothing: dict[str, Any] = dict.fromkeys(("places", "items", "requests", "stock", "production"), ())
    situation = dataclasses.replace(a_situation(), **nothing)
    words = Reader(page(situation, dataclasses.replace(plan, journeys=(strange,)))).text()
    assert "NOBODY" in words
    assert "There is no map" in words


def test_nothing_is_fetched_and_nothing_else_runs(full: str) -> None:
    """The policy names the hashes of the one script and the one style; no attribute holds an address or a script."""
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', full)
    assert policy is not None
    assert policy[1].startswith("default-src 'none';")
    (style,) = re.findall(r"<style>(.*?)</style>", full, re.S)
    (script,) = re.findall(r"<script>(.*?)</script>", full, re.S)
    for text in (style, script):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy[1]
    for _tag, attributes in Reader(full).attributes:
        assert not [name for name in attributes if name.startswith("on") or name in ("src", "style", "action")]
        assert (attributes.get("href") or "#").startswith("#")
    assert "url(" not in style.replace("url(data:", "").replace("url(#", "")


@pytest.mark.parametrize("poison", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_change_no_element(poison: str, full: str, tmp_path: Path) -> None:
    """With poison in every text of situation and plan the page has the same elements in the same order."""
    situation = poisoned(a_full_situation(), poison)
    plan = poisoned(a_full_plan(a_full_situation()), poison)
    write_page(tmp_path / "plan.html", situation, plan)
    made = (tmp_path / "plan.html").read_text(encoding="utf-8")
    drawn = {"text", "bdi", "small"}  # how many names of how many places fit on the map depends on their length
    tags, usual = ([tag for tag in Reader(text).tags if tag not in drawn] for text in (made, full))
    assert tags == usual
    data = json.loads(re.search(r'id="plan">(.*?)</script>', made, re.S)[1])  # type: ignore[index]
    assert data["journeys"][0]["code"] == "J1" + poison.encode("utf-8", "replace").decode()


def poisoned(value: Any, poison: str) -> Any:
    """``value`` with ``poison`` behind every text; a need's code keeps the shape request/line:item."""
    if isinstance(value, str) and not isinstance(value, Enum):
        found = re.fullmatch(r"([^/]+)(/\d+:?)(.*)", value)
        if found:
            return f"{found[1]}{poison}{found[2]}{found[3] + poison if found[3] else ''}"
        return value + poison if value else value
    if isinstance(value, Message):
        return Message(value.template, **{key: poisoned(item, poison) for key, item in value.values.items()})
    if isinstance(value, tuple):
        return tuple(poisoned(item, poison) for item in value)
    if isinstance(value, frozenset):
        return frozenset(poisoned(item, poison) for item in value)
    if isinstance(value, Hours | datetime) or not dataclasses.is_dataclass(value):
        return value
    kept = {"time_zone", "name"} if type(value).__name__ == "Comparison" else {"time_zone"}
    fields = {
        field.name: getattr(value, field.name) if field.name in kept else poisoned(getattr(value, field.name), poison)
        for field in dataclasses.fields(value)
    }
    return type(value)(**fields)


def test_poison_reaches_names_codes_and_messages() -> None:
    situation = poisoned(a_full_situation(), "!")
    assert situation.places[0].name("en!") == "Aghdam!"
    assert poisoned("REQ-1/3:FLOUR", "!") == "REQ-1!/3:FLOUR!"
    assert poisoned(PlaceName("AGD"), "!") == PlaceName("AGD!")


def test_every_label_can_be_translated(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a language that puts brackets around all it says, no heading, caption, button, label or key is bare."""
    monkeypatch.setattr(view_module, "translator", lambda _language: lambda text: f"⟦{text}⟧")
    situation = a_full_situation()
    reader = Reader(page(situation, a_full_plan(situation), "xx"))
    spoken = {"h2", "caption", "button", "dt", "summary", "li", "p", "a"}
    data = {"bdi", "script", "style", "time", "title", "b", "strong", "small"}
    bare = [
        text
        for tags, text in reader.texts
        if tags and spoken & set(tags) and not data & set(tags) and re.search(r"[A-Za-z]{3}", text) and "⟦" not in text
    ]
    assert bare == []
    heads = [text for tags, text in reader.texts if tags[-2:] == ("tr", "th") and tags[-3] == "thead"]
    assert heads
    assert all("⟦" in text for text in heads)
    labels = [a["aria-label"] for _tag, a in reader.attributes if a.get("aria-label")]
    assert all("⟦" in str(label) for label in labels)


def test_headings_captions_and_labels_for_a_screen_reader(full: str) -> None:
    reader = Reader(full)
    count = Counter(reader.tags)
    assert count["h1"] == 1
    assert count["main"] == 1
    assert count["table"] == count["caption"]
    assert count["section"] == sum("aria-labelledby" in a for tag, a in reader.attributes if tag == "section")
    ids = [a["id"] for _tag, a in reader.attributes if "id" in a]
    assert len(ids) == len(set(ids))
    for tag, attributes in reader.attributes:
        for name in ("aria-labelledby", "href"):
            if name in attributes:
                assert str(attributes[name]).removeprefix("#") in ids
        if tag == "svg":
            assert attributes.get("aria-hidden") == "true" or attributes.get("aria-label")
        if tag == "th":
            assert attributes["scope"] in ("row", "col")
    levels = [int(tag[1]) for tag in reader.tags if tag in ("h1", "h2", "h3")]
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_colours_can_be_told_from_the_ground(scheme: int) -> None:
    """WCAG 2.1: 4.5 : 1 for texts, 3 : 1 for lines and bars."""
    colours: dict[str, str] = {}
    for block in re.findall(r":root \{(.*?)\}", STYLE.read_text(encoding="utf-8"), re.S)[: scheme + 1]:
        colours |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block))
    grounds = [colours["ground"], colours["raised"]]
    for name in ("ink", "soft", "link", "bad", "good", "restricted", "closed", "unknown"):
        assert min(_contrast(colours[name], ground) for ground in grounds) >= 4.5, name
    for name in ("open", *(f"j{i}" for i in range(10))):
        assert _contrast(colours[name], colours["ground"]) >= 3, name


def _contrast(first: str, second: str) -> float:
    def luminance(colour: str) -> float:
        digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
        parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_a_thousand_delivery_points_fit_into_five_megabytes() -> None:
    situation, plan = a_large_world(1_000, 60)
    made = page(situation, plan)
    assert len(made.encode()) < 5_000_000
    assert made == page(situation, plan)
