"""Waybills: all that the reader may see, one with its history and what can be done with it, its paper, its code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import uuid_utils.compat
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from karavan.desk import gates, models as rows, printing, signing
from karavan.desk.access import require, seen, visible, where
from karavan.desk.duties import narrowed, words_of
from karavan.desk.stock import in_states, waybill_number, with_states
from karavan.desk.templatetags.goods import name_of
from karavan.desk.views.fields import reader
from karavan.desk.views.sheets import At, Sheet, all_of, is_asked, taken
from karavan.desk.views.words import DAMAGES, INCIDENTS, STATES
from karavan.domain.audit import moment_text
from karavan.domain.errors import NotAllowed, Refused
from karavan.domain.ledger import AccountKind
from karavan.domain.message import Message
from karavan.domain.receipts import Damage
from karavan.domain.roles import Right
from karavan.domain.seals import check_code, opened

A_PAGE = 50


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """The newest first; found by number, plate or place, and by state."""
    user, wait = reader(request), request.GET.get("wait", "")
    found, duty = narrowed(visible(user, rows.Waybill), user, wait, datetime.now(UTC))
    state, text = request.GET.get("state", ""), request.GET.get("q", "").strip()
    if state in STATES:
        found = in_states(found, state)
    if text:
        found = found.filter(matches(text))
    order = _ORDER.get(wait, ("-id",))
    if is_asked(request):
        return taken(request, SHEET, all_of(_in_full(found).order_by(*order)))
    # States are worked out for the papers of one page; for all of them only where one is looked for.
    page = Paginator(found.order_by(*order).values_list("pk", flat=True), A_PAGE).get_page(request.GET.get("page"))
    shown = _in_full(rows.Waybill.objects.filter(pk__in=list(page))).order_by(*order)
    papers = [(paper, waybill_number(paper), STATES[paper.state]) for paper in shown]  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "papers": papers,
        "page": page,
        "states": STATES.items(),
        "state": state,
        "q": text,
        "wait": wait,
        "only": words_of(duty, page.paginator.count),
        "query": urlencode({"q": text, "state": state, "wait": wait}),
    }
    return render(request, "desk/move/waybills.html", context)


def _in_full(found: QuerySet[rows.Waybill]) -> QuerySet[rows.Waybill]:
    """With states, and all that a list shows."""
    paths = "origin", "destination", "series", "journey__vehicle", "operation"
    return with_states(found).select_related(*paths).prefetch_related("origin__names", "destination__names")


SHEET = Sheet(
    "waybills",
    Message("Waybills"),
    (
        (Message("Number"), waybill_number),
        (Message("State"), lambda it: STATES[it.state]),
        (Message("From"), lambda it: name_of(it.origin)),
        (Message("To"), lambda it: name_of(it.destination)),
        (Message("Vehicle"), lambda it: it.journey.vehicle.plate),
        (Message("Leave"), lambda it: At(it.depart, it.operation.time_zone)),
        (Message("Arrive"), lambda it: At(it.arrive, it.operation.time_zone)),
        (Message("On the road"), lambda it: it.transit),
    ),
    operation=lambda it: it.operation,
)

_ORDER = {"transit": ("dispatch__at", "id"), "old": ("dispatch__at", "id"), "receive": ("arrive", "id")}
"""What is open longest, or comes next, first."""


def matches(text: str) -> Q:
    """``OP-AGD-000012`` names one; part of a plate, a place's code or a series finds several."""
    parts = Q(series__code__icontains=text) | Q(journey__vehicle__plate__icontains=text)
    parts |= Q(origin__code__iexact=text) | Q(destination__code__iexact=text)
    parts |= Q(lines__consignment__number__iexact=text) | Q(lines__consignment__request__number__iexact=text)
    series, _, number = text.rpartition("-")
    if number.isascii() and number.isdecimal() and len(number) < 18:
        parts |= Q(series__code__iexact=series, no=int(number)) if series else Q(no=int(number))
    return parts


@require_GET
def one(request: HttpRequest, waybill: int) -> HttpResponse:
    user = reader(request)
    paper = find(user, waybill)
    lines = lines_of(paper)
    convoys = gates.convoys_of(paper)
    said = printing.waybill(paper)
    driver = person(user, paper.journey.vehicle.driver_id)
    context = {
        "paper": paper,
        "number": waybill_number(paper),
        "state": STATES[paper.state],  # type: ignore[attr-defined]
        "zone": paper.operation.time_zone,
        "lines": lines,
        "driver": driver,
        "mass": said.mass_g // 1000,
        "check": check_code(said.digest),
        "convoys": [(convoy, not gates.unmet(convoy)) for convoy in convoys],
        "history": sorted(_history(paper), key=lambda it: it.at),
        "may": _may(user, paper, lines),
        "new_id": uuid_utils.compat.uuid7(),
    }
    return render(request, "desk/move/waybill.html", context)


def person(user: rows.User, contact: UUID | None) -> rows.Contact | None:
    """A driver or leader, by name for whoever may see people's names."""
    return visible(user, rows.Contact).filter(pk=contact).first() if contact else None


def find(user: rows.User, waybill: int) -> rows.Waybill:
    """The waybill with its state, or ``NotFound``."""
    pk = seen(user, rows.Waybill, waybill).pk
    paths = "origin", "destination", "operation", "journey__vehicle", "series", "plan", "issued_by"
    return with_states(rows.Waybill.objects.filter(pk=pk)).select_related(*paths).get()


@dataclass
class Line:
    """A line as it stands in the books now."""

    row: rows.WaybillLine
    reserved: int
    loaded: int | None
    received: rows.ReceiptLine | None
    damaged: int
    transit: int
    lost: int
    done: int

    @property
    def item(self) -> rows.Item:
        return self.row.batch.item

    @property
    def damages(self) -> list[tuple[Message, int]]:
        found = self.received.damaged if self.received else []
        return [(DAMAGES[Damage(reason)], units) for reason, units in found]


def lines_of(paper: rows.Waybill) -> list[Line]:
    held: dict[tuple[int, str], int] = {}
    for balance in rows.Balance.objects.filter(account__line__waybill=paper).select_related("account"):
        key = (balance.account.line_id or 0, balance.account.kind)
        held[key] = held.get(key, 0) + balance.quantity
    found = paper.lines.select_related("batch__item", "place", "consignment").prefetch_related("batch__item__names")
    return [
        Line(
            row=line,
            reserved=held.get((line.pk, AccountKind.RESERVED), 0),
            loaded=line.loaded.quantity if hasattr(line, "loaded") else None,
            received=line.received if hasattr(line, "received") else None,
            damaged=held.get((line.pk, AccountKind.DAMAGED), 0),
            transit=held.get((line.pk, AccountKind.TRANSIT), 0),
            lost=held.get((line.pk, AccountKind.LOSS), 0),
            done=held.get((line.pk, AccountKind.DONE), 0),
        )
        for line in found
    ]


def _may(user: rows.User, paper: rows.Waybill, lines: list[Line]) -> dict[str, bool]:
    """What of all that can be done with a waybill its state and the reader's rights leave."""
    state: str = paper.state  # type: ignore[attr-defined]
    before = state in ("issued", "loaded")

    def allowed(right: Right, *places: rows.Place) -> bool:
        try:
            require(user, right, paper.operation_id, *places)
        except NotAllowed:
            return False
        return True

    issue = allowed(Right.ISSUE_WAYBILL, paper.origin)
    loaded = {line.row.pk: line.loaded or 0 for line in lines}
    short = any(
        line.reserved < (loaded[line.row.pk] if line.loaded is not None else line.row.quantity) for line in lines
    )
    is_open = any(line.transit or line.damaged for line in lines)
    return {
        "paper": issue and state != "void",
        "reserve": issue and before and short,
        "void": issue and before,
        "load": state == "issued" and allowed(Right.LOAD, paper.origin),
        "dispatch": state == "loaded" and allowed(Right.DISPATCH, paper.origin),
        "receive": state == "in transit" and allowed(Right.RECEIVE, paper.origin, paper.destination),
        "hand_over": state == "in transit"
        and allowed(Right.RECEIVE, paper.destination)
        and any(gates.onward_lines(line.row) for line in lines),
        "loss": is_open and allowed(Right.SIGN_LOSS, paper.origin, paper.destination),
        "print_list": issue and state != "void" and paper.plan_id is not None,
        "give_back": any(line.done for line in lines)
        and where(user, Right.MOVE_STOCK).filter(operation=paper.operation_id).exists(),
        "incident": state == "in transit" and allowed(Right.REPORT_INCIDENT),
    }


@dataclass
class Happened:
    at: datetime
    what: Message
    by: rows.User
    remark: str = ""
    link: str = ""


def _history(paper: rows.Waybill) -> Iterator[Happened]:
    yield Happened(paper.issued_at, Message("issued"), paper.issued_by)
    tally = rows.Loaded.objects.filter(line__waybill=paper).select_related("by").first()
    if tally:
        yield Happened(tally.at, Message("loaded"), tally.by, _remark("vehicle loaded", tally.by_id, tally.at))
    if hasattr(paper, "void"):
        end = paper.void
        yield Happened(end.at, Message("made void"), end.by, _remark("waybill void", end.by_id, end.at))
    if hasattr(paper, "dispatch"):
        yield Happened(paper.dispatch.at, Message("sent on its way"), paper.dispatch.by)
    if hasattr(paper, "receipt"):
        row = paper.receipt
        changed = rows.Event.objects.filter(id=row.pk, kind="goods changed vehicles").exists()
        there = Message("handed over to the next vehicle") if changed else Message("received")
        back = Message("turned back and received where it came from")
        yield Happened(row.at, there if row.place_id == paper.destination_id else back, row.by, remark_of(row.pk))
    for shown in paper.prints.select_related("by"):
        yield Happened(shown.at, Message("printed"), shown.by)
    for back_row in paper.returns.select_related("by"):
        yield Happened(back_row.at, Message("goods came back into store"), back_row.by, remark_of(back_row.pk))
    for report in paper.losses.select_related("by", "approved__by"):
        yield Happened(report.at, Message("loss reported"), report.by, remark_of(report.pk), str(report.pk))
        if hasattr(report, "approved"):
            yield Happened(report.approved.at, Message("loss signed"), report.approved.by)
    for event in rows.Incident.objects.filter(journey=paper.journey_id).select_related("by"):
        yield Happened(event.seen, INCIDENTS.get(event.kind, Message("something else")), event.by, remark_of(event.pk))


def remark_of(event: UUID) -> str:
    found = rows.Remark.objects.filter(event=event).first()
    return found.text if found else ""


def _remark(kind: str, actor: object, at: datetime) -> str:
    """Of an event whose row does not name it: no other of that kind is of this person at this moment."""
    event = rows.Event.objects.filter(kind=kind, actor=str(actor), received_at=moment_text(at)).first()
    return remark_of(event.id) if event else ""


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Whether a code that somebody read off a paper was signed here, and whether the paper is as it was issued."""
    context: dict[str, Any] = {"text": request.POST.get("text", "").strip()[:1000]}
    if request.method == "POST":
        context |= _checked(visible(reader(request), rows.Waybill), context["text"])
    return render(request, "desk/move/check.html", context, status=422 if "problem" in context else 200)


def _checked(papers: QuerySet[rows.Waybill], text: str) -> dict[str, Any]:
    try:
        code = opened(text)
    except Refused as error:
        return {"problem": error.message}
    if not signing.is_ours(code):
        return {"problem": Message("no key of this desk signed this code: the paper is not to be trusted")}
    for paper in papers.filter(no=code.number).select_related("series", "operation"):
        if code.is_of(paper.operation.code, paper.series_id):
            if printing.waybill(paper).digest != code.digest:
                return {"problem": Message("the paper and the desk do not say the same"), "paper": paper}
            state = STATES[with_states(papers.filter(pk=paper.pk)).get().state]  # type: ignore[attr-defined]
            return {"paper": paper, "number": waybill_number(paper), "state": state}
    return {"problem": Message("the signature is this desk's, but you see no such waybill here")}
