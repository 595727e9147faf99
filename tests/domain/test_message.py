"""Sentences: said in any language, kept as data."""

from __future__ import annotations

import json

import pytest

from karavan.domain.language import translator
from karavan.domain.message import Message, PlaceName
from karavan.domain.units import duration_text, mass_text, number_text, quantity_text, time_text, volume_text
from tests.cast import KHN, at

WHY = Message("{road} carries {limit}", road="R-1", limit="12 t")
SENTENCE = Message("{place}: {why} ({n})", place=PlaceName("KHN"), why=WHY, n=3)


def test_a_message_is_said_in_a_language():
    assert str(SENTENCE) == "KHN: R-1 carries 12 t (3)"
    words = {"{place}: {why} ({n})": "{n}! {place}, {why}", "{road} carries {limit}": "{limit} по {road}"}
    assert SENTENCE.say(words.__getitem__, lambda code: KHN.name("ru")) == "3! Степанакерт, 12 t по R-1"


def test_a_message_goes_there_and_back():
    data = json.loads(json.dumps(SENTENCE.to_json()))
    assert Message.from_json(data) == SENTENCE
    assert hash(Message.from_json(data)) == hash(SENTENCE)
    assert Message("a") != Message("b")


def vehicles(count: int) -> Message:
    return Message.counted(
        "only {count} vehicle may go there, and a convoy has at least {least}",
        "only {count} vehicles may go there, and a convoy has at least {least}",
        count=count,
        least=2,
    )


def test_a_counted_sentence_bends_to_its_number():
    assert str(vehicles(1)) == "only 1 vehicle may go there, and a convoy has at least 2"
    assert str(vehicles(3)) == "only 3 vehicles may go there, and a convoy has at least 2"
    assert vehicles(1).say(translator("en")) == str(vehicles(1))
    assert vehicles(2).say(translator("en")) == str(vehicles(2))
    assert Message("same", count=1) != Message.counted("one", "same", count=1)


def test_russian_has_three_forms():
    russian = [vehicles(count).say(translator("ru")) for count in (1, 2, 5, 21)]
    assert len({said.replace(str(count), "#") for said, count in zip(russian, (1, 2, 5, 21), strict=True)}) == 3
    assert russian[0].replace("1", "21", 1) == russian[3]


def test_a_counted_sentence_goes_there_and_back():
    data = json.loads(json.dumps(vehicles(3).to_json()))
    assert Message.from_json(data) == vehicles(3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (mass_text(1_250_000), "1.25 t"),
        (mass_text(999_000), "999 kg"),
        (mass_text(1_234_560_000), "1\u202f234.56 t"),
        (number_text(999), "999"),
        (number_text(1_100), "1\u202f100"),
        (quantity_text(1_100, "kg"), "1\u202f100\u00a0kg"),
        (quantity_text(1_100, "piece"), "1\u202f100\u00a0×\u00a0piece"),
        (str(Message("{n} of {m}", n=5_800, m="10000")), "5\u202f800 of 10000"),
        (volume_text(1_500_000), "1.5 m³"),
        (duration_text(5_400), "1:30 h"),
        (time_text(at("20:30")), "2023-09-22 20:30"),
    ],
)
def test_numbers_are_said_the_same_way_everywhere(text: str, said: str):
    assert text == said
