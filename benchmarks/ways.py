"""
Shortest ways, where rounded distances make a detour through another customer shorter than the direct way.

Where customers may be visited several times nothing forbids to drive through one and hand over nothing, and published
values of split delivery count such ways: Alkaid-SDVRP, which holds most of them, closes the matrix and writes the
customers driven through as stops of quantity 0 (its ``distance_matrix_optimizer``). So every solver is given the closed
matrix, and its routes are judged by the file's own distances with the stops that it drives through.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from benchmarks.instance import Instance, Route, Routes, Trip

DIRECT = -1


class Ways:
    """
    Shortest ways through customers; a way through a depot would be another trip.

    Attributes
    ----------
    closed
        The instance with their lengths as its distances.
    """

    def __init__(self, instance: Instance) -> None:
        distance = instance.distance.copy()
        self._through = np.full(distance.shape, DIRECT)
        for node in instance.customers:
            detour = distance[:, [node]] + distance[[node], :]
            shorter = detour < distance
            distance[shorter] = detour[shorter]
            self._through[shorter] = node
        self.closed = replace(instance, distance=distance)

    def driven(self, routes: Routes) -> list[Route]:
        """The routes with every customer that they drive through as a stop of quantity 0."""
        return [Route(route.vehicles, tuple(self._trip(trip) for trip in route.trips)) for route in routes]

    def _trip(self, trip: Trip) -> Trip:
        stops: list[tuple[int, int]] = []
        for (before, _), (node, quantity) in pairwise([(trip.depot, 0), *trip.stops, (trip.depot, 0)]):
            stops += [(passed, 0) for passed in self._between(before, node)]
            stops.append((node, quantity))
        return Trip(trip.depot, tuple(stops[:-1]))

    def _between(self, before: int, node: int) -> Iterator[int]:
        passed = int(self._through[before, node])
        if passed != DIRECT:
            yield from self._between(before, passed)
            yield passed
            yield from self._between(passed, node)
