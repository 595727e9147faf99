"""BRIDGE: rows -> the values of the domain, row for row. It translates and never decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum

from karavan.desk import models as rows
from karavan.desk.busy import busy
from karavan.desk.shelf import held, promised, put_back, set_aside, stock
from karavan.domain.fleet import Vehicle, out_of_service
from karavan.domain.goods import Item, KitLine, Production
from karavan.domain.hours import Hours
from karavan.domain.ledger import AccountKind
from karavan.domain.places import Place, PlaceKind
from karavan.domain.requests import Approval, Request, RequestLine
from karavan.domain.roads import Road, RoadSource, RoadStatus, as_known
from karavan.domain.rules import Level, Rules, Segregation
from karavan.domain.situation import Operation, Situation
from karavan.domain.situationfile import value_from_plain

Names = tuple[tuple[str, str], ...]


def situation(
    operation: rows.Operation,
    now: datetime | None = None,
    *,
    people: bool = False,
    besides: Collection[UUID] = (),
    back: Mapping[tuple[int, int], int] | None = None,
) -> Situation:
    """
    All that a planner may know, as it is in the database.

    Parameters
    ----------
    now
        Planned from then on instead of the operation's own start, to the same end; and of the requests only what is
        not yet promised, on the road or handed over; what waybills promise is nobody else's, and a vehicle with
        journeys to make is free when it is back from them.
    besides
        Plans whose waybills promise nothing here: they are planned again.
    back
        ``(place, lot) -> units`` that count as lying there besides, or do not where it is less than nothing.
    people
        With names and numbers of drivers and representatives. Without, a contact is its id: situations are kept for
        good, and whom they name could not be erased.
    """
    shelf = held(operation)
    if now is not None:
        set_aside(operation, shelf, besides)
        put_back(shelf, back or {})
    away = busy(operation, now, besides) if now is not None else {}
    return Situation(
        operation=_operation(operation, now),
        places=tuple(
            place(row, people) for row in _of(rows.Place, operation).prefetch_related("names").select_related("contact")
        ),
        roads=tuple(roads(rows.Road.objects.filter(operation=operation), now).values()),
        items=tuple(map(item, _of(rows.Item, operation).prefetch_related("names"))),
        kits=tuple(
            KitLine(row.kit, row.item.code, row.quantity)
            for row in rows.KitLine.objects.filter(operation=operation).select_related("item").order_by("id")
        ),
        stock=stock(operation, shelf),
        production=tuple(map(_production, _production_rows(operation))),
        vehicles=tuple(
            away[row.pk].of(vehicle(row, people, now)) if row.pk in away else vehicle(row, people, now)
            for row in _of(rows.Vehicle, operation)
            .prefetch_related("homes__place", "services")
            .select_related("driver")
        ),
        requests=_requests(operation, people, now is not None, besides),
        segregation=tuple(
            Segregation(row.first, row.second, Level(row.level))
            for row in rows.Segregation.objects.filter(operation=operation).order_by("id")
        ),
        road_source=RoadSource(operation.road_source),
    )


def _of(model, operation: rows.Operation):  # type: ignore[no-untyped-def]
    return model.objects.filter(operation=operation).order_by("position", "id")


def _operation(row: rows.Operation, now: datetime | None) -> Operation:
    start = max(now, row.start) if now else row.start
    return Operation(
        name=row.name,
        start=start,
        horizon_s=row.horizon_s - int((start - row.start).total_seconds()),
        time_zone=row.time_zone,
        rules=value_from_plain(Rules, row.rules),
        notes=row.notes,
    )


def _names(row: rows.Place | rows.Item) -> Names:
    return tuple((name.language, name.name) for name in row.names.all())


def who(contact: rows.Contact | None, people: bool) -> tuple[str, str]:
    """Name and number, or the contact's id and nothing."""
    if contact is None:
        return "", ""
    return (contact.name, contact.phone) if people else (str(contact.pk), "")


def place(row: rows.Place, people: bool = False) -> Place:
    return Place(
        code=row.code,
        kind=PlaceKind(row.kind),
        names=_names(row),
        latitude_deg=row.latitude_deg,
        longitude_deg=row.longitude_deg,
        pcode=row.pcode,
        population=row.population,
        opening=Hours.parse(row.opening),
        handling_g_per_h=row.handling_g_per_h,
        handling_fixed_s=row.handling_fixed_s,
        largest_gross_mass_g=row.largest_gross_mass_g,
        zones=frozenset(row.zones),
        contact=who(row.contact, people)[0],
    )


def ground(operation: rows.Operation, now: datetime) -> Situation:
    """Places and roads alone: what a map shows."""
    return Situation(
        operation=_operation(operation, None),
        places=tuple(place(row) for row in _of(rows.Place, operation).prefetch_related("names")),
        roads=tuple(roads(rows.Road.objects.filter(operation=operation), now).values()),
        road_source=RoadSource(operation.road_source),
    )


def roads(found: QuerySet[rows.Road], now: datetime | None) -> dict[int, Road]:
    """Each road with its last report, as it lets the road be planned on from ``now``."""
    last = rows.RoadReport.objects.filter(road=OuterRef("pk")).order_by("-number").values("pk")[:1]
    ordered = found.select_related("origin", "destination", "operation").order_by("position", "id")
    listed = list(ordered.annotate(last=Subquery(last)))
    reports = rows.RoadReport.objects.in_bulk([row.last for row in listed if row.last])
    rules = {row.operation_id: row.operation.rules for row in listed}
    known = {number: value_from_plain(Rules, plain) for number, plain in rules.items()}
    result = {}
    for row in listed:
        report = reports.get(row.last) if row.last else None
        told = road(row, report)
        result[row.pk] = as_known(told, report.valid_until, now, known[row.operation_id]) if report and now else told
    return result


def road(row: rows.Road, report: rows.RoadReport | None) -> Road:
    known: dict[str, Any] = {}
    if report is not None:
        known = {
            "status": RoadStatus(report.status),
            "status_from": report.status_from,
            "status_until": report.status_until,
            "status_source": report.source,
            "max_gross_mass_g": report.max_gross_mass_g,
            "max_height_mm": report.max_height_mm,
            "max_width_mm": report.max_width_mm,
            "gate": Hours.parse(report.gate) if report.gate else None,
            "convoy_only": report.convoy_only,
            "night_allowed": report.night_allowed,
        }
    return Road(
        code=row.code,
        origin=row.origin.code,
        destination=row.destination.code,
        distance_m=row.distance_m,
        drive_s=row.drive_s,
        one_way=row.one_way,
        geometry_deg=tuple((a, b) for a, b in row.geometry_deg),
        **known,
    )


def item(row: rows.Item) -> Item:
    return Item(
        code=row.code,
        names=_names(row),
        item_class=row.item_class,
        unit=row.unit,
        handling_unit=row.handling_unit,
        handling_unit_quantity=row.handling_unit_quantity,
        breakable=row.breakable,
        mass_g=row.mass_g,
        volume_cm3=row.volume_cm3,
        shelf_life_s=row.shelf_life_s,
        remaining_life_s=row.remaining_life_s,
        closed_body=row.closed_body,
    )


def _production_rows(operation: rows.Operation):  # type: ignore[no-untyped-def]
    return rows.Production.objects.filter(operation=operation).select_related("bakery", "item", "flour").order_by("id")


def _production(row: rows.Production) -> Production:
    return Production(
        bakery=row.bakery.code,
        item=row.item.code,
        units_per_h=row.units_per_h,
        hours=Hours.parse(row.hours),
        flour_item=row.flour.code if row.flour else "",
        flour_g_per_unit=row.flour_g_per_unit,
    )


def last_service(row: rows.Vehicle) -> rows.VehicleService | None:
    """How it stands with the vehicle's service, where anything was written of it."""
    return max(row.services.all(), key=lambda it: it.number, default=None)


def vehicle(row: rows.Vehicle, people: bool, now: datetime | None) -> Vehicle:
    """``now``: as it can be planned on from then."""
    found, last = _vehicle(row, people), last_service(row)
    if now is None or last is None or not last.reason:
        return found
    return out_of_service(found, last.since, last.until, now)


def _vehicle(row: rows.Vehicle, people: bool) -> Vehicle:
    driver, phone = who(row.driver, people)
    return Vehicle(
        plate=row.plate,
        type=row.type,
        homes=tuple(home.place.code for home in row.homes.all()),
        payload_g=row.payload_g,
        compartments_cm3=tuple(row.compartments_cm3),
        closed_body=row.closed_body,
        gross_mass_g=row.gross_mass_g,
        height_mm=row.height_mm,
        width_mm=row.width_mm,
        speed_permille=row.speed_permille,
        item_classes=frozenset(row.item_classes),
        zones=frozenset(row.zones),
        shift=Hours.parse(row.shift),
        driving_limit_s=row.driving_limit_s,
        cost_fixed=row.cost_fixed,
        cost_per_km=row.cost_per_km,
        previous_load=row.previous_load,
        cleaned_on=row.cleaned_on,
        available_from=row.available_from,
        available_until=row.available_until,
        driver=driver,
        phone=phone,
    )


def _request_rows(operation: rows.Operation):  # type: ignore[no-untyped-def]
    found = rows.Request.objects.filter(operation=operation).select_related("place", "representative")
    return found.prefetch_related("lines").order_by("raised_at", "number")


def _requests(operation: rows.Operation, people: bool, is_now: bool, besides: Collection[UUID]) -> tuple[Request, ...]:
    given_up = cancelled(operation)
    found = tuple(_request(row, people, given_up) for row in _request_rows(operation))
    if not is_now:
        return tuple(one for one in found if one.lines)
    on_its_way, kits = spoken_for(operation, besides), defaultdict(list)
    for kit in rows.KitLine.objects.filter(operation=operation).select_related("item"):
        kits[kit.kit].append((kit.item.code, kit.quantity))
    left = (replace(one, lines=tuple(_left(one.lines, on_its_way, kits))) for one in found)
    return tuple(one for one in left if one.lines)


def _left(
    lines: tuple[RequestLine, ...], on_its_way: dict[str, int], kits: dict[str, list[tuple[str, int]]]
) -> Iterator[RequestLine]:
    """What is still to be brought. Of kits whole ones count: one of which a part is missing is brought again."""
    for line in lines:
        done = on_its_way.get(line.code, 0)
        if line.item in kits:
            done = min(on_its_way.get(f"{line.code}:{item}", 0) // each for item, each in kits[line.item])
        if line.quantity > done:
            yield replace(line, quantity=line.quantity - done)


def cancelled(operation: rows.Operation) -> dict[int, int]:
    """Units of each request line that are asked for no more."""
    found = rows.Cancellation.objects.filter(line__request__operation=operation).values_list("line")
    return dict(found.annotate(units=Sum("quantity")).order_by())


_LAST_WAY = Q(place=None) | Q(place=F("waybill__destination"))
"""Lines that end where the need is: what is only brought to where it changes vehicles is not counted twice."""


def spoken_for(operation: rows.Operation, besides: Collection[UUID] = ()) -> dict[str, int]:
    """
    Units of each need that are promised to it by a waybill, on the road to it, or handed over; what was lost is not.
    """
    ends = rows.WaybillLine.objects.filter(_LAST_WAY, waybill__operation=operation).exclude(waybill__plan__in=besides)
    held = rows.Balance.objects.filter(
        account__operation=operation,
        account__kind__in=(AccountKind.RESERVED, AccountKind.TRANSIT, AccountKind.DONE),
        account__line__in=ends,
    )
    units = defaultdict(int, held.values_list("account__line__need").annotate(units=Sum("quantity")).order_by())
    for line, left in promised(operation, besides):
        if line.place_id in (None, line.waybill.destination_id):
            units[line.need] += left
    return dict(units)


def _request(row: rows.Request, people: bool, given_up: Mapping[int, int]) -> Request:
    raised_by, contact = who(row.representative, people)
    return Request(
        number=row.number,
        raised_by=raised_by,
        organisation=row.organisation,
        raised_at=row.raised_at,
        place=row.place.code,
        people=row.people,
        approval=Approval(row.approval),
        contact=contact,
        lines=tuple(
            RequestLine(
                request=row.number,
                line=line.line,
                item=line.item,
                quantity=line.quantity - given_up.get(line.pk, 0),
                priority=line.priority,
                needed_by=line.needed_by,
            )
            for line in row.lines.all()
            if line.quantity > given_up.get(line.pk, 0)
        ),
    )
