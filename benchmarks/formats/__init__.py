"""Readers of public instance formats, one dialect a file. The files themselves are never part of this repository."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path
from types import ModuleType

from benchmarks.formats import ccvrp, cvrp, hfvrp, mdvrptw, mtvrptwr, sdvrp, vrptw
from benchmarks.formats.sections import BadFile
from benchmarks.instance import Instance

__all__ = ["SETS", "BadFile", "instances", "read"]

SETS: dict[str, ModuleType] = {
    "ccvrp": ccvrp,
    "cvrp": cvrp,
    "sdvrp": sdvrp,
    "mtvrptwr": mtvrptwr,
    "hfvrp": hfvrp,
    "mdvrptw": mdvrptw,
    "vrptw": vrptw,
}


def instances(kind: str, folder: Path, only: Sequence[str] = ()) -> list[Path]:
    """Files of a set below ``folder``, those that one of the patterns ``only`` names."""
    found = SETS[kind].find(folder)
    wanted = [path for path in found if not only or any(_matches(path, folder, pattern) for pattern in only)]
    if not wanted:
        raise FileNotFoundError(f"no {kind} instance in {folder / kind}" + (f" that is {', '.join(only)}" * bool(only)))
    return wanted


def _matches(path: Path, folder: Path, pattern: str) -> bool:
    """By name, or by a part of the path where the pattern has a slash."""
    if "/" in pattern:
        return fnmatch(path.relative_to(folder).as_posix(), f"*{pattern}*")
    return fnmatch(path.stem, pattern)


def read(kind: str, path: Path) -> Instance:
    return SETS[kind].read(path)
