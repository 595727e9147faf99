"""A planner moves a stop to another journey, or a journey to another vehicle, and reads at once what the judge says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from karavan.desk import actions, models as rows
from karavan.desk.access import require, seen
from karavan.desk.moving_by_hand import Proposal, proposal
from karavan.desk.views.reading import given_id, new_id, now, reader, whole, zone
from karavan.desk.views.replans import teller
from karavan.domain.audit import digest
from karavan.domain.errors import BadChange, NotAllowed, Refused
from karavan.domain.message import Message, PlaceName
from karavan.domain.moved import Move
from karavan.domain.planfile import plan_from_json, plan_to_json
from karavan.domain.plans import Plan
from karavan.domain.roles import Right
from karavan.domain.situationfile import situation_from_json
from karavan.domain.units import time_text

JOURNEYS_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Try a change; what it breaks is said before anything is kept. Kept, it is a plan of its own."""
    user = reader(request)
    row = seen(user, rows.PlanDocument, pk)
    require(user, Right.MAKE_PLAN, row.operation_id)
    if rows.Journey.objects.filter(plan=row).exists():
        raise Refused(Message("the waybills of this plan are issued: plan it again instead"))
    if request.method != "POST":
        return _page(request, row, Move(journey=""))
    move = _move(request)
    try:
        found = proposal(row, move)
    except BadChange as error:
        return _page(request, row, move, problem=error.message)
    if "keep" not in request.POST:
        return _page(request, row, move, found)
    text = plan_to_json(found.plan)
    try:
        made = actions.propose_plan(user, given_id(request), now(), plan=pk, plan_sha256=digest(text), text=text)
    except NotAllowed:
        raise
    except Refused as error:
        return _page(request, row, move, problem=error.message)
    return redirect("plan", made.id)


def _move(request: HttpRequest) -> Move:
    """What was chosen: ``stop`` is ``J-001/2``, ``to`` is ``J-002`` or, before its third stop, ``J-002/3``."""
    if "vehicle" in request.POST:
        return Move(journey=request.POST.get("journey", ""), vehicle=request.POST["vehicle"] or "?")
    journey, _, stop = request.POST.get("stop", "").rpartition("/")
    to, _, before = request.POST.get("to", "").partition("/")
    return Move(journey=journey, stop=whole(stop) or 0, to=to, before=whole(before) or 0)


def _page(
    request: HttpRequest,
    row: rows.PlanDocument,
    move: Move,
    found: Proposal | None = None,
    problem: Message | None = None,
) -> HttpResponse:
    situation, plan = situation_from_json(row.situation.text), plan_from_json(row.text)
    say = teller(row.operation_id, situation)
    local = zone(row.operation)

    def journeys(one: Plan) -> Iterator[dict[str, Any]]:
        for journey in one.journeys[:JOURNEYS_SHOWN]:
            yield {
                "code": journey.code,
                "vehicle": journey.vehicle,
                "frozen": journey.frozen,
                "stops": [
                    {
                        "key": f"{journey.code}/{number}",
                        "place": say(Message("{place}", place=PlaceName(stop.place))),
                        "time": time_text(stop.start, local),
                        "hands_over": bool(stop.unloads),
                        "loads": bool(stop.loads),
                    }
                    for number, stop in enumerate(journey.stops, 1)
                ],
            }

    context = {
        "plan": row,
        "made_at": time_text(row.made_at, local),
        "journeys": list(journeys(plan)),
        "vehicles": sorted(situation.vehicle),
        "move": move,
        "stop": f"{move.journey}/{move.stop}" if move.stop else "",
        "to": f"{move.to}/{move.before}" if move.before else move.to,
        "tried": found is not None,
        "after": list(journeys(found.plan)) if found else [],
        # A rule broken by each of several lots is said once.
        "words": list(dict.fromkeys((it.where, say(it.message)) for it in found.violations)) if found else [],
        "changes": [say(it) for it in found.plan.changes] if found else [],
        "problem": problem,
        "new_id": new_id(),
    }
    return render(request, "desk/plans/by_hand.html", context, status=409 if problem else 200)
