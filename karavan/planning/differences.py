"""What a new plan changes for each place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from karavan.domain.goods import Item
from karavan.domain.message import ItemName, Message, PlaceName
from karavan.domain.needs import needs
from karavan.domain.plans import Plan
from karavan.domain.situation import Situation
from karavan.domain.units import Quantity, time_text
from karavan.domain.value import hand_overs
from karavan.planning.search import NOTABLE_S

Part = tuple[str, datetime, int]
"""Vehicle, hand-over, quantity."""


def list_changes(situation: Situation, old: Plan, new: Plan) -> tuple[Message, ...]:
    """What became different, place by place: ``{place}: {change}``, one for each part that comes otherwise or not."""
    was, now = _handed_over(situation, old), _handed_over(situation, new)
    changes = []
    for place, code, item in sorted({*was, *now}):
        key = place, code, item
        changes += [
            Message("{place}: {change}", place=PlaceName(place), change=change)
            for change in _compared(situation, code, situation.item[item], was.get(key, []), now.get(key, []))
        ]
    return tuple(changes)


def _compared(situation: Situation, need: str, item: Item, before: list[Part], after: list[Part]) -> Iterator[Message]:
    """What a part is now instead of what was promised; then what does not come, and what comes besides."""
    zone = situation.operation.zone
    new_need = not before
    _, before, after = _paired(before, after, _alike)
    same_vehicle, before, after = _paired(before, after, lambda old, new: old[0] == new[0])
    others, before, after = _paired(before, after, lambda old, new: True)
    for (old_vehicle, planned, _), (vehicle, moment, _), quantity in (*same_vehicle, *others):
        facts = {**_goods(item, quantity), "need": need, "vehicle": vehicle}
        then, time = time_text(planned, zone), time_text(moment, zone)
        if vehicle == old_vehicle:
            yield Message(
                "{quantity} {item} ({need}) handed over {time} instead of {then}, with {vehicle} as planned",
                time=time,
                then=then,
                **facts,
            )
        else:
            yield Message(
                "{quantity} {item} ({need}) with {vehicle}, {time}, instead of {old}, {then}",
                time=time,
                then=then,
                old=old_vehicle,
                **facts,
            )
    if before:
        yield Message(
            "{quantity} {item} ({need}) less than planned; planned with {vehicles}",
            need=need,
            vehicles=", ".join(f"{vehicle} {time_text(moment, zone)}" for vehicle, moment, _ in before),
            **_goods(item, sum(quantity for *_, quantity in before)),
        )
    for vehicle, moment, quantity in after:
        facts = {**_goods(item, quantity), "need": need, "vehicle": vehicle, "time": time_text(moment, zone)}
        if new_need:
            yield Message("{quantity} {item} ({need}) added, with {vehicle}, {time}", **facts)
        else:
            yield Message("{quantity} {item} ({need}) more than planned: an extra part with {vehicle}, {time}", **facts)


def _goods(item: Item, quantity: int) -> dict[str, object]:
    return {"quantity": Quantity(quantity, item.unit), "item": ItemName(item.code)}


def _alike(old: Part, new: Part) -> bool:
    return old[0] == new[0] and abs(new[1] - old[1]) < timedelta(seconds=NOTABLE_S)


def _paired(
    before: list[Part], after: list[Part], match: Callable[[Part, Part], bool]
) -> tuple[list[tuple[Part, Part, int]], list[Part], list[Part]]:
    """``(old, new, quantity)`` of the parts that match, earliest first, and what is left of both sides."""
    pairs = []
    rest = {i: part[2] for i, part in enumerate(after)}
    left = []
    for old in before:
        quantity = old[2]
        for i, new in enumerate(after):
            both = min(quantity, rest[i])
            if both and match(old, new):
                pairs.append((old, new, both))
                quantity -= both
                rest[i] -= both
        if quantity:
            left.append((*old[:2], quantity))
    return pairs, left, [(*part[:2], rest[i]) for i, part in enumerate(after) if rest[i]]


def _handed_over(situation: Situation, plan: Plan) -> dict[tuple[str, str, str], list[Part]]:
    """
    By place, need and item; what is put down on the way is not handed over.

    A request that is gone counts where it was brought.
    """
    places = {need.code: need.place for need in needs(situation)}
    total: dict[tuple[str, str, str], dict[tuple[datetime, str], int]] = defaultdict(lambda: defaultdict(int))
    for journey in plan.journeys:
        for stop in journey.stops:
            moments = hand_overs(situation, stop)
            for goods in stop.unloads:
                if places.get(goods.need, stop.place) == stop.place:
                    key = stop.place, goods.need, goods.item
                    total[key][moments[goods.need], journey.vehicle] += goods.quantity
    return {
        key: [(vehicle, moment, quantity) for (moment, vehicle), quantity in sorted(parts.items())]
        for key, parts in total.items()
    }
