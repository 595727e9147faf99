"""The timeline: a row per vehicle, drawn in percent of the width, so that it fits a wall, a phone and a sheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from karavan.domain.hours import DAYS
from karavan.domain.message import Message
from karavan.domain.plans import Journey, Leg, Stop
from karavan.domain.units import HOUR_S, time_text
from karavan.papers.page.html import Html, element, join
from karavan.papers.page.view import View, span

ROW_PX = 34
AXIS_PX = 38
BAR_PX = 14
TOP_PX = 15
ROWS_A_SHEET = 20
LABEL_EVERY = 4.0


@dataclass(frozen=True, slots=True)
class Scale:
    start: datetime
    end: datetime

    @property
    def hours(self) -> int:
        return max(1, -(-int((self.end - self.start).total_seconds()) // HOUR_S))

    def x(self, moment: datetime) -> float:
        """Percent of the width, cut to the drawing."""
        share = (moment - self.start) / (self.end - self.start)
        return round(100 * min(1.0, max(0.0, share)), 3)


def timeline(view: View) -> Html | None:
    _ = view.translate
    scale = scale_of(view)
    if scale is None:
        return None
    rows = list(view.journeys_of.items())
    sheets = [rows[i : i + ROWS_A_SHEET] for i in range(0, len(rows), ROWS_A_SHEET)]
    zoom = element(
        "p",
        element("button", "−", type="button", data_zoom="out", aria_label=_("show more hours at once")),
        element("button", "+", type="button", data_zoom="in", aria_label=_("show fewer hours at once")),
        class_="zoom",
    )
    return element(
        "section",
        element("h2", _("Who is where, and when"), id="when"),
        _legend(view),
        zoom,
        element(
            "div",
            *(_sheet(view, scale, sheet) for sheet in sheets),
            class_="timeline",
            role="region",
            aria_label=_("Timeline; the same is written in the tables of the journeys"),
            tabindex=0,
        ),
        aria_labelledby="when",
    )


def scale_of(view: View) -> Scale | None:
    """From the plan's first to its last moment, in whole hours."""
    spans = [span(journey) for journey in view.plan.journeys if journey.stops]
    if not spans:
        return None
    start = min(view.situation.operation.start, *(first for first, _last in spans))
    end = max(last for _first, last in spans)
    start = start.replace(minute=0, second=0, microsecond=0)
    return Scale(start, max(end, start + timedelta(hours=1)) + timedelta(minutes=30))


def _legend(view: View) -> Html:
    _ = view.translate

    def key(kind: str, word: str) -> Html:
        shape = element("svg", *_sample(kind), class_="key j0", aria_hidden="true", focusable="false")
        return element("li", shape, word)

    return element(
        "ul",
        key("drive", _("drives")),
        key("convoy", _("drives in a convoy")),
        key("handle", _("▲ loads, ▼ unloads")),
        key("wait", _("waits")),
        key("rest", _("rests")),
        key("dark", _("dark hours")),
        class_="keys lead",
    )


def _sample(kind: str) -> list[Html]:
    if kind in ("wait", "rest"):
        return [element("line", x1="0", x2="100%", y1="50%", y2="50%", class_=kind)]
    box = element("rect", width="100%", height="100%", class_="drive" if kind == "convoy" else kind)
    if kind == "convoy":
        return [box, element("line", x1="0", x2="100%", y1="50%", y2="50%", class_="convoy")]
    return [box]


def _sheet(view: View, scale: Scale, rows: list[tuple[str, list[Journey]]]) -> Html:
    height = AXIS_PX + ROW_PX * len(rows)
    labels = [
        element("li", element("bdi", plate), element("small", element("bdi", _type(view, plate))))
        for plate, _mine in rows
    ]
    bars = [
        bar for index, (_plate, mine) in enumerate(rows) for bar in _row(view, scale, mine, AXIS_PX + ROW_PX * index)
    ]
    drawing = element(
        "svg",
        *_background(view, scale, height),
        *(
            element("line", x1="0", x2="100%", y1=AXIS_PX + ROW_PX * i, y2=AXIS_PX + ROW_PX * i, class_="grid")
            for i in range(len(rows) + 1)
        ),
        *bars,
        height=height,
        class_="hours",
        aria_hidden="true",
        focusable="false",
    )
    return element("div", element("ul", *labels, class_="plates"), drawing, class_="sheet")


def _type(view: View, plate: str) -> str:
    vehicle = view.situation.vehicle.get(plate)
    return vehicle.type if vehicle else ""


def _background(view: View, scale: Scale, height: int) -> Iterable[Html]:
    """Dark hours shaded, days parted, hours named."""
    dark = view.situation.operation.rules.dark_hours
    for start, end in dark.between(scale.start, scale.end, view.zone):
        x = scale.x(start)
        yield element("rect", x=f"{x}%", y=0, width=f"{scale.x(end) - x:.3f}%", height=height, class_="dark")
    step = next(step for step in (1, 2, 3, 6, 12, 24) if scale.hours / step <= 26 or step == 24)
    moment = scale.start
    while moment <= scale.end:
        local = moment.astimezone(view.zone)
        x = scale.x(moment)
        midnight = local.time() == time(0)
        if midnight or moment == scale.start:
            if midnight:
                yield element("line", x1=f"{x}%", x2=f"{x}%", y1=0, y2=height, class_="midnight")
            yield element("text", _day(view, local), x=f"{x}%", dx=4, y=14, class_="date")
        if local.hour % step == 0 and local.minute == 0:
            yield element("line", x1=f"{x}%", x2=f"{x}%", y1=AXIS_PX - 6, y2=height, class_="hour")
            yield element("text", f"{local.hour:02d}", x=f"{x}%", dx=2, y=30, class_="hour")
        moment += timedelta(minutes=30)


def _day(view: View, local: datetime) -> str:
    _ = view.translate
    names = (_("Mo"), _("Tu"), _("We"), _("Th"), _("Fr"), _("Sa"), _("Su"))
    return f"{dict(zip(DAYS, names, strict=True))[DAYS[local.weekday()]]} {local:%Y-%m-%d}"


def _row(view: View, scale: Scale, journeys: list[Journey], top: int) -> Iterable[Html]:
    labelled = -LABEL_EVERY
    before: datetime | None = None
    for journey in journeys:
        if not journey.stops:
            continue
        first, last = span(journey)
        shapes: list[Html] = []
        if before is not None and before < first:
            shapes.append(_gap(view, scale, before, first, top))
        x = scale.x(first)
        if x - labelled >= LABEL_EVERY:
            labelled = x
            shapes.append(element("text", journey.code, x=f"{x}%", y=top + 11, class_="code"))
        shapes += _shapes(view, scale, journey, top)
        yield element("g", *shapes, class_=f"jr {view.colour[journey.code]}", data_journey=journey.code)
        before = last


def _shapes(view: View, scale: Scale, journey: Journey, top: int) -> Iterable[Html]:
    before: datetime | None = None
    for stop in journey.stops:
        for drive in _drives(stop.legs):
            if before is not None and before < drive[0].depart:
                yield _gap(view, scale, before, drive[0].depart, top)
            yield _drive(view, scale, drive, top)
            before = drive[-1].arrive
        if before is not None and before < stop.start:
            yield _gap(view, scale, before, stop.start, top)
        if stop.loads or stop.unloads or stop.clean:
            yield _handling(view, scale, stop, top)
        before = stop.end


def _drives(legs: Iterable[Leg]) -> list[list[Leg]]:
    """Legs in one go and in one convoy, together."""
    result: list[list[Leg]] = []
    for leg in legs:
        if result and result[-1][-1].arrive == leg.depart and result[-1][-1].convoy == leg.convoy:
            result[-1].append(leg)
        else:
            result.append([leg])
    return result


def _box(scale: Scale, start: datetime, end: datetime) -> tuple[float, float]:
    """Left edge and width in percent; what is short stays visible."""
    x = scale.x(start)
    return x, max(0.12, round(scale.x(end) - x, 3))


def _clock(view: View, start: datetime, end: datetime) -> str:
    return f"{time_text(start, view.zone)} – {time_text(end, view.zone)[-5:]}"


def _drive(view: View, scale: Scale, legs: list[Leg], top: int) -> Html:
    x, width = _box(scale, legs[0].depart, legs[-1].arrive)
    words = (
        f"{view.place_name(legs[0].origin)} → {view.place_name(legs[-1].destination)}, "
        f"{_clock(view, legs[0].depart, legs[-1].arrive)}"
    )
    middle = top + TOP_PX + BAR_PX / 2
    convoy = legs[0].convoy
    if convoy:
        words += ", " + view.text(Message("convoy {convoy}", convoy=convoy))
    return element(
        "g",
        element("title", words),
        element("rect", x=f"{x}%", y=top + TOP_PX, width=f"{width}%", height=BAR_PX, class_="drive"),
        element("line", x1=f"{x}%", x2=f"{x + width:.3f}%", y1=middle, y2=middle, class_="convoy") if convoy else None,
    )


def _handling(view: View, scale: Scale, stop: Stop, top: int) -> Html:
    x, width = _box(scale, stop.start, stop.end)
    marks = ("▼" if stop.unloads else "") + ("▲" if stop.loads else "")
    words = f"{view.place_name(stop.place)}, {_clock(view, stop.start, stop.end)}"
    if stop.unloads:
        words += ", " + view.text(Message("unloads {mass}", mass=view.mass(stop.unloads)))
    if stop.loads:
        words += ", " + view.text(Message("loads {mass}", mass=view.mass(stop.loads)))
    if stop.clean:
        words += ", " + view.text(Message("is cleaned"))
    return element(
        "g",
        element("title", words),
        element("rect", x=f"{x}%", y=top + TOP_PX, width=f"{width}%", height=BAR_PX, class_="handle"),
        element("text", marks, x=f"{x + width / 2:.3f}%", y=top + TOP_PX + 11, class_="mark"),
    )


def _gap(view: View, scale: Scale, start: datetime, end: datetime, top: int) -> Html:
    """Standing: a rest when it is as long as one, else waiting."""
    rests = (end - start).total_seconds() >= view.situation.operation.rules.rest_s
    words = view.text(Message("rests") if rests else Message("waits"))
    middle = top + TOP_PX + BAR_PX / 2
    line = element(
        "line", x1=f"{scale.x(start)}%", x2=f"{scale.x(end)}%", y1=middle, y2=middle, class_="rest" if rests else "wait"
    )
    return join(element("g", element("title", f"{words}, {_clock(view, start, end)}"), line))
