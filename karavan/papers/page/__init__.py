"""plan.html: one file that opens from disk, with no network, on a phone, on a desk, on paper."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from karavan.domain.message import Message
from karavan.domain.plans import Plan
from karavan.domain.situation import Situation
from karavan.domain.units import time_text
from karavan.papers.page import chart, summary, tables, timeline
from karavan.papers.page.chart import Chart
from karavan.papers.page.html import Html, element, join
from karavan.papers.page.view import View

_BUILT = Path(__file__).parent.parent / "built"


def write_page(path: Path, situation: Situation, plan: Plan, language: str = "en") -> None:
    """
    Write plan.html.

    The file names no other file and no address; its policy forbids the browser every request. What the tables say is
    there without scripts; the script moves the map and the timeline.

    Raises
    ------
    FileNotFoundError
        The page's script is not built: the package was not installed (see CONTRIBUTING.md).
    """
    # Half of a surrogate pair, which JSON can hold and UTF-8 cannot, becomes a question mark.
    path.write_bytes(page(situation, plan, language).encode("utf-8", "replace"))


def page(situation: Situation, plan: Plan, language: str = "en") -> str:
    """The text of plan.html."""
    view = View(situation, plan, language)
    scale = timeline.scale_of(view)
    style = _built("plan.css") + f"\n.timeline{{--hours:{scale.hours if scale else 1}}}"
    script = _built("plan.js")
    name = plan.name or situation.operation.name
    head = element(
        "head",
        Html('<meta charset="utf-8">'),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{_policy(style, script)}">'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html('<meta name="color-scheme" content="light dark">'),
        Html('<meta name="referrer" content="no-referrer">'),
        Html('<meta name="robots" content="noindex">'),
        element("title", name),
        element("style", Html(style)),
    )
    body = element(
        "body",
        _header(view, name),
        element("main", *_sections(view), id="main"),
        _footer(view),
        element("script", Html(_json(_data(view))), type="application/json", id="plan"),
        element("script", Html(script)),
    )
    return f"<!DOCTYPE html>\n{element('html', head, body, lang=language)}\n"


def _sections(view: View) -> list[Html | None]:
    return [
        summary.headline(view),
        summary.unserved(view),
        summary.shares(view),
        summary.changes(view),
        _map(view),
        timeline.timeline(view),
        tables.journeys(view),
        tables.convoys(view),
        tables.deliveries(view),
        summary.comparison(view),
        tables.stock(view),
        tables.roads(view),
        tables.places(view),
    ]


def _header(view: View, name: str) -> Html:
    _ = view.translate
    operation = view.situation.operation
    period = Message(
        "{start} to {end}, local time ({zone})",
        start=time_text(operation.start, view.zone),
        end=time_text(operation.end, view.zone),
        zone=operation.time_zone,
    )
    links = (
        ("#left", _("Left behind")),
        ("#map", _("Map")),
        ("#when", _("Timeline")),
        ("#journeys", _("Journeys")),
        ("#places-get", _("What each place gets")),
        ("#otherwise", _("Planned otherwise")),
        ("#stock", _("Stock")),
    )
    return element(
        "header",
        element("h1", element("bdi", name)),
        element("p", view.text(period)),
        element(
            "p", _("For the operation only: the times and routes of vehicles are not for the public."), class_="keep"
        ),
        element("nav", *(element("a", word, href=target) for target, word in links), aria_label=_("On this page")),
    )


def _map(view: View) -> Html:
    _ = view.translate
    drawn = Chart(view)
    lost = [place for place in view.situation.places if place.code not in drawn.position]
    drawing = chart.drawing(drawn)
    content = (
        join(
            element("div", class_="live", id="live", hidden=True, role="region", aria_label=_("Map")),
            element("div", drawing, class_="still"),
            _journey_buttons(view),
            _keys(view),
        )
        if drawing
        else element("p", _("There is no map: fewer than two places have coordinates."))
    )
    names = element("bdi", ", ".join(view.place_name(place.code) for place in lost))
    return element(
        "section",
        element("h2", _("Map"), id="map"),
        content,
        element("p", _("Without coordinates, and not on the map:"), " ", names) if lost and drawing else None,
        aria_labelledby="map",
    )


def _journey_buttons(view: View) -> Html | None:
    _ = view.translate
    if not view.plan.journeys:
        return None
    buttons = [
        element(
            "button",
            tables.swatch(view, journey.code),
            element("bdi", f"{journey.code} {plate}"),
            type="button",
            data_journey=journey.code,
            aria_pressed="false",
        )
        for plate, mine in view.journeys_of.items()
        for journey in mine
    ]
    return element("div", *buttons, class_="choose", role="group", aria_label=_("Show one journey"))


def _keys(view: View) -> Html:
    """What the signs on the map mean."""
    _ = view.translate

    def key(shape: Html, word: str) -> Html:
        return element("li", element("svg", shape, class_="key", viewbox="0 0 28 16", aria_hidden="true"), word)

    def road(status: str, word: str) -> Html:
        return key(element("line", x1=0, x2=28, y1=8, y2=8, class_=f"road {status}"), word)

    return element(
        "ul",
        key(chart.symbol("warehouse", None, 14, 8), _("warehouse")),
        key(chart.symbol("bakery", None, 14, 8), _("bakery")),
        key(chart.symbol("checkpoint", None, 14, 8), _("checkpoint")),
        key(chart.symbol("transshipment_point", None, 14, 8), _("transshipment point")),
        key(chart.symbol("delivery_point", 1, 14, 8), _("delivery point: gets all")),
        key(chart.symbol("delivery_point", 0.3, 14, 8), _("gets a part")),
        key(chart.symbol("delivery_point", 0, 14, 8), _("gets nothing")),
        road("open", _("road: open")),
        road("restricted", _("! restricted")),
        road("closed", _("✕ closed")),
        road("unknown", _("? unknown")),
        class_="keys",
    )


def _footer(view: View) -> Html:
    plan = view.plan
    made = Message("Made by Karavan; seed {seed}, rounds: {rounds}.", seed=str(plan.seed), rounds=plan.rounds)
    digest = Message("Situation {digest}", digest=plan.situation[:16]) if plan.situation else ""
    return element("footer", element("p", view.text(made), " ", element("bdi", view.text(digest))))


def _data(view: View) -> dict[str, Any]:
    return chart.data(Chart(view))


def _json(data: dict[str, Any]) -> str:
    """JSON that a script element can hold: no text in it can end the element or open a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _policy(style: str, script: str) -> str:
    """Nothing but this file's own script and style; no request of any kind."""
    return (
        f"default-src 'none'; script-src {_digest(script)}; style-src {_digest(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _built(name: str) -> str:
    file = _BUILT / name
    if not file.is_file():
        raise FileNotFoundError(f"{name} is not built yet: run `pip install -e .` in Karavan's folder once")
    return file.read_text(encoding="utf-8").strip()
