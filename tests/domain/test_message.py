"""Sentences: said in any language, kept as data."""

from __future__ import annotations

import json

import pytest

from karavan.domain.message import Message, PlaceName
from karavan.domain.units import duration_text, mass_text, time_text, volume_text
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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (mass_text(1_250_000), "1.25 t"),
        (mass_text(999_000), "999 kg"),
        (volume_text(1_500_000), "1.5 m³"),
        (duration_text(5_400), "1:30 h"),
        (time_text(at("20:30")), "2023-09-22 20:30"),
    ],
)
def test_numbers_are_said_the_same_way_everywhere(text: str, said: str):
    assert text == said
