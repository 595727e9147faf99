"""
``python -m benchmarks cluster``: plan a very large invented situation on Dask workers of this machine, and judge it.

The workers' memory is bounded by Dask, which restarts a worker that goes beyond; what each took at most is measured.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.relief import POINTS_PER_VEHICLE, relief_situation
from karavan.domain.check import check
from karavan.domain.needs import needs
from karavan.domain.value import waiting_of_nothing
from karavan.planning.spread.cluster import connect
from karavan.planning.spread.sweeps import REGION_NEEDS, PartsDone, plan_regions

KIB_PER_MIB = 1024 if sys.platform != "darwin" else 1024 * 1024


def main(words: Sequence[str] | None = None) -> int:
    asked = _arguments(words)
    from distributed import LocalCluster

    begun = time.process_time()
    situation = relief_situation(asked.points, asked.vehicles or max(4, round(asked.points / POINTS_PER_VEHICLE)))
    sizes = {"points": asked.points, "needs": len(needs(situation)), "vehicles": len(situation.vehicles)}
    _say({**sizes, "generated_cpu_s": time.process_time() - begun})
    with LocalCluster(
        n_workers=asked.workers, threads_per_worker=1, memory_limit=asked.memory, dashboard_address=":0"
    ) as local:
        begun, begun_cpu = time.monotonic(), time.process_time()
        with connect(local.scheduler_address) as crew:
            plan = plan_regions(
                situation, rounds=asked.rounds, sweeps=asked.sweeps, size=asked.size, crew=crew, progress=_Sweeps()
            )
            took = {"wall_s": time.monotonic() - begun, "own_cpu_s": time.process_time() - begun_cpu}
            used = crew.ask(peak)
    begun = time.process_time()
    found = check(situation, plan)
    result = {
        **sizes,
        **took,
        "rounds": plan.rounds,
        "own_mib": peak()["mib"],
        "workers": used,
        "waiting": plan.value.waiting_person_h if plan.value else None,
        "waiting_of_nothing": waiting_of_nothing(situation),
        "delivered_permille": plan.value.delivered_permille if plan.value else None,
        "journeys": len(plan.journeys),
        "convoys": len(plan.convoys),
        "check_cpu_s": time.process_time() - begun,
        "violations": len(found),
        "load": os.getloadavg(),
    }
    _say(result)
    for violation in found[:10]:
        print(violation, file=sys.stderr)
    if asked.out:
        with asked.out.open("a", encoding="utf-8") as file:
            file.write(json.dumps(result) + "\n")
    return 1 if found else 0


def peak() -> dict[str, float]:
    """Of this process so far: the most memory it had, and its time on a core."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"mib": used.ru_maxrss / KIB_PER_MIB, "cpu_s": used.ru_utime + used.ru_stime}


class _Sweeps:
    """A line whenever a tenth of a sweep is done."""

    def __init__(self) -> None:
        self._told = (-1, -1)

    def __call__(self, now: PartsDone) -> None:
        tenth = (now.sweep, 10 * now.done // now.total)
        if tenth != self._told:
            self._told = tenth
            done = {"sweep": now.sweep, "done": now.done, "total": now.total, "value": now.value}
            _say({**done, "wall_s": now.elapsed_s, "own_mib": peak()["mib"]})


def _say(facts: dict[str, Any]) -> None:
    print(datetime.now(UTC).strftime("%H:%M:%S"), json.dumps(facts), flush=True)


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks cluster", description=__doc__)
    parser.add_argument("--points", type=int, default=2_000, metavar="N", help="delivery points")
    parser.add_argument("--vehicles", type=int, metavar="N", help="if not given, 60 for every 500 points")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="processes of one thread each")
    parser.add_argument("--memory", default="3GiB", metavar="SIZE", help="limit of each worker")
    parser.add_argument("--rounds", type=int, default=200, metavar="N", help="for each region, each time it is planned")
    parser.add_argument("--sweeps", type=int, default=1, metavar="N", help="how often across other borders")
    parser.add_argument("--size", type=float, default=REGION_NEEDS, metavar="N", help="needs of a region at least")
    parser.add_argument("--out", type=Path, metavar="FILE.jsonl", help="append the figures")
    return parser.parse_args(words)
