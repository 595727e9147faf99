"""A convoy's gate as it stands: what is signed, and which gates a waybill passes. Read only."""

from __future__ import annotations

from django.db.models import QuerySet

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


def papers_of(convoy: rows.Convoy) -> QuerySet[rows.Waybill]:
    """The waybills whose goods travel in the convoy; of them the void ones are none."""
    found = rows.Waybill.objects.filter(
        journey__convoys__convoy=convoy, depart__lte=convoy.depart, arrive__gt=convoy.depart, void=None
    )
    return found.select_related("series").order_by("series", "no").distinct()
