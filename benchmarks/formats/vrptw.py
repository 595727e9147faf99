"""
Gehring and Homberger's VRPTW with 1,000 customers; minimised is distance alone.

Distances and times are tenths, cut off (DIMACS); published figures are whole units.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.formats.sections import ROUNDINGS, read_sections, whole_demands
from benchmarks.formats.solution import read_solution
from benchmarks.instance import Instance, Vehicles


def find(folder: Path) -> list[Path]:
    return sorted((folder / "vrptw").glob("*.vrp"))


def read(path: Path) -> Instance:
    found = read_sections(path)
    nodes = found.whole("DIMENSION")
    depots = found.depots(nodes)
    tenths = ROUNDINGS["tenths"]
    service = tenths(np.full(nodes, found.number("SERVICE_TIME")))
    service[list(depots)] = 0
    windows = tenths(found.table("TIME_WINDOW", 2, nodes))
    solution = path.with_suffix(".sol")
    return Instance(
        kind="vrptw",
        name=path.stem,
        distance=found.distances(nodes, "tenths"),
        depots=depots,
        demand=whole_demands(found, nodes, depots),
        vehicles=(Vehicles(count=found.whole("VEHICLES"), capacity=found.whole("CAPACITY"), depot=depots[0]),),
        service=tuple(service.tolist()),
        windows=tuple((opens, closes) for opens, closes in windows.tolist()),
        unit=10,
        best_known=read_solution(solution).cost if solution.exists() else None,
    )
