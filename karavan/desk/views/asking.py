"""The form in which somebody asks for goods: what was typed, what of it is wrong, and the values for the action."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from karavan.desk import models as rows
from karavan.desk.actions import LineValues
from karavan.desk.actions.requests import OPEN
from karavan.desk.views.reading import item_names, whole, zone
from karavan.domain.message import Message

LINES, MOST_LINES = 3, 60
PRIORITIES = (1, 2, 3, 4)


@dataclass(slots=True)
class Line:
    """One row of the form as it was typed; ``number`` is also the end of its fields' names."""

    number: int
    item: str = ""
    quantity: str = ""
    priority: str = "2"
    needed_by: str = ""
    problems: dict[str, Message] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.item or self.quantity.strip())


@dataclass(slots=True)
class AskForm:
    """
    Attributes
    ----------
    problems
        By the name of the field, beside which they stand.
    """

    operation: rows.Operation
    places: list[rows.Place]
    place: str = ""
    people: str = ""
    organisation: str = ""
    opened: str = ""
    lines: list[Line] = field(default_factory=list)
    problems: dict[str, Message] = field(default_factory=dict)

    @classmethod
    def empty(cls, operation: rows.Operation, places: list[rows.Place], now: datetime) -> AskForm:
        only = str(places[0].pk) if len(places) == 1 else ""
        lines = [Line(number) for number in range(1, LINES + 1)]
        return cls(operation, places, place=only, opened=now.isoformat(), lines=lines)

    @classmethod
    def like(cls, request: rows.Request, places: list[rows.Place], now: datetime, *, quantities: bool) -> AskForm:
        """Filled from a request; without ``quantities`` these are left to be written."""
        local = zone(request.operation)
        lines = [
            Line(
                number,
                line.item,
                str(line.quantity) if quantities else "",
                str(line.priority),
                line.needed_by.astimezone(local).strftime("%Y-%m-%dT%H:%M") if line.needed_by and quantities else "",
            )
            for number, line in enumerate(request.lines.all(), 1)
        ]
        form = cls(request.operation, places, str(request.place_id), str(request.people), request.organisation)
        form.opened, form.lines = now.isoformat(), lines
        return form

    @classmethod
    def sent(cls, operation: rows.Operation, places: list[rows.Place], data: Mapping[str, str]) -> AskForm:
        count = min(whole(data.get("lines", "")) or LINES, MOST_LINES)
        lines = [
            Line(
                number,
                data.get(f"item-{number}", ""),
                data.get(f"quantity-{number}", ""),
                data.get(f"priority-{number}", "2"),
                data.get(f"needed_by-{number}", ""),
            )
            for number in range(1, count + 1)
        ]
        form = cls(operation, places, data.get("place", ""), data.get("people", ""), data.get("organisation", ""))
        form.opened, form.lines = data.get("opened", ""), lines
        return form

    def more(self) -> None:
        """Three more rows, as far as a page goes."""
        first = len(self.lines) + 1
        self.lines += [Line(number) for number in range(first, min(first + LINES, MOST_LINES + 1))]

    def values(self) -> dict[str, Any]:
        """What the action takes; all that is wrong is in ``problems`` and beside the lines."""
        people, known = whole(self.people), item_names([self.operation.pk])
        if self.place not in {str(place.pk) for place in self.places}:
            self.problems["place"] = Message("Choose the place.")
        if not people:
            self.problems["people"] = Message("Write how many people it is for, as a number.")
        if len(self.organisation) > 200:
            self.problems["organisation"] = Message("Not more than {count} characters.", count=200)
        filled = [line for line in self.lines if not line.is_empty]
        if not filled:
            self.lines[0].problems["item"] = Message("Choose at least one thing and how much of it.")
        lines = tuple(_line(line, {code for _, code in known}, zone(self.operation)) for line in filled)
        if self.wrong:
            return {}
        return {
            "place": int(self.place),
            "people": people,
            "organisation": self.organisation.strip(),
            "lines": lines,
        }

    @property
    def wrong(self) -> list[tuple[str, Message]]:
        """Every problem with the field that it is about: the summary on top."""
        return [*self.problems.items(), *self._line_problems()]

    def _line_problems(self) -> Iterator[tuple[str, Message]]:
        for line in self.lines:
            for name, problem in line.problems.items():
                yield f"{name}-{line.number}", Message("Line {number}: {problem}", number=line.number, problem=problem)

    def raised_at(self, now: datetime) -> datetime:
        """When the form was opened: the same at each sending, and no longer ago than a form is left open."""
        try:
            opened = datetime.fromisoformat(self.opened)
        except ValueError:
            return now
        return opened if opened.tzinfo and now - OPEN <= opened <= now else now


def _line(line: Line, known: set[str], local: ZoneInfo) -> LineValues:
    quantity = whole(line.quantity)
    if line.item not in known:
        line.problems["item"] = Message("Choose what is asked for.")
    if not quantity or quantity > 10**12:
        line.problems["quantity"] = Message("Write how much, as a whole number.")
    if line.priority not in {str(priority) for priority in PRIORITIES}:
        line.problems["priority"] = Message("Choose how urgent it is.")
        line.priority = "2"
    needed_by = None
    if line.needed_by.strip():
        try:
            needed_by = datetime.fromisoformat(line.needed_by.strip()).replace(tzinfo=local).astimezone(UTC)
        except (ValueError, OverflowError):
            line.problems["needed_by"] = Message("Write the day and hour like 2023-09-22 14:00.")
    return LineValues(item=line.item, quantity=quantity or 0, priority=int(line.priority), needed_by=needed_by)
