"""The sentence for a limit that binds: the road, the hours, the vehicle, the age of the goods."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from karavan.domain.goods import Item
from karavan.domain.message import ItemName, Message, PlaceName
from karavan.domain.needs import Need
from karavan.domain.roads import Road, RoadSource, RoadStatus
from karavan.domain.situation import Situation
from karavan.domain.units import HOUR_S, M_MM, Measure, time_text
from karavan.planning.problem import Problem
from karavan.planning.relax import WhatIf
from karavan.planning.travel import FAR, fits_road


def say_limit(
    problem: Problem, what_if: WhatIf, need: Need, item: Item, limit: str, binding: tuple[str, ...]
) -> Message:
    """The sentence for a binding limit."""
    say: dict[str, Callable[[], Message]] = {
        "closed body": lambda: Message(
            "{item} travels only in a closed body, and no vehicle with one could bring it", item=ItemName(item.code)
        ),
        "item class": lambda: Message(
            "no vehicle that may carry {item_class} could bring it", item_class=item.item_class
        ),
        "place vehicle": lambda: _place_limit(problem, need, item),
        "zone": lambda: Message(
            "no vehicle may go all the way to {place}, and none takes over at a transshipment point",
            place=PlaceName(need.place),
        ),
        "one way": lambda: Message("one-way roads lead away from {place} only", place=PlaceName(need.place)),
        "shelf life": lambda: _too_old(what_if, need, item),
        "opening hours": lambda: Message(
            "{place} is open only {hours}: no vehicle can be there in time",
            place=PlaceName(need.place),
            hours=str(problem.situation.place[need.place].opening),
        ),
        "convoy": lambda: Message(
            "the way to {place} is for convoys, and none can leave in time (notice given, lead time, gate hours)",
            place=PlaceName(need.place),
        ),
        "crew": lambda: Message(
            "no crew gets to {place} within its shift and driving time", place=PlaceName(need.place)
        ),
        "horizon": lambda: Message(
            "no vehicle gets to {place} and home by {end}",
            place=PlaceName(need.place),
            end=time_text(problem.situation.operation.end, problem.situation.operation.zone),
        ),
        "road": lambda: Message("no road leads to {place}", place=PlaceName(need.place)),
    }
    return say[limit]() if limit in say else _road_limit(problem, what_if, need, item, limit, binding)


def _carriers(problem: Problem, item: Item) -> list[int]:
    number = problem.items.index(item)
    return [v for v in range(len(problem.vehicles)) if problem.fits(v, number)]


def _place_limit(problem: Problem, need: Need, item: Item) -> Message:
    place = problem.situation.place[need.place]
    lightest = min((problem.vehicles[v].gross_mass_g for v in _carriers(problem, item)), default=0)
    return Message(
        "{place} takes no vehicle over {limit}, and the lightest that may carry {item} has {lightest}",
        place=PlaceName(need.place),
        limit=Measure(place.largest_gross_mass_g or 0, "g"),
        item=ItemName(item.code),
        lightest=Measure(lightest, "g"),
    )


def _too_old(what_if: WhatIf, need: Need, item: Item) -> Message:
    """The age that the freshest goods would have at the earliest hand-over."""
    age_s = what_if.alone("shelf life").least_age_s(need)
    if item.shelf_life_s is None or age_s is None or item.shelf_life_s <= item.remaining_life_s:
        return Message(
            "{item} would have expired, or have less than {hours} h of life left",
            item=ItemName(item.code),
            hours=item.remaining_life_s // HOUR_S,
        )
    return Message(
        "{item} would be {age} h old; it may be {limit} h at most",
        item=ItemName(item.code),
        age=-(-age_s // HOUR_S),
        limit=(item.shelf_life_s - item.remaining_life_s) // HOUR_S,
    )


def _road_limit(
    problem: Problem, what_if: WhatIf, need: Need, item: Item, limit: str, binding: tuple[str, ...]
) -> Message:
    """The road on the way that could be driven if the limit were lifted, with what forbids it."""
    carriers = _carriers(problem, item)
    way = _lifted_way(problem, what_if, need, binding)
    roads = sorted(way, key=lambda road: _strictness(problem.situation, limit, road))
    for road in roads:
        over = [v for v in carriers if not fits_road(problem.vehicles[v], road)]
        if limit == "gross mass" and road.max_gross_mass_g is not None and over:
            lightest = min(problem.vehicles[v].gross_mass_g for v in over)
            if len(over) == len(carriers):
                return Message(
                    "no vehicle under {limit} that may carry {item} for road {road} ({origin} - {destination}): "
                    "the lightest has {lightest}",
                    limit=Measure(road.max_gross_mass_g, "g"),
                    item=ItemName(item.code),
                    lightest=Measure(lightest, "g"),
                    **_ends(road),
                )
            return Message(
                "no vehicle over {limit} may use road {road} ({origin} - {destination})",
                limit=Measure(road.max_gross_mass_g, "g"),
                **_ends(road),
            )
        if limit == "height" and road.max_height_mm is not None and over:
            return Message(
                "no vehicle higher than {limit} m may use road {road} ({origin} - {destination})",
                limit=road.max_height_mm / M_MM,
                **_ends(road),
            )
        if limit == "width" and road.max_width_mm is not None and over:
            return Message(
                "no vehicle wider than {limit} m may use road {road} ({origin} - {destination})",
                limit=road.max_width_mm / M_MM,
                **_ends(road),
            )
        if limit == "status" and (road.status is not RoadStatus.OPEN or road.status_from or road.status_until):
            return _road_status(problem.situation, road)
        if limit == "hours of the road" and road.gate is not None:
            return Message(
                "road {road} ({origin} - {destination}) is open only {hours}, which is too short or too late",
                hours=str(road.gate),
                **_ends(road),
            )
        if limit == "hours of the road" and not road.night_allowed:
            return Message(
                "road {road} ({origin} - {destination}) is not driven in the dark ({hours}), and the days are too "
                "short",
                hours=str(problem.situation.operation.rules.dark_hours),
                **_ends(road),
            )
    return Message("no road that its vehicles may use leads to {place}", place=PlaceName(need.place))


def _strictness(situation: Situation, limit: str, road: Road) -> float:
    """Smallest first: of several roads on the way the one that lets least through is the one that binds."""
    sizes = {"gross mass": road.max_gross_mass_g, "height": road.max_height_mm, "width": road.max_width_mm}
    if limit in sizes:
        size = sizes[limit]
        return float("inf") if size is None else size
    plain = replace(road, gate=None, night_allowed=True) if limit == "status" else road
    operation = situation.operation
    spans = plain.usable(operation.start, operation.end, operation.rules, operation.zone)
    return sum((end - start).total_seconds() for start, end in spans)


def _road_status(situation: Situation, road: Road) -> Message:
    """``road A-B (Aghdam - Askeran) is closed until 2023-09-23 14:00``, or from when, or for the whole time."""
    zone = situation.operation.zone
    names = _ends(road)
    if road.status is RoadStatus.UNKNOWN:
        return Message(
            "the state of road {road} ({origin} - {destination}) is unknown, and it is not planned on", **names
        )
    if road.status is RoadStatus.OPEN:
        return Message(
            "road {road} ({origin} - {destination}) is open only from {start} to {end}",
            start=time_text(road.status_from or situation.operation.start, zone),
            end=time_text(road.status_until or situation.operation.end, zone),
            **names,
        )
    if road.status_until is not None:
        return Message(
            "road {road} ({origin} - {destination}) is closed until {end}",
            end=time_text(road.status_until, zone),
            **names,
        )
    if road.status_from is not None and road.status_from > situation.operation.start:
        return Message(
            "road {road} ({origin} - {destination}) is closed from {start}",
            start=time_text(road.status_from, zone),
            **names,
        )
    return Message("road {road} ({origin} - {destination}) is closed for the whole horizon", **names)


def _ends(road: Road) -> dict[str, object]:
    return {"road": road.code, "origin": PlaceName(road.origin), "destination": PlaceName(road.destination)}


def _lifted_way(problem: Problem, what_if: WhatIf, need: Need, binding: tuple[str, ...]) -> list[Road]:
    """The roads, as they are, of the quickest way that opens when the binding limits are lifted."""
    if problem.situation.road_source is RoadSource.STRAIGHT:
        return []
    lifted = what_if.problem(*binding)
    number = next(i for i, item in enumerate(lifted.items) if item.code == need.item)
    place = lifted.network.number[need.place]
    best: tuple[int, int, int] | None = None
    for pool in lifted.pools:
        if pool.item != number or pool.place == place:
            continue
        for v in sorted(lifted.carriers(number, pool.place, place)):
            profile = lifted.network.profile_of[v]
            at = lifted.network.stop_at
            drive = lifted.network.times[profile][at[pool.place]][at[place]]
            if drive < FAR and (best is None or drive < best[0]):
                best = (drive, v, pool.place)
    if best is None:
        return list(problem.situation.roads)
    _, v, source = best
    path = lifted.network.paths(lifted.network.profile_of[v], source, place)[0]
    return [problem.situation.roads[leg.road] for leg in path.legs]
