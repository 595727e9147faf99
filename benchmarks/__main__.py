"""
``python -m benchmarks run | table | relief-plans | cluster | desk``: run solvers on instances, show what came out,
measure whole plans, plan a very large situation on Dask workers, load the desk.

``--help`` behind each says what can be asked for.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(words: Sequence[str] | None = None) -> int:
    asked = list(sys.argv[1:] if words is None else words)
    command = asked.pop(0) if asked else "--help"
    # Imported only where needed: the peers' libraries are large, and relief-plans works without them.
    if command == "run":
        from benchmarks.runs import main as run
    elif command == "table":
        from benchmarks.report import main as run
    elif command == "relief-plans":
        from benchmarks.relief_plans import main as run
    elif command == "cluster":
        from benchmarks.cluster import main as run
    elif command == "desk":
        from benchmarks.desk import main as run
    else:
        print(__doc__.strip())
        return 0 if command in ("--help", "-h") else 2
    return run(asked)


if __name__ == "__main__":
    sys.exit(main())
