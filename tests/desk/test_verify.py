"""The reader that recomputes the books finds every edit made behind the guards' back."""

from __future__ import annotations

import subprocess
import sys
from uuid import UUID

import pytest

from karavan.desk import models as rows, protect
from karavan.desk.installed import query
from karavan.domain.errors import RefusedFile
from karavan.verify import open_books
from tests.desk import books
from tests.desk.test_story import on_the_road


@pytest.fixture
def open_desk(desk, database):
    """A desk with a waybill on the road, and its guards taken away."""
    on_the_road(desk, 1_000)
    assert books.problems() == []
    protect.remove(query, database)
    return desk


def found():
    """What is said besides that the guards are gone."""
    return [said for said in books.problems() if not said.startswith("guard ")]


def test_missing_guards_are_named(open_desk, database):
    assert len(books.problems()) == len(protect.expected(database))


EDITS = {
    "UPDATE desk_event SET body = '{}' WHERE seq = 3": ["event 3: its text was changed", "event 3: other goods moved"],
    "UPDATE desk_event SET actor = 'mallory' WHERE seq = 3": [
        "event 3: its hash is not that of what it holds",
        "event 3: its verdict was changed",
    ],
    "UPDATE desk_transfer SET quantity = quantity + 1 WHERE id = 1": [
        "account 1, lot 1: the balance is -6000, its transfers give -6001",
        "account 2, lot 1: the balance is 5000, its transfers give 5001",
        "event 1: other goods moved than it names",
    ],
    "UPDATE desk_waybill SET no = 2": [
        "series OP-AGD: number 1 is missing",
        "what it wrote was changed or is gone (desk_waybill)",
    ],
    "UPDATE desk_situationdocument SET text = text || ' '": ["(desk_situationdocument)", "its text was changed"],
    "UPDATE desk_plandocument SET text = text || ' '": ["(desk_plandocument)", "its text was changed"],
    "UPDATE desk_planapproval SET by_id = (SELECT made_by_id FROM desk_plandocument)": [
        "(desk_planapproval)",
        "one person signed twice",
    ],
    "UPDATE desk_waybillline SET quantity = quantity + 1": ["(desk_waybillline)"],
    "UPDATE desk_batch SET donor = 'x' WHERE id = 1": ["event 1: what it wrote was changed or is gone (desk_batch)"],
    "DELETE FROM desk_loaded": ["(desk_loaded)"],
    "UPDATE desk_balance SET last = last + 1 WHERE id = 1": ["account 1, lot 1: the balance was changed"],
    "UPDATE desk_head SET seq = seq - 1": ["the head of the chain is not its last event"],
    "DELETE FROM desk_verdict WHERE event_id = 1": [
        "event 1: goods moved though it was not posted",
        "event 1: its verdict was changed",
    ],
    "INSERT INTO desk_verdict (event_id, n, verdict, by) SELECT seq, 2, 'held', '' FROM desk_event WHERE seq = 2": [],
}


@pytest.mark.parametrize(("edit", "said"), EDITS.items(), ids=EDITS)
def test_an_edit_is_found_where_it_was_made(open_desk, edit, said):
    query(edit)
    problems = [problem.replace("\N{NARROW NO-BREAK SPACE}", "") for problem in found()]
    assert len(problems) == len(said)
    for problem, part in zip(problems, said, strict=True):
        assert part in problem


ONE_HAND = {
    "transfer": "INSERT INTO desk_storetransfer (id, operation_id, origin_id, destination_id, vehicle_id, depart,"
    " arrive, by_id, at) SELECT '{id}', w.operation_id, w.origin_id, w.destination_id, j.vehicle_id, w.depart,"
    " w.arrive, w.issued_by_id, w.issued_at FROM desk_waybill w JOIN desk_journey j ON j.id = w.journey_id;"
    "UPDATE desk_waybill SET transfer_id = '{id}', plan_id = NULL",
    "return": "INSERT INTO desk_receipt (id, waybill_id, place_id, by_id, at, counted_at) SELECT '{id}', w.id,"
    " w.destination_id, '{second}', w.arrive, w.arrive FROM desk_waybill w;"
    "INSERT INTO desk_goodsreturn (id, waybill_id, place_id, by_id, at) SELECT '{id}', w.id, w.origin_id,"
    " '{second}', w.arrive FROM desk_waybill w",
    "settings": "INSERT INTO desk_settingchange (id, operation_id, levels, clocks_h, code_roles, by_id, at, waits)"
    " SELECT '{id}', operation_id, 1, '[]', '[]', issued_by_id, issued_at, {yes} FROM desk_waybill;"
    "INSERT INTO desk_settingapproval (change_id, by_id, at) SELECT '{id}', issued_by_id, issued_at FROM desk_waybill",
    "role": "UPDATE desk_membership SET granted_by_id = user_id WHERE role = 'counter'",
    "request": "INSERT INTO desk_decision (id, request_id, round, level, decision, by_id, at) SELECT '{id}',"
    " request_id, round, 7, decision, by_id, at FROM desk_decision WHERE level = 1",
}


@pytest.mark.parametrize("what", ONE_HAND)
def test_one_hand_on_both_sides_is_found(open_desk, database, what):
    number, second = (str(it) if database == "postgresql" else it.hex for it in (UUID(int=2**90), second_of(open_desk)))
    yes = "true" if database == "postgresql" else "1"
    for statement in ONE_HAND[what].format(id=number, second=second, yes=yes).split(";"):
        query(statement)
    assert [it for it in found() if "signed twice" in it and it.startswith(f"{what} ")] != []


COUNTED = (
    "INSERT INTO desk_count (id, operation_id, place_id, by_id, at)"
    " SELECT '{id}', operation_id, origin_id, '{by}', {at} FROM desk_waybill"
)


@pytest.mark.parametrize(
    ("who", "then", "found_out"),
    [
        ("keeper", "", True),
        ("planner", "", True),
        ("counter", "", False),
        # Another place's receiver sees no book of this one.
        ("receiver", "", False),
        ("keeper", "UPDATE desk_membership SET until = since", False),
        ("keeper", "UPDATE desk_membership SET since = (SELECT depart FROM desk_waybill)", False),
    ],
)
def test_a_count_by_somebody_who_saw_the_book_then_is_found(open_desk, database, who, then, found_out):
    as_text = str if database == "postgresql" else lambda key: key.hex
    number, by = as_text(UUID(int=2**90)), as_text(open_desk.people[who].pk)
    query(COUNTED.format(id=number, by=by, at="issued_at"))
    if then:
        query(f"{then} WHERE user_id = '{by}'")
    said = f"count {UUID(int=2**90)}: whoever counted keeps the store or sees its book"
    assert [it for it in found() if it.startswith("count ")] == [said] * found_out


def test_where_one_person_may_act_alone_a_keeper_may_count(open_desk, database):
    as_text = str if database == "postgresql" else lambda key: key.hex
    query(COUNTED.format(id=as_text(UUID(int=2**90)), by=as_text(open_desk.people["keeper"].pk), at="issued_at"))
    query(
        "INSERT INTO desk_emergency (id, operation_id, since, until, by_id)"
        f" SELECT '{as_text(UUID(int=2**91))}', operation_id, issued_at, arrive, issued_by_id"
        " FROM desk_waybill"
    )
    assert [it for it in found() if it.startswith("count ")] == []


def second_of(desk):
    return desk.people["second"].pk


def test_a_cut_tail_is_found_with_the_head_that_a_paper_bears(open_desk, database):
    """Events, verdicts, transfers and head cut off together leave a chain that is whole: only a witness knows."""
    witness = books.verdict().head
    last = rows.Head.objects.get().seq
    assert not rows.Transfer.objects.filter(event=last - 1).exists()
    query(f"DELETE FROM desk_transfer WHERE event_id >= {last}")
    query("DELETE FROM desk_dispatch")
    query(f"DELETE FROM desk_verdict WHERE event_id = {last}")
    query(f"DELETE FROM desk_event WHERE seq = {last}")
    query(f"UPDATE desk_head SET seq = {last - 1}, hash = (SELECT hash FROM desk_event WHERE seq = {last - 1})")
    assert books.verdict().head != witness


def test_where_there_is_no_desk_it_says_so(tmp_path):
    with pytest.raises(RefusedFile, match="there is no desk"), open_books(str(tmp_path)):
        pass
    (tmp_path / "desk.sqlite3").write_bytes(b"not a database, but long enough to be taken for one" * 20)
    with pytest.raises(RefusedFile, match="cannot be read"), open_books(str(tmp_path)) as reader:
        list(reader.rows("SELECT 1 FROM desk_event"))


def test_books_cooked_so_that_they_fold_are_found_by_the_chain(open_desk):
    """A transfer and its balances changed alike: the ledger adds up, but the hashed event names other goods."""
    query("UPDATE desk_transfer SET quantity = quantity - 7 WHERE id = 1")
    query("UPDATE desk_balance SET quantity = quantity + 7 WHERE account_id = 1 AND batch_id = 1")
    query("UPDATE desk_balance SET quantity = quantity - 7 WHERE account_id = 2 AND batch_id = 1")
    assert found() == ["event 1: other goods moved than it names"]


def test_it_shares_nothing_with_the_desk_that_could_hide_a_mistake():
    code = "import sys, karavan.verify; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "karavan.verify.books" in loaded
    assert [name for name in loaded if name.startswith(("django", "karavan.desk.")) and "protect" not in name] == []
