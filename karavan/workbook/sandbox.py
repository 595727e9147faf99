"""
The child process that opens a workbook: ``python sandbox.py PATH`` prints its cells as JSON lines, or why it is
refused.

A legal file of 1.4 kB can abort the spreadsheet library's process, so nothing of this runs in the process of the
person who plans. The file runs alone: it imports the standard library and python-calamine only, and starts in a few
hundredths of a second. It knows nothing of sheets and columns; what a cell may hold is judged by the reader.

Lines printed: ``{"refused": key, ...values}`` as the only one; or for each sheet ``{"sheet": name, "marks": [[row,
column, mark], ...]}`` and ``[row, [[column, value], ...]]`` for each row that holds something; ``{"end": true}``
last. Rows and columns count from 1; a date is ``{"date": iso}``, a duration ``{"seconds": n}``; marks are ``formula``
and ``error``.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import os
import posixpath
import re
import stat
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, NoReturn, TypeAlias
from xml.parsers import expat

try:
    import resource
except ImportError:  # not on Windows: there only the parent's time limit holds
    resource = None  # type: ignore[assignment]

FILE_BYTES = 20 * 2**20
UNPACKED_BYTES = 200 * 2**20
ENTRIES = 1_000
RATIO = 200
RATIO_FROM_BYTES = 2**20  # a few kB of blanks pack well in any honest file
ROWS = 100_000
COLUMNS = 200
AREA = 4_000_000  # cells of a sheet's rectangle, empty ones too: they all take memory
CELLS = 1_000_000
CELL_CHARACTERS = 32_767
OUTPUT_BYTES = 32 * 2**20
MARKS = 1_000
MEMORY_BYTES = 512 * 2**20
CPU_S = 20

CSV_LIVE = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
"""
Text that a spreadsheet program would take for a formula when it opens a CSV. The writer puts one ``'`` before it and
the reader takes one away.
"""

Mark: TypeAlias = tuple[int, int, str]
Start: TypeAlias = Callable[[str, dict[str, str]], None]

_CHUNK = 2**16
_LETTERS = {letter: i for i, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1)}
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_REFUSED_PARTS = (
    ("macros", re.compile(r"vbaproject|/macrosheets/|vbadata", re.IGNORECASE)),
    ("external_links", re.compile(r"^xl/(externallinks/|connections\.xml|querytables/)", re.IGNORECASE)),
    ("embedded", re.compile(r"^xl/(embeddings|activex|ctrlprops)/|\.(zip|xls[xmb]?|exe|js|vbs)$", re.IGNORECASE)),
    ("not_xlsx", re.compile(r"^xl/workbook\.bin$|^mimetype$", re.IGNORECASE)),
)


class Refused(Exception):
    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class Printer:
    """Lines out, within a limit: shared strings can make a small file's cells fill any memory."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.bytes = 0
        self.cells = 0

    def put(self, value: Any) -> None:
        line = json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode()
        self.bytes += len(line)
        if self.bytes > OUTPUT_BYTES:
            raise Refused("too_much_text", limit=OUTPUT_BYTES // 2**20)
        self.lines.append(line)

    def put_row(self, row: int, cells: list[tuple[int, Any]], sheet: str) -> None:
        if not cells:
            return
        self.cells += len(cells)
        if self.cells > CELLS:
            raise Refused("too_many_cells", limit=CELLS)
        if row > ROWS:
            raise Refused("too_many_rows", sheet=sheet, limit=ROWS)
        if cells[-1][0] > COLUMNS:
            raise Refused("too_many_columns", sheet=sheet, limit=COLUMNS)
        self.put([row, cells])


def read(path: str, out: Printer) -> None:
    """
    Print every sheet of the workbook at ``path``: an ``.xlsx``, or a folder of ``.csv``.

    Raises
    ------
    Refused
        It is not read.
    """
    if os.path.isdir(path):
        return _read_folder(path, out)
    data = _bytes(path)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused("password" if "EncryptedPackage".encode("utf-16-le") in data else "old_xls")
    if not data.startswith(b"PK\x03\x04"):
        raise Refused("not_xlsx")
    marks = _survey(data)
    _print_sheets(data, marks, out)


def _bytes(path: str) -> bytes:
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        info = os.fstat(file.fileno())
        if not stat.S_ISREG(info.st_mode):
            raise Refused("not_a_file")
        if info.st_size > FILE_BYTES:
            raise Refused("file_too_large", limit=FILE_BYTES // 2**20)
        return file.read(FILE_BYTES + 1)


def _survey(data: bytes) -> dict[str, list[Mark]]:
    """Judge the archive before the library sees it; the formula and error cells of each sheet, by the sheet's name."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
        _judge_entries(entries)
        parts = _sheet_parts(archive)
        marks: dict[str, list[Mark]] = {}
        for entry in entries:
            name = entry.filename.lower()
            if name.endswith((".xml", ".rels")):
                marks[name] = _survey_part(archive, entry, is_sheet=name in parts.values())
            else:
                _measure(archive, entry)
        return {sheet: marks[part] for sheet, part in parts.items()}
    except (zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError, EOFError, RuntimeError, ValueError) as error:
        raise Refused("broken_archive") from error


def _judge_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > ENTRIES:
        raise Refused("too_many_entries", limit=ENTRIES)
    if sum(entry.file_size for entry in entries) > UNPACKED_BYTES:
        raise Refused("unpacked_too_large", limit=UNPACKED_BYTES // 2**20)
    names = [entry.filename.lower() for entry in entries]
    if len(set(names)) < len(names):
        raise Refused("broken_archive")
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise Refused("password")
        parts = entry.filename.replace("\\", "/").split("/")
        if ".." in parts or parts[0] == "" or ":" in entry.filename:
            raise Refused("strange_names", name=entry.filename[:60])
        if entry.file_size > RATIO_FROM_BYTES and entry.file_size > RATIO * max(1, entry.compress_size):
            raise Refused("packed_too_tightly", limit=RATIO)
        for key, pattern in _REFUSED_PARTS:
            if pattern.search(entry.filename):
                raise Refused(key)
    if "[content_types].xml" not in names or "xl/workbook.xml" not in names:
        raise Refused("not_xlsx")


def _chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    size = 0
    with archive.open(entry) as part:
        while chunk := part.read(_CHUNK):
            size += len(chunk)
            yield chunk
    if size != entry.file_size:
        raise Refused("broken_archive")


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Which part of the archive holds which sheet."""
    targets: dict[str, str] = {}
    sheets: dict[str, str] = {}

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(" ")[2] == "Relationship":
            target = attributes.get("Target", "")
            path = posixpath.normpath(posixpath.join("xl", target)).lstrip("/")
            targets[attributes.get("Id", "")] = path.lower()

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(" ")[2] == "sheet":
            ids = [value for key, value in attributes.items() if key.endswith("/relationships id")]
            sheets[attributes.get("name", "")] = ids[0] if ids else ""

    for entry in archive.infolist():
        handler = {"xl/_rels/workbook.xml.rels": relation, "xl/workbook.xml": sheet}.get(entry.filename.lower())
        if handler:
            _parse_part(archive, entry, handler)
    if not all(target in targets for target in sheets.values()):
        raise Refused("broken_archive")
    return {name: targets[key] for name, key in sheets.items()}


def _measure(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    for _ in _chunks(archive, entry):
        pass


def _survey_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, is_sheet: bool) -> list[Mark]:
    """Well-formed, without a document type; of a sheet also its extent and its marked cells."""
    survey = SheetSurvey()
    handler = None
    if is_sheet:
        handler = survey.start
    elif entry.filename.lower() == "[content_types].xml":
        handler = _judge_content_type
    _parse_part(archive, entry, handler)
    return survey.marks


def _parse_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, handler: Start | None) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")

    def refuse_document_type(*_: Any) -> NoReturn:
        raise Refused("document_type", part=entry.filename[:60])

    parser.StartDoctypeDeclHandler = refuse_document_type
    if handler is not None:
        parser.StartElementHandler = handler
    try:
        for chunk in _chunks(archive, entry):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError) as error:
        raise Refused("broken_xml", part=entry.filename[:60]) from error


def _judge_content_type(tag: str, attributes: dict[str, str]) -> None:
    if "macroenabled" in attributes.get("ContentType", "").lower():
        raise Refused("macros")


class SheetSurvey:
    """Walks the tags of one sheet's part: how far it reaches, which cells hold formulas and errors."""

    def __init__(self) -> None:
        self.row = self.column = 0
        self.last_row = self.last_column = self.cells = 0
        self.error = False
        self.marks: list[Mark] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if name == "row":
            self.row = _row_number(attributes["r"]) if "r" in attributes else self.row + 1
            self.column = 0
        elif name == "c":
            if "r" in attributes:
                self._go_to(attributes["r"])
            else:
                self.column += 1
            self.error = attributes.get("t") == "e"
        elif name in ("v", "is", "f"):
            self._filled(name)

    def _go_to(self, address: str) -> None:
        found = _ADDRESS.fullmatch(address)
        if found is None:  # an address that two readers could read as two cells
            raise Refused("broken_archive")
        self.row, self.column = _row_number(found[2]), _column_number(found[1])

    def _filled(self, name: str) -> None:
        self.cells += name != "f"
        self.last_row, self.last_column = max(self.last_row, self.row), max(self.last_column, self.column)
        if self.last_row > ROWS:
            raise Refused("too_many_rows", sheet="", limit=ROWS)
        if self.last_column > COLUMNS:
            raise Refused("too_many_columns", sheet="", limit=COLUMNS)
        if self.last_row * self.last_column > AREA or self.cells > CELLS:
            raise Refused("too_many_cells", limit=CELLS if self.cells > CELLS else AREA)
        mark = "formula" if name == "f" else "error" if self.error else ""
        if mark and len(self.marks) < MARKS and (not self.marks or self.marks[-1][:2] != (self.row, self.column)):
            self.marks.append((self.row, self.column, mark))


def _row_number(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,6}", text):
        raise Refused("broken_archive")
    return int(text)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + _LETTERS[letter]
    return number


def _print_sheets(data: bytes, marks: dict[str, list[Mark]], out: Printer) -> None:
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for meta in workbook.sheets_metadata:
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            out.put({"sheet": meta.name[:100], "marks": marks[meta.name]})
            sheet = workbook.get_sheet_by_name(meta.name)
            first_row, first_column = sheet.start or (0, 0)
            for row, cells in enumerate(sheet.to_python(), first_row + 1):
                values = [(i, _plain(cell)) for i, cell in enumerate(cells, first_column + 1) if cell != ""]
                out.put_row(row, values, meta.name[:100])
    except (Refused, MemoryError):
        raise
    except Exception as error:  # the library's errors share no class
        raise Refused("broken_archive") from error


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime | date):
        return {"date": cell.isoformat()}
    if isinstance(cell, time):
        return {"seconds": cell.hour * 3600 + cell.minute * 60 + cell.second + round(cell.microsecond / 1e6)}
    if isinstance(cell, timedelta):
        return {"seconds": round(cell.total_seconds())}
    if isinstance(cell, str) and len(cell) > CELL_CHARACTERS:
        return cell[:CELL_CHARACTERS]
    return cell


def _read_folder(path: str, out: Printer) -> None:
    names = sorted(name for name in os.listdir(path) if name.lower().endswith(".csv") and name[0] not in "._~")
    if not names:
        raise Refused("no_csv")
    if len(names) > ENTRIES:
        raise Refused("too_many_entries", limit=ENTRIES)
    total = 0
    for name in names:
        if os.path.isdir(os.path.join(path, name)):
            raise Refused("csv_folder", file=name)
        try:
            data = _bytes(os.path.join(path, name))
        except OSError as error:
            raise Refused("csv_unreadable", file=name) from error
        total += len(data)
        if total > FILE_BYTES:
            raise Refused("file_too_large", limit=FILE_BYTES // 2**20)
        _print_csv(name, data, out)


def _print_csv(name: str, data: bytes, out: Printer) -> None:
    text = _decoded(name, data)
    sheet = name[: -len(".csv")]
    out.put({"sheet": sheet, "marks": []})
    header = next((line for line in text.splitlines() if line.strip(" \t,;")), "")
    if "," in header and ";" in header:
        raise Refused("csv_separator", file=name)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in header else ",", strict=True)
    csv.field_size_limit(CELL_CHARACTERS)
    count = 0
    try:
        for count, cells in enumerate(rows, 1):
            out.put_row(count, [(i, _unquoted(cell)) for i, cell in enumerate(cells, 1) if cell.strip()], sheet)
    except csv.Error as error:
        if "field limit" in str(error):
            raise Refused("csv_long_cell", file=name, row=count + 1, limit=CELL_CHARACTERS) from error
        raise Refused("csv_broken", file=name, row=count + 1) from error


def _unquoted(cell: str) -> str:
    return cell[1:] if cell[0] == "'" and CSV_LIVE.match(cell) else cell


def _decoded(name: str, data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Refused("csv_utf16", file=name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise Refused("csv_encoding", file=name, offset=error.start, row=row) from error
    if "\0" in text:
        raise Refused("csv_nul", file=name, offset=len(text[: text.index("\0")].encode()))
    return text


def _limit() -> None:
    if resource is None:
        return
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(what, (limit, limit))
        except (ValueError, OSError):  # some systems refuse a limit; the parent's time limit still holds
            continue


def main(path: str) -> int:
    _limit()
    out = Printer()
    try:
        read(path, out)
    except Refused as refusal:
        out.lines = [json.dumps({"refused": refusal.key, **refusal.values}).encode()]
    except MemoryError:
        out.lines = [b'{"refused": "too_costly"}']
    except FileNotFoundError:
        out.lines = [b'{"refused": "not_there"}']
    except OSError:
        out.lines = [b'{"refused": "unreadable"}']
    else:
        out.put({"end": True})
    sys.stdout.buffer.write(b"\n".join(out.lines) + b"\n")
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
