"""Requests: the list with its clocks, one request with its likes and signatures, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.db.models import Q
from django.db.models.query import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from karavan.desk import actions, models as rows
from karavan.desk.access import may, rights, visible
from karavan.desk.duties import narrowed, words_of
from karavan.desk.emergencies import alone
from karavan.desk.requests import clock, likes, of_priority, progress, soonest_first, with_priority
from karavan.desk.views.asking import PRIORITIES
from karavan.desk.views.reading import (
    PAGE,
    a_request,
    contact_name,
    given_id,
    item_names,
    new_id,
    now,
    place_name,
    reader,
    zone,
)
from karavan.desk.views.sheets import At, Sheet, all_of, is_asked, taken
from karavan.domain.approval import EDITABLE, Clock, Decision, Fulfilment, Urgency
from karavan.domain.errors import NotAllowed, Refused
from karavan.domain.language import N_
from karavan.domain.message import Message
from karavan.domain.requests import Approval
from karavan.domain.roles import Right, Role, has
from karavan.domain.units import Measure, Quantity, time_text

APPROVAL_WORDS = {
    Approval.DRAFT: N_("draft"),
    Approval.SUBMITTED: N_("waits for a decision"),
    Approval.APPROVED: N_("approved"),
    Approval.REJECTED: N_("rejected"),
    Approval.SENT_BACK: N_("sent back"),
}
FULFILMENT_WORDS = {
    Fulfilment.PENDING: N_("nothing yet"),
    Fulfilment.ALLOCATED: N_("reserved"),
    Fulfilment.DISPATCHED: N_("on the road"),
    Fulfilment.PARTIAL: N_("in part"),
    Fulfilment.DELIVERED: N_("delivered"),
    Fulfilment.LOST: N_("lost"),
    Fulfilment.CANCELLED: N_("asked for no more"),
}
DECISION_WORDS = {
    Decision.APPROVE: N_("approved"),
    Decision.REJECT: N_("rejected"),
    Decision.SEND_BACK: N_("sent back"),
}
FILTERS = ("", *(state.value for state in Approval))


@dataclass(frozen=True, slots=True)
class Row:
    """A request in a list."""

    request: rows.Request
    place: str
    approval: Message
    progress: Message
    time: Message | None
    urgency: str
    likes: int


def time_left(running: Clock | None, now: datetime) -> tuple[Message | None, str]:
    """What the clock says, in words, and how urgent it is."""
    if running is None:
        return None, ""
    urgency, rest_s = running.urgency(now), round((running.end - now).total_seconds())
    span = Measure(abs(rest_s) // 60 * 60, "s")
    if urgency is Urgency.LATE:
        return Message("late by {span}", span=span), urgency.value
    if urgency is Urgency.WARNED:
        return Message("hurry: {span} left", span=span), urgency.value
    return Message("{span} left", span=span), urgency.value


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All that the reader may see; those that wait in the order of their clocks."""
    user, state = reader(request), request.GET.get("state", "")
    wait = request.GET.get("wait", "")
    found, duty = narrowed(visible(user, rows.Request), user, wait, now())
    found = _searched(with_priority(found), request.GET)
    order: Sequence[UUID] | QuerySet[rows.Request, UUID]
    if state == Approval.SUBMITTED or (duty and duty.name in ("decide", "hurry")):
        order = soonest_first(found)
    else:
        order = found.order_by("-raised_at", "-number").values_list("pk", flat=True)
    if is_asked(request):
        return taken(request, SHEET, _rows(user, _in_order(list(all_of(order))), with_likes=False))
    page = Paginator(order, PAGE).get_page(request.GET.get("page"))
    listed = _in_order(list(page.object_list))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "rows": _rows(user, listed),
        "page": page,
        "count": Message.counted("{count} request", "{count} requests", count=page.paginator.count),
        "query": query.urlencode(),
        "only": words_of(duty, page.paginator.count),
        "wait": wait,
        "state": state,
        "text": request.GET.get("text", ""),
        "priority": request.GET.get("priority", ""),
        "states": [(value.value, Message(word)) for value, word in APPROVAL_WORDS.items()],
        "priorities": [str(number) for number in PRIORITIES],
        "may_ask": Right.RAISE_REQUEST in rights(user),
        "may_import": {Right.RAISE_REQUEST, Right.SEE_CONTACTS} <= rights(user),
    }
    return render(request, "desk/requests/index.html", context)


def _in_order(order: list[UUID]) -> list[rows.Request]:
    """The requests of these ids, in their order."""
    found = with_priority(rows.Request.objects.filter(pk__in=order)).select_related("operation", "place")
    shown = {row.pk: row for row in found.prefetch_related("lines", "place__names")}
    return [shown[pk] for pk in order if pk in shown]


def _searched(found: QuerySet[rows.Request], asked: Any) -> QuerySet[rows.Request]:
    if asked.get("state", "") in FILTERS[1:]:
        found = found.filter(approval=asked["state"])
    if asked.get("priority", "") in {str(number) for number in PRIORITIES}:
        found = of_priority(found, int(asked["priority"]))
    if text := asked.get("text", "").strip()[:100]:
        by_name = rows.PlaceName.objects.filter(name__icontains=text).values("place")
        found = found.filter(
            Q(number__icontains=text)
            | Q(organisation__icontains=text)
            | Q(place__code__icontains=text)
            | Q(place__in=by_name)
        )
    return found


def _rows(user: rows.User, listed: list[rows.Request], *, with_likes: bool = True) -> list[Row]:
    """``with_likes``: duplicates are looked for, which takes its time in a long list."""
    moment, far = now(), progress(listed)
    near = likes(listed, visible(user, rows.Request)) if with_likes else {}
    result = []
    for row in listed:
        waits = row.approval == Approval.SUBMITTED
        priority = getattr(row, "priority", None)
        words, urgency = time_left(clock(row.operation, row.submitted_at, priority) if waits else None, moment)
        result.append(
            Row(
                request=row,
                place=place_name(row.place),
                approval=Message(APPROVAL_WORDS[Approval(row.approval)]),
                progress=Message(FULFILMENT_WORDS[far[row.pk]]),
                time=words,
                urgency=urgency,
                likes=len(near.get(row.pk, ())),
            )
        )
    return result


def _lines(row: Row) -> str:
    return "; ".join(f"{line.item} {line.quantity}" for line in row.request.lines.all())


SHEET = Sheet(
    "requests",
    Message("Requests"),
    (
        (Message("Number"), lambda it: it.request.number),
        (Message("Place"), lambda it: it.place),
        (Message("Organisation"), lambda it: it.request.organisation),
        (Message("People"), lambda it: it.request.people),
        (Message("Priority"), lambda it: it.request.priority),
        (Message("Raised at"), lambda it: At(it.request.raised_at, it.request.operation.time_zone)),
        (Message("Approval"), lambda it: it.approval),
        (Message("Time"), lambda it: it.time),
        (Message("Goods"), lambda it: it.progress),
        (Message("Lines"), _lines),
    ),
    operation=lambda it: it.request.operation,
)


@require_GET
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, a_request(request, pk))


def _page(request: HttpRequest, row: rows.Request, **more: Any) -> HttpResponse:
    user, state = reader(request), Approval(row.approval)
    like = likes([row], visible(user, rows.Request))[row.pk]
    priority = min((line.priority for line in row.lines.all()), default=2)
    waits = state is Approval.SUBMITTED
    words, urgency = time_left(clock(row.operation, row.submitted_at, priority) if waits else None, now())
    signed = list(row.decisions.select_related("by").order_by("round", "level"))
    reasons = dict(rows.Remark.objects.filter(event__in=[it.pk for it in signed]).values_list("event", "text"))
    local = zone(row.operation)
    is_alone = alone(row.operation_id, now())
    is_own = not is_alone and user.pk in (row.created_by_id, row.submitted_by_id)
    has_signed = not is_alone and any(it.by_id == user.pk and it.round == row.round for it in signed)
    may_decide = (
        waits and not is_own and not has_signed and may(user, Right.DECIDE_REQUEST, row.operation_id, row.place)
    )
    may_raise = may(user, Right.RAISE_REQUEST, row.operation_id, row.place)
    context = {
        "row": row,
        "facts": _facts(user, row),
        "likes": [_facts(user, other) for other in like],
        "state": Message(APPROVAL_WORDS[state]),
        "time": words,
        "urgency": urgency,
        "progress": Message(FULFILMENT_WORDS[progress([row])[row.pk]]),
        "levels": Message("{level} of {levels} signatures", level=row.level, levels=row.operation.levels),
        "awaited": _awaited(user, row, [it.by_id for it in signed if it.round == row.round]) if waits else (),
        "decisions": [
            (it, Message(DECISION_WORDS[Decision(it.decision)]), time_text(it.at, local), reasons.get(it.pk, ""))
            for it in signed
        ],
        "may_decide": may_decide,
        "is_own": is_own,
        "has_signed": has_signed,
        "may_edit": may_raise and state in EDITABLE,
        "cancelled": _cancelled(row, local),
        "may_cancel": state is Approval.APPROVED and may(user, Right.DECIDE_REQUEST, row.operation_id, row.place),
        "may_reopen": may_raise and state in (Approval.APPROVED, Approval.REJECTED),
        "waits": waits,
        "reopened_by": visible(user, rows.Request).filter(reopens=row).order_by("number"),
        "before": visible(user, rows.Request).filter(pk=row.reopens_id).first() if row.reopens_id else None,
        "new_id": new_id(),
        **more,
    }
    return render(request, "desk/requests/one.html", context, status=409 if more else 200)


def _awaited(user: rows.User, row: rows.Request, signed: list[UUID]) -> tuple[Message, ...]:
    """Which signature comes next, how many the operation's setting asks for, and who may give it."""
    levels = row.operation.levels
    words = [
        Message("Waits for signature {number} of {levels}.", number=row.level + 1, levels=levels),
        Message.counted(
            "The settings of this operation ask for {count} signature, of somebody who did not ask for it.",
            "The settings of this operation ask for {count} signatures, each of another person, none of whom asked "
            "for it.",
            count=levels,
        ),
    ]
    if alone(row.operation_id, now()):
        return (*words, Message("One person may sign alone now."))
    if may(user, Right.SEE_REQUESTS, row.operation_id, row.place):  # who else works here is told to no outsider
        barred = {row.created_by_id, row.submitted_by_id, *signed}
        deciders = [role.value for role in Role if has(role, Right.DECIDE_REQUEST)]
        held = rows.Membership.objects.filter(operation=row.operation_id, role__in=deciders, until=None)
        here = held.filter(Q(place=None) | Q(place=row.place), user__is_active=True).exclude(user__in=barred)
        names = sorted(set(here.values_list("user__login", flat=True)))
        words.append(
            Message("It can be given by: {names}.", names=", ".join(names))
            if names
            else Message("Nobody can give it: somebody else needs the role of an approver here.")
        )
    return tuple(words)


def _cancelled(row: rows.Request, local: ZoneInfo) -> list[tuple[str, Quantity, str, str, str]]:
    """What is asked for no more: goods, how much, who said so, when, why."""
    names = item_names([row.operation_id])
    found = list(rows.Cancellation.objects.filter(line__request=row).select_related("line", "by").order_by("id"))
    reasons = dict(rows.Remark.objects.filter(event__in=[it.event for it in found]).values_list("event", "text"))
    lines = []
    for it in found:
        name, unit = names.get((row.operation_id, it.line.item), (it.line.item, ""))
        told = Quantity(it.quantity, unit), it.by.login, time_text(it.at, local), reasons.get(it.event, "")
        lines.append((name, *told))
    return lines


def _facts(user: rows.User, row: rows.Request) -> dict[str, Any]:
    """A request as a column of the page: two of them can be read beside each other."""
    local, names = zone(row.operation), item_names([row.operation_id])
    lines = []
    for line in row.lines.all():
        name, unit = names.get((row.operation_id, line.item), (line.item, ""))
        until = time_text(line.needed_by, local) if line.needed_by else ""
        lines.append((name, Quantity(line.quantity, unit), line.priority, until))
    return {
        "row": row,
        "place": place_name(row.place),
        "raised_at": time_text(row.raised_at, local),
        "state": Message(APPROVAL_WORDS[Approval(row.approval)]),
        "organisation": row.organisation,
        "representative": contact_name(user, row.representative),
        "lines": lines,
    }


@require_POST
def submit(request: HttpRequest, pk: UUID) -> HttpResponse:
    actions.submit_request(reader(request), given_id(request), now(), request=pk)
    return redirect("request", pk)


@require_POST
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The reader's signature; what is refused is said on the request's own page, with the reason as it was typed."""
    row, remark = a_request(request, pk), request.POST.get("remark", "")
    try:
        decision = Decision(request.POST.get("decision", ""))
    except ValueError:
        return _page(request, row, problem=Message("Choose a decision."), remark=remark)
    try:
        actions.decide_request(reader(request), given_id(request), now(), request=pk, decision=decision, remark=remark)
    except NotAllowed:
        raise
    except Refused as error:
        row.refresh_from_db()
        return _page(request, row, problem=error.message, remark=remark, chosen=decision.value)
    return redirect("request", pk)
