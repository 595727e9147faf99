"""A plan handed over: judged, written, and said in short with where it lies."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer

from karavan.cli import words
from karavan.cli.folder import write_plan
from karavan.cli.screen import Exit, Screen
from karavan.domain.message import Message
from karavan.domain.plans import Plan
from karavan.domain.situation import Situation

FIRST = 5
FILES = {
    "plan.html": Message("the plan to look at: map, timeline, tables; open it first"),
    "plan.xlsx": Message("the plan as a workbook"),
    "papers": Message("waybills, loading lists and convoy sheets, to print"),
    "plan.json": Message("the plan for programs, and for check, replan, explain, show"),
    "situation.xlsx": Message("the workbook with the changes you gave"),
}


def deliver(
    screen: Screen,
    situation: Situation,
    plan: Plan,
    out: Path,
    *,
    papers: bool,
    stopped: bool,
    with_situation: bool = False,
    previous: tuple[Situation, Plan] | None = None,
) -> None:
    """
    Judge the plan, write it, and say in short what it is and where it lies.

    Parameters
    ----------
    previous
        The plan that was planned again, with its workbook: what has left breaks the rules that it broke before.
    """
    from karavan.domain.check import check as judge

    found = judge(situation, plan)
    if found and previous is not None and judge(*previous):
        screen.say(
            Message(
                "The plan that you gave breaks rules of this workbook, and what has left of it cannot be mended; "
                "nothing was written. karavan check lists what it breaks; still broken:"
            ),
            style="bold red",
        )
        screen.violations(found)
        screen.result({"violations": [screen.violation_data(violation) for violation in found]})
        raise typer.Exit(Exit.WANTING)
    if found:
        screen.say(
            Message(
                "This plan breaks rules, which must not happen; nothing was written. Please report it with "
                "the workbook:"
            ),
            style="bold red",
        )
        screen.violations(found)
        screen.result({"violations": [screen.violation_data(violation) for violation in found]})
        raise typer.Exit(Exit.CONTRADICTION)
    files = write_plan(out, situation, plan, screen.language, papers=papers, with_situation=with_situation)
    if stopped:
        screen.note(Message("Stopped by hand: this is the best plan found so far."))
    words.summary(screen, plan)
    words.changes(screen, plan)
    words.unserved(screen, plan, most=FIRST)
    screen.say("")
    screen.say(Message("Written to {path}:", path=str(out)))
    screen.rows([("", name, text) for name, text in FILES.items() if name in files])
    screen.result({"folder": str(out), "files": files, "violations": [], **plan_data(screen, plan)})


def plan_data(screen: Screen, plan: Plan) -> dict[str, Any]:
    return {
        "value": asdict(plan.value) if plan.value else None,
        "bound_person_h": plan.bound_person_h,
        "shared_bound_person_h": plan.shared_bound_person_h,
        "journeys": len(plan.journeys),
        "convoys": len(plan.convoys),
        "unserved": [
            {
                "need": line.need,
                "item": line.item,
                "place": line.place,
                "quantity": line.quantity,
                "reasons": [screen.text(reason) for reason in line.reasons],
            }
            for line in plan.unserved
        ],
        "changes": [screen.text(change) for change in plan.changes],
    }
