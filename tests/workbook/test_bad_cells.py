"""Every bad cell at once, by sheet, row, column, value and rule; and nothing else."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from karavan import BadWorkbook, Situation, read_workbook, write_workbook
from karavan.domain.language import LANGUAGES
from karavan.domain.roads import RoadSource
from karavan.workbook import raw, reader, sandbox
from karavan.workbook.columns import Column, Sheet
from karavan.workbook.kinds import Code, Many, Text
from karavan.workbook.raw import RawSheet
from karavan.workbook.sheets import SHEETS
from tests.cast import a_situation
from tests.workbook.hostile import edited

Rows = list[list[str]]


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sandbox without its process: these are harmless files, test_hostile.py has the others."""

    def read(path: Path) -> list[RawSheet]:
        out = sandbox.Printer()
        sandbox.read(str(path), out)
        return raw.sheets_of(out.lines)

    monkeypatch.setattr(reader, "read_raw", read)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small world as a folder of .csv, to be spoilt."""
    write_workbook(tmp_path / "book", a_situation())
    return tmp_path / "book"


def rows_of(folder: Path, sheet: str) -> Rows:
    with (folder / f"{sheet}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def put_rows(folder: Path, sheet: str, rows: Rows) -> None:
    with (folder / f"{sheet}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def spoil(folder: Path, sheet: str, change: Callable[[Rows], object]) -> None:
    rows = rows_of(folder, sheet)
    change(rows)
    put_rows(folder, sheet, rows)


def set_cell(folder: Path, sheet: str, row: int, heading: str, value: str) -> str:
    """Type over one cell; its address."""
    rows = rows_of(folder, sheet)
    column = rows[0].index(heading)
    rows[row - 1][column] = value
    put_rows(folder, sheet, rows)
    return f"{sheet}!{_letter(column)}{row}"


def _letter(index: int) -> str:
    return (chr(64 + index // 26) if index >= 26 else "") + chr(65 + index % 26)


def problems(path: Path) -> dict[str, str]:
    """Address -> rule; a problem of a whole sheet or row has no column."""
    with pytest.raises(BadWorkbook) as caught:
        read_workbook(path)
    found = {f"{p.sheet}!{p.column}{p.row}": str(p.rule) for p in caught.value.problems}
    assert len(found) == len(caught.value.problems), "one problem for one cell"
    return found


def every_column() -> list[Any]:
    return [
        pytest.param(sheet, column, id=f"{sheet.key}.{column.field}") for sheet in SHEETS for column in sheet.columns
    ]


def _wrong(column: Column, right: str) -> str:
    kind = column.kind.entry if isinstance(column.kind, Many) else column.kind
    if isinstance(kind, Code):
        return f"#{right}"
    return f"{right}\u202e" if isinstance(kind, Text) else "?! wrong"


@pytest.mark.parametrize(("sheet", "column"), every_column())
def test_every_column_refuses_a_wrong_value_and_names_the_cell(folder: Path, sheet: Sheet, column: Column) -> None:
    name, heading, row = sheet.name("en"), column.heading("en"), 2
    rows = rows_of(folder, name)
    if sheet.listed:
        row = next(i for i, cells in enumerate(rows, 1) if cells[0] == heading)
        heading = "value"
    wrong = _wrong(column, rows[row - 1][rows[0].index(heading)])
    address = set_cell(folder, name, row, heading, wrong)
    found = problems(folder)
    assert found.pop(address).startswith(column.heading("en"))
    # A wrong speed stands beside a driving time, and that pair is wrong too.
    assert set(found) == ({"Roads!F2"} if column.field == "speed_m_per_h" else set())


@pytest.mark.parametrize("seed", range(8))
def test_k_errors_are_k_cells(folder: Path, seed: int) -> None:
    rng = random.Random(seed)
    places = [
        ("Stock", row, heading)
        for row in (2, 3, 4, 5)
        for heading in ("quantity", "expiry", "available from", "reserved")
    ]
    places += [("Vehicles", row, heading) for row in (2, 3, 4) for heading in ("payload [t]", "shift", "closed body")]
    places += [("Requests", row, heading) for row in (2, 3, 4) for heading in ("people", "approval", "raised at")]
    places += [("Items", row, "shelf life [h]") for row in (2, 3, 4)]
    places += [("Places", row, heading) for row in (2, 3, 4, 5) for heading in ("kind", "opening hours", "name [hy]")]
    chosen = rng.sample(places, rng.randint(1, 20))
    expected = {set_cell(folder, sheet, row, heading, "\u202e?") for sheet, row, heading in chosen}
    assert set(problems(folder)) == expected


@pytest.mark.parametrize("spelling", ["#KHN", "K\u200bHN", "KHN;"])
def test_one_bad_code_is_one_problem_not_one_for_each_reference(folder: Path, spelling: str) -> None:
    set_cell(folder, "Places", 5, "code", spelling)
    assert set(problems(folder)) == {"Places!A5"}


def test_another_code_leaves_its_references_behind(folder: Path) -> None:
    set_cell(folder, "Places", 5, "code", "KNH")
    found = problems(folder)
    assert set(found) == {"Roads!C4", "Requests!E2", "Requests!E3", "Requests!E4"}
    assert all("the sheet Places has no KHN; did you mean KNH?" in rule for rule in found.values())


@pytest.mark.parametrize(
    ("sheet", "cells", "address", "rule"),
    [
        ("Places", {(3, "code"): "AGD"}, "Places!A3", "the same as in row 2"),
        ("Places", {(2, "latitude [deg]"): ""}, "Places!G2", "given together"),
        ("Roads", {(3, "code"): "R-BKR"}, "Roads!A3", "the same as in row 2"),
        ("Roads", {(2, "to"): "BKR"}, "Roads!C2", "another place than it comes from"),
        ("Roads", {(2, "speed [km/h]"): "40"}, "Roads!F2", "not both"),
        ("Roads", {(2, "driving time [min]"): ""}, "Roads!E2", "the speed or the driving time"),
        ("Roads", {(2, "from"): "bkr"}, "Roads!B2", "has no bkr; did you mean BKR?"),
        (
            "Roads",
            {(2, "status from"): "2023-09-23", (2, "status until"): "2023-09-22"},
            "Roads!M2",
            "later than status from",
        ),
        ("Items", {(4, "life that must remain [h]"): "24"}, "Items!N4", "less than the shelf life"),
        ("Kits", {(2, "kit"): "FLOUR", (3, "kit"): "KIT"}, "Kits!A2", "an item has this code already"),
        ("Kits", {(3, "item"): "FLOUR"}, "Kits!B3", "the same as in row 2"),
        ("Kits", {(3, "item"): "KIT"}, "Kits!B3", "the sheet Items has no KIT"),
        ("Stock", {(2, "reserved"): "6001"}, "Stock!G2", "no more than the quantity"),
        ("Stock", {(3, "lot"): "F1"}, "Stock!C3", "the same as in row 2"),
        ("Stock", {(2, "item"): "RICE"}, "Stock!B2", "the sheet Items has no RICE"),
        ("Stock", {(2, "quantity"): "1.5"}, "Stock!D2", "a whole number is needed"),
        ("Stock", {(2, "quantity"): ""}, "Stock!D2", "a value is needed"),
        ("Production", {(2, "flour"): ""}, "Production!E2", "which item is used up"),
        ("Production", {(2, "flour per unit [g]"): ""}, "Production!F2", "how much of it"),
        ("Vehicles", {(2, "home"): "AGD; XXX"}, "Vehicles!C2", "the sheet Places has no XXX"),
        ("Vehicles", {(2, "volume [m3]"): "41"}, "Vehicles!E2", "the sum of the compartments"),
        ("Vehicles", {(4, "volume [m3]"): ""}, "Vehicles!E4", "a value is needed"),
        ("Vehicles", {(4, "item classes"): "Bread"}, "Vehicles!L4", "did you mean bread?"),
        ("Vehicles", {(2, "previous load"): "hygienne"}, "Vehicles!R2", "did you mean hygiene?"),
        (
            "Vehicles",
            {(2, "available from"): "2023-09-23", (2, "available until"): "2023-09-22 10:00"},
            "Vehicles!U2",
            "later than available from",
        ),
        ("Requests", {(3, "number"): "REQ-1"}, "Requests!A3", "the same as in row 2"),
        ("Request lines", {(3, "line"): "1"}, "Request lines!B3", "the same as in row 2"),
        ("Request lines", {(2, "request"): "REQ-9"}, "Request lines!A2", "has no REQ-9; did you mean"),
        ("Request lines", {(2, "item or kit"): "KITT"}, "Request lines!C2", "did you mean KIT?"),
        ("Request lines", {(2, "quantity"): "0"}, "Request lines!D2", "between 1 and"),
        ("Segregation", {(2, "class"): "foood"}, "Segregation!A2", "no item has the class foood"),
        (
            "Segregation",
            {(3, "class"): "hygiene", (3, "other class"): "food"},
            "Segregation!B3",
            "the same two classes as in row 2",
        ),
    ],
)
def test_what_cells_do_wrong_together(
    folder: Path, sheet: str, cells: dict[tuple[int, str], str], address: str, rule: str
) -> None:
    for (row, heading), value in cells.items():
        set_cell(folder, sheet, row, heading, value)
    found = problems(folder)
    assert rule in found.pop(address)
    assert all("has no line for it" in other or "has no " in other for other in found.values()), found


def test_a_request_needs_a_line(folder: Path) -> None:
    spoil(folder, "Request lines", lambda rows: rows.pop())
    assert problems(folder) == {"Requests!A4": "number: the sheet Request lines has no line for it"}


def test_settings(folder: Path) -> None:
    rows = rows_of(folder, "Operation")
    row = {cells[0]: i for i, cells in enumerate(rows, 1)}
    for name, value in (("horizon [h]", "0.5"), ("smallest convoy", "11"), ("time zone", "Baku"), ("start", "")):
        rows[row[name] - 1][1] = value
    rows += [["start", "2023-09-22 08:00", ""], ["colour", "red", ""], ["", "7", ""], ["", "", "", "8"]]
    put_rows(folder, "Operation", rows)
    n = len(rows)
    found = problems(folder)
    assert "between 1 and 744" in found[f"Operation!B{row['horizon [h]']}"]
    assert "not below the smallest convoy" in found[f"Operation!B{row['largest convoy']}"]
    assert "a time zone's IANA name" in found[f"Operation!B{row['time zone']}"]
    assert "a value is needed" in found[f"Operation!B{row['start']}"]
    assert found[f"Operation!A{n - 3}"] == "this setting stands there twice"
    assert found[f"Operation!A{n - 2}"] == "unknown setting"
    assert found[f"Operation!B{n - 1}"] == "a value without a setting's name before it"
    assert found[f"Operation!D{n}"] == "this cell stands under no heading of row 1"
    assert len(found) == 8, "dates elsewhere are not blamed for the time zone"


def test_unknown_and_doubled_columns_and_sheets_are_named(folder: Path) -> None:
    def widen(rows: Rows) -> None:
        rows[0] += ["Paylod [t]", "code", "payload", "name", "name [klingon]", "name [AZ]"]
        rows[1] += ["1", "2", "3", "4", "5", "6"]

    spoil(folder, "Places", widen)
    put_rows(folder, "Requets", [["x"]])
    put_rows(folder, "Yerlər", [["kod"], ["A"]])
    put_rows(folder, "Kömək", [["anything"], ["=1"]])
    put_rows(folder, "Notes of mine", [])
    found = problems(folder)
    assert found == {
        "Places!Q1": "unknown column",
        "Places!R1": "this column stands there twice",
        "Places!S1": "unknown column",
        "Places!T1": "unknown column; did you mean name [en]?",
        "Places!U1": "unknown column; did you mean name [en]?",
        "Places!V1": "this column stands there twice",
        "Requets!0": "unknown sheet; did you mean Requests?",
        "Yerlər!0": "the same sheet as Places",
    }


def test_missing_sheets_and_columns(folder: Path) -> None:
    (folder / "Stock.csv").unlink()
    (folder / "Kits.csv").unlink()
    spoil(folder, "Items", lambda rows: [row.pop(0) for row in rows])
    put_rows(folder, "Requests", [])
    found = problems(folder)
    assert found["Stock!0"] == "this sheet is missing"
    assert found["Items!1"] == "the column code is missing"
    assert found["Requests!0"].startswith("the sheet is empty")
    assert len(found) == 3, "nobody is blamed for codes that cannot be known"


def test_columns_that_are_not_needed_may_be_left_out(folder: Path) -> None:
    def narrow(rows: Rows) -> None:
        rows[:] = [[row[rows[0].index(heading)] for heading in ("item", "quantity", "place")] for row in rows]

    spoil(folder, "Stock", narrow)
    spoil(folder, "Stock", lambda rows: rows.pop(2))
    stock = read_workbook(folder).stock
    assert [(lot.place, lot.item, lot.code, lot.quantity, lot.reserved) for lot in stock] == [
        ("AGD", "FLOUR", "", 6_000, 0),
        ("AGD", "SOAP", "", 5_000, 0),
        ("BKR", "FLOUR", "", 1_000, 0),
    ]


def test_a_road_without_code_and_with_a_speed(folder: Path) -> None:
    set_cell(folder, "Roads", 2, "code", "")
    set_cell(folder, "Roads", 2, "driving time [min]", "")
    set_cell(folder, "Roads", 2, "distance [km]", "26.5")
    set_cell(folder, "Roads", 2, "speed [km/h]", "40")
    road = read_workbook(folder).roads[0]
    assert (road.code, road.drive_s) == ("BKR-AGD", 2_385), "26.5 km / 40 km/h = 0.6625 h = 2385 s"


def test_lines_without_a_number_are_counted_on(folder: Path) -> None:
    spoil(folder, "Request lines", lambda rows: [row.__setitem__(1, "") for row in rows[2:4]])
    assert [line.line for line in read_workbook(folder).requests[0].lines] == [1, 2, 3]


def test_without_roads_every_place_needs_coordinates(folder: Path) -> None:
    (folder / "Roads.csv").unlink()
    assert read_workbook(folder).road_source is RoadSource.STRAIGHT
    set_cell(folder, "Places", 3, "latitude [deg]", "")
    set_cell(folder, "Places", 3, "longitude [deg]", "")
    assert problems(folder) == {"Places!G3": "latitude [deg]: without roads, every place needs its coordinates"}


def test_a_limit_asks_for_the_vehicles_own_figure(folder: Path) -> None:
    set_cell(folder, "Vehicles", 3, "height [m]", "")
    read_workbook(folder)
    set_cell(folder, "Roads", 4, "largest height [m]", "3.5")
    assert problems(folder) == {"Vehicles!I3": "height [m]: needed, because Roads!4 limits it"}


def test_example_rows_blank_rows_and_blank_cells_are_passed_over(folder: Path) -> None:
    def pad(rows: Rows) -> None:
        rows.insert(0, ["", " "])
        rows.insert(2, ["#example AGD", "nonsense"])
        rows.insert(3, ["#ՕՐԻՆԱԿ"])
        rows.insert(4, ["", "", " \t"])

    spoil(folder, "Stock", pad)
    assert read_workbook(folder) == a_situation()
    set_cell(folder, "Stock", 1, " ", "")
    spoil(folder, "Stock", lambda rows: rows.append(["AGD", "FLOUR", "F9", "many"]))
    assert list(problems(folder)) == ["Stock!D10"], "rows are numbered as the spreadsheet program numbers them"


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_in_any_language_order_and_case(tmp_path: Path, language: str) -> None:
    """Columns reversed, the sheets of one language with the headings of all four mixed."""
    write_workbook(tmp_path / "book", a_situation(), language=language)
    for sheet in SHEETS:
        name = sheet.name(language)
        rows = rows_of(tmp_path / "book", name)
        if not sheet.listed:
            by_heading = {column.heading(language): column for column in sheet.columns}
            rows[0] = [
                by_heading[heading].heading(LANGUAGES[i % 4]) if heading in by_heading else heading
                for i, heading in enumerate(rows[0])
            ]
            if not sheet.named:
                rows = [row[::-1] for row in rows]
        rows[0] = [f"  {heading.swapcase()} " for heading in rows[0]]
        put_rows(tmp_path / "book", name, rows)
        (tmp_path / "book" / f"{name}.csv").rename(tmp_path / "book" / f"{name.swapcase()}.CSV")
    assert read_workbook(tmp_path / "book") == a_situation()


def test_semicolons_separate_too(folder: Path) -> None:
    for path in folder.iterdir():
        rows = rows_of(folder, path.stem)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";").writerows(rows)
    assert read_workbook(folder) == a_situation()


def test_five_hundred_are_listed_and_all_are_counted(folder: Path) -> None:
    spoil(folder, "Stock", lambda rows: rows.extend(["AGD", "FLOUR", f"X{i}", "?"] for i in range(600)))
    with pytest.raises(BadWorkbook) as caught:
        read_workbook(folder)
    assert str(caught.value.message) == "the workbook has 600 problems"
    assert len(caught.value.problems) == 501
    assert str(caught.value.problems[-1].rule) == "and 100 more problems"
    assert [p.row for p in caught.value.problems[:3]] == [6, 7, 8]


def test_typed_cells_of_a_spreadsheet(tmp_path: Path) -> None:
    """Numbers as codes, dates and times as cells, a code that the program made a date of."""
    path = edited(
        tmp_path / "book.xlsx",
        {
            ("Stock", "C2"): 230901,
            ("Stock", "D2"): 6000.0,
            ("Stock", "E2"): datetime(2023, 12, 31),
            ("Items", "M4"): timedelta(hours=36),
            ("Items", "N4"): time(4, 30),
            ("Vehicles", "G4"): True,
            ("Vehicles", "W2"): 994501234567,
        },
    )
    situation = read_workbook(path)
    bread, lot = situation.item["BREAD"], situation.stock[0]
    assert (bread.shelf_life_s, bread.remaining_life_s) == (129_600, 16_200)
    assert situation.vehicles[0].phone == "994501234567"
    assert (lot.code, lot.quantity, lot.expiry.isoformat() if lot.expiry else "") == (
        "230901",
        6_000,
        "2023-12-30T20:00:00+00:00",
    )
    book = openpyxl.load_workbook(path)
    book["Stock"]["C2"] = datetime(2023, 9, 1)
    book["Stock"]["D2"] = 6000.5
    book["Stock"]["E2"] = 45000
    book["Stock"]["E2"].number_format = "General"
    book.save(path)
    found = problems(path)
    assert "made a date of it" in found["Stock!C2"]
    assert "a whole number" in found["Stock!D2"]
    assert "a date cell, or text such as" in found["Stock!E2"]
    assert len(found) == 3


def test_a_problem_reads_like_a_sentence(folder: Path) -> None:
    set_cell(folder, "Vehicles", 2, "payload [t]", "40 kgs")
    with pytest.raises(BadWorkbook) as caught:
        read_workbook(folder)
    assert str(caught.value.problems[0]) == (
        "Vehicles!D2: '40 kgs': payload [t]: "
        "a number is needed, nothing else in the cell: the unit stands in the heading"
    )


def test_an_empty_world_is_a_situation(tmp_path: Path) -> None:
    empty = Situation(operation=a_situation().operation, road_source=RoadSource.STRAIGHT)
    write_workbook(tmp_path / "book.xlsx", empty)
    assert read_workbook(tmp_path / "book.xlsx") == empty


def test_rows_are_named_as_the_spreadsheet_names_them(folder: Path) -> None:
    """A row number is a name: it has no space between its thousands."""
    spoil(folder, "Stock", lambda rows: rows.extend(["AGD", "FLOUR", f"X{i}", "1"] for i in range(1_200)))
    spoil(folder, "Stock", lambda rows: rows.append(["AGD", "FLOUR", "X1190", "1"]))
    with pytest.raises(BadWorkbook) as caught:
        read_workbook(folder)
    (problem,) = caught.value.problems
    assert (problem.row, str(problem.rule)) == (1_206, "lot: the same as in row 1196")
