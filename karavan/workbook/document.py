"""``docs/workbook.md`` from the sheets' description: ``python -m karavan.workbook.document > docs/workbook.md``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from decimal import Decimal
from zoneinfo import ZoneInfo

from karavan.domain.language import LANGUAGES
from karavan.workbook.columns import NAME, UNITS, Column, Sheet
from karavan.workbook.grid import cell_text
from karavan.workbook.kinds import (
    YES_NO,
    Choice,
    Code,
    Degrees,
    Duration,
    Kind,
    Many,
    Moment,
    Points,
    Ref,
    Scaled,
    Text,
    TimeZone,
    WeekHours,
    Words,
    YesNo,
    plain,
)
from karavan.workbook.sheets import APPROVALS, BY_KEY, LEVELS, PLACE_KINDS, ROAD_STATUSES, SHEETS

_TITLES = ("English", "Azərbaycanca", "Հայերեն", "Русский")
_INTRODUCTION = """\
# The workbook

One workbook holds a whole situation: an `.xlsx` file, or a folder with the same sheets as `.csv`. `karavan template`
writes a blank one in English, Azerbaijani, Armenian or Russian; `karavan check situation.xlsx` names every bad cell.
This page is written by `python -m karavan.workbook.document` from the description that the reader, the writer and the
template use (`karavan/workbook/sheets.py`), and a test keeps it true.

## How cells are read

- **Sheets and columns** may stand in any order and be named in any of the four languages, also mixed. Upper and lower
  case, spaces and the Turkic i's make no difference. Columns that are not needed may be left out. An unknown sheet or
  column is a problem, never ignored, but for the sheet *Help* of the template and the sheets *Plan ...* that a plan
  adds. The first row that is not empty holds the headings.
- **Units** stand in the heading and nowhere else. Masses, volumes, lengths and times are kept as whole grams, cubic
  centimetres, metres (or millimetres) and seconds; a number that is finer is a problem, and is not rounded.
- **Numbers** are digits, with a point for decimals. `1,000`, `1_000`, `1 000`, `1e3`, `40 kg`, signs and words are
  refused. Arabic-Indic, Persian, Devanagari and full-width digits are read.
- **Date-times** are date cells, or text as `2023-09-22 14:00`, by the operation's clock; text may also carry an
  offset (`2023-09-22T14:00+04:00`). A date alone is its first minute. `22/09/2023` is refused: it is two different
  days. An hour that the clock skips or shows twice is read as its first.
- **Durations** are a number in the heading's unit, or `h:mm:ss`; in columns of hours also `h:mm`.
- **Hours of the week** are written as `08:00-18:00`, `08:00-12:00,13:00-17:00`, `Mo-Fr 08:00-17:00; Sa 08:00-12:00`
  or `24/7`; `20:00-06:00` runs over midnight; days that are not named are closed.
- **Lists** have `;` between their entries.
- **Codes** are compared exactly, with upper and lower case. They hold no `;` and do not begin with `#`; a place's
  code holds no `~`.
- **Text** has at most 200 characters (notes and instructions 4,000). Control characters, characters without a picture
  and those that turn the direction of writing are refused.
- **Names** of places and items: one column `name [xx]` for each language, `xx` being its BCP 47 tag (`az`, `hy`,
  `ru`, `az-Cyrl`). No name ranks above another; where the wanted language is missing, the first one given is shown.
- **Formulas and spreadsheet errors** are refused, cell by cell: paste the values.
- **Example rows**, whose first cell begins with `#example` (or the same in another language), are passed over; so are
  empty rows.
- Hidden rows, columns and sheets are read as all others.

All bad cells are reported in one list (the first 500, and how many more), each with sheet, row, column, value and
rule; nothing is planned then. `karavan.read_workbook` raises `BadWorkbook` with the same list in `.problems`.

## Folders of .csv

One file for each sheet, named like the sheet in any of the four languages (`Request lines.csv`), UTF-8 with or
without a byte order mark, separated by commas or by semicolons. Where a text begins with `=`, `+`, `-`, `@` or a tab,
the writer puts one `'` before it, so that no spreadsheet program takes it for a formula; the reader takes that one
away.

## What is refused

A file is opened in a process of its own with 512 MB of memory, 20 s of computing and 30 s of time. (Windows has no
such limits but the last.) Refused by name: files over 20 MB, or 200 MB unpacked; more than 1,000 parts; parts over 1
MB packed to less than 1/200; sheets that reach below row 100,000 or beyond 200 columns, over 4,000,000 cells with the
empty ones between, over 1,000,000 filled ones or 32 MB of text; macros, controls and embedded files, links to other
workbooks and data connections; document types and entities in its XML; passwords; `.xls`, `.xlsb`, `.ods`; CSV that
is not UTF-8, with the byte where.

Reading leaves nothing behind: the same workbook read twice gives the same situation twice.

## Where the defaults come from

| Default | Source |
| --- | --- |
| break of 45 min after 4:30 h of driving; driving limit of 9 h | EU Regulation 561/2006 |
| daily rest of 9 h | EU Regulation 561/2006: 11 h, reducible to 9 |
| a leader above 5 vehicles | Logistics Cluster LOG guide, convoys |
| convoys of at most 10 vehicles | sizes of mini-convoys in field reports, 6 to 10; an assumption, set your own |
| 30 km/h on straight lines | UNJLC 2007: 31-38 km/h seen on gravel, 19-20 on degraded dirt |
| detour factor 1.4; 10 t/h loaded; 60 min cleaning; dark from 20:00 to 06:00 | assumptions, set your own |
| departures and check-ins each hour | assumptions, set your own |
| priority weights 4; 2; 1, and 24 person-hours for a change | assumptions, set your own |
| roads of unknown status are not used | the safe reading |
| advised: food never with chemicals or fuel | CARE warehouse toolkit 6.5.1; RITA: fuel travels alone |
| advised: food and soap in separate compartments | unverified reading of food-transport rules |

## Words that mean the same

Yes and no: {yes_no}.

{choices}

Units: {units}.
"""


def document() -> str:
    """The page."""
    parts = [
        _INTRODUCTION.format(
            yes_no=" or ".join("/".join(words) for words in YES_NO),
            choices="\n\n".join(_choice_table(title, choices) for title, choices in _CHOICES),
            units="; ".join(f"`{key}`: {', '.join(words[1:])}" for key, words in UNITS.items() if len(set(words)) > 1),
        ),
        "## Sheets\n",
        _table(
            ("Sheet", *_TITLES[1:], "Needed"), ((s.words[0], *s.words[1:], "yes" if s.required else "") for s in SHEETS)
        ),
        "",
    ]
    for sheet in SHEETS:
        parts += [f"### {sheet.words[0]}\n", sheet.help[0] + "\n", _table(*_columns(sheet)), ""]
        parts += [_table(("Heading", *_TITLES[1:]), _heading_rows(sheet)), ""]
    return "\n".join(parts).rstrip() + "\n"


_CHOICES = (
    ("Kind of place", PLACE_KINDS),
    ("Status of a road", ROAD_STATUSES),
    ("Approval", APPROVALS),
    ("Segregation level", LEVELS),
)


def _choice_table(title: str, choices: tuple[tuple[object, Words], ...]) -> str:
    return _table((title, *_TITLES[1:]), (words for _, words in choices))


def _columns(sheet: Sheet) -> tuple[tuple[str, ...], Iterator[tuple[str, ...]]]:
    heading = "Setting" if sheet.listed else "Column"
    return (heading, "Needed", "What it is", "Cell", "If empty", "Example"), (
        (
            column.heading("en"),
            "yes" if column.required else "",
            column.help[0],
            cell_rule(column.kind),
            _default(sheet, column),
            f"`{column.example}`" if column.example else "",
        )
        for column in sheet.columns
    )


def _heading_rows(sheet: Sheet) -> Iterator[tuple[str, ...]]:
    if sheet.named:
        yield tuple(f"{word} [xx]" for word in NAME)
    for column in sheet.columns:
        yield tuple(column.heading(language) for language in LANGUAGES)


def _default(sheet: Sheet, column: Column) -> str:
    value = sheet.default(column)
    if value is None or value == "" or column.required:
        return ""
    return cell_text(column.kind.show(value, ZoneInfo("UTC"), "en"))


def cell_rule(kind: Kind) -> str:
    """What a cell of this kind holds, in a few words."""
    match kind:
        case Ref(sheets=sheets):
            return "code from " + " or ".join(BY_KEY[key].words[0] for key in sheets)
        case Code():
            return "code"
        case Text(lines=lines, longest=longest):
            return f"text, up to {longest} characters" + (", several lines" if lines else "")
        case Scaled(scale=1, least=least):
            return f"whole number from {least}"
        case Scaled(scale=scale):
            return f"number, to {plain(Decimal(1) / scale)}"
        case Degrees(limit=limit):
            return f"number, -{limit} to {limit}"
        case Duration(unit_s=unit_s):
            return "hours or h:mm" if unit_s == 3600 else "minutes or h:mm:ss"
        case Choice(words=words):
            return ", ".join(each[0] for _, each in words)
        case Many(entry=entry):
            return f"list: {cell_rule(entry)}"
    return {
        Moment: "date-time",
        YesNo: "yes or no",
        WeekHours: "hours of the week",
        TimeZone: "IANA time zone",
        Points: "latitude longitude; ...",
    }[type(kind)]


def _table(heading: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [heading, ("---",) * len(heading), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    sys.stdout.write(document())
