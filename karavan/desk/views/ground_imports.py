"""Places, roads and vehicles from a workbook: what would come in is shown first, then it comes in whole, or not."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from karavan.desk import actions, models as rows
from karavan.desk.access import may, operations
from karavan.desk.actions import PlaceRow, RoadRow, VehicleRow
from karavan.desk.actions.fleet import refuse_plate, refuse_vehicle
from karavan.desk.actions.ground import refuse_code, refuse_road, taken_codes
from karavan.desk.actions.places import MICRO, refuse_place
from karavan.desk.views.reading import given_id, new_id, now, reader
from karavan.desk.views.words import PLACES, ROADS
from karavan.domain.errors import BadWorkbook, NotFound, Problem, Refused, RefusedFile
from karavan.domain.fleet import Vehicle
from karavan.domain.message import Message
from karavan.domain.places import Place
from karavan.domain.planfile import canonical_text
from karavan.domain.roads import Road
from karavan.domain.roles import Right
from karavan.domain.situationfile import value_from_plain
from karavan.workbook import Ground, read_ground

MOST_BYTES = 20_000_000
MOST_SEALED = 900_000
"""Signs of what goes with the preview: a form of the desk takes a million."""
PROBLEMS_SHOWN = 100
ROWS_SHOWN = 200
KNOWN_SHOWN = 50
PREVIEW_S = 3600
_SALT = "karavan.import.ground"

SHEETS = {"places": Right.EDIT_PLACES, "roads": Right.EDIT_PLACES, "vehicles": Right.EDIT_FLEET}
"""By the workbook's key of the sheet, the right to enter its rows."""
LABELS = {"places": Message("Places"), "roads": Message("Roads"), "vehicles": Message("Vehicles")}
PAGES = {"places": "places", "roads": "roads", "vehicles": "fleet"}


Taken = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """What would come in, sealed between the preview and the confirmation; ``named`` as the action has it."""

    places: tuple[PlaceRow, ...]
    roads: tuple[RoadRow, ...]
    vehicles: tuple[VehicleRow, ...]
    named: tuple[tuple[str, str, str], ...]

    @property
    def count(self) -> int:
        return len(self.places) + len(self.roads) + len(self.vehicles)


@require_http_methods(["GET", "POST"])
def ground(request: HttpRequest) -> HttpResponse:
    mine = list(_operations(request))
    if request.method == "POST" and "confirmed" in request.POST:
        return _write(request, mine)
    context: dict[str, Any] = {"operations": mine, "id": new_id()}
    wanted = (request.POST if request.method == "POST" else request.GET).getlist("take")
    context["offered"] = _offered(request, mine, wanted)
    if request.method == "GET":
        context["chosen"] = request.GET.get("operation", "")
        return render(request, "desk/field/import.html", context)
    operation = _chosen(request.POST.get("operation", ""), mine)
    context["chosen"] = operation.code
    keys = [key for key, right in SHEETS.items() if key in wanted and may(reader(request), right, operation)]
    if not keys:
        return _wrong(request, context, [Message("Choose what is to come in.")])
    file = request.FILES.get("workbook")
    if not isinstance(file, UploadedFile) or not file.size:
        return _wrong(request, context, [Message("Choose a workbook.")])
    if file.size > MOST_BYTES:
        return _wrong(request, context, [Message("The file is too large.")])
    data = file.read()
    try:
        found = _read(data, operation, keys)
    except BadWorkbook as error:
        return _wrong(request, context, [error.message], error.problems[:PROBLEMS_SHOWN])
    except RefusedFile as error:
        return _wrong(request, context, [error.message])
    return _preview(request, context, operation, found, sha256(data).hexdigest())


def _offered(
    request: HttpRequest, mine: list[rows.Operation], wanted: Sequence[str]
) -> list[tuple[str, Message, bool]]:
    """Sheets whose rows the reader may enter somewhere, each with its word and whether it is chosen."""
    return [
        (key, LABELS[key], key in wanted or not wanted)
        for key, right in SHEETS.items()
        if any(may(reader(request), right, it) for it in mine)
    ]


def _preview(
    request: HttpRequest, context: dict[str, Any], operation: rows.Operation, found: Ground, digest: str
) -> HttpResponse:
    taken = taken_codes(operation.pk)
    problems = list(_problems(found, taken))
    if problems:
        count = Message.counted(
            "the workbook has {count} problem", "the workbook has {count} problems", count=len(problems)
        )
        return _wrong(request, context, [count], problems[:PROBLEMS_SHOWN])
    coming = _coming(found, taken)
    sealed = signing.dumps([operation.pk, digest, canonical_text(coming)], salt=_SALT, compress=True)
    if len(sealed) > MOST_SEALED:
        return _wrong(request, context, [Message("This is too much at once: take places, roads and vehicles apart.")])
    known = [
        *(it.code for it in found.places if it.code.casefold() in taken["places"]),
        *(it.code for it in found.roads if it.code.casefold() in taken["roads"]),
        *(it.plate for it in found.vehicles if it.plate.casefold() in taken["vehicles"]),
    ]
    context |= {
        "operation": operation,
        "coming": coming,
        "count": Message.counted("{count} row would come in.", "{count} rows would come in.", count=coming.count),
        "known": known[:KNOWN_SHOWN],
        "more_known": max(0, len(known) - KNOWN_SHOWN),
        "places": [(it, PLACES[it.values.kind]) for it in coming.places[:ROWS_SHOWN]],
        "roads": [(it, ROADS[it.status]) for it in coming.roads[:ROWS_SHOWN]],
        "vehicles": coming.vehicles[:ROWS_SHOWN],
        "shown": ROWS_SHOWN,
        "is_cut": max(len(coming.places), len(coming.roads), len(coming.vehicles)) > ROWS_SHOWN,
        "sealed": sealed,
    }
    return render(request, "desk/field/import.html", context)


def _wrong(
    request: HttpRequest, context: dict[str, Any], problems: list[Message], cells: Sequence[Problem] = ()
) -> HttpResponse:
    return render(request, "desk/field/import.html", {**context, "problems": problems, "cells": cells}, status=422)


def _operations(request: HttpRequest) -> QuerySet[rows.Operation]:
    user = reader(request)
    return operations(user, Right.EDIT_PLACES) | operations(user, Right.EDIT_FLEET)


def _chosen(text: str, mine: list[rows.Operation]) -> rows.Operation:
    found = next((it for it in mine if str(it.pk) == text), None)
    if found is None:
        raise NotFound(Message("there is no such thing here"))
    return found


def _read(data: bytes, operation: rows.Operation, keys: list[str]) -> Ground:
    places = rows.Place.objects.filter(operation=operation).values_list("code", flat=True)
    classes = rows.Item.objects.filter(operation=operation).values_list("item_class", flat=True).distinct()
    with tempfile.TemporaryDirectory(prefix="karavan-import-") as folder:
        path = Path(folder) / "workbook.xlsx"
        path.write_bytes(data)
        return read_ground(path, ZoneInfo(operation.time_zone), set(places), set(classes), keys)


def _problems(found: Ground, taken: Taken) -> Iterator[Problem]:
    """What the desk takes of nobody, each with its sheet, row and column."""
    for number, place in enumerate(found.places):
        if place.code.casefold() not in taken["places"]:
            yield from _refused(found, "places", number, "code", place.code, refuse_code, place.code)
            yield from _refused(found, "places", number, "", "", refuse_place, _place(place).values)
    for number, road in enumerate(found.roads):
        if road.code.casefold() not in taken["roads"]:
            yield from _refused(found, "roads", number, "code", road.code, refuse_code, road.code)
            yield from _refused(found, "roads", number, "", "", refuse_road, _road(road))
    for number, vehicle in enumerate(found.vehicles):
        if vehicle.plate.casefold() not in taken["vehicles"]:
            yield from _refused(found, "vehicles", number, "plate", vehicle.plate, refuse_plate, vehicle.plate)
            yield from _refused(found, "vehicles", number, "", "", refuse_vehicle, _vehicle(vehicle).values)
    codes = {
        "places": ("code", [it.code for it in found.places]),
        "roads": ("code", [it.code for it in found.roads]),
        "vehicles": ("plate", [it.plate for it in found.vehicles]),
    }
    for key, (column, given) in codes.items():
        first: dict[str, int] = {}
        for number, code in enumerate(given):
            if (there := taken[key].get(code.casefold(), code)) != code:
                yield _problem(found, key, number, column, code, Message("the desk writes it {code}", code=there))
            earlier = first.setdefault(code.casefold(), number)
            if earlier != number:
                rule = Message("the same as in row {row}", row=str(found.standing[key].rows[earlier]))
                yield _problem(found, key, number, column, code, rule)


def _refused(
    found: Ground, key: str, number: int, column: str, value: str, refuse: Callable[[Any], None], given: object
) -> Iterator[Problem]:
    try:
        refuse(given)
    except Refused as error:
        yield _problem(found, key, number, column, value, error.message)


def _problem(found: Ground, key: str, number: int, column: str, value: str, rule: Message) -> Problem:
    standing = found.standing[key]
    return Problem(standing.sheet, standing.rows[number], standing.columns.get(column, ""), value[:60], rule)


def _coming(found: Ground, taken: Taken) -> Coming:
    """What is not there yet."""
    places = [it for it in found.places if it.code.casefold() not in taken["places"]]
    vehicles = [it for it in found.vehicles if it.plate.casefold() not in taken["vehicles"]]
    named = [(f"place {it.code}", it.contact, "") for it in places if it.contact]
    named += [(f"vehicle {it.plate}", it.driver, it.phone) for it in vehicles if it.driver or it.phone]
    return Coming(
        places=tuple(_place(it) for it in places),
        roads=tuple(_road(it) for it in found.roads if it.code.casefold() not in taken["roads"]),
        vehicles=tuple(_vehicle(it) for it in vehicles),
        named=tuple(named),
    )


def _microdeg(degrees: float | None) -> int | None:
    return None if degrees is None else round(degrees * MICRO)


def _place(place: Place) -> PlaceRow:
    values = actions.PlaceValues(
        kind=place.kind,
        names=tuple(actions.NameValues(language, name) for language, name in place.names),
        latitude_microdeg=_microdeg(place.latitude_deg),
        longitude_microdeg=_microdeg(place.longitude_deg),
        pcode=place.pcode,
        population=place.population,
        opening=str(place.opening),
        handling_g_per_h=place.handling_g_per_h,
        handling_fixed_s=place.handling_fixed_s,
        largest_gross_mass_g=place.largest_gross_mass_g,
        zones=tuple(sorted(place.zones)),
    )
    return PlaceRow(code=place.code, values=values)


def _road(road: Road) -> RoadRow:
    return RoadRow(
        code=road.code,
        origin=road.origin,
        destination=road.destination,
        distance_m=road.distance_m,
        drive_s=road.drive_s,
        one_way=road.one_way,
        max_gross_mass_g=road.max_gross_mass_g,
        max_height_mm=road.max_height_mm,
        max_width_mm=road.max_width_mm,
        status=road.status,
        status_from=road.status_from,
        status_until=road.status_until,
        source=road.status_source,
        gate=str(road.gate) if road.gate else "",
        convoy_only=road.convoy_only,
        night_allowed=road.night_allowed,
        line_microdeg=tuple((round(a * MICRO), round(b * MICRO)) for a, b in road.geometry_deg),
    )


def _vehicle(vehicle: Vehicle) -> VehicleRow:
    values = actions.VehicleValues(
        type=vehicle.type,
        homes=(),
        payload_g=vehicle.payload_g,
        compartments_cm3=vehicle.compartments_cm3,
        closed_body=vehicle.closed_body,
        gross_mass_g=vehicle.gross_mass_g,
        height_mm=vehicle.height_mm,
        width_mm=vehicle.width_mm,
        speed_permille=vehicle.speed_permille,
        item_classes=tuple(sorted(vehicle.item_classes)),
        zones=tuple(sorted(vehicle.zones)),
        shift=str(vehicle.shift),
        driving_limit_s=vehicle.driving_limit_s,
        cost_fixed=vehicle.cost_fixed,
        cost_per_km=vehicle.cost_per_km,
        previous_load=vehicle.previous_load,
        cleaned_on=vehicle.cleaned_on,
        available_from=vehicle.available_from,
        available_until=vehicle.available_until,
    )
    return VehicleRow(plate=vehicle.plate, homes=vehicle.homes, values=values)


def _write(request: HttpRequest, mine: list[rows.Operation]) -> HttpResponse:
    """What was shown comes in: it was sealed with the preview, and nothing else is taken."""
    try:
        number, digest, text = signing.loads(request.POST.get("sealed", ""), salt=_SALT, max_age=PREVIEW_S)
    except signing.BadSignature:
        context = {"operations": mine, "id": new_id(), "offered": _offered(request, mine, [])}
        return _wrong(request, context, [Message("Choose the workbook again.")])
    operation, coming = _chosen(str(number), mine), value_from_plain(Coming, json.loads(text))
    actions.import_ground(
        reader(request),
        given_id(request),
        now(),
        operation=operation.pk,
        sha256=digest,
        places=coming.places,
        roads=coming.roads,
        vehicles=coming.vehicles,
        named={key: (name, phone) for key, name, phone in coming.named},
    )
    first = next((key for key in PAGES if getattr(coming, key)), "places")
    return redirect(f"{reverse(PAGES[first])}?{urlencode({'operation': operation.code})}")
