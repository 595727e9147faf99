"""What a plan is worth: docs/objective.md in code. One figure to compare by, and its parts to look at."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from karavan.domain.needs import Need, needs
from karavan.domain.plans import Journey, Plan, Stop, Value
from karavan.domain.situation import Situation
from karavan.domain.units import HOUR_S, KM_M

INEQUITY_WEIGHT = 1e-3
COST_WEIGHT = 3e-4
COST_SCALE_KM = 100


def waiting_from(situation: Situation, need: Need) -> datetime:
    """From when the plan answers for a need's waiting: the operation's start, or its request if that came later."""
    return min(max(situation.operation.start, need.raised_at), situation.operation.end)


def deliveries(situation: Situation, plan: Plan) -> list[tuple[str, int, datetime]]:
    """Every hand-over ``(need, quantity, moment)`` at the need's own place."""
    need_place = {need.code: need.place for need in needs(situation)}
    result = []
    for journey in plan.journeys:
        for stop in journey.stops:
            moments = hand_overs(situation, stop)
            result += [
                (goods.need, goods.quantity, moments[goods.need])
                for goods in stop.unloads
                if need_place.get(goods.need) == stop.place
            ]
    return result


def hand_overs(situation: Situation, stop: Stop) -> dict[str, datetime]:
    """
    For each need unloaded at the stop when the last of it is off the vehicle.

    Goods come off in the order listed, at the rate of the place, and what is done last ends with the stop: whoever
    plans a longer stop hands over later.
    """
    place, item, rules = situation.place.get(stop.place), situation.item, situation.operation.rules
    rate = (place.handling_g_per_h if place else None) or rules.handling_g_per_h
    moments: dict[str, datetime] = {}
    after_g = sum(goods.quantity * item[goods.item].mass_g for goods in stop.loads if goods.item in item)
    cleaning_s = rules.cleaning_s if stop.clean else 0
    for goods in reversed(stop.unloads):
        after_s = max(0, cleaning_s + after_g * HOUR_S // rate)
        # In a plan made elsewhere the quantities may be beyond all measure.
        fits = after_s < (stop.end - stop.start).total_seconds()
        moments.setdefault(goods.need, stop.end - timedelta(seconds=after_s) if fits else min(stop.start, stop.end))
        after_g += goods.quantity * item[goods.item].mass_g if goods.item in item else 0
    return moments


def measure(situation: Situation, plan: Plan) -> Value:
    """The parts of the objective for any plan; what is delivered beyond a need counts for nothing."""
    all_needs = needs(situation)
    horizon_h = situation.operation.horizon_s / HOUR_S
    given: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for code, quantity, moment in deliveries(situation, plan):
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
        delivered_permille=_permille(share_sum / people) if people else 1000,
        distance_m=sum(driven),
    )


def _permille(part: float) -> int:
    """Nearest, but 1000 only for all of it, up to what adding up loses."""
    whole = round(1000 * part)
    return min(999, whole) if part < 1 - 1e-9 else whole


def objective(situation: Situation, value: Value) -> float:
    """
    The one figure that the planner makes small, in weighted person-hours.

    ``waiting + 0.001 inequity + 0.0003 W0 cost / C0``, where W0 is the waiting of a plan that delivers nothing and C0
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
