"""Writers killed at any moment: what was acknowledged is there once, what was not is there once or not at all."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
import uuid
from pathlib import Path

from django.db import connection

from karavan.desk import actions, models as rows
from tests.desk import books
from tests.desk.ledger_check import folds

ROOT = Path(__file__).parents[2]
ROUNDS, WRITERS, APART = 3, 2, 10**6


def writer(desk, number):
    """``synchronous`` is not turned off here: the writers open the database as a desk does."""
    name = connection.settings_dict["NAME"]
    folder = str(Path(name).parent) if connection.vendor == "sqlite" else os.environ["KARAVAN_FOLDER"]
    url = "" if connection.vendor == "sqlite" else books.target()
    command = [sys.executable, "-m", "tests.desk.killed_writer", folder, url, str(desk.place("AGD").pk), "keeper"]
    return subprocess.Popen(
        [*command, str(number)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_writers_are_killed_and_nothing_is_lost_or_doubled(desk):
    """One after the other comes up to its first words, then all are killed within 300 ms."""
    dice = random.Random(1)
    before, tried, acked = desk.free("AGD", "S1"), set(), set()
    for round_ in range(ROUNDS):
        running = [writer(desk, (round_ * WRITERS + hand + 1) * APART) for hand in range(WRITERS)]
        said = [process.stdout.readline() for process in running]
        time.sleep(dice.uniform(0.1, 0.3))
        for process in running:
            process.kill()
        said += [line for process in running for line in process.communicate()[0].splitlines(keepends=True)]
        for line in said:
            if line.endswith("\n"):
                word, number = line.split()
                (acked if word == "ack" else tried).add(int(number))
    there = set(rows.Event.objects.filter(id__in=map(_id, tried)).values_list("id", flat=True))
    assert acked, "they were killed before they had written anything"
    assert set(map(_id, acked)) <= there
    assert desk.free("AGD", "S1") == before + len(there)
    folds()
    assert books.problems() == []

    values = {"place": desk.place("AGD").pk, "item": "SOAP", "code": "S1", "quantity": 1}
    again = [actions.receive_stock(desk.people["keeper"], _id(it), desk.now, **values).again for it in sorted(tried)]
    assert sum(again) == len(there)
    assert desk.free("AGD", "S1") == before + len(tried)
    assert books.problems() == []


def _id(number):
    return uuid.UUID(int=number)
