"""Sentences that can be said in any language: a template, which is the key of the catalogue, and its values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


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
        What goes into the fields: ``str``, ``int``, :class:`PlaceName`, :class:`ItemName`, or another :class:`Message`.
    """

    __slots__ = ("template", "values")

    def __init__(self, template: str, **values: Any) -> None:
        self.template = template
        self.values: Mapping[str, Any] = values

    def say(
        self,
        translate: Callable[[str], str] = str,
        place_name: Callable[[str], str] = str,
        item_name: Callable[[str], str] = str,
    ) -> str:
        """The sentence in the language of ``translate``, places and items called as the two others call them."""

        def word(value: Any) -> Any:
            if isinstance(value, PlaceName):
                return place_name(value.code)
            if isinstance(value, ItemName):
                return item_name(value.code)
            if isinstance(value, Message):
                return value.say(translate, place_name, item_name)
            return value

        return translate(self.template).format(**{key: word(value) for key, value in self.values.items()})

    def __str__(self) -> str:
        return self.say()

    def __repr__(self) -> str:
        return f"Message({self.template!r}, {dict(self.values)!r})"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Message) and self.template == other.template and dict(self.values) == dict(other.values)
        )

    def __hash__(self) -> int:
        return hash((self.template, tuple(sorted((key, str(value)) for key, value in self.values.items()))))

    def to_json(self) -> dict[str, Any]:
        """``{"text": template, "values": {...}}``; names are ``{"place": code}``, ``{"item": code}``; messages nest."""

        def plain(value: Any) -> Any:
            if isinstance(value, PlaceName):
                return {"place": value.code}
            if isinstance(value, ItemName):
                return {"item": value.code}
            if isinstance(value, Message):
                return value.to_json()
            return value

        return {"text": self.template, "values": {key: plain(value) for key, value in self.values.items()}}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Message:
        """The inverse of :meth:`to_json`."""

        def value(item: Any) -> Any:
            if isinstance(item, Mapping):
                if "place" in item:
                    return PlaceName(item["place"])
                return ItemName(item["item"]) if "item" in item else Message.from_json(item)
            return item

        return Message(data["text"], **{key: value(item) for key, item in data["values"].items()})
