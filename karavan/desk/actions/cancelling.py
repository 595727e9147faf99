"""An approved request is cancelled, whole or in part, before its goods have left: another paper, nothing is edited."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Sum

from karavan.desk import models as rows
from karavan.desk.actions.movements import make_void
from karavan.desk.actions.posting import Entry, action
from karavan.domain.errors import Refused
from karavan.domain.ledger import AccountKind, whole
from karavan.domain.message import Message
from karavan.domain.requests import Approval
from karavan.domain.roles import Right


@action("request cancelled", "remark")
def cancel_request(entry: Entry, *, request: UUID, cancelled: tuple[tuple[int, int], ...], remark: str) -> None:
    """
    So many units of lines, ``(line, units)``, are asked for no more.

    Waybills that have not left and carry more than is still asked for become void, the last to set out first: what was
    reserved for them is free again. What has left stays on its way.
    """
    row = entry.see(rows.Request, request)
    entry.require(Right.DECIDE_REQUEST, row.operation, row.place)
    if Approval(row.approval) is not Approval.APPROVED:
        raise Refused(Message("only an approved request is cancelled"))
    if not remark.strip():
        raise Refused(Message("whoever cancels says why"))
    lines = {line.line: line for line in row.lines.all()}
    numbers = [number for number, _ in cancelled]
    if not numbers or len(set(numbers)) < len(numbers) or not set(numbers) <= set(lines):
        raise Refused(Message("name each line that is cancelled once"))
    for number, units in cancelled:
        _cancel(entry, row, lines[number], whole(units))


def _cancel(entry: Entry, request: rows.Request, line: rows.RequestLine, units: int) -> None:
    most = may_cancel(request, line)
    if units > most:
        raise Refused(
            Message("line {line}: at most {most} can be cancelled, the rest has left", line=line.line, most=most)
        )
    rows.Cancellation.objects.create(event=entry.id, line=line, quantity=units, by=entry.actor, at=entry.now)
    asked = line.quantity - given_up(line)
    for need, each in needs_of_line(request, line):
        for paper in _too_much(request, need, asked * each):
            make_void(entry, paper)


def given_up(line: rows.RequestLine) -> int:
    """Units of the line that are asked for no more."""
    return line.cancellations.aggregate(units=Sum("quantity"))["units"] or 0


def may_cancel(request: rows.Request, line: rows.RequestLine) -> int:
    """Units that are still asked for and have not left. Of kits whole ones count."""
    gone = max((-(-_gone(request, need) // each) for need, each in needs_of_line(request, line)), default=0)
    return max(0, line.quantity - given_up(line) - gone)


def needs_of_line(request: rows.Request, line: rows.RequestLine) -> list[tuple[str, int]]:
    """The needs that a line makes, as the planner names them, with how much one unit of the line is."""
    code = f"{request.number}/{line.line}"
    kit = rows.KitLine.objects.filter(operation=request.operation_id, kit=line.item).select_related("item")
    return [(f"{code}:{it.item.code}", it.quantity) for it in kit] or [(code, 1)]


def _gone(request: rows.Request, need: str) -> int:
    held = rows.Balance.objects.filter(
        account__operation=request.operation_id,
        account__line__need=need,
        account__kind__in=(AccountKind.TRANSIT, AccountKind.DONE),
    )
    return held.aggregate(units=Sum("quantity"))["units"] or 0


def _too_much(request: rows.Request, need: str, asked: int) -> Iterator[rows.Waybill]:
    """Papers that have not left and, with what has, carry more than is asked for: on the last way, then before it."""
    lines = rows.WaybillLine.objects.filter(
        need=need, waybill__operation=request.operation_id, waybill__void=None, waybill__dispatch=None
    ).select_related("waybill")
    waiting = list(lines.order_by("-waybill__depart", "-waybill_id"))
    for is_last in (True, False):
        own = [line for line in waiting if (line.place_id in (None, line.waybill.destination_id)) is is_last]
        planned = sum(line.quantity for line in own) + (_gone(request, need) if is_last else 0)
        void: set[int] = set()
        for line in own:
            if planned > asked:
                planned -= line.quantity
                if line.waybill_id not in void:
                    void.add(line.waybill_id)
                    yield line.waybill
