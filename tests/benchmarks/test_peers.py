"""Every solver that is installed answers tiny instances of all its sets with plans that the judge passes."""

from __future__ import annotations

import importlib.util

import pytest

from benchmarks.judge import judge
from benchmarks.peers import SOLVERS, Limit, for_waiting, merged, pieces, solver
from tests.benchmarks.tiny import INSTANCES, best_value

MODULES = {"karavan": "karavan", "pyvrp": "pyvrp", "hgs": "hygese", "ortools": "ortools", "vroom": "vroom"}


def _solver(name):
    if importlib.util.find_spec(MODULES[name]) is None:
        pytest.skip(f"{MODULES[name]} is not installed (extra bench)")
    return solver(name)


@pytest.mark.parametrize("name", SOLVERS)
@pytest.mark.parametrize("kind", INSTANCES)
def test_tiny_instance(name, kind):
    chosen = _solver(name)
    if kind not in chosen.SETS:
        pytest.skip(f"{name} cannot say {kind}")
    instance = INSTANCES[kind]
    limit = Limit(instance, 0.4, seed=1)
    found = judge(instance, for_waiting(instance, chosen.solve(instance, limit)))
    assert found.faults == ()
    assert limit.spent < 3
    assert all(value >= found.value - 1e-9 for _, value in limit.trajectory)


@pytest.mark.parametrize("kind", ["ccvrp", "cvrp", "vrptw"])
def test_karavan_finds_the_best(kind):
    instance = INSTANCES[kind]
    routes = _solver("karavan").solve(instance, Limit(instance, 0.4, seed=1))
    assert judge(instance, routes).value == pytest.approx(best_value(instance))


def test_pieces_are_coins_of_a_load():
    # Capacity 20: whole loads, then 4, 2, 1 and 1.
    assert pieces(27, 20) == [20, 4, 2, 1]
    assert pieces(20, 20) == [20]
    assert pieces(3, 20) == [2, 1]
    assert sum(pieces(173, 100)) == 173
    assert max(pieces(99, 7)) == 7


def test_pieces_of_one_node_are_one_stop():
    assert merged([(3, 2), (5, 1), (3, 4)]) == ((3, 6), (5, 1))


def test_a_plan_with_faults_is_not_noted():
    limit = Limit(INSTANCES["cvrp"], 10, seed=1)
    limit.note([])
    assert limit.trajectory == []
