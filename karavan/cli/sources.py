"""What a command is given: the situation and the plan, read from their files."""

from __future__ import annotations

from pathlib import Path

from karavan.cli.screen import Screen
from karavan.domain.errors import BadPlanFile, RefusedFile
from karavan.domain.message import Message
from karavan.domain.plans import Plan
from karavan.domain.situation import Situation

LARGEST_PLAN_BYTES = 200_000_000


def read_situation(screen: Screen, path: Path, osm: Path | None) -> Situation:
    from karavan.workbook import read_workbook

    situation = read_workbook(path)
    if osm is not None:
        from karavan.exchange.osm import add_roads

        situation = add_roads(situation, osm)
    screen.situation = situation
    return situation


def read_plan(path: Path) -> Plan:
    from karavan.domain.planfile import plan_from_json

    try:
        if path.exists() and not (path.is_file() or path.is_dir()):  # a pipe or a device may never end
            raise RefusedFile(Message("{path} is not a file", path=str(path)))
        if path.stat().st_size > LARGEST_PLAN_BYTES:
            raise RefusedFile(Message("{path} is larger than any plan", path=str(path)))
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise RefusedFile(
            Message("{path} cannot be read: {reason}", path=str(path), reason=error.strerror or str(error))
        ) from error
    except UnicodeDecodeError as error:
        raise RefusedFile(Message("{path} is not UTF-8 text", path=str(path))) from error
    try:
        return plan_from_json(text)
    except BadPlanFile as error:
        raise BadPlanFile(Message("{path} is not a plan: {reason}", path=str(path), reason=error.message)) from None


def note_other_situation(screen: Screen, situation: Situation, plan: Plan) -> None:
    from karavan.domain.planfile import situation_digest

    if plan.situation and plan.situation != situation_digest(situation):
        screen.note(Message("note: the plan was made for another state of this workbook"))


NAMES = frozenset(("malformed", "unknown-name", "duplicate-name"))


def refuse_misfit(situation: Situation, plan: Plan, path: Path, rules: frozenset[str] = NAMES) -> None:
    """
    Refuse a plan whose names and values nothing true can be said about in this workbook.

    Raises
    ------
    BadPlanFile
        With the first name or value that does not fit.
    """
    from karavan.domain.check import check as judge

    misfits = [it for it in judge(situation, plan) if it.rule in rules]
    if misfits:
        where = Message("{where}: {problem}", where=misfits[0].where, problem=misfits[0].message)
        raise BadPlanFile(Message("{path} is not a plan for this workbook: {reason}", path=str(path), reason=where))
