"""The sheet that asks for a clearance or notifies: what stands on it, and what does not."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from karavan.papers.notification import Notice, notification_paper
from karavan.papers.pdf import notification_pdf
from karavan.papers.words import Desk
from tests.papers.paper_world import a_plan, a_situation

SENT = datetime(2023, 9, 20, 2, 0, tzinfo=UTC)
NOTICE = Notice(asks=True, reference="OUT-7", authority="police", sent=SENT, due=SENT + timedelta(hours=48))


def paper(notice=NOTICE, convoy=True, language="en"):
    plan = a_plan()
    return notification_paper(Desk(a_situation(), plan, language), notice, plan.convoys[0] if convoy else None)


def test_it_says_which_vehicles_go_which_way_with_what():
    said = paper()
    assert [it["vehicle"]["plate"] for it in said["members"]] == ["77-AA-101", "77-AA-102", "77-BB-201"]
    assert [(it["origin"]["name"], it["destination"]["name"]) for it in said["roads"]] == [
        ("Aghdam", "Askeran"),
        ("Askeran", "Khankendi"),
    ]
    # J1: 12 t of flour, oil and soap; J3: 2 + 8 t of flour; J2: bread. A kilogram of flour weighs 1,010 g in its sack.
    assert [(it["name"], it["quantity"], it["mass"]) for it in said["goods"]] == [
        ("Bread", "1\N{NARROW NO-BREAK SPACE}600\N{NO-BREAK SPACE}loaves", "960\N{NO-BREAK SPACE}kg"),
        ("Wheat flour", "22\N{NARROW NO-BREAK SPACE}000\N{NO-BREAK SPACE}kg", "22.22\N{NO-BREAK SPACE}t"),
        (
            "Cooking oil",
            "1\N{NARROW NO-BREAK SPACE}000\N{NO-BREAK SPACE}litres",
            "1\N{NO-BREAK SPACE}t",
        ),
        ("Soap", "7\N{NARROW NO-BREAK SPACE}200\N{NO-BREAK SPACE}pieces", "792\N{NO-BREAK SPACE}kg"),
    ]
    assert said["convoy"]["depart"] == "2023-09-22 09:00"


def test_nobody_who_gets_goods_stands_on_it():
    text = str(paper())
    for request in a_situation().requests:
        assert request.number not in text
        assert not request.raised_by or request.raised_by not in text


def test_for_a_road_it_names_the_road_and_no_vehicle():
    said = paper(replace(NOTICE, asks=False, roads=("R1", "gone")), convoy=False)
    assert [it["name"] for it in said["roads"]] == ["R1"]
    assert (said["members"], said["goods"], said["convoy"]) == ([], [], None)
    assert said["note"] == "A notification is no permission and no guarantee."


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed")
@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("en", "Request for clearance"),
        ("az", "İcazə üçün müraciət"),
        ("hy", "Թույլտվության դիմում"),
        ("ru", "Запрос разрешения"),
    ],
)
def test_it_is_one_sheet_in_each_language(language, heading):
    plan = a_plan()
    made = notification_pdf(a_situation(), plan, NOTICE, plan.convoys[0], language)
    shown = subprocess.run(["pdftotext", "-layout", "-", "-"], input=made, capture_output=True, check=True)
    text = shown.stdout.decode()
    assert [heading in text, text.count("\f")] == [True, 1]


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed")
def test_nothing_in_it_is_read_as_markup():
    hostile = "#panic() *bold* $x$"
    notice = replace(NOTICE, reference=hostile, authority=hostile)
    plan = a_plan()
    made = notification_pdf(a_situation(), plan, notice, plan.convoys[0], "en")
    shown = subprocess.run(["pdftotext", "-layout", "-", "-"], input=made, capture_output=True, check=True)
    assert shown.stdout.decode().count(hostile) >= 2
