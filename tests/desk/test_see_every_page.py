"""Every page, as a screen reader, a keyboard, a slow line and a strict browser meet it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

import karavan.desk
from karavan.desk import models as rows
from karavan.desk.access import ROUTES
from karavan.domain.language import LANGUAGES
from tests.desk.test_see_sheets import everything
from tests.desk.test_story import a_kept_plan

HEAVIEST_PAGE, HEAVIEST_STYLE = 30_000, 20_000
VOID = {"meta", "link", "input", "img", "br", "hr", "area", "base", "col", "source", "wbr"}
# Not pages of the desk: a document of its own, files, answers to programs, what only writes.
NO_PAGES = {"plan_page", "waybill_paper", "health", "openapi-json", "link", "logout", "code"}


@dataclass
class Node:
    tag: str
    attrs: dict[str, str]
    parent: Node | None = None
    text: str = ""
    inside: list[Node] = field(default_factory=list)

    def all(self, *tags: str) -> Iterator[Node]:
        for node in self.inside:
            if node.tag in tags or not tags:
                yield node
            yield from node.all(*tags)

    @property
    def words(self) -> str:
        return (self.text + "".join(node.words for node in self.inside)).strip()

    def within(self, *tags: str) -> bool:
        return self.parent is not None and (self.parent.tag in tags or self.parent.within(*tags))


class Page(HTMLParser):
    """The page as a tree; an element that is closed wrongly is a failure by itself."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.root = self.at = Node("", {})
        self.wrong: list[str] = []
        self.feed(text)
        if self.at is not self.root:
            self.wrong.append(f"<{self.at.tag}> is not closed")

    def handle_starttag(self, tag, attrs):
        node = Node(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.inside.append(node)
        if tag not in VOID:
            self.at = node

    def handle_endtag(self, tag):
        if tag != self.at.tag:
            self.wrong.append(f"</{tag}> closes <{self.at.tag}>")
            while self.at.parent and self.at.tag != tag:
                self.at = self.at.parent
        self.at = self.at.parent or self.root

    def handle_data(self, data):
        self.at.text += data


def problems(text: str, language: str) -> list[str]:
    """What keeps somebody from using the page."""
    page = Page(text)
    return [*page.wrong, *_frame(page.root, language), *_names(page.root), *_strict(page.root), *_tables(page.root)]


def _frame(root: Node, language: str) -> Iterator[str]:
    (html,) = root.all("html")
    if html.attrs.get("lang") != language:
        yield f"lang is {html.attrs.get('lang')}"
    if not next(root.all("title")).words.replace("· Karavan", "").strip():
        yield "no title"
    if len(list(root.all("main"))) != 1 or len(list(root.all("header"))) != 1:
        yield "not one main and one header"
    first = next(root.all("a", "button", "input"))
    if first.attrs.get("href") != "#main":
        yield "the first thing to reach is not the skip link"
    levels = [int(node.tag[1]) for node in root.all("h1", "h2", "h3", "h4", "h5", "h6")]
    if levels.count(1) != 1 or levels[0] != 1:
        yield f"headings: {levels}"
    if any(after > before + 1 for before, after in pairwise(levels)):
        yield f"headings skip a level: {levels}"
    if any(not nav.attrs.get("aria-label") for nav in root.all("nav")):
        yield "a nav without a name"


def _names(root: Node) -> Iterator[str]:
    ids = [node.attrs["id"] for node in root.all() if "id" in node.attrs]
    for twice in sorted({it for it in ids if ids.count(it) > 1}):
        yield f"the id {twice} is there twice"
    labelled = {label.attrs.get("for") for label in root.all("label") if label.words}
    for node in root.all("input", "select", "textarea"):
        if node.attrs.get("type") == "hidden":
            continue
        if node.attrs.get("id") not in labelled and not node.within("label") and "aria-label" not in node.attrs:
            yield f"no label: {node.attrs}"
    for node in root.all("a", "button", "summary", "legend", "caption", "th", "option"):
        is_empty_choice = node.tag == "option" and node.attrs.get("value") == ""
        if not node.words and not is_empty_choice and "aria-label" not in node.attrs:
            yield f"nothing to read in <{node.tag}> {node.attrs}"
    for node in root.all():
        for name in ("aria-describedby", "aria-labelledby", "for"):
            for one in node.attrs.get(name, "").split():
                if one not in ids:
                    yield f"{name} names {one}, which is not there"
        href = node.attrs.get("href", "")
        if href.startswith("#") and href[1:] not in ids:
            yield f"a link to {href}, which is not there"
    yield from (f"no alt: {node.attrs}" for node in root.all("img") if "alt" not in node.attrs)


def _strict(root: Node) -> Iterator[str]:
    """What the page's own policy forbids would be missing without a word."""
    for node in root.all():
        if node.tag == "style" or (node.tag == "script" and "src" not in node.attrs):
            yield f"<{node.tag}> in the page"
        if "style" in node.attrs or any(name.startswith("on") for name in node.attrs):
            yield f"style or handler in <{node.tag}>"
        if node.attrs.get("src", "").startswith(("http", "//")) or (
            node.tag == "link" and node.attrs.get("href", "").startswith(("http", "//"))
        ):
            yield f"something from elsewhere: {node.attrs}"
        if node.tag == "form" and node.attrs.get("method") == "post" and "csrfmiddlewaretoken" not in _fields(node):
            yield "a form without its token"


def _fields(form: Node) -> set[str]:
    return {it.attrs.get("name", "") for it in form.all("input")}


def _tables(root: Node) -> Iterator[str]:
    for table in root.all("table"):
        if not list(table.all("caption")):
            yield "a table without a caption"
        heads = list(table.all("th"))
        if not heads or any("scope" not in head.attrs for head in heads):
            yield "a heading of a table without a scope"


@pytest.fixture
def world(desk):
    everything(desk)
    a_kept_plan(desk)
    return desk


def addresses(desk) -> Iterator[tuple[str, str]]:
    """Each page that there is, with something that is there in its address."""
    paper = rows.Waybill.objects.get()
    there = {
        "waybill": paper.pk,
        "convoy": rows.Convoy.objects.order_by("pk").last().pk,
        "journey": paper.journey_id,
        "place": desk.place("AGD").pk,
        "item": rows.Item.objects.get(operation=desk.operation, code="FLOUR").pk,
        "report": rows.LossReport.objects.first().pk,
        "count": rows.Count.objects.first().pk,
        "transfer": rows.StoreTransfer.objects.first().pk,
        "consignment": rows.Consignment.objects.first().pk,
        "vehicle": rows.Vehicle.objects.first().pk,
        "road": rows.Road.objects.first().pk,
        "clearance": rows.Clearance.objects.first().pk,
    }
    by_route = {
        "request": rows.Request.objects.get(number="REQ-1").pk,
        "planning_job": rows.PlanningJob.objects.first().pk,
        "plan": rows.PlanDocument.objects.first().pk,
    }
    for pattern in get_resolver().url_patterns:
        name = getattr(pattern, "name", None)
        if name is None or name in NO_PAGES:
            continue
        named = re.findall(r"<\w+:(\w+)>", str(pattern.pattern))
        known = {"pk": by_route.get(name) or by_route.get(name.split("_")[0]), **there}
        if all(known.get(one) for one in named):
            yield name, reverse(name, kwargs={one: known[one] for one in named})
    user = desk.people["keeper"].pk
    yield "person", f"/people/one?operation={desk.operation.pk}&user={user}"
    yield "find", "/find?q=khan"
    yield "nothing", "/nothing/at/all"


def signed_in(desk, language="en"):
    client = Client(HTTP_HOST="localhost")
    client.force_login(desk.people["officer"])
    client.post("/language", {"language": language, "next": "/"})
    return client


def test_every_page_can_be_read_heard_and_reached_and_is_light(world):
    client, seen, found = signed_in(world), set(), {}
    for name, address in addresses(world):
        response = client.get(address)
        if not response["Content-Type"].startswith("text/html") or response.status_code in (302, 403, 405):
            continue
        seen.add(name)
        text = response.content.decode()
        wrong = problems(text, "en")
        if len(response.content) > HEAVIEST_PAGE:
            wrong.append(f"{len(response.content)} bytes")
        if wrong:
            found[address] = wrong
    assert found == {}
    pages = {
        "home",
        "requests",
        "request",
        "plans",
        "plan",
        "waybills",
        "waybill",
        "convoys",
        "convoy",
        "stock",
        "people",
    }
    assert pages | {"person", "losses", "loss", "notices", "find", "nothing", "waybill_receive"} <= seen
    assert {
        "board",
        "control",
        "map",
        "transfer",
        "consignment",
        "vehicle",
        "road",
        "clearance",
        "plan_changes",
    } <= seen
    assert len(seen) > 60
    assert seen - {"nothing"} <= set(ROUTES)


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_the_first_pages_in_each_language(world, language):
    client = signed_in(world, language)
    for address in ("/", "/requests", "/waybills", "/stock", "/people", "/notices", "/self"):
        assert problems(client.get(address).content.decode(), language) == [], address


def test_the_door_and_what_is_wrong_in_a_form(world):
    assert problems(Client(HTTP_HOST="localhost").get("/login").content.decode(), "en") == []
    client = signed_in(world)
    agd = world.place("AGD").pk
    for address in (f"/stock/{agd}/receive", "/requests/new", "/representatives", "/contacts"):
        page = client.post(address, {"id": str(world.id()), "opened": world.now.isoformat(), "do": "enter"})
        assert page.status_code in (409, 422), address
        assert problems(page.content.decode(), "en") == [], address
        assert 'role="alert"' in page.content.decode(), address


def test_the_style_is_light_has_a_night_and_a_print_and_shows_where_the_keyboard_is():
    style = (Path(karavan.desk.__file__).parent / "static" / "desk" / "desk.css").read_text(encoding="utf-8")
    assert len(style.encode()) < HEAVIEST_STYLE
    for needed in ("prefers-color-scheme: dark", "@media print", ":focus-visible"):
        assert needed in style
    assert "http" not in style


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("<h1>a</h1><h1>b</h1>", "headings"),
        ("<h1>a</h1><h3>b</h3>", "headings skip"),
        ('<h1>a</h1><input name="x">', "no label"),
        ("<h1>a</h1><table><tr><th>a</th></tr></table>", "without a caption"),
        ('<h1>a</h1><p style="color:red">x</p>', "style or handler"),
        ("<h1>a</h1><script>x</script>", "<script> in the page"),
        ('<h1>a</h1><a href="#gone">x</a>', "which is not there"),
        ('<h1 id="a">a</h1><p id="a">x</p>', "twice"),
        ("<h1>a</h1><p><button></button></p>", "nothing to read"),
        ("<h1>a</h1><div><p></div>", "closes"),
        ('<h1>a</h1><form method="post"></form>', "without its token"),
    ],
)
def test_the_check_finds_what_it_is_there_for(broken, said):
    before = '<html lang="en"><head><title>t</title></head><body><a href="#main">x</a><header></header><main id="main">'
    assert problems(f"{before}<h1>a</h1></main></body></html>", "en") == []
    assert [it for it in problems(f"{before}{broken}</main></body></html>", "en") if said in it]
