"""A convoy's gate as it stands, which gates a waybill passes, and who takes its goods on. Read only."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

from karavan.desk import models as rows
from karavan.desk.clearances import lack_of
from karavan.domain.convoys import unready
from karavan.domain.message import Message


def signed(convoy: rows.Convoy) -> dict[str, bool]:
    """Each condition that somebody signed, as it was signed last."""
    return dict(rows.Readiness.objects.filter(convoy=convoy).order_by("at", "id").values_list("condition", "met"))


def signed_of(convoys: Iterable[rows.Convoy]) -> dict[int, dict[str, bool]]:
    """The same for many convoys at once, by their numbers."""
    found: dict[int, dict[str, bool]] = {convoy.pk: {} for convoy in convoys}
    signatures = rows.Readiness.objects.filter(convoy__in=found).order_by("at", "id")
    for convoy, condition, met in signatures.values_list("convoy", "condition", "met"):
        found[convoy][condition] = met
    return found


def groundless(convoy: rows.Convoy) -> dict[str, Message]:
    """Conditions that nobody can sign truthfully as things are on record, and what is missing."""
    found = {}
    if convoy.leader is None or convoy.leader.erased_at is not None:
        found["leader"] = Message("no leader of the convoy is named")
    if lack_of(convoy) is not None:
        found["clearance"] = Message(
            "no clearance or notification on record holds for the whole way and time of the convoy"
        )
    return found


def unmet(convoy: rows.Convoy) -> tuple[Message, ...]:
    """What keeps the convoy: not signed, or signed and not so any more, as when a clearance was withdrawn."""
    return unready(signed(convoy)) or tuple(groundless(convoy).values())


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
