"""How long something of people is kept, what is past its time, and the button that erases it."""

from __future__ import annotations

from uuid import uuid5

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from karavan.desk import actions, models as rows
from karavan.desk.access import may, operations
from karavan.desk.retention import KINDS, LEAST_D, MOST_D, Due, due
from karavan.desk.views.reading import given_id, new_id, now, reader, whole
from karavan.desk.views.sheets import At, Sheet, all_of, is_asked, taken
from karavan.domain.errors import NotAllowed, NotFound, Refused
from karavan.domain.message import Message
from karavan.domain.roles import Right

SHOWN = 100

LABELS = {
    "contacts": Message("Contacts: drivers, leaders, representatives, who is called at a place"),
    "representatives": Message("Representatives' links and their logins"),
    "words": Message("Words beside check-ins, incidents, road reports and outages"),
}


@require_http_methods(["GET", "POST"])
def retention(request: HttpRequest) -> HttpResponse:
    operation, problem, at = _operation(request), None, ""
    if request.method == "POST":
        at = request.POST.get("do", "")
        try:
            {"days": _set, "erase": _erase}[at](request, operation)
        except KeyError:
            raise NotFound(Message("there is no such thing here")) from None
        except (NotFound, NotAllowed):
            raise
        except Refused as error:
            problem = error.message
        else:
            return redirect(f"{reverse('retention')}?{urlencode({'operation': str(operation.pk)})}")
    user = reader(request)
    found = due(user, operation, now())
    if is_asked(request):
        return taken(request, SHEET, all_of([(it, operation.time_zone) for it in found]))
    typed = request.POST if problem and at == "days" else None
    context = {
        "operation": operation,
        "operations": list(_operations(user)),
        "days": [
            (kind, LABELS[kind], typed.get(kind, "") if typed is not None else operation.retention_d.get(kind, 0))
            for kind in KINDS
        ],
        "least": LEAST_D,
        "most": MOST_D,
        "may_set": may(user, Right.EDIT_SETTINGS, operation),
        "may_erase": may(user, Right.SEE_CONTACTS, operation),
        "found": found[:SHOWN],
        "count": Message.counted("{count} is past its time.", "{count} are past their time.", count=len(found)),
        "is_cut": len(found) > SHOWN,
        "shown": SHOWN,
        "chosen": request.POST.getlist("due"),
        "problem": problem,
        "at": at,
        "ids": (new_id(), new_id()),
    }
    return render(request, "desk/guard/retention.html", context, status=409 if problem else 200)


SHEET = Sheet(
    "retention",
    Message("Past its time"),
    (
        (Message("Kind"), lambda it: it[0].label),
        (Message("Name or words"), lambda it: it[0].what),
        (Message("Last needed"), lambda it: At(it[0].last, it[1])),
    ),
)


def _operations(user: rows.User) -> QuerySet[rows.Operation]:
    return operations(user, Right.SEE_CONTACTS) | operations(user, Right.EDIT_SETTINGS)


def _operation(request: HttpRequest) -> rows.Operation:
    mine = _operations(reader(request))
    named = request.POST.get("operation") or request.GET.get("operation")
    found = mine.filter(pk=whole(named) or 0).first() if named else mine.first()
    if found is None:
        raise NotFound(Message("there is no such thing here"))
    return found


def _set(request: HttpRequest, operation: rows.Operation) -> None:
    numbers = {kind: whole(request.POST.get(kind, "")) for kind in KINDS}
    if None in numbers.values():
        raise Refused(Message("it is kept {least} to {most} days, or 0: no end", least=LEAST_D, most=MOST_D))
    days = {f"{kind}_d": number or 0 for kind, number in numbers.items()}
    actions.set_retention(reader(request), given_id(request), now(), operation=operation.pk, **days)


def _erase(request: HttpRequest, operation: rows.Operation) -> None:
    """Those that are chosen and still past their time; sent twice, each is erased once."""
    user, number, chosen = reader(request), given_id(request), set(request.POST.getlist("due"))
    if not chosen:
        raise Refused(Message("choose what is to be erased"))
    if request.POST.get("sure") != "yes":
        raise Refused(Message("mark that you mean it: this cannot be undone"))
    for it in _chosen(due(user, operation, now()), chosen):
        actions.erase_due(user, uuid5(number, str(it.pk)), now(), it)


def _chosen(found: list[Due], chosen: set[str]) -> list[Due]:
    return [it for it in found if str(it.pk) in chosen]
