"""Attacks on the books behind the guards' back: any byte of what stays as it is, and the papers that were printed."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from karavan.desk import models as rows, protect
from karavan.desk.installed import query
from karavan.desk.protect.only_growing import APPEND_ONLY
from karavan.domain.receipts import Counted, Damage
from karavan.verify import open_books, verify
from tests.desk import books
from tests.desk.test_story import on_the_road, received

TABLES = (*APPEND_ONLY, "desk_head", "desk_balance")
# What other databases number by themselves, and what nobody reads.
NOBODY_READS = {("desk_transfer", "id"), ("desk_verdict", "id"), ("desk_balance", "id")}
EDITS = 200


@pytest.fixture
def whole(desk, database):
    """A story with something in most tables; on SQLite, whose files can be copied."""
    if database != "sqlite":
        pytest.skip("copies of a file are tried on SQLite")
    paper, line = on_the_road(desk, 1_000, 990)
    received(desk, paper, Counted(arrived=980, damaged=((Damage.TORN, 5),)))
    transit = rows.Account.objects.get(kind="transit", line=line)
    lost = ((transit.pk, line.batch_id, 10),)
    report = desk.do("report_loss", "receiver", place=desk.place("KHN").pk, reason="missing", lost=lost)
    desk.do("approve_loss", "khn2", report=report.id)
    count = desk.do("record_count", "counter", place=desk.place("AGD").pk, counted=((desk.batch("S1").pk, 4_990),))
    desk.do("approve_count", "approver", count=count.id)
    desk.do("print_waybill", "dispatcher", waybill=paper.pk)
    assert books.problems() == []
    protect.remove(query, "sqlite")
    return desk


def test_any_byte_that_is_changed_is_found(whole, tmp_path):
    """Every digit, letter or sign of a column of a row that stays as it is; the event is named, or what holds it."""
    chance = random.Random(4)
    source = str(connection.settings_dict["NAME"])
    missed, tried = [], 0
    while tried < EDITS:
        copy = tmp_path / "copy.sqlite3"
        shutil.copy(source, copy)
        said = edit(copy, chance)
        if said is None:
            continue
        tried += 1
        with open_books(str(copy)) as reader:
            problems = [str(it) for it in verify(reader).problems if not str(it).startswith("guard ")]
        named = ("event ", "account ", "the head ", "transfer ", "series ", "waybill ", "situation ", "plan ")
        if not problems or not problems[0].startswith(named):
            missed.append((said, problems))
    assert not missed


def edit(copy, chance):
    """One sign of one value; ``None`` where the value is none or cannot be changed so."""
    with closing(sqlite3.connect(copy, isolation_level=None)) as file:
        file.execute("PRAGMA ignore_check_constraints=ON")
        table = chance.choice(TABLES)
        found = file.execute(f"SELECT rowid, * FROM {table}")
        names = [it[0] for it in found.description]
        found = found.fetchall()
        if not found:
            return None
        row = chance.choice(found)
        at = chance.randrange(1, len(row))
        value = row[at]
        if value is None or value == "" or (table, names[at]) in NOBODY_READS:
            return None
        text = str(value)
        place = chance.randrange(len(text))
        other = text[:place] + chance.choice("0123456789abcdef".replace(text[place], "")) + text[place + 1 :]
        if isinstance(value, int):
            if not other.isdecimal() or int(other) == value:
                return None
            other = int(other)
        try:
            file.execute(f'UPDATE {table} SET "{names[at]}" = ? WHERE rowid = ?', (other, row[0]))
        except sqlite3.IntegrityError:
            return None
        return f"{table}.{names[at]}: {value!r} -> {other!r}"


@pytest.fixture
def printed(desk, database):
    paper, _ = on_the_road(desk, 1_000)
    desk.do("print_waybill", "dispatcher", waybill=paper.pk)
    assert found() == []
    protect.remove(query, database)
    return rows.PaperPrint.objects.get()


def found(keys=None):
    with open_books(books.target(), keys) as reader:
        return [str(it) for it in verify(reader).problems if not str(it).startswith("guard ")]


def said_of_papers(keys=None):
    return [it for it in found(keys) if it.startswith("waybill ")]


def test_a_printed_paper_is_compared_with_what_the_desk_says(printed):
    query("UPDATE desk_vehicle SET plate = 'X ' || plate")
    assert said_of_papers() == ["waybill OP-AGD-000001: it is not as it was printed"]


@pytest.mark.parametrize(
    ("seal", "said"),
    [
        ("'KV1:'", "the code on its paper is none"),
        ("substr(seal, 1, 40) || 'A' || substr(seal, 42)", "OP-AGD-000001"),
    ],
)
def test_a_code_that_was_changed_is_found(printed, seal, said):
    query(f"UPDATE desk_paperprint SET seal = {seal}")
    (only, *_) = said_of_papers()
    assert said in only


def test_signatures_are_judged_by_the_public_keys(printed, tmp_path):
    keys = Path(settings.FOLDER) / "waybill-keys"
    assert said_of_papers(keys) == []
    said = ["waybill OP-AGD-000001: no public key of this desk fits the code on its paper"]
    assert said_of_papers(tmp_path) == said
    for key in keys.glob("*.pub"):
        (tmp_path / key.name).write_bytes(bytes(32))
    assert said_of_papers(tmp_path) == said


def test_a_paper_is_a_witness_of_the_chain(printed):
    """Whoever writes the whole chain anew meets the heads that papers bear."""
    query("UPDATE desk_paperprint SET head_hash = 'f' || substr(head_hash, 2)")
    assert f"event {printed.head_seq}: a paper was printed when it had another hash" in found()


def test_a_paper_tells_that_the_tail_was_cut(printed, tmp_path):
    """Events, verdicts, transfers and head cut off together leave a chain that is whole: only the paper knows."""
    head = printed.head_seq, printed.head_hash
    with open_books(books.target()) as reader:
        assert not [it for it in verify(reader, [head]).problems if "paper bears" in str(it)]
        other = [str(it) for it in verify(reader, [(head[0], "0" * 64), (999, head[1])]).problems]
    said = "a paper bears another hash of it, or the event is gone"
    assert {f"event {head[0]}: {said}", f"event 999: {said}"} <= set(other)


def test_heads_of_papers_are_given_to_the_command(printed, database):
    if database != "sqlite":
        pytest.skip("a folder is given")
    from typer.testing import CliRunner

    from karavan.cli.desk_commands import app

    target = str(connection.settings_dict["NAME"])
    head = f"{printed.head_seq} {printed.head_hash}"
    said = CliRunner().invoke(app, ["verify", target, "--head", head]).output
    assert "paper bears" not in said
    said = CliRunner().invoke(app, ["verify", target, "--head", head, "--head", f"1 {'0' * 64}"]).output
    assert "event 1: a paper bears another hash of it" in " ".join(said.split())
    wrong = CliRunner().invoke(app, ["verify", target, "--head", "419 a595"])
    assert wrong.exit_code == 4
