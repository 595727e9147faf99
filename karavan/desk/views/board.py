"""The live board: what is blocked, on the road, arrived, being loaded, prepared. It comes anew by itself."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from karavan.desk import gates, models as rows
from karavan.desk.access import visible, where
from karavan.desk.stock import in_states
from karavan.desk.templatetags.goods import name_of
from karavan.desk.views.fields import reader
from karavan.desk.views.sheets import At, Sheet, all_of, is_asked, taken
from karavan.desk.views.words import CHECK_INS, INCIDENTS, STATES
from karavan.domain.convoys import ConvoyState, IncidentKind, Stage, next_check_in, stage
from karavan.domain.message import Message, Sayable
from karavan.domain.numbers import paper_number
from karavan.domain.roles import Right
from karavan.domain.rules import Rules
from karavan.domain.situationfile import value_from_plain

EVERY_S = 60
A_PAGE = 16
"""Rows of a page, the more pressing first: on a slow line it comes anew every minute."""
NAMED = 3
"""Waybills of one row that are named; more are counted by state, and named on the convoy's page."""
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


class Paper(NamedTuple):
    """A waybill that is not closed, with what the board needs of it."""

    pk: int
    series: str
    no: int
    operation: int
    journey: int
    plate: str
    origin: int
    destination: int
    depart: datetime
    arrive: datetime
    left: datetime | None
    state: str

    @property
    def number(self) -> str:
        return paper_number(self.series, self.no)


class Told(NamedTuple):
    """What was heard last of a convoy or a vehicle."""

    state: str
    moment: datetime
    place: int | None = None


@dataclass
class Row:
    """A convoy, or a vehicle that goes alone; what is only for the eye is looked up for those that are shown."""

    name: str
    link: str
    operation: int
    ends: tuple[int, int]
    depart: datetime
    arrive: datetime
    stage: Stage
    papers: list[Paper]
    convoy: int = 0
    told: Told | None = None
    said: Sayable = ""
    due: datetime | None = None
    overdue: bool = False
    zone: str = ""
    of: rows.Operation | None = None
    origin: rows.Place | None = None
    destination: rows.Place | None = None
    place: rows.Place | None = None
    gate: tuple[Message, ...] = ()
    named: list[tuple[str, str, Message]] = field(default_factory=list)
    counted: list[tuple[Message, int]] = field(default_factory=list)

    @property
    def heard(self) -> datetime | None:
        return self.told.moment if self.told else None


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    user, now = reader(request), datetime.now(UTC)
    found = _rows(user, now)
    if is_asked(request):
        return taken(request, SHEET, _looked_up(all_of(found)))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    shown = _looked_up(page.object_list)
    numbers, first = Counter(row.stage for row in found), 0
    by_stage = []
    for it, words in STAGES.items():
        if numbers[it]:
            by_stage.append((words, numbers[it], [row for row in shown if row.stage == it], 1 + first // A_PAGE))
        first += numbers[it]
    context = {
        "stages": by_stage,
        "page": page,
        "query": "still=1" if request.GET.get("still") == "1" else "",
        "now": now,
        "zone": shown[0].zone if shown else _zone(user),
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
        (Message("Waybills"), lambda it: ", ".join(paper.number for paper in it.papers)),
    ),
    operation=lambda it: it.of,
)


def _rows(user: rows.User, now: datetime) -> list[Row]:
    """All that is on its way or about to leave, the more pressing first."""
    papers = _papers(user, now)
    convoys, alone = _split(user, papers)
    every_s = {
        pk: value_from_plain(Rules, rules).check_in_s
        for pk, rules in rows.Operation.objects.filter(pk__in={it.operation for it in papers}).values_list(
            "pk", "rules"
        )
    }
    found = [*_convoys(convoys), *_alone(alone)]
    for row in found:
        _time(row, every_s[row.operation], now)
    order = list(STAGES)
    known = (it for it in found if it.stage in STAGES)
    return sorted(known, key=lambda it: (order.index(it.stage), not it.overdue, it.depart))


def _papers(user: rows.User, now: datetime) -> list[Paper]:
    found = in_states(visible(user, rows.Waybill), "issued", "loaded", "in transit", "received")
    soon = Q(depart__lt=now + SHOWN) | ~Q(state="issued")
    columns = "pk", "series_id", "no", "operation_id", "journey_id", "journey__vehicle__plate", "origin_id"
    more = "destination_id", "depart", "arrive", "dispatch__at", "state"
    return [Paper(*it) for it in found.filter(soon).order_by("depart", "id").values_list(*columns, *more)]


def _split(user: rows.User, papers: list[Paper]) -> tuple[dict[int, list[Paper]], list[Paper]]:
    """The waybills by the convoys that their goods travel in, and those that travel in none."""
    journeys = {paper.journey for paper in papers}
    march = rows.ConvoyJourney.objects.filter(journey__in=journeys, convoy__in=visible(user, rows.Convoy))
    joined: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    ordered = march.order_by("convoy__depart", "convoy_id")
    for journey, convoy, depart in ordered.values_list("journey", "convoy", "convoy__depart"):
        joined[journey].append((convoy, depart))
    convoys: dict[int, list[Paper]] = defaultdict(list)
    alone = []
    for paper in papers:
        mine = [convoy for convoy, depart in joined[paper.journey] if paper.depart <= depart < paper.arrive]
        for convoy in mine:
            convoys[convoy].append(paper)
        if not mine:
            alone.append(paper)
    return convoys, alone


def _convoys(convoys: dict[int, list[Paper]]) -> Iterator[Row]:
    heard = gates.heard(rows.CheckIn.objects.filter(convoy__in=convoys))
    last = {pk: Told(*told) for pk, *told in heard.values_list("convoy", "state", "moment", "place")}
    columns = "pk", "code", "operation_id", "origin_id", "destination_id", "depart", "arrive"
    for pk, code, operation, origin, destination, depart, arrive in rows.Convoy.objects.filter(
        pk__in=convoys
    ).values_list(*columns):
        told = last.get(pk)
        yield Row(
            name=code,
            link=reverse("convoy", args=[pk]),
            operation=operation,
            ends=(origin, destination),
            depart=depart,
            arrive=arrive,
            stage=stage((paper.state for paper in convoys[pk]), told.state if told else None),
            papers=convoys[pk],
            convoy=pk,
            told=told,
            said=CHECK_INS.get(told.state, told.state) if told else "",
        )


def _alone(papers: list[Paper]) -> Iterator[Row]:
    heard = gates.heard(rows.Incident.objects.filter(journey__in={paper.journey for paper in papers}))
    last = {pk: Told(*told) for pk, *told in heard.values_list("journey", "kind", "moment")}
    for paper in papers:
        told = last.get(paper.journey)
        yield Row(
            name=paper.plate,
            link=reverse("waybill", args=[paper.pk]),
            operation=paper.operation,
            ends=(paper.origin, paper.destination),
            depart=paper.depart,
            arrive=paper.arrive,
            stage=stage([paper.state], _SAID.get(IncidentKind(told.state)) if told else None),
            papers=[paper],
            told=told,
            said=INCIDENTS.get(told.state, told.state) if told else "",
        )


def _time(row: Row, every_s: int, now: datetime) -> None:
    """When something is to be heard next of what is on the road or blocked, and whether that is over."""
    left = [paper.left for paper in row.papers if paper.left]
    if left and row.stage in (Stage.ON_THE_ROAD, Stage.BLOCKED):
        row.due = next_check_in(min(left), row.heard, row.arrive, every_s)
        row.overdue = row.due < now


def _looked_up(found: Iterable[Row]) -> list[Row]:
    """With the names of places, the gate of what is still to leave, and the waybills in words."""
    shown = list(found)
    wanted = {place for it in shown for place in (*it.ends, it.told.place if it.told else None)}
    places = rows.Place.objects.prefetch_related("names").in_bulk([place for place in wanted if place])
    operations = rows.Operation.objects.in_bulk({it.operation for it in shown})
    to_leave = [it.convoy for it in shown if it.convoy and it.stage in (Stage.LOADING, Stage.PREPARED)]
    unmet = gates.unmet_of(rows.Convoy.objects.filter(pk__in=to_leave))
    for row in shown:
        row.of = operations[row.operation]
        row.zone = row.of.time_zone
        row.origin, row.destination = (places[place] for place in row.ends)
        row.place = places.get(row.told.place) if row.told and row.told.place else None
        row.gate = unmet.get(row.convoy, ())
        if len(row.papers) <= NAMED:
            row.named = [
                (reverse("waybill", args=[it.pk]), f"{it.number} {it.plate}", STATES[it.state]) for it in row.papers
            ]
        else:
            states = Counter(it.state for it in row.papers)
            row.counted = [(words, states[state]) for state, words in STATES.items() if states[state]]
    return shown
