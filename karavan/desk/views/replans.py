"""A plan against what is known now: what touches it, planned again, and a search called off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_GET, require_POST

from karavan.desk import actions, jobs, models as rows
from karavan.desk.access import may, require, seen
from karavan.desk.replanning import basis, is_replaced
from karavan.desk.touched import touched
from karavan.desk.views.reading import given_id, item_names, new_id, now, reader, whole, zone
from karavan.domain.catalogues import translator
from karavan.domain.errors import NotAllowed, Refused
from karavan.domain.message import Message
from karavan.domain.roles import Right
from karavan.domain.situation import Situation
from karavan.domain.units import Measure, time_text

SEARCH_S = (60, 300, 900)


def teller(operation: int, situation: Situation) -> Callable[[Message], str]:
    """Says a sentence in the reader's language, with the names of places and goods in it."""
    places = {place.code: dict(place.names) for place in situation.places}
    items = item_names([operation])
    language = translation.get_language() or "en"

    def place(code: str) -> str:
        names = places.get(code, {})
        return names.get(language) or next(iter(names.values()), code)

    def item(code: str) -> str:
        return items.get((operation, code), (code, ""))[0]

    def say(message: Message) -> str:
        return message.say(translator(language), place, item)

    return say


@require_GET
def changes(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, seen(reader(request), rows.PlanDocument, pk))


def _page(request: HttpRequest, row: rows.PlanDocument, problem: Message | None = None) -> HttpResponse:
    user = reader(request)
    if not hasattr(row, "approved"):
        raise Refused(Message("the plan is not approved"))
    moment = now()
    replaced = is_replaced(row)
    found = basis(row, moment)
    is_over = found.at >= found.situation.operation.end
    what = touched(found)
    say = teller(row.operation_id, found.situation)
    context = {
        "plan": row,
        "made_at": time_text(row.made_at, zone(row.operation)),
        "now": time_text(moment, zone(row.operation)),
        "journeys": [(it, [say(words) for words in it.words]) for it in what.journeys],
        "others": [say(words) for words in what.others],
        "holds": what.holds,
        "is_replaced": replaced,
        "is_over": is_over,
        "may_replan": not replaced and not is_over and may(user, Right.MAKE_PLAN, row.operation_id),
        "vehicles": _vehicles(found, request),
        "searches": [(seconds, Measure(seconds, "s")) for seconds in SEARCH_S],
        "kept": sorted(actions.pinned(row) & {it.code for it in found.previous.journeys} - set(found.left)),
        "problem": problem,
        "new_id": new_id(),
    }
    return render(request, "desk/plans/changes.html", context, status=409 if problem else 200)


def _vehicles(found: Any, request: HttpRequest) -> list[tuple[str, bool]]:
    """Vehicles of the plan, with those ticked that are known to stand."""
    chosen = set(request.POST.getlist("out")) if request.method == "POST" else set(found.stopped)
    plates = dict.fromkeys(journey.vehicle for journey in found.plan.journeys)
    return [(plate, plate in chosen) for plate in sorted(plates)]


@require_POST
def again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is known now becomes a situation, and a job plans the rest of the plan; sent twice, it is one job."""
    row = seen(reader(request), rows.PlanDocument, pk)
    require(reader(request), Right.MAKE_PLAN, row.operation_id)
    seconds = whole(request.POST.get("limit_s", ""))
    if seconds not in SEARCH_S:
        raise Refused(Message("the form is not whole; open the page again"))
    out = tuple(sorted(set(request.POST.getlist("out"))))
    try:
        posted = actions.ask_replan(reader(request), given_id(request), now(), plan=pk, out=out, limit_s=seconds)
    except NotAllowed:
        raise
    except Refused as error:
        if not hasattr(row, "approved"):
            raise
        return _page(request, row, error.message)
    jobs.plan_job.enqueue(str(posted.id))
    return redirect("planning_job", posted.id)


@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    actions.cancel_search(reader(request), given_id(request), now(), job=pk)
    return redirect("planning_job", pk)


@require_POST
def repeat(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A search that failed, or was called off, once more from what is known now."""
    row = seen(reader(request), rows.PlanningJob, pk)
    if row.replans_id:
        posted = actions.ask_replan(
            reader(request), given_id(request), now(), plan=row.replans_id, limit_s=row.limit_s, rounds=row.rounds
        )
    else:
        posted = actions.ask_plan(
            reader(request),
            given_id(request),
            now(),
            operation=row.operation_id,
            limit_s=row.limit_s,
            rounds=row.rounds,
        )
    jobs.plan_job.enqueue(str(posted.id))
    return redirect("planning_job", posted.id)


@require_POST
def pin(request: HttpRequest, pk: UUID) -> HttpResponse:
    stays = request.POST.get("pinned") == "1"
    code = request.POST.get("journey", "")
    actions.pin_journey(reader(request), given_id(request), now(), plan=pk, journey=code, is_pinned=stays)
    return redirect("plan", pk)
