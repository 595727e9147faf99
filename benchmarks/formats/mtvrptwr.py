"""
Multi-trip VRPTW with release dates: vehicles load again at the depot; a trip leaves when all its goods are there.

Distances and times are tenths, cut off (DIMACS); the published costs are such tenths.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.formats.sections import ROUNDINGS, read_sections, whole_demands
from benchmarks.formats.solution import read_solution
from benchmarks.instance import Instance, Vehicles


def find(folder: Path) -> list[Path]:
    return sorted((folder / "mtvrptwr").glob("*.vrp"))


def read(path: Path) -> Instance:
    found = read_sections(path)
    nodes = found.whole("DIMENSION")
    depots = found.depots(nodes)
    count = found.whole("VEHICLES")
    for row in found.table("VEHICLES_RELOAD_DEPOT", 1, count)[:, 0]:
        if int(row) - 1 not in depots:
            raise found.bad("VEHICLES_RELOAD_DEPOT_SECTION", 0, f"{row:g} is not a depot")
    tenths = ROUNDINGS["tenths"]
    service = tenths(np.full(nodes, found.number("SERVICE_TIME")))
    service[list(depots)] = 0
    solution = path.with_suffix(".sol")
    windows = tenths(found.table("TIME_WINDOW", 2, nodes))
    return Instance(
        kind="mtvrptwr",
        name=path.stem,
        distance=found.distances(nodes, "tenths"),
        depots=depots,
        demand=whole_demands(found, nodes, depots),
        vehicles=(Vehicles(count=count, capacity=found.whole("CAPACITY"), depot=depots[0], reloads=True),),
        service=tuple(service.tolist()),
        windows=tuple((opens, closes) for opens, closes in windows.tolist()),
        release=tuple(tenths(found.table("RELEASE_TIME", 1, nodes)[:, 0]).tolist()),
        best_known=read_solution(solution).cost if solution.exists() else None,
    )
