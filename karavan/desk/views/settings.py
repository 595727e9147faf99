"""The settings of an operation: approvals, clocks, second factors, and the switch for when there is only one person."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from karavan.desk import actions, models as rows
from karavan.desk.access import operations, visible
from karavan.desk.actions.settings import settings_of
from karavan.desk.emergencies import open_emergencies
from karavan.desk.ids import id_of
from karavan.desk.views.home import ROLE_WORDS
from karavan.desk.views.people import role_of
from karavan.desk.views.reading import given_id, new_id, now, reader, whole
from karavan.desk.views.waybills import remark_of
from karavan.desk.waiting import unsigned_changes
from karavan.domain.approval import CLOCKS_H
from karavan.domain.errors import NotAllowed, NotFound, Refused
from karavan.domain.message import Message
from karavan.domain.roles import Right
from karavan.domain.safeguards import LONGEST_CLOCK_H, LONGEST_EMERGENCY_H, MOST_LEVELS, Settings, loosened

SHOWN = 20


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    operation, problem = _operation(request), None
    if request.method == "POST":
        try:
            _write(request, operation)
        except (NotFound, NotAllowed):
            raise
        except Refused as error:
            problem = error.message
        else:
            return redirect(f"{request.path}?{urlencode({'operation': str(operation.pk)})}")
    return render(request, "desk/settings.html", _context(request, operation, problem), status=409 if problem else 200)


def _operation(request: HttpRequest) -> rows.Operation:
    """The one that is named, else the first, of those whose settings the reader may change."""
    mine = operations(reader(request), Right.EDIT_SETTINGS)
    named = request.POST.get("operation") or request.GET.get("operation")
    found = mine.filter(pk=whole(named) or 0).first() if named else mine.first()
    if found is None:
        raise NotFound(Message("there is no such thing here"))
    return found


def _write(request: HttpRequest, operation: rows.Operation) -> None:
    values, user, number = request.POST, reader(request), given_id(request)
    match values.get("do", ""):
        case "change":
            clocks = tuple(whole(values.get(f"clock-{n}", "")) or 0 for n in range(1, len(CLOCKS_H) + 1))
            roles = tuple(role_of(text) for text in values.getlist("roles"))
            levels = whole(values.get("levels", "")) or 0
            actions.change_settings(
                user, number, now(), operation=operation.pk, levels=levels, clocks_h=clocks, code_roles=roles
            )
        case "approve":
            actions.approve_settings(user, number, now(), change=id_of(values.get("change")))
        case "begin":
            hours, remark = whole(values.get("hours", "")) or 0, values.get("remark", "")
            actions.begin_emergency(user, number, now(), operation=operation.pk, hours=hours, remark=remark)
        case "end":
            actions.end_emergency(user, number, now(), emergency=id_of(values.get("emergency")))
        case _:
            raise NotFound(Message("there is no such thing here"))


def _context(request: HttpRequest, operation: rows.Operation, problem: Message | None) -> dict[str, Any]:
    user, at = reader(request), now()
    clocks = operation.clocks_h or list(CLOCKS_H)
    typed = request.POST if problem and request.POST.get("do") == "change" else None
    roles = typed.getlist("roles") if typed is not None else operation.code_roles
    changes = visible(user, rows.SettingChange).filter(operation=operation)
    waiting = unsigned_changes(changes).select_related("operation", "by")
    past = rows.Emergency.objects.filter(operation=operation).select_related("by", "ended__by").order_by("-since")
    return {
        "operation": operation,
        "operations": operations(user, Right.EDIT_SETTINGS),
        "levels": typed.get("levels", "") if typed is not None else operation.levels,
        "most_levels": MOST_LEVELS,
        "longest": LONGEST_CLOCK_H,
        "longest_emergency": LONGEST_EMERGENCY_H,
        "clocks": [
            (n, typed.get(f"clock-{n}", "") if typed is not None else hours) for n, hours in enumerate(clocks, 1)
        ],
        "roles": [(role.value, Message(word), role.value in roles) for role, word in ROLE_WORDS.items()],
        "waiting": [(it, _said(it), it.by_id == user.pk) for it in waiting],
        "past": [(it, remark_of(it.pk)) for it in past[:SHOWN]],
        "on": open_emergencies(at).filter(operation=operation).first(),
        "problem": problem,
        "remark": request.POST.get("remark", ""),
        "ids": [new_id() for _ in range(4)],
    }


def _said(change: rows.SettingChange) -> tuple[Message, ...]:
    after = Settings(change.levels, tuple(change.clocks_h), frozenset(change.code_roles))
    return loosened(settings_of(change.operation), after)
