"""The live board: what is blocked, on the road, arrived, being loaded, prepared. It comes anew by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from karavan.desk import gates, models as rows
from karavan.desk.access import visible, where
from karavan.desk.stock import waybill_number, with_states
from karavan.desk.templatetags.goods import name_of
from karavan.desk.views.fields import reader
from karavan.desk.views.sheets import At, Sheet, all_of, is_asked, taken
from karavan.desk.views.words import CHECK_INS, INCIDENTS, STATES
from karavan.domain.convoys import ConvoyState, IncidentKind, Stage, next_check_in, stage, unready
from karavan.domain.message import Message, Sayable
from karavan.domain.roles import Right
from karavan.domain.rules import Rules
from karavan.domain.situationfile import value_from_plain

EVERY_S = 60
MOST = 16
"""Rows of the page, the more pressing first: on a slow line it comes anew every minute. All of them on demand."""
SHOWN = timedelta(days=3)
"""What leaves later and nobody has begun to load stands on the convoys' page."""

STAGES = {
    Stage.BLOCKED: Message("Blocked or turned back"),
    Stage.ON_THE_ROAD: Message("On the road"),
    Stage.ARRIVED: Message("Arrived, to be counted or accounted for"),
    Stage.LOADING: Message("Being loaded"),
    Stage.PREPARED: Message("Prepared"),
}
_SAID = {IncidentKind.BLOCKED: ConvoyState.BLOCKED, IncidentKind.TURNED_BACK: ConvoyState.TURNED_BACK}


@dataclass
class Row:
    """A convoy, or a vehicle that goes alone."""

    name: str
    link: str
    origin: rows.Place
    destination: rows.Place
    depart: datetime
    arrive: datetime
    zone: str
    stage: Stage
    papers: list[tuple[str, str, Message]]
    gate: tuple[Message, ...] = ()
    heard: datetime | None = None
    said: Sayable = ""
    place: rows.Place | None = None
    due: datetime | None = None
    overdue: bool = False


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    user, now = reader(request), datetime.now(UTC)
    papers = with_states(visible(user, rows.Waybill)).exclude(state__in=("closed", "void"))  # type: ignore[misc]
    soon = Q(depart__lt=now + SHOWN) | Q(state__in=("loaded", "in transit", "received"))
    papers = papers.filter(soon).select_related(
        "origin", "destination", "operation", "journey__vehicle", "series", "dispatch"
    )
    known = list(papers.prefetch_related("origin__names", "destination__names").order_by("depart", "id"))
    convoys, alone = _split(user, known)
    found = [*(_convoy(it, mine, now) for it, mine in convoys), *_alone(alone, now)]
    order = list(STAGES)
    found = sorted(
        (it for it in found if it.stage in STAGES), key=lambda it: (order.index(it.stage), not it.overdue, it.depart)
    )
    if is_asked(request):
        return taken(request, SHEET, all_of(found))
    is_whole = request.GET.get("all") == "1" or len(found) <= MOST
    shown = found if is_whole else found[:MOST]
    numbers = Counter(row.stage for row in found)
    by_stage = [(words, numbers[it], [row for row in shown if row.stage == it]) for it, words in STAGES.items()]
    context = {
        "stages": [it for it in by_stage if it[1]],
        "is_whole": is_whole,
        "now": now,
        "zone": known[0].operation.time_zone if known else _zone(user),
        "every_s": None if request.GET.get("still") == "1" else EVERY_S,
    }
    return render(request, "desk/custody/board.html", context)


def _zone(user: rows.User) -> str:
    """That of the first operation whose movements the user sees."""
    found = where(user, Right.SEE_MOVEMENTS).order_by("operation").values_list("operation__time_zone", flat=True)
    return found.first() or "UTC"


SHEET = Sheet(
    "board",
    Message("Live board"),
    (
        (Message("State"), lambda it: STAGES[it.stage]),
        (Message("Convoy or vehicle"), lambda it: it.name),
        (Message("From"), lambda it: name_of(it.origin)),
        (Message("To"), lambda it: name_of(it.destination)),
        (Message("Leave"), lambda it: At(it.depart, it.zone)),
        (Message("Arrive"), lambda it: At(it.arrive, it.zone)),
        (Message("Last heard"), lambda it: it.said),
        (Message("Heard at"), lambda it: At(it.heard, it.zone)),
        (Message("Next expected"), lambda it: At(it.due, it.zone)),
        (Message("Waybills"), lambda it: ", ".join(number for _, number, _ in it.papers)),
    ),
)


def _split(
    user: rows.User, papers: list[rows.Waybill]
) -> tuple[list[tuple[rows.Convoy, list[rows.Waybill]]], list[rows.Waybill]]:
    """The waybills by the convoy that they join first, and those that join none."""
    journeys = {paper.journey_id for paper in papers}
    paths = "convoy__origin", "convoy__destination", "convoy__operation"
    march = rows.ConvoyJourney.objects.filter(journey__in=journeys, convoy__in=visible(user, rows.Convoy))
    joined = list(march.select_related(*paths).order_by("convoy__depart", "convoy_id"))
    convoys: dict[int, tuple[rows.Convoy, list[rows.Waybill]]] = {}
    alone = []
    for paper in papers:
        mine = [
            it.convoy
            for it in joined
            if it.journey_id == paper.journey_id and paper.depart <= it.convoy.depart < paper.arrive
        ]
        for convoy in mine:
            convoys.setdefault(convoy.pk, (convoy, []))[1].append(paper)
        if not mine:
            alone.append(paper)
    return list(convoys.values()), alone


def _convoy(convoy: rows.Convoy, papers: list[rows.Waybill], now: datetime) -> Row:
    heard = rows.CheckIn.objects.filter(convoy=convoy).select_related("place").order_by("at", "id").last()
    row = Row(
        name=convoy.code,
        link=reverse("convoy", args=[convoy.pk]),
        origin=convoy.origin,
        destination=convoy.destination,
        depart=convoy.depart,
        arrive=convoy.arrive,
        zone=convoy.operation.time_zone,
        stage=stage((paper.state for paper in papers), heard.state if heard else None),  # type: ignore[attr-defined]
        papers=_said(papers),
        gate=unready(gates.signed(convoy)),
    )
    if heard:
        row.heard, row.place, row.said = heard.at, heard.place, CHECK_INS.get(heard.state, heard.state)
    return _timed(row, papers, convoy.operation, now)


def _alone(papers: list[rows.Waybill], now: datetime) -> Iterator[Row]:
    for paper in papers:
        told = rows.Incident.objects.filter(journey=paper.journey_id).order_by("at", "id").last()
        said = _SAID.get(IncidentKind(told.kind)) if told else None
        row = Row(
            name=paper.journey.vehicle.plate,
            link=reverse("waybill", args=[paper.pk]),
            origin=paper.origin,
            destination=paper.destination,
            depart=paper.depart,
            arrive=paper.arrive,
            zone=paper.operation.time_zone,
            stage=stage([paper.state], said),  # type: ignore[attr-defined]
            papers=_said([paper]),
        )
        if told:
            row.heard, row.said = told.at, INCIDENTS.get(told.kind, told.kind)
        yield _timed(row, [paper], paper.operation, now)


def _timed(row: Row, papers: Iterable[rows.Waybill], operation: rows.Operation, now: datetime) -> Row:
    """When something is to be heard next of what is on the road or blocked, and whether that is over."""
    left = [paper.dispatch.at for paper in papers if hasattr(paper, "dispatch")]
    if left and row.stage in (Stage.ON_THE_ROAD, Stage.BLOCKED):
        every_s = value_from_plain(Rules, operation.rules).check_in_s
        row.due = next_check_in(min(left), row.heard, row.arrive, every_s)
        row.overdue = row.due < now
    return row


def _said(papers: Iterable[rows.Waybill]) -> list[tuple[str, str, Message]]:
    return [
        (reverse("waybill", args=[it.pk]), f"{waybill_number(it)} {it.journey.vehicle.plate}", STATES[it.state])  # type: ignore[attr-defined]
        for it in papers
    ]
