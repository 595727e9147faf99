"""What if one rule did not hold? Situations in which a single limit is lifted, to find the one that binds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from karavan.domain.hours import ALWAYS
from karavan.domain.needs import Need
from karavan.domain.roads import RoadStatus
from karavan.domain.situation import Situation
from karavan.domain.units import DAY_S
from karavan.planning.problem import Problem, bridge, find_tasks
from karavan.planning.schedule import Aim, make_trip
from karavan.planning.search import empty_state

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
    "closed body": _items(closed_body=False),
    "item class": _vehicles(item_classes=frozenset()),
    "place vehicle": _places(largest_gross_mass_g=None),
    "zone": _vehicles(zones=frozenset()),
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
}
"""Limits in the order in which they are tried: what never changes first, what time changes last."""

SAME_ROADS = frozenset({"closed body", "item class", "place vehicle", "shelf life", "opening hours", "crew"})
"""Limits that change nothing about which way a vehicle may drive, nor how long that takes."""


class WhatIf:
    """Lifted situations as problems, each made once."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self._problems: dict[tuple[str, ...], Problem] = {}

    def problem(self, *lifted: str) -> Problem:
        """The problem with these limits lifted."""
        if lifted not in self._problems:
            situation = self.situation
            for name in lifted:
                situation = LIFTS[name](situation)
            same_roads = lifted and SAME_ROADS.issuperset(lifted)
            self._problems[lifted] = bridge(situation, self.problem().network if same_roads else None)
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
    alone = replace(problem, needs=(need,), tasks=[], chains={}, pools=list(problem.pools))
    find_tasks(alone)
    if not alone.tasks or need.quantity < problem.items[alone.tasks[0].item].step:
        return False
    if need.code in alone.chains:
        return True
    task = alone.tasks[0]
    state = empty_state(alone, Aim())
    kinds = set()
    for vehicle in sorted(task.vehicles):
        kind = replace(alone.vehicles[vehicle], plate="", driver="", phone="")
        if kind in kinds:
            continue
        kinds.add(kind)
        for source in (place for place in task.pools if vehicle in task.carriers[place]):
            trip = make_trip(alone, vehicle, source, ((0, alone.items[task.item].step),))
            if trip is not None and state.schedule(vehicle, [trip], 0) is not None:
                return True
    return False
