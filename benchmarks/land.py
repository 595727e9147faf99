"""Invented land: towns with stores, trunk roads, valleys of villages, weak bridges, passes, slides on the road."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import numpy as np

from karavan.domain.hours import ALWAYS, Hours
from karavan.domain.places import Place, PlaceKind
from karavan.domain.roads import Road, RoadStatus
from karavan.domain.units import HOUR_S, KM_M, TONNE_G

# In the middle of an ocean, so that nobody takes an invented village for a real one.
MIDDLE_DEG = (30.0, -40.0)
KM_PER_DEG = 111.2

VILLAGES_PER_VALLEY = 16
KM_PER_ROOT_POINT = 3.5  # a district of 500 villages is about 80 km wide
SLIDE = "invented: a slide on the road"

# Convoy speeds seen, UNJLC 2007: 63 km/h on tar, 31-38 on gravel, 19-20 on degraded dirt.
TAR_KM_H, GRAVEL_KM_H, DIRT_KM_H = 60, 35, 20

Point = tuple[float, float]
"""Kilometres east and north of the middle."""


@dataclass(frozen=True)
class Valley:
    """
    A road up a valley and the villages along it.

    Attributes
    ----------
    floor
        Codes of the junctions from the mouth up.
    upper
        Large trucks of the plain may not go in; cargo changes vehicles at the mouth.
    """

    number: int
    floor: list[str]
    upper: bool


@dataclass
class Land:
    """The places and roads while they are being laid out."""

    random: Random
    start: datetime
    days: int
    zoned: bool
    places: list[Place] = field(default_factory=list)
    roads: list[Road] = field(default_factory=list)
    valleys: list[Valley] = field(default_factory=list)
    at: dict[str, Point] = field(default_factory=dict)
    known: np.ndarray = field(default_factory=lambda: np.zeros((0, 2)))

    def place(self, code: str, kind: PlaceKind, name: str, at: Point, zones: str = "plain", **fields: object) -> str:
        self.at[code] = at
        latitude = MIDDLE_DEG[0] + at[1] / KM_PER_DEG
        longitude = MIDDLE_DEG[1] + at[0] / KM_PER_DEG / math.cos(math.radians(MIDDLE_DEG[0]))
        self.places.append(
            Place(
                code=code,
                kind=kind,
                names=(("en", name),),
                latitude_deg=round(latitude, 5),
                longitude_deg=round(longitude, 5),
                zones=frozenset(zones.split()) if self.zoned else frozenset(),
                **fields,  # type: ignore[arg-type]
            )
        )
        return code

    def road(self, origin: str, destination: str, km_h: int, **fields: object) -> None:
        """A road that winds: a fifth to a half longer than the straight line."""
        line_km = max(0.3, math.dist(self.at[origin], self.at[destination]))
        distance_m = round(line_km * self.random.uniform(1.2, 1.5) * KM_M)
        self.roads.append(
            Road(
                code=f"R{len(self.roads) + 1:04d}",
                origin=origin,
                destination=destination,
                distance_m=distance_m,
                drive_s=max(60, round(distance_m * HOUR_S / (km_h * KM_M) / 60) * 60),
                **fields,  # type: ignore[arg-type]
            )
        )

    def closure(self, chance: float) -> dict[str, object]:
        """Now and then a slide: cleared after some hours, coming down later, or there to stay."""
        if self.random.random() >= chance:
            return {}
        hour = self.random.randint(6, 24 * self.days - 12)
        cleared = {"status_from": self.start - timedelta(hours=30), "status_until": self.start + timedelta(hours=hour)}
        later = {"status_from": self.start + timedelta(hours=hour)}
        dates = self.random.choice([cleared, cleared, later, {}])
        return {"status": RoadStatus.CLOSED, "status_source": SLIDE, **dates}


def lay_out(random: Random, points: int, start: datetime, days: int) -> Land:
    """Towns and valley mouths joined by a tree of trunk roads with some cross links, and a road up each valley."""
    land = Land(random, start, days, zoned=points >= 200)
    beyond = max(0, points - 1_000)
    towns = min(5, 2 + points // 200) + beyond // 1_000
    bakeries = min(4, 1 + points // 150) + beyond // 1_500
    count = max(2, round(points / VILLAGES_PER_VALLEY))
    half_km = KM_PER_ROOT_POINT * math.sqrt(points) / 2
    for number in range(1, towns + 1):
        _town(land, number, _spaced(land, half_km), bakery=number <= bakeries)
    mouths = [_mouth(land, number, count, half_km) for number in range(1, count + 1)]
    _join(land, [f"W{number}" for number in range(1, towns + 1)] + mouths)
    for number, mouth in enumerate(mouths, start=1):
        _valley(land, number, mouth, upper=land.zoned and number == count)
    sizes = [points // count + (number < points % count) for number in range(count)]
    for valley, size in zip(land.valleys, sizes, strict=True):
        for number in range(1, size + 1):
            _village(land, valley, number)
    _passes(land)
    return land


def _spaced(land: Land, half_km: float) -> Point:
    """Of some random points the one that is farthest from every place so far."""
    tries = [(land.random.uniform(-half_km, half_km), land.random.uniform(-half_km, half_km)) for _ in range(6)]
    fresh = list(land.at.values())[len(land.known) :]
    if fresh:
        land.known = np.concatenate([land.known, np.array(fresh)])
    if not len(land.known):
        return tries[0]
    return tries[int(_apart(np.array(tries), land.known).min(axis=1).argmax())]


def _apart(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """``[i, j]``: kilometres between the points."""
    return np.hypot(some[:, None, 0] - others[None, :, 0], some[:, None, 1] - others[None, :, 1])


def _town(land: Land, number: int, at: Point, bakery: bool) -> None:
    store = land.place(
        f"W{number}",
        PlaceKind.WAREHOUSE,
        f"Warehouse {number}",
        at,
        opening=Hours.parse("06:00-20:00"),
        handling_g_per_h=20 * TONNE_G,
        handling_fixed_s=900,
    )
    if bakery:
        near = (at[0] + land.random.uniform(0.5, 2), at[1] + land.random.uniform(0.5, 2))
        oven = land.place(f"B{number}", PlaceKind.BAKERY, f"Bakery {number}", near, handling_fixed_s=600)
        land.road(store, oven, TAR_KM_H)


def _mouth(land: Land, number: int, count: int, half_km: float) -> str:
    at = _spaced(land, half_km)
    if land.zoned and number == count:
        name = "Transshipment point"
        return land.place("X1", PlaceKind.TRANSSHIPMENT_POINT, name, at, "plain upper", handling_g_per_h=8 * TONNE_G)
    return land.place(f"J{number}", PlaceKind.JUNCTION, f"Mouth of valley {number}", at)


def _join(land: Land, nodes: list[str]) -> None:
    """The shortest tree over all nodes (Prim), and a cross link for every fifth."""
    points = np.array([land.at[node] for node in nodes])
    away = _apart(points[:1], points)[0]
    nearest = np.zeros(len(nodes), np.int64)
    joined = np.zeros(len(nodes), bool)
    joined[0] = True
    for _ in nodes[1:]:
        there = int(np.where(joined, np.inf, away).argmin())
        land.road(nodes[nearest[there]], nodes[there], TAR_KM_H)
        joined[there] = True
        fresh = _apart(points[there : there + 1], points)[0]
        nearest[fresh < away] = there
        away = np.minimum(away, fresh)
    known = {frozenset((road.origin, road.destination)) for road in land.roads}
    number = {node: i for i, node in enumerate(nodes)}
    for node in land.random.sample(nodes, len(nodes) // 5):
        here = number[node]
        near = np.argsort(_apart(points[here : here + 1], points)[0], kind="stable")[1:5]
        other = next((nodes[i] for i in near if frozenset((node, nodes[i])) not in known), None)
        if other is not None:
            land.road(node, other, GRAVEL_KM_H, **land.closure(0.3))


def _valley(land: Land, number: int, mouth: str, upper: bool) -> None:
    """Three to six stretches of gravel; bridges get weaker, and more is forbidden at night, the higher it goes."""
    random = land.random
    floor = [mouth]
    heading = random.uniform(0, 2 * math.pi)
    night = random.random() < 0.3
    for step in range(1, random.randint(3, 6) + 1):
        heading += random.uniform(-0.5, 0.5)
        length_km = random.uniform(2.5, 5.0)
        here = land.at[floor[-1]]
        at = (here[0] + length_km * math.cos(heading), here[1] + length_km * math.sin(heading))
        name = f"Bridge {step} in valley {number}"
        code = land.place(f"J{number}-{step}", PlaceKind.JUNCTION, name, at, "upper" if upper else "plain")
        land.road(
            floor[-1],
            code,
            GRAVEL_KM_H,
            max_gross_mass_g=random.choice([8, 12, 20, 27]) * TONNE_G if random.random() < 0.08 * step else None,
            night_allowed=not night or step == 1,
            gate=Hours.parse("07:00-11:00,13:00-18:00") if step == 1 and random.random() < 0.08 else None,
            **land.closure(0.03),
        )
        floor.append(code)
    land.valleys.append(Valley(number, floor, upper))


def _village(land: Land, valley: Valley, number: int) -> None:
    """Villages stand close together around the junctions of their valley, at the end of a track."""
    random = land.random
    junction = random.choice(valley.floor[1:])
    here = land.at[junction]
    at = (here[0] + random.gauss(0, 1.2), here[1] + random.gauss(0, 1.2))
    people = min(6_000, max(20, round(random.lognormvariate(math.log(180), 0.9))))
    code = land.place(
        f"V{valley.number}-{number}",
        PlaceKind.DELIVERY_POINT,
        f"Village {number} of valley {valley.number}",
        at,
        "upper" if valley.upper else "plain",
        population=people,
        opening=Hours.parse("07:00-20:00") if random.random() < 0.3 else ALWAYS,
        handling_g_per_h=random.choice([3, 5, 8]) * TONNE_G,
        handling_fixed_s=600,
        largest_gross_mass_g=20 * TONNE_G if random.random() < 0.15 else None,
    )
    weak = random.random() < 0.1
    limit = random.choice([4, 8, 12]) * TONNE_G if weak else None
    land.road(junction, code, DIRT_KM_H, max_gross_mass_g=limit, **land.closure(0.03))


def _passes(land: Land) -> None:
    """A track over the mountain between the heads of some neighbouring valleys: by day only, no large trucks."""
    heads = [valley.floor[-1] for valley in land.valleys if not valley.upper]
    points = np.array([land.at[head] for head in heads])
    for here in range(0, len(heads), 4):
        away = _apart(points[here : here + 1], points)[0]
        away[here] = np.inf
        other = heads[int(away.argmin())]
        land.road(
            heads[here], other, DIRT_KM_H, max_gross_mass_g=12 * TONNE_G, night_allowed=False, **land.closure(0.3)
        )
