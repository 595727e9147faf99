"""What if one rule did not hold? Situations in which a single limit is lifted, to find the one that binds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from karavan.domain.hours import ALWAYS
from karavan.domain.needs import Need
from karavan.domain.roads import RoadStatus
from karavan.domain.situation import Situation
from karavan.domain.units import DAY_S
from karavan.planning.by_hand import plan_by_hand
from karavan.planning.problem import Problem, bridge, find_tasks
from karavan.planning.search import State, Trip, empty_state
from karavan.planning.travel import Network

Lift = Callable[[Situation], Situation]


def _roads(**fields: Any) -> Lift:
    return lambda s: replace(s, roads=tuple(replace(road, **fields) for road in s.roads))


def _vehicles(**fields: Any) -> Lift:
    return lambda s: replace(s, vehicles=tuple(replace(vehicle, **fields) for vehicle in s.vehicles))


def _items(**fields: Any) -> Lift:
    return lambda s: replace(s, items=tuple(replace(item, **fields) for item in s.items))


def _places(**fields: Any) -> Lift:
    return lambda s: replace(s, places=tuple(replace(place, **fields) for place in s.places))


def _fresh(situation: Situation) -> Situation:
    lots = tuple(replace(lot, expiry=None) for lot in situation.stock)
    return _items(shelf_life_s=None, remaining_life_s=0)(replace(situation, stock=lots))


def _longer(situation: Situation) -> Situation:
    operation = situation.operation
    return replace(situation, operation=replace(operation, horizon_s=operation.horizon_s + 7 * DAY_S))


LIFTS: dict[str, Lift] = {
    "place vehicle": _places(largest_gross_mass_g=None),
    "gross mass": _roads(max_gross_mass_g=None),
    "height": _roads(max_height_mm=None),
    "width": _roads(max_width_mm=None),
    "status": _roads(status=RoadStatus.OPEN, status_from=None, status_until=None),
    "one way": _roads(one_way=False),
    "shelf life": _fresh,
    "hours of the road": _roads(gate=None, night_allowed=True),
    "opening hours": _places(opening=ALWAYS),
    "convoy": _roads(convoy_only=False),
    "crew": _vehicles(shift=ALWAYS, driving_limit_s=DAY_S),
    "horizon": _longer,
    "zone": _vehicles(zones=frozenset()),
    "closed body": _items(closed_body=False),
    "item class": _vehicles(item_classes=frozenset()),
}
"""
Limits in the order in which they are tried: what never changes first, then what time changes.

Where a vehicle may go and what it may carry come last: while one that suits is only kept from getting there, what keeps
it is the reason.
"""

SAME_ROADS = frozenset({"closed body", "item class", "place vehicle", "shelf life", "opening hours", "crew"})
"""Limits that change nothing about which way a vehicle may drive, nor how long that takes."""


class WhatIf:
    """Lifted situations as problems, each made once; ``network``: the situation's own, if there is one."""

    def __init__(self, situation: Situation, network: Network | None = None) -> None:
        self.situation = situation
        self._network = network
        self._problems: dict[tuple[str, ...], Problem] = {}

    def problem(self, *lifted: str) -> Problem:
        """The problem with these limits lifted."""
        if lifted not in self._problems:
            situation = self.situation
            for name in lifted:
                situation = LIFTS[name](situation)
            same_roads = SAME_ROADS.issuperset(lifted)
            self._problems[lifted] = bridge(situation, self._network if same_roads else None)
            if same_roads:
                self._network = self._problems[lifted].network
        return self._problems[lifted]

    def binding(self, need: Need) -> tuple[str, ...]:
        """The limits that keep a need from being served even alone; empty: none does."""
        if could_serve(self.problem(), need):
            return ()
        for name in LIFTS:
            if could_serve(self.problem(name), need):
                return (name,)
        lifted: tuple[str, ...] = ()
        for name in LIFTS:
            lifted = (*lifted, name)
            if could_serve(self.problem(*lifted), need):
                return tuple(
                    name for name in lifted if not could_serve(self.problem(*(n for n in lifted if n != name)), need)
                )
        return ("road",)


def could_serve(problem: Problem, need: Need) -> bool:
    """Whether the fleet could bring one handling unit of the need if it had nothing else to do."""
    state = _alone(problem, need)
    tasks = state.problem.tasks
    if not tasks or need.quantity < state.problem.items[tasks[0].item].step:
        return False
    if need.code in state.problem.chains:
        return _relayed(problem, need)
    return any(state.schedule(vehicle, [trip], 0) is not None for vehicle, trip in _single_trips(state))


def _relayed(problem: Problem, need: Need) -> bool:
    """Whether one handling unit gets through by relay, each vehicle as in a convoy of any size."""
    operation = problem.situation.operation
    operation = replace(operation, rules=replace(operation.rules, convoy_min=1))
    step = next(item.step for item in problem.items if item.code == need.item)
    alone = replace(
        problem,
        situation=replace(problem.situation, operation=operation),
        needs=(replace(need, quantity=step),),
        tasks=[],
        chains={},
        pools=list(problem.pools),
    )
    find_tasks(alone)
    state = plan_by_hand(alone)
    return any(task.final and left < task.limit for task, left in zip(alone.tasks, state.left, strict=True))


def least_age_s(problem: Problem, need: Need) -> int | None:
    """
    The least age in seconds, from the oven or the store, at which the need's goods can be handed over.

    Parameters
    ----------
    problem
        With the shelf life lifted; every batch is tried as the last one to be waited for.
    """
    state = _alone(problem, need)
    ages = []
    for vehicle, trip in _single_trips(state):
        batches = state.problem.pools[state.problem.tasks[0].pools[trip.source]].batches
        for batch in batches:
            times = state.loaded_from(vehicle, trip, batch.available_s)
            if times is not None:
                loaded, handed_over = times
                ages.append(handed_over - max(b.available_s for b in batches if b.available_s <= loaded))
    return min(ages, default=None)


def _alone(problem: Problem, need: Need) -> State:
    """An empty plan of a problem in which there is nothing but this need."""
    alone = replace(problem, needs=(need,), tasks=[], chains={}, pools=list(problem.pools))
    find_tasks(alone)
    return empty_state(alone)


def _single_trips(state: State) -> Iterator[tuple[int, Trip]]:
    """One handling unit of the only need, by each kind of vehicle from each place that has it."""
    problem = state.problem
    for task in problem.tasks[:1]:
        kinds = set()
        for vehicle in sorted(task.vehicles):
            kind = replace(problem.vehicles[vehicle], plate="", driver="", phone="")
            if kind in kinds:
                continue
            kinds.add(kind)
            for source in (place for place in task.pools if vehicle in task.carriers[place]):
                trip = state.make_trip(vehicle, source, ((0, problem.items[task.item].step),))
                if trip is not None:
                    yield vehicle, trip
