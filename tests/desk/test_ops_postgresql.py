"""PostgreSQL as a ministry runs it: a role that only works, copies of an open desk, and a desk made from one."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from django.db import ProgrammingError, connection

from karavan.desk import models as rows
from karavan.desk.database import database as settings_for
from karavan.desk.installed import bring_up_to_date, drift
from karavan.desk.protect import grant
from karavan.desk.protect.only_growing import APPEND_ONLY
from karavan.domain.receipts import Counted
from tests.desk import books, switch
from tests.desk.test_killed import writer
from tests.desk.test_start import PASSWORD, ROOT, environment
from tests.desk.test_story import on_the_road, received

ROLE = "karavan_app"


@pytest.fixture
def template(postgresql_template):
    """Nothing here is about SQLite."""
    return postgresql_template


def as_app(url):
    return url.replace("karavan@", f"{ROLE}@", 1)


@pytest.fixture
def working(desk, postgresql, monkeypatch):
    """The desk, working as a role that owns nothing."""
    owner = books.target()
    if not postgresql.has(ROLE):
        postgresql.run(f"CREATE ROLE {ROLE} LOGIN")
    monkeypatch.setenv("KARAVAN_APPLICATION_ROLE", ROLE)
    bring_up_to_date()
    with switch.to(settings_for(as_app(owner), Path())):
        yield desk


def test_the_role_does_everything_that_a_desk_does(working):
    paper, _ = on_the_road(working, 1_000)
    received(working, paper, Counted(arrived=990, damaged=()))
    assert drift() == ()
    assert books.problems() == []
    bring_up_to_date()  # current, so nothing is left to do that the role could not


def refused(statement):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_role_changes_and_removes_no_document(working):
    for table in APPEND_ONLY:
        refused(f"UPDATE {table} SET {column_of(table)} = {column_of(table)}")
        refused(f"DELETE FROM {table}")
        refused(f"TRUNCATE {table} CASCADE")
    for table in ("desk_balance", "desk_head"):
        refused(f"DELETE FROM {table}")
        refused(f"TRUNCATE {table}")


def test_the_role_takes_no_guard_away(working):
    refused("ALTER TABLE desk_transfer DISABLE TRIGGER ALL")
    refused("DROP TRIGGER post_desk_transfer ON desk_transfer")
    refused("DROP TABLE desk_event CASCADE")
    refused("UPDATE django_migrations SET name = name")
    refused("SET session_replication_role = replica")
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'post_desk_transfer'")
        ((body,),) = cursor.fetchall()
    quoted = body.replace("'", "''")
    refused(f"CREATE OR REPLACE FUNCTION post_desk_transfer() RETURNS trigger LANGUAGE plpgsql AS '{quoted}'")


def column_of(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}' LIMIT 1")
        return cursor.fetchone()[0]


@pytest.mark.parametrize("name", ["x; DROP TABLE desk_event", "Karavan", "", '"a"', "a" * 64])
def test_a_role_is_named_plainly(name):
    with pytest.raises(ValueError, match="name of a role"):
        grant(lambda statement: [], name)


def karavan(command, url, folder):
    arguments = [sys.executable, "-m", "karavan", *shlex.split(command)]
    given = {**environment(), "KARAVAN_DATABASE_URL": url}
    return subprocess.run(arguments, cwd=folder, env=given, capture_output=True, text=True, timeout=300)


def count(url, table="desk_event"):
    with psycopg.connect(url) as reader:
        return reader.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_an_open_desk_is_copied_and_set_back(desk, postgresql, tmp_path):
    """While somebody writes: the copy is one state, its books are in order, and it is a desk again."""
    on_the_road(desk, 1_000)
    url = books.target()
    (tmp_path / "flood").mkdir()
    process = writer(desk, 10**6)
    try:
        while rows.Event.objects.count() < 60:
            time.sleep(0.1)
        before = count(url)
        done = karavan("backup flood flood-1.dump", url, tmp_path)
        after = count(url)
    finally:
        process.kill()
        process.communicate()
    assert done.returncode == 0, done.stderr
    assert "The books are in order." in done.stdout
    assert (tmp_path / "flood" / "backup.seen").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["flood", "flood-1.dump"]
    again = karavan("backup flood flood-1.dump", url, tmp_path)
    assert again.returncode != 0
    assert "nothing is written over it" in again.stderr.replace("\n", " ")

    fresh = postgresql.url(postgresql.create())
    back = karavan("restore flood-1.dump flood-again", fresh, tmp_path)
    assert back.returncode == 0, back.stderr
    assert "The books are in order." in back.stdout
    assert before <= count(fresh) <= after
    assert count(fresh) > before or after > before, "nobody wrote meanwhile"
    with switch.to(settings_for(fresh, Path())):
        assert drift() == ()
        bring_up_to_date()
        desk.now = desk.now.replace(year=2024)
        desk.do("receive_stock", "keeper", place=desk.place("AGD").pk, item="SOAP", code="S1", quantity=1)
        assert books.problems() == []
    twice = karavan("restore flood-1.dump flood-again", fresh, tmp_path)
    assert twice.returncode != 0
    assert "has a desk already" in twice.stderr.replace("\n", " ")


def test_every_command_of_the_page_works(postgresql, tmp_path):
    """docs/operations.md: its SQL, then its commands, in their order; the roles have names of their own here."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").replace("karavan_", "page_")
    text = text.replace("DATABASE desk", "DATABASE page_desk")
    (sql,) = re.findall(r"```sql\n(.*?)```", text, re.S)
    for statement in sql.strip().split(";"):
        if statement:
            postgresql.run(statement)
    commands = [line for block in re.findall(r"```pg\n(.*?)```", text, re.S) for line in block.splitlines()]
    assert len(commands) == 6
    postgresql.run("CREATE DATABASE page_empty OWNER page_owner ENCODING 'UTF8' TEMPLATE template0")
    owner = postgresql.url("page_desk").replace("karavan@", "page_owner@", 1)
    urls = {"OWNER": owner, "APP": owner.replace("page_owner@", "page_app@", 1)}
    urls["EMPTY"] = owner.replace("/page_desk", "/page_empty", 1)
    (tmp_path / "password.txt").write_text(PASSWORD)
    for command in commands:
        words = [urls.get(word, word) for word in shlex.split(command)]
        given = environment()
        while "=" in words[0] and not words[0].startswith("karavan"):
            name, _, value = words.pop(0).partition("=")
            given[name] = urls.get(value, value)
        assert words.pop(0) == "karavan"
        done = subprocess.run(
            [sys.executable, "-m", "karavan", *words],
            cwd=tmp_path,
            env=given,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, (command, done.stdout, done.stderr)


def test_half_a_copy_makes_no_desk(desk, postgresql, tmp_path):
    url = books.target()
    (tmp_path / "flood").mkdir()
    assert karavan("backup flood whole.dump", url, tmp_path).returncode == 0
    whole = (tmp_path / "whole.dump").read_bytes()
    (tmp_path / "half.dump").write_bytes(whole[: len(whole) * 2 // 3])
    fresh = postgresql.url(postgresql.create())
    done = karavan("restore half.dump again", fresh, tmp_path)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    with psycopg.connect(fresh) as reader:
        assert reader.execute("SELECT to_regclass('public.desk_event')").fetchone() == (None,)


def test_books_out_of_order_are_said_when_they_are_copied(desk, postgresql, tmp_path):
    (tmp_path / "flood").mkdir()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE desk_transfer DISABLE TRIGGER ALL")
    done = karavan("backup flood it.dump", books.target(), tmp_path)
    assert done.returncode == 1
    assert "guard" in done.stdout
    assert not (tmp_path / "flood" / "backup.seen").exists()


def test_a_password_is_no_argument(monkeypatch):
    """Whoever lists the machine's processes would read it."""
    from karavan.desk import pg_copies

    seen = {}

    def run(command, env, **_):
        seen.update(command=command, env=env)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(pg_copies.subprocess, "run", run)
    monkeypatch.setattr(pg_copies, "_program", lambda name: name)
    pg_copies._run("postgresql://karavan:s%40fe@db.example:5433/desk?sslmode=require", "pg_dump")
    assert seen["command"] == ["pg_dump", "--dbname=postgresql://karavan@db.example:5433/desk?sslmode=require"]
    assert seen["env"]["PGPASSWORD"] == "s@fe"
    assert "PGPASSWORD" not in os.environ
