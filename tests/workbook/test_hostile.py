"""Files made to do harm (reliability B3-B6, B8): refused with a reason, and the process that reads them lives."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from karavan import BadWorkbook, RefusedFile, read_workbook
from karavan.workbook import raw, sandbox
from karavan.workbook.raw import REFUSALS, read_raw
from tests.workbook.hostile import (
    CONTENT_TYPES,
    SHEET_HEAD,
    SHEET_TAIL,
    WORKBOOK_RELS,
    edited,
    good,
    good_with_parts,
    sheet_of,
    sparse,
    xlsx_of,
)

ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'
LAST = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10)) + "]>"
)
STRING_TABLE = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{}</t></si></sst>'


def refusal(path: Path) -> str:
    with pytest.raises(RefusedFile) as caught:
        read_workbook(path)
    return next(key for key, text in REFUSALS.items() if text == caught.value.message.template)


def test_1_5_kb_that_kill_a_dense_reader_are_refused_and_hurt_nobody(tmp_path: Path) -> None:
    path = sparse(tmp_path / "sparse.xlsx")
    assert path.stat().st_size < 2_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert refusal(path) == "too_many_rows"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000, "kB"


def test_negative_control_the_sparse_file_kills_the_library_without_the_survey(tmp_path: Path) -> None:
    path = sparse(tmp_path / "sparse.xlsx")
    code = (
        "import resource, sys, python_calamine as c\n"
        "resource.setrlimit(resource.RLIMIT_AS, (2**29, 2**29)); resource.setrlimit(resource.RLIMIT_CORE, (0, 0))\n"
        "c.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, check=False)
    assert done.returncode != 0


@pytest.mark.parametrize(
    ("sheet", "parts", "expected"),
    [
        pytest.param(sheet_of(ONE, LAST), {}, "too_many_rows", id="rows"),
        pytest.param(sheet_of('<row r="1"><c r="GS1"><v>1</v></c></row>'), {}, "too_many_columns", id="columns"),
        pytest.param(
            sheet_of(ONE, '<row r="100000"><c r="AO100000"><v>1</v></c></row>'), {}, "too_many_cells", id="area"
        ),
        pytest.param(sheet_of('<row r="1"><c r="xfd1"><v>1</v></c></row>'), {}, "broken_archive", id="address"),
        pytest.param(sheet_of('<row r="4294967295"><c><v>1</v></c></row>'), {}, "broken_archive", id="row number"),
        pytest.param(
            sheet_of(ONE),
            {
                "xl/_rels/workbook.xml.rels": WORKBOOK_RELS.replace("worksheets/sheet1", "elsewhere/sheet"),
                "xl/elsewhere/sheet.xml": sheet_of(ONE, LAST),
            },
            "too_many_rows",
            id="sheet in another folder",
        ),
        pytest.param(
            sheet_of(ONE),
            {"xl/_rels/workbook.xml.rels": WORKBOOK_RELS.replace("rId1", "rId2")},
            "broken_archive",
            id="sheet without a part",
        ),
        pytest.param(sheet_of(ONE), {"xl/media/a.png": b"\0" * 50_000_000}, "packed_too_tightly", id="bomb"),
        pytest.param(sheet_of(ONE), {"xl/media/a.png": b"\0" * 210_000_000}, "unpacked_too_large", id="big bomb"),
        pytest.param(sheet_of(ONE), {f"xl/media/{i}.png": b"" for i in range(1_000)}, "too_many_entries", id="entries"),
        pytest.param(sheet_of(ONE), {"xl/media/inner.zip": b"PK"}, "embedded", id="archive inside"),
        pytest.param(sheet_of(ONE), {"../../evil": b""}, "strange_names", id="way out"),
        pytest.param(sheet_of(ONE), {"/etc/evil": b""}, "strange_names", id="absolute name"),
        pytest.param(sheet_of(ONE), {"xl/vbaProject.bin": b""}, "macros", id="macros"),
        pytest.param(
            sheet_of(ONE),
            {"[Content_Types].xml": CONTENT_TYPES.replace("spreadsheetml.sheet.main", "sheet.macroEnabled.main")},
            "macros",
            id="macro type",
        ),
        pytest.param(sheet_of(ONE), {"xl/externalLinks/externalLink1.xml": b"<a/>"}, "external_links", id="links"),
        pytest.param(sheet_of(ONE), {"xl/connections.xml": b"<a/>"}, "external_links", id="connections"),
        pytest.param(sheet_of(ONE), {"xl/embeddings/oleObject1.bin": b""}, "embedded", id="ole"),
        pytest.param(sheet_of(ONE), {"xl/workbook.bin": b""}, "not_xlsx", id="xlsb"),
        pytest.param(sheet_of(ONE), {"mimetype": b"application/x"}, "not_xlsx", id="ods"),
        pytest.param(SHEET_HEAD + "<row>" + SHEET_TAIL, {}, "broken_xml", id="not well-formed"),
        pytest.param(
            SHEET_HEAD.replace("?><", f"?>{LAUGHS}<") + SHEET_TAIL, {}, "document_type", id="thousand million laughs"
        ),
        pytest.param(
            sheet_of(ONE),
            {
                "xl/sharedStrings.xml": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
                + STRING_TABLE.format("&x;")
            },
            "document_type",
            id="file read through an entity",
        ),
        pytest.param(
            sheet_of(*(f'<row r="{i}"><c r="A{i}" t="s"><v>0</v></c></row>' for i in range(1, 1_200))),
            {"xl/sharedStrings.xml": STRING_TABLE.format("A" * 32_000)},
            "too_much_text",
            id="one string a thousand times",
        ),
        pytest.param(
            sheet_of(*(f'<row r="{i}"><c r="A{i}" t="s"><v>0</v></c></row>' for i in range(1, 30_000))),
            {"xl/sharedStrings.xml": STRING_TABLE.format("A" * 32_000)},
            "too_costly",
            id="one string more often than memory",
        ),
    ],
)
def test_archives_made_to_do_harm_are_refused_by_name(
    tmp_path: Path, sheet: str, parts: dict[str, str | bytes], expected: str
) -> None:
    assert refusal(xlsx_of(tmp_path / "book.xlsx", sheet, parts)) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "not_xlsx"),
        (b"<html></html>", "not_xlsx"),
        (b"PK\x03\x04 and nothing more", "broken_archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"PK\x03\x04" + bytes(20 * 2**20), "file_too_large"),
    ],
    ids=["empty", "html", "torn", "xls", "password", "21 MB"],
)
def test_other_kinds_of_files_are_refused_by_name(tmp_path: Path, data: bytes, expected: str) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    assert refusal(path) == expected


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nothing.xlsx") == "not_there"
    os.mkfifo(tmp_path / "pipe.xlsx")
    assert refusal(tmp_path / "pipe.xlsx") == "not_a_file"
    assert refusal(Path(os.devnull)) == "not_a_file"
    (tmp_path / "empty").mkdir()
    assert refusal(tmp_path / "empty") == "no_csv"


def test_a_file_cut_anywhere_is_refused_or_named_never_a_crash(tmp_path: Path) -> None:
    whole = good(tmp_path / "good.xlsx").read_bytes()
    for cut in range(1, len(whole), len(whole) // 12):
        path = tmp_path / "cut.xlsx"
        path.write_bytes(whole[:cut])
        assert refusal(path) in ("not_xlsx", "broken_archive")


def test_a_changed_byte_is_never_a_crash(tmp_path: Path) -> None:
    whole = good(tmp_path / "good.xlsx").read_bytes()
    path = tmp_path / "changed.xlsx"
    for at in range(0, len(whole), len(whole) // 25):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        try:
            read_workbook(path)
        except (RefusedFile, BadWorkbook):
            continue


def test_a_child_that_dies_or_hangs_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = tmp_path / "child.py"
    monkeypatch.setattr(raw.sandbox, "__file__", str(child))
    for program in ("import os; os.abort()", 'print(\'{"sheet": "a", "marks": []}\')', "pass"):
        child.write_text("import resource; resource.setrlimit(resource.RLIMIT_CORE, (0, 0))\n" + program)
        assert refusal(tmp_path) == "too_costly"
    monkeypatch.setattr(raw, "WALL_S", 0.5)
    child.write_text("import time; time.sleep(60)")
    assert refusal(tmp_path) == "too_costly"


def test_formulas_and_errors_are_named_cell_by_cell(tmp_path: Path) -> None:
    path = edited(
        tmp_path / "book.xlsx",
        {("Stock", "D2"): "=1+1", ("Operation", "B5"): "=24", ("Vehicles", "G3"): "#REF!", ("Items", "A1"): '="code"'},
    )
    with pytest.raises(BadWorkbook) as caught:
        read_workbook(path)
    found = {(p.sheet, f"{p.column}{p.row}"): str(p.rule) for p in caught.value.problems}
    assert found[("Stock", "D2")].endswith("a formula; paste its value instead")
    assert found[("Operation", "B5")].endswith("a formula; paste its value instead")
    assert found[("Items", "A1")] == "a formula; paste its value instead"
    assert "spreadsheet error" in found[("Vehicles", "G3")]
    assert len([key for key in found if key[0] != "Items"]) == 3


def test_ordinary_extras_are_no_reason_to_refuse(tmp_path: Path) -> None:
    """Comments' drawings are not well-formed in many honest files; a far cell may hold a colour and nothing else."""
    path = good_with_parts(
        tmp_path / "book.xlsx",
        {"xl/drawings/vmlDrawing9.vml": b"<xml><br></xml>", "xl/printerSettings/printerSettings1.bin": b"\1\2"},
    )
    read_workbook(path)
    sheets = read_raw(
        xlsx_of(tmp_path / "colour.xlsx", sheet_of(ONE, '<row r="1048576"><c r="XFD1048576" s="0"/></row>'))
    )
    assert [sheet.rows for sheet in sheets] == [[(1, {1: 1.0})]]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("code,kind\nÇay,x".encode("cp1254"), ("csv_encoding", {"file": "Places.csv", "offset": 10, "row": "2"})),
        ("code,kind\n".encode("utf-16"), ("csv_utf16", {"file": "Places.csv"})),
        (b"code,kind\nA\0,x", ("csv_nul", {"file": "Places.csv", "offset": 11})),
        (b"code;kind,x\n", ("csv_separator", {"file": "Places.csv"})),
        (b'code,kind\n"A,x\n', ("csv_broken", {"file": "Places.csv", "row": "2"})),
        (
            b"code\n" + b"x" * 40_000,
            ("csv_long_cell", {"file": "Places.csv", "row": "2", "limit": 32_767}),
        ),
        (b"code" + b",x" * 200, ("too_many_columns", {"sheet": "Places", "limit": 200})),
        (b"code\n" + b"x\n" * 100_000, ("too_many_rows", {"sheet": "Places", "limit": 100_000})),
    ],
    ids=["cp1254", "utf-16", "nul", "separator", "quotes", "long cell", "columns", "rows"],
)
def test_csv_is_utf8_with_one_separator(tmp_path: Path, data: bytes, expected: tuple[str, dict[str, object]]) -> None:
    (tmp_path / "Places.csv").write_bytes(data)
    with pytest.raises(RefusedFile) as caught:
        read_workbook(tmp_path)
    key, values = expected
    assert caught.value.message.template == REFUSALS[key]
    assert dict(caught.value.message.values) == values


def test_a_folder_is_no_sheet(tmp_path: Path) -> None:
    (tmp_path / "Places.csv").mkdir()
    with pytest.raises(RefusedFile, match=r"Places\.csv is a folder; a sheet is a \.csv file"):
        read_workbook(tmp_path)


def test_every_refusal_of_the_child_has_its_sentence() -> None:
    source = Path(sandbox.__file__).read_text(encoding="utf-8")
    named = {word for word in REFUSALS if f'"{word}"' in source}
    assert named == set(REFUSALS)


def test_the_child_imports_nothing_of_karavan_and_no_openpyxl(tmp_path: Path) -> None:
    path = good(tmp_path / "good.xlsx")
    code = (
        "import runpy, sys\n"
        "sys.argv = sys.argv[1:]\n"
        "try: runpy.run_path(sys.argv[0], run_name='__main__')\n"
        "except SystemExit: pass\n"
        "assert not [m for m in sys.modules if m.split('.')[0] in ('karavan', 'openpyxl', 'numpy')]"
    )
    done = subprocess.run([sys.executable, "-c", code, sandbox.__file__, path], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
