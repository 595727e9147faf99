"""The six commands of the planner: arguments in, calls out. No rule lives here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from karavan import __version__
from karavan.cli.options import (
    LANGUAGE,
    AsJson,
    At,
    Broken,
    Close,
    Dask,
    Gap,
    Language,
    Left,
    NoPapers,
    Osm,
    Out,
    PlanFile,
    Reopen,
    Rounds,
    Seed,
    Seeds,
    SituationFile,
    Time,
    argument,
    option,
)
from karavan.cli.screen import Exit, open_screen
from karavan.cli.sources import NAMES, note_other_situation, read_plan, read_situation, refuse_misfit
from karavan.domain.catalogues import translator
from karavan.domain.errors import RefusedFile
from karavan.domain.message import Message

_ = translator(LANGUAGE)

app = typer.Typer(
    name="karavan",
    help=_(
        "Plan relief convoys from one workbook: which truck takes what, where, by which road, when, with whom, "
        "and what cannot be served and why."
    ),
    epilog=_(
        "Exit codes: 0 all is well; 1 a workbook or a plan was judged and found wanting; 2 the command was not "
        "understood; 3 a contradiction inside the program; 4 a file was refused; 130 stopped by hand, and nothing was "
        "written."
    ),
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, option("--version", text=_("Say the version and stop."))] = False,
) -> None:
    if version:
        typer.echo(f"karavan {__version__}")
        raise typer.Exit


@app.command(
    help=_("Write a blank workbook to fill in. It has drop-downs, units in the headings, an example row and help."),
    epilog=_("Example:") + " karavan template flood.xlsx --language az",
)
def template(
    file: Annotated[Path, argument("FILE.xlsx", _("Where to write it; an existing file is never overwritten."))],
    language: Language = LANGUAGE,
    as_json: AsJson = False,
) -> None:
    with open_screen(language, as_json) as screen:
        from karavan.workbook.template import write_template

        if file.exists():
            raise RefusedFile(Message("{path} exists already", path=str(file)))
        try:
            write_template(file, language)
        except OSError as error:
            raise RefusedFile(
                Message("{path} cannot be written: {reason}", path=str(file), reason=error.strerror or str(error))
            ) from error
        screen.say(Message("A blank workbook is in {path}.", path=str(file)))
        screen.result({"file": str(file)})


@app.command(
    help=_(
        "Judge a workbook, or a plan for it. Every bad cell is named, and every hard rule that a plan breaks, whoever "
        "made it."
    ),
    epilog=_("Examples:") + " karavan check flood.xlsx; karavan check flood.xlsx out/plan.json",
)
def check(
    situation_file: SituationFile,
    plan_file: Annotated[Path | None, argument("PLAN.json", _("The plan to judge."))] = None,
    osm: Osm = None,
    language: Language = LANGUAGE,
    as_json: AsJson = False,
) -> None:
    with open_screen(language, as_json) as screen:
        situation = read_situation(screen, situation_file, osm)
        if plan_file is None:
            screen.say(Message("The workbook is in order."))
            screen.result({"problems": [], "violations": []})
            return
        from karavan.domain.check import check as judge

        plan = read_plan(plan_file)
        note_other_situation(screen, situation, plan)
        found = judge(situation, plan)
        if found:
            heading = Message.counted(
                "The plan breaks a rule in {count} place:", "The plan breaks rules in {count} places:", count=len(found)
            )
            screen.say(heading, style="bold red")
            screen.violations(found)
        else:
            screen.say(Message("The plan keeps every rule."))
        screen.result({"problems": [], "violations": [screen.violation_data(violation) for violation in found]})
        raise typer.Exit(Exit.WANTING if found else Exit.FINE)


@app.command(
    help=_(
        "Plan a workbook and write the papers. What is written: plan.html to look at, plan.xlsx, papers to print as "
        "PDF, and plan.json for the other commands."
    ),
    epilog=_("Examples:") + " karavan plan flood.xlsx -o out; karavan plan flood.xlsx -o out --time 60 --language hy",
)
def plan(
    situation_file: SituationFile,
    out: Out,
    osm: Osm = None,
    seed: Seed = 0,
    rounds: Rounds = None,
    limit_s: Time = None,
    gap: Gap = None,
    dask: Dask = None,
    seeds: Seeds = None,
    no_papers: NoPapers = False,
    language: Language = LANGUAGE,
    as_json: AsJson = False,
) -> None:
    with open_screen(language, as_json) as screen:
        from karavan.cli.deliver import deliver
        from karavan.cli.folder import refuse_foreign
        from karavan.cli.progress import bar, interrupts, part_bar
        from karavan.planning import plan as make_plan

        refuse_foreign(out)
        situation = read_situation(screen, situation_file, osm)
        if dask is None:
            with interrupts() as pressed, bar(screen) as progress:
                best = make_plan(
                    situation, seed=seed, rounds=rounds, limit_s=limit_s, gap=gap, seeds=seeds, progress=progress
                )
                stopped = pressed()
        else:
            from karavan.planning.spread.on_cluster import plan_on_cluster

            with interrupts() as pressed, part_bar(screen) as parts:
                best = plan_on_cluster(
                    situation, dask, seed=seed, seeds=seeds, rounds=rounds, limit_s=limit_s, gap=gap, progress=parts
                )
                stopped = pressed()
        deliver(screen, situation, best, out, papers=not no_papers, stopped=stopped)


@app.command(
    help=_(
        "Plan again after something changed. What has left keeps its loads; the rest changes as little as is worth "
        "it, and the changes are listed."
    ),
    epilog=_("Example:")
    + ' karavan replan flood.xlsx out/plan.json --at "2023-09-22 10:00" --close R-3@"2023-09-23 14:00" -o out2',
)
def replan(
    situation_file: SituationFile,
    plan_file: PlanFile,
    at: At,
    out: Out,
    left: Left = None,
    close: Close = None,
    reopen: Reopen = None,
    broken: Broken = None,
    osm: Osm = None,
    seed: Seed = 0,
    rounds: Rounds = None,
    limit_s: Time = None,
    seeds: Seeds = None,
    no_papers: NoPapers = False,
    language: Language = LANGUAGE,
    as_json: AsJson = False,
) -> None:
    with open_screen(language, as_json) as screen:
        from karavan.cli.changes import changed, moment_now
        from karavan.cli.deliver import deliver
        from karavan.cli.folder import refuse_foreign
        from karavan.cli.progress import bar, interrupts
        from karavan.planning import replan as make_plan

        refuse_foreign(out)
        before = read_situation(screen, situation_file, osm)
        previous = read_plan(plan_file)
        refuse_misfit(before, previous, plan_file, NAMES - {"unknown-name"})  # a request may be gone from the workbook
        now = moment_now(at, before)
        situation = changed(before, now, close or (), reopen or (), broken or ())
        screen.situation = situation
        with interrupts() as pressed, bar(screen) as progress:
            best = make_plan(
                situation,
                previous,
                at=now,
                left=tuple(left or ()),
                seed=seed,
                rounds=rounds,
                limit_s=limit_s,
                seeds=seeds,
                progress=progress,
            )
            stopped = pressed()
        deliver(
            screen,
            situation,
            best,
            out,
            papers=not no_papers,
            stopped=stopped,
            with_situation=situation is not before,
            previous=(before, previous),
        )


@app.command(
    help=_("Say why a line is unserved, late or on that truck."),
    epilog=_("Example:") + " karavan explain flood.xlsx out/plan.json REQ-7/2",
)
def explain(
    situation_file: SituationFile,
    plan_file: PlanFile,
    subject: Annotated[str, argument("SUBJECT", _("A request, a request line, a journey or a vehicle's plate."))],
    osm: Osm = None,
    language: Language = LANGUAGE,
    as_json: AsJson = False,
) -> None:
    with open_screen(language, as_json) as screen:
        from karavan.planning import explain as say_why

        situation = read_situation(screen, situation_file, osm)
        plan = read_plan(plan_file)
        note_other_situation(screen, situation, plan)
        refuse_misfit(situation, plan, plan_file)
        sentences = say_why(situation, plan, subject)
        for sentence in sentences:
            screen.say(sentence)
        screen.result({"subject": subject, "sentences": [screen.text(sentence) for sentence in sentences]})


@app.command(
    help=_("Show a plan in the terminal. First its figures, then what is left behind and why, then the journeys."),
    epilog=_("Example:") + " karavan show out/plan.json --situation flood.xlsx",
)
def show(
    plan_file: PlanFile,
    situation_file: Annotated[
        Path | None,
        option("--situation", "-s", text=_("The workbook, for names and local times."), metavar="SITUATION"),
    ] = None,
    osm: Osm = None,
    language: Language = LANGUAGE,
    as_json: AsJson = False,
) -> None:
    with open_screen(language, as_json) as screen:
        from karavan.cli import words
        from karavan.cli.deliver import plan_data

        plan = read_plan(plan_file)
        if situation_file is not None:
            note_other_situation(screen, read_situation(screen, situation_file, osm), plan)
        words.summary(screen, plan)
        words.changes(screen, plan)
        words.unserved(screen, plan)
        words.journeys(screen, plan)
        screen.result(plan_data(screen, plan))
