"""What needs somebody: for each duty the rows that wait for a user, and the sentence that counts them. Reads only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet, Subquery
from django_otp.plugins.otp_totp.models import TOTPDevice

from karavan.desk import models as rows
from karavan.desk.access import rights, visible, where
from karavan.desk.emergencies import open_emergencies
from karavan.desk.requests import clock, with_priority
from karavan.desk.stock import with_states
from karavan.domain.approval import WARN_PERMILLE, Urgency
from karavan.domain.convoys import READINESS, ConvoyState
from karavan.domain.expiry import SOON, Freshness, freshness
from karavan.domain.ledger import AccountKind
from karavan.domain.message import Message
from karavan.domain.roles import Right

Row = TypeVar("Row", bound=Model)
Found = QuerySet[Any]

LATELY = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """
    Something that somebody with a right has to do.

    Attributes
    ----------
    name
        Also how a list is asked for these rows only: ``?wait=decide``.
    words
        The sentence that counts them.
    route, query
        The list that shows them; without a route there is none yet.
    rows
        Those that wait for the user, out of what they may see.
    is_urgent
        A time is running out, or somebody stands on the road.
    tells
        Whether people are told of each row besides (karavan/desk/telling.py).
    """

    name: str
    right: Right
    words: Message
    rows: Callable[[rows.User, datetime], Found]
    route: str = ""
    query: str = ""
    is_urgent: bool = False
    tells: bool = True

    @property
    def asked(self) -> str:
        return self.query or f"wait={self.name}"


def narrowed(found: QuerySet[Row], user: rows.User, name: str, now: datetime) -> tuple[QuerySet[Row], Duty | None]:
    """Of a list only what waits for the user, and the duty of that name; another list's or user's narrows nothing."""
    duty = DUTIES.get(name)
    if duty is None or duty.right not in rights(user):
        return found, None
    waiting = duty.rows(user, now)
    return (found.filter(pk__in=waiting.values("pk")), duty) if waiting.model is found.model else (found, None)


def words_of(duty: Duty | None, count: int) -> Message | None:
    """What stands above a list that shows only what waits."""
    return duty.words.having(count=count) if duty else None


def _requests(user: rows.User, now: datetime) -> QuerySet[rows.Request]:
    """Those that the user may decide: not the own ones, nor where the user has signed."""
    signed = rows.Decision.objects.filter(request=OuterRef("pk"), round=OuterRef("round"), by=user.pk)
    found = visible(user, rows.Request).filter(approval="submitted", place__in=where(user, Right.DECIDE_REQUEST))
    own = Q(created_by=user.pk) | Q(submitted_by=user.pk) | Exists(signed)
    return found.exclude(own & ~_where_alone(now))


def _where_alone(now: datetime) -> Q:
    """Rows of operations in which one person may sign alone now."""
    return Q(operation__in=open_emergencies(now).values("operation"))


def _hurried(user: rows.User, now: datetime) -> QuerySet[rows.Request]:
    """Of these, whose clock is at three quarters or over."""
    late = [
        row.pk
        for row in with_priority(_requests(user, now)).select_related("operation")
        if (running := clock(row.operation, row.submitted_at, row.priority))  # type: ignore[attr-defined]
        and running.urgency(now) is not Urgency.IN_TIME
    ]
    return rows.Request.objects.filter(pk__in=late)


def _sent_back(user: rows.User, now: datetime) -> QuerySet[rows.Request]:
    return visible(user, rows.Request).filter(approval="sent back", created_by=user.pk)


def _unplanned(user: rows.User, now: datetime) -> QuerySet[rows.Request]:
    found = visible(user, rows.Request).filter(approval="approved", place__in=where(user, Right.MAKE_PLAN))
    return found.exclude(Exists(rows.Consignment.objects.filter(request=OuterRef("pk"))))


def _plans(user: rows.User, now: datetime) -> QuerySet[rows.PlanDocument]:
    found = _of_places(visible(user, rows.PlanDocument), user, Right.APPROVE_PLAN).filter(approved=None)
    return found.exclude(Q(made_by=user.pk) & ~_where_alone(now))


def _unissued(user: rows.User, now: datetime) -> QuerySet[rows.PlanDocument]:
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


def _waybills(user: rows.User, right: Right, at: str, *states: str) -> Found:
    """Papers in one of these states whose ``at`` is where the user has the right."""
    found: Found = with_states(visible(user, rows.Waybill)).filter(**{f"{at}__in": where(user, right)})
    return found.filter(state__in=states)


def _shut(user: rows.User, now: datetime) -> QuerySet[rows.Convoy]:
    """Convoys yet to set out whose gate lacks a signature: the last one of each condition counts."""
    convoys = visible(user, rows.Convoy).filter(origin__in=where(user, Right.DISPATCH), arrive__gt=now)
    convoys = convoys.exclude(Exists(rows.CheckIn.objects.filter(convoy=OuterRef("pk"))))
    pks = list(convoys.values_list("pk", flat=True))
    met: dict[tuple[int, str], bool] = {}
    signed = rows.Readiness.objects.filter(convoy__in=pks).order_by("at", "id")
    for convoy, condition, is_met in signed.values_list("convoy", "condition", "met"):
        met[convoy, condition] = is_met
    shut = [pk for pk in pks if not all(met.get((pk, condition)) for condition in READINESS)]
    return rows.Convoy.objects.filter(pk__in=shut)


def _with_word(convoys: Found) -> Found:
    """Each with what it said last."""
    last = rows.CheckIn.objects.filter(convoy=OuterRef("pk")).order_by("-at", "-id")
    return convoys.annotate(said_last=Subquery(last.values("state")[:1]))


def _blocked(user: rows.User, now: datetime) -> Found:
    found = _of_places(visible(user, rows.Convoy), user, Right.DISPATCH)
    return _with_word(found).filter(said_last=ConvoyState.BLOCKED.value)


def _overdue(user: rows.User, now: datetime) -> Found:
    """On the road and not there by the hour of the plan."""
    found = _of_places(visible(user, rows.Convoy), user, Right.DISPATCH).filter(arrive__lt=now)
    going = (ConvoyState.RELEASED.value, ConvoyState.MOVING.value)
    return _with_word(found).filter(said_last__in=going)


def _losses(user: rows.User, now: datetime) -> QuerySet[rows.LossReport]:
    found = visible(user, rows.LossReport).filter(approved=None, place__in=where(user, Right.SIGN_LOSS))
    return found.exclude(Q(by=user.pk) & ~_where_alone(now))


def _counts(user: rows.User, now: datetime) -> QuerySet[rows.Count]:
    found = visible(user, rows.Count).filter(approved=None, place__in=where(user, Right.SIGN_LOSS))
    return found.exclude(Q(by=user.pk) & ~_where_alone(now))


def _expiring(user: rows.User, now: datetime) -> QuerySet[rows.Balance]:
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


def _clearances(user: rows.User, now: datetime) -> QuerySet[rows.Clearance]:
    """Without an answer when three quarters of the lead time are over."""
    found = _of_places(visible(user, rows.Clearance), user, Right.ISSUE_WAYBILL).filter(answer="waiting")
    found = found.exclude(Exists(rows.Clearance.objects.filter(answers=OuterRef("pk"))))
    due = [row.pk for row in found if (now - row.submitted_at).total_seconds() * 1000 >= row.lead_s * WARN_PERMILLE]
    return rows.Clearance.objects.filter(pk__in=due)


def _open_transit(user: rows.User, now: datetime) -> Found:
    """What has left and is not accounted for, for the auditor: the oldest first."""
    audited = _of_places(visible(user, rows.Waybill), user, Right.SEE_AUDIT)
    found: Found = with_states(audited)
    return found.filter(state__in=("in transit", "received")).order_by("dispatch__at", "pk")


def _old_transit(user: rows.User, now: datetime) -> Found:
    return _open_transit(user, now).filter(dispatch__at__lt=now - LATELY)


def _without_code(user: rows.User, now: datetime) -> QuerySet[rows.User]:
    """People who must sign in with a second factor and have not set one up."""
    held = rows.Membership.objects.filter(user__in=visible(user, rows.User), until=None).select_related("operation")
    owing = {row.user_id for row in held if row.role in row.operation.code_roles}
    has_code = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
    return rows.User.objects.filter(pk__in=owing, is_active=True).exclude(Exists(has_code))


def unsigned_changes(changes: QuerySet[rows.SettingChange]) -> QuerySet[rows.SettingChange]:
    """The last change of each operation, where it waits for a second person."""
    later = rows.SettingChange.objects.filter(operation=OuterRef("operation"), at__gt=OuterRef("at"))
    return changes.filter(approved=None, waits=True).exclude(Exists(later))


def _settings(user: rows.User, now: datetime) -> QuerySet[rows.SettingChange]:
    return unsigned_changes(visible(user, rows.SettingChange)).exclude(by=user.pk)


def _unsent(user: rows.User, now: datetime) -> QuerySet[rows.Mail]:
    """Mails of the user's people that failed more than once."""
    return rows.Mail.objects.filter(user__in=visible(user, rows.User), sent_at=None, tries__gt=1)


def _answered(user: rows.User, now: datetime) -> QuerySet[rows.Request]:
    """Of the user's own those that were decided lately."""
    last = rows.Decision.objects.filter(request=OuterRef("pk"), at__gt=now - LATELY)
    own = visible(user, rows.Request).filter(created_by=user.pk, approval__in=("approved", "rejected"))
    return own.filter(Exists(last))


_ALL = (
    Duty(
        name="hurry",
        right=Right.DECIDE_REQUEST,
        words=Message.counted(
            "{count} request must be decided at once: its time is nearly or quite over",
            "{count} requests must be decided at once: their time is nearly or quite over",
            count=0,
        ),
        route="requests",
        rows=_hurried,
        is_urgent=True,
    ),
    Duty(
        name="blocked",
        right=Right.DISPATCH,
        words=Message.counted("{count} convoy is blocked", "{count} convoys are blocked", count=0),
        route="convoys",
        rows=_blocked,
        is_urgent=True,
    ),
    Duty(
        name="overdue",
        right=Right.DISPATCH,
        words=Message.counted(
            "{count} convoy should have arrived and has not said so",
            "{count} convoys should have arrived and have not said so",
            count=0,
        ),
        route="convoys",
        rows=_overdue,
        is_urgent=True,
    ),
    Duty(
        name="clearance",
        right=Right.ISSUE_WAYBILL,
        words=Message.counted(
            "{count} clearance has no answer and its time is nearly over",
            "{count} clearances have no answer and their time is nearly over",
            count=0,
        ),
        rows=_clearances,
        is_urgent=True,
    ),
    Duty(
        name="decide",
        right=Right.DECIDE_REQUEST,
        words=Message.counted("{count} request waits for a decision", "{count} requests wait for a decision", count=0),
        route="requests",
        rows=_requests,
    ),
    Duty(
        name="mend",
        right=Right.RAISE_REQUEST,
        words=Message.counted(
            "{count} request was sent back to you", "{count} requests were sent back to you", count=0
        ),
        route="requests",
        rows=_sent_back,
    ),
    Duty(
        name="plan",
        right=Right.MAKE_PLAN,
        words=Message.counted(
            "{count} approved request has no waybill yet", "{count} approved requests have no waybill yet", count=0
        ),
        route="requests",
        rows=_unplanned,
    ),
    Duty(
        name="approve",
        right=Right.APPROVE_PLAN,
        words=Message.counted("{count} plan waits for approval", "{count} plans wait for approval", count=0),
        route="plans",
        rows=_plans,
    ),
    Duty(
        name="issue",
        right=Right.ISSUE_WAYBILL,
        words=Message.counted(
            "{count} approved plan has no waybills yet", "{count} approved plans have no waybills yet", count=0
        ),
        route="plans",
        rows=_unissued,
    ),
    Duty(
        name="load",
        right=Right.LOAD,
        words=Message.counted("{count} waybill is to be loaded", "{count} waybills are to be loaded", count=0),
        route="waybills",
        rows=lambda user, now: _waybills(user, Right.LOAD, "origin", "issued"),
    ),
    Duty(
        name="gate",
        right=Right.DISPATCH,
        words=Message.counted(
            "{count} convoy is not ready: its gate lacks something",
            "{count} convoys are not ready: their gates lack something",
            count=0,
        ),
        route="convoys",
        rows=_shut,
    ),
    Duty(
        name="dispatch",
        right=Right.DISPATCH,
        words=Message.counted(
            "{count} waybill is loaded and has not left", "{count} waybills are loaded and have not left", count=0
        ),
        route="waybills",
        rows=lambda user, now: _waybills(user, Right.DISPATCH, "origin", "loaded"),
    ),
    Duty(
        name="receive",
        right=Right.RECEIVE,
        words=Message.counted(
            "{count} waybill is on its way to you", "{count} waybills are on their way to you", count=0
        ),
        route="waybills",
        rows=lambda user, now: _waybills(user, Right.RECEIVE, "destination", "in transit"),
    ),
    Duty(
        name="loss",
        right=Right.SIGN_LOSS,
        words=Message.counted(
            "{count} loss waits for a second signature", "{count} losses wait for a second signature", count=0
        ),
        route="losses",
        rows=_losses,
    ),
    Duty(
        name="count",
        right=Right.SIGN_LOSS,
        words=Message.counted(
            "{count} count waits for a second signature", "{count} counts wait for a second signature", count=0
        ),
        route="counts",
        rows=_counts,
    ),
    Duty(
        name="expiry",
        right=Right.MOVE_STOCK,
        words=Message.counted(
            "{count} lot is expired or expires soon", "{count} lots are expired or expire soon", count=0
        ),
        route="stock",
        query="warn=1",
        rows=_expiring,
    ),
    Duty(
        name="old",
        right=Right.SEE_AUDIT,
        words=Message.counted(
            "{count} waybill has been open for more than a week",
            "{count} waybills have been open for more than a week",
            count=0,
        ),
        route="waybills",
        rows=_old_transit,
        tells=False,
    ),
    Duty(
        name="transit",
        right=Right.SEE_AUDIT,
        words=Message.counted(
            "{count} waybill has left and is not accounted for",
            "{count} waybills have left and are not accounted for",
            count=0,
        ),
        route="waybills",
        rows=_open_transit,
        tells=False,
    ),
    Duty(
        name="code",
        right=Right.MANAGE_USERS,
        words=Message.counted(
            "{count} person has no second factor and needs one",
            "{count} people have no second factor and need one",
            count=0,
        ),
        route="people",
        rows=_without_code,
        tells=False,
    ),
    Duty(
        name="settings",
        right=Right.EDIT_SETTINGS,
        words=Message.counted(
            "{count} change of settings waits for a second signature",
            "{count} changes of settings wait for a second signature",
            count=0,
        ),
        route="settings",
        rows=_settings,
    ),
    Duty(
        name="mail",
        right=Right.MANAGE_USERS,
        words=Message.counted("{count} mail could not be sent", "{count} mails could not be sent", count=0),
        route="mails",
        rows=_unsent,
    ),
)

DUTIES: dict[str, Duty] = {duty.name: duty for duty in _ALL}
"""The more urgent first."""

NEWS = (
    Duty(
        name="answered",
        right=Right.RAISE_REQUEST,
        words=Message.counted("{count} request of yours is decided", "{count} requests of yours are decided", count=0),
        route="requests",
        query="state=",
        rows=_answered,
    ),
)
"""What somebody is told without having to do anything."""
