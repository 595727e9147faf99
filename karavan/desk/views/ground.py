"""The map: places, warehouses and roads as they are now, drawn here. No vehicle, convoy or plan stands on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from karavan.desk import models as rows, store
from karavan.desk.access import may, where
from karavan.desk.views.fields import reader
from karavan.desk.views.words import ROAD_SIGNS, ROADS
from karavan.domain.errors import NotFound
from karavan.domain.message import Message
from karavan.domain.places import Place
from karavan.domain.plans import Plan
from karavan.domain.roads import Road, RoadStatus
from karavan.domain.roles import Right
from karavan.domain.situation import Situation
from karavan.papers.page.chart import Chart, drawing, symbol
from karavan.papers.page.html import Html, element
from karavan.papers.page.view import View, kind_word


@require_GET
def chart(request: HttpRequest) -> HttpResponse:
    """
    The operation's ground. The drawing holds names, positions and road reports, which whoever sees roads may see; it is
    made without a plan, so that there is nothing of a movement to be hidden.
    """
    operation, others = chosen(request, Right.SEE_ROADS)
    now = datetime.now(UTC)
    view = view_of(operation, now)
    drawn = Chart(View(_as_of(view.situation, now), Plan(), view.language))
    links = _Links(view, operation)
    lost = [view.place_name(it.code) for it in view.situation.places if it.code not in drawn.position]
    label = view.translate("Map of places and roads")
    context = {
        "operation": operation,
        "others": others,
        "zone": operation.time_zone,
        "now": now,
        "drawing": mark_safe(drawing(drawn, links, label) or ""),
        "keys": [(mark_safe(shape), word) for shape, word in _keys(view)],
        "lost": lost,
        "minded": [
            (it, *links(it), ROADS[it.status], ROAD_SIGNS[it.status])
            for it in drawn.view.situation.roads
            if it.status is not RoadStatus.OPEN
        ],
        "may_report": may(reader(request), Right.REPORT_ROAD, operation),
    }
    return render(request, "desk/field/map.html", context)


def chosen(request: HttpRequest, right: Right) -> tuple[rows.Operation, list[rows.Operation]]:
    """
    The operation that a page is about, and the others that it could be about.

    Raises
    ------
    NotFound
        The reader has the right in no such operation.
    """
    mine: QuerySet[rows.Operation] = rows.Operation.objects.filter(
        pk__in=where(reader(request), right).values("operation")
    ).order_by("code")
    wanted = request.GET.get("operation", "")
    found = next((it for it in mine if it.code == wanted or not wanted), None)
    if found is None:
        raise NotFound(Message("there is no such thing here"))
    return found, [it for it in mine if it != found]


def view_of(operation: rows.Operation, now: datetime) -> View:
    return View(store.ground(operation, now), Plan(), translation.get_language() or "en")


def _as_of(ground: Situation, now: datetime) -> Situation:
    """Each road by what it is at this moment: a closure that begins tomorrow is no closure today."""
    return replace(ground, roads=tuple(replace(it, status=it.status_at(now)) for it in ground.roads))


class _Links:
    """Where places and roads of the map lead, and what is said of them."""

    def __init__(self, view: View, operation: rows.Operation) -> None:
        self.view = view
        self.places = dict(rows.Place.objects.filter(operation=operation).values_list("code", "pk"))
        self.roads = dict(rows.Road.objects.filter(operation=operation).values_list("code", "pk"))

    def __call__(self, it: Place | Road) -> tuple[str, str]:
        view = self.view
        if isinstance(it, Place):
            return reverse(
                "place", args=[self.places[it.code]]
            ), f"{view.place_name(it.code)}: {kind_word(view, it.kind)}"
        way = f"{view.place_name(it.origin)} – {view.place_name(it.destination)}"
        return reverse("road", args=[self.roads[it.code]]), f"{way}: {view.text(ROADS[it.status])}"


def _keys(view: View) -> list[tuple[Html, Message]]:
    """What the signs on the map mean: shapes and dashes, not colours alone."""

    def key(shape: Html) -> Html:
        return element("svg", shape, class_="key", viewbox="0 0 28 16", aria_hidden="true")

    def line(status: RoadStatus) -> Html:
        return key(element("line", x1=0, x2=28, y1=8, y2=8, class_=f"road {status.value}"))

    return [
        (key(symbol("warehouse", None, 14, 8)), Message("warehouse")),
        (key(symbol("bakery", None, 14, 8)), Message("bakery")),
        (key(symbol("transshipment_point", None, 14, 8)), Message("transshipment point")),
        (key(symbol("checkpoint", None, 14, 8)), Message("checkpoint")),
        (key(symbol("delivery_point", None, 14, 8)), Message("delivery point")),
        (line(RoadStatus.OPEN), Message("road: open")),
        (line(RoadStatus.RESTRICTED), Message("! restricted")),
        (line(RoadStatus.CLOSED), Message("✕ closed")),
        (line(RoadStatus.UNKNOWN), Message("? unknown")),
    ]
