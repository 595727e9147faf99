"""Rows and values: there and back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from karavan import read_workbook
from karavan.desk import store
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
