"""What is to be known of requests beyond their rows: their clocks, how far their goods are, their likes. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Min, OuterRef, Subquery, Sum
from django.db.models.query import QuerySet

from karavan.desk import models as rows
from karavan.domain.approval import CLOCKS_H, Clock, Fulfilment, Whereabouts, decision_clock, fulfilment_of
from karavan.domain.duplicates import WITHIN, Asked, probably_the_same
from karavan.domain.ledger import AccountKind

_WHERE = {
    AccountKind.RESERVED: "reserved",
    AccountKind.TRANSIT: "transit",
    AccountKind.DONE: "done",
    AccountKind.LOSS: "lost",
    AccountKind.DAMAGED: "lost",
}


def _priority() -> Subquery:
    lines = rows.RequestLine.objects.filter(request=OuterRef("pk")).order_by().values("request")
    return Subquery(lines.annotate(first=Min("priority")).values("first"))


def with_priority(found: QuerySet[rows.Request]) -> QuerySet[rows.Request]:
    """Each with ``priority``: that of its most urgent line."""
    return found.annotate(priority=_priority())


def of_priority(found: QuerySet[rows.Request], priority: int) -> QuerySet[rows.Request]:
    """Those whose most urgent line has this priority."""
    return found.alias(most_urgent=_priority()).filter(most_urgent=priority)


def clock(operation: rows.Operation, submitted_at: datetime | None, priority: int | None) -> Clock | None:
    """The time that a decision may take; ``None`` where nothing is waited for."""
    if submitted_at is None:
        return None
    return decision_clock(submitted_at, priority or 2, tuple(operation.clocks_h) or CLOCKS_H)


def soonest_first(found: QuerySet[rows.Request]) -> list[UUID]:
    """The waiting ones by the end of their clocks."""
    ends = []
    clocks = dict(rows.Operation.objects.values_list("pk", "clocks_h"))
    columns = found.annotate(first=_priority()).values_list("pk", "operation", "submitted_at", "first", "number")
    for pk, operation, submitted_at, priority, number in columns:
        hours = tuple(clocks[operation]) or CLOCKS_H
        if submitted_at is not None:
            ends.append((decision_clock(submitted_at, priority or 2, hours).end, number, pk))
    return [pk for _, _, pk in sorted(ends)]


def progress(requests: Sequence[rows.Request]) -> dict[UUID, Fulfilment]:
    """How far the goods of each are, from the ledger; a kit is what is in it."""
    asked = _asked_units(requests)
    where: dict[tuple[UUID, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    balances = rows.Balance.objects.filter(account__line__consignment__request__in=requests, quantity__gt=0)
    for request, need, kind, units in balances.values_list(
        "account__line__consignment__request", "account__line__need", "account__kind"
    ).annotate(units=Sum("quantity")):
        if kind in _WHERE:
            where[request, need][_WHERE[AccountKind(kind)]] += units
    return {
        pk: Fulfilment.CANCELLED
        if not needs
        else fulfilment_of(Whereabouts(asked=units, **where[pk, need]) for need, units in needs.items())
        for pk, needs in asked.items()
    }


def _asked_units(requests: Sequence[rows.Request]) -> dict[UUID, dict[str, int]]:
    """Request -> need -> units, needs named as the planner names them."""
    kits: dict[tuple[int, str], list[tuple[str, int]]] = defaultdict(list)
    operations = {request.operation_id for request in requests}
    for row in rows.KitLine.objects.filter(operation__in=operations).select_related("item"):
        kits[row.operation_id, row.kit].append((row.item.code, row.quantity))
    asked: dict[UUID, dict[str, int]] = {}
    given_up = cancelled_units(requests)
    for request in requests:
        needs = asked[request.pk] = {}
        for line in request.lines.all():
            units = line.quantity - given_up.get(line.pk, 0)
            if not units:
                continue
            code = f"{request.number}/{line.line}"
            parts = kits.get((request.operation_id, line.item))
            if parts is None:
                needs[code] = units
            for item, each in parts or ():
                needs[f"{code}:{item}"] = units * each
    return asked


def cancelled_units(requests: Sequence[rows.Request]) -> dict[int, int]:
    """Units of each line that are asked for no more."""
    found = rows.Cancellation.objects.filter(line__request__in=requests).values_list("line")
    return dict(found.annotate(units=Sum("quantity")).order_by())


def likes(requests: Sequence[rows.Request], among: QuerySet[rows.Request]) -> dict[UUID, list[rows.Request]]:
    """For each the others that probably ask for the same; what was rejected is none, nor what it reopens."""
    if not requests:
        return {}
    moments = [request.raised_at for request in requests]
    near = (
        among.filter(
            place__in={request.place_id for request in requests},
            raised_at__range=(min(moments) - WITHIN, max(moments) + WITHIN),
        )
        .exclude(approval="rejected")
        .select_related("operation", "place")
        .prefetch_related("lines", "place__names")
        .order_by("raised_at", "number")
    )
    at_place: dict[int, list[tuple[rows.Request, Asked]]] = defaultdict(list)
    for other in near:
        at_place[other.place_id].append((other, _facts(other)))
    found = {}
    for one in requests:
        asked = _facts(one)
        found[one.pk] = [
            other
            for other, facts in at_place[one.place_id]
            if other.pk not in (one.pk, one.reopens_id)
            and other.reopens_id != one.pk
            and probably_the_same(asked, facts)
        ]
    return found


def _facts(request: rows.Request) -> Asked:
    units: dict[str, int] = defaultdict(int)
    for line in request.lines.all():
        units[line.item] += line.quantity
    asker = request.organisation.strip().casefold() or str(request.representative_id or request.created_by_id)
    return Asked(place=request.place_id, asker=asker, raised_at=request.raised_at, people=request.people, items=units)
