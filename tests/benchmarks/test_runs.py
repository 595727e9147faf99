"""``python -m benchmarks run``: one line a run, whatever happens to it, and nothing twice."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks import formats, runs
from benchmarks.__main__ import main
from benchmarks.instance import routes_from_json
from benchmarks.judge import judge

ROOT = Path(__file__).parent.parent.parent
TINY = (
    "NAME : tiny\nDIMENSION : 4\nCAPACITY : 13\nEDGE_WEIGHT_TYPE : EUC_2D\nNODE_COORD_SECTION\n1 0 0\n2 3 0\n3 3 4\n"
    "4 0 4\nDEMAND_SECTION\n1 0\n2 5\n3 6\n4 7\nDEPOT_SECTION\n1\n-1\nEOF\n"
)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "cvrp").mkdir()
    (tmp_path / "cvrp" / "tiny.vrp").write_text(TINY)
    (tmp_path / "cvrp" / "tiny.sol").write_text("Route #1: 1 2\nRoute #2: 3\nCost 20\n")
    return tmp_path


def _words(folder, out, *more):
    words = ["run", "--set", "cvrp", "--instances", str(folder), "--solvers", "karavan"]
    return [*words, "--seconds", "0.05", "--out", str(out), *more]


def test_a_line_a_run_and_none_twice(folder, tmp_path, capsys):
    out = tmp_path / "new" / "results.jsonl"
    assert main(_words(folder, out, "--seeds", "1-2")) == 0
    first = runs.read_lines(out)
    assert [line["seed"] for line in first] == [1, 2]
    for line in first:
        assert (line["set"], line["instance"], line["solver"]) == ("cvrp", "tiny", "karavan")
        assert line["version"].startswith("karavan ")
        # 0-1-2-0 and 0-3-0 are 12 and 8; 0-2-3-0 and 0-1-0 too are 12 and 6: 18 is best, if 6 + 7 fit into 13.
        assert line["value"] == 18
        assert line["best_known"] == 20
        assert line["gap_percent"] == pytest.approx(-10)
        assert line["feasible"]
        assert line["vehicles"] == 2
        assert 0 < line["cpu_s"] < 2
        assert line["peak_mib"] > 0
        instance = formats.read("cvrp", folder / "cvrp" / "tiny.vrp")
        assert judge(instance, routes_from_json(line["routes"])).value == 18
    assert main(_words(folder, out, "--seeds", "1-3")) == 0
    assert [line["seed"] for line in runs.read_lines(out)] == [1, 2, 3]
    assert "3 runs, 2 of them in" in capsys.readouterr().err


def test_a_failing_run_is_a_line_with_its_error(folder, tmp_path):
    (folder / "cvrp" / "tiny.vrp").write_text(TINY.replace("4 0 4", "4 0"))
    out = tmp_path / "results.jsonl"
    assert main(_words(folder, out, "--seeds", "1")) == 0
    (line,) = runs.read_lines(out)
    assert line["error"].startswith("BadFile: tiny.vrp, NODE_COORD_SECTION, line 9: a row has 3 numbers, this one 2")


def test_a_run_that_does_not_end_is_ended(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(runs, "PATIENCE", 0)
    monkeypatch.setattr(runs, "LEAST_PATIENCE_S", 0.01)
    out = tmp_path / "results.jsonl"
    assert main(_words(folder, out, "--seeds", "1")) == 0
    assert runs.read_lines(out)[0]["error"] == "ended after 0.01 s of wall time"


def test_ctrl_c_keeps_what_is_done(folder, tmp_path):
    out = tmp_path / "results.jsonl"
    words = [sys.executable, "-m", "benchmarks", *_words(folder, out, "--seeds", "1-500")]
    # A shell that runs the tests in the background has its children ignore Ctrl-C; this one must not.
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)
    running = subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    signal.signal(signal.SIGINT, heard)
    until = time.monotonic() + 60
    while not runs.read_lines(out) and time.monotonic() < until:
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "Stopped. What is done is in" in said
    kept = out.read_text(encoding="utf-8").splitlines()
    assert 1 <= len(kept) < 500
    assert [json.loads(line)["seed"] for line in kept] == list(range(1, len(kept) + 1))


def test_a_line_cut_off_is_passed_over(tmp_path, capsys):
    out = tmp_path / "results.jsonl"
    out.write_text('{"set": "cvrp"}\n{"set": "cv')
    assert runs.read_lines(out) == [{"set": "cvrp"}]
    assert "not whole" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--solvers", "nobody"], "no solver 'nobody'; there are karavan, pyvrp"),
        (["--set", "tsp"], "no set 'tsp'; there are ccvrp, cvrp"),
        (["--set", "sdvrp"], "no sdvrp instance in"),
        (["--only", "big*"], "that is big*"),
    ],
)
def test_what_is_not_there_is_said(folder, tmp_path, capsys, more, said):
    assert main(_words(folder, tmp_path / "x.jsonl", *more)) == 2
    assert said in capsys.readouterr().err


def test_folder_has_to_be_named(tmp_path, capsys):
    assert main(["run", "--set", "cvrp", "--solvers", "karavan", "--out", str(tmp_path / "x.jsonl")]) == 2
    assert "--instances FOLDER says where the set cvrp is" in capsys.readouterr().err


def test_ranges():
    assert runs._range("1-3,7") == [1, 2, 3, 7]


def test_without_a_command_it_explains_itself(capsys):
    assert main([]) == 0
    assert "relief-plans" in capsys.readouterr().out
    assert main(["fly"]) == 2
