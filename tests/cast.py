"""One small world that every test learns: Aghdam, its bakery, Askeran, Khankendi; two trucks and a bread van.

    AGD warehouse --- R-BKR 1 km, 5 min --- BKR bakery
     |
    R-ASK 12 km, 20 min
     |
    ASK checkpoint
     |
    R-KHN 14 km, 30 min
     |
    KHN delivery point, 1,000 people

The clock starts at 08:00 in Asia/Baku, which is 04:00 UTC; :func:`at` takes UTC. Everything here is invented but the
places and their names.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from karavan.domain.check import check
from karavan.domain.fleet import Vehicle
from karavan.domain.goods import Item, KitLine, Lot, Production
from karavan.domain.hours import Hours
from karavan.domain.places import Place, PlaceKind
from karavan.domain.plans import Convoy, Handling, Journey, Leg, Plan, Stop
from karavan.domain.requests import Approval, Request, RequestLine
from karavan.domain.roads import Road
from karavan.domain.rules import Level, Rules, Segregation
from karavan.domain.situation import Operation, Situation

START = datetime(2023, 9, 22, 4, 0, tzinfo=UTC)
HORIZON_S = 24 * 3600

AGD = Place(
    code="AGD",
    kind=PlaceKind.WAREHOUSE,
    names=(("en", "Aghdam"), ("az", "Ağdam"), ("hy", "Աղդամ"), ("ru", "Агдам")),
    latitude_deg=39.991,
    longitude_deg=46.930,
)
BKR = Place(
    code="BKR",
    kind=PlaceKind.BAKERY,
    names=(
        ("en", "Aghdam bakery"),
        ("az", "Ağdam çörək zavodu"),
        ("hy", "Աղդամի հացի գործարան"),
        ("ru", "Агдамская пекарня"),
    ),
    latitude_deg=39.995,
    longitude_deg=46.940,
)
ASK = Place(
    code="ASK",
    kind=PlaceKind.CHECKPOINT,
    names=(("en", "Askeran"), ("az", "Əsgəran"), ("hy", "Ասկերան"), ("ru", "Аскеран")),
    latitude_deg=39.937,
    longitude_deg=46.833,
)
KHN = Place(
    code="KHN",
    kind=PlaceKind.DELIVERY_POINT,
    names=(("en", "Khankendi"), ("az", "Xankəndi"), ("hy", "Ստեփանակերտ"), ("ru", "Степанакерт")),
    latitude_deg=39.815,
    longitude_deg=46.752,
    population=1_000,
)

R_BKR = Road(code="R-BKR", origin="BKR", destination="AGD", distance_m=1_000, drive_s=300)
R_ASK = Road(code="R-ASK", origin="AGD", destination="ASK", distance_m=12_000, drive_s=1_200)
R_KHN = Road(code="R-KHN", origin="ASK", destination="KHN", distance_m=14_000, drive_s=1_800)

FLOUR = Item(
    code="FLOUR",
    names=(("en", "Wheat flour"), ("az", "Un"), ("hy", "Ալյուր"), ("ru", "Мука")),
    item_class="food",
    unit="kg",
    handling_unit="sack",
    handling_unit_quantity=50,
    mass_g=1_000,
    volume_cm3=1_500,
)
SOAP = Item(
    code="SOAP",
    names=(("en", "Soap"), ("az", "Sabun"), ("hy", "Օճառ"), ("ru", "Мыло")),
    item_class="hygiene",
    unit="piece",
    handling_unit="carton",
    handling_unit_quantity=100,
    mass_g=100,
    volume_cm3=150,
)
BREAD = Item(
    code="BREAD",
    names=(("en", "Bread"), ("az", "Çörək"), ("hy", "Հաց"), ("ru", "Хлеб")),
    item_class="bread",
    unit="loaf",
    handling_unit="crate",
    handling_unit_quantity=20,
    mass_g=500,
    volume_cm3=2_500,
    shelf_life_s=24 * 3600,
    remaining_life_s=4 * 3600,
    closed_body=True,
)

TRUCK_1 = Vehicle(
    plate="T1",
    type="20 t truck",
    homes=("AGD",),
    payload_g=20_000_000,
    compartments_cm3=(30_000_000, 10_000_000),
    gross_mass_g=36_000_000,
    height_mm=4_000,
    width_mm=2_550,
    cost_fixed=100,
    cost_per_km=2,
    driver="Alice",
    phone="+000 1",
)
TRUCK_2 = replace(TRUCK_1, plate="T2", driver="Bob", phone="+000 2")
BREAD_VAN = Vehicle(
    plate="VAN",
    type="bread van",
    homes=("BKR",),
    payload_g=1_500_000,
    compartments_cm3=(10_000_000,),
    closed_body=True,
    gross_mass_g=3_500_000,
    height_mm=2_800,
    width_mm=2_100,
    item_classes=frozenset({"bread"}),
    cost_fixed=40,
    cost_per_km=1,
    driver="Charlie",
    phone="+000 3",
)


def at(clock: str, day: int = 0) -> datetime:
    """``"05:20"`` UTC on the plan's first day, or ``day`` days later."""
    hour, minute, *second = map(int, clock.split(":"))
    return START.replace(hour=hour, minute=minute, second=second[0] if second else 0) + timedelta(days=day)


def a_situation(*, rules: Rules | None = None, **fields: Any) -> Situation:
    """
    The small world; any field of :class:`Situation` can be given instead of the usual one.

    5,000 kg flour, 1,000 soap, 100 kits (10 kg flour, 5 soap each) and 400 loaves are needed by 1,000 people at KHN;
    there is more than enough of everything. REQ-3 is a draft: nobody approved it.
    """
    operation = Operation(
        name="Test operation", start=START, horizon_s=HORIZON_S, time_zone="Asia/Baku", rules=rules or Rules()
    )
    usual: dict[str, Any] = {
        "operation": operation,
        "places": (AGD, BKR, ASK, KHN),
        "roads": (R_BKR, R_ASK, R_KHN),
        "items": (FLOUR, SOAP, BREAD),
        "kits": (KitLine("KIT", "FLOUR", 10), KitLine("KIT", "SOAP", 5)),
        "stock": (
            Lot(place="AGD", item="FLOUR", code="F1", quantity=6_000, expiry=at("00:00", 100)),
            Lot(place="AGD", item="FLOUR", code="F2", quantity=10_000, expiry=at("00:00", 200), reserved=1_000),
            Lot(place="AGD", item="SOAP", code="S1", quantity=5_000),
            Lot(place="BKR", item="FLOUR", code="BF", quantity=1_000),
        ),
        "production": (
            Production(
                bakery="BKR",
                item="BREAD",
                units_per_h=200,
                hours=Hours.parse("08:00-12:00"),
                flour_item="FLOUR",
                flour_g_per_unit=400,
            ),
        ),
        "vehicles": (TRUCK_1, TRUCK_2, BREAD_VAN),
        "requests": (_request("REQ-1", "FLOUR 5000", "SOAP 1000", "KIT 100"), _request("REQ-2", "BREAD 400"), _draft()),
        "segregation": (
            Segregation("food", "hygiene", Level.COMPARTMENT),
            Segregation("bread", "hygiene", Level.VEHICLE),
            Segregation("food", "fuel", Level.VEHICLE),
        ),
    }
    return Situation(**{**usual, **fields})


def _request(number: str, *lines: str, approval: Approval = Approval.APPROVED) -> Request:
    words = [line.split() for line in lines]
    return Request(
        number=number,
        raised_by="Residents' representatives",
        raised_at=at("00:00"),
        place="KHN",
        people=1_000,
        approval=approval,
        lines=tuple(
            RequestLine(request=number, line=i, item=item, quantity=int(quantity), priority=2)
            for i, (item, quantity) in enumerate(words, start=1)
        ),
    )


def _draft() -> Request:
    return _request("REQ-3", "FLOUR 100", approval=Approval.DRAFT)


def goods(text: str, compartment: int = 0) -> Handling:
    """``"REQ-1/1 FLOUR F1@AGD 5000"``: need, item, lot and where it is from, quantity."""
    need, item, rest = text.split(" ", 2)
    lot, quantity = rest.rsplit(" ", 1)
    code, place = lot.rsplit("@", 1)
    return Handling(need=need, item=item, lot=code, lot_place=place, quantity=int(quantity), compartment=compartment)


def drive(*hops: str, convoy: str = "") -> tuple[Leg, ...]:
    """``drive("R-ASK AGD ASK 05:00 05:20", ...)``: road, from, to, departure and arrival in UTC."""
    return tuple(
        Leg(road=road, origin=origin, destination=destination, depart=at(depart), arrive=at(arrive), convoy=convoy)
        for road, origin, destination, depart, arrive in map(str.split, hops)
    )


def stop(place: str, arrive: str, start: str, end: str, **fields: Any) -> Stop:
    """A stop with its times as text."""
    return Stop(place=place, arrive=at(arrive), start=at(start), end=at(end), **fields)


def there(convoy: str = "") -> tuple[Leg, ...]:
    """AGD - ASK - KHN, 05:00 to 05:50."""
    return drive("R-ASK AGD ASK 05:00 05:20", "R-KHN ASK KHN 05:20 05:50", convoy=convoy)


def back(convoy: str = "") -> tuple[Leg, ...]:
    """KHN - ASK - AGD, 06:50 to 07:40."""
    return drive("R-KHN KHN ASK 06:50 07:20", "R-ASK ASK AGD 07:20 07:40", convoy=convoy)


def a_run(code: str, vehicle: str, *cargo: Handling, convoy: str = "") -> Journey:
    """Load ``cargo`` at AGD 04:00-05:00, hand it over at KHN 05:50-06:50, be home at 07:40."""
    return Journey(
        code=code,
        vehicle=vehicle,
        stops=(
            stop("AGD", "04:00", "04:00", "05:00", loads=cargo),
            stop("KHN", "05:50", "05:50", "06:50", legs=there(convoy), unloads=cargo),
            stop("AGD", "07:40", "07:40", "07:40", legs=back(convoy)),
        ),
    )


FLOUR_LOAD = goods("REQ-1/1 FLOUR F1@AGD 5000")
SOAP_LOAD = goods("REQ-1/2 SOAP S1@AGD 1000", compartment=1)
KIT_FLOUR_LOAD = goods("REQ-1/3:FLOUR FLOUR F1@AGD 1000")
KIT_SOAP_LOAD = goods("REQ-1/3:SOAP SOAP S1@AGD 500", compartment=1)
BREAD_LOADS = (
    goods("REQ-2/1 BREAD oven 2023-09-22 09:00@BKR 200"),
    goods("REQ-2/1 BREAD oven 2023-09-22 10:00@BKR 200"),
)


def a_bread_run() -> Journey:
    """The van takes the loaves of the first two hours, out of the oven at 05:00 and 06:00 UTC, over at 07:55 UTC."""
    return Journey(
        code="J3",
        vehicle="VAN",
        stops=(
            stop("BKR", "04:00", "06:00", "06:30", loads=BREAD_LOADS),
            stop(
                "KHN",
                "07:25",
                "07:25",
                "07:55",
                legs=drive("R-BKR BKR AGD 06:30 06:35", "R-ASK AGD ASK 06:35 06:55", "R-KHN ASK KHN 06:55 07:25"),
                unloads=BREAD_LOADS,
            ),
            stop(
                "BKR",
                "08:50",
                "08:50",
                "08:50",
                legs=drive("R-KHN KHN ASK 07:55 08:25", "R-ASK ASK AGD 08:25 08:45", "R-BKR AGD BKR 08:45 08:50"),
            ),
        ),
    )


def a_plan(**fields: Any) -> Plan:
    """Everything that is needed, delivered, no rule broken: T1 flour and soap, T2 kits, VAN bread."""
    journeys = (
        a_run("J1", "T1", FLOUR_LOAD, SOAP_LOAD),
        a_run("J2", "T2", KIT_FLOUR_LOAD, KIT_SOAP_LOAD),
        a_bread_run(),
    )
    return Plan(**{"name": "Test operation", "seed": 1, "journeys": journeys, **fields})


def a_flour_situation(quantity: int = 5_000, **fields: Any) -> Situation:
    """The small world when only flour is needed: REQ-1/1."""
    return a_situation(**{"requests": (_request("REQ-1", f"FLOUR {quantity}"),), **fields})


def a_flour_plan(**fields: Any) -> Plan:
    """T1 brings the 5,000 kg in journey J1."""
    return Plan(**{"journeys": (a_run("J1", "T1", FLOUR_LOAD),), **fields})


def broken(situation: Situation, plan: Plan) -> list[tuple[str, str, int | float, str]]:
    """What the judge says, without the words: rule, where, amount, unit."""
    return [(it.rule, it.where, it.amount, it.unit) for it in check(situation, plan)]


def a_convoy_situation(**rules: Any) -> Situation:
    """The same world with ASK - KHN open to convoys only."""
    return with_road(a_situation(rules=Rules(**rules)), "R-KHN", convoy_only=True)


def a_convoy_plan() -> Plan:
    """:func:`a_plan` with T1 and T2 in convoys C1 (there) and C2 (back), and the van alone in C3 and C4."""
    journeys, convoys = [], []
    for journey in a_plan().journeys:
        stops = tuple(
            replace(
                here,
                legs=tuple(
                    replace(leg, convoy=_convoy_code(journey.vehicle, leg)) if leg.road == "R-KHN" else leg
                    for leg in here.legs
                ),
            )
            for here in journey.stops
        )
        journeys.append(replace(journey, stops=stops))
    for code, members, leg in [
        ("C1", ("J1", "J2"), there()[1]),
        ("C2", ("J1", "J2"), back()[0]),
        ("C3", ("J3",), a_bread_run().stops[1].legs[2]),
        ("C4", ("J3",), a_bread_run().stops[2].legs[0]),
    ]:
        convoys.append(
            Convoy(
                code=code,
                roads=("R-KHN",),
                origin=leg.origin,
                destination=leg.destination,
                depart=leg.depart,
                arrive=leg.arrive,
                journeys=members,
                leader=members[0],
            )
        )
    return a_plan(journeys=tuple(journeys), convoys=tuple(convoys))


def _convoy_code(vehicle: str, leg: Leg) -> str:
    first = 3 if vehicle == "VAN" else 1
    return f"C{first if leg.destination == 'KHN' else first + 1}"


def with_vehicle(situation: Situation, plate: str, /, **fields: Any) -> Situation:
    """``situation`` with some fields of one vehicle changed."""
    return replace(
        situation,
        vehicles=tuple(replace(it, **fields) if it.plate == plate else it for it in situation.vehicles),
    )


def with_place(situation: Situation, code: str, /, **fields: Any) -> Situation:
    """``situation`` with some fields of one place changed."""
    return replace(situation, places=tuple(replace(it, **fields) if it.code == code else it for it in situation.places))


def with_road(situation: Situation, code: str, /, **fields: Any) -> Situation:
    """``situation`` with some fields of one road changed."""
    return replace(situation, roads=tuple(replace(it, **fields) if it.code == code else it for it in situation.roads))


def with_item(situation: Situation, code: str, /, **fields: Any) -> Situation:
    """``situation`` with some fields of one item changed."""
    return replace(situation, items=tuple(replace(it, **fields) if it.code == code else it for it in situation.items))


def with_journey(plan: Plan, code: str, /, **fields: Any) -> Plan:
    """``plan`` with some fields of one journey changed."""
    return replace(plan, journeys=tuple(replace(it, **fields) if it.code == code else it for it in plan.journeys))


def with_stop(plan: Plan, code: str, number: int, /, **fields: Any) -> Plan:
    """``plan`` with some fields of stop ``number`` (from 0) of one journey changed."""
    journey = next(it for it in plan.journeys if it.code == code)
    stops = list(journey.stops)
    stops[number] = replace(stops[number], **fields)
    return with_journey(plan, code, stops=tuple(stops))


def with_leg(plan: Plan, code: str, number: int, leg: int, /, **fields: Any) -> Plan:
    """``plan`` with some fields of one leg of a stop changed."""
    legs = list(next(it for it in plan.journeys if it.code == code).stops[number].legs)
    legs[leg] = replace(legs[leg], **fields)
    return with_stop(plan, code, number, legs=tuple(legs))


def with_convoy(plan: Plan, code: str, /, **fields: Any) -> Plan:
    """``plan`` with some fields of one convoy changed."""
    return replace(plan, convoys=tuple(replace(it, **fields) if it.code == code else it for it in plan.convoys))
