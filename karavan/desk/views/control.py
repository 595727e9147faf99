"""What a controller looks at: what is open and how long, numbers, adjustments by person, one hand at both ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from karavan.desk import models as rows
from karavan.desk.access import operations
from karavan.desk.stock import waybill_number
from karavan.desk.templatetags.goods import name_of
from karavan.desk.views.fields import reader
from karavan.desk.views.sheets import Sheet, all_of, is_asked, taken
from karavan.desk.views.waybills import remark_of
from karavan.domain.audit import moment_text
from karavan.domain.ledger import AccountKind
from karavan.domain.message import Message
from karavan.domain.numbers import judge_series
from karavan.domain.roles import Right
from karavan.domain.units import Measure

AGES = (
    (timedelta(days=1), Message("less than a day")),
    (timedelta(days=3), Message("1 to 3 days")),
    (timedelta(days=7), Message("3 to 7 days")),
    (timedelta.max, Message("more than 7 days")),
)
HELD = timedelta(hours=48)
A_LIST = 200
A_SHARE = 50
"""Open waybills of one age on the page, the oldest; all of them on demand."""
Operations = QuerySet[rows.Operation]


@require_GET
def control(request: HttpRequest) -> HttpResponse:
    mine = operations(reader(request), Right.SEE_AUDIT)
    now = datetime.now(UTC)
    if is_asked(request):
        whole = _open_by_age(mine, now, None)
        return taken(request, SHEET, all_of([it for _, _, papers in whole for it in papers]))
    ages = _open_by_age(mine, now, None if request.GET.get("all") == "1" else A_SHARE)
    context = {
        "now": now,
        "ages": ages,
        "gaps": list(_gaps(mine)),
        "voids": [(it, waybill_number(it.waybill), _why_void(it)) for it in _voids(mine)],
        "people": _adjustments(mine),
        "one_hand": list(_one_hand(mine)),
        "held": _held(now),
    }
    return render(request, "desk/custody/control.html", context)


@dataclass
class Open:
    """A waybill that left and of which something is still not accounted for."""

    paper: rows.Waybill
    number: str
    age: Measure
    mass: Measure
    is_received: bool


SHEET = Sheet(
    "open-waybills",
    Message("On the road or missing, by age"),
    (
        (Message("Waybill"), lambda it: it.number),
        (Message("From"), lambda it: name_of(it.paper.origin)),
        (Message("To"), lambda it: name_of(it.paper.destination)),
        (Message("Vehicle"), lambda it: it.paper.journey.vehicle.plate),
        (Message("Since"), lambda it: it.age),
        (Message("Mass"), lambda it: it.mass),
        (
            Message("State"),
            lambda it: Message("missing, loss not signed") if it.is_received else Message("on the road"),
        ),
    ),
    operation=lambda it: it.paper.operation,
)


def _open_by_age(mine: Operations, now: datetime, most: int | None) -> list[tuple[Message, int, list[Open]]]:
    """Of each age how many there are, and so many of them, the oldest first."""
    held = rows.Balance.objects.filter(
        account__kind=AccountKind.TRANSIT, account__line__waybill__operation__in=mine, quantity__gt=0
    ).values_list("account__line__waybill", "quantity", "batch__item__mass_g")
    grams: dict[int, int] = defaultdict(int)
    for paper, units, mass_g in held:
        grams[paper or 0] += units * mass_g
    by_age: dict[Message, list[tuple[int, timedelta]]] = {words: [] for _, words in AGES}
    left = rows.Dispatch.objects.filter(waybill__in=grams).order_by("at", "waybill")
    for pk, at in left.values_list("waybill", "at"):
        by_age[next(words for least, words in AGES if now - at < least)].append((pk, now - at))
    shown = {pk for papers in by_age.values() for pk, _ in papers[:most]}
    found = rows.Waybill.objects.filter(pk__in=shown).select_related("journey__vehicle", "receipt", "operation")
    whole = found.prefetch_related("series", "origin__names", "destination__names").in_bulk()

    def one(pk: int, age: timedelta) -> Open:
        row, span = whole[pk], Measure(int(age.total_seconds()) // 60 * 60, "s")
        return Open(row, waybill_number(row), span, Measure(grams[pk], "g"), hasattr(row, "receipt"))

    return [(words, len(all_), [one(*it) for it in all_[:most]]) for words, all_ in by_age.items() if all_]


def _gaps(mine: Operations) -> Iterator[Message]:
    numbers: dict[str, list[int]] = defaultdict(list)
    for series, number in rows.Waybill.objects.filter(operation__in=mine).values_list("series", "no"):
        numbers[series].append(number)
    for series, used in sorted(numbers.items()):
        yield from judge_series(series, used)


def _voids(mine: Operations) -> list[rows.WaybillVoid]:
    found = rows.WaybillVoid.objects.filter(waybill__operation__in=mine).select_related("waybill__series", "by")
    return list(found.select_related("waybill__operation").order_by("-at")[:A_LIST])


def _why_void(void: rows.WaybillVoid) -> str:
    event = rows.Event.objects.filter(
        kind="waybill void", actor=str(void.by_id), received_at=moment_text(void.at)
    ).first()
    return remark_of(event.id) if event else ""


@dataclass
class Person:
    """
    What a person did to the books besides moving goods.

    Attributes
    ----------
    less, more
        By counts of theirs that another one signed.
    lost
        By losses that they reported and another one signed.
    signed
        How often they were that other one.
    """

    login: str
    less_g: int = 0
    more_g: int = 0
    lost_g: int = 0
    signed: int = 0

    @property
    def less(self) -> Measure:
        return Measure(self.less_g, "g")

    @property
    def more(self) -> Measure:
        return Measure(self.more_g, "g")

    @property
    def lost(self) -> Measure:
        return Measure(self.lost_g, "g")


def _adjustments(mine: Operations) -> list[Person]:
    people: dict[str, Person] = {}

    def person(login: str) -> Person:
        return people.setdefault(login, Person(login))

    counted = rows.CountLine.objects.filter(count__operation__in=mine, count__approved__isnull=False)
    for login, difference, mass_g in counted.annotate(difference=F("counted") - F("book")).values_list(
        "count__by__login", "difference", "batch__item__mass_g"
    ):
        person(login).more_g += max(0, difference) * mass_g
        person(login).less_g += max(0, -difference) * mass_g
    lost = rows.LossLine.objects.filter(report__operation__in=mine, report__approved__isnull=False)
    for login, units, mass_g in lost.values_list("report__by__login", "quantity", "batch__item__mass_g"):
        person(login).lost_g += units * mass_g
    for login in rows.CountApproval.objects.filter(count__operation__in=mine).values_list("by__login", flat=True):
        person(login).signed += 1
    for login in rows.LossApproval.objects.filter(report__operation__in=mine).values_list("by__login", flat=True):
        person(login).signed += 1
    return sorted(people.values(), key=lambda it: (-it.less_g - it.lost_g - it.more_g, it.login))


def _one_hand(mine: Operations) -> Iterator[tuple[rows.Waybill, str, Message, str]]:
    """Waybills that one person loaded and received, or that left and came by one device."""
    received = rows.Receipt.objects.filter(waybill__operation__in=mine).select_related("waybill__series", "by")
    for row in received.filter(waybill__lines__loaded__by=F("by")).distinct().order_by("-at")[:A_LIST]:
        yield row.waybill, waybill_number(row.waybill), Message("loaded and received by one person"), row.by.login
    devices = dict(rows.Event.objects.filter(kind="goods received").exclude(device="").values_list("id", "device"))
    for row in received.filter(pk__in=devices).select_related("waybill__dispatch"):
        left = row.waybill.dispatch
        sent = {"kind": "waybill dispatched", "actor": str(left.by_id), "received_at": moment_text(left.at)}
        if rows.Event.objects.filter(**sent, device=devices[row.pk]).exists():
            yield row.waybill, waybill_number(row.waybill), Message("sent and received by one device"), row.by.login


def _held(now: datetime) -> list[rows.Event]:
    """What came and was neither posted nor refused since two days."""
    waiting = rows.Event.objects.filter(verdicts__verdict="held", received_at__lt=moment_text(now - HELD))
    return list(waiting.exclude(verdicts__verdict__in=("posted", "refused")).order_by("seq").distinct()[:A_LIST])
