"""Requests from a workbook: what would come in is shown first, then all of it comes in, or nothing."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from karavan.desk import actions, models as rows
from karavan.desk.access import where
from karavan.desk.actions import LineValues, RequestValues
from karavan.desk.actions.imports import imported_before
from karavan.desk.views.reading import given_id, new_id, now, place_name, reader, zone
from karavan.domain.errors import BadWorkbook, NotFound, Problem, RefusedFile
from karavan.domain.message import Message
from karavan.domain.planfile import canonical_text
from karavan.domain.requests import Request
from karavan.domain.roles import Right
from karavan.domain.situationfile import value_from_plain
from karavan.domain.units import time_text
from karavan.workbook import read_workbook

MOST_BYTES = 20_000_000
PROBLEMS_SHOWN = 100
PREVIEW_S = 3600
_SALT = "karavan.import"


@dataclass(frozen=True, slots=True)
class Preview:
    """
    Attributes
    ----------
    problems
        Why nothing of it can come in.
    known
        Numbers that the desk has already; they are left as they are.
    """

    fresh: tuple[Request, ...]
    known: tuple[str, ...]
    problems: tuple[Message, ...]


@require_http_methods(["GET", "POST"])
def requests(request: HttpRequest) -> HttpResponse:
    operations = _operations(request)
    if request.method == "POST" and "confirmed" in request.POST:
        return _write(request, operations)
    context: dict[str, Any] = {"operations": operations, "id": new_id()}
    if request.method == "GET":
        return render(request, "desk/requests/import.html", context)
    operation = _chosen(request.POST.get("operation", ""), operations)
    file = request.FILES.get("workbook")
    if not isinstance(file, UploadedFile) or not file.size:
        return _wrong(request, context, [Message("Choose a workbook.")])
    if file.size > MOST_BYTES:
        return _wrong(request, context, [Message("The file is too large.")])
    data = file.read()
    digest = sha256(data).hexdigest()
    if imported_before(operation.pk, digest):
        return _wrong(request, context, [Message("this file was imported before")])
    try:
        asked = _read(data)
    except BadWorkbook as error:
        return _wrong(request, context, [error.message], error.problems[:PROBLEMS_SHOWN])
    except RefusedFile as error:
        return _wrong(request, context, [error.message])
    preview = _preview(operation, asked)
    if preview.problems:
        return _wrong(request, context, list(preview.problems[:PROBLEMS_SHOWN]))
    context |= {"operation": operation, "preview": preview, "count": _counted(len(preview.fresh))}
    named = rows.Place.objects.filter(operation=operation).prefetch_related("names")
    places = {place.code: place_name(place) for place in named}
    context["rows"] = [
        (it, places[it.place], time_text(it.raised_at, zone(operation)), len(it.lines)) for it in preview.fresh
    ]
    context["sealed"] = signing.dumps([operation.pk, digest, canonical_text(preview.fresh)], salt=_SALT, compress=True)
    return render(request, "desk/requests/import.html", context)


def _counted(count: int) -> Message:
    return Message.counted("{count} request would come in.", "{count} requests would come in.", count=count)


def _wrong(
    request: HttpRequest, context: dict[str, Any], problems: list[Message], cells: Sequence[Problem] = ()
) -> HttpResponse:
    return render(request, "desk/requests/import.html", {**context, "problems": problems, "cells": cells}, status=422)


def _operations(request: HttpRequest) -> list[rows.Operation]:
    places = where(reader(request), Right.RAISE_REQUEST)
    return list(rows.Operation.objects.filter(pk__in=places.values("operation")).order_by("code"))


def _chosen(text: str, operations: list[rows.Operation]) -> rows.Operation:
    found = next((it for it in operations if str(it.pk) == text), None)
    if found is None:
        raise NotFound(Message("there is no such thing here"))
    return found


def _read(data: bytes) -> tuple[Request, ...]:
    with tempfile.TemporaryDirectory(prefix="karavan-import-") as folder:
        path = Path(folder) / "workbook.xlsx"
        path.write_bytes(data)
        return read_workbook(path).requests


def _preview(operation: rows.Operation, asked: tuple[Request, ...]) -> Preview:
    places = set(rows.Place.objects.filter(operation=operation).values_list("code", flat=True))
    items = set(rows.Item.objects.filter(operation=operation).values_list("code", flat=True))
    items |= set(rows.KitLine.objects.filter(operation=operation).values_list("kit", flat=True))
    taken = set(rows.Request.objects.filter(operation=operation).values_list("number", flat=True))
    fresh = tuple(it for it in asked if it.number not in taken)
    problems = [
        Message("{number}: there is no place {code} in this operation", number=it.number, code=it.place)
        for it in fresh
        if it.place not in places
    ]
    problems += [
        Message("{line}: there is no item or kit {code}", line=line.code, code=line.item)
        for it in fresh
        for line in it.lines
        if line.item not in items
    ]
    return Preview(fresh, tuple(it.number for it in asked if it.number in taken), tuple(problems))


def _write(request: HttpRequest, operations: list[rows.Operation]) -> HttpResponse:
    """What was shown comes in: it was sealed with the preview, and nothing else is taken."""
    try:
        operation, digest, text = signing.loads(request.POST.get("sealed", ""), salt=_SALT, max_age=PREVIEW_S)
    except signing.BadSignature:
        return _wrong(request, {"operations": operations, "id": new_id()}, [Message("Choose the workbook again.")])
    asked = value_from_plain(tuple[Request, ...], json.loads(text))
    found = _chosen(str(operation), operations)
    actions.import_requests(
        reader(request),
        given_id(request),
        now(),
        operation=found.pk,
        sha256=digest,
        requests=tuple(_values(it) for it in asked),
        named={it.number: (it.raised_by, it.contact) for it in asked},
    )
    return redirect("requests")


def _values(request: Request) -> RequestValues:
    return RequestValues(
        number=request.number,
        place=request.place,
        people=request.people,
        raised_at=request.raised_at,
        organisation=request.organisation,
        lines=tuple(
            LineValues(item=it.item, quantity=it.quantity, priority=it.priority, needed_by=it.needed_by)
            for it in request.lines
        ),
    )
