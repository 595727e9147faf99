"""Planning again: what has left stays, what is shut is turned back from, and what need not change does not."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest

from karavan.domain.changes import with_road_closed, with_road_open, with_vehicle_broken
from karavan.domain.check import check
from karavan.domain.errors import BadChange
from karavan.domain.goods import Lot
from karavan.domain.message import PlaceName
from karavan.domain.plans import Handling, Journey, Plan, Stop
from karavan.domain.requests import Approval
from karavan.domain.roads import RoadStatus
from karavan.domain.rules import Rules
from karavan.domain.situation import Situation
from karavan.domain.supply import loaded
from karavan.planning import replan
from karavan.planning.differences import list_changes
from karavan.planning.travel import breaks_inside
from karavan.planning.under_way import at_the_wheel_s
from tests.cast import a_convoy_situation, a_flour_situation, a_situation, at, with_road, with_vehicle
from tests.planning.small import (
    a_point,
    a_relay_situation,
    a_request,
    a_road,
    given,
    planned,
    reasons,
    stops_of,
)
from tests.planning.test_travel import CREW
from tests.properties.test_any_replan import happened


def again(situation: Situation, made: Plan, clock: str, **options: object) -> Plan:
    new = replan(situation, made, at=at(clock), **{"rounds": 20, **options})
    assert [str(violation) for violation in check(situation, new)] == []
    assert happened(made, at(clock)) == happened(new, at(clock))
    return new


def test_the_bound_counts_from_what_has_been_done() -> None:
    """
    T1 loads all that there is from 04:00 to 04:30 and hands over from 05:20 to 05:50; 1,000 people of priority 2 wait.

    At 04:10 a sack may be off as soon as the loaded truck is there: 50 kg take 18 s. At 06:00 all has been handed over.
    """
    situation = a_flour_situation(stock=(Lot(place="AGD", item="FLOUR", code="F", quantity=5_000),))
    made = planned(situation)
    weight = 2_000
    loaded_up, done = again(situation, made, "04:10"), again(situation, made, "06:00")
    assert loaded_up.bound_person_h == math.floor(10 * weight * (80 * 60 + 18) / 3_600) / 10
    assert done.bound_person_h == math.floor(10 * weight * 110 / 60) / 10
    assert done.value.waiting_person_h == pytest.approx(weight * 110 / 60)


def test_the_bound_of_a_scarce_item_counts_what_has_been_given() -> None:
    situation = a_flour_situation(stock=(Lot(place="AGD", item="FLOUR", code="F", quantity=2_500),))
    new = again(situation, planned(situation), "06:00")
    assert new.shared_bound_person_h == new.bound_person_h
    assert new.bound_person_h == pytest.approx(new.value.waiting_person_h, abs=0.1)


def as_driven(journey: Journey) -> Journey:
    """Without when it was free to begin and whether it has."""
    first = journey.stops[0]
    return replace(journey, frozen=False, stops=(replace(first, arrive=first.start), *journey.stops[1:]))


def test_nothing_changes_when_nothing_changed() -> None:
    situation = a_situation()
    made = planned(situation)
    for clock in ("04:00", "04:10", "05:00", "07:00", "12:00"):
        new = again(situation, made, clock)
        assert new.changes == ()
        assert [as_driven(j) for j in new.journeys] == [as_driven(j) for j in made.journeys]
        assert new.value == made.value


def test_before_the_road_shuts_it_is_still_driven() -> None:
    # T1 loads 5,000 kg from 04:00 to 04:30, passes ASK at 04:50, is at KHN 05:20-05:50, and home at 06:40.
    situation = a_flour_situation()
    made = planned(situation)
    new = again(with_road_closed(situation, "R-KHN", at("06:00")), made, "04:40")
    assert given(new, "REQ-1/1") == 0
    # On its way to ASK when the news come: it cannot be back by 06:00, and turns at ASK.
    assert [stop.place for stop in stops_of(new, "T1")] == ["AGD", "ASK", "AGD"] or given(new, "REQ-1/1") == 0


def test_goods_come_back_when_the_road_is_shut_and_go_again_when_it_opens() -> None:
    situation = a_flour_situation()
    made = planned(situation)
    shut = with_road_closed(situation, "R-KHN", at("04:40"))
    back = again(shut, made, "04:40")
    stops = stops_of(back, made.journeys[0].vehicle)
    assert [stop.place for stop in stops[:1]] == ["AGD"]
    put_down = [goods.quantity for stop in stops for goods in stop.unloads]
    assert given(back, "REQ-1/1") == 0
    assert sum(put_down) == 5_000
    assert [line.quantity for line in back.unserved if line.need == "REQ-1/1"] == [5_000]
    opened = again(with_road_open(shut, "R-KHN"), back, "08:00")
    assert given(opened, "REQ-1/1") == 5_000
    # The same sacks go again: back in the store they are stock as before.
    assert loaded(opened) == {("AGD", "FLOUR", "F1"): 5_000}


def test_a_truck_that_breaks_down_on_the_road_is_replaced_from_stock() -> None:
    situation = a_flour_situation()
    made = planned(situation)
    plate = made.journeys[0].vehicle
    other = {"T1": "T2", "T2": "T1"}[plate]
    new = again(with_vehicle_broken(situation, plate, at("04:40")), made, "04:40")
    assert given(new, "REQ-1/1") == 5_000
    assert {j.vehicle for j in new.journeys if any(s.unloads for s in j.stops)} == {other}
    assert any("cannot get home" in str(change) or plate in str(change) for change in new.changes)


def test_a_repaired_truck_puts_down_what_it_still_carries() -> None:
    """It broke down at ASK with 5,000 kg aboard; another one served KHN. Back in service it brings the goods home."""
    situation = a_flour_situation()
    made = planned(situation)
    plate = made.journeys[0].vehicle
    stranded = again(with_vehicle_broken(situation, plate, at("04:40")), made, "04:40")
    new = again(situation, stranded, "10:00")
    last = stops_of(new, plate)[-1]
    assert last.place == "AGD"
    assert sum(goods.quantity for stop in stops_of(new, plate) for goods in stop.unloads) == 5_000
    assert given(new, "REQ-1/1") == 5_000


def test_a_truck_that_breaks_down_at_home_is_replaced() -> None:
    situation = a_situation()
    made = planned(situation)
    waiting = next(j for j in made.journeys if j.vehicle == "VAN")
    assert waiting.stops[0].start > at("04:10")
    closed = with_vehicle(with_vehicle_broken(situation, "VAN", at("04:10")), "T2", closed_body=True)
    new = again(closed, made, "04:10")
    assert given(new, "REQ-2/1") == 400
    assert not stops_of(new, "VAN")


def test_what_was_put_on_a_truck_that_breaks_down_in_the_store_goes_with_another_one() -> None:
    """At 04:10 it is half loaded. All 5 t there are come off again at AGD by 05:00; the other truck takes them."""
    world = a_flour_situation(stock=(Lot(place="AGD", item="FLOUR", code="F", quantity=5_000),))
    made = planned(world)
    plate = made.journeys[0].vehicle
    new = again(with_vehicle_broken(world, plate, at("04:10")), made, "04:10")
    assert [(s.place, s.start, s.end) for s in stops_of(new, plate)] == [
        ("AGD", at("04:00"), at("04:30")),
        ("AGD", at("04:30"), at("05:00")),
    ]
    assert given(new, "REQ-1/1") == 5_000
    assert not any("aboard" in str(change) for change in new.changes)


def test_a_truck_that_breaks_down_between_two_places_is_looked_for_there() -> None:
    """At 04:40 it is 10 minutes out of AGD, and ASK is 20 minutes away."""
    situation = a_flour_situation()
    made = planned(situation)
    plate = made.journeys[0].vehicle
    new = again(with_vehicle_broken(situation, plate, at("04:40")), made, "04:40")
    said = [str(change) for change in new.changes]
    assert (
        f"5\u202f000\xa0kg FLOUR (REQ-1/1) are aboard {plate}, out of service on the way from AGD to ASK: "
        + ("recover them there")
        in said
    )


def test_a_new_request_is_added_and_said() -> None:
    situation = a_flour_situation()
    made = planned(situation)
    more = replace(
        situation, requests=(*situation.requests, a_request("REQ-9", "KHN", "SOAP 1000", raised_at=at("05:00")))
    )
    new = again(more, made, "05:00")
    assert given(new, "REQ-9/1") == 1_000
    (added,) = [str(change) for change in new.changes]
    assert added.startswith("KHN: 1\u202f000\xa0pieces SOAP (REQ-9/1) added, with T")


def test_a_request_that_is_withdrawn_comes_back() -> None:
    situation = a_flour_situation()
    made = planned(situation)
    withdrawn = replace(situation, requests=tuple(replace(r, approval=Approval.REJECTED) for r in situation.requests))
    new = replan(withdrawn, made, at=at("04:40"), rounds=5)
    assert [
        (s.place, sum(g.quantity for g in s.unloads)) for s in stops_of(new, made.journeys[0].vehicle) if s.unloads
    ] == [("AGD", 5_000)]


def test_a_move_that_saves_less_than_the_rules_ask_for_is_not_made() -> None:
    """
    T2 is free again at 04:15 and could load and leave before T1, which a new rule holds until 04:30: 15 minutes for
    1,000 people of weight 2 are 500 person-hours.
    """
    base = a_flour_situation()
    one = replace(base, vehicles=base.vehicles[:2])
    slow = with_vehicle(one, "T2", available_from=at("12:00"))
    made = planned(slow)
    assert {j.vehicle for j in made.journeys} == {"T1"}
    late = with_vehicle(one, "T1", available_from=at("04:15"))
    for price, vehicle in ((499, "T2"), (501, "T1")):
        rules = Rules(change_person_h=price)
        new = replan(replace(late, operation=replace(late.operation, rules=rules)), made, at=at("04:00"), rounds=20)
        assert {j.vehicle for j in new.journeys} == {vehicle}, price


def test_goods_at_a_transshipment_point_go_on_when_the_road_opens() -> None:
    world = a_relay_situation()
    shut = with_road(world, "R-KHN", status=RoadStatus.CLOSED, status_from=at("05:00"))
    made = planned(world)
    assert given(made, "REQ-1/1") == 5_000
    waiting = again(shut, made, "05:00")
    assert given(waiting, "REQ-1/1") == 0
    assert "5\u202f000\xa0kg of it lie at ASK, ready to go on" in reasons(waiting, "REQ-1/1")
    new = again(with_road_open(shut, "R-KHN"), waiting, "09:00")
    assert given(new, "REQ-1/1") == 5_000
    assert sum(g.quantity for s in stops_of(new, "T1") for g in s.loads) == 5_000


def test_convoys_that_have_left_keep_their_code() -> None:
    situation = a_convoy_situation()
    made = planned(situation)
    first = min(made.convoys, key=lambda convoy: convoy.depart)
    new = again(situation, made, "05:10")
    assert first in new.convoys or first.code in {convoy.code for convoy in new.convoys}
    assert len({convoy.code for convoy in new.convoys}) == len(new.convoys)


def test_a_convoy_turns_before_a_road_that_has_been_shut_ahead_of_it() -> None:
    """ASK - MID - KHN, both for convoys; MID - KHN shuts while the convoy is on ASK - MID."""
    world = a_flour_situation()
    roads = (
        *world.roads[:2],
        a_road("R-MID", "ASK", "MID", 60, convoy_only=True),
        a_road("R-END", "MID", "KHN", 60, convoy_only=True),
    )
    world = replace(world, places=(*world.places, a_point("MID")), roads=roads)
    made = planned(world)
    (out, *_) = made.convoys
    assert out.roads == ("R-MID", "R-END")
    assert out.depart == at("05:00")
    new = again(with_road_closed(world, "R-END", at("05:30")), made, "05:30")
    assert new.convoys[0].roads == ("R-MID",)
    assert given(new, "REQ-1/1") == 0


def test_a_lone_vehicle_of_a_convoy_does_not_go_alone() -> None:
    """Two trucks are loaded for a convoy of two; one breaks down before it leaves: the other one stays, and unloads."""
    world = a_convoy_situation(convoy_min=2)
    world = replace(
        world, vehicles=world.vehicles[:2], requests=(a_request("REQ-1", "KHN", "FLOUR 15000", "SOAP 40000"),)
    )
    world = replace(world, stock=tuple(replace(lot, quantity=50_000) for lot in world.stock))
    made = planned(world)
    assert {j.vehicle for j in made.journeys} == {"T1", "T2"}
    broken = with_vehicle_broken(world, "T2", at("04:20"))
    new = again(broken, made, "04:20")
    assert new.convoys == ()
    assert [stop.place for stop in stops_of(new, "T1")] == ["AGD", "AGD"]
    loads, unloads = (
        sum(g.quantity for s in stops_of(new, "T1") for g in getattr(s, side)) for side in ("loads", "unloads")
    )
    assert loads == unloads > 0


def test_bread_that_would_arrive_too_old_comes_back() -> None:
    world = a_situation(requests=(a_request("REQ-2", "KHN", "BREAD 200"),))
    made = planned(world)
    assert given(made, "REQ-2/1") == 200
    # Out of the oven at 05:00, 24 h of life, 4 h of them left at hand-over: until 01:00. The road opens at 01:00.
    shut = with_road(world, "R-KHN", status=RoadStatus.CLOSED, status_from=at("05:10"), status_until=at("01:00", 1))
    new = again(shut, made, "05:10")
    lots = {g.lot for stop in stops_of(new, "VAN") if stop.place == "KHN" for g in stop.unloads}
    assert "oven 2023-09-22 09:00" not in lots
    back = [g for stop in stops_of(new, "VAN") if stop.place != "KHN" for g in stop.unloads]
    assert sum(g.quantity for g in back if g.lot == "oven 2023-09-22 09:00") == 200


def test_what_is_asked_for_nobody_is_not_brought_twice() -> None:
    """A request for 0 people, put on a truck by hand: what is aboard counts as brought."""
    situation = a_flour_situation()
    made = planned(situation)
    nobody = replace(situation, requests=(replace(situation.requests[0], people=0),))
    new = replan(nobody, made, at=at("04:10"), rounds=5)
    assert check(nobody, new) == ()
    assert given(new, "REQ-1/1") == 5_000


def test_who_is_said_to_have_left_has_left() -> None:
    situation = a_situation()
    made = planned(situation)
    late = with_vehicle(situation, "T2", available_from=at("06:00"))
    made = planned(with_vehicle(late, "T1", available_from=at("06:00")))
    truck = next(j for j in made.journeys if j.vehicle in ("T1", "T2"))
    new = again(situation, made, "05:30", left=[truck.code])
    assert next(j for j in new.journeys if j.code == truck.code).frozen
    with pytest.raises(BadChange, match="no journey J-999"):
        replan(situation, made, at=at("04:10"), left=["J-999"])


def test_nobody_has_left_with_goods_that_have_not_come() -> None:
    world = a_relay_situation()
    made = planned(world)
    onward = next(j for j in made.journeys if j.vehicle == "T2")
    with pytest.raises(BadChange, match="are not at ASK yet"):
        replan(world, made, at=at("04:10"), left=[onward.code], rounds=1)


def test_nobody_has_left_with_bread_that_is_not_baked() -> None:
    """The van loads at 06:00 what comes out of the oven at 05:00 and 06:00: at 04:10 it cannot have left with it."""
    world = a_situation()
    made = planned(world)
    bread = next(j for j in made.journeys if j.vehicle == "VAN")
    with pytest.raises(BadChange, match="are not at BKR yet"):
        replan(world, made, at=at("04:10"), left=[bread.code], rounds=1)


def test_a_plan_for_other_vehicles_is_refused() -> None:
    made = planned(a_flour_situation())
    with pytest.raises(BadChange, match="vehicle"):
        replan(a_flour_situation(vehicles=()), made, at=at("05:00"))


@pytest.mark.parametrize("drive_s", [1, 16_200, 16_201, 31_000, 32_400, 32_401, 50_000])
def test_time_at_the_wheel_is_found_again_from_a_drive_with_its_breaks(drive_s: int) -> None:
    duration_s = drive_s + breaks_inside(drive_s, CREW.break_after_s) * CREW.break_s
    assert at_the_wheel_s(CREW, duration_s) == drive_s


def test_who_has_had_a_fair_share_gets_no_second_one_at_the_others_cost() -> None:
    """
    6,000 kg for 10,000 kg at KHN and 10,000 kg at ASK: 3,000 kg each, one trip of 3 t after the other.

    After the first trip 3,000 kg are left. Shared anew by what is still open they would go 7 : 10.
    """
    world = a_flour_situation()
    truck = replace(world.vehicles[0], payload_g=3_000_000)
    requests = (a_request("REQ-1", "KHN", "FLOUR 10000"), a_request("REQ-2", "ASK", "FLOUR 10000", people=100))
    stock = (Lot(place="AGD", item="FLOUR", code="F1", quantity=6_000),)
    world = replace(world, vehicles=(truck,), requests=requests, stock=stock)
    made = planned(world)
    assert (given(made, "REQ-1/1"), given(made, "REQ-2/1", "ASK")) == (3_000, 3_000)
    second = max(journey.stops[0].start for journey in made.journeys)
    new = replan(world, made, at=second - timedelta(minutes=1), rounds=20)
    assert check(world, new) == ()
    assert (given(new, "REQ-1/1"), given(new, "REQ-2/1", "ASK")) == (3_000, 3_000)
    assert new.changes == ()
    (share,) = new.shares
    # What REQ-1 has had is its share; what is left is shared among those who are still open.
    assert (share.needed, share.available) == (20_000, 6_000)
    assert dict(share.shares) == {"REQ-1/1": 3_000, "REQ-2/1": 3_000}


def test_promises_fall_when_there_is_less_than_was_promised() -> None:
    """As above, but 2,000 kg are found wet before the second trip: REQ-2 gets the last 1,000 kg."""
    world = a_flour_situation()
    truck = replace(world.vehicles[0], payload_g=3_000_000)
    requests = (a_request("REQ-1", "KHN", "FLOUR 10000"), a_request("REQ-2", "ASK", "FLOUR 10000", people=100))
    world = replace(world, vehicles=(truck,), requests=requests)
    world = replace(world, stock=(Lot(place="AGD", item="FLOUR", code="F1", quantity=6_000),))
    made = planned(world)
    second = max(journey.stops[0].start for journey in made.journeys)
    less = replace(world, stock=(Lot(place="AGD", item="FLOUR", code="F1", quantity=4_000),))
    new = replan(less, made, at=second - timedelta(minutes=1), rounds=20)
    assert (given(new, "REQ-1/1"), given(new, "REQ-2/1", "ASK")) == (3_000, 1_000)


def handed(*parts: tuple[str, str, int, str]) -> Plan:
    """A plan of which only the hand-overs at KHN count: ``(plate, need, kg of flour, hour)``."""
    journeys = []
    for number, (plate, need, quantity, clock) in enumerate(parts):
        goods = Handling(need=need, item="FLOUR", lot="F1", lot_place="AGD", quantity=quantity)
        stop = Stop(place="KHN", arrive=at(clock), start=at(clock), end=at(clock), unloads=(goods,))
        journeys.append(Journey(code=f"J{number}", vehicle=plate, stops=(stop,)))
    return Plan(journeys=tuple(journeys))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ([("T1", 5_000, "06:00")], [("T1", 5_000, "06:29")], []),
        (
            [("T1", 5_000, "06:00")],
            [("T1", 5_000, "06:30")],
            ["5 000 kg FLOUR (R/1) handed over 10:30 instead of 10:00, with T1 as planned"],
        ),
        (
            [("T1", 5_000, "06:00")],
            [("T2", 5_000, "07:00")],
            ["5 000 kg FLOUR (R/1) with T2, 11:00, instead of T1, 10:00"],
        ),
        (
            [("T1", 5_000, "06:00")],
            [("T1", 5_000, "06:00"), ("T2", 800, "19:00")],
            ["800 kg FLOUR (R/1) more than planned: an extra part with T2, 23:00"],
        ),
        (
            [("T1", 5_000, "06:00"), ("T2", 4_000, "07:00")],
            [("T2", 3_000, "07:00")],
            ["6 000 kg FLOUR (R/1) less than planned; planned with T1 10:00, T2 11:00"],
        ),
        (
            [("T1", 5_000, "06:00")],
            [("T2", 2_000, "08:00"), ("T1", 3_000, "07:00")],
            [
                "3 000 kg FLOUR (R/1) handed over 11:00 instead of 10:00, with T1 as planned",
                "2 000 kg FLOUR (R/1) with T2, 12:00, instead of T1, 10:00",
            ],
        ),
        ([], [("T2", 500, "08:00")], ["500 kg FLOUR (R/1) added, with T2, 12:00"]),
        ([("T2", 500, "08:00")], [], ["500 kg FLOUR (R/1) less than planned; planned with T2 12:00"]),
    ],
)
def test_changes_say_what_was_promised_and_what_is_now(old: list, new: list, words: list[str]) -> None:
    """By the clock of Baku, four hours ahead of UTC; dates left out here."""
    plans = [handed(*((plate, "R/1", quantity, clock) for plate, quantity, clock in parts)) for parts in (old, new)]
    said = list_changes(a_flour_situation(), *plans)
    assert all(change.values["place"] == PlaceName("KHN") for change in said)
    plain = [str(change.values["change"]).replace("2023-09-22 ", "") for change in said]
    assert [text.replace("\u202f", " ").replace("\xa0", " ") for text in plain] == words
