"""The compiled search: the same again from the same seed, beside other threads, and ended from outside."""

from __future__ import annotations

import threading
import time

from karavan.planning.search import Allowance, Random, Search, State
from tests.engine.test_relief_model import searched
from tests.planning.small import an_empty_state
from tests.properties.worlds import a_world

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
