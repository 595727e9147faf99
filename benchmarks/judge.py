"""
The judge of benchmark plans: plain Python, knows no solver, recomputes everything.

It takes a plan as routes and trips and says what it costs and every rule that it breaks. Times are the earliest
possible.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.instance import Instance, Route, Routes, Vehicles

TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Judgement:
    """``value`` in the published unit; ``faults`` empty: every rule is kept."""

    value: float
    vehicles: int
    faults: tuple[str, ...]


def judge(instance: Instance, routes: Routes) -> Judgement:
    faults = [*_fleet(instance, routes), *_coverage(instance, routes)]
    cost = 0.0
    for number, route in enumerate(routes, start=1):
        if not 0 <= route.vehicles < len(instance.vehicles):
            continue
        vehicles = instance.vehicles[route.vehicles]
        where = f"route {number}"
        faults += [f"{where}: {fault}" for fault in _trips(instance, vehicles, route)]
        faults += [f"{where}: {fault}" for fault in _times(instance, vehicles, route)]
        cost += arrivals(instance, route) if instance.waiting else _driven(instance, vehicles, route)
    return Judgement(cost / instance.unit, len(routes), tuple(faults))


def _fleet(instance: Instance, routes: Routes) -> list[str]:
    used = Counter(route.vehicles for route in routes)
    faults = [f"vehicle type {kind} does not exist" for kind in used if not 0 <= kind < len(instance.vehicles)]
    for kind, vehicles in enumerate(instance.vehicles):
        if vehicles.count is not None and used[kind] > vehicles.count:
            faults.append(f"{used[kind]} vehicles of type {kind}, there are {vehicles.count}")
    return faults


def _coverage(instance: Instance, routes: Routes) -> list[str]:
    brought: Counter[int] = Counter()
    times: Counter[int] = Counter()
    for route in routes:
        for trip in route.trips:
            for node, quantity in trip.stops:
                brought[node] += quantity
                times[node] += 1
    faults = []
    for node in instance.customers:
        if brought[node] != instance.demand[node] or not times[node]:
            faults.append(f"node {node} gets {brought[node]} of {instance.demand[node]}")
        elif times[node] > 1 and not instance.splits:
            faults.append(f"node {node} is visited {times[node]} times")
    customers = set(instance.customers)
    faults += [f"node {node} is no customer" for node in times if node not in customers]
    return faults


def _trips(instance: Instance, vehicles: Vehicles, route: Route) -> list[str]:
    faults = []
    if len(route.trips) > 1 and not vehicles.reloads:
        faults.append("loads again, which its type may not")
    for number, trip in enumerate(route.trips, start=1):
        if trip.depot != vehicles.depot:
            faults.append(f"trip {number} loads at node {trip.depot}, its depot is {vehicles.depot}")
        if not trip.stops:
            faults.append(f"trip {number} goes nowhere")
        load = sum(quantity for _, quantity in trip.stops)
        if load > vehicles.capacity:
            faults.append(f"trip {number} carries {load}, room is for {vehicles.capacity}")
        through = instance.splits  # may be driven through with nothing handed over
        if any(
            quantity < 0 or (quantity == 0 and instance.demand[node] and not through) for node, quantity in trip.stops
        ):
            faults.append(f"trip {number} brings a quantity that is not positive")
    return faults


def _nodes(instance: Instance, route: Route) -> list[tuple[int, float]]:
    """
    ``(node, not earlier than)`` in driving order; a depot's moment is when all goods of the trip it begins are there.
    """
    result = []
    for trip in route.trips:
        result.append((trip.depot, max((instance.released(node) for node, _ in trip.stops), default=0.0)))
        result += [(node, 0.0) for node, _ in trip.stops]
    if not instance.waiting and route.trips:
        result.append((route.trips[0].depot, 0.0))
    return result


def _times(instance: Instance, vehicles: Vehicles, route: Route) -> list[str]:
    """
    Windows going forward at the earliest; then back from the earliest end: how late it could have left for that end.
    """
    if not instance.has_times or not route.trips:
        return []
    faults = []
    nodes = _nodes(instance, route)
    now = 0.0
    for i, (node, ready) in enumerate(nodes):
        if i:
            before = nodes[i - 1][0]
            now += instance.served_s(before) + instance.distance[before, node]
        opens, closes = instance.window(node)
        now = max(now, opens, ready)
        if now > closes + TOLERANCE:
            faults.append(f"node {node} is reached at {now:g}, it closes at {closes:g}")
    latest = now
    for (before, _), (node, _) in reversed(list(pairwise(nodes))):
        leave = latest - instance.distance[before, node] - instance.served_s(before)
        latest = min(instance.window(before)[1], leave)
    if now - latest > vehicles.max_duration + TOLERANCE:
        faults.append(f"is away for {now - latest:g}, allowed are {vehicles.max_duration:g}")
    return faults


def _driven(instance: Instance, vehicles: Vehicles, route: Route) -> float:
    nodes = [node for node, _ in _nodes(instance, route)]
    distance = sum(instance.distance[a, b] for a, b in pairwise(nodes))
    return float(vehicles.fixed_cost + vehicles.cost_per_distance * distance)


def arrivals(instance: Instance, route: Route) -> float:
    """Sum of the moments at which each customer is reached, the vehicle leaving at 0; a share of goods, that share."""
    total = now = 0.0
    nodes = _nodes(instance, route)
    quantities = [0, *(quantity for trip in route.trips for _, quantity in trip.stops)]
    for i in range(1, len(nodes)):
        before, node = nodes[i - 1][0], nodes[i][0]
        now += instance.served_s(before) + instance.distance[before, node]
        wanted = instance.demand[node]
        total += now * (quantities[i] / wanted if wanted else 1.0)
    return float(total)


def better_direction(instance: Instance, route: Route) -> Route:
    """The route or its reverse, whichever has people wait less; for solvers that know distance only."""
    turned = Route(route.vehicles, tuple(type(trip)(trip.depot, trip.stops[::-1]) for trip in route.trips[::-1]))
    return min(route, turned, key=lambda one: arrivals(instance, one))
