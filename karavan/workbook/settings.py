"""The Operation sheet: its settings stand below each other, the values beside them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from karavan.domain.language import LANGUAGES
from karavan.domain.message import Message
from karavan.workbook.folding import fold
from karavan.workbook.kinds import Raw
from karavan.workbook.problems import MARKS, NEEDED, Problems, shown, unknown_column, unknown_setting
from karavan.workbook.raw import RawSheet
from karavan.workbook.sheets import EXPLANATION, OPERATION, SETTING, VALUE
from karavan.workbook.tables import Cell, Row, Table, filled_cells, is_example, under_no_heading

_SPELLINGS = {spelling: column.field for column in OPERATION.columns for spelling in column.spellings()}
_PARTS = {fold(word): part for part, words in enumerate((SETTING, VALUE, EXPLANATION)) for word in words}


def read_settings(raw: RawSheet, problems: Problems) -> Table | None:
    """The Operation sheet as a table of one row; ``None``: it has no headings."""
    if not raw.rows:
        problems.add(raw.name, 0, 0, None, Message("the sheet is empty: its first row holds the headings"))
        return None
    number, header = raw.rows[0]
    columns: dict[int, int] = {}
    for cell in filled_cells(number, header, raw.marks):
        part = _PARTS.get(fold(cell.value)) if isinstance(cell.value, str) else None
        if cell.mark:
            problems.add(raw.name, number, cell.column, cell.value, MARKS[cell.mark])
        elif part is None:
            rule = unknown_column(shown(cell.value or ""), [SETTING[0], VALUE[0], EXPLANATION[0]])
            problems.add(raw.name, number, cell.column, cell.value, rule)
        elif part in columns:
            problems.add(raw.name, number, cell.column, cell.value, Message("this column stands there twice"))
        else:
            columns[part] = cell.column
    for part, heading in ((0, SETTING[0]), (1, VALUE[0])):
        if part not in columns:
            problems.add(raw.name, number, 0, None, Message("the column {heading} is missing", heading=heading))
    if 0 not in columns or 1 not in columns:
        return None
    table = Table(OPERATION, raw.name, problems)
    row = Row(number)
    table.rows.append(row)
    for line_number, cells in raw.rows[1:]:
        _collect(table, row, raw, line_number, cells, columns)
    _read_values(table, row)
    return table


def _collect(
    table: Table, row: Row, raw: RawSheet, number: int, cells: dict[int, Raw], columns: dict[int, int]
) -> None:
    """Put one line's setting among the row's cells."""
    filled = {cell.column: cell for cell in filled_cells(number, cells, raw.marks)}
    for cell in filled.values():
        if cell.column not in raw.rows[0][1]:
            table.problems.add(raw.name, number, cell.column, cell.value, under_no_heading(raw))
    name = filled.get(columns[0])
    value = filled.get(columns[1], Cell(number, columns[1], None))
    if name is None:
        if value.value is not None or value.mark:
            rule = Message("a value without a setting's name before it")
            table.problems.add(raw.name, number, value.column, value.value, rule)
        return
    if is_example(name.value):
        return
    heading = shown(name.value or "")
    field_name = _SPELLINGS.get(fold(heading))
    if name.mark:
        table.problems.add(raw.name, number, name.column, name.value, MARKS[name.mark])
    elif field_name is None:
        known = [column.heading(language) for column in OPERATION.columns for language in LANGUAGES]
        table.problems.add(raw.name, number, name.column, name.value, unknown_setting(heading, known))
    elif field_name in table.headings:
        table.problems.add(raw.name, number, name.column, name.value, Message("this setting stands there twice"))
    else:
        table.headings[field_name] = heading
        row.cells[field_name] = value


def _read_values(table: Table, row: Row) -> None:
    zone: ZoneInfo | None = None
    first = OPERATION.column("time_zone")  # every other date-time is read by it
    for column in (first, *(each for each in OPERATION.columns if each is not first)):
        cell = row.cells.get(column.field)
        if cell is None:
            if column.required:
                rule = Message("the setting {heading} is missing", heading=column.heading("en"))
                table.problems.add(table.name, 0, 0, None, rule)
        elif column.required and cell.value is None and not cell.mark:
            table.complain(row, column.field, NEEDED)
        else:
            table.read_cell(row, column.field, column, zone)
        if column is first and "time_zone" in row.values:
            zone = ZoneInfo(row.values["time_zone"])
