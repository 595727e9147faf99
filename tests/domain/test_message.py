"""Sentences: said in any language, kept as data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from karavan.domain import catalogues
from karavan.domain.catalogues import translator
from karavan.domain.errors import MissingCatalogue
from karavan.domain.message import Message, PlaceName, Sayable, said, unit_alone, unit_word
from karavan.domain.unit_words import UNIT_WORDS
from karavan.domain.units import Measure, Quantity, percent_text, time_text, unit_name
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


N, M = "\u00a0", "\u202f"
"""No-break spaces: before a unit, between thousands."""


@pytest.mark.parametrize(
    ("value", "en", "az", "hy", "ru"),
    [
        (Measure(1_250_000, "g"), f"1.25{N}t", f"1,25{N}t", f"1,25{N}տ", f"1,25{N}т"),
        (Measure(1_234_560_000, "g"), f"1{M}234.56{N}t", f"1{M}234,56{N}t", f"1{M}234,56{N}տ", f"1{M}234,56{N}т"),
        (Measure(999_500, "g"), f"999.5{N}kg", f"999,5{N}kq", f"999,5{N}կգ", f"999,5{N}кг"),
        (Measure(250, "g"), f"250{N}g", f"250{N}q", f"250{N}գ", f"250{N}г"),
        (Measure(0, "g"), f"0{N}kg", f"0{N}kq", f"0{N}կգ", f"0{N}кг"),
        (Measure(1_500_000, "cm3"), f"1.5{N}m³", f"1,5{N}m³", f"1,5{N}մ³", f"1,5{N}м³"),
        (Measure(1_500, "cm3"), f"1.5{N}l", f"1,5{N}l", f"1,5{N}լ", f"1,5{N}л"),
        (Measure(25_300, "m"), f"25{N}km", f"25{N}km", f"25{N}կմ", f"25{N}км"),
        (Measure(400, "m"), f"400{N}m", f"400{N}m", f"400{N}մ", f"400{N}м"),
        (Measure(3_850, "mm"), f"3.85{N}m", f"3,85{N}m", f"3,85{N}մ", f"3,85{N}м"),
        (Measure(5_400, "s"), f"1{N}h{N}30{N}min", f"1{N}saat{N}30{N}dəq", f"1{N}ժ{N}30{N}րոպե", f"1{N}ч{N}30{N}мин"),
        (Measure(50_400, "s"), f"14{N}h", f"14{N}saat", f"14{N}ժ", f"14{N}ч"),
        (Measure(2_700, "s"), f"45{N}min", f"45{N}dəq", f"45{N}րոպե", f"45{N}мин"),
        (Measure(90, "s"), f"90{N}s", f"90{N}san", f"90{N}վրկ", f"90{N}с"),
        (Quantity(1_100, "kg"), f"1{M}100{N}kg", f"1{M}100{N}kq", f"1{M}100{N}կգ", f"1{M}100{N}кг"),
        (Quantity(5, "кг"), f"5{N}kg", f"5{N}kq", f"5{N}կգ", f"5{N}кг"),
        (Quantity(5, "kq"), f"5{N}kg", f"5{N}kq", f"5{N}կգ", f"5{N}кг"),
        (97.4, "97.4", "97,4", "97,4", "97,4"),
        (1_234_567, *[f"1{M}234{M}567"] * 4),
        (Quantity(1, "loaf"), f"1{N}loaf", f"1{N}çörək", f"1{N}հաց", f"1{N}буханка"),
        (Quantity(22, "loaves"), f"22{N}loaves", f"22{N}çörək", f"22{N}հաց", f"22{N}буханки"),
        (Quantity(-5, "Loaf"), f"-5{N}loaves", f"-5{N}çörək", f"-5{N}հաց", f"-5{N}буханок"),
        (Quantity(1_100, "piece"), f"1{M}100{N}pieces", f"1{M}100{N}ədəd", f"1{M}100{N}հատ", f"1{M}100{N}штук"),
        # The workbook's own word, and a sign that means a gram to one reader and 100 kg to another.
        (Quantity(1_100, "Kanister"), *[f"1{M}100{N}×{N}Kanister"] * 4),
        (Quantity(3, "q"), *[f"3{N}q"] * 4),
        (Quantity(3, ""), *["3"] * 4),
    ],
    ids=str,
)
def test_figures_and_units_are_the_readers(value: Sayable, en: str, az: str, hy: str, ru: str):
    assert [said(value, translator(reader)) for reader in ("en", "az", "hy", "ru")] == [en, az, hy, ru]
    assert said(value) == en
    assert Message("{value}!", value=value).say(translator("hy")) == hy + "!"


def test_a_column_of_its_own_has_the_unit_alone():
    russian = translator("ru")
    assert [unit_name(unit, russian) for unit in ("kg", "KG", "m3", "piece", "Eimer", "")] == [
        "кг",
        "кг",
        "м³",
        "штука",
        "Eimer",
        "",
    ]
    assert said(unit_word("l"), russian) == "л"
    assert said(unit_word("piece"), russian) == f"×{N}штука"
    assert said(unit_word("Eimer"), russian) == f"×{N}Eimer"
    assert [said(unit_alone(unit), russian) for unit in ("kq", "sacks", "Eimer")] == ["кг", "мешок", "Eimer"]


def test_each_word_of_goods_has_its_forms_in_every_language():
    for one, _ in UNIT_WORDS:
        said_in = {lang: [Quantity(n, one).say(translator(lang)) for n in (1, 2, 5)] for lang in ("az", "hy", "ru")}
        assert all(one not in text for texts in said_in.values() for text in texts), one
        assert len({text.partition(N)[2] for text in said_in["ru"]}) == 3, one
        # After a number nothing is in the plural in Azerbaijani and Armenian.
        for lang in ("az", "hy"):
            assert len({text.partition(N)[2] for text in said_in[lang]}) == 1, one


def test_a_share_is_said_in_percent():
    assert percent_text(0.974, 1) == f"97.4{N}%"
    assert percent_text(0.974, 1, translator("ru")) == f"97,4{N}%"
    assert percent_text(1, 1, translator("ru")) == f"100{N}%"


def test_figures_go_there_and_back_as_they_are():
    message = Message("{a} {b} {c}", a=Measure(1_250_000, "g"), b=Quantity(30, "kg"), c=0.5)
    data = json.loads(json.dumps(message.to_json()))
    assert data["values"] == {"a": {"measure": 1_250_000, "unit": "g"}, "b": {"quantity": 30, "unit": "kg"}, "c": 0.5}
    assert Message.from_json(data) == message
    assert Message.from_json(data).say(translator("ru")) == f"1,25{N}т 30{N}кг 0,5"


def test_a_number_that_names_something_comes_as_a_text():
    assert str(Message("{n} of {m}", n=5_800, m="10000")) == f"5{M}800 of 10000"


def test_a_time_is_said_the_same_way_everywhere():
    assert time_text(at("20:30")) == "2023-09-22 20:30"


def test_a_language_without_its_sentences_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(catalogues, "_FOLDER", tmp_path)
    translator.cache_clear()
    try:
        assert translator("en")("person-hours") == "person-hours"
        for missing in ("az", "hy", "ru"):
            with pytest.raises(MissingCatalogue, match=f"the language '{missing}' are missing.*install it again"):
                translator(missing)
        with pytest.raises(MissingCatalogue, match="the language 'de' is none of en, az, hy, ru"):
            translator("de")
    finally:
        translator.cache_clear()


def test_a_percent_sign_is_never_alone_on_a_line():
    assert str(Message("each gets {share} %", share=69)) == f"each gets 69{N}%"
