"""Why a line is left behind: the binding limit first, by name and with its figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from karavan.domain.goods import Item
from karavan.domain.message import ItemName, Message, PlaceName, unit_alone
from karavan.domain.needs import Need
from karavan.domain.plans import Plan, Unserved
from karavan.domain.shares import served, spread
from karavan.domain.situation import Situation
from karavan.domain.units import HOUR_S, Measure, Quantity
from karavan.domain.value import deliveries
from karavan.planning.limits import say_limit
from karavan.planning.problem import Problem, Task
from karavan.planning.relax import WhatIf
from karavan.planning.search import State
from karavan.planning.shortages import baking_limits, not_approved, say_short
from karavan.planning.stranded import Aboard, say_aboard, still_aboard
from karavan.planning.travel import Passage

LEAST_JOURNEY_S = 2 * HOUR_S
"""What a journey takes besides its roads: less is no time left."""


def unserved(
    state: State,
    plan: Plan,
    elsewhere: Mapping[str, int] | None = None,
    *,
    told: Callable[[int, int], None] | None = None,
) -> tuple[Unserved, ...]:
    """
    What the plan leaves behind of every request, approved or not, each with at least one reason.

    Parameters
    ----------
    elsewhere
        Units of needs that another plan hands over.
    told
        Called with the number of lines that have their reasons, and of all that want some.
    """
    problem, situation = state.problem, state.problem.situation
    given: dict[str, int] = defaultdict(int, elsewhere or {})
    for code, quantity, _ in deliveries(situation, plan):
        given[code] += quantity
    asked = [need for need in problem.needs if need.quantity > given[need.code]]
    what_if = WhatIf(_from_now(situation, plan), asked, problem.network if plan.replanned_at is None else None)
    parts = served(situation, plan)
    case = Case(
        state,
        plan,
        what_if,
        given,
        still_aboard(plan),
        parts,
        {share.item: spread(share, parts) for share in plan.shares},
        {code: most for share in plan.shares for code, most in share.shares},
        _tasks_of(problem),
        problem.any_of(task.vehicles for task in problem.tasks),
        _lying(problem, plan),
        _with_hours_left(state),
    )
    result = []
    for need in asked:
        left = need.quantity - given[need.code]
        reasons = _reasons(case, need)
        result.append(Unserved(need=need.code, item=need.item, place=need.place, quantity=left, reasons=reasons))
        if told is not None:
            told(len(result), len(asked))
    return (*result, *not_approved(situation))


def _tasks_of(problem: Problem) -> dict[str, list[Task]]:
    tasks: dict[str, list[Task]] = defaultdict(list)
    for task in problem.tasks:
        tasks[task.need.code].append(task)
    return tasks


@dataclass(frozen=True, slots=True)
class Case:
    """
    What a reason is found from.

    Attributes
    ----------
    given, parts
        Units handed over for each need, and the part of it that they are.
    aboard
        What no journey puts down.
    spreads, due
        For each scarce item the smallest and the largest part that comes of it; for each need what it is due at most.
    tasks, company
        The tasks of each need; all vehicles that may bring anything.
    lying
        For each need where goods were put down and not fetched.
    hours_left
        Vehicles that could make another journey: where their last one ends, and the seconds that they can still work.
    baking
        What keeps bakeries from baking more, by item and how much is short of it.
    """

    state: State
    plan: Plan
    what_if: WhatIf
    given: Mapping[str, int]
    aboard: Sequence[Aboard]
    parts: dict[str, float]
    spreads: dict[str, tuple[float, float]]
    due: dict[str, int]
    tasks: dict[str, list[Task]]
    company: frozenset[int]
    lying: dict[str, list[tuple[str, int]]]
    hours_left: dict[int, tuple[int, int]]
    baking: dict[tuple[str, int], list[Message]] = field(default_factory=dict)


def _from_now(situation: Situation, plan: Plan) -> Situation:
    """What is still possible when planning again: the hours that are left, the vehicles that are in service."""
    now = plan.replanned_at
    if now is None:
        return situation
    operation = situation.operation
    return replace(
        situation,
        operation=replace(operation, start=now, horizon_s=max(0, round((operation.end - now).total_seconds()))),
        vehicles=tuple(it for it in situation.vehicles if it.available_until is None or it.available_until > now),
    )


def _reasons(case: Case, need: Need) -> tuple[Message, ...]:
    """Where goods for the need are that no journey brings; then what binds; then what cannot be brought at all."""
    problem = case.state.problem
    item = problem.situation.item[need.item]
    missing = need.quantity - case.given[need.code]
    rest = need.quantity % item.step
    broken = Message(
        "{quantity} is less than one {handling_unit} of {size}, which is not opened",
        quantity=Quantity(rest, item.unit),
        handling_unit=unit_alone(item.handling_unit or item.unit),
        size=Quantity(item.step, item.unit),
    )
    if rest and missing == rest:
        return (broken,)
    last = (broken,) if rest else ()
    there = _at_hand(case, need, item)
    aboard = [goods for goods in case.aboard if goods.need == need.code]
    first = (*(say_aboard(problem.situation, case.plan, goods) for goods in aboard), *there)
    on_the_way = case.lying.get(need.code, [])
    if not any(crew.spans for crew in problem.crews):
        return (*first, Message("no vehicle is in service within the horizon"), *last)
    last = (*(_lies_at(item, place, quantity) for place, quantity in on_the_way), *last)
    if not on_the_way and not _elsewhere(problem, need, item):
        none = Message("{item}: none in any store or oven within the horizon", item=ItemName(item.code))
        return (*(first or baking_limits(problem.situation, item, missing) or [none]), *last)
    binding = case.what_if.binding(need)
    if binding:
        return (*first, *(say_limit(problem, case.what_if, need, item, name, binding) for name in binding), *last)
    if aboard and sum(goods.quantity for goods in aboard) >= missing - rest:
        return (*first, *last)
    return (*first, *_too_little(case, need, item, missing), *last)


def _too_little(case: Case, need: Need, item: Item, missing: int) -> list[Message]:
    """Nothing forbids to bring more: vehicles and hours, or stock, do not suffice. What is short of the share first."""
    share = next((share for share in case.plan.shares if share.item == need.item), None)
    if share is None:
        return [_busy(case, need, item, missing)]
    key = (item.code, share.needed - share.available)
    if key not in case.baking:
        case.baking[key] = baking_limits(case.state.problem.situation, item, key[1])
    short = [*case.baking[key], say_short(item, share, case.spreads[share.item], case.parts.get(need.code, 0.0))]
    to_share = case.due.get(need.code, 0) - case.given[need.code]
    if to_share >= item.step and _left_in_stores(case, need) >= item.step:
        return [_busy(case, need, item, to_share), *short]
    return short


def _left_in_stores(case: Case, need: Need) -> int:
    state = case.state
    pools = {pool for task in case.tasks.get(need.code, ()) for pool in task.pools.values()}
    return sum(state.problem.pools[pool].total - state.used[pool] for pool in pools)


def _elsewhere(problem: Problem, need: Need, item: Item) -> bool:
    """Whether the item is, within the horizon, in any store or oven but one at the need's own place."""
    return any(
        batch.available_s < problem.horizon_s
        for pool in problem.pools
        if pool.need is None and problem.items[pool.item] is item and pool.place != problem.network.number[need.place]
        for batch in pool.batches
    )


def _at_hand(case: Case, need: Need, item: Item) -> list[Message]:
    """Stock at the need's own place: a plan of journeys does not hand it over."""
    problem, used = case.state.problem, case.state.used
    number = problem.network.number[need.place]
    lying = sum(
        pool.total - (used[i] if i < len(used) else 0)
        for i, pool in enumerate(problem.pools)
        if pool.need is None and pool.place == number and problem.items[pool.item] is item
    )
    if lying <= 0:
        return []
    return [
        Message(
            "{quantity} {item} lie at {place} itself: hand them over there; no vehicle is needed, and the plan does "
            "not count them",
            quantity=Quantity(lying, item.unit),
            item=ItemName(item.code),
            place=PlaceName(need.place),
        )
    ]


def _lying(problem: Problem, plan: Plan) -> dict[str, list[tuple[str, int]]]:
    """For each need where its goods were put down and not fetched: ``(place, quantity)``."""
    place_of = {need.code: need.place for need in problem.needs}
    lying: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for journey in plan.journeys:
        for stop in journey.stops:
            for goods in stop.unloads:
                if goods.need in place_of and stop.place != place_of[goods.need]:
                    lying[goods.need][stop.place] += goods.quantity
            for goods in stop.loads:
                if goods.need in place_of and stop.place not in (place_of[goods.need], goods.lot_place):
                    lying[goods.need][stop.place] -= goods.quantity
    return {code: [(place, q) for place, q in places.items() if q > 0] for code, places in lying.items()}


def _lies_at(item: Item, place: str, quantity: int) -> Message:
    return Message(
        "{quantity} of it lie at {place}, ready to go on",
        quantity=Quantity(quantity, item.unit),
        place=PlaceName(place),
    )


def _busy(case: Case, need: Need, item: Item, missing: int) -> Message:
    """Nothing but the number of vehicles and hours stands in the way."""
    problem = case.state.problem
    rules = problem.situation.operation.rules
    able = problem.any_of(task.vehicles for task in case.tasks.get(need.code, ()))
    company = case.company
    if able and len(company) < rules.convoy_min and _only_in_convoys(case, need):
        return Message.counted(
            "only {count} vehicle may go there, and a convoy has at least {least}",
            "only {count} vehicles may go there, and a convoy has at least {least}",
            count=len(company),
            least=rules.convoy_min,
        )
    if missing // item.step < rules.convoy_min and not case.plan.convoys and _only_in_convoys(case, need):
        return Message(
            "the way to {place} is for convoys of at least {least} vehicles, and this is too little for so many: "
            "send it with other goods",
            place=PlaceName(need.place),
            least=rules.convoy_min,
        )
    largest = max((problem.vehicles[v].payload_g for v in able), default=0)
    at_once_g = _unloaded_at_once_g(problem, need)
    if at_once_g is not None and at_once_g < min(largest, missing * item.mass_g):
        return Message(
            "{place} is open only {hours}: at most {mass} can be unloaded there at a time",
            place=PlaceName(need.place),
            hours=str(problem.situation.place[need.place].opening),
            mass=Measure(at_once_g, "g"),
        )
    if not need.people_weight:
        return Message(
            "nobody's waiting counts for it (people x weight of the priority is 0): it goes where room is left"
        )
    if any(_has_time_left(case, v, need) for v in case.hours_left.keys() & able):
        return Message(
            "vehicles that could bring it have hours left, but no plan with it was found in which people wait less: a "
            "longer search may find one"
        )
    journeys = -(-missing * item.mass_g // largest) if largest else 1
    return Message.counted(
        "every vehicle that could bring it is busy to the end of the horizon: {mass} more need about {count} more "
        "journey",
        "every vehicle that could bring it is busy to the end of the horizon: {mass} more need about {count} more "
        "journeys",
        mass=Measure(missing * item.mass_g, "g"),
        count=journeys,
    )


def _unloaded_at_once_g(problem: Problem, need: Need) -> int | None:
    """What can be handed over in the longest time for which the need's place is open; ``None``: as much as comes."""
    spans = problem.opening[problem.network.number[need.place]]
    if spans is None:
        return None
    place = problem.situation.place[need.place]
    rate = place.handling_g_per_h or problem.situation.operation.rules.handling_g_per_h
    longest_s = max((end - start for start, end in spans), default=0)
    return max(0, longest_s - place.handling_fixed_s) * rate // HOUR_S


def _with_hours_left(state: State) -> dict[int, tuple[int, int]]:
    result = {}
    for vehicle, times in enumerate(state.times):
        last = times.trips[-1] if times.trips else state.start(vehicle)
        now = last.clock.time
        left_s = sum(max(0, b - max(a, now)) for a, b in state.problem.crews[vehicle].spans)
        if left_s >= LEAST_JOURNEY_S:
            result[vehicle] = (last.place, left_s)
    return result


def _has_time_left(case: Case, vehicle: int, need: Need) -> bool:
    """Whether the vehicle could drive once more from a store to the need and home, by the roads' times alone."""
    problem = case.state.problem
    network = problem.network
    profile, drive_s = network.profile_of[vehicle], network.core.time
    here, left_s = case.hours_left[vehicle]
    place, home = network.number[need.place], problem.homes[vehicle][0]
    ways = [
        drive_s(profile, here, source) + drive_s(profile, source, place)
        for task in case.tasks.get(need.code, ())
        if task.final
        for source, vehicles in task.carriers.items()
        if vehicle in vehicles
    ]
    return bool(ways) and min(ways) + drive_s(profile, place, home) + LEAST_JOURNEY_S <= left_s


def _only_in_convoys(case: Case, need: Need) -> bool:
    """Whether every way to the need has a road for convoys."""
    network = case.state.problem.network
    paths = [
        path
        for task in case.tasks.get(need.code, ())
        for source, vehicles in task.carriers.items()
        for profile in {network.profile_of[v] for v in vehicles}
        for path in network.paths(profile, source, task.place)
    ]
    return all(any(isinstance(step, Passage) for step in path.steps) for path in paths)
