"""
Cumulative CVRP: exactly the listed vehicles, no way back, the sum of the arrival times at the customers counts.

Christofides-Mingozzi-Toth and Golden files with real distances (a DISTANCE limit is ignored), the A, B, E, M and P sets
with distances rounded to the nearest whole number. Vehicles and best values come from the CSV files beside them.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

from benchmarks.formats.sections import Sections, read_sections, whole_demands
from benchmarks.instance import Instance, Vehicles

TABLES = ("best_known.csv", "golden_reference.csv")


def find(folder: Path) -> list[Path]:
    return sorted((folder / "ccvrp").glob("**/*.vrp"))


def read(path: Path) -> Instance:
    found = read_sections(path)
    nodes = found.whole("DIMENSION")
    depots = found.depots(nodes)
    listed = _listed(path)
    vehicles = int(listed["vehicles"]) if listed else _named(found)
    distance = found.distances(nodes, "real" if found.keys.get("EDGE_WEIGHT_TYPE") == "EXACT_2D" else "nearest")
    return Instance(
        kind="ccvrp",
        name=path.stem,
        distance=distance,
        depots=depots,
        demand=whole_demands(found, nodes, depots),
        vehicles=(Vehicles(count=vehicles, capacity=found.whole("CAPACITY"), depot=depots[0]),),
        waiting=True,
        best_known=float(listed["value"]) if listed else None,
    )


def _listed(path: Path) -> dict[str, str] | None:
    for name in TABLES:
        table = path.parent.parent / name
        if table.exists():
            with table.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    if row["instance"] == path.stem:
                        return row
    return None


def _named(found: Sections) -> int:
    """Vehicles from the file, or from the end of a name like A-n32-k5."""
    if "VEHICLES" in found.keys:
        return found.whole("VEHICLES")
    named = re.search(r"-k(\d+)$", found.path.stem)
    if named is None:
        raise found.bad("VEHICLES", 0, "no table, key or name says how many vehicles there are")
    return int(named[1])
