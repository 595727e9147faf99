"""A convoy's gate as it stands: what is signed, and which gates a waybill passes. Read only."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from karavan.desk import models as rows


def signed(convoy: rows.Convoy) -> dict[str, bool]:
    """Each condition that somebody signed, as it was signed last."""
    return dict(rows.Readiness.objects.filter(convoy=convoy).order_by("at", "id").values_list("condition", "met"))


def convoys_of(waybill: rows.Waybill) -> list[rows.Convoy]:
    """The convoys that the waybill's goods travel in: those that its journey joins before they are handed over."""
    found = rows.Convoy.objects.filter(
        march__journey=waybill.journey_id, depart__gte=waybill.depart, depart__lt=waybill.arrive
    )
    return list(found.order_by("depart", "id").distinct())


def still_due(convoys: QuerySet[rows.Convoy]) -> QuerySet[rows.Convoy]:
    """Without those of which every waybill is void: another plan has taken their place."""
    papers = rows.Waybill.objects.filter(journey__convoys__convoy=OuterRef("pk"))
    return convoys.exclude(Exists(papers.filter(void__isnull=False)) & ~Exists(papers.filter(void=None)))
