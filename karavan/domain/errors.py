"""Every error that Karavan raises on purpose, one family.

KaravanError
├── BadWorkbook        cells that break a rule; all of them at once, in ``.problems``
├── RefusedFile        a file that is not read at all: too large, wrong kind, hostile
├── BadPlanFile        a plan.json that does not have the shape of docs/plan.schema.json
├── BadChange          a change given to replan that names something unknown
├── ClusterRefused     a Dask cluster that cannot be reached, or cannot plan as it is done here
├── MissingCatalogue   a language whose sentences were not installed
├── UnknownName        a journey, line or vehicle asked about that is not there
└── Refused            what somebody wanted to do at the desk and may not, or cannot
    ├── NotAllowed     not with the rights that they have
    ├── NotFound       there is no such thing, or not for them
    └── Busy           not now: others are writing
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from karavan.domain.language import LANGUAGES
from karavan.domain.message import Message


class KaravanError(Exception):
    """The family; ``message`` is translatable, ``str()`` is English."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True, slots=True)
class Problem:
    """One bad cell.

    Attributes
    ----------
    sheet, row, column
        Where: the sheet's name, the row as the spreadsheet program numbers it (0: the sheet itself), the
        heading or column letter.
    value
        What stands there, as text, cut to 60 characters.
    rule
        What was expected.
    """

    sheet: str
    row: int
    column: str
    value: str
    rule: Message

    def __str__(self) -> str:
        where = f"{self.sheet}!{self.column}{self.row}" if self.row else f"{self.sheet} {self.column}".strip()
        return f"{where}: {self.value!r}: {self.rule}" if self.value else f"{where}: {self.rule}"


class BadWorkbook(KaravanError):
    """
    The workbook was read, and cells of it break rules. Nothing was planned.

    Parameters
    ----------
    count
        How many there are, where not all of them are listed.
    """

    def __init__(self, problems: Sequence[Problem], count: int | None = None) -> None:
        self.problems = tuple(problems)
        super().__init__(
            Message.counted(
                "the workbook has {count} problem",
                "the workbook has {count} problems",
                count=len(self.problems) if count is None else count,
            )
        )

    def __str__(self) -> str:
        return "\n".join([str(self.message), *map(str, self.problems)])


class RefusedFile(KaravanError):
    """The file is not read: it is too large, of a wrong kind, or made to do harm."""


class BadPlanFile(KaravanError):
    """The plan file is not a plan, or of a version this program does not know."""


class BadChange(KaravanError):
    """A change given to ``replan`` names a road, vehicle or journey that does not exist."""


class ClusterRefused(KaravanError):
    """A Dask cluster that does not answer, has no workers, or workers that would plan otherwise."""


class MissingCatalogue(KaravanError):
    """The sentences of ``language`` are not there: the catalogues are compiled when Karavan is installed."""

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            others = ", ".join(LANGUAGES)
            super().__init__(Message("the language '{language}' is none of {others}", language=language, others=others))
            return
        super().__init__(
            Message(
                "the sentences for the language '{language}' are missing. They are put in place when Karavan is "
                "installed: install it again (in Karavan's own folder: python tools/messages.py), or choose the "
                "language en",
                language=language,
            )
        )


class UnknownName(KaravanError):
    """Somebody asked about a line, journey or vehicle that is not in the situation or the plan."""


class Refused(KaravanError):
    """What was asked of the desk breaks a rule; nothing was written."""


class NotAllowed(Refused):
    """Whoever asked has no right to it."""


class NotFound(Refused):
    """There is none, or none that whoever asked may see: the two are not told apart."""


class Busy(Refused):
    """Others are writing, or the database is away: the same again in a moment."""
