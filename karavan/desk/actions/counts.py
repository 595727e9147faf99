"""Blind counts: somebody who does not keep the store counts it, a second person signs, the difference is posted."""

from __future__ import annotations

from uuid import UUID

from karavan.desk import models as rows
from karavan.desk.actions.posting import Entry, action
from karavan.desk.stock import free
from karavan.domain.errors import NotFound, Refused
from karavan.domain.ledger import AccountKind
from karavan.domain.message import Message
from karavan.domain.roles import Right


@action("stock counted")
def record_count(entry: Entry, *, place: int, counted: tuple[tuple[int, int], ...]) -> None:
    """``counted`` holds (lot, units); whoever counts is not told what the book says."""
    where = rows.Place.objects.filter(pk=place).first()
    if where is None:
        raise NotFound(Message("there is no such thing here"))
    entry.require(Right.COUNT_STOCK, where.operation_id, where)
    count = rows.Count.objects.create(
        id=entry.id, operation_id=where.operation_id, place=where, by=entry.actor, at=entry.now
    )
    for number, units in counted:
        batch = rows.Batch.objects.filter(pk=number, operation=where.operation_id).first()
        if batch is None:
            raise Refused(Message("there is no such lot in this operation"))
        rows.CountLine.objects.create(count=count, batch=batch, counted=units, book=free(where, batch))


@action("count signed", "remark")
def approve_count(entry: Entry, *, count: UUID, remark: str = "") -> None:
    """The difference between count and book, as it was then, goes to or comes from the store's adjustments."""
    row = entry.see(rows.Count, count)
    entry.require(Right.SIGN_LOSS, row.operation_id, row.place)
    rows.CountApproval.objects.create(count=row, by=entry.actor, at=entry.now)
    stock = entry.account(AccountKind.STOCK, place=row.place)
    adjust = entry.account(AccountKind.ADJUST, place=row.place)
    for line in row.lines.all():
        difference = line.counted - line.book
        entry.move(*((adjust, stock) if difference > 0 else (stock, adjust)), line.batch_id, abs(difference))
