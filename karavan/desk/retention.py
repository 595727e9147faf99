"""What of people is past its time: how long it is kept is an operation's setting, in days after it was last needed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db.models import F, Max, Min, Model, Q, QuerySet

from karavan.desk import models as rows
from karavan.desk.access import may, visible, where
from karavan.desk.links import DAYS
from karavan.desk.requests import progress
from karavan.domain.approval import EDITABLE, Fulfilment
from karavan.domain.audit import moment_text
from karavan.domain.message import Message
from karavan.domain.requests import Approval
from karavan.domain.roles import Right, Role

KINDS = ("contacts", "representatives", "words")
LEAST_D, MOST_D = 30, 3_650

WORDS: dict[type[Model], tuple[str, str, Message]] = {
    rows.CheckIn: ("convoy__operation", "at", Message("words of a check-in")),
    rows.Incident: ("journey__operation", "at", Message("words of an incident")),
    rows.RoadReport: ("road__operation", "reported_at", Message("words of a road report")),
    rows.VehicleService: ("vehicle__operation", "at", Message("words of an outage")),
}
"""Whose free words run out: the way to the operation, the moment, what they are. Reasons of signatures stay."""

_NAMING = (
    "contact entered",
    "driver entered",
    "driver named",
    "leader named",
    "place entered",
    "place changed",
    "request entered",
    "representative invited",
    "representative's link renewed",
    "requests imported",
    "places, roads and vehicles imported",
)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UNDER_WAY = frozenset((Fulfilment.PENDING, Fulfilment.ALLOCATED, Fulfilment.DISPATCHED, Fulfilment.PARTIAL))


@dataclass(frozen=True, slots=True)
class Due:
    """
    Attributes
    ----------
    kind
        One of :data:`KINDS`.
    pk
        Of the contact, the user, or the event with words.
    what
        A name, or the words themselves.
    last
        When it was last needed.
    """

    kind: str
    pk: UUID
    what: str
    label: Message
    last: datetime


def limit(operation: rows.Operation, kind: str, now: datetime) -> datetime | None:
    """What was last needed before this is past its time; ``None``: nothing ever is."""
    days = operation.retention_d.get(kind, 0)
    return now - timedelta(days=days) if days else None


def due(user: rows.User, operation: rows.Operation, now: datetime) -> list[Due]:
    """Of each kind what is past its time and the user may erase, the oldest first."""
    found: list[Due] = []
    if may(user, Right.SEE_CONTACTS, operation):
        found += [*due_contacts(user, operation, now), *_words(user, operation, now)]
    found += due_representatives(user, operation, now)
    return sorted(found, key=lambda it: (KINDS.index(it.kind), it.last, str(it.pk)))


def due_contacts(user: rows.User, operation: rows.Operation, now: datetime) -> Iterator[Due]:
    """Not those whom a request under way, an open role, or a newer event names or replaces."""
    before = limit(operation, "contacts", now)
    if before is None:
        return
    last = _last_needed(operation)
    floor = _floor(operation)
    recent = _named_since(before) | _replaced_since(operation, before)
    roles = rows.Membership.objects.filter(until=None, user__is_active=True, user__contact__operation=operation)
    in_use = set(roles.values_list("user__contact", flat=True)) | recent
    found = visible(user, rows.Contact).filter(operation=operation, erased_at=None)
    old = [it for it in found if it.pk not in in_use and last.get(it.pk, floor) < before]
    asked_by = rows.Request.objects.filter(representative__in=[it.pk for it in old])
    waiting = {it.representative_id for it in _under_way(asked_by)}
    for it in old:
        if it.pk not in waiting:
            yield Due("contacts", it.pk, it.name or it.phone or it.email, Message("contact"), last.get(it.pk, floor))


def _last_needed(operation: rows.Operation) -> dict[UUID, datetime]:
    """Contact -> the last moment at which papers or pages named them."""
    moments = (
        rows.Request.objects.filter(operation=operation).values_list("representative").annotate(Max("raised_at")),
        rows.Request.objects.filter(operation=operation).values_list("representative").annotate(Max("submitted_at")),
        rows.RequestLine.objects.filter(request__operation=operation)
        .values_list("request__representative")
        .annotate(Max("needed_by")),
        rows.Convoy.objects.filter(operation=operation).values_list("leader").annotate(Max("arrive")),
        rows.Journey.objects.filter(operation=operation).values_list("vehicle__driver").annotate(Max("depart")),
        rows.Membership.objects.filter(operation=operation).values_list("user__contact").annotate(Max("until")),
    )
    found: dict[UUID, datetime] = {}
    for table in moments:
        for contact, moment in table:
            if contact is not None and moment is not None:
                found[contact] = max(moment, found.get(contact, moment))
    until = _goes_on_until(operation)
    for named in (
        rows.Place.objects.filter(operation=operation).values_list("contact", flat=True),
        rows.Vehicle.objects.filter(operation=operation).values_list("driver", flat=True),
    ):
        for contact in named:
            if contact is not None:
                found[contact] = max(until, found.get(contact, until))
    return found


def _goes_on_until(operation: rows.Operation) -> datetime:
    """The end of its horizon, or of what came after it: until then whom a place or a vehicle names may be called."""
    last = [
        rows.Convoy.objects.filter(operation=operation).aggregate(last=Max("arrive")),
        rows.Journey.objects.filter(operation=operation).aggregate(last=Max("depart")),
        rows.Request.objects.filter(operation=operation).aggregate(last=Max("raised_at")),
    ]
    end = operation.start + timedelta(seconds=operation.horizon_s)
    return max([end, *(it["last"] for it in last if it["last"] is not None)])


def _floor(operation: rows.Operation) -> datetime:
    """When the operation began at this desk: what has no moment of its own is not older."""
    opened = rows.Membership.objects.filter(operation=operation).aggregate(first=Min("since"))["first"]
    return max(operation.start, opened) if opened else operation.start


def _named_since(moment: datetime) -> set[UUID]:
    """Contacts and users whom an event since then entered or named."""
    found: set[UUID] = set()
    events = rows.Event.objects.filter(received_at__gte=moment_text(moment), kind__in=_NAMING)
    for number, kind, body in events.values_list("id", "kind", "body").iterator():
        found.add(number)
        found.update(UUID(text) for text in _UUID.findall(body))
        if kind == "requests imported":
            found.update(uuid5(number, f"contact of {it['number']}") for it in json.loads(body)["values"]["requests"])
        if kind == "places, roads and vehicles imported":
            values = json.loads(body)["values"]
            found.update(uuid5(number, f"contact of place {it['code']}") for it in values["places"])
            found.update(uuid5(number, f"contact of vehicle {it['plate']}") for it in values["vehicles"])
    return found


def _replaced_since(operation: rows.Operation, moment: datetime) -> set[UUID]:
    """
    Drivers whose vehicle somebody else was named for since then: until that day they drove it.

    No event says whom a workbook named first; where one of these was replaced, all who came with a workbook are kept.
    """
    vehicles = set(rows.Vehicle.objects.filter(operation=operation).values_list("pk", flat=True))
    drives: dict[int, UUID | None] = {}
    found: set[UUID | None] = set()
    events = rows.Event.objects.filter(kind__in=("driver named", "driver entered")).order_by("seq")
    for number, kind, at, body in events.values_list("id", "kind", "received_at", "body").iterator():
        values = json.loads(body)["values"]
        vehicle = values["vehicle"]
        if vehicle not in vehicles:
            continue
        if at >= moment_text(moment) and vehicle in drives:
            found.add(drives[vehicle])
        elif at >= moment_text(moment):
            contacts = rows.Contact.objects.filter(operation=operation).exclude(pk__in=rows.Event.objects.values("id"))
            found.update(contacts.values_list("pk", flat=True))
        named = str(number) if kind == "driver entered" else values["contact"]
        drives[vehicle] = UUID(named) if named else None
    return {it for it in found if it is not None}


def _under_way(requests: QuerySet[rows.Request]) -> list[rows.Request]:
    """Those that wait for somebody, or whose goods are not there yet."""
    open_states = [Approval.SUBMITTED.value, *(state.value for state in EDITABLE)]
    waiting = list(requests.filter(approval__in=open_states))
    approved = list(requests.filter(approval=Approval.APPROVED.value).prefetch_related("lines"))
    far = progress(approved) if approved else {}
    return waiting + [it for it in approved if far[it.pk] in _UNDER_WAY]


def due_representatives(user: rows.User, operation: rows.Operation, now: datetime) -> Iterator[Due]:
    """Outsiders with a link, or who had one; while it may hold, they are not past their time."""
    before = limit(operation, "representatives", now)
    if before is None:
        return
    here = where(user, Right.INVITE_REPRESENTATIVE).filter(operation=operation)
    role = Role.REPRESENTATIVE.value
    mine = rows.Membership.objects.filter(operation=operation, role=role, place__in=here)
    others = rows.Membership.objects.filter(~Q(role=role) | ~Q(operation=operation))
    found = rows.User.objects.filter(pk__in=mine.values("user")).exclude(pk__in=others.values("user"))
    recent, links_hold = _named_since(before), _named_since(now - timedelta(days=DAYS))
    for it in found.exclude(login__startswith="erased-").prefetch_related("memberships").order_by("created_at"):
        is_open = any(row.until is None for row in it.memberships.all())
        asked = rows.Request.objects.filter(Q(created_by=it) | Q(submitted_by=it))
        moments = [it.created_at, it.last_login, *(row.until for row in it.memberships.all())]
        moments += asked.aggregate(a=Max("raised_at"), b=Max("submitted_at")).values()
        last = max(moment for moment in moments if moment is not None)
        holds = is_open and (it.pk in links_hold or last > now - timedelta(days=DAYS))
        if it.has_usable_password() or last >= before or it.pk in recent or holds or _under_way(asked):
            continue
        yield Due("representatives", it.pk, it.login, Message("representative's link"), last)


def _words(user: rows.User, operation: rows.Operation, now: datetime) -> Iterator[Due]:
    before = limit(operation, "words", now)
    if before is None:
        return
    for model, (way, moment, label) in WORDS.items():
        old = visible(user, model).filter(**{way: operation, f"{moment}__lt": before})
        moments = dict(old.values_list("pk", F(moment)))
        for event, text in rows.Remark.objects.filter(event__in=old.values("pk")).values_list("event", "text"):
            yield Due("words", event, text, label, moments[event])
