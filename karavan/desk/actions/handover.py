"""Goods change vehicles: counted by both sides, and at once the next vehicle's."""

from __future__ import annotations

from datetime import datetime

from karavan.desk import models as rows
from karavan.desk.actions.movements import received
from karavan.desk.actions.posting import Entry, action
from karavan.desk.gates import onward_lines
from karavan.domain.errors import Refused
from karavan.domain.ledger import AccountKind
from karavan.domain.message import Message
from karavan.domain.receipts import Counted, agreed
from karavan.domain.roles import Right


@action("goods changed vehicles", "remark")
def hand_over(
    entry: Entry,
    *,
    waybill: int,
    counted: tuple[tuple[int, int, Counted], ...],
    counted_at: datetime,
    remark: str = "",
) -> None:
    """
    (position, counted by whoever hands over, counted by whoever takes over) for every line.

    The waybill is received where its goods change vehicles; what is usable is reserved for the waybills that take it
    on, and of those that wait for nothing else the tally is written.
    """
    paper = entry.see(rows.Waybill, waybill)
    entry.require(Right.RECEIVE, paper.operation_id, paper.destination)
    counts = tuple((position, agreed(given, taken)) for position, given, taken in counted)
    came = received(entry, paper, paper.destination, counts, counted_at)
    following = {line: onward_lines(line) for line in came}
    if not any(following.values()):
        raise Refused(Message("no other vehicle takes these goods on; type in a receipt"))
    if any(found.missing or found.damaged for found in came.values()) and not remark.strip():
        raise Refused(Message("less arrived, or not all of it good: say why"))
    stock = entry.account(AccountKind.STOCK, place=paper.destination)
    taken_on: dict[int, int] = {}
    for line, found in came.items():
        left = found.usable
        for onward in following[line]:
            reserved = entry.account(AccountKind.RESERVED, line=onward)
            wanted = min(left, onward.quantity - entry.held(reserved, line.batch))
            if wanted > 0:
                entry.move(stock, reserved, line.batch, wanted)
                left -= wanted
            taken_on[onward.pk] = entry.held(reserved, line.batch)
    _tally(entry, taken_on)


def _tally(entry: Entry, taken_on: dict[int, int]) -> None:
    """Of each waybill of which every line was taken over and none tallied before."""
    papers = rows.Waybill.objects.filter(lines__in=taken_on).distinct()
    for paper in papers.order_by("id"):
        lines = list(paper.lines.all())
        if all(line.pk in taken_on and not hasattr(line, "loaded") for line in lines):
            for line in lines:
                rows.Loaded.objects.create(line=line, quantity=taken_on[line.pk], by=entry.actor, at=entry.now)
