"""A convoy's gate as it stands, which gates a waybill passes, and who takes its goods on. Read only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from karavan.desk import models as rows
from karavan.desk.clearances import lacks_of
from karavan.domain.convoys import ConvoyState, unready
from karavan.domain.message import Message


def signed(convoy: rows.Convoy) -> dict[str, bool]:
    """Each condition that somebody signed, as it was signed last."""
    return _signed_of([convoy])[convoy.pk]


def _signed_of(convoys: Iterable[rows.Convoy]) -> dict[int, dict[str, bool]]:
    found: dict[int, dict[str, bool]] = {convoy.pk: {} for convoy in convoys}
    signatures = rows.Readiness.objects.filter(convoy__in=found).order_by("at", "id")
    for convoy, condition, met in signatures.values_list("convoy", "condition", "met"):
        found[convoy][condition] = met
    return found


def groundless(convoy: rows.Convoy) -> dict[str, Message]:
    """Conditions that nobody can sign truthfully as things are on record, and what is missing."""
    return _groundless_of([convoy])[convoy.pk]


def _groundless_of(convoys: Iterable[rows.Convoy]) -> dict[int, dict[str, Message]]:
    found = {convoy.pk: convoy for convoy in convoys}
    led = set(
        rows.Convoy.objects.filter(pk__in=found, leader__erased_at=None)
        .exclude(leader=None)
        .values_list("pk", flat=True)
    )
    lacking = lacks_of(found.values())
    unprinted = set(
        aboard(rows.Convoy.objects.filter(pk__in=found), prints=None, void=None).values_list("pk", flat=True)
    )
    unmanned = _unmanned_of(found)
    missing: dict[int, dict[str, Message]] = {pk: {} for pk in found}
    for pk, reasons in missing.items():
        if pk not in led:
            reasons["leader"] = Message("no leader of the convoy is named")
        if pk in unmanned:
            plates = ", ".join(unmanned[pk])
            reasons["drivers"] = Message("no driver is named for {vehicles}", vehicles=plates)
        if pk in lacking:
            reasons["clearance"] = Message(
                "no clearance or notification on record holds for the whole way and time of the convoy"
            )
        if pk in unprinted:
            reasons["papers"] = Message("not every waybill of the convoy is printed")
    return missing


def _unmanned_of(convoys: Iterable[int]) -> dict[int, list[str]]:
    """The plates of each convoy's vehicles without a driver; a vehicle whose every waybill is void stays behind."""
    papers = rows.Waybill.objects.filter(journey=OuterRef("journey"))
    march = rows.ConvoyJourney.objects.filter(convoy__in=convoys).exclude(
        Exists(papers.filter(void__isnull=False)) & ~Exists(papers.filter(void=None))
    )
    driven = march.filter(journey__vehicle__driver__erased_at=None).exclude(journey__vehicle__driver=None)
    found: dict[int, list[str]] = {}
    for convoy, plate in (
        march.exclude(pk__in=driven.values("pk")).order_by("pk").values_list("convoy", "journey__vehicle__plate")
    ):
        found.setdefault(convoy, []).append(plate)
    return found


def unmet(convoy: rows.Convoy) -> tuple[Message, ...]:
    """What keeps the convoy: not signed, or signed and not so any more, as when a clearance was withdrawn."""
    return unmet_of([convoy])[convoy.pk]


def unmet_of(convoys: Iterable[rows.Convoy]) -> dict[int, tuple[Message, ...]]:
    """The one judgement of gates, for many convoys at once: pages, duties and the write that lets goods go ask it."""
    found = list(convoys)
    missing = {pk: unready(conditions) for pk, conditions in _signed_of(found).items()}
    signed_all = [it for it in found if not missing[it.pk]]
    if signed_all:
        missing |= {pk: tuple(reasons.values()) for pk, reasons in _groundless_of(signed_all).items()}
    return missing


def aboard(convoys: QuerySet[rows.Convoy], **of_waybill: object) -> QuerySet[rows.Convoy]:
    """Those in which the goods of such a waybill travel."""
    return convoys.filter(Exists(_papers().filter(**of_waybill)))


def _papers() -> QuerySet[rows.Waybill]:
    """The waybills of a convoy of the query around this one."""
    return rows.Waybill.objects.filter(
        journey__convoys__convoy=OuterRef("pk"), depart__lte=OuterRef("depart"), arrive__gt=OuterRef("depart")
    )


def left_of(convoys: Iterable[rows.Convoy]) -> dict[int, datetime]:
    """
    When each convoy left: with its first waybill that was dispatched. One that carries nothing leaves when it is
    released. Those that have not left are not in.
    """
    found = [convoy.pk for convoy in convoys]
    known = rows.Convoy.objects.filter(pk__in=found).annotate(
        dispatched=Subquery(
            _papers().filter(dispatch__isnull=False).order_by("dispatch__at").values("dispatch__at")[:1]
        ),
        carries=Exists(_papers()),
        released=Subquery(
            heard(rows.CheckIn.objects.filter(convoy=OuterRef("pk"), state=ConvoyState.RELEASED)).values("moment")[:1]
        ),
    )
    left = {
        pk: dispatched if carries else released
        for pk, dispatched, carries, released in known.values_list("pk", "dispatched", "carries", "released")
    }
    return {pk: moment for pk, moment in left.items() if moment is not None}


def to_leave(convoys: QuerySet[rows.Convoy]) -> QuerySet[rows.Convoy]:
    """Those of which a waybill is to be dispatched yet, or that carry nothing and are not released."""
    released = rows.CheckIn.objects.filter(convoy=OuterRef("pk"), state=ConvoyState.RELEASED)
    waits = Exists(_papers().filter(void=None, dispatch=None))
    return convoys.filter(waits | (~Exists(released) & ~Exists(_papers())))


def on_their_way(convoys: QuerySet[rows.Convoy]) -> QuerySet[rows.Convoy]:
    """Those with a waybill that left and was not counted, and those that carry nothing and were released."""
    released = rows.CheckIn.objects.filter(convoy=OuterRef("pk"), state=ConvoyState.RELEASED)
    rolls = Exists(_papers().filter(dispatch__isnull=False, receipt=None))
    return convoys.filter(rolls | (Exists(released) & ~Exists(_papers())))


def heard(found: QuerySet[Any]) -> QuerySet[Any]:
    """Check-ins or incidents by the ``moment`` that they tell of, whenever they were written down."""
    return found.annotate(moment=Coalesce("seen_at", "at")).order_by("moment", "at", "id")


def convoys_of(waybill: rows.Waybill) -> list[rows.Convoy]:
    """The convoys that the waybill's goods travel in: those that its journey joins before they are handed over."""
    found = rows.Convoy.objects.filter(
        march__journey=waybill.journey_id, depart__gte=waybill.depart, depart__lt=waybill.arrive
    )
    return list(found.order_by("depart", "id").distinct())


def papers_of(convoy: rows.Convoy) -> QuerySet[rows.Waybill]:
    """The waybills whose goods travel in the convoy; of them the void ones are none."""
    found = rows.Waybill.objects.filter(
        journey__convoys__convoy=convoy, depart__lte=convoy.depart, arrive__gt=convoy.depart, void=None
    )
    return found.select_related("series").order_by("series", "no").distinct()


def onward_lines(line: rows.WaybillLine) -> list[rows.WaybillLine]:
    """The lines of waybills that take these goods on from where they change vehicles, and have not left."""
    paper = line.waybill
    if line.place_id in (None, paper.destination_id):
        return []
    found = rows.WaybillLine.objects.filter(
        need=line.need,
        batch=line.batch_id,
        waybill__operation=paper.operation_id,
        waybill__origin=paper.destination_id,
        waybill__void=None,
        waybill__dispatch=None,
    )
    paths = "waybill__series", "waybill__journey__vehicle", "waybill__destination", "loaded", "batch"
    return list(found.select_related(*paths).order_by("waybill__depart", "id"))


def still_due(convoys: QuerySet[rows.Convoy]) -> QuerySet[rows.Convoy]:
    """Without those of which every waybill is void: another plan has taken their place."""
    papers = rows.Waybill.objects.filter(journey__convoys__convoy=OuterRef("pk"))
    return convoys.exclude(Exists(papers.filter(void__isnull=False)) & ~Exists(papers.filter(void=None)))
