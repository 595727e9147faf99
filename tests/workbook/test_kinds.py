"""Cells: what is read, what is refused, to the last digit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from karavan.domain.hours import ALWAYS, Hours
from karavan.domain.places import PlaceKind
from karavan.workbook.folding import fold, nearest
from karavan.workbook.kinds import (
    Bad,
    Choice,
    Code,
    Degrees,
    Duration,
    Kind,
    Many,
    Moment,
    Points,
    Scaled,
    Text,
    TimeZone,
    WeekHours,
    YesNo,
    number,
)
from karavan.workbook.sheets import PLACE_KINDS

BAKU = ZoneInfo("Asia/Baku")
TONNES = Scaled(1_000_000)


def refused(kind: Kind, raw: Any) -> str:
    with pytest.raises(Bad) as caught:
        kind.parse(raw, BAKU)
    return str(caught.value.rule)


@pytest.mark.parametrize("text", ["12", "١٢", "۱۲", "१२", "１２", " 12 ", "012", "12.0", "12.000000000000"])
def test_digits_of_every_listed_script_are_twelve(text: str) -> None:
    assert Scaled().parse(text, None) == 12


@pytest.mark.parametrize(
    "text",
    [
        "1_000",
        "1,000",
        "1 000",
        "1\u202f000",
        "1'000",
        "1.000,5",
        "0,75",
        "1e3",
        "1e400",
        "nan",
        "inf",
        "-inf",
        "+5",
        "-5",
        "−5",
        "5 kg",
        "40 kgs",
        "five",
        "",
        ".5",
        "5.",
        "0x10",
        "²",
        "Ⅻ",
        "一",
        "1/2",
        "50%",
        "৫",
        "9" * 19,
    ],
)
def test_everything_else_is_no_number(text: str) -> None:
    assert refused(TONNES, text)


@pytest.mark.parametrize("raw", [True, float("nan"), float("inf"), -1.0, date(2023, 9, 22), timedelta(hours=1)])
def test_cells_that_are_no_number(raw: Any) -> None:
    assert refused(Scaled(), raw)


def test_typed_numbers_are_exact() -> None:
    assert Scaled().parse(1e12, None) == 10**12
    assert TONNES.parse(0.1 + 0.2, None) == 300_000, "0.30000000000000004 is what a pasted sum leaves in a cell"
    assert TONNES.parse("1.000001", None) == 1_000_001
    assert "no finer than 0.000001" in refused(TONNES, "1.0000001")
    assert "a whole number" in refused(Scaled(), 1.5)
    assert "between 0 and 1000000000000" in refused(Scaled(), "1000000000001")
    assert "a whole number" in refused(Scaled(), "999999999999.000000000001"), "no digit is lost on the way"


@settings(derandomize=True, max_examples=300)
@given(st.text(max_size=12) | st.from_regex(r"[0-9_,.eE+\-٠-٩ ]{1,12}", fullmatch=True))
def test_a_text_is_its_exact_number_or_none(text: str) -> None:
    try:
        value = number(text)
    except Bad:
        return
    assert value == Decimal(text.strip())
    assert value >= 0
    assert not set(text) & set("_,eE+-")


def test_durations() -> None:
    hours, minutes = Duration(), Duration(60)
    assert hours.parse("1.5", None) == hours.parse("1:30", None) == hours.parse(timedelta(hours=1.5), None) == 5_400
    assert hours.parse("0:01:40", None) == minutes.parse("0:01:40", None) == 100
    assert minutes.parse("90", None) == 5_400
    assert "such as 1:30:00" in refused(minutes, "1:30"), "an hour and a half, or a minute and a half"
    assert refused(hours, "1:60")
    assert refused(hours, "0.33333")
    assert refused(Duration(least_s=3600), "0.5")
    assert hours.show(100, BAKU, "en") == "0:01:40"
    assert hours.show(5_400, BAKU, "en") == Decimal("1.5")


def test_date_times_by_the_operations_clock() -> None:
    noon = datetime(2023, 9, 22, 8, 0, tzinfo=UTC)  # Asia/Baku is four hours ahead
    for raw in (datetime(2023, 9, 22, 12, 0), "2023-09-22 12:00", "2023-09-22T12:00:00", "2023-09-22T08:00Z"):
        assert Moment().parse(raw, BAKU) == noon
    assert Moment().parse("2023-09-22 10:00+02:00", BAKU) == noon
    assert Moment().parse(date(2023, 9, 22), BAKU) == datetime(2023, 9, 21, 20, 0, tzinfo=UTC)
    assert Moment().parse("2023-09-22", BAKU) == datetime(2023, 9, 21, 20, 0, tzinfo=UTC)
    assert Moment().parse(datetime(2023, 9, 22, 11, 59, 59, 999_600), BAKU) == noon, "fractions of a day"


@pytest.mark.parametrize(
    "raw",
    [
        "22/09/2023",
        "09/22/2023",
        "22.09.2023",
        "2023-9-22",
        "2023-02-30",
        "2023-09-22 25:00",
        "0202-09-22",
        "tomorrow",
        45191.5,
        True,
        timedelta(hours=3),
        "20230922",
        "2023-W38-5",
        "2023-09-22 14",
    ],
)
def test_other_dates_are_refused(raw: Any) -> None:
    assert refused(Moment(), raw)


def test_an_hour_shown_twice_keeps_its_offset() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2023, 10, 29, 0, 30, tzinfo=UTC)
    second = first + timedelta(hours=1)
    assert Moment().show(first, berlin, "en") == datetime(2023, 10, 29, 2, 30)
    assert Moment().show(second, berlin, "en") == "2023-10-29 01:30:00+00:00"
    for moment in (first, second):
        assert Moment().parse(Moment().show(moment, berlin, "en"), berlin) == moment


@pytest.mark.parametrize(
    "text",
    ["a\u202eb", "a\u2066b", "a\u200bb", "a\0b", "a\x1bb", "a\nb", "a\u2028b", "\ufffd", "a\u00adb", "x" * 201],
)
def test_text_that_cannot_be_seen_is_refused(text: str) -> None:
    assert refused(Text(), text)


def test_text_as_typed() -> None:
    assert Text().parse("  Xankəndi ", None) == "Xankəndi"
    assert Text().parse("e\u0301", None) == "é", "NFC"
    assert Text().parse(994501234567.0, None) == "994501234567"
    assert Text().parse("می‌خواهم", None) == "می‌خواهم", "joiners are letters' shapes"
    assert Text(lines=True).parse("one\r\ntwo", None) == "one\ntwo"
    assert "made a date of it" in refused(Text(), date(2023, 9, 1))
    assert refused(Text(), True)
    assert refused(Code(), "a;b") == "no ; in it"
    assert refused(Code(), "#adm1") == "no # at its beginning"


def test_lists_hours_points_zones_choices() -> None:
    assert Many(Code(), unordered=True).parse("b; a;", None) == frozenset("ab")
    assert Many(Scaled(1_000_000)).parse("25; 15.5", None) == (25_000_000, 15_500_000)
    assert Many(Scaled(1_000_000)).parse(25.0, None) == (25_000_000,)
    assert refused(Many(Code()), "a; a") == "the same entry twice"
    assert refused(Many(Code()), ";")
    assert WeekHours().parse("Mo-Fr 08:00–17:00", None) == Hours.parse("Mo-Fr 08:00-17:00")
    assert WeekHours().parse("24/7", None) == ALWAYS
    assert refused(WeekHours(), "8 to 5")
    assert refused(WeekHours(), 8.0)
    assert refused(WeekHours(), "Mo")
    assert Points().parse("40.05 46.92; -1.5 0", None) == ((40.05, 46.92), (-1.5, 0.0))
    assert refused(Points(), "40.05, 46.92")
    assert refused(Points(), "91 0")
    assert Degrees(90).parse("-39.5", None) == -39.5
    assert refused(Degrees(90), "90.0001")
    assert refused(Degrees(90), "1e1")
    assert TimeZone().parse("Asia/Yerevan", None) == "Asia/Yerevan"
    for text in ("UTC+4", "asia", "../etc/passwd", "Asia/Nowhere", "/etc/localtime", "localtime", "right/UTC", ""):
        assert refused(TimeZone(), text)
    for text in ("Warehouse", "ANBAR", "պահեստ", "СКЛАД"):
        assert Choice(PLACE_KINDS).parse(text, None) is PlaceKind.WAREHOUSE
    assert refused(Choice(PLACE_KINDS), "shop").startswith("one of: warehouse, bakery")
    assert [YesNo().parse(raw, None) for raw in ("Yes", "BƏLİ", "այո", "Да", True)] == [True] * 5
    assert refused(YesNo(), 1.0)
    assert refused(YesNo(), "maybe")


def test_folding_makes_one_of_the_turkic_i_and_of_spaces() -> None:
    assert fold("QAPALI  kuzov") == fold("qapalı kuzov") == fold(" Qapali_Kuzov ")
    assert fold("İSTEHSAL") == fold("istehsal")
    assert fold("volume [m³]") == fold("volume [m3]")
    assert fold("ՎԱՅՐԵՐ") == fold("Վայրեր")
    assert nearest("paylod [t]", ["payload [t]", "phone"]) == "payload [t]"
    assert nearest("zzzz", ["payload [t]"]) is None
