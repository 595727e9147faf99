"""CVRP: X with distances rounded to the nearest whole number, CMT with real ones; as many vehicles as wanted."""

from __future__ import annotations

from pathlib import Path

from benchmarks.formats.sections import read_sections, whole_demands
from benchmarks.formats.solution import read_solution
from benchmarks.instance import Instance, Vehicles


def find(folder: Path) -> list[Path]:
    return sorted((folder / "cvrp").glob("*.vrp"))


def read(path: Path) -> Instance:
    found = read_sections(path)
    nodes = found.whole("DIMENSION")
    depots = found.depots(nodes)
    solution = path.with_suffix(".sol")
    return Instance(
        kind="cvrp",
        name=path.stem,
        distance=found.distances(nodes, "real" if found.keys.get("EDGE_WEIGHT_TYPE") == "EXACT_2D" else "nearest"),
        depots=depots,
        demand=whole_demands(found, nodes, depots),
        vehicles=(Vehicles(count=None, capacity=found.whole("CAPACITY"), depot=depots[0]),),
        best_known=read_solution(solution).cost if solution.exists() else None,
    )
