"""What is reported of roads."""

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
    max_gross_mass_g: int | None = None,
    max_height_mm: int | None = None,
    max_width_mm: int | None = None,
    convoy_only: bool | None = None,
    night_allowed: bool | None = None,
    remark: str = "",
) -> None:
    """
    The last report counts.

    Parameters
    ----------
    valid_until
        Afterwards the road is of unknown status, until somebody reports again.
    gate, max_gross_mass_g, max_height_mm, max_width_mm, convoy_only, night_allowed
        ``None``: as in the report before; no hours and nought: no limit any more.
    """
    row = entry.see(rows.Road, road)
    entry.require(Right.REPORT_ROAD, row.operation_id)
    if not source.strip():
        raise Refused(Message("a report names its source"))
    if status_from and status_until and status_from >= status_until:
        raise Refused(Message("the end is not after the beginning"))
    if valid_until and valid_until <= entry.now:
        raise Refused(Message("a report that counts no more says nothing"))
    limits = {"max_gross_mass_g": max_gross_mass_g, "max_height_mm": max_height_mm, "max_width_mm": max_width_mm}
    if any(limit is not None and limit < 0 for limit in limits.values()):
        raise Refused(Message("a limit is not below nought"))
    before = row.reports.order_by("number").last()
    kept = {name: getattr(before, name) for name in _LIMITS} if before else {}
    kept |= {name: limit or None for name, limit in limits.items() if limit is not None}
    said = {"convoy_only": convoy_only, "night_allowed": night_allowed}
    kept |= {name: value for name, value in said.items() if value is not None}
    if gate is not None:
        kept["gate"] = hours(gate) if gate else ""
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


LONGEST_HOURS = 500
_LIMITS = ("max_gross_mass_g", "max_height_mm", "max_width_mm", "gate", "convoy_only", "night_allowed")


def hours(text: str) -> str:
    """
    Hours as they are kept.

    Raises
    ------
    Refused
        Nobody can read them, or they are longer than a column.
    """
    try:
        found = str(Hours.parse(text))
        if len(found) > LONGEST_HOURS:
            raise ValueError(text)
        return found
    except ValueError:
        raise Refused(Message("hours are written like 08:00-18:00 or Mo-Fr 08:00-17:00")) from None
