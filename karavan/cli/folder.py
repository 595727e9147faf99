"""The folder a plan is written to: all of it or nothing, and never over somebody else's files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from karavan.domain.errors import RefusedFile
from karavan.domain.message import Message
from karavan.domain.plans import Plan
from karavan.domain.situation import Situation

PLAN, SHEETS, PAGE, PAPERS, SITUATION = "plan.json", "plan.xlsx", "plan.html", "papers", "situation.xlsx"
OURS = frozenset((PLAN, SHEETS, PAGE, PAPERS, SITUATION))


def write_plan(
    out: Path, situation: Situation, plan: Plan, language: str, *, papers: bool, with_situation: bool
) -> list[str]:
    """Write everything that a plan comes as; the names of what was written."""
    from karavan.domain.planfile import plan_to_json
    from karavan.papers.page import write_page
    from karavan.papers.pdf import write_papers
    from karavan.workbook import write_workbook
    from karavan.workbook.plan_workbook import write_plan_workbook

    with new_folder(out) as folder:
        (folder / PLAN).write_text(plan_to_json(plan), encoding="utf-8", newline="\n")
        write_plan_workbook(folder / SHEETS, situation, plan, language)
        write_page(folder / PAGE, situation, plan, language)
        if papers:
            (folder / PAPERS).mkdir()
            write_papers(folder / PAPERS, situation, plan, language)
        if with_situation:
            write_workbook(folder / SITUATION, situation)
        return sorted(path.name for path in folder.iterdir())


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """
    A new folder beside ``out`` that takes its place when the body ends well, and is gone when it does not.

    An older plan in ``out`` is there whole until the new one is whole.

    Raises
    ------
    RefusedFile
        ``out`` holds something that Karavan did not write, or cannot be written.
    """
    refuse_foreign(out)
    out = out.resolve()
    fresh = out.with_name(f".{out.name}.{uuid4().hex}.new")
    try:
        fresh.mkdir(parents=True)
        yield fresh
        _swap(fresh, out)
    except OSError as error:
        raise RefusedFile(
            Message("{path} cannot be written: {reason}", path=str(out), reason=error.strerror or str(error))
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def refuse_foreign(out: Path) -> None:
    """Refuse a folder that holds anything but an older plan, the working directory, or a file."""
    try:
        out = out.resolve()
    except RuntimeError:
        raise RefusedFile(Message("{path} is a link to itself", path=str(out))) from None
    if Path.cwd().is_relative_to(out):
        raise RefusedFile(Message("{path} is where you are: give the plan a folder of its own", path=str(out)))
    if not out.exists():
        return
    if not out.is_dir():
        raise RefusedFile(Message("{path} is a file: give the plan a folder of its own", path=str(out)))
    papers = out / PAPERS
    names = [path.name for path in out.iterdir() if path.name not in OURS]
    if papers.is_dir():
        names += [f"{PAPERS}/{path.name}" for path in papers.iterdir() if path.suffix != ".pdf"]
    if names:
        raise RefusedFile(
            Message(
                "{path} holds {name}, which Karavan did not write: choose another folder",
                path=str(out),
                name=sorted(names)[0],
            )
        )


def _swap(fresh: Path, out: Path) -> None:
    if not out.exists():
        fresh.rename(out)
        return
    old = fresh.with_suffix(".old")
    out.rename(old)
    try:
        fresh.rename(out)
    except BaseException:  # Ctrl-C too
        old.rename(out)
        raise
    shutil.rmtree(old, ignore_errors=True)
