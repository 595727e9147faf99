"""Items, kits, lots and bakery output."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from karavan.domain.hours import Hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """
    A kind of goods, counted in whole units.

    Attributes
    ----------
    unit
        What a quantity counts: kg, piece, litre, loaf.
    handling_unit, handling_unit_quantity
        The sack, carton or crate it travels in, and the units in one.
    breakable
        Whether a handling unit may be opened to deliver part of it.
    mass_g, volume_cm3
        Gross, of one unit.
    shelf_life_s
        From the oven, or from the moment a lot without expiry becomes available; ``None``: keeps.
    remaining_life_s
        Least life that must remain at hand-over.
    closed_body
        Travels only in a closed body.
    """

    code: str
    names: tuple[tuple[str, str], ...] = ()
    item_class: str
    unit: str
    handling_unit: str = ""
    handling_unit_quantity: int = 1
    breakable: bool = False
    mass_g: int
    volume_cm3: int
    shelf_life_s: int | None = None
    remaining_life_s: int = 0
    closed_body: bool = False

    def name(self, language: str = "en") -> str:
        """The name in ``language``, else the first one given, else the code."""
        names = dict(self.names)
        return names.get(language) or (self.names[0][1] if self.names else self.code)

    @property
    def step(self) -> int:
        """The smallest quantity that can be loaded or handed over."""
        return 1 if self.breakable else self.handling_unit_quantity


@dataclass(frozen=True, slots=True)
class KitLine:
    """``quantity`` units of ``item`` go into one kit of code ``kit``."""

    kit: str
    item: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """
    Goods of one batch at one place.

    Attributes
    ----------
    quantity, reserved
        Units there, and of them kept for others.
    expiry, available_from
        Aware UTC; ``None``: no expiry, there from the start.
    """

    place: str
    item: str
    code: str
    quantity: int
    expiry: datetime | None = None
    available_from: datetime | None = None
    reserved: int = 0

    @property
    def free(self) -> int:
        """Units that may be loaded."""
        return max(0, self.quantity - self.reserved)


@dataclass(frozen=True, slots=True, kw_only=True)
class Production:
    """
    A bakery's output of one item.

    Attributes
    ----------
    flour_item, flour_g_per_unit
        What is used up for one unit, taken from the bakery's own stock; empty and 0: flour is no limit.
    """

    bakery: str
    item: str
    units_per_h: int
    hours: Hours
    flour_item: str = ""
    flour_g_per_unit: int = 0
