"""A situation into a workbook that reads back as the same situation."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from karavan.domain.language import LANGUAGES
from karavan.domain.plans import Plan
from karavan.domain.situation import Situation
from karavan.workbook.columns import Column, Sheet, name_heading
from karavan.workbook.grid import (
    INPUT_FILL,
    REQUIRED_FILL,
    TEXT_FORMAT,
    WRAPPED,
    Grid,
    add_sheet,
    is_folder,
    new_workbook,
    save,
    style_header,
    write_csv,
)
from karavan.workbook.kinds import YES_NO, Choice, Kind, Many, Ref, Shown, Text, YesNo
from karavan.workbook.plan_workbook import plan_grids
from karavan.workbook.sandbox import CELL_CHARACTERS
from karavan.workbook.sheets import BY_KEY, EXPLANATION, OPERATION, SETTING, SHEETS, VALUE

VALIDATED_ROWS = 2_000
SETTINGS_WIDTHS = {1: 40, 2: 95}
_COMMENT_PX = (320, 120)


def write_workbook(path: str | Path, situation: Situation, plan: Plan | None = None, language: str = "en") -> None:
    """
    Write the situation, and the plan beside it, to an ``.xlsx`` or, without a suffix, to a folder of ``.csv``.

    What is written reads back as the same situation; the reader passes the plan's sheets over.
    """
    path = Path(path)
    folder = is_folder(path)
    grids = situation_grids(situation, language)
    extra = plan_grids(situation, plan, language) if plan is not None else []
    if folder:
        write_csv(path, [*grids, *extra])
        return
    workbook = new_workbook()
    for sheet, grid in zip(SHEETS, grids, strict=True):
        add_situation_sheet(workbook, sheet, grid, language)
    for grid in extra:
        add_sheet(workbook, grid)
    save(workbook, path)


def situation_grids(situation: Situation, language: str) -> list[Grid]:
    """The sheets of :data:`SHEETS`, in their order."""
    records: dict[str, Sequence[Any]] = {
        "places": situation.places,
        "roads": situation.roads,
        "items": situation.items,
        "kits": situation.kits,
        "stock": situation.stock,
        "production": situation.production,
        "vehicles": situation.vehicles,
        "requests": situation.requests,
        "request_lines": [line for request in situation.requests for line in request.lines],
        "segregation": situation.segregation,
    }
    zone = situation.operation.zone
    grids = [_settings_grid(situation, language)]
    for sheet in SHEETS:
        if not sheet.listed:
            grids.append(_grid(sheet, records[sheet.key], zone, language))
    return grids


def _settings_grid(situation: Situation, language: str) -> Grid:
    i = LANGUAGES.index(language)
    values = _values(situation.operation) | _values(situation.operation.rules)
    rows = [
        (
            column.heading(language),
            column.kind.show(values[column.field], situation.operation.zone, language),
            column.help[i],
        )
        for column in OPERATION.columns
    ]
    return Grid(
        OPERATION.name(language), (SETTING[i], VALUE[i], EXPLANATION[i]), rows, widths={1: 40, 2: 95}, filtered=False
    )


def _grid(sheet: Sheet, records: Sequence[Any], zone: ZoneInfo, language: str) -> Grid:
    tags = _tags(record.names for record in records) if sheet.named else []
    rows = []
    for record in records:
        values = _values(record)
        names = dict(values.get("names", ()))
        row = [_show(column, values, zone, language) for column in sheet.columns]
        rows.append((*row[:1], *(names.get(tag) for tag in tags), *row[1:]))
    return Grid(sheet.name(language), headings(sheet, tags, language), rows)


def headings(sheet: Sheet, tags: Iterable[str], language: str) -> list[str]:
    """The sheet's headings; the names stand behind the code."""
    own = [column.heading(language) for column in sheet.columns]
    return [own[0], *(name_heading(tag, language) for tag in tags), *own[1:]]


def _values(record: Any) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}


def _show(column: Column, values: dict[str, Any], zone: ZoneInfo, language: str) -> Shown:
    if column.field == "volume_cm3" and "compartments_cm3" in values:
        return column.kind.show(sum(values["compartments_cm3"]), zone, language)
    if column.field == "compartments_cm3" and len(values[column.field]) < 2:
        return None  # the volume says it
    if column.field not in values:
        return None  # a road's speed: its driving time is written
    shown = column.kind.show(values[column.field], zone, language)
    if isinstance(shown, str) and len(shown) > CELL_CHARACTERS:
        return None  # a cell cannot hold so long a line on the map; the road is drawn straight
    return shown


def _tags(all_names: Iterable[tuple[tuple[str, str], ...]]) -> list[str]:
    """The language tags in an order that keeps each place's own, where one order can."""
    before: dict[str, list[str]] = {}
    for names in all_names:
        for i, (tag, _) in enumerate(names):
            earlier = before.setdefault(tag, [])
            if i and names[i - 1][0] not in earlier:
                earlier.append(names[i - 1][0])
    try:
        return list(TopologicalSorter(before).static_order())
    except CycleError:
        return list(before)


def add_situation_sheet(workbook: Workbook, sheet: Sheet, grid: Grid, language: str) -> Worksheet:
    """Append one sheet with its drop-downs and its help on the headings."""
    page = add_sheet(workbook, grid)
    if sheet.listed:
        _furnish_settings(page, language)
        return page
    place = {heading: i for i, heading in enumerate(grid.headings, 1)}
    for column in sheet.columns:
        at = place[column.heading(language)]
        _note(page, 1, at, column, language)
        if column.required:
            style_header(page.cell(row=1, column=at), REQUIRED_FILL)
        letter = get_column_letter(at)
        if isinstance(_entry(column), Text):
            page.column_dimensions[letter].number_format = TEXT_FORMAT
        _add_choices(page, column, f"{letter}2:{letter}{VALIDATED_ROWS}", language)
    return page


def _entry(column: Column) -> Kind:
    return column.kind.entry if isinstance(column.kind, Many) else column.kind


def _furnish_settings(page: Worksheet, language: str) -> None:
    for row, column in enumerate(OPERATION.columns, 2):
        if column.required:
            style_header(page.cell(row=row, column=1), REQUIRED_FILL)
        value = page.cell(row=row, column=2)
        value.fill, value.alignment = INPUT_FILL, WRAPPED
        if isinstance(column.kind, Text):
            value.number_format = TEXT_FORMAT
        _add_choices(page, column, f"B{row}", language)


def _note(page: Worksheet, row: int, column_number: int, column: Column, language: str) -> None:
    text = column.help[LANGUAGES.index(language)]
    if column.example:
        text += f"\n{column.example}"
    comment = Comment(text, "Karavan")
    comment.width, comment.height = _COMMENT_PX
    page.cell(row=row, column=column_number).comment = comment


def _add_choices(page: Worksheet, column: Column, cells: str, language: str) -> None:
    i = LANGUAGES.index(language)
    kind = column.kind
    if isinstance(kind, Choice):
        formula = ",".join(words[i] for _, words in kind.words)
    elif isinstance(kind, YesNo):
        formula = ",".join(words[i] for words in YES_NO)
    elif isinstance(kind, Ref) and len(kind.sheets) == 1:
        sheet = quote_sheetname(BY_KEY[kind.sheets[0]].name(language))
        validation = DataValidation("list", f"={sheet}!$A$2:$A${VALIDATED_ROWS}", allow_blank=True)
        validation.showErrorMessage = False  # a code may be typed before its row is there
        page.add_data_validation(validation)
        validation.add(cells)
        return
    else:
        return
    validation = DataValidation("list", f'"{formula}"', allow_blank=True, showErrorMessage=True)
    validation.errorTitle, validation.error = column.words[i][:32], formula[:225]
    page.add_data_validation(validation)
    validation.add(cells)
