"""Tables and plots from runs written here."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from benchmarks.lines_plot import Line, plot
from benchmarks.report import each_instance, gap_plot, main, relief_table, summary, with_gaps


def _run(solver, value, instance="a", seed=1, **more):
    run = {
        "set": "cvrp",
        "instance": instance,
        "solver": solver,
        "version": f"{solver} 1",
        "seed": seed,
        "seconds": 10.0,
        "at": "2026-01-01T00:00:00Z",
        "machine": "2 cores",
        "load": 0.5,
        "cpu_s": 10.0,
        "value": value,
        "best_known": 100.0,
        "gap_percent": value - 100.0,
        "feasible": True,
        "faults": [],
        "trajectory": [],
        "vehicles": 1,
    }
    return {**run, **more}


def _cells(line):
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_summary():
    runs = [
        _run("pyvrp", 103.0, seed=1),
        _run("pyvrp", 100.0, seed=2),
        _run("karavan", 100.0),
        _run("karavan", 90.0, seed=2, feasible=False, faults=["too much"]),
        {name: value for name, value in _run("karavan", 0.0, seed=3).items() if name in ("set", "instance", "solver")}
        | {"seconds": 10.0, "error": "it fell over"},
    ]
    lines = summary(runs).splitlines()
    assert _cells(lines[0]) == [
        "solver", "runs", "mean gap %", "worst gap %", "at best %", "not valid", "failed", "CPU s"
    ]  # fmt: skip
    # A plan against the rules has no gap; a run that failed has no time.
    assert _cells(lines[2]) == ["karavan", "3", "0.000", "0.000", "100", "1", "1", "10.0"]
    assert _cells(lines[3]) == ["pyvrp", "2", "1.50", "3.00", "50", "0", "0", "10.0"]


def test_each_instance():
    runs = [_run("karavan", 100.0), _run("pyvrp", 103.0), _run("pyvrp", 101.0, seed=2), _run("karavan", 102.0, "b")]
    lines = each_instance(runs).splitlines()
    assert _cells(lines[2]) == ["a", "0.000", "2.00 (3.00)"]
    assert _cells(lines[3]) == ["b", "2.00", "-"]


def test_where_no_best_is_known_the_best_run_is():
    unknown = {"best_known": None, "gap_percent": None}
    runs = with_gaps([_run("karavan", 80.0, **unknown), _run("pyvrp", 100.0, **unknown)])
    assert [run["gap_percent"] for run in runs] == [0, 25]


def test_plot_of_gaps():
    runs = [
        _run("karavan", 100.0, trajectory=[(1.0, 110.0), (5.0, 101.0)]),
        _run("karavan", 102.0, seed=2, trajectory=[(2.0, 104.0)]),
        _run("vroom", 105.0),
    ]
    drawing = ElementTree.fromstring(gap_plot(runs))
    texts = [element.text for element in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert {"karavan", "vroom", "CPU seconds", "mean gap, %"} <= set(texts)
    lines = list(drawing.iter("{http://www.w3.org/2000/svg}polyline"))
    assert len(lines) == 1  # VROOM tells its end only: a dot
    # From 2 s on both runs have a plan: (10 + 4) / 2 at 2 s, (1 + 4) / 2 at 5 s, (0 + 2) / 2 at 10 s.
    assert len(lines[0].attrib["points"].split()) == 3


def test_labels_do_not_lie_on_each_other():
    drawing = ElementTree.fromstring(plot([Line(f"s{i}", ((1.0, 2.0), (9.0, 1.0))) for i in range(5)], "s", "%"))
    heights = [
        float(element.attrib["y"])
        for element in drawing.iter("{http://www.w3.org/2000/svg}text")
        if (element.text or "").startswith("s") and element.text != "s"
    ]
    assert len(heights) == 5
    assert min(b - a for a, b in zip(sorted(heights), sorted(heights)[1:], strict=False)) >= 14


def test_command(tmp_path, capsys):
    file = tmp_path / "r.jsonl"
    broken = _run("pyvrp", 103.0, feasible=False, faults=["too much"])
    runs = [_run("karavan", 100.0, trajectory=[(1.0, 110.0)]), broken]
    file.write_text("".join(json.dumps(run) + "\n" for run in runs))
    assert main([str(file), "--each", "--plots", str(tmp_path / "plots")]) == 0
    said = capsys.readouterr()
    assert "### cvrp, 10 s, 1 instance\n" in said.out
    assert "karavan 1, pyvrp 1; seeds 1" in said.out
    assert "against the rules: cvrp a pyvrp seed 1 10 s: too much" in said.err
    assert (tmp_path / "plots" / "cvrp-10s.svg").read_text().startswith("<svg")


def test_missing_file_is_said(tmp_path, capsys):
    assert main([str(tmp_path / "no.jsonl")]) == 2
    assert "there is no" in capsys.readouterr().err


@pytest.mark.parametrize("percent", [0.0, -0.2, 1e6])
def test_any_gap_can_be_drawn(percent):
    assert "nan" not in plot([Line("x", ((0.0, percent), (1.0, percent)))], "s", "%")


def test_relief_says_how_much_less_people_wait():
    relief = {"set": "relief", "best_known": None, "gap_percent": None, "delivered_permille": 900}
    runs = [
        _run("karavan", 80_000.0, bound=60_000.0, shared_bound=70_000.0, **relief),
        _run("pyvrp", 100_000.0, bound=None, **relief),
        _run("vroom", 120_000.0, bound=None, **relief),
        _run("pyvrp", 100_000.0, "b", bound=None, **relief),
    ]
    lines = relief_table(runs).splitlines()
    assert _cells(lines[2]) == ["a", "80.0", "100.0", "120.0", "20.0", "25.0", "12.5", "90.0"]
    assert _cells(lines[3]) == ["b", "-", "100.0", "-", "-", "-", "-", "-"]
