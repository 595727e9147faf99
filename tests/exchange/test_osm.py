"""Small extracts written by the test (invented, nobody's data), read back as roads."""

import heapq
import itertools
import random
from dataclasses import replace
from datetime import UTC, datetime

import osmium
import pytest
from hypothesis import given, settings, strategies as st
from osmium.osm.mutable import Node, Way

from karavan.domain.errors import BadWorkbook, RefusedFile
from karavan.domain.hours import Hours
from karavan.domain.places import Place, PlaceKind
from karavan.domain.roads import Road, RoadSource, RoadStatus
from karavan.domain.situation import Operation, Situation
from karavan.exchange.osm import add_roads
from karavan.exchange.osm_graph import distance_m, simplified

LATITUDE, LONGITUDE = 40.0, 46.7
# A thousandth of a degree of latitude: 0.001 x pi / 180 x 6 371 008.8 m = 111.195 m.
STEP_M = 111.195


def place(code, north=0, east=0, kind=PlaceKind.DELIVERY_POINT):
    """A place so many thousandths of a degree from the corner."""
    return Place(code=code, kind=kind, latitude_deg=LATITUDE + north / 1000, longitude_deg=LONGITUDE + east / 1000)


def situation(*places, roads=()):
    operation = Operation(name="test", start=datetime(2023, 9, 22, tzinfo=UTC), horizon_s=86_400, time_zone="Asia/Baku")
    return Situation(operation=operation, places=places, roads=roads)


def extract(folder, nodes, ways, name="region.osm.pbf"):
    """``nodes``: ``{id: (north, east)}`` or ``(north, east, tags)``; ``ways``: ``[(nodes, tags)]``."""
    path = folder / name
    path.unlink(missing_ok=True)
    writer = osmium.SimpleWriter(str(path))
    for number, (north, east, *tags) in sorted(nodes.items()):
        location = (LONGITUDE + east / 1000, LATITUDE + north / 1000)
        writer.add_node(Node(id=number, location=location, tags=tags[0] if tags else {}))
    for number, (refs, tags) in enumerate(ways, 1):
        writer.add_way(Way(id=number, nodes=list(refs), tags=tags))
    writer.close()
    return path


def osm_roads(result):
    """The roads of the extract without the links."""
    return {road.code: road for road in result.roads if road.code[:9] != "osm-link-"}


LINE = {number: (number, 0) for number in range(1, 6)}
A, B = place("A", 1), place("B", 5)


@pytest.mark.parametrize("name", ["region.osm.pbf", "region.osm"])
def test_a_straight_road_becomes_one_road_with_links_to_both_places(tmp_path, name):
    path = extract(tmp_path, LINE, [((1, 2, 3), {"highway": "primary"}), ((3, 4, 5), {"highway": "primary"})], name)
    result = add_roads(situation(A, B), path)
    road = osm_roads(result)["osm-1-5"]
    assert road.distance_m == round(4 * STEP_M)  # 445 m
    assert road.drive_s == 27  # 444.78 m at 60 km/h = 26.7 s, rounded up
    assert road.geometry_deg == ((40.001, 46.7), (40.005, 46.7))
    assert result.road_source is RoadSource.OSM
    assert [p.code for p in result.places] == ["A", "B", "osm-1", "osm-5"]
    link = result.road["osm-link-A"]
    assert (link.origin, link.destination, link.distance_m) == ("A", "osm-1", 1)


def test_two_speeds_in_one_chain_add_their_times_and_keep_the_strictest_limits(tmp_path):
    path = extract(
        tmp_path,
        LINE,
        [
            ((1, 2, 3), {"highway": "primary", "maxweight": "20", "maxheight": "4"}),
            ((3, 4, 5), {"highway": "track", "maxweight": "12"}),
        ],
    )
    (road,) = osm_roads(add_roads(situation(A, B), path)).values()
    # 222.39 m at 60 km/h = 13.34 s, and 222.39 m at 20 km/h = 40.03 s: 53.37 s, rounded up.
    assert road.drive_s == 54
    assert (road.max_gross_mass_g, road.max_height_mm) == (12_000_000, 4_000)


def test_a_closed_piece_stays_a_road_of_its_own_and_says_why(tmp_path):
    path = extract(
        tmp_path, LINE, [((1, 2, 3), {"highway": "primary"}), ((3, 4, 5), {"highway": "primary", "access": "no"})]
    )
    far = place("B", 5)
    roads = osm_roads(add_roads(situation(A, far), path))
    # B is joined to the nearest node that trucks can reach, which is node 3; the closed piece then leads nowhere.
    assert set(roads) == {"osm-1-3"}
    both = extract(
        tmp_path,
        {**LINE, **{10 + n: (n, 3) for n in range(1, 6)}, **{20 + n: (0.1 * n + 5, 3) for n in range(5)}},
        [
            ((1, 2, 3), {"highway": "primary"}),
            ((3, 4, 5), {"highway": "primary", "access": "no"}),
            ((5, 20, 21, 22, 23, 24), {"highway": "primary"}),
        ],
    )
    roads = osm_roads(add_roads(situation(A, place("B", 5.4, 3)), both))
    assert roads["osm-3-5"].status is RoadStatus.CLOSED
    assert roads["osm-3-5"].status_source == "OpenStreetMap: access=no"


def test_a_bollard_closes_the_road_at_its_node_only(tmp_path):
    nodes = {**LINE, 3: (3, 0, {"barrier": "bollard"})}
    roads = osm_roads(add_roads(situation(A, B), extract(tmp_path, nodes, [((1, 2, 3, 4, 5), {"highway": "primary"})])))
    assert {code: road.status.value for code, road in roads.items()} == {
        "osm-1-2": "open",
        "osm-2-4": "closed",
        "osm-4-5": "open",
    }


def test_a_one_way_ring_keeps_its_direction(tmp_path):
    nodes = {1: (1, 0), 2: (1, 4), 3: (5, 4), 4: (5, 0)}
    path = extract(
        tmp_path,
        nodes,
        [((1, 2, 3), {"highway": "primary", "oneway": "yes"}), ((1, 4, 3), {"highway": "primary", "oneway": "-1"})],
    )
    roads = osm_roads(add_roads(situation(place("A", 1, 0), place("B", 5, 4)), path))
    assert {(road.origin, road.destination, road.one_way) for road in roads.values()} == {
        ("osm-1", "osm-3", True),
        ("osm-3", "osm-1", True),
    }


def test_a_one_way_trap_is_left_out(tmp_path):
    nodes = {**LINE, 6: (3, 1)}
    path = extract(
        tmp_path, nodes, [((1, 2, 3, 4, 5), {"highway": "primary"}), ((3, 6), {"highway": "primary", "oneway": "yes"})]
    )
    result = add_roads(situation(A, B, place("C", 3, 1)), path)
    assert result.road["osm-link-C"].destination == "osm-3"


def test_a_yard_behind_a_locked_gate_takes_no_place(tmp_path):
    nodes = {1000 + n: (n / 10, 0) for n in range(300)} | {
        1: (10, 0.5, {"barrier": "gate", "locked": "yes"}),
        2: (10, 1),
        3: (10, 1.2),
    }
    ways = [
        (tuple(range(1000, 1300)), {"highway": "primary"}),
        *(((1000 + n, 1000 + n + 1), {"highway": "primary"}) for n in range(299)),
        ((1100, 1), {"highway": "service"}),
        ((1, 2, 3), {"highway": "service"}),
    ]
    result = add_roads(situation(place("A", 0), place("B", 10, 1.2)), extract(tmp_path, nodes, ways))
    assert result.road["osm-link-B"].destination == "osm-1100"


def test_a_place_at_a_motorway_is_joined_to_the_road_beside_it(tmp_path):
    nodes = {1: (0, 0), 2: (5, 0), 3: (5, 2), 4: (0, 2), 5: (2.5, 0)}
    ways = [((1, 5, 2), {"highway": "motorway"}), ((2, 3, 4, 1), {"highway": "secondary", "oneway": "no"})]
    result = add_roads(situation(place("A", 2.5, 0.1), place("B", 5, 2)), extract(tmp_path, nodes, ways))
    assert result.road["osm-link-A"].destination in {"osm-1", "osm-2"}


def test_gate_hours_reach_the_road(tmp_path):
    path = extract(
        tmp_path, LINE, [((1, 2, 3, 4, 5), {"highway": "primary", "access:conditional": "no @ (20:00-06:00)"})]
    )
    (road,) = osm_roads(add_roads(situation(A, B), path)).values()
    assert (road.status, road.gate) == (RoadStatus.RESTRICTED, Hours.parse("06:00-20:00"))


def test_a_link_is_a_straight_line_with_the_operations_factor_and_speed(tmp_path):
    path = extract(tmp_path, LINE, [((1, 2, 3, 4, 5), {"highway": "primary"})])
    link = add_roads(situation(A, place("B", 15)), path).road["osm-link-B"]
    # 10 x 111.195 m = 1111.95 m; x 1.4 = 1556.7, rounded up; at 30 km/h 1557 m take 186.84 s.
    assert (link.distance_m, link.drive_s) == (1_557, 187)


def test_every_place_too_far_from_a_road_is_named_at_once(tmp_path):
    path = extract(tmp_path, LINE, [((1, 2, 3, 4, 5), {"highway": "primary"})])
    lost = Place(code="N", kind=PlaceKind.WAREHOUSE)
    with pytest.raises(BadWorkbook) as caught:
        add_roads(situation(A, B, place("F", 60), place("G", 0, 80), lost), path)
    assert [problem.value for problem in caught.value.problems] == ["F", "G", "N"]


def test_a_place_that_a_sheet_row_joins_may_be_far_away_and_the_row_stays(tmp_path):
    path = extract(tmp_path, LINE, [((1, 2, 3, 4, 5), {"highway": "primary"})])
    row = Road(code="R-1", origin="B", destination="F", distance_m=9_000, drive_s=900)
    result = add_roads(situation(A, B, place("F", 60), roads=(row,)), path)
    assert result.road["R-1"] is row
    assert "osm-link-F" not in result.road


def test_junctions_of_the_workbook_are_left_alone(tmp_path):
    path = extract(tmp_path, LINE, [((1, 2, 3, 4, 5), {"highway": "primary"})])
    result = add_roads(situation(A, B, Place(code="X", kind=PlaceKind.JUNCTION)), path)
    assert "osm-link-X" not in result.road


def test_codes_kept_for_nodes_are_refused(tmp_path):
    path = extract(tmp_path, LINE, [((1, 2, 3, 4, 5), {"highway": "primary"})])
    once = add_roads(situation(A, B), path)
    with pytest.raises(BadWorkbook, match="osm-"):
        add_roads(once, path)


def test_roads_far_from_every_place_are_not_read(tmp_path):
    # 30 km of margin are 0.27 degrees: nodes a degree away are outside.
    nodes = {**LINE, 6: (1_000, 0), 7: (1_001, 0)}
    path = extract(tmp_path, nodes, [((1, 2, 3, 4, 5, 6, 7), {"highway": "primary"})])
    assert set(osm_roads(add_roads(situation(A, B), path))) == {"osm-1-5"}


def test_the_same_extract_gives_the_same_situation(tmp_path):
    path = extract(tmp_path, LINE, [((1, 2, 3), {"highway": "primary"}), ((5, 4, 3), {"highway": "track"})])
    assert add_roads(situation(A, B), path) == add_roads(situation(A, B), path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 a workbook",
        b"<html></html>",
        b"<osm version='0.6'><node id='1' lat='40'",
        b"\x00\x00\x00\x0d\n\tOSMHeader\x18\xff\xff\xff\xff\x0f",
        b'<?xml version="1.0"?><!DOCTYPE o [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/hostname">]>'
        b'<osm version="0.6"><node id="1" lat="40" lon="46"><tag k="barrier" v="&b;"/></node></osm>',
    ],
)
def test_a_file_that_is_no_extract_is_refused(tmp_path, content):
    path = tmp_path / "region.osm.pbf"
    path.write_bytes(content)
    with pytest.raises(RefusedFile, match=r"region\.osm\.pbf"):
        add_roads(situation(A, B), path)


def test_a_missing_file_a_folder_and_an_empty_region_are_refused(tmp_path):
    path = extract(tmp_path, LINE, [((1, 2), {"highway": "footway"})])
    for wrong in (tmp_path / "nothing.osm.pbf", tmp_path, path):
        with pytest.raises(RefusedFile):
            add_roads(situation(A, B), wrong)


def test_a_cut_or_damaged_extract_is_refused_or_read_but_never_breaks(tmp_path):
    nodes = {number: (number % 30, number // 30) for number in range(1, 900)}
    whole = extract(tmp_path, nodes, [(tuple(range(1, 900)), {"highway": "primary"})]).read_bytes()
    chance = random.Random(7)
    refused = 0
    for turn in range(60):
        data = bytearray(whole)
        if turn % 2:
            data = data[: chance.randrange(len(data))]
        else:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path = tmp_path / "damaged.osm.pbf"
        path.write_bytes(data)
        try:
            add_roads(situation(A, B), path)
        except (RefusedFile, BadWorkbook):
            refused += 1
    assert refused >= 30  # each of the 30 cut ones


def test_lines_are_simplified_within_ten_metres():
    # 0.00005 degrees of latitude are 5.6 m: dropped; 0.0005 are 56 m: kept.
    line = [(40.0, 46.0), (40.00005, 46.01), (40.0, 46.02), (40.0005, 46.03), (40.0, 46.04)]
    assert simplified(line) == [(40.0, 46.0), (40.0, 46.02), (40.0005, 46.03), (40.0, 46.04)]


def test_a_great_circle():
    # A quarter of a meridian: 6 371 008.8 m x pi / 2.
    assert distance_m((0, 0), (90, 0)) == pytest.approx(10_007_557, abs=1)


KINDS = ("primary", "track", "residential")
WAYS = st.lists(
    st.tuples(
        st.lists(st.integers(1, 16), min_size=2, max_size=6),
        st.fixed_dictionaries(
            {"highway": st.sampled_from(KINDS)},
            optional={
                "oneway": st.sampled_from(("yes", "-1")),
                "maxweight": st.sampled_from(("5", "12")),
                "access": st.sampled_from(("yes", "destination")),
            },
        ),
    ),
    min_size=1,
    max_size=10,
)


def shortest(arcs, start):
    """Dijkstra's algorithm, plainly: ``{node: seconds}``."""
    best, heap = {}, [(0.0, start)]
    while heap:
        cost, node = heapq.heappop(heap)
        if node not in best:
            best[node] = cost
            for following, more in arcs.get(node, ()):
                heapq.heappush(heap, (cost + more, following))
    return best


def arcs_of(roads, mass_g):
    arcs = {}
    for road in roads:
        if road.max_gross_mass_g is None or mass_g <= road.max_gross_mass_g:
            arcs.setdefault(road.origin, []).append((road.destination, road.drive_s))
            if not road.one_way:
                arcs.setdefault(road.destination, []).append((road.origin, road.drive_s))
    return arcs


def arcs_of_ways(ways, mass_g):
    """Every segment of every way, with no contraction: the oracle."""
    speed = {"primary": 60, "track": 20, "residential": 30}
    arcs = {}
    for refs, tags in ways:
        if mass_g > int(tags.get("maxweight", "99")) * 1_000_000:
            continue
        for a, b in itertools.pairwise(refs):
            seconds = distance_m(spot(a), spot(b)) * 3.6 / speed[tags["highway"]]
            if tags.get("oneway") != "-1":
                arcs.setdefault(a, []).append((b, seconds))
            if tags.get("oneway") != "yes":
                arcs.setdefault(b, []).append((a, seconds))
    return arcs


def spot(node):
    return LATITUDE + node % 4 / 100, LONGITUDE + node // 4 / 100


@settings(derandomize=True, max_examples=150, deadline=None)
@given(ways=WAYS, mass_t=st.sampled_from((4, 10, 30)))
def test_drawing_the_network_together_changes_no_drive(tmp_path_factory, ways, mass_t):
    folder = tmp_path_factory.mktemp("osm")
    nodes = {n: (n % 4 * 10, n // 4 * 10) for n in range(1, 17)}
    here = situation(*(place(f"P{n}", *nodes[n]) for n in (1, 6, 11, 16)))
    try:
        result = add_roads(here, extract(folder, nodes, ways))
    except (BadWorkbook, RefusedFile):
        return
    plain = arcs_of_ways(ways, mass_t * 1_000_000)
    drawn = arcs_of(osm_roads(result).values(), mass_t * 1_000_000)
    ends = {int(result.road[f"osm-link-P{n}"].destination[4:]) for n in (1, 6, 11, 16)}
    for start in ends:
        want, got = shortest(plain, start), shortest(drawn, f"osm-{start}")
        for end in ends:
            if end not in want:
                assert f"osm-{end}" not in got
            else:
                # Every road's time is rounded up: at most a second a road more, and never less.
                assert want[end] - 1e-6 <= got[f"osm-{end}"] <= want[end] + len(result.roads)


def test_places_keep_their_own_fields(tmp_path):
    path = extract(tmp_path, LINE, [((1, 2, 3, 4, 5), {"highway": "primary"})])
    named = replace(A, names=(("az", "Ağdam"), ("hy", "Ակնա")))
    assert add_roads(situation(named, B), path).places[0] is named
