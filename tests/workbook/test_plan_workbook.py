"""plan.xlsx: what the plan says, in numbers that can be summed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from karavan import Plan, Situation, write_plan_workbook
from karavan.domain.language import LANGUAGES
from karavan.domain.message import Message, PlaceName
from karavan.domain.plans import Comparison, Convoy, Handling, Journey, Leg, Share, Stop, Unserved, Value
from karavan.workbook.plan_workbook import plan_grids
from karavan.workbook.sheets import PLAN_SHEETS
from tests.cast import START, a_convoy_plan, a_convoy_situation, a_plan, a_situation, with_place


def tables(situation: Situation, plan: Plan, language: str = "en") -> dict[str, list[dict[str, Any]]]:
    """The sheets by key, each row by its headings."""
    grids = plan_grids(situation, plan, language)
    return {
        key: [dict(zip(grid.headings, row, strict=False)) for row in grid.rows]
        for key, grid in zip(PLAN_SHEETS, grids, strict=True)
    }


def summary(situation: Situation, plan: Plan) -> dict[str, Any]:
    return {row.get("What", ""): row.get("Value") for row in tables(situation, plan)["summary"]}


def test_journeys_with_their_figures() -> None:
    rows = tables(a_situation(), a_plan())["journeys"]
    assert [row["Vehicle"] for row in rows] == ["T1", "T2", "VAN"]
    first = rows[0]
    assert first["Begins"] == datetime(2023, 9, 22, 8, 0), "04:00 UTC by the clock of Baku"
    assert first["Ends"] == datetime(2023, 9, 22, 11, 40)
    assert first["Distance [km]"] == 52, "12 + 14 there, and back"
    assert first["Driving [h]"] == pytest.approx(100 / 60), "20 + 30 minutes there, and back"
    assert first["Loaded [t]"] == pytest.approx(5.1), "5,000 kg flour + 1,000 x 0.1 kg soap"
    assert first["Loaded [m3]"] == pytest.approx(7.65), "5,000 x 1.5 l + 1,000 x 0.15 l"
    assert first["Payload used"] == pytest.approx(5.1 / 20)
    assert first["Volume used"] == pytest.approx(7.65 / 40)
    assert first["Cost"] == 204, "100 + 2 x 52"
    assert (first["Driver"], first["Phone"], first["Has left"]) == ("Alice", "+000 1", "")


def test_the_fullest_moment_counts_not_the_sum_of_loads() -> None:
    """Two loads of 10 t one after the other fill half of a 20-t truck, not all of it."""
    goods = Handling(need="REQ-1/1", item="FLOUR", lot="F1", lot_place="AGD", quantity=10_000)
    stops = tuple(
        Stop(
            place="AGD", arrive=START, start=START, end=START, loads=(goods,) * (i % 2 == 0), unloads=(goods,) * (i % 2)
        )
        for i in range(4)
    )
    row = tables(a_situation(), Plan(journeys=(Journey(code="J", vehicle="T1", stops=stops),)))["journeys"][0]
    assert (row["Loaded [t]"], row["Payload used"]) == (20, 0.5)


def test_stops_loads_and_convoys() -> None:
    found = tables(a_convoy_situation(), a_convoy_plan())
    stop = found["stops"][1]
    assert (stop["Place"], stop["By roads"], stop["Convoy"]) == ("Khankendi", "R-ASK, R-KHN", "C1")
    assert (stop["Unloads [kg]"], stop["Loads [kg]"]) == (5_100, 0)
    # The way out is driven from 09:00, the way back from the end of the hand-over.
    leaves = [row["Leaves"] for row in found["stops"][:3]]
    assert leaves == [datetime(2023, 9, 22, 9), datetime(2023, 9, 22, 10, 50), None]
    load = found["loads"][0]
    assert (load["Need"], load["For"], load["Goods"], load["Lot"]) == ("REQ-1/1", "Khankendi", "Wheat flour", "F1")
    assert (load["Quantity"], load["Unit"], load["Gross mass [kg]"], load["Compartment"]) == (5_000, "kg", 5_000, 1)
    assert (load["Loaded at"], load["Unloaded at"]) == ("Aghdam", "Khankendi")
    assert load["Handed over"] == datetime(2023, 9, 22, 10, 50)
    convoy = found["convoys"][0]
    assert (convoy["Convoy"], convoy["From"], convoy["Order of march"]) == ("C1", "Askeran", "T1, T2")
    assert (convoy["Leader"], convoy["Leader's phone"]) == ("T1 Alice", "+000 1")


def test_what_is_left_behind_says_why_with_names() -> None:
    left = Unserved(
        need="REQ-1/1",
        item="FLOUR",
        place="KHN",
        quantity=1_250,
        reasons=(Message("the road at {place} is closed", place=PlaceName("ASK")), Message("flour is short")),
    )
    row = tables(a_situation(), a_plan(unserved=(left,)))["unserved"][0]
    assert row["Why"] == "the road at Askeran is closed\nflour is short"
    assert (row["Needed"], row["Left behind"], row["Share left behind"], row["People"]) == (5_000, 1_250, 0.25, 1_000)
    russian = tables(a_situation(), a_plan(unserved=(left,)), "ru")["unserved"][0]
    assert "Аскеран" in str(list(russian.values())[-1])


def test_stock_after_is_stock_less_loads() -> None:
    rows = {(row["Code"], row["Lot"]): row for row in tables(a_situation(), a_plan())["stock_after"]}
    flour = rows["AGD", "F1"]
    assert (flour["There is"], flour["Loaded"], flour["Stays"]) == (6_000, 6_000, 0), "5,000 + 100 kits of 10"
    assert (rows["AGD", "F2"]["Reserved"], rows["AGD", "F2"]["Stays"]) == (1_000, 10_000)
    assert rows["BKR", "oven 2023-09-22 09:00"]["Stays"] == 0
    for_bread = rows["BKR", "BF"]
    assert (for_bread["There is"], for_bread["Loaded"]) == (1_000, None)
    assert (for_bread["Used for baking"], for_bread["Stays"]) == (320, 680), "4 x 200 loaves of 0.4 kg"
    assert len(rows) == 4 + 4, "every lot of the stock, and an hour of the oven each"


def test_lines_that_nobody_approved_are_counted_apart() -> None:
    """REQ-3/1 is a draft of 100 kg; of REQ-1/1 50 kg stay: left behind are 0.05 t of 5 lines."""
    why = (Message("because"),)
    left = Unserved(need="REQ-1/1", item="FLOUR", place="KHN", quantity=50, reasons=why)
    draft = Unserved(need="REQ-3/1", item="FLOUR", place="KHN", quantity=100, reasons=why)
    found = summary(a_situation(), a_plan(unserved=(left, draft)))
    assert (found["Lines"], found["Lines left behind, whole or in part"], found["Lines not approved"]) == (5, 1, 1)
    assert found["Left behind"] == 0.05
    assert "Lines not approved" not in summary(a_situation(), a_plan(unserved=(left,)))


def test_a_plan_made_again_says_why_it_has_no_bound() -> None:
    assert str(summary(a_situation(), a_plan(replanned_at=START))["Compared"]).startswith("planned again: there is no")
    assert "Compared" not in summary(a_situation(), a_plan())


def test_the_summary_adds_up() -> None:
    value = Value(waiting_person_h=15_000, inequity_person_h=9, cost=300, delivered_permille=981, distance_m=120_000)
    plan = a_plan(
        bound_person_h=12_345.6,
        shared_bound_person_h=13_000.4,
        comparisons=(Comparison(name="cost", value=value), Comparison(name="hand", value=value)),
        shares=(Share(item="FLOUR", needed=6_000, available=3_000, shares=(("REQ-1/1", 2_500),)),),
        changes=(Message("T9 is broken"),),
        road_source=Message("roads of the sheet"),
    )
    found = summary(a_situation(), plan)
    assert (found["Journeys"], found["Vehicles used"], found["Lines"]) == (3, 3, 5)
    assert found["Waiting that no plan can be under"] == 12_346
    assert found["Waiting that no plan can be under that shares scarce goods like this one"] == 13_000
    assert found["Roads"] == "roads of the sheet"
    assert "cheapest: planned for cost only" in found
    assert "by hand: nearest first, full trucks" in found
    assert found["   REQ-1/1 Khankendi"] == 2_500
    assert "T9 is broken" in str(tables(a_situation(), plan)["summary"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_is_formula_safe_and_opens(tmp_path: Path, language: str) -> None:
    situation = with_place(a_situation(), "KHN", names=(("en", "=HYPERLINK(1)"), ("hy", "+1")))
    plan = replace(
        a_plan(), unserved=(Unserved(need="=1", item="-x", place="@y", quantity=1, reasons=(Message("=2"),)),)
    )
    write_plan_workbook(tmp_path / "plan.xlsx", situation, plan, language)
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    cells = [cell for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    live = [cell for cell in cells if isinstance(cell.value, str) and cell.value[0] in "=+-@"]
    assert live
    assert all(cell.quotePrefix for cell in live)
    assert book.sheetnames == [names[LANGUAGES.index(language)] for names in PLAN_SHEETS.values()]
    journeys = book.worksheets[1]
    assert journeys.freeze_panes == "B2"
    assert journeys.auto_filter.ref
    assert journeys.print_title_rows == "$1:$1"
    assert journeys["M2"].value == pytest.approx(5.1)
    assert journeys["G2"].is_date


def test_a_plan_that_names_unknown_things_is_still_written(tmp_path: Path) -> None:
    """karavan check takes any plan, also one made by hand; so does this."""
    goods = Handling(need="?", item="?", lot="?", lot_place="?", quantity=3, compartment=7)
    leg = Leg(road="?", origin="?", destination="?", depart=START, arrive=START, convoy="?")
    stop = Stop(place="?", arrive=START, start=START, end=START, legs=(leg,), loads=(goods,), unloads=(goods, goods))
    convoy = Convoy(
        code="?", roads=("?",), origin="?", destination="?", depart=START, arrive=START, journeys=("?",), leader="?"
    )
    plan = Plan(
        journeys=(Journey(code="J", vehicle="?", stops=(stop,)), Journey(code="E", vehicle="T1", stops=())),
        convoys=(convoy,),
        unserved=(Unserved(need="?", item="?", place="?", quantity=1, reasons=()),),
        shares=(Share(item="?", needed=1, available=0, shares=(("?", 1),)),),
    )
    write_plan_workbook(tmp_path / "plan.xlsx", a_situation(), plan)
    write_plan_workbook(tmp_path / "empty.xlsx", a_situation(), Plan())
