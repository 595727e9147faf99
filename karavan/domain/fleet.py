"""Vehicles."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from karavan.domain.hours import ALWAYS, Hours
from karavan.domain.places import Place


class OutOfService(StrEnum):
    """Why a vehicle does not drive."""

    BREAKDOWN = "breakdown"
    REPAIR = "repair"
    ACCIDENT = "accident"
    INSPECTION = "inspection"
    NO_DRIVER = "no driver"
    NO_FUEL = "no fuel"
    TAKEN = "taken"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """
    A vehicle with its crew.

    Attributes
    ----------
    homes
        Places where it may end the horizon; it starts at the first.
    compartments_cm3
        Volume of each compartment; their sum is the vehicle's volume.
    gross_mass_g, height_mm, width_mm
        What bridges, tunnels and places limit; the registered gross mass counts, loaded or empty.
    speed_permille
        1000: drives a road in the road's own time; 800: slower by 1000/800.
    item_classes, zones
        What it may carry and where it may go; empty: everything, everywhere.
    shift
        Local hours in which the crew works: drives, loads, unloads.
    driving_limit_s
        Most driving in one shift span.
    cost_fixed, cost_per_km
        In the operation's currency: once per journey, and per kilometre.
    previous_load, cleaned_on
        The item class carried last before the plan, and when it was cleaned after that; ``None``: not cleaned.
    available_from, available_until
        In service between these; ``None``: no limit. A broken vehicle is one that is available until now.
    """

    plate: str
    type: str = ""
    homes: tuple[str, ...]
    payload_g: int
    compartments_cm3: tuple[int, ...]
    closed_body: bool = False
    gross_mass_g: int = 0
    height_mm: int = 0
    width_mm: int = 0
    speed_permille: int = 1_000
    item_classes: frozenset[str] = frozenset()
    zones: frozenset[str] = frozenset()
    shift: Hours = ALWAYS
    driving_limit_s: int = 32_400
    cost_fixed: int = 0
    cost_per_km: int = 0
    previous_load: str = ""
    cleaned_on: datetime | None = None
    available_from: datetime | None = None
    available_until: datetime | None = None
    driver: str = ""
    phone: str = ""

    @property
    def volume_cm3(self) -> int:
        return sum(self.compartments_cm3)

    def may_enter(self, place: Place) -> bool:
        """Whether the vehicle's zones let it be at ``place``, stopping or passing."""
        return not self.zones or not place.zones or bool(self.zones & place.zones)

    def may_stop(self, place: Place) -> bool:
        """:meth:`may_enter`, and it is not too heavy to stop there."""
        return self.may_enter(place) and (
            place.largest_gross_mass_g is None or self.gross_mass_g <= place.largest_gross_mass_g
        )


def out_of_service(vehicle: Vehicle, since: datetime, until: datetime | None, now: datetime) -> Vehicle:
    """
    The vehicle as it can be planned on from ``now`` when it is out of service between two moments.

    A vehicle has one span of service. Of an outage that is still to come the time before it counts: when the vehicle is
    back it is planned on again.
    """
    if until is not None and until <= now:
        return vehicle
    if since <= now and until is not None:
        return replace(vehicle, available_from=max(vehicle.available_from or until, until))
    return replace(vehicle, available_until=min(vehicle.available_until or since, since))
