"""Published instances and plans, where a folder of them is given: KARAVAN_INSTANCES=FOLDER pytest tests/benchmarks."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks import formats
from benchmarks.formats.solution import read_solution, routes_of
from benchmarks.judge import judge

FOLDER = Path(os.environ.get("KARAVAN_INSTANCES", ""))
pytestmark = pytest.mark.skipif(
    "KARAVAN_INSTANCES" not in os.environ, reason="KARAVAN_INSTANCES names no folder of published instances"
)

OF_OTHER_INSTANCES = {"CMT4", "CMT5"}
"""The plans beside these two number other customers: several of their routes carry more than a vehicle holds."""


def _paths(kind):
    return formats.SETS[kind].find(FOLDER) if "KARAVAN_INSTANCES" in os.environ else []


@pytest.mark.parametrize("kind", formats.SETS)
def test_every_file_is_read(kind):
    paths = _paths(kind)
    assert paths
    for path in paths:
        instance = formats.read(kind, path)
        room = sum((v.count or len(instance.customers)) * v.capacity for v in instance.vehicles)
        assert sum(instance.demand) <= room or any(v.reloads for v in instance.vehicles)


@pytest.mark.parametrize("kind", [kind for kind in formats.SETS if kind != "sdvrp"])
def test_published_plans_cost_what_they_state(kind):
    for path in _paths(kind):
        solution = path.with_suffix(".sol")
        if solution.exists() and path.stem not in OF_OTHER_INSTANCES:
            instance = formats.read(kind, path)
            found = judge(instance, routes_of(instance, read_solution(solution)))
            assert found.faults == (), path.stem
            assert found.value == pytest.approx(instance.best_known, rel=1e-5), path.stem


@pytest.mark.parametrize("name", sorted(OF_OTHER_INSTANCES))
def test_two_published_plans_are_of_other_instances(name):
    for path in _paths("cvrp"):
        if path.stem == name:
            instance = formats.read("cvrp", path)
            faults = judge(instance, routes_of(instance, read_solution(path.with_suffix(".sol")))).faults
            assert any("room is for 200" in fault for fault in faults)
