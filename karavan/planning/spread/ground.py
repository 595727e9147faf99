"""Places on one map: how far apart they are by road, and which of them no border may part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from karavan.domain.roads import Road, RoadSource, RoadStatus
from karavan.domain.situation import Situation
from karavan.domain.units import DAY_S, KM_M

NEIGHBOURS = 8
"""Where there are no roads, each place is joined to so many that lie nearest."""

SHUT_S = DAY_S
"""What a road that is never open is taken to be longer: places behind it still belong to somebody."""


@dataclass(frozen=True)
class Ground:
    """
    The map that is cut into regions; one-way roads are taken both ways, since it only says what lies near what.

    Attributes
    ----------
    number
        Place by its code.
    near, easy
        Driving seconds along each road, at speed factor 1; ``easy`` has only roads for every vehicle at all hours.
    land
        Places between which some road is open at some time have the same number.
    atom
        Places that one region has whole: what lies behind roads for convoys, and small zones without a store. The
        number is that of one of its places.
    passages
        For each road that is for convoys only the atom that it belongs to: all who drive it are in one region, so that
        no slot is given twice.
    """

    situation: Situation
    number: dict[str, int]
    near: csr_array
    easy: csr_array
    land: np.ndarray
    atom: np.ndarray
    passages: dict[str, int]

    def from_places(self, places: list[int], *, easy: bool = False) -> np.ndarray:
        """Seconds from each of ``places`` to every place; infinite where there is no way."""
        return dijkstra(self.easy if easy else self.near, directed=False, indices=places)


def survey(situation: Situation, sources: set[int], size: float, weights: np.ndarray) -> Ground:
    """
    The map of a situation.

    Parameters
    ----------
    sources
        Numbers of the places where goods can be loaded.
    size, weights
        Zones of more than ``size`` needs may be parted.
    """
    number = {place.code: i for i, place in enumerate(situation.places)}
    count = len(situation.places)
    if situation.road_source is RoadSource.STRAIGHT:
        near = _straight(situation)
        every = np.zeros(count, np.int64)
        return Ground(situation, number, near, near, every, np.arange(count), {})
    ends = np.array([(number[road.origin], number[road.destination]) for road in situation.roads], np.int64).reshape(
        -1, 2
    )
    ever = np.array([_is_ever_open(situation, road) for road in situation.roads], bool)
    drive_s = np.array([max(1, road.drive_s) for road in situation.roads], np.int64)
    easy = ever & np.array([_is_easy(road) for road in situation.roads], bool)
    near = _map(count, ends, drive_s + np.where(ever, 0, SHUT_S))
    land = connected_components(_map(count, ends[ever], drive_s[ever]), directed=False)[1]
    atom, passages = _atoms(situation, ends, sources, size, weights)
    return Ground(situation, number, near, _map(count, ends[easy], drive_s[easy]), land, atom, passages)


def _is_ever_open(situation: Situation, road: Road) -> bool:
    if road.status is RoadStatus.OPEN and not (road.status_from or road.status_until or road.gate):
        return True
    operation = situation.operation
    return bool(road.usable(operation.start, operation.end, operation.rules, operation.zone))


def _is_easy(road: Road) -> bool:
    limits = (
        road.max_gross_mass_g,
        road.max_height_mm,
        road.max_width_mm,
        road.gate,
        road.status_from,
        road.status_until,
    )
    return road.status is RoadStatus.OPEN and not any(limits) and road.night_allowed and not road.convoy_only


def _map(count: int, ends: np.ndarray, drive_s: np.ndarray) -> csr_array:
    """Of parallel roads the shortest; both ways."""
    a, b = np.concatenate([ends, ends[:, ::-1]]).T
    drive = np.concatenate([drive_s, drive_s])
    order = np.lexsort((drive, b, a))
    a, b, drive = a[order], b[order], drive[order]
    first = np.ones(len(a), bool)
    first[1:] = (a[1:] != a[:-1]) | (b[1:] != b[:-1])
    return csr_array((drive[first].astype(float), (a[first], b[first])), shape=(count, count))


def _straight(situation: Situation) -> csr_array:
    """Where there are no roads: each place joined to its nearest ones, and these lines to each other."""
    rules = situation.operation.rules
    degrees = [(place.latitude_deg or 0.0, place.longitude_deg or 0.0) for place in situation.places]
    at = np.radians(np.array(degrees, float)).reshape(-1, 2)
    on_ball = np.column_stack(
        [np.cos(at[:, 0]) * np.cos(at[:, 1]), np.cos(at[:, 0]) * np.sin(at[:, 1]), np.sin(at[:, 0])]
    )
    most = min(NEIGHBOURS + 1, len(on_ball))
    found = cKDTree(on_ball).query(on_ball, k=most)[1].reshape(len(on_ball), -1)
    pairs = [(here, there) for here, row in enumerate(found.tolist()) for there in row if here != there]
    second_s = 6_371 * KM_M * rules.detour_permille / 1000 / rules.straight_speed_m_per_h * 3600
    while True:
        ends = np.array(pairs, np.int64).reshape(-1, 2)
        chords = np.linalg.norm(on_ball[ends[:, 0]] - on_ball[ends[:, 1]], axis=1)
        near = _map(len(on_ball), ends, np.maximum(1, np.rint(chords * second_s)))
        count, part = connected_components(near, directed=False)
        if count <= 1:
            return near
        pairs += [(int(np.flatnonzero(part == k)[0]), int(np.flatnonzero(part == k + 1)[0])) for k in range(count - 1)]


def _atoms(
    situation: Situation, ends: np.ndarray, sources: set[int], size: float, weights: np.ndarray
) -> tuple[np.ndarray, dict[str, int]]:
    """Islands, which have no store this side of a road for convoys or a zone's edge, and the ends of convoys' roads."""
    places, count = situation.places, len(situation.places)
    convoy = np.array([road.convoy_only for road in situation.roads], bool)
    inside = np.array([places[a].zones == places[b].zones for a, b in ends.tolist()], bool)
    one = np.ones(len(ends), np.int64)
    by_convoys = connected_components(_map(count, ends[~convoy], one[~convoy]), directed=False)[1]
    by_zones = connected_components(_map(count, ends[~convoy & inside], one[~convoy & inside]), directed=False)[1]
    joined: list[tuple[int, int]] = []
    on_island = np.zeros(count, bool)
    for label, limit in ((by_convoys, np.inf), (by_zones, size)):
        supplied = np.zeros(label.max(initial=0) + 1, bool)
        supplied[label[sorted(sources)]] = True
        heavy = np.bincount(label, weights) > limit
        lonely = ~(supplied | heavy)[label]
        on_island |= lonely
        _, first = np.unique(label, return_index=True)
        joined += [(int(place), int(first[label[place]])) for place in np.flatnonzero(lonely)]
    for a, b in ends[convoy].tolist():
        if on_island[a] == on_island[b]:
            joined.append((a, b))
    pairs = np.array(joined, np.int64).reshape(-1, 2)
    label = connected_components(_map(count, pairs, np.ones(len(pairs), np.int64)), directed=False)[1]
    _, first = np.unique(label, return_index=True)
    atom = first[label]
    passages = {
        situation.roads[i].code: int(atom[ends[i, 0] if on_island[ends[i, 0]] else ends[i, 1]])
        for i in np.flatnonzero(convoy)
    }
    return atom, passages
