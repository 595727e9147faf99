"""BRIDGE in: a ``Situation`` becomes numbers, what is to be carried becomes tasks, what can be loaded becomes pools.

Places, vehicles and items are numbered as in the situation; times are seconds after the operation's start.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from karavan.domain.fleet import Vehicle
from karavan.domain.goods import Item
from karavan.domain.needs import Need, needs
from karavan.domain.places import PlaceKind
from karavan.domain.rules import Level
from karavan.domain.situation import Situation
from karavan.domain.supply import lots
from karavan.domain.units import HOUR_S
from karavan.domain.value import COST_WEIGHT, INEQUITY_WEIGHT, cost_scale, waiting_from, waiting_of_nothing
from karavan.planning.engine._relief import World
from karavan.planning.travel import FAR, Crew, Network, Spans

CHANGE_KINDS = (PlaceKind.TRANSSHIPMENT_POINT, PlaceKind.CHECKPOINT, PlaceKind.WAREHOUSE)
"""Kinds of places at which cargo may change vehicles."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Part of a pool: ``quantity`` units, there from ``available_s``, to be handed over by ``expiry_s``."""

    code: str
    lot_place: str
    quantity: int
    available_s: int
    expiry_s: int


@dataclass(slots=True)
class Pool:
    """
    What can be loaded of one item at one place.

    Attributes
    ----------
    need
        Code of the only need it may serve: goods put down at a transshipment point; ``None``: any.
    batches
        First expiry first.
    feeder, put_down
        The task whose visits fill the pool, and what was put down there before the plan begins.
    simple
        Everything is there from the start and outlasts the horizon: only the sum counts.
    """

    place: int
    item: int
    need: str | None
    batches: tuple[Batch, ...]
    simple: bool
    total: int
    feeder: int | None = None
    put_down: tuple[Batch, ...] = ()


@dataclass(slots=True)
class Task:
    """
    One need, or one stage of its way over transshipment points.

    Attributes
    ----------
    place
        Where it is put down; ``final``: that is the need's own place.
    limit, most
        Units that may be carried: the fair share of a scarce item, else all that is still open; and all that is open.
    pools
        Pool by the place where it is loaded.
    life_s
        Life that must remain when it is put down.
    onward
        Places where it is put down after this one; the last is the need's own.
    carriers, vehicles
        Vehicles that may bring it, by the place where it is loaded, and from anywhere.
    since_s, unit_weight
        From when waiting counts; person-hours that one unit's hour of waiting costs.
    """

    need: Need
    item: int
    place: int
    final: bool
    limit: int
    most: int
    pools: dict[int, int]
    life_s: int
    since_s: int
    unit_weight: float
    onward: tuple[int, ...] = ()
    carriers: dict[int, frozenset[int]] = field(default_factory=dict)
    vehicles: frozenset[int] = frozenset()


@dataclass(slots=True)
class Problem:
    """
    The situation in numbers, with the tasks and pools of the stage that is being planned.

    Attributes
    ----------
    chains
        The places at which the cargo of a need changes vehicles, in order.
    barred
        Dispatched vehicles that take on nothing more: they cannot get home, or cannot put down what they carry.
    world
        All of it that never changes, where loads are packed and trips are driven.
    cost_person_h
        What a unit of the currency would weigh if cost counted like waiting: W0 / C0 of docs/objective.md.
    changing
        Places at which goods may change vehicles.
    """

    situation: Situation
    network: Network
    needs: tuple[Need, ...]
    items: tuple[Item, ...]
    vehicles: tuple[Vehicle, ...]
    crews: list[Crew]
    homes: list[list[int]]
    opening: list[Spans | None]
    classes: list[str]
    item_class: list[int]
    compartment_conflicts: list[int]
    vehicle_conflicts: list[int]
    pools: list[Pool]
    tasks: list[Task] = field(default_factory=list)
    chains: dict[str, list[int]] = field(default_factory=dict)
    barred: set[int] = field(default_factory=set)
    cost_person_h: float = 0.0
    changing: tuple[int, ...] = ()
    world: World = None  # type: ignore[assignment]
    _sets: dict[tuple, frozenset[int]] = field(default_factory=dict)
    _same: dict[frozenset[int], frozenset[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.world = self.world or _world(self)

    @property
    def horizon_s(self) -> int:
        return self.network.horizon_s

    def fits(self, vehicle: int, item: int) -> bool:
        """Whether the vehicle's body, payload, classes and compartments suit the item."""
        truck, goods = self.vehicles[vehicle], self.items[item]
        return (
            (truck.closed_body or not goods.closed_body)
            and (not truck.item_classes or goods.item_class in truck.item_classes)
            and goods.step * goods.mass_g <= truck.payload_g
            and any(goods.step * goods.volume_cm3 <= room for room in truck.compartments_cm3)
        )

    def may_go(self, vehicle: int, origin: int, destination: int) -> bool:
        """Whether the vehicle may stop at both places and some way joins them in its allowed roads."""
        places, truck = self.situation.places, self.vehicles[vehicle]
        return (
            truck.may_stop(places[origin])
            and truck.may_stop(places[destination])
            and self.network.reachable(self.network.profile_of[vehicle], origin, destination)
        )

    def carriers(self, item: int, origin: int, destination: int) -> frozenset[int]:
        """Vehicles that may carry the item from one place to the other, and can come to load it and get home."""
        key = ("carriers", item, self._starters(origin), self._going(origin, destination))
        able = self._sets.get(key)
        if able is None:
            profile_of = self.network.profile_of
            able = self._sets[key] = self._shared(
                frozenset(v for v in self._able(item) & key[2] if profile_of[v] in key[3] and self.crews[v].spans)
            )
        return self._shared(able - self.barred) if self.barred else able

    def any_of(self, carriers: Iterable[frozenset[int]]) -> frozenset[int]:
        """All of them together."""
        key = ("any", frozenset(carriers))
        if key not in self._sets:
            self._sets[key] = self._shared(frozenset().union(*key[1]))
        return self._sets[key]

    def _shared(self, vehicles: frozenset[int]) -> frozenset[int]:
        """Thousands of needs share a few sets of vehicles."""
        return self._same.setdefault(vehicles, vehicles)

    def _able(self, item: int) -> frozenset[int]:
        """Vehicles that suit the item. Kept, as are the next three: no goods, roads, homes or crews change any more."""
        found = self._sets.get(("able", item))
        if found is None:
            found = frozenset(v for v in range(len(self.vehicles)) if self.fits(v, item))
            self._sets["able", item] = found
        return found

    def _starters(self, origin: int) -> frozenset[int]:
        """Vehicles for which some way leads from home to ``origin``."""
        found = self._sets.get(("starters", origin))
        if found is None:
            network = self.network
            found = frozenset(
                v
                for v in range(len(self.vehicles))
                if network.reachable(network.profile_of[v], self.homes[v][0], origin)
            )
            found = self._sets["starters", origin] = self._shared(found)
        return found

    def _going(self, origin: int, destination: int) -> frozenset[int]:
        """Profiles whose vehicles :meth:`may_go`: they have the same gross mass, zones and roads."""
        both = self._stopping(origin) & self._stopping(destination)
        reachable = self.network.reachable
        return self._shared(frozenset(profile for profile in both if reachable(profile, origin, destination)))

    def _stopping(self, place: int) -> frozenset[int]:
        """Profiles whose vehicles may stop at a place."""
        found = self._sets.get(("stopping", place))
        if found is None:
            samples = {profile: v for v, profile in enumerate(self.network.profile_of)}
            there = self.situation.places[place]
            found = frozenset(profile for profile, v in samples.items() if self.vehicles[v].may_stop(there))
            found = self._sets["stopping", place] = self._shared(found)
        return found


def bridge(situation: Situation, network: Network | None = None, extra_stops: Sequence[str] = ()) -> Problem:
    """The problem with one pool for each item and place, and no tasks yet; ``network`` may be used again."""
    number = {place.code: i for i, place in enumerate(situation.places)}
    item_number = {item.code: i for i, item in enumerate(situation.items)}
    all_needs = needs(situation)
    all_lots = lots(situation)
    stops = {number[code] for vehicle in situation.vehicles for code in vehicle.homes}
    stops |= {number[need.place] for need in all_needs} | {number[lot.place] for lot in all_lots}
    stops |= {number[code] for code in extra_stops}
    changing = [i for i, place in enumerate(situation.places) if place.kind in CHANGE_KINDS]
    stops.update(changing)
    network = network or Network(situation, sorted(stops))
    classes = sorted({item.item_class for item in situation.items} | {v.previous_load for v in situation.vehicles})
    problem = Problem(
        situation=situation,
        network=network,
        needs=all_needs,
        items=situation.items,
        vehicles=situation.vehicles,
        crews=[network.crew(vehicle) for vehicle in situation.vehicles],
        homes=[[number[code] for code in vehicle.homes] for vehicle in situation.vehicles],
        opening=[network.opening(place) for place in situation.places],
        classes=classes,
        item_class=[classes.index(item.item_class) for item in situation.items],
        compartment_conflicts=_conflicts(situation, classes, (Level.COMPARTMENT, Level.VEHICLE)),
        vehicle_conflicts=_conflicts(situation, classes, (Level.VEHICLE,)),
        pools=[],
        cost_person_h=_cost_person_h(situation),
        changing=tuple(i for i in changing if i in network.stop_at),
    )
    grouped: dict[tuple[int, int], list[Batch]] = {}
    for lot in all_lots:
        if lot.free:
            available = max(0, network.second(lot.available_from)) if lot.available_from else 0
            expiry = network.second(lot.expiry) if lot.expiry else FAR
            batch = Batch(lot.code, lot.place, lot.free, available, expiry)
            grouped.setdefault((number[lot.place], item_number[lot.item]), []).append(batch)
    for (place, item), batches in sorted(grouped.items()):
        add_pool(problem, place, item, None, batches)
    return problem


def add_pool(problem: Problem, place: int, item: int, need: str | None, batches: list[Batch]) -> int:
    """Add a pool and return its number."""
    goods = problem.items[item]
    ordered = tuple(sorted(batches, key=lambda b: (b.expiry_s, b.available_s, b.code)))
    simple = all(b.available_s <= 0 and b.expiry_s >= problem.horizon_s + goods.remaining_life_s for b in ordered)
    total = sum(b.quantity // goods.step * goods.step for b in ordered)
    problem.pools.append(Pool(place, item, need, ordered, simple, total))
    return len(problem.pools) - 1


def find_tasks(problem: Problem) -> None:
    """
    A task for each need: straight from the pools, or the first stage of a way over transshipment points.

    ``problem.chains`` gets the places at which the cargo of a need changes vehicles, in order.
    """
    item_number = {item.code: i for i, item in enumerate(problem.items)}
    place_number = problem.network.number
    stores: dict[int, dict[int, int]] = {}
    for number, pool in enumerate(problem.pools):
        if pool.need is None:
            stores.setdefault(pool.item, {})[pool.place] = number
    for need in problem.needs:
        item, place = item_number[need.item], place_number[need.place]
        sources = dict(stores.get(item, {}))
        sources.pop(place, None)
        direct = {source: pool for source, pool in sources.items() if problem.carriers(item, source, place)}
        if direct:
            problem.tasks.append(make_task(problem, need, item, place, direct))
            continue
        chain = chain_from(problem, item, list(sources), place)
        if chain:
            problem.chains[need.code] = chain[1:-1]
            problem.tasks.append(make_task(problem, need, item, chain[1], {chain[0]: sources[chain[0]]}, chain[1:]))


def make_task(
    problem: Problem, need: Need, item: int, place: int, pools: dict[int, int], onward: list[int] | None = None
) -> Task:
    """
    The task of putting a need down at ``place``.

    Parameters
    ----------
    onward
        The places that follow, ``place`` first: goods with a shelf life must have enough left for the way.
    """
    goods = problem.items[item]
    since = problem.network.second(waiting_from(problem.situation, need))
    onward_s = 0
    for origin, destination in zip((onward or [])[:-1], (onward or [])[1:], strict=True):
        profiles = range(len(problem.network.profiles))
        onward_s += 2 * HOUR_S + min(problem.network.core.time(p, origin, destination) for p in profiles)
    carriers = {source: problem.carriers(item, source, place) for source in pools}
    return Task(
        need=need,
        item=item,
        place=place,
        final=problem.situation.places[place].code == need.place,
        limit=need.quantity // goods.step * goods.step,
        most=need.quantity // goods.step * goods.step,
        pools=pools,
        life_s=goods.remaining_life_s + onward_s,
        since_s=since,
        unit_weight=need.people_weight / need.quantity,
        onward=tuple((onward or [])[1:]),
        carriers=carriers,
        vehicles=problem.any_of(carriers.values()),
    )


def chain_from(problem: Problem, item: int, sources: list[int], place: int) -> list[int]:
    """The quickest way source, transshipment points ..., place on which every part has a vehicle; empty: none."""
    best: dict[int, tuple[int, list[int]]] = {source: (0, [source]) for source in sources if source != place}
    done: set[int] = set()
    while True:
        here = min((p for p in best if p not in done), key=lambda p: (best[p][0], p), default=None)
        if here is None:
            return []
        if here == place:
            return best[here][1]
        done.add(here)
        for there in [*problem.changing, place]:
            carriers = problem.carriers(item, here, there) if there not in done else frozenset()
            if carriers:
                profiles = {problem.network.profile_of[v] for v in carriers}
                drive = min(problem.network.core.time(profile, here, there) for profile in profiles)
                length = best[here][0] + drive + HOUR_S
                if there not in best or length < best[there][0]:
                    best[there] = (length, [*best[here][1], there])


def _world(problem: Problem) -> World:
    rules = problem.situation.operation.rules
    world = World(problem.network.core, rules.cleaning_s, INEQUITY_WEIGHT, COST_WEIGHT, problem.cost_person_h)
    for place, opening in zip(problem.situation.places, problem.opening, strict=True):
        world.add_place(place.handling_g_per_h or rules.handling_g_per_h, place.handling_fixed_s, opening)
    for item, number in zip(problem.items, problem.item_class, strict=True):
        world.add_item(item.mass_g, item.volume_cm3, item.step, number, item.remaining_life_s)
    for vehicle, truck in enumerate(problem.vehicles):
        world.add_vehicle(
            truck.payload_g,
            truck.compartments_cm3,
            truck.cost_fixed,
            truck.cost_per_km,
            problem.homes[vehicle],
            problem.network.profile_of[vehicle],
        )
    for compartment, whole in zip(problem.compartment_conflicts, problem.vehicle_conflicts, strict=True):
        world.add_class(compartment, whole)
    return world


def _cost_person_h(situation: Situation) -> float:
    scale = cost_scale(situation)
    return waiting_of_nothing(situation) / scale if scale else 0.0


def _conflicts(situation: Situation, classes: list[str], levels: tuple[Level, ...]) -> list[int]:
    """For each class the bit mask of the classes that one of ``levels`` keeps from it."""
    return [sum(1 << j for j, other in enumerate(classes) if situation.level(one, other) in levels) for one in classes]
