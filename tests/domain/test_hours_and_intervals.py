"""Clock and calendar: spans of the week become moments; sets of moments add, meet and are taken away."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from karavan.domain.hours import ALWAYS, Hours
from karavan.domain.intervals import holds, intersected, merged, without

BAKU = ZoneInfo("Asia/Baku")
BERLIN = ZoneInfo("Europe/Berlin")

pairs = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=6)


def seconds_of(spans) -> set[int]:
    return {second for start, end in spans for second in range(start, end)}


@settings(derandomize=True, deadline=None)
@given(pairs, pairs, st.integers(0, 30), st.integers(1, 5))
def test_intervals_are_sets(first, second, start, length):
    """Compared with sets of whole seconds."""
    a, b = merged(first), merged(second)
    assert seconds_of(a) == seconds_of(first)
    assert all(one[1] < other[0] for one, other in pairwise(a))
    assert seconds_of(intersected(a, b)) == seconds_of(a) & seconds_of(b)
    assert seconds_of(without(a, b)) == seconds_of(a) - seconds_of(b)
    assert holds(a, start, start + length) == (set(range(start, start + length)) <= seconds_of(a))


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("24/7", "24/7"),
        ("00:00-24:00", "24/7"),
        ("08:00-18:00", "08:00-18:00"),
        (" 8:00-12:00, 13:00 – 17:00 ", "08:00-12:00,13:00-17:00"),
        ("Mo, We 08:00-12:00 ; Sa 08:00-09:00;", "Mo 08:00-12:00; We 08:00-12:00; Sa 08:00-09:00"),
        ("22:00-06:00", "22:00-06:00"),
        ("Sa-Mo 08:00-12:00", "Mo 08:00-12:00; Sa 08:00-12:00; Su 08:00-12:00"),
    ],
)
def test_hours_are_read_and_written(text: str, again: str):
    assert str(Hours.parse(text)) == again
    assert Hours.parse(again) == Hours.parse(text)


@pytest.mark.parametrize("text", ["", "always", "8-18", "08:00", "25:00-26:00", "08:60-09:00", "Xx 08:00-09:00", ";"])
def test_what_is_not_hours_is_refused(text: str):
    with pytest.raises(ValueError):  # noqa: PT011 - which text it was is said by the workbook's reader
        Hours.parse(text)


def utc(day: int, hour: int, minute: int = 0, month: int = 9) -> datetime:
    return datetime(2023, month, day, hour, minute, tzinfo=UTC)


def test_hours_become_moments_by_the_local_clock():
    # 22 September 2023 is a Friday; 08:00 in Baku is 04:00 UTC
    hours = Hours.parse("Mo-Fr 08:00-18:00; Sa 08:00-12:00")
    assert hours.between(utc(22, 0), utc(24, 20), BAKU) == ((utc(22, 4), utc(22, 14)), (utc(23, 4), utc(23, 8)))
    assert hours.between(utc(22, 5), utc(22, 6), BAKU) == ((utc(22, 5), utc(22, 6)),)


def test_hours_over_midnight_reach_into_the_next_day():
    night = Hours.parse("20:00-06:00")
    # 06:00 in Baku is 02:00 UTC: the night that began on the 21st ends on the 22nd
    assert night.between(utc(22, 0), utc(22, 17), BAKU) == ((utc(22, 0), utc(22, 2)), (utc(22, 16), utc(22, 17)))


def test_around_the_clock_is_one_span():
    assert ALWAYS.between(utc(20, 0), utc(25, 0), BAKU) == ((utc(20, 0), utc(25, 0)),)


def test_the_night_in_which_clocks_go_back_is_an_hour_longer():
    # 29 October 2023 in Berlin: 22:00 is 20:00 UTC before, 06:00 is 05:00 UTC after
    night = Hours.parse("22:00-06:00").between(utc(28, 12, month=10), utc(29, 12, month=10), BERLIN)
    assert night == ((utc(28, 20, month=10), utc(29, 5, month=10)),)
