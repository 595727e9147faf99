"""A convoy's gate as it stands: what is signed, and which gates a waybill passes. Read only."""

from __future__ import annotations

from collections.abc import Iterable

from karavan.desk import models as rows


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


def convoys_of(waybill: rows.Waybill) -> list[rows.Convoy]:
    """The convoys that the waybill's goods travel in: those that its journey joins before they are handed over."""
    found = rows.Convoy.objects.filter(
        march__journey=waybill.journey_id, depart__gte=waybill.depart, depart__lt=waybill.arrive
    )
    return list(found.order_by("depart", "id").distinct())
