"""An approved plan is planned again from how it truly went: what has left stays, what changed is void and replaced."""

from __future__ import annotations

from datetime import timedelta

import pytest

from karavan.desk import models as rows, store
from karavan.desk.judging import judged
from karavan.desk.replanning import basis, codes_taken, in_force
from karavan.desk.searching import Again, planned_again
from karavan.domain.audit import digest
from karavan.domain.errors import Refused
from karavan.domain.planfile import plan_from_json, plan_to_json
from karavan.domain.receipts import Counted, Damage
from karavan.domain.roles import Role
from karavan.domain.situationfile import situation_from_json
from tests.cast import at
from tests.desk import books
from tests.desk.ledger_check import folds
from tests.desk.test_story import a_kept_plan, an_approved_request, received


def in_this_process(desk, job, rounds=5):
    """What the job's own process would do."""
    row = rows.PlanningJob.objects.get(pk=job)
    situation = situation_from_json(row.situation.text)
    again = Again(row.previous, row.asked_at, tuple(row.left), tuple(row.kept), codes_taken(row.replans))
    text = plan_to_json(planned_again(situation, again, seed=1, rounds=rounds))
    made = desk.do("keep_plan", "planner", job=job, plan_sha256=digest(text), text=text)
    return rows.PlanDocument.objects.get(pk=made.id)


def issued_plan(desk, *quantities):
    for quantity in quantities:
        an_approved_request(desk, quantity)
    kept = a_kept_plan(desk)
    desk.do("approve_plan", "second", plan=kept.pk)
    desk.do("issue_waybills", "dispatcher", plan=kept.pk)
    for paper in rows.Waybill.objects.filter(plan=kept).order_by("no"):
        desk.do("reserve_waybill", "dispatcher", waybill=paper.pk)
    return kept


def again(desk, plan, **values):
    job = desk.do("ask_replan", "planner", plan=plan.pk, seed=1, rounds=5, **values)
    return in_this_process(desk, job.id)


def brought(plan):
    """Units that a plan hands over, by need."""
    total = {}
    for journey in plan_from_json(plan.text).journeys:
        for stop in journey.stops:
            for goods in stop.unloads:
                if stop.place == "KHN":
                    total[goods.need] = total.get(goods.need, 0) + goods.quantity
    return total


def sent(desk, paper, units=None):
    (line,) = paper.lines.all()
    loaded = line.quantity if units is None else units
    desk.do("load_waybill", "keeper", waybill=paper.pk, loaded=((1, loaded),), remark="counted")
    desk.do("dispatch_waybill", "dispatcher", waybill=paper.pk)


def test_nothing_changed_nothing_is_different(desk):
    plan = issued_plan(desk, 5_000)
    second = again(desk, plan)
    assert second.replans_id == plan.pk
    assert brought(second) == brought(plan) == {"R-000001/1": 5_000}
    codes = [[it.code for it in plan_from_json(one.text).journeys] for one in (plan, second)]
    assert codes[0] == codes[1]
    desk.do("approve_plan", "second", plan=second.pk)
    with pytest.raises(Refused, match="nothing is different"):
        desk.do("issue_waybills", "dispatcher", plan=second.pk)
    assert in_force(desk.operation)


def test_a_request_more_is_planned_with_what_there_was(desk):
    plan = issued_plan(desk, 5_000)
    an_approved_request(desk, 2_000)
    second = again(desk, plan)
    assert brought(second) == {"R-000001/1": 5_000, "R-000002/1": 2_000}
    assert not judged(situation_from_json(second.situation.text), plan_from_json(second.text))


def test_what_has_left_stays_with_what_was_loaded_and_the_shortfall_is_planned_anew(desk):
    plan = issued_plan(desk, 5_000)
    (paper,) = rows.Waybill.objects.all()
    sent(desk, paper, 4_000)
    second = again(desk, plan)
    made = plan_from_json(second.text)
    assert [it.frozen for it in made.journeys if it.code == paper.journey.code] == [True]
    # 4,000 are on the road; the 1,000 that stayed behind are brought by another journey.
    assert brought(second) == {"R-000001/1": 5_000}
    desk.do("approve_plan", "second", plan=second.pk)
    desk.do("issue_waybills", "dispatcher", plan=second.pk)
    new = rows.Waybill.objects.get(plan=second)
    assert (new.lines.get().quantity, hasattr(rows.Waybill.objects.get(pk=paper.pk), "void")) == (1_000, False)
    assert [it.pk for it in in_force(desk.operation)] == [second.pk]
    with pytest.raises(Refused, match="taken this one's place"):
        desk.do("ask_replan", "planner", plan=plan.pk)


def test_papers_of_journeys_that_changed_are_void_and_replaced(desk):
    plan = issued_plan(desk, 5_000)
    (old,) = rows.Waybill.objects.all()
    plate = old.journey.vehicle.plate
    second = again(desk, plan, out=(plate,))
    assert plate not in {it.vehicle for it in plan_from_json(second.text).journeys}
    desk.do("approve_plan", "second", plan=second.pk)
    free = desk.free("AGD", old.lines.get().batch.code)
    desk.do("issue_waybills", "dispatcher", plan=second.pk)
    assert hasattr(rows.Waybill.objects.get(pk=old.pk), "void")
    assert desk.free("AGD", old.lines.get().batch.code) == free + 5_000
    new = rows.Waybill.objects.get(plan=second)
    assert (new.no, new.journey.vehicle.plate != plate) == (2, True)
    desk.do("reserve_waybill", "dispatcher", waybill=new.pk)
    folds()
    assert not books.problems()


def test_what_left_meanwhile_is_not_made_void(desk):
    plan = issued_plan(desk, 5_000)
    (paper,) = rows.Waybill.objects.all()
    second = again(desk, plan, out=(paper.journey.vehicle.plate,))
    desk.do("approve_plan", "second", plan=second.pk)
    sent(desk, paper)
    with pytest.raises(Refused, match="has left since"):
        desk.do("issue_waybills", "dispatcher", plan=second.pk)


def test_a_pinned_journey_stays_as_it_is(desk):
    plan = issued_plan(desk, 5_000)
    (paper,) = rows.Waybill.objects.all()
    code = paper.journey.code
    desk.do("pin_journey", "planner", plan=plan.pk, journey=code, is_pinned=True)
    an_approved_request(desk, 8_000)
    job = desk.do("ask_replan", "planner", plan=plan.pk, rounds=5)
    assert rows.PlanningJob.objects.get(pk=job.id).kept == [code]
    made = plan_from_json(in_this_process(desk, job.id).text)
    was = next(it for it in plan_from_json(plan.text).journeys if it.code == code)
    assert [stop.loads for stop in was.stops] in [[stop.loads for stop in it.stops] for it in made.journeys]
    with pytest.raises(Refused, match="no journey J-999"):
        desk.do("pin_journey", "planner", plan=plan.pk, journey="J-999", is_pinned=True)
    desk.do("pin_journey", "planner", plan=plan.pk, journey=code, is_pinned=False)
    job = desk.do("ask_replan", "planner", plan=plan.pk, rounds=5)
    assert rows.PlanningJob.objects.get(pk=job.id).kept == []


def test_vehicles_and_goods_under_way_are_not_free_in_a_new_situation(desk):
    plan = issued_plan(desk, 5_000)
    (paper,) = rows.Waybill.objects.all()
    journey = next(it for it in plan_from_json(plan.text).journeys if it.code == paper.journey.code)
    whole = {(lot.place, lot.item): lot.free for lot in store.situation(desk.operation).stock}
    for _ in ("reserved", "on the road"):
        now = store.situation(desk.operation, desk.now)
        assert now.vehicle[paper.journey.vehicle.plate].available_from == journey.stops[-1].end
        assert not [it for it in now.requests if it.number == "R-000001"]
        assert {(lot.place, lot.item): lot.free for lot in now.stock} == whole
        sent(desk, paper) if not hasattr(paper, "dispatch") else None
        paper = rows.Waybill.objects.get()


def test_a_vehicle_that_is_not_back_is_nobodys(desk):
    plan = issued_plan(desk, 5_000)
    (paper,) = rows.Waybill.objects.all()
    sent(desk, paper)
    end = next(it for it in plan_from_json(plan.text).journeys if it.code == paper.journey.code).stops[-1].end
    late = store.situation(desk.operation, end + timedelta(minutes=1))
    assert late.vehicle[paper.journey.vehicle.plate].available_until == end + timedelta(minutes=1)


def test_what_is_issued_and_not_reserved_is_spoken_for(desk):
    an_approved_request(desk, 5_000)
    plan = a_kept_plan(desk)
    desk.do("approve_plan", "second", plan=plan.pk)
    before = sum(lot.free for lot in store.situation(desk.operation, desk.now).stock if lot.item == "FLOUR")
    desk.do("issue_waybills", "dispatcher", plan=plan.pk)
    now = store.situation(desk.operation, desk.now)
    assert sum(lot.free for lot in now.stock if lot.item == "FLOUR") == before - 5_000
    assert not [it for it in now.requests if it.number == "R-000001"]


def test_what_should_have_left_and_has_not_is_planned_anew(desk):
    plan = issued_plan(desk, 5_000)
    desk.now = at("20:00")
    found = basis(plan, desk.now)
    assert [found.left, len(found.late)] == [(), 1]
    assert not found.previous.journeys


def test_what_was_made_void_is_planned_anew_under_a_code_of_its_own(desk):
    plan = issued_plan(desk, 5_000)
    (old,) = rows.Waybill.objects.all()
    desk.do("void_waybill", "dispatcher", waybill=old.pk, remark="wrong gate")
    found = basis(plan, desk.now)
    assert (found.void, found.previous.journeys) == ((old.journey.code,), ())
    second = again(desk, plan)
    assert brought(second) == {"R-000001/1": 5_000}
    assert old.journey.code not in {it.code for it in plan_from_json(second.text).journeys}
    desk.do("approve_plan", "second", plan=second.pk)
    desk.do("issue_waybills", "dispatcher", plan=second.pk)
    assert rows.Waybill.objects.filter(void=None).get().lines.get().quantity == 5_000


def test_planned_again_and_again(desk):
    """Each plan takes the place of the one before; what left under the first is history in the third."""
    first = issued_plan(desk, 5_000)
    (paper,) = rows.Waybill.objects.all()
    sent(desk, paper)
    plan = first
    for number, quantity in ((2, 1_000), (3, 2_000)):
        an_approved_request(desk, quantity)
        plan = again(desk, plan)
        desk.do("approve_plan", "second", plan=plan.pk)
        desk.do("issue_waybills", "dispatcher", plan=plan.pk)
        assert brought(plan)[f"R-00000{number}/1"] == quantity
        assert brought(plan)["R-000001/1"] == 5_000
    live = rows.Waybill.objects.filter(void=None)
    total = {}
    for line in rows.WaybillLine.objects.filter(waybill__in=live):
        total[line.need] = total.get(line.need, 0) + line.quantity
    assert total == {"R-000001/1": 5_000, "R-000002/1": 1_000, "R-000003/1": 2_000}
    assert [it.pk for it in in_force(desk.operation)] == [plan.pk]


def test_an_approved_plan_of_which_nothing_is_issued_is_planned_again_too(desk):
    an_approved_request(desk, 5_000)
    first = a_kept_plan(desk)
    desk.do("approve_plan", "second", plan=first.pk)
    an_approved_request(desk, 1_000)
    second = again(desk, first)
    desk.do("approve_plan", "second", plan=second.pk)
    desk.do("issue_waybills", "dispatcher", plan=second.pk)
    lines = rows.WaybillLine.objects.values_list("need", "quantity")
    assert sorted(lines) == [("R-000001/1", 5_000), ("R-000002/1", 1_000)]
    with pytest.raises(Refused, match="another plan were issued since"):
        desk.do("issue_waybills", "dispatcher", plan=first.pk)


def test_what_was_lost_on_the_way_is_brought_anew(desk):
    plan = issued_plan(desk, 5_000)
    (paper,) = rows.Waybill.objects.all()
    sent(desk, paper)
    received(desk, paper, Counted(arrived=5_000, damaged=((Damage.TORN, 500),)))
    second = again(desk, plan)
    made = plan_from_json(second.text)
    assert brought(second) == {"R-000001/1": 5_000}
    assert sum(it.quantity for stop in made.journeys[0].stops for it in stop.unloads) == 4_500
    assert {it.frozen for it in made.journeys} == {True, False}


def test_what_was_turned_back_lies_in_store_again(desk):
    plan = issued_plan(desk, 5_000)
    (paper,) = rows.Waybill.objects.all()
    sent(desk, paper)
    desk.do("grant_role", "admin", **_receiver_at(desk, "AGD"))
    values = {"waybill": paper.pk, "place": desk.place("AGD").pk, "counted_at": desk.now}
    desk.do("receive_waybill", "khn2", counted=((1, Counted(arrived=5_000)),), **values)
    found = basis(plan, desk.now)
    assert not found.previous.journeys
    second = again(desk, plan)
    assert brought(second) == {"R-000001/1": 5_000}
    assert not any(it.frozen for it in plan_from_json(second.text).journeys)


def _receiver_at(desk, place):
    who = {"operation": desk.operation.pk, "user": desk.people["khn2"].pk}
    return {**who, "role": Role.RECEIVER, "place": desk.place(place).pk}
