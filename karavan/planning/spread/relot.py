"""Lots given out again over all regions together: the oldest that would do goes first, whoever loads it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from karavan.domain.goods import Lot
from karavan.domain.needs import needs
from karavan.domain.plans import Handling, Journey, Stop
from karavan.domain.situation import Situation
from karavan.planning.engine._relief import allot
from karavan.planning.travel import FAR

Shelf = tuple[str, str]
"""Place and item."""


Group = tuple[int, int, str, str]
"""Journey, its stop, need and item: goods that come off together."""

Pieces = list[tuple[str, str, int]]
"""Lot, the place it came from, quantity."""


@dataclass(slots=True)
class _Draw:
    """Goods that one journey takes from a shelf for one need, to come off at one stop."""

    group: Group
    quantity: int
    loaded_s: int
    until_s: int


def give_out_again(situation: Situation, lots: Sequence[Lot], journeys: Sequence[Journey]) -> tuple[Journey, ...]:
    """
    The same journeys with the same goods, out of lots as if all had been planned at once.

    Regions had parts of the same lots, and each used up its own part of the older one first. Whatever was possible with
    parts is possible with the whole. Goods that change vehicles keep the lots that they came with.

    Parameters
    ----------
    lots
        All there are, with their expiry.
    journeys
        In the order in which they load.
    """
    need_place = {need.code: need.place for need in needs(situation)}
    ends = _last_hand_overs(journeys, need_place)
    draws: dict[Shelf, list[_Draw]] = defaultdict(list)
    for number, journey in enumerate(journeys):
        loading = _loading(journey)
        if loading is not None and not _is_fetched(loading):
            for draw in _draws(situation, number, journey, loading, need_place, ends):
                draws[loading.place, draw.group[3]].append(draw)
    shelves: dict[Shelf, list[Lot]] = defaultdict(list)
    for lot in lots:
        shelves[lot.place, lot.item].append(lot)
    given: dict[Group, Pieces] = {}
    for shelf, wanted in draws.items():
        given.update(_allotted(situation, shelf, shelves[shelf], wanted))
    put_down: dict[tuple[str, str, str], list[list]] = defaultdict(list)
    expiry_s = {(lot.place, lot.item, lot.code): _second(situation, lot.expiry) for lot in lots if lot.expiry}
    result = list(journeys)
    order = [(loading.start, number) for number, journey in enumerate(journeys) if (loading := _loading(journey))]
    for _, number in sorted(order):
        journey = journeys[number]
        loading = _loading(journey)
        if loading is not None and _is_fetched(loading):
            given.update(_fetched(situation, number, journey, put_down, expiry_s))
        result[number] = _relabelled(number, journey, given)
        for stop in result[number].stops:
            for goods in stop.unloads:
                if need_place.get(goods.need) != stop.place:
                    left = [stop.end, goods.lot, goods.lot_place, goods.quantity]
                    put_down[stop.place, goods.need, goods.item].append(left)
    return tuple(result)


def _loading(journey: Journey) -> Stop | None:
    return next((stop for stop in journey.stops if stop.loads), None)


def _is_fetched(loading: Stop) -> bool:
    """Whether what is loaded was put down there by another vehicle."""
    return any(goods.lot_place != loading.place for goods in loading.loads)


def _last_hand_overs(journeys: Sequence[Journey], need_place: Mapping[str, str]) -> dict[str, datetime]:
    ends: dict[str, datetime] = {}
    for journey in journeys:
        for stop in journey.stops:
            for goods in stop.unloads:
                if need_place.get(goods.need) == stop.place:
                    ends[goods.need] = max(ends.get(goods.need, stop.end), stop.end)
    return ends


def _draws(
    situation: Situation,
    number: int,
    journey: Journey,
    loading: Stop,
    need_place: Mapping[str, str],
    ends: Mapping[str, datetime],
) -> list[_Draw]:
    found = []
    for k, stop in enumerate(journey.stops):
        by_need: dict[tuple[str, str], int] = defaultdict(int)
        for goods in stop.unloads:
            by_need[goods.need, goods.item] += goods.quantity
        for (need, item), quantity in by_need.items():
            end = stop.end if need_place.get(need) == stop.place else ends.get(need, stop.end)
            until_s = _second(situation, end) + situation.item[item].remaining_life_s
            found.append(_Draw((number, k, need, item), quantity, _second(situation, loading.start), until_s))
    return found


def _allotted(situation: Situation, shelf: Shelf, lots: Sequence[Lot], wanted: Sequence[_Draw]) -> dict[Group, Pieces]:
    """Nothing, and so everything as it was, where the last hand-over came too late for what is there."""
    there = _batches(situation, lots)
    draws = [(draw.loaded_s, draw.until_s, draw.quantity, i) for i, draw in enumerate(wanted)]
    batches = [(quantity, since, until) for _, quantity, since, until in there]
    shares = allot(batches, situation.item[shelf[1]].step, draws)
    if shares is None:
        return {}
    return {
        draw.group: [(there[b][0], shelf[0], quantity) for b, quantity in share]
        for draw, share in zip(wanted, shares, strict=True)
    }


def _fetched(
    situation: Situation,
    number: int,
    journey: Journey,
    put_down: dict[tuple[str, str, str], list[list]],
    expiry_s: Mapping[tuple[str, str, str], int],
) -> dict[Group, Pieces]:
    """Out of what was put down there for the need before and lasts until it is handed over, the first first."""
    found: dict[Group, Pieces] = defaultdict(list)
    loading = _loading(journey)
    assert loading is not None
    for k, stop in enumerate(journey.stops):
        for goods in stop.unloads:
            wanted = goods.quantity
            until_s = _second(situation, stop.end) + situation.item[goods.item].remaining_life_s
            for lying in sorted(put_down[loading.place, goods.need, goods.item], key=lambda it: it[0]):
                lasts = expiry_s.get((lying[2], goods.item, lying[1]), FAR) >= until_s
                part = min(wanted, lying[3]) if lasts and lying[0] <= loading.start else 0
                if part:
                    found[number, k, goods.need, goods.item].append((lying[1], lying[2], part))
                    lying[3] -= part
                    wanted -= part
    return found


def _batches(situation: Situation, lots: Sequence[Lot]) -> list[tuple[str, int, int, int]]:
    """Code, quantity, from when and until when, first expiry first."""
    found = []
    for lot in lots:
        since = max(0, _second(situation, lot.available_from)) if lot.available_from else 0
        found.append((lot.code, lot.free, since, _second(situation, lot.expiry) if lot.expiry else FAR))
    return sorted(found, key=lambda it: (it[3], it[2], it[0]))


def _second(situation: Situation, moment: datetime) -> int:
    return int((moment - situation.operation.start).total_seconds())


def _relabelled(number: int, journey: Journey, given: Mapping[Group, Pieces]) -> Journey:
    """Loads are listed in the order opposite to that of the unloads."""
    stops: list[Stop] = []
    groups: list[tuple[Handling, ...]] = []
    for k, stop in enumerate(journey.stops):
        pieces: dict[tuple[str, str], list[Handling]] = defaultdict(list)
        for goods in stop.unloads:
            pieces[goods.need, goods.item].append(goods)
        unloads: list[Handling] = []
        for (need, item), old in pieces.items():
            groups.append(_cut(old, given.get((number, k, need, item))))
            unloads += groups[-1]
        stops.append(replace(stop, unloads=tuple(unloads)))
    loads = sum(reversed(groups), ())
    return replace(journey, stops=tuple(replace(stop, loads=loads) if stop.loads else stop for stop in stops))


def _cut(old: list[Handling], lots: Pieces | None) -> tuple[Handling, ...]:
    """Goods as they lie in their compartments, cut along the lots; ``None``: as they were."""
    if lots is None:
        return tuple(old)
    result = []
    rest = [goods.quantity for goods in old]
    here = 0
    for lot, place, quantity in lots:
        while quantity:
            part = min(quantity, rest[here])
            if part:
                result.append(replace(old[here], lot=lot, lot_place=place, quantity=part))
            quantity -= part
            rest[here] -= part
            here += not rest[here]
    return tuple(result)
