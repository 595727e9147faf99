"""The parent's side of the sandbox: starts the child, reads its cells, says why a file is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from karavan.domain.errors import RefusedFile
from karavan.domain.language import N_
from karavan.domain.message import Message
from karavan.workbook import sandbox
from karavan.workbook.kinds import Raw

WALL_S = 30

REFUSALS = {
    "not_there": N_("there is no such file or folder"),
    "not_a_file": N_("this is not a file"),
    "unreadable": N_("the file cannot be opened"),
    "file_too_large": N_("the file is larger than {limit} MB"),
    "not_xlsx": N_("this is not an .xlsx workbook; save it as .xlsx, or as a folder of .csv"),
    "old_xls": N_("this is an old .xls workbook; save it as .xlsx"),
    "password": N_("the workbook has a password; save it without one"),
    "macros": N_("the workbook holds macros; save it as .xlsx without them"),
    "external_links": N_("the workbook takes data from outside itself; break its links and save it again"),
    "embedded": N_("the workbook holds embedded files or controls; remove them"),
    "strange_names": N_("the archive holds a part with a strange name: {name}"),
    "broken_archive": N_("the file is damaged"),
    "broken_xml": N_("the file is damaged: its part {part} is not well-formed"),
    "document_type": N_("the file's part {part} declares a document type, which no spreadsheet program writes"),
    "too_many_entries": N_("more than {limit} parts or files"),
    "unpacked_too_large": N_("the file unpacks to more than {limit} MB"),
    "packed_too_tightly": N_("a part of the file is packed to less than 1/{limit} of its size"),
    "too_many_rows": N_("a sheet reaches below row {limit}"),
    "too_many_columns": N_("a sheet reaches beyond {limit} columns"),
    "too_many_cells": N_("more than {limit} cells"),
    "too_much_text": N_("more than {limit} MB of text"),
    "too_costly": N_("reading the file would take more memory or time than a workbook may"),
    "no_csv": N_("the folder holds no .csv file"),
    "csv_separator": N_("{file}: its first line has commas and semicolons, so the separator cannot be told"),
    "csv_broken": N_("{file}, row {row}: the quotation marks do not match"),
    "csv_long_cell": N_(
        "{file}, row {row}: a cell with more than {limit} characters; a quotation mark before it may not be closed"
    ),
    "csv_folder": N_("{file} is a folder; a sheet is a .csv file"),
    "csv_unreadable": N_("{file} cannot be opened"),
    "csv_utf16": N_("{file} is UTF-16; save it as UTF-8"),
    "csv_encoding": N_("{file} is not UTF-8: byte {offset}, row {row}; save it as CSV UTF-8"),
    "csv_nul": N_("{file} holds a zero byte at byte {offset}"),
}


@dataclass(slots=True)
class RawSheet:
    """
    A sheet's cells as they stand.

    Attributes
    ----------
    rows
        ``(row, {column: value})``, both counted from 1, rows that hold something, in order.
    marks
        ``(row, column) -> "formula" | "error"``.
    """

    name: str
    rows: list[tuple[int, dict[int, Raw]]] = field(default_factory=list)
    marks: dict[tuple[int, int], str] = field(default_factory=dict)


def read_raw(path: str | Path) -> list[RawSheet]:
    """
    The sheets of a workbook, read in a child process with limits.

    Raises
    ------
    RefusedFile
        The file is not there, of a wrong kind, too large, or made to do harm.
    """
    # -P: the folder of sandbox.py must not shadow the standard library.
    command = [sys.executable, "-P", sandbox.__file__, os.fspath(path)]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=WALL_S
        )
    except subprocess.TimeoutExpired:
        raise RefusedFile(Message(REFUSALS["too_costly"])) from None
    lines = done.stdout.splitlines()
    if not lines or done.returncode != 0:
        raise RefusedFile(Message(REFUSALS["too_costly"]))
    first = json.loads(lines[0])
    if isinstance(first, dict) and "refused" in first:
        key = first.pop("refused")
        if "row" in first:  # a name, not a number
            first["row"] = str(first["row"])
        raise RefusedFile(Message(REFUSALS[key], **first))
    if lines[-1] != b'{"end":true}':
        raise RefusedFile(Message(REFUSALS["too_costly"]))
    return sheets_of(lines[:-1])


def sheets_of(lines: list[bytes]) -> list[RawSheet]:
    """The sheets that the child's lines tell of."""
    sheets: list[RawSheet] = []
    for line in lines:
        data = json.loads(line)
        if isinstance(data, dict):
            marks = {(row, column): mark for row, column, mark in data["marks"]}
            sheets.append(RawSheet(data["sheet"], marks=marks))
        else:
            row, cells = data
            sheets[-1].rows.append((row, {column: _value(value) for column, value in cells}))
    for sheet in sheets:
        _add_marked(sheet)
    return sheets


def _add_marked(sheet: RawSheet) -> None:
    """Formula and error cells whose value is empty still hold something."""
    rows = dict(sheet.rows)
    for row, column in sheet.marks:
        rows.setdefault(row, {}).setdefault(column, "")
    sheet.rows = sorted(rows.items())


def _value(value: Any) -> Raw:
    if not isinstance(value, dict):
        return value
    if "seconds" in value:
        return timedelta(seconds=value["seconds"])
    text = value["date"]
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
