"""Papers printed: each is an event, bears the chain's head, and is what the convoy's gate asks for."""

from __future__ import annotations

from karavan.desk import models as rows, printing
from karavan.desk.actions.posting import Entry, action
from karavan.domain.errors import Refused
from karavan.domain.message import Message
from karavan.domain.roles import Right


@action("waybill printed")
def print_waybill(entry: Entry, *, waybill: int) -> None:
    paper = entry.see(rows.Waybill, waybill)
    entry.require(Right.ISSUE_WAYBILL, paper.operation_id, paper.origin)
    if hasattr(paper, "void"):
        raise Refused(Message("the waybill is void"))
    digest = printing.waybill(paper).digest
    _keep(entry, paper.operation_id, waybill=paper, digest=digest, seal=printing.code(paper, digest))


@action("loading list printed")
def print_loading_list(entry: Entry, *, journey: int) -> None:
    row = entry.see(rows.Journey, journey)
    entry.require(Right.ISSUE_WAYBILL, row.operation_id, *(paper.origin for paper in row.waybills.all()))
    if row.plan is None:
        raise Refused(Message("only a journey of a plan has a loading list; the waybill says what to load"))
    _keep(entry, row.operation_id, journey=row)


@action("convoy sheet printed")
def print_convoy_sheet(entry: Entry, *, convoy: int) -> None:
    row = entry.see(rows.Convoy, convoy)
    entry.require(Right.ISSUE_WAYBILL, row.operation_id, row.origin)
    _keep(entry, row.operation_id, convoy=row)


def _keep(entry: Entry, operation: int, **paper: object) -> None:
    head = rows.Head.objects.get(id=1)
    rows.PaperPrint.objects.create(
        id=entry.id,
        operation_id=operation,
        head_seq=head.seq,
        head_hash=head.hash,
        by=entry.actor,
        at=entry.now,
        **paper,
    )
