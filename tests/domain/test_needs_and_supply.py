"""What is needed and what there is: kits opened, flour baked, lots with their expiry."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from karavan.domain.goods import Lot
from karavan.domain.needs import needs
from karavan.domain.plans import Handling, Stop
from karavan.domain.requests import Approval
from karavan.domain.rules import Rules
from karavan.domain.shares import percent
from karavan.domain.situation import Situation
from karavan.domain.supply import baking_flour, bakings, lots
from karavan.domain.value import hand_overs, journey_cost, measure, objective, waiting_of_nothing
from tests.cast import START, a_flour_plan, a_flour_situation, a_situation, at, with_item


def test_kits_are_opened():
    found = [(need.code, need.item, need.quantity) for need in needs(a_situation())]
    assert found == [
        ("REQ-1/1", "FLOUR", 5_000),
        ("REQ-1/2", "SOAP", 1_000),
        ("REQ-1/3:FLOUR", "FLOUR", 1_000),  # 100 kits of 10 kg
        ("REQ-1/3:SOAP", "SOAP", 500),
        ("REQ-2/1", "BREAD", 400),
    ]


def test_only_what_is_approved_is_needed():
    situation = a_situation()
    for approval in set(Approval) - {Approval.APPROVED}:
        requests = tuple(replace(request, approval=approval) for request in situation.requests)
        assert needs(replace(situation, requests=requests)) == ()


def test_the_people_of_a_request_are_shared_by_its_needs():
    weights = {need.code: need.people_weight for need in needs(a_situation(rules=Rules(priority_weights=(8, 3))))}
    assert weights["REQ-1/1"] == 1_000 * 3 / 4  # priority 2, four needs
    assert weights["REQ-2/1"] == 1_000 * 3


def bread(situation: Situation) -> list[tuple[str, int]]:
    return [(lot.code, lot.quantity) for lot in lots(situation) if lot.item == "BREAD"]


def with_flour_at_the_bakery(quantity: int) -> Situation:
    situation = a_situation()
    return replace(
        situation,
        stock=tuple(replace(lot, quantity=quantity) if lot.code == "BF" else lot for lot in situation.stock),
    )


def test_an_oven_gives_a_lot_an_hour_until_the_flour_ends():
    hours = ["oven 2023-09-22 09:00", "oven 2023-09-22 10:00", "oven 2023-09-22 11:00", "oven 2023-09-22 12:00"]
    assert bread(with_flour_at_the_bakery(1_000)) == [(hour, 200) for hour in hours]  # 80 kg an hour
    assert bread(with_flour_at_the_bakery(170)) == [(hours[0], 200), (hours[1], 200), (hours[2], 25)]
    assert bread(with_flour_at_the_bakery(0)) == []


def test_flour_for_baking_is_no_stock():
    assert not [lot for lot in lots(a_situation()) if lot.code == "BF"]


def test_flour_that_is_baked_and_flour_that_stays():
    """Four hours of 200 loaves of 400 g: 320 kg. Of the older lot all that is free goes, 100 - 20; of the other 240."""
    old = Lot(place="BKR", item="FLOUR", code="OLD", quantity=100, reserved=20, expiry=at("00:00", 9))
    new = Lot(place="BKR", item="FLOUR", code="NEW", quantity=1_000, expiry=at("00:00", 99))
    elsewhere = Lot(place="AGD", item="FLOUR", code="F", quantity=1_000)
    assert baking_flour(a_situation(stock=(new, elsewhere, old))) == ((new, 240), (old, 80))
    little = a_situation(stock=(replace(new, quantity=170),))
    assert baking_flour(little) == ((replace(new, quantity=170), 170),)
    assert baking_flour(a_situation(production=())) == ()


def test_a_kilogram_of_flour_is_a_kilogram_in_any_sack():
    """170 kg that weigh 171.7 kg with their sacks bake 425 loaves of 400 g, and not 429."""
    weighed = with_item(with_flour_at_the_bakery(170), "FLOUR", mass_g=1_010)
    assert sum(quantity for _, quantity in bread(weighed)) == 425
    counted = with_item(with_flour_at_the_bakery(2), "FLOUR", unit="sack", mass_g=50_500)
    assert sum(quantity for _, quantity in bread(counted)) == 252, "101 kg, as far as anybody knows"


def test_what_limits_an_oven():
    """08:00-12:00, 200 an hour: 800 loaves in 4 h; 170 kg of flour are enough for 425."""
    (short,) = bakings(with_flour_at_the_bakery(170), "BREAD")
    assert (short.units, short.open_units, short.oven_s) == (425, 800, 4 * 3_600)
    (full,) = bakings(a_situation(), "BREAD")
    assert (full.units, full.open_units) == (800, 800)
    assert bakings(a_situation(), "SOAP") == ()


@pytest.mark.parametrize(("available", "since"), [(None, START), (at("09:00"), at("09:00"))])
def test_a_lot_without_expiry_lives_as_long_as_its_item(available, since):
    stock = (Lot(place="AGD", item="FLOUR", code="F", quantity=1, available_from=available),)
    situation = with_item(a_situation(stock=stock), "FLOUR", shelf_life_s=7_200)
    assert lots(situation)[0].expiry == since + timedelta(hours=2)
    assert lots(with_item(situation, "FLOUR", shelf_life_s=None))[0].expiry is None


def test_all_is_delivered_only_when_all_is():
    """5,000 of 5,001 kg are 99.98 %, which is not 100."""
    assert measure(a_flour_situation(), a_flour_plan()).delivered_permille == 1_000
    assert measure(a_flour_situation(5_001), a_flour_plan()).delivered_permille == 999


def test_shares_are_said_in_one_way():
    parts = (0.0, 0.004, 0.574, 0.686, 0.996, 1.0)
    assert [percent(part) for part in parts] == [0, 1, 57, 69, 99, 100]


def test_value_with_the_arithmetic():
    """5,000 kg for 1,000 people at weight 2, handed over 2:50 h after the start; 52 km at 2 and 100 once."""
    value = measure(a_flour_situation(), a_flour_plan())
    assert value.waiting_person_h == pytest.approx(2_000 * 17 / 6)
    assert value.inequity_person_h == pytest.approx(2_000 * (17 / 6) ** 2 / 24)
    assert (value.cost, value.distance_m, value.delivered_permille) == (204, 52_000, 1_000)
    nothing = measure(a_flour_situation(), replace(a_flour_plan(), journeys=()))
    assert nothing.waiting_person_h == waiting_of_nothing(a_flour_situation()) == 2_000 * 24
    assert nothing.inequity_person_h == 2_000 * 24
    assert (nothing.cost, nothing.delivered_permille) == (0, 0)


def test_a_part_that_is_delivered_waits_less():
    # 5,000 of 20,000 kg: a quarter waits 2:50 h, 3/4 wait 24 h
    situation = a_flour_situation(20_000)
    value = measure(situation, a_flour_plan())
    assert value.waiting_person_h == pytest.approx(2_000 * (17 / 6 / 4 + 24 * 3 / 4))
    assert value.delivered_permille == 250


def test_each_line_of_a_stop_is_handed_over_when_the_last_of_it_is_off():
    """
    10 t/h: of 2 t soap, then 5 t flour, unloaded by 06:50, the soap is off 30 min before the end, at 06:20.

    A stop planned longer than that hands over no sooner: what comes last ends with the stop.
    """
    soap = Handling(need="REQ-1/2", item="SOAP", lot="S", lot_place="AGD", quantity=20_000)
    flour = Handling(need="REQ-1/1", item="FLOUR", lot="F", lot_place="AGD", quantity=5_000)
    stop = Stop(place="KHN", arrive=at("06:00"), start=at("06:00"), end=at("06:50"), unloads=(soap, flour))
    assert hand_overs(a_situation(), stop) == {"REQ-1/2": at("06:20"), "REQ-1/1": at("06:50")}
    turned = replace(stop, unloads=(flour, soap))
    assert hand_overs(a_situation(), turned) == {"REQ-1/1": at("06:38"), "REQ-1/2": at("06:50")}
    in_parts = replace(stop, unloads=(soap, flour, replace(soap, quantity=5_000)))
    assert hand_overs(a_situation(), in_parts)["REQ-1/2"] == at("06:50")
    loading = replace(stop, unloads=(soap,), loads=(flour,))
    assert hand_overs(a_situation(), loading) == {"REQ-1/2": at("06:20")}


def test_the_objective_adds_up():
    situation = a_flour_situation()
    value = measure(situation, a_flour_plan())
    # two trucks at 100 + 200, a van at 40 + 100: C0 = 740; W0 = 48,000
    cost = 3e-4 * 48_000 * 204 / 740
    expected = value.waiting_person_h + 1e-3 * value.inequity_person_h + cost
    assert objective(situation, value) == pytest.approx(expected)
    assert journey_cost(situation, "nobody", 1_000) == 0
