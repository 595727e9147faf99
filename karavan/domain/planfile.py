"""plan.json: a plan as a file, and the digest by which a plan knows its situation. Shape: docs/plan.schema.json."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from string import Formatter
from typing import Any

from karavan.domain.errors import BadPlanFile
from karavan.domain.message import ItemName, Message, PlaceName
from karavan.domain.plans import (
    PLAN_VERSION,
    Comparison,
    Convoy,
    Handling,
    Journey,
    Leg,
    Plan,
    Share,
    Stop,
    Unserved,
    Value,
)
from karavan.domain.situation import Situation
from karavan.domain.units import BASE_UNITS, Measure, Quantity

FORMAT = "karavan plan"
LARGEST_FILE = 100_000_000
LONGEST_TEXT = 10_000
LARGEST_NUMBER = 10**15
DEEPEST_MESSAGE = 8

Reader = Callable[[Any, str], Any]
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_FIELD = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")


def plan_to_json(plan: Plan) -> str:
    """The plan as text, always the same for the same plan: fixed order of keys, times in UTC."""
    data = {"format": FORMAT, "version": PLAN_VERSION, **_plain(plan)}
    return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def plan_from_json(text: str) -> Plan:
    """
    The plan that a file holds; what it leaves out has the value that :class:`Plan` gives it.

    The file may come from anywhere: nothing in it is trusted, and a plan that comes back is one that every other
    function can work with. Whether it is a good one is for :func:`karavan.domain.check.check`.

    Raises
    ------
    BadPlanFile
        With the JSON path of what is wrong: ``$.journeys[0].stops[1].start: ...``.
    """
    if len(text) > LARGEST_FILE:
        raise _bad("$", Message("the file is larger than {limit} characters", limit=LARGEST_FILE))
    try:
        data = json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except RecursionError:
        raise _bad("$", Message("the file is nested too deeply")) from None
    except json.JSONDecodeError as error:
        message = Message("this is not JSON, at line {line}, column {column}", line=error.lineno, column=error.colno)
        raise _bad("$", message) from None
    except ValueError:
        raise _bad("$", Message("a number has too many digits")) from None
    if not isinstance(data, dict):
        raise _bad("$", Message("a plan is an object"))
    if data.pop("format", FORMAT) != FORMAT:
        raise _bad("$.format", Message("this is not a plan"))
    version = data.pop("version", None)
    if version != PLAN_VERSION or isinstance(version, bool | float):
        raise _bad("$.version", Message("only plans of version {known} can be read", known=PLAN_VERSION))
    return _PLAN(data, "$")


def situation_digest(situation: Situation) -> str:
    """SHA-256 over the canonical text of every field, in hexadecimal: another cell, another digest."""
    return hashlib.sha256(canonical_text(situation).encode()).hexdigest()


def canonical_text(value: Any) -> str:
    """A value of the domain as JSON in the order of its fields: the same value, the same text."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    """A value as JSON has it; the order of keys is the order of the fields."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Message):
        return value.to_json()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _bad(path: str, problem: Message) -> BadPlanFile:
    return BadPlanFile(Message("{path}: {problem}", path=path, problem=problem))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _bad("$", Message("an object has the key '{name}' twice", name=_shown(name)))
        found[name] = value
    return found


def _no_constant(name: str) -> Any:
    raise _bad("$", Message("{name} is not a number", name=name))


def _shown(text: str) -> str:
    """A foreign text, short and printable, for a message."""
    return _SURROGATE.sub("?", text[:60])


# Readers: each takes a value and its path, and gives back what the plan holds, or raises.


def _text(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise _bad(path, Message("a text belongs here"))
    if len(value) > LONGEST_TEXT:
        raise _bad(path, Message("a text has at most {limit} characters", limit=LONGEST_TEXT))
    if _SURROGATE.search(value):
        raise _bad(path, Message("the text holds half a character"))
    return value


def _whole(value: Any, path: str) -> int:
    """JSON Schema's integer: 5 and 5.0, never true."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _bad(path, Message("a whole number belongs here"))
    if not 0 <= value <= LARGEST_NUMBER:
        raise _bad(path, Message("a number from 0 to {limit} belongs here", limit=LARGEST_NUMBER))
    return value


def _number(value: Any, path: str) -> int | float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise _bad(path, Message("a number belongs here"))
    if not 0 <= value <= LARGEST_NUMBER:
        raise _bad(path, Message("a number from 0 to {limit} belongs here", limit=LARGEST_NUMBER))
    return value


def _flag(value: Any, path: str) -> bool:
    if not isinstance(value, bool):
        raise _bad(path, Message("true or false belongs here"))
    return value


def _moment(value: Any, path: str) -> datetime:
    problem = Message("a time with its zone belongs here, like 2023-09-22T04:00:00Z")
    if not isinstance(value, str) or _TIME.fullmatch(value) is None:
        raise _bad(path, problem)
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _bad(path, problem) from None


def _message(value: Any, path: str, depth: int = 0) -> Message:
    """A sentence whose fields are plain names that have a value: a template is never a program."""
    if not isinstance(value, dict) or value.keys() - {"one"} != {"text", "values"}:
        raise _bad(path, Message("a message is an object with 'text' and 'values'"))
    if not isinstance(value["values"], dict):
        raise _bad(path, Message("a message is an object with 'text' and 'values'"))
    if depth > DEEPEST_MESSAGE:
        raise _bad(path, Message("messages are nested too deeply"))
    values = {}
    for name, item in value["values"].items():
        if _FIELD.fullmatch(name) is None or name in ("self", "template"):
            raise _bad(f"{path}.values", Message("'{name}' is no name for a value", name=_shown(name)))
        values[name] = _message_value(item, f"{path}.values.{name}", depth)
    text = _template(value["text"], f"{path}.text", values)
    if "one" not in value:
        return Message(text, **values)
    if not isinstance(values.get("count"), int):
        raise _bad(f"{path}.values.count", Message("a whole number belongs here"))
    return Message.counted(_template(value["one"], f"{path}.one", values), text, **values)


def _template(value: Any, path: str, values: dict[str, Any]) -> str:
    template = _text(value, path)
    if not template:  # gettext answers the empty text with the catalogue's header
        raise _bad(path, Message("a text belongs here"))
    try:
        parts = list(Formatter().parse(template))
    except ValueError:
        raise _bad(path, Message("a brace is not closed")) from None
    for _, name, spec, conversion in parts:
        if name is not None and (name not in values or spec or conversion):
            raise _bad(path, Message("'{name}' is no field with a value", name=_shown(name)))
    return template


def _message_value(value: Any, path: str, depth: int) -> Any:
    if isinstance(value, dict):
        if value.keys() == {"place"}:
            return PlaceName(_text(value["place"], f"{path}.place"))
        if value.keys() == {"item"}:
            return ItemName(_text(value["item"], f"{path}.item"))
        if value.keys() == {"measure", "unit"}:
            return _measure(value, path)
        if value.keys() == {"quantity", "unit"}:
            return Quantity(_whole(value["quantity"], f"{path}.quantity"), _text(value["unit"], f"{path}.unit"))
        return _message(value, path, depth + 1)
    return _bounded(value, path) if isinstance(value, bool | int | float) else _text(value, path)


def _measure(value: dict[str, Any], path: str) -> Measure:
    unit = _text(value["unit"], f"{path}.unit")
    if unit not in BASE_UNITS:
        raise _bad(f"{path}.unit", Message("one of: {words}", words=", ".join(sorted(BASE_UNITS))))
    return Measure(_bounded(value["measure"], f"{path}.measure"), unit)


def _bounded(value: Any, path: str) -> int | float:
    """A number of a sentence, which may be below zero."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _bad(path, Message("a text or a number belongs here"))
    if not math.isfinite(value) or abs(value) > LARGEST_NUMBER:
        raise _bad(path, Message("a number of at most {limit} belongs here", limit=LARGEST_NUMBER))
    return value


def _share(value: Any, path: str) -> tuple[str, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise _bad(path, Message("a need's code and its quantity belong here"))
    return _text(value[0], f"{path}[0]"), _whole(value[1], f"{path}[1]")


def _or_none(reader: Reader) -> Reader:
    return lambda value, path: None if value is None else reader(value, path)


def _many(reader: Reader, least: int = 0) -> Reader:
    def read(value: Any, path: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise _bad(path, Message("a list belongs here"))
        if len(value) < least:
            raise _bad(path, Message("this list is empty"))
        return tuple(reader(item, f"{path}[{i}]") for i, item in enumerate(value))

    return read


def _record(kind: type, **readers: Reader) -> Reader:
    """Objects of ``kind``: fields without a default must be there, and no others may."""
    needed = {field.name for field in fields(kind) if field.default is MISSING and field.default_factory is MISSING}

    def read(value: Any, path: str) -> Any:
        if not isinstance(value, dict):
            raise _bad(path, Message("an object belongs here"))
        _check_keys(value, path, needed, readers)
        return kind(**{name: readers[name](item, f"{path}.{name}") for name, item in value.items()})

    return read


def _check_keys(value: Mapping[str, Any], path: str, needed: set[str], known: Mapping[str, Reader]) -> None:
    for name in value:
        if name not in known:
            raise _bad(path, Message("there is no '{name}' here", name=_shown(name)))
    for name in known:
        if name in needed and name not in value:
            raise _bad(path, Message("'{name}' is missing", name=name))


_HANDLING = _record(Handling, need=_text, item=_text, lot=_text, lot_place=_text, quantity=_whole, compartment=_whole)
_LEG = _record(Leg, road=_text, origin=_text, destination=_text, depart=_moment, arrive=_moment, convoy=_text)
_STOP = _record(
    Stop,
    place=_text,
    arrive=_moment,
    start=_moment,
    end=_moment,
    legs=_many(_LEG),
    loads=_many(_HANDLING),
    unloads=_many(_HANDLING),
    clean=_flag,
)
_JOURNEY = _record(Journey, code=_text, vehicle=_text, stops=_many(_STOP, least=1), frozen=_flag)
_CONVOY = _record(
    Convoy,
    code=_text,
    roads=_many(_text),
    origin=_text,
    destination=_text,
    depart=_moment,
    arrive=_moment,
    journeys=_many(_text),
    leader=_text,
)
_UNSERVED = _record(Unserved, need=_text, item=_text, place=_text, quantity=_whole, reasons=_many(_message))
_VALUE = _record(
    Value,
    waiting_person_h=_number,
    inequity_person_h=_number,
    cost=_number,
    delivered_permille=_whole,
    distance_m=_whole,
)
_PLAN = _record(
    Plan,
    situation=_text,
    name=_text,
    seed=_whole,
    rounds=_whole,
    road_source=_or_none(_message),
    journeys=_many(_JOURNEY),
    convoys=_many(_CONVOY),
    unserved=_many(_UNSERVED),
    shares=_many(_record(Share, item=_text, needed=_whole, available=_whole, shares=_many(_share))),
    value=_or_none(_VALUE),
    bound_person_h=_or_none(_number),
    shared_bound_person_h=_or_none(_number),
    comparisons=_many(_record(Comparison, name=_text, value=_VALUE)),
    replanned_at=_or_none(_moment),
    changes=_many(_message),
)
