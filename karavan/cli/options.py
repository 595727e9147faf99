"""Arguments and options that several commands share, with their help."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from karavan.cli.screen import language_of
from karavan.domain.catalogues import translator
from karavan.domain.language import LANGUAGES

LANGUAGE = language_of(os.environ)
_ = translator(LANGUAGE)
_OPTIONS = _("Options")
_ARGUMENTS = _("Arguments")


def _language(value: str) -> str:
    if value not in LANGUAGES:
        raise typer.BadParameter(_("choose one of {languages}").format(languages=", ".join(LANGUAGES)))
    return value


def argument(name: str, text: str) -> Any:
    return typer.Argument(metavar=name, help=text, show_default=False, rich_help_panel=_ARGUMENTS)


def _share_of(value: str) -> float:
    """``5%`` or ``5`` -> 0.05; a decimal comma is read too."""
    try:
        percent = float(value.strip().removesuffix("%").strip().replace(",", "."))
    except ValueError:
        percent = -1.0
    if not 0 <= percent < 100:
        raise typer.BadParameter(_("{value} is not a percentage from 0 to 99.9, such as 5%").format(value=value))
    return percent / 100


def option(*names: str, text: str, metavar: str | None = None, **more: Any) -> Any:
    return typer.Option(*names, help=text, metavar=metavar, rich_help_panel=_OPTIONS, **more)


SituationFile = Annotated[
    Path, argument("SITUATION", _("The workbook: an .xlsx file, or a folder with its sheets as .csv files."))
]
PlanFile = Annotated[Path, argument("PLAN.json", _("The plan.json that an earlier run wrote."))]
Language = Annotated[
    str,
    option(
        "--language",
        "-l",
        text=_("Language of what is said and written: en, az, hy or ru."),
        metavar="LANGUAGE",
        callback=_language,
    ),
]
AsJson = Annotated[bool, option("--json", text=_("Give one JSON document for scripts instead of text."))]
Osm = Annotated[
    Path | None, option("--osm", text=_("Take the roads from this OpenStreetMap extract (.osm.pbf)."), metavar="FILE")
]
Out = Annotated[
    Path, option("--out", "-o", text=_("The folder to write the plan to."), metavar="FOLDER", show_default=False)
]
Seed = Annotated[int, option("--seed", text=_("Same seed and same rounds: the same plan."), metavar="NUMBER", min=0)]
Rounds = Annotated[int | None, option("--rounds", text=_("Search so many rounds, then stop."), metavar="NUMBER", min=0)]
Time = Annotated[
    float | None,
    option(
        "--time",
        text=_("Search so many seconds, then stop; Ctrl-C stops at once and keeps the best so far."),
        metavar="SECONDS",
        min=0.0,
        max=604_800.0,
    ),
]
Gap = Annotated[
    float | None,
    option(
        "--gap",
        text=_("Stop as soon as no plan can be better by more than this share."),
        metavar="PERCENT",
        parser=_share_of,
    ),
]
Dask = Annotated[
    str | None,
    option(
        "--dask",
        text=_("Plan on this Dask cluster: several seeds, or a very large workbook in regions (docs/cluster.md)."),
        metavar="ADDRESS",
        show_default=False,
    ),
]
Seeds = Annotated[
    int | None,
    option(
        "--seeds",
        text=_(
            "So many searches side by side that share their best plan. Otherwise one with --rounds, and one for each "
            "core with --time. With --dask so many searches of their own, or else 8."
        ),
        metavar="NUMBER",
        min=1,
        max=64,
        show_default=False,
    ),
]
NoPapers = Annotated[bool, option("--no-papers", text=_("Do not write the PDF papers."))]
At = Annotated[
    str,
    option(
        "--at",
        text=_("Now, by the operation's clock: what departed before has left."),
        metavar='"YYYY-MM-DD HH:MM"',
        show_default=False,
    ),
]
Left = Annotated[
    list[str] | None,
    option("--left", text=_("A journey that has left besides; may be given again."), metavar="JOURNEY"),
]
Close = Annotated[
    list[str] | None,
    option(
        "--close",
        text=_("A road that is closed from now on, or until a time; may be given again."),
        metavar="ROAD[@UNTIL]",
    ),
]
Reopen = Annotated[
    list[str] | None,
    option("--open", text=_("A road that is open from now on; may be given again."), metavar="ROAD"),
]
Broken = Annotated[
    list[str] | None,
    option("--broken", text=_("A vehicle that is out of service from now on; may be given again."), metavar="PLATE"),
]
