"""Roads, closures, gate hours, dark hours and crews' clocks -> which way, and when one arrives.

All times are whole seconds after the operation's start. Places are numbered as in ``situation.places``.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from karavan.domain.fleet import Vehicle
from karavan.domain.hours import ALWAYS, Hours
from karavan.domain.places import Place
from karavan.domain.roads import EARTH_RADIUS_M, Road, RoadSource, straight_road
from karavan.domain.situation import Situation
from karavan.domain.units import DAY_S

Spans = tuple[tuple[int, int], ...]
Slot = tuple[tuple[tuple[int, int], ...], int]
"""The key of a passage, and when a convoy leaves for it."""

MOST_CHANGES = 8
"""Stretches of time between changes of roads for which shortest ways are kept."""

FAR = 2_000_000_000  # seconds: never; fits 32 bits


@dataclass(frozen=True, slots=True)
class PathLeg:
    """One road driven in one direction; ``drive_s`` for the profile (in a convoy: its slowest vehicle), no breaks."""

    road: int
    origin: int
    destination: int
    drive_s: int


@dataclass(frozen=True, slots=True)
class Passage:
    """
    Convoy-only legs that follow each other without a stop.

    Attributes
    ----------
    key
        ``((road, origin), ...)``: vehicles with the same key and the same slot are one convoy.
    offsets
        ``(depart, arrive)`` of each leg after the convoy's departure, breaks included.
    drive_s
        Driving in all legs together.
    rested
        Longer than may be driven without a break: members start it with their break taken.
    slots
        Departures at which every leg lies in its road's open spans.
    """

    key: tuple[tuple[int, int], ...]
    legs: tuple[PathLeg, ...]
    offsets: tuple[tuple[int, int], ...]
    drive_s: int
    rested: bool
    after_drive_s: int
    slots: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """
    A way between two places.

    Attributes
    ----------
    steps
        Single legs and convoy passages in order.
    plain
        No window, no convoy and no drive so long that it holds a break: arrival is departure + ``drive_s`` while the
        crew's clock allows.
    """

    steps: tuple[PathLeg | Passage, ...]
    drive_s: int
    distance_m: int
    plain: bool

    @property
    def legs(self) -> tuple[PathLeg, ...]:
        """All roads in order, convoys or not."""
        return tuple(leg for step in self.steps for leg in (step.legs if isinstance(step, Passage) else (step,)))


@dataclass(slots=True)
class Clock:
    """
    A crew's clock.

    Attributes
    ----------
    time
        Now.
    stood_since, since_break_s
        When the last drive ended; driving since the last break.
    span, driven_s
        Which of the crew's shift spans it works in; driving in it.
    worked_until
        End of the last work.
    """

    time: int
    stood_since: int = -FAR
    since_break_s: int = 0
    span: int = 0
    driven_s: int = 0
    worked_until: int = -FAR

    def copy(self) -> Clock:
        return Clock(self.time, self.stood_since, self.since_break_s, self.span, self.driven_s, self.worked_until)


@dataclass(frozen=True, slots=True)
class Crew:
    """What a vehicle's clock must keep: shift spans in seconds, limits, rest between spans."""

    spans: Spans
    driving_limit_s: int
    rest_s: int
    break_after_s: int
    break_s: int


@dataclass(frozen=True, slots=True)
class Move:
    """Legs driven with their times, and the convoy slots they took: ``(passage key, departure)``."""

    legs: tuple[tuple[PathLeg, int, int, tuple | None], ...]
    slots: tuple[tuple[tuple, int], ...] = ()


@dataclass(slots=True)
class _Graph:
    """Roads that one profile may use in one variant, as a matrix and its shortest times between stops."""

    matrix: csr_array
    road_of: dict[tuple[int, int], int]
    rows: dict[int, array[int]] = field(default_factory=dict)


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
        self._straight_number: dict[tuple[int, int], int] = {}
        self.windows: list[Spans] = [self._windows(road) for road in self.roads]
        self.restricted = [spans != ((0, self.horizon_s),) for spans in self.windows]
        self._ends = np.array(
            [(self.number[road.origin], self.number[road.destination]) for road in self.roads], dtype=np.int64
        ).reshape(-1, 2)
        keys = [_profile_key(vehicle) for vehicle in situation.vehicles]
        self.profiles = list(dict.fromkeys(keys))
        self.profile_of = [self.profiles.index(key) for key in keys]
        samples = [situation.vehicles[keys.index(key)] for key in self.profiles]
        self._samples = samples
        base = np.array([road.drive_s for road in self.roads], np.int64)
        self._allowed = [self._may_use(vehicle) for vehicle in samples]
        self._drive = [-(-base * 1000 // vehicle.speed_permille) for vehicle in samples]
        self._convoy_drive = self._slowest()
        self._graphs = [self._variants(i) for i in range(len(self.profiles))]
        self.times = [self._times(i) for i in range(len(self.profiles))]
        self._ways: dict[tuple[int, ...], list[list[PathLeg]]] = {}
        self._known_legs: dict[tuple[int, int, int], PathLeg] = {}
        self._paths: dict[tuple[int, int, int], tuple[Path, ...]] = {}
        self._passages: dict[tuple[tuple[int, int], ...], Passage] = {}

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
        return self.times[profile][self.stop_at[origin]][self.stop_at[destination]] < FAR

    def paths(self, profile: int, origin: int, destination: int) -> tuple[Path, ...]:
        """The different shortest ways of all variants, fastest first; both ends are stops."""
        key = (profile, origin, destination)
        found = self._paths.get(key)
        if found is None:
            found = self._paths[key] = self._find_paths(profile, origin, destination)
        return found

    def drive(self, crew: Crew, clock: Clock, path: Path, taken: dict[tuple[tuple, int], int]) -> Move | None:
        """
        Drive ``path`` by the clock: moves ``clock`` on and returns the legs with their times; ``None``: not within the
        horizon, and the clock is spoiled.

        Parameters
        ----------
        taken
            Vehicles that others have put into each convoy slot.
        """
        legs: list[tuple[PathLeg, int, int, tuple | None]] = []
        slots = []
        for step in path.steps:
            if isinstance(step, Passage):
                depart = self._join(crew, clock, step, taken)
                if depart is None:
                    return None
                slots.append((step.key, depart))
                legs += [
                    (leg, depart + a, depart + b, (step.key, depart))
                    for leg, (a, b) in zip(step.legs, step.offsets, strict=True)
                ]
            else:
                duration = step.drive_s + breaks_inside(step.drive_s, crew.break_after_s) * crew.break_s
                depart = earliest(crew, clock, duration, step.drive_s, self.windows[step.road])
                if depart is None:
                    return None
                drove(crew, clock, depart, duration, step.drive_s)
                legs.append((step, depart, depart + duration, None))
        return Move(tuple(legs), tuple(slots))

    def _join(self, crew: Crew, clock: Clock, passage: Passage, taken: dict[tuple[tuple, int], int]) -> int | None:
        largest = self.situation.operation.rules.convoy_max
        duration = passage.offsets[-1][1]
        open_slots = tuple(
            (slot, slot + duration)
            for slot in passage.slots
            if slot >= clock.time and taken.get((passage.key, slot), 0) < largest
        )
        rested = passage.drive_s if not passage.rested else crew.break_after_s
        depart = earliest(crew, clock, duration, passage.drive_s, open_slots, rested)
        if depart is not None:
            drove(crew, clock, depart, duration, passage.drive_s, passage.after_drive_s)
        return depart

    def pace(self, profile: int) -> float:
        """The least ratio of a vehicle's own drive to that of the convoy, over the convoy roads that it may use."""
        ratios = [
            own / slow
            for road, own, slow, allowed in zip(
                self.roads, self._drive[profile], self._convoy_drive, self._allowed[profile], strict=False
            )
            if road.convoy_only and allowed
        ]
        return float(min(ratios, default=1.0))

    def slots_between(self, key: tuple[tuple[int, int], ...], first: int, last: int) -> list[Slot]:
        """The slots of a passage from ``first`` on and before ``last``."""
        return [(key, slot) for slot in self._passages[key].slots if first <= slot < last]

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

    def _slowest(self) -> np.ndarray:
        """For each road the longest drive of any profile that may use it: what a convoy is planned with."""
        slowest = np.zeros(len(self.roads), np.int64)
        for allowed, drive in zip(self._allowed, self._drive, strict=True):
            np.maximum(slowest, np.where(allowed, drive, 0), out=slowest)
        return slowest

    def _variants(self, profile: int) -> list[_Graph]:
        if self.straight:
            return []
        drive = self._drive[profile]
        convoy = np.array([road.convoy_only for road in self.roads], bool)
        drive = np.where(convoy, self._convoy_drive, drive)
        marks = self._changes()
        masks = []
        timed = np.flatnonzero(np.array(self.restricted, bool) | (drive > self.horizon_s))
        limited = np.array(self.restricted, bool) | convoy
        for start, end in zip(marks, [*marks[1:], self.horizon_s], strict=True):
            usable = np.ones(len(self.roads), bool)
            for i in timed:
                usable[i] = any(min(b, end) > max(a, start) and b - a >= drive[i] for a, b in self.windows[i])
            masks += [usable & self._allowed[profile], usable & self._allowed[profile] & ~limited]
        ever = np.array([any(b - a >= drive[i] for a, b in spans) for i, spans in enumerate(self.windows)], bool)
        masks.append(ever & self._allowed[profile])  # one road may be open before noon and the next one after it
        unique = {mask.tobytes(): mask for mask in masks}
        return [self._graph(drive, mask) for mask in unique.values()]

    def _changes(self) -> list[int]:
        """The start, and moments at which a road's status changes; where there are many, some of them."""
        dates = [date for road in self.roads for date in (road.status_from, road.status_until) if date is not None]
        moments = sorted({0} | {second for second in map(self.second, dates) if 0 < second < self.horizon_s})
        return moments[:: -(-len(moments) // MOST_CHANGES)]

    def _graph(self, drive: np.ndarray, mask: np.ndarray) -> _Graph:
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
        size = len(self.situation.places)
        matrix = csr_array((drive[road].astype(float), (origin, destination)), shape=(size, size))
        pairs = zip(origin.tolist(), destination.tolist(), strict=True)
        return _Graph(matrix, dict(zip(pairs, road.tolist(), strict=True)))

    def _times(self, profile: int) -> list[array[int]]:
        """Least driving seconds between stops over all variants; ``FAR``: no way. For straight lines an estimate."""
        if self.straight:
            return _rows(self._straight_times(profile))
        size = len(self.stops)
        best = np.full((size, size), float(FAR))
        for graph in self._graphs[profile]:
            for first in range(0, size, 64):
                rows = dijkstra(graph.matrix, indices=self.stops[first : first + 64])
                best[first : first + 64] = np.minimum(best[first : first + 64], rows[:, self.stops])
        return _rows(best)

    def _straight_times(self, profile: int) -> np.ndarray:
        rules, vehicle = self.situation.operation.rules, self._samples[profile]
        places = [self.situation.places[stop] for stop in self.stops]
        at = np.radians([(place.latitude_deg or 0.0, place.longitude_deg or 0.0) for place in places])
        lat, lon = at.reshape(-1, 2)[:, 0], at.reshape(-1, 2)[:, 1]
        half = (
            np.sin((lat[:, None] - lat) / 2) ** 2
            + np.cos(lat[:, None]) * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
        )
        metres = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(half)) * rules.detour_permille / 1000
        times = np.ceil(metres * 3_600_000 / rules.straight_speed_m_per_h / vehicle.speed_permille)
        entered = np.array([vehicle.may_enter(place) for place in places], bool)
        return np.where(entered[:, None] & entered, times, float(FAR))

    def _straight_drive_s(self, profile: int, origin: int, destination: int) -> int:
        places, vehicle = self.situation.places, self._samples[profile]
        if not (vehicle.may_enter(places[origin]) and vehicle.may_enter(places[destination])):
            return FAR
        road = straight_road(places[origin], places[destination], self.situation.operation.rules)
        return self.situation.drive_s(road, vehicle)

    def _find_paths(self, profile: int, origin: int, destination: int) -> tuple[Path, ...]:
        if self.straight:
            leg = self._straight_leg(profile, origin, destination)
            return () if leg is None else (self._path([leg]),)
        found: dict[tuple[int, ...], list[PathLeg]] = {}
        for graph in self._graphs[profile]:
            roads = self._shortest(graph, origin, destination)
            if roads is not None and roads not in found:
                found[roads] = self._legs(profile, origin, roads)
        return tuple(sorted((self._path(legs) for legs in found.values()), key=lambda path: path.drive_s))

    def _straight_leg(self, profile: int, origin: int, destination: int) -> PathLeg | None:
        drive_s = self._straight_drive_s(profile, origin, destination)
        if drive_s >= FAR:
            return None
        number = self._straight_number.get((origin, destination))
        if number is None:
            places = self.situation.places
            number = self._straight_number[origin, destination] = len(self.roads)
            self.roads.append(straight_road(places[origin], places[destination], self.situation.operation.rules))
            self.windows.append(((0, self.horizon_s),))
            self.restricted.append(False)
        return PathLeg(number, origin, destination, drive_s)

    def _shortest(self, graph: _Graph, origin: int, destination: int) -> tuple[int, ...] | None:
        """The roads of the shortest way in one variant."""
        before = graph.rows.get(origin)
        if before is None:
            if len(graph.rows) * len(self.situation.places) > 20_000_000:
                graph.rows.clear()
            _, found = dijkstra(graph.matrix, indices=origin, return_predecessors=True)
            before = graph.rows[origin] = array("i", found.tolist())
        if before[destination] < 0:
            return None
        roads = []
        here = destination
        while here != origin:
            last = before[here]
            roads.append(graph.road_of[last, here])
            here = last
        return tuple(reversed(roads))

    def _legs(self, profile: int, origin: int, roads: tuple[int, ...]) -> list[PathLeg]:
        """The roads one after another, from ``origin`` on."""
        legs = []
        here = origin
        for road in roads:
            first, second = self._ends[road].tolist()
            there = second if here == first else first
            drive = self._convoy_drive if self.roads[road].convoy_only else self._drive[profile]
            legs.append(self._leg(road, here, there, int(drive[road])))
            here = there
        return legs

    def _leg(self, road: int, origin: int, destination: int, drive_s: int) -> PathLeg:
        """One value for one leg: ways share most of theirs."""
        key = (road, origin, drive_s)
        if key not in self._known_legs:
            self._known_legs[key] = PathLeg(road, origin, destination, drive_s)
        return self._known_legs[key]

    def _path(self, legs: list[PathLeg]) -> Path:
        steps: list[PathLeg | Passage] = []
        run: list[PathLeg] = []
        for leg in [*legs, None]:
            if leg is not None and self.roads[leg.road].convoy_only:
                run.append(leg)
                continue
            if run:
                steps.append(self._passage(tuple(run)))
                run = []
            if leg is not None:
                steps.append(leg)
        after = self.situation.operation.rules.break_after_s
        return Path(
            steps=tuple(steps),
            drive_s=sum(leg.drive_s for leg in legs),
            distance_m=sum(self.roads[leg.road].distance_m for leg in legs),
            plain=not any(
                self.restricted[leg.road] or self.roads[leg.road].convoy_only or leg.drive_s > after for leg in legs
            ),
        )

    def _passage(self, legs: tuple[PathLeg, ...]) -> Passage:
        key = tuple((leg.road, leg.origin) for leg in legs)
        if key in self._passages:
            return self._passages[key]
        rules = self.situation.operation.rules
        offsets = []
        now = since = 0
        for leg in legs:
            if since and since + leg.drive_s > rules.break_after_s:
                now += rules.break_s
                since = 0
            inside = breaks_inside(leg.drive_s, rules.break_after_s)
            offsets.append((now, now + leg.drive_s + inside * rules.break_s))
            now = offsets[-1][1]
            since += leg.drive_s - inside * rules.break_after_s
        drive_s = sum(leg.drive_s for leg in legs)
        passage = self._passages[key] = Passage(
            key=key,
            legs=legs,
            offsets=tuple(offsets),
            drive_s=drive_s,
            rested=drive_s > rules.break_after_s,
            after_drive_s=since,
            slots=tuple(slot for slot in self._slots(legs[0]) if self._fits(legs, offsets, slot)),
        )
        return passage

    def _slots(self, first: PathLeg) -> list[int]:
        """Round times of the clock, and the moments at which the first road opens, once notice has been given."""
        rules = self.situation.operation.rules
        soonest = self.convoys_from
        openings = {max(soonest, start) for start, _ in self.windows[first.road]}
        local = self.situation.operation.start.astimezone(self.situation.operation.zone)
        past_midnight = local.hour * 3600 + local.minute * 60 + local.second
        lead = -past_midnight % rules.convoy_slot_s
        times = set(range(lead, self.horizon_s, rules.convoy_slot_s)) | openings
        return sorted(slot for slot in times if slot >= soonest)

    def _fits(self, legs: tuple[PathLeg, ...], offsets: list[tuple[int, int]], slot: int) -> bool:
        return all(
            any(a <= slot + depart and slot + arrive <= b for a, b in self.windows[leg.road])
            for leg, (depart, arrive) in zip(legs, offsets, strict=True)
        )


def _rows(times: np.ndarray) -> list[array[int]]:
    return [array("i", np.minimum(row, FAR).astype(np.int64).tolist()) for row in times]


def fits_road(vehicle: Vehicle, road: Road) -> bool:
    """Whether the vehicle keeps the road's limits of gross mass, height and width."""
    return (
        (road.max_gross_mass_g is None or vehicle.gross_mass_g <= road.max_gross_mass_g)
        and (road.max_height_mm is None or vehicle.height_mm <= road.max_height_mm)
        and (road.max_width_mm is None or vehicle.width_mm <= road.max_width_mm)
    )


def breaks_inside(drive_s: int, break_after_s: int) -> int:
    """Breaks that a drive needs on its way when it starts rested."""
    return max(0, -(-drive_s // break_after_s) - 1)


def earliest(
    crew: Crew,
    clock: Clock,
    duration: int,
    drive_s: int,
    windows: Spans | None,
    counted_s: int | None = None,
) -> int | None:
    """
    The first moment at which work of ``duration`` fits the crew's clock and lies in one of ``windows``.

    Parameters
    ----------
    drive_s
        Driving in it; 0 for handling.
    windows
        Spans that must hold the work whole; ``None``: any time.
    counted_s
        Driving that must fit before the next break; ``drive_s`` if not given.
    """
    counted_s = min(drive_s if counted_s is None else counted_s, crew.break_after_s)
    for number in range(clock.span, len(crew.spans)):
        first, last = crew.spans[number]
        start = max(clock.time, first)
        driven = clock.driven_s
        if number != clock.span:
            start = max(start, clock.worked_until + crew.rest_s)
            driven = 0
        if drive_s:
            if driven + drive_s > crew.driving_limit_s:
                continue
            if (
                clock.since_break_s
                and clock.since_break_s + counted_s > crew.break_after_s
                and start - clock.stood_since < crew.break_s
            ):
                start = clock.stood_since + crew.break_s
        if windows is not None:
            fitting = [max(start, a) for a, b in windows if max(start, a) + duration <= b]
            if not fitting:
                return None
            start = min(fitting)
        if start + duration <= last:
            return start
    return None


def drove(crew: Crew, clock: Clock, depart: int, duration: int, drive_s: int, after_s: int | None = None) -> None:
    """Move the clock to the end of a drive that starts at ``depart``."""
    if depart - clock.stood_since >= crew.break_s:
        clock.since_break_s = 0
    worked(crew, clock, depart, depart + duration)
    clock.driven_s += drive_s
    if after_s is not None and after_s != drive_s:
        clock.since_break_s = after_s
    else:
        clock.since_break_s += drive_s - breaks_inside(drive_s, crew.break_after_s) * crew.break_after_s
    clock.stood_since = clock.time


def worked(crew: Crew, clock: Clock, start: int, end: int) -> None:
    """Move the clock to the end of work, into the shift span that holds it."""
    while not crew.spans[clock.span][1] >= end:
        clock.span += 1
        clock.driven_s = 0
    clock.time = clock.worked_until = end


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
