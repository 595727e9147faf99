"""Relief situations for every solver: what a peer is asked, and that whatever it answers becomes a judged plan."""

from __future__ import annotations

import importlib.util
import math

import pytest

from benchmarks import relief_set
from benchmarks.relief_bases import choose_bases
from karavan.domain.check import check
from karavan.domain.value import measure, waiting_of_nothing
from karavan.planning.problem import bridge, find_tasks
from karavan.planning.search import empty_state

NAME = relief_set.name(20, 2, 1)


def _state(name=NAME):
    problem = bridge(relief_set.situation_of(name))
    find_tasks(problem)
    return empty_state(problem)


def _one_by_one(question, seconds, seed):
    """A poor solver: a trip for every piece, with the first vehicle that may bring it."""
    return [(min(piece.vehicles), piece.source, [number]) for number, piece in enumerate(question.pieces)]


def _nonsense(question, seconds, seed):
    """Everything in one trip of each vehicle, from its store or not, pieces over and over."""
    return [(v, question.bases[v], [*range(len(question.pieces))] * 2) for v in range(len(question.bases))]


def test_names():
    assert NAME == "relief-20-2d-1"
    situation = relief_set.situation_of(NAME)
    assert len(situation.requests) == 20
    assert situation.operation.horizon_s == 2 * 86_400
    with pytest.raises(ValueError, match="'relief-x' is not the name"):
        relief_set.situation_of("relief-x")


def test_pieces_are_what_is_open_and_in_stock():
    state = _state()
    problem = state.problem
    question = relief_set.Question(state, math.inf)
    assert question.pieces
    drawn = [0] * len(problem.pools)
    brought = [0] * len(problem.tasks)
    for piece in question.pieces:
        task = problem.tasks[piece.task]
        assert piece.quantity % problem.items[task.item].step == 0
        assert all(question.bases[v] == piece.source and v in task.carriers[piece.source] for v in piece.vehicles)
        assert 0 <= piece.ready_s < piece.until_s <= problem.horizon_s
        assert piece.weight == pytest.approx(task.unit_weight * piece.quantity)
        drawn[task.pools[piece.source]] += piece.quantity
        brought[piece.task] += piece.quantity
    assert all(taken <= pool.total for taken, pool in zip(drawn, problem.pools, strict=True))
    assert all(taken <= task.limit for taken, task in zip(brought, problem.tasks, strict=True))


def test_shifts_are_the_crews_hours():
    state = _state()
    question = relief_set.Question(state, math.inf)
    days = {vehicle: len(crew.spans) for vehicle, crew in enumerate(state.problem.crews)}
    assert {v: sum(shift.vehicle == v for shift in question.shifts) for v in days} == days
    first = relief_set.Question(state, 86_400)
    assert {shift.day for shift in first.shifts} == {0}


def test_every_vehicle_has_a_store_with_goods_for_it():
    state = _state("relief-50-2d-1")
    problem = state.problem
    bases = choose_bases(state)
    assert bases == choose_bases(state)
    for vehicle, base in enumerate(bases):
        assert any(vehicle in task.carriers.get(base, ()) for task in problem.tasks)


def test_vehicles_move_to_where_only_they_can_help():
    problem = _state("relief-100-2d-1").problem

    def covered(bases):
        return sum(any(bases[v] == s for s, able in task.carriers.items() for v in able) for task in problem.tasks)

    assert covered(choose_bases(_state("relief-100-2d-1"))) > covered([homes[0] for homes in problem.homes])


@pytest.mark.parametrize("ask", [_one_by_one, _nonsense])
@pytest.mark.parametrize("way", [relief_set.ALL_DAYS, relief_set.DAY_BY_DAY])
def test_any_answer_becomes_a_plan_that_the_judge_passes(ask, way):
    situation = relief_set.situation_of(NAME)
    made, spent = relief_set._stages(situation, ask, way, 1.0, seed=1)
    assert check(situation, made) == ()
    assert made.journeys
    assert measure(situation, made).waiting_person_h < waiting_of_nothing(situation)
    assert spent >= 0


def test_cargo_that_changes_vehicles_is_asked_for_twice():
    situation = relief_set.situation_of("relief-200-1d-1")
    asked = []

    def ask(question, seconds, seed):
        asked.append({question.problem.tasks[piece.task].final for piece in question.pieces})
        return _one_by_one(question, seconds, seed)[:40]

    made, _ = relief_set._stages(situation, ask, relief_set.ALL_DAYS, 1.0, seed=1)
    assert check(situation, made) == ()
    assert any(False in finals for finals in asked)


@pytest.mark.parametrize("solver", relief_set.SOLVERS)
def test_solver(solver):
    module = {"karavan": "karavan", "vroom": "vroom"}.get(solver, solver)
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed (extra bench)")
    found = relief_set.run({"instance": NAME, "solver": solver, "seconds": 0.6, "seed": 1})
    assert found["feasible"], found["faults"]
    assert 0 < found["value"] < waiting_of_nothing(relief_set.situation_of(NAME))
    assert found["delivered_permille"] > 300
    assert found["routes"]
