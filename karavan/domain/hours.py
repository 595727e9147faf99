"""Weekly hours by the local clock: opening hours, shifts, gate hours, the dark hours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from karavan.domain.intervals import Intervals, merged

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAY_MIN = 24 * 60
_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_DAYS = re.compile(r"(Mo|Tu|We|Th|Fr|Sa|Su)(?:-(Mo|Tu|We|Th|Fr|Sa|Su))?$")


@dataclass(frozen=True, slots=True)
class Hours:
    """
    Spans of a week by the local clock.

    Attributes
    ----------
    spans_min
        Seven tuples, Monday first, of ``(start, end)`` in minutes after midnight; an end past 1440 runs into the
        next day.
    """

    spans_min: tuple[tuple[tuple[int, int], ...], ...]

    @staticmethod
    def parse(text: str) -> Hours:
        """
        ``"08:00-18:00"``, ``"08:00-12:00,13:00-17:00"``, ``"Mo-Fr 08:00-17:00; Sa 08:00-12:00"``, ``"24/7"``.

        Days that no part names are closed; a part without days is for every day. A span that ends before it starts
        runs over midnight. The notation is a small part of OpenStreetMap's ``opening_hours``.

        Raises
        ------
        ValueError
            The text is none of these.
        """
        text = re.sub(r"\s*([-,;])\s*", r"\1", text.strip().replace("–", "-"))
        if text == "24/7":
            return ALWAYS
        spans: list[list[tuple[int, int]]] = [[] for _ in DAYS]
        for part in filter(None, (piece.strip() for piece in text.split(";"))):
            head, _, tail = part.rpartition(" ")
            days = _days(head) if head else range(7)
            for span in tail.split(","):
                found = _SPAN.fullmatch(span.strip())
                if found is None:
                    raise ValueError(text)
                start, end = _minutes(found[1], found[2]), _minutes(found[3], found[4])
                for day in days:
                    spans[day].append((start, end if end > start else end + DAY_MIN))
        if not any(spans):
            raise ValueError(text)
        return Hours(tuple(tuple(sorted(day)) for day in spans))

    def __str__(self) -> str:
        if self == ALWAYS:
            return "24/7"
        texts = [",".join(f"{_clock(start)}-{_clock(end)}" for start, end in day) for day in self.spans_min]
        if len(set(texts)) == 1:
            return texts[0]
        return "; ".join(f"{DAYS[i]} {text}" for i, text in enumerate(texts) if text)

    def between(self, start: datetime, end: datetime, zone: ZoneInfo) -> Intervals[datetime]:
        """The spans that touch ``start`` .. ``end``, as aware datetimes in UTC, cut to it, touching ones joined."""
        pairs = []
        day = start.astimezone(zone).date() - timedelta(days=1)
        last = end.astimezone(zone).date()
        while day <= last:
            for first_min, last_min in self.spans_min[day.weekday()]:
                pairs.append((_moment(day, first_min, zone, start), _moment(day, last_min, zone, start)))
            day += timedelta(days=1)
        return merged((max(a, start), min(b, end)) for a, b in pairs)


def _moment(day: date, minute: int, zone: ZoneInfo, like: datetime) -> datetime:
    day += timedelta(days=minute // DAY_MIN)
    local = datetime.combine(day, time(minute % DAY_MIN // 60, minute % 60), zone)
    return local.astimezone(like.tzinfo)


def _days(text: str) -> list[int]:
    days = []
    for piece in text.split(","):
        found = _DAYS.match(piece.strip())
        if found is None:
            raise ValueError(text)
        first, last = DAYS.index(found[1]), DAYS.index(found[2] or found[1])
        days += [(first + i) % 7 for i in range((last - first) % 7 + 1)]
    return days


def _minutes(hour: str, minute: str) -> int:
    value = int(hour) * 60 + int(minute)
    if value > DAY_MIN or int(minute) > 59:
        raise ValueError(f"{hour}:{minute}")
    return value


def _clock(minute: int) -> str:
    minute = minute if minute <= DAY_MIN else minute - DAY_MIN
    return f"{minute // 60:02d}:{minute % 60:02d}"


ALWAYS = Hours((((0, DAY_MIN),),) * 7)
