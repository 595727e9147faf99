"""Roads, closures, gate hours, dark hours and crews' clocks -> which way, and when one arrives.

All times are whole seconds after the operation's start. Places are numbered as in ``situation.places``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np

from karavan.domain.fleet import Vehicle
from karavan.domain.hours import ALWAYS, Hours
from karavan.domain.places import Place
from karavan.domain.roads import Road, RoadSource, straight_road
from karavan.domain.situation import Situation
from karavan.domain.units import DAY_S
from karavan.planning.engine._relief import (
    FAR,
    Clock,
    Crew,
    Passage,
    Path,
    PathLeg,
    Roads,
    TravelRules,
    breaks_inside,
    drove,
    earliest,
    worked,
)

__all__ = [
    "FAR",
    "Clock",
    "Crew",
    "Network",
    "Passage",
    "Path",
    "PathLeg",
    "Spans",
    "Table",
    "breaks_inside",
    "drove",
    "earliest",
    "fits_road",
    "worked",
]

Spans = tuple[tuple[int, int], ...]

MOST_CHANGES = 8
"""Stretches of time between changes of roads for which shortest ways are kept."""


class Table:
    """Least driving seconds between stops over all variants, row by row as they are asked for; ``FAR``: no way."""

    def __init__(self, roads: Roads, profile: int, size: int) -> None:
        self._roads, self._profile, self._size = roads, profile, size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, stop: int) -> memoryview:
        if stop >= self._size:
            raise IndexError(stop)
        return memoryview(self._roads.row(self._profile, stop))  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[memoryview]:
        return (self[stop] for stop in range(self._size))


class Network:
    """
    Ways between the places of a situation, per profile: vehicles that may use the same roads at the same speed.

    A profile has several variants of the road network: one for each stretch of time between changes of any road's
    status, each with and without the roads that have hours or convoys. Which way is best at a given moment is found
    by driving the shortest way of every variant by the clock and taking the earliest arrival.

    Parameters
    ----------
    situation
        Places, roads, vehicles and rules.
    stops
        Numbers of the places where vehicles stop; times are computed between these.
    """

    def __init__(self, situation: Situation, stops: list[int]) -> None:
        self.situation = situation
        self.horizon_s = situation.operation.horizon_s
        self.number = {place.code: i for i, place in enumerate(situation.places)}
        self.stops = stops
        self.stop_at = {place: i for i, place in enumerate(stops)}
        self.straight = situation.road_source is RoadSource.STRAIGHT
        self.roads: list[Road] = [] if self.straight else list(situation.roads)
        self.windows: list[Spans] = [self._windows(road) for road in self.roads]
        self.restricted = [spans != ((0, self.horizon_s),) for spans in self.windows]
        self._ends = np.array(
            [(self.number[road.origin], self.number[road.destination]) for road in self.roads], dtype=np.int64
        ).reshape(-1, 2)
        keys = [_profile_key(vehicle) for vehicle in situation.vehicles]
        self.profiles = list(dict.fromkeys(keys))
        self.profile_of = [self.profiles.index(key) for key in keys]
        self._samples = [situation.vehicles[keys.index(key)] for key in self.profiles]
        base = np.array([road.drive_s for road in self.roads], np.int64)
        self._allowed = [self._may_use(vehicle) for vehicle in self._samples]
        self._drive = [-(-base * 1000 // vehicle.speed_permille) for vehicle in self._samples]
        self._ways: dict[tuple[int, ...], list[list[PathLeg]]] = {}
        self.core = Roads(len(situation.places), stops, self._rules())
        self._tell()
        self.times = [Table(self.core, profile, len(stops)) for profile in range(len(self.profiles))]

    def _rules(self) -> TravelRules:
        rules, start = self.situation.operation.rules, self.situation.operation.start
        local = start.astimezone(self.situation.operation.zone)
        told = TravelRules()
        told.horizon_s = self.horizon_s
        told.break_after_s, told.break_s = rules.break_after_s, rules.break_s
        told.convoys_from, told.convoy_min, told.convoy_max = self.convoys_from, rules.convoy_min, rules.convoy_max
        # Convoys leave at round times of the local clock.
        told.first_slot_s = -(local.hour * 3600 + local.minute * 60 + local.second) % rules.convoy_slot_s
        told.slot_s = rules.convoy_slot_s
        told.detour_permille = rules.detour_permille
        told.straight_speed_m_per_h = rules.straight_speed_m_per_h
        return told

    def _tell(self) -> None:
        """Roads, profiles and their variants, to where ways are found."""
        places = self.situation.places
        for road, (a, b), spans, restricted in zip(
            self.roads, self._ends.tolist(), self.windows, self.restricted, strict=True
        ):
            self.core.add_road(a, b, road.distance_m, road.one_way, road.convoy_only, restricted, spans)
        for profile, vehicle in enumerate(self._samples):
            self.core.add_profile(vehicle.speed_permille, [vehicle.may_enter(place) for place in places])
            if not self.straight:
                self._tell_variants(profile)
        if self.straight:
            self.core.go_straight([p.latitude_deg or 0.0 for p in places], [p.longitude_deg or 0.0 for p in places])

    def road_code(self, leg: PathLeg) -> str:
        """The leg's road as plans name it."""
        if leg.road >= 0:
            return self.roads[leg.road].code
        places = self.situation.places
        return straight_road(places[leg.origin], places[leg.destination], self.situation.operation.rules).code

    def crew(self, vehicle: Vehicle) -> Crew:
        """The vehicle's shift spans; a crew that works round the clock drives its limit per local day."""
        operation, rules = self.situation.operation, self.situation.operation.rules
        start = max(0, self._second(vehicle.available_from, 0))
        end = min(self.horizon_s, self._second(vehicle.available_until, self.horizon_s))
        always = vehicle.shift == ALWAYS
        hours = Hours.parse("00:00-24:00") if always else vehicle.shift
        moments = (
            _days(operation.start, operation.end, operation.zone)
            if always
            else hours.between(operation.start, operation.end, operation.zone)
        )
        spans = [(self.second(a), self.second(b)) for a, b in moments]
        return Crew(
            spans=tuple((max(a, start), min(b, end)) for a, b in spans if max(a, start) < min(b, end)),
            driving_limit_s=vehicle.driving_limit_s,
            rest_s=0 if always else rules.rest_s,
            break_after_s=rules.break_after_s,
            break_s=rules.break_s,
        )

    def second(self, moment: datetime) -> int:
        """Whole seconds after the start, rounded up: never too early."""
        return -int((self.situation.operation.start - moment) // timedelta(seconds=1))

    def _second(self, moment: datetime | None, default: int) -> int:
        return default if moment is None else self.second(moment)

    @property
    def convoys_from(self) -> int:
        """No convoy leaves before notice has been given for long enough."""
        rules = self.situation.operation.rules
        if rules.notified_at is None:
            return 0
        return max(0, self.second(rules.notified_at) + rules.notification_lead_s)

    def opening(self, place: Place) -> Spans | None:
        """Opening spans in seconds; ``None``: always open."""
        if place.opening == ALWAYS:
            return None
        operation = self.situation.operation
        return tuple(
            (self.second(a), self.second(b))
            for a, b in place.opening.between(operation.start, operation.end, operation.zone)
        )

    def reachable(self, profile: int, origin: int, destination: int) -> bool:
        """Whether any variant has a way; both are stops."""
        return self.core.time(profile, origin, destination) < FAR

    def paths(self, profile: int, origin: int, destination: int) -> tuple[Path, ...]:
        """The different shortest ways of all variants, fastest first; both ends are stops."""
        return tuple(self.core.paths(profile, origin, destination))

    def ways(self, profiles: tuple[int, ...]) -> list[list[PathLeg]]:
        """For each place the roads that leave it, as the fastest of ``profiles`` that may use them drives them."""
        found = self._ways.get(profiles)
        if found is None:
            found = self._ways[profiles] = [[] for _ in self.situation.places]
            for number, road in enumerate(self.roads):
                drives = [int(self._drive[p][number]) for p in profiles if self._allowed[p][number]]
                if drives and self.windows[number]:
                    a, b = self._ends[number].tolist()
                    found[a].append(PathLeg(number, a, b, min(drives)))
                    if not road.one_way:
                        found[b].append(PathLeg(number, b, a, min(drives)))
        return found

    def _windows(self, road: Road) -> Spans:
        operation = self.situation.operation
        spans = road.usable(operation.start, operation.end, operation.rules, operation.zone)
        return tuple((self.second(a), self.second(b)) for a, b in spans)

    def _may_use(self, vehicle: Vehicle) -> np.ndarray:
        """For each road whether its limits and its ends' zones let the vehicle on it."""
        entered = np.array([vehicle.may_enter(place) for place in self.situation.places], bool)
        fits = np.array([fits_road(vehicle, road) for road in self.roads], bool)
        return fits & entered[self._ends[:, 0]] & entered[self._ends[:, 1]]

    def _paces(self, profile: int) -> list[int]:
        """Speeds at which the profile's vehicles go in convoys, in permille: their own, and those of slower ones."""
        convoy = np.array([road.convoy_only for road in self.roads], bool)
        own = self._samples[profile].speed_permille
        if not (convoy & self._allowed[profile]).any():
            return [own]
        speeds = {
            vehicle.speed_permille
            for vehicle, allowed in zip(self._samples, self._allowed, strict=True)
            if (convoy & allowed).any()
        }
        return sorted((speed for speed in speeds if speed <= own), reverse=True)

    def _tell_variants(self, profile: int) -> None:
        convoy = np.array([road.convoy_only for road in self.roads], bool)
        base = np.array([road.drive_s for road in self.roads], np.int64)
        told = set()
        # The own pace comes first: no way at another one is shorter.
        for pace in self._paces(profile):
            drive = np.where(convoy, -(-base * 1000 // pace), self._drive[profile])
            for mask in self._masks(profile, drive):
                key = (mask.tobytes(), pace if (mask & convoy).any() else 0)
                if key not in told:
                    told.add(key)
                    self._tell_variant(profile, drive, mask)

    def _masks(self, profile: int, drive: np.ndarray) -> list[np.ndarray]:
        """
        The roads of each variant.

        First all that is ever open: one road may be open before noon and the next one after it. What follows are parts
        of it, so that no way in them is shorter.
        """
        convoy = np.array([road.convoy_only for road in self.roads], bool)
        marks = self._changes()
        ever = np.array([any(b - a >= drive[i] for a, b in spans) for i, spans in enumerate(self.windows)], bool)
        masks = [ever & self._allowed[profile]]
        timed = np.flatnonzero(np.array(self.restricted, bool) | (drive > self.horizon_s))
        limited = np.array(self.restricted, bool) | convoy
        for start, end in zip(marks, [*marks[1:], self.horizon_s], strict=True):
            usable = np.ones(len(self.roads), bool)
            for i in timed:
                usable[i] = any(min(b, end) > max(a, start) and b - a >= drive[i] for a, b in self.windows[i])
            masks += [usable & self._allowed[profile], usable & self._allowed[profile] & ~limited]
        return masks

    def _changes(self) -> list[int]:
        """The start, and moments at which a road's status changes; where there are many, some of them."""
        dates = [date for road in self.roads for date in (road.status_from, road.status_until) if date is not None]
        moments = sorted({0} | {second for second in map(self.second, dates) if 0 < second < self.horizon_s})
        return moments[:: -(-len(moments) // MOST_CHANGES)]

    def _tell_variant(self, profile: int, drive: np.ndarray, mask: np.ndarray) -> None:
        """The roads of ``mask`` in both directions where allowed; of parallel roads the fastest."""
        forth = np.flatnonzero(mask)
        back = np.array([i for i in forth if not self.roads[i].one_way], np.int64)
        road = np.concatenate([forth, back]).astype(np.int64)
        origin = np.concatenate([self._ends[forth, 0], self._ends[back, 1]])
        destination = np.concatenate([self._ends[forth, 1], self._ends[back, 0]])
        order = np.lexsort((road, drive[road], destination, origin))
        origin, destination, road = origin[order], destination[order], road[order]
        first = np.ones(len(road), bool)
        first[1:] = (origin[1:] != origin[:-1]) | (destination[1:] != destination[:-1])
        origin, destination, road = origin[first], destination[first], road[first]
        begins = np.searchsorted(origin, np.arange(len(self.situation.places) + 1))
        self.core.add_variant(profile, begins.tolist(), destination.tolist(), drive[road].tolist(), road.tolist())


def fits_road(vehicle: Vehicle, road: Road) -> bool:
    """Whether the vehicle keeps the road's limits of gross mass, height and width."""
    return (
        (road.max_gross_mass_g is None or vehicle.gross_mass_g <= road.max_gross_mass_g)
        and (road.max_height_mm is None or vehicle.height_mm <= road.max_height_mm)
        and (road.max_width_mm is None or vehicle.width_mm <= road.max_width_mm)
    )


def _profile_key(vehicle: Vehicle) -> tuple:
    return (
        vehicle.gross_mass_g,
        vehicle.height_mm,
        vehicle.width_mm,
        vehicle.zones,
        vehicle.speed_permille,
    )


def _days(start: datetime, end: datetime, zone: object) -> list[tuple[datetime, datetime]]:
    """Local calendar days between the two moments."""
    result = []
    here = start
    while here < end:
        local = here.astimezone(zone)  # type: ignore[arg-type]
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        next_day = (midnight + timedelta(days=1)).astimezone(start.tzinfo)
        if next_day <= here:
            next_day = here + timedelta(seconds=DAY_S)
        result.append((here, min(next_day, end)))
        here = next_day
    return result
