"""The first page: what waits for the reader."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from karavan.desk import clearances, models as rows
from karavan.desk.access import may, rights, visible, where
from karavan.desk.replanning import in_force
from karavan.desk.touched import changes_since
from karavan.desk.views.reading import now, place_name, zone
from karavan.domain.approval import Urgency
from karavan.domain.language import N_
from karavan.domain.message import Message
from karavan.domain.roles import Right, Role
from karavan.domain.units import time_text

ROLE_WORDS = {
    Role.REPRESENTATIVE: N_("representative"),
    Role.OFFICER: N_("officer"),
    Role.APPROVER: N_("approver"),
    Role.PLANNER: N_("planner"),
    Role.DISPATCHER: N_("dispatcher"),
    Role.STOREKEEPER: N_("storekeeper"),
    Role.RECEIVER: N_("receiver"),
    Role.COUNTER: N_("counter"),
    Role.AUDITOR: N_("auditor"),
    Role.ADMIN: N_("administrator"),
}


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, rows.User)  # the access table lets in nobody else
    roles = rows.Membership.objects.filter(user=user.pk, until=None).select_related("operation", "place")
    context = {
        "roles": [(Message(ROLE_WORDS[Role(row.role)]), row.operation.name, _place(row)) for row in roles],
        "waiting": list(_waiting(user)),
    }
    return render(request, "desk/home.html", context)


def _since(operation: rows.Operation) -> Iterator[Message]:
    """What has changed since the plan that is in force was made."""
    for plan in in_force(operation)[:1]:
        if (count := changes_since(plan)) and now() < operation.start + timedelta(seconds=operation.horizon_s):
            yield Message.counted(
                "{count} change since the plan of {time} was made: look whether it still holds",
                "{count} changes since the plan of {time} was made: look whether it still holds",
                count=count,
                time=time_text(plan.made_at, zone(operation)),
            )


def _place(row: rows.Membership) -> str:
    return place_name(row.place) if row.place else ""


def _waiting(user: rows.User) -> Iterator[Message]:
    """What needs somebody with the reader's rights."""
    mine = rights(user)
    if Right.DECIDE_REQUEST in mine:
        count = visible(user, rows.Request).filter(approval="submitted").exclude(created_by=user.pk).count()
        yield Message.counted(
            "{count} request waits for a decision", "{count} requests wait for a decision", count=count
        )
    if Right.MAKE_PLAN in mine:
        for operation in rows.Operation.objects.order_by("code"):
            if may(user, Right.MAKE_PLAN, operation):
                yield from _since(operation)
    if Right.APPROVE_PLAN in mine:
        count = visible(user, rows.PlanDocument).filter(approved=None).exclude(made_by=user.pk).count()
        yield Message.counted("{count} plan waits for approval", "{count} plans wait for approval", count=count)
    if Right.DISPATCH in mine:
        count = visible(user, rows.Waybill).filter(dispatch=None, void=None).count()
        yield Message.counted("{count} waybill has not left", "{count} waybills have not left", count=count)
    if Right.ISSUE_WAYBILL in mine:
        yield from _clearances(user)
    if Right.RECEIVE in mine:
        count = visible(user, rows.Waybill).filter(dispatch__isnull=False, receipt=None).count()
        yield Message.counted("{count} waybill is on the road", "{count} waybills are on the road", count=count)
    if Right.SIGN_LOSS in mine:
        count = visible(user, rows.LossReport).filter(approved=None).exclude(by=user.pk).count()
        yield Message.counted(
            "{count} loss waits for a second signature", "{count} losses wait for a second signature", count=count
        )


def _clearances(user: rows.User) -> Iterator[Message]:
    """Answers that are due, and convoys that nobody has asked for: from three quarters of the time on."""
    now = datetime.now(UTC)
    due = lacking = 0
    for operation in rows.Operation.objects.filter(pk__in=where(user, Right.ISSUE_WAYBILL).values("operation")):
        due += sum(it.urgency(now) in _PRESSING for it in clearances.asked(user, operation))
        found = (it for it in clearances.missing(user, operation, now) if not it.lack.is_asked)
        lacking += sum(it.urgency(now) in _PRESSING for it in found)
    if due:
        yield Message.counted(
            "{count} answer to a clearance is due soon or late",
            "{count} answers to clearances are due soon or late",
            count=due,
        )
    if lacking:
        yield Message.counted(
            "for {count} convoy a clearance must be asked now",
            "for {count} convoys a clearance must be asked now",
            count=lacking,
        )


_PRESSING = (Urgency.WARNED, Urgency.LATE)
