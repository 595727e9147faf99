"""What is reported of roads, and the permissions to use them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max

from karavan.desk import models as rows
from karavan.desk.actions.posting import Entry, action
from karavan.domain.errors import Refused
from karavan.domain.hours import Hours
from karavan.domain.message import Message
from karavan.domain.roads import RoadStatus
from karavan.domain.roles import Right


@action("road reported", "remark")
def report_road(
    entry: Entry,
    *,
    road: int,
    status: RoadStatus,
    source: str,
    status_from: datetime | None = None,
    status_until: datetime | None = None,
    valid_until: datetime | None = None,
    gate: str | None = None,
    remark: str = "",
) -> None:
    """The last report counts. Limits and rules that it does not speak of stay those of the report before."""
    row = entry.see(rows.Road, road)
    entry.require(Right.REPORT_ROAD, row.operation_id)
    if not source.strip():
        raise Refused(Message("a report names its source"))
    before = row.reports.order_by("number").last()
    kept = {name: getattr(before, name) for name in _LIMITS} if before else {}
    if gate is not None:
        kept["gate"] = str(_hours(gate)) if gate else ""
    rows.RoadReport.objects.create(
        id=entry.id,
        road=row,
        number=(row.reports.aggregate(last=Max("number"))["last"] or 0) + 1,
        status=status.value,
        status_from=status_from,
        status_until=status_until,
        source=source,
        reported_by=entry.actor,
        reported_at=entry.now,
        valid_until=valid_until,
        **kept,
    )


_LIMITS = ("max_gross_mass_g", "max_height_mm", "max_width_mm", "gate", "convoy_only", "night_allowed")


def _hours(text: str) -> Hours:
    try:
        return Hours.parse(text)
    except ValueError:
        raise Refused(Message("hours are written like 08:00-18:00 or Mo-Fr 08:00-17:00")) from None


@action("clearance asked")
def ask_clearance(entry: Entry, *, operation: int, kind: str, authority: str, reference: str, lead_s: int) -> None:
    """A permission or a notification whose lead time runs from now."""
    entry.require(Right.ISSUE_WAYBILL, operation)
    rows.Clearance.objects.create(
        id=entry.id,
        operation_id=operation,
        kind=kind,
        authority=authority,
        reference=reference,
        lead_s=lead_s,
        submitted_at=entry.now,
        recorded_by=entry.actor,
    )
