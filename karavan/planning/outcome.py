"""BRIDGE out: schedules become journeys, loads with their lots, convoys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from karavan.domain.plans import Convoy, Handling, Journey, Leg, Stop
from karavan.planning.engine._relief import StopTime, Trip, allot
from karavan.planning.problem import Batch, Problem
from karavan.planning.search import State, batches_of
from karavan.planning.travel import FAR

Piece = tuple[str, str, int, int]
"""Lot code, place of the lot, quantity, compartment."""

Draw = tuple[int, int, int, int]
"""Moment of loading, moment until which the goods must last, quantity, task."""


NEW_CONVOY = "?"
"""Stands for the code of a convoy until all convoys are known."""


@dataclass(frozen=True, slots=True)
class History:
    """
    What a vehicle has already done when a plan is made anew.

    Attributes
    ----------
    journeys
        Journeys that are over.
    under_way
        The one that is not, cut where it is now.
    """

    journeys: tuple[Journey, ...] = ()
    under_way: Journey | None = None


def journeys_and_convoys(
    state: State, history: Mapping[int, History] | None = None
) -> tuple[tuple[Journey, ...], tuple[Convoy, ...]]:
    """The journeys of all vehicles, numbered by departure, and the convoys they form."""
    history = history or {}
    lots = lots_of_draws(state)
    drafts: list[tuple[datetime, int, int, Journey, bool]] = []
    for vehicle in range(len(state.problem.vehicles)):
        past = history.get(vehicle, History())
        made = [*past.journeys, *_journeys(state, vehicle, lots, past)]
        for number, journey in enumerate(made):
            drafts.append((departure(journey), vehicle, number, journey, bool(journey.code)))
    taken = {journey.code for *_, journey, named in drafts if named}
    numbers = (code for code in (f"J-{n:03d}" for n in range(1, 10**6)) if code not in taken)
    journeys = []
    for *_, journey, named in sorted(drafts, key=lambda draft: draft[:3]):
        code = journey.code if named else next(numbers)
        journeys.append(replace(journey, code=code))
    return form_convoys(state.problem, tuple(journeys))


def departure(journey: Journey) -> datetime:
    return min([journey.stops[0].start, *(leg.depart for stop in journey.stops for leg in stop.legs)])


Owner = tuple[int, int, int]
"""Vehicle, trip, draw."""


Allotment = dict[Owner, list[tuple[str, str, int]]]


def lots_of_draws(state: State) -> Allotment:
    """
    For each draw the lots it takes ``[(lot, its place, quantity), ...]``: in the order of loading, first expiry first.

    Pools that are fed by an earlier stage come after those that feed them; their goods keep the lots they came with.
    """
    lots, over = _allotted(state)
    if over is not None:
        raise AssertionError(f"pool {over} is overdrawn: the search broke its own rule")
    return lots


def overdrawn(state: State) -> int | None:
    """The first pool that does not cover what is drawn from it: what was to fill it came late, or does not come."""
    return _allotted(state)[1]


def _allotted(state: State) -> tuple[Allotment, int | None]:
    draws: dict[int, list[Draw]] = defaultdict(list)
    owners: dict[int, list[Owner]] = defaultdict(list)
    for vehicle, times in enumerate(state.times):
        for k, part in enumerate(times.trips):
            for i, (drawn, draw) in enumerate(part.draws):
                draws[drawn].append(draw)
                owners[drawn].append((vehicle, k, i))
    result: Allotment = {
        (vehicle, 0, i): [(part.lot, part.lot_place, part.quantity) for part in parts]
        for vehicle, aboard in state.aboard.items()
        for i, parts in enumerate(aboard)
    }
    ends = _last_hand_overs(state)
    feeding = find_feeding(state)
    for number in sorted(draws):
        pool = state.problem.pools[number]
        if pool.feeder is not None:
            pool = replace(pool, batches=(*pool.put_down, *fed_batches(state, pool.feeder, feeding, result)))
        step = state.problem.items[pool.item].step
        batches = batches_of(pool)
        shares = allot(batches, step, [_known(state, ends, draw) for draw in draws[number]]) or allot(
            batches, step, draws[number]
        )
        if shares is None:
            return result, number
        for owner, share in zip(owners[number], shares, strict=True):
            result[owner] = [(pool.batches[b].code, pool.batches[b].lot_place, q) for b, q in share]
    return result, None


def _last_hand_overs(state: State) -> dict[str, int]:
    """For each need when the last of it is handed over."""
    ends: dict[str, int] = {}
    for trips, times in zip(state.trips, state.times, strict=True):
        for trip, part in zip(trips, times.trips, strict=True):
            for stop in part.stops:
                for number, _ in trip.visits[stop.first : stop.last]:
                    task = state.problem.tasks[number]
                    if task.final:
                        ends[task.need.code] = max(ends.get(task.need.code, 0), stop.end)
    return ends


def _known(state: State, ends: dict[str, int], draw: Draw) -> Draw:
    """A draw for goods that are carried on: until when they must last was a guess, and is known now."""
    moment, lasts_until, quantity, number = draw
    task = state.problem.tasks[number]
    if not task.final and task.need.code in ends:
        lasts_until = ends[task.need.code] + state.problem.items[task.item].remaining_life_s
    return moment, lasts_until, quantity, number


@dataclass(frozen=True, slots=True)
class Feeding:
    """
    What is put down for somebody to carry on.

    Attributes
    ----------
    visits
        For each task that is carried on its visits, each with the moment of its end.
    expiry_s
        By item, the lot's place and its code.
    """

    visits: dict[int, list[tuple[Owner, int]]]
    expiry_s: dict[tuple[int, str, str], int]


def find_feeding(state: State) -> Feeding:
    """All visits that put goods down for somebody to carry on."""
    problem = state.problem
    visits: dict[int, list[tuple[Owner, int]]] = {n: [] for n, task in enumerate(problem.tasks) if not task.final}
    if not visits:
        return Feeding({}, {})
    for vehicle, (trips, times) in enumerate(zip(state.trips, state.times, strict=True)):
        for k, (trip, part) in enumerate(zip(trips, times.trips, strict=True)):
            tasks = [number for number, _ in trip.visits]
            if visits.keys().isdisjoint(tasks):
                continue
            for stop in part.stops:
                for i in range(stop.first, stop.last):
                    if tasks[i] in visits:
                        visits[tasks[i]].append(((vehicle, k, i), stop.end))
    expiry_s = {(p.item, batch.lot_place, batch.code): batch.expiry_s for p in problem.pools for batch in p.batches}
    return Feeding(visits, expiry_s)


def fed_batches(state: State, task: int, feeding: Feeding, lots: Allotment) -> list[Batch]:
    """What the visits of a feeding task put down, lot by lot, from when."""
    item, expiry_s = state.problem.tasks[task].item, feeding.expiry_s
    return [
        Batch(code, place, quantity, end, expiry_s.get((item, place, code), FAR))
        for owner, end in feeding.visits[task]
        for code, place, quantity in lots[owner]
    ]


def _journeys(
    state: State,
    vehicle: int,
    lots: Allotment,
    past: History,
) -> list[Journey]:
    trips, times = state.trips[vehicle], state.times[vehicle]
    plate = state.problem.vehicles[vehicle].plate
    result: list[Journey] = []
    if past.under_way is not None and not (trips and trips[0].source < 0):
        result.append(past.under_way)
    for k, (trip, part) in enumerate(zip(trips, times.trips, strict=True)):
        if trip.source < 0 and past.under_way is not None:
            head = past.under_way
            stops = [_stop(state.problem, vehicle, s, ()) for s in part.stops]
            aboard = state.aboard.get(vehicle, ())
            stops = [
                replace(stop, unloads=sum(aboard[s.first : s.last], ()))
                for stop, s in zip(stops, part.stops, strict=True)
            ]
            result.append(replace(head, stops=_joined(head.stops, stops), frozen=True))
            continue
        pieces = [_pieces(lots[vehicle, k, i], trip.packing.pieces[i]) for i in range(len(trip.visits))]
        result.append(Journey(code="", vehicle=plate, stops=_stops(state, vehicle, trip, part.stops, pieces)))
    if times.home and times.home.stops and result:
        home = _stop(state.problem, vehicle, times.home.stops[0], ())
        last = result[-1]
        result[-1] = replace(last, stops=_joined(last.stops, [home]))
    return result


def _joined(before: tuple[Stop, ...], after: list[Stop]) -> tuple[Stop, ...]:
    """A journey cut on its way and its rest: where nothing is done at the cut, it is no stop."""
    if before and after and not (before[-1].loads or before[-1].unloads or before[-1].clean):
        cut = before[-1]
        arrive = after[0].arrive if after[0].legs else cut.arrive
        return (*before[:-1], replace(after[0], arrive=arrive, legs=(*cut.legs, *after[0].legs)), *after[1:])
    return (*before, *after)


def _pieces(lots: list[tuple[str, str, int]], rooms: tuple[tuple[int, int], ...]) -> list[Piece]:
    """Cut a visit's quantity along both its lots and its compartments."""
    result: list[Piece] = []
    rest = [quantity for _, quantity in rooms]
    room = 0
    for lot, place, quantity in lots:
        while quantity and room < len(rooms):
            part = min(quantity, rest[room])
            if part:
                result.append((lot, place, part, rooms[room][0]))
            quantity -= part
            rest[room] -= part
            room += not rest[room]
    return result


def _stops(
    state: State, vehicle: int, trip: Trip, times: list[StopTime], pieces: list[list[Piece]]
) -> tuple[Stop, ...]:
    problem = state.problem
    handlings = []
    for (task, _), parts in zip(trip.visits, pieces, strict=True):
        need = problem.tasks[task].need
        handlings.append(
            tuple(
                Handling(need=need.code, item=need.item, lot=lot, lot_place=place, quantity=q, compartment=room)
                for lot, place, q, room in parts
            )
        )
    return tuple(
        _stop(
            problem,
            vehicle,
            stop,
            sum(reversed(handlings), ()) if stop.loading else sum(handlings[stop.first : stop.last], ()),
        )
        for stop in times
    )


def _stop(problem: Problem, vehicle: int, times: StopTime, goods: tuple[Handling, ...]) -> Stop:
    return Stop(
        place=problem.situation.places[times.place].code,
        arrive=_moment(problem, times.arrive),
        start=_moment(problem, times.start),
        end=_moment(problem, times.end),
        legs=_legs(problem, vehicle, times),
        loads=goods if times.loading else (),
        unloads=() if times.loading else goods,
        clean=times.clean,
    )


def _legs(problem: Problem, vehicle: int, times: StopTime) -> tuple[Leg, ...]:
    places, network = problem.situation.places, problem.network
    return tuple(
        Leg(
            road=network.road_code(leg),
            origin=places[leg.origin].code,
            destination=places[leg.destination].code,
            depart=_moment(problem, depart),
            arrive=_moment(problem, arrive),
            convoy=NEW_CONVOY if in_convoy else "",
        )
        for leg, depart, arrive, in_convoy in network.core.driven(problem.crews[vehicle], times)
    )


def _moment(problem: Problem, second: int) -> datetime:
    return problem.situation.operation.start + timedelta(seconds=second)


def form_convoys(problem: Problem, journeys: tuple[Journey, ...]) -> tuple[tuple[Journey, ...], tuple[Convoy, ...]]:
    """
    Give every run of legs that are for convoys its convoy: journeys that enter the same roads at the same moment.

    The slowest vehicle marches first, so that nobody is left behind; where a convoy needs a leader it is that one.
    """
    groups: dict[tuple, list[tuple[int, int, int, int]]] = {}
    for number, journey in enumerate(journeys):
        for i, stop in enumerate(journey.stops):
            for first, last in _runs(stop.legs):
                run = stop.legs[first:last]
                key = (run[0].depart, tuple((leg.road, leg.origin, leg.depart, leg.arrive) for leg in run))
                groups.setdefault(key, []).append((number, i, first, last))
    convoys = []
    names: dict[tuple[int, int, int], str] = {}
    limit = problem.situation.operation.rules.leader_above
    vehicles = problem.situation.vehicle
    kept = {key: _code_before(journeys, members) for key, members in groups.items()}
    codes = (code for code in (f"C-{n:02d}" for n in range(1, 10**6)) if code not in kept.values())
    for key, members in sorted(groups.items()):
        code = kept[key] or next(codes)
        number, i, first, last = members[0]
        run = journeys[number].stops[i].legs[first:last]
        marching = sorted(
            (journeys[n] for n, *_ in members), key=lambda j: (vehicles[j.vehicle].speed_permille, j.code)
        )
        convoys.append(
            Convoy(
                code=code,
                roads=tuple(leg.road for leg in run),
                origin=run[0].origin,
                destination=run[-1].destination,
                depart=run[0].depart,
                arrive=run[-1].arrive,
                journeys=tuple(journey.code for journey in marching),
                leader=marching[0].code if len(marching) > limit else "",
            )
        )
        for n, at_stop, a, b in members:
            names.update({(n, at_stop, leg): code for leg in range(a, b)})
    return tuple(_named(journey, n, names) for n, journey in enumerate(journeys)), tuple(convoys)


def _runs(legs: tuple[Leg, ...]) -> list[tuple[int, int]]:
    """Where legs of one convoy begin and end; what was driven in a convoy before is not one with what comes next."""
    marks = [i for i in range(1, len(legs)) if legs[i].convoy != legs[i - 1].convoy]
    return [(a, b) for a, b in pairwise([0, *marks, len(legs)]) if a < b and legs[a].convoy]


def _code_before(journeys: tuple[Journey, ...], members: list[tuple[int, int, int, int]]) -> str:
    """The code of a convoy that has left already: it stands on papers."""
    codes = {journeys[number].stops[i].legs[first].convoy for number, i, first, _ in members} - {NEW_CONVOY}
    return min(codes, default="")


def _named(journey: Journey, number: int, names: dict[tuple[int, int, int], str]) -> Journey:
    stops = tuple(
        replace(
            stop,
            legs=tuple(replace(leg, convoy=names.get((number, i, k), "")) for k, leg in enumerate(stop.legs)),
        )
        for i, stop in enumerate(journey.stops)
    )
    return replace(journey, stops=stops)
