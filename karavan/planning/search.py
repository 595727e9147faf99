"""The plan being built and its search, both compiled (see engine/README.md): here they learn what is to be planned."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from karavan.domain.plans import Handling
from karavan.planning.engine import _relief
from karavan.planning.engine._relief import NOTABLE_S, Random, Schedule, Start, Trip
from karavan.planning.problem import Pool, Problem, Task
from karavan.planning.travel import Clock

__all__ = ["NOTABLE_S", "Allowance", "Random", "Schedule", "Search", "Start", "State", "Trip", "empty_state"]


@dataclass(frozen=True, slots=True)
class Allowance:
    """
    What a search may spend, in all its stages.

    Attributes
    ----------
    rounds, patience
        Rounds in all, and rounds without any improvement; ``None``: no limit.
    ask
        Called many times a second with the round and the best value so far: the share of the time that is spent, 1 to
        end the search now.
    enough
        A value at which the plan is good enough.
    seeds
        Searches side by side, in a thread each, that share their best plan from time to time. Each has all the rounds.
    """

    rounds: int | None = None
    patience: int | None = None
    ask: Callable[[int, float], float] | None = None
    enough: float = math.inf
    seeds: int = 1


class State(_relief.State):
    """
    The plan being built.

    Attributes
    ----------
    fixed
        Leading trips of each vehicle that may not be changed: dispatched, or feeding a later stage.
    left, used
        What of each task is not carried yet, and what of each pool is taken.
    aboard
        For a dispatched vehicle the exact goods of each visit of its first trip, which is loaded already.
    change_cost, promised
        When planning again: what a change costs; and for each task what the plan before would bring.
    """

    def __init__(self, problem: Problem, hours: bool) -> None:
        super().__init__(problem.world, hours, _starts(problem))
        self.problem = problem
        self.aboard: dict[int, tuple[tuple[Handling, ...], ...]] = {}
        self.convoy_min = problem.situation.operation.rules.convoy_min
        self._tasks: list[Task] = []
        self._pools: list[Pool] = []
        self._sets: dict[frozenset[int], _relief.Vehicles] = {}
        self._needs = {need.code: number for number, need in enumerate(problem.needs)}
        self.tell()
        self.left = [task.limit for task in problem.tasks]
        self.used = [0] * len(problem.pools)

    def tell(self) -> None:
        """Say everything again: what has been changed in place is not noticed by itself."""
        self._tasks, self._pools = [], []
        self._catch_up()
        for vehicle, crew in enumerate(self.problem.crews):
            self.set_crew(vehicle, crew)
        self.barred = self.problem.barred
        self.refresh()

    @property
    def value(self) -> float:
        """Weighted person-hours gained over delivering nothing, less cost, lone convoys and changes."""
        for number, task in enumerate(self.problem.tasks):
            self.set_limit(number, task.limit)
        self.refresh()
        return self.total()

    def remember(self, before: dict[str, dict[int, list[int]]]) -> None:
        """For each need the vehicles that brought it in the plan before, and when each did."""
        self.set_before(
            [
                (self._number_of(code), vehicle, moments)
                for code, brought in before.items()
                for vehicle, moments in brought.items()
            ]
        )

    def schedule(self, vehicle: int, trips: Sequence[Trip], first: int) -> Schedule | None:
        """The trips by the clock, those before ``first`` as they are committed; ``None``: some rule cannot be kept."""
        self._catch_up()
        return self.timed(vehicle, list(trips), first)

    def commit(self, vehicle: int, trips: Sequence[Trip], times: Schedule) -> None:
        """Replace a vehicle's trips and everything that is counted from them."""
        self._catch_up()
        self.put(vehicle, list(trips), times)

    def make_trip(self, vehicle: int, source: int, visits: Iterable[tuple[int, int]]) -> Trip | None:
        """The trip with its load packed; ``None``: it does not fit."""
        self._catch_up()
        return self.packed_trip(vehicle, source, list(visits))

    def mend_convoys(self) -> None:
        """Leave no convoy below its smallest size."""
        self._catch_up()
        self.mend()
        self.problem.barred |= self.barred

    def send_by_hand(self, late: Callable[[], bool] = lambda: False) -> None:
        """Fill whatever vehicle is free first at the nearest store for the places nearest to it, until none can go."""
        self._catch_up()
        self.send_all(late)

    def _catch_up(self) -> None:
        """Tasks and pools that were added, or taken off the end, since it was told last."""
        tasks, pools = self.problem.tasks, self.problem.pools
        while self._tasks and (len(self._tasks) > len(tasks) or self._tasks[-1] is not tasks[len(self._tasks) - 1]):
            self._tasks.pop()
        if len(self._tasks) < len(tasks):
            self.set_task_count(len(self._tasks))
        for number in range(len(self._pools), len(pools)):
            pool = pools[number]
            self.set_pool(number, pool.place, pool.item, pool.simple, pool.total, batches_of(pool))
            self._pools.append(pool)
        for number in range(len(self._tasks), len(tasks)):
            self._tell_task(number, tasks[number])
            self._tasks.append(tasks[number])

    def _tell_task(self, number: int, task: Task) -> None:
        self.set_task(
            number,
            self._number_of(task.need.code),
            task.item,
            task.place,
            task.final,
            task.limit,
            task.need.quantity,
            task.life_s,
            task.since_s,
            task.unit_weight,
            [(place, pool, self._vehicles(task.carriers[place])) for place, pool in task.pools.items()],
            self._vehicles(task.vehicles),
        )

    def _number_of(self, code: str) -> int:
        return self._needs.setdefault(code, len(self._needs))

    def _vehicles(self, among: frozenset[int]) -> _relief.Vehicles:
        if among not in self._sets:
            self._sets[among] = _relief.Vehicles(sorted(among), len(self.problem.vehicles))
        return self._sets[among]


def empty_state(problem: Problem, *, hours: bool = True) -> State:
    """
    No trip yet; every vehicle at home, free from the moment its crew works.

    Parameters
    ----------
    hours
        Whether an hour earlier is better; else every unit delivered counts alike and cost decides the rest.
    """
    return State(problem, hours)


def batches_of(pool: Pool) -> list[tuple[int, int, int]]:
    """Quantity, from when, until when."""
    return [(batch.quantity, batch.available_s, batch.expiry_s) for batch in pool.batches]


def _starts(problem: Problem) -> list[Start]:
    starts = []
    for vehicle, truck in enumerate(problem.vehicles):
        spans = problem.crews[vehicle].spans
        soiled = 0
        if truck.previous_load and truck.cleaned_on is None:
            soiled = 1 << problem.classes.index(truck.previous_load)
        held = [soiled] * len(truck.compartments_cm3)
        starts.append(Start(Clock(spans[0][0] if spans else 0), problem.homes[vehicle][0], held))
    return starts


class Search(_relief.Search):
    """
    Improves a state in place.

    Parameters
    ----------
    state
        Where to start; it is completed by best insertion first.
    random
        The only source of chance.
    """

    def __init__(self, state: State, random: Random) -> None:
        state.tell()
        super().__init__(state, random, _twins(state))
        self._state = state

    def build(self, late: Callable[[], bool] = lambda: False, tell: Callable[[int], None] = lambda done: None) -> None:
        """Put every task in, those first whose waiting weighs most for the time they take; ``tell`` how many are in."""

        def asked(done: int) -> bool:
            tell(done)
            return late()

        self.build_until(asked)
        self._state.problem.barred |= self._state.barred

    def rounds(self, allowance: Allowance, begun: int = 0, stage: float = 1.0) -> int:
        """
        Ruin and recreate until ``stage``, a share of the allowance, is spent; the state is then the best that was seen.

        A plan with a convoy below its smallest size is a step on the way and never the best: mending it could cost more
        than all that was gained. The value told on the way leaves out what is only on its way.

        Returns
        -------
        int
            Rounds run with one seed, without those that had ``begun`` before.
        """
        ask = allowance.ask
        done = self.run(
            -1 if allowance.rounds is None else allowance.rounds,
            begun,
            stage,
            -1 if allowance.patience is None else allowance.patience,
            allowance.enough,
            allowance.seeds,
            None if ask is None else lambda number, value: ask(begun + number, value),
        )
        if ask is not None:
            ask(begun + done, self._state.total() - self._state.on_the_way)
        return done


def _twins(state: State) -> list[int]:
    """For each vehicle the first one that is just like it, at the start too."""
    kinds: dict[object, int] = {}
    return [
        kinds.setdefault((replace(truck, plate="", driver="", phone=""), _at(state.start(v))), v)
        for v, truck in enumerate(state.problem.vehicles)
    ]


def _at(start: Start) -> tuple[object, ...]:
    clock = start.clock
    return (start.place, start.held, clock.time, clock.stood_since, clock.since_break_s, clock.span, clock.driven_s)
