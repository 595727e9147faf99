"""How an approved plan truly went so far, and what a new plan may start from: rows -> situation and plan. Read only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Sum

from karavan.desk import models as rows, store
from karavan.desk.busy import is_stopped
from karavan.domain.goods import Lot
from karavan.domain.ledger import AccountKind
from karavan.domain.planfile import plan_from_json
from karavan.domain.plans import Handling, Journey, Plan
from karavan.domain.situation import Situation
from karavan.domain.situationfile import situation_from_json
from karavan.domain.supply import lot_key, lots


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """
    What a plan is planned again from.

    Attributes
    ----------
    situation
        What is known now, from the first plan's start on, with what the plan's own journeys took still in its store.
    plan, previous
        The plan as it was approved; and as it truly went: with what was really loaded, without the journeys that
        should have left and have not, and those of which a waybill was made void.
    left, late, void
        Codes of the journeys that have left, of those that should have, and of those that nobody may drive any more.
    stopped
        Plates of vehicles that broke down, or had an accident, on their way.
    """

    situation: Situation
    plan: Plan
    previous: Plan
    left: tuple[str, ...]
    late: tuple[str, ...]
    void: tuple[str, ...]
    stopped: tuple[str, ...]
    at: datetime


def line_of_plans(plan: rows.PlanDocument) -> list[UUID]:
    """The plan, and those that it planned again, back to the first."""
    found = [plan.pk]
    while plan.replans is not None:
        plan = plan.replans
        found.append(plan.pk)
    return found


def codes_taken(plan: rows.PlanDocument) -> tuple[str, ...]:
    """What journeys and convoys of the plan, and of those that it planned again, are called: one code, one journey."""
    family = line_of_plans(plan)
    journeys = rows.Journey.objects.filter(plan__in=family).values_list("code", flat=True)
    convoys = rows.Convoy.objects.filter(plan__in=family).values_list("code", flat=True)
    return tuple(sorted({*journeys, *convoys}))


def in_force(operation: rows.Operation) -> list[rows.PlanDocument]:
    """Approved plans in whose place no other one is issued, the latest first."""
    approved = rows.PlanDocument.objects.filter(operation=operation, approved__isnull=False)
    replaced = rows.PlanDocument.objects.filter(journey__isnull=False, replans__isnull=False).values("replans")
    return list(approved.exclude(pk__in=replaced).defer("text").order_by("-made_at"))


def is_replaced(plan: rows.PlanDocument) -> bool:
    """Whether the journeys of a plan that plans it again are issued."""
    return rows.Journey.objects.filter(plan__replans=plan).exists()


def live_papers(plans: Collection[UUID]) -> list[rows.Waybill]:
    """Waybills of these plans that are not void."""
    found = rows.Waybill.objects.filter(plan__in=plans, void=None)
    return list(found.select_related("journey__vehicle", "dispatch", "receipt").order_by("id"))


def basis(plan: rows.PlanDocument, now: datetime, out: Collection[str] = ()) -> Basis:
    """
    Parameters
    ----------
    out
        Plates of vehicles that are out of service from now on.
    """
    before, old = situation_from_json(plan.situation.text), plan_from_json(plan.text)
    family = line_of_plans(plan)
    papers = live_papers(family)
    lines = _lines(papers)
    at = max(now, before.operation.start)
    left = tuple(dict.fromkeys(paper.journey.code for paper in papers if hasattr(paper, "dispatch")))
    left += tuple(journey.code for journey in old.journeys if journey.frozen and journey.code not in left)
    given_up = set(
        rows.Waybill.objects.filter(plan__in=family, void__isnull=False).values_list("journey__code", flat=True)
    )
    void = tuple(it.code for it in old.journeys if it.code in given_up and it.code not in left)
    late = tuple(it.code for it in old.journeys if it.code not in (*left, *void) and _begins(it) < at)
    situation = store.situation(plan.operation, now, besides=family, back=_taken(lines))
    situation = replace(
        situation,
        operation=replace(situation.operation, start=before.operation.start, horizon_s=before.operation.horizon_s),
        stock=tuple(_stock(situation, before, lines)),
        vehicles=tuple(
            replace(it, available_until=min(at, it.available_until or at)) if it.plate in out else it
            for it in situation.vehicles
        ),
    )
    carried = {it.pk: it for it in lines}
    went = tuple(_as_it_went(it, carried.values()) if it.code in left else it for it in old.journeys)
    previous = replace(old, journeys=tuple(it for it in went if it.code not in (*late, *void) and it.stops))
    there = {journey.code for journey in previous.journeys}
    on_the_way = [paper for paper in papers if hasattr(paper, "dispatch") and not hasattr(paper, "receipt")]
    return Basis(
        situation=situation,
        plan=old,
        previous=previous,
        left=tuple(code for code in left if code in there),
        late=late,
        void=void,
        stopped=tuple(dict.fromkeys(it.journey.vehicle.plate for it in on_the_way if is_stopped(it.journey))),
        at=at,
    )


def _begins(journey: Journey) -> datetime:
    """When the first of it is loaded; an empty drive before that can still be made later."""
    return next((stop.start for stop in journey.stops if stop.loads), journey.stops[0].start)


@dataclass(frozen=True, slots=True)
class _Line:
    """
    A waybill line and what became of it.

    Attributes
    ----------
    reserved, carried
        Units that are kept for it in store; and that it has truly taken with it and not lost.
    is_first
        The goods change vehicles at its destination.
    arrived
        Units that lie where they change vehicles, or went on from there.
    """

    pk: int
    journey: str
    origin: int
    destination: int
    batch: rows.Batch
    need: str
    reserved: int
    carried: int
    is_first: bool
    arrived: int


def _lines(papers: Iterable[rows.Waybill]) -> list[_Line]:
    by_number = {paper.pk: paper for paper in papers}
    found = rows.WaybillLine.objects.filter(waybill__in=by_number).select_related("batch__item", "batch__origin")
    sums = rows.Balance.objects.filter(account__line__in=found).values_list("account__line", "account__kind")
    held: dict[tuple[int, str], int] = {
        (line, kind): units for line, kind, units in sums.annotate(units=Sum("quantity")).order_by()
    }
    counted = dict(rows.ReceiptLine.objects.filter(line__in=found).values_list("line", "good"))
    lines = []
    for line in found.order_by("id"):
        paper = by_number[line.waybill_id]
        is_first = line.place_id not in (None, paper.destination_id)
        came_there = hasattr(paper, "receipt") and paper.receipt.place_id == paper.destination_id
        arrived = counted.get(line.pk, 0) if is_first and came_there else 0
        there = held.get((line.pk, AccountKind.TRANSIT.value), 0) + held.get((line.pk, AccountKind.DONE.value), 0)
        lines.append(
            _Line(
                pk=line.pk,
                journey=paper.journey.code,
                origin=paper.origin_id,
                destination=paper.destination_id,
                batch=line.batch,
                need=line.need,
                reserved=held.get((line.pk, AccountKind.RESERVED.value), 0),
                carried=min(line.quantity, there + arrived) if hasattr(paper, "dispatch") else 0,
                is_first=is_first,
                arrived=arrived,
            )
        )
    return lines


def _taken(lines: Iterable[_Line]) -> dict[tuple[int, int], int]:
    """
    What counts as lying in store again. The planner takes it out itself, with the journeys that have left; so what
    they brought to where it changes vehicles does not count as lying there.
    """
    back: dict[tuple[int, int], int] = defaultdict(int)
    for line in lines:
        back[line.origin, line.batch.pk] += line.reserved + line.carried
        if line.arrived:
            back[line.destination, line.batch.pk] -= line.arrived
    return dict(back)


def _stock(situation: Situation, before: Situation, lines: Iterable[_Line]) -> Iterable[Lot]:
    """
    What a bakery bakes from the first plan's start on, and the flour for it, is in the planned production: it does not
    count a second time.
    """
    baked = {(row.bakery, row.item) for row in before.production}
    flour = {(row.bakery, row.flour_item) for row in before.production if row.flour_g_per_unit}
    first = {lot_key(lot) for lot in before.stock}
    planned = {lot_key(lot) for lot in lots(before)}
    fresh = {lot for lot in planned - first if lot[:2] in baked}
    for lot in situation.stock:
        if (lot.place, lot.item) in flour or lot_key(lot) in fresh:
            continue
        if (lot.place, lot.item) in baked and lot_key(lot) not in first:
            continue
        yield lot
    yield from (lot for lot in before.stock if (lot.place, lot.item) in flour)


def _as_it_went(journey: Journey, lines: Iterable[_Line]) -> Journey:
    """A journey that has left, with what was really loaded and is not lost; without a stop: all of it came back."""
    own = [line for line in lines if line.journey == journey.code]
    if not own:  # it left under an earlier plan, and nothing is known of it but the plan
        return journey
    stops = journey.stops
    for stop in journey.stops:
        for goods in dict.fromkeys((it.need, it.item, it.lot, it.lot_place) for it in stop.loads):
            planned = sum(_units(it.loads, goods) for it in stops)
            carried = sum(line.carried for line in own if _is_of(line, goods))
            missing = planned - carried
            if missing > 0:
                stops = tuple(_without(stops, goods, missing))
    if not any(stop.loads for stop in stops):
        return replace(journey, stops=())
    return replace(journey, stops=stops)


Goods = tuple[str, str, str, str]
"""Need, item, lot, place of the lot."""


def _is_of(line: _Line, goods: Goods) -> bool:
    need, item, lot, _ = goods
    batch = line.batch
    return (line.need, batch.item.code) == (need, item) and lot in (batch.code, f"{batch.code}@{batch.origin.code}")


def _units(handlings: Iterable[Handling], goods: Goods) -> int:
    return sum(it.quantity for it in handlings if (it.need, it.item, it.lot, it.lot_place) == goods)


def _without(stops: Iterable, goods: Goods, missing: int) -> Iterable:
    """The stops with so much less of it put on, and so much less taken off, the last first."""
    loads = unloads = missing
    changed = []
    for stop in reversed(tuple(stops)):
        ups, loads = _less(stop.loads, goods, loads)
        downs, unloads = _less(stop.unloads, goods, unloads)
        changed.append(replace(stop, loads=ups, unloads=downs))
    return reversed(changed)


def _less(handlings: tuple[Handling, ...], goods: Goods, missing: int) -> tuple[tuple[Handling, ...], int]:
    kept = []
    for it in reversed(handlings):
        if (it.need, it.item, it.lot, it.lot_place) == goods and missing:
            part = min(missing, it.quantity)
            missing -= part
            if part == it.quantity:
                continue
            it = replace(it, quantity=it.quantity - part)
        kept.append(it)
    return tuple(reversed(kept)), missing
