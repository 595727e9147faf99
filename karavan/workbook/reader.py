"""The workbook into a situation, or all that is wrong with it."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from karavan.domain.errors import BadWorkbook
from karavan.domain.fleet import Vehicle
from karavan.domain.goods import Item, KitLine, Lot, Production
from karavan.domain.message import Message
from karavan.domain.places import Place
from karavan.domain.requests import Request, RequestLine
from karavan.domain.roads import Road, RoadSource
from karavan.domain.rules import Rules, Segregation
from karavan.domain.situation import Operation, Situation
from karavan.domain.units import HOUR_S
from karavan.workbook.checks import check_tables
from karavan.workbook.problems import Problems, letters
from karavan.workbook.raw import RawSheet, read_raw
from karavan.workbook.settings import read_settings
from karavan.workbook.sheets import BY_KEY, OPERATION, SHEETS
from karavan.workbook.tables import Row, Table, matched_sheets, read_table

_RULES = frozenset(field.name for field in dataclasses.fields(Rules))


def read_workbook(path: str | Path) -> Situation:
    """
    Read a situation from an ``.xlsx`` or a folder of ``.csv``.

    Raises
    ------
    RefusedFile
        The file is not there, of a wrong kind, too large, or made to do harm.
    BadWorkbook
        Cells break rules: all of them are in ``.problems``, the first 500 by name.
    """
    problems = Problems()
    tables = _read_tables(read_raw(path), problems)
    check_tables(tables)
    if problems.count:
        raise BadWorkbook(problems.all(), problems.count)
    return _situation(tables)


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """Where a sheet's rows stand: the tab's name, the number of each row, the letters of each field's column."""

    sheet: str
    rows: tuple[int, ...]
    columns: Mapping[str, str]


@dataclasses.dataclass(frozen=True, slots=True)
class Ground:
    """The sheets of places, roads and vehicles alone; ``standing`` is by the sheet's key."""

    places: tuple[Place, ...]
    roads: tuple[Road, ...]
    vehicles: tuple[Vehicle, ...]
    standing: Mapping[str, Standing]


GROUND = ("places", "roads", "vehicles")


def read_ground(
    path: str | Path,
    zone: ZoneInfo,
    places: Collection[str],
    item_classes: Collection[str] = (),
    keys: Collection[str] = GROUND,
) -> Ground:
    """
    Read places, roads and vehicles for where others are already; no other sheet is needed, none is looked at.

    Parameters
    ----------
    zone
        Of dates and hours, where the workbook has no operation that says it.
    places, item_classes
        Codes and classes that are there already: rows may refer to them.
    keys
        The sheets that are wanted; at least one of them is in the workbook.

    Raises
    ------
    RefusedFile, BadWorkbook
        As for :func:`read_workbook`.
    """
    problems = Problems()
    matched = matched_sheets(read_raw(path), problems, needed=())
    tables: dict[str, Table] = {}
    said = read_settings(matched[OPERATION.key], Problems()) if OPERATION.key in matched else None
    name = said.rows[0].values.get("time_zone") if said is not None and said.rows else None
    for key in GROUND:
        table = None
        if key in keys and key in matched:
            table = read_table(BY_KEY[key], matched[key], ZoneInfo(name) if name else zone, problems)
        if table is not None:
            tables[key] = table
    if not tables and not problems.count:
        for key in keys:
            problems.add(BY_KEY[key].name("en"), 0, 0, None, Message("this sheet is missing"))
    goods = Table(BY_KEY["items"], "", problems, rows=[Row(0, {"item_class": each}) for each in item_classes])
    check_tables({**tables, "items": goods}, places)
    if problems.count:
        raise BadWorkbook(problems.all(), problems.count)
    rows = {key: tables[key].rows if key in tables else [] for key in GROUND}
    return Ground(
        places=tuple(Place(names=row.names, **row.values) for row in rows["places"]),
        roads=_roads(rows["roads"]),
        vehicles=tuple(_vehicle(row) for row in rows["vehicles"]),
        standing={key: _standing(table) for key, table in tables.items()},
    )


def _standing(table: Table) -> Standing:
    columns = {field: letters(column) for field, column in table.columns.items()}
    return Standing(table.name, tuple(row.number for row in table.rows), columns)


def _read_tables(raw_sheets: list[RawSheet], problems: Problems) -> dict[str, Table]:
    matched = matched_sheets(raw_sheets, problems)
    tables: dict[str, Table] = {}
    zone = None
    if OPERATION.key in matched:
        operation = read_settings(matched[OPERATION.key], problems)
        if operation is not None:
            tables[OPERATION.key] = operation
            name = operation.rows[0].values.get("time_zone")
            zone = ZoneInfo(name) if name else None
    for sheet in SHEETS:
        if sheet.key in matched and not sheet.listed:
            table = read_table(sheet, matched[sheet.key], zone, problems)
            if table is not None:
                tables[sheet.key] = table
    return tables


def _situation(tables: dict[str, Table]) -> Situation:
    def rows(key: str) -> list[Row]:
        return tables[key].rows if key in tables else []

    roads = _roads(rows("roads"))
    settings = rows(OPERATION.key)[0].values
    return Situation(
        operation=Operation(
            rules=Rules(**{key: value for key, value in settings.items() if key in _RULES}),
            **{key: value for key, value in settings.items() if key not in _RULES},
        ),
        places=tuple(Place(names=row.names, **row.values) for row in rows("places")),
        roads=roads,
        items=tuple(Item(names=row.names, **row.values) for row in rows("items")),
        kits=tuple(KitLine(**row.values) for row in rows("kits")),
        stock=tuple(Lot(**{"code": "", **row.values}) for row in rows("stock")),
        production=tuple(Production(**row.values) for row in rows("production")),
        vehicles=tuple(_vehicle(row) for row in rows("vehicles")),
        requests=_requests(rows("requests"), rows("request_lines")),
        segregation=tuple(Segregation(**row.values) for row in rows("segregation")),
        road_source=RoadSource.SHEET if roads else RoadSource.STRAIGHT,
    )


def _roads(rows: list[Row]) -> tuple[Road, ...]:
    taken = {row.values["code"] for row in rows if "code" in row.values}
    roads = []
    for row in rows:
        values = dict(row.values)
        if "code" not in values:
            values["code"] = _free_code(f"{values['origin']}-{values['destination']}", taken)
            taken.add(values["code"])
        speed_m_per_h = values.pop("speed_m_per_h", None)
        if speed_m_per_h is not None:
            values["drive_s"] = max(1, -(-values["distance_m"] * HOUR_S // speed_m_per_h))
        roads.append(Road(**values))
    return tuple(roads)


def _free_code(wish: str, taken: set[str]) -> str:
    code, count = wish, 1
    while code in taken:
        count += 1
        code = f"{wish} {count}"
    return code


def _vehicle(row: Row) -> Vehicle:
    values: dict[str, Any] = dict(row.values)
    volume_cm3 = values.pop("volume_cm3", None)
    values.setdefault("compartments_cm3", (volume_cm3,))
    return Vehicle(**values)


def _requests(rows: list[Row], line_rows: list[Row]) -> tuple[Request, ...]:
    lines: dict[str, list[RequestLine]] = defaultdict(list)
    taken = {(row.values["request"], row.values["line"]) for row in line_rows if "line" in row.values}
    for row in line_rows:
        values = dict(row.values)
        earlier = lines[values["request"]]
        if "line" not in values:
            number = earlier[-1].line + 1 if earlier else 1
            while (values["request"], number) in taken:
                number += 1
            values["line"] = number
            taken.add((values["request"], number))
        earlier.append(RequestLine(**values))
    return tuple(Request(lines=tuple(lines[row.values["number"]]), **row.values) for row in rows)
