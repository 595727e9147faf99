"""A waybill's way: reserved, loaded, dispatched, received; a convoy's gate, check-ins and incidents."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from karavan.desk import gates, models as rows
from karavan.desk.actions.posting import Entry, action
from karavan.desk.stock import short
from karavan.domain.convoys import AFTER_LEAVING, READINESS, ConvoyState, IncidentKind
from karavan.domain.errors import Refused
from karavan.domain.ledger import AccountKind
from karavan.domain.message import Message
from karavan.domain.receipts import Counted, Reconciled, reconcile
from karavan.domain.roles import Right
from karavan.domain.units import time_text

A_MINUTE = timedelta(minutes=1)
"""Pages ask for hours and minutes; a signature has its seconds."""


@action("goods reserved")
def reserve_waybill(entry: Entry, *, waybill: int) -> None:
    """Every line out of the free stock at the origin: the first to ask has it, the next is told what is left."""
    paper = entry.see(rows.Waybill, waybill)
    entry.require(Right.ISSUE_WAYBILL, paper.operation_id, paper.origin)
    if hasattr(paper, "void"):
        raise Refused(Message("the waybill is void"))
    if hasattr(paper, "dispatch"):
        raise Refused(Message("the waybill has left"))
    for line in _lines(paper):
        _reserve(entry, paper, line, _units_loaded(line) if hasattr(line, "loaded") else line.quantity)


def _reserve(entry: Entry, paper: rows.Waybill, line: rows.WaybillLine, wanted: int) -> rows.Account:
    """What is reserved for the line already, and as much more of the free stock as is wanted."""
    stock = entry.account(AccountKind.STOCK, place=paper.origin)
    reserved = entry.account(AccountKind.RESERVED, line=line)
    missing = wanted - entry.held(reserved, line.batch)
    if missing > 0:
        left = entry.held(stock, line.batch)
        if left < missing:
            raise short(line.batch.item, paper.origin, left, missing)
        entry.move(stock, reserved, line.batch, missing)
    return reserved


@action("waybill void", "remark")
def void_waybill(entry: Entry, *, waybill: int, remark: str) -> None:
    """The number stays in its series and carries nothing; what was reserved for it is free again."""
    paper = entry.see(rows.Waybill, waybill)
    entry.require(Right.ISSUE_WAYBILL, paper.operation_id, paper.origin)
    if not remark.strip():
        raise Refused(Message("whoever voids a waybill says why"))
    make_void(entry, paper)


def make_void(entry: Entry, paper: rows.Waybill) -> None:
    """As :func:`void_waybill`; for what makes papers void that nobody names one by one."""
    rows.WaybillVoid.objects.create(waybill=paper, by=entry.actor, at=entry.now)
    for line in _lines(paper):
        _release(entry, paper, line)


@action("vehicle loaded", "remark")
def load_waybill(entry: Entry, *, waybill: int, loaded: tuple[tuple[int, int], ...], remark: str = "") -> None:
    """The tally, (position, units) for every line; a shortfall says why."""
    paper = entry.see(rows.Waybill, waybill)
    entry.require(Right.LOAD, paper.operation_id, paper.origin)
    lines = {line.position: line for line in _lines(paper)}
    if sorted(position for position, _ in loaded) != sorted(lines):
        raise Refused(Message("the tally names every line of the waybill once"))
    for position, units in loaded:
        line = lines[position]
        if units < line.quantity and not remark.strip():
            raise Refused(Message("less was loaded than the waybill names: say why"))
        rows.Loaded.objects.create(line=line, quantity=units, by=entry.actor, at=entry.now)


@action("waybill dispatched")
def dispatch_waybill(entry: Entry, *, waybill: int) -> None:
    """
    What was loaded is on the road; what was reserved and stayed behind is free again.

    What nobody had reserved is taken from the free stock, if it is still there. Nothing leaves for a convoy whose gate
    is shut.
    """
    paper = entry.see(rows.Waybill, waybill)
    entry.require(Right.DISPATCH, paper.operation_id, paper.origin)
    for convoy in gates.convoys_of(paper):
        if missing := gates.unmet(convoy):
            raise Refused(missing[0])
    rows.Dispatch.objects.create(waybill=paper, by=entry.actor, at=entry.now)
    for line in _lines(paper):
        loaded = _units_loaded(line)
        reserved = _reserve(entry, paper, line, loaded)
        entry.move(reserved, entry.account(AccountKind.TRANSIT, line=line), line.batch, loaded)
        _release(entry, paper, line)


@action("goods received", "remark")
def receive_waybill(
    entry: Entry,
    *,
    waybill: int,
    place: int,
    counted: tuple[tuple[int, Counted], ...],
    counted_at: datetime,
    remark: str = "",
) -> None:
    """
    What was counted on arrival, (position, count) for every line.

    The usable are handed over, or in store where the goods change vehicles or were turned back; the damaged lie apart;
    the missing stay in transit until two people have signed their loss.
    """
    paper = entry.see(rows.Waybill, waybill)
    where = rows.Place.objects.filter(pk=place, operation=paper.operation_id).first()
    if where is None or where.pk not in (paper.origin_id, paper.destination_id):
        raise Refused(Message("goods are received where they were sent, or where they came from"))
    entry.require(Right.RECEIVE, paper.operation_id, where)
    received(entry, paper, where, counted, counted_at)


def received(
    entry: Entry,
    paper: rows.Waybill,
    where: rows.Place,
    counted: tuple[tuple[int, Counted], ...],
    counted_at: datetime,
) -> dict[rows.WaybillLine, Reconciled]:
    """The receipt with its lines and transfers; line by line what came of the count."""
    lines = {line.position: line for line in _lines(paper)}
    if sorted(position for position, _ in counted) != sorted(lines):
        raise Refused(Message("the receipt counts every line of the waybill once"))
    came: dict[rows.WaybillLine, Reconciled] = {}
    receipt = rows.Receipt.objects.create(
        id=entry.id, waybill=paper, place=where, by=entry.actor, at=entry.now, counted_at=counted_at
    )
    for position, count in counted:
        line = lines[position]
        found = reconcile(_units_loaded(line), count)
        rows.ReceiptLine.objects.create(
            receipt=receipt,
            line=line,
            arrived=count.arrived,
            good=found.good,
            underweight=found.underweight,
            underweight_g=count.underweight_g,
            damaged=[[reason.value, units] for reason, units in count.damaged],
            missing=found.missing,
            excess=found.excess,
        )
        _post_receipt(entry, line, where, found)
        came[line] = found
    return came


def _post_receipt(entry: Entry, line: rows.WaybillLine, where: rows.Place, found: Reconciled) -> None:
    transit = entry.account(AccountKind.TRANSIT, line=line)
    damaged = entry.account(AccountKind.DAMAGED, line=line)
    is_there = where.pk == line.waybill.destination_id and line.place_id in (None, where.pk)
    is_there = is_there and line.waybill.transfer_id is None  # between own stores it stays stock
    target = entry.account(AccountKind.DONE, line=line) if is_there else entry.account(AccountKind.STOCK, place=where)
    entry.move(transit, target, line.batch, found.sent_usable)
    entry.move(transit, damaged, line.batch, found.sent_damaged)
    if found.excess:
        surplus = entry.account(AccountKind.SURPLUS, line=line)
        entry.move(surplus, target, line.batch, found.usable - found.sent_usable)
        entry.move(surplus, damaged, line.batch, found.damaged - found.sent_damaged)


@action("readiness signed")
def sign_readiness(entry: Entry, *, convoy: int, condition: str, met: bool) -> None:
    """A condition as it is; what the desk can look up for itself must be so before it is signed as met."""
    row = entry.see(rows.Convoy, convoy)
    entry.require(Right.DISPATCH, row.operation_id, row.origin)
    if condition not in READINESS:
        raise Refused(Message("a convoy's gate has no such condition"))
    if met and (missing := gates.groundless(row).get(condition)):
        raise Refused(missing)
    rows.Readiness.objects.create(id=entry.id, convoy=row, condition=condition, met=met, by=entry.actor, at=entry.now)


@action("convoy checked in", "remark")
def check_in(
    entry: Entry,
    *,
    convoy: int,
    state: str,
    place: int | None = None,
    seen_at: datetime | None = None,
    remark: str = "",
) -> None:
    """
    Released, moving, blocked, turned back, arrived; ``seen_at`` is when it was so, now if nothing is said.

    It is released when every condition of its gate is met. Moving, turned back and arrived is only what has left.
    """
    row = entry.see(rows.Convoy, convoy)
    entry.require(Right.DISPATCH, row.operation_id, row.origin, row.destination)
    if state not in set(ConvoyState):
        raise Refused(Message("a convoy is released, moving, blocked, turned back or arrived"))
    if place is not None and not rows.Place.objects.filter(pk=place, operation=row.operation_id).exists():
        raise Refused(Message("there is no such place in this operation"))
    if state == ConvoyState.RELEASED and (missing := gates.unmet(row)):
        raise Refused(missing[0])
    seen = _seen(entry, row.plan, seen_at)
    if state in AFTER_LEAVING:
        seen = _after_leaving(row, seen)
    rows.CheckIn.objects.create(
        id=entry.id, convoy=row, place_id=place, state=state, by=entry.actor, at=entry.now, seen_at=seen
    )


def _seen(entry: Entry, plan: rows.PlanDocument | None, seen_at: datetime | None) -> datetime:
    if seen_at is None:
        return entry.now
    if seen_at > entry.now:
        raise Refused(Message("the moment when this was seen is still to come"))
    if plan is not None and seen_at < plan.made_at - A_MINUTE:
        raise Refused(Message("when this was seen, the journey was not planned yet; look at the date"))
    return seen_at


def _after_leaving(convoy: rows.Convoy, seen: datetime) -> datetime:
    left = gates.left_of([convoy]).get(convoy.pk)
    if left is None:
        raise Refused(
            Message("the convoy has not left: first one of its waybills is dispatched, or it is released without goods")
        )
    if seen >= left:
        return seen
    if left - seen < A_MINUTE:
        return left
    zone = ZoneInfo(convoy.operation.time_zone)
    raise Refused(Message("the convoy left only later: {moment}", moment=time_text(left, zone)))


@action("incident reported", "remark")
def report_incident(
    entry: Entry, *, journey: int, kind: str, seen_at: datetime | None = None, remark: str = ""
) -> None:
    """``seen_at`` is when it happened, now if nothing is said."""
    row = entry.see(rows.Journey, journey)
    entry.require(Right.REPORT_INCIDENT, row.operation_id)
    if kind not in set(IncidentKind):
        raise Refused(Message("there is no such kind of incident"))
    seen = _seen(entry, row.plan, seen_at)
    rows.Incident.objects.create(id=entry.id, journey=row, kind=kind, by=entry.actor, at=entry.now, seen_at=seen)


def _lines(paper: rows.Waybill) -> list[rows.WaybillLine]:
    return list(paper.lines.select_related("batch__item", "waybill"))


def _units_loaded(line: rows.WaybillLine) -> int:
    return line.loaded.quantity if hasattr(line, "loaded") else 0


def _release(entry: Entry, paper: rows.Waybill, line: rows.WaybillLine) -> None:
    reserved = entry.account(AccountKind.RESERVED, line=line)
    entry.move(
        reserved, entry.account(AccountKind.STOCK, place=paper.origin), line.batch, entry.held(reserved, line.batch)
    )
