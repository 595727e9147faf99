"""Published plans: ``Route #1: 5 3 8`` lines and the stated cost."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from benchmarks.formats.sections import BadFile
from benchmarks.instance import Instance, Route, Trip

ROUTE = re.compile(r"route\s*#?\s*\d+\s*:(.*)", re.IGNORECASE)
COST = re.compile(r"cost\s*:?\s*([-+.\deE]+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Published:
    """Routes as numbers, in the order of the file, empty ones too; ``cost`` as stated."""

    routes: tuple[tuple[int, ...], ...]
    cost: float


def read_solution(path: Path) -> Published:
    routes: list[tuple[int, ...]] = []
    cost = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if found := ROUTE.match(line.strip()):
            try:
                routes.append(tuple(int(word) for word in found[1].split()))
            except ValueError:
                raise BadFile(path, "routes", number, "a route is a list of whole numbers") from None
        elif found := COST.match(line.strip()):
            cost = float(found[1])
    if cost is None:
        raise BadFile(path, "cost", 0, "no line states the cost")
    return Published(tuple(routes), cost)


def routes_of(instance: Instance, published: Published) -> tuple[Route, ...]:
    """
    The plan. Numbers are nodes counted from 0, depots first; a depot within a route is a reload.

    Where vehicles differ, routes stand in the order of the file's vehicles, which is that of ``instance.vehicles``.
    """
    kinds = [
        kind for kind, vehicles in enumerate(instance.vehicles) for _ in range(vehicles.count or len(published.routes))
    ]
    result = []
    for number, nodes in enumerate(published.routes):
        if not nodes:
            continue
        kind = kinds[min(number, len(kinds) - 1)]
        depot = instance.vehicles[kind].depot
        trips: list[list[int]] = [[]]
        for node in nodes:
            if node in instance.depots:
                trips.append([])
            else:
                trips[-1].append(node)
        made = tuple(Trip(depot, tuple((n, instance.demand[n]) for n in trip)) for trip in trips if trip)
        result.append(Route(kind, made))
    return tuple(result)
