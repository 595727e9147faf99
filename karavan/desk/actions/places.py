"""Places with all their names, and the roads between them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from karavan.desk import models as rows
from karavan.desk.actions.posting import Entry, action
from karavan.desk.actions.roads import hours
from karavan.domain.errors import Refused
from karavan.domain.message import Message
from karavan.domain.places import PlaceKind
from karavan.domain.roads import STRAIGHT_JOINT, RoadStatus
from karavan.domain.roles import Right

MICRO = 1_000_000
_CODE = re.compile(r"\w[\w.-]{0,39}")
_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
LONGEST_TAG, LONGEST_NAME = 20, 200


@dataclass(frozen=True, slots=True)
class NameValues:
    """A name, and the tag of its language (BCP 47); a second name in one language has a tag like ``en-x-2``."""

    language: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceValues:
    """
    A place as :class:`karavan.domain.places.Place` has it, without its code.

    Attributes
    ----------
    names
        None ranks above another.
    """

    kind: PlaceKind
    names: tuple[NameValues, ...]
    latitude_microdeg: int | None = None
    longitude_microdeg: int | None = None
    pcode: str = ""
    population: int = 0
    opening: str = "24/7"
    handling_g_per_h: int | None = None
    handling_fixed_s: int = 0
    largest_gross_mass_g: int | None = None
    zones: tuple[str, ...] = ()
    contact: UUID | None = None


@action("place entered")
def add_place(entry: Entry, *, operation: int, code: str, values: PlaceValues) -> None:
    """Its code stays for good; all else can be changed."""
    entry.require(Right.EDIT_PLACES, operation)
    if not _CODE.fullmatch(code):
        raise Refused(Message("a code has up to 40 letters, figures, dots, dashes or underscores"))
    found = rows.Place.objects.filter(operation=operation)
    if found.filter(code__iexact=code).exists():
        raise Refused(Message("the code {code} is taken", code=code))
    write_place(entry, rows.Place(operation_id=operation, code=code, position=found.count()), values)


@action("place changed")
def edit_place(entry: Entry, *, place: int, values: PlaceValues) -> None:
    """As it is from now on, whole."""
    row = entry.see(rows.Place, place)
    entry.require(Right.EDIT_PLACES, row.operation_id)
    if values.kind != row.kind and _is_used(row):
        raise Refused(Message("requests, goods, vehicles or an oven are in the books of this place; its kind stays"))
    write_place(entry, row, values)


def refuse_place(values: PlaceValues) -> None:
    """
    Raises
    ------
    Refused
        Its names, its position or its numbers are none.
    """
    _refuse_names(values.names)
    _refuse_position(values.latitude_microdeg, values.longitude_microdeg)
    numbers = values.population, values.handling_g_per_h, values.handling_fixed_s, values.largest_gross_mass_g
    if any(number is not None and number < 0 for number in numbers):
        raise Refused(Message("a number here is not below nought"))
    hours(values.opening or "24/7")


def write_place(entry: Entry, row: rows.Place, values: PlaceValues) -> None:
    refuse_place(values)
    if values.contact is not None and entry.see(rows.Contact, values.contact).operation_id != row.operation_id:
        raise Refused(Message("there is no such contact in this operation"))
    row.kind = values.kind.value
    row.latitude_deg, row.longitude_deg = _degrees(values.latitude_microdeg), _degrees(values.longitude_microdeg)
    row.pcode, row.population, row.opening = values.pcode, values.population, hours(values.opening or "24/7")
    row.handling_g_per_h, row.handling_fixed_s = values.handling_g_per_h or None, values.handling_fixed_s
    row.largest_gross_mass_g = values.largest_gross_mass_g or None
    row.zones = sorted(set(values.zones))
    row.contact_id = values.contact
    row.save()
    row.names.all().delete()
    for one in values.names:
        rows.PlaceName.objects.create(place=row, language=one.language, name=one.name.strip())


def _degrees(microdeg: int | None) -> float | None:
    return None if microdeg is None else microdeg / MICRO


def _refuse_names(names: tuple[NameValues, ...]) -> None:
    if not names:
        raise Refused(Message("a place has at least one name"))
    tags = [one.language.casefold() for one in names]
    for one in names:
        if not _TAG.fullmatch(one.language) or len(one.language) > LONGEST_TAG:
            raise Refused(Message("{tag} is no tag of a language; it is written like az or en-x-2", tag=one.language))
        if not one.name.strip() or len(one.name) > LONGEST_NAME or not one.name.isprintable():
            raise Refused(Message("a name is empty, too long or cannot be printed"))
        if tags.count(one.language.casefold()) > 1:
            raise Refused(Message("two names have the tag {tag}", tag=one.language))


def _refuse_position(latitude: int | None, longitude: int | None) -> None:
    if (latitude is None) != (longitude is None):
        raise Refused(Message("a position has a latitude and a longitude"))
    if abs(latitude or 0) > 90 * MICRO or abs(longitude or 0) > 180 * MICRO:
        raise Refused(Message("a latitude is between -90 and 90 degrees, a longitude between -180 and 180"))


def _is_used(row: rows.Place) -> bool:
    return (
        rows.Account.objects.filter(place=row).exists()
        or rows.Request.objects.filter(place=row).exists()
        or rows.VehicleHome.objects.filter(place=row).exists()
        or rows.Production.objects.filter(bakery=row).exists()
    )


@action("road entered")
def add_road(
    entry: Entry, *, origin: int, destination: int, code: str, distance_m: int, drive_s: int, one_way: bool = False
) -> None:
    """Of unknown status until somebody reports on it."""
    first, second = entry.see(rows.Place, origin), entry.see(rows.Place, destination)
    entry.require(Right.EDIT_PLACES, first.operation_id)
    if second.operation_id != first.operation_id or first == second:
        raise Refused(Message("a road leads from one place of the operation to another"))
    if not _CODE.fullmatch(code) or STRAIGHT_JOINT in code:
        raise Refused(Message("a code has up to 40 letters, figures, dots, dashes or underscores"))
    found = rows.Road.objects.filter(operation=first.operation_id)
    if found.filter(code__iexact=code).exists():
        raise Refused(Message("the code {code} is taken", code=code))
    if distance_m < 1 or drive_s < 1:
        raise Refused(Message("a road has a length and a driving time"))
    row = rows.Road.objects.create(
        operation_id=first.operation_id,
        position=found.count(),
        code=code,
        origin=first,
        destination=second,
        distance_m=distance_m,
        drive_s=drive_s,
        one_way=one_way,
    )
    rows.RoadReport.objects.create(
        id=entry.id,
        road=row,
        number=1,
        status=RoadStatus.UNKNOWN.value,
        reported_by=entry.actor,
        reported_at=entry.now,
    )
