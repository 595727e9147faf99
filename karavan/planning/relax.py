"""What if one rule did not hold? Situations in which a single limit is lifted, to find the one that binds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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
    """
    Lifted situations as problems, each made once.

    Parameters
    ----------
    asked
        The needs that may be asked about.
    network
        The situation's own, if there is one.
    """

    def __init__(self, situation: Situation, asked: Iterable[Need], network: Network | None = None) -> None:
        self.situation = replace(situation, requests=())
        self._asked = tuple(asked)
        self._network = network
        self._alone: dict[tuple[str, ...], Alone] = {}
        self._as_it_is: dict[tuple[str, str, bool], bool] = {}

    def problem(self, *lifted: str) -> Problem:
        """The problem with these limits lifted."""
        return self.alone(*lifted).problem

    def alone(self, *lifted: str) -> Alone:
        if lifted not in self._alone:
            situation = self.situation
            for name in lifted:
                situation = LIFTS[name](situation)
            same_roads = SAME_ROADS.issuperset(lifted)
            # Other roads are read for the few places that cannot be served: thousands of others would be in vain.
            places = {need.place for need in self._asked if same_roads or not self._can_be_served(need)}
            network = self._network if same_roads else None
            self._alone[lifted] = Alone(bridge(situation, network, sorted(places)))
            if same_roads:
                self._network = self._alone[lifted].problem.network
        return self._alone[lifted]

    def binding(self, need: Need) -> tuple[str, ...]:
        """The limits that keep a need from being served even alone; empty: none does."""
        if self._can_be_served(need):
            return ()
        for name in LIFTS:
            if self.alone(name).could_serve(need):
                return (name,)
        lifted: tuple[str, ...] = ()
        for name in LIFTS:
            lifted = (*lifted, name)
            if self.alone(*lifted).could_serve(need):
                return tuple(
                    name for name in lifted if not self.alone(*(n for n in lifted if n != name)).could_serve(need)
                )
        return ("road",)

    def _can_be_served(self, need: Need) -> bool:
        """Whether it could be served alone as things are: the same for all who need the same item at the same place."""
        problem = self.alone().problem
        step = next((item.step for item in problem.items if item.code == need.item), 1)
        key = (need.item, need.place, need.quantity >= step)
        if key not in self._as_it_is:
            self._as_it_is[key] = self.alone().could_serve(need)
        return self._as_it_is[key]


class Alone:
    """A problem in which there is nothing but one need, one after another: the empty plan is made once for all."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._state: State | None = None
        self._kinds: list[int] = []

    def could_serve(self, need: Need) -> bool:
        """Whether the fleet could bring one handling unit of the need if it had nothing else to do."""
        state = self._with(need)
        tasks = state.problem.tasks
        if not tasks or need.quantity < state.problem.items[tasks[0].item].step:
            return False
        if need.code in state.problem.chains:
            return _relayed(self.problem, need)
        return any(state.schedule(vehicle, [trip], 0) is not None for vehicle, trip in self._single_trips(state))

    def least_age_s(self, need: Need) -> int | None:
        """
        The least age in seconds, from the oven or the store, at which the need's goods can be handed over.

        Every batch is tried as the last one to be waited for, so the problem is one without the shelf life.
        """
        state = self._with(need)
        ages = []
        for vehicle, trip in self._single_trips(state):
            batches = state.problem.pools[state.problem.tasks[0].pools[trip.source]].batches
            for batch in batches:
                times = state.loaded_from(vehicle, trip, batch.available_s)
                if times is not None:
                    loaded, handed_over = times
                    ages.append(handed_over - max(b.available_s for b in batches if b.available_s <= loaded))
        return min(ages, default=None)

    def _with(self, need: Need) -> State:
        """The empty plan of a problem in which there is nothing but this need."""
        if self._state is None:
            alone = replace(self.problem, needs=(), tasks=[], chains={}, pools=list(self.problem.pools))
            self._state = empty_state(alone)
            twins: dict[object, int] = {}
            self._kinds = [
                twins.setdefault(replace(truck, plate="", driver="", phone=""), v)
                for v, truck in enumerate(alone.vehicles)
            ]
        alone = self._state.problem
        alone.needs = (need,)
        alone.tasks.clear()
        alone.chains.clear()
        find_tasks(alone)
        return self._state

    def _single_trips(self, state: State) -> Iterator[tuple[int, Trip]]:
        """One handling unit of the only need, by each kind of vehicle from each place that has it."""
        problem = state.problem
        for task in problem.tasks[:1]:
            kinds = set()
            for vehicle in sorted(task.vehicles):
                if self._kinds[vehicle] in kinds:
                    continue
                kinds.add(self._kinds[vehicle])
                for source in (place for place in task.pools if vehicle in task.carriers[place]):
                    trip = state.make_trip(vehicle, source, ((0, problem.items[task.item].step),))
                    if trip is not None:
                        yield vehicle, trip


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
