"""The blank workbook: only what must be filled in is missing."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from karavan import BadWorkbook, read_workbook, write_template
from karavan.domain.language import LANGUAGES
from karavan.workbook.columns import name_heading
from karavan.workbook.raw import read_raw
from karavan.workbook.sheets import EXAMPLE_MARK, HELP_SHEET, OPERATION, SHEETS

BOTH = pytest.mark.parametrize("name", ["book.xlsx", "book"])
EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)


@BOTH
@EVERY_LANGUAGE
def test_a_blank_workbook_misses_four_settings_and_nothing_else(tmp_path: Path, name: str, language: str) -> None:
    write_template(tmp_path / name, language)
    with pytest.raises(BadWorkbook) as caught:
        read_workbook(tmp_path / name)
    needed = [column.heading(language) for column in OPERATION.columns if column.required]
    assert [str(p.rule) for p in caught.value.problems] == [f"{heading}: a value is needed" for heading in needed]
    assert {(p.sheet, p.column) for p in caught.value.problems} == {(OPERATION.name(language), "B")}


@EVERY_LANGUAGE
def test_filled_in_settings_make_it_a_situation(tmp_path: Path, language: str) -> None:
    path = tmp_path / "book.xlsx"
    write_template(path, language)
    book = openpyxl.load_workbook(path)
    page = book[OPERATION.name(language)]
    for row, column in enumerate(OPERATION.columns, 2):
        if column.required:
            page.cell(row=row, column=2).value = column.example
    book.save(path)
    situation = read_workbook(path)
    assert (situation.operation.name, situation.operation.horizon_s, situation.places) == ("Winter relief", 172_800, ())


@EVERY_LANGUAGE
def test_example_rows_would_be_right_but_for_what_they_refer_to(tmp_path: Path, language: str) -> None:
    """The mark taken off, the examples of all sheets together are a small world that lacks V1, BAK1, BREAD and SOAP."""
    path = tmp_path / "book.xlsx"
    write_template(path, language)
    book = openpyxl.load_workbook(path)
    mark = EXAMPLE_MARK[LANGUAGES.index(language)]
    for sheet in SHEETS:
        page = book[sheet.name(language)]
        if not sheet.listed:
            assert page["A2"].value.startswith(f"{mark} ")
            page["A2"].value = page["A2"].value.removeprefix(f"{mark} ")
        else:
            for row, column in enumerate(OPERATION.columns, 2):
                page.cell(row=row, column=2).value = column.example or page.cell(row=row, column=2).value
    book.save(path)
    with pytest.raises(BadWorkbook) as caught:
        read_workbook(path)
    lacking = {str(p.rule.values["rule"].values.get("code")) for p in caught.value.problems}
    assert lacking == {"V1", "BAK1", "BREAD", "SOAP"}


@EVERY_LANGUAGE
def test_drop_downs_notes_and_help(tmp_path: Path, language: str) -> None:
    write_template(tmp_path / "book.xlsx", language)
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    i = LANGUAGES.index(language)
    assert book.sheetnames == [*(sheet.name(language) for sheet in SHEETS), HELP_SHEET[i]]
    for sheet in SHEETS:
        page = book[sheet.name(language)]
        assert page.freeze_panes == "B2"
        if sheet.listed:
            continue
        headings = [cell.value for cell in page[1]]
        assert next(heading for heading in headings if "[az]" not in heading and "[hy]" not in heading) == headings[0]
        assert set(headings) >= {column.heading(language) for column in sheet.columns}
        for column in sheet.columns:
            comment = page.cell(row=1, column=headings.index(column.heading(language)) + 1).comment
            assert comment is not None
            assert comment.text.startswith(column.help[i])
        if sheet.named:
            assert {name_heading(tag, language) for tag in ("az", "hy", "ru", "en")} <= set(headings)
    places = book[SHEETS[1].name(language)]
    lists = {str(each.sqref): each.formula1 for each in places.data_validations.dataValidation}
    assert any(SHEETS[1].column("kind").kind.words[0][1][i] in formula for formula in lists.values())
    roads = book[SHEETS[2].name(language)]
    assert any(f"{SHEETS[1].name(language)}" in each.formula1 for each in roads.data_validations.dataValidation)
    for page in book:
        for each in page.data_validations.dataValidation:
            assert len(each.formula1) <= 255
            assert len(each.error or "") <= 225
            assert len(each.errorTitle or "") <= 32
    texts = {cell.value for row in book[HELP_SHEET[i]].iter_rows() for cell in row}
    assert {sheet.help[i] for sheet in SHEETS} <= texts


def test_columns_of_text_keep_what_is_typed(tmp_path: Path) -> None:
    """Codes, lots and phones: a cell formatted as text makes no date of 2309-1 and no number of 007."""
    write_template(tmp_path / "book.xlsx")
    page = openpyxl.load_workbook(tmp_path / "book.xlsx")["Stock"]
    assert [page.column_dimensions[letter].number_format for letter in "ABCD"] == ["@", "@", "@", "General"]


def test_no_cell_of_the_template_is_a_formula(tmp_path: Path) -> None:
    write_template(tmp_path / "book.xlsx")
    assert [sheet.marks for sheet in read_raw(tmp_path / "book.xlsx")] == [{}] * (len(SHEETS) + 1)


def test_a_full_disk_leaves_no_half_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[:100])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        write_template(tmp_path / "book.xlsx")
    assert list(tmp_path.iterdir()) == []
