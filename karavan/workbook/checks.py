"""What one cell cannot tell: codes that stand twice, references to nothing, two cells that contradict each other."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import TypeAlias

from karavan.domain.message import Message
from karavan.workbook.folding import fold, nearest
from karavan.workbook.kinds import Bad, Many, Ref, text_of
from karavan.workbook.problems import NEEDED
from karavan.workbook.sheets import BY_KEY
from karavan.workbook.tables import Row, Table

Tables: TypeAlias = Mapping[str, Table]

# The fields that name a row; an empty lot mark is a mark too, other empty cells name nothing.
_UNIQUE = {
    "places": ("code",),
    "roads": ("code",),
    "items": ("code",),
    "kits": ("kit", "item"),
    "stock": ("place", "item", "code"),
    "vehicles": ("plate",),
    "requests": ("number",),
    "request_lines": ("request", "line"),
}
_KEY_FIELD = {"places": "code", "items": "code", "kits": "kit", "requests": "number"}
_ALIKE = 0.87  # 'foood' and 'food' are alike, 'class a' and 'class b' are two classes


def check_tables(tables: Tables, there: Collection[str] | None = None) -> None:
    """
    Add to the tables' problems all that the rows do wrong together.

    Parameters
    ----------
    there
        Codes of places that are known besides those of the workbook, where it holds only a part of what there is.
    """
    for key, fields in _UNIQUE.items():
        if key in tables:
            _check_unique(tables[key], fields)
    for table in tables.values():
        _check_references(table, tables, there)
    for key, check in _CHECKS:
        if key in tables:
            check(tables[key], tables)


def _check_unique(table: Table, fields: tuple[str, ...]) -> None:
    first: dict[tuple[object, ...], Row] = {}
    for row in table.rows:
        values = dict(row.values)
        if table.sheet.key == "stock" and "code" not in row.cells:
            values["code"] = ""
        if not all(field in values for field in fields):
            continue
        earlier = first.setdefault(tuple(values[field] for field in fields), row)
        if earlier is not row:
            at = [field for field in fields if field in row.cells][-1]
            table.complain(row, at, Message("the same as in row {row}", row=str(earlier.number)))


def known_codes(tables: Tables, key: str) -> set[str] | None:
    """
    Codes that a sheet's rows have, also those whose cell is wrong, as they stand and as they were probably meant: one
    bad code is one problem, not one for each reference to it. ``None``: the sheet or its column of codes is missing,
    which is a problem of its own.
    """
    table = tables.get(key)
    field = _KEY_FIELD[key]
    if table is None:
        return None if BY_KEY[key].required else set()
    if field not in table.columns:
        return None
    codes = set()
    for row in table.rows:
        cell = row.cells.get(field)
        if field in row.values:
            codes.add(row.values[field])
        elif cell is not None and cell.value is not None:
            with suppress(Bad):
                text = text_of(cell.value)
                codes |= {text, "".join(sign for sign in text if sign.isprintable() and sign not in "#;~").strip()}
    return codes


def _check_references(table: Table, tables: Tables, there: Collection[str] | None) -> None:
    for column in table.sheet.columns:
        kind = column.kind.entry if isinstance(column.kind, Many) else column.kind
        if not isinstance(kind, Ref) or column.field not in table.columns:
            continue
        known = [known_codes(tables, key) for key in kind.sheets]
        if there is not None:
            known = [(codes or set()).union(there) for codes in known]
        if any(codes is None for codes in known):
            continue
        codes: set[str] = set().union(*(each for each in known if each))
        names = " / ".join(tables[key].name if key in tables else BY_KEY[key].name("en") for key in kind.sheets)
        for row in table.rows:
            value = row.values.get(column.field)
            if value is None:
                continue
            for code in (value,) if isinstance(value, str) else value:
                if code not in codes:
                    table.complain(row, column.field, _unknown_code(code, names, codes, there is None))
                    break


def _unknown_code(code: str, sheet: str, known: Collection[str], is_whole: bool) -> Message:
    near = nearest(code, known)
    if not is_whole and near is None:
        return Message("neither the sheet {sheet} nor the desk has {code}", sheet=sheet, code=code)
    if not is_whole:
        return Message(
            "neither the sheet {sheet} nor the desk has {code}; did you mean {near}?", sheet=sheet, code=code, near=near
        )
    if near is None:
        return Message("the sheet {sheet} has no {code}", sheet=sheet, code=code)
    return Message("the sheet {sheet} has no {code}; did you mean {near}?", sheet=sheet, code=code, near=near)


def _check_operation(table: Table, tables: Tables) -> None:
    row = table.rows[0]
    smallest, largest = row.values.get("convoy_min"), row.values.get("convoy_max")
    if smallest is not None and largest is not None and smallest > largest:
        table.complain(row, "convoy_max", Message("not below the smallest convoy"))


def _check_places(table: Table, tables: Tables) -> None:
    # A part of a workbook, without its operation, may have its roads elsewhere.
    straight = "operation" in tables and ("roads" not in tables or not tables["roads"].rows)
    for row in table.rows:
        for field, other in (("latitude_deg", "longitude_deg"), ("longitude_deg", "latitude_deg")):
            if field in row.cells:
                continue
            if other in row.cells:
                table.complain(row, field, Message("latitude and longitude are given together"))
            elif straight and field == "latitude_deg":
                table.complain(row, field, Message("without roads, every place needs its coordinates"))


def _check_roads(table: Table, tables: Tables) -> None:
    neither = "speed_m_per_h" not in table.columns and "drive_s" not in table.columns
    if neither and table.rows:
        rule = Message("the column {heading} is missing", heading=table.sheet.column("speed_m_per_h").heading("en"))
        table.problems.add(table.name, table.rows[0].number - 1, 0, None, rule)
    for row in table.rows:
        origin, destination = row.values.get("origin"), row.values.get("destination")
        if origin is not None and origin == destination:
            table.complain(row, "destination", Message("a road leads to another place than it comes from"))
        if "speed_m_per_h" in row.cells and "drive_s" in row.cells:
            table.complain(row, "drive_s", Message("either the speed or the driving time, not both"))
        elif not neither and "speed_m_per_h" not in row.cells and "drive_s" not in row.cells:
            field = "speed_m_per_h" if "speed_m_per_h" in table.columns else "drive_s"
            table.complain(row, field, Message("the speed or the driving time is needed"))
        _check_order(table, row, "status_from", "status_until")


def _check_order(table: Table, row: Row, first: str, last: str) -> None:
    start, end = row.values.get(first), row.values.get(last)
    if start is not None and end is not None and not start < end:
        table.complain(row, last, Message("later than {first}", first=table.headings[first]))


def _check_items(table: Table, tables: Tables) -> None:
    for row in table.rows:
        shelf_life_s, remaining_s = row.values.get("shelf_life_s"), row.values.get("remaining_life_s")
        if shelf_life_s is not None and remaining_s is not None and remaining_s >= shelf_life_s:
            rule = Message("less than the shelf life: it would be too old before any vehicle is loaded")
            table.complain(row, "remaining_life_s", rule)


def _check_kits(table: Table, tables: Tables) -> None:
    items = known_codes(tables, "items") or set()
    for row in table.rows:
        if row.values.get("kit") in items:
            table.complain(row, "kit", Message("an item has this code already"))


def _check_stock(table: Table, tables: Tables) -> None:
    for row in table.rows:
        quantity, reserved = row.values.get("quantity"), row.values.get("reserved")
        if quantity is not None and reserved is not None and reserved > quantity:
            table.complain(row, "reserved", Message("no more than the quantity"))


def _check_production(table: Table, tables: Tables) -> None:
    for row in table.rows:
        if row.values.get("flour_g_per_unit") and "flour_item" not in row.cells:
            table.complain(row, "flour_item", Message("which item is used up as flour"))
        if "flour_item" in row.cells and "flour_g_per_unit" not in row.cells:
            table.complain(row, "flour_g_per_unit", Message("how much of it one unit uses up"))


def _check_vehicles(table: Table, tables: Tables) -> None:
    limits = (
        ("gross_mass_g", (("roads", "max_gross_mass_g"), ("places", "largest_gross_mass_g"))),
        ("height_mm", (("roads", "max_height_mm"),)),
        ("width_mm", (("roads", "max_width_mm"),)),
    )
    limiting = {field: _limited_by(tables, sources) for field, sources in limits}
    neither = "volume_cm3" not in table.columns and "compartments_cm3" not in table.columns
    if neither and table.rows:
        rule = Message("the column {heading} is missing", heading=table.sheet.column("volume_cm3").heading("en"))
        table.problems.add(table.name, table.rows[0].number - 1, 0, None, rule)
    for row in table.rows:
        for field, where in limiting.items():
            if where and field not in row.cells:
                table.complain(row, field, Message("needed, because {where} limits it", where=where))
        if not neither:
            _check_volume(table, row)
        _check_order(table, row, "available_from", "available_until")
    classes = item_classes(tables)
    for row in table.rows:
        for each in sorted(row.values.get("item_classes", ())):
            _check_class(table, row, "item_classes", each, classes)
        _check_class(table, row, "previous_load", row.values.get("previous_load"), classes)


def _check_volume(table: Table, row: Row) -> None:
    if "volume_cm3" not in row.cells and "compartments_cm3" not in row.cells:
        field = "volume_cm3" if "volume_cm3" in table.columns else "compartments_cm3"
        table.complain(row, field, NEEDED)
    volume, compartments = row.values.get("volume_cm3"), row.values.get("compartments_cm3")
    if volume is not None and compartments is not None and volume != sum(compartments):
        table.complain(row, "volume_cm3", Message("the sum of the compartments, or left empty"))


def _limited_by(tables: Tables, sources: tuple[tuple[str, str], ...]) -> str:
    """The first road or place that has the limit."""
    for key, field in sources:
        for row in tables[key].rows if key in tables else ():
            if field in row.values:
                return f"{tables[key].name}!{row.number}"
    return ""


def item_classes(tables: Tables) -> set[str]:
    return (
        {row.values["item_class"] for row in tables["items"].rows if "item_class" in row.values}
        if ("items" in tables)
        else set()
    )


def _check_class(table: Table, row: Row, field: str, name: str | None, classes: set[str]) -> None:
    """A class that no item has is allowed, one that looks misspelled is not: the rule would protect nothing."""
    if not name or name in classes:
        return
    same = [each for each in classes if fold(each) == fold(name)]
    alike = same or difflib.get_close_matches(name, sorted(classes), n=1, cutoff=_ALIKE)
    if alike:
        table.complain(
            row, field, Message("no item has the class {name}; did you mean {near}?", name=name, near=alike[0])
        )


def _check_requests(table: Table, tables: Tables) -> None:
    lines = tables.get("request_lines")
    if lines is None or "request" not in lines.columns or "number" not in table.columns:
        return
    asked = {row.cells["request"].value for row in lines.rows if "request" in row.cells}
    asked |= {row.values["request"] for row in lines.rows if "request" in row.values}
    for row in table.rows:
        if "number" in row.values and not asked & {row.values["number"], row.cells["number"].value}:
            rule = Message("the sheet {sheet} has no line for it", sheet=lines.name)
            table.complain(row, "number", rule)


def _check_segregation(table: Table, tables: Tables) -> None:
    classes = item_classes(tables)
    first: dict[frozenset[str], Row] = {}
    for row in table.rows:
        for field in ("first", "second"):
            _check_class(table, row, field, row.values.get(field), classes)
        if "first" in row.values and "second" in row.values:
            earlier = first.setdefault(frozenset((row.values["first"], row.values["second"])), row)
            if earlier is not row:
                table.complain(row, "second", Message("the same two classes as in row {row}", row=str(earlier.number)))


_CHECKS: tuple[tuple[str, Callable[[Table, Tables], None]], ...] = (
    ("operation", _check_operation),
    ("places", _check_places),
    ("roads", _check_roads),
    ("items", _check_items),
    ("kits", _check_kits),
    ("stock", _check_stock),
    ("production", _check_production),
    ("vehicles", _check_vehicles),
    ("requests", _check_requests),
    ("segregation", _check_segregation),
)
