"""Vehicles: entered, changed, out of service and back; who drives them, and who leads a convoy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from karavan.desk import models as rows
from karavan.desk.actions.posting import Entry, action
from karavan.desk.actions.roads import hours
from karavan.domain.errors import Refused
from karavan.domain.fleet import OutOfService
from karavan.domain.message import Message
from karavan.domain.roles import Right

LONGEST_PLATE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleValues:
    """
    A vehicle as :class:`karavan.domain.fleet.Vehicle` has it, without its plate and its driver.

    Attributes
    ----------
    homes
        Numbers of places; it starts at the first.
    """

    type: str = ""
    homes: tuple[int, ...]
    payload_g: int
    compartments_cm3: tuple[int, ...]
    closed_body: bool = False
    gross_mass_g: int = 0
    height_mm: int = 0
    width_mm: int = 0
    speed_permille: int = 1_000
    item_classes: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    shift: str = "24/7"
    driving_limit_s: int = 32_400
    cost_fixed: int = 0
    cost_per_km: int = 0
    previous_load: str = ""
    cleaned_on: datetime | None = None
    available_from: datetime | None = None
    available_until: datetime | None = None


@action("vehicle entered")
def add_vehicle(entry: Entry, *, operation: int, plate: str, values: VehicleValues) -> None:
    """Its plate stays for good: waybills name it."""
    entry.require(Right.EDIT_FLEET, operation)
    plate = plate.strip()
    refuse_plate(plate)
    found = rows.Vehicle.objects.filter(operation=operation)
    if found.filter(plate__iexact=plate).exists():
        raise Refused(Message("there is a vehicle {plate} already", plate=plate))
    write_vehicle(rows.Vehicle(operation_id=operation, plate=plate, position=found.count()), values)


@action("vehicle changed")
def edit_vehicle(entry: Entry, *, vehicle: int, values: VehicleValues) -> None:
    """As it is from now on, whole."""
    row = entry.see(rows.Vehicle, vehicle)
    entry.require(Right.EDIT_FLEET, row.operation_id)
    write_vehicle(row, values)


_NUMBERS = (
    "gross_mass_g",
    "height_mm",
    "width_mm",
    "driving_limit_s",
    "cost_fixed",
    "cost_per_km",
)
_SAME = (*_NUMBERS, "type", "payload_g", "closed_body", "speed_permille", "previous_load", "cleaned_on")


def refuse_plate(plate: str) -> None:
    if not plate or len(plate) > LONGEST_PLATE or not plate.isprintable():
        raise Refused(Message("a plate has up to {count} signs", count=LONGEST_PLATE))


def refuse_vehicle(values: VehicleValues) -> None:
    """
    Raises
    ------
    Refused
        It carries nothing, or a number, its hours or its time in service are none.
    """
    if values.payload_g < 1 or not values.compartments_cm3 or min(values.compartments_cm3) < 1:
        raise Refused(Message("a vehicle carries some mass and has the volume of each compartment"))
    if min(getattr(values, name) for name in _NUMBERS) < 0 or values.speed_permille < 1:
        raise Refused(Message("a number here is not below nought"))
    if values.available_from and values.available_until and values.available_from >= values.available_until:
        raise Refused(Message("the end is not after the beginning"))
    hours(values.shift or "24/7")


def write_vehicle(row: rows.Vehicle, values: VehicleValues) -> None:
    refuse_vehicle(values)
    homes = rows.Place.objects.filter(operation=row.operation_id, pk__in=values.homes)
    if not values.homes or homes.count() != len(set(values.homes)):
        raise Refused(Message("a vehicle is at home at a place of this operation"))
    for name in _SAME:
        setattr(row, name, getattr(values, name))
    row.compartments_cm3 = list(values.compartments_cm3)
    row.item_classes, row.zones = sorted(set(values.item_classes)), sorted(set(values.zones))
    row.shift = hours(values.shift or "24/7")
    row.available_from, row.available_until = values.available_from, values.available_until
    row.save()
    row.homes.all().delete()
    for place in dict.fromkeys(values.homes):
        rows.VehicleHome.objects.create(vehicle=row, place_id=place)


@action("vehicle out of service", "remark")
def take_out_of_service(
    entry: Entry,
    *,
    vehicle: int,
    reason: OutOfService,
    since: datetime | None = None,
    until: datetime | None = None,
    remark: str = "",
) -> None:
    """``since``: now, where nobody says otherwise; ``until``: nobody knows."""
    begin = since or entry.now
    if until is not None and until <= max(begin, entry.now):
        raise Refused(Message("the end is not after the beginning"))
    _serve(entry, vehicle, reason.value, begin, until)


@action("vehicle back in service", "remark")
def return_to_service(entry: Entry, *, vehicle: int, remark: str = "") -> None:
    last = rows.VehicleService.objects.filter(vehicle=vehicle).order_by("number").last()
    _serve(entry, vehicle, "", entry.now, None)
    if last is None or not last.reason:
        raise Refused(Message("the vehicle is in service"))


def _serve(entry: Entry, vehicle: int, reason: str, since: datetime, until: datetime | None) -> None:
    row = entry.see(rows.Vehicle, vehicle)
    entry.require(Right.EDIT_FLEET, row.operation_id)
    rows.VehicleService.objects.create(
        id=entry.id,
        vehicle=row,
        number=(row.services.aggregate(last=Max("number"))["last"] or 0) + 1,
        reason=reason,
        since=since,
        until=until,
        by=entry.actor,
        at=entry.now,
    )


@action("driver named")
def name_driver(entry: Entry, *, vehicle: int, contact: UUID | None = None) -> None:
    """Who drives the vehicle from now on; nobody, where ``contact`` is missing."""
    row = entry.see(rows.Vehicle, vehicle)
    entry.require(Right.NAME_DRIVER, row.operation_id)
    row.driver_id = _contact(entry, contact, row.operation_id)
    row.save()


@action("driver entered", "name", "phone")
def enter_driver(entry: Entry, *, vehicle: int, name: str, phone: str = "") -> None:
    """A contact with the event's id, who drives the vehicle from now on."""
    row = entry.see(rows.Vehicle, vehicle)
    entry.require(Right.NAME_DRIVER, row.operation_id)
    if not name.strip():
        raise Refused(Message("a name is needed"))
    rows.Contact.objects.create(id=entry.id, operation_id=row.operation_id, name=name.strip(), phone=phone.strip())
    row.driver_id = entry.id
    row.save()


@action("leader named")
def name_leader(entry: Entry, *, convoy: int, contact: UUID | None = None) -> None:
    """Who leads the convoy; nobody, where ``contact`` is missing. That somebody leads it is signed at its gate."""
    row = entry.see(rows.Convoy, convoy)
    entry.require(Right.DISPATCH, row.operation_id, row.origin)
    row.leader_id = _contact(entry, contact, row.operation_id)
    row.save()


def _contact(entry: Entry, contact: UUID | None, operation: int) -> UUID | None:
    if contact is None:
        return None
    found = entry.see(rows.Contact, contact)
    if found.operation_id != operation or found.erased_at is not None:
        raise Refused(Message("there is no such contact in this operation"))
    return found.pk
