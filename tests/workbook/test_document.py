"""docs/workbook.md is what the code says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from karavan.workbook import sandbox
from karavan.workbook.document import document
from karavan.workbook.raw import WALL_S
from karavan.workbook.sheets import LONG_TEXT, SHEETS

PAGE = Path(__file__).parents[2] / "docs" / "workbook.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == document(), "python -m karavan.workbook.document > docs/workbook.md"


def test_the_page_names_every_heading_and_the_limits_of_the_code() -> None:
    page = " ".join(document().split())
    for sheet in SHEETS:
        for column in sheet.columns:
            assert f"| {column.heading('hy')} |" in page
    for said in (
        f"{sandbox.MEMORY_BYTES // 2**20} MB of memory, {sandbox.CPU_S} s of computing and {WALL_S} s of time",
        f"files over {sandbox.FILE_BYTES // 2**20} MB, or {sandbox.UNPACKED_BYTES // 2**20} MB unpacked",
        f"more than {sandbox.ENTRIES:,} parts",
        f"1/{sandbox.RATIO}",
        f"below row {sandbox.ROWS:,} or beyond {sandbox.COLUMNS} columns, over {sandbox.AREA:,} cells",
        f"over {sandbox.CELLS:,} filled ones or {sandbox.OUTPUT_BYTES // 2**20} MB of text",
        f"instructions {LONG_TEXT:,}",
    ):
        assert said in page, said


def test_reading_does_not_wait_for_the_library_that_writes() -> None:
    code = "import sys, karavan; karavan.read_workbook; assert 'openpyxl' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=PAGE.parents[1])
