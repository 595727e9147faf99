"""From cells as they stand to rows of domain values: which sheet, which column, which value, and every bad cell."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from karavan.domain.language import LANGUAGES
from karavan.domain.message import Message
from karavan.workbook.columns import Column, Sheet, name_tag
from karavan.workbook.folding import fold
from karavan.workbook.kinds import Bad, Raw, Text
from karavan.workbook.problems import MARKS, NEEDED, Problems, shown, unknown_column, unknown_sheet
from karavan.workbook.raw import RawSheet
from karavan.workbook.sheets import EXAMPLE_MARK, IGNORED_SHEETS, SHEETS

_NAME_KIND = Text()
_EXAMPLE = tuple(fold(mark) for mark in EXAMPLE_MARK)


@dataclass(frozen=True, slots=True)
class Cell:
    """Where it stands, counted from 1, and what stands there; ``mark``: a formula or an error does."""

    row: int
    column: int
    value: Raw | None
    mark: str = ""


@dataclass(slots=True)
class Row:
    """
    One row.

    Attributes
    ----------
    values
        By field, the cells that hold something and are right.
    cells
        By field, the cells that hold something, right or wrong.
    names
        ``((language tag, name), ...)`` in the order of the columns.
    """

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, Cell] = field(default_factory=dict)
    names: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Table:
    """One sheet's rows; ``name`` is the tab's, ``columns`` and ``headings`` are by field, as they stand there."""

    sheet: Sheet
    name: str
    problems: Problems
    columns: dict[str, int] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    def complain(self, row: Row, field_name: str, rule: Message) -> None:
        """Note that the cell of ``field_name`` in ``row`` breaks ``rule``."""
        cell = row.cells.get(field_name) or Cell(row.number, self.columns.get(field_name, 0), None)
        heading = self.headings.get(field_name) or self.sheet.column(field_name).heading("en")
        whole = Message("{heading}: {rule}", heading=heading, rule=rule)
        self.problems.add(self.name, cell.row, cell.column, cell.value, whole)

    def read_cell(self, row: Row, field_name: str, column: Column | None, zone: ZoneInfo | None) -> None:
        """Put a cell's value into its row, or the cell among the problems; a column of names has no ``column``."""
        cell = row.cells[field_name]
        if cell.mark:
            self.complain(row, field_name, MARKS[cell.mark])
        elif cell.value is not None:
            try:
                value = (column.kind if column else _NAME_KIND).parse(cell.value, zone)
            except Bad as bad:
                self.complain(row, field_name, bad.rule)
            else:
                if value is not None:
                    row.values[field_name] = value


_NEEDED = tuple(sheet.key for sheet in SHEETS if sheet.required)


def matched_sheets(
    raw_sheets: list[RawSheet], problems: Problems, needed: Collection[str] = _NEEDED
) -> dict[str, RawSheet]:
    """The known sheets by key; unknown, doubled and missing ones become problems."""
    spellings = {fold(word): sheet for sheet in SHEETS for word in sheet.words}
    found: dict[str, RawSheet] = {}
    for raw in raw_sheets:
        sheet = spellings.get(fold(raw.name))
        if sheet is None:
            if raw.rows and fold(raw.name) not in IGNORED_SHEETS:
                known = [word for each in SHEETS for word in each.words]
                problems.add(raw.name, 0, 0, None, unknown_sheet(raw.name, known))
        elif sheet.key in found:
            problems.add(raw.name, 0, 0, None, Message("the same sheet as {other}", other=found[sheet.key].name))
        else:
            found[sheet.key] = raw
    for sheet in SHEETS:
        if sheet.key in needed and sheet.key not in found:
            problems.add(sheet.name("en"), 0, 0, None, Message("this sheet is missing"))
    return found


def read_table(sheet: Sheet, raw: RawSheet, zone: ZoneInfo | None, problems: Problems) -> Table | None:
    """One sheet, row by row; ``None``: it has no headings."""
    if not raw.rows:
        if sheet.required:
            problems.add(raw.name, 0, 0, None, Message("the sheet is empty: its first row holds the headings"))
        return None
    table = Table(sheet, raw.name, problems)
    _read_header(table, raw)
    by_field = {column.field: column for column in sheet.columns}
    headed = set(raw.rows[0][1])
    for number, cells in raw.rows[1:]:
        filled = filled_cells(number, cells, raw.marks)
        if not filled or is_example(filled[0].value):
            continue
        for cell in filled:
            if cell.column not in headed:
                problems.add(raw.name, number, cell.column, cell.value, under_no_heading(raw))
        table.rows.append(_read_row(table, number, filled, by_field, zone))
    return table


def _read_header(table: Table, raw: RawSheet) -> None:
    sheet, problems = table.sheet, table.problems
    spellings = {spelling: column.field for column in sheet.columns for spelling in column.spellings()}
    known = [column.heading(language) for column in sheet.columns for language in LANGUAGES]
    known += ["name [en]"] if sheet.named else []
    number, cells = raw.rows[0]
    for cell in filled_cells(number, cells, raw.marks):
        heading = shown(cell.value).strip() if cell.value is not None else ""
        tag = name_tag(heading) if sheet.named else None
        field_name = f"name [{tag}]" if tag else spellings.get(fold(heading))
        if cell.mark:
            problems.add(raw.name, number, cell.column, cell.value, MARKS[cell.mark])
        elif field_name is None:
            problems.add(raw.name, number, cell.column, cell.value, unknown_column(heading, known))
        elif fold(field_name) in map(fold, table.columns):
            problems.add(raw.name, number, cell.column, cell.value, Message("this column stands there twice"))
        else:
            table.columns[field_name] = cell.column
            table.headings[field_name] = heading
    for expected in sheet.columns:
        if expected.required and expected.field not in table.columns:
            rule = Message("the column {heading} is missing", heading=expected.heading("en"))
            problems.add(raw.name, number, 0, None, rule)


def _read_row(
    table: Table, number: int, cells: list[Cell], by_field: Mapping[str, Column], zone: ZoneInfo | None
) -> Row:
    row = Row(number)
    at = {cell.column: cell for cell in cells}
    for field_name, place in table.columns.items():
        if place in at:
            row.cells[field_name] = at[place]
            table.read_cell(row, field_name, by_field.get(field_name), zone)
    for column in table.sheet.columns:
        if column.required and column.field in table.columns and column.field not in row.cells:
            table.complain(row, column.field, NEEDED)
    named = [(field_name, name_tag(field_name)) for field_name in table.columns if table.sheet.named]
    row.names = tuple((tag, row.values.pop(each)) for each, tag in named if tag and each in row.values)
    return row


def filled_cells(number: int, cells: Mapping[int, Raw], marks: Mapping[tuple[int, int], str]) -> list[Cell]:
    """The cells of a row that hold more than blanks, from left to right."""
    found = []
    for column, value in sorted(cells.items()):
        mark = marks.get((number, column), "")
        if mark or not (isinstance(value, str) and not value.strip()):
            found.append(Cell(number, column, value if value != "" else None, mark))
    return found


def is_example(value: Raw | None) -> bool:
    """Whether a row that begins so is the template's example."""
    return isinstance(value, str) and fold(value).startswith(_EXAMPLE)


def under_no_heading(raw: RawSheet) -> Message:
    return Message("this cell stands under no heading of row {row}", row=str(raw.rows[0][0]))
