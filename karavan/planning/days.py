"""
What the fleet's days can save at most, in the compiled core: a Lagrangian relaxation.

Every kind of vehicle gets the network that it may drive, with places at the end of a road drawn into visits from where
that road begins. The core prices needs, goods and hours at the wheel, finds each vehicle's best days over a grid of
time under these prices, and looks for the prices that leave least: whatever they are, no plan saves more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from karavan.domain.units import DAY_S, HOUR_S
from karavan.planning.engine._bound import Relaxed, most_saved
from karavan.planning.problem import Problem
from karavan.planning.travel import FAR, PathLeg, Spans

STEPS_S = (60, 90, 120, 180, 300)
LEAST_STEP_S = 30
MOST_WORK = 300_000_000
"""Roads and visits x slots x rounds: more is done only where the fewest rounds are more."""
UNLIMITED_WORK = 10**15
FINE_SHARE = 0.4
"""Of the work, for a finer grid at the end."""
COARSE_ROUNDS, FINE_ROUNDS = (150, 24), (40, 16)
"""Most and least rounds on the coarsest grid, and on a finer one, which is left out where it is too much work."""
MOST_STRAIGHT = 30
COARSE_H, FINE_H = (0.3, 0.02), (0.03, 0.01)
"""By how much a need's price moves in the first and in the last round on a grid, in hours of its waiting."""


@dataclass(slots=True)
class Asked:
    """
    A need in the relaxation.

    Attributes
    ----------
    most
        The share of it that may be handed over at all.
    earliest_s
        Before that nothing of it can be handed over.
    kinds
        For each kind of vehicle that could bring it on the last stretch, its work for the whole need.
    """

    weight: float
    since_s: int
    item: int
    place: int
    quantity: int
    most: float
    earliest_s: int
    kinds: dict[int, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Source:
    """
    Where an item comes from.

    Attributes
    ----------
    carriers, profiles
        Vehicles that suit it, and their profiles.
    ready
        Places of its pools, with the earliest moment at which it can leave each.
    loading
        Places where any vehicle may take it up: its pools, and where cargo changes vehicles.
    """

    carriers: frozenset[int]
    profiles: tuple[int, ...]
    ready: list[tuple[int, int]]
    loading: set[int]


@dataclass(slots=True)
class _Kind:
    """A kind of vehicle in the core's numbers; ``allowed`` are the spans of time that its arcs and visits refer to."""

    vehicles: list[int]
    driving_limit_s: float
    allowed: list[Spans]
    nodes: dict[int, int] = field(default_factory=dict)
    arcs: list[tuple[int, int, int, int]] = field(default_factory=list)
    lines: list[tuple[float, float, float]] = field(default_factory=list)
    visits: list[tuple[int, ...]] = field(default_factory=list)
    loads: list[tuple[int, int, int, int, float]] = field(default_factory=list)
    starts: list[tuple[int, int]] = field(default_factory=list)
    _number: dict[Spans, int] = field(default_factory=dict)

    def node(self, place: int) -> int:
        return self.nodes.setdefault(place, len(self.nodes))

    def when(self, spans: Spans | None) -> int:
        """The number of the spans of time in which the crew works and ``spans`` allow it; ``None``: any time."""
        if spans is None:
            return 0
        if spans not in self._number:
            self._number[spans] = len(self.allowed)
            both = ((max(a, c), min(b, d)) for a, b in self.allowed[0] for c, d in spans)
            self.allowed.append(tuple((a, b) for a, b in both if a < b))
        return self._number[spans]


def fleet_saves(problem: Problem, needs: list[Asked], sources: dict[int, Source], most: int) -> float | None:
    """
    Weighted person-hours that no fleet like this one saves more than; ``None``: the relaxation does not fit.

    It does not fit where stops are too close to each other for a grid of time, where many places are joined by straight
    lines instead of roads, and where it is more than ``most`` work.
    """
    if not most or (problem.network.straight and len(problem.network.stops) > MOST_STRAIGHT):
        return None
    kinds = _kinds(problem)
    apart = {problem.homes[v][0] for kind in kinds for v in kind.vehicles}
    apart = apart.union(*(source.loading for source in sources.values()))
    # What is asked for where vehicles load or live can be handed over without a drive: it is taken as served at once.
    free = sum(_saving(problem, need) for need in needs if need.place in apart)
    numbered = [need for need in needs if need.place not in apart]
    for kind in kinds:
        _fill(problem, kind, numbered, sources)
    kinds = [kind for kind in kinds if kind.visits]
    if not numbered or not kinds:
        return free
    stages = _stages(kinds, most)
    if stages is None:
        return None
    rows = [
        [float(n.item), n.weight / HOUR_S, float(n.since_s), float(n.earliest_s), float(n.quantity), n.most]
        for n in numbered
    ]
    relaxed = Relaxed(float(problem.horizon_s), rows, [_supply(problem, item) for item in range(len(problem.items))])
    for kind in kinds:
        relaxed.add_kind(
            len(kind.nodes),
            kind.driving_limit_s,
            [list(spans) for spans in kind.allowed],
            kind.arcs,
            kind.lines,
            kind.visits,
            kind.loads,
            kind.starts,
        )
    return free + float(most_saved(relaxed, stages))


def _saving(problem: Problem, need: Asked) -> float:
    hours = (problem.horizon_s - max(need.earliest_s, need.since_s)) / HOUR_S
    return need.weight * max(0.0, hours) * min(1.0, need.most)


def _supply(problem: Problem, item: int) -> list[tuple[float, float]]:
    """Moments at which some of an item comes in, with all that has come by then."""
    batches = sorted(
        (max(0, batch.available_s), batch.quantity)
        for pool in problem.pools
        if pool.item == item and pool.need is None
        for batch in pool.batches
    )
    total: dict[float, float] = {}
    come = 0
    for moment, quantity in batches:
        come += quantity
        total[float(moment)] = float(come)
    return list(total.items())


def _kinds(problem: Problem) -> list[_Kind]:
    groups: dict[object, _Kind] = {}
    for v, truck in enumerate(problem.vehicles):
        crew = problem.crews[v]
        if crew.spans:
            profile = problem.network.profile_of[v]
            hours = (tuple(crew.spans), crew.driving_limit_s, crew.rest_s)
            key = (profile, truck.payload_g, truck.compartments_cm3, truck.closed_body, truck.item_classes, hours)
            if key not in groups:
                spans = _joined(crew.spans)
                # Where crews change around the clock, the limit is that of a day.
                longest = max(b - a for a, b in spans)
                days = 1 if longest < DAY_S else longest // DAY_S + 2
                groups[key] = _Kind([], float(crew.driving_limit_s) * days, [spans])
            groups[key].vehicles.append(v)
    return list(groups.values())


def _joined(spans: Spans) -> Spans:
    """Spans that touch are one: around the clock work may lie across midnight."""
    result = [spans[0]]
    for a, b in spans[1:]:
        if a <= result[-1][1]:
            result[-1] = (result[-1][0], b)
        else:
            result.append((a, b))
    return tuple(result)


def _fill(problem: Problem, kind: _Kind, needs: list[Asked], sources: dict[int, Source]) -> None:
    """The network of a kind: loads, lines and visits, arcs, starts."""
    network, places = problem.network, problem.situation.places
    vehicle = kind.vehicles[0]
    truck = problem.vehicles[vehicle]
    ways = _ways(problem, network.profile_of[vehicle])
    homes = {problem.homes[v][0] for v in kind.vehicles}
    here = _reached(ways, homes)
    carried = [source.loading for source in sources.values() if vehicle in source.carriers]
    loading = {p for p in set().union(*carried) if p in here and truck.may_stop(places[p])}
    asked: dict[int, list[int]] = {}
    for number, need in enumerate(needs):
        if vehicle in sources[need.item].carriers and need.place in here and truck.may_stop(places[need.place]):
            asked.setdefault(need.place, []).append(number)
    out = _without_dead_ends({p: ways[p] for p in here}, homes | loading | set(asked))
    leaves = _leaves(out, asked)
    share = _mass_share(problem, vehicle, needs)
    for p, numbers in asked.items():
        first = len(kind.lines)
        kind.lines += [_line(problem, vehicle, number, needs[number], share) for number in numbers]
        _add_visits(problem, kind, out, p, leaves.get(p), (first, len(kind.lines)))
    for p, legs in out.items():
        for leg in legs if p not in leaves else ():
            if leg.destination not in leaves:
                joins = (kind.node(p), kind.node(leg.destination))
                kind.arcs.append((*joins, leg.drive_s, kind.when(_windows(problem, leg))))
    least_g = _least_mass(problem, needs, kind)
    for p in sorted(loading):
        full_s = least_g * HOUR_S / (places[p].handling_g_per_h or problem.situation.operation.rules.handling_g_per_h)
        _add_load(kind, p, (places[p].handling_fixed_s, kind.when(problem.opening[p]), full_s))
    kind.starts += [(kind.node(h), sum(problem.homes[v][0] == h for v in kind.vehicles)) for h in sorted(homes)]


def _ways(problem: Problem, profile: int) -> list[list[PathLeg]]:
    network = problem.network
    if not network.straight:
        return network.ways((profile,))
    result: list[list[PathLeg]] = [[] for _ in network.situation.places]
    for a, row in zip(network.stops, network.times[profile], strict=True):
        # Rows are estimates of legs that are rounded up one by one; a second less keeps the bound safe.
        there = zip(network.stops, row, strict=True)
        result[a] = [PathLeg(-1, a, b, max(0, t - 1)) for b, t in there if a != b and t < FAR]
    return result


def _windows(problem: Problem, leg: PathLeg) -> Spans | None:
    network = problem.network
    if leg.road < 0:
        return None
    soonest = network.convoys_from if network.roads[leg.road].convoy_only else 0
    if soonest:
        return tuple((max(a, soonest), b) for a, b in network.windows[leg.road] if b > soonest)
    return network.windows[leg.road] if network.restricted[leg.road] else None


def _reached(ways: list[list[PathLeg]], origins: Iterable[int]) -> set[int]:
    found = set(origins)
    todo = list(found)
    while todo:
        for leg in ways[todo.pop()]:
            if leg.destination not in found:
                found.add(leg.destination)
                todo.append(leg.destination)
    return found


def _without_dead_ends(ways: dict[int, list[PathLeg]], kept: set[int]) -> dict[int, list[PathLeg]]:
    """The ways without places at the end of a road where nothing is to be done."""
    out = {p: list(legs) for p, legs in ways.items()}
    around: dict[int, set[int]] = {p: set() for p in out}
    for p, legs in out.items():
        for leg in legs:
            around[p].add(leg.destination)
            around[leg.destination].add(p)
    ends = [p for p in sorted(out) if p not in kept and len(around[p]) <= 1]
    while ends:
        p = ends.pop()
        for q in around.pop(p):
            around[q].discard(p)
            out[q] = [leg for leg in out[q] if leg.destination != p]
            if q not in kept and len(around[q]) == 1:
                ends.append(q)
        del out[p]
    return out


def _leaves(out: dict[int, list[PathLeg]], asked: Iterable[int]) -> dict[int, int]:
    """Places to which one road leads both ways, and nothing else, with where it begins; no two of them in a row."""
    into: dict[int, list[int]] = {p: [] for p in out}
    for p, legs in out.items():
        for leg in legs:
            into[leg.destination].append(p)
    served = set(asked)
    return {
        p: into[p][0]
        for p in asked
        if len(into[p]) == 1 and [leg.destination for leg in out[p]] == into[p] and into[p][0] not in served
    }


def _mass_share(problem: Problem, vehicle: int, needs: list[Asked]) -> float:
    """How much of a load is measured by mass, the rest by volume: any share is valid, the scarcer one is best."""
    truck = problem.vehicles[vehicle]
    mass = sum(need.quantity * problem.items[need.item].mass_g for need in needs) / truck.payload_g
    volume = sum(need.quantity * problem.items[need.item].volume_cm3 for need in needs) / max(1, truck.volume_cm3)
    return 1.0 if mass >= volume else 0.0


def _add_load(kind: _Kind, place: int, load: tuple[int, int, float]) -> None:
    """After it the vehicle is at the place's twin, whose ways are the same: it loads no more before it leaves."""
    here, twin = kind.node(place), kind.node(~place)
    kind.arcs += [(twin, *arc[1:]) for arc in kind.arcs if arc[0] == here]  # type: ignore[misc]
    kind.visits += [(twin, *visit[1:]) for visit in kind.visits if visit[0] == here]
    kind.loads.append((here, twin, *load))


def _least_mass(problem: Problem, needs: list[Asked], kind: _Kind) -> float:
    """Grams of a full load at least: of the lightest goods that fill it."""
    masses = [
        needs[int(number)].quantity * problem.items[needs[int(number)].item].mass_g / load
        for number, _, load in kind.lines
    ]
    return min(masses, default=0.0)


def _line(problem: Problem, vehicle: int, number: int, need: Asked, share: float) -> tuple[float, float, float]:
    truck, goods = problem.vehicles[vehicle], problem.items[need.item]
    place = problem.situation.places[need.place]
    rate = place.handling_g_per_h or problem.situation.operation.rules.handling_g_per_h
    by_mass, by_volume = goods.mass_g / truck.payload_g, goods.volume_cm3 / max(1, truck.volume_cm3)
    load = need.quantity * (share * by_mass + (1 - share) * by_volume)
    return float(number), max(1e-3, need.quantity * goods.mass_g * HOUR_S / rate), max(1e-9, load)


def _add_visits(
    problem: Problem,
    kind: _Kind,
    out: dict[int, list[PathLeg]],
    place: int,
    before: int | None,
    lines: tuple[int, int],
) -> None:
    """One visit there and back where one road leads to the place; else one for each road that leaves it."""
    fixed_s, opening = problem.situation.places[place].handling_fixed_s, kind.when(problem.opening[place])
    if before is not None:
        forth = next(leg for leg in out[before] if leg.destination == place)
        back = out[place][0]
        allowed = (kind.when(_windows(problem, forth)), opening, kind.when(_windows(problem, back)))
        node = kind.node(before)
        kind.visits.append((node, node, forth.drive_s, fixed_s, back.drive_s, *allowed, *lines))
        return
    for leg in out[place]:
        allowed = (0, opening, kind.when(_windows(problem, leg)))
        ends = (kind.node(place), kind.node(leg.destination))
        kind.visits.append((*ends, 0, fixed_s, leg.drive_s, *allowed, *lines))


def _stages(kinds: list[_Kind], most_work: int) -> list[tuple[int, int, float, float]] | None:
    """
    Rounds of the search for prices and the grid of time: the finer the smaller the situation; ``None``: too much.

    A visit that takes no step of the grid would cost nothing and could be made without end.
    """
    shortest = min(visit[2] + visit[3] + visit[4] for kind in kinds for visit in kind.visits)
    if shortest < LEAST_STEP_S:
        return None
    steps = [step for step in STEPS_S if step <= shortest] or [shortest]

    def work(step: int) -> int:
        return sum(
            sum(-(-(b - a) // step) for a, b in kind.allowed[0]) * (len(kind.arcs) + 2 * len(kind.visits))
            for kind in kinds
        )

    most, least = FINE_ROUNDS
    wanted = min(most_work, MOST_WORK)
    fine = [(min(most, int(FINE_SHARE * wanted) // max(1, work(step))), step) for step in steps[:-1]]
    fine = [(rounds, step) for rounds, step in fine if rounds >= least][:1]
    most, least = COARSE_ROUNDS
    rounds = int((1 - FINE_SHARE if fine else 1) * wanted) // max(1, work(steps[-1]))
    if rounds < least and least * work(steps[-1]) > most_work:
        return None
    return [(max(least, min(most, rounds)), steps[-1], *COARSE_H), *((n, step, *FINE_H) for n, step in fine)]
