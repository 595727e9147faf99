"""Places, roads and vehicles out of a workbook: all of them, or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

from karavan.desk import models as rows
from karavan.desk.actions.fleet import VehicleValues, refuse_plate, write_vehicle
from karavan.desk.actions.places import MICRO, PlaceValues, write_place
from karavan.desk.actions.posting import Entry, action
from karavan.desk.actions.roads import hours
from karavan.domain.errors import Refused
from karavan.domain.message import Message
from karavan.domain.roads import STRAIGHT_JOINT, RoadStatus
from karavan.domain.roles import Right


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    code: str
    values: PlaceValues


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadRow:
    """A road as :class:`karavan.domain.roads.Road` has it; its status is its first report."""

    code: str
    origin: str
    destination: str
    distance_m: int
    drive_s: int
    one_way: bool = False
    max_gross_mass_g: int | None = None
    max_height_mm: int | None = None
    max_width_mm: int | None = None
    status: RoadStatus = RoadStatus.UNKNOWN
    status_from: datetime | None = None
    status_until: datetime | None = None
    source: str = ""
    gate: str = ""
    convoy_only: bool = False
    night_allowed: bool = True
    line_microdeg: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleRow:
    """``homes`` are codes of places; those of ``values`` are not looked at."""

    plate: str
    homes: tuple[str, ...]
    values: VehicleValues


@action("places, roads and vehicles imported", "named")
def import_ground(
    entry: Entry,
    *,
    operation: int,
    sha256: str,
    places: tuple[PlaceRow, ...],
    roads: tuple[RoadRow, ...],
    vehicles: tuple[VehicleRow, ...],
    named: Mapping[str, tuple[str, str]],
) -> None:
    """
    All or none; what has the code or the plate of something that is there is refused.

    Parameters
    ----------
    sha256
        Of the file that it is from.
    named
        ``place CODE`` or ``vehicle PLATE`` -> who is there or drives it, and the telephone: kept as contacts, outside
        the chain.
    """
    needed = {Right.EDIT_PLACES} if places else set()
    needed |= {Right.EDIT_PLACES, Right.REPORT_ROAD} if roads else set()
    needed |= {Right.EDIT_FLEET} if vehicles else set()
    needed |= {Right.SEE_CONTACTS} if named else set()
    for right in sorted(needed or {Right.EDIT_PLACES}):
        entry.require(right, operation)
    if not (places or roads or vehicles):
        raise Refused(Message("there is nothing new in this file"))
    _places(entry, operation, places, named)
    codes = dict(rows.Place.objects.filter(operation=operation).values_list("code", "pk"))
    _roads(entry, operation, roads, codes)
    _vehicles(entry, operation, vehicles, codes, named)


LONGEST_CODE = 200


def refuse_code(code: str) -> None:
    """
    As the workbook has codes, which are freer than those that are typed at the desk.

    Raises
    ------
    Refused
    """
    is_bad = not code.strip() or len(code) > LONGEST_CODE or not code.isprintable() or code.startswith("#")
    if is_bad or ";" in code or STRAIGHT_JOINT in code:
        raise Refused(Message("a code has up to {count} signs, no ; or ~ in it, no # before it", count=LONGEST_CODE))


def taken_codes(operation: int) -> dict[str, dict[str, str]]:
    """By the workbook's key of the sheet: codes and plates as they are compared -> as they are written."""
    found = {
        "places": rows.Place.objects.filter(operation=operation).values_list("code", flat=True),
        "roads": rows.Road.objects.filter(operation=operation).values_list("code", flat=True),
        "vehicles": rows.Vehicle.objects.filter(operation=operation).values_list("plate", flat=True),
    }
    return {key: {code.casefold(): code for code in codes} for key, codes in found.items()}


def _places(entry: Entry, operation: int, places: tuple[PlaceRow, ...], named: Mapping[str, tuple[str, str]]) -> None:
    taken = taken_codes(operation)["places"]
    for position, it in enumerate(places, len(taken)):
        refuse_code(it.code)
        _take(taken, it.code, Message("the code {code} is taken", code=it.code))
        row = rows.Place(operation_id=operation, code=it.code, position=position)
        write_place(entry, row, replace(it.values, contact=_contact(entry, operation, f"place {it.code}", named)))


def _roads(entry: Entry, operation: int, roads: tuple[RoadRow, ...], codes: Mapping[str, int]) -> None:
    taken = taken_codes(operation)["roads"]
    for position, it in enumerate(roads, len(taken)):
        refuse_code(it.code)
        _take(taken, it.code, Message("the code {code} is taken", code=it.code))
        refuse_road(it)
        if it.origin not in codes or it.destination not in codes:
            raise Refused(Message("a road leads from one place of the operation to another"))
        row = rows.Road.objects.create(
            operation_id=operation,
            position=position,
            code=it.code,
            origin_id=codes[it.origin],
            destination_id=codes[it.destination],
            distance_m=it.distance_m,
            drive_s=it.drive_s,
            one_way=it.one_way,
            geometry_deg=[[latitude / MICRO, longitude / MICRO] for latitude, longitude in it.line_microdeg],
        )
        rows.RoadReport.objects.create(
            id=uuid5(entry.id, f"road {it.code}"),
            road=row,
            number=1,
            status=it.status.value,
            status_from=it.status_from,
            status_until=it.status_until,
            source=it.source,
            max_gross_mass_g=it.max_gross_mass_g,
            max_height_mm=it.max_height_mm,
            max_width_mm=it.max_width_mm,
            gate=hours(it.gate) if it.gate else "",
            convoy_only=it.convoy_only,
            night_allowed=it.night_allowed,
            reported_by=entry.actor,
            reported_at=entry.now,
        )


def refuse_road(road: RoadRow) -> None:
    """
    Raises
    ------
    Refused
        It leads nowhere, has no length, or its limits, hours or dates are none.
    """
    if road.origin == road.destination:
        raise Refused(Message("a road leads from one place of the operation to another"))
    if road.distance_m < 1 or road.drive_s < 1:
        raise Refused(Message("a road has a length and a driving time"))
    limits = road.max_gross_mass_g, road.max_height_mm, road.max_width_mm
    if any(limit is not None and limit < 0 for limit in limits):
        raise Refused(Message("a limit is not below nought"))
    if road.status_from and road.status_until and road.status_from >= road.status_until:
        raise Refused(Message("the end is not after the beginning"))
    if road.gate:
        hours(road.gate)


def _vehicles(
    entry: Entry,
    operation: int,
    vehicles: tuple[VehicleRow, ...],
    codes: Mapping[str, int],
    named: Mapping[str, tuple[str, str]],
) -> None:
    taken = taken_codes(operation)["vehicles"]
    for position, it in enumerate(vehicles, len(taken)):
        refuse_plate(it.plate)
        _take(taken, it.plate, Message("there is a vehicle {plate} already", plate=it.plate))
        if not set(it.homes) <= set(codes):
            raise Refused(Message("a vehicle is at home at a place of this operation"))
        row = rows.Vehicle(operation_id=operation, plate=it.plate, position=position)
        row.driver_id = _contact(entry, operation, f"vehicle {it.plate}", named)
        write_vehicle(row, replace(it.values, homes=tuple(codes[code] for code in it.homes)))


def _take(taken: dict[str, str], code: str, problem: Message) -> None:
    if code.casefold() in taken:
        raise Refused(problem)
    taken[code.casefold()] = code


def _contact(entry: Entry, operation: int, key: str, named: Mapping[str, tuple[str, str]]) -> UUID | None:
    name, phone = named.get(key, ("", ""))
    if not name and not phone:
        return None
    contact = uuid5(entry.id, f"contact of {key}")
    rows.Contact.objects.create(id=contact, operation_id=operation, name=name[:200], phone=phone[:200])
    return contact
