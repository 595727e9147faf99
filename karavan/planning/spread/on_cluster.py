"""``plan_on_cluster``: the door to a cluster; the size of the situation says what is spread over it."""

from __future__ import annotations

import time
from collections.abc import Callable

from karavan.domain.needs import needs
from karavan.domain.plans import Plan
from karavan.domain.situation import Situation
from karavan.domain.value import objective
from karavan.planning.budget import Budget
from karavan.planning.spread.cluster import Cluster, connect
from karavan.planning.spread.seeds import SEEDS
from karavan.planning.spread.sweeps import PartsDone, plan_regions

MOST_AT_ONCE = 10_000
"""Needs that one search is given; what has more is planned region by region."""


def plan_on_cluster(
    situation: Situation,
    address: str,
    *,
    seed: int = 0,
    seeds: int | None = None,
    rounds: int | None = None,
    limit_s: float | None = None,
    gap: float | None = None,
    progress: Callable[[PartsDone], None] | None = None,
) -> Plan:
    """
    Plan on the workers of a Dask cluster.

    Parameters
    ----------
    address
        Of the scheduler: ``tls://host:8786``, or ``tcp://`` in a network where everybody is trusted.
    seeds
        Seeds to try, from ``seed`` on; if it is given, the situation is planned whole whatever its size.
    rounds, limit_s
        For each seed; or for each region, each time it is planned, and for everything.
    gap
        A seed ends when its plan is so near the bound. Regions have no bound to be near to.

    Raises
    ------
    ClusterRefused
        See :func:`karavan.planning.spread.cluster.connect`.
    """
    with connect(address) as cluster:
        if seeds is None and len(needs(situation)) > MOST_AT_ONCE:
            return plan_regions(situation, seed=seed, rounds=rounds, limit_s=limit_s, crew=cluster, progress=progress)
        return _seeds(cluster, situation, range(seed, seed + (seeds or SEEDS)), rounds, limit_s, gap, progress)


def _seeds(
    cluster: Cluster,
    situation: Situation,
    seeds: range,
    rounds: int | None,
    limit_s: float | None,
    gap: float | None,
    progress: Callable[[PartsDone], None] | None,
) -> Plan:
    begun = time.monotonic()
    # Seeds that wait for a thread must have their time as well.
    each_s = None if limit_s is None else limit_s * min(1.0, cluster.width / len(seeds))

    def tell(done: int, total: int, best: Plan) -> None:
        if progress is not None and best.value is not None:
            progress(PartsDone(0, done, total, time.monotonic() - begun, limit_s, objective(situation, best.value)))

    with Budget(rounds, limit_s) as budget:
        best = cluster.plan_seeds(situation, seeds, (rounds, each_s, gap), tell, lambda: budget.interrupted)
    if best is None:
        raise KeyboardInterrupt
    return best
