"""What has changed since a plan was made, and which of its journeys that touches. Read only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import F

from karavan.desk import models as rows
from karavan.desk.judging import judged
from karavan.desk.replanning import Basis
from karavan.domain.message import ItemName, Message, PlaceName
from karavan.domain.needs import needs
from karavan.domain.plans import Journey, Plan
from karavan.domain.units import Quantity, time_text

_OF_THE_WHOLE = frozenset({"value", "share", "road-source", "unserved"})
"""Rules that speak of the plan's own account: of a plan that is being driven it is out of date by itself."""


@dataclass(frozen=True, slots=True)
class Touch:
    """A journey of the plan that cannot go on as planned, and why."""

    journey: str
    vehicle: str
    has_left: bool
    words: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Touched:
    """
    Attributes
    ----------
    others
        What is of no single journey: goods that are asked for, and that no journey brings.
    """

    journeys: tuple[Touch, ...]
    others: tuple[Message, ...]

    @property
    def holds(self) -> bool:
        return not self.journeys and not self.others


def touched(found: Basis) -> Touched:
    """The plan as it truly went so far, judged by what is known now."""
    words: dict[str, list[Message]] = defaultdict(list)
    others = list(_not_brought(found))
    zone = found.situation.operation.zone
    there = {journey.code: journey for journey in found.plan.journeys}
    for code in found.late:
        time = time_text(_sets_out(there[code]), zone)
        words[code].append(Message("it should have been loaded at {time}, and has not left", time=time))
    for code in found.void:
        words[code].append(Message("a waybill of it was made void"))
    for plate in found.stopped:
        for journey in found.previous.journeys:
            if journey.vehicle == plate:
                words[journey.code].append(Message("its vehicle was reported broken down, or in an accident"))
    for violation in judged(found.situation, _now(found)):
        code = violation.where.partition("/")[0]
        if code in there:
            words[code].append(violation.message)
        elif violation.rule not in _OF_THE_WHOLE:
            others.append(violation.message)
    touches = (
        Touch(journey.code, journey.vehicle, journey.code in found.left, tuple(dict.fromkeys(words[journey.code])))
        for journey in found.plan.journeys
        if journey.code in words
    )
    return Touched(tuple(touches), tuple(dict.fromkeys(others)))


def _now(found: Basis) -> Plan:
    """The plan as the judge reads it: what is past is history, what has left is frozen, what is late is not in it."""
    late = {*found.late, *found.void}
    return replace(
        found.previous,
        replanned_at=found.at,
        journeys=tuple(replace(it, frozen=it.code in found.left) for it in found.previous.journeys),
        convoys=tuple(it for it in found.previous.convoys if not late.intersection(it.journeys)),
    )


def _sets_out(journey: Journey) -> datetime:
    return next((stop.start for stop in journey.stops if stop.loads), journey.stops[0].start)


def _not_brought(found: Basis) -> Iterator[Message]:
    """What is asked for and neither brought by a journey nor known to be left behind."""
    late = [it for it in found.plan.journeys if it.code in found.late]
    journeys: Iterable[Journey] = (*found.previous.journeys, *late)
    place = {need.code: need.place for need in needs(found.situation)}
    brought: dict[str, int] = defaultdict(int)
    for journey in journeys:
        for stop in journey.stops:
            for goods in stop.unloads:
                if place.get(goods.need) == stop.place:
                    brought[goods.need] += goods.quantity
    for line in found.plan.unserved:
        brought[line.need] += line.quantity
    for need in needs(found.situation):
        missing = need.quantity - brought[need.code]
        if missing > 0:
            yield Message(
                "{place}: {quantity} {item} ({need}) is asked for, and no journey of the plan brings it",
                place=PlaceName(need.place),
                quantity=Quantity(missing, found.situation.item[need.item].unit),
                item=ItemName(need.item),
                need=need.code,
            )


def changes_since(plan: rows.PlanDocument) -> int:
    """Reports, decisions and shortfalls since the plan was made; whether they touch it, :func:`touched` says."""
    made, own = plan.made_at, plan.operation_id
    lines = rows.Loaded.objects.filter(line__waybill__operation=own, at__gt=made)
    return (
        rows.RoadReport.objects.filter(road__operation=own, reported_at__gt=made).count()
        + rows.Decision.objects.filter(request__operation=own, request__approval="approved", at__gt=made)
        .values("request")
        .distinct()
        .count()
        + rows.Cancellation.objects.filter(line__request__operation=own, at__gt=made).values("event").distinct().count()
        + rows.Incident.objects.filter(journey__operation=own, at__gt=made).count()
        + lines.filter(quantity__lt=F("line__quantity")).count()
    )
