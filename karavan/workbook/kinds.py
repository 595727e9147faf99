"""Kinds of cell: how each is read from what a person typed, and how it is written back."""

from __future__ import annotations

import re
import unicodedata
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_UP, Decimal
from enum import StrEnum
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from karavan.domain.hours import Hours
from karavan.domain.language import LANGUAGES
from karavan.domain.message import Message
from karavan.workbook.folding import fold

Words: TypeAlias = tuple[str, str, str, str]
Raw: TypeAlias = "str | int | float | bool | date | timedelta"
"""What a sheet holds: CSV only has ``str``; a duration or time of day typed in a spreadsheet is a ``timedelta``."""

Shown: TypeAlias = "str | int | Decimal | bool | datetime | None"

QUANTITY_MAX = 10**12
DURATION_MAX_S = 10 * 366 * 86_400
YEARS = range(2000, 2101)
# Digits that are read, on purpose and by name: Latin, Arabic-Indic, Persian, Devanagari, full width.
_DIGITS = {ord(zero) + i: str(i) for zero in "0٠۰०０" for i in range(10)}
# Twelve decimals and a quantity of thirteen digits stay within the 28 digits that Decimal multiplies exactly.
_NUMBER = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,12})?")
_SIGNED = re.compile(r"[-−]?[0-9]{1,3}(?:\.[0-9]{1,330})?")
_CLOCK = re.compile(r"([0-9]{1,5}):([0-5][0-9])(?::([0-5][0-9]))?")
_ISO = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d{3}|\.\d{6})?)?(?: ?(?:Z|[+-]\d{2}:\d{2}))?)?", re.ASCII
)
_JOINERS = "\u200c\u200d"  # needed to write some scripts; every other invisible character is refused
_LIST_MARK = ";"


class Bad(Exception):
    """A cell breaks the rule of its kind."""

    def __init__(self, rule: Message) -> None:
        super().__init__(str(rule))
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Kind(ABC):
    """A kind of cell; the zone is the operation's clock, by which date-times are typed and shown."""

    @abstractmethod
    def parse(self, raw: Raw, zone: ZoneInfo | None) -> Any:
        """
        The domain value.

        Raises
        ------
        Bad
            The cell breaks the kind's rule.
        """

    @abstractmethod
    def show(self, value: Any, zone: ZoneInfo, language: str) -> Shown:
        """The cell that :meth:`parse` reads as ``value``."""


def text_of(raw: Raw) -> str:
    """The text of a cell; a whole number typed as a number (a code, a phone) is the text of its digits."""
    if isinstance(raw, bool):
        raise Bad(Message("text is needed, not a tick or a yes/no cell"))
    if isinstance(raw, date | timedelta):
        raise Bad(Message("text is needed; the spreadsheet made a date of it: format the cell as text, type it again"))
    if isinstance(raw, str):
        return unicodedata.normalize("NFC", raw).strip()
    return format(_decimal(raw), "f")


def _decimal(raw: float | int) -> Decimal:
    # 15 digits are what a spreadsheet shows: 0.1 + 0.2 pasted as a value is meant to be 0.3.
    if raw != raw or raw in (float("inf"), float("-inf")):
        raise Bad(Message("a number is needed"))
    return Decimal(f"{raw:.15g}")


def spelled(raw: float | int) -> str:
    """A number cell as its owner sees it."""
    return format(_decimal(raw), "f") if abs(raw) < QUANTITY_MAX * 1000 else str(raw)


def checked_text(text: str, longest: int, lines: bool = False) -> str:
    """``text``, refused when it is too long or holds characters that cannot be seen."""
    if len(text) > longest:
        raise Bad(Message("at most {longest} characters", longest=longest))
    for sign in text:
        if lines and sign == "\n":
            continue
        category = unicodedata.category(sign)
        if (category in ("Cc", "Cf", "Cs", "Zl", "Zp") and sign not in _JOINERS) or sign in "\ufffd\ufffe\uffff":
            raise Bad(Message("no invisible or control characters (here: U+{code})", code=f"{ord(sign):04X}"))
    return text


@dataclass(frozen=True, slots=True)
class Text(Kind):
    """Free text; with ``lines`` it may have several lines."""

    longest: int = 200
    lines: bool = False

    def parse(self, raw: Raw, zone: ZoneInfo | None) -> str:
        text = text_of(raw).replace("\r\n", "\n").replace("\r", "\n") if self.lines else text_of(raw)
        return checked_text(text, self.longest, self.lines)

    def show(self, value: str, zone: ZoneInfo, language: str) -> Shown:
        return value or None


@dataclass(frozen=True, slots=True)
class Code(Text):
    """Text that other rows refer to: no ``;``, which separates the entries of a list, and no ``#`` in front."""

    without: str = _LIST_MARK

    def parse(self, raw: Raw, zone: ZoneInfo | None) -> str:
        text = Text.parse(self, raw, zone)
        for sign in self.without:
            if sign in text:
                raise Bad(Message("no {sign} in it", sign=sign))
        if text.startswith("#"):
            raise Bad(Message("no # at its beginning"))
        return text


@dataclass(frozen=True, slots=True)
class Ref(Code):
    """The code of a row of one of ``sheets`` (their keys)."""

    sheets: tuple[str, ...] = ()


def number(raw: Raw, signed: bool = False) -> Decimal:
    """
    The exact number in a cell.

    Separators of thousands, decimal commas, exponents, signs (but for coordinates) and words are refused: ``1,000`` is
    a thousand to one reader and one to another.
    """
    if isinstance(raw, bool | date | timedelta):
        raise Bad(Message("a number is needed"))
    if not isinstance(raw, str):
        value = Decimal(repr(raw)) if signed and raw == raw else _decimal(raw)
    else:
        text = raw.strip().translate(_DIGITS)
        if not (_SIGNED if signed else _NUMBER).fullmatch(text):
            raise Bad(_not_a_number(text))
        value = Decimal(text.replace("−", "-"))
    if value < 0 and not signed:
        raise Bad(Message("a number below zero makes no sense here"))
    return value


def _not_a_number(text: str) -> Message:
    if "," in text or "_" in text or re.fullmatch(r"[0-9]+(?:[ \u00a0\u202f'’][0-9]{3})+", text):
        return Message("a number without separators of thousands, with a point for decimals: 1000 or 0.75")
    if re.fullmatch(r"[-−][0-9.]+", text):
        return Message("a number below zero makes no sense here")
    return Message("a number is needed, nothing else in the cell: the unit stands in the heading")


def _between(value: Decimal, least: Decimal, most: Decimal) -> None:
    if not least <= value <= most:
        shown = least if least == round(least, 4) else least.quantize(Decimal("0.01"), ROUND_UP)  # a minute is 1/60 h
        raise Bad(Message("between {least} and {most}", least=plain(shown), most=plain(most)))


def plain(value: Decimal) -> str:
    """``Decimal`` without exponent and without zeros at its end."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True)
class Scaled(Kind):
    """A decimal in the heading's unit, kept as a whole number of base units, ``scale`` of them in one unit."""

    scale: int = 1
    least: int = 0
    most: int = QUANTITY_MAX

    def parse(self, raw: Raw, zone: ZoneInfo | None) -> int:
        value = number(raw)
        base = value * self.scale
        _between(value, Decimal(self.least) / self.scale, Decimal(self.most) / self.scale)
        if base != base.to_integral_value():
            if self.scale == 1:
                raise Bad(Message("a whole number is needed"))
            raise Bad(Message("no finer than {step}", step=plain(Decimal(1) / self.scale)))
        return int(base)

    def show(self, value: int | None, zone: ZoneInfo, language: str) -> Shown:
        if value is None:
            return None
        return value if self.scale == 1 else Decimal(value) / self.scale


@dataclass(frozen=True, slots=True)
class Degrees(Kind):
    """A coordinate in decimal degrees."""

    limit: int = 180

    def parse(self, raw: Raw, zone: ZoneInfo | None) -> float:
        value = number(raw, signed=True)
        _between(value, Decimal(-self.limit), Decimal(self.limit))
        return float(value)

    def show(self, value: float | None, zone: ZoneInfo, language: str) -> Shown:
        # A number cell keeps 15 digits; what is finer is written as text, which the reader takes too.
        if value is None or float(f"{value:.15g}") == value:
            return None if value is None else Decimal(repr(value))
        return _degrees(value)


@dataclass(frozen=True, slots=True)
class Points(Kind):
    """A line on the map: ``40.05 46.92; 39.99 46.88``, latitude first."""

    def parse(self, raw: Raw, zone: ZoneInfo | None) -> tuple[tuple[float, float], ...]:
        points = []
        for pair in text_of(raw).split(_LIST_MARK):
            parts = pair.split()
            if len(parts) != 2:
                raise Bad(Message("pairs of latitude and longitude, such as 40.05 46.92; 39.99 46.88"))
            points.append((Degrees(90).parse(parts[0], zone), Degrees(180).parse(parts[1], zone)))
        return tuple(points)

    def show(self, value: tuple[tuple[float, float], ...], zone: ZoneInfo, language: str) -> Shown:
        return "; ".join(f"{_degrees(lat)} {_degrees(lon)}" for lat, lon in value) or None


def _degrees(value: float) -> str:
    return format(Decimal(repr(value)), "f")


@dataclass(frozen=True, slots=True)
class Duration(Kind):
    """
    A length of time in hours or minutes (``unit_s``), or as ``h:mm:ss``; kept in seconds.

    In a column of hours ``1:30`` is an hour and a half. In a column of minutes two parts could be either, so all three
    are needed.
    """

    unit_s: int = 3600
    least_s: int = 0
    most_s: int = DURATION_MAX_S

    def parse(self, raw: Raw, zone: ZoneInfo | None) -> int:
        seconds = self._seconds(raw)
        _between(seconds / self.unit_s, Decimal(self.least_s) / self.unit_s, Decimal(self.most_s) / self.unit_s)
        if seconds != seconds.to_integral_value():
            raise Bad(Message("no finer than a second; 1:40 hours can be typed as 1:40:00"))
        return int(seconds)

    def _seconds(self, raw: Raw) -> Decimal:
        if isinstance(raw, timedelta):
            return Decimal(raw.days * 86_400 + raw.seconds)
        if isinstance(raw, str):
            found = _CLOCK.fullmatch(raw.strip().translate(_DIGITS))
            if found and not found[3] and self.unit_s != 3600:
                raise Bad(Message("a number of minutes, or hours, minutes and seconds such as 1:30:00"))
            if found:
                return Decimal(found[1]) * 3600 + Decimal(found[2]) * 60 + Decimal(found[3] or "0")
        return number(raw) * self.unit_s

    def show(self, value: int | None, zone: ZoneInfo, language: str) -> Shown:
        if value is None:
            return None
        shown = Decimal(value) / self.unit_s
        if shown * 1000 == (shown * 1000).to_integral_value():
            return shown
        return f"{value // 3600}:{value // 60 % 60:02d}:{value % 60:02d}"


@dataclass(frozen=True, slots=True)
class Moment(Kind):
    """A date-time by the operation's clock, or ISO text with an offset; kept in UTC. A date alone is its midnight."""

    def parse(self, raw: Raw, zone: ZoneInfo | None) -> datetime | None:
        if isinstance(raw, datetime):
            value = raw
        elif isinstance(raw, date):
            value = datetime(raw.year, raw.month, raw.day)
        else:
            text = raw.strip().translate(_DIGITS) if isinstance(raw, str) else ""
            if not _ISO.fullmatch(text):
                raise Bad(Message("a date cell, or text such as 2023-09-22 14:00 (year-month-day)"))
            try:
                value = datetime.fromisoformat(text.replace(" +", "+").replace(" -", "-").replace(" Z", "Z"))
            except ValueError:
                raise Bad(Message("there is no such date or time")) from None
        if value.year not in YEARS:
            raise Bad(Message("a year between {first} and {last}", first=str(YEARS[0]), last=str(YEARS[-1])))
        if isinstance(raw, datetime):  # a cell holds a fraction of a day, seldom to the second
            value = (value + timedelta(milliseconds=500)).replace(microsecond=0)
        if value.tzinfo is None:
            # Without a known clock the moment cannot be placed; the time zone's own cell is the one to mend.
            return value.replace(tzinfo=zone).astimezone(UTC) if zone else None
        return value.astimezone(UTC)

    def show(self, value: datetime | None, zone: ZoneInfo, language: str) -> Shown:
        if value is None:
            return None
        local = value.astimezone(zone)
        plain_local = local.replace(tzinfo=None, fold=0)
        if plain_local.replace(tzinfo=zone).astimezone(UTC) == value and not local.microsecond:
            return plain_local
        # The clock shows this hour twice (or the moment is finer than a cell): only an offset tells which it is.
        return value.astimezone(UTC).isoformat(sep=" ")


YES_NO: tuple[Words, Words] = (("yes", "bəli", "այո", "да"), ("no", "xeyr", "ոչ", "нет"))


@dataclass(frozen=True, slots=True)
class YesNo(Kind):
    def parse(self, raw: Raw, zone: ZoneInfo | None) -> bool:
        if isinstance(raw, bool):
            return raw
        for words, value in zip(YES_NO, (True, False), strict=True):
            if isinstance(raw, str) and fold(raw) in map(fold, words):
                return value
        raise Bad(Message("yes or no"))

    def show(self, value: bool, zone: ZoneInfo, language: str) -> Shown:
        return YES_NO[0 if value else 1][LANGUAGES.index(language)]


@dataclass(frozen=True, slots=True)
class Choice(Kind):
    """One of a few words, understood in every language."""

    words: tuple[tuple[StrEnum, Words], ...] = ()

    def parse(self, raw: Raw, zone: ZoneInfo | None) -> StrEnum:
        if isinstance(raw, str):
            wanted = fold(raw)
            for value, words in self.words:
                if wanted in map(fold, words):
                    return value
        raise Bad(Message("one of: {words}", words=", ".join(words[0] for _, words in self.words)))

    def show(self, value: StrEnum, zone: ZoneInfo, language: str) -> Shown:
        return dict(self.words)[value][LANGUAGES.index(language)]


@dataclass(frozen=True, slots=True)
class WeekHours(Kind):
    """Hours of the week, in the notation of :class:`karavan.domain.hours.Hours`."""

    def parse(self, raw: Raw, zone: ZoneInfo | None) -> Hours:
        if isinstance(raw, str):
            try:
                return Hours.parse(raw.translate(_DIGITS).replace("–", "-"))
            except ValueError:
                pass
        raise Bad(Message("hours such as 08:00-18:00, Mo-Fr 08:00-17:00; Sa 08:00-12:00, or 24/7"))

    def show(self, value: Hours | None, zone: ZoneInfo, language: str) -> Shown:
        return None if value is None else str(value)


@dataclass(frozen=True, slots=True)
class TimeZone(Kind):
    """An IANA time zone."""

    def parse(self, raw: Raw, zone: ZoneInfo | None) -> str:
        text = text_of(raw)
        try:
            # localtime, posixrules and the right/ zones are what one machine calls its own, or count leap seconds.
            if re.fullmatch(r"(?!localtime|posix|right/)[A-Za-z][A-Za-z0-9_+/-]{0,60}", text):
                return ZoneInfo(text).key
        except (KeyError, ValueError, OSError):
            pass
        raise Bad(Message("a time zone's IANA name, such as Asia/Baku, Asia/Yerevan or Europe/Moscow"))

    def show(self, value: str, zone: ZoneInfo, language: str) -> Shown:
        return value


@dataclass(frozen=True, slots=True)
class Many(Kind):
    """Several entries of one kind, separated by ``;``. A ``unordered`` list is a set."""

    entry: Kind = Code()
    unordered: bool = False

    def parse(self, raw: Raw, zone: ZoneInfo | None) -> Any:
        parts: list[Raw] = [raw]
        if isinstance(raw, str):
            parts = [part.strip() for part in raw.split(_LIST_MARK) if part.strip()]
        if not parts:
            raise Bad(Message("at least one entry; several are separated by ';'"))
        entries = [self.entry.parse(part, zone) for part in parts]
        if isinstance(self.entry, Code) and len(set(entries)) < len(entries):
            raise Bad(Message("the same entry twice"))
        return frozenset(entries) if self.unordered else tuple(entries)

    def show(self, value: Any, zone: ZoneInfo, language: str) -> Shown:
        entries = sorted(value) if self.unordered else value
        shown = [self.entry.show(entry, zone, language) for entry in entries]
        if len(shown) == 1 and not isinstance(shown[0], str):
            return shown[0]
        return "; ".join(plain(each) if isinstance(each, Decimal) else str(each) for each in shown) or None
