"""
``python -m benchmarks relief-plans``: plan invented situations and the examples, each in a process of its own, and
print tables.

Results of one machine under one load can be compared with each other only; ``--out`` keeps the raw figures.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.tables import command_table, planning_table, value_table

ROOT = Path(__file__).parent.parent
CAPTION = "Thousands of weighted person-hours; gap to the bound and what is served in percent:"
LIBRARIES = ("numpy", "scipy", "openpyxl", "python-calamine", "typst")


def main(words: Sequence[str] | None = None) -> int:
    asked = _arguments(words)
    print(_machine(), flush=True)
    books = sorted((ROOT / "examples").glob("*.xlsx")) if asked.examples else []
    whats: list[dict[str, Any]] = [{"workbook": str(book)} for book in books]
    whats += [{"points": points} for points in asked.points]
    jobs = [{**what, "seed": seed} for what in whats for seed in range(asked.seeds)]
    results = []
    for job in jobs:
        results.append(_child({**job, "seconds": asked.seconds}))
        _keep(asked.out, results[-1])
        print(f"  {results[-1]['name']}: done in {results[-1]['total_s']:.0f} s", file=sys.stderr, flush=True)
    if results:
        print("\n" + planning_table(results), "\n" + CAPTION + "\n", value_table(results), sep="\n")
    commands = [_command(book) for book in books]
    for command in commands:
        _keep(asked.out, command)
    if commands:
        print("\n" + command_table(commands))
    print(f"\nLoad of the machine at the end: {_load()}")
    return 1 if any(result["violations"] for result in results) else 0


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks relief-plans", description=__doc__)
    parser.add_argument(
        "--points", type=_numbers(int), default=(50, 200, 500, 1000), metavar="N,N", help="delivery points; 0: none"
    )
    parser.add_argument(
        "--seconds", type=_numbers(float), default=(1, 10, 60), metavar="S,S", help="when to look at the value"
    )
    parser.add_argument("--seeds", type=int, default=1, metavar="N", help="seeds 0 .. N-1 of every situation")
    parser.add_argument(
        "--examples", action=argparse.BooleanOptionalAction, default=True, help="plan the workbooks in examples/ too"
    )
    parser.add_argument("--out", type=Path, metavar="FILE.jsonl", help="append the raw figures, one run a line")
    return parser.parse_args(words)


def _numbers(kind: type) -> Any:
    def numbers(text: str) -> tuple[Any, ...]:
        return tuple(number for number in map(kind, text.split(",")) if number > 0)

    return numbers


def _child(job: dict[str, Any]) -> dict[str, Any]:
    words = [sys.executable, "-m", "benchmarks.relief_plan", json.dumps(job)]
    found = subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(found.stdout)


def _command(workbook: Path) -> dict[str, Any]:
    """The installed command, the second time it runs: compiling modules at the first import is not planning."""
    script = shutil.which("karavan", path=str(Path(sys.executable).parent))
    command = [script] if script else [sys.executable, "-m", "karavan"]
    with tempfile.TemporaryDirectory() as folder:
        # Compiled modules are kept even where the environment forbids it, as an installation keeps them.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = str(Path(folder, "compiled"))
        for out in (Path(folder, "first"), Path(folder, "second")):
            begun = time.perf_counter()
            words = [*command, "plan", str(workbook), "-o", str(out)]
            subprocess.run(words, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)
            command_s = time.perf_counter() - begun
        files = sum(path.is_file() for path in out.rglob("*"))
    return {"name": workbook.stem, "command_s": command_s, "files": files, "installed": bool(script)}


def _keep(out: Path | None, result: dict[str, Any]) -> None:
    if out is not None:
        with out.open("a", encoding="utf-8") as file:
            file.write(json.dumps(result) + "\n")


def _machine() -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return "\n".join(
        [
            f"{os.cpu_count()} cores, {_memory()}; {platform.system()} {platform.machine()}",
            f"Python {platform.python_version()}, {libraries}",
            f"Load of the machine at the start: {_load()}",
        ]
    )


def _memory() -> str:
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return "memory unknown"
    return f"{total / 2**30:.0f} GiB"


def _load() -> str:
    return " ".join(f"{load:.1f}" for load in os.getloadavg()) if hasattr(os, "getloadavg") else "unknown"
