"""Who gets what: fair shares for all, stock and vehicles for regions, nothing given twice and nothing lost."""

from collections import Counter
from datetime import UTC, datetime

import numpy as np
import pytest

from karavan.domain.fleet import Vehicle
from karavan.domain.goods import Item, Lot
from karavan.domain.needs import needs
from karavan.domain.places import Place, PlaceKind
from karavan.domain.requests import Approval, Request, RequestLine
from karavan.domain.roads import Road
from karavan.domain.situation import Operation, Situation
from karavan.planning.spread.ground import survey
from karavan.planning.spread.portions import fair_limits, split_fleet, split_stock

START = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
SACK = Item(code="SACK", item_class="food", unit="kg", handling_unit_quantity=25, mass_g=1_000, volume_cm3=1_500)


def situation(asked, roads=(), stock=(), vehicles=()):
    """A store W and villages V1, V2 ... that ask for so many kilograms; a road from W to each."""
    villages = [f"V{number}" for number in range(1, len(asked) + 1)]
    return Situation(
        operation=Operation(name="", start=START, horizon_s=86_400, time_zone="UTC"),
        places=(
            Place(code="W", kind=PlaceKind.WAREHOUSE),
            *(Place(code=code, kind=PlaceKind.DELIVERY_POINT) for code in villages),
        ),
        roads=tuple(roads)
        or tuple(Road(code=f"R{c}", origin="W", destination=c, distance_m=1_000, drive_s=100) for c in villages),
        items=(SACK,),
        stock=tuple(stock),
        vehicles=tuple(vehicles),
        requests=tuple(
            Request(
                number=f"Q{code}",
                raised_by="",
                raised_at=START,
                place=code,
                people=1,
                approval=Approval.APPROVED,
                lines=(RequestLine(request=f"Q{code}", line=1, item="SACK", quantity=quantity),),
            )
            for code, quantity in zip(villages, asked, strict=True)
        ),
    )


def limits_of(world, out_of_reach=()):
    ground = survey(world, {0}, 10, np.ones(len(world.places)))
    return fair_limits(ground, needs(world), world.stock, out_of_reach)


def test_enough_for_everybody_is_no_share():
    assert limits_of(situation([100, 60], stock=[Lot(place="W", item="SACK", code="A", quantity=160)])) == (
        {"QV1/1": 100, "QV2/1": 50},  # 60 kg are two sacks and a part, which is not opened
        (),
    )


def test_scarce_goods_are_shared_in_whole_sacks():
    """100 kg for 400: a quarter each is 50 and 50; for 300 and 100 it is 75 and 25."""
    stock = [Lot(place="W", item="SACK", code="A", quantity=110)]
    assert limits_of(situation([200, 200], stock=stock))[0] == {"QV1/1": 50, "QV2/1": 50}
    limits, (share,) = limits_of(situation([300, 100], stock=stock))
    assert limits == {"QV1/1": 75, "QV2/1": 25}
    assert (share.needed, share.available, share.shares) == (400, 100, (("QV1/1", 75), ("QV2/1", 25)))


def test_what_rounding_leaves_goes_to_those_furthest_below():
    """75 kg for 100 + 75 + 75 are 30, 22.5, 22.5: one sack, none, none; the two that are left go to the others."""
    stock = [Lot(place="W", item="SACK", code="A", quantity=75)]
    assert limits_of(situation([100, 75, 75], stock=stock))[0] == {"QV1/1": 25, "QV2/1": 25, "QV3/1": 25}


def test_nothing_is_kept_for_those_whom_nobody_reaches():
    stock = [Lot(place="W", item="SACK", code="A", quantity=100)]
    assert limits_of(situation([100, 100], stock=stock))[0] == {"QV1/1": 50, "QV2/1": 50}
    assert limits_of(situation([100, 100], stock=stock), {"QV2/1"}) == ({"QV1/1": 100, "QV2/1": 100}, ())
    limits, (share,) = limits_of(situation([200, 100], stock=stock), {"QV2/1"})
    assert limits == {"QV1/1": 100, "QV2/1": 50}  # half of it as well, if somebody should come by
    assert share.shares == (("QV1/1", 100),)


def test_where_no_road_leads_nothing_is_shared():
    roads = [Road(code="R1", origin="W", destination="V1", distance_m=1, drive_s=1)]
    stock = [Lot(place="W", item="SACK", code="A", quantity=50)]
    _, (share,) = limits_of(situation([100, 100], roads, stock))
    assert share.shares == (("QV1/1", 50),)
    assert share.needed == 100


def test_stock_comes_from_near_and_what_is_left_stays_near():
    """W1 has 4 sacks and W2 6; the near regions ask for 3 and 4. All ten are given, none twice."""
    lots = [
        Lot(place="W1", item="SACK", code="A", quantity=110),
        Lot(place="W2", item="SACK", code="A", quantity=75),
        Lot(place="W2", item="SACK", code="B", quantity=75),
    ]
    away = {"W1": np.array([10.0, 99.0]), "W2": np.array([99.0, 10.0])}
    given = split_stock(situation([1]), lots, [{"SACK": 75}, {"SACK": 100}], away)
    assert given == [{0: 100}, {1: 75, 2: 75}]


def test_stock_that_lacks_nearby_comes_from_afar():
    lots = [Lot(place="W1", item="SACK", code="A", quantity=50), Lot(place="W2", item="SACK", code="A", quantity=100)]
    away = {"W1": np.array([10.0, 99.0]), "W2": np.array([99.0, 10.0])}
    given = split_stock(situation([1]), lots, [{"SACK": 100}, {"SACK": 50}], away)
    assert given == [{0: 50, 1: 50}, {1: 50}]


@pytest.mark.parametrize("seed", range(20))
def test_any_stock_is_given_away_whole(seed):
    random = np.random.default_rng(seed)
    lots = [
        Lot(place=f"W{random.integers(3)}", item="SACK", code=str(k), quantity=25 * int(random.integers(9)))
        for k in range(8)
    ]
    asked = [{"SACK": 25 * int(random.integers(9))} for _ in range(5)]
    away = {f"W{w}": random.integers(1, 99, 5).astype(float) for w in range(3)}
    given = split_stock(situation([1]), lots, asked, away)
    total = Counter()
    for stock in given:
        total.update(stock)
        assert all(units % 25 == 0 and units > 0 for units in stock.values())
    assert total == Counter({k: lot.quantity for k, lot in enumerate(lots) if lot.quantity})
    enough = sum(lot.quantity for lot in lots) >= sum(one["SACK"] for one in asked)
    assert not enough or all(sum(stock.values()) >= one["SACK"] for stock, one in zip(given, asked, strict=True))


def truck(plate, home, **fields):
    return Vehicle(plate=plate, homes=(home,), payload_g=10_000_000, compartments_cm3=(10**8,), **fields)


def test_vehicles_go_where_there_is_work_from_near():
    """Work 3 : 1, four trucks: three and one; the one is the first of those at its door."""
    vehicles = [truck("A", "V1"), truck("B", "V1"), truck("C", "V2"), truck("D", "V2")]
    world = situation([300, 100], vehicles=vehicles)
    work = {"QV1/1": 3.0, "QV2/1": 1.0}
    away = {"V1": np.array([0.0, 9.0]), "V2": np.array([9.0, 0.0])}
    fleet = split_fleet(world, {"V1": 0, "V2": 1}, work, needs(world), 2, away)
    assert [[it.plate for it in own] for own in fleet] == [["A", "B", "D"], ["C"]]


def test_a_vehicle_goes_only_where_it_is_of_use():
    vans = [truck("A", "V1", item_classes=frozenset({"bread"})), truck("B", "V1"), truck("C", "V1")]
    world = situation([100, 100], vehicles=vans)
    away = {"V1": np.array([0.0, 9.0]), "V2": np.array([9.0, 0.0])}
    fleet = split_fleet(world, {"V1": 0, "V2": 1}, {"QV1/1": 1.0, "QV2/1": 1.0}, needs(world), 2, away)
    assert sorted(it.plate for own in fleet for it in own) == ["A", "B", "C"]
    assert [len([it for it in own if it.plate != "A"]) for own in fleet] == [1, 1]
