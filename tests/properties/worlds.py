"""Small random situations, whole and broken: every sheet is used, and nothing promises that the world makes sense."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from karavan.domain.changes import with_road_open, with_vehicle_broken
from karavan.domain.fleet import Vehicle
from karavan.domain.goods import Item, KitLine, Lot, Production
from karavan.domain.hours import ALWAYS, Hours
from karavan.domain.places import Place, PlaceKind
from karavan.domain.requests import Approval, Request, RequestLine
from karavan.domain.roads import Road, RoadSource, RoadStatus
from karavan.domain.rules import Level, Rules, Segregation
from karavan.domain.situation import Operation, Situation

START = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
T = 1_000_000
HOURS = [ALWAYS, ALWAYS, Hours.parse("08:00-18:00"), Hours.parse("07:00-12:00,13:00-16:00"), Hours.parse("20:00-04:00")]


class Dice(Random):
    """Chance with a temper: in a mild world few things go wrong, in a harsh one most do."""

    harshness = 1.0

    def rarely(self, chance: float) -> bool:
        return self.random() < chance * self.harshness


def a_world(seed: int) -> Situation:
    """The situation of a seed."""
    r = Dice(seed)
    r.harshness = r.choice([0.15, 0.4, 1.0])
    horizon_h = r.choice([10, 24, 36, 60])
    places = _places(r)
    items = _items(r)
    straight = r.random() < 0.15
    situation = Situation(
        operation=Operation(
            name=f"world {seed}",
            start=START,
            horizon_s=horizon_h * 3600,
            time_zone=r.choice(["Asia/Baku", "Asia/Yerevan", "UTC", "Europe/Berlin"]),
            rules=_rules(r),
        ),
        places=places,
        roads=() if straight else _roads(r, places, horizon_h),
        items=items,
        kits=(KitLine("KIT", "flour", 5), KitLine("KIT", "soap", 2)) if r.random() < 0.5 else (),
        stock=_stock(r, places, horizon_h),
        production=_production(r, places),
        vehicles=tuple(_vehicle(r, number, places) for number in range(0 if r.rarely(0.2) else r.randint(1, 6))),
        segregation=_segregation(r),
        road_source=RoadSource.STRAIGHT if straight else RoadSource.SHEET,
    )
    return _with_requests(r, situation)


def _places(r: Dice) -> tuple[Place, ...]:
    kinds = [PlaceKind.WAREHOUSE] * r.randint(1, 2) + [PlaceKind.BAKERY] * r.randint(0, 1)
    kinds += [PlaceKind.TRANSSHIPMENT_POINT] * r.randint(0, 2) + [PlaceKind.CHECKPOINT] * r.randint(0, 1)
    kinds += [PlaceKind.JUNCTION] * r.randint(0, 2) + [PlaceKind.DELIVERY_POINT] * r.randint(1, 6)
    zoned = r.random() < 0.35
    return tuple(
        Place(
            code=f"{kind.value[0].upper()}{number}",
            kind=kind,
            names=(("en", f"Place {number}"),),
            latitude_deg=39 + r.random() / 3,
            longitude_deg=46 + r.random() / 3,
            opening=r.choice(HOURS) if r.rarely(0.6) else ALWAYS,
            handling_g_per_h=r.choice([None, 2 * T, 20 * T]),
            handling_fixed_s=r.choice([0, 600]),
            largest_gross_mass_g=12 * T if r.rarely(0.25) else None,
            zones=_zones(r, kind) if zoned else frozenset(),
        )
        for number, kind in enumerate(kinds)
    )


def _zones(r: Dice, kind: PlaceKind) -> frozenset[str]:
    if kind in (PlaceKind.WAREHOUSE, PlaceKind.BAKERY):
        return frozenset({"near"})
    if kind in (PlaceKind.TRANSSHIPMENT_POINT, PlaceKind.CHECKPOINT, PlaceKind.JUNCTION):
        return frozenset({"near", "far"})
    return frozenset({r.choice(["near", "far"])})


def _roads(r: Dice, places: tuple[Place, ...], horizon_h: int) -> tuple[Road, ...]:
    pairs = [(i, r.randrange(i)) for i in range(1, len(places)) if not r.rarely(0.08)]
    pairs += [tuple(r.sample(range(len(places)), 2)) for _ in range(r.randint(0, 5)) if len(places) > 1]
    convoys = r.choice([0.0, 0.0, 0.2, 0.6])
    return tuple(
        _road(r, f"R{n}", places[a].code, places[b].code, horizon_h, convoys) for n, (a, b) in enumerate(pairs)
    )


def _road(r: Dice, code: str, origin: str, destination: str, horizon_h: int, convoys: float) -> Road:
    status = r.choice(list(RoadStatus)) if r.rarely(0.2) else RoadStatus.OPEN
    dates = sorted(r.uniform(-2, horizon_h + 4) for _ in range(2))
    drive_s = r.choice([300, 600, 1_200, 1_800, 3_600, 3_600, 7_200, 20_000])
    return Road(
        code=code,
        origin=origin,
        destination=destination,
        distance_m=drive_s * 10,
        drive_s=drive_s,
        one_way=r.rarely(0.08),
        max_gross_mass_g=r.choice([8 * T, 20 * T]) if r.rarely(0.2) else None,
        max_height_mm=3_000 if r.rarely(0.1) else None,
        max_width_mm=2_400 if r.rarely(0.1) else None,
        status=status,
        status_from=START + timedelta(hours=round(dates[0])) if r.rarely(0.3) else None,
        status_until=START + timedelta(hours=round(dates[1])) if r.rarely(0.3) else None,
        gate=r.choice(HOURS[2:4]) if r.rarely(0.3) else None,
        convoy_only=r.random() < convoys,
        night_allowed=not r.rarely(0.4),
    )


def _items(r: Dice) -> tuple[Item, ...]:
    return (
        Item(
            code="flour",
            item_class="food",
            unit="kg",
            handling_unit="sack",
            handling_unit_quantity=25,
            mass_g=1_010,
            volume_cm3=1_500,
            breakable=r.random() < 0.2,
        ),
        Item(
            code="soap",
            item_class="hygiene",
            unit="piece",
            handling_unit_quantity=10,
            mass_g=200,
            volume_cm3=r.choice([0, 250]),
        ),
        Item(
            code="bread",
            item_class="bread",
            unit="loaf",
            handling_unit_quantity=10,
            mass_g=500,
            volume_cm3=2_500,
            shelf_life_s=r.choice([6, 24]) * 3600,
            remaining_life_s=r.choice([0, 2 * 3600]),
            closed_body=True,
        ),
        Item(code="diesel", item_class="fuel", unit="litre", mass_g=850, volume_cm3=1_000),
    )


def _stock(r: Dice, places: tuple[Place, ...], horizon_h: int) -> tuple[Lot, ...]:
    stores = [place.code for place in places if place.kind is PlaceKind.WAREHOUSE]
    lots = []
    for store in stores:
        for item in ("flour", "soap", "diesel"):
            for number in range(r.choice([0, 1, 1, 2, 3])):
                quantity = r.choice([7, 120, 1_000, 8_000, 8_000])
                lots.append(
                    Lot(
                        place=store,
                        item=item,
                        code=f"L{number}",
                        quantity=quantity,
                        expiry=START + timedelta(hours=r.randint(2, 2 * horizon_h)) if r.rarely(0.6) else None,
                        available_from=START + timedelta(hours=r.randint(-3, horizon_h)) if r.rarely(0.6) else None,
                        reserved=r.choice([5, quantity]) if r.rarely(0.2) else 0,
                    )
                )
    bakeries = [place.code for place in places if place.kind is PlaceKind.BAKERY]
    lots += [Lot(place=bakery, item="flour", code="F", quantity=r.choice([0, 200, 5_000])) for bakery in bakeries]
    return tuple(lots)


def _production(r: Dice, places: tuple[Place, ...]) -> tuple[Production, ...]:
    return tuple(
        Production(
            bakery=place.code,
            item="bread",
            units_per_h=r.choice([35, 100, 400]),
            hours=r.choice([Hours.parse("03:00-11:00"), Hours.parse("22:00-05:30"), ALWAYS]),
            flour_item="flour",
            flour_g_per_unit=r.choice([0, 350]),
        )
        for place in places
        if place.kind is PlaceKind.BAKERY
    )


def _vehicle(r: Dice, number: int, places: tuple[Place, ...]) -> Vehicle:
    homes = [place.code for place in places if place.kind in (PlaceKind.WAREHOUSE, PlaceKind.BAKERY)]
    far = [place.code for place in places if "far" in place.zones and "near" in place.zones]
    zones = r.choice([frozenset(), frozenset({"near"}), frozenset({"far"}), frozenset({"near", "far"})])
    home = r.choice(far) if zones == {"far"} and far else r.choice(homes)
    return Vehicle(
        plate=f"V{number}",
        homes=(home,) if r.random() < 0.8 else (home, r.choice(homes)),
        payload_g=r.choice([1, 3, 5, 18]) * T,
        compartments_cm3=r.choice([(8 * T,), (30 * T,), (10 * T, 5 * T), (3 * T, 3 * T, 3 * T)]),
        closed_body=not r.rarely(0.4),
        gross_mass_g=r.choice([3, 7, 11, 26]) * T,
        height_mm=r.choice([2_500, 3_800]),
        width_mm=r.choice([2_000, 2_550]),
        speed_permille=r.choice([1_000, 1_000, 800, 730]),
        item_classes=frozenset({"food", "bread"}) if r.rarely(0.3) else frozenset(),
        zones=zones,
        shift=r.choice([ALWAYS, Hours.parse("06:00-18:00"), Hours.parse("05:00-23:00"), Hours.parse("20:00-06:00")]),
        driving_limit_s=r.choice([4, 9]) * 3600,
        cost_fixed=r.choice([0, 50]),
        cost_per_km=r.choice([0, 1, 2]),
        previous_load=r.choice(["fuel", "hygiene"]) if r.rarely(0.5) else "",
        cleaned_on=r.choice([None, START - timedelta(days=1)]),
        available_from=START + timedelta(hours=5) if r.rarely(0.3) else None,
        available_until=START + timedelta(hours=20) if r.rarely(0.2) else None,
    )


def _segregation(r: Dice) -> tuple[Segregation, ...]:
    rows = [
        Segregation("food", "hygiene", r.choice([Level.COMPARTMENT, Level.COMPARTMENT, Level.FREE])),
        Segregation("bread", "hygiene", r.choice([Level.COMPARTMENT, Level.VEHICLE])),
        Segregation("fuel", "food", Level.VEHICLE),
        Segregation("fuel", "bread", Level.VEHICLE),
        Segregation("fuel", "hygiene", r.choice([Level.VEHICLE, Level.COMPARTMENT])),
    ]
    return tuple(row for row in rows if r.random() < 0.9)


def _rules(r: Dice) -> Rules:
    return Rules(
        convoy_min=r.choice([1, 1, 1, 2, 3]),
        convoy_max=r.choice([2, 3, 10]) + 1,
        leader_above=r.choice([1, 2, 5]),
        notified_at=r.choice([None, START - timedelta(hours=20)]),
        notification_lead_s=r.choice([0, 24 * 3600]),
        convoy_slot_s=r.choice([1_800, 3_600, 7_200]),
        cleaning_s=r.choice([0, 3_600]),
        unknown_roads_usable=r.random() < 0.2,
    )


def _with_requests(r: Dice, situation: Situation) -> Situation:
    targets = [p.code for p in situation.places if p.kind in (PlaceKind.DELIVERY_POINT, PlaceKind.BAKERY)]
    goods = ["flour", "flour", "soap", "diesel", "bread", *(["KIT"] if situation.kits else [])]
    requests = []
    for number in range(r.randint(1, 8)):
        code = f"REQ-{number}"
        lines = tuple(
            RequestLine(
                request=code,
                line=line,
                item=item,
                quantity=r.choice([10, 37, 250, 1_000, 4_000]),
                priority=r.randint(1, 3),
            )
            for line, item in enumerate(r.sample(goods, r.randint(1, 3)), start=1)
        )
        requests.append(
            Request(
                number=code,
                raised_by="a representative",
                raised_at=START + timedelta(hours=r.choice([-30, -5, 0, 3])),
                place=r.choice(targets),
                people=r.choice([0, 40, 700]),
                approval=r.choice(list(Approval)) if r.rarely(0.3) else Approval.APPROVED,
                lines=lines,
            )
        )
    return replace(situation, requests=tuple(requests))


def a_convoy_world(seed: int) -> Situation:
    """The world of a seed with every second road for convoys of two or more: slots, mending, lone vehicles."""
    r = Dice(f"convoys {seed}")
    world = a_world(seed)
    rules = replace(world.operation.rules, convoy_min=r.choice([2, 2, 3]), convoy_slot_s=r.choice([3_600, 7_200]))
    homes = [place for place in world.places if place.kind in (PlaceKind.WAREHOUSE, PlaceKind.BAKERY)]
    return replace(
        world,
        operation=replace(world.operation, rules=replace(rules, notified_at=None)),
        roads=tuple(replace(road, convoy_only=r.random() < 0.5) for road in world.roads),
        vehicles=world.vehicles + tuple(_convoy_vehicle(r, 6 + number, tuple(homes)) for number in range(4)),
    )


def _convoy_vehicle(r: Dice, number: int, homes: tuple[Place, ...]) -> Vehicle:
    """One that is there when others are, so that they meet."""
    return replace(
        _vehicle(r, number, homes), shift=ALWAYS, available_from=None, available_until=None, gross_mass_g=3 * T
    )


def a_relay_world(seed: int) -> Situation:
    """The world of a seed in which no vehicle serves both sides: goods change vehicles, some of them in convoys."""
    r = Dice(f"relay {seed}")
    r.harshness = 0.3
    world = a_world(seed)
    kinds = [PlaceKind.WAREHOUSE, PlaceKind.TRANSSHIPMENT_POINT, PlaceKind.DELIVERY_POINT, PlaceKind.DELIVERY_POINT]
    kinds += r.choice([[], [PlaceKind.BAKERY], [PlaceKind.TRANSSHIPMENT_POINT], [PlaceKind.JUNCTION]])
    places = tuple(
        Place(
            code=f"{kind.value[0].upper()}{number}",
            kind=kind,
            names=(("en", f"Place {number}"),),
            opening=r.choice(HOURS) if r.rarely(0.6) else ALWAYS,
            handling_g_per_h=r.choice([None, 2 * T]),
            zones=frozenset({"far"}) if kind is PlaceKind.DELIVERY_POINT and number < 4 else _zones(r, kind),
        )
        for number, kind in enumerate(kinds)
    )
    sides = [frozenset({"near"}), frozenset({"far"})]
    vehicles = tuple(
        replace(_vehicle(r, number, places), zones=sides[number % 2], homes=("W0",) if number % 2 == 0 else ("T1",))
        for number in range(r.randint(2, 6))
    )
    world = replace(
        world,
        places=places,
        roads=_roads(r, places, world.operation.horizon_s // 3600),
        road_source=RoadSource.SHEET,
        stock=_stock(r, places, world.operation.horizon_s // 3600),
        production=_production(r, places),
        vehicles=vehicles,
        requests=(),
    )
    return _with_requests(r, world)


def changed(r: Random, situation: Situation, number: int, at: datetime) -> Situation:
    """The situation after something happened at ``at``: a road shut or opened, a breakdown, a request, a lot."""
    what = r.choice(["shut", "shut", "shut for a while", "open", "breakdown", "request", "request", "stock", "nothing"])
    if what in ("shut", "shut for a while") and situation.roads:
        road = r.choice(situation.roads)
        until = at + timedelta(hours=r.randint(1, 9)) if what == "shut for a while" else None
        if what == "shut" or road.status is RoadStatus.OPEN:
            shut = replace(road, status=RoadStatus.CLOSED, status_from=at, status_until=until)
            return replace(situation, roads=tuple(shut if one is road else one for one in situation.roads))
    if what == "open" and situation.roads:
        return with_road_open(situation, r.choice(situation.roads).code)
    if what == "breakdown" and situation.vehicles:
        return with_vehicle_broken(situation, r.choice(situation.vehicles).plate, at)
    if what == "request":
        return replace(situation, requests=(*situation.requests, _late_request(r, situation, number, at)))
    if what == "stock":
        stores = [place.code for place in situation.places if place.kind is PlaceKind.WAREHOUSE]
        lot = Lot(place=r.choice(stores), item="flour", code=f"late {number}", quantity=2_000, available_from=at)
        return replace(situation, stock=(*situation.stock, lot))
    return situation


def _late_request(r: Random, situation: Situation, number: int, at: datetime) -> Request:
    targets = [p.code for p in situation.places if p.kind in (PlaceKind.DELIVERY_POINT, PlaceKind.BAKERY)]
    code = f"LATE-{number}"
    line = RequestLine(request=code, line=1, item=r.choice(["flour", "soap", "bread"]), quantity=r.choice([10, 300]))
    return Request(
        number=code,
        raised_by="a representative",
        raised_at=at,
        place=r.choice(targets),
        people=r.choice([0, 60]),
        approval=Approval.APPROVED,
        lines=(line,),
    )
