"""Roads: what is reported of each, and the form for the next report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from karavan.desk import actions, models as rows, store
from karavan.desk.access import may, require, seen
from karavan.desk.views.fields import Field, Form, Group, asked, reader
from karavan.desk.views.ground import chosen, view_of
from karavan.desk.views.moving import pages
from karavan.desk.views.reading import name_in
from karavan.desk.views.sheets import Sheet, all_of, is_asked, taken
from karavan.desk.views.waybills import remark_of
from karavan.desk.views.words import ROAD_SIGNS, ROADS
from karavan.domain.message import Message, Sayable
from karavan.domain.roads import Road, RoadStatus
from karavan.domain.roles import Right
from karavan.domain.units import KG_G, M_MM, Measure
from karavan.papers.page.tables import dates, limits
from karavan.papers.page.view import View

A_PAGE = 100


@dataclass(frozen=True)
class Line:
    """A road as lists show it."""

    pk: int
    way: str
    road: Road
    status: Message
    sign: str
    dates: str
    limits: list[str]


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Those to mind first."""
    operation, others = chosen(request, Right.SEE_ROADS)
    now = datetime.now(UTC)
    view = view_of(operation, now)
    numbers = dict(rows.Road.objects.filter(operation=operation).values_list("code", "pk"))
    status, text = request.GET.get("status", ""), request.GET.get("q", "").strip()
    lines = [_line(view, numbers[it.code], it, now) for it in view.situation.roads]
    if status in ROADS:
        lines = [it for it in lines if it.road.status_at(now) == status]
    if text:
        lines = [it for it in lines if text.casefold() in f"{it.way} {it.road.code}".casefold()]
    lines.sort(key=lambda it: it.road.status_at(now) is RoadStatus.OPEN and not it.dates)
    if is_asked(request):
        return taken(request, SHEET, all_of(lines))
    context = {
        "operation": operation,
        "others": others,
        "zone": operation.time_zone,
        "page": Paginator(lines, A_PAGE).get_page(request.GET.get("page")),
        "states": ROADS.items(),
        "status": status,
        "q": text,
        "may_import": may(reader(request), Right.EDIT_PLACES, operation),
    }
    return render(request, "desk/field/roads.html", context)


SHEET = Sheet(
    "roads",
    Message("Roads"),
    (
        (Message("Road"), lambda it: it.way),
        (Message("Code"), lambda it: it.road.code),
        (Message("Status"), lambda it: it.status),
        (Message("From – until"), lambda it: it.dates),
        (Message("Limits"), lambda it: ", ".join(it.limits)),
        (Message("Source"), lambda it: it.road.status_source),
    ),
)


def _line(view: View, number: int, road: Road, now: datetime) -> Line:
    way = f"{view.place_name(road.origin)} – {view.place_name(road.destination)}"
    status = road.status_at(now)
    told = dates(view, road)
    return Line(number, way, road, ROADS[status], ROAD_SIGNS.get(status, ""), told, limits(view, road))


@require_GET
def one(request: HttpRequest, road: int) -> HttpResponse:
    user = reader(request)
    row = seen(user, rows.Road, road)
    operation, now = row.operation, datetime.now(UTC)
    known = store.roads(rows.Road.objects.filter(pk=row.pk), now)[row.pk]
    view = view_of(operation, now)
    reports = row.reports.select_related("reported_by").order_by("-number")[:A_PAGE]
    context = {
        "road": row,
        "zone": operation.time_zone,
        "now": _line(view, row.pk, known, now),
        "distance": Measure(row.distance_m, "m"),
        "drive": Measure(row.drive_s, "s"),
        "reports": [
            (it, _line(view, row.pk, store.road(row, it), it.reported_at), ROADS[it.status], remark_of(it.pk))
            for it in reports
        ],
        "last": reports[0] if reports else None,
        "is_over": bool(reports) and reports[0].valid_until is not None and reports[0].valid_until <= now,
        "may_report": may(user, Right.REPORT_ROAD, operation),
    }
    return render(request, "desk/field/road.html", context)


@pages
def report(request: HttpRequest, road: int) -> HttpResponse:
    """What a source says of the road, whole; limits stand as they were until somebody changes them."""
    user = reader(request)
    row = seen(user, rows.Road, road)
    require(user, Right.REPORT_ROAD, row.operation_id)
    zone = ZoneInfo(row.operation.time_zone)
    form = Form(_groups(row), zone, Message("Write the report"))

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        return actions.report_road(
            who,
            number,
            now,
            road=row.pk,
            status=RoadStatus(form.got("status")),
            source=form.got("source"),
            status_from=form.got("status_from"),
            status_until=form.got("status_until"),
            valid_until=form.got("valid_until"),
            gate=form.got("gate"),
            max_gross_mass_g=form.got("mass"),
            max_height_mm=form.got("height"),
            max_width_mm=form.got("width"),
            convoy_only=form.got("convoy") == "yes",
            night_allowed=form.got("night") != "no",
            remark=form.got("remark"),
        )

    here = reverse("road", args=[row.pk])
    title = Message("Report on the road {road}", road=way_of(row))
    note: Sayable = Message(
        "All times are of the clock of {zone}. A report is never changed: the next one counts.", zone=str(zone)
    )
    return asked(request, form, write, title=title, done=here, back=here, note=note)


def way_of(row: rows.Road) -> str:
    ends = (name_in(place.names.all(), place.code) for place in (row.origin, row.destination))
    return " – ".join(ends)


def _groups(row: rows.Road) -> list[Group]:
    before = row.reports.order_by("number").last()
    said = [
        Field("status", Message("Status"), "choice", choices=tuple(ROADS.items())),
        Field(
            "source",
            Message("Who says so"),
            hint=Message("An office, a post or a driver's number; no names of people."),
        ),
        Field("status_from", Message("Since when"), "moment", required=False, hint=Message("Empty: already so.")),
        Field(
            "status_until",
            Message("Until when"),
            "moment",
            required=False,
            hint=Message("Empty: nobody knows. Before and after, a closed road is open and an open one is closed."),
        ),
        Field(
            "valid_until",
            Message("The report counts until"),
            "moment",
            required=False,
            hint=Message("Then the road counts as unknown until somebody reports again. Empty: until the next report."),
        ),
        Field("remark", Message("Remarks"), "long", required=False),
    ]
    bounds = [
        Field(
            "gate", Message("Gate hours"), "hours", required=False, hint="08:00-18:00; Mo-Fr 07:00-12:00,13:00-19:00"
        ),
        Field("mass", Message("Heaviest vehicle, gross [kg]"), "kg", required=False),
        Field("height", Message("Greatest height [m]"), "m", required=False),
        Field("width", Message("Greatest width [m]"), "m", required=False),
        Field("convoy", Message("Convoys"), "choice", choices=_CONVOY, value="no"),
        Field("night", Message("In the dark"), "choice", choices=_NIGHT, value="yes"),
    ]
    if before is not None:
        values = {
            "gate": before.gate,
            "mass": _figure(before.max_gross_mass_g, KG_G),
            "height": _figure(before.max_height_mm, M_MM),
            "width": _figure(before.max_width_mm, M_MM),
            "convoy": "yes" if before.convoy_only else "no",
            "night": "yes" if before.night_allowed else "no",
        }
        for it in bounds:
            it.value = values[it.name]
    return [Group("", said), Group(Message("Limits, as they are from now on"), bounds)]


_CONVOY = (("no", Message("vehicles may drive alone")), ("yes", Message("in convoy only")))
_NIGHT = (("yes", Message("may be driven")), ("no", Message("not in the dark")))


def _figure(amount: int | None, unit: int) -> str:
    """As it is typed: with a point, without noughts at the end."""
    return f"{amount / unit:.3f}".rstrip("0").rstrip(".") if amount else ""
