"""Ways among many stops are those of the plain search: the same times, the same roads, also where many tie."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from karavan.planning.engine._relief import FAR, Roads, TravelRules

SIDE = 58
"""A grid of 58 x 58 = 3,364 stops: 11 million pairs, too many for a table of all."""
HOUR_S = 3600
DAY = ((0, 24 * HOUR_S),)
Road = tuple[int, int, int, bool, bool, bool]
"""Ends, seconds, one way, with hours, closed at times."""


@pytest.fixture(scope="module")
def grid() -> list[Road]:
    """Streets that take 1 to 3 minutes, so that many ways take equally long; one corner is cut off."""
    random = Random(7)
    roads = []
    for here in range(SIDE * SIDE):
        row, column = divmod(here, SIDE)
        ends = [here + 1] * (column + 1 < SIDE) + [here + SIDE] * (row + 1 < SIDE)
        chance = random.random
        roads += [
            (here, there, 60 * random.randint(1, 3), chance() < 0.1, chance() < 0.05, chance() < 0.1)
            for there in ends
            if chance() < 0.9 and here != 0
        ]
    return roads


def masks(grid: list[Road]) -> list[list[int]]:
    """The roads of each variant: all, those that are open now, those without hours, those of both kinds."""
    numbers = range(len(grid))
    return [
        list(numbers),
        [n for n in numbers if not grid[n][5]],
        [n for n in numbers if not grid[n][4]],
        [n for n in numbers if not (grid[n][4] or grid[n][5])],
    ]


def a_network(grid: list[Road], stops: list[int]) -> Roads:
    rules = TravelRules()
    rules.horizon_s = 24 * HOUR_S
    rules.break_after_s = 4 * HOUR_S
    places = SIDE * SIDE
    core = Roads(places, stops, rules)
    for a, b, _, one_way, hours, closed in grid:
        core.add_road(a, b, 1_000, one_way, False, hours or closed, DAY)
    core.add_profile(1_000, [True] * places)
    for mask in masks(grid):
        edges = sorted(edge for n in mask for edge in both_ways(n, grid[n]))
        first = np.searchsorted([edge[0] for edge in edges], np.arange(places + 1)).tolist()
        core.add_variant(0, first, [e[1] for e in edges], [e[2] for e in edges], [e[3] for e in edges])
    return core


def both_ways(number: int, road: Road) -> list[tuple[int, int, int, int]]:
    a, b, drive_s, one_way, *_ = road
    return [(a, b, drive_s, number)] + [(b, a, drive_s, number)] * (not one_way)


def by_scipy(grid: list[Road], mask: list[int], origins: list[int]) -> np.ndarray:
    edges = np.array([edge for n in mask for edge in both_ways(n, grid[n])])
    joined = csr_array((edges[:, 2], (edges[:, 0], edges[:, 1])), shape=(SIDE * SIDE, SIDE * SIDE))
    return dijkstra(joined, indices=origins)


def test_driving_times_are_those_of_a_plain_search(grid: list[Road]) -> None:
    core = a_network(grid, list(range(SIDE * SIDE)))
    origins = [0, 1, 500, 1_700, SIDE * SIDE - 1]
    for origin, row in zip(origins, by_scipy(grid, masks(grid)[0], origins), strict=True):
        times = [core.time(0, origin, there) for there in range(SIDE * SIDE)]
        assert times == [FAR if there == np.inf else there for there in row]
        assert list(core.row(0, origin)) == times
    assert core.time(0, 0, 1) == FAR


def test_ways_among_many_stops_are_those_among_few(grid: list[Road]) -> None:
    few = Random(3).sample(range(SIDE * SIDE), 24)
    small, large = a_network(grid, sorted(few)), a_network(grid, list(range(SIDE * SIDE)))
    compared = set()
    for origin in few:
        for destination in few:
            ways = [
                [
                    (path.drive_s, path.distance_m, [leg.road for leg in path.legs])
                    for path in core.paths(0, origin, destination)
                ]
                for core in (small, large)
            ]
            assert ways[0] == ways[1]
            compared.add(len(ways[0]))
    assert compared >= {1, 2, 3}


def test_every_variant_has_its_shortest_way(grid: list[Road]) -> None:
    large = a_network(grid, list(range(SIDE * SIDE)))
    origins = [900, 2_500]
    rows = [by_scipy(grid, mask, origins) for mask in masks(grid)]
    for i, origin in enumerate(origins):
        for destination in range(60, SIDE * SIDE, 97):
            found = {path.drive_s for path in large.paths(0, origin, destination)}
            least = {row[i][destination] for row in rows} - {np.inf}
            # Once a way has no hours no other variant is looked at.
            assert found <= least
            assert min(found, default=None) == min(least, default=None)
