"""A plan made by hand for the papers: a convoy of three, bread, soap apart from food, and a change of vehicles."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from karavan.domain.fleet import Vehicle
from karavan.domain.goods import Item, Lot
from karavan.domain.hours import Hours
from karavan.domain.places import Place, PlaceKind
from karavan.domain.plans import Convoy, Handling, Journey, Leg, Plan, Stop
from karavan.domain.requests import Approval, Request, RequestLine
from karavan.domain.roads import Road, RoadStatus
from karavan.domain.rules import Rules
from karavan.domain.situation import Operation, Situation

START = datetime(2023, 9, 22, 2, 0, tzinfo=UTC)  # 06:00 in Asia/Baku


def at(hour: int, minute: int = 0) -> datetime:
    """That many hours and minutes after the start."""
    return START + timedelta(hours=hour, minutes=minute)


PLACES = (
    Place(
        code="AGD",
        kind=PlaceKind.WAREHOUSE,
        names=(("en", "Aghdam"), ("az", "Ağdam"), ("hy", "Ակնա"), ("ru", "Агдам")),
        contact="warehouse office, +994 50 000 00 01",
    ),
    Place(
        code="ASK",
        kind=PlaceKind.TRANSSHIPMENT_POINT,
        names=(("en", "Askeran"), ("az", "Əsgəran"), ("hy", "Ասկերան"), ("ru", "Аскеран")),
        contact="transshipment yard, +994 50 000 00 02",
    ),
    Place(
        code="KHN",
        kind=PlaceKind.DELIVERY_POINT,
        names=(("az", "Xankəndi"), ("hy", "Ստեփանակերտ"), ("ru", "Степанакерт / Ханкенди"), ("en", "Khankendi")),
        population=55_000,
    ),
)
ITEMS = (
    Item(
        code="flour",
        names=(("en", "Wheat flour"), ("az", "Buğda unu"), ("hy", "Ցորենի ալյուր"), ("ru", "Пшеничная мука")),
        item_class="food",
        unit="kg",
        handling_unit="sack",
        handling_unit_quantity=50,
        mass_g=1_010,
        volume_cm3=1_600,
    ),
    Item(
        code="oil",
        names=(("en", "Cooking oil"), ("az", "Bitki yağı"), ("hy", "Ձեթ"), ("ru", "Растительное масло")),
        item_class="food",
        unit="litre",
        handling_unit="carton",
        handling_unit_quantity=12,
        breakable=True,
        mass_g=1_000,
        volume_cm3=1_500,
    ),
    Item(
        code="soap",
        names=(("en", "Soap"), ("az", "Sabun"), ("hy", "Օճառ"), ("ru", "Мыло")),
        item_class="hygiene",
        unit="piece",
        handling_unit="carton",
        handling_unit_quantity=72,
        mass_g=110,
        volume_cm3=180,
    ),
    Item(
        code="bread",
        names=(("en", "Bread"), ("az", "Çörək"), ("hy", "Հաց"), ("ru", "Хлеб")),
        item_class="bread",
        unit="loaf",
        handling_unit="crate",
        handling_unit_quantity=16,
        mass_g=600,
        volume_cm3=2_600,
        shelf_life_s=24 * 3600,
        closed_body=True,
    ),
)
STOCK = (
    Lot(place="AGD", item="flour", code="F-23/081", quantity=30_000, expiry=datetime(2024, 8, 1, tzinfo=UTC)),
    Lot(place="AGD", item="oil", code="O-7741", quantity=5_000, expiry=datetime(2025, 2, 28, tzinfo=UTC)),
    Lot(place="AGD", item="soap", code="S-1", quantity=10_000),
    Lot(place="AGD", item="bread", code="B-0922", quantity=3_000),
)
VEHICLES = (
    Vehicle(
        plate="77-AA-101",
        type="20 t truck",
        homes=("AGD",),
        payload_g=20_000_000,
        compartments_cm3=(60_000_000, 30_000_000),
        driver="Driver One",
        phone="+994 50 111 11 11",
    ),
    Vehicle(
        plate="77-AA-102",
        type="20 t truck",
        homes=("AGD",),
        payload_g=20_000_000,
        compartments_cm3=(90_000_000,),
        driver="Driver Two",
        phone="+994 50 222 22 22",
    ),
    Vehicle(
        plate="77-BB-201",
        type="bread van",
        homes=("AGD",),
        payload_g=3_500_000,
        compartments_cm3=(18_000_000,),
        closed_body=True,
    ),
    Vehicle(
        plate="10-XX-900",
        type="12 t truck",
        homes=("ASK",),
        payload_g=12_000_000,
        compartments_cm3=(40_000_000,),
        driver="Driver Four",
        phone="+374 00 444 444",
    ),
)
ROADS = (
    Road(
        code="R1",
        origin="AGD",
        destination="ASK",
        distance_m=24_000,
        drive_s=2_700,
        status=RoadStatus.RESTRICTED,
        status_source="road administration, 21 September",
        gate=Hours.parse("08:00-18:00"),
        convoy_only=True,
        max_gross_mass_g=40_000_000,
        night_allowed=False,
    ),
    Road(code="R2", origin="ASK", destination="KHN", distance_m=14_000, drive_s=1_800, convoy_only=True),
)
REQUESTS = (
    Request(
        number="REQ-7",
        raised_by="Representative of the residents",
        organisation="Town council",
        raised_at=datetime(2023, 9, 21, 12, tzinfo=UTC),
        place="KHN",
        people=5_000,
        approval=Approval.APPROVED,
        contact="+374 00 555 555",
        lines=(
            RequestLine(request="REQ-7", line=1, item="flour", quantity=20_000, priority=1),
            RequestLine(request="REQ-7", line=2, item="oil", quantity=1_000),
            RequestLine(request="REQ-7", line=3, item="soap", quantity=7_200),
            RequestLine(request="REQ-7", line=4, item="bread", quantity=1_600, priority=1),
        ),
    ),
    Request(
        number="REQ-8",
        raised_by="Head of the village",
        raised_at=datetime(2023, 9, 21, 15, tzinfo=UTC),
        place="ASK",
        people=700,
        approval=Approval.APPROVED,
        lines=(RequestLine(request="REQ-8", line=1, item="flour", quantity=2_000),),
    ),
)


def a_situation(**changes: object) -> Situation:
    rules = Rules(
        notified_at=datetime(2023, 9, 20, 6, 0, tzinfo=UTC),
        notification_lead_s=48 * 3600,
        check_in_s=1_800,
        security_contact="Focal point, +994 50 999 99 99",
    )
    situation = Situation(
        operation=Operation(
            name="Aghdam - Askeran - Khankendi", start=START, horizon_s=48 * 3600, time_zone="Asia/Baku", rules=rules
        ),
        places=PLACES,
        roads=ROADS,
        items=ITEMS,
        stock=STOCK,
        vehicles=VEHICLES,
        requests=REQUESTS,
    )
    return replace(situation, **changes)


def goods(need: str, item: str, quantity: int, compartment: int = 0) -> Handling:
    lot = next(lot.code for lot in STOCK if lot.item == item)
    return Handling(need=need, item=item, lot=lot, lot_place="AGD", quantity=quantity, compartment=compartment)


TO_ASKERAN = Leg(road="R1", origin="AGD", destination="ASK", depart=at(3), arrive=at(3, 45), convoy="C1")
TO_KHANKENDI = Leg(road="R2", origin="ASK", destination="KHN", depart=at(3, 45), arrive=at(4, 15), convoy="C1")


def a_plan(**changes: object) -> Plan:
    """J1 and J2 go through to Khankendi, J3 puts flour down at Askeran, J4 takes part of it on."""
    flour, oil, soap = (
        goods("REQ-7/1", "flour", 12_000),
        goods("REQ-7/2", "oil", 1_000),
        goods("REQ-7/3", "soap", 7_200, 1),
    )
    bread, village = goods("REQ-7/4", "bread", 1_600), goods("REQ-8/1", "flour", 2_000)
    onward = goods("REQ-7/1", "flour", 8_000)
    through = (TO_ASKERAN, TO_KHANKENDI)
    alone = (replace(TO_KHANKENDI, depart=at(6, 15), arrive=at(6, 45), convoy=""),)
    runs = (
        a_run("J1", "77-AA-101", a_loading("AGD", 1, at(2, 50), flour, oil, soap), at(4, 15), at(6), through),
        a_run("J2", "77-BB-201", a_loading("AGD", 2, at(2, 30), bread, clean=True), at(4, 15), at(4, 45), through),
        a_run("J3", "77-AA-102", a_loading("AGD", 1, at(2, 40), village, onward), at(3, 45), at(5), (TO_ASKERAN,)),
        a_run("J4", "10-XX-900", a_loading("ASK", 5, at(6), onward), at(6, 45), at(7, 45), alone),
    )
    convoy = Convoy(
        code="C1",
        roads=("R1", "R2"),
        origin="AGD",
        destination="KHN",
        depart=at(3),
        arrive=at(4, 15),
        journeys=("J1", "J3", "J2"),
        leader="J1",
    )
    return replace(Plan(situation="0" * 64, journeys=runs, convoys=(convoy,)), **changes)


def a_loading(place: str, hour: int, end: datetime, *loads: Handling, clean: bool = False) -> Stop:
    """A vehicle that is free from the start loads from ``hour`` on."""
    return Stop(place=place, arrive=at(0), start=at(hour), end=end, loads=loads, clean=clean)


def a_run(code: str, vehicle: str, loading: Stop, arrive: datetime, end: datetime, legs: tuple[Leg, ...]) -> Journey:
    """All that was loaded is handed over where the last leg ends."""
    place = legs[-1].destination
    stop = Stop(place=place, arrive=arrive, start=arrive, end=end, legs=legs, unloads=loading.loads)
    return Journey(code=code, vehicle=vehicle, stops=(loading, stop))
