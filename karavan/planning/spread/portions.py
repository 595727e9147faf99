"""Who gets what: fair shares for everybody first, then goods and vehicles for each region."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from karavan.domain.fleet import Vehicle
from karavan.domain.goods import Item, Lot
from karavan.domain.needs import Need
from karavan.domain.plans import Share
from karavan.domain.situation import Situation
from karavan.planning.spread.ground import Ground

Stock = dict[int, int]
"""Units by the number of the lot."""

UNMET_S = 10_000_000.0
"""Bringing goods from anywhere is better than not bringing them."""


def fair_limits(
    ground: Ground, needs: Sequence[Need], lots: Sequence[Lot], out_of_reach: Collection[str] = ()
) -> tuple[dict[str, int], tuple[Share, ...]]:
    """
    What each need may be brought of a scarce item: the same part of it for all that open roads join to the same stores.

    In whole handling units; what rounding leaves goes to those furthest below their part.

    Parameters
    ----------
    out_of_reach
        Codes of needs that no vehicle can serve: nothing is kept for them.
    """
    limits: dict[str, int] = {}
    shares = []
    groups: dict[str, dict[int, list[Need]]] = defaultdict(lambda: defaultdict(list))
    cut_off: dict[tuple[str, int], list[Need]] = defaultdict(list)
    there: dict[tuple[str, int], int] = defaultdict(int)
    for lot in lots:
        there[lot.item, int(ground.land[ground.number[lot.place]])] += whole(ground.situation.item[lot.item], lot.free)
    for need in needs:
        limits[need.code] = whole(ground.situation.item[need.item], need.quantity)
        land = int(ground.land[ground.number[need.place]])
        if need.code in out_of_reach:
            cut_off[need.item, land].append(need)
        else:
            groups[need.item][land].append(need)
    for code, lands in groups.items():
        supplied = {land: asking for land, asking in lands.items() if there[code, land]}
        scarce = {
            land: asking for land, asking in supplied.items() if sum(limits[n.code] for n in asking) > there[code, land]
        }
        for land, asking in scarce.items():
            item, units = ground.situation.item[code], there[code, land]
            asked = sum(limits[need.code] for need in asking)
            _share_out(item, asking, units, limits)
            # Should a vehicle come by after all, they get no more of it than others.
            for need in cut_off[code, land]:
                limits[need.code] = whole(item, limits[need.code] * units // asked)
        if scarce:
            among = [need for asking in supplied.values() for need in asking]
            shares.append(
                Share(
                    item=code,
                    needed=sum(need.quantity for need in among),
                    available=sum(there[code, land] for land in supplied),
                    shares=tuple((need.code, limits[need.code]) for need in among),
                )
            )
    order = {item.code: i for i, item in enumerate(ground.situation.items)}
    return limits, tuple(sorted(shares, key=lambda share: order[share.item]))


def _share_out(item: Item, asking: list[Need], there: int, limits: dict[str, int]) -> None:
    asked = sum(limits[need.code] for need in asking)
    most = {need.code: limits[need.code] for need in asking}
    left = there
    short = []
    for number, need in enumerate(asking):
        due, over = divmod(most[need.code] * there, asked * item.step)
        limits[need.code] = due * item.step
        left -= due * item.step
        short.append((-over, number))
    for _, number in sorted(short):
        code = asking[number].code
        if left >= item.step and limits[code] + item.step <= most[code]:
            limits[code] += item.step
            left -= item.step


def whole(item: Item, quantity: int) -> int:
    """Of a quantity what whole handling units make."""
    return quantity // item.step * item.step


def split_stock(
    situation: Situation, lots: Sequence[Lot], demand: Sequence[Mapping[str, int]], away_s: Mapping[str, np.ndarray]
) -> list[Stock]:
    """
    The lots over the regions: what they ask for comes from as near as can be, and what nobody asks for stays near.

    Parameters
    ----------
    lots
        What is free to be given.
    demand
        For each region the units that it asks for, by item.
    away_s
        By place where a lot lies, the seconds to each region.
    """
    result: list[Stock] = [{} for _ in demand]
    pools: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, lot in enumerate(lots):
        if lot.free >= situation.item[lot.item].step:
            pools[lot.item][lot.place].append(number)
    for item, places in pools.items():
        step = situation.item[item].step
        totals = np.array([sum(lots[k].free // step for k in numbers) for numbers in places.values()], np.int64)
        asked = np.array([one.get(item, 0) // step for one in demand], np.int64)
        away = np.array([away_s[place] for place in places], float)
        given = _with_rest(_transport(totals, asked, away), totals, away)
        for numbers, row in zip(places.values(), given, strict=True):
            left = row.copy()
            for k in numbers:
                for region, units in _divided(lots[k].free // step, left.copy(), int(left.sum())):
                    result[region][k] = units * step
                    left[region] -= units
    return result


def _transport(totals: np.ndarray, asked: np.ndarray, away: np.ndarray) -> np.ndarray:
    """``[pool, region]``: units brought with the least driving, in whole ones."""
    rows, columns = np.nonzero(np.isfinite(away) & (totals > 0)[:, None] & (asked > 0)[None, :])
    given = np.zeros(away.shape, np.int64)
    if not len(rows):
        return given
    size = len(rows)
    both = np.concatenate([rows, len(totals) + columns]), np.concatenate([np.arange(size)] * 2)
    matrix = csr_array((np.ones(2 * size), both), shape=(len(totals) + len(asked), size))
    cost = np.minimum(away[rows, columns], UNMET_S / 2) - UNMET_S
    found = linprog(cost, A_ub=matrix, b_ub=np.concatenate([totals, asked]), bounds=(0, None), method="highs")
    if found.success:
        given[rows, columns] = np.floor(found.x + 1e-6).astype(np.int64)
    free, open_ = totals - given.sum(axis=1), asked - given.sum(axis=0)
    order = np.lexsort((columns, rows, away[rows, columns]))
    for pool, region in zip(rows[order].tolist(), columns[order].tolist(), strict=True):
        part = min(int(free[pool]), int(open_[region]))
        if part > 0:
            given[pool, region] += part
            free[pool] -= part
            open_[region] -= part
    return given


def _with_rest(given: np.ndarray, totals: np.ndarray, away: np.ndarray) -> np.ndarray:
    """What nobody asks for goes to those who load there anyway, else to the nearest."""
    given = given.copy()
    for pool, total in enumerate(totals.tolist()):
        rest = total - int(given[pool].sum())
        if rest <= 0:
            continue
        if given[pool].any():
            for region, units in _divided(rest, given[pool].copy(), int(given[pool].sum())):
                given[pool, region] += units
        else:
            given[pool, int(away[pool].argmin())] += rest
    return given


def _divided(units: int, row: np.ndarray, total: int) -> list[tuple[int, int]]:
    """``units`` in the proportions of ``row``, which adds up to ``total``: largest remainders get what is over."""
    regions = np.flatnonzero(row).tolist()
    parts = [divmod(units * int(row[r]), total) for r in regions]
    over = units - sum(part for part, _ in parts)
    first = sorted(range(len(regions)), key=lambda i: (-parts[i][1], i))[:over]
    return [
        (r, part + (i in first))
        for i, (r, (part, _)) in enumerate(zip(regions, parts, strict=True))
        if part or i in first
    ]


def split_fleet(
    situation: Situation,
    region_of: Mapping[str, int],
    work: Mapping[str, float],
    needs: Sequence[Need],
    count: int,
    away_s: Mapping[str, np.ndarray],
) -> list[list[Vehicle]]:
    """
    The vehicles over the regions: each kind in proportion to the work it can do there, from as near as can be.

    Parameters
    ----------
    region_of, work
        Region of each need's place; by need about how long a tonne's journeys take, in any unit.
    away_s
        By place where a vehicle starts, the seconds to each region.
    """
    kinds: dict[Vehicle, list[Vehicle]] = defaultdict(list)
    for vehicle in situation.vehicles:
        kinds[_kind(vehicle)].append(vehicle)
    loads = _loads(situation, region_of, work, needs)
    result: list[list[Vehicle]] = [[] for _ in range(count)]
    for kind, vehicles in kinds.items():
        share = _work_for(situation, kind, loads, count)
        quota = _quotas(len(vehicles), share)
        waiting: dict[str, list[Vehicle]] = defaultdict(list)
        for vehicle in vehicles:
            waiting[vehicle.homes[0]].append(vehicle)
        pairs = sorted((float(away_s[home][r]), r, home) for home in waiting for r in range(count) if quota[r])
        for _, region, home in pairs:
            taken = waiting[home][: quota[region]]
            waiting[home] = waiting[home][len(taken) :]
            quota[region] -= len(taken)
            result[region] += taken
    order = {vehicle.plate: i for i, vehicle in enumerate(situation.vehicles)}
    return [sorted(vehicles, key=lambda it: order[it.plate]) for vehicles in result]


def _kind(vehicle: Vehicle) -> Vehicle:
    """What matters for where it is of use; vehicles of one kind are alike in it."""
    return Vehicle(
        plate="",
        homes=("",),
        payload_g=vehicle.payload_g,
        compartments_cm3=vehicle.compartments_cm3,
        closed_body=vehicle.closed_body,
        gross_mass_g=vehicle.gross_mass_g,
        item_classes=vehicle.item_classes,
        zones=vehicle.zones,
    )


Loads = dict[tuple[str, int | None, frozenset[str]], dict[int, float]]
"""Work by item, limit of gross mass and zones of the place; and by region."""


def _loads(
    situation: Situation, region_of: Mapping[str, int], work: Mapping[str, float], needs: Sequence[Need]
) -> Loads:
    loads: Loads = defaultdict(lambda: defaultdict(float))
    for need in needs:
        place = situation.place[need.place]
        loads[need.item, place.largest_gross_mass_g, place.zones][region_of[need.place]] += work[need.code]
    return loads


def _work_for(situation: Situation, kind: Vehicle, loads: Loads, count: int) -> np.ndarray:
    """For each region the work that such a vehicle can do; where it can do none, all work."""
    able, every = np.zeros(count), np.zeros(count)
    sample = situation.places[0]
    stores = {situation.place[lot.place].zones for lot in situation.stock}
    stores |= {situation.place[row.bakery].zones for row in situation.production}
    for (code, heaviest, zones), by_region in loads.items():
        item = situation.item[code]
        fits = (kind.closed_body or not item.closed_body) and (
            not kind.item_classes or item.item_class in kind.item_classes
        )
        stops = kind.may_stop(replace(sample, largest_gross_mass_g=heaviest, zones=zones))
        # Nobody can go all the way there: somebody must bring the goods to where vehicles change.
        stops = stops or (fits and _is_behind_a_change(situation, stores, zones))
        for region, amount in by_region.items():
            every[region] += amount
            able[region] += amount if fits and stops else 0.0
    return able if able.any() else every


def _is_behind_a_change(situation: Situation, stores: set[frozenset[str]], zones: frozenset[str]) -> bool:
    """Whether no vehicle may be both at a store and in these zones."""
    return bool(zones) and not any(
        not fleet or (fleet & zones and any(not store or fleet & store for store in stores))
        for fleet in {vehicle.zones for vehicle in situation.vehicles}
    )


def _quotas(vehicles: int, share: np.ndarray) -> list[int]:
    """So many vehicles in the proportions of ``share``: largest remainders."""
    total = float(share.sum())
    exact = share / total * vehicles if total > 0 else np.full(len(share), vehicles / max(1, len(share)))
    quota = np.floor(exact).astype(int)
    over = vehicles - int(quota.sum())
    for region in sorted(range(len(share)), key=lambda r: (-(exact[r] - quota[r]), r))[:over]:
        quota[region] += 1
    return quota.tolist()
