"""``python -m benchmarks relief-plans`` runs and prints its tables. What it measures is never tested."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.tables import table, value_table

ROOT = Path(__file__).parent.parent.parent


def test_command_prints_tables_and_keeps_raw_figures(tmp_path):
    out = tmp_path / "raw.jsonl"
    words = ["--points", "10", "--seconds", "0.2,0.4", "--seeds", "2", "--no-examples", "--out", str(out)]
    command = [sys.executable, "-m", "benchmarks", "relief-plans", *words]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "| 10 points, seed 1 |" in ran.stdout
    assert max(map(len, ran.stdout.splitlines())) <= 100
    runs = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [run["seed"] for run in runs] == [0, 1]
    for run in runs:
        assert run["violations"] == 0
        assert list(run["values"]) == ["0.2", "0.4"]
        assert 0 < run["bound"] <= run["waiting"] < run["nothing"]
        assert run["peak_mib"] > 0


def test_unknown_option_is_refused():
    words = ["-m", "benchmarks", "relief-plans", "--fast"]
    ran = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 2
    assert "unrecognized arguments: --fast" in ran.stderr


def test_table_lines_up():
    assert table(["name", "s"], [["a", "1.0"], ["long name", "10.0"]]).splitlines() == [
        "| name      |    s |",
        "|-----------|-----:|",
        "| a         |  1.0 |",
        "| long name | 10.0 |",
    ]


def test_no_value_before_the_first_plan():
    run = {
        "name": "x",
        "seed": 0,
        "values": {"1": None, "10": 2_500.0},
        "waiting": 2_400.0,
        "by_hand": 5_000_000.0,
        "bound": 1_200.0,
        "gap_percent": 50.0,
        "delivered_permille": 875,
    }
    cells = [cell.strip() for cell in value_table([run]).splitlines()[2].strip("|").split("|")]
    assert cells == ["x", "-", "2.5", "2.4", "5\N{NARROW NO-BREAK SPACE}000", "1.2", "50.0", "87.5"]
