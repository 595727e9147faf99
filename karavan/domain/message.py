"""Sentences that can be said in any language: a template, which is the key of the catalogue, and its values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from karavan.domain.language import Translator
from karavan.domain.unit_words import forms_of
from karavan.domain.units import Measure, Quantity, figure_text, unit_sign, unit_text

DECIMALS = 3


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A place inside a message, said by the name that the reader's language has for it."""

    code: str


@dataclass(frozen=True, slots=True)
class ItemName:
    """An item inside a message, said by the name that the reader's language has for it."""

    code: str


class Message:
    """
    A translatable sentence.

    Parameters
    ----------
    template
        English text with ``{named}`` fields; the key in the gettext catalogue. Always a literal, so that the
        catalogue's extractor finds it.
    values
        What goes into the fields: ``str``, ``int``, ``float``, :class:`~karavan.domain.units.Measure`,
        :class:`~karavan.domain.units.Quantity`, :class:`PlaceName`, :class:`ItemName`, or another :class:`Message`.
        Numbers are shown as the reader's language writes them; one that names something and counts nothing (a year, a
        seed) comes as ``str``.
    """

    __slots__ = ("one", "template", "values")

    def __init__(self, template: str, /, **values: Any) -> None:
        self.one = ""
        self.template = template
        self.values: Mapping[str, Any] = values

    @classmethod
    def counted(cls, one: str, many: str, /, **values: Any) -> Message:
        """A sentence whose form hangs on the whole number ``count`` in it; both forms are literals."""
        message = cls(many, **values)
        message.one = one
        return message

    def having(self, **values: Any) -> Message:
        """The same sentence with some other values."""
        message = Message(self.template, **{**self.values, **values})
        message.one = self.one
        return message

    def say(
        self,
        translate: Callable[[str], str] = str,
        place_name: Callable[[str], str] = str,
        item_name: Callable[[str], str] = str,
    ) -> str:
        """The sentence in the language of ``translate``, places and items called as the two others call them."""

        values = {key: said(value, translate, place_name, item_name) for key, value in self.values.items()}
        form = self._form(translate).replace("} %", "}\N{NO-BREAK SPACE}%")  # a figure and its sign stay on one line
        return form.format(**values)

    def _form(self, translate: Callable[[str], str]) -> str:
        if not self.one:
            return translate(self.template)
        count = self.values["count"]
        if isinstance(translate, Translator):
            return translate.counted(self.one, self.template, count)
        return translate(self.one if count == 1 else self.template)

    def __str__(self) -> str:
        return self.say()

    def __repr__(self) -> str:
        forms = f"{self.one!r}, {self.template!r}" if self.one else repr(self.template)
        return f"Message({forms}, {dict(self.values)!r})"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Message)
            and (self.one, self.template) == (other.one, other.template)
            and dict(self.values) == dict(other.values)
        )

    def __hash__(self) -> int:
        return hash((self.template, tuple(sorted((key, str(value)) for key, value in self.values.items()))))

    def to_json(self) -> dict[str, Any]:
        """
        ``{"text": template, "values": {...}}``; names are ``{"place": code}``, ``{"item": code}``; messages nest.

        Measures are ``{"measure": amount, "unit": "g"}`` in base units, quantities ``{"quantity": 5, "unit": "kg"}``
        in the unit of the item: the same in every language. A counted sentence has its form for one in ``"one"``.
        """

        def plain(value: Any) -> Any:
            if isinstance(value, PlaceName):
                return {"place": value.code}
            if isinstance(value, ItemName):
                return {"item": value.code}
            if isinstance(value, Message):
                return value.to_json()
            if isinstance(value, Measure):
                return {"measure": value.amount, "unit": value.unit}
            if isinstance(value, Quantity):
                return {"quantity": value.amount, "unit": value.unit}
            return value

        forms = {"one": self.one, "text": self.template} if self.one else {"text": self.template}
        return {**forms, "values": {key: plain(value) for key, value in self.values.items()}}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Message:
        """The inverse of :meth:`to_json`."""

        def value(item: Any) -> Any:
            if isinstance(item, Mapping):
                if "place" in item:
                    return PlaceName(item["place"])
                if "measure" in item:
                    return Measure(item["measure"], item["unit"])
                if "quantity" in item:
                    return Quantity(item["quantity"], item["unit"])
                return ItemName(item["item"]) if "item" in item else Message.from_json(item)
            return item

        values = {key: value(item) for key, item in data["values"].items()}
        message = Message(data["text"], **values)
        message.one = data.get("one", "")
        return message


def unit_alone(unit: str) -> Message | str:
    """An item's unit as it stands alone, in the reader's language where the catalogues know it."""
    sign, forms = unit_sign(unit), forms_of(unit)
    if sign:
        return Message(sign)
    return Message.counted(*forms, count=1) if forms else unit


def unit_word(unit: str) -> Message | str:
    """An item's unit in a sentence that says its number apart: ``kg``, and any word behind a times sign."""
    if forms_of(unit):
        return Message(_TIMES, unit=unit_alone(unit))
    sign = unit_sign(unit)
    return Message(sign) if sign else unit_text(unit, 1)


_TIMES = "×\N{NO-BREAK SPACE}{unit}"


Sayable = Message | Measure | Quantity | PlaceName | ItemName | str | int | float
"""What can stand in a message, or alone on a screen."""


def said(
    value: Sayable,
    translate: Callable[[str], str] = str,
    place_name: Callable[[str], str] = str,
    item_name: Callable[[str], str] = str,
) -> str:
    """``value`` in the language of ``translate``, places and items called as the two others call them."""
    if isinstance(value, str):
        return value
    if isinstance(value, Message):
        return value.say(translate, place_name, item_name)
    if isinstance(value, Measure | Quantity):
        return value.say(translate)
    if isinstance(value, PlaceName):
        return place_name(value.code)
    if isinstance(value, ItemName):
        return item_name(value.code)
    return figure_text(value, 0 if isinstance(value, int) else DECIMALS, translate)
