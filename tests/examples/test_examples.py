"""Every example: it is what the script makes, reads without a problem, and plans to its golden plan."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from karavan import check, plan_to_json, read_workbook
from karavan.domain.needs import needs
from karavan.domain.places import PlaceKind
from tests.examples.stories import (
    CHECKPOINT,
    CHECKPOINT_LATER,
    DISTRICT,
    FOLDER,
    KHANKENDI,
    ROOT,
    handed_over,
    planned,
    situation,
)

ALL = (KHANKENDI, CHECKPOINT, CHECKPOINT_LATER, DISTRICT)
GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def made_again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("examples")
    script = [sys.executable, str(ROOT / "tools/make_examples.py"), str(folder)]
    subprocess.run(script, check=True, env={"PYTHONPATH": str(ROOT)})
    return folder


def test_the_folder_holds_these_and_no_others():
    assert sorted(path.stem for path in FOLDER.glob("*.xlsx")) == sorted(ALL)


@pytest.mark.parametrize("name", ALL)
def test_the_workbook_is_what_the_script_makes(name: str, made_again: Path):
    """Values are compared, not bytes: another release of the spreadsheet library may pack them otherwise."""
    assert read_workbook(made_again / f"{name}.xlsx") == situation(name)


@pytest.mark.parametrize("name", ALL)
def test_the_workbook_explains_its_cells_as_docs_do(name: str, made_again: Path):
    """Headings, help and notes on cells, which no reader compares: `python tools/make_examples.py` renews them."""
    fresh, kept = cells(made_again / f"{name}.xlsx"), cells(FOLDER / f"{name}.xlsx")
    assert sorted(fresh.items() ^ kept.items()) == []


def cells(path: Path) -> dict[tuple[str, str], tuple[str, str]]:
    """Sheet and cell -> what stands in it, and the note on it."""
    return {
        (sheet.title, cell.coordinate): (str(cell.value), cell.comment.text if cell.comment else "")
        for sheet in openpyxl.load_workbook(path)
        for row in sheet.iter_rows()
        for cell in row
    }


@pytest.mark.parametrize("name", ALL)
def test_places_have_their_names_and_a_spot_on_the_map(name: str):
    for place in situation(name).places:
        assert {"en", "az", "hy", "ru"} <= dict(place.names).keys(), place.code
        assert place.latitude_deg is not None
        assert place.longitude_deg is not None


@pytest.mark.parametrize("name", ALL)
def test_sources_and_assumptions_stand_inside(name: str):
    notes = situation(name).operation.notes
    assert "ASSUMPTIONS" in notes.upper()
    assert "INVENTED" in notes or "FACTS, with their sources" in notes


@pytest.mark.parametrize("name", ALL)
def test_the_plan_keeps_every_rule_and_accounts_for_every_unit(name: str):
    """What is handed over and what is left behind, with reasons, together are what was asked for."""
    made = planned(name)
    assert check(situation(name), made) == ()
    left = {it.need: it.quantity for it in made.unserved}
    for need in needs(situation(name)):
        assert handed_over(made, need.place).get(need.code, 0) + left.get(need.code, 0) == need.quantity, need.code
    assert all(it.reasons for it in made.unserved)
    assert made.value is not None
    assert made.bound_person_h is not None
    assert made.bound_person_h <= made.value.waiting_person_h


@pytest.mark.parametrize("name", ALL)
def test_golden(name: str, request: pytest.FixtureRequest):
    """
    Byte for byte, but for the white space, which is half of the file: one line for each journey and convoy.

    ``pytest tests/examples --update-golden`` after a change that is meant.
    """
    text = re.sub(r"\n *", "", plan_to_json(planned(name))).replace('{"code":', '\n{"code":') + "\n"
    file = GOLDEN / f"{name}.json"
    if request.config.getoption("--update-golden", default=False):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
    assert file.stat().st_size < 300_000


def test_the_district_is_as_large_as_it_says():
    there = situation(DISTRICT)
    kinds = [place.kind for place in there.places]
    assert kinds.count(PlaceKind.WAREHOUSE) == 3
    assert kinds.count(PlaceKind.BAKERY) == 2
    assert kinds.count(PlaceKind.DELIVERY_POINT) == 80
    assert kinds.count(PlaceKind.TRANSSHIPMENT_POINT) == 1
    assert len(there.vehicles) == 25
    assert there.operation.horizon_s == 5 * 24 * 3600
    assert all(len(place.names) == 5 for place in there.places)  # en, az, hy, ru, ka


def test_the_district_names_the_limit_that_binds():
    """V76 lies beyond a slide cleared on the second day and a road that is gone: the second one binds."""
    said = {it.need: str(it.reasons[0]) for it in planned(DISTRICT).unserved}
    assert said["REQ-70/1"] == "the state of road R-V70 (V62 - V70) is unknown, and it is not planned on"
    assert said["REQ-71/1"] == "no vehicle wider than 1.9 m may use road R-V71 (V63 - V71)"
    assert said["REQ-73/1"].startswith("no vehicle under 2\u00a0t that may carry TENT for road R-V73 (V65 - V73)")
    assert said["REQ-76/1"] == "road R-V76 (V68 - V76) is closed for the whole horizon"
    assert said["REQ-77/1"].startswith("V77 takes no vehicle over 1.5\u00a0t")
    assert said["REQ-74/1"].startswith("V74 is open only Mo 07:00-09:00")
    assert said["REQ-80/1"] == "one-way roads lead away from V80 only"
    assert said["REQ-10/1"] == "request REQ-10 is a draft: only approved requests are planned"
    assert said["REQ-23/1"] == "request REQ-23 was rejected"
    assert said["REQ-36/1"] == "request REQ-36 was sent back"
    assert said["REQ-49/1"] == "request REQ-49 waits for approval"
    assert said["REQ-STOVE/1"] == "STOVE: none in any store or oven within the horizon"
    assert said["REQ-FUEL/1"] == "no vehicle that may carry fuel could bring it"
    assert said["REQ-ODD/1"] == "1\xa0set is less than one carton of 2\xa0sets, which is not opened"
    assert len({template.split(" ")[0] for template in said.values()}) >= 8


def test_tents_are_shared_by_need():
    """Nobody gets more than the share that every village is due, in whole tents."""
    made = planned(DISTRICT)
    share = next(it for it in made.shares if it.item == "TENT")
    assert share.available < share.needed
    due = dict(share.shares)
    left = {it.need: it.quantity for it in made.unserved}
    tents = {need.code: need.quantity for need in needs(situation(DISTRICT)) if need.item == "TENT"}
    given = sum(quantity - left.get(code, 0) for code, quantity in tents.items())
    assert given <= share.available
    assert set(due) <= set(tents)


def test_goods_change_vehicles_for_the_mountain_valley():
    """Only pick-ups may go into valley 2; heavy trucks bring its goods to the change point."""
    made = planned(DISTRICT)
    plates = {
        journey.vehicle[0] for journey in made.journeys for stop in journey.stops if stop.place in ("V03", "V11", "V19")
    }
    assert plates == {"P"}
    assert handed_over(made, "CHANGE")
