"""The compiled search: the same again from the same seed, several seeds at once, and ended from outside."""

from __future__ import annotations

import threading
import time

import pytest

from karavan.domain.situation import Situation
from karavan.planning.search import Allowance, Random, Search, State
from tests.engine.test_relief_model import searched
from tests.planning.small import an_empty_state
from tests.planning.test_search import counted
from tests.properties.worlds import a_convoy_world, a_relay_world, a_world

LARGEST = max(range(40), key=lambda seed: len(a_world(seed).requests) * len(a_world(seed).vehicles))


def trips_of(state: State) -> list[list[tuple[int, tuple[tuple[int, int], ...]]]]:
    return [[(trip.source, trip.visits) for trip in trips] for trips in state.trips]


def a_search(seed: int = 1) -> tuple[State, Search]:
    state = an_empty_state(a_world(LARGEST))
    search = Search(state, Random(seed))
    search.build()
    return state, search


def test_the_same_seed_and_rounds_give_the_same_plan() -> None:
    for seed in range(10):
        assert trips_of(searched(a_world(seed), seed)) == trips_of(searched(a_world(seed), seed))


def test_asking_does_not_change_the_plan() -> None:
    """However often somebody asks how far it is, chance and temperature are the same."""
    (quiet, search), asked = a_search(), []
    search.rounds(Allowance(rounds=300))
    watched, other = a_search()
    other.rounds(Allowance(rounds=300, ask=lambda number, value: asked.append(number) or 0.0))  # type: ignore[func-returns-value]
    assert asked
    assert trips_of(quiet) == trips_of(watched)


def test_rounds_are_counted_exactly() -> None:
    _, search = a_search()
    assert search.rounds(Allowance(rounds=37)) == 37
    assert search.rounds(Allowance(rounds=100), begun=30, stage=0.5) == 20
    assert search.rounds(Allowance(rounds=0)) == 0


def test_patience_ends_a_search_that_finds_nothing() -> None:
    _, search = a_search()
    assert search.rounds(Allowance(rounds=10**9, patience=50)) < 10**6


def test_an_answer_of_one_ends_it() -> None:
    _, search = a_search()
    assert search.rounds(Allowance(ask=lambda number, value: 1.0)) == 0


def test_seeds_may_be_any_whole_number() -> None:
    for seed in (-1, 0, 2**64, 10**30):
        Random(seed)


def test_others_run_while_it_searches() -> None:
    """The interpreter is free: a clock ticks in this thread while another one searches, and two may search at once."""
    alone, search = a_search()
    search.rounds(Allowance(rounds=2_000))
    made = [a_search(), a_search()]
    threads = [threading.Thread(target=one.rounds, args=(Allowance(rounds=2_000),)) for _, one in made]
    for thread in threads:
        thread.start()
    ticks = 0
    while any(thread.is_alive() for thread in threads):
        ticks += 1
        time.sleep(0.001)
    assert ticks > 2
    assert [trips_of(state) for state, _ in made] == [trips_of(alone)] * 2


def beside(situation: Situation, seeds: int, rounds: int = 60, **more: float) -> State:
    state = an_empty_state(situation)
    search = Search(state, Random(1))
    search.build()
    if state.problem.tasks:
        search.rounds(Allowance(rounds=rounds, seeds=seeds, **more))
    return state


@pytest.mark.parametrize("make", [a_world, a_convoy_world, a_relay_world])
def test_several_seeds_give_the_same_plan_again(make) -> None:
    for number in range(20):
        situation = make(number)
        first = beside(situation, 3)
        assert trips_of(first) == trips_of(beside(situation, 3)), number


@pytest.mark.parametrize("make", [a_world, a_convoy_world, a_relay_world])
def test_what_another_seed_found_is_told_by_the_own_network(make) -> None:
    """The plan handed over counts what it holds, and each vehicle can be driven, with the others where they are."""
    moved = 0
    for number in range(20):
        situation = make(number)
        alone, state = beside(situation, 1), beside(situation, 4)
        moved += trips_of(alone) != trips_of(state)
        counted(state)
        for vehicle, trips in enumerate(state.trips):
            assert state.schedule(vehicle, trips, 0) is not None
    assert moved


def test_several_seeds_are_no_worse_than_the_first_plan() -> None:
    for number in range(20):
        built = an_empty_state(a_convoy_world(number))
        Search(built, Random(1)).build()
        state = beside(a_convoy_world(number), 2)
        if not built.short_convoys():
            assert state.value >= built.value - 1e-6


def test_seeds_end_one_after_the_other() -> None:
    """Each loses patience when it does; the others do not wait for it."""
    state, search = a_search()
    assert search.rounds(Allowance(rounds=10**9, patience=40, seeds=4)) < 10**6
    again, other = a_search()
    other.rounds(Allowance(rounds=10**9, patience=40, seeds=4))
    assert trips_of(again) == trips_of(state)


def test_a_value_that_is_enough_ends_it() -> None:
    built, _ = a_search()
    best, search = a_search()
    search.rounds(Allowance(rounds=500))
    assert best.value > built.value
    for seeds in (1, 3):
        state, search = a_search()
        goal = (built.value + best.value) / 2
        assert search.rounds(Allowance(rounds=500, enough=goal, seeds=seeds)) < 500
        assert state.value >= goal - 1e-6


def test_the_caller_is_asked_in_its_own_thread_and_its_exception_comes_out() -> None:
    threads = set()

    def fail(number: int, value: float) -> float:
        threads.add(threading.get_ident())
        if number > 0:
            raise RuntimeError("enough")
        return 0.0

    _, search = a_search()
    with pytest.raises(RuntimeError, match="enough"):
        search.rounds(Allowance(rounds=10**7, seeds=3, ask=fail))
    assert threads == {threading.get_ident()}
