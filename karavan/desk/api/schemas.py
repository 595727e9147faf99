"""What an action takes, as a schema: made from its signature, closed against fields that it does not have."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime
from enum import Enum
from functools import reduce
from inspect import Parameter, signature
from operator import or_
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from django.db import models
from ninja import Schema
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, create_model
from pydantic.types import StringConstraints

LARGEST = 2**63 - 1
"""Of both databases' whole numbers."""
MOST = 10_000
"""Entries in one list."""

_WHOLE = Annotated[int, Field(strict=True, ge=-LARGEST, le=LARGEST)]
# PostgreSQL keeps no NUL in a text.
_TEXT = Annotated[str, StringConstraints(max_length=4_000, pattern=r"^[^\x00]*$")]
_PLAIN: dict[Any, Any] = {int: _WHOLE, str: _TEXT, datetime: AwareDatetime, bool: Annotated[bool, Field(strict=True)]}


class Closed(Schema):
    """A field that is not there is refused, not passed over."""

    model_config = ConfigDict(extra="forbid")


class Page(Closed):
    """Which part of a list: after the entry with this key, so many; a column's value keeps its rows only."""

    after: str = Field("", max_length=40)
    limit: int = Field(100, ge=1, le=1_000)


def asked_of(name: str, model: type[models.Model], narrow: tuple[str, ...]) -> type[Page]:
    """What a list's address may carry; numbers are texts here, for one that cannot be has no rows and is no error."""
    fields: dict[str, Any] = {column: (Annotated[_TEXT, Field(max_length=200)], "") for column in narrow}
    return create_model(f"{name.title().replace('_', '')}Page", __base__=Page, **fields)


def narrowed(model: type[models.Model], column: str, text: str) -> dict[str, Any] | None:
    """The filter, or ``None`` where no row can have such a value."""
    field: Any = _field(model, column)
    if isinstance(field, models.ForeignKey):
        field = field.target_field
    value = _value_of(field, text)
    return None if value is None else {column: value}


def taken_by(name: str, do: Callable[..., Any]) -> type[Closed]:
    """``{"id": ..., "values": {...}}``; the id is made by the program, and sent again it writes nothing twice."""
    function = do.__wrapped__  # type: ignore[attr-defined]
    hints = get_type_hints(function)
    fields: dict[str, Any] = {}
    for parameter in list(signature(function).parameters.values())[1:]:
        usual = ... if parameter.default is Parameter.empty else parameter.default
        fields[parameter.name] = (_open(hints[parameter.name]), usual)
    title = "".join(part.title() for part in name.split("_"))
    values = create_model(f"{title}Values", __base__=Closed, **fields)
    return create_model(f"{title}In", __base__=Closed, id=(UUID, ...), values=(values, ...))


def _open(hint: Any) -> Any:
    """A type of the domain as one of the schema."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return reduce(or_, (_open(part) for part in inner))
    if origin is tuple and inner[-1] is Ellipsis:
        part: Any = _open(inner[0])
        return Annotated[tuple[part, ...], Field(max_length=MOST)]
    if origin is tuple:
        return tuple.__class_getitem__(tuple(_open(part) for part in inner))
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _closed_dataclass(hint)
    if (isinstance(hint, type) and issubclass(hint, Enum | UUID)) or hint is type(None):
        return hint
    raise TypeError(f"the API has no way to take a {hint}")


_made: dict[type, type[Closed]] = {}


def _closed_dataclass(kind: type) -> type[Closed]:
    if kind not in _made:
        hints = get_type_hints(kind)
        fields: dict[str, Any] = {
            field.name: (_open(hints[field.name]), ... if field.default is dataclasses.MISSING else field.default)
            for field in dataclasses.fields(kind)
        }
        _made[kind] = create_model(kind.__name__, __base__=Closed, **fields)
    return _made[kind]


def values_of(model: BaseModel) -> dict[str, Any]:
    """What an action is called with."""
    return {name: _back(getattr(model, name)) for name in type(model).model_fields}


def _back(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_back(part) for part in value)
    kinds = {schema: kind for kind, schema in _made.items()}
    if isinstance(value, Closed):
        return kinds[type(value)](**values_of(value))
    return value


def told_of(name: str, model: type[models.Model], columns: tuple[str, ...]) -> type[Schema]:
    """A row of a list."""
    fields: dict[str, Any] = {}
    for column in columns:
        field = _field(model, column)
        kind = _kind(field)
        fields[column] = (kind | None if getattr(field, "null", False) else kind, ...)
    return create_model(f"{name.title().replace('_', '')}Row", __base__=Schema, **fields)


def _kind(field: Any) -> Any:
    if isinstance(field, models.ForeignKey):
        return _kind(field.target_field)
    kinds: dict[Any, Any] = {
        models.JSONField: Any,
        models.UUIDField: UUID,
        models.BooleanField: bool,
        models.IntegerField: int,
        models.FloatField: float,
        models.DateTimeField: datetime,
    }
    return next((kind for known, kind in kinds.items() if isinstance(field, known)), str)


def key_of(model: type[models.Model], text: str) -> Any:
    """The text of a row's key, or ``None`` where it can be none's."""
    key: Any = model._meta.pk
    return _value_of(key.target_field if isinstance(key, models.ForeignKey) else key, text)


def _field(model: type[models.Model], column: str) -> Any:
    return model._meta.get_field(column.removesuffix("_id") if column != "id" else column)


def _value_of(field: Any, text: str) -> Any:
    if not isinstance(field, models.UUIDField | models.IntegerField):
        return None if "\x00" in text else text
    try:
        if isinstance(field, models.UUIDField):
            return UUID(text)
        found = int(text) if text.isdecimal() and text.isascii() else -1
    except ValueError:
        return None
    return found if 0 <= found <= LARGEST else None
