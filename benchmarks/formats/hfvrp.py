"""
Mixed fleet: every vehicle has its capacity, and may have a fixed cost and a cost per distance.

The files' costs are hundredths. Distances are thousandths, rounded, as PyVRP reads them. Published figures are in
hundred thousandths, some already turned into whole units: a figure that is whole counts as the former.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from benchmarks.formats.sections import Sections, read_sections, whole_demands
from benchmarks.formats.solution import read_solution
from benchmarks.instance import Instance, Vehicles

UNIT = 1_000 * 100


def find(folder: Path) -> list[Path]:
    return sorted((folder / "hfvrp").glob("*.vrp"))


def read(path: Path) -> Instance:
    found = read_sections(path)
    nodes = found.whole("DIMENSION")
    depots = found.depots(nodes)
    return Instance(
        kind="hfvrp",
        name=path.stem,
        distance=found.distances(nodes, "thousandths"),
        depots=depots,
        demand=whole_demands(found, nodes, depots),
        vehicles=_fleet(found, depots[0]),
        unit=UNIT,
        best_known=published_value(path.with_suffix(".sol")),
    )


def published_value(solution: Path) -> float | None:
    """In whole units."""
    if not solution.exists():
        return None
    cost = read_solution(solution).cost
    return cost / UNIT if cost == int(cost) else cost


def _fleet(found: Sections, depot: int) -> tuple[Vehicles, ...]:
    """One type for each run of vehicles that are alike, in the order of the file."""
    count = found.whole("VEHICLES")
    columns = [found.table("CAPACITY", 1, count)[:, 0]]
    for section, default in (("VEHICLES_FIXED_COST", 0), ("VEHICLES_UNIT_DISTANCE_COST", 1)):
        given = section in found.rows
        columns.append(found.table(section, 1, count)[:, 0] if given else np.full(count, default))
    kinds = Counter(zip(*(column.tolist() for column in columns), strict=True))
    return tuple(
        Vehicles(count=number, capacity=int(capacity), depot=depot, fixed_cost=1_000 * fixed, cost_per_distance=unit)
        for (capacity, fixed, unit), number in kinds.items()
    )
