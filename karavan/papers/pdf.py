"""Papers as PDF: waybills, loading lists, convoy sheets, and all of them in one file for one print run."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import typst

from karavan.domain.errors import KaravanError
from karavan.domain.message import Message
from karavan.domain.planfile import plan_to_json
from karavan.domain.plans import Convoy, Plan
from karavan.domain.situation import Situation
from karavan.domain.waybills import Waybill
from karavan.papers.convoy import convoy_paper
from karavan.papers.fonts import NOT_PRINTABLE, families, load_fonts, printable
from karavan.papers.loading import loading_paper
from karavan.papers.notification import Notice, notification_paper
from karavan.papers.waybill import waybill_paper
from karavan.papers.words import Desk, Json

TEMPLATES = Path(__file__).parent / "typst"
_OURS = re.compile(r"(waybill|loading|convoy)-.+\.pdf|all\.pdf")
_OUR_MARK = b"Karavan"


def write_papers(folder: Path, situation: Situation, plan: Plan, language: str = "en") -> tuple[Path, ...]:
    """
    Write the papers of a plan and return their paths; ``all.pdf`` is the last. A plan without journeys has none.

    Papers of an earlier plan in ``folder`` are removed: a waybill that no plan knows must not get into a print run.

    Raises
    ------
    KaravanError
        The fonts are not there, or the papers cannot be typeset.
    """
    papers = [_printable(paper) for paper in papers_of(Desk(situation, plan, language), plan_digest(plan))]
    press = _Press(situation, plan, language)
    folder.mkdir(parents=True, exist_ok=True)
    _remove_old(folder)
    names = _file_names(papers)
    files = [(name, [paper]) for name, paper in names] + ([("all.pdf", papers)] if papers else [])
    written = []
    for name, chosen in files:
        path = folder / name
        path.write_bytes(press.pdf(name.removesuffix(".pdf"), chosen))
        written.append(path)
    return tuple(written)


def waybill_pdf(
    situation: Situation, waybill: Waybill, plan_digest: str, language: str, code: str, head: str = ""
) -> bytes:
    """
    One waybill from the desk, whose number and lines are its own and no more the plan's.

    Parameters
    ----------
    code
        What the QR code says.
    head
        The last event of the desk's chain: the paper is its witness.

    Raises
    ------
    KaravanError
        The fonts are not there, or the paper cannot be typeset.
    """
    press = _Press(situation, Plan(), language, head)
    desk = Desk(situation, Plan(), language)
    return press.pdf(waybill.number, [_printable(waybill_paper(desk, waybill, plan_digest, code))])


def notification_pdf(situation: Situation, plan: Plan, notice: Notice, convoy: Convoy | None, language: str) -> bytes:
    """
    A request for clearance or a notification.

    Parameters
    ----------
    convoy
        The one of the plan that it is for; otherwise it is for roads, or for every movement.

    Raises
    ------
    KaravanError
        The fonts are not there, or the paper cannot be typeset.
    """
    desk = Desk(situation, plan, language)
    press = _Press(situation, plan, language)
    return press.pdf(notice.reference, [_printable(notification_paper(desk, notice, convoy))])


def loading_pdf(
    situation: Situation, plan: Plan, journey: str, waybills: tuple[str, ...], language: str, head: str = ""
) -> bytes:
    """One journey's loading list from the desk, whose waybills have numbers of their own."""
    desk = Desk(situation, plan, language)
    paper = {**loading_paper(desk, desk.journey[journey][1]), "waybills": list(waybills)}
    return _Press(situation, plan, language, head).pdf(journey, [_printable(paper)])


def convoy_pdf(situation: Situation, plan: Plan, convoy: str, language: str, head: str = "") -> bytes:
    """One convoy's sheet from the desk."""
    found = next(it for it in plan.convoys if it.code == convoy)
    paper = convoy_paper(Desk(situation, plan, language), found)
    return _Press(situation, plan, language, head).pdf(convoy, [_printable(paper)])


def papers_of(desk: Desk, digest: str) -> list[Json]:
    """Every paper in the order of a print run: by departure, a convoy's sheet before its first journey's papers."""
    convoys = list(desk.plan.convoys)
    papers = []
    for journey in desk.journeys:
        for convoy in [convoy for convoy in convoys if journey.code in convoy.journeys]:
            convoys.remove(convoy)
            papers.append(convoy_paper(desk, convoy))
        papers.append(loading_paper(desk, journey))
        papers += [waybill_paper(desk, waybill, digest) for waybill in desk.waybills[journey.code]]
    return papers + [convoy_paper(desk, convoy) for convoy in convoys]


def plan_digest(plan: Plan) -> str:
    """SHA-256 of plan.json: ``sha256sum`` tells which plan a paper belongs to."""
    return hashlib.sha256(plan_to_json(plan).encode()).hexdigest()


class _Press:
    """The typesetter with its fonts, loaded once for all papers of a plan."""

    def __init__(self, situation: Situation, plan: Plan, language: str, head: str = "") -> None:
        self.compiler = typst.Compiler(
            input=str(TEMPLATES / "main.typ"),
            root=str(TEMPLATES),
            font_paths=load_fonts(),
            ignore_system_fonts=True,
        )
        self.common = _printable(
            {
                "labels": Desk(situation, plan, language).labels(),
                "operation": situation.operation.name,
                "language": language,
                "head": head,
                "fonts": list(families()),
            }
        )
        self.moment = int(situation.operation.start.timestamp())

    def pdf(self, title: str, papers: list[Json]) -> bytes:
        text = json.dumps({**self.common, "title": title, "papers": papers}, ensure_ascii=False)
        replaced = json.dumps(NOT_PRINTABLE in json.dumps(papers, ensure_ascii=False))
        data = f'{text[:-1]}, "replaced": {replaced}}}'
        try:
            # Without tags a waybill has 6 kB instead of 40; who needs a screen reader has plan.html.
            made = self.compiler.compile(format="pdf", sys_inputs={"data": data}, timestamp=self.moment, pdf_tags=False)
        except typst.TypstError as error:
            raise KaravanError(
                Message("the paper {name} cannot be set: {reason}", name=title, reason=str(error))
            ) from error
        assert isinstance(made, bytes)
        return made


def _file_names(papers: list[Json]) -> list[tuple[str, Json]]:
    names: dict[str, Json] = {}
    for paper in papers:
        code = re.sub(r"[^\w.-]+", "_", paper["title"]).strip("._")[:50] or "_"
        stem = f"{paper['kind']}-{code}"
        number = 2
        while f"{stem}.pdf".casefold() in {name.casefold() for name in names}:
            stem, number = f"{paper['kind']}-{code}-{number}", number + 1
        names[f"{stem}.pdf"] = paper
    return list(names.items())


def _remove_old(folder: Path) -> None:
    for path in folder.iterdir():
        if _OURS.fullmatch(path.name) and path.is_file() and _OUR_MARK in path.read_bytes():
            path.unlink()


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: inner if key == "qr" else _printable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_printable(inner) for inner in value]
    return value
