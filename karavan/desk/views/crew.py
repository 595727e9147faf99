"""People of the road: who drives a vehicle, who leads a convoy, and whom to call."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from karavan.desk import actions, models as rows
from karavan.desk.access import require, seen, visible
from karavan.desk.views.fields import Field, Form, Group, asked, reader
from karavan.desk.views.fleet import mine, page_of
from karavan.desk.views.ground import chosen
from karavan.desk.views.moving import pages
from karavan.desk.views.sheets import Sheet, all_of, is_asked, taken
from karavan.domain.message import Message
from karavan.domain.roles import Right


@pages
def driver(request: HttpRequest, vehicle: int) -> HttpResponse:
    """Somebody who is known, or somebody new."""
    row = mine(request, vehicle, Right.NAME_DRIVER)
    user = reader(request)
    require(user, Right.SEE_CONTACTS, row.operation_id)
    fields = [
        Field(
            "contact",
            Message("Who"),
            "choice",
            False,
            choices=_people(user, row.operation_id),
            value=str(row.driver_id or ""),
        ),
        Field("name", Message("Or somebody new: name"), required=False),
        Field("phone", Message("Phone"), required=False),
    ]
    form = Form([Group("", fields)], ZoneInfo(row.operation.time_zone), Message("Write it down"))

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        if form.got("name"):
            name, phone = form.got("name"), form.got("phone")
            return actions.enter_driver(who, number, now, vehicle=row.pk, name=name, phone=phone)
        contact = UUID(form.got("contact")) if form.got("contact") else None
        return actions.name_driver(who, number, now, vehicle=row.pk, contact=contact)

    title = Message("Driver of {vehicle}", vehicle=row.plate)
    return asked(request, form, write, title=title, done=page_of(row), back=page_of(row), note=_ONLY_NEEDED)


_ONLY_NEEDED = Message("Only a name and a number, to call them. Both are erased on the page Contacts when they ask.")


def _people(user: rows.User, operation: int) -> tuple[tuple[str, str], ...]:
    found = visible(user, rows.Contact).filter(operation=operation, erased_at=None).order_by("name", "pk")
    return tuple((str(it.pk), f"{it.name} {it.phone}".strip()) for it in found)


@pages
def leader(request: HttpRequest, convoy: int) -> HttpResponse:
    user = reader(request)
    row = seen(user, rows.Convoy, convoy)
    require(user, Right.DISPATCH, row.operation_id, row.origin)
    require(user, Right.SEE_CONTACTS, row.operation_id, row.origin)
    who_leads = Field(
        "contact",
        Message("Who"),
        "choice",
        False,
        choices=_people(user, row.operation_id),
        value=str(row.leader_id or ""),
    )
    form = Form([Group("", [who_leads])], ZoneInfo(row.operation.time_zone), Message("Write it down"))

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        contact = UUID(form.got("contact")) if form.got("contact") else None
        return actions.name_leader(who, number, now, convoy=row.pk, contact=contact)

    here = reverse("convoy", args=[row.pk])
    title = Message("Leader of {convoy}", convoy=row.code)
    return asked(request, form, write, title=title, done=here, back=here)


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Drivers and leaders, with what they drive and lead."""
    user = reader(request)
    operation, others = chosen(request, Right.SEE_CONTACTS)
    vehicles = visible(user, rows.Vehicle).filter(operation=operation, driver__isnull=False).order_by("position", "id")
    convoys = visible(user, rows.Convoy).filter(operation=operation, leader__isnull=False)
    ahead = convoys.filter(arrive__gte=datetime.now(UTC)).order_by("depart", "id")
    found: dict[UUID, tuple[list[rows.Vehicle], list[rows.Convoy]]] = {}
    for vehicle in vehicles:
        if vehicle.driver_id:
            found.setdefault(vehicle.driver_id, ([], []))[0].append(vehicle)
    for convoy in ahead:
        if convoy.leader_id:
            found.setdefault(convoy.leader_id, ([], []))[1].append(convoy)
    people = visible(user, rows.Contact).filter(pk__in=found, erased_at=None).order_by("name", "pk")
    listed_people = [(it, *found[it.pk]) for it in people]
    if is_asked(request):
        return taken(request, SHEET, all_of(listed_people))
    context = {"operation": operation, "others": others, "people": listed_people}
    return render(request, "desk/field/crew.html", context)


SHEET = Sheet(
    "crew",
    Message("Drivers and leaders"),
    (
        (Message("Name"), lambda it: it[0].name),
        (Message("Phone"), lambda it: it[0].phone),
        (Message("Drives"), lambda it: ", ".join(row.plate for row in it[1])),
        (Message("Leads"), lambda it: ", ".join(row.code for row in it[2])),
    ),
)
