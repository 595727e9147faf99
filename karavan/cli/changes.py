"""The changes given to ``replan`` on the command line, read into the situation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from karavan.domain.changes import with_road_closed, with_road_open, with_vehicle_broken
from karavan.domain.errors import BadChange
from karavan.domain.message import Message
from karavan.domain.situation import Situation
from karavan.domain.units import time_text

FAR = timedelta(days=7)


def moment(text: str, situation: Situation) -> datetime:
    """``"2023-09-22 10:00"`` by the operation's clock, or ISO 8601 with an offset; aware UTC."""
    try:
        read = datetime.fromisoformat(text.strip())
        return (read if read.tzinfo else read.replace(tzinfo=situation.operation.zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadChange(Message('"{text}" is not a time; write it like 2023-09-22 10:00', text=text)) from None


def moment_now(text: str, situation: Situation) -> datetime:
    """:func:`moment`, refused where it is so far from the operation that it must be a slip of the pen."""
    operation, found = situation.operation, moment(text, situation)
    if not operation.start - FAR <= found <= operation.end + FAR:
        start, end = time_text(operation.start, operation.zone), time_text(operation.end, operation.zone)
        raise BadChange(
            Message('"{text}" is far outside the operation, {start} to {end}', text=text, start=start, end=end)
        )
    return found


def changed(
    situation: Situation, at: datetime, close: Iterable[str], reopen: Iterable[str], broken: Iterable[str]
) -> Situation:
    """The situation with roads closed (``ROAD`` or ``ROAD@UNTIL``), roads open again and vehicles out of service."""
    for text in close:
        code, until = _road_and_until(text, situation)
        situation = with_road_closed(situation, code, at, until)
    for code in reopen:
        situation = with_road_open(situation, code)
    for plate in broken:
        situation = with_vehicle_broken(situation, plate, at)
    return situation


def _road_and_until(text: str, situation: Situation) -> tuple[str, datetime | None]:
    code, mark, until = text.rpartition("@")
    if not mark or text in situation.road:
        return text, None
    return code, moment(until, situation)
