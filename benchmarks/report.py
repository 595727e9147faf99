"""``python -m benchmarks table``: what the runs of a file say, as Markdown tables and plots of the gap over time."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks import relief_set
from benchmarks.lines_plot import Line, plot
from benchmarks.peers import SOLVERS
from benchmarks.runs import read_lines
from benchmarks.tables import table

AT_BEST_PERCENT = 1e-3
"""Published values are rounded to two digits, and so are some of ours."""

Runs = list[dict[str, Any]]


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks table", description=__doc__)
    parser.add_argument("results", type=Path, nargs="+", metavar="FILE.jsonl")
    parser.add_argument("--each", action="store_true", help="a table of every instance too")
    parser.add_argument("--plots", type=Path, metavar="FOLDER", help="write the plots as SVG files into it")
    asked = parser.parse_args(words)
    if missing := [str(file) for file in asked.results if not file.exists()]:
        print(f"python -m benchmarks table: there is no {', '.join(missing)}", file=sys.stderr)
        return 2
    runs = with_gaps([run for file in asked.results for run in read_lines(file)])
    print("\n\n".join([*sections(runs, asked.each), made_with(runs)]))
    for run in runs:
        if "error" in run:
            print(f"failed: {_where(run)}: {run['error']}", file=sys.stderr)
        elif not run["feasible"]:
            print(f"against the rules: {_where(run)}: {'; '.join(run['faults'])}", file=sys.stderr)
    if asked.plots:
        asked.plots.mkdir(parents=True, exist_ok=True)
        for kind, seconds in _groups(runs):
            drawing = gap_plot(_of(runs, kind, seconds))
            if drawing:
                (asked.plots / f"{kind}-{seconds:g}s.svg").write_text(drawing, encoding="utf-8")
    return 0


def with_gaps(runs: Runs) -> Runs:
    """Where nobody knows a best value, the best of these runs is it, and the gap is to that."""
    best: dict[tuple[str, str], float] = {}
    for run in runs:
        if run.get("feasible"):
            key = run["set"], run["instance"]
            best[key] = min(best.get(key, run["value"]), run["value"])
    return [
        {**run, "gap_percent": 100 * (run["value"] / best[run["set"], run["instance"]] - 1), "of_these": True}
        if run.get("feasible") and run.get("gap_percent") is None and best[run["set"], run["instance"]]
        else run
        for run in runs
    ]


def sections(runs: Runs, each: bool) -> list[str]:
    result = []
    for kind, seconds in _groups(runs):
        chosen = _of(runs, kind, seconds)
        count = len({run["instance"] for run in chosen})
        result.append(f"### {kind}, {seconds:g} s, {count} instance{'s' * (count > 1)}\n\n{summary(chosen)}")
        if kind == relief_set.NAME:
            result.append(relief_table(chosen))
        if each:
            result.append(each_instance(chosen))
    return result


def summary(runs: Runs) -> str:
    """One line a solver."""
    head = ["solver", "runs", "mean gap %", "worst gap %", "at best %", "not valid", "failed", "CPU s"]
    rows = []
    for solver in _solvers(runs):
        its = [run for run in runs if run["solver"] == solver]
        gaps = [run["gap_percent"] for run in its if run.get("feasible") and run["gap_percent"] is not None]
        rows.append(
            [
                solver,
                str(len(its)),
                _percent(fmean(gaps)) if gaps else "-",
                _percent(max(gaps)) if gaps else "-",
                f"{100 * sum(gap <= AT_BEST_PERCENT for gap in gaps) / len(gaps):.0f}" if gaps else "-",
                str(sum(not run.get("feasible", True) for run in its)),
                str(sum("error" in run for run in its)),
                f"{fmean(spent):.1f}" if (spent := [run["cpu_s"] for run in its if "cpu_s" in run]) else "-",
            ]
        )
    return table(head, rows)


def relief_table(runs: Runs) -> str:
    """
    Waiting of every situation, mean of the seeds, in thousands of weighted person-hours.

    With it, how far it is at most above the least there can be: in any plan, and in plans with the same shares.
    """
    others = [solver for solver in _solvers(runs) if solver != "karavan"]
    gaps = ["less than best peer %", "to bound %", "same shares %", "served %"]
    head = ["waiting, 1000 person-h", "karavan", *others, *gaps]
    rows = []
    for instance in dict.fromkeys(run["instance"] for run in runs):
        its = [run for run in runs if run["instance"] == instance and run.get("feasible")]
        means = {
            solver: fmean(values)
            for solver in ("karavan", *others)
            if (values := [run["value"] for run in its if run["solver"] == solver])
        }
        own = means.get("karavan")
        best = min((means[solver] for solver in others if solver in means), default=None)
        bound, shared = (
            max((run[name] for run in its if run.get(name)), default=None) for name in ("bound", "shared_bound")
        )
        served = [run["delivered_permille"] / 10 for run in its if run["solver"] == "karavan"]
        rows.append(
            [
                instance,
                *(_thousands(means.get(solver)) for solver in ("karavan", *others)),
                f"{100 * (1 - own / best):.1f}" if own is not None and best else "-",
                *(f"{100 * (1 - least / own):.1f}" if own and least else "-" for least in (bound, shared)),
                f"{fmean(served):.1f}" if served else "-",
            ]
        )
    return table(head, rows)


def _thousands(person_h: float | None) -> str:
    return "-" if person_h is None else f"{person_h / 1000:.1f}"


def each_instance(runs: Runs) -> str:
    """Mean gap of every instance and solver; worst behind it where seeds differ."""
    solvers = _solvers(runs)
    rows = []
    for instance in dict.fromkeys(run["instance"] for run in runs):
        cells = [instance]
        for solver in solvers:
            gaps = [
                run["gap_percent"]
                for run in runs
                if run["instance"] == instance
                and run["solver"] == solver
                and run.get("feasible")
                and run["gap_percent"] is not None
            ]
            spread = f" ({_percent(max(gaps))})" if gaps and max(gaps) - min(gaps) > AT_BEST_PERCENT else ""
            cells.append(_percent(fmean(gaps)) + spread if gaps else "-")
        rows.append(cells)
    return table(["mean (worst) gap %", *solvers], rows)


def made_with(runs: Runs) -> str:
    """Machine, dates, versions, seeds."""
    versions = sorted({run["version"] for run in runs})
    seeds = sorted({run["seed"] for run in runs})
    loads = [run["load"] for run in runs if run.get("load") is not None]
    dates = sorted(run["at"] for run in runs)
    if not runs:
        return "no runs"
    machines = "; ".join(sorted({run["machine"] for run in runs}))
    return "\n".join(
        [
            machines + (f"; load {min(loads):g} to {max(loads):g}" if loads else ""),
            f"{', '.join(versions)}; seeds {', '.join(map(str, seeds))}",
            f"from {dates[0]} to {dates[-1]}",
        ]
    )


def gap_plot(runs: Runs) -> str:
    """
    Mean gap over CPU time; a line begins where all its runs have a plan; a dot is a solver that tells only its end.
    """
    lines = []
    for solver in _solvers(runs):
        its = [_steps(run) for run in runs if run["solver"] == solver and run.get("feasible")]
        its = [steps for steps in its if steps]
        if not its:
            continue
        moments = sorted({moment for steps in its for moment, _ in steps})
        first = max(steps[0][0] for steps in its)
        points = [(moment, fmean(_at(steps, moment) for steps in its)) for moment in moments if moment >= first]
        lines.append(Line(solver, tuple(_thinned(points))))
    told = any(len(line.points) > 1 for line in lines)
    return plot(lines, "CPU seconds", "mean gap, %") if told else ""


def _steps(run: dict[str, Any]) -> list[tuple[float, float]]:
    """``(CPU seconds, gap %)``, never rising, the end with it."""
    if run["gap_percent"] is None or run["gap_percent"] <= -100:
        return []
    best = run["value"] / (1 + run["gap_percent"] / 100)
    steps: list[tuple[float, float]] = []
    lowest = float("inf")
    for moment, value in [*run["trajectory"], (run["cpu_s"], run["value"])]:
        lowest = min(lowest, 100 * (value / best - 1))
        steps.append((moment, lowest))
    return steps


def _at(steps: list[tuple[float, float]], moment: float) -> float:
    return [gap for when, gap in steps if when <= moment][-1]


def _thinned(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Only where the line bends: many runs have many moments."""
    return [
        point
        for i, point in enumerate(points)
        if i in (0, len(points) - 1) or point[1] != points[i - 1][1] or point[1] != points[i + 1][1]
    ]


def _groups(runs: Runs) -> list[tuple[str, float]]:
    return list(dict.fromkeys((run["set"], run["seconds"]) for run in runs))


def _of(runs: Runs, kind: str, seconds: float) -> Runs:
    return [run for run in runs if run["set"] == kind and run["seconds"] == seconds]


def _solvers(runs: Runs) -> Sequence[str]:
    there = {run["solver"] for run in runs}
    return [solver for solver in SOLVERS if solver in there]


def _percent(value: float) -> str:
    value = 0.0 if abs(value) < AT_BEST_PERCENT / 2 else value
    return f"{value:.3f}" if abs(value) < 1 else f"{value:.2f}"


def _where(run: dict[str, Any]) -> str:
    return f"{run['set']} {run['instance']} {run['solver']} seed {run['seed']} {run['seconds']:g} s"
