"""
Several depots, time windows, and a limit on how long a vehicle is away.

Distances and times are thousandths, rounded, as PyVRP reads them; the published costs are such thousandths.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from benchmarks.formats.sections import ROUNDINGS, read_sections, whole_demands
from benchmarks.formats.solution import read_solution
from benchmarks.instance import Instance, Vehicles


def find(folder: Path) -> list[Path]:
    return sorted((folder / "mdvrptw").glob("*.vrp"))


def read(path: Path) -> Instance:
    found = read_sections(path)
    nodes = found.whole("DIMENSION")
    depots = found.depots(nodes)
    count, capacity = found.whole("VEHICLES"), found.whole("CAPACITY")
    homes = Counter(int(home) - 1 for home in found.table("VEHICLES_DEPOT", 1, count)[:, 0])
    if strangers := sorted(set(homes) - set(depots)):
        raise found.bad("VEHICLES_DEPOT_SECTION", 0, f"{strangers[0] + 1} is not a depot")
    thousandths = ROUNDINGS["thousandths"]
    windows = thousandths(found.table("TIME_WINDOW", 2, nodes))
    longest = 1_000 * found.number("VEHICLES_MAX_DURATION")
    solution = path.with_suffix(".sol")
    return Instance(
        kind="mdvrptw",
        name=path.stem,
        distance=found.distances(nodes, "thousandths"),
        depots=depots,
        demand=whole_demands(found, nodes, depots),
        vehicles=tuple(
            Vehicles(count=number, capacity=capacity, depot=home, max_duration=longest)
            for home, number in homes.items()
        ),
        service=tuple(thousandths(found.table("SERVICE_TIME", 1, nodes)[:, 0]).tolist()),
        windows=tuple((opens, closes) for opens, closes in windows.tolist()),
        best_known=read_solution(solution).cost if solution.exists() else None,
    )
