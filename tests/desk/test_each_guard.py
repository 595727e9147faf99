"""Each guard alone stops its violation, and without it the violation passes: nothing else would have stopped it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from karavan.desk import models as rows, protect
from karavan.desk.installed import query
from karavan.desk.protect.guards import POSTING
from karavan.desk.protect.only_growing import APPEND_ONLY, WHOLE
from karavan.domain.convoys import READINESS
from karavan.domain.fleet import OutOfService
from karavan.domain.ledger import AccountKind
from karavan.domain.receipts import Counted
from karavan.domain.roads import RoadStatus
from karavan.domain.roles import Role
from tests.desk.test_story import on_the_road, received


@pytest.fixture
def full(desk):
    """At least one row in every table that is guarded."""
    desk.do("report_road", "planner", road=rows.Road.objects.first().pk, status=RoadStatus.OPEN, source="police")
    clearance = {"kind": "notification", "authority": "a", "reference": "r", "lead_s": 60}
    desk.do("ask_clearance", "dispatcher", operation=desk.operation.pk, **clearance)
    truck = rows.Vehicle.objects.get(plate="T1").pk
    desk.do("take_out_of_service", "planner", vehicle=truck, reason=OutOfService.REPAIR)
    paper, line = on_the_road(desk, 1_000)
    count = desk.do("record_count", "counter", place=desk.place("AGD").pk, counted=((desk.batch("S1").pk, 4_999),))
    desk.do("approve_count", "approver", count=count.id)
    received(desk, paper, Counted(arrived=990))
    transit = rows.Account.objects.get(kind=AccountKind.TRANSIT, line=line)
    lost = ((transit.pk, line.batch_id, 10),)
    given = {"place": desk.place("KHN").pk, "reason": "missing", "waybill": paper.pk}
    report = desk.do("report_loss", "receiver", lost=lost, **given)
    desk.do("approve_loss", "khn2", report=report.id)
    _a_convoy(desk, paper)
    _a_second_waybill(desk, paper, line)
    _a_transfer(desk)
    _print(desk, paper)
    back = _return(desk, paper, "keeper")
    rows.GoodsReturnLine.objects.create(returned=back, line=line, good=1, damaged=0)
    rows.PlanPin.objects.create(id=desk.id(), plan=paper.plan, journey="J-001", pinned=True, **_signed(desk))
    asked = rows.RequestLine.objects.filter(request__approval="draft").last()
    rows.Cancellation.objects.create(event=desk.id(), line=asked, quantity=1, **_signed(desk))
    _settings(desk)
    return desk


def _print(desk, paper):
    given = {"operation": desk.operation, "head_seq": 1, "head_hash": "0" * 64, **_signed(desk)}
    rows.PaperPrint.objects.create(id=desk.id(), waybill=paper, **given)


def _a_transfer(desk):
    between = {"origin": desk.place("AGD"), "destination": desk.place("BKR"), "depart": desk.now, "arrive": desk.now}
    given = {"operation": desk.operation, "vehicle": rows.Vehicle.objects.first(), **between, **_signed(desk, "keeper")}
    transfer = rows.StoreTransfer.objects.create(id=desk.id(), **given)
    rows.StoreTransferLine.objects.create(transfer=transfer, batch=desk.batch("F1"), quantity=1)
    return transfer


def _return(desk, paper, who):
    return rows.GoodsReturn.objects.create(id=desk.id(), waybill=paper, place=desk.place("AGD"), **_signed(desk, who))


def _through_a_shut_gate(desk):
    """Everything is signed for the third waybill's convoy, and then the briefing taken back."""
    paper = _third()
    convoy = _gate(desk, paper)
    _print(desk, paper)
    for condition in READINESS:
        _sign(desk, convoy, condition, True)
    desk.now += timedelta(seconds=1)
    _sign(desk, convoy, "briefing", False)
    rows.Loaded.objects.create(line=paper.lines.get(), quantity=10, **_signed(desk))
    rows.Dispatch.objects.create(waybill=paper, **_signed(desk))


def _dispatched_unprinted(desk):
    paper = _third()
    _gate(desk, paper)
    rows.Loaded.objects.create(line=paper.lines.get(), quantity=10, **_signed(desk))
    rows.Dispatch.objects.create(waybill=paper, **_signed(desk))


def _unprinted(desk):
    """The third waybill's convoy; the first is printed, this one is not."""
    _sign(desk, _gate(desk, _third()), "papers", True)


def _gate(desk, paper):
    between = {name: getattr(paper, name) for name in ("operation", "plan", "origin", "destination", "depart")}
    leader = rows.Contact.objects.filter(operation=desk.operation).first()
    convoy = rows.Convoy.objects.create(code="C2", arrive=paper.arrive, leader=leader, **between)
    rows.ConvoyJourney.objects.create(convoy=convoy, journey=paper.journey, position=1)
    return convoy


def _without_clearance(desk):
    """The only one on record is refused."""
    asked = rows.Clearance.objects.get(answers=None)
    said = {"answer": "refused", "authority": "a", "reference": "r", "remark": "fighting"}
    desk.do("answer_clearance", "dispatcher", clearance=asked.pk, **said)
    _sign(desk, _gate(desk, _third()), "clearance", True)


def _without_leader(desk):
    convoy = _gate(desk, _third())
    rows.Convoy.objects.filter(pk=convoy.pk).update(leader=None)
    _sign(desk, convoy, "leader", True)


def _without_driver(desk):
    convoy = _gate(desk, _third())
    rows.Vehicle.objects.filter(pk=convoy.march.get().journey.vehicle_id).update(driver=None)
    _sign(desk, convoy, "drivers", True)


def _sign(desk, convoy, condition, met):
    rows.Readiness.objects.create(id=desk.id(), convoy=convoy, condition=condition, met=met, **_signed(desk))


def _signed(desk, who="dispatcher"):
    return {"by": desk.people[who], "at": desk.now}


def _a_convoy(desk, paper):
    convoy = rows.Convoy.objects.create(
        operation=desk.operation,
        plan=paper.plan,
        code="C1",
        origin=paper.origin,
        destination=paper.destination,
        depart=paper.depart,
        arrive=paper.arrive,
        leader=rows.Contact.objects.filter(operation=desk.operation).first(),
    )
    rows.Readiness.objects.create(id=desk.id(), convoy=convoy, condition="leader", met=True, **_signed(desk))
    rows.CheckIn.objects.create(id=desk.id(), convoy=convoy, state="released", **_signed(desk))
    rows.Incident.objects.create(id=desk.id(), journey=paper.journey, kind="blocked", **_signed(desk))


def _waybill(desk, **other):
    first = rows.Waybill.objects.order_by("no").first()
    same = ("operation", "series", "plan", "journey", "origin", "destination", "depart", "arrive", "issued_by")
    given = {name: getattr(first, name) for name in same} | {"issued_at": desk.now}
    last = rows.Waybill.objects.order_by("no").last()
    return rows.Waybill.objects.create(**{**given, "no": last.no + 1, **other})


def _line(waybill, position=1):
    batch = rows.Batch.objects.get(code="F1")
    return rows.WaybillLine.objects.create(waybill=waybill, position=position, need="R/1", batch=batch, quantity=10)


def _a_second_waybill(desk, paper, line):
    """Void, without a line; and the third is as it was issued."""
    rows.WaybillVoid.objects.create(waybill=_waybill(desk), **_signed(desk))
    _line(_waybill(desk))


def _settings(desk):
    """A change that one person asked for and another signed, and an emergency that was over long ago."""
    change = _change(desk, "planner", 2)
    rows.SettingApproval.objects.create(change=change, **_signed(desk, "admin"))
    hour = timedelta(hours=1)
    since, until = desk.now - 9 * hour, desk.now - 7 * hour
    given = {"operation": desk.operation, "since": since, "until": until, "by": desk.people["admin"]}
    emergency = rows.Emergency.objects.create(id=desk.id(), **given)
    rows.EmergencyEnd.objects.create(emergency=emergency, by=desk.people["admin"], at=since + hour)


def _change(desk, who, levels):
    given = {"operation": desk.operation, "levels": levels, "clocks_h": [], "code_roles": [], "waits": True}
    return rows.SettingChange.objects.create(id=desk.id(), **given, **_signed(desk, who))


def _third():
    return rows.Waybill.objects.get(no=3)


def _first_line():
    return rows.WaybillLine.objects.get(waybill__no=1)


def _event(**other):
    last = rows.Event.objects.order_by("seq").last()
    given = {"seq": last.seq + 1, "prev_hash": last.hash, "hash": "f" * 64, "kind": "k", "body": "{}"}
    rest = {"body_sha256": "0" * 64, "actor": "a", "received_at": "r", "id": "f" * 32}
    return rows.Event.objects.create(**{**given, **rest, **other})


def _transfer(**other):
    last = rows.Transfer.objects.filter(source__kind="source", source__place__code="AGD").first()
    given = {name: getattr(last, name) for name in ("event", "source", "target", "batch")}
    given["event"] = rows.Event.objects.get(seq=rows.Head.objects.get().seq)
    return rows.Transfer.objects.create(**{**given, "quantity": 1, **other})


def _unposted(desk):
    event = _event()
    rows.Head.objects.update(seq=event.seq, hash=event.hash)
    _transfer(event=event)


def _request(**state):
    """REQ-1 brought where its own guards would not let it be brought: they are not what is tried here."""
    query("SAVEPOINT guards_of_request")
    for name in list(protect.installed(query, connection.vendor)):
        if name.endswith("_desk_request_update"):
            query(f"DROP TRIGGER {name}" + ("" if connection.vendor == "sqlite" else " ON desk_request"))
    rows.Request.objects.filter(number="REQ-1").update(**state)
    return rows.Request.objects.get(number="REQ-1")


def _decision(desk, request, who, level=1, **other):
    given = {"round": request.round, "level": level, "decision": "approve", **_signed(desk, who)}
    return rows.Decision.objects.create(id=desk.id(), request=request, **{**given, **other})


def _decided(desk, who, **other):
    request = _request(approval="submitted", round=1, submitted_by=desk.people["officer"])
    _decision(desk, request, who, **other)


def _signed_twice(desk):
    request = _request(approval="submitted", round=1, submitted_by=desk.people["officer"])
    _decision(desk, request, "approver")
    _decision(desk, request, "approver", level=2)


def _receipt(desk, paper, who="receiver"):
    given = {"place": paper.destination, "counted_at": desk.now, **_signed(desk, who)}
    return rows.Receipt.objects.create(id=desk.id(), waybill=paper, **given)


def _own_receipt(desk):
    paper = _third()
    rows.Loaded.objects.create(line=paper.lines.get(), quantity=10, **_signed(desk))
    rows.Dispatch.objects.create(waybill=paper, **_signed(desk))
    _receipt(desk, paper, "dispatcher")


def _receipt_line(desk, **other):
    paper = _third()
    line = paper.lines.get()
    rows.Loaded.objects.create(line=line, quantity=10, **_signed(desk))
    rows.Dispatch.objects.create(waybill=paper, **_signed(desk))
    counts = {"arrived": 10, "good": 10, "underweight": 0, "underweight_g": 0, "missing": 0, "excess": 0}
    given = {"receipt": _receipt(desk, paper), "line": line, "damaged": [], **counts}
    return rows.ReceiptLine.objects.create(**{**given, **other})


def _foreign_receipt_line(desk):
    paper = _waybill(desk)
    line = _line(paper)
    rows.Loaded.objects.create(line=line, quantity=10, **_signed(desk))
    _receipt_line(desk, line=line)


def _loss(desk, who):
    given = {"operation": desk.operation, "place": desk.place("AGD"), "reason": "fire"}
    return rows.LossReport.objects.create(id=desk.id(), **given, **_signed(desk, who))


def _count(desk, who):
    given = {"operation": desk.operation, "place": desk.place("AGD")}
    return rows.Count.objects.create(id=desk.id(), **given, **_signed(desk, who))


def _membership(desk, user, granted_by):
    given = {"operation": desk.operation, "role": Role.PLANNER.value, "since": desk.now}
    return rows.Membership.objects.create(user=desk.people[user], granted_by=granted_by, **given)


def _reverted(desk):
    request = rows.Request.objects.get(number="R-000001")
    rows.Request.objects.filter(pk=request.pk).update(approval="draft")


def _moving_at_the_start(desk):
    """A convoy that carries nothing and was not released."""
    convoy = _gate(desk, _third())
    rows.ConvoyJourney.objects.filter(convoy=convoy).delete()
    given = {"convoy": convoy, "state": "moving", **_signed(desk)}
    rows.CheckIn.objects.create(id=desk.id(), **given)


def _check_in_to_come(desk):
    given = {"convoy": rows.Convoy.objects.get(code="C1"), "state": "blocked", **_signed(desk)}
    rows.CheckIn.objects.create(id=desk.id(), seen_at=desk.now + timedelta(seconds=1), **given)


def _incident_to_come(desk):
    given = {"journey": rows.Journey.objects.first(), "kind": "blocked", **_signed(desk)}
    rows.Incident.objects.create(id=desk.id(), seen_at=desk.now + timedelta(seconds=1), **given)


VIOLATIONS = {
    "not_left_desk_checkin_insert": _moving_at_the_start,
    "seen_later_desk_checkin_insert": _check_in_to_come,
    "seen_later_desk_incident_insert": _incident_to_come,
    "chain_desk_event_insert": lambda desk: _event(seq=rows.Head.objects.get().seq + 2),
    "head_desk_head_update": lambda desk: rows.Head.objects.update(seq=F("seq") + 1),
    "not_posted_desk_transfer_insert": _unposted,
    "not_last_desk_transfer_insert": lambda desk: _transfer(event=rows.Event.objects.get(seq=1)),
    "balance_begins_desk_balance_insert": lambda desk: rows.Balance.objects.create(
        account=rows.Account.objects.filter(neg=False).first(),
        batch=rows.Batch.objects.get(code="BF"),
        quantity=5,
        neg=False,
        last=0,
    ),
    "balance_written_desk_balance_update": lambda desk: rows.Balance.objects.update(quantity=F("quantity") + 1),
    "request_closed_desk_requestline_insert": lambda desk: rows.RequestLine.objects.create(
        request=rows.Request.objects.get(number="R-000001"), line=9, item="SOAP", quantity=1
    ),
    "request_closed_desk_requestline_update": lambda desk: rows.RequestLine.objects.filter(
        request__number="R-000001"
    ).update(quantity=F("quantity") + 1),
    "request_closed_desk_requestline_delete": lambda desk: rows.RequestLine.objects.filter(
        request__number="R-000001"
    ).delete(),
    "request_closed_desk_request_update": _reverted,
    "deleted_desk_request_delete": lambda desk: query("DELETE FROM desk_request WHERE number = 'R-000001'"),
    "not_decided_desk_request_update": lambda desk: rows.Request.objects.filter(number="REQ-1").update(
        approval="approved"
    ),
    "not_decided_desk_request_insert": lambda desk: rows.Request.objects.create(
        id=desk.id(),
        operation=desk.operation,
        number="X",
        place=desk.place("KHN"),
        people=1,
        raised_at=desk.now,
        approval="approved",
        created_by=desk.people["officer"],
    ),
    "own_request_desk_decision_insert": lambda desk: _decided(desk, "officer"),
    "same_signature_desk_decision_insert": _signed_twice,
    "not_waiting_desk_decision_insert": lambda desk: _decided(desk, "approver", level=2),
    "own_plan_desk_planapproval_insert": lambda desk: rows.PlanApproval.objects.create(
        plan=rows.PlanDocument.objects.create(
            id=desk.id(),
            operation=desk.operation,
            situation=rows.SituationDocument.objects.get(),
            text="{}",
            sha256="",
            made_by=desk.people["planner"],
            made_at=desk.now,
        ),
        **_signed(desk, "planner"),
    ),
    "number_gap_desk_waybill_insert": lambda desk: _waybill(desk, no=9),
    "plan_not_approved_desk_waybill_insert": lambda desk: _waybill(
        desk,
        plan=rows.PlanDocument.objects.create(
            id=desk.id(),
            operation=desk.operation,
            situation=rows.SituationDocument.objects.get(),
            text="{}",
            sha256="",
            made_by=desk.people["planner"],
            made_at=desk.now,
        ),
    ),
    "waybill_issued_desk_waybillline_insert": lambda desk: _line(rows.Waybill.objects.get(no=1), 2),
    "overloaded_desk_loaded_insert": lambda desk: rows.Loaded.objects.create(
        line=_third().lines.get(), quantity=11, **_signed(desk)
    ),
    "gate_shut_desk_dispatch_insert": _through_a_shut_gate,
    "no_leader_desk_readiness_insert": _without_leader,
    "no_driver_desk_readiness_insert": _without_driver,
    "no_clearance_desk_readiness_insert": _without_clearance,
    "not_printed_desk_readiness_insert": _unprinted,
    "not_printed_desk_dispatch_insert": _dispatched_unprinted,
    "own_transfer_desk_waybill_insert": lambda desk: _waybill(
        desk, plan=None, transfer=_a_transfer(desk), issued_by=desk.people["keeper"]
    ),
    "own_return_desk_goodsreturn_insert": lambda desk: _return(desk, rows.Waybill.objects.get(no=1), "receiver"),
    "void_desk_dispatch_insert": lambda desk: rows.Dispatch.objects.create(
        waybill=rows.Waybill.objects.get(no=2), **_signed(desk)
    ),
    "not_loaded_desk_dispatch_insert": lambda desk: rows.Dispatch.objects.create(waybill=_third(), **_signed(desk)),
    "already_dispatched_desk_waybillvoid_insert": lambda desk: rows.WaybillVoid.objects.create(
        waybill=rows.Waybill.objects.get(no=1), **_signed(desk)
    ),
    "not_dispatched_desk_receipt_insert": lambda desk: _receipt(desk, _third()),
    "own_dispatch_desk_receipt_insert": _own_receipt,
    "receipt_adds_up_desk_receiptline_insert": lambda desk: _receipt_line(desk, arrived=9),
    "other_waybill_desk_receiptline_insert": _foreign_receipt_line,
    "own_loss_desk_lossapproval_insert": lambda desk: rows.LossApproval.objects.create(
        report=_loss(desk, "keeper"), **_signed(desk, "keeper")
    ),
    "own_count_desk_countapproval_insert": lambda desk: rows.CountApproval.objects.create(
        count=_count(desk, "counter"), **_signed(desk, "counter")
    ),
    "own_settings_desk_settingapproval_insert": lambda desk: rows.SettingApproval.objects.create(
        change=_change(desk, "planner", 1), **_signed(desk, "planner")
    ),
    "levels_lowered_desk_operation_update": lambda desk: rows.Operation.objects.update(levels=1),
    "own_store_desk_count_insert": lambda desk: _count(desk, "keeper"),
    "own_role_desk_membership_insert": lambda desk: _membership(desk, "planner", desk.people["planner"]),
    "membership_closed_desk_membership_update": lambda desk: rows.Membership.objects.filter(role="planner").update(
        role="dispatcher"
    ),
    "deleted_desk_membership_delete": lambda desk: query("DELETE FROM desk_membership"),
    "deleted_desk_balance_delete": lambda desk: query("DELETE FROM desk_balance"),
    "deleted_desk_head_delete": lambda desk: query("DELETE FROM desk_head"),
    "replaced_desk_head_insert": lambda desk: query("INSERT OR REPLACE INTO desk_head VALUES (1, 0, 'x')"),
}


def violation(guard, vendor):
    """What is tried; the plain ones are the same for every table."""
    name = f"{guard.name}_{guard.table}_{guard.when.lower()}"
    if name in VIOLATIONS:
        return VIOLATIONS[name]
    table = guard.table
    column = APPEND_ONLY.get(table, ("",))[0].partition(" ")[0]
    statements = {
        "changed": f"UPDATE {table} SET {column} = {column}",
        "deleted": f"DELETE FROM {table}",
        "replaced": f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    }
    if (guard.name, table) == ("replaced", "desk_transfer"):
        # The trigger behind it would not let a transfer count twice either.
        return lambda desk: (_no_posting(), query(statements["replaced"]))
    if guard.name == "not_whole":
        return lambda desk: _not_whole(guard)
    return lambda desk: query(statements[guard.name])


def _not_whole(guard):
    """A row like one that there is, with a half of something in it."""
    table, column = guard.table, WHOLE[guard.table][0]
    if guard.when == "UPDATE":
        query(f"UPDATE {table} SET {column} = 1.5")
        return
    names = [name for _, name, *_ in query(f"PRAGMA table_info({table})")]
    query("PRAGMA ignore_check_constraints=ON")
    if table == "desk_transfer":
        _no_posting()
    query(f"CREATE TABLE one AS SELECT * FROM {table} LIMIT 1")
    if table == "desk_balance":
        query(f"DELETE FROM {table}")
    values = [f"{column} + 0.5" if name == column else _fresh(table, name) for name in names]
    query(f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM one")


def _no_posting():
    query(f"DROP TRIGGER {POSTING}" + ("" if connection.vendor == "sqlite" else " ON desk_transfer"))


def _fresh(table, name):
    """Keys that nobody has."""
    if name in ("id", "seq", "line_id", "account_id", "batch_id", "waybill_id", "position", "line", "n"):
        return f"CASE typeof({name}) WHEN 'integer' THEN {name} + 100000 ELSE 'f' || substr({name}, 2) END"
    return f"'x' || substr({name}, 2)" if name in ("hash", "prev_hash") else name


def test_each_guard_alone_stops_its_violation_and_without_it_nothing_does(full, database):
    guards = [guard for guard in protect.GUARDS if guard.only in ("", database)]
    if database == "sqlite":
        query("PRAGMA recursive_triggers=OFF")  # else the guard against deleting would stop what replaces
    problems = []
    for guard in guards:
        with transaction.atomic():
            for other in guards:
                if other.table == guard.table and other is not guard:
                    _drop(other, database)
            said = _tried(lambda guard=guard: violation(guard, database)(full))
            if f"karavan:{guard.name}" not in said:
                problems.append(f"{guard.trigger}: not stopped, but: {said or 'nothing said'}")
            _drop(guard, database)
            said = _tried(lambda guard=guard: violation(guard, database)(full))
            if said:
                problems.append(f"{guard.trigger}: without it still stopped: {said}")
            transaction.set_rollback(True)
    assert not problems, "\n".join(problems)


def _drop(guard, vendor):
    query(f"DROP TRIGGER {guard.trigger}" + ("" if vendor == "sqlite" else f" ON {guard.table}"))


def _tried(attempt):
    try:
        with transaction.atomic():
            attempt()
            transaction.set_rollback(True)
    except IntegrityError as error:
        return str(error)
    return ""


CONSTRAINTS = {
    "balance_not_below_nothing": lambda desk: _transfer(
        source=rows.Account.objects.get(kind="stock", place__code="AGD"),
        target=rows.Account.objects.get(kind="source", place__code="AGD"),
        quantity=10**11,
    ),
    "transfer_quantity": lambda desk: _transfer(quantity=0),
    "account_kind": lambda desk: rows.Account.objects.create(
        operation=desk.operation, kind="pocket", place=desk.place("AGD"), neg=False
    ),
    "account_neg": lambda desk: rows.Account.objects.create(
        operation=desk.operation, kind="stock", place=desk.place("ASK"), neg=True
    ),
    "account_is_somewhere": lambda desk: rows.Account.objects.create(operation=desk.operation, kind="stock", neg=False),
    "request_people": lambda desk: rows.Request.objects.filter(number="REQ-1").update(people=-1),
    "request_line_quantity": lambda desk: rows.RequestLine.objects.filter(request__number="REQ-1").update(quantity=0),
    "waybill_of_plan_or_transfer": lambda desk: _waybill(desk, transfer=_a_transfer(desk)),
    "print_of_one_paper": lambda desk: rows.PaperPrint.objects.create(
        id=desk.id(), operation=desk.operation, head_seq=1, head_hash="", **_signed(desk)
    ),
    "transfer_between_two": lambda desk: rows.StoreTransfer.objects.create(
        id=desk.id(),
        operation=desk.operation,
        origin=desk.place("AGD"),
        destination=desk.place("AGD"),
        vehicle=rows.Vehicle.objects.first(),
        depart=desk.now,
        arrive=desk.now,
        **_signed(desk),
    ),
    "store_transfer_quantity": lambda desk: rows.StoreTransferLine.objects.create(
        transfer=_a_transfer(desk), batch=desk.batch("S1"), quantity=0
    ),
    "return_quantity": lambda desk: rows.GoodsReturnLine.objects.create(
        returned=_return(desk, rows.Waybill.objects.get(no=1), "keeper"), line=_first_line(), good=-1, damaged=0
    ),
    "verdict_word": lambda desk: rows.Verdict.objects.create(event_id=1, n=2, verdict="perhaps", by=""),
    "waybill_line_quantity": lambda desk: rows.WaybillLine.objects.create(
        waybill=_third(), position=7, need="", batch=desk.batch("F1"), quantity=0
    ),
    "loaded_quantity": lambda desk: rows.Loaded.objects.create(line=_third().lines.get(), quantity=-1, **_signed(desk)),
    "counted_quantity": lambda desk: rows.CountLine.objects.create(
        count=_count(desk, "counter"), batch=desk.batch("F1"), counted=-1, book=0
    ),
    "loss_quantity": lambda desk: rows.LossLine.objects.create(
        report=_loss(desk, "keeper"),
        account=rows.Account.objects.first(),
        batch=desk.batch("F1"),
        quantity=0,
    ),
}
CONSTRAINTS["transfer_sides"] = lambda desk: (
    _no_posting(),
    _transfer(target=rows.Account.objects.get(kind="source", place__code="AGD")),
)


def test_each_check_stops_its_violation_and_without_it_nothing_does(full, database):
    problems = []
    for name, attempt in CONSTRAINTS.items():
        with transaction.atomic():
            said = _tried(lambda attempt=attempt: attempt(full))
            if name not in said:
                problems.append(f"{name}: not stopped, but: {said or 'nothing said'}")
            if database == "sqlite":
                query("PRAGMA ignore_check_constraints=ON")
            else:
                ((table,),) = query(f"SELECT conrelid::regclass FROM pg_constraint WHERE conname = '{name}'")
                query(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            said = _tried(lambda attempt=attempt: attempt(full))
            if said:
                problems.append(f"{name}: without it still stopped: {said}")
            transaction.set_rollback(True)
        if database == "sqlite":
            query("PRAGMA ignore_check_constraints=OFF")
    assert not problems, "\n".join(problems)
