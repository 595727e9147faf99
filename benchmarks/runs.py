"""
``python -m benchmarks run``: every solver on every instance with every seed, one process at a time, one line a run.

A run that the file has already is not repeated, so that a stopped command goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks import formats, relief_set
from benchmarks.peers import SOLVERS, solver, solver_version

ROOT = Path(__file__).parent.parent
PATIENCE, LEAST_PATIENCE_S = 6, 600
"""
A process may take so many times its CPU seconds, and so much more, of wall time; then it is ended. Driving a peer's
relief plan is not counted as its time and may take longer than the solver did.
"""

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")
KEY = ("set", "instance", "solver", "version", "seed", "seconds")


def main(words: list[str]) -> int:
    asked = _arguments(words)
    try:
        jobs = list(_jobs(asked))
    except (FileNotFoundError, ValueError) as error:
        print(f"python -m benchmarks run: {error}", file=sys.stderr)
        return 2
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    done = {_key(line) for line in read_lines(asked.out)}
    waiting = [job for job in jobs if _key(job) not in done]
    print(f"{len(jobs)} runs, {len(jobs) - len(waiting)} of them in {asked.out} already", file=sys.stderr)
    try:
        for number, job in enumerate(waiting, start=1):
            line = {**{name: job[name] for name in KEY}, **_machine(), **_child(job)}
            with asked.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
            print(f"{number}/{len(waiting)} {_said(line)}", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        print(f"\nStopped. What is done is in {asked.out}; the same command goes on from there.", file=sys.stderr)
        return 130
    return 0


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks run", description=__doc__)
    parser.add_argument("--set", dest="sets", required=True, help="names with commas: " + ", ".join(set_names()))
    parser.add_argument("--instances", type=Path, help="folder that has a folder for each set")
    parser.add_argument("--only", default="", metavar="A,B", help="patterns of instances, such as CMT*,cmt/")
    parser.add_argument("--seconds", type=_numbers, default=[10.0], metavar="S,S", help="CPU seconds of one thread")
    parser.add_argument("--seeds", type=_range, default=[1, 2, 3, 4, 5], metavar="1-5")
    parser.add_argument("--solvers", default=",".join(SOLVERS), metavar="A,B")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.jsonl")
    parser.add_argument("--points", type=_range, default=[50, 200, 500, 1000], help="relief: delivery points")
    parser.add_argument("--days", type=_range, default=[3], help="relief: days, 1 to 7")
    parser.add_argument("--situations", type=_range, default=[1], help="relief: which invented situations of each size")
    return parser.parse_args(words)


def set_names() -> tuple[str, ...]:
    return (*formats.SETS, relief_set.NAME)


def _numbers(text: str) -> list[float]:
    numbers = [float(word) for word in text.split(",")]
    if min(numbers) <= 0:
        raise argparse.ArgumentTypeError(f"'{text}' holds a number that is not above 0")
    return numbers


def _range(text: str) -> list[int]:
    """``1-5`` and ``1,3,5`` and both."""
    result: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if not first.isdigit() or not (last or first).isdigit():
            raise argparse.ArgumentTypeError(f"'{text}' is no list of whole numbers such as 1-5 or 1,3,5")
        result += range(int(first), int(last or first) + 1)
    return result


def _jobs(asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Solvers change fastest, so that all of them meet the same load of the machine."""
    names = asked.solvers.split(",")
    if unknown := [name for name in names if name not in SOLVERS]:
        raise ValueError(f"no solver '{unknown[0]}'; there are {', '.join(SOLVERS)}")
    seeded = {name: _installed(name).SEEDED for name in names}
    versions = {name: solver_version(name) for name in names}
    for kind in asked.sets.split(","):
        able = [name for name in names if kind in _sets_of(name)]
        for instance, path in _instances(kind, asked):
            for seconds in asked.seconds:
                for seed in asked.seeds:
                    for name in able:
                        if seeded[name] or seed == asked.seeds[0]:
                            yield {
                                "set": kind,
                                "instance": instance,
                                "path": path,
                                "solver": name,
                                "version": versions[name],
                                "seed": seed,
                                "seconds": seconds,
                            }


def _installed(name: str) -> ModuleType:
    try:
        return solver(name)
    except ModuleNotFoundError as error:
        raise ValueError(f"{name} needs {error.name}: pip install '.[bench]', or name --solvers without it") from None


def _sets_of(name: str) -> tuple[str, ...]:
    relief = (relief_set.NAME,) if name in relief_set.SOLVERS else ()
    return (*solver(name).SETS, *relief)


def _instances(kind: str, asked: argparse.Namespace) -> list[tuple[str, str]]:
    if kind not in set_names():
        raise ValueError(f"no set '{kind}'; there are {', '.join(set_names())}")
    if kind == relief_set.NAME:
        return [
            (relief_set.name(points, days, number), "")
            for points in asked.points
            for days in asked.days
            for number in asked.situations
        ]
    if asked.instances is None:
        raise ValueError(f"--instances FOLDER says where the set {kind} is")
    only = [pattern for pattern in asked.only.split(",") if pattern]
    return [(path.stem, str(path)) for path in formats.instances(kind, asked.instances, only)]


def read_lines(file: Path) -> list[dict[str, Any]]:
    """The runs kept so far; a last line that was cut off by a crash is left out."""
    result = []
    if file.exists():
        for line in file.read_text(encoding="utf-8").splitlines():
            try:
                result.append(json.loads(line))
            except ValueError:
                print(f"{file}: a line that is not whole is passed over", file=sys.stderr)
    return result


def _key(line: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(line.get(name) for name in KEY)


def _machine() -> dict[str, Any]:
    load = round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None
    return {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": f"{os.cpu_count()} cores, {platform.platform(terse=True)}, Python {platform.python_version()}",
        "load": load,
    }


def _child(job: dict[str, Any]) -> dict[str, Any]:
    """Run one job; whatever happens to its process, a line comes back."""
    with tempfile.TemporaryDirectory() as folder:
        ask, answer = Path(folder, "job.json"), Path(folder, "result.json")
        ask.write_text(json.dumps(job), encoding="utf-8")
        words = [sys.executable, "-m", "benchmarks.child", str(ask), str(answer)]
        environment = {**os.environ, **ONE_THREAD}
        with Path(folder, "said").open("w+", encoding="utf-8") as said:
            child = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=said, stderr=said, start_new_session=True)
            patience_s = PATIENCE * job["seconds"] + LEAST_PATIENCE_S
            try:
                child.wait(patience_s)
            except subprocess.TimeoutExpired:
                return {"error": f"ended after {patience_s:g} s of wall time"}
            finally:
                if child.poll() is None:
                    os.killpg(child.pid, signal.SIGKILL)
                    child.wait()
            if answer.exists():
                return json.loads(answer.read_text(encoding="utf-8"))
            said.seek(0)
            last = said.read().strip().splitlines()[-1:]
            return {"error": f"its process ended with {child.returncode}" + "".join(f": {line}" for line in last)}


def _said(line: dict[str, Any]) -> str:
    head = f"{line['set']} {line['instance']} {line['solver']} seed {line['seed']} {line['seconds']:g} s:"
    if "error" in line:
        return f"{head} {line['error']}"
    gap = line.get("gap_percent")
    text = f"{head} {line['value']:.2f}" + (f", gap {gap:.3f} %" if gap is not None else "")
    return text if line["feasible"] else f"{text}, NOT FEASIBLE: {line['faults'][0]}"
