"""Goods that no journey puts down: where they are, and what a person can do."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

from karavan.domain.message import ItemName, Message, PlaceName
from karavan.domain.plans import Leg, Plan, Stop
from karavan.domain.situation import Situation
from karavan.domain.units import Quantity


class Aboard(NamedTuple):
    """Goods that are in a vehicle when its last journey ends."""

    vehicle: str
    place: str
    need: str
    item: str
    quantity: int


def still_aboard(plan: Plan) -> list[Aboard]:
    """What vehicles have loaded and no journey puts down, by vehicle and need: they have broken down or are cut off."""
    balance: dict[tuple[str, str, str], int] = defaultdict(int)
    ends: dict[str, Stop] = {}
    for journey in plan.journeys:
        for stop in journey.stops:
            last = ends.get(journey.vehicle)
            ends[journey.vehicle] = stop if last is None or stop.end >= last.end else last
            for goods in stop.loads:
                balance[journey.vehicle, goods.need, goods.item] += goods.quantity
            for goods in stop.unloads:
                balance[journey.vehicle, goods.need, goods.item] -= goods.quantity
    return [
        Aboard(vehicle, ends[vehicle].place, need, item, quantity)
        for (vehicle, need, item), quantity in balance.items()
        if quantity > 0
    ]


def _leg_at(plan: Plan, vehicle: str, moment: datetime) -> Leg | None:
    """The road that the vehicle is on at that moment; what the plan says after it has broken down is not driven."""
    legs = (leg for j in plan.journeys if j.vehicle == vehicle for stop in j.stops for leg in stop.legs)
    return next((leg for leg in legs if leg.depart < moment < leg.arrive), None)


def say_aboard(situation: Situation, plan: Plan, goods: Aboard) -> Message:
    """Where the goods are and what a person can do: no journey does it."""
    until = situation.vehicle[goods.vehicle].available_until
    leg = None if until is None else _leg_at(plan, goods.vehicle, until)
    facts = {
        "quantity": Quantity(goods.quantity, situation.item[goods.item].unit),
        "item": ItemName(goods.item),
        "vehicle": goods.vehicle,
        "place": PlaceName(goods.place),
        "need": goods.need,
    }
    if leg is not None:
        return Message(
            "{quantity} {item} ({need}) are aboard {vehicle}, out of service on the way from {place} to {end}: recover "
            "them there",
            **{**facts, "place": PlaceName(leg.origin), "end": PlaceName(leg.destination)},
        )
    if until is not None and (plan.replanned_at is None or until <= plan.replanned_at):
        return Message(
            "{quantity} {item} ({need}) are aboard {vehicle}, out of service at {place}: unload them there", **facts
        )
    return Message(
        "{quantity} {item} ({need}) are aboard {vehicle}, which cannot go on from {place}: unload them there", **facts
    )
