"""Plans: one button, the search as it goes on, the plan with map and tables, the second signature, the waybills."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from karavan.desk import actions, jobs, models as rows
from karavan.desk.access import may, seen, visible
from karavan.desk.duties import narrowed, words_of
from karavan.desk.emergencies import alone
from karavan.desk.judging import judged
from karavan.desk.leases import give_up_dead, is_searched
from karavan.desk.replanning import is_replaced, line_of_plans
from karavan.desk.stock import waybill_number
from karavan.desk.touched import changes_since
from karavan.desk.views.reading import PAGE, given_id, item_names, new_id, now, reader, whole, zone
from karavan.desk.views.replans import SEARCH_S, teller
from karavan.desk.views.sheets import At, Sheet, all_of, is_asked, taken
from karavan.domain.errors import NotAllowed, Refused
from karavan.domain.language import N_
from karavan.domain.left_behind import left_behind
from karavan.domain.message import Message, PlaceName
from karavan.domain.planfile import plan_from_json
from karavan.domain.plans import Plan, Unserved
from karavan.domain.roles import Right
from karavan.domain.situation import Situation
from karavan.domain.situationfile import situation_from_json
from karavan.domain.units import Measure, Quantity, time_text
from karavan.domain.waybills import departure_order
from karavan.papers.page import page as plan_page

Items = dict[tuple[int, str], tuple[str, str]]
AGAIN_S = 5
STUCK = timedelta(minutes=2)
LINES_SHOWN = 40
JOURNEYS_SHOWN = 100

_PAGE_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
"""For plan.html, which also names its own script and style by their digests: a browser obeys both."""

_OTHERS = {
    "hand": Message("by hand: nearest first, full trucks"),
    "cost": Message("cheapest: planned for cost only"),
}

STATE_WORDS = {
    "waiting": N_("waits for the planner"),
    "running": N_("is searched"),
    "done": N_("done"),
    "failed": N_("failed"),
    "cancelled": N_("called off"),
}


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    user, wait = reader(request), request.GET.get("wait", "")
    give_up_dead(now())
    found, duty = narrowed(visible(user, rows.PlanDocument), user, wait, now())
    plans = found.select_related("operation", "made_by", "approved__by").defer("text")
    if is_asked(request):
        return taken(request, SHEET, all_of(plans.order_by("-made_at", "-id")))
    page = Paginator(plans.order_by("-made_at", "-id"), PAGE).get_page(request.GET.get("page"))
    jobs_open = visible(user, rows.PlanningJob).exclude(state="done").select_related("operation", "asked_by")
    context = {
        "page": page,
        "query": urlencode({"wait": wait}) if wait else "",
        "only": words_of(duty, page.paginator.count),
        "plans": [(it, time_text(it.made_at, zone(it.operation)), _state(it)) for it in page.object_list],
        "jobs": [
            (it, time_text(it.asked_at, zone(it.operation)), Message(STATE_WORDS[it.state]))
            for it in jobs_open.order_by("-asked_at")[:10]
        ],
        "operations": [it for it in rows.Operation.objects.order_by("code") if may(user, Right.MAKE_PLAN, it)],
        "searches": [(seconds, Measure(seconds, "s")) for seconds in SEARCH_S],
        "new_id": new_id(),
    }
    return render(request, "desk/plans/index.html", context)


def _approver(plan: rows.PlanDocument) -> str:
    return plan.approved.by.login if hasattr(plan, "approved") else ""


SHEET = Sheet(
    "plans",
    Message("Plans"),
    (
        (Message("Made at"), lambda it: At(it.made_at, it.operation.time_zone)),
        (Message("Operation"), lambda it: it.operation.code),
        (Message("Made by"), lambda it: it.made_by.login),
        (Message("State"), lambda it: _state(it)),
        (Message("Approved by"), _approver),
        (Message("Digest"), lambda it: it.sha256),
    ),
)


def _state(plan: rows.PlanDocument) -> Message:
    if not hasattr(plan, "approved"):
        return Message("waits for a second person")
    if is_replaced(plan):
        return Message("replaced by another plan")
    if rows.Journey.objects.filter(plan=plan).exists():
        return Message("approved, waybills issued")
    return Message("approved")


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """The desk as it is now becomes a situation, and a job plans it; sent twice, it is one job."""
    seconds, operation = whole(request.POST.get("limit_s", "")), whole(request.POST.get("operation", ""))
    if seconds not in SEARCH_S or operation is None:
        raise Refused(Message("the form is not whole; open the page again"))
    posted = actions.ask_plan(reader(request), given_id(request), now(), operation=operation, limit_s=seconds)
    # A job runs once, however often it is queued.
    jobs.plan_job.enqueue(str(posted.id))
    return redirect("planning_job", posted.id)


@require_GET
def job(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far the search is; the page comes again by itself, and leads to the plan when there is one."""
    give_up_dead(now())
    row = seen(reader(request), rows.PlanningJob, pk)
    if row.plan_id:
        return redirect("plan", row.plan_id)
    elapsed = now() - row.asked_at
    context = {
        "job": row,
        "state": Message(STATE_WORDS[row.state]),
        "asked_at": time_text(row.asked_at, zone(row.operation)),
        "elapsed": Measure(round(elapsed.total_seconds()), "s"),
        "limit": Measure(row.limit_s, "s") if row.limit_s else None,
        "facts": _search_facts(row),
        "problem": Message.from_json(row.problem) if row.problem else None,
        "is_stuck": row.state == "waiting" and elapsed > STUCK,
        "is_open": is_searched(row),
        "may_plan": may(reader(request), Right.MAKE_PLAN, row.operation_id),
        "new_id": new_id(),
    }
    response = render(request, "desk/plans/job.html", context)
    if is_searched(row):
        response.headers["Refresh"] = str(AGAIN_S)
    return response


def _search_facts(row: rows.PlanningJob) -> list[tuple[Message, int]]:
    facts = [(Message("Rounds so far"), row.round)]
    if row.value is not None:
        facts.append((Message("Best value so far (less is better)"), round(row.value)))
    if row.bound is not None:
        facts.append((Message("No plan can be below"), round(row.bound)))
    return facts


@require_GET
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, seen(reader(request), rows.PlanDocument, pk))


def _page(request: HttpRequest, row: rows.PlanDocument, problem: Message | None = None) -> HttpResponse:
    user, operation = reader(request), row.operation_id
    situation, plan = _documents(row)
    is_approved = hasattr(row, "approved")
    is_own = row.made_by_id == user.pk and not alone(operation, now())
    waybills = visible(user, rows.Waybill).filter(plan__in=line_of_plans(row), void=None)
    is_issued = rows.Journey.objects.filter(plan=row).exists()
    account, items = left_behind(situation, plan), item_names([operation])
    say = teller(operation, situation)
    replaced = is_approved and is_replaced(row)
    may_plan = may(user, Right.MAKE_PLAN, operation)
    context = {
        "plan": row,
        "made_at": time_text(row.made_at, zone(row.operation)),
        "approved_at": time_text(row.approved.at, zone(row.operation)) if is_approved else "",
        "is_approved": is_approved,
        "is_issued": is_issued,
        "is_own": is_own,
        "may_approve": not is_approved and not is_own and may(user, Right.APPROVE_PLAN, operation),
        "may_issue": is_approved and not is_issued and may(user, Right.ISSUE_WAYBILL, operation),
        "is_replaced": replaced,
        "broken": [] if is_approved else _broken(row, situation, plan, say),
        "may_change": may_plan and not is_issued and not replaced and bool(plan.journeys),
        "is_again": plan.replanned_at is not None,
        "changes": [say(it) for it in plan.changes[:LINES_SHOWN]],
        "more_changes": max(0, len(plan.changes) - LINES_SHOWN),
        "since": changes_since(row) if is_approved and not replaced else 0,
        "may_pin": may_plan and is_approved and not replaced,
        "journeys": list(_journeys(row, plan, say, waybills)),
        "more_journeys": max(0, len(plan.journeys) - JOURNEYS_SHOWN),
        "figures": list(_figures(plan)) if account.total else [],
        "comparison": _comparison(plan) if account.total else [],
        "price": _price(plan, situation.operation.rules.currency),
        "currency": situation.operation.rules.currency,
        "unserved": [_unserved(operation, items, say, line) for line in account.lines[:LINES_SHOWN]],
        "more": max(0, len(account.lines) - LINES_SHOWN),
        "left": Message.counted(
            "{count} of {total} lines is left behind, whole or in part.",
            "{count} of {total} lines are left behind, whole or in part.",
            count=account.count,
            total=account.total,
        )
        if account.count
        else Message("Everything that was approved is delivered.")
        if account.total
        else Message("Nothing was approved that had still to be delivered: this plan moves nothing."),
        "is_complete": not account.count,
        "problem": problem,
        "new_id": new_id(),
    }
    return render(request, "desk/plans/one.html", context, status=409 if problem else 200)


def _broken(
    row: rows.PlanDocument, situation: Situation, plan: Plan, say: Callable[[Message], str]
) -> list[tuple[str, str]]:
    """What a plan made by hand breaks; one that was searched breaks nothing, or it would not have been kept."""
    if rows.PlanningJob.objects.filter(plan=row).exists():
        return []
    return [(it.where, say(it.message)) for it in judged(situation, plan)]


def _journeys(
    row: rows.PlanDocument, plan: Plan, say: Callable[[Message], str], waybills: QuerySet[rows.Waybill]
) -> Iterator[dict[str, Any]]:
    """The plan's journeys in the order of time, with the numbers of their waybills and what is pinned."""
    local, pins = zone(row.operation), actions.pinned(row)
    papers: dict[str, list[tuple[int, str]]] = defaultdict(list)
    shown = sorted(plan.journeys, key=departure_order)[:JOURNEYS_SHOWN]
    theirs = waybills.filter(journey__code__in=[it.code for it in shown]).select_related("journey")
    for paper in theirs.order_by("series", "no"):
        papers[paper.journey.code].append((paper.pk, waybill_number(paper)))
    for journey in shown:
        stops = [stop for stop in journey.stops if stop.loads or stop.unloads]
        yield {
            "code": journey.code,
            "vehicle": journey.vehicle,
            "frozen": journey.frozen,
            "pinned": journey.code in pins,
            "stops": [
                (say(Message("{place}", place=PlaceName(stop.place))), time_text(stop.start, local), bool(stop.loads))
                for stop in stops
            ],
            "back": time_text(journey.stops[-1].end, local),
            "waybills": papers[journey.code],
            "new_id": new_id(),
        }


def _documents(row: rows.PlanDocument) -> tuple[Situation, Plan]:
    return situation_from_json(row.situation.text), plan_from_json(row.text)


def _figures(plan: Plan) -> Iterator[tuple[Message, Any]]:
    """What a second person asks first; all of it, with the map, stands on the plan's own page."""
    yield Message("Journeys"), len(plan.journeys)
    yield Message("Convoys"), len(plan.convoys)
    if plan.value is not None:
        yield Message("Delivered"), Message("{percent} % of the need", percent=plan.value.delivered_permille / 10)


def _comparison(plan: Plan) -> list[tuple[Message, int | str, int | str, int | str]]:
    """Waiting, unevenness and cost of this plan, of others, and what no plan can beat: the price of fairness."""
    if plan.value is None:
        return []
    named = [(Message("this plan"), plan.value)]
    named += [(_OTHERS[other.name], other.value) for other in plan.comparisons if other.name in _OTHERS]
    lines: list[tuple[Message, int | str, int | str, int | str]] = [
        (name, round(value.waiting_person_h), round(value.inequity_person_h), round(value.cost))
        for name, value in named
    ]
    if plan.sharing_bound_person_h is not None:
        bound = round(plan.sharing_bound_person_h)
        lines.append((Message("bound: no plan that shares scarce goods like this one can have less"), bound, "", ""))
    if plan.bound_person_h is not None:
        lines.append((Message("bound: no plan can have less"), round(plan.bound_person_h), "", ""))
    return lines


def _price(plan: Plan, currency: str) -> Message | None:
    """What fairness costs beside the cheapest plan that was found."""
    cheapest = next((other.value for other in plan.comparisons if other.name == "cost"), None)
    if cheapest is None or plan.value is None:
        return None
    more = round(plan.value.cost - cheapest.cost)
    if more <= 0:
        return Message("Fairness costs nothing here: no cheaper plan was found.")
    return Message(
        "The price of fairness: this plan costs {cost} {currency} more than the cheapest that was found, and spares "
        "{hours} weighted person-hours of waiting.",
        cost=more,
        currency=currency,
        hours=round(cheapest.waiting_person_h - plan.value.waiting_person_h),
    )


def _unserved(operation: int, items: Items, say: Callable[[Message], str], line: Unserved) -> dict[str, Any]:
    item, unit = items.get((operation, line.item), (line.item, ""))
    return {
        "need": line.need,
        "place": say(Message("{place}", place=PlaceName(line.place))),
        "item": item,
        "quantity": Quantity(line.quantity, unit),
        "reasons": [say(reason) for reason in line.reasons],
    }


@require_GET
def page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """plan.html of this plan: map, timeline and tables, as the house makes them, with a policy of its own."""
    row = seen(reader(request), rows.PlanDocument, pk)
    situation, plan = _documents(row)
    text = plan_page(situation, plan, translation.get_language() or "en")
    return HttpResponse(text.encode("utf-8", "replace"), headers={"Content-Security-Policy": _PAGE_POLICY})


@require_POST
def approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _do(request, pk, actions.approve_plan)


@require_POST
def issue(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The approved plan's convoys, journeys, consignments and numbered waybills."""
    return _do(request, pk, actions.issue_waybills)


def _do(request: HttpRequest, pk: UUID, action: Any) -> HttpResponse:
    row = seen(reader(request), rows.PlanDocument, pk)
    try:
        action(reader(request), given_id(request), now(), plan=pk)
    except NotAllowed:
        raise
    except Refused as error:
        return _page(request, row, error.message)
    return redirect("plan", pk)
