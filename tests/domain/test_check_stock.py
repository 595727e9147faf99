"""The rules of goods: stock, baking, first expiry first, remaining life, change of vehicles."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from karavan.domain.check import check
from karavan.domain.goods import Lot
from karavan.domain.places import PlaceKind
from karavan.domain.plans import Handling, Journey, Plan
from karavan.domain.situation import Situation
from tests.cast import (
    BREAD_LOADS,
    FLOUR_LOAD,
    a_flour_plan,
    a_flour_situation,
    a_plan,
    a_run,
    a_situation,
    at,
    broken,
    drive,
    goods,
    stop,
    with_item,
    with_place,
    with_stop,
    with_vehicle,
)

SITUATION = a_flour_situation()
PLAN = a_flour_plan()


def with_lots(*lots: Lot) -> Situation:
    return a_flour_situation(stock=lots)


def flour(code: str, quantity: int, expiry: datetime | None = None, **fields) -> Lot:
    return Lot(place="AGD", item="FLOUR", code=code, quantity=quantity, expiry=expiry, **fields)


def test_stock():
    assert broken(with_lots(flour("F1", 5_000)), PLAN) == []
    assert broken(with_lots(flour("F1", 4_000)), PLAN) == [("stock", "J1/1", 1_000, "kg")]
    assert broken(with_lots(flour("F1", 5_000, reserved=700)), PLAN) == [("stock", "J1/1", 700, "kg")]


def test_rows_of_one_lot_are_put_together():
    assert broken(with_lots(flour("F1", 3_000), flour("F1", 2_000)), PLAN) == []
    short = with_lots(flour("F1", 3_000), flour("F1", 2_000, reserved=500))
    assert broken(short, PLAN) == [("stock", "J1/1", 500, "kg")]


def test_stock_is_shared_by_all_vehicles():
    # F1 holds 6,000 kg: 5,000 go with T1 and 1,000 with T2; with 5,950 kg the load of T2 is where it runs out
    situation = a_situation()
    stock = tuple(replace(lot, quantity=5_950) if lot.code == "F1" else lot for lot in situation.stock)
    assert broken(a_situation(stock=stock), a_plan()) == [("stock", "J2/1", 50, "kg")]


def test_stock_is_there_when_it_is_loaded():
    assert broken(with_lots(flour("F1", 5_000, available_from=at("04:00"))), PLAN) == []
    late = with_lots(flour("F1", 5_000, available_from=at("04:30")))
    assert broken(late, PLAN) == [("stock", "J1/1", 1_800, "s")]


def test_flour_for_baking_cannot_be_loaded():
    load = goods("REQ-1/1 FLOUR BF@BKR 100")
    situation = with_vehicle(a_flour_situation(100), "T1", homes=("BKR",))
    legs = drive("R-BKR BKR AGD 04:20 04:25", "R-ASK AGD ASK 04:25 04:45", "R-KHN ASK KHN 04:45 05:15")
    home = drive("R-KHN KHN ASK 05:30 06:00", "R-ASK ASK AGD 06:00 06:20", "R-BKR AGD BKR 06:20 06:25")
    journey = Journey(
        code="J1",
        vehicle="T1",
        stops=(
            stop("BKR", "04:00", "04:00", "04:20", loads=(load,)),
            stop("KHN", "05:15", "05:15", "05:30", legs=legs, unloads=(load,)),
            stop("BKR", "06:25", "06:25", "06:25", legs=home),
        ),
    )
    (found,) = check(situation, Plan(journeys=(journey,)))
    assert (found.rule, found.where, found.amount, found.unit) == ("stock", "J1/1", 100, "kg")
    assert str(found.message) == "BKR: FLOUR, lot BF, is for the oven, and the plan loads 100 kg"
    assert broken(replace(situation, production=()), Plan(journeys=(journey,))) == []


def test_production_is_loaded_after_it_is_baked():
    # the second batch leaves the oven at 06:00
    early = with_stop(a_plan(), "J3", 0, start=at("05:30"))
    assert broken(a_situation(), early) == [("production", "J3/1", 1_800, "s")]


def with_bread(*loads: Handling) -> Plan:
    return with_stop(with_stop(a_plan(), "J3", 0, loads=loads), "J3", 1, unloads=loads)


def test_production_is_no_more_than_the_oven_gives():
    # 200 loaves an hour
    first, second = BREAD_LOADS
    plan = with_bread(replace(first, quantity=180), replace(second, quantity=220))
    assert ("production", "J3/1", 20, "loaf") in broken(a_situation(), plan)
    never = with_bread(first, replace(second, lot="oven 2023-09-22 14:00"))
    assert broken(a_situation(), never) == [("production", "J3/1", 200, "loaf")]


def test_bread_that_lies_at_the_bakery_is_stock():
    first, second = BREAD_LOADS
    stock = (*a_situation().stock, Lot(place="BKR", item="BREAD", code="B0", quantity=180, expiry=at("06:00", 1)))
    plan = with_bread(first, replace(second, lot="B0"))
    assert broken(a_situation(stock=stock), plan) == [("stock", "J3/1", 20, "loaf")]
    nowhere = with_flour(goods("REQ-1/1 FLOUR F9@AGD 5000"))
    assert broken(SITUATION, nowhere) == [
        ("unknown-name", "J1/1", 1, "names"),
        ("stock", "J1/1", 5_000, "kg"),
    ]


def test_production_ends_with_the_flour():
    # 400 g a loaf: 150 kg are 375 loaves, 200 in the first hour and 175 in the second
    stock = tuple(replace(lot, quantity=150) if lot.code == "BF" else lot for lot in a_situation().stock)
    assert broken(a_situation(stock=stock), a_plan()) == [("production", "J3/1", 25, "loaf")]


def with_flour(*loads: Handling) -> Plan:
    return a_flour_plan(journeys=(a_run("J1", "T1", *loads),))


OLD, NEW = at("00:00", 100), at("00:00", 200)


def test_first_expiry_first():
    newer = with_flour(goods("REQ-1/1 FLOUR F2@AGD 5000"))
    assert broken(SITUATION, newer) == [("first-expiry-first", "J1/1", 5_000, "kg")]  # 6,000 kg of F1 are left
    situation = with_lots(flour("F1", 3_000, OLD), flour("F2", 9_000, NEW))
    assert broken(situation, newer) == [("first-expiry-first", "J1/1", 3_000, "kg")]
    mixed = with_flour(goods("REQ-1/1 FLOUR F1@AGD 2000"), goods("REQ-1/1 FLOUR F2@AGD 3000"))
    assert broken(situation, mixed) == [("first-expiry-first", "J1/1", 1_000, "kg")]
    right = with_flour(goods("REQ-1/1 FLOUR F1@AGD 3000"), goods("REQ-1/1 FLOUR F2@AGD 2000"))
    assert broken(situation, right) == []


@pytest.mark.parametrize(
    "older",
    [
        flour("F1", 6_000, OLD, available_from=at("04:30")),  # not there yet at 04:00
        flour("F1", 6_000, OLD, reserved=5_951),  # 49 kg are no sack
        flour("F1", 6_000, at("06:00")),  # expired at the hand-over, 06:50
        flour("F1", 6_000),  # never expires
        flour("F1", 6_000, NEW),  # as old
    ],
)
def test_first_expiry_first_only_where_the_older_lot_would_do(older: Lot):
    situation = with_lots(older, flour("F2", 9_000, NEW))
    assert broken(situation, with_flour(goods("REQ-1/1 FLOUR F2@AGD 5000"))) == []


def test_first_expiry_first_asks_for_the_remaining_life():
    # F1 expires at 08:00, hand-over is at 06:50: 70 min are left
    situation = with_lots(flour("F1", 6_000, at("08:00")), flour("F2", 9_000, NEW))
    plan = with_flour(goods("REQ-1/1 FLOUR F2@AGD 5000"))
    assert broken(with_item(situation, "FLOUR", remaining_life_s=4_201), plan) == []
    assert broken(with_item(situation, "FLOUR", remaining_life_s=4_200), plan) == [
        ("first-expiry-first", "J1/1", 5_000, "kg")
    ]


def test_first_expiry_first_counts_what_comes_just_in_time():
    situation = with_lots(flour("F1", 6_000, OLD, available_from=at("04:00")), flour("F2", 9_000, NEW))
    plan = with_flour(goods("REQ-1/1 FLOUR F2@AGD 5000"))
    assert broken(situation, plan) == [("first-expiry-first", "J1/1", 5_000, "kg")]


def test_remaining_life_of_a_lot():
    # handed over at 06:50
    assert broken(with_lots(flour("F1", 5_000, at("06:50"))), PLAN) == []
    assert broken(with_lots(flour("F1", 5_000, at("06:20"))), PLAN) == [("remaining-life", "J1/2", 0.5, "h")]
    situation = with_item(with_lots(flour("F1", 5_000, at("08:50"))), "FLOUR", remaining_life_s=3 * 3600)
    assert broken(situation, PLAN) == [("remaining-life", "J1/2", 1.0, "h")]
    assert str(check(situation, PLAN)[0].message) == (
        "FLOUR, lot F1, expires at 2023-09-22 12:50; it would be handed over at KHN at 2023-09-22 10:50, "
        "and must then keep for 3\u00a0h"
    )


def test_remaining_life_of_bread_counts_from_the_oven():
    # out of the oven at 05:00 and 06:00, kept for 24 h, over at 07:55: 21:05 h and 22:05 h are left
    assert broken(with_item(a_situation(), "BREAD", remaining_life_s=21 * 3600 + 300), a_plan()) == []
    situation = with_item(a_situation(), "BREAD", remaining_life_s=22 * 3600)
    (found,) = check(situation, a_plan())
    assert (found.rule, found.where, found.amount, found.unit) == ("remaining-life", "J3/2", 0.917, "h")  # 55 min
    assert str(found.message).replace("\u00a0", " ") == (
        "BREAD, lot oven 2023-09-22 09:00, would be 2 h 55 min old when it is handed over at KHN, and may be 2 h"
    )
    stale = with_item(a_situation(), "BREAD", shelf_life_s=2 * 3600, remaining_life_s=0)
    assert broken(stale, a_plan()) == [("remaining-life", "J3/2", 0.917, "h")]  # 2:55 h old


def relay(**second: datetime) -> Plan:
    """T1 puts the flour down at ASK, 05:20 to 05:50; T2, at home there, takes it on from 06:00."""
    first = Journey(
        code="J1",
        vehicle="T1",
        stops=(
            stop("AGD", "04:00", "04:00", "05:00", loads=(FLOUR_LOAD,)),
            stop("ASK", "05:20", "05:20", "05:50", legs=drive("R-ASK AGD ASK 05:00 05:20"), unloads=(FLOUR_LOAD,)),
            stop("AGD", "06:10", "06:10", "06:10", legs=drive("R-ASK ASK AGD 05:50 06:10")),
        ),
    )
    last = Journey(
        code="J2",
        vehicle="T2",
        stops=(
            replace(stop("ASK", "04:00", "06:00", "06:30", loads=(FLOUR_LOAD,)), **second),
            stop("KHN", "07:00", "07:00", "07:30", legs=drive("R-KHN ASK KHN 06:30 07:00"), unloads=(FLOUR_LOAD,)),
            stop("ASK", "08:00", "08:00", "08:00", legs=drive("R-KHN KHN ASK 07:30 08:00")),
        ),
    )
    return Plan(journeys=(last, first))


TWO_SIDES = with_vehicle(SITUATION, "T2", homes=("ASK",))


def test_transfer():
    assert broken(TWO_SIDES, relay()) == []
    # T2 begins to load at 05:49, T1 has put everything down at 05:50
    assert broken(TWO_SIDES, relay(start=at("05:49"))) == [("transfer", "J2/1", 5_000, "kg")]
    assert broken(TWO_SIDES, relay(start=at("05:50"))) == []


def test_transfer_takes_up_no_more_than_was_put_down():
    part = with_stop(relay(), "J1", 1, unloads=(replace(FLOUR_LOAD, quantity=4_000),))
    found = broken(TWO_SIDES, part)
    assert ("transfer", "J2/1", 1_000, "kg") in found
    assert ("left-aboard", "J1/3", 1_000, "kg") in found


def test_transfer_only_where_goods_can_change_vehicles():
    situation = with_place(TWO_SIDES, "ASK", kind=PlaceKind.JUNCTION)
    assert broken(situation, relay()) == [("transfer", "J1/2", 5_000, "kg"), ("transfer", "J2/1", 5_000, "kg")]
    for kind in (PlaceKind.TRANSSHIPMENT_POINT, PlaceKind.WAREHOUSE, PlaceKind.BAKERY):
        assert broken(with_place(TWO_SIDES, "ASK", kind=kind), relay()) == []


def test_what_was_handed_over_is_not_taken_away_again():
    again = a_run("J2", "T1", FLOUR_LOAD)
    taken = stop("KHN", "05:50", "05:50", "06:50", legs=again.stops[1].legs, unloads=(FLOUR_LOAD,), loads=(FLOUR_LOAD,))
    plan = Plan(journeys=(replace(again, code="J1", stops=(again.stops[0], taken, again.stops[2])),))
    found = broken(with_place(SITUATION, "KHN", kind=PlaceKind.WAREHOUSE, handling_g_per_h=10**8), plan)
    assert found == [("transfer", "J1/2", 5_000, "kg"), ("left-aboard", "J1/3", 5_000, "kg")]


def test_first_expiry_first_follows_goods_over_a_change_of_vehicles():
    # handed over at 07:30 by T2: at 07:00 F1 has expired, so that the younger lot is right; at 08:00 it has not
    lots = (flour("F0", 6_000, at("07:00")), flour("F1", 9_000, NEW))
    assert broken(replace(TWO_SIDES, stock=lots), relay()) == []
    lots = (flour("F0", 6_000, at("08:00")), flour("F1", 9_000, NEW))
    assert broken(replace(TWO_SIDES, stock=lots), relay()) == [("first-expiry-first", "J1/1", 5_000, "kg")]


def test_kits_and_lines_are_needs_of_their_own():
    """A kit's flour does not serve the flour line: 1,000 kg too much there, 1,000 kg short and aboard here."""
    flour_out, soap_out = a_plan().journeys[1].stops[1].unloads
    plan = with_stop(a_plan(), "J2", 1, unloads=(replace(flour_out, need="REQ-1/1"), soap_out))
    assert broken(a_situation(), plan) == [
        ("aboard", "J2/2", 1_000, "kg"),
        ("left-aboard", "J2/3", 1_000, "kg"),
        ("over-delivery", "REQ-1/1", 1_000, "kg"),
        ("unserved", "REQ-1/3:FLOUR", 1_000, "kg"),
    ]
