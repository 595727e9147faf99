"""An approved request is asked for no more, whole or in part."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from karavan.desk import actions, models as rows
from karavan.desk.access import require, visible
from karavan.desk.actions.cancelling import may_cancel, needs_of_line
from karavan.desk.stock import waybill_number
from karavan.desk.views.fields import Field, Form, Group, asked
from karavan.desk.views.reading import a_request, item_names, reader, zone
from karavan.domain.errors import Refused
from karavan.domain.message import Message
from karavan.domain.requests import Approval
from karavan.domain.roles import Right
from karavan.domain.units import Quantity


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How much of each line, and why; what has left stays on its way."""
    row, user = a_request(request, pk), reader(request)
    require(user, Right.DECIDE_REQUEST, row.operation_id, row.place)
    if Approval(row.approval) is not Approval.APPROVED:
        raise Refused(Message("only an approved request is cancelled"))
    names = item_names([row.operation_id])
    fields = []
    for line in row.lines.all():
        name, unit = names.get((row.operation_id, line.item), (line.item, ""))
        most = Quantity(may_cancel(row, line), unit)
        hint = Message(
            "{asked} were asked for; {most} have not left and can be cancelled",
            asked=Quantity(line.quantity, unit),
            most=most,
        )
        fields.append(Field(f"line-{line.line}", name, "whole", required=False, hint=hint))
    why = Field("remark", Message("Why"), "long")
    form = Form(
        [Group(Message("How much is asked for no more"), fields), Group("", [why])], zone(row.operation), _BUTTON
    )

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        given = ((line.line, form.got(f"line-{line.line}")) for line in row.lines.all())
        cancelled = tuple((line, units) for line, units in given if units)
        if not cancelled:
            raise Refused(Message("say of at least one line how much is asked for no more"))
        return actions.cancel_request(who, number, now, request=pk, cancelled=cancelled, remark=form.got("remark"))

    return asked(
        request,
        form,
        write,
        title=Message("Cancel request {number}, or part of it", number=row.number),
        done=reverse("request", args=[pk]),
        back=reverse("request", args=[pk]),
        note=_NOTE,
        facts=_facts(user, row),
    )


_BUTTON = Message("Cancel so much of it")
_NOTE = Message(
    "The request stays as it was approved; this is written beside it and cannot be taken back. Waybills that have not "
    "left and carry more than is still asked for become void, and their goods are free again: plan again for what else "
    "they were to carry."
)


def _facts(user: rows.User, row: rows.Request) -> list[Message]:
    needs = [need for line in row.lines.all() for need, _ in needs_of_line(row, line)]
    papers = visible(user, rows.Waybill).filter(lines__need__in=needs, operation=row.operation_id, void=None)
    found = papers.filter(dispatch=None).distinct().order_by("series", "no")
    return [
        Message("{number} has not left and carries goods of this request", number=waybill_number(it)) for it in found
    ]
