"""
One run in a process of its own, so that its memory is its own: ``python -m benchmarks.relief_plan '{"points": 50}'``.
"""

from __future__ import annotations

import importlib
import json
import math
import resource
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from benchmarks.relief import relief_situation
from karavan.domain.check import check
from karavan.domain.needs import needs
from karavan.domain.situation import Situation
from karavan.domain.value import waiting_of_nothing
from karavan.planning import Progress, plan
from karavan.workbook import read_workbook

KIB_PER_MIB = 1024 if sys.platform != "darwin" else 1024 * 1024


def run(points: int = 0, workbook: str = "", seed: int = 0, seconds: tuple[float, ...] = (1, 10, 60)) -> dict[str, Any]:
    """
    Plan once for the longest of ``seconds``, noting the best value on the way, and judge the result.

    All seconds are processor time of this process: what else the machine does counts as little as can be.

    Returns
    -------
    dict
        ``first_s``: when the first whole plan stood and could have been kept; ``values``: the best value known after
        each of ``seconds``, ``None`` before the first; ``total_s``: until ``plan`` returned, with the comparisons and
        the reasons for what is left behind; ``gap_percent``: how far waiting is above the bound, in parts of itself.
    """
    situation = read_workbook(workbook) if workbook else relief_situation(points, seed=seed)
    trajectory: list[tuple[float, float]] = []

    def note(now: Progress) -> None:
        if now.value < (trajectory[-1][1] if trajectory else math.inf):
            trajectory.append((now.elapsed_s, now.value))

    importlib.import_module("karavan.planning.budget").time = SimpleNamespace(  # type: ignore[attr-defined]
        monotonic=time.process_time
    )
    begun = time.process_time()
    best = plan(situation, seed=seed, limit_s=max(seconds), seeds=1, progress=note)
    total_s = time.process_time() - begun
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MIB
    waiting, bound = best.value.waiting_person_h, best.bound_person_h
    return {
        "name": Path(workbook).stem if workbook else f"{points} points",
        **_sizes(situation),
        "seed": seed,
        "nothing": waiting_of_nothing(situation),
        "first_s": trajectory[0][0] if trajectory else None,
        "values": {f"{limit:g}": _known(trajectory, limit) for limit in seconds},
        "total_s": total_s,
        "rounds": best.rounds,
        "peak_mib": peak_mib,
        "waiting": waiting,
        "bound": bound,
        "shared_bound": best.shared_bound_person_h,
        "convoys": len(best.convoys),
        "gap_percent": 100 * (waiting - bound) / waiting if waiting else 0.0,
        "by_hand": {comparison.name: comparison.value.waiting_person_h for comparison in best.comparisons}.get("hand"),
        "delivered_permille": best.value.delivered_permille,
        "violations": len(check(situation, best)),
    }


def _sizes(situation: Situation) -> dict[str, int]:
    return {
        "places": len(situation.places),
        "vehicles": len(situation.vehicles),
        "needs": len(needs(situation)),
        "days": -(-situation.operation.horizon_s // 86_400),
    }


def _known(trajectory: list[tuple[float, float]], limit_s: float) -> float | None:
    return min((value for elapsed, value in trajectory if elapsed <= limit_s), default=None)


if __name__ == "__main__":
    print(json.dumps(run(**json.loads(sys.argv[1]))))
