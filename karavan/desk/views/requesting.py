"""The page that asks for goods: a new request, one that corrects another, and one that is still a draft."""

from __future__ import annotations

from uuid import UUID, uuid5

from django.db.models.query import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from karavan.desk import actions, models as rows
from karavan.desk.access import where
from karavan.desk.ids import id_of
from karavan.desk.unsent import typed
from karavan.desk.views.asking import PRIORITIES, AskForm
from karavan.desk.views.reading import a_request, given_id, item_names, new_id, now, place_name, reader
from karavan.domain.approval import EDITABLE
from karavan.domain.errors import Refused
from karavan.domain.message import Message
from karavan.domain.requests import Approval
from karavan.domain.roles import Right
from karavan.domain.units import Measure


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask; a request that was decided is corrected by a new one that names it."""
    user = reader(request)
    before = a_request(request, _uuid(request.GET["reopens"])) if "reopens" in request.GET else None
    offered = where(user, Right.RAISE_REQUEST).filter(kind="delivery point").select_related("operation")
    operations = {place.operation_id: place.operation for place in offered}
    wanted = before.operation_id if before else _number(request.GET.get("operation"))
    if wanted not in operations:
        if len(operations) != 1:
            return render(request, "desk/requests/operation.html", {"operations": operations.values()})
        (wanted,) = operations
    places = _places(offered, wanted)
    if request.method == "GET":
        if sent := typed(request):
            return _ask(request, AskForm.sent(operations[wanted], places, sent), id_of(sent.get("id")), before)
        if before is None:
            form = AskForm.empty(operations[wanted], places, now())
        else:
            form = AskForm.like(before, places, now(), quantities=before.approval != Approval.APPROVED)
        return _ask(request, form, new_id(), before)
    number, form = given_id(request), AskForm.sent(operations[wanted], places, request.POST)
    if "more" in request.POST:
        form.more()
        return _ask(request, form, number, before)
    values = form.values()
    if form.wrong:
        return _ask(request, form, number, before, status=422)
    moment = now()
    actions.enter_request(
        user,
        number,
        moment,
        operation=wanted,
        raised_at=form.raised_at(moment),
        representative=user.contact_id if user.contact and user.contact.operation_id == wanted else None,
        reopens=before.pk if before else None,
        **values,
    )
    if "send" in request.POST:
        actions.submit_request(user, uuid5(number, "submitted"), now(), request=number)
    return redirect("request", number)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    row, user = a_request(request, pk), reader(request)
    if Approval(row.approval) not in EDITABLE:
        raise Refused(Message("the request is closed for changes; a new one may name it"))
    places = _places(where(user, Right.RAISE_REQUEST).filter(kind="delivery point"), row.operation_id)
    if request.method == "GET":
        if sent := typed(request):
            return _ask(request, AskForm.sent(row.operation, places, sent), id_of(sent.get("id")), row=row)
        return _ask(request, AskForm.like(row, places, now(), quantities=True), new_id(), row=row)
    number, form = given_id(request), AskForm.sent(row.operation, places, request.POST)
    if "more" in request.POST:
        form.more()
        return _ask(request, form, number, row=row)
    values = form.values()
    if form.wrong:
        return _ask(request, form, number, row=row, status=422)
    actions.edit_request(user, number, now(), request=pk, **values)
    if "send" in request.POST:
        actions.submit_request(user, uuid5(number, "submitted"), now(), request=pk)
    return redirect("request", pk)


def _ask(
    request: HttpRequest,
    form: AskForm,
    number: UUID,
    before: rows.Request | None = None,
    row: rows.Request | None = None,
    status: int = 200,
) -> HttpResponse:
    hours = form.operation.clocks_h
    context = {
        "form": form,
        "id": number,
        "before": before,
        "row": row,
        "places": sorted(((str(place.pk), place_name(place)) for place in form.places), key=lambda it: it[1]),
        "items": [(code, name, unit) for (_, code), (name, unit) in item_names([form.operation.pk]).items()],
        "priorities": [
            (str(n), Message("{number}: decided within {span}", number=n, span=Measure(h * 3600, "s")))
            for n, h in zip(PRIORITIES, [*hours, *hours[-1:] * len(PRIORITIES)], strict=False)
        ],
    }
    return render(request, "desk/requests/ask.html", context, status=status)


def _places(offered: QuerySet[rows.Place], operation: int) -> list[rows.Place]:
    return list(offered.filter(operation=operation).prefetch_related("names").order_by("position", "id"))


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 18 else None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refused(Message("there is no such thing here")) from None
