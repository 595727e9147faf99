"""One name in three scripts has one key; different names of the example have different ones."""

import pytest

from karavan.domain.spelling import sound


@pytest.mark.parametrize(
    "spellings",
    [
        ("Xankəndi", "Khankendi", "XANKƏNDİ", "Ханкенди", " khan-kendi "),
        ("Ստեփանակերտ", "Stepanakert", "Степанакерт", "ՍՏԵՓԱՆԱԿԵՐՏ"),
        ("Ağdam", "Aghdam", "Агдам", "Աղդամ", "AGDAM"),
        ("Şuşa", "Shusha", "Шуша"),
        ("Ալյուր", "alyur"),
        ("T1", "t 1", "T-1"),
    ],
)
def test_spellings_of_one_name_are_one(spellings):
    assert len({sound(name) for name in spellings}) == 1


def test_others_are_not():
    names = ("Xankəndi", "Ստեփանակերտ", "Ağdam", "Şuşa", "Laçın", "Bərdə", "Goris", "Askeran", "Martakert")
    assert len({sound(name) for name in names}) == len(names)
    assert sound(" -- ") == ""
