"""The judge of the engine: what a plan costs and which rules it breaks, in plain Python, without the core."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from karavan.planning.engine.model import Instance, Route, Solution, Trip, VehicleType, Visit

TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Evaluation:
    """``cost`` is that of what can be driven; ``violations`` name each broken rule."""

    cost: float
    feasible: bool
    violations: tuple[str, ...]


@dataclass(slots=True)
class _Day:
    """A vehicle's day being driven at the earliest."""

    now: float
    at: int
    distance: float = 0.0
    waiting: float = 0.0


def evaluate(instance: Instance, solution: Solution) -> Evaluation:
    """
    Cost and violations of a plan.

    Everything begins as early as it may. A day's duration counts from its departure: as late as its end allows, or,
    where waiting counts, as late as the first hand-over allows.
    """
    violations = list(_coverage(instance, solution))
    cost = sum(instance.visits[i].prize for i in set(solution.missing) if not instance.visits[i].required)
    used = [0] * len(instance.vehicle_types)
    for number, route in enumerate(solution.routes):
        if not any(trip.stops for trip in route.trips):
            continue
        used[route.vehicle_type] += 1
        own, broken = _day(instance, route)
        cost += own
        violations += [f"route {number}: {text}" for text in broken]
    for kind, (count, its) in enumerate(zip(used, instance.vehicle_types, strict=True)):
        if its.count is not None and count > its.count:
            violations.append(f"vehicle type {kind}: {count} used, {its.count} there")
    return Evaluation(cost, not violations, tuple(violations))


def _coverage(instance: Instance, solution: Solution) -> Iterator[str]:
    brought = [0] * len(instance.visits)
    times = [0] * len(instance.visits)
    for route in solution.routes:
        for trip in route.trips:
            for number, quantity in trip.stops:
                brought[number] += quantity
                times[number] += 1
                its = instance.visits[number]
                if its.split_step and quantity % its.split_step not in (0, _whole(its) % its.split_step):
                    yield f"visit {number}: {quantity} is no multiple of {its.split_step}"
                if quantity <= 0 < _whole(its):
                    yield f"visit {number}: nothing is brought"
    missing = set(solution.missing)
    for i, visit in enumerate(instance.visits):
        if i in missing:
            if times[i]:
                yield f"visit {i}: served, and said to be missing"
            if visit.required:
                yield f"visit {i}: required and missing"
        elif not times[i]:
            yield f"visit {i}: not served"
        elif brought[i] != _whole(visit):
            yield f"visit {i}: {brought[i]} of {_whole(visit)} brought"
        elif times[i] > 1 and not visit.split_step:
            yield f"visit {i}: split"


def _whole(visit: Visit) -> int:
    return visit.demand[0] if visit.demand else 0


def _share(visit: Visit, dimension: int, quantity: int) -> int:
    whole = _whole(visit)
    if dimension == 0 or not whole:
        return quantity if dimension == 0 else visit.demand[dimension]
    return -(-visit.demand[dimension] * quantity // whole)


@dataclass(frozen=True, slots=True)
class _Leg:
    """A stop of a day, loading included, with the travel that leads to it."""

    travel: float
    place: int
    start: float
    service: float
    closes: float = inf
    windows: tuple[tuple[float, float], ...] = ()
    at_start: bool = False


def _day(instance: Instance, route: Route) -> tuple[float, list[str]]:
    kind, objective = instance.vehicle_types[route.vehicle_type], instance.objective
    broken = list(_loads(instance, route, kind))
    trips = [trip for trip in route.trips if trip.stops]
    if len(trips) > kind.max_trips:
        broken.append(f"{len(trips)} trips of {kind.max_trips}")
    day = _Day(kind.earliest, instance.depots[kind.start].location)
    legs: list[_Leg] = []
    for number, trip in enumerate(trips):
        broken += _trip(instance, route, trip, day, legs, first=number == 0)
    if kind.end is not None:
        depot = instance.depots[kind.end]
        _move(instance, kind, day, depot.location)
        if day.now > depot.closes + TOLERANCE:
            broken.append("returns after the depot closes")
    if day.now > kind.latest + TOLERANCE:
        broken.append("ends too late")
    duration = day.now - _departure(instance, kind, legs, day.now)
    if duration > kind.max_duration + TOLERANCE:
        broken.append(f"lasts {duration}, at most {kind.max_duration}")
    if day.distance > kind.max_distance + TOLERANCE:
        broken.append(f"drives {day.distance}, at most {kind.max_distance}")
    cost = (
        objective.fixed * kind.fixed_cost
        + objective.distance * kind.cost_per_distance * day.distance
        + objective.duration * kind.cost_per_duration * duration
        + objective.waiting * day.waiting
    )
    return cost, broken


def _loads(instance: Instance, route: Route, kind: VehicleType) -> Iterator[str]:
    for number, trip in enumerate(route.trips):
        for k, capacity in enumerate(kind.capacity):
            load = sum(_share(instance.visits[visit], k, quantity) for visit, quantity in trip.stops)
            if load > capacity:
                yield f"trip {number} loads {load} of {capacity}"
        for visit, _ in trip.stops:
            allowed = instance.visits[visit].vehicle_types
            if allowed is not None and route.vehicle_type not in allowed:
                yield f"visit {visit} is not for this vehicle"


def _trip(
    instance: Instance,
    route: Route,
    trip: Trip,
    day: _Day,
    legs: list[_Leg],
    *,
    first: bool,
) -> list[str]:
    """Drive one trip; ``legs`` notes every stop."""
    broken = []
    kind, depot = instance.vehicle_types[route.vehicle_type], instance.depots[trip.depot]
    if trip.depot not in kind.reload and not (first and trip.depot == kind.start):
        broken.append(f"may not load at depot {trip.depot}")
    travel = _move(instance, kind, day, depot.location)
    day.now = max(day.now, depot.opens, max(instance.visits[visit].release for visit, _ in trip.stops))
    if day.now > depot.closes + TOLERANCE:
        broken.append("loads after the depot closed")
    at_start = first and trip.depot == kind.start
    legs.append(_Leg(travel, depot.location, day.now, depot.service_s, depot.closes, at_start=at_start))
    day.now += depot.service_s
    for number, quantity in trip.stops:
        visit = instance.visits[number]
        travel = _move(instance, kind, day, visit.location)
        start = _opened(visit, day.now)
        if start is None:
            broken.append(f"visit {number}: reached after it closed")
            start = day.now
        day.now = start + visit.service_s
        people = visit.weight * quantity / _whole(visit) if visit.split_step else visit.weight
        day.waiting += people * (day.now if instance.waiting_at == "end" else start)
        legs.append(_Leg(travel, visit.location, start, visit.service_s, windows=visit.windows))
    return broken


def _move(instance: Instance, kind: VehicleType, day: _Day, to: int) -> float:
    seconds = float(instance.duration[kind.profile][day.at, to])
    day.distance += float(instance.distance[kind.profile][day.at, to])
    day.now += seconds
    day.at = to
    return seconds


def _opened(visit: Visit, moment: float) -> float | None:
    if not visit.windows:
        return moment
    for opens, closes in visit.windows:
        if moment <= closes + TOLERANCE:
            return max(moment, opens)
    return None


def _departure(instance: Instance, kind: VehicleType, legs: list[_Leg], end: float) -> float:
    """When the day begins, given that nothing ends later; where waiting counts: that nobody waits longer."""
    if instance.objective.waiting > 0:
        loads_at_start = legs[0].at_start
        legs = legs[:2] if loads_at_start else legs[:1]
        moment = legs[-1].start - legs[-1].travel
        return min(moment - legs[0].service, legs[0].closes) if loads_at_start else moment
    moment = end
    if kind.end is not None:
        moment -= float(instance.duration[kind.profile][legs[-1].place, instance.depots[kind.end].location])
    for leg in reversed(legs):
        moment -= leg.service
        if leg.windows:
            ends = (min(moment, shut) for opens, shut in leg.windows if opens <= moment + TOLERANCE)
            moment = max(ends, default=moment)
        moment = min(moment, leg.closes) - leg.travel
    return moment
