"""``plan``: the same again, Ctrl-C, progress, and situations in which there is nothing to plan."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from karavan.domain.check import check
from karavan.domain.planfile import plan_to_json
from karavan.domain.situation import Situation
from karavan.planning import Progress, Stage, plan
from karavan.planning.budget import Budget, seeds_at_once
from tests.cast import a_flour_situation, a_situation, with_vehicle
from tests.planning.small import a_relay_situation, given, planned
from tests.properties.worlds import a_convoy_world, a_relay_world, a_world

ROOT = Path(__file__).parents[2]
PRINT = """
import sys
from karavan.domain.planfile import plan_to_json
from karavan.planning import plan
from tests.properties.worlds import a_relay_world, a_world
worlds = [make(seed) for make in (a_world, a_relay_world) for seed in (2, 6)]
sys.stdout.write("".join(plan_to_json(plan(world, seed=3, rounds=12)) for world in worlds))
"""


def test_same_situation_seed_and_rounds_same_bytes_in_any_process() -> None:
    texts = set()
    for hash_seed in ("0", "1", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
        made = subprocess.run([sys.executable, "-c", PRINT], env=environment, cwd=ROOT, capture_output=True, check=True)
        texts.add(made.stdout)
    here = "".join(
        plan_to_json(plan(make(seed), seed=3, rounds=12)) for make in (a_world, a_relay_world) for seed in (2, 6)
    )
    assert texts == {here.encode()}
    assert len(here) > 10_000


def test_no_rounds_is_a_plan_already() -> None:
    made = plan(a_situation(), rounds=0)
    assert check(a_situation(), made) == ()
    assert made.rounds == 0
    assert made.value.delivered_permille == 1000


def test_no_time_is_a_plan_already() -> None:
    made = plan(a_situation(), limit_s=0)
    assert check(a_situation(), made) == ()
    assert made.value.delivered_permille == 1000


def test_a_time_limit_is_kept() -> None:
    begun = time.monotonic()
    made = plan(a_situation(), limit_s=3)
    assert time.monotonic() - begun < 30
    assert made.rounds > 0


def test_more_rounds_are_never_worse_for_the_same_seed() -> None:
    for seed in range(6):
        situation = a_world(seed)
        few, many = (plan(situation, rounds=n, seed=1) for n in (0, 60))
        assert many.value.waiting_person_h <= few.value.waiting_person_h * 1.001 + 1e-6


@pytest.mark.parametrize(
    "situation",
    [
        a_situation(vehicles=()),
        a_situation(requests=()),
        a_situation(roads=()),
        a_situation(stock=(), production=()),
        a_situation(vehicles=(), requests=(), roads=(), stock=(), production=(), items=(), kits=(), segregation=()),
    ],
    ids=["no vehicles", "no requests", "no roads", "no goods", "nothing"],
)
def test_nothing_to_plan_with(situation: Situation) -> None:
    made = plan(situation, rounds=5)
    assert made.journeys == ()
    assert check(situation, made) == ()
    assert all(line.reasons for line in made.unserved)


def ticks(situation: Situation, rounds: int = 25) -> list[Progress]:
    seen: list[Progress] = []
    plan(situation, rounds=rounds, seed=2, progress=seen.append)
    return seen


@pytest.mark.parametrize("seed", range(6))
def test_progress_only_goes_up(seed: int) -> None:
    seen = ticks(a_world(seed))
    assert [it.value for it in seen] == sorted((it.value for it in seen), reverse=True)
    assert [it.elapsed_s for it in seen] == sorted(it.elapsed_s for it in seen)


@pytest.mark.parametrize("make", [a_world, a_relay_world, a_convoy_world])
def test_progress_never_claims_more_than_is_possible(make) -> None:
    known = [it for seed in range(5) for it in ticks(make(seed), 8) if it.bound is not None]
    assert known
    assert all(it.value >= it.bound * (1 - 1e-9) - 1e-6 for it in known)


def test_progress_ends_at_what_the_plan_is_worth() -> None:
    seen: list[Progress] = []
    situation = a_flour_situation()
    made = plan(situation, rounds=10, progress=seen.append)
    assert seen[-1].value == pytest.approx(made.value.waiting_person_h, rel=0.01)
    assert seen[-1].rounds == 10


def test_ctrl_c_keeps_the_best_so_far() -> None:
    """The first one ends the search, and the handler that was there before is there again."""
    before = signal.getsignal(signal.SIGINT)
    pressed: list[int] = []

    def interrupt(at: Progress) -> None:
        if at.round and not pressed:
            pressed.append(at.round)
            signal.raise_signal(signal.SIGINT)

    situation = a_situation()
    made = plan(situation, limit_s=60, progress=interrupt)
    assert made.rounds == pressed[0]
    assert check(situation, made) == ()
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_in_the_first_plan_keeps_what_is_in_it() -> None:
    """One line is in when somebody presses Ctrl-C: that is a plan, nothing is searched, the rest has its reasons."""
    seen: list[Progress] = []

    def interrupt(at: Progress) -> None:
        seen.append(at)
        if at.stage is Stage.FIRST_PLAN and at.total:
            time.sleep(0.03)  # asked fifty times a second at most: so it is asked before every line
            if at.done == 1:
                signal.raise_signal(signal.SIGINT)

    situation = a_situation()
    made = plan(situation, rounds=500, progress=interrupt)
    assert made.rounds == 0
    assert made.journeys
    assert made.bound_person_h is None
    first = [at for at in seen if at.stage is Stage.FIRST_PLAN]
    assert max(at.done for at in first) == 1 < max(at.total for at in first)
    assert all(line.reasons for line in made.unserved)
    assert check(situation, made) == ()


@pytest.mark.parametrize("stage", [Stage.ROADS, Stage.SHARES])
def test_ctrl_c_before_there_is_a_plan_ends_without_one(stage: Stage) -> None:
    def interrupt(at: Progress) -> None:
        if at.stage is stage:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        plan(a_situation(), rounds=500, progress=interrupt)


def test_stages_come_in_their_order() -> None:
    seen = [at.stage for at in ticks(a_world(6), rounds=300)]
    assert list(dict.fromkeys(seen)) == list(Stage)
    assert seen == sorted(seen, key=list(Stage).index)


def test_progress_says_the_pace_of_the_search() -> None:
    seen = [at for at in ticks(a_world(6), rounds=3_000) if at.round]
    assert all(at.rounds_per_s > 0 for at in seen)
    assert all(at.value == math.inf for at in ticks(a_world(6)) if at.stage is Stage.ROADS)


def test_a_gap_is_a_share_of_the_value() -> None:
    def at(value: float, bound: float | None) -> Progress:
        return Progress(1, None, 1.0, 10.0, value, bound)

    assert at(200.0, 150.0).gap == 0.25
    assert at(200.0, 300.0).gap == 0.0
    assert at(0.002, 0.0).gap == 0.0
    assert at(200.0, None).gap is at(math.inf, 100.0).gap is None


def test_a_small_enough_gap_ends_the_search() -> None:
    """World 6 begins a third above its bound, and no plan is known that is less than 31 % above it."""
    world = a_world(6)
    first, last = ticks(world, 2_000)[-1], plan(world, rounds=2_000, gap=0.0, seed=2)
    assert last.rounds == 2_000
    assert plan(world, rounds=2_000, gap=0.5, seed=2).rounds == 0
    between = plan(world, rounds=2_000, gap=0.32, seed=2)
    assert 0 < between.rounds < 2_000
    assert between.bound_person_h is not None
    assert 1 - between.bound_person_h / between.value.waiting_person_h <= 0.32
    assert first.gap is not None
    assert 0.31 < first.gap < 0.32


def test_rounds_and_seconds_together_end_at_the_first_of_them() -> None:
    assert plan(a_world(6), rounds=5, limit_s=600.0).rounds == 5
    assert plan(a_world(6), rounds=10**9, limit_s=0.2).rounds < 10**9


@pytest.mark.parametrize("more", [{"gap": 1.0}, {"gap": -0.1}, {"seeds": 0}])
def test_what_makes_no_sense_is_refused(more: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"at least one seed|a gap is a share"):
        plan(a_situation(), rounds=1, **more)  # type: ignore[arg-type]


def test_how_many_seeds_depends_on_the_machine_only_where_time_decides() -> None:
    def seeds(**asked: float | None) -> int:
        return Budget(**{"rounds": None, "limit_s": None, **asked}).seeds  # type: ignore[arg-type]

    assert seeds() == seeds(rounds=100) == seeds(rounds=100, limit_s=10.0) == 1
    assert seeds(limit_s=10.0) == seeds_at_once() <= 8
    assert seeds(limit_s=10.0, seeds=3) == seeds(rounds=100, seeds=3) == 3


@pytest.mark.parametrize("make", [a_world, a_relay_world, a_convoy_world])
def test_several_seeds_keep_every_rule_and_give_the_same_plan_again(make) -> None:
    for number in range(4):
        world = make(number)
        made = plan(world, rounds=60, seeds=3, seed=number)
        assert check(world, made) == ()
        assert plan_to_json(made) == plan_to_json(plan(world, rounds=60, seeds=3, seed=number))


def test_ctrl_c_twice_ends_the_program() -> None:
    def interrupt(at: Progress) -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        plan(a_situation(), limit_s=60, progress=interrupt)


def test_fairness_is_before_speed() -> None:
    """Two requests, half the flour: each gets half of its need, though all for one of them would be quicker."""
    world = a_flour_situation(8_000)
    requests = (
        *world.requests,
        replace(world.requests[0], number="REQ-2", lines=(replace(world.requests[0].lines[0], request="REQ-2"),)),
    )
    world = replace(world, requests=requests, stock=(replace(world.stock[0], quantity=8_000),))
    made = planned(world)
    assert given(made, "REQ-1/1") == given(made, "REQ-2/1") == 4_000
    assert [share.shares for share in made.shares] == [(("REQ-1/1", 4_000), ("REQ-2/1", 4_000))]


def test_a_share_that_one_cannot_use_goes_to_the_other() -> None:
    """T2, the only one that may enter the far side, carries a ton a trip and has time for one: the rest is for KHN."""
    world = a_relay_situation()
    world = with_vehicle(world, "T2", payload_g=1_000_000, available_until=world.operation.start)
    made = planned(world)
    assert check(world, made) == ()


def test_the_plan_says_where_the_roads_come_from() -> None:
    assert str(planned(a_situation()).road_source) == "roads from the road sheet"


def test_progress_counts_the_lines_that_have_their_reasons() -> None:
    seen: list[Progress] = []
    situation = a_flour_situation(stock=())
    made = plan(situation, rounds=1, progress=seen.append)
    reasons = [(now.done, now.total) for now in seen if now.stage is Stage.REASONS]
    assert reasons == [(0, 0), (1, 1)]
    assert len(made.unserved) == 1
