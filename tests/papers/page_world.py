"""Plans to look at: the small world with everything that a page can show, and generated ones of any size."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from random import Random

from karavan.domain.message import Message, PlaceName
from karavan.domain.places import Place, PlaceKind
from karavan.domain.plans import Comparison, Handling, Journey, Leg, Plan, Share, Stop, Unserved
from karavan.domain.requests import Approval, Request, RequestLine
from karavan.domain.roads import Road, RoadStatus
from karavan.domain.situation import Situation
from karavan.domain.value import measure
from tests.cast import BREAD, FLOUR, SOAP, START, TRUCK_1, a_convoy_plan, a_convoy_situation, at

FAR = Place(
    code="SHU",
    kind=PlaceKind.DELIVERY_POINT,
    names=(("az", "Şuşa"), ("hy", "Շուշի"), ("ru", "Шуша"), ("en", "Shusha")),
    latitude_deg=39.760,
    longitude_deg=46.749,
    population=400,
)


def a_full_situation() -> Situation:
    """The convoy world, with a place that no open road reaches and roads of every status."""
    usual = a_convoy_situation()
    request = Request(
        number="REQ-4",
        raised_by="Residents' representatives",
        raised_at=START,
        place="SHU",
        people=400,
        approval=Approval.APPROVED,
        lines=(RequestLine(request="REQ-4", line=1, item="FLOUR", quantity=2_000, priority=1),),
    )
    roads = (
        Road(
            code="R-SHU",
            origin="KHN",
            destination="SHU",
            distance_m=11_000,
            drive_s=1_500,
            status=RoadStatus.CLOSED,
            status_until=at("10:00", 1),
            status_source="road service, 21 September",
        ),
        Road(
            code="R-OLD",
            origin="AGD",
            destination="KHN",
            distance_m=31_000,
            drive_s=5_400,
            status=RoadStatus.UNKNOWN,
            status_source="nobody has driven it since spring",
            geometry_deg=((39.991, 46.930), (39.90, 46.91), (39.85, 46.85), (39.815, 46.752)),
        ),
        Road(
            code="R-BRG",
            origin="BKR",
            destination="ASK",
            distance_m=14_000,
            drive_s=2_400,
            status=RoadStatus.RESTRICTED,
            max_gross_mass_g=12_000_000,
            night_allowed=False,
            status_source="bridge survey",
            geometry_deg=((39.995, 46.940), (40.0, 46.88), (39.937, 46.833)),
        ),
    )
    return replace(
        usual,
        places=(*usual.places, FAR),
        roads=(*usual.roads, *roads),
        requests=(*usual.requests, request),
    )


def a_full_plan(situation: Situation) -> Plan:
    """Everything that a page can show: left behind, shared, changed, compared."""
    plan = replace(
        a_convoy_plan(),
        situation="0123456789abcdef" * 4,
        seed=1,
        rounds=500,
        road_source=Message("roads from the road sheet of the workbook"),
        unserved=(
            Unserved(
                need="REQ-4/1",
                item="FLOUR",
                place="SHU",
                quantity=2_000,
                reasons=(
                    Message(
                        "road {origin} – {destination} is closed until {until}",
                        origin=PlaceName("KHN"),
                        destination=PlaceName("SHU"),
                        until="2023-09-23 14:00",
                    ),
                    Message("no vehicle could be back before the horizon ends"),
                ),
            ),
        ),
        shares=(
            Share(
                item="FLOUR",
                needed=8_000,
                available=6_000,
                shares=(("REQ-1/1", 3_750), ("REQ-1/3:FLOUR", 750), ("REQ-4/1", 1_500)),
            ),
        ),
        changes=(Message("journey {journey} now goes first", journey="J2"),),
    )
    value = measure(situation, plan)
    return replace(
        plan,
        value=value,
        bound_person_h=0.8 * value.waiting_person_h,
        comparisons=(
            Comparison(
                name="hand", value=replace(value, waiting_person_h=1.4 * value.waiting_person_h, cost=1.1 * value.cost)
            ),
            Comparison(
                name="cost", value=replace(value, waiting_person_h=1.9 * value.waiting_person_h, cost=0.7 * value.cost)
            ),
        ),
    )


def a_large_world(points: int, vehicles: int, seed: int = 1) -> tuple[Situation, Plan]:
    """A district of ``points`` delivery points around a warehouse, each given its flour by one of ``vehicles``."""
    random = Random(seed)
    hub = replace(a_convoy_situation().places[0], latitude_deg=40.0, longitude_deg=46.5)
    places = [hub]
    for index in range(points):
        angle, far = random.random() * 2 * math.pi, 0.6 * math.sqrt(random.random())
        places.append(
            Place(
                code=f"P{index}",
                kind=PlaceKind.DELIVERY_POINT,
                names=(
                    ("en", f"Village {index}"),
                    ("az", f"Kənd {index}"),
                    ("hy", f"Գյուղ {index}"),
                    ("ru", f"Село {index}"),
                ),
                latitude_deg=40.0 + far * math.sin(angle),
                longitude_deg=46.5 + far * math.cos(angle),
                population=random.randrange(50, 2_000),
            )
        )
    roads, journeys, requests, unserved = [], [], [], []
    tours = [places[1:][i::vehicles] for i in range(vehicles)]
    for number, tour in enumerate(tours):
        tour.sort(key=lambda place: math.atan2(place.latitude_deg - 40, place.longitude_deg - 46.5))
        for part in range(0, len(tour), 8):
            journeys.append(_tour(hub, tour[part : part + 8], f"V{number}", part, roads, requests))
    for place in places[1 :: max(2, points // 40)]:
        code = f"Q-{place.code}/2"
        unserved.append(
            Unserved(
                need=code,
                item="SOAP",
                place=place.code,
                quantity=100,
                reasons=(Message("{item}: {short} short", item="soap", short="2.4 t"),),
            )
        )
    fleet = tuple(replace(TRUCK_1, plate=f"V{number}") for number in range(vehicles))
    base = a_convoy_situation()
    situation = replace(
        base,
        operation=replace(base.operation, name="Generated district", horizon_s=5 * 86_400),
        places=tuple(places),
        roads=tuple(roads),
        items=(FLOUR, SOAP, BREAD),
        vehicles=fleet,
        requests=tuple(requests),
    )
    plan = Plan(name="Generated district", seed=seed, rounds=1, journeys=tuple(journeys), unserved=tuple(unserved))
    return situation, replace(plan, value=measure(situation, plan), bound_person_h=1.0)


def _tour(hub: Place, tour: list[Place], plate: str, part: int, roads: list[Road], requests: list[Request]) -> Journey:
    code = f"J-{plate}-{part}"
    moment = START + timedelta(hours=5 * part / 2)
    here = hub
    loads = tuple(
        Handling(need=f"Q-{place.code}/1", item="FLOUR", lot="F1", lot_place="AGD", quantity=500) for place in tour
    )
    stops = [Stop(place=hub.code, arrive=moment, start=moment, end=moment + timedelta(hours=1), loads=loads)]
    for place, cargo in [*zip(tour, loads, strict=True), (hub, None)]:
        away = (place.latitude_deg - here.latitude_deg, place.longitude_deg - here.longitude_deg)
        road = Road(
            code=f"R-{code}-{here.code}-{place.code}",
            origin=here.code,
            destination=place.code,
            distance_m=int(110_000 * math.hypot(*away)),
            drive_s=int(10_000 * math.hypot(*away)) + 60,
            status=RoadStatus.RESTRICTED if len(roads) % 37 == 5 else RoadStatus.OPEN,
        )
        roads.append(road)
        depart = stops[-1].end
        arrive = depart + timedelta(seconds=road.drive_s)
        leg = Leg(road=road.code, origin=here.code, destination=place.code, depart=depart, arrive=arrive)
        end = arrive + timedelta(minutes=20 if cargo else 0)
        stops.append(
            Stop(place=place.code, arrive=arrive, start=arrive, end=end, legs=(leg,), unloads=(cargo,) if cargo else ())
        )
        here = place
        if cargo:
            lines = tuple(
                RequestLine(request=f"Q-{place.code}", line=line, item=item, quantity=quantity)
                for line, (item, quantity) in enumerate((("FLOUR", 500), ("SOAP", 200)), start=1)
            )
            requests.append(
                Request(
                    number=f"Q-{place.code}",
                    raised_by="Representatives",
                    raised_at=START,
                    place=place.code,
                    people=place.population,
                    approval=Approval.APPROVED,
                    lines=lines,
                )
            )
    return Journey(code=code, vehicle=plate, stops=tuple(stops))
