"""The changes given to ``replan`` on the command line, read into the situation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from karavan.domain.changes import with_road_closed, with_road_open, with_vehicle_broken
from karavan.domain.errors import BadChange
from karavan.domain.message import Message
from karavan.domain.situation import Situation


def moment(text: str, situation: Situation) -> datetime:
    """``"2023-09-22 10:00"`` by the operation's clock, or ISO 8601 with an offset; aware UTC."""
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadChange(Message('"{text}" is not a time; write it like 2023-09-22 10:00', text=text)) from None
    return (read if read.tzinfo else read.replace(tzinfo=situation.operation.zone)).astimezone(UTC)


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
