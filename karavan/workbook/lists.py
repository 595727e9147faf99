"""One list as a file to take away: ``.xlsx`` or ``.csv``, every text a text whatever it begins with."""

from __future__ import annotations

import csv
import io

from karavan.workbook.grid import Grid, add_sheet, csv_text, file_bytes, new_workbook


def list_as_xlsx(grid: Grid) -> bytes:
    workbook = new_workbook()
    add_sheet(workbook, grid)
    return file_bytes(workbook)


def list_as_csv(grid: Grid) -> bytes:
    """UTF-8 with a byte order mark, as spreadsheet programs want it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([csv_text(heading) for heading in grid.headings])
    writer.writerows([csv_text(value) for value in row] for row in grid.rows)
    return text.getvalue().encode("utf-8-sig")
