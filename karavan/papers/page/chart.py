"""The map: what the browser draws, as data, and the same as a drawing for paper and for browsers without scripts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from karavan.domain.message import Message
from karavan.domain.places import Place, PlaceKind
from karavan.domain.roads import Road, RoadStatus
from karavan.domain.shares import percent
from karavan.domain.units import Measure
from karavan.papers.page.html import Html, element, join
from karavan.papers.page.tables import dates, limits, status_word
from karavan.papers.page.view import View, kind_word

Point = tuple[float, float]
Box = tuple[float, float, float, float]

WIDTH = 1000
HEIGHT = (420, 900)
MARGIN = 60
MOST_POINTS = 60_000
MOST_ROADS = 2_500
STRIPES = 4
FONT = 17
MOST_LABELS = 120
ALL_NAMES_UP_TO = 15
EARTH_M = 40_075_016.7
ORDER = tuple(PlaceKind)


@dataclass(frozen=True)
class Chart:
    """Places and roads that have a position, and the journeys on them."""

    view: View

    @cached_property
    def places(self) -> list[Place]:
        """Places with a position; in a large network the junctions only where a drawn road ends."""
        ends = {code for road in self.shown for code in (road.origin, road.destination)}
        return [
            place
            for place in self.view.situation.places
            if place.latitude_deg is not None
            and place.longitude_deg is not None
            and (place.kind is not PlaceKind.JUNCTION or place.code in ends or not self._is_large)
        ]

    @property
    def _is_large(self) -> bool:
        return len(self.view.situation.roads) > MOST_ROADS

    @cached_property
    def shown(self) -> list[Road]:
        """All roads; of a large network those that are driven, and those to mind."""
        return [
            road
            for road in self.view.situation.roads
            if not self._is_large or road.code in self.driven or road.status is not RoadStatus.OPEN
        ]

    @cached_property
    def position(self) -> dict[str, Point]:
        return {place.code: (place.latitude_deg or 0.0, place.longitude_deg or 0.0) for place in self.places}

    @cached_property
    def driven(self) -> dict[str, list[str]]:
        """Road -> the journeys on it."""
        result: dict[str, dict[str, None]] = {}
        for journey in self.view.plan.journeys:
            for stop in journey.stops:
                for leg in stop.legs:
                    result.setdefault(leg.road, {})[journey.code] = None
        return {road: list(codes) for road, codes in result.items()}

    @cached_property
    def roads(self) -> list[tuple[Road, list[Point]]]:
        """Roads to draw with their shapes, driven ones last so that they lie on top."""
        known = {road.code: road for road in self.shown}
        for code in self.driven:
            road = known.get(code) or self.view.situation.find_road(code)
            if road is not None:
                known[code] = road
        shaped = []
        for road in sorted(known.values(), key=lambda road: road.code in self.driven):
            ends = [self.position[code] for code in (road.origin, road.destination) if code in self.position]
            shape = list(road.geometry_deg) or ends
            if len(shape) >= 2:
                shaped.append((road, shape))
        return thinned(shaped)

    @cached_property
    def bounds(self) -> tuple[Point, Point] | None:
        """South-west and north-east corner; ``None``: there is nothing to draw."""
        points = list(self.position.values())
        if len(points) < 2:
            return None
        latitudes, longitudes = zip(*points, strict=True)
        return (min(latitudes), min(longitudes)), (max(latitudes), max(longitudes))

    def share(self, place: str) -> float | None:
        """How much of what a place needs it gets, in the mean over its needs; ``None``: it needs nothing."""
        mine = self._needs_at.get(place)
        if not mine:
            return None
        parts = []
        for need in mine:
            given = sum(quantity for _moment, quantity in self.view.delivered.get(need.code, []))
            parts.append(min(1.0, given / need.quantity) if need.quantity else 1.0)
        return sum(parts) / len(parts)

    @cached_property
    def _needs_at(self) -> dict[str, list[Any]]:
        result: dict[str, list[Any]] = {}
        for need in self.view.needs.values():
            result.setdefault(need.place, []).append(need)
        return result


def thinned(roads: list[tuple[Road, list[Point]]]) -> list[tuple[Road, list[Point]]]:
    """Shapes without the points that nobody can see, coarser while there are too many; ends always stay."""
    points = [point for _road, shape in roads for point in shape]
    if not points:
        return []
    latitudes, longitudes = zip(*points, strict=True)
    step = max(max(latitudes) - min(latitudes), max(longitudes) - min(longitudes)) / 3000
    while True:
        result = [(road, _thin(shape, step)) for road, shape in roads]
        if sum(len(shape) for _road, shape in result) <= max(MOST_POINTS, 2 * len(roads)):
            return result
        step *= 2


def _thin(shape: list[Point], step: float) -> list[Point]:
    kept = [shape[0]]
    for latitude, longitude in shape[1:-1]:
        if abs(latitude - kept[-1][0]) + abs(longitude - kept[-1][1]) >= step:
            kept.append((latitude, longitude))
    return [*kept, shape[-1]]


def data(chart: Chart) -> dict[str, Any]:
    """What the script draws: short keys, positions to a metre."""
    view = chart.view
    index = {place.code: i for i, place in enumerate(chart.places)}
    road_index = {road.code: i for i, (road, _shape) in enumerate(chart.roads)}
    return {
        "bounds": chart.bounds,
        "places": [_place_data(chart, place) for place in chart.places],
        "roads": [
            {
                "status": road.status.value,
                "about": _road_about(chart, road),
                "shape": [[round(a, 5), round(b, 5)] for a, b in shape],
            }
            for road, shape in chart.roads
        ],
        "journeys": [
            {
                "code": journey.code,
                "about": view.text(
                    Message("Journey {journey}, vehicle {vehicle}", journey=journey.code, vehicle=journey.vehicle)
                ),
                "colour": view.colour[journey.code],
                "roads": list(
                    dict.fromkeys(
                        road_index[leg.road] for stop in journey.stops for leg in stop.legs if leg.road in road_index
                    )
                ),
                "stops": [index[stop.place] for stop in journey.stops if stop.place in index],
            }
            for journey in view.plan.journeys
        ],
        "stripes": STRIPES,
        "labels": {
            "zoomIn": view.translate("closer"),
            "zoomOut": view.translate("farther"),
            "km": view.translate("km"),
            "m": view.translate("m"),
        },
    }


def _place_data(chart: Chart, place: Place) -> dict[str, Any]:
    view = chart.view
    share = chart.share(place.code)
    about = [kind_word(view, place.kind)]
    if share is not None:
        about.append(view.text(Message("gets {share} % of its need", share=percent(share))))
    return {
        "at": [round(chart.position[place.code][0], 5), round(chart.position[place.code][1], 5)],
        "kind": place.kind.name.lower(),
        "name": view.place_name(place.code),
        "language": view.name_language(place.code) or "",
        "others": view.other_names(place.code),
        "share": None if share is None else round(share, 3),
        "about": about,
    }


def _road_about(chart: Chart, road: Road) -> list[str]:
    view = chart.view
    distance = view.text(Measure(road.distance_m, "m"))
    about = [f"{view.place_name(road.origin)} – {view.place_name(road.destination)}, {distance}"]
    if road.status is not RoadStatus.OPEN or road.status_from or road.status_until:
        about.append(" ".join(filter(None, (status_word(view, road.status), dates(view, road)))))
    return [*about, *limits(view, road), *filter(None, [road.status_source])]


Link = Callable[[Place | Road], tuple[str, str] | None]
"""Where a place or road on the map leads to, and what is said of it; ``None``: nowhere."""


def drawing(chart: Chart, link: Link | None = None, label: str = "") -> Html | None:
    """The map as a drawing; with ``link`` its places and roads lead somewhere."""
    if chart.bounds is None:
        return None
    paper = Paper(chart.bounds)
    return element(
        "svg",
        *_roads(chart, paper, link),
        *_places(chart, paper, link),
        *_labels(chart, paper),
        *_scale_bar(chart.view, paper),
        viewbox=f"0 0 {WIDTH} {paper.height:.0f}",
        role="group" if link else "img",
        aria_label=label or chart.view.translate("Map of places, roads and journeys"),
        class_="drawing",
    )


def _linked(shape: Html, of: Place | Road, link: Link | None) -> Html:
    found = link(of) if link else None
    return element("a", element("title", found[1]), shape, href=found[0]) if found else shape


@dataclass(frozen=True)
class Paper:
    """Web Mercator on a sheet ``WIDTH`` wide, the same shape that the browser's map shows."""

    bounds: tuple[Point, Point]

    @cached_property
    def _corners(self) -> tuple[Point, Point]:
        (south, west), (north, east) = self.bounds
        return _mercator(south, west), _mercator(north, east)

    @cached_property
    def factor(self) -> float:
        (left, bottom), (right, top) = self._corners
        wide = (WIDTH - 2 * MARGIN) / max(right - left, 1e-9)
        high = (HEIGHT[1] - 2 * MARGIN) / max(bottom - top, 1e-9)
        return min(wide, high)

    @cached_property
    def height(self) -> float:
        (_left, bottom), (_right, top) = self._corners
        return max(HEIGHT[0], (bottom - top) * self.factor + 2 * MARGIN)

    def at(self, point: Point) -> Point:
        (left, bottom), (right, top) = self._corners
        x, y = _mercator(*point)
        return (
            WIDTH / 2 + (x - (left + right) / 2) * self.factor,
            self.height / 2 + (y - (top + bottom) / 2) * self.factor,
        )

    @property
    def metres_a_unit(self) -> float:
        latitude = (self.bounds[0][0] + self.bounds[1][0]) / 2
        return EARTH_M * math.cos(math.radians(latitude)) / self.factor


def _mercator(latitude: float, longitude: float) -> Point:
    """Both from 0 to 1, y downwards."""
    latitude = math.radians(min(85.0, max(-85.0, latitude)))
    return longitude / 360 + 0.5, 0.5 - math.asinh(math.tan(latitude)) / (2 * math.pi)


def _line(paper: Paper, shape: Iterable[Point], **attributes: Any) -> Html:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(paper.at, shape))
    return element("polyline", points=points, **attributes)


def _roads(chart: Chart, paper: Paper, link: Link | None) -> Iterable[Html]:
    for road, shape in chart.roads:
        line = _line(paper, shape, class_=f"road {road.status.value}")
        # A finger does not hit a thin line.
        yield _linked(join(_line(paper, shape, class_="touch"), line), road, link) if link else line
    for road, shape in chart.roads:
        codes = chart.driven.get(road.code, [])[:STRIPES]
        for rank, code in reversed(list(enumerate(codes))):
            yield _line(paper, shape, class_="way between", stroke_width=6 + 7 * rank)
            yield _line(paper, shape, class_=f"way {chart.view.colour[code]}", stroke_width=4 + 7 * rank)
    for road, shape in chart.roads:
        sign = {RoadStatus.CLOSED: "✕", RoadStatus.UNKNOWN: "?", RoadStatus.RESTRICTED: "!"}.get(road.status)
        if sign:
            x, y = paper.at(middle(shape))
            drawn = element(
                "g",
                element("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=10),
                element("text", sign, x=f"{x:.1f}", y=f"{y + 5:.1f}"),
                class_=f"sign {road.status.value}",
            )
            yield _linked(drawn, road, link)


def middle(shape: list[Point]) -> Point:
    """The point half way along."""
    lengths = [math.dist(a, b) for a, b in pairwise(shape)]
    left = sum(lengths) / 2
    for (a, b), length in zip(pairwise(shape), lengths, strict=True):
        if left <= length and length > 0:
            return a[0] + (b[0] - a[0]) * left / length, a[1] + (b[1] - a[1]) * left / length
        left -= length
    return shape[0]


def _places(chart: Chart, paper: Paper, link: Link | None) -> Iterable[Html]:
    for place in sorted(chart.places, key=lambda place: -ORDER.index(place.kind)):
        x, y = paper.at(chart.position[place.code])
        yield _linked(symbol(place.kind.name.lower(), chart.share(place.code), x, y), place, link)


def symbol(kind: str, share: float | None, x: float, y: float) -> Html:
    """Square: goods come from here. Circle: they go here, filled as far as they do. Diamond: on the way."""
    if kind == "delivery_point":
        return join(
            element("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=8, class_="place delivery_point"),
            element("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=f"{6 * math.sqrt(share or 0):.1f}", class_="gets"),
        )
    if kind == "junction":
        return element("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=2.5, class_="place junction")
    turn = 45 if kind in ("checkpoint", "transshipment_point") else 0
    return element(
        "rect",
        x=f"{x - 8:.1f}",
        y=f"{y - 8:.1f}",
        width=16,
        height=16,
        transform=f"rotate({turn} {x:.1f} {y:.1f})" if turn else None,
        class_=f"place {kind}",
    )


def _labels(chart: Chart, paper: Paper) -> Iterable[Html]:
    """Names where they do not cover each other, the more important places first; other names where there is room."""
    taken = [(x - 11, y - 11, x + 11, y + 11) for x, y in map(paper.at, chart.position.values())]
    named = [place for place in chart.places if place.kind is not PlaceKind.JUNCTION or len(chart.places) <= 40]
    named.sort(key=lambda place: (ORDER.index(place.kind), -place.population))
    for place in named[:MOST_LABELS]:
        name = chart.view.place_name(place.code)
        others = " · ".join(other for _language, other in chart.view.other_names(place.code))
        for second in (others, "") if len(named) <= ALL_NAMES_UP_TO else ("",):
            wide = max(0.66 * FONT * len(name), 0.52 * FONT * len(second))
            box = _free(paper, paper.at(chart.position[place.code]), wide, FONT * (2.0 if second else 1.1), taken)
            if box is None:
                continue
            taken.append(box)
            yield element("text", name, x=f"{box[0]:.1f}", y=f"{box[1] + 0.85 * FONT:.1f}", class_="name")
            if second:
                yield element("text", second, x=f"{box[0]:.1f}", y=f"{box[1] + 1.7 * FONT:.1f}", class_="others")
            break


def _free(paper: Paper, at: Point, wide: float, high: float, taken: list[Box]) -> Box | None:
    """Right of a place, left of it, below it, above it: the first box on the paper that covers nothing."""
    x, y = at
    for left, top in (
        (x + 13, y - high / 2),
        (x - 13 - wide, y - high / 2),
        (x - wide / 2, y + 13),
        (x - wide / 2, y - 13 - high),
    ):
        box = (left, top, left + wide, top + high)
        inside = left >= 2 and box[2] <= WIDTH - 2 and top >= 2 and box[3] <= paper.height - 2
        if inside and not any(_meet(box, other) for other in taken):
            return box
    return None


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _scale_bar(view: View, paper: Paper) -> Iterable[Html]:
    """A round length of about a fifth of the width."""
    most_m = WIDTH / 5 * paper.metres_a_unit
    power = 10 ** math.floor(math.log10(most_m))
    length_m = next(factor * power for factor in (5, 2, 1) if factor * power <= most_m)
    units = length_m / paper.metres_a_unit
    y = paper.height - 16
    yield element("path", d=f"M16 {y - 8:.0f}v8h{units:.1f}v-8", class_="scale-bar")
    words = view.text(Measure(length_m, "m"))
    yield element("text", words, x=f"{22 + units:.1f}", y=f"{y:.0f}", class_="others")
