"""Readers of public formats, on tiny files written here. The published ones: KARAVAN_INSTANCES, see test_published."""

from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks import formats
from benchmarks.formats.sections import BadFile
from benchmarks.formats.solution import read_solution, routes_of
from benchmarks.instance import Route, Trip
from benchmarks.judge import judge

# A right-angled triangle twice: nodes at (0,0), (3,0), (3,4), (0,4) have sides 3 and 4 and the diagonal 5.
RECTANGLE = "NODE_COORD_SECTION\n1 0 0\n2 3 0\n3 3 4\n4 0 4\n"
DEMANDS = "DEMAND_SECTION\n1 0\n2 5\n3 6\n4 7\n"


def _write(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _cvrp(head="EDGE_WEIGHT_TYPE : EUC_2D", places=RECTANGLE, demands=DEMANDS, depot="DEPOT_SECTION\n1\n-1\nEOF\n"):
    return f"NAME : tiny\nTYPE : CVRP\nDIMENSION : 4\nCAPACITY : 13\n{head}\n{places}{demands}{depot}"


def test_cvrp(tmp_path):
    path = _write(tmp_path, "cvrp/tiny.vrp", _cvrp())
    _write(tmp_path, "cvrp/tiny.sol", "Route #1: 1 2\nRoute #2: 3\nCost 20\n")
    assert formats.instances("cvrp", tmp_path) == [path]
    tiny = formats.read("cvrp", path)
    assert tiny.distance.tolist() == [[0, 3, 5, 4], [3, 0, 4, 5], [5, 4, 0, 3], [4, 5, 3, 0]]
    assert tiny.demand == (0, 5, 6, 7)
    assert tiny.customers == [1, 2, 3]
    # 0-1-2-0 is 3 + 4 + 5, 0-3-0 is 4 + 4; 5 + 6 fits into 13.
    found = judge(tiny, routes_of(tiny, read_solution(path.with_suffix(".sol"))))
    assert found.value == 20 == tiny.best_known
    assert found.vehicles == 2
    assert found.faults == ()


def test_nearest_whole_number_and_real(tmp_path):
    places = "NODE_COORD_SECTION\n1 0 0\n2 1 1\n3 1 0\n4 0.5 0\n"  # sqrt 2 and a half, which goes up
    whole = formats.read("cvrp", _write(tmp_path, "cvrp/whole.vrp", _cvrp(places=places)))
    assert whole.distance[0].tolist() == [0, 1, 1, 1]
    real = formats.read("cvrp", _write(tmp_path, "cvrp/real.vrp", _cvrp("EDGE_WEIGHT_TYPE : EXACT_2D", places)))
    assert real.distance[0].tolist() == pytest.approx([0, math.sqrt(2), 1, 0.5])
    assert (whole.integral, real.integral) == (1, 1_000)


def test_cumulative_with_depot_last_and_listed_fleet(tmp_path):
    text = _cvrp("VEHICLES : 3", "NODE_COORD_SECTION\n1 3 0\n2 3 4\n3 0 4\n4 0 0\n")
    text = text.replace(DEMANDS, "DEMAND_SECTION\n1 5\n2 6\n3 7\n4 0\n")
    text = text.replace("DEPOT_SECTION\n1\n", "DEPOT_SECTION\n4\n")
    path = _write(tmp_path, "ccvrp/mine/tiny.vrp", text)
    assert formats.read("ccvrp", path).vehicles[0].count == 3
    _write(tmp_path, "ccvrp/best_known.csv", "set,instance,customers,vehicles,value\nM,tiny,3,2,14\n")
    tiny = formats.read("ccvrp", path)
    assert tiny.depots == (3,)
    assert tiny.vehicles[0].count == 2
    # Reached after 3 and 3 + 4, and after 4: no way back counts.
    plan = [Route(0, (Trip(3, ((0, 5), (1, 6))),)), Route(0, (Trip(3, ((2, 7),)),))]
    found = judge(tiny, plan)
    assert found.value == 3 + 7 + 4 == tiny.best_known
    assert found.faults == ()


def test_cumulative_takes_vehicles_from_the_name(tmp_path):
    assert formats.read("ccvrp", _write(tmp_path, "ccvrp/a/T-n4-k2.vrp", _cvrp())).vehicles[0].count == 2
    path = _write(tmp_path, "ccvrp/a/T.vrp", _cvrp())
    with pytest.raises(BadFile, match=r"T.vrp, VEHICLES: no table, key or name says how many"):
        formats.read("ccvrp", path)


@pytest.mark.parametrize(("comment", "first_row"), [("", [0, 1, 2, 4]), ("COMMENT : (Eilon et al)\n", [0, 1, 2, 3])])
def test_explicit_triangle(tmp_path, comment, first_row):
    weights = "EDGE_WEIGHT_FORMAT : LOWER_ROW\nEDGE_WEIGHT_SECTION\n1 2 3\n4 5 6\n"
    text = _cvrp(f"{comment}EDGE_WEIGHT_TYPE : EXPLICIT\n{weights}", places="")
    assert formats.read("cvrp", _write(tmp_path, "cvrp/t.vrp", text)).distance[0].tolist() == first_row


def test_split_delivery(tmp_path):
    path = _write(tmp_path, "sdvrp/SET-1/tiny.sd", "2 10\n8 12\n0 0\n3 4\n0 4\n")
    _write(tmp_path, "sdvrp/dimacs2022_results.csv", "instance,best_of_competition\ntiny,22\n")
    tiny = formats.read("sdvrp", path)
    assert tiny.splits
    assert tiny.vehicles[0].count is None
    # 0-1-2-0 is 5 + 3 + 4 with 8 and 2 aboard, 0-2-0 is 8 with the other 10.
    plan = [Route(0, (Trip(0, ((1, 8), (2, 2))),)), Route(0, (Trip(0, ((2, 10),)),))]
    found = judge(tiny, plan)
    assert found.value == 20
    assert found.faults == ()
    assert tiny.best_known == 22


TIMED = "TIME_WINDOW_SECTION\n1 0 100\n2 2 9\n3 0 50\n4 0 50\n"


def test_multi_trip_with_release(tmp_path):
    text = _cvrp("VEHICLES : 1\nSERVICE_TIME : 1\nEDGE_WEIGHT_TYPE : EUC_2D").replace("CAPACITY : 13", "CAPACITY : 11")
    more = TIMED + "RELEASE_TIME_SECTION\n1 0\n2 0\n3 2\n4 30\nVEHICLES_RELOAD_DEPOT_SECTION\n1 1\n"
    path = _write(tmp_path, "mtvrptwr/tiny.vrp", text.replace("DEPOT_SECTION", more + "DEPOT_SECTION"))
    tiny = formats.read("mtvrptwr", path)
    assert tiny.distance[0].tolist() == [0, 30, 50, 40]  # tenths
    assert tiny.service == (0, 10, 10, 10)
    assert tiny.windows[1] == (20, 90)
    # First trip leaves at 20, when the goods for node 2 are there: node 1 at 50, node 2 at 50 + 10 + 40, home at 160;
    # the second could leave at 160 and not before 300: node 3 at 340.
    trips = (Trip(0, ((1, 5), (2, 6))), Trip(0, ((3, 7),)))
    found = judge(tiny, [Route(0, trips)])
    assert found.value == 30 + 40 + 50 + 40 + 40
    assert found.faults == ()


def test_mixed_fleet(tmp_path):
    more = (
        "CAPACITY_SECTION\n1 12\n2 12\n3 20\nVEHICLES_FIXED_COST_SECTION\n1 100\n2 100\n3 500\n"
        "VEHICLES_UNIT_DISTANCE_COST_SECTION\n1 50\n2 50\n3 200\n"
    )
    text = _cvrp("VEHICLES : 3\nEDGE_WEIGHT_TYPE : EUC_2D").replace("CAPACITY : 13\n", "")
    path = _write(tmp_path, "hfvrp/tiny.vrp", text.replace("DEPOT_SECTION", more + "DEPOT_SECTION"))
    tiny = formats.read("hfvrp", path)
    assert [(v.count, v.capacity, v.fixed_cost, v.cost_per_distance) for v in tiny.vehicles] == [
        (2, 12, 100_000, 50),
        (1, 20, 500_000, 200),
    ]
    # Cost in hundredths: 100 + 50 * (3 + 4 + 5) and 500 + 200 * 8.
    plan = [Route(0, (Trip(0, ((1, 5), (2, 6))),)), Route(1, (Trip(0, ((3, 7),)),))]
    found = judge(tiny, plan)
    assert found.value == pytest.approx((700 + 2_100) / 100)
    assert found.faults == ()


@pytest.mark.parametrize(("stated", "value"), [("59300000", 593.0), ("593.55", 593.55)])
def test_mixed_fleet_figures_come_in_two_units(tmp_path, stated, value):
    assert formats.hfvrp.published_value(_write(tmp_path, "x.sol", f"Route #1: 1\nCost: {stated}\n")) == value


def test_several_depots(tmp_path):
    more = TIMED.replace("2 2 9", "2 0 9")
    more += "SERVICE_TIME_SECTION\n1 0\n2 0\n3 1\n4 1\nVEHICLES_DEPOT_SECTION\n1 1\n2 2\n"
    text = _cvrp("VEHICLES : 2\nVEHICLES_MAX_DURATION : 9\nEDGE_WEIGHT_TYPE : EUC_2D")
    text = text.replace("2 5\n3 6", "2 0\n3 6").replace("DEPOT_SECTION\n1\n", more + "DEPOT_SECTION\n1\n2\n")
    tiny = formats.read("mdvrptw", _write(tmp_path, "mdvrptw/tiny.vrp", text))
    assert tiny.depots == (0, 1)
    # From node 1 to node 2 and back is 4 + 1 + 4 = 9, just allowed; from node 0 to node 3 too.
    plan = [Route(1, (Trip(1, ((2, 6),)),)), Route(0, (Trip(0, ((3, 7),)),))]
    assert judge(tiny, plan).faults == ()
    assert judge(tiny, plan).value == 16_000


def test_vrptw(tmp_path):
    text = _cvrp("VEHICLES : 2\nSERVICE_TIME : 1\nEDGE_WEIGHT_TYPE : EUC_2D")
    text = text.replace("DEPOT_SECTION", TIMED + "DEPOT_SECTION")
    tiny = formats.read("vrptw", _write(tmp_path, "vrptw/tiny.vrp", text))
    plan = [Route(0, (Trip(0, ((1, 5), (2, 6))),)), Route(0, (Trip(0, ((3, 7),)),))]
    assert judge(tiny, plan).value == 20.0  # tenths inside, whole units outside
    assert judge(tiny, plan).faults == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2 3 0\n", "2 3\n", r"tiny.vrp, NODE_COORD_SECTION, line 8: a row has 3 numbers, this one 2"),
        ("2 3 0\n", "2 3 x\n", r"NODE_COORD_SECTION, line 8: 'x' is not a number"),
        ("2 3 0\n", "1 3 0\n", r"NODE_COORD_SECTION, line 8: row 1 is there twice"),
        ("2 3 0\n", "9 3 0\n", r"NODE_COORD_SECTION, line 8: rows are numbered 1 to 4, not 9"),
        ("2 3 0\n", "", r"NODE_COORD_SECTION: row 2 of 4 is missing"),
        ("4 7\n", "4 7.5\n", r"DEMAND_SECTION: node 4 wants 7.5, which is not a whole number"),
        ("1 0\n2 5", "1 1\n2 5", r"DEMAND_SECTION: node 1 is a depot and wants 1"),
        ("DEPOT_SECTION\n1", "DEPOT_SECTION\n7", r"DEPOT_SECTION, line 17: 7 is not a node of 1 to 4"),
        ("DEPOT_SECTION\n1\n-1\n", "", r"DEPOT_SECTION: the section is missing or empty"),
        ("CAPACITY : 13", "CAPACITY : lots", r"CAPACITY: 'lots' is not a number"),
        ("CAPACITY : 13\n", "", r"CAPACITY: the key is missing"),
        ("NAME : tiny", "tiny", r"header, line 1: 'tiny' is neither a key with its value nor a section"),
        ("DEMAND_SECTION", "NODE_COORD_SECTION", r"line 11: the section is there twice"),
    ],
)
def test_bad_file_names_section_line_and_rule(tmp_path, old, new, said):
    text = _cvrp()
    assert text.count(old) >= 1
    path = _write(tmp_path, "cvrp/tiny.vrp", text.replace(old, new, 1))
    with pytest.raises(BadFile, match=said):
        formats.read("cvrp", path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2 10\n8\n0 0\n3 4\n0 4\n", r"demands, line 2: 2 numbers belong here, not 1"),
        ("2 10\n8 -1\n0 0\n3 4\n0 4\n", r"demands, line 2: '-1' is not a whole number"),
        ("2 10\n8 12\n0 0\n3 4\n", r"coordinates, line 4: 2 customers and the depot need 3 lines, not 2"),
        ("2 10\n8 12\n0 0\n3 4\n0\n", r"coordinates, line 5: '0' is not two numbers"),
        ("", r"header: a file has customers"),
    ],
)
def test_bad_split_file(tmp_path, text, said):
    with pytest.raises(BadFile, match=said):
        formats.read("sdvrp", _write(tmp_path, "sdvrp/SET-1/tiny.sd", text))


def test_solution_without_cost(tmp_path):
    with pytest.raises(BadFile, match="no line states the cost"):
        read_solution(_write(tmp_path, "x.sol", "Route #1: 1 2\n"))


def test_only_named_instances(tmp_path):
    for name in ("cvrp/A1.vrp", "cvrp/A10.vrp", "cvrp/B1.vrp"):
        _write(tmp_path, name, _cvrp())
    names = lambda *only: [path.stem for path in formats.instances("cvrp", tmp_path, only)]  # noqa: E731
    assert names() == ["A1", "A10", "B1"]
    assert names("A1") == ["A1"]
    assert names("A*") == ["A1", "A10"]
    assert names("cvrp/B") == ["B1"]
    with pytest.raises(FileNotFoundError, match="no cvrp instance"):
        names("C*")


def test_whole_matrix_needs_no_scaling():
    assert np.array_equal(formats.sections.ROUNDINGS["tenths"](np.array([1.19, 0.3])), [11, 3])
