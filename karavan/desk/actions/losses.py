"""Losses: one person reports, another signs; only then do the goods leave the book."""

from __future__ import annotations

from uuid import UUID

from karavan.desk import models as rows
from karavan.desk.access import visible
from karavan.desk.actions.posting import Entry, action
from karavan.domain.errors import NotFound, Refused
from karavan.domain.ledger import AccountKind
from karavan.domain.message import Message
from karavan.domain.receipts import LossReason
from karavan.domain.roles import Right

_LOSABLE = (AccountKind.STOCK, AccountKind.TRANSIT, AccountKind.DAMAGED)


@action("loss reported", "remark")
def report_loss(
    entry: Entry,
    *,
    place: int,
    reason: str,
    lost: tuple[tuple[int, int, int], ...],
    waybill: int | None = None,
    remark: str = "",
) -> None:
    """``lost`` holds (account, lot, units): goods in a store, missing of a waybill, or damaged."""
    where = rows.Place.objects.filter(pk=place).first()
    if where is None:
        raise NotFound(Message("there is no such thing here"))
    entry.require(Right.SIGN_LOSS, where.operation_id, where)
    if reason not in set(LossReason):
        raise Refused(Message("there is no such reason for a loss"))
    paper = entry.see(rows.Waybill, waybill) if waybill else None
    report = rows.LossReport.objects.create(
        id=entry.id,
        operation_id=where.operation_id,
        place=where,
        waybill=paper,
        reason=reason,
        by=entry.actor,
        at=entry.now,
    )
    for number, batch, units in lost:
        account = rows.Account.objects.filter(pk=number, operation=where.operation_id).first()
        if account is None or account.kind not in _LOSABLE or not _is_here(entry, account, where):
            raise Refused(Message("these goods are not here to be lost"))
        rows.LossLine.objects.create(report=report, account=account, batch_id=batch, quantity=units)


@action("loss signed", "remark")
def approve_loss(entry: Entry, *, report: UUID, remark: str = "") -> None:
    row = entry.see(rows.LossReport, report)
    entry.require(Right.SIGN_LOSS, row.operation_id, row.place)
    rows.LossApproval.objects.create(report=row, by=entry.actor, at=entry.now)
    for line in row.lines.select_related("account"):
        account = line.account
        lost = entry.account(AccountKind.LOSS, place=account.place, line=account.line, label=row.reason)
        entry.move(account, lost, line.batch_id, line.quantity)


def _is_here(entry: Entry, account: rows.Account, where: rows.Place) -> bool:
    """At the place, or of a waybill that leaves from or goes to it and that the user may see."""
    if account.line is None:
        return account.place_id == where.pk
    paper = account.line.waybill
    return (
        where.pk in (paper.origin_id, paper.destination_id)
        and visible(entry.actor, rows.Waybill).filter(pk=paper.pk).exists()
    )
