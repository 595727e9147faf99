"""What several pages read alike: names in the reader's language, the moment, and the ids and figures of a form."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import uuid_utils.compat
from django.http import HttpRequest
from django.utils import translation

from karavan.desk import models as rows
from karavan.desk.access import seen, visible
from karavan.domain.catalogues import translator
from karavan.domain.errors import Refused
from karavan.domain.message import Message, Sayable, said

PAGE = 50


def reader(request: HttpRequest) -> rows.User:
    """Who reads: the access table lets in nobody else."""
    assert isinstance(request.user, rows.User)
    return request.user


def now() -> datetime:
    return datetime.now(UTC)


def new_id() -> UUID:
    return uuid_utils.compat.uuid7()


def given_id(request: HttpRequest) -> UUID:
    """
    The id that the form was given when it was shown: sent twice, it is one write.

    Raises
    ------
    Refused
        There is none.
    """
    try:
        return UUID(request.POST.get("id", ""))
    except ValueError:
        raise Refused(Message("the form is not whole; open the page again")) from None


def name_in(names: Iterable[rows.PlaceName | rows.ItemName], code: str) -> str:
    """The name that the reader's language has for it, else the first one, else the code."""
    found = {row.language: row.name for row in names}
    return found.get(translation.get_language() or "en") or next(iter(found.values()), code)


def here(value: Sayable) -> str:
    """In the reader's language, where the text itself is needed."""
    return said(value, translator(translation.get_language() or "en"))


def place_name(place: rows.Place) -> str:
    return name_in(place.names.all(), place.code)


def item_names(operations: Iterable[int]) -> dict[tuple[int, str], tuple[str, str]]:
    """``(operation, code) -> (name, unit)`` of items; a kit's own code stands for itself."""
    found: dict[tuple[int, str], tuple[str, str]] = {}
    numbers = list(operations)
    for operation, kit in rows.KitLine.objects.filter(operation__in=numbers).values_list("operation", "kit").distinct():
        found[operation, kit] = (kit, "kit")
    for item in rows.Item.objects.filter(operation__in=numbers).prefetch_related("names").order_by("position", "id"):
        found[item.operation_id, item.code] = (name_in(item.names.all(), item.code), item.unit)
    return found


def zone(operation: rows.Operation) -> ZoneInfo:
    return ZoneInfo(operation.time_zone)


def whole(text: str) -> int | None:
    """A whole number as people write it, spaces between its groups allowed; ``None``: it is none."""
    digits = "".join(text.split())
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 13 else None


def contact_name(user: rows.User, contact: rows.Contact | None) -> str:
    """Who it is, for whoever may see it."""
    if contact is None or not visible(user, rows.Contact).filter(pk=contact.pk).exists():
        return ""
    return contact.name


def a_request(request: HttpRequest, pk: UUID) -> rows.Request:
    """A request that the reader may see."""
    return seen(reader(request), rows.Request, pk)
