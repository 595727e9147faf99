"""Why a line is left behind: the binding limit first, by name and with its figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from karavan.domain.goods import Item
from karavan.domain.message import ItemName, Message, PlaceName, unit_alone
from karavan.domain.needs import Need, needs_of
from karavan.domain.plans import Leg, Plan, Share, Stop, Unserved
from karavan.domain.requests import Approval
from karavan.domain.roads import Road, RoadSource, RoadStatus
from karavan.domain.shares import percent, served, spread
from karavan.domain.situation import Situation
from karavan.domain.supply import bakings
from karavan.domain.units import HOUR_S, M_MM, Measure, Quantity, time_text
from karavan.domain.value import deliveries
from karavan.planning.problem import Problem, Task
from karavan.planning.relax import WhatIf
from karavan.planning.search import State
from karavan.planning.travel import FAR, Passage, fits_road

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


class Aboard(NamedTuple):
    """Goods that are in a vehicle when its last journey ends."""

    vehicle: str
    place: str
    need: str
    item: str
    quantity: int


def still_aboard(plan: Plan) -> list[Aboard]:
    """What vehicles have loaded and no journey puts down, by vehicle and need: they have broken down or are cut off."""
    balance: dict[tuple[str, str, str], int] = defaultdict(int)
    ends: dict[str, Stop] = {}
    for journey in plan.journeys:
        for stop in journey.stops:
            last = ends.get(journey.vehicle)
            ends[journey.vehicle] = stop if last is None or stop.end >= last.end else last
            for goods in stop.loads:
                balance[journey.vehicle, goods.need, goods.item] += goods.quantity
            for goods in stop.unloads:
                balance[journey.vehicle, goods.need, goods.item] -= goods.quantity
    return [
        Aboard(vehicle, ends[vehicle].place, need, item, quantity)
        for (vehicle, need, item), quantity in balance.items()
        if quantity > 0
    ]


def leg_at(plan: Plan, vehicle: str, moment: datetime) -> Leg | None:
    """The road that the vehicle is on at that moment; what the plan says after it has broken down is not driven."""
    legs = (leg for j in plan.journeys if j.vehicle == vehicle for stop in j.stops for leg in stop.legs)
    return next((leg for leg in legs if leg.depart < moment < leg.arrive), None)


def say_aboard(situation: Situation, plan: Plan, goods: Aboard) -> Message:
    """Where the goods are and what a person can do: no journey does it."""
    until = situation.vehicle[goods.vehicle].available_until
    leg = None if until is None else leg_at(plan, goods.vehicle, until)
    facts = {
        "quantity": Quantity(goods.quantity, situation.item[goods.item].unit),
        "item": ItemName(goods.item),
        "vehicle": goods.vehicle,
        "place": PlaceName(goods.place),
        "need": goods.need,
    }
    if leg is not None:
        return Message(
            "{quantity} {item} ({need}) are aboard {vehicle}, out of service on the way from {place} to {end}: recover "
            "them there",
            **{**facts, "place": PlaceName(leg.origin), "end": PlaceName(leg.destination)},
        )
    if until is not None and (plan.replanned_at is None or until <= plan.replanned_at):
        return Message(
            "{quantity} {item} ({need}) are aboard {vehicle}, out of service at {place}: unload them there", **facts
        )
    return Message(
        "{quantity} {item} ({need}) are aboard {vehicle}, which cannot go on from {place}: unload them there", **facts
    )


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


def not_approved(situation: Situation) -> list[Unserved]:
    """Lines of requests that nobody approved."""
    words = {
        Approval.DRAFT: Message("request {request} is a draft: only approved requests are planned", request=""),
        Approval.SUBMITTED: Message("request {request} waits for approval", request=""),
        Approval.REJECTED: Message("request {request} was rejected", request=""),
        Approval.SENT_BACK: Message("request {request} was sent back", request=""),
    }
    return [
        Unserved(
            need=need.code,
            item=need.item,
            place=need.place,
            quantity=need.quantity,
            reasons=(Message(words[request.approval].template, request=request.number),),
        )
        for request in situation.requests
        if request.approval in words
        for need in needs_of(situation, request)
    ]


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
        return (*first, *(_say(problem, case.what_if, need, item, name, binding) for name in binding), *last)
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


def baking_limits(situation: Situation, item: Item, short: int) -> list[Message]:
    """What keeps each bakery of the item from baking more: its flour, else its hours; ``short`` in units."""
    limits = []
    for baking in bakings(situation, item.code):
        row = baking.row
        facts = {
            "place": PlaceName(row.bakery),
            "baked": Quantity(baking.units, item.unit),
            "short": Measure(short * item.mass_g, "g"),
            "item": ItemName(item.code),
        }
        if baking.units < baking.open_units:
            there = sum(lot.free for lot in situation.stock if (lot.place, lot.item) == (row.bakery, row.flour_item))
            limit = Message(
                "{flour} at {place}: {there} bake {baked}; {short} of {item} short",
                flour=ItemName(row.flour_item),
                there=Quantity(there, situation.item[row.flour_item].unit),
                **facts,
            )
        else:
            limit = Message(
                "{place}: {hours} of baking within the horizon give {baked}; {short} of {item} short",
                hours=Measure(baking.oven_s, "s"),
                **facts,
            )
        limits.append(limit)
    return limits


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


def say_short(item: Item, share: Share, spread: tuple[float, float], own: float) -> Message:
    """Shares are limits set before the search: said is what came of them, to all needs and to this one."""
    least, most = (percent(part) for part in spread)
    facts = {
        "item": ItemName(item.code),
        "short": Measure((share.needed - share.available) * item.mass_g, "g"),
        "available": Quantity(share.available, item.unit),
        "needed": Quantity(share.needed, item.unit),
    }
    if most == 0:  # what keeps it from everybody is said beside it: nothing was shared
        return Message("{item}: {short} short ({available} for {needed})", **facts)
    if least == most:
        return Message(
            "{item}: {short} short ({available} for {needed}); shared by need, each gets {least} %",
            **facts,
            least=least,
        )
    return Message(
        "{item}: {short} short ({available} for {needed}); shared by need, each gets between {least} % and {most} %, "
        "this one {own} %",
        most=most,
        own=percent(own),
        **facts,
        least=least,
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


def _say(problem: Problem, what_if: WhatIf, need: Need, item: Item, limit: str, binding: tuple[str, ...]) -> Message:
    """The sentence for a binding limit."""
    say: dict[str, Callable[[], Message]] = {
        "closed body": lambda: Message(
            "{item} travels only in a closed body, and no vehicle with one could bring it", item=ItemName(item.code)
        ),
        "item class": lambda: Message(
            "no vehicle that may carry {item_class} could bring it", item_class=item.item_class
        ),
        "place vehicle": lambda: _place_limit(problem, need, item),
        "zone": lambda: Message(
            "no vehicle may go all the way to {place}, and none takes over at a transshipment point",
            place=PlaceName(need.place),
        ),
        "one way": lambda: Message("one-way roads lead away from {place} only", place=PlaceName(need.place)),
        "shelf life": lambda: _too_old(what_if, need, item),
        "opening hours": lambda: Message(
            "{place} is open only {hours}: no vehicle can be there in time",
            place=PlaceName(need.place),
            hours=str(problem.situation.place[need.place].opening),
        ),
        "convoy": lambda: Message(
            "the way to {place} is for convoys, and none can leave in time (notice given, lead time, gate hours)",
            place=PlaceName(need.place),
        ),
        "crew": lambda: Message(
            "no crew gets to {place} within its shift and driving time", place=PlaceName(need.place)
        ),
        "horizon": lambda: Message(
            "no vehicle gets to {place} and home by {end}",
            place=PlaceName(need.place),
            end=time_text(problem.situation.operation.end, problem.situation.operation.zone),
        ),
        "road": lambda: Message("no road leads to {place}", place=PlaceName(need.place)),
    }
    return say[limit]() if limit in say else _road_limit(problem, what_if, need, item, limit, binding)


def _carriers(problem: Problem, item: Item) -> list[int]:
    number = problem.items.index(item)
    return [v for v in range(len(problem.vehicles)) if problem.fits(v, number)]


def _place_limit(problem: Problem, need: Need, item: Item) -> Message:
    place = problem.situation.place[need.place]
    lightest = min((problem.vehicles[v].gross_mass_g for v in _carriers(problem, item)), default=0)
    return Message(
        "{place} takes no vehicle over {limit}, and the lightest that may carry {item} has {lightest}",
        place=PlaceName(need.place),
        limit=Measure(place.largest_gross_mass_g or 0, "g"),
        item=ItemName(item.code),
        lightest=Measure(lightest, "g"),
    )


def _too_old(what_if: WhatIf, need: Need, item: Item) -> Message:
    """The age that the freshest goods would have at the earliest hand-over."""
    age_s = what_if.alone("shelf life").least_age_s(need)
    if item.shelf_life_s is None or age_s is None or item.shelf_life_s <= item.remaining_life_s:
        return Message(
            "{item} would have expired, or have less than {hours} h of life left",
            item=ItemName(item.code),
            hours=item.remaining_life_s // HOUR_S,
        )
    return Message(
        "{item} would be {age} h old; it may be {limit} h at most",
        item=ItemName(item.code),
        age=-(-age_s // HOUR_S),
        limit=(item.shelf_life_s - item.remaining_life_s) // HOUR_S,
    )


def _road_limit(
    problem: Problem, what_if: WhatIf, need: Need, item: Item, limit: str, binding: tuple[str, ...]
) -> Message:
    """The road on the way that could be driven if the limit were lifted, with what forbids it."""
    carriers = _carriers(problem, item)
    way = _lifted_way(problem, what_if, need, binding)
    roads = sorted(way, key=lambda road: _strictness(problem.situation, limit, road))
    for road in roads:
        over = [v for v in carriers if not fits_road(problem.vehicles[v], road)]
        if limit == "gross mass" and road.max_gross_mass_g is not None and over:
            lightest = min(problem.vehicles[v].gross_mass_g for v in over)
            if len(over) == len(carriers):
                return Message(
                    "no vehicle under {limit} that may carry {item} for road {road} ({origin} - {destination}): "
                    "the lightest has {lightest}",
                    limit=Measure(road.max_gross_mass_g, "g"),
                    item=ItemName(item.code),
                    lightest=Measure(lightest, "g"),
                    **_ends(road),
                )
            return Message(
                "no vehicle over {limit} may use road {road} ({origin} - {destination})",
                limit=Measure(road.max_gross_mass_g, "g"),
                **_ends(road),
            )
        if limit == "height" and road.max_height_mm is not None and over:
            return Message(
                "no vehicle higher than {limit} m may use road {road} ({origin} - {destination})",
                limit=road.max_height_mm / M_MM,
                **_ends(road),
            )
        if limit == "width" and road.max_width_mm is not None and over:
            return Message(
                "no vehicle wider than {limit} m may use road {road} ({origin} - {destination})",
                limit=road.max_width_mm / M_MM,
                **_ends(road),
            )
        if limit == "status" and (road.status is not RoadStatus.OPEN or road.status_from or road.status_until):
            return road_status(problem.situation, road)
        if limit == "hours of the road" and road.gate is not None:
            return Message(
                "road {road} ({origin} - {destination}) is open only {hours}, which is too short or too late",
                hours=str(road.gate),
                **_ends(road),
            )
        if limit == "hours of the road" and not road.night_allowed:
            return Message(
                "road {road} ({origin} - {destination}) is not driven in the dark ({hours}), and the days are too "
                "short",
                hours=str(problem.situation.operation.rules.dark_hours),
                **_ends(road),
            )
    return Message("no road that its vehicles may use leads to {place}", place=PlaceName(need.place))


def _strictness(situation: Situation, limit: str, road: Road) -> float:
    """Smallest first: of several roads on the way the one that lets least through is the one that binds."""
    sizes = {"gross mass": road.max_gross_mass_g, "height": road.max_height_mm, "width": road.max_width_mm}
    if limit in sizes:
        size = sizes[limit]
        return float("inf") if size is None else size
    plain = replace(road, gate=None, night_allowed=True) if limit == "status" else road
    operation = situation.operation
    spans = plain.usable(operation.start, operation.end, operation.rules, operation.zone)
    return sum((end - start).total_seconds() for start, end in spans)


def road_status(situation: Situation, road: Road) -> Message:
    """``road A-B (Aghdam - Askeran) is closed until 2023-09-23 14:00``, or from when, or for the whole time."""
    zone = situation.operation.zone
    names = _ends(road)
    if road.status is RoadStatus.UNKNOWN:
        return Message(
            "the state of road {road} ({origin} - {destination}) is unknown, and it is not planned on", **names
        )
    if road.status is RoadStatus.OPEN:
        return Message(
            "road {road} ({origin} - {destination}) is open only from {start} to {end}",
            start=time_text(road.status_from or situation.operation.start, zone),
            end=time_text(road.status_until or situation.operation.end, zone),
            **names,
        )
    if road.status_until is not None:
        return Message(
            "road {road} ({origin} - {destination}) is closed until {end}",
            end=time_text(road.status_until, zone),
            **names,
        )
    if road.status_from is not None and road.status_from > situation.operation.start:
        return Message(
            "road {road} ({origin} - {destination}) is closed from {start}",
            start=time_text(road.status_from, zone),
            **names,
        )
    return Message("road {road} ({origin} - {destination}) is closed for the whole horizon", **names)


def _ends(road: Road) -> dict[str, object]:
    return {"road": road.code, "origin": PlaceName(road.origin), "destination": PlaceName(road.destination)}


def _lifted_way(problem: Problem, what_if: WhatIf, need: Need, binding: tuple[str, ...]) -> list[Road]:
    """The roads, as they are, of the quickest way that opens when the binding limits are lifted."""
    if problem.situation.road_source is RoadSource.STRAIGHT:
        return []
    lifted = what_if.problem(*binding)
    number = next(i for i, item in enumerate(lifted.items) if item.code == need.item)
    place = lifted.network.number[need.place]
    best: tuple[int, int, int] | None = None
    for pool in lifted.pools:
        if pool.item != number or pool.place == place:
            continue
        for v in sorted(lifted.carriers(number, pool.place, place)):
            profile = lifted.network.profile_of[v]
            at = lifted.network.stop_at
            drive = lifted.network.times[profile][at[pool.place]][at[place]]
            if drive < FAR and (best is None or drive < best[0]):
                best = (drive, v, pool.place)
    if best is None:
        return list(problem.situation.roads)
    _, v, source = best
    path = lifted.network.paths(lifted.network.profile_of[v], source, place)[0]
    return [problem.situation.roads[leg.road] for leg in path.legs]
