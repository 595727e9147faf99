"""Requests out of a workbook: all of them, or none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from karavan.desk import models as rows
from karavan.desk.actions.posting import Entry, action
from karavan.desk.actions.requests import LineValues, place_of, write_lines
from karavan.domain.errors import Refused
from karavan.domain.message import Message
from karavan.domain.roles import Right


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestValues:
    """A request as the workbook has it; ``place`` is the code of a place."""

    number: str
    place: str
    people: int
    raised_at: datetime
    organisation: str = ""
    lines: tuple[LineValues, ...]


@action("requests imported", "named")
def import_requests(
    entry: Entry,
    *,
    operation: int,
    sha256: str,
    requests: tuple[RequestValues, ...],
    named: Mapping[str, tuple[str, str]],
) -> None:
    """
    Drafts, all or none. The same file a second time is refused, and a number that is taken.

    Parameters
    ----------
    named
        Number -> who asks, and the telephone: kept as contacts, outside the chain.
    """
    entry.require(Right.RAISE_REQUEST, operation)
    if imported_before(operation, sha256):
        raise Refused(Message("this file was imported before"))
    if not requests:
        raise Refused(Message("there is nothing new in this file"))
    places = dict(rows.Place.objects.filter(operation=operation).values_list("code", "pk"))
    for values in requests:
        row = rows.Request.objects.create(
            id=_id(entry.id, values.number),
            operation_id=operation,
            number=values.number,
            representative=_contact(entry, operation, values.number, named.get(values.number, ("", ""))),
            organisation=values.organisation,
            place=place_of(operation, places.get(values.place, 0)),
            people=values.people,
            raised_at=values.raised_at,
            created_by=entry.actor,
        )
        write_lines(row, values.lines)


def imported_before(operation: int, sha256: str) -> bool:
    """Whether a file with these bytes came into this operation already."""
    found = rows.Event.objects.filter(kind="requests imported", body__contains=sha256).values_list("body", flat=True)
    values = [json.loads(body)["values"] for body in found]
    return any((it["operation"], it["sha256"]) == (operation, sha256) for it in values)


def _id(event: UUID, number: str) -> UUID:
    return uuid5(event, number)


def _contact(entry: Entry, operation: int, number: str, who: tuple[str, str]) -> rows.Contact | None:
    name, phone = who
    if not name and not phone:
        return None
    contact = uuid5(entry.id, f"contact of {number}")
    return rows.Contact.objects.create(id=contact, operation_id=operation, name=name[:200], phone=phone[:200])
