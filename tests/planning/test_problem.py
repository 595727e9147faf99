"""The bridge: what the situation says comes over as numbers, and decides nothing."""

from __future__ import annotations

from dataclasses import replace

from karavan.domain.goods import Lot
from karavan.domain.places import PlaceKind
from karavan.planning.problem import bridge, chain_from, find_tasks
from karavan.planning.travel import FAR
from tests.cast import a_flour_situation, a_situation, at, with_place, with_vehicle
from tests.planning.small import H, a_point, a_relay_situation, a_road, in_numbers

AGD, BKR, ASK, KHN = range(4)
FL, SO, BR = range(3)
T1, T2, VAN = range(3)


def test_pools_hold_what_may_be_loaded() -> None:
    problem = bridge(a_situation())
    flour, soap, bread = problem.pools
    assert (flour.place, flour.item, flour.total, flour.simple) == (AGD, FL, 6_000 + 9_000, True)
    assert (soap.place, soap.item, soap.total) == (AGD, SO, 5_000)
    # Flour at the bakery is for baking; the oven gives 200 loaves an hour, four times, from 1 h on.
    assert (bread.place, bread.item, bread.total, bread.simple) == (BKR, BR, 800, False)
    assert [(b.quantity, b.available_s, b.expiry_s) for b in bread.batches] == [
        (200, n * H, (n + 24) * H) for n in (1, 2, 3, 4)
    ]


def test_half_sacks_of_two_lots_make_no_sack() -> None:
    lots = tuple(Lot(place="AGD", item="FLOUR", code=code, quantity=75) for code in "ab")
    assert bridge(a_flour_situation(stock=lots)).pools[0].total == 100


def test_a_pool_is_simple_only_if_time_does_not_matter() -> None:
    def simple(**fields: object) -> bool:
        lot = Lot(**{"place": "AGD", "item": "FLOUR", "code": "a", "quantity": 100, **fields})
        return bridge(a_flour_situation(stock=(lot,))).pools[0].simple

    assert simple()
    assert simple(expiry=at("04:00", 1))
    assert not simple(expiry=at("03:59", 1))
    assert not simple(available_from=at("04:01"))


def test_needs_become_tasks_with_their_vehicles() -> None:
    problem = in_numbers(a_situation())
    tasks = {task.need.code: task for task in problem.tasks}
    assert set(tasks) == {"REQ-1/1", "REQ-1/2", "REQ-1/3:FLOUR", "REQ-1/3:SOAP", "REQ-2/1"}
    assert tasks["REQ-1/1"].vehicles == {T1, T2}
    assert tasks["REQ-2/1"].vehicles == {VAN}
    # 1,000 people x weight 2 over four needs and 5,000 kg.
    assert tasks["REQ-1/1"].unit_weight == 1_000 * 2 / 4 / 5_000
    assert tasks["REQ-1/1"].since_s == 0


def test_who_may_carry() -> None:
    def carriers(**fields: object) -> frozenset[int]:
        return bridge(with_vehicle(a_flour_situation(), "T1", **fields)).carriers(FL, AGD, KHN)

    assert carriers() == {T1, T2}
    for fields in (
        {"item_classes": frozenset({"hygiene"})},
        {"payload_g": 49_999},
        {"compartments_cm3": (74_999, 74_999)},
        {"available_until": at("04:00")},
        {"homes": ("KHN",), "zones": frozenset({"x"})},
    ):
        world = with_place(with_vehicle(a_flour_situation(), "T1", **fields), "AGD", zones=frozenset({"y"}))
        assert bridge(world).carriers(FL, AGD, KHN) == {T2}, fields


def test_goods_change_vehicles_only_if_nobody_goes_all_the_way() -> None:
    problem = in_numbers(a_relay_situation())
    assert problem.chains == {"REQ-1/1": [ASK]}
    (task,) = problem.tasks
    assert (task.place, task.final, task.onward, task.vehicles) == (ASK, False, (KHN,), {T1})
    whole = in_numbers(with_vehicle(a_relay_situation(), "T2", zones=frozenset()))
    assert whole.chains == {}


def test_the_quickest_chain() -> None:
    """Over ASK: 20 min and 30 min; over FAR: 60 min each. Without the right kind of place there is none."""
    world = a_relay_situation()
    both = frozenset({"near", "far"})
    world = replace(
        world,
        places=(*world.places, a_point("FAR", kind=PlaceKind.TRANSSHIPMENT_POINT, zones=both)),
        roads=(*world.roads, a_road("R-1", "AGD", "FAR", 60), a_road("R-2", "FAR", "KHN", 60)),
        vehicles=tuple(replace(v, homes=(*v.homes, "FAR")) for v in world.vehicles),
    )
    assert chain_from(bridge(world), FL, [AGD], KHN) == [AGD, ASK, KHN]
    plain = with_place(with_place(world, "ASK", kind=PlaceKind.JUNCTION), "FAR", kind=PlaceKind.JUNCTION)
    assert chain_from(bridge(plain), FL, [AGD], KHN) == []


def test_goods_at_the_place_itself_are_no_source() -> None:
    world = a_flour_situation(stock=(Lot(place="KHN", item="FLOUR", code="a", quantity=9_000),))
    assert in_numbers(world).tasks == []


def test_barred_vehicles_carry_nothing() -> None:
    problem = bridge(a_flour_situation())
    problem.barred.add(T1)
    find_tasks(problem)
    assert problem.tasks[0].vehicles == {T2}


def test_what_never_expires_lasts_for_ever() -> None:
    assert bridge(a_situation()).pools[1].batches[0].expiry_s == FAR
