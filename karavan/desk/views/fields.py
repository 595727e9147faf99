"""Forms: what is asked, read field by field, with what is wrong beside the field; the same page for every form."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import uuid_utils.compat
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from karavan.desk import models as rows
from karavan.desk.access import may
from karavan.desk.stock import Short
from karavan.desk.unsent import typed
from karavan.domain.errors import Busy, NotAllowed, NotFound, Refused
from karavan.domain.hours import Hours
from karavan.domain.ledger import LARGEST_TRANSFER
from karavan.domain.message import Message, Sayable
from karavan.domain.roles import Right
from karavan.domain.units import KG_G, KM_M, M3_CM3, M_MM

MICRO = 1_000_000
_LONGEST = {"text": 200, "long": 4000}


@dataclass
class Field:
    """
    One thing that is asked.

    Attributes
    ----------
    kind
        ``text``, ``long`` (lines of text), ``whole``, ``kg`` (read in grams), ``m`` (in millimetres), ``km`` (in
        metres), ``m3s`` (volumes, in cm³), ``degrees`` (in millionths), ``hours`` (of a week), ``moment``, ``choice``.
    label, hint
        In a sentence of the catalogues, or the name of goods as it is.
    choices
        ``(value, what it is called)``.
    value
        As it was typed; ``read`` is what it means.
    """

    name: str
    label: Sayable
    kind: str = "text"
    required: bool = True
    least: int = 0
    hint: Sayable = ""
    choices: tuple[tuple[str, Sayable], ...] = ()
    value: str = ""
    read: Any = None
    problem: Message | None = None

    def take(self, typed: str, zone: tzinfo) -> None:
        """Read what was typed; what cannot be read has its problem."""
        self.value = typed.strip()
        if not self.value:
            self.read = {"whole": 0, "kg": 0, "m": 0, "km": 0, "moment": None, "degrees": None, "m3s": ()}.get(
                self.kind, ""
            )
            self.problem = Message("this is missing") if self.required else None
            return
        try:
            self.read = self._meant(zone)
        except (ValueError, OverflowError, InvalidOperation):  # the year 1 has no time in UTC
            self.problem = _WRONG[self.kind]

    def _meant(self, zone: tzinfo) -> Any:
        if self.kind == "whole":
            # Figures of a paper are often written with spaces: 1 000.
            number = int("".join(self.value.split()))
            if not self.least <= number <= LARGEST_TRANSFER:
                raise ValueError
            return number
        if self.kind in _WHOLE_OF:
            return _exact(self.value, _WHOLE_OF[self.kind])
        if self.kind == "m3s":
            return tuple(_exact(part, M3_CM3) for part in self.value.replace("+", " ").split())
        if self.kind == "degrees":
            return round(_finite(self.value) * MICRO)
        if self.kind == "hours":
            return str(Hours.parse(self.value))
        if self.kind == "moment":
            moment = datetime.fromisoformat(self.value)
            return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
        if self.kind == "choice" and self.value not in dict(self.choices):
            raise ValueError
        if len(self.value) > _LONGEST.get(self.kind, LARGEST_TRANSFER):
            raise ValueError
        return self.value


_WHOLE_OF = {"kg": KG_G, "m": M_MM, "km": KM_M}


def _finite(text: str) -> Decimal:
    """A number as people write it, with a point or a comma."""
    number = Decimal("".join(text.split()).replace(",", "."))
    if not number.is_finite():
        raise ValueError
    return number


def _exact(text: str, times: int) -> int:
    number = _finite(text) * times
    if not 0 <= number <= LARGEST_TRANSFER or number != int(number):
        raise ValueError
    return int(number)


_WRONG = {
    "whole": Message("this is not a whole number that can be here"),
    "kg": Message("this is not a mass in kilograms"),
    "m": Message("this is not a length in metres"),
    "km": Message("this is not a length in kilometres"),
    "m3s": Message("these are not volumes in cubic metres"),
    "degrees": Message("this is not a number of degrees"),
    "hours": Message("hours are written like 08:00-18:00 or Mo-Fr 08:00-17:00"),
    "moment": Message("this is not a date and time"),
    "choice": Message("this cannot be chosen"),
    "text": Message("this is too long"),
    "long": Message("this is too long"),
}


@dataclass
class Group:
    """Fields that belong together; ``more`` are those that are seldom needed, folded away until one has a value."""

    title: Sayable
    fields: list[Field]
    more: list[Field] = field(default_factory=list)
    more_title: Sayable = ""

    @property
    def is_open(self) -> bool:
        return any(it.value or it.problem for it in self.more)

    @property
    def all(self) -> list[Field]:
        return self.fields + self.more


class Form:
    """
    What a page asks before something is written.

    Attributes
    ----------
    id
        The write's: made with the page and sent back with it, so that a form that is sent twice writes once.
    refused
        Why the write was refused.
    way_out
        Where the reader can do what is missing, and what that is called.
    """

    def __init__(self, groups: Iterable[Group], zone: tzinfo, button: Message) -> None:
        self.groups, self.zone, self.button = list(groups), zone, button
        self.id: UUID = uuid_utils.compat.uuid7()
        self.refused: Message | None = None
        self.way_out: tuple[str, Message] | None = None

    @property
    def fields(self) -> list[Field]:
        return [it for group in self.groups for it in group.all]

    @property
    def wrong(self) -> list[Field]:
        return [it for it in self.fields if it.problem]

    def got(self, name: str) -> Any:
        return next(it.read for it in self.fields if it.name == name)

    def give_back(self, typed: QueryDict) -> None:
        """As it was typed before its writer was signed out, with the write's own id."""
        self.take(typed)
        for it in self.fields:
            it.problem = None
        self.refused = None

    def take(self, typed: QueryDict) -> bool:
        """Read everything; whether it can be written."""
        for it in self.fields:
            it.take(typed.get(it.name, ""), self.zone)
        try:
            self.id = UUID(typed.get("id", ""))
        except ValueError:
            self.refused = Message("this page is too old; send it once more")
        return not self.wrong and self.refused is None


def asked(
    request: HttpRequest,
    form: Form,
    write: Callable[[rows.User, UUID, datetime], object],
    *,
    title: Sayable,
    done: str,
    back: str,
    template: str = "desk/form.html",
    **context: Any,
) -> HttpResponse:
    """
    Show the form, or write what came in it and go to ``done``.

    What the reader may not see or do is answered by the middleware; any other refusal stands above the form, with
    everything that was typed still in it.
    """
    status, before = 200, typed(request)
    if before is not None:
        form.give_back(before)
    if request.method == "POST":
        status = 422
        if form.take(request.POST):
            try:
                write(reader(request), form.id, datetime.now(UTC))
            except (NotFound, NotAllowed, Busy):
                raise
            except Refused as error:
                form.refused, status = error.message, 409
                form.way_out = _way_out(request, error)
            else:
                return redirect(done)
    values = {"zone": str(form.zone), **context, "form": form, "title": title, "back": back}
    return render(request, template, values, status=status)


def _way_out(request: HttpRequest, error: Refused) -> tuple[str, Message] | None:
    bakery = error.bakery if isinstance(error, Short) else None
    if bakery is None or not may(reader(request), Right.MOVE_STOCK, bakery.operation_id, bakery):
        return None
    return reverse("stock_bake", args=[bakery.pk]), Message("Bread baked")


def reader(request: HttpRequest) -> rows.User:
    """Whoever is signed in; the access table lets in nobody else."""
    assert isinstance(request.user, rows.User)
    return request.user


def local(moment: datetime, zone: tzinfo) -> str:
    """As a browser's field for date and time has it."""
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
