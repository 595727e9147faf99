"""What the core could not read is refused by name before it sees it."""

from __future__ import annotations

from math import isfinite

import numpy as np

from karavan.planning.engine.model import BadInstance, Instance, VehicleType, Visit


def check(instance: Instance) -> None:
    """
    Raises
    ------
    BadInstance
        Naming the first thing that contradicts the rest.
    """
    if not instance.vehicle_types or not instance.depots:
        raise BadInstance("an instance needs a depot and a vehicle type")
    places = _places(instance)
    for number, depot in enumerate(instance.depots):
        if not 0 <= depot.location < places:
            raise BadInstance(f"depot {number}: location {depot.location} is outside the matrices")
        if depot.service_s < 0:
            raise BadInstance(f"depot {number}: service_s {depot.service_s} is less than nothing")
    for number, kind in enumerate(instance.vehicle_types):
        for said in _about_type(instance, kind):
            raise BadInstance(f"vehicle type {number}: {said}")
    for number, visit in enumerate(instance.visits):
        for said in _about_visit(instance, visit, places):
            raise BadInstance(f"visit {number}: {said}")


def _places(instance: Instance) -> int:
    matrices = (*instance.distance, *instance.duration)
    places = matrices[0].shape[0] if matrices else 0
    alike = all(matrix.shape == (places, places) for matrix in matrices)
    if not matrices or len(instance.distance) != len(instance.duration) or not alike:
        raise BadInstance("each profile needs a distance and a duration matrix, all square and alike in size")
    for matrix in {id(matrix): matrix for matrix in matrices}.values():
        if not (np.isfinite(matrix).all() and (matrix >= 0).all()):
            raise BadInstance("distances and durations are finite and not negative")
    return places


def _about_type(instance: Instance, kind: VehicleType) -> list[str]:
    depots = [kind.start, *([] if kind.end is None else [kind.end]), *kind.reload]
    said = [f"depot {depot} is not there" for depot in depots if not 0 <= depot < len(instance.depots)]
    if not 0 <= kind.profile < len(instance.distance):
        said.append(f"profile {kind.profile} has no matrix")
    if len(kind.capacity) != len(instance.vehicle_types[0].capacity) or any(amount < 0 for amount in kind.capacity):
        said.append(f"capacity {kind.capacity} has other dimensions than the first one's, or less than nothing")
    if kind.count is not None and kind.count < 0:
        said.append(f"count {kind.count} is less than nothing")
    if kind.max_trips < 1:
        said.append(f"max_trips {kind.max_trips} is less than one")
    if not (isfinite(kind.earliest) and kind.earliest >= 0):
        said.append(f"earliest {kind.earliest} is no moment")
    if min(kind.fixed_cost, kind.cost_per_distance, kind.cost_per_duration) < 0:
        said.append("costs are not negative")
    return said


def _about_visit(instance: Instance, visit: Visit, places: int) -> list[str]:
    said = []
    dimensions = len(instance.vehicle_types[0].capacity)
    if not 0 <= visit.location < places:
        said.append(f"location {visit.location} is outside the matrices")
    if len(visit.demand) != dimensions or any(amount < 0 for amount in visit.demand):
        said.append(f"demand {visit.demand} does not fit {dimensions} dimensions of capacity")
    for name in ("weight", "service_s", "release", "prize", "split_step"):
        if not (isfinite(getattr(visit, name)) and getattr(visit, name) >= 0):
            said.append(f"{name} {getattr(visit, name)} is not a number from 0 on")
    if visit.split_step and not (visit.demand and visit.demand[0]):
        said.append(f"split_step {visit.split_step} needs a first demand to split")
    edges = [edge for window in visit.windows for edge in window]
    if edges != sorted(edges):
        said.append(f"windows {visit.windows} are not in order, apart from each other")
    for kind in sorted(visit.vehicle_types or ()):
        if not 0 <= kind < len(instance.vehicle_types):
            said.append(f"vehicle type {kind} is not there")
    return said
