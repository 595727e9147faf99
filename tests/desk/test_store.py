"""Rows and values: there and back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from karavan import read_workbook
from karavan.desk import models as rows, store
from karavan.domain.requests import Approval
from tests.cast import a_situation

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.xlsx"))


def as_drafts(situation):
    """What a workbook says of approvals is not taken over: each desk approves itself. Requests stand by their time."""
    requests = (replace(request, approval=Approval.DRAFT) for request in situation.requests)
    return replace(situation, requests=tuple(sorted(requests, key=lambda it: (it.raised_at, it.number))))


def sorted_stock(situation):
    return replace(situation, stock=tuple(sorted(situation.stock, key=lambda lot: (lot.place, lot.item, lot.code))))


def test_the_small_world_goes_there_and_back(desk):
    assert sorted_stock(store.situation(desk.operation, people=True)) == sorted_stock(as_drafts(a_situation()))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_goes_there_and_back(database, path):
    situation = read_workbook(path)
    desk = a_desk_of(situation)
    assert sorted_stock(store.situation(desk.operation, people=True)) == sorted_stock(as_drafts(situation))


def a_desk_of(situation):
    from karavan.desk.actions.people import make_user
    from karavan.domain.planfile import situation_digest
    from tests.desk.desk_world import Desk

    desk = Desk()
    desk.people["admin"] = make_user(desk.id(), "admin", "correct horse", "en", desk.now)
    digest = situation_digest(situation)
    desk.do("open_operation", "admin", code="OP", sha256=digest, situation=situation, new_id=desk.id)
    return desk


def test_what_is_kept_for_good_names_nobody(desk):
    from karavan.domain.situationfile import situation_to_json

    with_names = situation_to_json(store.situation(desk.operation, people=True))
    kept = situation_to_json(store.situation(desk.operation))
    for name in ("Alice", "Bob", "+000 1", "Residents' representatives"):
        assert name in with_names
        assert name not in kept


def test_what_is_reserved_on_the_road_or_handed_over_is_not_planned_again(desk):
    from karavan.domain.ledger import AccountKind
    from karavan.domain.receipts import Counted
    from tests.desk.test_story import issued, received

    def to_bring():
        found = store.situation(desk.operation, desk.now).requests
        return {line.code: line.quantity for it in found for line in it.lines if it.approval == Approval.APPROVED}

    (paper,) = issued(desk, 5_000)
    assert to_bring() == {}, "all of it is reserved"
    desk.do("load_waybill", "keeper", waybill=paper.pk, loaded=((1, 4_950),), remark="one sack was wet")
    desk.do("dispatch_waybill", "dispatcher", waybill=paper.pk)
    assert to_bring() == {"R-000001/1": 50}
    received(desk, paper, Counted(arrived=4_900))
    assert to_bring() == {"R-000001/1": 50}, "what is missing may still turn up"
    line = paper.lines.get()
    transit = rows.Account.objects.get(kind=AccountKind.TRANSIT, line=line)
    lost = ((transit.pk, line.batch_id, 50),)
    given = {"place": desk.place("KHN").pk, "reason": "missing", "waybill": paper.pk}
    report = desk.do("report_loss", "receiver", lost=lost, **given)
    desk.do("approve_loss", "khn2", report=report.id)
    assert to_bring() == {"R-000001/1": 100}


def test_of_kits_that_are_on_their_way_whole_ones_count():
    from karavan.domain.requests import RequestLine

    lines = (RequestLine(request="R", line=1, item="KIT", quantity=10),)
    kits = {"KIT": [("FLOUR", 10), ("SOAP", 5)]}
    (left,) = store._left(lines, {"R/1:FLOUR": 70, "R/1:SOAP": 29}, kits)
    assert left.quantity == 10 - 5
    assert list(store._left(lines, {"R/1:FLOUR": 100, "R/1:SOAP": 50}, kits)) == []
