"""A situation as a document: the canonical text that its digest is taken of, and back."""

from __future__ import annotations

import json
import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from karavan.domain.hours import Hours
from karavan.domain.planfile import canonical_text
from karavan.domain.situation import Situation

Read = Callable[[Any], Any]


def situation_to_json(situation: Situation) -> str:
    """The text whose SHA-256 is :func:`karavan.domain.planfile.situation_digest`."""
    return canonical_text(situation)


def situation_from_json(text: str) -> Situation:
    """
    The situation that :func:`situation_to_json` wrote. For documents that Karavan keeps itself, by their digest: what
    comes from outside is a workbook.
    """
    return _reader(Situation)(json.loads(text))


def value_from_plain(kind: type, data: Any) -> Any:
    """A value of the domain from its plain form."""
    return _reader(kind)(data)


@cache
def _reader(kind: Any) -> Read:
    """What reads a value of ``kind``; the kinds are those of the domain's own annotations."""
    origin, args = get_origin(kind), get_args(kind)
    if kind is Hours:
        return lambda data: Hours(tuple(tuple((a, b) for a, b in day) for day in data["spans_min"]))
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}
        return lambda data: kind(**{name: readers[name](item) for name, item in data.items()})  # type: ignore[operator]
    if origin in (Union, types.UnionType):
        inner = _reader(next(arg for arg in args if arg is not type(None)))
        return lambda data: None if data is None else inner(data)
    if origin is tuple and args[-1] is Ellipsis:
        each = _reader(args[0])
        return lambda data: tuple(each(item) for item in data)
    if origin is tuple:
        parts = [_reader(arg) for arg in args]
        return lambda data: tuple(read(item) for read, item in zip(parts, data, strict=True))
    if origin is frozenset:
        member = _reader(args[0])
        return lambda data: frozenset(member(item) for item in data)
    if kind is datetime:
        return datetime.fromisoformat
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return lambda data: data
