"""One run in a process of its own: ``python -m benchmarks.child JOB.json RESULT.json``."""

from __future__ import annotations

import json
import resource
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from benchmarks import formats, relief_set
from benchmarks.judge import judge
from benchmarks.peers import Limit, for_waiting, solver
from benchmarks.ways import Ways

KIB_PER_MIB = 1024 if sys.platform != "darwin" else 1024 * 1024


def run(job: dict[str, Any]) -> dict[str, Any]:
    """The figures of one run; a solver that fails gives its error instead."""
    try:
        found = relief_set.run(job) if job["set"] == relief_set.NAME else _classical(job)
    except (Exception, SystemExit) as error:
        trace = traceback.extract_tb(error.__traceback__)[-1]
        found = {"error": f"{type(error).__name__}: {error} ({Path(trace.filename).name}:{trace.lineno})"}
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MIB
    return {**found, "peak_mib": round(peak_mib, 1)}


def _classical(job: dict[str, Any]) -> dict[str, Any]:
    instance = formats.read(job["set"], Path(job["path"]))
    chosen = solver(job["solver"])
    began = time.process_time()
    ways = Ways(instance) if instance.splits else None
    asked = ways.closed if ways else instance
    limit = Limit(asked, job["seconds"], job["seed"])
    limit.forgive(began - time.process_time())
    routes = for_waiting(asked, chosen.solve(asked, limit))
    cpu_s = limit.spent
    routes = ways.driven(routes) if ways else routes
    found = judge(instance, routes)
    best = instance.best_known
    return {
        "cpu_s": round(cpu_s, 3),
        "value": found.value,
        "best_known": best,
        "gap_percent": 100 * (found.value / best - 1) if best else None,
        "vehicles": found.vehicles,
        "feasible": not found.faults,
        "faults": list(found.faults[:5]),
        "trajectory": limit.trajectory,
        "routes": [route.as_json for route in routes],
    }


if __name__ == "__main__":
    result = run(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    Path(sys.argv[2]).write_text(json.dumps(result), encoding="utf-8")
