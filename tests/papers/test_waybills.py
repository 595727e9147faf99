"""Waybills: who hands what to whom, under which number."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings, strategies as st

from karavan.domain.plans import Handling, Journey, Plan, Stop
from karavan.domain.waybills import Carriage, Consignee, carriages, waybills
from tests.papers.paper_world import a_plan, a_situation, at, goods


def one_journey(*stops: Stop, code: str = "J1", vehicle: str = "77-AA-101") -> Plan:
    return Plan(journeys=(Journey(code=code, vehicle=vehicle, stops=stops),))


def stop(place: str, hour: int, *, loads: tuple[Handling, ...] = (), unloads: tuple[Handling, ...] = ()) -> Stop:
    return Stop(place=place, arrive=at(hour), start=at(hour), end=at(hour + 1), loads=loads, unloads=unloads)


def test_numbers_follow_the_departures_without_a_gap() -> None:
    found = waybills(a_situation(), a_plan())
    assert [(bill.number, bill.journey, bill.origin, bill.destination) for bill in found] == [
        ("WB-0001", "J1", "AGD", "KHN"),  # J1 and J3 begin to load at the same time: the plate decides
        ("WB-0002", "J3", "AGD", "ASK"),
        ("WB-0003", "J2", "AGD", "KHN"),
        ("WB-0004", "J4", "ASK", "KHN"),
    ]


@given(st.permutations(a_plan().journeys))
@settings(derandomize=True, max_examples=24)
def test_numbers_do_not_depend_on_the_order_of_the_plan(journeys: list[Journey]) -> None:
    plan = a_plan()
    assert waybills(a_situation(), replace(plan, journeys=tuple(journeys))) == waybills(a_situation(), plan)


def test_what_has_left_keeps_its_numbers_when_the_rest_is_planned_anew() -> None:
    before = a_plan()
    left = tuple(replace(journey, frozen=True) for journey in before.journeys[:3])
    after = replace(before, journeys=left)
    assert [(bill.number, bill.journey, bill.lines) for bill in waybills(a_situation(), after)] == [
        (bill.number, bill.journey, bill.lines) for bill in waybills(a_situation(), before)[:3]
    ]


def test_a_waybill_says_what_lies_in_the_vehicle() -> None:
    bill = waybills(a_situation(), a_plan())[0]
    flour, oil, soap = bill.lines
    # 12,000 kg in sacks of 50; 1.01 kg gross and 1.6 litres each
    assert (flour.quantity, flour.handling_units, flour.loose) == (12_000, 240, 0)
    assert (flour.mass_g, flour.volume_cm3) == (12_120_000, 19_200_000)
    assert flour.expiry == datetime(2024, 8, 1, tzinfo=UTC)
    # 1,000 litres in cartons of 12: 83 cartons hold 996
    assert (oil.handling_units, oil.loose) == (83, 4)
    assert bill.mass_g == 12_120_000 + 1_000_000 + 7_200 * 110
    assert bill.volume_cm3 == 19_200_000 + 1_500_000 + 7_200 * 180
    assert (bill.loaded, bill.depart, bill.arrive) == (at(2, 50), at(3), at(4, 15))
    assert bill.consignees == (
        Consignee(name="Representative of the residents", organisation="Town council", contact="+374 00 555 555"),
    )
    assert (bill.convoys, bill.onward) == (("C1",), ())
    assert soap.lot == "S-1"


def test_bread_expires_its_shelf_life_after_it_is_there() -> None:
    bread = waybills(a_situation(), a_plan())[2].lines[0]
    assert bread.expiry == at(24)  # a lot without expiry and date: 24 hours from the start


def test_goods_that_change_vehicles_name_the_keeper_and_the_next_vehicle() -> None:
    bill = waybills(a_situation(), a_plan())[1]
    assert [(line.need, line.place) for line in bill.lines] == [("REQ-8/1", "ASK"), ("REQ-7/1", "KHN")]
    assert bill.onward == ("10-XX-900",)
    assert bill.consignees == (
        Consignee(name="Head of the village"),
        Consignee(name="", contact="transshipment yard, +994 50 000 00 02"),
    )


def test_each_origin_has_its_own_waybill_to_one_destination() -> None:
    flour, oil = goods("REQ-7/1", "flour", 500), goods("REQ-7/2", "oil", 12)
    plan = one_journey(
        stop("AGD", 0, loads=(flour,)), stop("ASK", 2, loads=(oil,)), stop("KHN", 4, unloads=(oil, flour))
    )
    found = waybills(a_situation(), plan)
    assert [(bill.number, bill.origin, bill.lines[0].item) for bill in found] == [
        ("WB-0001", "AGD", "flour"),
        ("WB-0002", "ASK", "oil"),
    ]


def test_each_destination_has_its_own_waybill() -> None:
    for_town, for_village = goods("REQ-7/1", "flour", 500), goods("REQ-8/1", "flour", 100)
    plan = one_journey(
        stop("AGD", 0, loads=(for_town, for_village)),
        stop("ASK", 2, unloads=(for_village,)),
        stop("KHN", 4, unloads=(for_town,)),
    )
    found = waybills(a_situation(), plan)
    assert [(bill.destination, bill.lines[0].quantity) for bill in found] == [("ASK", 100), ("KHN", 500)]


def test_one_lot_in_two_compartments_is_one_line() -> None:
    front, back = goods("REQ-7/1", "flour", 500), goods("REQ-7/1", "flour", 250, compartment=1)
    plan = one_journey(stop("AGD", 0, loads=(front, back)), stop("KHN", 4, unloads=(front, back)))
    (bill,) = waybills(a_situation(), plan)
    assert [line.quantity for line in bill.lines] == [750]


def test_what_was_put_on_first_comes_off_first() -> None:
    plan = one_journey(
        stop("AGD", 0, loads=(goods("REQ-7/1", "flour", 100),)),
        stop("AGD", 2, loads=(goods("REQ-7/1", "flour", 50),)),
        stop("KHN", 4, unloads=(goods("REQ-7/1", "flour", 120),)),
        stop("KHN", 6, unloads=(goods("REQ-7/1", "flour", 30),)),
    )
    assert [(part.load, part.unload, part.goods.quantity) for part in carriages(plan)] == [
        (("J1", 0), ("J1", 2), 100),
        (("J1", 1), ("J1", 2), 20),
        (("J1", 1), ("J1", 3), 30),
    ]


def test_a_broken_plan_still_gives_papers_that_say_what_it_says() -> None:
    flour = goods("REQ-7/1", "flour", 100)
    unknown = Handling(need="REQ-99/1", item="tents", lot="", lot_place="NOWHERE", quantity=5)
    plan = one_journey(stop("AGD", 0, loads=(flour,)), stop("NOWHERE", 2, unloads=(unknown,)), vehicle="??")
    assert carriages(plan) == (
        Carriage(goods=unknown, load=None, unload=("J1", 1)),
        Carriage(goods=flour, load=("J1", 0), unload=None),
    )
    (bill,) = waybills(a_situation(), plan)
    assert (bill.origin, bill.destination, bill.lines[0].quantity, bill.mass_g) == ("NOWHERE", "NOWHERE", 5, 0)
    assert bill.consignees == ()


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """One vehicle that puts on and takes off as it likes, also what it has not."""
    handling = st.builds(
        goods,
        st.sampled_from(["REQ-7/1", "REQ-8/1"]),
        st.sampled_from(["flour", "oil"]),
        st.integers(1, 9),
        st.integers(0, 1),
    )
    handlings = st.lists(handling, max_size=3).map(tuple)
    stops = [
        stop(draw(st.sampled_from(["AGD", "ASK", "KHN"])), hour, loads=draw(handlings), unloads=draw(handlings))
        for hour in range(draw(st.integers(0, 6)))
    ]
    half = draw(st.integers(0, len(stops)))
    return Plan(
        journeys=(
            Journey(code="J1", vehicle="77-AA-101", stops=tuple(stops[:half])),
            Journey(code="J2", vehicle="77-AA-101", stops=tuple(stops[half:])),
        )
    )


@given(plans())
@settings(derandomize=True, max_examples=200)
def test_every_unit_handed_over_stands_on_exactly_one_waybill(plan: Plan) -> None:
    handed_over: Counter[tuple[str, str, str]] = Counter()
    for journey in plan.journeys:
        for here in journey.stops:
            for off in here.unloads:
                handed_over[journey.code, here.place, off.need + off.item] += off.quantity
    written: Counter[tuple[str, str, str]] = Counter()
    found = waybills(a_situation(), plan)
    for bill in found:
        for line in bill.lines:
            written[bill.journey, bill.destination, line.need + line.item] += line.quantity
    assert written == handed_over
    assert [bill.number for bill in found] == [f"WB-{number:04d}" for number in range(1, len(found) + 1)]


def test_the_digest_of_a_waybill_follows_its_content() -> None:
    bill = waybills(a_situation(), a_plan())[0]
    changed = replace(bill, lines=(replace(bill.lines[0], quantity=11_999), *bill.lines[1:]))
    assert bill.digest == replace(bill).digest != changed.digest
