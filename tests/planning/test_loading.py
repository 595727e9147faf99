"""Into which compartment: T1 holds 30 m3 and 10 m3 and 20 t; soap must not share a compartment with flour."""

from __future__ import annotations

from karavan.domain.rules import Level, Segregation
from karavan.planning.problem import bridge
from tests.cast import FLOUR, a_situation, with_item, with_vehicle

PROBLEM = bridge(a_situation())
FL, SO, BR = range(3)
T1, VAN = 0, 2


def test_goods_fill_the_first_compartment_and_go_on_in_the_next_in_whole_sacks() -> None:
    # 30 m3 / 1.5 l = 20,000 kg, over the payload: 13,000 kg are 19.5 m3 in the first compartment.
    assert PROBLEM.world.pack(T1, ((FL, 13_000),)).pieces == (((0, 13_000),),)
    light = bridge(with_item(a_situation(), "FLOUR", mass_g=500, volume_cm3=1_600))
    # 30,000,000 / 1,600 = 18,750 units = 375 sacks of 50; the other 1,250 lie behind.
    assert light.world.pack(T1, ((FL, 20_000),)).pieces == (((0, 18_750), (1, 1_250)),)


def test_handling_units_are_not_cut_by_a_wall() -> None:
    odd = bridge(with_vehicle(with_item(a_situation(), "FLOUR", mass_g=10), "T1", compartments_cm3=(149_000, 149_000)))
    # One sack is 75,000 cm3: one in each compartment, although 298,000 / 75,000 = 3.97.
    assert odd.world.room_for(T1, odd.world.empty(T1), FL, 1_000) == 100
    broken = bridge(
        with_vehicle(
            with_item(a_situation(), "FLOUR", mass_g=10, breakable=True), "T1", compartments_cm3=(149_000, 149_000)
        )
    )
    assert broken.world.room_for(T1, broken.world.empty(T1), FL, 1_000) == 99 * 2  # 149,000 / 1,500 = 99.3


def test_payload_and_volume_both_limit() -> None:
    assert PROBLEM.world.room_for(T1, PROBLEM.world.empty(T1), FL, 10**6) == 20_000
    assert PROBLEM.world.pack(T1, ((FL, 20_050),)) is None
    assert PROBLEM.world.room_for(VAN, PROBLEM.world.empty(VAN), BR, 10**6) == 3_000  # 1.5 t / 0.5 kg
    bulky = bridge(with_item(a_situation(), "BREAD", volume_cm3=5_000))
    assert bulky.world.room_for(VAN, bulky.world.empty(VAN), BR, 10**6) == 2_000


def test_conflicting_classes_lie_apart() -> None:
    load = PROBLEM.world.pack(T1, ((FL, 5_000), (SO, 1_000)))
    assert load.pieces == (((0, 5_000),), ((1, 1_000),))
    # Soap only in the compartment that flour left free: 10 m3 / 150 cm3 = 66,666 -> 666 cartons.
    flour = PROBLEM.world.pack(T1, ((FL, 5_000),))
    assert PROBLEM.world.room_for(T1, flour, SO, 10**6) == 66_600
    full = PROBLEM.world.pack(T1, ((FL, 50), (SO, 100)))
    assert PROBLEM.world.room_for(T1, full, SO, 10**6) == 66_500


def test_conflicting_vehicles_lie_in_different_vehicles() -> None:
    strict = bridge(a_situation(segregation=(Segregation("food", "hygiene", Level.VEHICLE),)))
    assert strict.world.room_for(T1, strict.world.pack(T1, ((FL, 50),)), SO, 1_000) == 0
    assert strict.world.pack(T1, ((FL, 50), (SO, 100))) is None
    free = bridge(a_situation(segregation=()))
    assert free.world.pack(T1, ((FL, 50), (SO, 100))).pieces == (((0, 50),), ((0, 100),))


def test_one_compartment_cannot_keep_apart() -> None:
    single = bridge(with_vehicle(a_situation(), "T1", compartments_cm3=(40_000_000,)))
    assert single.world.pack(T1, ((FL, 50), (SO, 100))) is None


def test_goods_without_volume_still_need_a_compartment_of_their_own() -> None:
    flat = bridge(with_vehicle(with_item(a_situation(), "SOAP", volume_cm3=0), "T1", compartments_cm3=(40_000_000,)))
    assert flat.world.room_for(T1, flat.world.empty(T1), SO, 500) == 500
    assert flat.world.room_for(T1, flat.world.pack(T1, ((FL, 50),)), SO, 500) == 0


def test_more_for_a_visit_that_is_there() -> None:
    load = PROBLEM.world.pack(T1, ((FL, 5_000), (SO, 1_000)))
    more = PROBLEM.world.added(T1, load, 0, FL, 500, more=True)
    assert more.pieces == (((0, 5_500),), ((1, 1_000),))
    assert more.mass_g == 5_500 * FLOUR.mass_g + 1_000 * 100
    assert more.room_cm3 == (30_000_000 - 5_500 * 1_500, 10_000_000 - 1_000 * 150)


def test_nothing_is_lost_between_compartments() -> None:
    load = PROBLEM.world.pack(T1, ((FL, 5_000), (SO, 1_000), (FL, 3_000)))
    assert [sum(q for _, q in piece) for piece in load.pieces] == [5_000, 1_000, 3_000]
    assert load.room_cm3 == (30_000_000 - 8_000 * 1_500, 10_000_000 - 150_000)
