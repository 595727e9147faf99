"""Why a line is left behind: one situation for each sentence, and the sentence word for word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from karavan.domain.changes import with_vehicle_broken
from karavan.domain.goods import Lot
from karavan.domain.hours import Hours
from karavan.domain.needs import needs
from karavan.domain.requests import Approval
from karavan.domain.roads import RoadStatus
from karavan.domain.rules import Rules
from karavan.domain.situation import Situation
from karavan.planning import replan
from karavan.planning.relax import WhatIf
from tests.cast import (
    a_convoy_situation,
    a_flour_situation,
    a_situation,
    at,
    with_item,
    with_place,
    with_road,
    with_vehicle,
)
from tests.planning.small import a_relay_situation, a_request, given, planned, reasons

FLOUR = "REQ-1/1"
BREAD = "REQ-2/1"


def why(situation: Situation, need: str = FLOUR) -> list[str]:
    made = planned(situation, rounds=5)
    assert given(made, need) < next(line.quantity for r in situation.requests for line in r.lines if line.code == need)
    return [words.replace("\u202f", " ").replace("\xa0", " ") for words in reasons(made, need)]


def both(situation: Situation, **fields: object) -> Situation:
    """With some fields of both trucks changed."""
    return with_vehicle(with_vehicle(situation, "T1", **fields), "T2", **fields)


def with_bread(**fields: object) -> Situation:
    return with_item(a_situation(requests=(a_request("REQ-2", "KHN", "BREAD 200"),)), "BREAD", **fields)


def test_weak_bridge() -> None:
    assert why(with_road(a_flour_situation(), "R-KHN", max_gross_mass_g=12_000_000)) == [
        "no vehicle under 12 t that may carry FLOUR for road R-KHN (ASK - KHN): the lightest has 36 t"
    ]


def test_low_and_narrow_roads() -> None:
    assert why(with_road(a_flour_situation(), "R-KHN", max_height_mm=3_500)) == [
        "no vehicle higher than 3.5 m may use road R-KHN (ASK - KHN)"
    ]
    assert why(with_road(a_flour_situation(), "R-KHN", max_width_mm=2_400)) == [
        "no vehicle wider than 2.4 m may use road R-KHN (ASK - KHN)"
    ]


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        ({}, "road R-KHN (ASK - KHN) is closed for the whole horizon"),
        ({"status_until": at("03:30", 1)}, "road R-KHN (ASK - KHN) is closed until 2023-09-23 07:30"),
        ({"status_from": at("04:30")}, "road R-KHN (ASK - KHN) is closed from 2023-09-22 08:30"),
        (
            {"status": RoadStatus.OPEN, "status_from": at("04:10"), "status_until": at("04:20")},
            "road R-KHN (ASK - KHN) is open only from 2023-09-22 08:10 to 2023-09-22 08:20",
        ),
        (
            {"status": RoadStatus.UNKNOWN},
            "the state of road R-KHN (ASK - KHN) is unknown, and it is not planned on",
        ),
    ],
)
def test_road_status(dates: dict, words: str) -> None:
    assert why(with_road(a_flour_situation(), "R-KHN", **{"status": RoadStatus.CLOSED, **dates})) == [words]


def test_gate_too_short_for_the_road() -> None:
    assert why(with_road(a_flour_situation(), "R-KHN", gate=Hours.parse("10:00-10:29"))) == [
        "road R-KHN (ASK - KHN) is open only 10:00-10:29, which is too short or too late"
    ]


def test_night() -> None:
    dark = a_flour_situation(rules=Rules(dark_hours=Hours.parse("04:00-03:50")))
    assert why(with_road(dark, "R-KHN", night_allowed=False)) == [
        "road R-KHN (ASK - KHN) is not driven in the dark (04:00-03:50), and the days are too short"
    ]


def test_one_way() -> None:
    world = with_road(a_flour_situation(), "R-KHN", one_way=True, origin="KHN", destination="ASK")
    assert why(world) == ["one-way roads lead away from KHN only"]


def test_zone() -> None:
    world = with_place(a_flour_situation(), "KHN", zones=frozenset({"far"}))
    assert why(both(world, zones=frozenset({"near"}))) == [
        "no vehicle may go all the way to KHN, and none takes over at a transshipment point"
    ]


def test_place_too_small_for_any_vehicle() -> None:
    assert why(with_place(a_flour_situation(), "KHN", largest_gross_mass_g=20_000_000)) == [
        "KHN takes no vehicle over 20 t, and the lightest that may carry FLOUR has 36 t"
    ]


def test_closed_body() -> None:
    assert why(with_vehicle(with_bread(), "VAN", closed_body=False), BREAD) == [
        "BREAD travels only in a closed body, and no vehicle with one could bring it"
    ]


def test_item_class() -> None:
    assert why(both(a_flour_situation(), item_classes=frozenset({"hygiene"}))) == [
        "no vehicle that may carry food could bring it"
    ]


def test_bread_would_be_too_old() -> None:
    """
    R-KHN takes 5 h. A crate of 10 kg out of the oven: loaded in 4 s, 25 min to ASK, 45 min of break since 5:25 h are
    over 4:30 h, 5 h with another break, 4 s: 4 + 1,500 + 2,700 + 18,000 + 2,700 + 4 = 24,908 s, 7 h when rounded up.
    """
    far = with_road(with_bread(shelf_life_s=5 * 3600, remaining_life_s=3600), "R-KHN", drive_s=18_000)
    assert why(far, BREAD) == ["BREAD would be 7 h old; it may be 4 h at most"]


def test_opening_hours() -> None:
    assert why(with_place(a_flour_situation(), "KHN", opening=Hours.parse("08:00-08:50"))) == [
        "KHN is open only 08:00-08:50: no vehicle can be there in time"
    ]


def test_what_can_be_handed_over_in_a_short_time_is() -> None:
    """KHN is open until 09:00 = 3,600 s: q kg take 0.36 s each to load and to hand over, and 3,000 s of road."""
    made = planned(with_place(a_flour_situation(), "KHN", opening=Hours.parse("08:00-09:00")))
    # At most 300 s to load and 300 s to hand over: 833 kg, 800 in whole sacks, with each of the two trucks.
    assert 1_000 <= given(made, FLOUR) <= 1_600


def test_notice_too_late() -> None:
    world = a_convoy_situation(notified_at=at("03:00"), notification_lead_s=48 * 3600)
    world = replace(world, requests=(a_request("REQ-1", "KHN", "FLOUR 5000"),))
    assert why(world) == [
        "the way to KHN is for convoys, and none can leave in time (notice given, lead time, gate hours)"
    ]


def test_convoy_too_small() -> None:
    world = a_convoy_situation(convoy_min=3)
    world = replace(world, requests=(a_request("REQ-1", "KHN", "FLOUR 5000"),))
    assert why(world) == ["only 2 vehicles may go there, and a convoy has at least 3"]


def test_few_vehicles_are_no_reason_where_there_is_no_convoy() -> None:
    world = a_flour_situation(
        rules=Rules(convoy_min=3), stock=(Lot(place="AGD", item="FLOUR", code="F", quantity=10**6),)
    )
    (words,) = why(replace(world, requests=(a_request("REQ-1", "KHN", "FLOUR 1000000"),)))
    assert words.startswith("every vehicle that could bring it is busy to the end of the horizon: ")


def test_crew() -> None:
    assert why(both(a_flour_situation(), driving_limit_s=1_700)) == [
        "no crew gets to KHN within its shift and driving time"
    ]
    assert why(both(a_flour_situation(), shift=Hours.parse("08:00-08:59"))) == [
        "no crew gets to KHN within its shift and driving time"
    ]


def test_horizon() -> None:
    world = a_flour_situation()
    short = replace(world, operation=replace(world.operation, horizon_s=3_600))
    assert why(short) == ["no vehicle gets to KHN and home by 2023-09-22 09:00"]


def test_no_road() -> None:
    world = a_flour_situation()
    assert why(replace(world, roads=world.roads[:2])) == ["no road leads to KHN"]
    assert why(replace(world, vehicles=())) == ["no road leads to KHN"] or why(replace(world, vehicles=()))


def test_none_in_stock() -> None:
    assert why(a_flour_situation(stock=())) == ["FLOUR: none in any store or oven within the horizon"]


def test_scarce_share() -> None:
    world = a_flour_situation(10_000, stock=(Lot(place="AGD", item="FLOUR", code="F", quantity=5_800),))
    assert why(world) == ["FLOUR: 4.2 t short (5 800 kg for 10 000 kg); shared by need, each gets 58 %"]


def test_less_than_a_handling_unit() -> None:
    world = a_flour_situation(5_020)
    assert why(world) == ["20 kg is less than one sack of 50 kg, which is not opened"]
    assert given(planned(world), FLOUR) == 5_000
    assert given(planned(with_item(world, "FLOUR", breakable=True)), FLOUR) == 5_020


def test_goods_lie_at_the_place_itself() -> None:
    world = a_flour_situation(stock=(Lot(place="KHN", item="FLOUR", code="F", quantity=9_000),))
    assert why(world) == [
        "9 000 kg FLOUR lie at KHN itself: hand them over there; no vehicle is needed, and the plan does not count them"
    ]


@pytest.mark.parametrize(
    ("approval", "words"),
    [
        (Approval.DRAFT, "request REQ-1 is a draft: only approved requests are planned"),
        (Approval.SUBMITTED, "request REQ-1 waits for approval"),
        (Approval.REJECTED, "request REQ-1 was rejected"),
        (Approval.SENT_BACK, "request REQ-1 was sent back"),
    ],
)
def test_not_approved(approval: Approval, words: str) -> None:
    world = a_flour_situation()
    assert why(replace(world, requests=(replace(world.requests[0], approval=approval),))) == [words]


def test_fleet_busy() -> None:
    """Two trucks of 20 t and a day: so many trips of 20,400 s and no more."""
    world = a_flour_situation(stock=(Lot(place="AGD", item="FLOUR", code="F", quantity=10**6),))
    (words,) = why(replace(world, requests=(a_request("REQ-1", "KHN", "FLOUR 1000000"),)))
    made = planned(replace(world, requests=(a_request("REQ-1", "KHN", "FLOUR 1000000"),)), rounds=5)
    missing_t = (1_000_000 - given(made, FLOUR)) / 1_000
    assert words == (
        f"every vehicle that could bring it is busy to the end of the horizon: {missing_t:g} t more need about "
        f"{-(-missing_t // 20):g} more journeys"
    )


def test_a_relay_that_the_clock_forbids_has_its_reason() -> None:
    """Goods would change trucks at ASK, but the road beyond is shut: the road is the reason, not the fleet."""
    world = with_road(a_relay_situation(), "R-KHN", status=RoadStatus.CLOSED, status_until=at("03:50", 1))
    assert why(world) == ["road R-KHN (ASK - KHN) is closed until 2023-09-23 07:50"]
    off = with_vehicle(a_relay_situation(), "T2", shift=Hours.parse("08:00-08:20"))
    assert why(off) == ["no crew gets to KHN within its shift and driving time"]


def test_two_limits_that_bind_together_are_both_said() -> None:
    world = with_road(a_flour_situation(), "R-KHN", max_gross_mass_g=12_000_000, status=RoadStatus.CLOSED)
    assert why(world) == [
        "no vehicle under 12 t that may carry FLOUR for road R-KHN (ASK - KHN): the lightest has 36 t",
        "road R-KHN (ASK - KHN) is closed for the whole horizon",
    ]


def with_bakery_flour(quantity: int, loaves: int = 1_000, **fields: object) -> Situation:
    """200 loaves of 0.4 kg flour an hour from 08:00 to 12:00, 0.5 kg each, in crates of 20."""
    flour = (Lot(place="BKR", item="FLOUR", code="BF", quantity=quantity),)
    return a_situation(stock=flour, requests=(a_request("REQ-2", "KHN", f"BREAD {loaves}"),), **fields)


def test_flour_of_the_bakery_is_the_limit_of_its_bread() -> None:
    """170 kg bake 200 + 200 + 25 loaves, in whole crates 420: 580 loaves of 0.5 kg are short, and 42 % are there."""
    assert why(with_bakery_flour(170), BREAD) == [
        "FLOUR at BKR: 170 kg bake 425 loaves; 290 kg of BREAD short",
        "BREAD: 290 kg short (420 loaves for 1 000 loaves); shared by need, each gets 42 %",
    ]


def test_without_flour_no_bread() -> None:
    assert why(with_bakery_flour(0), BREAD) == ["FLOUR at BKR: 0 kg bake 0 loaves; 500 kg of BREAD short"]


def test_hours_of_the_oven_are_the_limit_of_its_bread() -> None:
    """4 h of 200 loaves for 1,000: 200 loaves of 0.5 kg are short."""
    assert why(with_bakery_flour(1_000), BREAD) == [
        "BKR: 4 h of baking within the horizon give 800 loaves; 100 kg of BREAD short",
        "BREAD: 100 kg short (800 loaves for 1 000 loaves); shared by need, each gets 80 %",
    ]


def test_bread_that_is_too_old_is_not_said_to_be_shared() -> None:
    """As above, R-KHN takes 5 h; flour is short as well, but more of it would change nothing."""
    world = with_item(with_bakery_flour(170), "BREAD", shelf_life_s=5 * 3600, remaining_life_s=3600)
    assert why(with_road(world, "R-KHN", drive_s=18_000), BREAD) == ["BREAD would be 7 h old; it may be 4 h at most"]


def test_what_is_short_and_reaches_nobody_is_not_said_to_be_shared() -> None:
    """
    A truck of 5 t makes one trip in its 4 h: 5,000 kg flour for 1,000 people, and no soap for two. Of 20,000 pieces of
    0.1 kg 10,000 are there: 1 t is short, but that is not why it stays.
    """
    world = a_situation(
        stock=(
            Lot(place="AGD", item="FLOUR", code="F", quantity=5_000),
            Lot(place="AGD", item="SOAP", code="S", quantity=10_000),
        ),
        requests=(
            a_request("REQ-1", "KHN", "FLOUR 5000"),
            a_request("REQ-2", "KHN", "SOAP 20000", people=2),
        ),
    )
    truck = replace(world.vehicles[0], payload_g=5_000_000, shift=Hours.parse("08:00-12:00"))
    first, second = why(replace(world, vehicles=(truck,)), "REQ-2/1")
    assert "busy" in first
    assert second == "SOAP: 1 t short (10 000 pieces for 20 000 pieces)"


def test_what_can_be_served_alone_has_no_binding_limit() -> None:
    world = a_flour_situation()
    (need,) = needs(world)
    assert WhatIf(world, [need]).binding(need) == ()


def test_stock_at_the_place_itself_is_named_beside_what_comes() -> None:
    """2,000 kg lie at KHN, 1,000 kg at AGD; 5,000 kg are needed: what comes is 1,000 kg."""
    lots = (("KHN", 2_000), ("AGD", 1_000))
    stock = tuple(Lot(place=place, item="FLOUR", code=place, quantity=quantity) for place, quantity in lots)
    assert why(a_flour_situation(stock=stock)) == [
        "2 000 kg FLOUR lie at KHN itself: hand them over there; no vehicle is needed, and the plan does not count "
        "them",
        "FLOUR: 4 t short (1 000 kg for 5 000 kg); shared by need, each gets 20 %",
    ]


def test_goods_aboard_a_broken_vehicle_are_named_before_anything_is_short() -> None:
    """All the flour there is was aboard when the truck broke down on its way: there is none, but it is not lost."""
    world = a_flour_situation(stock=(Lot(place="AGD", item="FLOUR", code="F", quantity=5_000),))
    made = planned(world)
    plate = made.journeys[0].vehicle
    broken = with_vehicle_broken(world, plate, at("04:40"))
    new = replan(broken, made, at=at("04:40"), rounds=5)
    words = (
        "5\u202f000\xa0kg FLOUR (REQ-1/1) are aboard {}, out of service on the way from AGD to ASK: recover them there"
    )
    (said,) = reasons(new, FLOUR)
    assert said == words.format(plate)
    assert said in [str(change) for change in new.changes]


def test_what_is_short_of_the_share_is_said_before_the_share() -> None:
    """Both need 40 t, and there are 60 t. One truck of 20 t makes 4 trips to ASK, or fewer to KHN, in its 4 h."""
    world = a_flour_situation()
    truck = replace(world.vehicles[0], shift=Hours.parse("08:00-12:00"))
    requests = (a_request("REQ-1", "KHN", "FLOUR 40000"), a_request("REQ-2", "ASK", "FLOUR 40000"))
    stock = (Lot(place="AGD", item="FLOUR", code="F", quantity=60_000),)
    made = planned(replace(world, vehicles=(truck,), requests=requests, stock=stock))
    khn, ask = given(made, "REQ-1/1"), given(made, "REQ-2/1", "ASK")
    assert khn + ask < 60_000
    short_of_share_t = (30_000 - khn) / 1_000
    first, second = (reason.replace("\u00a0", " ") for reason in reasons(made, "REQ-1/1"))
    assert f"{short_of_share_t:g} t more need about " in first
    assert second.endswith(
        f"each gets between {min(khn, ask) / 400:.0f} % and {max(khn, ask) / 400:.0f} %, this one {khn / 400:.0f} %"
    )


def test_open_for_a_minute_a_day() -> None:
    """At 10 t an hour a minute is good for 166.6 kg: three sacks with each of two trucks on its one day."""
    world = with_place(a_flour_situation(), "KHN", opening=Hours.parse("10:00-10:01"))
    assert why(world) == ["KHN is open only 10:00-10:01: at most 166.67 kg can be unloaded there at a time"]


def test_nobodys_waiting() -> None:
    world = a_flour_situation(
        rules=Rules(priority_weights=(0, 0, 0)), stock=(Lot(place="AGD", item="FLOUR", code="F", quantity=10**6),)
    )
    (words,) = why(replace(world, requests=(a_request("REQ-1", "KHN", "FLOUR 1000000"),)))
    assert words == "nobody's waiting counts for it (people x weight of the priority is 0): it goes where room is left"
