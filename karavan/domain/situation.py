"""The situation: all that a planner may know."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from karavan.domain.fleet import Vehicle
from karavan.domain.goods import Item, KitLine, Lot, Production
from karavan.domain.message import Message
from karavan.domain.places import Place
from karavan.domain.requests import Request
from karavan.domain.roads import STRAIGHT_JOINT, Road, RoadSource, straight_road
from karavan.domain.rules import Level, Rules, Segregation
from karavan.domain.units import KM_M


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """
    Name, clock and rules.

    Attributes
    ----------
    start
        Aware UTC; nothing is planned before it.
    horizon_s
        Vehicles are home, and what is not delivered stops waiting, at ``start`` + this.
    time_zone
        IANA name of the local clock, by which opening hours, shifts and gates are read.
    """

    name: str
    start: datetime
    horizon_s: int
    time_zone: str
    rules: Rules = Rules()
    notes: str = ""

    @property
    def end(self) -> datetime:
        return self.start + timedelta(seconds=self.horizon_s)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, kw_only=True)
class Situation:
    """Everything in one frozen value; the sheets of the workbook, row for row."""

    operation: Operation
    places: tuple[Place, ...] = ()
    roads: tuple[Road, ...] = ()
    items: tuple[Item, ...] = ()
    kits: tuple[KitLine, ...] = ()
    stock: tuple[Lot, ...] = ()
    production: tuple[Production, ...] = ()
    vehicles: tuple[Vehicle, ...] = ()
    requests: tuple[Request, ...] = ()
    segregation: tuple[Segregation, ...] = ()
    road_source: RoadSource = field(default=RoadSource.SHEET)

    @cached_property
    def place(self) -> dict[str, Place]:
        return {place.code: place for place in self.places}

    @cached_property
    def road(self) -> dict[str, Road]:
        return {road.code: road for road in self.roads}

    def find_road(self, code: str) -> Road | None:
        """The road of that code; with straight lines the code ``A~B`` makes its own; ``None``: there is none."""
        if self.road_source is not RoadSource.STRAIGHT:
            return self.road.get(code)
        origin, _, destination = code.partition(STRAIGHT_JOINT)
        if origin not in self.place or destination not in self.place:
            return None
        return straight_road(self.place[origin], self.place[destination], self.operation.rules)

    @cached_property
    def item(self) -> dict[str, Item]:
        return {item.code: item for item in self.items}

    @cached_property
    def vehicle(self) -> dict[str, Vehicle]:
        return {vehicle.plate: vehicle for vehicle in self.vehicles}

    @cached_property
    def _levels(self) -> dict[frozenset[str], Level]:
        return {frozenset((row.first, row.second)): row.level for row in self.segregation}

    def level(self, first: str, second: str) -> Level:
        """How far apart two item classes must be kept; classes that no row names may travel together."""
        return self._levels.get(frozenset((first, second)), Level.FREE)

    def handling_s(self, place: str, mass_g: int) -> int:
        """Time to load or unload ``mass_g`` at ``place``, rounded up, with the stop's fixed part."""
        here = self.place[place]
        rate = here.handling_g_per_h or self.operation.rules.handling_g_per_h
        return here.handling_fixed_s + -(-mass_g * 3600 // rate)

    def drive_s(self, road: Road, vehicle: Vehicle) -> int:
        """Time for ``vehicle`` alone on ``road``, without breaks, rounded up."""
        return -(-road.drive_s * 1000 // vehicle.speed_permille)


def say_road_source(situation: Situation) -> Message:
    """Where the roads come from, as plans say it."""
    rules = situation.operation.rules
    if situation.road_source is RoadSource.SHEET:
        return Message("roads from the road sheet")
    if situation.road_source is RoadSource.OSM:
        return Message("roads from an OpenStreetMap extract")
    return Message(
        "no roads given: straight lines made {factor} times longer, at {speed} km/h",
        factor=rules.detour_permille / 1000,
        speed=rules.straight_speed_m_per_h / KM_M,
    )
