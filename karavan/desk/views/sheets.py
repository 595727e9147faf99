"""Every list as a file: the same rows as the page, all of its pages, with headings in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from karavan.desk import models as rows
from karavan.desk.access import works_in_several
from karavan.desk.views.reading import now, reader
from karavan.domain.catalogues import translator
from karavan.domain.errors import Refused
from karavan.domain.message import Message, said

MOST = 10_000
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class At:
    """A moment in an operation's clock."""

    moment: datetime | None
    zone: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """
    A list that can be taken away.

    Attributes
    ----------
    name
        The file's, before the date.
    columns
        Heading, and the value of a row: text, whole number, :class:`At`, a message, or a date.
    operation
        Of a row: the second column for whoever works in several operations.
    """

    name: str
    title: Message
    columns: tuple[tuple[Message, Callable[[Any], Any]], ...]
    operation: Callable[[Any], rows.Operation] | None = None

    def columns_for(self, user: rows.User) -> tuple[tuple[Message, Callable[[Any], Any]], ...]:
        of = self.operation
        if of is None or not works_in_several(user):
            return self.columns
        first, *others = self.columns
        return (first, (Message("Operation"), lambda row: of(row).code), *others)


def is_asked(request: HttpRequest) -> bool:
    """Whether the list is wanted as a file: ``?as=csv`` or ``?as=xlsx``."""
    return request.GET.get("as", "") in KINDS


def all_of(found: Any) -> Any:
    """
    A list for a file, all of it.

    Raises
    ------
    Refused
        It is too long for one file: a part of it would pass for the whole.
    """
    number = len(found) if isinstance(found, list) else found.count()
    if number > MOST:
        raise Refused(Message("the list has {count} rows; narrow it to {most} for a file", count=number, most=MOST))
    return found


def taken(request: HttpRequest, sheet: Sheet, listed: Iterable[Any]) -> HttpResponse:
    """The file; whoever calls has asked :func:`is_asked`, and lists what the reader may see."""
    from karavan.workbook.grid import Grid
    from karavan.workbook.lists import list_as_csv, list_as_xlsx

    translate = translator(translation.get_language() or "en")
    zone = ""

    def plain(value: Any) -> Any:
        nonlocal zone
        if isinstance(value, At):
            zone = value.zone
            return _local(value.moment, value.zone)
        if value is None or isinstance(value, str | int | date):
            return value
        return said(value, translate)

    lines, columns = [], sheet.columns_for(reader(request))
    for row in listed:
        zone = ""
        cells = [plain(value(row)) for _, value in columns]
        lines.append([*cells, zone])
    headings = [heading.say(translate) for heading, _ in columns]
    if any(line[-1] for line in lines):
        headings.append(Message("Time zone").say(translate))
    else:
        lines = [line[:-1] for line in lines]
    # A sheet's name has at most 31 characters, and some may not stand in it.
    name = "".join(letter for letter in sheet.title.say(translate) if letter not in "[]:*?/\\'")[:31]
    grid = Grid(name=name, headings=headings, rows=lines)
    kind = request.GET["as"]
    made = list_as_csv(grid) if kind == "csv" else list_as_xlsx(grid)
    response = HttpResponse(made, content_type=KINDS[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{sheet.name}-{now():%Y-%m-%d}.{kind}"'
    return response


def _local(moment: datetime | None, zone: str) -> datetime | None:
    """As the operation's clock shows it; a spreadsheet's cell knows no zone."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, microsecond=0) if moment else None
