"""Regions cut out of the whole: each with its places and roads, its vehicles, its goods and what it has to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse.csgraph import dijkstra

from karavan.domain.fleet import Vehicle
from karavan.domain.needs import Need
from karavan.domain.plans import Journey, Share
from karavan.domain.roads import Road, RoadSource
from karavan.domain.units import HOUR_S
from karavan.planning.spread.campaign import Campaign, drawn, given, numbered, settled
from karavan.planning.spread.ground import SHUT_S, Ground
from karavan.planning.spread.nameless import nameless
from karavan.planning.spread.piece import Piece
from karavan.planning.spread.portions import Stock, split_fleet, split_stock
from karavan.planning.spread.regions import cut

SEED_STEP = 1_000_003
"""Between the seeds of sweeps."""

EASY_WAY_S = 6 * HOUR_S
"""Ways around limits are looked for so far from a region; farther off, those that are quickest must do."""


@dataclass
class Region:
    """
    A region being put together.

    Attributes
    ----------
    region_of
        The region of every place.
    gate
        Its place that is nearest to any store: from here the rest of the world is seen.
    parts, elsewhere, before, seed
        As in :class:`Piece`.
    closed
        Roads for convoys that nobody may drive any more.
    """

    number: int
    region_of: np.ndarray
    gate: int
    vehicles: list[Vehicle]
    stock: Stock
    parts: dict[str, tuple[int, int]]
    elsewhere: dict[str, int]
    before: tuple[Journey, ...]
    closed: set[str]
    seed: int

    @property
    def places(self) -> np.ndarray:
        """Numbers of its own places."""
        return np.flatnonzero(self.region_of == self.number)


def first_regions(campaign: Campaign, size: float, seed: int) -> list[Region]:
    """The whole cut up by depots, nothing planned yet."""
    ground, place = campaign.ground, campaign.need_place
    sources = sorted({ground.number[lot.place] for lot in campaign.lots}) or [0]
    region = cut(ground, campaign.weights, sources, size)
    gates = _gates(ground, region, sources)
    away = _away(campaign, gates)
    region_of = {code: int(region[ground.number[code]]) for code in set(place.values())}
    fleet = split_fleet(campaign.situation, region_of, _work(campaign, sources), campaign.needs, len(gates), away)
    parts: list[dict[str, tuple[int, int]]] = [{} for _ in gates]
    for need in campaign.needs:
        parts[region_of[need.place]][need.code] = (campaign.limits[need.code], need.quantity)
    stock = split_stock(campaign.situation, campaign.lots, [_asked(campaign, one) for one in parts], away)
    return [
        Region(number, region, gate, fleet[number], stock[number], parts[number], {}, (), set(), seed)
        for number, gate in enumerate(gates)
        if parts[number]
    ]


def next_regions(campaign: Campaign, root: int, size: float, seed: int) -> list[Region]:
    """The plan so far, cut up along other borders: ``root`` says which."""
    ground, place = campaign.ground, campaign.need_place
    bound, closed = settled(campaign.journeys, place, set(ground.passages))
    free = {plate: own for plate, own in campaign.journeys.items() if plate not in bound}
    atoms = {plate: _atoms_used(ground, own) for plate, own in free.items()}
    joined = [(used[0], other) for used in atoms.values() for other in used[1:]]
    region = cut(ground, campaign.weights, [root], size, joined)
    gates = _gates(ground, region, sorted({ground.number[lot.place] for lot in campaign.lots}) or [0])
    region_of = {code: int(region[ground.number[code]]) for code in set(place.values())}
    vehicles: list[list[Vehicle]] = [[] for _ in gates]
    for vehicle in campaign.situation.vehicles:
        if vehicle.plate not in bound:
            own = free.get(vehicle.plate, ())
            vehicles[_where(ground, region, region_of, vehicle, own, atoms.get(vehicle.plate, []))].append(vehicle)
    before = [tuple(j for truck in own for j in free.get(truck.plate, ())) for own in vehicles]
    stock = _stock_so_far(campaign, before, bound, gates, region_of)
    brought = [given(journeys, place) for journeys in before]
    total = given((j for own in campaign.journeys.values() for j in own), place)
    own_needs: list[list[Need]] = [[] for _ in gates]
    for need in campaign.needs:
        own_needs[region_of[need.place]].append(need)
    found = []
    for number, gate in enumerate(gates):
        parts = _parts_so_far(campaign, own_needs[number], brought[number], total)
        if vehicles[number] and parts:
            elsewhere = {code: total[code] - brought[number].get(code, 0) for code in parts if total.get(code)}
            made = (
                number,
                region,
                gate,
                vehicles[number],
                stock[number],
                parts,
                elsewhere,
                before[number],
                closed,
                seed,
            )
            found.append(Region(*made))
    return found


def _gates(ground: Ground, region: np.ndarray, sources: list[int]) -> list[int]:
    far = dijkstra(ground.near, directed=False, indices=sources, min_only=True)
    order = np.lexsort((np.arange(len(region)), far, region))
    labels = region[order]
    first = np.ones(len(order), bool)
    first[1:] = labels[1:] != labels[:-1]
    return order[first].tolist()


def _away(campaign: Campaign, gates: list[int]) -> dict[str, np.ndarray]:
    """By place where goods lie or vehicles start, the seconds to each region; row by row, for the map may be large."""
    codes = dict.fromkeys([lot.place for lot in campaign.lots] + [v.homes[0] for v in campaign.situation.vehicles])
    return {code: campaign.ground.from_places([campaign.ground.number[code]])[0][gates] for code in codes}


def _work(campaign: Campaign, sources: list[int]) -> dict[str, float]:
    """By need about how long its journeys take: so many tonnes, there and back, and an hour for loading."""
    far = dijkstra(campaign.ground.near, directed=False, indices=sources, min_only=True)
    item, number = campaign.situation.item, campaign.ground.number
    return {
        need.code: campaign.limits[need.code]
        * item[need.item].mass_g
        * (3_600 + 2 * min(far[number[need.place]], SHUT_S))
        for need in campaign.needs
    }


def _asked(campaign: Campaign, parts: Mapping[str, tuple[int, int]]) -> dict[str, int]:
    asked: dict[str, int] = defaultdict(int)
    for code, (limit, _) in parts.items():
        asked[campaign.need[code].item] += limit
    return asked


def _atoms_used(ground: Ground, journeys: tuple[Journey, ...]) -> list[int]:
    legs = (leg for journey in journeys for stop in journey.stops for leg in stop.legs if leg.convoy)
    return sorted({ground.passages[leg.road] for leg in legs})


def _where(
    ground: Ground,
    region: np.ndarray,
    region_of: Mapping[str, int],
    vehicle: Vehicle,
    journeys: tuple[Journey, ...],
    atoms: list[int],
) -> int:
    """That of the convoys' roads that the vehicle drives, else where it unloads most often, else that of its home."""
    if atoms:
        return int(region[atoms[0]])
    times: dict[int, int] = defaultdict(int)
    for journey in journeys:
        for stop in journey.stops:
            if stop.unloads:
                times[region_of[stop.place]] += 1
    if times:
        return min(times, key=lambda r: (-times[r], r))
    return int(region[ground.number[vehicle.homes[0]]])


def _stock_so_far(
    campaign: Campaign,
    before: list[tuple[Journey, ...]],
    bound: set[str],
    gates: list[int],
    region_of: Mapping[str, int],
) -> list[Stock]:
    """For each region what its vehicles load already, and of the rest what it still asks for."""
    lots = campaign.lots
    own = [numbered(lots, drawn(journeys)) for journeys in before]
    settled_ = numbered(lots, drawn(j for plate in bound for j in campaign.journeys[plate]))
    used: dict[int, int] = defaultdict(int)
    for stock in [*own, settled_]:
        for number, units in stock.items():
            used[number] += units
    rest = [replace(lot, quantity=max(0, lot.free - used[i]), reserved=0) for i, lot in enumerate(lots)]
    total = given((j for one in campaign.journeys.values() for j in one), campaign.need_place)
    asked: list[dict[str, int]] = [defaultdict(int) for _ in gates]
    for need in campaign.needs:
        asked[region_of[need.place]][need.item] += max(0, campaign.limits[need.code] - total.get(need.code, 0))
    more = split_stock(campaign.situation, rest, asked, _away(campaign, gates))
    return [{k: a.get(k, 0) + b.get(k, 0) for k in sorted({*a, *b})} for a, b in zip(own, more, strict=True)]


def _parts_so_far(
    campaign: Campaign, own_needs: list[Need], brought: Mapping[str, int], total: Mapping[str, int]
) -> dict[str, tuple[int, int]]:
    """A need is its own region's to serve, less what others' vehicles bring; what they bring stays theirs."""
    parts: dict[str, tuple[int, int]] = {}
    for need in own_needs:
        own = brought.get(need.code, 0)
        others = total.get(need.code, 0) - own
        most = need.quantity - others
        if most > 0:
            parts[need.code] = (max(own, min(most, campaign.limits[need.code] - others)), most)
    for code, units in brought.items():
        parts.setdefault(code, (units, units))
    return parts


def piece_of(campaign: Campaign, region: Region, rounds: int | None, limit_s: float | None) -> Piece:
    """The region as a situation of its own, with rounds or seconds to plan it in."""
    situation, ground = campaign.situation, campaign.ground
    barred = {
        road
        for road, atom in ground.passages.items()
        if road in region.closed or region.region_of[atom] != region.number
    }
    requests = tuple(situation.requests[k] for k in sorted({campaign.request_at[code] for code in region.parts}))
    lots = tuple(
        replace(campaign.lots[k], quantity=units, reserved=0) for k, units in sorted(region.stock.items()) if units
    )
    stops = {ground.number[request.place] for request in requests} | {ground.number[lot.place] for lot in lots}
    stops |= {ground.number[home] for vehicle in region.vehicles for home in vehicle.homes}
    places, roads = _land(campaign, region, stops, barred)
    own = replace(
        situation,
        places=tuple(situation.places[i] for i in places),
        roads=roads,
        stock=lots,
        production=(),
        vehicles=tuple(region.vehicles),
        requests=requests,
    )
    return Piece(
        number=region.number,
        situation=nameless(own),
        parts=region.parts,
        elsewhere=region.elsewhere,
        shares=_shares_of(campaign.shares, region.parts),
        before=region.before,
        cost_person_h=campaign.cost_person_h,
        seed=region.seed * SEED_STEP + region.number,
        rounds=rounds,
        limit_s=limit_s,
    )


def _shares_of(shares: tuple[Share, ...], parts: Mapping[str, tuple[int, int]]) -> tuple[Share, ...]:
    return tuple(replace(share, shares=tuple(it for it in share.shares if it[0] in parts)) for share in shares)


def _land(campaign: Campaign, region: Region, stops: set[int], barred: set[str]) -> tuple[list[int], tuple[Road, ...]]:
    """
    The places and roads that a region needs.

    All as near to its gate as its own places are, the ways to its stores and vehicles, quickest and without any limit,
    and all that its vehicles drive already; then dead ends at which nobody stops are left out.
    """
    ground, situation = campaign.ground, campaign.situation
    if situation.road_source is RoadSource.STRAIGHT:
        return sorted(stops | set(region.places[campaign.weights[region.places] > 0].tolist())), ()
    kept = set(stops)
    for easy in (False, True):
        near, limit = (ground.easy, EASY_WAY_S) if easy else (ground.near, np.inf)
        far, back = dijkstra(near, directed=False, indices=region.gate, return_predecessors=True, limit=limit)
        for here in stops:
            while here >= 0 and np.isfinite(far[here]):
                kept.add(here)
                here = int(back[here])
        if not easy:
            own = far[region.places]
            kept |= set(np.flatnonzero(far <= own[own < SHUT_S].max(initial=0.0)).tolist())
    for journey in region.before:
        for stop in journey.stops:
            kept.update(ground.number[end] for leg in stop.legs for end in (leg.origin, leg.destination))
    return _without_dead_ends(campaign, kept, stops, barred)


def _without_dead_ends(
    campaign: Campaign, kept: set[int], stops: set[int], barred: set[str]
) -> tuple[list[int], tuple[Road, ...]]:
    situation, number = campaign.situation, campaign.ground.number
    inside: dict[int, Road] = {}
    beside: dict[int, set[int]] = defaultdict(set)
    for place in kept:
        for k in campaign.roads_at[place]:
            road = situation.roads[k]
            a, b = number[road.origin], number[road.destination]
            if a in kept and b in kept and road.code not in barred:
                inside[k] = road
                beside[a].add(b)
                beside[b].add(a)
    ends = [place for place in kept if len(beside[place]) < 2 and place not in stops]
    while ends:
        end = ends.pop()
        kept.discard(end)
        for other in beside.pop(end, ()):
            beside[other].discard(end)
            if len(beside[other]) < 2 and other not in stops and other in kept:
                ends.append(other)
    left = sorted(k for k, road in inside.items() if number[road.origin] in kept and number[road.destination] in kept)
    return sorted(kept), tuple(situation.roads[k] for k in left)
