"""
The workbooks of ``examples/``, made from facts: ``python tools/make_examples.py [FOLDER]``.

Facts have their source beside them, in the workbook's notes and in ``examples/README.md``; everything that no source
reports is an assumption and says so. The same script gives the same workbooks.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from mountain_district import mountain_district

from karavan import Situation, write_workbook
from karavan.domain.fleet import Vehicle
from karavan.domain.goods import Item, Lot, Production
from karavan.domain.hours import Hours
from karavan.domain.places import Place, PlaceKind
from karavan.domain.requests import Approval, Request, RequestLine
from karavan.domain.roads import Road, RoadStatus
from karavan.domain.rules import Level, Rules, Segregation
from karavan.domain.situation import Operation
from karavan.domain.units import DAY_S, HOUR_S, KG_G, KM_M, TONNE_G

BAKU = ZoneInfo("Asia/Baku")
NEAR, FAR = "Aghdam side", "Khankendi side"

NOTES_22_SEPTEMBER = """\
FACTS, with their sources
- 21 Sep 2023, Yevlakh: representatives of the residents asked for humanitarian help, food among it; they named fuel \
as a particular need. Trend, 22 Sep 2023 (menafn.com 1107118863).
- 22 Sep 2023: two 20-tonne trucks with food and hygiene goods and two bread vehicles left Aghdam for Khankendi by \
the road over Askeran, which was open. Flour, bread, biscuits, pasta, oil, salt, rice, lentils, sweets, toothpaste, \
toothbrushes, soap. Trend, 22 Sep 2023 (menafn.com 1107119618).
- Bread of white wheat keeps 24 h: bakers' notes, GOST 27844-88.
- Coordinates: public maps, rounded to about a kilometre.

ASSUMPTIONS: no source reports them
- Every quantity, mass and volume; 10,000 people, and food for about a week by the WFP ration of 555 g a day.
- The warehouse and the bakery at Aghdam, their opening and handling rates; when and how much is baked; 430 g flour \
for a loaf of 600 g (1.4 kg bread from 1 kg flour).
- Two compartments in each truck, sizes and plates of all vehicles, crews' hours, costs; bread vans of 2 t.
- Lengths and driving times of the roads; that they are driven in convoys of at least two and by daylight; the \
notice given at 18:00 on the 21st and its 14 h.
- That soap and toothpaste need a compartment apart from food, and bread a vehicle without them: an unverified \
reading of the food-transport rules.
- That fewer lentils were there than asked for; that the request for fuel was still a draft."""

NOTES_29_AUGUST = """\
FACTS, with their sources
- 29 Aug 2023: two trucks with 40 t of flour, sent from Baku, reach the post on the Aghdam - Khankendi road. Another \
truck was to take the flour over from the far side. It did not come, and the flour did not pass. The staff slept in \
tents at the post. Trend, 1 Sep 2023 (menafn.com 1106994862); Azernews, 5 Sep 2023 (today.az 238583).
- 9-12 Sep 2023: one truck with food reaches Barda, waits, and passes the post on 12 Sep at about 07:00. Trend, 10 \
and 12 Sep 2023 (menafn.com 1107041101, 1107050194, 1107051413).
- Coordinates: public maps, rounded to about a kilometre; the post's place is approximate.

ASSUMPTIONS: no source reports them
- That nobody knew when the road beyond the post would open: it stands as closed from 29 Aug without an end.
- 20,000 people; 30 people at the post and what they need; the food aboard the truck at Barda (15 t of parcels).
- The size of the truck on the far side and that it is ready from 15:00; all plates, crews' hours, costs, handling \
rates, lengths and driving times; that the truck at Barda may pass until the evening of 12 Sep.
- That goods may lie at the post, handed from truck to truck: the reason why it is a checkpoint that lies in both \
zones.
- The zones say which vehicle may go where. They mark no border."""

KHANKENDI_NAMES = (
    ("en", "Khankendi"),
    ("az", "Xankəndi"),
    ("hy", "Ստեփանակերտ"),
    ("ru", "Степанакерт"),
    ("az-Cyrl", "Ханкәнди"),
    ("hy-Latn", "Stepanakert"),
)
ASKERAN_NAMES = (
    ("en", "Askeran"),
    ("az", "Əsgəran"),
    ("hy", "Ասկերան"),
    ("ru", "Аскеран"),
    ("az-Cyrl", "Әсҝәран"),
    ("hy-Latn", "Askeran"),
)
AGHDAM_NAMES = (
    ("en", "Aghdam"),
    ("az", "Ağdam"),
    ("hy", "Աղդամ"),
    ("ru", "Агдам"),
    ("az-Cyrl", "Ағдам"),
    ("hy-Latn", "Aghdam"),
)


def local(text: str) -> datetime:
    """``"2023-09-22 06:00"`` by the clock of Baku, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=BAKU).astimezone(UTC)


def road(code: str, km: float, minutes: int, **fields: object) -> Road:
    origin, destination = code.split(" - ")
    return Road(
        code=code,
        origin=origin,
        destination=destination,
        distance_m=round(km * KM_M),
        drive_s=minutes * 60,
        **fields,  # type: ignore[arg-type]
    )


def goods(
    code: str,
    names: tuple[str, str, str, str],
    item_class: str,
    unit: str,
    packed: str,
    g: int,
    cm3: int,
    **fields: object,
) -> Item:
    """``packed``: handling unit and the units in one, as ``"sack 50"``; names in en, az, hy, ru."""
    handling_unit, size = packed.split()
    return Item(
        code=code,
        names=tuple(zip(("en", "az", "hy", "ru"), names, strict=True)),
        item_class=item_class,
        unit=unit,
        handling_unit=handling_unit,
        handling_unit_quantity=int(size),
        mass_g=g,
        volume_cm3=cm3,
        **fields,  # type: ignore[arg-type]
    )


def request(
    number: str, place: str, people: int, raised_at: datetime, lines: dict[str, int], **fields: object
) -> Request:
    """All lines have the priority and the date in ``fields``."""
    line = {key: fields.pop(key) for key in ("priority", "needed_by") if key in fields}
    return Request(
        number=number,
        place=place,
        people=people,
        raised_at=raised_at,
        lines=tuple(
            RequestLine(request=number, line=i, item=item, quantity=quantity, **line)  # type: ignore[arg-type]
            for i, (item, quantity) in enumerate(lines.items(), 1)
        ),
        **{"approval": Approval.APPROVED, **fields},  # type: ignore[arg-type]
    )


FLOUR = goods(
    "FLOUR", ("Wheat flour", "Buğda unu", "Ցորենի ալյուր", "Мука пшеничная"), "food", "kg", "sack 50", 1_005, 1_600
)
BREAD = goods(
    "BREAD",
    ("Bread", "Çörək", "Հաց", "Хлеб"),
    "bread",
    "loaf",
    "crate 14",
    640,
    3_200,
    shelf_life_s=24 * HOUR_S,
    remaining_life_s=8 * HOUR_S,
    closed_body=True,
)
ITEMS_22_SEPTEMBER = (
    FLOUR,
    BREAD,
    goods("BISCUITS", ("Biscuits", "Peçenye", "Թխվածքաբլիթ", "Печенье"), "food", "kg", "carton 5", 1_080, 3_600),
    goods("PASTA", ("Pasta", "Makaron", "Մակարոն", "Макароны"), "food", "kg", "carton 10", 1_040, 2_900),
    goods(
        "OIL",
        ("Vegetable oil", "Bitki yağı", "Բուսական յուղ", "Масло растительное"),
        "food",
        "l",
        "carton 12",
        980,
        1_450,
    ),
    goods(
        "SALT",
        ("Iodised salt", "Yodlaşdırılmış duz", "Յոդացված աղ", "Соль йодированная"),
        "food",
        "kg",
        "sack 25",
        1_004,
        1_000,
    ),
    goods("RICE", ("Rice", "Düyü", "Բրինձ", "Рис"), "food", "kg", "sack 25", 1_004, 1_350),
    goods("LENTILS", ("Lentils", "Mərcimək", "Ոսպ", "Чечевица"), "food", "kg", "sack 25", 1_004, 1_350),
    goods("SWEETS", ("Sweets", "Konfet", "Կոնֆետ", "Конфеты"), "food", "kg", "carton 5", 1_060, 2_000),
    goods(
        "TOOTHPASTE",
        ("Toothpaste", "Diş məcunu", "Ատամի մածուկ", "Зубная паста"),
        "hygiene",
        "tube",
        "carton 100",
        115,
        260,
    ),
    goods(
        "TOOTHBRUSH",
        ("Toothbrushes", "Diş fırçası", "Ատամի խոզանակ", "Зубные щётки"),
        "hygiene",
        "piece",
        "carton 200",
        22,
        120,
    ),
    goods("SOAP", ("Soap", "Sabun", "Օճառ", "Мыло"), "hygiene", "bar", "carton 100", 105, 150),
    goods(
        "FUEL",
        ("Diesel fuel", "Dizel yanacağı", "Դիզելային վառելիք", "Дизельное топливо"),
        "fuel",
        "l",
        "drum 200",
        930,
        1_150,
    ),
)
SEGREGATION = (
    Segregation("food", "hygiene", Level.COMPARTMENT),
    Segregation("bread", "hygiene", Level.VEHICLE),
    Segregation("food", "fuel", Level.VEHICLE),
    Segregation("bread", "fuel", Level.VEHICLE),
    Segregation("hygiene", "fuel", Level.VEHICLE),
)

TRUCK = Vehicle(
    plate="TRUCK-1",
    type="20 t truck, two compartments",
    homes=("AGHDAM-STORE",),
    payload_g=20 * TONNE_G,
    compartments_cm3=(44_000_000, 12_000_000),
    closed_body=True,
    gross_mass_g=36 * TONNE_G,
    height_mm=4_000,
    width_mm=2_550,
    speed_permille=900,
    item_classes=frozenset({"food", "hygiene"}),
    shift=Hours.parse("05:00-20:00"),
    cost_fixed=150,
    cost_per_km=3,
    driver="Driver 1",
    phone="+000 00 000 01",
)
BREAD_VAN = Vehicle(
    plate="BREAD-1",
    type="bread van",
    homes=("AGHDAM-BAKERY",),
    payload_g=2 * TONNE_G,
    compartments_cm3=(11_000_000,),
    closed_body=True,
    gross_mass_g=4_500 * KG_G,
    height_mm=2_900,
    width_mm=2_200,
    item_classes=frozenset({"bread"}),
    shift=Hours.parse("05:00-20:00"),
    cost_fixed=50,
    cost_per_km=1,
    driver="Driver 3",
    phone="+000 00 000 03",
)


def aghdam_khankendi() -> Situation:
    """22 September 2023: food, hygiene goods and bread by the road over Askeran."""
    meeting = local("2023-09-21 16:00")
    assumed = "Trend, 22 Sep 2023: open. Convoys and daylight only: assumption"
    return Situation(
        operation=Operation(
            name="Aghdam - Khankendi, 22 September 2023",
            start=local("2023-09-22 00:00"),
            horizon_s=DAY_S,
            time_zone="Asia/Baku",
            notes=NOTES_22_SEPTEMBER,
            rules=replace(
                CONVOY_RULES, notified_at=local("2023-09-21 18:00"), notification_lead_s=14 * HOUR_S, convoy_min=2
            ),
        ),
        places=_places_22_september(),
        roads=(
            road("AGHDAM-BAKERY - AGHDAM-STORE", 2, 5, status_source="assumption"),
            road("AGHDAM-STORE - ASKERAN", 14, 25, convoy_only=True, night_allowed=False, status_source=assumed),
            road("ASKERAN - KHANKENDI", 14, 30, convoy_only=True, night_allowed=False, status_source=assumed),
        ),
        items=ITEMS_22_SEPTEMBER,
        stock=_stock_22_september(),
        production=(
            Production(
                bakery="AGHDAM-BAKERY",
                item="BREAD",
                units_per_h=1_200,
                hours=Hours.parse("01:00-07:00"),
                flour_item="FLOUR",
                flour_g_per_unit=430,
            ),
        ),
        vehicles=(
            TRUCK,
            replace(TRUCK, plate="TRUCK-2", driver="Driver 2", phone="+000 00 000 02"),
            BREAD_VAN,
            replace(BREAD_VAN, plate="BREAD-2", driver="Driver 4", phone="+000 00 000 04"),
        ),
        requests=_requests_22_september(meeting),
        segregation=SEGREGATION,
    )


CONVOY_RULES = Rules(
    convoy_max=8,
    leader_above=1,
    convoy_slot_s=1_800,
    dark_hours=Hours.parse("19:30-06:30"),
    check_in_s=1_800,
    security_contact="Focal point off the convoy, +000 00 000 20 (assumption)",
    blocked_instructions=(
        "Stop in sight of each other and tell the leader. Nobody negotiates alone, nobody turns back alone. The leader "
        "calls the focal point, waits an hour, then brings everybody back together. (assumption)"
    ),
)


def _named(names: tuple[tuple[str, str], ...], words: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """A place's names with what the building is, in the first four languages."""
    return tuple((tag, f"{name}, {word}") for (tag, name), word in zip(names, words, strict=False))


def _places_22_september() -> tuple[Place, ...]:
    return (
        Place(
            code="AGHDAM-STORE",
            kind=PlaceKind.WAREHOUSE,
            names=_named(AGHDAM_NAMES, ("warehouse", "anbar", "պահեստ", "склад")),
            latitude_deg=39.99,
            longitude_deg=46.93,
            opening=Hours.parse("05:00-20:00"),
            handling_g_per_h=12 * TONNE_G,
            handling_fixed_s=600,
            contact="Warehouse, +000 00 000 10 (assumption)",
        ),
        Place(
            code="AGHDAM-BAKERY",
            kind=PlaceKind.BAKERY,
            names=_named(AGHDAM_NAMES, ("bakery", "çörək sexi", "հացի փուռ", "пекарня")),
            latitude_deg=40.0,
            longitude_deg=46.95,
            handling_g_per_h=4 * TONNE_G,
            handling_fixed_s=600,
            contact="Bakery, +000 00 000 11 (assumption)",
        ),
        Place(
            code="ASKERAN",
            kind=PlaceKind.JUNCTION,
            names=ASKERAN_NAMES,
            latitude_deg=39.94,
            longitude_deg=46.83,
        ),
        Place(
            code="KHANKENDI",
            kind=PlaceKind.DELIVERY_POINT,
            names=KHANKENDI_NAMES,
            latitude_deg=39.82,
            longitude_deg=46.75,
            opening=Hours.parse("08:00-19:00"),
            handling_g_per_h=10 * TONNE_G,
            handling_fixed_s=900,
            contact="Residents' representatives",
        ),
    )


def _stock_22_september() -> tuple[Lot, ...]:
    """More than is asked for, but of lentils less."""
    kept = {
        "FLOUR": 24_000,
        "BISCUITS": 2_000,
        "PASTA": 5_000,
        "OIL": 3_000,
        "SALT": 500,
        "RICE": 4_000,
        "LENTILS": 2_400,
        "SWEETS": 800,
        "TOOTHPASTE": 12_000,
        "TOOTHBRUSH": 12_000,
        "SOAP": 24_000,
    }
    return (
        *(
            Lot(
                place="AGHDAM-STORE",
                item=item,
                code=f"{item}-A",
                quantity=quantity,
                expiry=local("2024-06-30 00:00") if item not in ("TOOTHBRUSH", "SOAP") else None,
            )
            for item, quantity in kept.items()
        ),
        Lot(place="AGHDAM-BAKERY", item="FLOUR", code="FLOUR-B", quantity=4_000, expiry=local("2024-06-30 00:00")),
    )


def _requests_22_september(meeting: datetime) -> tuple[Request, ...]:
    asked = {"raised_by": "Residents' representatives", "organisation": "Meeting at Yevlakh", "contact": "Khankendi"}
    evening = local("2023-09-22 19:00")
    food = {
        "FLOUR": 18_000,
        "PASTA": 4_500,
        "RICE": 3_500,
        "LENTILS": 3_500,
        "OIL": 2_400,
        "BISCUITS": 1_800,
        "SALT": 400,
        "SWEETS": 700,
    }
    hygiene = {"SOAP": 20_000, "TOOTHPASTE": 10_000, "TOOTHBRUSH": 10_000}
    return (
        request("REQ-1", "KHANKENDI", 10_000, meeting, {"BREAD": 5_600}, priority=1, needed_by=evening, **asked),
        request("REQ-2", "KHANKENDI", 10_000, meeting, food, priority=1, needed_by=evening, **asked),
        request("REQ-3", "KHANKENDI", 10_000, meeting, hygiene, priority=2, **asked),
        request("REQ-4", "KHANKENDI", 10_000, meeting, {"FUEL": 20_000}, approval=Approval.DRAFT, **asked),
    )


WATER_NAMES = ("Drinking water", "İçməli su", "Խմելու ջուր", "Питьевая вода")


def aghdam_checkpoint() -> Situation:
    """29 August 2023: 40 t of flour before the post, the road beyond it closed."""
    raised = local("2023-08-29 05:00")
    return Situation(
        operation=Operation(
            name="Aghdam checkpoint, 29 August 2023",
            start=local("2023-08-29 06:00"),
            horizon_s=16 * DAY_S,
            time_zone="Asia/Baku",
            notes=NOTES_29_AUGUST,
            rules=CONVOY_RULES,
        ),
        places=_places_29_august(),
        roads=(
            road("BAKU - BARDA", 310, 290, status_source="length and time: assumption"),
            road("BARDA - AGHDAM", 55, 55, status_source="length and time: assumption"),
            road("AGHDAM - POST", 8, 15, status_source="length and time: assumption"),
            road(
                "POST - ASKERAN",
                6,
                15,
                night_allowed=False,
                status=RoadStatus.CLOSED,
                status_from=local("2023-08-29 06:00"),
                status_source="Trend, 1 Sep 2023 (menafn.com 1106994862): the cargo waits at the post from 29 Aug on",
            ),
            road("ASKERAN - KHANKENDI", 14, 30, night_allowed=False, status_source="length and time: assumption"),
        ),
        items=(
            FLOUR,
            goods("WATER", WATER_NAMES, "food", "l", "pack 9", 1_050, 1_300),
            goods("TENT", ("Tent", "Çadır", "Վրան", "Палатка"), "shelter", "piece", "bale 1", 55_000, 280_000),
        ),
        stock=(
            Lot(place="BAKU", item="FLOUR", code="FLOUR-40", quantity=40_000, expiry=local("2024-02-28 00:00")),
            Lot(place="BARDA", item="WATER", code="WATER-1", quantity=2_700),
            Lot(place="BARDA", item="TENT", code="TENT-1", quantity=12),
        ),
        vehicles=_vehicles_29_august(),
        requests=(
            request(
                "REQ-1",
                "KHANKENDI",
                20_000,
                raised,
                {"FLOUR": 40_000},
                priority=1,
                raised_by="Azerbaijan Red Crescent Society",
                organisation="for the residents (number: assumption)",
            ),
            request(
                "REQ-2",
                "POST",
                30,
                raised,
                {"WATER": 1_350, "TENT": 8},
                priority=2,
                raised_by="Team at the post",
                organisation="Azerbaijan Red Crescent Society (quantities: assumption)",
            ),
        ),
        segregation=(Segregation("food", "fuel", Level.VEHICLE),),
    )


def _places_29_august() -> tuple[Place, ...]:
    day = Hours.parse("07:00-20:00")
    near, both, far = frozenset({NEAR}), frozenset({NEAR, FAR}), frozenset({FAR})
    names = {
        "BAKU": ("Baku", "Bakı", "Բաքու", "Баку"),
        "BARDA": ("Barda", "Bərdə", "Բարդա", "Барда"),
        "POST": (
            "Post on the Aghdam - Askeran road",
            "Ağdam - Əsgəran yolunda məntəqə",
            "Անցակետ Աղդամ - Ասկերան ճանապարհին",
            "Пост на дороге Агдам - Аскеран",
        ),
    }
    tagged = {code: tuple(zip(("en", "az", "hy", "ru"), each, strict=True)) for code, each in names.items()}
    tagged |= {"AGHDAM": AGHDAM_NAMES, "ASKERAN": ASKERAN_NAMES, "KHANKENDI": KHANKENDI_NAMES}

    def place(
        code: str, kind: PlaceKind, latitude: float, longitude: float, zones: frozenset[str], **fields: object
    ) -> Place:
        return Place(
            code=code,
            kind=kind,
            names=tagged[code],
            latitude_deg=latitude,
            longitude_deg=longitude,
            zones=zones,
            **fields,  # type: ignore[arg-type]
        )

    return (
        place("BAKU", PlaceKind.WAREHOUSE, 40.41, 49.87, near, handling_g_per_h=20 * TONNE_G),
        place("BARDA", PlaceKind.WAREHOUSE, 40.38, 47.13, near, opening=day),
        place("AGHDAM", PlaceKind.JUNCTION, 39.99, 46.93, near),
        place("POST", PlaceKind.CHECKPOINT, 39.96, 46.87, both, opening=day, contact="Team at the post (assumption)"),
        place("ASKERAN", PlaceKind.JUNCTION, 39.94, 46.83, far),
        place("KHANKENDI", PlaceKind.DELIVERY_POINT, 39.82, 46.75, far, opening=day),
    )


def _vehicles_29_august() -> tuple[Vehicle, ...]:
    flour_truck = replace(
        TRUCK,
        plate="BAKU-1",
        type="20 t truck",
        homes=("BAKU",),
        payload_g=20_100 * KG_G,  # 20 t of flour, and 100 kg of sacks
        compartments_cm3=(56_000_000,),
        item_classes=frozenset(),
        zones=frozenset({NEAR}),
        shift=Hours.parse("06:00-21:00"),
    )
    return (
        flour_truck,
        replace(flour_truck, plate="BAKU-2", driver="Driver 2", phone="+000 00 000 02"),
        replace(
            BREAD_VAN,
            plate="BARDA-VAN",
            type="supply van",
            homes=("BARDA",),
            item_classes=frozenset(),
            zones=frozenset({NEAR}),
        ),
        replace(
            flour_truck,
            plate="FAR-1",
            type="truck of the far side (size: assumption)",
            homes=("KHANKENDI",),
            zones=frozenset({FAR}),
            available_from=local("2023-08-29 15:00"),
            driver="Driver 5",
            phone="+000 00 000 05",
        ),
    )


def aghdam_checkpoint_later() -> Situation:
    """The same workbook on 12 September 2023: a truck with food has been waiting at Barda since the 9th."""
    before = aghdam_checkpoint()
    arrived = local("2023-09-09 20:00")
    parcel = goods(
        "PARCEL",
        ("Food parcel", "Ərzaq bağlaması", "Սննդի փաթեթ", "Продуктовый набор"),
        "food",
        "parcel",
        "box 1",
        15_000,
        33_000,
    )
    return replace(
        before,
        items=(*before.items, parcel),
        stock=(
            *before.stock,
            Lot(place="BARDA", item="PARCEL", code="PARCEL-1", quantity=1_000, available_from=arrived),
        ),
        vehicles=(
            *before.vehicles,
            replace(
                before.vehicles[0],
                plate="BARDA-1",
                type="truck that may pass the post (size: assumption)",
                homes=("BARDA",),
                zones=frozenset({NEAR, FAR}),
                available_from=arrived,
                available_until=local("2023-09-12 18:00"),  # it was let through once
                driver="Driver 6",
                phone="+000 00 000 06",
            ),
        ),
        requests=(
            *before.requests,
            request(
                "REQ-3",
                "KHANKENDI",
                20_000,
                arrived,
                {"PARCEL": 1_000},
                priority=1,
                raised_by="Russian Red Cross Society",
                organisation="with the Azerbaijan Red Crescent Society",
            ),
        ),
    )


WORKBOOKS = {
    "aghdam-khankendi-2023-09-22.xlsx": aghdam_khankendi,
    "aghdam-checkpoint-2023-08-29.xlsx": aghdam_checkpoint,
    "aghdam-checkpoint-2023-09-12.xlsx": aghdam_checkpoint_later,
    "mountain-district-earthquake.xlsx": mountain_district,
}


def main(folder: Path) -> None:
    for name, made in WORKBOOKS.items():
        write_workbook(folder / name, made())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "examples")
