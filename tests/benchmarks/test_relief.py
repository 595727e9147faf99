"""The generator makes situations that a planner can be measured on."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.sparse.csgraph import minimum_spanning_tree

from benchmarks.relief import KITS, relief_situation
from karavan.domain.check import check
from karavan.domain.needs import needs
from karavan.domain.places import PlaceKind
from karavan.domain.roads import RoadStatus
from karavan.domain.units import DAY_S
from karavan.planning import plan
from karavan.workbook import read_workbook, write_workbook

pytestmark = pytest.mark.usefixtures("quick_bound")


def _count(situation, kind):
    return sum(place.kind is kind for place in situation.places)


@pytest.mark.parametrize(
    ("points", "vehicles", "towns", "ovens", "transshipment"),
    [(50, 6, 2, 1, 0), (200, 24, 3, 2, 1), (500, 60, 4, 4, 1), (1000, 120, 5, 4, 1), (2500, 300, 6, 5, 1)],
)
def test_size(points, vehicles, towns, ovens, transshipment):
    situation = relief_situation(points)
    assert _count(situation, PlaceKind.DELIVERY_POINT) == points == len(situation.requests)
    assert len(situation.vehicles) == vehicles
    assert _count(situation, PlaceKind.WAREHOUSE) == towns
    assert _count(situation, PlaceKind.BAKERY) == ovens == len(situation.production)
    assert _count(situation, PlaceKind.TRANSSHIPMENT_POINT) == transshipment
    assert situation.operation.horizon_s == 3 * DAY_S


def test_everything_that_makes_planning_hard_is_there():
    situation = relief_situation(500)
    roads = situation.roads
    assert any(road.max_gross_mass_g for road in roads)
    assert any(road.status is RoadStatus.CLOSED and road.status_until for road in roads)
    assert any(road.gate for road in roads)
    assert any(not road.night_allowed for road in roads)
    assert sum(road.convoy_only for road in roads) == 1
    assert {"plain", "upper"} == {zone for vehicle in situation.vehicles for zone in vehicle.zones}
    assert len(roads) > len(situation.places) - 1  # more than a tree: there are cross links
    stock = sum(lot.free for lot in situation.stock if lot.item == "TENT")
    asked = sum(need.quantity for need in needs(situation) if need.item == "TENT")
    assert 0 < stock < asked * 6 // 10


def test_kit_is_a_month_of_soap():
    # Sphere, a person and month: 250 g of bathing soap, one piece, and 200 g of laundry soap, one piece; six people.
    assert {line.item: line.quantity for line in KITS} == {"SOAP": 6, "LAUNDRY": 6}


def test_same_arguments_same_situation():
    assert relief_situation(60, seed=3) == relief_situation(60, seed=3)
    assert relief_situation(60, seed=3) != relief_situation(60, seed=4)


def test_trunk_roads_are_the_shortest_tree():
    situation = relief_situation(320)
    at = {place.code: (place.latitude_deg, place.longitude_deg) for place in situation.places}
    warehouses = [p.code for p in situation.places if p.kind is PlaceKind.WAREHOUSE]
    mouths = [p.code for p in situation.places if p.code == "X1" or (p.code[0] == "J" and "-" not in p.code)]
    nodes = [*warehouses, *mouths]
    tree = [r for r in situation.roads if r.origin in nodes and r.destination in nodes][: len(nodes) - 1]
    scale = math.cos(math.radians(30))

    def apart(one, other):
        return math.hypot(at[one][0] - at[other][0], (at[one][1] - at[other][1]) * scale)

    lengths = np.array([[apart(one, other) for other in nodes] for one in nodes])
    driven = sum(apart(road.origin, road.destination) for road in tree)
    assert driven == pytest.approx(minimum_spanning_tree(lengths).sum(), rel=1e-3)


@pytest.mark.parametrize("days", [1, 7])
def test_any_number_of_days_can_be_planned(days):
    situation = relief_situation(20, days=days, seed=2)
    assert check(situation, plan(situation, rounds=1)) == ()


def test_given_vehicles_and_days():
    situation = relief_situation(30, vehicles=9, days=1)
    assert len(situation.vehicles) == 9
    assert situation.operation.horizon_s == DAY_S


@pytest.mark.parametrize("points", [50, 200])
def test_reads_back_unchanged(points, tmp_path):
    situation = relief_situation(points)
    write_workbook(tmp_path / "situation.xlsx", situation)
    assert read_workbook(tmp_path / "situation.xlsx") == situation


def test_plan_keeps_every_rule():
    situation = relief_situation(50)
    made = plan(situation, rounds=3)
    assert check(situation, made) == ()
    assert made.journeys
    assert made.value.delivered_permille > 500
    assert made.bound_person_h <= made.value.waiting_person_h


def test_cargo_changes_vehicles():
    situation = relief_situation(200, vehicles=8, days=1)
    made = plan(situation, rounds=0)
    assert check(situation, made) == ()
    point = next(p.code for p in situation.places if p.kind is PlaceKind.TRANSSHIPMENT_POINT)
    stops = [stop for journey in made.journeys for stop in journey.stops if stop.place == point]
    assert any(stop.unloads for stop in stops)
    assert any(goods.lot_place != point for stop in stops for goods in stop.loads)
