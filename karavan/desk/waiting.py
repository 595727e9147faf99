"""For each duty the rows that wait for a user; karavan/desk/duties.py says in which words. Reads only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django_otp.plugins.otp_totp.models import TOTPDevice

from karavan.desk import models as rows
from karavan.desk.access import operations, visible, where
from karavan.desk.clearances import asked, missing
from karavan.desk.emergencies import open_emergencies
from karavan.desk.gates import heard, on_their_way, still_due, to_leave, unmet_of
from karavan.desk.replanning import in_force
from karavan.desk.requests import clock, with_priority
from karavan.desk.stock import in_states
from karavan.desk.touched import changes_since
from karavan.domain.approval import Urgency
from karavan.domain.convoys import ConvoyState
from karavan.domain.expiry import SOON, Freshness, freshness
from karavan.domain.ledger import AccountKind
from karavan.domain.roles import Right

Row = TypeVar("Row", bound=Model)
Found = QuerySet[Any]

LATELY = timedelta(days=7)


def to_decide(user: rows.User, now: datetime) -> QuerySet[rows.Request]:
    """Those that the user may decide: not the own ones, nor where the user has signed."""
    signed = rows.Decision.objects.filter(request=OuterRef("pk"), round=OuterRef("round"), by=user.pk)
    found = visible(user, rows.Request).filter(approval="submitted", place__in=where(user, Right.DECIDE_REQUEST))
    own = Q(created_by=user.pk) | Q(submitted_by=user.pk) | Exists(signed)
    return found.exclude(own & ~_where_alone(now))


def _where_alone(now: datetime) -> Q:
    """Rows of operations in which one person may sign alone now."""
    return Q(operation__in=open_emergencies(now).values("operation"))


def hurried(user: rows.User, now: datetime) -> QuerySet[rows.Request]:
    """Of these, whose clock is at three quarters or over."""
    late = [
        row.pk
        for row in with_priority(to_decide(user, now)).select_related("operation")
        if (running := clock(row.operation, row.submitted_at, row.priority))  # type: ignore[attr-defined]
        and running.urgency(now) is not Urgency.IN_TIME
    ]
    return rows.Request.objects.filter(pk__in=late)


def sent_back(user: rows.User, now: datetime) -> QuerySet[rows.Request]:
    return visible(user, rows.Request).filter(approval="sent back", created_by=user.pk)


def unplanned(user: rows.User, now: datetime) -> QuerySet[rows.Request]:
    found = visible(user, rows.Request).filter(approval="approved", place__in=where(user, Right.MAKE_PLAN))
    return found.exclude(Exists(rows.Consignment.objects.filter(request=OuterRef("pk"))))


def to_approve(user: rows.User, now: datetime) -> QuerySet[rows.PlanDocument]:
    found = _of_places(visible(user, rows.PlanDocument), user, Right.APPROVE_PLAN).filter(approved=None)
    return found.exclude(Q(made_by=user.pk) & ~_where_alone(now))


def unissued(user: rows.User, now: datetime) -> QuerySet[rows.PlanDocument]:
    """Approved, without papers, and no younger plan of the operation is approved."""
    found = _of_places(visible(user, rows.PlanDocument), user, Right.ISSUE_WAYBILL).filter(approved__isnull=False)
    younger = rows.PlanDocument.objects.filter(
        operation=OuterRef("operation"), made_at__gt=OuterRef("made_at"), approved__isnull=False
    )
    issued = rows.Journey.objects.filter(plan=OuterRef("pk"))
    return found.exclude(Exists(issued)).exclude(Exists(younger))


def _of_places(found: QuerySet[Row], user: rows.User, right: Right) -> QuerySet[Row]:
    """Rows of the operations in which the user has the right somewhere."""
    return found.filter(operation__in=where(user, right).values("operation"))


def waybills(user: rows.User, right: Right, at: str, *states: str) -> Found:
    """Papers in one of these states whose ``at`` is where the user has the right."""
    found = visible(user, rows.Waybill).filter(**{f"{at}__in": where(user, right)})
    return in_states(found, *states)


def shut(user: rows.User, now: datetime) -> QuerySet[rows.Convoy]:
    """Convoys that goods are still to leave with, and whose gate is not open."""
    convoys = visible(user, rows.Convoy).filter(origin__in=where(user, Right.DISPATCH), arrive__gt=now)
    unmet = unmet_of(still_due(to_leave(convoys)))
    return rows.Convoy.objects.filter(pk__in=[pk for pk, missing in unmet.items() if missing])


def _with_word(convoys: Found) -> Found:
    """Each with what it said last, or nothing."""
    last = heard(rows.CheckIn.objects.filter(convoy=OuterRef("pk"))).reverse()
    return convoys.annotate(said_last=Coalesce(Subquery(last.values("state")[:1]), Value("")))


def blocked(user: rows.User, now: datetime) -> Found:
    found = _of_places(visible(user, rows.Convoy), user, Right.DISPATCH)
    return _with_word(found).filter(said_last=ConvoyState.BLOCKED.value)


def turned_back(user: rows.User, now: datetime) -> Found:
    """Until what they carry is received somewhere."""
    found = _of_places(visible(user, rows.Convoy), user, Right.DISPATCH)
    return _with_word(on_their_way(found)).filter(said_last=ConvoyState.TURNED_BACK.value)


def overdue(user: rows.User, now: datetime) -> Found:
    """On the road and not there by the hour of the plan."""
    found = _of_places(visible(user, rows.Convoy), user, Right.DISPATCH).filter(arrive__lt=now)
    stands = (ConvoyState.BLOCKED.value, ConvoyState.TURNED_BACK.value, ConvoyState.ARRIVED.value)
    return _with_word(on_their_way(found)).exclude(said_last__in=stands)


def losses(user: rows.User, now: datetime) -> QuerySet[rows.LossReport]:
    found = visible(user, rows.LossReport).filter(approved=None, place__in=where(user, Right.SIGN_LOSS))
    return found.exclude(Q(by=user.pk) & ~_where_alone(now))


def counts(user: rows.User, now: datetime) -> QuerySet[rows.Count]:
    found = visible(user, rows.Count).filter(approved=None, place__in=where(user, Right.SIGN_LOSS))
    return found.exclude(Q(by=user.pk) & ~_where_alone(now))


def expiring(user: rows.User, now: datetime) -> QuerySet[rows.Balance]:
    """Lots of the user's stores that are expired or soon will be."""
    found = visible(user, rows.Balance).filter(
        account__kind=AccountKind.STOCK,
        account__place__in=where(user, Right.MOVE_STOCK),
        quantity__gt=0,
        batch__expiry__lt=now + SOON,
    )
    warned = [
        row.pk
        for row in found.select_related("batch__item")
        if freshness(row.batch.expiry, now, row.batch.item.shelf_life_s) is not Freshness.GOOD
    ]
    return rows.Balance.objects.filter(pk__in=warned)


_PRESSING = (Urgency.WARNED, Urgency.LATE)


def unanswered(user: rows.User, now: datetime) -> QuerySet[rows.Clearance]:
    """Without an answer when three quarters of the lead time are over."""
    due = [it.row.pk for one in _asking(user) for it in asked(user, one) if it.urgency(now) in _PRESSING]
    return rows.Clearance.objects.filter(pk__in=due)


def unasked(user: rows.User, now: datetime) -> QuerySet[rows.Convoy]:
    """Convoys that nothing covers, that nobody has asked for, and whose lead time is nearly the time that is left."""
    found = (it for one in _asking(user) for it in missing(user, one, now) if not it.lack.is_asked)
    return rows.Convoy.objects.filter(pk__in=[it.convoy.pk for it in found if it.urgency(now) in _PRESSING])


def _asking(user: rows.User) -> QuerySet[rows.Operation]:
    """Operations in which the user asks for clearances: for all of an operation, or not at all."""
    return operations(user, Right.ISSUE_WAYBILL)


def touched_plans(user: rows.User, now: datetime) -> QuerySet[rows.PlanDocument]:
    """Plans in force since which something has changed; whether it touches them, their page says."""
    found = []
    for operation in operations(user, Right.MAKE_PLAN):
        if now < operation.start + timedelta(seconds=operation.horizon_s):
            found += [plan.pk for plan in in_force(operation)[:1] if changes_since(plan)]
    return visible(user, rows.PlanDocument).filter(pk__in=found)


def open_transit(user: rows.User, now: datetime) -> Found:
    """What has left and is not accounted for, for the auditor: the oldest first."""
    audited = _of_places(visible(user, rows.Waybill), user, Right.SEE_AUDIT)
    return in_states(audited, "in transit", "received").order_by("dispatch__at", "pk")


def old_transit(user: rows.User, now: datetime) -> Found:
    return open_transit(user, now).filter(dispatch__at__lt=now - LATELY)


def without_code(user: rows.User, now: datetime) -> QuerySet[rows.User]:
    """People who must sign in with a second factor and have not set one up."""
    held = rows.Membership.objects.filter(user__in=visible(user, rows.User), until=None).select_related("operation")
    owing = {row.user_id for row in held if row.role in row.operation.code_roles}
    has_code = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
    return rows.User.objects.filter(pk__in=owing, is_active=True).exclude(Exists(has_code))


def unsigned_changes(changes: QuerySet[rows.SettingChange]) -> QuerySet[rows.SettingChange]:
    """The last change of each operation, where it waits for a second person."""
    later = rows.SettingChange.objects.filter(operation=OuterRef("operation"), at__gt=OuterRef("at"))
    return changes.filter(approved=None, waits=True).exclude(Exists(later))


def unsigned_settings(user: rows.User, now: datetime) -> QuerySet[rows.SettingChange]:
    return unsigned_changes(visible(user, rows.SettingChange)).exclude(by=user.pk)


def unsent(user: rows.User, now: datetime) -> QuerySet[rows.Mail]:
    """Mails of the user's people that failed more than once."""
    return rows.Mail.objects.filter(user__in=visible(user, rows.User), sent_at=None, tries__gt=1)


def answered(user: rows.User, now: datetime) -> QuerySet[rows.Request]:
    """Of the user's own those that were decided lately."""
    last = rows.Decision.objects.filter(request=OuterRef("pk"), at__gt=now - LATELY)
    own = visible(user, rows.Request).filter(created_by=user.pk, approval__in=("approved", "rejected"))
    return own.filter(Exists(last))
