"""Files made to do harm, and honest ones with one thing wrong; all made here, none kept in the repository."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl

from karavan.workbook import write_workbook
from tests.cast import a_situation

CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
ROOT_RELS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="xl/workbook.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
WORKBOOK = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="Operation" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
WORKBOOK_RELS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="worksheets/sheet1.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/></Relationships>'
)
SHEET_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
SHEET_TAIL = "</sheetData></worksheet>"


def xlsx_of(path: Path, sheet: str | bytes, extra: dict[str, str | bytes] | None = None) -> Path:
    """A minimal workbook around one sheet's XML; ``extra`` adds parts or replaces them."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": ROOT_RELS,
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": WORKBOOK_RELS,
        "xl/worksheets/sheet1.xml": sheet,
        **(extra or {}),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def sheet_of(*cells: str) -> str:
    """A sheet's XML with the given rows."""
    return SHEET_HEAD + "".join(cells) + SHEET_TAIL


def sparse(path: Path) -> Path:
    """Two cells, the first and the last of a sheet: 1.5 kB for which a dense reader wants 17 thousand million."""
    return xlsx_of(
        path,
        sheet_of(
            '<row r="1"><c r="A1"><v>1</v></c></row>',
            '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        ),
    )


def good(path: Path) -> Path:
    """The small world as a workbook."""
    write_workbook(path, a_situation())
    return path


def good_with_parts(path: Path, parts: dict[str, bytes]) -> Path:
    """The small world's workbook with parts added or replaced."""
    buffer = io.BytesIO(good(path).read_bytes())
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            if entry.filename not in parts:
                target.writestr(entry, source.read(entry))
        for name, data in parts.items():
            target.writestr(name, data)
    return path


def edited(path: Path, cells: dict[tuple[str, str], object]) -> Path:
    """The small world's workbook with some cells typed over: ``{("Stock", "D2"): "many"}``; ``None`` empties one."""
    book = openpyxl.load_workbook(good(path))
    for (sheet, address), value in cells.items():
        book[sheet][address] = value
    book.save(path)
    return path
