"""The list of bad cells."""

from __future__ import annotations

from datetime import date, timedelta

from karavan.domain.errors import Problem
from karavan.domain.message import Message
from karavan.workbook.folding import nearest
from karavan.workbook.kinds import Raw, spelled

LISTED = 500
_VALUE_CHARACTERS = 60

FORMULA = Message("a formula; paste its value instead")
ERROR = Message("a spreadsheet error such as #REF! or #N/A; type the value")
MARKS = {"formula": FORMULA, "error": ERROR}
NEEDED = Message("a value is needed")


class Problems:
    """Every bad cell: the first 500 are kept, all are counted."""

    def __init__(self) -> None:
        self._listed: list[tuple[int, int, int, Problem]] = []
        self._sheets: dict[str, int] = {}
        self.count = 0

    def add(self, sheet: str, row: int, column: int, value: Raw | None, rule: Message) -> None:
        """Note one bad cell; row and column count from 1, 0 stands for the sheet or row as a whole."""
        self.count += 1
        if len(self._listed) < LISTED:
            text = "" if value is None else shown(value)[:_VALUE_CHARACTERS]
            place = self._sheets.setdefault(sheet, len(self._sheets))
            self._listed.append((place, row, column, Problem(sheet, row, letters(column), text, rule)))

    def all(self) -> tuple[Problem, ...]:
        """Sheet by sheet, from the top row down."""
        listed = [each[-1] for each in sorted(self._listed, key=lambda each: each[:3])]
        more = self.count - len(listed)
        if more:
            listed.append(Problem("", 0, "", "", _more(more)))
        return tuple(listed)


def _more(count: int) -> Message:
    return Message.counted("and {count} more problem", "and {count} more problems", count=count)


def letters(column: int) -> str:
    """``28`` -> ``'AB'``."""
    text = ""
    while column:
        column, digit = divmod(column - 1, 26)
        text = chr(ord("A") + digit) + text
    return text


def shown(value: Raw) -> str:
    """A cell as its owner sees it, near enough to find it again."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, timedelta):
        seconds = value.days * 86_400 + value.seconds
        return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    if isinstance(value, date):
        return value.isoformat().replace("T", " ")
    return spelled(value)


def unknown_sheet(text: str, known: list[str]) -> Message:
    near = nearest(text, known)
    return Message("unknown sheet; did you mean {near}?", near=near) if near else Message("unknown sheet")


def unknown_column(text: str, known: list[str]) -> Message:
    near = nearest(text, known)
    return Message("unknown column; did you mean {near}?", near=near) if near else Message("unknown column")


def unknown_setting(text: str, known: list[str]) -> Message:
    near = nearest(text, known)
    return Message("unknown setting; did you mean {near}?", near=near) if near else Message("unknown setting")
