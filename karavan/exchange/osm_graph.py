"""The network of a road extract: cut into edges, freed of what no journey can use, drawn together. Pure Python."""

from __future__ import annotations

import itertools
import math
from array import array
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from karavan.domain.roads import RoadStatus
from karavan.domain.units import HOUR_S
from karavan.exchange.osm_tags import Rule, least

EARTH_M = 6_371_008.8
TOLERANCE_M = 10.0
CELL_M = 1_000.0
PIECE_POINTS = 1_000
# A yard behind a locked gate is an island of some dozen nodes; a district behind a shut road has thousands.
ISLAND_SHARE = 100

Spot = tuple[float, float]


@dataclass(slots=True, eq=False)
class Edge:
    """A piece of road between two nodes where a choice can be made; ``rule.direction`` is 1 (along) or 0."""

    nodes: deque[int]
    length_m: float
    drive_s: float
    rule: Rule

    @property
    def first(self) -> int:
        return self.nodes[0]

    @property
    def last(self) -> int:
        return self.nodes[-1]

    def other(self, node: int) -> int:
        return self.last if node == self.first else self.first

    def order(self) -> tuple[int, int, int, float, float]:
        """What sorts edges alike on every run."""
        return self.first, self.last, self.rule.direction, self.length_m, self.drive_s


class Network:
    """
    Edges and the places of their nodes.

    Attributes
    ----------
    spots
        ``{node: (latitude, longitude)}``, degrees.
    """

    def __init__(self, edges: Iterable[Edge], spots: Mapping[int, Spot]) -> None:
        self.edges = list(edges)
        self.spots = spots

    @staticmethod
    def of(ways: Iterable[tuple[array[int], Rule]], spots: Mapping[int, Spot], barriers: Mapping[int, Rule]) -> Network:
        """Ways cut at every node they share, at both sides of every barrier, and where a node has no place."""
        runs = [(run, rule) for refs, rule in ways for run in _known_runs(refs, spots)]
        cuts = _cuts([run for run, _ in runs], barriers)
        edges: list[Edge] = []
        for run, rule in runs:
            if rule.direction < 0:
                run, rule = run[::-1], replace(rule, direction=1)
            edges += _pieces(run, rule, cuts, spots, barriers)
        return Network(edges, spots)

    def keep_main_part(self) -> None:
        """
        Keep the largest part in which every node can be reached from every other, shut roads counted as open.

        No way between two of its nodes leaves it, so nothing is lost for places joined to it.
        """
        main = _largest_strong_part(self.edges)
        self.edges = [edge for edge in self.edges if edge.first in main and edge.last in main]

    def nearest_finder(self, usable: Collection[RoadStatus]) -> Callable[[Spot, float], int | None]:
        """A function that finds the nearest node within so many metres on usable roads, not on an island of them."""
        edges = [edge for edge in self.edges if edge.rule.status in usable]
        part = _parts(edges)
        size = Counter(part[node] for edge in edges for node in (edge.first, edge.last))
        enough = max(size.values(), default=0) / ISLAND_SHARE
        nodes = {
            node
            for edge in edges
            if size[part[edge.first]] >= enough and not edge.rule.through_only
            for node in edge.nodes
        }
        return _Grid({node: self.spots[node] for node in sorted(nodes)}).nearest

    def contract(self, kept: Collection[int]) -> None:
        """Drop dead ends and join edges that meet without a choice, but leave the nodes in ``kept``."""
        at: dict[int, list[Edge]] = defaultdict(list)
        for edge in (piece for whole in self.edges for piece in _split(whole, kept, self.spots)):
            if edge.first != edge.last:
                at[edge.first].append(edge)
                at[edge.last].append(edge)
        waiting = sorted(at, reverse=True)
        while waiting:
            node = waiting.pop()
            here = at[node]
            if node in kept or not here:
                continue
            if len(here) == 1:
                waiting.append(here[0].other(node))
                _drop(here[0], at)
            elif len(here) == 2 and (joined := _joined(here[0], here[1], node, at)) is not None:
                if joined.first == joined.last:
                    waiting.append(joined.first)
                else:
                    at[joined.first].append(joined)
                    at[joined.last].append(joined)
        self.edges = list({id(edge): edge for here in at.values() for edge in here}.values())
        self.edges.sort(key=Edge.order)


def distance_m(a: Spot, b: Spot) -> float:
    """Great-circle distance (haversine) of two ``(latitude, longitude)`` in degrees."""
    up, across = math.radians(b[0] - a[0]) / 2, math.radians(b[1] - a[1]) / 2
    h = math.sin(up) ** 2 + math.cos(math.radians(a[0])) * math.cos(math.radians(b[0])) * math.sin(across) ** 2
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(h)))


def simplified(line: Sequence[Spot], tolerance_m: float = TOLERANCE_M) -> list[Spot]:
    """The line without the points that lie within the tolerance of what remains (Douglas and Peucker, 1973)."""
    # In pieces, for on a zigzag of n points the work grows with the square of a piece.
    marks = [*range(0, len(line) - 1, PIECE_POINTS), len(line) - 1]
    kept = set(marks)
    spans = list(itertools.pairwise(marks))
    while spans:
        start, end = spans.pop()
        worst, at = tolerance_m, 0
        for i in range(start + 1, end):
            off = _off_m(line[i], line[start], line[end])
            if off > worst:
                worst, at = off, i
        if at:
            kept.add(at)
            spans += [(start, at), (at, end)]
    return [(round(line[i][0], 6), round(line[i][1], 6)) for i in sorted(kept)]


def _off_m(spot: Spot, a: Spot, b: Spot) -> float:
    """How far ``spot`` lies from the segment a-b, on the plane that touches the globe at ``a``."""
    across = math.cos(math.radians(a[0]))
    scale = math.radians(1) * EARTH_M
    x, y = (spot[1] - a[1]) * across * scale, (spot[0] - a[0]) * scale
    dx, dy = (b[1] - a[1]) * across * scale, (b[0] - a[0]) * scale
    length = dx * dx + dy * dy
    share = max(0.0, min(1.0, (x * dx + y * dy) / length)) if length else 0.0
    return math.hypot(x - share * dx, y - share * dy)


def _known_runs(refs: Sequence[int], spots: Mapping[int, Spot]) -> Iterable[list[int]]:
    """The stretches of a way whose nodes have a place, without repeats of the same node in a row."""
    run: list[int] = []
    for ref in refs:
        if ref not in spots:
            if len(run) > 1:
                yield run
            run = []
        elif not run or run[-1] != ref:
            run.append(ref)
    if len(run) > 1:
        yield run


def _cuts(runs: Iterable[Sequence[int]], barriers: Mapping[int, Rule]) -> set[int]:
    seen: set[int] = set()
    cuts: set[int] = set()
    for run in runs:
        cuts.add(run[0])
        cuts.add(run[-1])
        for i, node in enumerate(run):
            if node in seen:
                cuts.add(node)
            seen.add(node)
            if node in barriers:
                cuts.update(run[max(0, i - 1) : i + 2])
    return cuts


def _pieces(
    run: Sequence[int], rule: Rule, cuts: Collection[int], spots: Mapping[int, Spot], barriers: Mapping[int, Rule]
) -> Iterable[Edge]:
    start = 0
    for i in range(1, len(run)):
        if run[i] not in cuts:
            continue
        here = rule
        for end in (run[start], run[i]):
            if end in barriers:
                here = here.behind(barriers[end])
        yield _edge(run[start : i + 1], here, spots)
        start = i


def _edge(nodes: Sequence[int], rule: Rule, spots: Mapping[int, Spot]) -> Edge:
    length_m = sum(distance_m(spots[a], spots[b]) for a, b in itertools.pairwise(nodes))
    return Edge(deque(nodes), length_m, length_m * HOUR_S / rule.speed_m_per_h, rule)


def _split(edge: Edge, at: Collection[int], spots: Mapping[int, Spot]) -> list[Edge]:
    """The edge in pieces that end at the nodes ``at``."""
    inside = [i for i, node in enumerate(edge.nodes) if node in at and 0 < i < len(edge.nodes) - 1]
    if not inside:
        return [edge]
    nodes = list(edge.nodes)
    marks = [0, *inside, len(nodes) - 1]
    return [_edge(nodes[a : b + 1], edge.rule, spots) for a, b in itertools.pairwise(marks)]


def _drop(edge: Edge, at: dict[int, list[Edge]]) -> None:
    for node in (edge.first, edge.last):
        at[node] = [other for other in at[node] if other is not edge]


def _joined(one: Edge, two: Edge, node: int, at: dict[int, list[Edge]]) -> Edge | None:
    """
    Both edges, taken away, as one; or ``None`` where more than limits and speed differ.

    Two one-way edges that alone meet at a node lead through it: else it would not be in a strong part.
    """
    if len(one.nodes) < len(two.nodes):
        one, two = two, one
    a, b = one.rule, two.rule
    if (a.status, a.source, a.gate, a.direction) != (b.status, b.source, b.gate, b.direction):
        return None
    _drop(one, at)
    _drop(two, at)
    # The longer one grows, so that a road of n pieces is joined in n log n steps.
    rest = list(two.nodes) if two.first == node else list(reversed(two.nodes))
    if one.last == node:
        one.nodes.extend(rest[1:])
    else:
        one.nodes.extendleft(rest[1:])
    rule = replace(
        a,
        max_gross_mass_g=least(a.max_gross_mass_g, b.max_gross_mass_g),
        max_height_mm=least(a.max_height_mm, b.max_height_mm),
        max_width_mm=least(a.max_width_mm, b.max_width_mm),
    )
    return Edge(one.nodes, one.length_m + two.length_m, one.drive_s + two.drive_s, rule)


def _largest_strong_part(edges: Iterable[Edge]) -> set[int]:
    """The largest strongly connected part (Kosaraju and Sharir, 1981); of equals the one with the smallest node."""
    ahead: dict[int, list[int]] = defaultdict(list)
    back: dict[int, list[int]] = defaultdict(list)
    for edge in edges:
        pairs = [(edge.first, edge.last)]
        if not edge.rule.direction:
            pairs.append((edge.last, edge.first))
        for a, b in pairs:
            ahead[a].append(b)
            back[b].append(a)
    seen: set[int] = set()
    finished: list[int] = []
    for node in sorted({*ahead, *back}):
        finished += _depth_first(node, ahead, seen)
    seen = set()
    best: list[int] = []
    for node in reversed(finished):
        part = _depth_first(node, back, seen)
        if len(part) > len(best) or (len(part) == len(best) and min(part, default=0) < min(best, default=0)):
            best = part
    return set(best)


def _depth_first(start: int, ways: Mapping[int, Sequence[int]], seen: set[int]) -> list[int]:
    """Nodes reached from ``start`` and not ``seen`` before, in the order in which they are finished."""
    if start in seen:
        return []
    seen.add(start)
    finished = []
    stack = [(start, iter(ways.get(start, ())))]
    while stack:
        node, rest = stack[-1]
        for following in rest:
            if following not in seen:
                seen.add(following)
                stack.append((following, iter(ways.get(following, ()))))
                break
        else:
            stack.pop()
            finished.append(node)
    return finished


def _parts(edges: Iterable[Edge]) -> dict[int, int]:
    """``{node: the node its connected part is known by}``, directions ignored."""
    root: dict[int, int] = {}

    def find(node: int) -> int:
        root.setdefault(node, node)
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for edge in edges:
        a, b = find(edge.first), find(edge.last)
        root[max(a, b)] = min(a, b)
    return {node: find(node) for node in list(root)}


class _Grid:
    """Nodes in square cells of the plane, so that the nearest is looked for in few of them."""

    def __init__(self, spots: Mapping[int, Spot]) -> None:
        middle = sum(spot[0] for spot in spots.values()) / max(1, len(spots))
        self._up_m = math.radians(1) * EARTH_M
        self._across_m = self._up_m * math.cos(math.radians(middle))
        self._cells: dict[tuple[int, int], list[tuple[int, Spot]]] = defaultdict(list)
        for node, spot in spots.items():
            self._cells[self._cell(spot)].append((node, spot))

    def nearest(self, spot: Spot, within_m: float) -> int | None:
        """The nearest node within so many metres; of equals the smallest."""
        row, column = self._cell(spot)
        best: tuple[float, int] | None = None
        # A degree of longitude differs by a few per cent within the region: one ring more than the plane asks for.
        for ring in range(int(within_m / CELL_M) + 3):
            if best is not None and best[0] < (ring - 2) * CELL_M:
                break
            for cell in _ring(row, column, ring):
                for node, there in self._cells.get(cell, ()):
                    off = distance_m(spot, there)
                    if off <= within_m and (best is None or (off, node) < best):
                        best = (off, node)
        return best[1] if best else None

    def _cell(self, spot: Spot) -> tuple[int, int]:
        return math.floor(spot[0] * self._up_m / CELL_M), math.floor(spot[1] * self._across_m / CELL_M)


def _ring(row: int, column: int, ring: int) -> Iterable[tuple[int, int]]:
    if ring == 0:
        yield row, column
    for i in range(-ring, ring):
        yield row - ring, column + i
        yield row + i, column + ring
        yield row + ring, column - i
        yield row - i, column - ring
