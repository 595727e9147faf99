"""From a request to a closed waybill, as actions, on both databases; CARE's receipts on the way."""

from __future__ import annotations

import pytest

from karavan import plan, plan_to_json
from karavan.desk import models as rows, store
from karavan.desk.actions.requests import LineValues
from karavan.desk.stock import disposition, in_states, in_transit, waybill_state, with_states
from karavan.domain.approval import Decision, Fulfilment, Whereabouts, fulfilment
from karavan.domain.audit import digest
from karavan.domain.errors import NotFound, Refused
from karavan.domain.ledger import AccountKind
from karavan.domain.numbers import judge_series
from karavan.domain.receipts import Counted, Damage
from karavan.domain.roles import Role
from karavan.domain.situationfile import situation_from_json
from tests.cast import a_situation, at
from tests.desk import books
from tests.desk.ledger_check import folds


def an_approved_request(desk, quantity=5_000, item="FLOUR"):
    entered = desk.do(
        "enter_request",
        "rep",
        operation=desk.operation.pk,
        place=desk.place("KHN").pk,
        people=1_000,
        raised_at=desk.now,
        organisation="Residents' representatives",
        lines=(LineValues(item=item, quantity=quantity),),
    )
    desk.do("submit_request", "rep", request=entered.id)
    desk.do("decide_request", "approver", request=entered.id, decision=Decision.APPROVE)
    desk.do("decide_request", "second", request=entered.id, decision=Decision.APPROVE)
    return rows.Request.objects.get(pk=entered.id)


def a_kept_plan(desk):
    """Searched in this process, where the tests of jobs use one of its own: a new process takes seconds."""
    job = desk.do("ask_plan", "planner", operation=desk.operation.pk, seed=1, rounds=5)
    situation = situation_from_json(rows.PlanningJob.objects.get(pk=job.id).situation.text)
    text = plan_to_json(plan(situation, seed=1, rounds=5))
    made = desk.do("keep_plan", "planner", job=job.id, plan_sha256=digest(text), text=text)
    return rows.PlanDocument.objects.get(pk=made.id)


def issued(desk, quantity=5_000):
    """Everything up to numbered waybills with their goods reserved."""
    an_approved_request(desk, quantity)
    kept = a_kept_plan(desk)
    desk.do("approve_plan", "second", plan=kept.pk)
    desk.do("issue_waybills", "dispatcher", plan=kept.pk)
    papers = list(rows.Waybill.objects.order_by("no"))
    for paper in papers:
        desk.do("reserve_waybill", "dispatcher", waybill=paper.pk)
    return papers


STATES = ("issued", "void", "loaded", "in transit", "received", "closed")


def state_of(paper):
    """Said the three ways in which pages ask for it."""
    state = waybill_state(paper)
    mine = rows.Waybill.objects.filter(pk=paper.pk)
    assert with_states(mine).get().state == state
    assert [it for it in STATES if in_states(mine, it)] == [state]
    assert in_states(mine, *STATES).get().state == state
    return state


def on_the_road(desk, quantity, loaded=None):
    """One waybill of one line, loaded whole or less, and dispatched."""
    (paper,) = issued(desk, quantity)
    (line,) = paper.lines.all()
    units = quantity if loaded is None else loaded
    remark = "" if units == line.quantity else "the lift broke"
    desk.do("load_waybill", "keeper", waybill=paper.pk, loaded=((1, units),), remark=remark)
    desk.do("dispatch_waybill", "dispatcher", waybill=paper.pk)
    return paper, line


def received(desk, paper, count, who="receiver"):
    desk.do(
        "receive_waybill",
        who,
        waybill=paper.pk,
        place=desk.place("KHN").pk,
        counted=((1, count),),
        counted_at=desk.now,
    )


def missing_reported(desk, paper, line, units):
    transit = rows.Account.objects.get(kind=AccountKind.TRANSIT, line=line)
    given = {"place": desk.place("KHN").pk, "lost": ((transit.pk, line.batch_id, units),), "waybill": paper.pk}
    return desk.do("report_loss", "receiver", reason="missing", **given)


def kinds(line):
    """What each account of a waybill line holds, by kind."""
    found = rows.Balance.objects.filter(account__line=line).exclude(quantity=0)
    return {balance.account.kind: balance.quantity for balance in found}


def test_from_a_request_to_a_closed_waybill(desk):
    desk.do(
        "receive_stock", "keeper", place=desk.place("AGD").pk, item="FLOUR", code="NEW", quantity=2_000, donor="WFP"
    )
    request = an_approved_request(desk, 5_000)
    assert (request.number, request.approval, request.level) == ("R-000001", "approved", 2)

    situation = store.situation(desk.operation, desk.now)
    assert [it.number for it in situation.requests if it.approval == "approved"] == ["R-000001"]
    assert (
        sum(lot.free for lot in situation.stock if lot.place == "AGD" and lot.item == "FLOUR") == 6_000 + 9_000 + 2_000
    )

    kept = a_kept_plan(desk)
    with pytest.raises(Refused, match=r"second person|no right"):
        desk.do("approve_plan", "planner", plan=kept.pk)
    with pytest.raises(Refused, match="not approved"):
        desk.do("issue_waybills", "dispatcher", plan=kept.pk)
    desk.do("approve_plan", "second", plan=kept.pk)
    desk.do("issue_waybills", "dispatcher", plan=kept.pk)

    paper = rows.Waybill.objects.get()
    line = paper.lines.get()
    assert (paper.series.code, paper.no, line.quantity, line.consignment.number) == ("OP-AGD", 1, 5_000, "C-R-000001")
    assert state_of(paper) == "issued"
    desk.do("reserve_waybill", "dispatcher", waybill=paper.pk)
    assert disposition(line.consignment) == {"reserved": 5_000}

    # 4,950 of 5,000 go aboard: the 50 that stay behind are free again.
    before = desk.free("AGD", line.batch.code)
    desk.do("load_waybill", "keeper", waybill=paper.pk, loaded=((1, 4_950),), remark="one sack was wet")
    assert state_of(rows.Waybill.objects.get()) == "loaded"
    desk.do("dispatch_waybill", "dispatcher", waybill=paper.pk)
    paper = rows.Waybill.objects.get()
    assert desk.free("AGD", line.batch.code) == before + 50
    assert (state_of(paper), in_transit(paper)) == ("in transit", 4_950)

    received(desk, paper, Counted(arrived=4_900, damaged=((Damage.TORN, 5),)))
    paper = rows.Waybill.objects.get()
    assert kinds(line) == {"done": 4_895, "damaged": 5, "transit": 50}
    assert state_of(paper) == "received"

    report = missing_reported(desk, paper, line, 50)
    with pytest.raises(Refused, match="second person signs a loss"):
        desk.do("approve_loss", "receiver", report=report.id)
    assert in_transit(paper) == 50, "one signature moves nothing"
    desk.do("approve_loss", "khn2", report=report.id)
    assert kinds(line) == {"done": 4_895, "damaged": 5, "loss": 50}
    assert state_of(paper) == "closed"

    whereabouts = Whereabouts(asked=5_000, done=4_895, lost=50)
    assert fulfilment(whereabouts) is Fulfilment.PARTIAL
    assert judge_series("OP-AGD", rows.Waybill.objects.values_list("no", flat=True)) == ()
    folds()
    assert books.problems() == []


@pytest.mark.parametrize(
    ("count", "done", "damaged", "missing", "surplus"),
    [
        (Counted(arrived=975, damaged=((Damage.TORN, 5), (Damage.STAINED, 2))), 968, 7, 25, 0),
        (
            Counted(
                arrived=1_010, damaged=((Damage.TORN, 5), (Damage.MOULDY, 3)), underweight=10, underweight_g=50_000
            ),
            1_002,
            8,
            0,
            10,
        ),
        (Counted(arrived=990), 990, 0, 10, 0),
    ],
    ids=["850", "853", "854"],
)
def test_care_receipts(desk, count, done, damaged, missing, surplus):
    """1,000 sent each: CARE food resources manual, waybills 850, 853 and 854; from the count to the closed waybill."""
    paper, line = on_the_road(desk, 1_000)
    received(desk, paper, count)
    wanted = {"done": done, "damaged": damaged, "transit": missing, "surplus": -surplus}
    assert kinds(line) == {kind: units for kind, units in wanted.items() if units}
    assert state_of(rows.Waybill.objects.get()) == ("received" if missing else "closed")
    row = rows.ReceiptLine.objects.get()
    assert row.arrived + row.missing == 1_000 + row.excess
    if missing:
        desk.do("approve_loss", "khn2", report=missing_reported(desk, paper, line, missing).id)
        wanted["loss"] = wanted.pop("transit")
    assert kinds(line) == {kind: units for kind, units in wanted.items() if units}
    assert state_of(rows.Waybill.objects.get()) == "closed"
    folds()
    assert books.problems() == []


def test_a_receipt_comes_once_and_not_from_whoever_dispatched(desk):
    paper, _ = on_the_road(desk, 1_000)
    desk.do("grant_role", "admin", operation=desk.operation.pk, user=desk.people["dispatcher"].pk, role=Role.RECEIVER)
    with pytest.raises(Refused, match="whoever dispatched does not receive"):
        received(desk, paper, Counted(arrived=1_000), "dispatcher")
    received(desk, paper, Counted(arrived=1_000))
    with pytest.raises(Refused, match="there is one already"):
        received(desk, paper, Counted(arrived=1_000))


def test_goods_turned_back_are_stock_again(desk):
    paper, line = on_the_road(desk, 1_000)
    before = desk.free("AGD", line.batch.code)
    desk.do(
        "grant_role",
        "admin",
        operation=desk.operation.pk,
        user=desk.people["keeper"].pk,
        role=Role.RECEIVER,
        place=desk.place("AGD").pk,
    )
    desk.do(
        "receive_waybill",
        "keeper",
        waybill=paper.pk,
        place=desk.place("AGD").pk,
        counted=((1, Counted(arrived=1_000)),),
        counted_at=desk.now,
    )
    assert desk.free("AGD", line.batch.code) == before + 1_000
    assert state_of(rows.Waybill.objects.get()) == "closed"


def test_a_void_number_stays_in_its_series_and_its_goods_are_free(desk):
    (paper,) = issued(desk, 1_000)
    (line,) = paper.lines.all()
    before = desk.free("AGD", line.batch.code)
    with pytest.raises(Refused, match="says why"):
        desk.do("void_waybill", "dispatcher", waybill=paper.pk, remark=" ")
    desk.do("void_waybill", "dispatcher", waybill=paper.pk, remark="truck broke down")
    assert desk.free("AGD", line.batch.code) == before + 1_000
    assert state_of(rows.Waybill.objects.get()) == "void"
    desk.do("load_waybill", "keeper", waybill=paper.pk, loaded=((1, 0),), remark="void")
    with pytest.raises(Refused, match="is void"):
        desk.do("dispatch_waybill", "dispatcher", waybill=paper.pk)


def test_loading_says_why_it_is_less_and_never_is_more(desk):
    (paper,) = issued(desk, 1_000)
    with pytest.raises(Refused, match="say why"):
        desk.do("load_waybill", "keeper", waybill=paper.pk, loaded=((1, 999),))
    with pytest.raises(Refused, match="more was loaded"):
        desk.do("load_waybill", "keeper", waybill=paper.pk, loaded=((1, 1_001),))
    with pytest.raises(Refused, match="not every line"):
        desk.do("dispatch_waybill", "dispatcher", waybill=paper.pk)


def test_whoever_asks_second_for_the_last_stock_is_told_what_is_left(desk):
    (paper,) = issued(desk, 5_000)
    (line,) = paper.lines.all()
    left = desk.free("AGD", line.batch.code)
    other = rows.Waybill.objects.create(
        **{
            name: getattr(paper, name)
            for name in ("operation", "series", "plan", "journey", "origin", "destination", "depart", "arrive")
        },
        no=paper.no + 1,
        issued_by=paper.issued_by,
        issued_at=paper.issued_at,
    )
    rows.WaybillLine.objects.create(
        waybill=other, position=1, need=line.need, place=line.place, batch=line.batch, quantity=left + 1
    )
    with pytest.raises(Refused) as refused:
        desk.do("reserve_waybill", "dispatcher", waybill=other.pk)
    said = str(refused.value).replace("\N{NARROW NO-BREAK SPACE}", "").replace("\N{NO-BREAK SPACE}", " ")
    assert said == f"Wheat flour (FLOUR): {left} kg left, {left + 1} kg asked for"


def test_bread_is_baked_of_flour_and_kits_are_made_and_broken(desk):
    oven, desk.now = rows.Production.objects.get(), at("06:00")
    # 0.4 kg of flour a loaf: 200 loaves take 80 kg of the bakery's 1,000.
    desk.do("record_baking", "baker", production=oven.pk, code="oven 1", quantity=200, baked_at=at("05:00"))
    assert (desk.free("BKR", "oven 1"), desk.free("BKR", "BF")) == (200, 920)
    assert desk.batch("oven 1").expiry == at("05:00", 1)
    with pytest.raises(Refused, match="FLOUR"):
        desk.do("record_baking", "baker", production=oven.pk, code="oven 2", quantity=2_301, baked_at=at("06:00"))

    rows.Item.objects.create(
        operation=desk.operation, code="KIT", item_class="hygiene", unit="kit", mass_g=10_500, volume_cm3=16_000
    )
    # 10 kg of flour and 5 soap a kit; F1 expires first.
    desk.do("make_kits", "keeper", place=desk.place("AGD").pk, kit="KIT", code="K1", quantity=100)
    assert (desk.free("AGD", "K1"), desk.free("AGD", "F1"), desk.free("AGD", "S1")) == (100, 5_000, 4_500)
    assert desk.batch("K1").expiry == desk.batch("F1").expiry
    desk.do("break_kits", "keeper", place=desk.place("AGD").pk, batch=desk.batch("K1").pk, quantity=40)
    assert desk.free("AGD", "K1") == 60
    loose = rows.Balance.objects.filter(account__kind="stock", batch__code="KIT K1")
    assert {balance.batch.item.code: balance.quantity for balance in loose} == {"FLOUR": 400, "SOAP": 200}
    folds()


def test_a_blind_count_is_signed_by_a_second_person_who_is_not_the_counter(desk):
    lots = ((desk.batch("F1").pk, 5_990), (desk.batch("S1").pk, 5_003))
    count = desk.do("record_count", "counter", place=desk.place("AGD").pk, counted=lots)
    assert desk.free("AGD", "F1") == 6_000, "one signature moves nothing"
    desk.do("approve_count", "approver", count=count.id)
    assert (desk.free("AGD", "F1"), desk.free("AGD", "S1")) == (5_990, 5_003)
    with pytest.raises(Refused, match="there is one already"):
        desk.do("approve_count", "second", count=count.id)
    folds()


def test_goods_kept_for_others_are_not_planned_on(desk):
    desk.do("keep_for", "keeper", place=desk.place("AGD").pk, batch=desk.batch("F1").pk, quantity=500, whom="hospital")
    (lot,) = (lot for lot in store.situation(desk.operation).stock if lot.code == "F1")
    assert (lot.quantity, lot.reserved, lot.free) == (6_000, 500, 5_500)
    desk.do("keep_for", "keeper", place=desk.place("AGD").pk, batch=desk.batch("F1").pk, quantity=-500, whom="hospital")
    assert desk.free("AGD", "F1") == 6_000
    with pytest.raises(Refused, match="not so much"):
        desk.do(
            "keep_for", "keeper", place=desk.place("AGD").pk, batch=desk.batch("F1").pk, quantity=-1, whom="hospital"
        )


def test_the_same_write_again_is_one_write_and_with_other_values_none(desk):
    from karavan.desk import actions

    number, values = desk.id(), {"place": desk.place("AGD").pk, "item": "SOAP", "code": "S2"}
    first = actions.receive_stock(desk.people["keeper"], number, desk.now, **values, quantity=10)
    again = actions.receive_stock(desk.people["keeper"], number, desk.now, **values, quantity=10)
    assert (first.again, again.again, again.seq) == (False, True, first.seq)
    assert desk.free("AGD", "S2") == 10
    with pytest.raises(Refused, match="other contents"):
        actions.receive_stock(desk.people["keeper"], number, desk.now, **values, quantity=11)
    with pytest.raises(Refused, match="other contents"):
        actions.receive_stock(desk.people["baker"], number, desk.now, **values, quantity=10)
    assert desk.free("AGD", "S2") == 10


def test_what_is_refused_leaves_no_trace(desk):
    before = (rows.Head.objects.get().seq, rows.Event.objects.count(), rows.Transfer.objects.count())
    with pytest.raises(Refused):
        desk.do("receive_stock", "keeper", place=desk.place("AGD").pk, item="SOAP", code="S9", quantity=0)
    with pytest.raises(NotFound):
        desk.do("reserve_waybill", "dispatcher", waybill=99)
    for quantity in (-5, 10**12 + 1):
        with pytest.raises(Refused, match="whole number"):
            desk.do("receive_stock", "keeper", place=desk.place("AGD").pk, item="SOAP", code="S9", quantity=quantity)
    assert (rows.Head.objects.get().seq, rows.Event.objects.count(), rows.Transfer.objects.count()) == before


def test_a_request_that_was_sent_back_is_edited_and_comes_again(desk):
    request = rows.Request.objects.get(number="REQ-1")
    desk.do("submit_request", "officer", request=request.pk)
    with pytest.raises(Refused, match="closed for changes"):
        desk.do("edit_request", "officer", request=request.pk, place=desk.place("KHN").pk, people=5, lines=())
    with pytest.raises(Refused, match="says why"):
        desk.do("decide_request", "approver", request=request.pk, decision=Decision.SEND_BACK)
    desk.do("decide_request", "approver", request=request.pk, decision=Decision.SEND_BACK, remark="how many people?")
    lines = (LineValues(item="SOAP", quantity=900),)
    desk.do("edit_request", "officer", request=request.pk, place=desk.place("KHN").pk, people=900, lines=lines)
    desk.do("submit_request", "officer", request=request.pk)
    desk.do("decide_request", "approver", request=request.pk, decision=Decision.APPROVE)
    with pytest.raises(Refused, match="another person"):
        desk.do("decide_request", "approver", request=request.pk, decision=Decision.APPROVE)
    desk.do("decide_request", "second", request=request.pk, decision=Decision.APPROVE)
    request.refresh_from_db()
    assert (request.approval, request.round, request.people) == ("approved", 2, 900)
    assert [it.decision for it in request.decisions.order_by("round", "level")] == ["send back", "approve", "approve"]
    assert rows.Remark.objects.get().text == "how many people?"


def test_a_plan_of_another_situation_is_not_kept(desk):
    an_approved_request(desk)
    job = desk.do("ask_plan", "planner", operation=desk.operation.pk, rounds=0)
    text = plan_to_json(plan(a_situation(), rounds=0))
    with pytest.raises(Refused, match="not one of this situation"):
        desk.do("keep_plan", "planner", job=job.id, plan_sha256=digest(text), text=text)
