"""
The third example: a district that does not exist, after an earthquake.

The figures are of the usual size and come from handbooks where a comment or the notes name one; the places, their
names, their people and the damage are drawn from a seed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from karavan import Situation
from karavan.domain.fleet import Vehicle
from karavan.domain.goods import Item, KitLine, Lot, Production
from karavan.domain.hours import Hours
from karavan.domain.places import Place, PlaceKind
from karavan.domain.requests import Approval, Request, RequestLine
from karavan.domain.roads import EARTH_RADIUS_M, Road, RoadStatus
from karavan.domain.rules import Level, Rules, Segregation
from karavan.domain.situation import Operation
from karavan.domain.units import DAY_S, HOUR_S, KG_G, TONNE_G

SEED = 7
START = datetime(2031, 5, 12, 2, 0, tzinfo=UTC)  # 06:00 by the local clock, two days after the shock
PER_HOUSEHOLD = 5
VALLEYS = 8
VILLAGES = 80
MOUNTAIN, LOWLAND = "mountain", "lowland"
LOW = frozenset({LOWLAND})

NOTES = """\
EVERYTHING HERE IS INVENTED: the district, its places and their names (in five languages and four scripts), its \
people, the damage, the vehicles and the dates. No real place is meant: the coordinates lie in the Atlantic.

Figures from handbooks
- Household of five: a setting. Flour 400 g a person and day (cereal in the WFP ration), here for seven days.
- One family tent, two kitchen sets for ten households, five blankets, two water containers of 10-20 l, one hygiene \
kit a month for each household (Sphere). Soap 250 g and 200 g a person and month (Sphere 2011).
- Blankets take 6.25 m3 a tonne: vehicles are full by volume before they are full by mass (Logistics Cluster).
- Payload by gross mass, t: 3.5 - 1; 7.5 - 3.5; 18.8 - 12; 36 - 25 (Logistics Cluster LOG guide).
- Speeds, km/h: 55 on the valley road, 33 on gravel, 19 on broken tracks (63 / 31-38 / 19-20: UNJLC 2007).
- Convoys above five vehicles have a leader (LOG guide). Bread of white wheat keeps 24 h (GOST 27844-88).

Assumptions
- Tents: not half of what is asked for. Damage, closures and their hours, bridge limits, gates, handling rates, \
shifts, costs, the notice and its lead time, priorities.
- Food and hygiene goods need separate compartments; bread a vehicle without hygiene goods; fuel travels alone: an \
unverified reading of the food-transport rules."""

SYLLABLES = (
    ("Ru", "Ru", "Ռու", "Ру", "რუ"),
    ("Be", "Be", "Բե", "Бе", "ბე"),
    ("Da", "Da", "Դա", "Да", "და"),
    ("Ga", "Qa", "Գա", "Га", "გა"),
    ("Ke", "Ke", "Կե", "Ке", "კე"),
    ("Lo", "Lo", "Լո", "Ло", "ლო"),
    ("Ma", "Ma", "Մա", "Ма", "მა"),
    ("Ni", "Ni", "Նի", "Ни", "ნი"),
    ("Sa", "Sa", "Սա", "Са", "სა"),
    ("To", "To", "Տո", "То", "ტო"),
    ("Vi", "Vi", "Վի", "Ви", "ვი"),
    ("Za", "Za", "Զա", "За", "ზა"),
)
ENDINGS = (
    ("lum", "lum", "լում", "лум", "ლუმ"),
    ("mor", "mor", "մոր", "мор", "მორ"),
    ("pel", "pel", "պել", "пел", "პელ"),
    ("dur", "dur", "դուր", "дур", "დურ"),
    ("kol", "kol", "կոլ", "кол", "კოლ"),
    ("bat", "bat", "բատ", "бат", "ბატ"),
    ("nes", "nes", "նես", "нес", "ნეს"),
    ("fik", "fik", "ֆիկ", "фик", "ფიკ"),
)
TAGS = ("en", "az", "hy", "ru", "ka")
EXTRAS = {1: ("KITCHEN", 2, 2), 3: ("HYGIENE-KIT", 10, 1), 5: ("CONTAINER", 20, 10)}
"""What every seventh village asks for besides: item, units for ten households, units in a carton or bale."""
TOWN = ("Tomalum", "Tomalum", "Տոմալում", "Томалум", "ტომალუმ")


@dataclass(frozen=True, slots=True)
class Village:
    """A village on the way: ``number`` in its valley, counted from the valley's mouth; where, and how many people."""

    code: str
    valley: int
    number: int
    names: tuple[tuple[str, str], ...]
    latitude_deg: float
    longitude_deg: float
    people: int


def mountain_district() -> Situation:
    """3 warehouses, 2 bakeries, 80 villages, 25 vehicles, 5 days."""
    random = Random(SEED)
    villages = _villages(random)
    return Situation(
        operation=Operation(
            name="Mountain district after an earthquake (invented)",
            start=START,
            horizon_s=5 * DAY_S,
            time_zone="Etc/GMT-4",
            notes=NOTES,
            rules=Rules(
                convoy_max=6,
                leader_above=5,
                convoy_slot_s=3_600,
                notified_at=START - timedelta(hours=10),
                notification_lead_s=24 * HOUR_S,  # 24 h in an emergency (Yemen)
                dark_hours=Hours.parse("20:00-05:30"),
                rest_s=9 * HOUR_S,
                security_contact="Focal point, +000 00 000 00 (invented)",
                blocked_instructions="Stop together, tell the leader, wait an hour, come back together.",
            ),
        ),
        places=(*_depots(), *_junctions(), *_points(villages)),
        roads=tuple(_roads(random, villages)),
        items=tuple(_items()),
        kits=(
            KitLine("HYGIENE-KIT", "SOAP", 9),  # 5 people x (250 g + 200 g) a month / 250 g
            KitLine("HYGIENE-KIT", "PADS", 2),
            KitLine("HYGIENE-KIT", "TOOTHBRUSH", 5),
        ),
        stock=_stock(),
        production=(
            Production(
                bakery="BAKERY-TOWN",
                item="BREAD",
                units_per_h=450,
                hours=Hours.parse("02:00-08:00"),
                flour_item="FLOUR",
                flour_g_per_unit=430,
            ),
            Production(
                bakery="BAKERY-UPPER",
                item="BREAD",
                units_per_h=150,
                hours=Hours.parse("03:00-07:00"),
                flour_item="FLOUR",
                flour_g_per_unit=430,
            ),
        ),
        vehicles=tuple(_vehicles()),
        requests=tuple(_requests(random, villages)),
        segregation=(
            Segregation("food", "hygiene", Level.COMPARTMENT),
            Segregation("bread", "hygiene", Level.VEHICLE),
            Segregation("food", "fuel", Level.VEHICLE),
            Segregation("bread", "fuel", Level.VEHICLE),
            Segregation("hygiene", "fuel", Level.VEHICLE),
        ),
    )


# ---------------------------------------------------------------------------------------------------- places and roads


def _villages(random: Random) -> list[Village]:
    """Eight valleys run out from the town; the first villages of each are the larger ones."""
    names = [
        tuple(zip(TAGS, (a + b for a, b in zip(first, last, strict=True)), strict=True))
        for first in SYLLABLES
        for last in ENDINGS
    ]
    random.shuffle(names)
    villages = []
    for index in range(VILLAGES):
        valley, number = index % VALLEYS, index // VALLEYS
        bearing = 2 * math.pi * valley / VALLEYS + random.uniform(-0.12, 0.12)
        away_deg = 0.07 + 0.035 * number
        villages.append(
            Village(
                code=f"V{index + 1:02d}",
                valley=valley,
                number=number,
                names=names[index],
                latitude_deg=round(40.0 + away_deg * math.cos(bearing), 4),
                longitude_deg=round(-35.0 + away_deg * math.sin(bearing) * 1.34, 4),
                people=PER_HOUSEHOLD * random.randint(12, 90 if number < 4 else 45),
            )
        )
    return villages


def _place(code: str, kind: PlaceKind, words: tuple[str, ...], at: tuple[float, float], **fields: object) -> Place:
    """A place beside the town, called after it."""
    names = tuple((tag, f"{town} {word}".strip()) for tag, town, word in zip(TAGS, TOWN, words, strict=True))
    return Place(code=code, kind=kind, names=names, latitude_deg=at[0], longitude_deg=at[1], **fields)  # type: ignore[arg-type]


def _depots() -> tuple[Place, ...]:
    day = Hours.parse("06:00-20:00")
    rail = ("railway store", "dəmiryol anbarı", "երկաթուղային պահեստ", "склад у станции", "სადგურის საწყობი")
    town = ("town store", "şəhər anbarı", "քաղաքային պահեստ", "городской склад", "ქალაქის საწყობი")
    upper = ("upper store", "yuxarı anbar", "վերին պահեստ", "верхний склад", "ზედა საწყობი")
    bakery = ("bakery", "çörək sexi", "հացի փուռ", "пекарня", "საცხობი")
    upper_bakery = ("upper bakery", "yuxarı çörək sexi", "վերին հացի փուռ", "верхняя пекарня", "ზედა საცხობი")
    change = ("change point", "yükaşırma yeri", "բեռնափոխման կետ", "место перегрузки", "გადატვირთვის ადგილი")
    rate = {"handling_g_per_h": 12 * TONNE_G, "handling_fixed_s": 900, "opening": day, "zones": LOW}
    return (
        _place("STORE-RAIL", PlaceKind.WAREHOUSE, rail, (39.86, -35.15), **rate),
        _place("STORE-TOWN", PlaceKind.WAREHOUSE, town, (40.005, -34.99), **rate),
        _place("STORE-UPPER", PlaceKind.WAREHOUSE, upper, (40.11, -34.88), largest_gross_mass_g=19 * TONNE_G, **rate),
        _place("BAKERY-TOWN", PlaceKind.BAKERY, bakery, (39.995, -35.01), handling_fixed_s=600, zones=LOW),
        _place("BAKERY-UPPER", PlaceKind.BAKERY, upper_bakery, (40.112, -34.875), handling_fixed_s=600, zones=LOW),
        _place(
            "CHANGE",
            PlaceKind.TRANSSHIPMENT_POINT,
            change,
            (40.0, -34.9),
            opening=day,
            handling_g_per_h=6 * TONNE_G,
            handling_fixed_s=900,
            zones=frozenset({LOWLAND, MOUNTAIN}),
        ),
    )


def _junctions() -> tuple[Place, ...]:
    return (_place("TOWN", PlaceKind.JUNCTION, ("", "", "", "", ""), (40.0, -35.0), zones=LOW),)


def _points(villages: list[Village]) -> Iterator[Place]:
    day = Hours.parse("07:00-19:00")
    for village in villages:
        limit = None
        if village.number in (4, 8):  # no room for a large truck to turn
            limit = 8 * TONNE_G
        if village.code == "V77":
            limit = 1_500 * KG_G
        yield Place(
            code=village.code,
            kind=PlaceKind.DELIVERY_POINT,
            names=village.names,
            latitude_deg=village.latitude_deg,
            longitude_deg=village.longitude_deg,
            population=village.people,
            opening=Hours.parse("Mo 07:00-09:00") if village.code == "V74" else day,
            handling_g_per_h=4 * TONNE_G,
            handling_fixed_s=1_200,
            largest_gross_mass_g=limit,
            zones=frozenset({MOUNTAIN}) if village.valley == 2 else frozenset(),
        )


def _way(code: str, origin: str, destination: str, km: float, km_per_h: int, **fields: object) -> Road:
    distance_m = round(km * 1_000)
    return Road(
        code=code,
        origin=origin,
        destination=destination,
        distance_m=distance_m,
        drive_s=-(-distance_m * HOUR_S // (km_per_h * 1_000)),
        **fields,  # type: ignore[arg-type]
    )


def _roads(random: Random, villages: list[Village]) -> Iterator[Road]:
    """The valley roads, and the few that join the valleys; what the shock did to them stands in :func:`_damage`."""
    yield _way("R-RAIL", "STORE-RAIL", "TOWN", 24, 55)
    yield _way("R-STORE", "STORE-TOWN", "TOWN", 1, 30)
    yield _way("R-BAKERY", "BAKERY-TOWN", "TOWN", 1, 30)
    yield _way("R-UPPER", "TOWN", "STORE-UPPER", 17, 33)
    yield _way("R-OVEN", "BAKERY-UPPER", "STORE-UPPER", 0.5, 20)
    yield _way("R-CHANGE", "TOWN", "CHANGE", 9, 33)
    damage = _damage()
    last: dict[int, tuple[str, tuple[float, float]]] = {
        valley: {1: ("STORE-UPPER", (40.11, -34.88)), 2: ("CHANGE", (40.0, -34.9))}.get(valley, ("TOWN", (40.0, -35.0)))
        for valley in range(VALLEYS)
    }
    for village in villages:
        origin, here = last[village.valley]
        there = (village.latitude_deg, village.longitude_deg)
        speed = 33 if village.number < 5 else 19
        code = f"R-{village.code}"
        yield _way(
            code,
            origin,
            village.code,
            max(1.5, _km(here, there) * random.uniform(1.2, 1.6)),
            speed,
            **damage.get(code, {}),
        )
        last[village.valley] = (village.code, there)
    for first, second in (("V28", "V29"), ("V31", "V32"), ("V46", "V47"), ("V60", "V61")):
        ends = [next(it for it in villages if it.code == code) for code in (first, second)]
        km = 1.5 * _km(*((it.latitude_deg, it.longitude_deg) for it in ends))
        yield _way(f"R-{first}-{second}", first, second, km, 19, max_gross_mass_g=8 * TONNE_G, night_allowed=False)


def _damage() -> dict[str, dict[str, object]]:
    """By road, that is by the village it leads to: valley = (number - 1) % 8."""
    clock = START - timedelta(hours=6)  # midnight by the local clock
    inspected = "bridge inspection after the shock (invented)"
    return {
        # valley 0 (V01, V09 ...): a bridge for vehicles up to 20 t, higher up one for 8 t
        "R-V09": {"max_gross_mass_g": 20 * TONNE_G, "status_source": inspected},
        "R-V33": {"max_gross_mass_g": 8 * TONNE_G, "status_source": inspected},
        "R-V73": {"max_gross_mass_g": 2 * TONNE_G, "status_source": inspected},
        # valley 1: driven in convoys by daylight
        "R-V02": {"convoy_only": True, "night_allowed": False, "status": RoadStatus.RESTRICTED},
        # valley 3: a slide, cleared on the second day; its last village is cut off
        "R-V12": {
            "status": RoadStatus.CLOSED,
            "status_until": clock + timedelta(days=1, hours=14),
            "status_source": "road authority: slide, cleared on the second day at 14:00 (invented)",
        },
        "R-V76": {"status": RoadStatus.CLOSED, "status_source": "road authority: the road is gone (invented)"},
        # valley 4: one lane for both directions, a gate opens four times a day
        "R-V13": {"gate": Hours.parse("07:00-09:00,11:00-13:00,15:00-17:00,18:00-20:00")},
        "R-V77": {"night_allowed": False},
        # valley 5: nobody has been beyond the eighth village
        "R-V70": {"status": RoadStatus.UNKNOWN, "status_source": "no report since the shock (invented)"},
        # valley 6: a low and narrow tunnel
        "R-V15": {"max_height_mm": 3_400},
        "R-V71": {"max_width_mm": 1_900},
        # valley 7: the last road can only be driven upward
        "R-V80": {"one_way": True, "status_source": "the lower half slid away: no way down (invented)"},
    }


def _km(here: tuple[float, float], there: tuple[float, float]) -> float:
    north = math.radians(there[0] - here[0])
    east = math.radians(there[1] - here[1]) * math.cos(math.radians(here[0]))
    return math.hypot(north, east) * EARTH_RADIUS_M / 1_000


# --------------------------------------------------------------------------------------------------- goods and requests


ITEM_NAMES = {
    "TENT": "Family tent / Ailə çadırı / Ընտանեկան վրան / Палатка семейная",
    "BLANKET": "Blanket / Ədyal / Վերմակ / Одеяло",
    "KITCHEN": "Kitchen set / Mətbəx dəsti / Խոհանոցային հավաքածու / Набор посуды",
    "CONTAINER": "Water container 15 l / Su qabı 15 l / Ջրի տարա 15 լ / Канистра для воды 15 л",
    "FLOUR": "Wheat flour / Buğda unu / Ցորենի ալյուր / Мука пшеничная",
    "SOAP": "Soap 250 g / Sabun 250 q / Օճառ 250 գ / Мыло 250 г",
    "PADS": "Sanitary pads / Gigiyenik bezlər / Միջադիրներ / Прокладки",
    "TOOTHBRUSH": "Toothbrush / Diş fırçası / Ատամի խոզանակ / Зубная щётка",
    "BREAD": "Bread / Çörək / Հաց / Хлеб",
    "FUEL": "Diesel fuel / Dizel yanacağı / Դիզելային վառելիք / Дизельное топливо",
    "STOVE": "Stove / Soba / Վառարան / Печь",
}
SPLIT: dict[str, object] = {"breakable": True}
FRESH: dict[str, object] = {"shelf_life_s": 24 * HOUR_S, "remaining_life_s": 10 * HOUR_S, "closed_body": True}
ITEMS: tuple[tuple[str, str, str, str, int, int, dict[str, object]], ...] = (
    ("TENT", "shelter", "piece", "bale 1", 55_000, 280_000, {}),
    ("BLANKET", "shelter", "piece", "bale 15", 1_600, 10_000, {}),
    ("KITCHEN", "shelter", "set", "carton 2", 5_500, 20_000, {}),
    ("CONTAINER", "shelter", "piece", "bale 10", 700, 6_000, {}),
    ("FLOUR", "food", "kg", "sack 25", 1_005, 1_600, {}),
    ("SOAP", "hygiene", "bar", "carton 48", 260, 380, SPLIT),
    ("PADS", "hygiene", "pack", "carton 24", 120, 1_200, SPLIT),
    ("TOOTHBRUSH", "hygiene", "piece", "carton 144", 20, 120, SPLIT),
    ("BREAD", "bread", "loaf", "crate 14", 640, 3_200, FRESH),
    ("FUEL", "fuel", "l", "drum 200", 930, 1_150, {}),
    ("STOVE", "shelter", "piece", "carton 1", 18_000, 90_000, {}),
)
"""Code, class, unit, handling unit and units in one, grams and cubic centimetres of a unit, other fields."""


def _items() -> Iterator[Item]:
    for code, item_class, unit, packed, mass_g, volume_cm3, fields in ITEMS:
        handling_unit, size = packed.split()
        yield Item(
            code=code,
            names=tuple(zip(("en", "az", "hy", "ru"), ITEM_NAMES[code].split(" / "), strict=True)),
            item_class=item_class,
            unit=unit,
            handling_unit=handling_unit,
            handling_unit_quantity=int(size),
            mass_g=mass_g,
            volume_cm3=volume_cm3,
            **fields,  # type: ignore[arg-type]
        )


def _stock() -> tuple[Lot, ...]:
    def lot(place: str, item: str, quantity: int, **fields: object) -> Lot:
        code = f"{item}-{place[6:]}{fields.pop('part', '')}"
        return Lot(place=place, item=item, code=code, quantity=quantity, **fields)  # type: ignore[arg-type]

    second_day = START + timedelta(days=1)
    soon, later = START + timedelta(days=40), START + timedelta(days=200)
    return (
        lot("STORE-RAIL", "TENT", 700),
        lot("STORE-RAIL", "TENT", 300, part="-2", available_from=second_day),  # a train on the second day
        lot("STORE-TOWN", "TENT", 120, reserved=20),
        lot("STORE-RAIL", "BLANKET", 15_000),
        lot("STORE-TOWN", "BLANKET", 6_000),
        lot("STORE-UPPER", "BLANKET", 1_500),
        lot("STORE-RAIL", "KITCHEN", 1_600),
        lot("STORE-TOWN", "KITCHEN", 400),
        lot("STORE-RAIL", "CONTAINER", 8_000),
        lot("STORE-RAIL", "FLOUR", 60_000, expiry=later),
        lot("STORE-TOWN", "FLOUR", 20_000, expiry=soon),
        lot("STORE-UPPER", "FLOUR", 5_000, expiry=soon),
        lot("STORE-RAIL", "SOAP", 40_000),
        lot("STORE-RAIL", "PADS", 9_600),
        lot("STORE-RAIL", "TOOTHBRUSH", 28_800),
        Lot(place="BAKERY-TOWN", item="FLOUR", code="FLOUR-OVEN", quantity=6_500, expiry=soon),
        Lot(place="BAKERY-UPPER", item="FLOUR", code="FLOUR-OVEN", quantity=1_000, expiry=soon),
        lot("STORE-TOWN", "FUEL", 4_000),
    )


def _requests(random: Random, villages: list[Village]) -> Iterator[Request]:
    """Each village asks once for what its damaged households need; some also for bread, which has its clock."""
    unapproved = {9: Approval.DRAFT, 22: Approval.REJECTED, 35: Approval.SENT_BACK, 48: Approval.SUBMITTED}
    for index, village in enumerate(villages):
        households = village.people // PER_HOUSEHOLD
        damaged = max(3, round(households * random.uniform(0.5, 0.95)))
        priority = 1 if damaged > 0.8 * households else 2 if damaged > 0.65 * households else 3
        lines = [("TENT", damaged)]
        if index // VALLEYS % 2:
            lines.append(("FLOUR", -(-village.people * 7 * 400 // (25 * KG_G)) * 25))
        else:
            lines.append(("BLANKET", -(-damaged * PER_HOUSEHOLD // 15) * 15))
        if index % 7 in EXTRAS:
            item, each, pack = EXTRAS[index % 7]
            lines.append((item, -(-damaged * each // (10 * pack)) * pack))
        yield _request(f"REQ-{village.code[1:]}", village, lines, priority, unapproved.get(index, Approval.APPROVED))
        if village.number < 2 and village.valley != 2:
            loaves = -(-village.people // 3 // 14) * 14
            yield _request(f"REQ-B{village.code[1:]}", village, [("BREAD", loaves)], 1, Approval.APPROVED)
    bread_far, fuel, stoves = villages[65], villages[0], villages[3]
    yield _request("REQ-B66", bread_far, [("BREAD", 70)], 1, Approval.APPROVED)
    yield _request("REQ-FUEL", fuel, [("FUEL", 600)], 2, Approval.APPROVED)
    yield _request("REQ-STOVE", stoves, [("STOVE", 30)], 2, Approval.APPROVED)
    yield _request("REQ-ODD", stoves, [("KITCHEN", 7)], 3, Approval.APPROVED)


def _request(number: str, village: Village, lines: list[tuple[str, int]], priority: int, approval: Approval) -> Request:
    return Request(
        number=number,
        raised_by=f"Representative of {dict(village.names)['en']}",
        organisation="District assessment team (invented)",
        raised_at=START - timedelta(hours=12),
        place=village.code,
        people=village.people,
        approval=approval,
        lines=tuple(
            RequestLine(request=number, line=i, item=item, quantity=quantity, priority=priority)
            for i, (item, quantity) in enumerate(lines, 1)
        ),
    )


# ------------------------------------------------------------------------------------------------------------- vehicles


HEAVY = Vehicle(
    plate="",
    type="36 t truck",
    homes=("STORE-RAIL",),
    payload_g=25 * TONNE_G,
    compartments_cm3=(60_000_000, 15_000_000),
    gross_mass_g=36 * TONNE_G,
    height_mm=4_000,
    width_mm=2_550,
    item_classes=frozenset({"shelter", "food", "hygiene"}),
    zones=LOW,
    shift=Hours.parse("06:00-20:00"),
    cost_fixed=120,
    cost_per_km=3,
)
MEDIUM = replace(
    HEAVY,
    type="18.8 t truck",
    payload_g=12 * TONNE_G,
    compartments_cm3=(32_000_000, 8_000_000),
    gross_mass_g=18_800 * KG_G,
    height_mm=3_600,
    width_mm=2_500,
    cost_fixed=80,
    cost_per_km=2,
)
LIGHT = replace(
    HEAVY,
    type="7.5 t four-wheel drive",
    payload_g=3_500 * KG_G,
    compartments_cm3=(14_000_000, 4_000_000),
    gross_mass_g=7_500 * KG_G,
    height_mm=3_200,
    width_mm=2_300,
    cost_fixed=50,
    cost_per_km=1,
    zones=LOW,
)
PICK_UP = replace(
    LIGHT,
    type="3.5 t mountain pick-up",
    homes=("CHANGE",),
    payload_g=1 * TONNE_G,
    compartments_cm3=(7_000_000,),
    gross_mass_g=3_500 * KG_G,
    height_mm=2_600,
    width_mm=2_000,
    zones=frozenset({MOUNTAIN}),
    cost_fixed=30,
)
VAN = replace(
    PICK_UP,
    type="bread van",
    homes=("BAKERY-TOWN",),
    payload_g=1_500 * KG_G,
    compartments_cm3=(9_000_000,),
    closed_body=True,
    item_classes=frozenset({"bread"}),
    zones=LOW,
)


def _vehicles() -> Iterator[Vehicle]:
    """4 heavy, 7 medium, 8 light, 4 mountain pick-ups, 2 bread vans: 25."""
    fleet = [
        *((HEAVY, "H", "STORE-RAIL") for _ in range(4)),
        *((MEDIUM, "M", "STORE-RAIL" if i % 2 else "STORE-TOWN") for i in range(7)),
        *((LIGHT, "L", "STORE-TOWN" if i % 4 else "STORE-UPPER") for i in range(8)),
        *((PICK_UP, "P", "") for _ in range(4)),
        (VAN, "B", "BAKERY-TOWN"),
        (VAN, "B", "BAKERY-UPPER"),
    ]
    counts: dict[str, int] = {}
    for number, (kind, letter, home) in enumerate(fleet, 1):
        counts[letter] = counts.get(letter, 0) + 1
        yield replace(
            kind,
            plate=f"{letter}-{counts[letter]:02d}",
            homes=(home,) if home else kind.homes,
            driver=f"Driver {number}",
            phone=f"+000 00 000 {number:02d}",
            previous_load="fuel" if letter == "M" and counts[letter] == 1 else "",
        )
