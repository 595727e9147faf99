"""What each tag does to a loaded truck, the arithmetic written out."""

import re

import pytest

from karavan.domain.hours import ALWAYS, Hours
from karavan.domain.roads import RoadStatus
from karavan.exchange.osm_tags import barrier_rule, length_mm, mass_g, outside, way_rule


def rule(**tags):
    return way_rule({"highway": "primary", **{key.replace("__", ":"): value for key, value in tags.items()}})


@pytest.mark.parametrize(
    ("text", "grams"),
    [
        ("12", 12_000_000),
        ("12.5", 12_500_000),
        ("3,5", 3_500_000),
        ("12 t", 12_000_000),
        ("7500 kg", 7_500_000),
        ("10000 lbs", 4_535_923),  # 10 000 x 453.59237 = 4 535 923.7, rounded down
        ("10 st", 9_071_847),  # 10 x 907 184.74 = 9 071 847.4
    ],
)
def test_a_mass_in_each_unit(text, grams):
    assert mass_g(text) == grams


@pytest.mark.parametrize(
    ("text", "mm"),
    [
        ("3.8", 3_800),
        ("3.8 m", 3_800),
        ("380 cm", 3_800),
        ("12'6\"", 3_810),  # (12 x 12 + 6) x 25.4 = 3 810
        ("12'", 3_657),  # 144 x 25.4 = 3 657.6, rounded down
        ("12 ft 6 in", 3_810),
    ],
)
def test_a_length_in_each_unit(text, mm):
    assert length_mm(text) == mm


@pytest.mark.parametrize("text", ["", "heavy", "-3", "1e9", "nan", "12 x", "9999999999", "1_000"])
def test_an_unreadable_measure_is_refused(text):
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        mass_g(text)
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        length_mm(text)


@pytest.mark.parametrize("kind", ["footway", "cycleway", "path", "steps", "proposed", "pedestrian", "", "razed"])
def test_what_is_no_road_for_trucks(kind):
    assert way_rule({"highway": kind}) is None


def test_ferries_and_squares_are_no_roads():
    assert rule(route="ferry") is None
    assert rule(area="yes") is None


@pytest.mark.parametrize(
    ("tags", "km_h"),
    [
        ({}, 60),
        ({"maxspeed": "40"}, 40),
        ({"maxspeed": "90"}, 60),  # a limit does not make a truck faster
        ({"maxspeed": "30 mph"}, 48.28),  # 30 x 1.609344 = 48.280
        ({"maxspeed": "AZ:urban"}, 60),
        ({"maxspeed": "0"}, 60),
        ({"surface": "gravel"}, 35),
        ({"surface": "gravel", "smoothness": "very_bad"}, 20),
        ({"highway": "track", "tracktype": "grade5"}, 10),
        ({"highway": "motorway", "maxspeed": "110"}, 80),
    ],
)
def test_speed(tags, km_h):
    assert rule(**tags).speed_m_per_h == int(km_h * 1000)


@pytest.mark.parametrize(
    ("tags", "direction"),
    [
        ({}, 0),
        ({"oneway": "yes"}, 1),
        ({"oneway": "-1"}, -1),
        ({"oneway": "no", "highway": "motorway"}, 0),
        ({"highway": "motorway"}, 1),
        ({"junction": "roundabout"}, 1),
    ],
)
def test_direction(tags, direction):
    assert rule(**tags).direction == direction


@pytest.mark.parametrize(
    ("tags", "status", "source"),
    [
        ({}, RoadStatus.OPEN, ""),
        ({"access": "yes"}, RoadStatus.OPEN, ""),
        ({"access": "no"}, RoadStatus.CLOSED, "OpenStreetMap: access=no"),
        ({"access": "private"}, RoadStatus.CLOSED, "OpenStreetMap: access=private"),
        ({"access": "no", "motor_vehicle": "yes"}, RoadStatus.OPEN, ""),
        ({"access": "yes", "vehicle": "no"}, RoadStatus.CLOSED, "OpenStreetMap: vehicle=no"),
        ({"motor_vehicle": "no", "hgv": "designated"}, RoadStatus.OPEN, ""),
        ({"access": "destination"}, RoadStatus.RESTRICTED, "OpenStreetMap: access=destination"),
        ({"hgv": "delivery"}, RoadStatus.RESTRICTED, "OpenStreetMap: hgv=delivery"),
        ({"goods": "no"}, RoadStatus.CLOSED, "OpenStreetMap: goods=no"),
        ({"access": "military"}, RoadStatus.CLOSED, "OpenStreetMap: access=military"),
        ({"highway": "construction", "construction": "secondary"}, RoadStatus.CLOSED, "OpenStreetMap: construction"),
        ({"construction": "yes"}, RoadStatus.CLOSED, "OpenStreetMap: construction"),
        ({"construction": "minor"}, RoadStatus.OPEN, ""),
        ({"smoothness": "impassable"}, RoadStatus.CLOSED, "OpenStreetMap: smoothness=impassable"),
        ({"winter_road": "yes"}, RoadStatus.UNKNOWN, "OpenStreetMap: winter_road=yes"),
        ({"maxweight": "heavy"}, RoadStatus.UNKNOWN, "OpenStreetMap: maxweight=heavy"),
        ({"maxheight": "below_default"}, RoadStatus.UNKNOWN, "OpenStreetMap: maxheight=below_default"),
        ({"maxheight": "default"}, RoadStatus.OPEN, ""),
    ],
)
def test_status(tags, status, source):
    found = rule(**tags)
    assert (found.status, found.source) == (status, source)


def test_a_road_closed_to_heavy_goods_vehicles_carries_those_up_to_three_and_a_half_tonnes():
    found = rule(hgv="no")
    assert (found.status, found.max_gross_mass_g) == (RoadStatus.OPEN, 3_500_000)


@pytest.mark.parametrize(
    ("tags", "grams"),
    [
        ({"maxweight": "none"}, None),
        ({"maxweight": "20", "maxweightrating": "12"}, 12_000_000),
        ({"maxgcweight": "40", "maxweight": "26"}, 26_000_000),
        ({"maxweight": "20;16"}, 16_000_000),
        ({"maxweight__hgv": "18"}, 18_000_000),
        ({"maxweight__conditional": "10 @ (winter)"}, 10_000_000),
        ({"hgv__conditional": "no @ (weight>7.5)"}, 7_500_000),
    ],
)
def test_the_strictest_mass_holds(tags, grams):
    assert rule(**tags).max_gross_mass_g == grams


def test_height_and_width():
    found = rule(maxheight="4.2", maxheight__physical="4.1", maxwidth="2.5")
    assert (found.max_height_mm, found.max_width_mm) == (4_100, 2_500)


@pytest.mark.parametrize(
    ("tags", "gate"),
    [
        ({"access__conditional": "no @ (20:00-06:00)"}, "06:00-20:00"),
        ({"hgv__conditional": "no @ 20:00-06:00"}, "06:00-20:00"),
        ({"access": "no", "access__conditional": "yes @ (06:00-20:00)"}, "06:00-20:00"),
        ({"vehicle__conditional": "no @ (10:00-12:00)"}, "00:00-10:00,12:00-24:00"),
    ],
)
def test_simple_conditions_become_gate_hours(tags, gate):
    found = rule(**tags)
    assert found.status is RoadStatus.RESTRICTED
    assert found.gate == Hours.parse(gate)


@pytest.mark.parametrize(
    "condition",
    ["no @ (Mo-Fr 07:00-09:00; PH off)", "no @ (snow)", "delivery @ (06:00-20:00)", "no @ (00:00-24:00)", "nonsense",
     "no @ (10:00-11:00); no @ (14:00-15:00)"],
)  # fmt: skip
def test_other_conditions_make_the_road_doubtful_and_say_so(condition):
    found = rule(access__conditional=condition)
    assert found.status is RoadStatus.UNKNOWN
    assert found.source == f"OpenStreetMap: access:conditional={condition}"


def test_the_hours_outside_some_hours():
    assert outside(ALWAYS) is None
    assert str(outside(Hours.parse("Mo-Su 22:00-05:00"))) == "05:00-22:00"
    weekend = outside(Hours.parse("Mo-Fr 00:00-24:00"))
    assert str(weekend) == "Sa 00:00-24:00; Su 00:00-24:00"
    # Sunday 23:00 to Monday 01:00 is shut: the week is a ring.
    ring = outside(Hours.parse("Su 23:00-01:00"))
    assert ring.spans_min[0] == ((60, 1440),)
    assert ring.spans_min[6] == ((0, 1380),)


@pytest.mark.parametrize(
    ("tags", "status"),
    [
        ({"barrier": "bollard"}, RoadStatus.CLOSED),
        ({"barrier": "bollard", "access": "yes"}, RoadStatus.OPEN),
        ({"barrier": "block"}, RoadStatus.CLOSED),
        ({"barrier": "gate"}, RoadStatus.OPEN),
        ({"barrier": "gate", "locked": "yes"}, RoadStatus.CLOSED),
        ({"barrier": "gate", "access": "no"}, RoadStatus.CLOSED),
        ({"barrier": "lift_gate", "access": "private"}, RoadStatus.CLOSED),
        ({"barrier": "cattle_grid"}, RoadStatus.OPEN),
        ({"barrier": "border_control"}, RoadStatus.OPEN),
    ],
)
def test_barriers(tags, status):
    assert barrier_rule(tags).status is status


def test_a_height_restrictor_limits():
    assert barrier_rule({"barrier": "height_restrictor", "maxheight": "2.5"}).max_height_mm == 2_500
