"""Sentences as a reader meets them, written out in every language, with names that ask for no agreement."""

from __future__ import annotations

import pytest

from karavan.domain.catalogues import translator
from karavan.domain.language import LANGUAGES
from karavan.domain.message import ItemName, Message, PlaceName
from karavan.domain.units import Measure, Quantity
from tests.docs.test_catalogues import fields, messages

# A plural, a feminine and a place: whatever is said of them must not bend to their number or gender.
ITEMS = {
    "PASTA": {"en": "Pasta", "az": "Makaron", "hy": "Մակարոն", "ru": "Макароны"},
    "PASTE": {"en": "Toothpaste", "az": "Diş pastası", "hy": "Ատամի մածուկ", "ru": "Зубная паста"},
}
PLACES = {"KHN": {"en": "Khankendi", "az": "Xankəndi", "hy": "Ստեփանակերտ", "ru": "Степанакерт"}}

LEFT_ABOARD = Message(
    "{quantity} {item} ({need}) are aboard {vehicle}, out of service at {place}: unload them there",
    quantity=Quantity(1_100, "kg"),
    item=ItemName("PASTA"),
    need="REQ-1/1",
    vehicle="T1",
    place=PlaceName("KHN"),
)
THERE = Message(
    "{quantity} {item} lie at {place} itself: hand them over there; no vehicle is needed, and the plan does "
    "not count them",
    quantity=Quantity(30, "kg"),
    item=ItemName("PASTE"),
    place=PlaceName("KHN"),
)
EXPIRES = Message(
    "{item}, lot {lot}, expires at {expiry}; it would be handed over at {place} at {time}, and must then keep for "
    "{limit}",
    item=ItemName("PASTE"),
    lot="A",
    expiry="2023-09-22 12:50",
    place=PlaceName("KHN"),
    time="2023-09-22 10:50",
    limit=Measure(10_800, "s"),
)
SHORT = Message(
    "{item}: {short} short ({available} for {needed}); shared by need, each gets between {least} % and {most} %, "
    "this one {own} %",
    item=ItemName("PASTA"),
    short=Measure(1_100_000, "g"),
    available=Quantity(2_400, "kg"),
    needed=Quantity(3_500, "kg"),
    least=0,
    most=97.5,
    own=69,
)
BROAD = Message("no vehicle wider than {limit} m may use road {road} ({origin} - {destination})").having(
    limit=2.55, road="R-1", origin=PlaceName("KHN"), destination=PlaceName("KHN")
)
STANDS = Message("its crew rests {wait} at {place}", wait=Measure(50_400, "s"), place=PlaceName("KHN"))

WORDS = [
    (
        LEFT_ABOARD,
        "1 100 kg Pasta (REQ-1/1) are aboard T1, out of service at Khankendi: unload them there",
        "Makaron, 1 100 kq (REQ-1/1): xarab olmuş T1 maşınındadır, yeri: Xankəndi; orada boşaldın",
        "Մակարոն՝ 1 100 կգ (REQ-1/1)․ գտնվում է շարքից դուրս եկած T1 մեքենայում, վայրը՝ Ստեփանակերտ․ բեռնաթափեք այնտեղ",
        "Макароны, 1 100 кг (REQ-1/1): груз в машине T1, вышедшей из строя, место: Степанакерт; выгрузите там",
    ),
    (
        THERE,
        "30 kg Toothpaste lie at Khankendi itself: hand them over there; no vehicle is needed, and the plan does not "
        "count them",
        "Diş pastası, 30 kq: elə həmin yerdədir (Xankəndi); orada paylayın, maşın lazım deyil, plan onu saymır",
        "Ատամի մածուկ՝ 30 կգ․ արդեն գտնվում է տեղում (Ստեփանակերտ)․ հանձնեք այնտեղ, մեքենա պետք չէ, "
        "և պլանը դա չի հաշվում",
        "Зубная паста, 30 кг: запас на самом месте (Степанакерт); выдайте его там, машина не нужна, план этого не "
        "считает",
    ),
    (
        EXPIRES,
        "Toothpaste, lot A, expires at 2023-09-22 12:50; it would be handed over at Khankendi at 2023-09-22 10:50, and "
        "must then keep for 3 h",
        "Diş pastası, partiya A: son istifadə vaxtı 2023-09-22 12:50; təhvil: Xankəndi, 2023-09-22 10:50; həmin vaxt "
        "qalmalı olan müddət: 3 saat",
        "Ատամի մածուկ, խմբաքանակ A, պիտանի է մինչև 2023-09-22 12:50․ կհանձնվեր 2023-09-22 10:50 (Ստեփանակերտ), իսկ "
        "դրանից հետո պետք է պիտանի լինի ևս 3 ժ",
        "Зубная паста, партия A: срок годности до 2023-09-22 12:50; передача была бы 2023-09-22 10:50 (место: "
        "Степанакерт), а после неё нужен остаточный срок 3 ч",
    ),
    (
        SHORT,
        "Pasta: 1.1 t short (2 400 kg for 3 500 kg); shared by need, each gets between 0 % and 97.5 %, this one 69 %",
        "Makaron: 1,1 t çatmır (2 400 kq var, 3 500 kq lazımdır); tələbata görə bölünür, hər birinə 0 % – 97,5 %, bu "
        "sətrə 69 % düşür",
        "Մակարոն՝ պակասում է 1,1 տ (առկա է 2 400 կգ, պետք է 3 500 կգ)․ բաշխված է ըստ կարիքի, յուրաքանչյուրը ստանում է "
        "0–97,5 %, այս տողը՝ 69 %",
        "Макароны: не хватает 1,1 т (есть 2 400 кг, нужно 3 500 кг); делится по потребности, каждый получает от 0 % до "
        "97,5 %, эта строка — 69 %",
    ),
    (
        BROAD,
        "no vehicle wider than 2.55 m may use road R-1 (Khankendi - Khankendi)",
        "R-1 yolu (Xankəndi - Xankəndi): eni 2,55 m-dən çox olan maşın buraxılmır",
        "ավելի քան 2,55 մ լայնությամբ ոչ մի մեքենա չի կարող օգտագործել R-1 ճանապարհը (Ստեփանակերտ - Ստեփանակերտ)",
        "дорога R-1 (Степанакерт - Степанакерт) не для машин шире 2,55 м",
    ),
    (
        STANDS,
        "its crew rests 14 h at Khankendi",
        "Xankəndi: heyəti 14 saat istirahət edir",
        "անձնակազմը հանգստանում է 14 ժ (Ստեփանակերտ)",
        "экипаж отдыхает 14 ч (Степанакерт)",
    ),
]


@pytest.mark.parametrize(("message", *LANGUAGES), WORDS, ids=["aboard", "there", "old", "short", "road", "rest"])
def test_a_sentence_as_it_is_read(message: Message, en: str, az: str, hy: str, ru: str) -> None:
    for language, words in zip(LANGUAGES, (en, az, hy, ru), strict=True):
        places = {code: names[language] for code, names in PLACES.items()}
        items = {code: names[language] for code, names in ITEMS.items()}
        said = message.say(translator(language), places.__getitem__, items.__getitem__)
        assert said.replace("\u00a0", " ").replace("\u202f", " ") == words


@pytest.mark.parametrize("word", ["находится", "лежит", "годен", "перевозится"])
def test_in_russian_no_verb_bends_to_an_item(word: str) -> None:
    """Names of items are plurals, feminines, anything: a verb or an adjective beside one would be wrong for some."""
    russian = messages.read_catalogue("ru")
    wrong = [
        said
        for message in russian
        if message.id
        for said in messages.forms(message)
        if any("item" in name for name in fields(said)) and word in said.casefold()
    ]
    assert wrong == []
