"""The plan that a careful person makes by hand: nearest first, full trucks, first come. A yardstick, not a proposal."""

from __future__ import annotations

from collections.abc import Callable

from karavan.planning.problem import Problem
from karavan.planning.search import State, empty_state
from karavan.planning.stages import next_stage, settle, trim_feeders


def plan_by_hand(problem: Problem, late: Callable[[], bool] = lambda: False) -> State:
    """Whatever vehicle is free first is filled at the nearest store for the places nearest to it, until none can go."""
    state = empty_state(problem)
    while True:
        state.send_by_hand(late)
        settle(state)
        if not next_stage(state):
            trim_feeders(state)
            return state
