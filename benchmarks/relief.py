"""
Relief situations of any size, invented from a seed with the figures of the field.

Where a figure has a source it stands beside it; all others are invented. Nothing in them is a real place or event.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from benchmarks.land import Land, lay_out
from karavan.domain.fleet import Vehicle
from karavan.domain.goods import Item, KitLine, Lot, Production
from karavan.domain.hours import Hours
from karavan.domain.needs import needs
from karavan.domain.places import Place, PlaceKind
from karavan.domain.requests import Approval, Request, RequestLine
from karavan.domain.rules import Level, Rules, Segregation
from karavan.domain.situation import Operation, Situation
from karavan.domain.units import DAY_S, HOUR_S, KG_G, M3_CM3, TONNE_G

START = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
POINTS_PER_VEHICLE = 500 / 60
MOST_VEHICLES = 500
HOUSEHOLD = 6

ITEMS = (
    Item(
        code="FLOUR",
        names=(("en", "Wheat flour"),),
        item_class="food",
        unit="kg",
        handling_unit="sack",
        handling_unit_quantity=25,
        mass_g=1_010,
        volume_cm3=1_500,
    ),
    Item(
        code="BREAD",
        names=(("en", "Bread"),),
        item_class="bread",
        unit="loaf",
        handling_unit="crate",
        handling_unit_quantity=20,
        mass_g=500,
        volume_cm3=2_500,
        shelf_life_s=DAY_S,  # white wheat bread: 24 h
        remaining_life_s=4 * HOUR_S,
        closed_body=True,
    ),
    Item(
        code="BLANKET",
        names=(("en", "Blanket"),),
        item_class="shelter",
        unit="piece",
        handling_unit="bale",
        handling_unit_quantity=10,
        mass_g=1_600,
        volume_cm3=10_000,  # 6.25 m3/t: Logistics Cluster
    ),
    Item(
        code="TENT",
        names=(("en", "Family tent"),),
        item_class="shelter",
        unit="piece",
        mass_g=55_000,
        volume_cm3=300_000,
    ),
    Item(
        code="SOAP",
        names=(("en", "Bathing soap, 250 g"),),
        item_class="hygiene",
        unit="piece",
        handling_unit="carton",
        handling_unit_quantity=40,
        breakable=True,
        mass_g=260,
        volume_cm3=350,
    ),
    Item(
        code="LAUNDRY",
        names=(("en", "Laundry soap, 200 g"),),
        item_class="hygiene",
        unit="piece",
        handling_unit="carton",
        handling_unit_quantity=40,
        breakable=True,
        mass_g=210,
        volume_cm3=300,
    ),
    Item(
        code="CAN",
        names=(("en", "Water container, 10 l"),),
        item_class="household",
        unit="piece",
        handling_unit="stack",
        handling_unit_quantity=5,
        mass_g=500,
        volume_cm3=4_000,
    ),
)
# Sphere: 250 g of bathing and 200 g of laundry soap a person and month; one kit serves a household for a month.
KITS = (KitLine("HYGIENE-KIT", "SOAP", HOUSEHOLD), KitLine("HYGIENE-KIT", "LAUNDRY", HOUSEHOLD))

SEGREGATION = (
    Segregation("food", "hygiene", Level.COMPARTMENT),
    Segregation("bread", "hygiene", Level.VEHICLE),
    Segregation("bread", "shelter", Level.VEHICLE),
    Segregation("bread", "household", Level.VEHICLE),
)

# Type, gross mass t, payload t (Logistics Cluster LOG guide), compartments m3, closed body, share of the fleet.
FLEET = (
    ("bread van", 3.5, 1.0, (9,), True, 15),
    ("pick-up 4x4", 3.5, 1.0, (5,), False, 10),
    ("light truck", 7.5, 3.5, (12, 8), True, 35),
    ("truck", 18.8, 12.0, (26, 14), False, 20),
    ("large truck", 26.0, 18.0, (34, 20), False, 15),
    ("articulated truck", 40.0, 25.0, (60, 25), False, 5),
)
OF_THE_VALLEYS = ("pick-up 4x4", "light truck")

# Stock as a share of what is asked for: tents are scarce, blankets a little.
STOCK = {"FLOUR": 1.1, "BLANKET": 0.85, "TENT": 0.45, "SOAP": 1.3, "LAUNDRY": 1.3, "CAN": 1.05}


def relief_situation(points: int, vehicles: int | None = None, days: int = 3, seed: int = 0) -> Situation:
    """
    An invented relief situation; the same arguments give the same one.

    Parameters
    ----------
    points
        Delivery points. From 100 on a valley is behind a convoy-only road, from 200 on one is behind a transshipment
        point.
    vehicles
        If not given, 60 for every 500 points, 500 at most.
    """
    random = Random(f"{points} {vehicles} {days} {seed}")
    land = lay_out(random, points, START, days)
    requests = _requests(random, land, days)
    if points >= 100:
        _guard(land)
    operation = Operation(
        name=f"Invented district of {points} villages, seed {seed}",
        start=START,
        horizon_s=days * DAY_S,
        time_zone="UTC",
        rules=Rules(
            convoy_min=2,
            convoy_max=8,  # size limits seen: 8 vehicles
            notified_at=START - timedelta(hours=12),
            notification_lead_s=24 * HOUR_S,  # Yemen: 24 h in an emergency
        ),
        notes="Invented for measuring; no real place, people or event.",
    )
    asked = Situation(
        operation=operation,
        places=tuple(land.places),
        roads=tuple(land.roads),
        items=ITEMS,
        kits=KITS,
        requests=tuple(requests),
        segregation=SEGREGATION,
    )
    stores = [place.code for place in land.places if place.kind is PlaceKind.WAREHOUSE]
    ovens = [place.code for place in land.places if place.kind is PlaceKind.BAKERY]
    return replace(
        asked,
        stock=_stock(random, asked, stores, ovens),
        production=tuple(_oven(oven, points / len(ovens)) for oven in ovens),
        vehicles=_fleet(random, land, stores, ovens, vehicles or _usual(points)),
    )


def _usual(points: int) -> int:
    return min(MOST_VEHICLES, max(4, round(points / POINTS_PER_VEHICLE)))


def _guard(land: Land) -> None:
    """The road into the second valley may be used in convoys only."""
    first, second = land.valleys[1].floor[:2]
    land.roads = [
        replace(road, convoy_only=True) if (road.origin, road.destination) == (first, second) else road
        for road in land.roads
    ]


def _requests(random: Random, land: Land, days: int) -> list[Request]:
    villages = [place for place in land.places if place.kind is PlaceKind.DELIVERY_POINT]
    return [_request(random, number, village, days) for number, village in enumerate(villages, start=1)]


def _request(random: Random, number: int, village: Place, days: int) -> Request:
    """Flour for a week for nearly all; the rest as luck had it."""
    people = village.population
    homeless = round(people * random.choice([0.05, 0.1, 0.3, 0.8]))
    wanted = [
        # WFP example ration: 400 g of cereals a person and day.
        ("FLOUR", people * 7 * 400 // KG_G, 25, 0.9),
        ("BREAD", people // 2 * days, 20, 0.2),
        ("BLANKET", homeless * 2, 10, 0.45),
        ("TENT", -(-homeless // HOUSEHOLD), 1, 0.3),
        ("HYGIENE-KIT", -(-people // HOUSEHOLD), 1, 0.25),
        # Sphere: one container to carry and one to store, a household.
        ("CAN", -(-people // HOUSEHOLD) * 2, 5, 0.3),
    ]
    chosen = [(item, -(-amount // step) * step) for item, amount, step, chance in wanted if random.random() < chance]
    code = f"REQ-{number:04d}"
    urgent = random.choices([1, 2, 3], [2, 5, 3])[0]
    late = random.random() < 0.1
    return Request(
        number=code,
        raised_by=f"Council of {village.name()}",
        raised_at=START + timedelta(hours=random.randint(2, 20) if late else -random.randint(6, 60)),
        place=village.code,
        people=people,
        approval=random.choices([Approval.APPROVED, Approval.SUBMITTED, Approval.REJECTED], [94, 4, 2])[0],
        lines=tuple(
            RequestLine(
                request=code,
                line=line,
                item=item,
                quantity=max(1, quantity),
                priority=1 if item in ("TENT", "BLANKET") and urgent < 3 else urgent,
            )
            for line, (item, quantity) in enumerate(chosen or [("FLOUR", 25)], start=1)
        ),
    )


def _stock(random: Random, asked: Situation, stores: list[str], ovens: list[str]) -> tuple[Lot, ...]:
    """In lots of uneven size over the stores; a third of the later lots are still on their way."""
    wanted: dict[str, int] = {}
    for need in needs(asked):
        wanted[need.item] = wanted.get(need.item, 0) + need.quantity
    lots = []
    for item in ITEMS:
        if item.code not in STOCK:
            continue
        there = stores if item.code == "FLOUR" else sorted(random.sample(stores, max(1, len(stores) - 1)))
        parts = [(store, lot, random.uniform(0.5, 1.5)) for store in there for lot in (1, 2)]
        total = STOCK[item.code] * wanted.get(item.code, 0) / sum(weight for *_, weight in parts)
        for store, number, weight in parts:
            step = item.handling_unit_quantity
            coming = number == 2 and random.random() < 0.33
            lots.append(
                Lot(
                    place=store,
                    item=item.code,
                    code=f"{item.code}-{number}",
                    quantity=max(1, round(total * weight / step)) * step,
                    expiry=START + timedelta(days=60 * number) if item.item_class == "food" else None,
                    available_from=START + timedelta(hours=random.randint(6, 30)) if coming else None,
                )
            )
    lots += [Lot(place=oven, item="FLOUR", code="BAKING", quantity=20_000) for oven in ovens]
    return tuple(lots)


def _oven(bakery: str, villages: float) -> Production:
    return Production(
        bakery=bakery,
        item="BREAD",
        units_per_h=max(100, round(villages) * 5),
        hours=Hours.parse("02:00-10:00"),
        flour_item="FLOUR",
        flour_g_per_unit=370,  # 1.35 kg of bread a kg of flour: unverified
    )


def _fleet(random: Random, land: Land, stores: list[str], ovens: list[str], count: int) -> tuple[Vehicle, ...]:
    """In the shares of ``FLEET``; the vehicles behind the transshipment point are light and stay there."""
    beyond = max(1, round(count / len(land.valleys))) if land.zoned else 0
    light = [kind for kind in FLEET if kind[0] in OF_THE_VALLEYS]
    kinds = [kind for kind in FLEET for _ in range(round(kind[5] * (count - beyond) / 100))][: count - beyond]
    kinds += [FLEET[2]] * (count - beyond - len(kinds))
    fleet = [
        _vehicle(random, number, kind, random.choice(ovens if kind[0] == "bread van" else stores), "plain" * land.zoned)
        for number, kind in enumerate(kinds, start=1)
    ]
    for number in range(len(kinds) + 1, count + 1):
        fleet.append(_vehicle(random, number, light[number % len(light)], "X1", "upper"))
    return tuple(fleet)


def _vehicle(random: Random, number: int, kind: tuple, home: str, zone: str) -> Vehicle:
    name, gross_t, payload_t, compartments_m3, closed, _ = kind
    return Vehicle(
        plate=f"TRK-{number:03d}",
        type=name,
        homes=(home,),
        payload_g=round(payload_t * TONNE_G),
        compartments_cm3=tuple(size * M3_CM3 for size in compartments_m3),
        closed_body=closed,
        gross_mass_g=round(gross_t * TONNE_G),
        height_mm=2_800 if gross_t < 8 else 3_900,
        width_mm=2_200 if gross_t < 8 else 2_550,
        speed_permille=1_000 if gross_t < 20 else 850,
        item_classes=frozenset({"bread", "food"}) if name == "bread van" else frozenset(),
        zones=frozenset({zone}) if zone else frozenset(),
        shift=Hours.parse(random.choice(["05:00-19:00", "06:00-20:00", "06:00-20:00"])),
        cost_fixed=round(20 + 5 * payload_t),
        cost_per_km=1 if gross_t < 8 else 2,
        driver=f"Driver {number}",
    )
