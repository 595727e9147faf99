"""Places: where goods lie, are baked, change vehicles, are handed over; and the nodes that roads join."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from karavan.domain.hours import ALWAYS, Hours


class PlaceKind(StrEnum):
    WAREHOUSE = "warehouse"
    BAKERY = "bakery"
    DELIVERY_POINT = "delivery point"
    TRANSSHIPMENT_POINT = "transshipment point"
    CHECKPOINT = "checkpoint"
    JUNCTION = "junction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """
    A place with all its names; no name ranks above another.

    Attributes
    ----------
    names
        ``((language tag, name), ...)`` in the workbook's order.
    opening
        When goods are handled here; passing through needs no opening.
    handling_g_per_h
        Mass loaded or unloaded in an hour; ``None``: the operation's default.
    handling_fixed_s
        Time that each loading or unloading stop takes besides.
    largest_gross_mass_g
        The heaviest vehicle, by its gross mass, that may stop here; ``None``: no limit.
    zones
        Zones the place lies in; empty: every vehicle may come. A vehicle with zones of its own may be at a place that
        shares one with it (a transshipment point lies in both).
    """

    code: str
    kind: PlaceKind
    names: tuple[tuple[str, str], ...] = ()
    latitude_deg: float | None = None
    longitude_deg: float | None = None
    pcode: str = ""
    population: int = 0
    opening: Hours = ALWAYS
    handling_g_per_h: int | None = None
    handling_fixed_s: int = 0
    largest_gross_mass_g: int | None = None
    zones: frozenset[str] = frozenset()
    contact: str = ""

    def name(self, language: str = "en") -> str:
        """The name in ``language``, else the first one given, else the code."""
        names = dict(self.names)
        return names.get(language) or (self.names[0][1] if self.names else self.code)
