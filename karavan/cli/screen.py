"""The screen: what a command says, in which language, to whom (a person or a script), and the exit codes."""

from __future__ import annotations

import json
import os
import sys
import textwrap
import traceback
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from karavan.domain.catalogues import translator
from karavan.domain.errors import (
    BadChange,
    BadPlanFile,
    BadWorkbook,
    ClusterRefused,
    KaravanError,
    MissingCatalogue,
    Problem,
    RefusedFile,
    UnknownName,
)
from karavan.domain.language import LANGUAGES
from karavan.domain.message import Message, Sayable, said

if TYPE_CHECKING:
    from karavan.domain.check import Violation
    from karavan.domain.situation import Situation


WIDTH = 80


class Exit(IntEnum):
    """Exit codes; ``karavan --help`` and README.md name them."""

    FINE = 0
    WANTING = 1
    USAGE = 2
    CONTRADICTION = 3
    REFUSED = 4
    INTERRUPTED = 130


_EXIT_OF: dict[type[KaravanError], Exit] = {
    BadWorkbook: Exit.WANTING,
    RefusedFile: Exit.REFUSED,
    BadPlanFile: Exit.REFUSED,
    BadChange: Exit.USAGE,
    ClusterRefused: Exit.USAGE,
    UnknownName: Exit.USAGE,
}


def language_of(environment: Mapping[str, str]) -> str:
    """The language that ``KARAVAN_LANGUAGE``, or else the locale, asks for; English where there is no catalogue."""
    for name in ("KARAVAN_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name, ""):
            tag = value.replace("-", "_").partition("_")[0].partition(".")[0]
            return tag if tag in LANGUAGES else "en"
    return "en"


class Screen:
    """
    One command's output.

    For a person: results on standard output, notes and errors on standard error. With ``as_json``: one JSON document on
    standard output and nothing else there.
    """

    def __init__(self, language: str, as_json: bool = False) -> None:
        self.language = language
        self.as_json = as_json
        self.situation: Situation | None = None
        self.translate = translator(language)

    def text(self, value: Sayable) -> str:
        """``value`` in the language, places by name, with nothing in it that could command the terminal."""
        return printable(said(value, self.translate, self.place_name, self.item_name))

    def place_name(self, code: str) -> str:
        place = self.situation.place.get(code) if self.situation else None
        return place.name(self.language) if place else code

    def item_name(self, code: str) -> str:
        item = self.situation.item.get(code) if self.situation else None
        return item.name(self.language) if item else code

    def say(self, message: Sayable, *, indent: int = 0, style: str = "") -> None:
        """A paragraph of the result, for a person."""
        if not self.as_json:
            _print(sys.stdout, self.text(message), " " * indent, " " * indent, style)

    def rows(self, rows: Sequence[Sequence[Sayable]]) -> None:
        """A table of the result, for a person: no frame, the last column wraps."""
        if self.as_json or not rows:
            return
        texts = [[self.text(cell) for cell in row] for row in rows]
        widths = [max(map(cell_len, column)) for column in zip(*texts, strict=True)]
        for *heads, last in texts:
            head = "".join(
                text + " " * (width - cell_len(text) + 2) for text, width in zip(heads, widths, strict=False)
            )
            _print(sys.stdout, last, head, " " * cell_len(head), "")

    def note(self, message: Sayable, *, indent: int = 0, style: str = "") -> None:
        """A paragraph beside the result."""
        _print(sys.stderr, self.text(message), " " * indent, " " * indent, style)

    def result(self, data: Mapping[str, Any]) -> None:
        """The result, for a script."""
        if self.as_json:
            sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")

    def fail(self, error: KaravanError) -> Exit:
        """Say ``error``; the exit code that goes with it."""
        if isinstance(error, BadWorkbook):
            self.bad_workbook(error)
        else:
            self.result({"error": type(error).__name__, "message": self.text(error.message)})
            self.note(error.message, style="bold red")
        return next((code for kind, code in _EXIT_OF.items() if isinstance(error, kind)), Exit.CONTRADICTION)

    def bad_workbook(self, error: BadWorkbook) -> None:
        """Every bad cell: on standard output, for it is what whoever fills in the workbook works through."""
        self.result(
            {
                "error": type(error).__name__,
                "message": self.text(error.message),
                "problems": [self.problem_data(problem) for problem in error.problems],
            }
        )
        self.say(error.message, style="bold red")
        for problem in error.problems:
            self.say(self._where(problem), indent=2, style="bold")
            self.say(self._rule(problem), indent=6)

    def problem_data(self, problem: Problem) -> dict[str, Any]:
        return {
            "sheet": problem.sheet,
            "row": problem.row,
            "column": problem.column,
            "value": problem.value,
            "rule": self.text(problem.rule),
        }

    def violation_data(self, violation: Violation) -> dict[str, Any]:
        return {
            "rule": violation.rule,
            "where": violation.where,
            "amount": violation.amount,
            "unit": violation.unit,
            "message": self.text(violation.message),
        }

    def violations(self, found: Sequence[Violation]) -> None:
        """The list of what a plan breaks, for a person."""
        for violation in found:
            self.say(f"{violation.rule}  {violation.where}", indent=2, style="bold")
            self.say(violation.message, indent=6)

    def _where(self, problem: Problem) -> str:
        where = problem.sheet
        if problem.row:
            where += ", " + self.text(Message("row {row}", row=str(problem.row)))
        return where + (f", {problem.column}" if problem.column else "")

    def _rule(self, problem: Problem) -> str:
        rule = self.text(problem.rule)
        return f"“{problem.value}”: {rule}" if problem.value else rule


@contextmanager
def open_screen(language: str, as_json: bool = False) -> Iterator[Screen]:
    """A screen whose command ends with the exit code of whatever goes wrong in it."""
    try:
        screen = Screen(language, as_json)
    except MissingCatalogue as error:
        raise typer.Exit(Screen("en", as_json).fail(error)) from None
    try:
        try:
            yield screen
        finally:
            sys.stdout.flush()
    except KaravanError as error:
        raise typer.Exit(screen.fail(error)) from None
    except KeyboardInterrupt:
        screen.note(Message("stopped; nothing was written"))
        raise typer.Exit(Exit.INTERRUPTED) from None
    except typer.Exit:
        raise
    except (BrokenPipeError, SystemExit):  # whoever read what we say has heard enough; rich ends the program itself
        _give_up_output()
        raise typer.Exit(Exit.REFUSED) from None
    except Exception as error:
        raise typer.Exit(_unforeseen(screen, error)) from None


def _unforeseen(screen: Screen, error: Exception) -> Exit:
    """One sentence for what nobody thought of: a full disk or memory is the machine's, all else is our mistake."""
    code = Exit.REFUSED
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        known = Message("{path}: {reason}", path=str(error.filename or "-"), reason=reason)
    elif isinstance(error, MemoryError):
        known = Message("there is not enough memory")
    else:
        code = Exit.CONTRADICTION
        frames = traceback.extract_tb(error.__traceback__)
        known = Message(
            "a mistake in the program: {error}, at {where}; please report it with the workbook",
            error=f"{type(error).__name__}: {error}"[:200],
            where=" < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[:-4:-1]),
        )
    try:
        screen.result({"error": type(error).__name__, "message": screen.text(known)})
        sys.stdout.flush()
    except OSError:
        _give_up_output()
    with suppress(OSError):
        screen.note(known, style="bold red")
    return code


def _give_up_output() -> None:
    """Nothing can be written to standard output: what is still in its buffer must not fail again at the very end."""
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def printable(text: str) -> str:
    """``text`` without control and direction-override characters: a name in a file must not command the terminal."""
    return "".join("\N{REPLACEMENT CHARACTER}" if _commands(char) else char for char in text)


def cell_len(text: str) -> int:
    """Columns of the terminal that ``text`` takes: combining marks none, wide letters two."""
    return sum(0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF") for char in text)


def _commands(char: str) -> bool:
    code = ord(char)
    return (code < 32 and char != "\n") or 127 <= code < 160 or 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069


def _print(file: Any, text: str, first: str, following: str, style: str) -> None:
    from rich.console import Console
    from rich.text import Text

    width = None if file.isatty() or "COLUMNS" in os.environ else WIDTH
    console = Console(file=file, width=width, highlight=False, markup=False, emoji=False)
    for i, line in enumerate(text.split("\n")):
        wrapped = textwrap.wrap(
            line,
            max(console.width, len(first) + 20),
            initial_indent=following if i else first,
            subsequent_indent=following,
            break_on_hyphens=False,
        )
        console.print(Text("\n".join(wrapped) or first.rstrip(), style=style), soft_wrap=True)
