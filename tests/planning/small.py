"""What the planner's tests share: the small world in numbers, its quickest plan, and what a plan says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from karavan.domain.places import Place, PlaceKind
from karavan.domain.plans import Plan, Stop
from karavan.domain.requests import Approval, Request, RequestLine
from karavan.domain.roads import Road
from karavan.domain.situation import Situation
from karavan.planning import plan
from karavan.planning.problem import Problem, bridge, find_tasks
from karavan.planning.search import State, empty_state
from tests.cast import ASK, BREAD_VAN, START, TRUCK_1, TRUCK_2, a_situation

H = 3600


def a_request(number: str, place: str, *lines: str, people: int = 1_000, **fields: Any) -> Request:
    """``a_request("REQ-1", "KHN", "FLOUR 5000")``, raised when the clock starts, approved, priority 2 (weight 2)."""
    return Request(
        **{
            "number": number,
            "raised_by": "Residents' representatives",
            "raised_at": START,
            "place": place,
            "people": people,
            "approval": Approval.APPROVED,
            "lines": tuple(
                RequestLine(request=number, line=i, item=line.split()[0], quantity=int(line.split()[1]))
                for i, line in enumerate(lines, start=1)
            ),
            **fields,
        }
    )


def a_point(code: str, **fields: Any) -> Place:
    return Place(**{"code": code, "kind": PlaceKind.DELIVERY_POINT, "names": (("en", code.title()),), **fields})


def a_road(code: str, origin: str, destination: str, minutes: int, **fields: Any) -> Road:
    """Half a kilometre a minute."""
    return Road(
        **{
            "code": code,
            "origin": origin,
            "destination": destination,
            "distance_m": 500 * minutes,
            "drive_s": 60 * minutes,
            **fields,
        }
    )


def in_numbers(situation: Situation) -> Problem:
    problem = bridge(situation)
    find_tasks(problem)
    return problem


def an_empty_state(situation: Situation) -> State:
    return empty_state(in_numbers(situation))


def planned(situation: Situation, rounds: int = 20, seed: int = 1) -> Plan:
    return plan(situation, rounds=rounds, seed=seed)


def stops_of(made: Plan, plate: str) -> list[Stop]:
    return [stop for journey in made.journeys if journey.vehicle == plate for stop in journey.stops]


def reasons(made: Plan, need: str) -> list[str]:
    return [str(reason) for line in made.unserved if line.need == need for reason in line.reasons]


def given(made: Plan, need: str, place: str = "KHN") -> int:
    return sum(
        goods.quantity
        for journey in made.journeys
        for stop in journey.stops
        for goods in stop.unloads
        if goods.need == need and stop.place == place
    )


def a_relay_situation(**fields: Any) -> Situation:
    """
    5,000 kg of flour for KHN; T1 stays on the near side of ASK, T2 on the far side: the flour changes trucks at ASK.

    T2 is at home at ASK.
    """
    near, far = frozenset({"near"}), frozenset({"far"})
    world = a_situation()
    zones = {"AGD": near, "BKR": near, "ASK": near | far, "KHN": far}
    places = tuple(replace(place, zones=zones[place.code]) for place in world.places)
    return replace(
        world,
        **{
            "places": tuple(
                replace(p, kind=PlaceKind.TRANSSHIPMENT_POINT) if p.code == ASK.code else p for p in places
            ),
            "vehicles": (replace(TRUCK_1, zones=near), replace(TRUCK_2, zones=far, homes=("ASK",)), BREAD_VAN),
            "requests": (a_request("REQ-1", "KHN", "FLOUR 5000"),),
            **fields,
        },
    )
