"""BRIDGE: a situation -> the rows of a new operation; the workbook's way into the desk, and the demo's."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from karavan.desk import models as rows
from karavan.desk.actions.posting import Entry
from karavan.domain.approval import CLOCKS_H
from karavan.domain.ledger import AccountKind
from karavan.domain.planfile import canonical_text
from karavan.domain.situation import Situation

Ids = Callable[[], UUID]


def load(entry: Entry, code: str, situation: Situation, new_id: Ids, levels: int = 2) -> rows.Operation:
    """
    Everything that a situation holds, in an operation of its own. Requests come in as drafts: who approved them in a
    workbook is not known here, and nobody approves alone.
    """
    given = situation.operation
    operation = rows.Operation.objects.create(
        code=code,
        name=given.name,
        start=given.start,
        horizon_s=given.horizon_s,
        time_zone=given.time_zone,
        rules=json.loads(canonical_text(given.rules)),
        notes=given.notes,
        road_source=situation.road_source.value,
        levels=levels,
        clocks_h=list(CLOCKS_H),
    )
    loader = _Loader(entry, operation, situation, new_id)
    loader.places()
    loader.roads()
    loader.items()
    loader.vehicles()
    loader.stock()
    loader.requests()
    return operation


class _Loader:
    def __init__(self, entry: Entry, operation: rows.Operation, situation: Situation, new_id: Ids) -> None:
        self.entry, self.operation, self.situation, self.new_id = entry, operation, situation, new_id
        self.place: dict[str, rows.Place] = {}
        self.item: dict[str, rows.Item] = {}

    def contact(self, name: str, phone: str = "") -> rows.Contact | None:
        if not name and not phone:
            return None
        return rows.Contact.objects.create(id=self.new_id(), operation=self.operation, name=name, phone=phone)

    def places(self) -> None:
        for position, place in enumerate(self.situation.places):
            row = rows.Place.objects.create(
                operation=self.operation,
                position=position,
                code=place.code,
                kind=place.kind.value,
                latitude_deg=place.latitude_deg,
                longitude_deg=place.longitude_deg,
                pcode=place.pcode,
                population=place.population,
                opening=str(place.opening),
                handling_g_per_h=place.handling_g_per_h,
                handling_fixed_s=place.handling_fixed_s,
                largest_gross_mass_g=place.largest_gross_mass_g,
                zones=sorted(place.zones),
                contact=self.contact(place.contact),
            )
            for language, name in place.names:
                rows.PlaceName.objects.create(place=row, language=language, name=name)
            self.place[place.code] = row
            if place.kind in ("warehouse", "bakery", "transshipment point"):
                rows.WaybillSeries.objects.create(
                    code=f"{self.operation.code}-{place.code}", operation=self.operation, place=row
                )

    def roads(self) -> None:
        for position, road in enumerate(self.situation.roads):
            row = rows.Road.objects.create(
                operation=self.operation,
                position=position,
                code=road.code,
                origin=self.place[road.origin],
                destination=self.place[road.destination],
                distance_m=road.distance_m,
                drive_s=road.drive_s,
                one_way=road.one_way,
                geometry_deg=[list(point) for point in road.geometry_deg],
            )
            rows.RoadReport.objects.create(
                id=self.new_id(),
                road=row,
                number=1,
                status=road.status.value,
                status_from=road.status_from,
                status_until=road.status_until,
                source=road.status_source,
                max_gross_mass_g=road.max_gross_mass_g,
                max_height_mm=road.max_height_mm,
                max_width_mm=road.max_width_mm,
                gate=str(road.gate) if road.gate else "",
                convoy_only=road.convoy_only,
                night_allowed=road.night_allowed,
                reported_by=self.entry.actor,
                reported_at=self.entry.now,
            )

    def items(self) -> None:
        for position, item in enumerate(self.situation.items):
            fields = {name: getattr(item, name) for name in _ITEM}
            row = rows.Item.objects.create(operation=self.operation, position=position, **fields)
            for language, name in item.names:
                rows.ItemName.objects.create(item=row, language=language, name=name)
            self.item[item.code] = row
        for line in self.situation.kits:
            rows.KitLine.objects.create(
                operation=self.operation, kit=line.kit, item=self.item[line.item], quantity=line.quantity
            )
        for rule in self.situation.segregation:
            rows.Segregation.objects.create(
                operation=self.operation, first=rule.first, second=rule.second, level=rule.level.value
            )
        for oven in self.situation.production:
            rows.Production.objects.create(
                operation=self.operation,
                bakery=self.place[oven.bakery],
                item=self.item[oven.item],
                units_per_h=oven.units_per_h,
                hours=str(oven.hours),
                flour=self.item.get(oven.flour_item),
                flour_g_per_unit=oven.flour_g_per_unit,
            )

    def vehicles(self) -> None:
        for position, vehicle in enumerate(self.situation.vehicles):
            fields: dict[str, Any] = {name: getattr(vehicle, name) for name in _VEHICLE}
            row = rows.Vehicle.objects.create(
                operation=self.operation,
                position=position,
                compartments_cm3=list(vehicle.compartments_cm3),
                item_classes=sorted(vehicle.item_classes),
                zones=sorted(vehicle.zones),
                shift=str(vehicle.shift),
                driver=self.contact(vehicle.driver, vehicle.phone),
                **fields,
            )
            for home in vehicle.homes:
                rows.VehicleHome.objects.create(vehicle=row, place=self.place[home])

    def stock(self) -> None:
        """What is there is posted; what is announced waits."""
        for lot in self.situation.stock:
            where = self.place[lot.place]
            batch = rows.Batch.objects.create(
                operation=self.operation, item=self.item[lot.item], code=lot.code, origin=where, expiry=lot.expiry
            )
            if lot.available_from is not None:
                rows.Expected.objects.create(
                    operation=self.operation,
                    place=where,
                    batch=batch,
                    quantity=lot.quantity,
                    reserved=lot.reserved,
                    available_from=lot.available_from,
                )
                continue
            source = self.entry.account(AccountKind.SOURCE, place=where)
            stock = self.entry.account(AccountKind.STOCK, place=where)
            self.entry.move(source, stock, batch, lot.quantity)
            if kept := min(lot.reserved, lot.quantity):
                self.entry.move(stock, self.entry.account(AccountKind.RESERVED, place=where), batch, kept)

    def requests(self) -> None:
        for request in self.situation.requests:
            row = rows.Request.objects.create(
                id=self.new_id(),
                operation=self.operation,
                number=request.number,
                representative=self.contact(request.raised_by, request.contact),
                organisation=request.organisation,
                place=self.place[request.place],
                people=request.people,
                raised_at=request.raised_at,
                created_by=self.entry.actor,
            )
            for line in request.lines:
                rows.RequestLine.objects.create(
                    request=row,
                    line=line.line,
                    item=line.item,
                    quantity=line.quantity,
                    priority=line.priority,
                    needed_by=line.needed_by,
                )


_ITEM = (
    "code",
    "item_class",
    "unit",
    "handling_unit",
    "handling_unit_quantity",
    "breakable",
    "mass_g",
    "volume_cm3",
    "shelf_life_s",
    "remaining_life_s",
    "closed_body",
)
_VEHICLE: tuple[str, ...] = (
    "plate",
    "type",
    "payload_g",
    "closed_body",
    "gross_mass_g",
    "height_mm",
    "width_mm",
    "speed_permille",
    "driving_limit_s",
    "cost_fixed",
    "cost_per_km",
    "previous_load",
    "cleaned_on",
    "available_from",
    "available_until",
)
