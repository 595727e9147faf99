"""The description of the sheets: whole, unambiguous, and true to the domain."""

from __future__ import annotations

import dataclasses
from zoneinfo import ZoneInfo

import pytest

from karavan.domain.hours import ALWAYS
from karavan.domain.language import LANGUAGES
from karavan.workbook.columns import UNITS, Sheet, name_heading, name_tag
from karavan.workbook.folding import fold
from karavan.workbook.kinds import Choice
from karavan.workbook.sheets import (
    BY_KEY,
    EXAMPLE_MARK,
    HELP_SHEET,
    IGNORED_SHEETS,
    OPERATION,
    PLAN_SHEETS,
    SHEETS,
)

EVERY_SHEET = pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.key)
# Fields that are said in another way: columns of names, a request's own sheet of lines, rows of the Operation sheet.
ELSEWHERE = {"names", "lines", "rules"}
# Columns that are no fields: they are another way to say one.
BESIDES = {"speed_m_per_h", "volume_cm3"}


@EVERY_SHEET
def test_every_field_of_the_domain_has_its_column(sheet: Sheet) -> None:
    fields = {field.name for record in sheet.records for field in dataclasses.fields(record)}
    columns = [column.field for column in sheet.columns]
    assert set(columns) - BESIDES == fields - ELSEWHERE - ({"volume_cm3"} if sheet.key == "items" else set())
    assert len(set(columns)) == len(columns)


@EVERY_SHEET
def test_headings_mean_one_column_in_every_language(sheet: Sheet) -> None:
    meaning: dict[str, str] = {}
    for column in sheet.columns:
        for spelling in column.spellings():
            assert meaning.setdefault(spelling, column.field) == column.field
        for language in LANGUAGES:
            assert fold(column.heading(language)) in column.spellings()
    for language in LANGUAGES:
        assert len({column.heading(language) for column in sheet.columns}) == len(sheet.columns)


@EVERY_SHEET
def test_headings_can_be_told_from_what_separates_them(sheet: Sheet) -> None:
    for column in sheet.columns:
        assert not set(",;\"'") & set("".join(column.words).replace("'", ""))
        assert name_tag(column.heading("en")) is None


def test_sheet_names_are_distinct_and_short_enough_for_a_tab() -> None:
    words = [word for sheet in SHEETS for word in sheet.words]
    words += [word for names in (HELP_SHEET, *PLAN_SHEETS.values()) for word in names]
    assert len({fold(word) for word in words}) == len(words)
    assert max(map(len, words)) <= 31
    assert not IGNORED_SHEETS & {fold(word) for sheet in SHEETS for word in sheet.words}


@EVERY_SHEET
def test_everything_is_said_in_four_languages(sheet: Sheet) -> None:
    said = [sheet.words, sheet.help] + [words for column in sheet.columns for words in (column.words, column.help)]
    for words in said:
        assert len(words) == len(LANGUAGES)
        assert all(word.strip() == word and word for word in words)
        assert len(set(words)) >= (1 if len(words[0]) < 7 else 3), words
    for column in sheet.columns:
        assert not column.unit or column.unit in UNITS
        if isinstance(column.kind, Choice):
            for i in range(len(LANGUAGES)):
                assert len({fold(words[i]) for _, words in column.kind.words}) == len(column.kind.words)


@EVERY_SHEET
def test_examples_and_defaults_are_cells_that_can_be_read(sheet: Sheet) -> None:
    zone = ZoneInfo("Asia/Baku")
    for column in sheet.columns:
        if column.example:
            value = column.kind.parse(column.example, zone)
            for language in LANGUAGES:
                shown = column.kind.show(value, zone, language)
                assert column.kind.parse(str(shown), zone) == value
        default = sheet.default(column)
        if default is not None and default != "" and default != frozenset() and default != ():
            assert column.kind.parse(str(column.kind.show(default, zone, "en")), zone) == default
        assert not column.required or column.example


@EVERY_SHEET
def test_what_is_needed_is_what_the_domain_needs(sheet: Sheet) -> None:
    optional_though_needed = {
        "roads.code",
        "roads.drive_s",
        "stock.code",
        "request_lines.line",
        "vehicles.compartments_cm3",
    }
    for record in sheet.records:
        for field in dataclasses.fields(record):
            if field.name not in ELSEWHERE:
                needed = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
                column = sheet.column(field.name)
                assert column.required == (needed and f"{sheet.key}.{field.name}" not in optional_though_needed)
    if not sheet.listed:
        assert sheet.columns[0].required or sheet.key == "roads", "the example's mark stands in the first column"


def test_defaults_are_the_domains() -> None:
    assert BY_KEY["places"].default(BY_KEY["places"].column("opening")) == ALWAYS
    assert OPERATION.default(OPERATION.column("convoy_max")) == 10
    assert OPERATION.default(OPERATION.column("name")) is None


def test_tags_of_names() -> None:
    assert name_tag("name [az]") == name_tag(" NAME[AZ] ") == name_tag("անվանում [Az]") == "az"
    assert name_tag("название [AZ-cyrl]") == "az-Cyrl"
    assert name_tag("ad [pt-br]") == "pt-BR"
    for heading in ("name", "name []", "name [a]", "name [klingon]", "names [az]", "name [az] x", "[az]"):
        assert name_tag(heading) is None
    assert {name_tag(name_heading("hy", language)) for language in LANGUAGES} == {"hy"}


def test_no_code_can_look_like_an_example_row() -> None:
    assert all(mark.startswith("#") for mark in EXAMPLE_MARK)
