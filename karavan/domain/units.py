"""Base units are whole numbers: grams, cubic centimetres, metres, seconds, millimetres. Here they become words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from karavan.domain.language import N_, Translator
from karavan.domain.unit_words import unit_form

HOUR_S = 3600
DAY_S = 86_400
KG_G = 1_000
TONNE_G = 1_000_000
M3_CM3 = 1_000_000
LITRE_CM3 = 1_000
KM_M = 1_000
M_MM = 1_000

Translate = Callable[[str], str]

_SPELLINGS = {
    N_("g"): ("г", "գ"),
    N_("kg"): ("kq", "кг", "կգ"),
    N_("t"): ("т", "տ"),
    N_("ml"): ("мл", "մլ"),
    N_("l"): ("л", "լ"),
    N_("cm"): ("sm", "см", "սմ"),
    N_("m"): ("м", "մ"),
    N_("km"): ("км", "կմ"),
    N_("m²"): ("m2", "м2", "м²", "մ2", "մ²"),
    N_("m³"): ("m3", "м3", "м³", "մ3", "մ³"),
}
_SIGN = {spelling: sign for sign, others in _SPELLINGS.items() for spelling in (sign, *others)}
# Said as they are written: "q" is a gram in one language and a hundred kilograms in another.
_AS_WRITTEN = frozenset(("q", "cl", "dl", "hl"))


@dataclass(frozen=True, slots=True)
class Measure:
    """
    An amount in a base unit, said in the unit and in the language of who reads it: ``1.25 t``, ``1,25 т``.

    Attributes
    ----------
    unit
        One of :data:`BASE_UNITS`.
    """

    amount: int | float
    unit: str

    def say(self, translate: Translate = str) -> str:
        return _SAY[self.unit](self.amount, translate)

    def __str__(self) -> str:
        return self.say()


@dataclass(frozen=True, slots=True)
class Quantity:
    """
    So much of an item, in the item's own unit: ``1 100 kg``, ``30 pieces``, ``7 × Kanister``.

    Signs and the words of :mod:`karavan.domain.unit_words` are said in the reader's language, in the form that the
    number asks for. Any other word of a workbook is in no catalogue and cannot be bent to the number; behind a times
    sign it need not be.
    """

    amount: int
    unit: str

    def say(self, translate: Translate = str) -> str:
        return _with_unit(number_text(self.amount, translate=translate), unit_text(self.unit, self.amount, translate))

    def __str__(self) -> str:
        return self.say()


def number_text(value: float, decimals: int = 0, translate: Translate = str) -> str:
    """
    ``1234567.8`` -> ``'1 234 568'``, with narrow no-break spaces (ISO 80000-1), which every language reads alike.

    The decimal mark is the language's own: a point in English, a comma in the others.
    """
    mark = translate.decimal_mark if isinstance(translate, Translator) else "."
    return f"{value:,.{decimals}f}".replace(",", "\N{NARROW NO-BREAK SPACE}").replace(".", mark)


def figure_text(value: float, most_decimals: int, translate: Translate = str) -> str:
    """A number without noughts at its end: ``12.5``."""
    text = number_text(value, most_decimals, translate)
    return text.rstrip("0").rstrip(".,") if most_decimals else text


def unit_sign(unit: str) -> str | None:
    """The sign, as the catalogues know it, of a unit that is one in any language: ``kq`` -> ``kg``; else ``None``."""
    return _SIGN.get(unit.casefold())


def unit_name(unit: str, translate: Translate = str) -> str:
    """The unit as it stands alone, in a column of its own."""
    sign = unit_sign(unit)
    return translate(sign) if sign else unit_form(unit, 1, translate) or unit


def unit_text(unit: str, amount: int, translate: Translate = str) -> str:
    """The unit as it stands behind the number ``amount``: ``kg``, ``pieces``, but ``× Kanister``."""
    if not unit or unit_sign(unit) or unit.casefold() in _AS_WRITTEN:
        return unit_name(unit, translate)
    return unit_form(unit, amount, translate) or f"×\N{NO-BREAK SPACE}{unit}"


def percent_text(share: float, decimals: int = 0, translate: Translate = str) -> str:
    """``0.974, 1`` -> ``'97.4 %'``."""
    return _with_unit(figure_text(100 * share, decimals, translate), "%")


def time_text(moment: datetime, zone: tzinfo = UTC) -> str:
    """``2023-09-22 14:00`` in the operation's clock: read the same way in every language."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _with_unit(number: str, unit: str) -> str:
    return f"{number}\N{NO-BREAK SPACE}{unit}".rstrip()


def _said(value: float, most_decimals: int, sign: str, translate: Translate) -> str:
    return _with_unit(figure_text(value, most_decimals, translate), translate(sign))


def _mass(mass_g: float, translate: Translate) -> str:
    if abs(mass_g) >= TONNE_G:
        return _said(mass_g / TONNE_G, 2, "t", translate)
    if abs(mass_g) >= KG_G or not mass_g:
        return _said(mass_g / KG_G, 2, "kg", translate)
    return _said(mass_g, 0, "g", translate)


def _volume(volume_cm3: float, translate: Translate) -> str:
    """Below a hundredth of a cubic metre in litres: two decimals would say nothing."""
    if abs(volume_cm3) >= M3_CM3 / 100 or not volume_cm3:
        return _said(volume_cm3 / M3_CM3, 2, "m³", translate)
    return _said(volume_cm3 / LITRE_CM3, 1, "l", translate)


def _distance(distance_m: float, translate: Translate) -> str:
    if abs(distance_m) >= KM_M or not distance_m:
        return _said(distance_m / KM_M, 0, "km", translate)
    return _said(distance_m, 0, "m", translate)


def _length(length_mm: float, translate: Translate) -> str:
    return _said(length_mm / M_MM, 3, "m", translate)


def _span(duration_s: float, translate: Translate) -> str:
    """Hours and minutes, which nobody takes for a time of day; below two minutes in seconds."""
    if duration_s < 120:
        return _said(duration_s, 3, N_("s"), translate)
    hours, minutes = divmod(round(duration_s / 60), 60)
    parts = [
        _said(hours, 0, N_("h"), translate) if hours else "",
        _said(minutes, 0, N_("min"), translate) if minutes else "",
    ]
    return "\N{NO-BREAK SPACE}".join(filter(None, parts))


_SAY: dict[str, Callable[[float, Translate], str]] = {
    "g": _mass,
    "cm3": _volume,
    "m": _distance,
    "mm": _length,
    "s": _span,
}
BASE_UNITS = frozenset(_SAY)
