"""What a plan is worth: docs/objective.md in code. One figure to compare by, and its parts to look at."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from karavan.domain.needs import Need, needs
from karavan.domain.plans import Journey, Plan, Value
from karavan.domain.situation import Situation
from karavan.domain.units import HOUR_S, KM_M

INEQUITY_WEIGHT = 1e-3
COST_WEIGHT = 1e-4
COST_SCALE_KM = 100


def waiting_from(situation: Situation, need: Need) -> datetime:
    """From when the plan answers for a need's waiting: the operation's start, or its request if that came later."""
    return min(max(situation.operation.start, need.raised_at), situation.operation.end)


def deliveries(plan: Plan, need_place: dict[str, str]) -> list[tuple[str, int, datetime]]:
    """Every hand-over ``(need, quantity, moment)`` at the need's own place."""
    return [
        (goods.need, goods.quantity, stop.end)
        for journey in plan.journeys
        for stop in journey.stops
        for goods in stop.unloads
        if need_place.get(goods.need) == stop.place
    ]


def measure(situation: Situation, plan: Plan) -> Value:
    """The parts of the objective for any plan; what is delivered beyond a need counts for nothing."""
    all_needs = needs(situation)
    horizon_h = situation.operation.horizon_s / HOUR_S
    given: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for code, quantity, moment in deliveries(plan, {need.code: need.place for need in all_needs}):
        given[code].append((moment, quantity))
    waiting = inequity = share_sum = 0.0
    for need in all_needs:
        since = waiting_from(situation, need)
        left = need.quantity
        for moment, quantity in [*sorted(given[need.code]), (situation.operation.end, need.quantity)]:
            part = min(left, quantity)
            left -= part
            hours = max(0.0, (min(moment, situation.operation.end) - since).total_seconds() / HOUR_S)
            waiting += need.people_weight * part / need.quantity * hours
            inequity += need.people_weight * part / need.quantity * hours * hours / horizon_h
        share_sum += need.people * min(need.quantity, sum(q for _, q in given[need.code])) / need.quantity
    people = sum(need.people for need in all_needs)
    driven = [journey_distance_m(situation, journey) for journey in plan.journeys]
    return Value(
        waiting_person_h=waiting,
        inequity_person_h=inequity,
        cost=sum(
            journey_cost(situation, journey.vehicle, distance)
            for journey, distance in zip(plan.journeys, driven, strict=True)
        ),
        delivered_permille=round(1000 * share_sum / people) if people else 1000,
        distance_m=sum(driven),
    )


def objective(situation: Situation, value: Value) -> float:
    """
    The one figure that the planner makes small, in weighted person-hours.

    ``waiting + 0.001 inequity + 0.0001 W0 cost / C0``, where W0 is the waiting of a plan that delivers nothing and C0
    the cost of every vehicle making one journey of 100 km. The weights keep the order waiting, inequity, cost: all of
    the inequity there can be weighs a thousandth of the waiting.
    """
    scale = cost_scale(situation)
    cost = COST_WEIGHT * waiting_of_nothing(situation) * value.cost / scale if scale else 0.0
    return value.waiting_person_h + INEQUITY_WEIGHT * value.inequity_person_h + cost


def waiting_of_nothing(situation: Situation) -> float:
    """W0: weighted person-hours when nothing is delivered."""
    end = situation.operation.end
    return sum(
        need.people_weight * (end - waiting_from(situation, need)).total_seconds() / HOUR_S for need in needs(situation)
    )


def cost_scale(situation: Situation) -> float:
    """C0: every vehicle makes one journey of 100 km."""
    return sum(vehicle.cost_fixed + vehicle.cost_per_km * COST_SCALE_KM for vehicle in situation.vehicles)


def journey_distance_m(situation: Situation, journey: Journey) -> int:
    """Metres driven on known roads."""
    roads = (situation.find_road(leg.road) for stop in journey.stops for leg in stop.legs)
    return sum(road.distance_m for road in roads if road is not None)


def journey_cost(situation: Situation, plate: str, distance_m: int) -> float:
    """Once per journey, and per kilometre; 0 for a vehicle that the situation does not know."""
    vehicle = situation.vehicle.get(plate)
    return vehicle.cost_fixed + vehicle.cost_per_km * distance_m / KM_M if vehicle else 0.0
