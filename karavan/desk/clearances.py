"""How it stands with clearances and notifications, and what planned convoys still lack. Read only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Q, QuerySet

from karavan.desk import models as rows
from karavan.desk.access import visible
from karavan.domain.approval import Urgency
from karavan.domain.clearances import LEAD_S, Answer, ClearanceKind, Cover, Lack, ask_by, lack
from karavan.domain.planfile import plan_from_json
from karavan.domain.rules import Rules
from karavan.domain.situationfile import value_from_plain


@dataclass
class Asked:
    """One that was asked for, and every answer to it, the last one last."""

    row: rows.Clearance
    answers: list[rows.Clearance]

    @property
    def last(self) -> rows.Clearance:
        return self.answers[-1] if self.answers else self.row

    @property
    def answer(self) -> Answer:
        return Answer(self.last.answer)

    @property
    def cover(self) -> Cover:
        return Cover(
            kind=ClearanceKind(self.row.kind),
            answer=self.answer,
            asked=self.row.submitted_at,
            lead_s=self.row.lead_s,
            valid_from=self.last.valid_from,
            valid_until=self.last.valid_until,
            convoy=self.row.convoy.code if self.row.convoy else "",
            road=self.row.road.code if self.row.road else "",
        )

    def urgency(self, now: datetime) -> Urgency | None:
        """Of one that waits; a notification whose time is over waits for nothing any more."""
        if self.answer is not Answer.WAITING:
            return None
        found = self.cover.clock.urgency(now)
        over = found is Urgency.LATE and self.row.kind == ClearanceKind.NOTIFICATION
        return Urgency.IN_TIME if over else found


def asked(user: rows.User, operation: rows.Operation | int) -> list[Asked]:
    """All that the reader may see, the newest first."""
    return _with_answers(visible(user, rows.Clearance).filter(operation=operation))


def _with_answers(found: QuerySet[rows.Clearance]) -> list[Asked]:
    paths = "operation", "convoy__plan", "road__origin", "road__destination", "recorded_by"
    found = found.select_related(*paths).defer("convoy__plan__text")
    listed = list(found.order_by("recorded_at", "submitted_at", "id"))
    result = {it.pk: Asked(it, []) for it in listed if it.answers_id is None}
    for it in listed:
        if it.answers_id in result:
            result[it.answers_id].answers.append(it)
    return list(reversed(result.values()))


@dataclass
class Missing:
    """
    A convoy that is still to leave, and what it lacks.

    Attributes
    ----------
    by
        The last moment to ask, so that the lead time is over when it leaves.
    """

    convoy: rows.Convoy
    lack: Lack
    lead_s: int
    roads: list[rows.Road]

    @cached_property
    def by(self) -> datetime:
        return ask_by(self.convoy.depart, self.lead_s)

    def urgency(self, now: datetime) -> Urgency:
        """Warned when less than a quarter of the lead time is left to ask in, as every clock here."""
        if now >= self.by:
            return Urgency.LATE
        left_s = (self.by - now).total_seconds()
        return Urgency.WARNED if left_s * 4 <= self.lead_s else Urgency.IN_TIME


def missing(user: rows.User, operation: rows.Operation, now: datetime) -> list[Missing]:
    """Convoys that the reader may see, that have not left and that nothing covers, the first to leave first."""
    convoys = visible(user, rows.Convoy).filter(operation=operation, depart__gt=now).select_related("plan", "operation")
    convoys = convoys.defer("plan__text")
    named = convoys.prefetch_related("origin__names", "destination__names").order_by("depart", "id")
    known = asked(user, operation)
    lead_s = value_from_plain(Rules, operation.rules).notification_lead_s or LEAD_S
    result = []
    for convoy, way in ways(named):
        # A code names a convoy within its plan only.
        covers = [it.cover for it in known if it.row.convoy_id in (None, convoy.pk)]
        found = lack(convoy.code, way, convoy.depart, convoy.arrive, covers)
        if found is not None:
            roads = rows.Road.objects.filter(operation=operation, code__in=found.roads).order_by("position", "id")
            ends = roads.select_related("origin", "destination")
            result.append(Missing(convoy, found, lead_s, list(ends)))
    return result


def lacks_of(convoys: Iterable[rows.Convoy]) -> dict[int, Lack]:
    """What each of the convoys lacks by all that is on record, whoever may see it; none: nothing."""
    found = list(convoys)
    of_them = Q(convoy=None) | Q(convoy__in=[it.pk for it in found])
    known = rows.Clearance.objects.filter(of_them, operation__in={it.operation_id for it in found})
    covers: dict[tuple[int, int | None], list[Cover]] = defaultdict(list)
    for it in _with_answers(known):
        covers[it.row.operation_id, it.row.convoy_id].append(it.cover)
    lacking = {}
    for convoy, way in ways(found):
        mine = covers[convoy.operation_id, None] + covers[convoy.operation_id, convoy.pk]
        if what := lack(convoy.code, way, convoy.depart, convoy.arrive, mine):
            lacking[convoy.pk] = what
    return lacking


def ways(convoys: Iterable[rows.Convoy]) -> Iterator[tuple[rows.Convoy, tuple[str, ...]]]:
    """Each convoy with the roads of its way, as its plan has them."""
    found = list(convoys)
    digests = dict(rows.PlanDocument.objects.filter(pk__in={it.plan_id for it in found}).values_list("pk", "sha256"))
    for convoy in found:
        key = digests[convoy.plan_id]
        if key not in _known:
            if len(_known) >= MOST_KNOWN:
                _known.clear()
            _known[key] = {it.code: it.roads for it in plan_from_json(convoy.plan.text).convoys}
        yield convoy, _known[key].get(convoy.code, ())


MOST_KNOWN = 64
_known: dict[str, dict[str, tuple[str, ...]]] = {}
"""Ways of convoys by their plan's digest: a plan is some megabytes, never changes, and the first page asks for it."""
