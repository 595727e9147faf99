"""The live board: what is blocked, on the road, arrived, being loaded, prepared. It comes anew by itself."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from karavan.desk import gates, models as rows
from karavan.desk.access import visible
from karavan.desk.stock import waybill_number, with_states
from karavan.desk.templatetags.goods import name_of
from karavan.desk.views.fields import reader
from karavan.desk.views.sheets import At, Sheet, all_of, is_asked, taken
from karavan.desk.views.words import CHECK_INS, INCIDENTS, STATES
from karavan.domain.convoys import ConvoyState, IncidentKind, Stage, next_check_in, stage, unready
from karavan.domain.message import Message, Sayable
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

    code: str
    link: str
    origin: rows.Place
    destination: rows.Place
    depart: datetime
    arrive: datetime
    zone: str
    stage: Stage
    carried: list[rows.Waybill]
    gate: tuple[Message, ...] = ()
    heard: datetime | None = None
    said: Sayable = ""
    place: rows.Place | None = None
    due: datetime | None = None
    overdue: bool = False

    @property
    def name(self) -> str:
        """The convoy's code, or the plate of what goes alone."""
        return self.code or self.carried[0].journey.vehicle.plate

    @property
    def papers(self) -> list[tuple[str, str, Message]]:
        """Each waybill's page, its number with the plate, and its state: of the rows that are shown."""
        return [
            (reverse("waybill", args=[it.pk]), f"{waybill_number(it)} {it.journey.vehicle.plate}", STATES[it.state])  # type: ignore[attr-defined]
            for it in self.carried
        ]


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    user, now = reader(request), datetime.now(UTC)
    papers = with_states(visible(user, rows.Waybill)).exclude(state__in=("closed", "void"))  # type: ignore[misc]
    soon = Q(depart__lt=now + SHOWN) | Q(state__in=("loaded", "in transit", "received"))
    papers = papers.filter(soon).select_related("dispatch").order_by("depart", "id")
    known = list(papers.prefetch_related("operation", "origin__names", "destination__names"))
    convoys, alone = _split(user, known)
    found = [*_convoys(convoys, now), *_alone(alone, now)]
    order = list(STAGES)
    found = sorted(
        (it for it in found if it.stage in STAGES), key=lambda it: (order.index(it.stage), not it.overdue, it.depart)
    )
    if is_asked(request):
        return taken(request, SHEET, _in_full(list(all_of(found))))
    is_whole = request.GET.get("all") == "1" or len(found) <= MOST
    shown = _in_full(found if is_whole else found[:MOST])
    numbers = Counter(row.stage for row in found)
    by_stage = [(words, numbers[it], [row for row in shown if row.stage == it]) for it, words in STAGES.items()]
    context = {
        "stages": [it for it in by_stage if it[1]],
        "is_whole": is_whole,
        "now": now,
        "zone": known[0].operation.time_zone if known else "UTC",
        "every_s": None if request.GET.get("still") == "1" else EVERY_S,
    }
    return render(request, "desk/custody/board.html", context)


def _in_full(found: list[Row]) -> list[Row]:
    """With plates and series, which only those rows need that are shown."""
    prefetch_related_objects([paper for row in found for paper in row.carried], "journey__vehicle", "series")
    return found


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
    march = rows.ConvoyJourney.objects.filter(journey__in=journeys, convoy__in=visible(user, rows.Convoy))
    ways = march.prefetch_related("convoy__operation", "convoy__origin__names", "convoy__destination__names")
    joined: dict[int, list[rows.Convoy]] = defaultdict(list)
    for it in ways.order_by("convoy__depart", "convoy_id"):
        joined[it.journey_id].append(it.convoy)
    convoys: dict[int, tuple[rows.Convoy, list[rows.Waybill]]] = {}
    alone = []
    for paper in papers:
        mine = [it for it in joined[paper.journey_id] if paper.depart <= it.depart < paper.arrive]
        for convoy in mine:
            convoys.setdefault(convoy.pk, (convoy, []))[1].append(paper)
        if not mine:
            alone.append(paper)
    return list(convoys.values()), alone


def _convoys(convoys: list[tuple[rows.Convoy, list[rows.Waybill]]], now: datetime) -> Iterator[Row]:
    numbers = [convoy.pk for convoy, _ in convoys]
    said = rows.CheckIn.objects.filter(convoy__in=numbers).select_related("place").prefetch_related("place__names")
    last = {it.convoy_id: it for it in said.order_by("at", "id")}
    gate = gates.signed_of(convoy for convoy, _ in convoys)
    every_s = _rhythm(convoy.operation for convoy, _ in convoys)
    for convoy, papers in convoys:
        heard = last.get(convoy.pk)
        row = Row(
            code=convoy.code,
            link=reverse("convoy", args=[convoy.pk]),
            origin=convoy.origin,
            destination=convoy.destination,
            depart=convoy.depart,
            arrive=convoy.arrive,
            zone=convoy.operation.time_zone,
            stage=stage((paper.state for paper in papers), heard.state if heard else None),  # type: ignore[attr-defined]
            carried=papers,
            gate=unready(gate[convoy.pk]),
        )
        if heard:
            row.heard, row.place, row.said = heard.at, heard.place, CHECK_INS.get(heard.state, heard.state)
        yield _timed(row, every_s[convoy.operation_id], now)


def _alone(papers: list[rows.Waybill], now: datetime) -> Iterator[Row]:
    incidents = rows.Incident.objects.filter(journey__in={paper.journey_id for paper in papers})
    last = {it.journey_id: it for it in incidents.order_by("at", "id")}
    every_s = _rhythm(paper.operation for paper in papers)
    for paper in papers:
        told = last.get(paper.journey_id)
        said = _SAID.get(IncidentKind(told.kind)) if told else None
        row = Row(
            code="",
            link=reverse("waybill", args=[paper.pk]),
            origin=paper.origin,
            destination=paper.destination,
            depart=paper.depart,
            arrive=paper.arrive,
            zone=paper.operation.time_zone,
            stage=stage([paper.state], said),  # type: ignore[attr-defined]
            carried=[paper],
        )
        if told:
            row.heard, row.said = told.at, INCIDENTS.get(told.kind, told.kind)
        yield _timed(row, every_s[paper.operation_id], now)


def _rhythm(operations: Iterable[rows.Operation]) -> dict[int, int]:
    """How many seconds after another a convoy of each operation is to be heard."""
    found = {operation.pk: operation for operation in operations}
    return {pk: value_from_plain(Rules, operation.rules).check_in_s for pk, operation in found.items()}


def _timed(row: Row, every_s: int, now: datetime) -> Row:
    """When something is to be heard next of what is on the road or blocked, and whether that is over."""
    left = [paper.dispatch.at for paper in row.carried if hasattr(paper, "dispatch")]
    if left and row.stage in (Stage.ON_THE_ROAD, Stage.BLOCKED):
        row.due = next_check_in(min(left), row.heard, row.arrive, every_s)
        row.overdue = row.due < now
    return row
