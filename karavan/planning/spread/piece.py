"""A region planned by itself: what is sent to whoever plans it, and what comes back."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from karavan import __version__
from karavan.domain.plans import Convoy, Journey, Plan, Share, Unserved
from karavan.domain.situation import Situation
from karavan.domain.value import COST_WEIGHT, INEQUITY_WEIGHT, measure
from karavan.planning.as_before import set_as_before
from karavan.planning.budget import DEFAULT_VISITS, PATIENCE_ROUNDS
from karavan.planning.outcome import journeys_and_convoys
from karavan.planning.problem import Problem, bridge, find_tasks
from karavan.planning.reasons import unserved
from karavan.planning.search import Allowance, Random, Search, State, empty_state
from karavan.planning.stages import solve


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """
    A region as a situation of its own: plain values, so that it can be sent anywhere.

    Attributes
    ----------
    situation
        Its places, roads and vehicles, its part of the stock, and all requests that its vehicles may serve.
    parts
        For each need what the piece's vehicles may bring by its fair share, and at most.
    elsewhere
        What other pieces' vehicles bring for these needs.
    shares
        Of scarce items in the whole situation: what a line left behind is told.
    before
        Its vehicles' journeys so far; empty: it was not planned yet.
    cost_person_h
        What a unit of the currency weighs in the whole situation.
    """

    number: int
    situation: Situation
    parts: Mapping[str, tuple[int, int]]
    elsewhere: Mapping[str, int]
    shares: tuple[Share, ...]
    before: tuple[Journey, ...]
    cost_person_h: float
    seed: int
    rounds: int | None
    limit_s: float | None
    version: str = __version__


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """
    What came of a piece.

    Attributes
    ----------
    vehicles
        All that the piece has, whether or not they have journeys.
    journeys
        ``None``: nothing better than before was found.
    gain
        Weighted person-hours better than before; for a first plan, than nothing.
    unserved
        Of the piece's own needs, with reasons found among its own vehicles.
    out_of_reach
        Needs that no vehicle of the piece can serve.
    tried
        All needs that it was given.
    """

    number: int
    vehicles: tuple[str, ...]
    journeys: tuple[Journey, ...] | None
    convoys: tuple[Convoy, ...]
    gain: float
    unserved: tuple[Unserved, ...]
    out_of_reach: frozenset[str]
    tried: frozenset[str]
    rounds: int


class OtherVersion(Exception):
    """A piece came from another version of the program: the same seed would not give the same plan."""


def plan_piece(piece: Piece, stop: Callable[[], bool] = lambda: False) -> Outcome:
    """Plan a region, or improve its plan; the same piece gives the same outcome unless it has a limit in seconds."""
    if piece.version != __version__:
        raise OtherVersion(piece.version, __version__)
    problem = _problem(piece)
    reachable = {task.need.code for task in problem.tasks}
    begun = time.monotonic()

    def spent(number: int = 0, value: float = 0.0) -> float:
        if stop():
            return 1.0
        return 0.0 if piece.limit_s is None else min(1.0, (time.monotonic() - begun) / max(piece.limit_s, 1e-9))

    def late() -> bool:
        return spent() >= 1

    state = _begin(piece, problem, late)
    run = solve(state, Random(piece.seed), _allowance(piece, len(problem.tasks), spent), late)
    journeys, convoys = journeys_and_convoys(state)
    gain = _worth(piece, piece.before) - _worth(piece, journeys)
    kept = gain > 0 or not piece.before
    draft = Plan(journeys=journeys, convoys=convoys, shares=piece.shares)
    left = unserved(state, draft, piece.elsewhere) if kept else ()
    return Outcome(
        number=piece.number,
        vehicles=tuple(vehicle.plate for vehicle in piece.situation.vehicles),
        journeys=journeys if kept else None,
        convoys=convoys if kept else (),
        gain=gain if kept else 0.0,
        unserved=tuple(row for row in left if row.need in piece.parts),
        out_of_reach=frozenset() if piece.before else frozenset(piece.parts) - reachable,
        tried=frozenset(piece.parts),
        rounds=run,
    )


def _allowance(piece: Piece, tasks: int, spent: Callable[[int, float], float]) -> Allowance:
    if piece.limit_s is not None:
        return Allowance(ask=spent)
    rounds = min(PATIENCE_ROUNDS, DEFAULT_VISITS // max(1, tasks)) if piece.rounds is None else piece.rounds
    return Allowance(rounds, None, spent)


def _problem(piece: Piece) -> Problem:
    """The region in numbers, each need held to its part."""
    bare = bridge(piece.situation)
    problem = replace(bare, cost_person_h=piece.cost_person_h, world=None)  # type: ignore[arg-type]
    find_tasks(problem)
    kept = []
    for task in problem.tasks:
        limit, most = piece.parts.get(task.need.code, (0, 0))
        step = problem.items[task.item].step
        task.limit, task.most = (
            min(own, part) // step * step for own, part in ((task.limit, limit), (task.most, most))
        )
        # A way over transshipment points cannot be taken up again: those journeys stay as they are.
        if task.most and not (piece.before and task.onward):
            kept.append(task)
    problem.tasks[:] = kept
    return problem


def _begin(piece: Piece, problem: Problem, late: Callable[[], bool]) -> State:
    """The plan before; else the better of two quick ones."""
    if not piece.before:
        state, filled = empty_state(problem), empty_state(problem)
        Search(state, Random(piece.seed)).build(late)
        if not late():
            filled.send_by_hand(late)
            Search(filled, Random(piece.seed)).build(late)
            state = max(state, filled, key=lambda one: one.value)
        return state
    state = empty_state(problem)
    task_of = {(task.need.code, task.place): number for number, task in enumerate(problem.tasks)}
    limits = [task.limit for task in problem.tasks]
    for task in problem.tasks:
        task.limit = task.most
    state.left = [task.most for task in problem.tasks]
    number = {truck.plate: i for i, truck in enumerate(problem.vehicles)}
    for journey in piece.before:
        set_as_before(state, number[journey.vehicle], journey, task_of)
    for i, (task, limit) in enumerate(zip(problem.tasks, limits, strict=True)):
        given = task.most - state.left[i]
        task.limit = max(limit, given)
        state.left[i] = task.limit - given
    return state


def _worth(piece: Piece, journeys: tuple[Journey, ...]) -> float:
    """The figure that counts, up to what nobody in this piece can change; cost weighs as in the whole situation."""
    value = measure(piece.situation, Plan(journeys=journeys))
    cost = COST_WEIGHT * piece.cost_person_h * value.cost
    return math.fsum((value.waiting_person_h, INEQUITY_WEIGHT * value.inequity_person_h, cost))
