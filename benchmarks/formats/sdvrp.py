"""
Split delivery: a line with customers and capacity, one with the demands, then coordinates, the depot's first.

Distances are rounded to the nearest whole number; as many vehicles as wanted. The best values are the best of seven
teams of the DIMACS challenge of 2022.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from benchmarks.formats.sections import ROUNDINGS, BadFile, euclidean
from benchmarks.instance import Instance, Vehicles

RESULTS = "dimacs2022_results.csv"
ENDINGS = (".txt", ".sd", ".cri")


def find(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "sdvrp").glob("SET-*/*") if path.suffix in ENDINGS)


def read(path: Path) -> Instance:
    lines = [
        (number, line.split())
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if line.strip()
    ]
    if len(lines) < 2:
        raise BadFile(path, "header", 0, "a file has customers and capacity, demands, and coordinates")
    customers, capacity = _whole(path, "header", lines[0], 2)
    demands = _whole(path, "demands", lines[1], customers)
    if len(lines) != customers + 3:
        rule = f"{customers} customers and the depot need {customers + 1} lines, not {len(lines) - 2}"
        raise BadFile(path, "coordinates", lines[-1][0], rule)
    places = np.array([_pair(path, line) for line in lines[2:]])
    return Instance(
        kind="sdvrp",
        name=path.stem,
        distance=ROUNDINGS["nearest"](euclidean(places)),
        depots=(0,),
        demand=(0, *demands),
        vehicles=(Vehicles(count=None, capacity=capacity),),
        splits=True,
        best_known=_best(path),
    )


def _whole(path: Path, section: str, line: tuple[int, list[str]], count: int) -> tuple[int, ...]:
    number, words = line
    if len(words) != count:
        raise BadFile(path, section, number, f"{count} numbers belong here, not {len(words)}")
    for word in words:
        if not word.isdigit():
            raise BadFile(path, section, number, f"'{word}' is not a whole number")
    return tuple(int(word) for word in words)


def _pair(path: Path, line: tuple[int, list[str]]) -> tuple[float, float]:
    number, words = line
    try:
        east, north = (float(word) for word in words)
    except ValueError:
        raise BadFile(path, "coordinates", number, f"'{' '.join(words)}' is not two numbers") from None
    return east, north


def _best(path: Path) -> float | None:
    table = path.parent.parent / RESULTS
    if table.exists():
        with table.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["instance"] == path.stem:
                    return float(row["best_of_competition"])
    return None
