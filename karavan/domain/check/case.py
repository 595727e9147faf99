"""What every rule looks at: the plan's journeys put in order, with what the situation knows of their names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from karavan.domain.fleet import Vehicle
from karavan.domain.goods import Lot
from karavan.domain.intervals import Intervals
from karavan.domain.message import ItemName, Message, PlaceName, unit_word
from karavan.domain.needs import Need, needs, needs_of
from karavan.domain.places import Place
from karavan.domain.plans import Convoy, Handling, Journey, Leg, Plan, Stop
from karavan.domain.roads import Road
from karavan.domain.situation import Situation
from karavan.domain.supply import lot_key, lots
from karavan.domain.units import time_text

MARGIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Finding:
    """A violation that does not know its rule's name."""

    where: str
    amount: int | float
    unit: str
    message: Message


@dataclass(frozen=True, slots=True)
class Visit:
    """A stop with its context; ``number`` counts a journey's stops from 1."""

    journey: Journey
    number: int
    stop: Stop
    vehicle: Vehicle | None

    @property
    def where(self) -> str:
        return f"{self.journey.code}/{self.number}"

    @property
    def handlings(self) -> tuple[Handling, ...]:
        return self.stop.unloads + self.stop.loads

    @property
    def is_work(self) -> bool:
        return bool(self.handlings or self.stop.clean)


@dataclass(frozen=True, slots=True)
class Drive:
    """A leg with its context."""

    visit: Visit
    leg: Leg
    road: Road | None

    @property
    def where(self) -> str:
        return f"{self.visit.where} {self.leg.road}"

    @property
    def duration_s(self) -> int | float:
        return seconds(self.leg.arrive - self.leg.depart)


@dataclass(frozen=True, slots=True)
class Tour:
    """All that one vehicle does, in the order of time; ``vehicle`` is ``None`` when nobody knows the plate."""

    plate: str
    vehicle: Vehicle | None
    visits: tuple[Visit, ...]
    drives: tuple[Drive, ...]


class Case:
    """A situation, a plan, and what follows from the two."""

    def __init__(self, situation: Situation, plan: Plan) -> None:
        self.situation = situation
        self.plan = plan
        self.zone: ZoneInfo = situation.operation.zone
        self._shifts: dict[str, Intervals[datetime]] = {}

    @cached_property
    def tours(self) -> tuple[Tour, ...]:
        """One for each vehicle that has journeys, in the order of the plan."""
        runs: dict[str, list[Journey]] = {}
        for journey in self.plan.journeys:
            runs.setdefault(journey.vehicle, []).append(journey)
        return tuple(self._tour(plate, journeys) for plate, journeys in runs.items())

    def _tour(self, plate: str, journeys: list[Journey]) -> Tour:
        vehicle = self.situation.vehicle.get(plate)
        ordered = sorted((it for it in journeys if it.stops), key=lambda it: it.stops[0].arrive)
        visits = tuple(
            Visit(journey, number, stop, vehicle)
            for journey in ordered
            for number, stop in enumerate(journey.stops, start=1)
        )
        drives = tuple(
            Drive(visit, leg, self.situation.find_road(leg.road)) for visit in visits for leg in visit.stop.legs
        )
        return Tour(plate, vehicle, visits, drives)

    @cached_property
    def manned(self) -> tuple[tuple[Vehicle, Tour], ...]:
        """The tours of known vehicles."""
        return tuple((tour.vehicle, tour) for tour in self.tours if tour.vehicle is not None)

    @cached_property
    def visits(self) -> tuple[Visit, ...]:
        return tuple(visit for tour in self.tours for visit in tour.visits)

    def known_drives(self) -> Iterator[tuple[Vehicle, Drive, Road]]:
        """Drives of known vehicles on known roads."""
        for vehicle, tour in self.manned:
            for drive in tour.drives:
                if drive.road is not None:
                    yield vehicle, drive, drive.road

    @cached_property
    def need(self) -> dict[str, Need]:
        return {need.code: need for need in needs(self.situation)}

    @cached_property
    def asked(self) -> dict[str, Need]:
        """The needs there would be if every request were approved."""
        return {need.code: need for request in self.situation.requests for need in needs_of(self.situation, request)}

    @cached_property
    def lots(self) -> dict[tuple[str, str, str], Lot]:
        """Every lot that can be loaded, by place, item and code; rows of the same name are put together."""
        found: dict[tuple[str, str, str], Lot] = {}
        for lot in lots(self.situation):
            other = found.get(lot_key(lot))
            if other is not None:
                lot = replace(other, quantity=other.free + lot.free, reserved=0)
            found[lot_key(lot)] = lot
        return found

    @cached_property
    def convoy(self) -> dict[str, Convoy]:
        return {convoy.code: convoy for convoy in reversed(self.plan.convoys)}

    @cached_property
    def drives_in_convoy(self) -> dict[str, tuple[Drive, ...]]:
        """Every drive that names a convoy, by the convoy's code."""
        found: dict[str, list[Drive]] = {}
        for tour in self.tours:
            for drive in tour.drives:
                if drive.leg.convoy:
                    found.setdefault(drive.leg.convoy, []).append(drive)
        return {code: tuple(drives) for code, drives in found.items()}

    def fellows(self, drive: Drive) -> tuple[Vehicle, ...]:
        """The known vehicles that share a drive: its own, and those whose drives name the same convoy and road."""
        if not drive.leg.convoy:
            return (drive.visit.vehicle,) if drive.visit.vehicle else ()
        mates = (it for it in self.drives_in_convoy[drive.leg.convoy] if it.leg.road == drive.leg.road)
        return tuple(it.visit.vehicle for it in mates if it.visit.vehicle is not None)

    def breaks_s(self, drive_s: int) -> int:
        """The breaks that a drive without a stop contains: one after each full ``break_after_s`` but the last."""
        rules = self.situation.operation.rules
        if rules.break_after_s <= 0:
            return 0
        return max(0, -(-drive_s // rules.break_after_s) - 1) * rules.break_s

    def time_needed_s(self, road: Road, vehicle: Vehicle) -> int:
        """What the road takes this vehicle, breaks included."""
        drive_s = self.situation.drive_s(road, vehicle)
        return drive_s + self.breaks_s(drive_s)

    def breaks_inside_s(self, drive: Drive) -> int:
        """The breaks in a drive, taken by the clock of its slowest vehicle."""
        if drive.road is None:
            return 0
        road = drive.road
        return max((self.breaks_s(self.situation.drive_s(road, it)) for it in self.fellows(drive)), default=0)

    def driving_s(self, drive: Drive) -> int | float:
        """Time at the wheel in a drive: all of it but its breaks."""
        return max(0, drive.duration_s - self.breaks_inside_s(drive))

    def shift_spans(self, vehicle: Vehicle) -> Intervals[datetime]:
        """When the crew works, well beyond the horizon on both sides, so that no span is cut short."""
        if vehicle.plate not in self._shifts:
            self._shifts[vehicle.plate] = vehicle.shift.between(*self.window, self.zone)
        return self._shifts[vehicle.plate]

    def is_unbroken(self, vehicle: Vehicle) -> bool:
        """Whether the vehicle works around the clock, with crews that change."""
        return self.shift_spans(vehicle) == (self.window,)

    @cached_property
    def window(self) -> tuple[datetime, datetime]:
        operation = self.situation.operation
        return operation.start - 2 * MARGIN, operation.end + 2 * MARGIN

    def is_history(self, moment: datetime) -> bool:
        """Whether ``moment`` was past when the plan was made again."""
        return self.plan.replanned_at is not None and moment < self.plan.replanned_at

    def is_stranded(self, tour: Tour) -> bool:
        """
        Whether a plan made again may leave the vehicle where it stands, with what it has aboard.

        It left under the plan before and is sent nowhere new: it broke down, or the road behind it was shut.
        """
        return self.plan.replanned_at is not None and all(visit.journey.frozen for visit in tour.visits)

    def place(self, code: str) -> Place | None:
        return self.situation.place.get(code)

    def place_word(self, code: str) -> PlaceName | str:
        """A place for a message; one that nobody knows is said by its code."""
        return PlaceName(code) if code in self.situation.place else code

    def item_word(self, code: str) -> ItemName | str:
        """An item for a message; one that nobody knows is said by its code."""
        return ItemName(code) if code in self.situation.item else code

    def road_word(self, road: Road) -> Message:
        return Message(
            "road {road} ({origin} - {destination})",
            road=road.code,
            origin=self.place_word(road.origin),
            destination=self.place_word(road.destination),
        )

    def clock(self, moment: datetime) -> str:
        return time_text(moment, self.zone)

    def unit(self, item: str) -> str:
        known = self.situation.item.get(item)
        return known.unit if known else "units"

    def unit_word(self, item: str) -> Message | str:
        """The unit as it stands behind a number in a sentence."""
        return unit_word(self.unit(item))

    def mass_g(self, goods: Handling) -> int:
        item = self.situation.item.get(goods.item)
        return item.mass_g * goods.quantity if item else 0


def seconds(delta: timedelta) -> int | float:
    """Whole seconds as a whole number."""
    total = delta.total_seconds()
    return int(total) if total == int(total) else total


def outside_s(spans: Intervals[datetime], start: datetime, end: datetime) -> int | float:
    """How much of ``start`` .. ``end`` no single span covers; at least a second when none holds it whole, else 0."""
    if any(first <= start and end <= last for first, last in spans):
        return 0
    covered = max((min(last, end) - max(first, start) for first, last in spans), default=timedelta(0))
    return max(1, seconds(end - start - max(timedelta(0), covered)))
