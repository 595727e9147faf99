"""Into which compartment: T1 holds 30 m3 and 10 m3 and 20 t; soap must not share a compartment with flour."""

from __future__ import annotations

from dataclasses import replace

from karavan.domain.rules import Level, Segregation
from karavan.planning.loading import added, empty, pack, room_for
from karavan.planning.problem import bridge
from tests.cast import FLOUR, a_situation, with_item, with_vehicle

PROBLEM = bridge(a_situation())
FL, SO, BR = range(3)
T1, VAN = 0, 2


def test_goods_fill_the_first_compartment_and_go_on_in_the_next_in_whole_sacks() -> None:
    # 30 m3 / 1.5 l = 20,000 kg, over the payload: 13,000 kg are 19.5 m3 in the first compartment.
    assert pack(PROBLEM, T1, ((FL, 13_000),)).pieces == (((0, 13_000),),)
    light = bridge(with_item(a_situation(), "FLOUR", mass_g=500, volume_cm3=1_600))
    # 30,000,000 / 1,600 = 18,750 units = 375 sacks of 50; the other 1,250 lie behind.
    assert pack(light, T1, ((FL, 20_000),)).pieces == (((0, 18_750), (1, 1_250)),)


def test_handling_units_are_not_cut_by_a_wall() -> None:
    odd = bridge(with_vehicle(with_item(a_situation(), "FLOUR", mass_g=10), "T1", compartments_cm3=(149_000, 149_000)))
    # One sack is 75,000 cm3: one in each compartment, although 298,000 / 75,000 = 3.97.
    assert room_for(odd, T1, empty(odd, T1), FL, 1_000) == 100
    broken = bridge(
        with_vehicle(
            with_item(a_situation(), "FLOUR", mass_g=10, breakable=True), "T1", compartments_cm3=(149_000, 149_000)
        )
    )
    assert room_for(broken, T1, empty(broken, T1), FL, 1_000) == 99 * 2  # 149,000 / 1,500 = 99.3


def test_payload_and_volume_both_limit() -> None:
    assert room_for(PROBLEM, T1, empty(PROBLEM, T1), FL, 10**6) == 20_000
    assert pack(PROBLEM, T1, ((FL, 20_050),)) is None
    assert room_for(PROBLEM, VAN, empty(PROBLEM, VAN), BR, 10**6) == 3_000  # 1.5 t / 0.5 kg; 10 m3 would hold 4,000
    bulky = bridge(with_item(a_situation(), "BREAD", volume_cm3=5_000))
    assert room_for(bulky, VAN, empty(bulky, VAN), BR, 10**6) == 2_000


def test_conflicting_classes_lie_apart() -> None:
    load = pack(PROBLEM, T1, ((FL, 5_000), (SO, 1_000)))
    assert load.pieces == (((0, 5_000),), ((1, 1_000),))
    # Soap only in the compartment that flour left free: 10 m3 / 150 cm3 = 66,666 -> 666 cartons.
    flour = pack(PROBLEM, T1, ((FL, 5_000),))
    assert room_for(PROBLEM, T1, flour, SO, 10**6) == 66_600
    full = pack(PROBLEM, T1, ((FL, 50), (SO, 100)))
    assert room_for(PROBLEM, T1, full, SO, 10**6) == 66_500


def test_conflicting_vehicles_lie_in_different_vehicles() -> None:
    strict = bridge(a_situation(segregation=(Segregation("food", "hygiene", Level.VEHICLE),)))
    assert room_for(strict, T1, pack(strict, T1, ((FL, 50),)), SO, 1_000) == 0
    assert pack(strict, T1, ((FL, 50), (SO, 100))) is None
    free = bridge(a_situation(segregation=()))
    assert pack(free, T1, ((FL, 50), (SO, 100))).pieces == (((0, 50),), ((0, 100),))


def test_one_compartment_cannot_keep_apart() -> None:
    single = bridge(with_vehicle(a_situation(), "T1", compartments_cm3=(40_000_000,)))
    assert pack(single, T1, ((FL, 50), (SO, 100))) is None


def test_goods_without_volume_still_need_a_compartment_of_their_own() -> None:
    flat = bridge(with_vehicle(with_item(a_situation(), "SOAP", volume_cm3=0), "T1", compartments_cm3=(40_000_000,)))
    assert room_for(flat, T1, empty(flat, T1), SO, 500) == 500
    assert room_for(flat, T1, pack(flat, T1, ((FL, 50),)), SO, 500) == 0


def test_more_for_a_visit_that_is_there() -> None:
    load = pack(PROBLEM, T1, ((FL, 5_000), (SO, 1_000)))
    more = added(PROBLEM, T1, load, 0, FL, 500, more=True)
    assert more.pieces == (((0, 5_500),), ((1, 1_000),))
    assert more.mass_g == 5_500 * FLOUR.mass_g + 1_000 * 100
    assert more.room_cm3 == (30_000_000 - 5_500 * 1_500, 10_000_000 - 1_000 * 150)


def test_nothing_is_lost_between_compartments() -> None:
    load = pack(PROBLEM, T1, ((FL, 5_000), (SO, 1_000), (FL, 3_000)))
    assert [sum(q for _, q in piece) for piece in load.pieces] == [5_000, 1_000, 3_000]
    assert replace(load, pieces=()).room_cm3 == (30_000_000 - 8_000 * 1_500, 10_000_000 - 150_000)
