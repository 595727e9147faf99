"""Sheets as plain rows, and how they get into a file: ``.xlsx`` or a folder of ``.csv``. Every text stays a text."""

from __future__ import annotations

import csv
import io
import math
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from karavan.domain.errors import RefusedFile
from karavan.domain.message import Message
from karavan.workbook.kinds import Shown, plain
from karavan.workbook.sandbox import CELL_CHARACTERS, CSV_LIVE

# "_x0041_" in a cell's text is read back as "A": such an underscore is written as its own escape.
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_WIDTH_LEAST, _WIDTH_MOST, _WIDTH_SAMPLE = 9, 48, 200
_LINE_PT, _HEIGHT_MOST_PT = 15, 400
# A cell formatted as text keeps "007" and "2309-1" as they are typed; a longer text is not shown in such a cell.
TEXT_FORMAT, _TEXT_FORMAT_CHARACTERS = "@", 255

FONT = "Calibri"
HEADER_FILL = PatternFill("solid", fgColor="1F3A4D")
INPUT_FILL = PatternFill("solid", fgColor="FFF8E1")
REQUIRED_FILL = PatternFill("solid", fgColor="0B5A7A")
WRAPPED = Alignment(vertical="top", horizontal="left", indent=1, wrap_text=True)
_NUMBER = Alignment(vertical="top", horizontal="right", indent=1)
_NUMBER_HEADER = Alignment(vertical="center", horizontal="right", indent=1, wrap_text=True)
_HEADER = Alignment(vertical="center", horizontal="left", indent=1, wrap_text=True)
_HEADER_FONT = Font(name=FONT, bold=True, color="FFFFFF", size=11)
_SECTION_FONT = Font(name=FONT, size=11, bold=True, color="1F3A4D")
_BODY_FONT = Font(name=FONT, size=11)
_RULE = Border(bottom=Side(style="hair", color="B8C4CC"))
_TEXT, _LONG_TEXT, _PLAIN, _DATE, _SECONDS = (
    f"Karavan {name}" for name in ("text", "long text", "number", "time", "time with seconds")
)


@dataclass(frozen=True, slots=True)
class Grid:
    """
    One sheet to write.

    Attributes
    ----------
    name
        The tab's.
    formats
        Number format of a column, where the plain one does not do; by the column's index from 0.
    widths
        Of a column, in characters, where its texts do not tell; by the same index.
    filtered
        Whether the headings get filters: it is a table, one thing per row.
    """

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Shown | float]]
    formats: dict[int, str] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    filtered: bool = True


def is_folder(path: Path) -> bool:
    """
    Whether ``path`` is to be a folder of ``.csv``: it has no suffix.

    Raises
    ------
    RefusedFile
        It has one, and not ``.xlsx``.
    """
    if path.suffix.lower() not in ("", ".xlsx"):
        raise RefusedFile(Message("{name}: a workbook ends in .xlsx, a folder of .csv has no ending", name=path.name))
    return path.suffix == ""


def new_workbook() -> Workbook:
    workbook = Workbook()
    workbook.remove(workbook.active)
    for name, alignment, number_format in (
        (_TEXT, WRAPPED, TEXT_FORMAT),
        (_LONG_TEXT, WRAPPED, "General"),
        (_PLAIN, _NUMBER, "General"),
        (_DATE, _NUMBER, "yyyy-mm-dd hh:mm"),
        (_SECONDS, _NUMBER, "yyyy-mm-dd hh:mm:ss"),
    ):
        style = NamedStyle(name, _BODY_FONT, border=_RULE, alignment=alignment, number_format=number_format)
        workbook.add_named_style(style)
    workbook.properties.creator = "Karavan"
    # The same content gives the same file.
    workbook.properties.created = workbook.properties.modified = datetime(2000, 1, 1)
    return workbook


def add_sheet(workbook: Workbook, grid: Grid) -> Worksheet:
    """Append ``grid`` as a sheet: bold frozen headings, filters, widths that fit, ready to print."""
    sheet = workbook.create_sheet(grid.name)
    widths = [_width(grid, column) for column in range(len(grid.headings))]
    for column, heading in enumerate(grid.headings, 1):
        cell = put(sheet, 1, column, heading)
        style_header(cell)
        if any(not isinstance(value, str) for row in grid.rows[:1] for value in row[column - 1 : column] if value):
            cell.alignment = _NUMBER_HEADER
        sheet.column_dimensions[get_column_letter(column)].width = widths[column - 1]
    fit_row(sheet, 1, grid.headings, widths, least=2)
    for number, row in enumerate(grid.rows, 2):
        for column in range(len(grid.headings) if row else 0):
            cell = put(sheet, number, column + 1, row[column] if column < len(row) else None)
            if column in grid.formats:
                cell.number_format = grid.formats[column]
        if len(row) == 1:
            sheet.cell(row=number, column=1).font = _SECTION_FONT
        fit_row(sheet, number, row, widths)
    _furnish(sheet, grid)
    return sheet


def put(sheet: Worksheet, row: int, column: int, value: Shown | float) -> Cell:
    """Write one cell; text that looks like a formula stays text, also when somebody edits the cell later."""
    cell = sheet.cell(row=row, column=column)
    if isinstance(value, str) and value:
        text = _ESCAPED.sub("_x005F_", ILLEGAL_CHARACTERS_RE.sub("\ufffd", value))[:CELL_CHARACTERS]
        cell.value = text
        cell.data_type = "s"
        cell.style = _TEXT if len(text) <= _TEXT_FORMAT_CHARACTERS else _LONG_TEXT
        if CSV_LIVE.match(text):
            cell.quotePrefix = True
    elif isinstance(value, datetime):
        cell.value = value
        cell.style = _SECONDS if value.second else _DATE
    else:
        cell.value = None if value == "" else value
        cell.style = _PLAIN
    return cell


def style_header(cell: Cell, fill: PatternFill = HEADER_FILL) -> None:
    cell.font, cell.fill = _HEADER_FONT, fill
    cell.alignment = _HEADER


def _width(grid: Grid, column: int) -> float:
    """In characters: the longest line of the first rows and the longest word of the heading fit, within limits."""
    if column in grid.widths:
        return grid.widths[column]
    texts = [_seen(row[column]) for row in grid.rows[:_WIDTH_SAMPLE] if column < len(row)]
    longest = max((len(line) for text in texts for line in text.split("\n")), default=0)
    heading = grid.headings[column]
    word = max((len(each) for each in heading.split()), default=0)
    return max(_WIDTH_LEAST, min(_WIDTH_MOST, max(longest, word + 1, len(heading) // 2))) + 3


def fit_row(
    sheet: Worksheet, number: int, row: Sequence[Shown | float], widths: Sequence[float], least: int = 1
) -> None:
    """Make the row as tall as its tallest wrapped text; not every spreadsheet program does it by itself."""
    counts = [
        sum(max(1, math.ceil(len(line) / (width - 3))) for line in value.split("\n"))
        for value, width in zip(row, widths, strict=False)
        if isinstance(value, str)
    ]
    lines = max([least, *counts])
    if lines > 1:
        sheet.row_dimensions[number].height = min(_HEIGHT_MOST_PT, lines * _LINE_PT + 3)


def _seen(value: Shown | float) -> str:
    return f"{value:.2f}" if isinstance(value, float) else cell_text(value)


def _furnish(sheet: Worksheet, grid: Grid) -> None:
    """Frozen headings, filters for a table, and a print setup with the headings on each page."""
    sheet.freeze_panes = "B2"
    if grid.filtered:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(grid.headings))}{max(2, len(grid.rows) + 1)}"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.6
    sheet.oddFooter.left.text, sheet.oddFooter.right.text = "&A", "&P / &N"


def file_bytes(workbook: Workbook) -> bytes:
    """The file; the same content gives the same bytes."""
    buffer, stable_buffer = io.BytesIO(), io.BytesIO()
    workbook.save(buffer)
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(stable_buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", data)
            stable = zipfile.ZipInfo(entry.filename, (2000, 1, 1, 0, 0, 0))
            stable.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(stable, data)
    return stable_buffer.getvalue()


def save(workbook: Workbook, path: Path) -> None:
    """Write the file, whole or not at all."""
    fresh = path.with_name(f".{uuid4().hex}.new")
    try:
        fresh.write_bytes(file_bytes(workbook))
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def write_csv(folder: Path, grids: Sequence[Grid]) -> None:
    """One UTF-8 file for each sheet, named like it."""
    folder.mkdir(parents=True, exist_ok=True)
    for grid in grids:
        with (folder / f"{grid.name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(grid.headings)
            writer.writerows([csv_text(value) for value in row] for row in grid.rows)


def csv_text(value: Any) -> str:
    text = cell_text(value)
    return f"'{text}" if isinstance(value, str) and CSV_LIVE.match(text) else text


def cell_text(value: Any) -> str:
    """A cell's value as CSV spells it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds" if value.second else "minutes")
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, float):
        return plain(Decimal(repr(value)))
    return str(value)
