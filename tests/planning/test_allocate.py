"""Scarce goods: the same share of its need for everybody, as far as roads and stores allow."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings, strategies as st
from scipy.optimize import linprog

from karavan.domain.goods import Lot
from karavan.domain.places import PlaceKind
from karavan.domain.situation import Situation
from karavan.planning.allocate import fair_fractions, share_fairly
from karavan.planning.problem import Pool
from tests.cast import a_situation
from tests.planning.small import a_point, a_request, a_road, in_numbers


def a_scarce(*needs: tuple[str, int], stock: dict[str, int], roads: tuple[tuple[str, str], ...]) -> Situation:
    """Places ``needs``, stores ``stock`` of flour, joined as ``roads`` say."""
    world = a_situation()
    stores = tuple(replace(a_point(code), kind=PlaceKind.WAREHOUSE) for code in stock)
    return replace(
        world,
        places=(*stores, *(a_point(code) for code, _ in needs)),
        roads=tuple(a_road(f"{a}-{b}", a, b, 10) for a, b in roads),
        stock=tuple(Lot(place=code, item="FLOUR", code="F", quantity=q) for code, q in stock.items()),
        production=(),
        vehicles=tuple(replace(world.vehicles[0], plate=f"T-{code}", homes=(code,)) for code in stock),
        requests=tuple(a_request(f"REQ-{code}", code, f"FLOUR {q}") for code, q in needs),
    )


def limits(situation: Situation) -> dict[str, int]:
    problem = in_numbers(situation)
    share_fairly(problem)
    return {task.need.place: task.limit for task in problem.tasks}


def test_enough_is_not_shared() -> None:
    problem = in_numbers(a_scarce(("A", 5_000), stock={"W": 5_000}, roads=(("W", "A"),)))
    assert share_fairly(problem) == ()


def test_everybody_gets_the_same_share_of_the_need() -> None:
    world = a_scarce(("A", 1_000), ("B", 3_000), stock={"W": 2_000}, roads=(("W", "A"), ("W", "B")))
    # 2,000 of 4,000: a half each.
    assert limits(world) == {"A": 500, "B": 1_500}
    (share,) = share_fairly(in_numbers(world))
    assert (share.needed, share.available, share.shares) == (4_000, 2_000, (("REQ-A/1", 500), ("REQ-B/1", 1_500)))


def test_whole_sacks_and_nothing_left_over() -> None:
    world = a_scarce(
        ("A", 1_000), ("B", 1_000), ("C", 1_000), stock={"W": 1_000}, roads=(("W", "A"), ("W", "B"), ("W", "C"))
    )
    # A third is 333.3: 6 sacks of 50 each are 900; the two sacks left go to the first two.
    assert limits(world) == {"A": 350, "B": 350, "C": 300}


def test_two_stores_of_different_reach() -> None:
    """W reaches A and B, V reaches B and C. Max-min: C needs all of V's 600 (0.6); W's 1,000 gives A and B a half."""
    world = a_scarce(
        ("A", 1_000),
        ("B", 1_000),
        ("C", 1_000),
        stock={"W": 1_000, "V": 600},
        roads=(("W", "A"), ("W", "B"), ("V", "B2"), ("V", "C")),
    )
    world = replace(world, places=(*world.places, a_point("B2")))
    fractions = fair_fractions(in_numbers(world), in_numbers(world).tasks)
    # T-W cannot get to C, nor T-V to A: all three are cut off from each other but for W's A and B.
    assert [round(f, 6) for f in fractions] == [0.5, 0.5, 0.6]
    assert limits(world) == {"A": 500, "B": 500, "C": 600}


def test_whoever_has_another_store_leaves_the_shared_one_to_the_others() -> None:
    world = a_scarce(
        ("A", 1_000), ("B", 1_000), stock={"W": 1_000, "V": 800}, roads=(("W", "A"), ("W", "B"), ("V", "B"))
    )
    # T-W would reach V over B, and so T-V reaches A: all of 1,800 is for both, 0.9 each.
    assert limits(world) == {"A": 900, "B": 900}
    apart = replace(
        world,
        vehicles=tuple(replace(v, zones=frozenset({v.homes[0]})) for v in world.vehicles),
        places=tuple(
            replace(p, zones=frozenset({"W"} if p.code in "WA" else {"V"} if p.code == "V" else {"W", "V"}))
            for p in world.places
        ),
    )
    # A has only W, B has both: 0.9 each is still the best, 900 of W for A, 100 of W and 800 of V for B.
    assert limits(apart) == {"A": 900, "B": 900}
    little = replace(apart, stock=(replace(apart.stock[0], quantity=400), apart.stock[1]))
    # W has 400 for A, V 800 for B: the worst off gets 0.4 and the other all that it can.
    assert limits(little) == {"A": 400, "B": 800}


class Goods:
    """As much of a problem as :func:`fair_fractions` looks at."""

    def __init__(self, totals: list[int]) -> None:
        self.pools = [Pool(0, 0, None, (), simple=True, total=total) for total in totals]


class Wish:
    def __init__(self, most: int, stores: list[int]) -> None:
        self.most = most
        self.pools = {store: store for store in stores}


@settings(max_examples=80, derandomize=True, deadline=None)
@given(st.integers(0, 10**6))
def test_the_worst_off_gets_what_the_tightest_cut_leaves(seed: int) -> None:
    """Large needs beside small ones: nobody falls to nothing because a linear program was solved a little off."""
    r = Random(seed)
    needs = [r.choice([1, 7, 1_000, 10**6]) for _ in range(r.randint(2, 6))]
    totals = [r.choice([0, 3, 500, 10**6]) for _ in range(r.randint(1, 4))]
    arcs = [sorted(r.sample(range(len(totals)), r.randint(1, len(totals)))) for _ in needs]
    fractions = fair_fractions(Goods(totals), [Wish(need, arc) for need, arc in zip(needs, arcs, strict=True)])
    # For every set of needs: what all its stores hold, over what it needs.
    best = min(
        sum(totals[p] for p in {p for t in chosen for p in arcs[t]}) / sum(needs[t] for t in chosen)
        for chosen in ([t for t in range(len(needs)) if mask >> t & 1] for mask in range(1, 1 << len(needs)))
    )
    assert min(fractions) == pytest.approx(min(1.0, best), abs=1e-6)
    served = sum(fraction * need for fraction, need in zip(fractions, needs, strict=True))
    # And nothing that anybody could use stays behind (the most that can be served at all: the same cuts, once more).
    most = min(
        sum(totals[p] for p in {p for t in chosen for p in arcs[t]})
        + sum(n for t, n in enumerate(needs) if t not in chosen)
        for chosen in ([t for t in range(len(needs)) if mask >> t & 1] for mask in range(1 << len(needs)))
    )
    assert served == pytest.approx(most, rel=1e-4, abs=1e-3)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.integers(0, 10**6))
def test_needs_with_the_same_stores_are_shared_as_if_each_stood_alone(seed: int) -> None:
    """Groups of needs get what a linear program with a row for each need gives to each of them."""
    r = Random(seed)
    totals = [r.choice([0, 40, 500, 3_000]) for _ in range(r.randint(2, 4))]
    kinds = [sorted(r.sample(range(len(totals)), r.randint(1, len(totals)))) for _ in range(3)]
    wishes = [Wish(r.choice([10, 300, 2_000]), r.choice(kinds)) for _ in range(r.randint(3, 12))]
    fractions = fair_fractions(Goods(totals), wishes)
    assert fractions == pytest.approx(one_by_one(totals, wishes), abs=1e-6)


def one_by_one(totals: list[int], wishes: list[Wish]) -> list[float]:
    """Raise all fractions together; whoever cannot have more stays where it is, one after another."""
    fixed: dict[int, float] = {}
    while len(fixed) < len(wishes):
        level = highest(totals, wishes, fixed, set(range(len(wishes))) - fixed.keys())
        for t in range(len(wishes)):
            # Whoever has reached the level and, alone, cannot go beyond it.
            others = {**fixed, **{o: level for o in range(len(wishes)) if o not in fixed and o != t}}
            if t not in fixed and highest(totals, wishes, others, {t}) <= level + 1e-7:
                fixed[t] = level
    return [fixed[t] for t in range(len(wishes))]


def highest(totals: list[int], wishes: list[Wish], fixed: dict[int, float], rising: set[int]) -> float:
    pairs = [(t, p) for t, wish in enumerate(wishes) for p in wish.pools]
    served = [
        [float(t == own) for own, _ in pairs] + [-float(wish.most) * (t in rising)] for t, wish in enumerate(wishes)
    ]
    stock = [[float(p == own) for _, own in pairs] + [0.0] for p in range(len(totals))]
    result = linprog(
        [0.0] * len(pairs) + [-1.0],
        A_ub=stock,
        b_ub=totals,
        A_eq=served,
        b_eq=[fixed.get(t, 0.0) * wish.most for t, wish in enumerate(wishes)],
        bounds=[(0, None)] * len(pairs) + [(0, 1)],
    )
    # Fixed a hair too high by rounding nothing fits: nobody rises.
    return float(result.x[-1]) if result.success else 0.0
