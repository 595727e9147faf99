"""Databases of earlier releases brought up to date: the same data, every guard, and whole when it was killed."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from karavan.desk import protect
from karavan.desk.installed import bring_up_to_date, drift, query
from tests.desk import books
from tests.desk.test_start import ROOT
from tests.desk.test_story import on_the_road

RELEASED = ("0001_first", "0002_keys")
KILLS = 2


def back_to(name):
    """The database as that release had it, its guards in place."""
    with transaction.atomic():
        protect.remove(query, connection.vendor)
    executor = MigrationExecutor(connection)
    executor.migrate([("desk", name)])
    tables = set(connection.introspection.table_names())
    for statements in protect.expected(connection.vendor).values():
        if statements[-1].partition(" ON ")[2].split()[0] in tables:
            for statement in statements:
                query(statement)


def columns():
    """Every column of the desk's tables, as they are now."""
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table.startswith("desk_"):
                names = [column.name for column in connection.introspection.get_table_description(cursor, table)]
                yield table, sorted(names)


def not_in_place():
    """Guards that are not as they should be, on tables that are there."""
    there = set(connection.introspection.table_names())
    guards = protect.expected(connection.vendor)
    return [name for name in drift() if guards[name][-1].partition(" ON ")[2].split()[0] in there]


def data_digest(of):
    """One digest of the rows in these columns."""
    told = hashlib.sha256()
    with connection.cursor() as cursor:
        for table, names in of:
            cursor.execute(f"SELECT {', '.join(names)} FROM {table}")
            told.update(repr((table, sorted(map(repr, cursor.fetchall())))).encode())
    return told.hexdigest()


def applied():
    return {name for app, name in MigrationExecutor(connection).loader.applied_migrations if app == "desk"}


@pytest.mark.parametrize("release", RELEASED)
def test_an_earlier_database_becomes_this_releases(desk, release):
    on_the_road(desk, 1_000)
    back_to(release)
    old = list(columns())
    before = data_digest(old)
    assert max(applied()) == release
    assert not_in_place() == []
    bring_up_to_date()
    assert data_digest(old) == before
    assert drift() == ()
    assert books.problems() == []
    desk.now = desk.now.replace(year=2024)
    desk.do("receive_stock", "keeper", place=desk.place("AGD").pk, item="SOAP", code="S1", quantity=1)


def test_an_upgrade_that_is_killed_is_taken_up_again(desk, tmp_path):
    """Killed at any moment; the next start ends it. Copies of one old database on SQLite, one after another."""
    on_the_road(desk, 1_000)
    back_to(RELEASED[0])
    old = list(columns())
    before = data_digest(old)
    dice = random.Random(7)
    settings = connection.settings_dict
    folder = Path(str(settings["NAME"])).parent if connection.vendor == "sqlite" else Path(os.environ["KARAVAN_FOLDER"])
    url = "" if connection.vendor == "sqlite" else books.target()
    code = "import django; django.setup(); from karavan.desk.installed import bring_up_to_date as up; "
    code += "print('go', flush=True); up()"
    given = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "KARAVAN_FOLDER": str(folder),
        "KARAVAN_DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "karavan.desk.settings",
    }
    killed = 0
    for _ in range(KILLS):
        connection.close()
        process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=given, stdout=subprocess.PIPE, text=True)
        assert process.stdout.readline() == "go\n"
        time.sleep(dice.uniform(0.0, 0.4))
        killed += process.poll() is None
        process.kill()
        process.communicate()
        assert data_digest(old) == before
        back_to_start = applied() == {RELEASED[0]}
        if not back_to_start and drift() == ():
            back_to(RELEASED[0])
    assert killed, "it was never killed in between"
    bring_up_to_date()
    assert data_digest(old) == before
    assert drift() == ()
    assert books.problems() == []
