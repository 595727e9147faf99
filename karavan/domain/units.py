"""Base units are whole numbers: grams, cubic centimetres, metres, seconds, millimetres. Here they become words."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

HOUR_S = 3600
DAY_S = 86_400
KG_G = 1_000
TONNE_G = 1_000_000
M3_CM3 = 1_000_000
KM_M = 1_000
M_MM = 1_000


_LATIN = ("g", "q", "kg", "kq", "t", "ml", "cl", "dl", "l", "hl", "cm", "m", "km", "m2", "m3", "m²", "m³")
_CYRILLIC = ("г", "кг", "т", "мл", "л", "см", "м", "км", "м2", "м3", "м²", "м³")
_ARMENIAN = ("գ", "կգ", "տ", "մլ", "լ", "սմ", "մ", "կմ", "մ2", "մ3", "մ²", "մ³")
MEASURES = frozenset((*_LATIN, *_CYRILLIC, *_ARMENIAN))
"""Units written as signs, in the languages of the program: a sign has no plural."""


def number_text(value: float, decimals: int = 0) -> str:
    """``1234567.8`` -> ``'1 234 568'``, with narrow no-break spaces (ISO 80000-1): read alike in every language."""
    return f"{value:,.{decimals}f}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def unit_text(unit: str) -> str:
    """
    The unit as it stands behind a number: ``kg``, but ``× piece``.

    The workbook's own word is in no catalogue and cannot be bent to the number; behind a times sign it need not be.
    """
    return unit if unit.casefold() in MEASURES or not unit else f"×\N{NO-BREAK SPACE}{unit}"


def quantity_text(quantity: int, unit: str) -> str:
    """``1100, 'kg'`` -> ``'1 100 kg'``; ``1100, 'piece'`` -> ``'1 100 × piece'``."""
    return f"{number_text(quantity)}\N{NO-BREAK SPACE}{unit_text(unit)}".rstrip()


def mass_text(mass_g: int) -> str:
    """``1250000`` -> ``'1.25 t'``; below a tonne in kilograms."""
    if abs(mass_g) >= TONNE_G:
        return f"{_short(mass_g / TONNE_G)} t"
    return f"{_short(mass_g / KG_G)} kg"


def volume_text(volume_cm3: int) -> str:
    """``1500000`` -> ``'1.5 m³'``."""
    return f"{_short(volume_cm3 / M3_CM3)} m³"


def duration_text(duration_s: float) -> str:
    """``5400`` -> ``'1:30 h'``."""
    minutes = round(duration_s / 60)
    return f"{minutes // 60}:{minutes % 60:02d} h"


def time_text(moment: datetime, zone: tzinfo = UTC) -> str:
    """``2023-09-22 14:00`` in the operation's clock: read the same way in every language."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _short(value: float) -> str:
    return number_text(value, 2).rstrip("0").rstrip(".")
