"""
Which store each vehicle loads at, for solvers that cannot choose.

They load a vehicle where it starts. A vehicle's home need not have the goods that only this vehicle may bring, so
vehicles are moved between stores, one after another, as long as that brings more within reach or spreads the loads
better.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from karavan.planning.problem import Task
from karavan.planning.search import State
from karavan.planning.travel import FAR

LOAD_WEIGHT = 0.5
MOST_MOVES = 200


def choose_bases(state: State) -> list[int]:
    """A store for every vehicle; where there is nothing to carry, its home."""
    problem = state.problem
    open_tasks = [t for t, left in enumerate(state.left) if left > 0 and problem.tasks[t].pools]
    stores = sorted({source for t in open_tasks for source in problem.tasks[t].pools})
    homes = [homes[0] for homes in problem.homes]
    if not stores:
        return homes
    may = _may(state, open_tasks, stores)
    drive = np.array([[_drive(state, v, home, store) for store in stores] for v, home in enumerate(homes)])
    useful = may.any(axis=0).T
    at = np.where(useful, drive, 2 * FAR).argmin(axis=1)
    signs, kinds = np.unique(may.reshape(-1, len(homes)), axis=1, return_inverse=True)
    board = _Board(state, open_tasks, stores, signs.reshape(len(open_tasks), len(stores), -1))
    counts = Counter(zip(at.tolist(), kinds.tolist(), strict=True))
    for source, kind, target in board.moves(counts):
        movable = [v for v in range(len(homes)) if at[v] == source and kinds[v] == kind and drive[v, target] < FAR]
        if movable:
            at[min(movable, key=lambda v: (drive[v, target], v))] = target
    return [stores[i] for i in at]


def _may(state: State, open_tasks: list[int], stores: list[int]) -> np.ndarray:
    """``[task, store, vehicle]``: whether it may bring it from there. Sets of vehicles come again and again."""
    count = len(state.problem.vehicles)
    rows: dict[frozenset[int], np.ndarray] = {}
    may = np.zeros((len(open_tasks), len(stores), count), dtype=bool)
    for i, t in enumerate(open_tasks):
        for j, store in enumerate(stores):
            able = state.problem.tasks[t].carriers.get(store)
            if able:
                if able not in rows:
                    rows[able] = np.isin(np.arange(count), list(able))
                may[i, j] = rows[able]
    return may


def _drive(state: State, vehicle: int, home: int, store: int) -> int:
    network = state.problem.network
    return network.times[network.profile_of[vehicle]][network.stop_at[home]][network.stop_at[store]]


class _Board:
    """Says what vehicles of each kind at each store are worth together: share of waiting in reach, less overload."""

    def __init__(self, state: State, open_tasks: list[int], stores: list[int], able: np.ndarray) -> None:
        problem = state.problem
        tasks = [problem.tasks[t] for t in open_tasks]
        left = np.array([state.left[t] for t in open_tasks], dtype=float)
        self.able = able
        self.weight = np.array([task.unit_weight for task in tasks]) * left
        self.mass = np.array([problem.items[task.item].mass_g for task in tasks]) * left
        self.items = [np.array([task.item == item for task in tasks]) for item in {task.item for task in tasks}]
        self.wanted = [left[chosen].sum() for chosen in self.items]
        self.stock = [
            self._stock(state, [task for task, one in zip(tasks, chosen, strict=True) if one], stores)
            for chosen in self.items
        ]
        network = problem.network
        quickest = np.minimum.reduce(
            [np.array([np.frombuffer(times[network.stop_at[s]], np.intc) for s in stores]) for times in network.times]
        )
        self.near = quickest[:, [network.stop_at[task.place] for task in tasks]].T.astype(float)
        self.stores = range(len(stores))

    @staticmethod
    def _stock(state: State, tasks: list[Task], stores: list[int]) -> np.ndarray:
        """What each store still has of the one item of ``tasks``."""
        pools = [next((task.pools[store] for task in tasks if store in task.pools), None) for store in stores]
        return np.array([0 if pool is None else state.problem.pools[pool].total - state.used[pool] for pool in pools])

    def worth(self, counts: Counter[tuple[int, int]]) -> float:
        present = np.zeros(self.able.shape[1:], dtype=bool)
        crews = np.zeros(len(self.stores))
        for (store, kind), number in counts.items():
            present[store, kind] = number > 0
            crews[store] += number
        reach: np.ndarray = (self.able & present).any(axis=2)
        served: np.ndarray = reach.any(axis=1)
        first = np.where(reach, self.near, np.inf).argmin(axis=1)
        loads = np.bincount(first[served], weights=self.mass[served], minlength=len(self.stores))
        overload = np.maximum(0, loads / max(1.0, self.mass.sum()) - crews / max(1.0, crews.sum())).sum()
        carried = 0.0
        for chosen, wanted, stock in zip(self.items, self.wanted, self.stock, strict=True):
            there = stock[reach[chosen].any(axis=0)].sum()
            carried += self.weight[chosen & served].sum() * min(1.0, there / max(1.0, wanted))
        return float(carried / max(1e-9, self.weight.sum()) - LOAD_WEIGHT * overload)

    def moves(self, counts: Counter[tuple[int, int]]) -> list[tuple[int, int, int]]:
        """``(from store, kind, to store)``, the best one each time, until none is better."""
        made = []
        value = self.worth(counts)
        for _ in range(MOST_MOVES):
            best = None
            for store, kind in [key for key, number in counts.items() if number > 0]:
                for target in self.stores:
                    if target != store:
                        counts.subtract([(store, kind)])
                        counts.update([(target, kind)])
                        worth = self.worth(counts)
                        if worth > value + 1e-6 and (best is None or worth > best[0]):
                            best = worth, store, kind, target
                        counts.subtract([(target, kind)])
                        counts.update([(store, kind)])
            if best is None:
                break
            value, store, kind, target = best
            counts.subtract([(store, kind)])
            counts.update([(target, kind)])
            made.append((store, kind, target))
        return made
