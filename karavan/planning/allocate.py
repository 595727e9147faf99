"""Scarce stock among requests: the same share of its need for everybody, as far as roads and stores allow."""

from __future__ import annotations

import numpy as np

from karavan.domain.plans import Share
from karavan.planning.problem import Problem, Task

TOLERANCE = 1e-9


def share_fairly(problem: Problem) -> tuple[Share, ...]:
    """
    Limit the tasks of every scarce item to their fair share.

    Max-min fairness: the smallest share of a need that is served is as large as it can be, then the next smallest, and
    so on. Goods are whole handling units; what rounding leaves goes to those furthest below their share, then in the
    order of the requests.

    Returns
    -------
    tuple of Share
        One for each item of which there is less than is needed.
    """
    shares = []
    for item in range(len(problem.items)):
        tasks = [task for task in problem.tasks if task.item == item and task.pools and task.most]
        if not tasks:
            continue
        fractions = fair_fractions(problem, tasks)
        if min(fractions) >= 1 - TOLERANCE:
            continue
        _limit(problem, tasks, fractions)
        pools = {pool for task in tasks for pool in task.pools.values()}
        shares.append(
            Share(
                item=problem.items[item].code,
                needed=sum(task.need.quantity for task in tasks),
                available=sum(problem.pools[pool].total for pool in pools),
                shares=tuple((task.need.code, task.limit) for task in tasks),
            )
        )
    return tuple(shares)


def fair_fractions(problem: Problem, tasks: list[Task]) -> list[float]:
    """
    The max-min fair fraction of each task's need, by linear programs that fix the worst off one after another.

    Tasks that may be served from the same pools get the same fraction, so they are one row.
    """
    pools = sorted({pool for task in tasks for pool in task.pools.values()})
    totals = [float(problem.pools[pool].total) for pool in pools]
    numbers = {pool: p for p, pool in enumerate(pools)}
    arc_of = [tuple(sorted(numbers[pool] for pool in task.pools.values())) for task in tasks]
    wanted: dict[tuple[int, ...], float] = {}
    for task, arc in zip(tasks, arc_of, strict=True):
        wanted[arc] = wanted.get(arc, 0.0) + task.most
    if len(wanted) == 1:
        return [min(1.0, sum(totals) / sum(wanted.values()))] * len(tasks)
    arcs, needs = list(wanted), list(wanted.values())
    fixed: dict[int, float] = {}
    while len(fixed) < len(arcs):
        level, flow = _raise_level(needs, totals, arcs, fixed)
        stuck = _stuck(totals, arcs, flow) if level < 1 - TOLERANCE else set(range(len(arcs)))
        fresh = [t for t in range(len(arcs)) if t not in fixed and t in stuck]
        for t in fresh or [t for t in range(len(arcs)) if t not in fixed]:
            fixed[t] = level
    levels = {arc: fixed[t] for t, arc in enumerate(arcs)}
    return [levels[arc] for arc in arc_of]


def _raise_level(
    needs: list[float], totals: list[float], arcs: list[tuple[int, ...]], fixed: dict[int, float]
) -> tuple[float, dict[tuple[int, int], float]]:
    """The highest common fraction of all groups of tasks that are not fixed, and a flow that gives it."""
    from scipy.optimize import linprog

    pairs = [(t, p) for t, arc in enumerate(arcs) for p in arc]
    size = len(pairs)
    served = np.zeros((len(needs), size + 1))
    stock = np.zeros((len(totals), size + 1))
    for j, (t, p) in enumerate(pairs):
        served[t, j] = 1.0
        stock[p, j] = 1.0
    right = np.array([fixed.get(t, 0.0) * needs[t] for t in range(len(needs))])
    served[[t for t in range(len(needs)) if t not in fixed], size] = [
        -need for t, need in enumerate(needs) if t not in fixed
    ]
    cost = np.zeros(size + 1)
    cost[size] = -1.0
    bounds = [(0, None)] * size + [(0, 1)]
    result = linprog(cost, A_ub=stock, b_ub=totals, A_eq=served, b_eq=right, bounds=bounds, method="highs")
    if not result.success:
        return 0.0, {}
    return float(result.x[size]), {pair: float(result.x[j]) for j, pair in enumerate(pairs)}


def _stuck(totals: list[float], arcs: list[tuple[int, ...]], flow: dict[tuple[int, int], float]) -> set[int]:
    """Groups that cannot be given more, not even by letting others load elsewhere."""
    used = [sum(amount for (_, q), amount in flow.items() if q == p) for p in range(len(totals))]
    good = {p for p in range(len(totals)) if used[p] < totals[p] - 1e-6}
    grew = True
    while grew:
        grew = False
        for (t, p), amount in flow.items():
            if p not in good and amount > 1e-6 and good.intersection(arcs[t]):
                good.add(p)
                grew = True
    return {t for t, arc in enumerate(arcs) if not good.intersection(arc)}


def _limit(problem: Problem, tasks: list[Task], fractions: list[float]) -> None:
    """Whole handling units; leftover units go where rounding took most."""
    step = problem.items[tasks[0].item].step
    spare = {pool: problem.pools[pool].total for task in tasks for pool in task.pools.values()}
    wanted = [fraction * task.most for fraction, task in zip(fractions, tasks, strict=True)]
    for task, quantity in zip(tasks, wanted, strict=True):
        task.limit = int((quantity + 1e-6) // step) * step
    left = sum(spare.values()) - sum(task.limit for task in tasks)
    order = sorted(range(len(tasks)), key=lambda i: (tasks[i].limit - wanted[i], i))
    for i in order:
        if left >= step and tasks[i].limit + step <= min(tasks[i].most, wanted[i] + step):
            tasks[i].limit += step
            left -= step
