"""Convoys: the gate with its conditions, the order of march, check-ins and incidents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import uuid_utils.compat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from karavan.desk import actions, clearances, gates, models as rows
from karavan.desk.access import may, seen, visible, where
from karavan.desk.duties import narrowed, words_of
from karavan.desk.stock import waybill_number, with_states
from karavan.desk.templatetags.goods import name_of
from karavan.desk.views.fields import Field, Form, Group, asked, local, reader
from karavan.desk.views.moving import pages
from karavan.desk.views.sheets import At, Sheet, all_of, is_asked, taken
from karavan.desk.views.waybills import person, remark_of
from karavan.desk.views.words import CHECK_INS, CONDITIONS, INCIDENTS, STATES
from karavan.domain.convoys import AFTER_LEAVING, unready
from karavan.domain.errors import Refused
from karavan.domain.message import Message
from karavan.domain.roles import Right

A_LIST = 100
SHOWN_CLEARANCES = 10


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """The latest departures first, each with what it said last."""
    user, wait, moment = reader(request), request.GET.get("wait", ""), datetime.now(UTC)
    found, duty = narrowed(gates.still_due(visible(user, rows.Convoy)), user, wait, moment)
    found = found.select_related("origin", "destination", "operation")
    ordered = found.prefetch_related("origin__names", "destination__names").order_by("-depart", "-id")
    if is_asked(request):
        return taken(request, SHEET, _rows(all_of(ordered)))
    convoys = _rows(ordered[:A_LIST])
    return render(request, "desk/move/convoys.html", {"convoys": convoys, "only": words_of(duty, len(convoys))})


def _rows(convoys: Iterable[rows.Convoy]) -> list[dict[str, Any]]:
    """Each with its gate and what it said last."""
    found = list(convoys)
    pks = [it.pk for it in found]
    waits = list(gates.to_leave(rows.Convoy.objects.filter(pk__in=pks)))
    missing = gates.unmet_of(waits)
    last = {it.convoy_id: it for it in gates.heard(rows.CheckIn.objects.filter(convoy__in=pks))}
    return [
        {
            "convoy": convoy,
            "zone": convoy.operation.time_zone,
            "gate": missing.get(convoy.pk),
            **_told(last.get(convoy.pk)),
        }
        for convoy in found
    ]


SHEET = Sheet(
    "convoys",
    Message("Convoys"),
    (
        (Message("Convoy"), lambda it: it["convoy"].code),
        (Message("From"), lambda it: name_of(it["convoy"].origin)),
        (Message("To"), lambda it: name_of(it["convoy"].destination)),
        (Message("Leave"), lambda it: At(it["convoy"].depart, it["zone"])),
        (Message("Arrive"), lambda it: At(it["convoy"].arrive, it["zone"])),
        (Message("Gate"), lambda it: _gate_word(it["gate"])),
        (Message("Last heard"), lambda it: it["said"]),
        (Message("Heard at"), lambda it: At(it["at"], it["zone"])),
    ),
    operation=lambda it: it["convoy"].operation,
)


def _gate_word(missing: tuple[Message, ...] | None) -> Message:
    if missing is None:
        return Message("the convoy has left")
    return Message("gate shut") if missing else Message("gate open")


def _told(said: rows.CheckIn | None) -> dict[str, Any]:
    return {"said": CHECK_INS.get(said.state, said.state) if said else "", "at": said.seen if said else None}


@require_GET
def one(request: HttpRequest, convoy: int) -> HttpResponse:
    user = reader(request)
    row = seen(user, rows.Convoy, convoy)
    march = rows.ConvoyJourney.objects.filter(convoy=row).select_related("journey__vehicle").order_by("position", "id")
    gate = gates.signed(row)
    signatures = rows.Readiness.objects.filter(convoy=row).select_related("by").order_by("at", "id")
    last = {it.condition: it for it in signatures}
    check_ins = rows.CheckIn.objects.filter(convoy=row).select_related("place", "by").prefetch_related("place__names")
    context = {
        "convoy": row,
        "zone": row.operation.time_zone,
        "leader": person(user, row.leader_id),
        "gate": [
            (name, words, gate.get(name, False), last.get(name), uuid_utils.compat.uuid7())
            for name, words in CONDITIONS.items()
        ],
        "missing": unready(gate),
        "groundless": [] if unready(gate) else gates.groundless(row).values(),
        "journeys": [_journey(user, it.journey) for it in march],
        "clearances": _clearances(user, row),
        "sees_people": may(user, Right.SEE_CONTACTS, row.operation_id, row.origin),
        "check_ins": [(it, CHECK_INS.get(it.state, it.state), remark_of(it.pk)) for it in gates.heard(check_ins)],
        "left": gates.left_of([row]).get(row.pk),
        "can_lead": where(user, Right.DISPATCH).filter(pk=row.origin_id).exists(),
        "can_print": where(user, Right.ISSUE_WAYBILL).filter(pk=row.origin_id).exists(),
        "unprinted": [(it, waybill_number(it)) for it in gates.papers_of(row).filter(prints=None)],
        "can_report": where(user, Right.REPORT_INCIDENT).filter(operation=row.operation_id).exists(),
    }
    return render(request, "desk/move/convoy.html", context)


def _journey(user: rows.User, journey: rows.Journey) -> dict[str, object]:
    papers = with_states(visible(user, rows.Waybill).filter(journey=journey)).select_related("series").order_by("no")
    events = gates.heard(rows.Incident.objects.filter(journey=journey).select_related("by"))
    return {
        "journey": journey,
        "driver": person(user, journey.vehicle.driver_id),
        "papers": [(it, waybill_number(it), STATES[it.state]) for it in papers],  # type: ignore[attr-defined]
        "incidents": [(it, INCIDENTS.get(it.kind, it.kind), remark_of(it.pk)) for it in events],
    }


def _clearances(user: rows.User, convoy: rows.Convoy) -> list[tuple[rows.Clearance, bool]]:
    """What could cover the convoy, and whether each holds while it is on its way; roads each for itself."""
    found = (it for it in clearances.asked(user, convoy.operation_id) if it.row.convoy_id in (None, convoy.pk))
    held = [(it.row, it.cover.holds(convoy.depart, convoy.arrive)) for it in found]
    return sorted(held, key=lambda pair: not pair[1])[:SHOWN_CLEARANCES]


@require_POST
def gate(request: HttpRequest, convoy: int) -> HttpResponse:
    """One condition, signed as met or as not met any more."""
    user = reader(request)
    row = seen(user, rows.Convoy, convoy)
    condition = request.POST.get("condition", "")
    try:
        number = UUID(request.POST.get("id", ""))
    except ValueError:
        raise Refused(Message("this page is too old; send it once more")) from None
    met = request.POST.get("met") == "yes"
    now = datetime.now(UTC)
    actions.sign_readiness(user, number, now, convoy=row.pk, condition=condition, met=met)
    return redirect(f"{reverse('convoy', args=[row.pk])}#gate")


@pages
def check_in(request: HttpRequest, convoy: int) -> HttpResponse:
    row = seen(reader(request), rows.Convoy, convoy)
    places = rows.Place.objects.filter(operation=row.operation_id).order_by("position").prefetch_related("names")
    has_left = bool(gates.left_of([row]))
    states = tuple((state, words) for state, words in CHECK_INS.items() if has_left or state not in AFTER_LEAVING)
    at = tuple((str(place.pk), name_of(place)) for place in places)
    fields = [
        Field("state", Message("What the convoy says"), "choice", choices=states),
        Field("place", Message("Where"), "choice", required=False, choices=at),
        _seen_at(Message("When it was so"), row.operation),
        Field("remark", Message("Remarks"), "long", required=False),
    ]
    form = Form([Group("", fields)], ZoneInfo(row.operation.time_zone), Message("Write it down"))

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        said = {name: form.got(name) for name in ("state", "remark")}
        place = int(form.got("place")) if form.got("place") else None
        return actions.check_in(who, number, now, convoy=row.pk, place=place, seen_at=form.got("seen_at"), **said)

    missing = gates.unmet(row)
    here = reverse("convoy", args=[row.pk])
    title = Message("Check-in of {convoy}", convoy=row.code)
    shut = [(row, missing)] if missing and not has_left else []
    note = "" if has_left else _NOT_LEFT
    return asked(request, form, write, title=title, done=here, back=here, unready=shut, note=note)


_NOT_LEFT = Message(
    "The convoy has not left: it can be released, or blocked where it starts. All else can be said of it when one of "
    "its waybills is dispatched, or when it is released without goods."
)


def _seen_at(label: Message, operation: rows.Operation) -> Field:
    """The moment that is told of: this minute unless somebody says otherwise."""
    zone = operation.time_zone
    hint = Message("Time zone: {zone}. What was heard earlier has the earlier time.", zone=zone)
    value = local(datetime.now(UTC), ZoneInfo(zone))
    return Field("seen_at", label, "moment", required=False, hint=hint, value=value)


@pages
def incident(request: HttpRequest, journey: int) -> HttpResponse:
    row = seen(reader(request), rows.Journey, journey)
    kinds = tuple((kind, words) for kind, words in INCIDENTS.items())
    fields = [
        Field("kind", Message("What happened"), "choice", choices=kinds),
        _seen_at(Message("When it happened"), row.operation),
        Field("remark", Message("Remarks"), "long", required=False),
    ]
    form = Form([Group("", fields)], ZoneInfo(row.operation.time_zone), Message("Report it"))

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        said = {name: form.got(name) for name in ("kind", "seen_at", "remark")}
        return actions.report_incident(who, number, now, journey=row.pk, **said)

    convoy = visible(reader(request), rows.Convoy).filter(march__journey=row).first()
    done = reverse("convoy", args=[convoy.pk]) if convoy else reverse("waybills")
    title = Message("Incident of {vehicle}", vehicle=row.vehicle.plate)
    return asked(request, form, write, title=title, done=done, back=done)
