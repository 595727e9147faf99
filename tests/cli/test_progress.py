"""The line that moves while a plan is made, in every language; and how a gap may be written."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from karavan.cli.options import _share_of
from karavan.cli.progress import _share, _words
from karavan.cli.screen import Screen
from karavan.domain.language import LANGUAGES
from karavan.planning import Progress, Stage

NOW = Progress(9, None, 150.0, 600.0, 12_345_678.0, 9_876_543.2, seeds=8, rounds_per_s=1_234.5)
LINE = 80
TIME = " 0:12:34"


@pytest.mark.parametrize("gap", ["60%", "60", "60 %", "60,0%"])
def test_a_gap_is_a_percentage_however_it_is_written(gap: str) -> None:
    assert _share_of(gap) == pytest.approx(0.6)


def test_the_value_the_bound_the_gap_and_the_pace_are_said() -> None:
    said = Screen("en").text(_words(replace(NOW, seeds=1, value=2_000.0, bound=1_500.0)))
    assert said.split(", ") == ["2\u202f000 person-hours", "bound 1\u202f500", "gap 25\xa0%", "1\u202f234 rounds/s"]
    assert Screen("en").text(_words(NOW)).endswith(", 8 × 1\u202f234 rounds/s")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_a_large_situation_fit_a_line(language: str) -> None:
    for stage in Stage:
        for value in (math.inf, NOW.value):
            for bound in (None, NOW.bound):
                said = Screen(language).text(_words(replace(NOW, stage=stage, value=value, bound=bound)))
                assert 0 < len(said) <= LINE - len(TIME), said
    said = Screen(language).text(_words(replace(NOW, done=9_999, total=10_000)))
    assert "9" in said
    assert len(said) <= LINE - len(TIME)


def test_the_bar_shows_what_is_known_of_the_way() -> None:
    assert _share(NOW) == 0.25
    assert _share(replace(NOW, done=1, total=4)) == 0.25
    assert _share(replace(NOW, limit_s=None, rounds=18)) == 0.5
    assert _share(replace(NOW, limit_s=None)) == 0.0
    assert _share(replace(NOW, elapsed_s=9_000.0)) == 1.0
