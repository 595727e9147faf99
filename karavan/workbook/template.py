"""A blank workbook to fill in: headings with units, drop-downs, an example row, help."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from karavan.domain.language import LANGUAGES
from karavan.workbook.columns import Column, Sheet, name_heading
from karavan.workbook.grid import (
    FONT,
    WRAPPED,
    Grid,
    fit_row,
    is_folder,
    new_workbook,
    put,
    save,
    style_header,
    write_csv,
)
from karavan.workbook.kinds import YES_NO, Shown
from karavan.workbook.sheets import (
    EXAMPLE_MARK,
    EXPLANATION,
    GENERAL_HELP,
    HELP_HEADINGS,
    HELP_SHEET,
    NAME_HELP,
    OPERATION,
    SETTING,
    SHEETS,
    VALUE,
)
from karavan.workbook.writer import add_situation_sheet, headings

_TAGS = ("az", "en", "hy", "ru")
_EXAMPLE_ZONE = ZoneInfo("Asia/Baku")
_EXAMPLE_NAMES = {
    "places": ("Mərkəzi anbar", "Central warehouse", "Կենտրոնական պահեստ", "Центральный склад"),
    "items": ("Buğda unu", "Wheat flour", "Ցորենի ալյուր", "Пшеничная мука"),
}
_EXAMPLE_FONT = Font(name=FONT, size=11, italic=True, color="5B6B75")
_EXAMPLE_FILL = PatternFill("solid", fgColor="EEF2F4")
_TITLE_FONT = Font(name=FONT, size=13, bold=True, color="1F3A4D")
_HELP_WIDTHS = (38, 12, 90, 26)


def write_template(path: str | Path, language: str = "en") -> None:
    """Write the blank workbook to an ``.xlsx`` or, without a suffix, to a folder of ``.csv``."""
    path = Path(path)
    folder = is_folder(path)
    grids = [_settings(language) if sheet.listed else _example_grid(sheet, language) for sheet in SHEETS]
    if folder:
        write_csv(path, grids)
        return
    workbook = new_workbook()
    for sheet, grid in zip(SHEETS, grids, strict=True):
        page = add_situation_sheet(workbook, sheet, grid, language)
        if not sheet.listed:
            for cell in page[2]:
                cell.font, cell.fill = _EXAMPLE_FONT, _EXAMPLE_FILL
    _add_help(workbook, language)
    save(workbook, path)


def _settings(language: str) -> Grid:
    """The settings with their defaults; those that have none are empty."""
    i = LANGUAGES.index(language)
    rows = [
        (column.heading(language), _default(column, language), _explained(column, i)) for column in OPERATION.columns
    ]
    return Grid(
        OPERATION.name(language), (SETTING[i], VALUE[i], EXPLANATION[i]), rows, widths={1: 40, 2: 95}, filtered=False
    )


def _explained(column: Column, i: int) -> str:
    example = f" {HELP_HEADINGS[3][i]}: {column.example}" if column.example else ""
    return column.help[i] + example


def _default(column: Column, language: str) -> Shown:
    value = OPERATION.default(column)
    return None if value is None else column.kind.show(value, _EXAMPLE_ZONE, language)


def _example_grid(sheet: Sheet, language: str) -> Grid:
    tags = _TAGS if sheet.named else ()
    names = _EXAMPLE_NAMES.get(sheet.key, ())
    row = [example(column, language) for column in sheet.columns]
    marked = f"{EXAMPLE_MARK[LANGUAGES.index(language)]} {row[0]}"
    return Grid(sheet.name(language), headings(sheet, tags, language), [(marked, *names, *row[1:])])


def example(column: Column, language: str) -> Shown:
    """The column's example as its cell: a date is a date, a choice is in the language."""
    if not column.example:
        return None
    return column.kind.show(column.kind.parse(column.example, _EXAMPLE_ZONE), _EXAMPLE_ZONE, language)


def _add_help(workbook: Workbook, language: str) -> None:
    i = LANGUAGES.index(language)
    page = workbook.create_sheet(HELP_SHEET[i])
    for letter, width in zip("ABCD", _HELP_WIDTHS, strict=True):
        page.column_dimensions[letter].width = width
    row = 1
    for words in GENERAL_HELP:
        _line(page, row, words[i])
        row += 1
    for sheet in SHEETS:
        row += 1
        put(page, row, 1, sheet.name(language)).font = _TITLE_FONT
        _line(page, row + 1, sheet.help[i])
        row += 2
        for column, words in enumerate(HELP_HEADINGS, 1):
            style_header(put(page, row, column, words[i]))
        for column_help in _column_help(sheet, language):
            row += 1
            for column, value in enumerate(column_help, 1):
                put(page, row, column, value).alignment = WRAPPED
            fit_row(page, row, column_help, _HELP_WIDTHS)
        row += 1
    page.sheet_view.showGridLines = False
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


def _line(page: Worksheet, row: int, text: str) -> None:
    page.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(_HELP_WIDTHS))
    put(page, row, 1, text).alignment = WRAPPED
    fit_row(page, row, (text,), (sum(_HELP_WIDTHS),))


def _column_help(sheet: Sheet, language: str) -> list[tuple[str, str, str, str]]:
    i = LANGUAGES.index(language)
    rows = [
        (column.heading(language), YES_NO[0][i] if column.required else "", column.help[i], column.example)
        for column in sheet.columns
    ]
    if sheet.named:
        rows.insert(1, (name_heading("xx", language), "", NAME_HELP[i], ""))
    return rows
