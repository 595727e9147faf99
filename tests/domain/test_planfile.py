"""plan.json: there and back to the byte, every malformed thing by its path, and the schema that says the same."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from jsonschema import Draft202012Validator

from karavan.domain.errors import BadPlanFile
from karavan.domain.goods import Lot
from karavan.domain.message import Message, PlaceName
from karavan.domain.planfile import plan_from_json, plan_to_json, situation_digest
from karavan.domain.plans import Comparison, Plan, Share, Unserved, Value
from karavan.domain.rules import Rules
from karavan.domain.units import Measure, Quantity
from karavan.domain.value import measure
from tests.cast import a_convoy_plan, a_plan, a_situation, at, with_place, with_stop, with_vehicle

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "plan.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
WORTH = Value(
    waiting_person_h=0.1 + 0.2, inequity_person_h=1e-9, cost=502.0, delivered_permille=1_000, distance_m=158_000
)


def a_full_plan() -> Plan:
    """A plan with something in every field."""
    reason = Message(
        "{place} is cut off: {why}",
        place=PlaceName("KHN"),
        why=Message("no vehicle under {mass} may cross {road}", mass=Measure(12_000_000, "g"), road="R-KHN"),
    )
    return replace(
        a_convoy_plan(),
        situation=situation_digest(a_situation()),
        name='Şuşa "ə" / Ստեփանակերտ / Степанакерт \\ \u2028',
        seed=2**40,
        rounds=1_000,
        road_source=Message("roads from the sheet"),
        unserved=(Unserved(need="REQ-1/1", item="FLOUR", place="KHN", quantity=5, reasons=(reason,)),),
        shares=(Share(item="FLOUR", needed=10, available=5, shares=(("REQ-1/1", 5), ("REQ-2/1", 0))),),
        value=WORTH,
        bound_person_h=0.1,
        shared_bound_person_h=0.2,
        comparisons=(Comparison(name="cost", value=WORTH), Comparison(name="hand", value=WORTH)),
        replanned_at=at("05:00") + timedelta(microseconds=1),
        changes=(Message("{n} lines moved", n=3), Message("{n} less", n=Quantity(30, "piece"))),
    )


def a_file() -> dict[str, Any]:
    return json.loads(plan_to_json(a_full_plan()))


def test_a_full_plan_fills_every_field():
    plan = a_full_plan()
    assert [field.name for field in fields(plan) if not getattr(plan, field.name)] == []
    assert set(a_file()) == {"format", "version"} | {field.name for field in fields(plan)}


@pytest.mark.parametrize("plan", [Plan(), a_plan(), a_convoy_plan(), a_full_plan()])
def test_there_and_back(plan: Plan):
    text = plan_to_json(plan)
    assert plan_from_json(text) == plan
    assert plan_to_json(plan_from_json(text)) == text
    assert text.endswith("}\n")
    assert list(VALIDATOR.iter_errors(json.loads(text))) == []


def test_times_are_written_in_utc():
    local = timezone(timedelta(hours=4))
    plan = with_stop(a_plan(), "J1", 0, arrive=at("04:00").astimezone(local))
    assert plan_to_json(plan) == plan_to_json(a_plan())
    assert '"arrive": "2023-09-22T04:00:00Z"' in plan_to_json(plan)


def test_a_plan_by_hand_may_leave_out_what_has_a_default():
    text = """{"version": 1, "journeys": [{"code": "J1", "vehicle": "T1", "stops": [
        {"place": "AGD", "arrive": "2023-09-22T08:00+04:00", "start": "2023-09-22T08:00+04:00",
         "end": "2023-09-22T09:00:00.5+04:00",
         "loads": [{"need": "REQ-1/1", "item": "FLOUR", "lot": "F1", "lot_place": "AGD", "quantity": 5.0}]}]}]}"""
    stop = plan_from_json(text).journeys[0].stops[0]
    assert stop.arrive == datetime(2023, 9, 22, 4, tzinfo=UTC)
    assert stop.end.microsecond == 500_000
    assert (stop.loads[0].quantity, stop.loads[0].compartment, stop.legs, stop.clean) == (5, 0, (), False)
    assert list(VALIDATOR.iter_errors(json.loads(text))) == []


def put(path: str, value: Any) -> dict[str, Any]:
    """The file with ``value`` at a path like ``journeys.0.code``; ``...`` takes the key away."""
    data = a_file()
    *way, last = [int(it) if it.isdigit() else it for it in path.split(".")]
    here: Any = data
    for step in way:
        here = here[step]
    if value is ...:
        del here[last]
    else:
        here[last] = value
    return data


MALFORMED = [
    ("version", 2, "$.version"),
    ("version", True, "$.version"),
    ("version", "1", "$.version"),
    ("version", ..., "$.version"),
    ("format", "other", "$.format"),
    ("secret", 1, "$"),
    ("seed", 1.5, "$.seed"),
    ("seed", -1, "$.seed"),
    ("seed", True, "$.seed"),
    ("seed", 10**16, "$.seed"),
    ("seed", None, "$.seed"),
    ("name", None, "$.name"),
    ("name", "x" * 10_001, "$.name"),
    ("journeys", {}, "$.journeys"),
    ("journeys", "J1", "$.journeys"),
    ("journeys.0", [], "$.journeys[0]"),
    ("journeys.0", None, "$.journeys[0]"),
    ("journeys.1.code", 7, "$.journeys[1].code"),
    ("journeys.1.code", ..., "$.journeys[1]"),
    ("journeys.1.colour", "red", "$.journeys[1]"),
    ("journeys.0.frozen", 1, "$.journeys[0].frozen"),
    ("journeys.0.stops", [], "$.journeys[0].stops"),
    ("journeys.0.stops.1.start", "yesterday", "$.journeys[0].stops[1].start"),
    ("journeys.0.stops.1.start", "2023-09-22T04:00:00", "$.journeys[0].stops[1].start"),
    ("journeys.0.stops.1.start", "2023-09-22", "$.journeys[0].stops[1].start"),
    ("journeys.0.stops.1.start", 1695355200, "$.journeys[0].stops[1].start"),
    ("journeys.0.stops.1.start", "２０２３-09-22T04:00:00Z", "$.journeys[0].stops[1].start"),
    ("journeys.0.stops.1.legs.0.road", ["R"], "$.journeys[0].stops[1].legs[0].road"),
    ("journeys.0.stops.0.loads.0.quantity", "5", "$.journeys[0].stops[0].loads[0].quantity"),
    ("journeys.0.stops.0.loads.0.compartment", -1, "$.journeys[0].stops[0].loads[0].compartment"),
    ("convoys.0.journeys.1", 2, "$.convoys[0].journeys[1]"),
    ("shares.0.shares.0", ["REQ-1/1"], "$.shares[0].shares[0]"),
    ("shares.0.shares.0", ["REQ-1/1", 1, 2], "$.shares[0].shares[0]"),
    ("shares.0.shares.1.1", "5", "$.shares[0].shares[1][1]"),
    ("value.cost", "502", "$.value.cost"),
    ("value.cost", -1, "$.value.cost"),
    ("value.cost", ..., "$.value"),
    ("value", [], "$.value"),
    ("bound_person_h", "low", "$.bound_person_h"),
    ("shared_bound_person_h", "low", "$.shared_bound_person_h"),
    ("replanned_at", 0, "$.replanned_at"),
    ("changes", None, "$.changes"),
    ("changes.0", "moved", "$.changes[0]"),
    ("changes.0", {"text": "moved"}, "$.changes[0]"),
    ("changes.0", {"text": "", "values": {}}, "$.changes[0].text"),
    ("changes.0.values", {"n": None}, "$.changes[0].values.n"),
    ("changes.0.values", {"n": True}, "$.changes[0].values.n"),
    ("changes.0.values", {"n": 1, "self": 1}, "$.changes[0].values"),
    ("changes.0.values", {"n": 1, "template": 1}, "$.changes[0].values"),
    ("changes.0", {"one": "", "text": "a", "values": {"count": 1}}, "$.changes[0].one"),
    ("changes.0", {"one": "a", "text": "b", "values": {}}, "$.changes[0].values.count"),
    ("changes.0", {"one": "a", "text": "b", "values": {"count": 1.5}}, "$.changes[0].values.count"),
    ("changes.0.values", {"n": 1, "__class__": 1}, "$.changes[0].values"),
    ("changes.0.values", {"n": {"place": 5}}, "$.changes[0].values.n.place"),
    ("changes.0.values", {"n": {"place": "KHN", "x": 1}}, "$.changes[0].values.n"),
    ("changes.0.values", {"n": {"measure": 1, "unit": "kg"}}, "$.changes[0].values.n.unit"),
    ("changes.0.values", {"n": {"measure": 1, "unit": ["g"]}}, "$.changes[0].values.n.unit"),
    ("changes.0.values", {"n": {"measure": True, "unit": "g"}}, "$.changes[0].values.n.measure"),
    ("changes.0.values", {"n": {"measure": "1 t", "unit": "g"}}, "$.changes[0].values.n.measure"),
    ("changes.0.values", {"n": {"measure": 10**16, "unit": "g"}}, "$.changes[0].values.n.measure"),
    ("changes.0.values", {"n": {"measure": 1}}, "$.changes[0].values.n"),
    ("changes.0.values", {"n": {"quantity": -1, "unit": "kg"}}, "$.changes[0].values.n.quantity"),
    ("changes.0.values", {"n": {"quantity": 1, "unit": None}}, "$.changes[0].values.n.unit"),
]


@pytest.mark.parametrize(("path", "value", "told"), MALFORMED)
def test_every_malformed_thing_is_refused_by_its_path_and_by_the_schema(path: str, value: Any, told: str):
    data = put(path, value)
    with pytest.raises(BadPlanFile) as caught:
        plan_from_json(json.dumps(data))
    assert str(caught.value).startswith(f"{told}: ")
    assert not VALIDATOR.is_valid(data)


@pytest.mark.parametrize(
    "template",
    [
        "{n.__class__}",
        "{n.__class__.__init__.__globals__}",
        "{n[0]}",
        "{n!r}",
        "{n:>999999999}",
        "{n:{n}}",
        "{}",
        "{0}",
        "{missing}",
        "{",
        "}",
        "{n",
    ],
)
def test_a_message_is_no_program(template: str):
    """What JSON Schema cannot say: the fields of a template are plain names that have a value."""
    with pytest.raises(BadPlanFile, match=r"^\$\.changes\[0\]\.text: "):
        plan_from_json(json.dumps(put("changes.0", {"text": template, "values": {"n": 1}})))


def test_braces_may_be_said():
    plan = plan_from_json(json.dumps(put("changes.0", {"text": "{{n}} is {n}", "values": {"n": 1, "more": "x"}})))
    assert str(plan.changes[0]) == "{n} is 1"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "$: this is not JSON, at line 1, column 1"),
        ("{", "$: this is not JSON, at line 1, column 2"),
        ("[]", "$: a plan is an object"),
        ("null", "$: a plan is an object"),
        ("[" * 100_000, "$: the file is nested too deeply"),
        ('{"version":' + "[" * 100_000, "$: the file is nested too deeply"),
        ('{"version": 1, "seed": NaN}', "$: NaN is not a number"),
        ('{"version": 1, "seed": -Infinity}', "$: -Infinity is not a number"),
        ('{"version": 1, "bound_person_h": 1e999}', "$.bound_person_h: a number belongs here"),
        ('{"version": 1, "seed": 1' + "0" * 5_000 + "}", "$: a number has too many digits"),
        ('{"version": 1, "version": 1}', "$: an object has the key 'version' twice"),
        ('{"version": 1, "name": "\\ud800"}', "$.name: the text holds half a character"),
        ('{"version": 1, "\\ud800": 1}', "$: there is no '?' here"),
        ('{"version": 1, "replanned_at": "0001-01-01T00:00:00+14:00"}', "$.replanned_at: a time with its zone"),
        ('{"version": 1, "replanned_at": "2023-13-01T00:00:00Z"}', "$.replanned_at: a time with its zone"),
    ],
)
def test_hostile_files_are_refused_with_a_reason(text: str, told: str):
    with pytest.raises(BadPlanFile) as caught:
        plan_from_json(text)
    assert str(caught.value).startswith(told)
    str(caught.value).encode()


def test_messages_nest_only_so_deep():
    message: dict[str, Any] = {"text": "end", "values": {}}
    for _ in range(9):
        message = {"text": "{n}", "values": {"n": message}}
    with pytest.raises(BadPlanFile, match="messages are nested too deeply"):
        plan_from_json(json.dumps(put("changes.0", message)))


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
PLACES = [path for path, _, _ in MALFORMED if path != "secret"]


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.sampled_from(PLACES), values)
def test_reader_and_schema_agree_on_any_value_anywhere(path: str, value: Any):
    data = put(path, value)
    for change in data["changes"] if isinstance(data["changes"], list) else ():
        if isinstance(change, dict) and "text" in change:
            change["text"] = "moved"  # whether fields have values is beyond a schema
    try:
        plan_from_json(json.dumps(data))
        read = True
    except BadPlanFile:
        read = False
    assert read == VALIDATOR.is_valid(data)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.text(max_size=30) | values.map(json.dumps))
def test_any_text_is_a_plan_or_refused(text: str):
    with pytest.raises(BadPlanFile):
        plan_from_json(text)


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


SITUATION = a_situation()


@pytest.mark.parametrize(
    "other",
    [
        a_situation(rules=Rules(convoy_max=9)),
        replace(SITUATION, stock=SITUATION.stock[::-1]),
        replace(SITUATION, stock=(*SITUATION.stock, Lot(place="AGD", item="SOAP", code="S2", quantity=1))),
        with_vehicle(SITUATION, "T1", zones=frozenset({"east"})),
        with_vehicle(SITUATION, "T1", available_from=at("04:00")),
        with_place(SITUATION, "KHN", names=(("az", "Xankəndi"),)),
        replace(SITUATION, requests=SITUATION.requests[:2]),
    ],
)
def test_another_situation_has_another_digest(other):
    assert situation_digest(other) != situation_digest(SITUATION)


def test_the_digest_depends_on_values_only():
    first = with_vehicle(SITUATION, "T1", zones=frozenset(["east", "west", "north"]))
    again = with_vehicle(a_situation(), "T1", zones=frozenset(["north", "west", "east"]))
    measure(first, a_plan())  # fills the caches of ``first``
    assert situation_digest(first) == situation_digest(again)
    assert len(situation_digest(first)) == 64
    local = timezone(timedelta(hours=4))
    start = SITUATION.operation.start.astimezone(local)
    moved = replace(SITUATION, operation=replace(SITUATION.operation, start=start))
    assert situation_digest(moved) == situation_digest(SITUATION)
