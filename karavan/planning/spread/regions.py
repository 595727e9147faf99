"""The map cut into regions: along the tree of shortest ways, so that a valley stays with its road."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from karavan.planning.spread.ground import SHUT_S, Ground

CRUMB = 0.4
"""What is left over at a root and smaller than this part of a region goes to the region beside it."""


def cut(
    ground: Ground, weights: np.ndarray, roots: Iterable[int], size: float, joined: Iterable[tuple[int, int]] = ()
) -> np.ndarray:
    """
    Cut the map into regions of ``size`` to twice ``size``; what may not be parted may make one larger.

    Branches of the tree of shortest ways from ``roots`` are gathered from their ends towards the root, and cut off as
    soon as they weigh enough: other roots, other borders.

    Parameters
    ----------
    weights
        Of each place.
    joined
        Pairs of places that are not to be parted this time.

    Returns
    -------
    array
        The region of each place, numbered from 0.
    """
    atom = _merged(ground.atom, joined)
    labels, small = np.unique(atom, return_inverse=True)
    near = _contracted(ground.near, small, len(labels))
    heavy = np.bincount(small, weights, len(labels))
    begin = sorted({int(small[root]) for root in roots})
    far, parent, _ = dijkstra(near, directed=False, indices=begin, min_only=True, return_predecessors=True)
    reached = np.isfinite(far)
    region = np.full(len(labels), -1)
    open_: list[list[int]] = [[node] for node in range(len(labels))]
    load = heavy.astype(float)
    closed: list[float] = []

    def close(node: int) -> None:
        region[open_[node]] = len(closed)
        closed.append(load[node])
        open_[node], load[node] = [], 0.0

    order = np.lexsort((np.arange(len(labels)), far))
    for node in order[::-1].tolist():
        if not reached[node]:
            continue
        if load[node] >= size:
            close(node)
        up = int(parent[node])
        if up >= 0 and open_[node]:
            open_[up] += open_[node]
            load[up] += load[node]
            open_[node] = []
            if load[up] >= size:
                close(up)
    _give_crumbs(near, region, [(open_[node], load[node]) for node in begin], closed, size)
    strays = np.flatnonzero(region < 0)
    region[strays] = min(range(len(closed)), key=lambda r: (closed[r], r)) if closed else 0
    return region[small]


def landmarks(ground: Ground, places: np.ndarray, count: int) -> list[int]:
    """Places far from each other and from all before them: the roots of later cuts."""
    found: list[int] = []
    if not len(places):
        return found
    least = ground.from_places([int(places[0])])[0]
    for _ in range(count):
        # Not one behind a shut road: the tree from there is that of its neighbour.
        far = np.where(least[places] < SHUT_S, least[places], -1.0)
        found.append(int(places[int(far.argmax())]))
        row = ground.from_places([found[-1]])[0]
        least = row if len(found) == 1 else np.minimum(least, row)
    return found


def _merged(atom: np.ndarray, joined: Iterable[tuple[int, int]]) -> np.ndarray:
    atom = atom.copy()
    for a, b in joined:
        low, high = sorted((int(atom[a]), int(atom[b])))
        atom[atom == high] = low
    return atom


def _contracted(near: csr_array, small: np.ndarray, count: int) -> csr_array:
    """The map with each atom as one place."""
    whole = near.tocoo()
    a, b, drive = small[whole.row], small[whole.col], whole.data
    keep = a != b
    a, b, drive = a[keep], b[keep], drive[keep]
    order = np.lexsort((drive, b, a))
    a, b, drive = a[order], b[order], drive[order]
    first = np.ones(len(a), bool)
    first[1:] = (a[1:] != a[:-1]) | (b[1:] != b[:-1])
    return csr_array((drive[first], (a[first], b[first])), shape=(count, count))


def _give_crumbs(
    near: csr_array, region: np.ndarray, left: list[tuple[list[int], float]], closed: list[float], size: float
) -> None:
    """What is left at the roots: a region of its own, or part of the lightest neighbour."""
    for members, load in left:
        if not members:
            continue
        beside = sorted(
            {int(region[n]) for m in members for n in near.indices[near.indptr[m] : near.indptr[m + 1]]} - {-1}
        )
        if load >= CRUMB * size or not beside:
            beside = [len(closed)]
            closed.append(0.0)
        chosen = min(beside, key=lambda r: (closed[r], r))
        region[members] = chosen
        closed[chosen] += load
