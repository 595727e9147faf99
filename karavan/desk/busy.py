"""Which vehicles have journeys to make by waybills that are issued, and when they are back. Read only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from karavan.desk import models as rows
from karavan.domain.convoys import IncidentKind
from karavan.domain.fleet import Vehicle
from karavan.domain.planfile import plan_from_json

HOMEWARD = timedelta(days=7)
"""No journey home is longer."""

STOPS_A_VEHICLE = frozenset((IncidentKind.BREAKDOWN, IncidentKind.ACCIDENT))


@dataclass(frozen=True, slots=True)
class Away:
    """
    A vehicle that is not free.

    Attributes
    ----------
    until
        When its last journey ends, and ``place`` where; ``None``: it should be back and is not, or it stands somewhere
        broken down, and nobody knows when it can be had.
    """

    since: datetime
    until: datetime | None = None
    place: str = ""

    def of(self, vehicle: Vehicle) -> Vehicle:
        """The vehicle as a planner may use it."""
        if self.until is None:
            limit = vehicle.available_until
            return replace(vehicle, available_until=min(self.since, limit) if limit else self.since)
        start = max(self.until, vehicle.available_from or self.until)
        homes = (self.place, *(home for home in vehicle.homes if home != self.place))
        return replace(vehicle, available_from=start, homes=homes)


def busy(operation: rows.Operation, now: datetime, besides: Collection[UUID] = ()) -> dict[int, Away]:
    """Vehicles by their row's number; journeys of the plans ``besides`` are not counted."""
    lately = Q(receipt=None) | Q(arrive__gte=now - HOMEWARD)
    papers = rows.Waybill.objects.filter(lately, operation=operation, void=None).exclude(plan__in=besides)
    found: dict[int, Away] = {}
    ends = _Ends()
    for paper in papers.select_related("journey", "dispatch", "receipt", "destination").order_by("depart", "id"):
        vehicle = paper.journey.vehicle_id
        end, place = ends.of(paper)
        is_on_its_way = hasattr(paper, "dispatch") and not hasattr(paper, "receipt")
        if end <= now and not is_on_its_way:
            continue
        before = found.get(vehicle)
        late = end <= now or (is_on_its_way and is_stopped(paper.journey))
        if late or (before is not None and before.until is None):
            found[vehicle] = Away(now)
        elif before is None or before.until is None or end > before.until:
            found[vehicle] = Away(now, end, place)
    return found


def is_stopped(journey: rows.Journey) -> bool:
    """Whether a breakdown or an accident was reported of it."""
    return rows.Incident.objects.filter(journey=journey, kind__in=[kind.value for kind in STOPS_A_VEHICLE]).exists()


class _Ends:
    """When and where journeys end, by the plans that they stand in: each is read once."""

    def __init__(self) -> None:
        self._plans: dict[UUID, dict[str, tuple[datetime, str]]] = defaultdict(dict)

    def of(self, paper: rows.Waybill) -> tuple[datetime, str]:
        if paper.plan_id is None:  # a transfer between own stores
            return paper.arrive, paper.destination.code
        if paper.plan_id not in self._plans:
            plan = plan_from_json(rows.PlanDocument.objects.values_list("text", flat=True).get(pk=paper.plan_id))
            self._plans[paper.plan_id] = {
                journey.code: (journey.stops[-1].end, journey.stops[-1].place) for journey in plan.journeys
            }
        return self._plans[paper.plan_id].get(paper.journey.code, (paper.arrive, paper.destination.code))
