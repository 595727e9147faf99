"""Tiny instances with whole numbers, so that sums come out exactly, and every plan that they allow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product
from math import inf
from random import Random

import numpy as np

from karavan.planning.engine import Depot, Instance, Objective, Route, Solution, Trip, VehicleType, Visit, evaluate


def matrix(random: Random, places: int, even: bool = True) -> np.ndarray:
    """Distances between points of a grid, one more each way if not ``even``: still no detour is shorter."""
    points = [(random.randrange(30), random.randrange(30)) for _ in range(places)]
    result = np.array([[abs(a - c) + abs(b - d) for c, d in points] for a, b in points], dtype=float)
    if not even:
        result += np.triu(np.ones_like(result), 1) * 3
        for k in range(places):
            result = np.minimum(result, result[:, [k]] + result[[k], :])
        np.fill_diagonal(result, 0)
    return result


def instance(random: Random, visits: int, *, depots: int = 1, even: bool = True, **changes: object) -> Instance:
    """A plain instance: vehicles for everything, distance counts."""
    its = matrix(random, visits + depots, even)
    kind = VehicleType(count=None, capacity=(10,), start=0, end=0)
    made = Instance(
        distance=(its,),
        duration=(its,),
        depots=tuple(Depot(location=i) for i in range(depots)),
        visits=tuple(
            Visit(location=depots + i, demand=(random.randint(1, 5),), weight=random.randint(1, 9))
            for i in range(visits)
        ),
        vehicle_types=(kind,),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def with_windows(random: Random, made: Instance) -> Instance:
    """Some visits open only once or twice, for a while."""
    visits = []
    for visit in made.visits:
        opens = random.randrange(60)
        windows = [((opens, opens + random.randint(10, 60)),), (), ((0, 30), (70, 200))][random.randrange(3)]
        visits.append(replace(visit, windows=windows, service_s=random.randrange(5)))
    return replace(made, visits=tuple(visits))


def with_trips(random: Random, made: Instance) -> Instance:
    """Two trips a day, goods that come later, loading that takes time."""
    visits = tuple(replace(visit, release=random.choice((0, 0, 20, 50))) for visit in made.visits)
    kinds = tuple(
        replace(kind, max_trips=2, reload=tuple(range(len(made.depots))), capacity=(6,), count=2, fixed_cost=15)
        for kind in made.vehicle_types
    )
    depots = tuple(replace(depot, service_s=3, opens=5, closes=400) for depot in made.depots)
    return replace(made, visits=visits, vehicle_types=kinds, depots=depots)


def every_plan(made: Instance) -> Iterator[Solution]:
    """All plans of an instance, good and bad; a visit with a step is split in two at most."""
    numbers = range(len(made.visits))
    optional = [i for i in numbers if not made.visits[i].required]
    for size in range(len(optional) + 1):
        for missing in combinations(optional, size):
            served = [i for i in numbers if i not in missing]
            for parts in product(*(_parts(made.visits[i]) for i in served)):
                stops = [(i, amount) for i, amounts in zip(served, parts, strict=True) for amount in amounts]
                for days in _sequences(stops):
                    yield from _plans(made, days, missing)


def _parts(visit: Visit) -> list[tuple[int, ...]]:
    whole = visit.demand[0]
    step = visit.split_step
    return [(whole,), *((a, whole - a) for a in range(step, whole // 2 + 1, step))] if step else [(whole,)]


def _sequences(stops: list[tuple[int, int]]) -> Iterator[list[tuple[tuple[int, int], ...]]]:
    if not stops:
        yield []
        return
    first, *rest = stops
    for days in _sequences(rest):
        yield [(first,), *days]
        for i, day in enumerate(days):
            if first[0] in (visit for visit, _ in day):
                continue
            for k in range(len(day) + 1):
                yield [*days[:i], (*day[:k], first, *day[k:]), *days[i + 1 :]]


def _plans(made: Instance, days: list[tuple[tuple[int, int], ...]], missing: tuple[int, ...]) -> Iterator[Solution]:
    choices = [list(_routes(made, day)) for day in days]
    for routes in product(*choices):
        yield Solution(tuple(routes), missing, 0.0)


def _routes(made: Instance, day: tuple[tuple[int, int], ...]) -> Iterator[Route]:
    for number, kind in enumerate(made.vehicle_types):
        firsts = {kind.start, *kind.reload}
        for cuts in range(min(kind.max_trips, len(day))):
            for places in combinations(range(1, len(day)), cuts):
                pieces = [day[a:b] for a, b in zip((0, *places), (*places, len(day)), strict=True)]
                for depots in product(firsts, *([kind.reload] * cuts)):
                    yield Route(number, tuple(Trip(d, p) for d, p in zip(depots, pieces, strict=True)))


def least(made: Instance) -> float:
    """The cost of the best plan there is."""
    best = inf
    for plan in every_plan(made):
        verdict = evaluate(made, plan)
        if verdict.feasible:
            best = min(best, verdict.cost)
    return best


def any_plan(random: Random, made: Instance) -> Solution:
    """Some plan, kept or not kept by the rules."""
    order = list(range(len(made.visits)))
    random.shuffle(order)
    routes, number = [], 0
    while number < len(order):
        kind = random.randrange(len(made.vehicle_types))
        its = made.vehicle_types[kind]
        size = random.randint(1, 4)
        stops = tuple((i, made.visits[i].demand[0]) for i in order[number : number + size])
        number += size
        cut = random.randint(0, len(stops) - 1) if its.reload else 0
        depot = random.choice((its.start, *its.reload))
        trips = [Trip(depot, stops[cut:])]
        if cut:
            trips = [Trip(depot, stops[:cut]), Trip(random.choice(its.reload), stops[cut:])]
        routes.append(Route(kind, tuple(trips)))
    return Solution(tuple(routes), (), 0.0)


WAITING = Objective(waiting=1, distance=0)
BOTH = Objective(waiting=1, distance=2, duration=1)
