"""Cells with anything in them: always a situation or a list of problems, never another error."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from karavan.domain.needs import needs
from karavan.domain.supply import lots
from karavan.workbook.checks import check_tables
from karavan.workbook.problems import Problems
from karavan.workbook.raw import RawSheet, read_raw
from karavan.workbook.reader import _read_tables, _situation
from tests.workbook.hostile import good

TEXTS = "|x|=1|AGD|KHN|FLOUR|KIT|0|1|-1|1e9|24/7|00:00-00:00|Mo|yes|2023-09-22|9999-12-31|0001-01-01|۱۲|a;b;c|;|40 46"
VALUES: list[Any] = [
    *TEXTS.split("|"),
    *("2023-09-22 10:00+23:59", "name [az]", "#example", "1" * 400, "x" * 500, "\ud800", "\u202e", "1000000:00"),
    *(1.0, 0.0, -1.0, 1e12, 1e300, 5e-324, float("nan"), float("inf"), True, False, 10**12),
    *(date(2023, 1, 1), datetime(1900, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999_999), datetime(2100, 12, 31)),
    *(timedelta(0), timedelta(days=-5), timedelta(days=40_000)),
]


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> list[RawSheet]:
    return read_raw(good(Path(tmp_path_factory.mktemp("fuzz")) / "book.xlsx"))


def changed(sheets: list[RawSheet], rng: random.Random) -> list[RawSheet]:
    """One to eight cells typed over, rows emptied, sheets left out, formulas put in."""
    copy = [RawSheet(each.name, [(row, dict(cells)) for row, cells in each.rows], {}) for each in sheets]
    for _ in range(rng.choice([1, 1, 2, 8])):
        sheet = rng.choice(copy)
        row, cells = rng.choice(sheet.rows)
        match rng.choices(["type", "empty", "mark", "lose"], [16, 1, 1, 1])[0]:
            case "type":
                cells[rng.choice([*cells, 3, rng.randint(1, 25)])] = rng.choice(VALUES)
            case "empty":
                cells.clear()
            case "mark":
                sheet.marks[row, rng.randint(1, 20)] = rng.choice(["formula", "error"])
            case "lose":
                copy = [each for each in copy if each is not sheet] or copy
    return copy


@pytest.mark.parametrize("seed", range(10))
def test_anything_typed_anywhere_is_judged(sheets: list[RawSheet], seed: int) -> None:
    rng = random.Random(seed)
    accepted = refused = 0
    for _ in range(60):
        problems = Problems()
        tables = _read_tables(changed(sheets, rng), problems)
        check_tables(tables)
        for problem in problems.all():
            assert str(problem)
            assert problem.rule.say()
        if problems.count:
            refused += 1
            continue
        accepted += 1
        situation = _situation(tables)
        lots(situation)
        needs(situation)
    assert accepted
    assert refused
