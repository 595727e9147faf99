"""A plan in words: its figures, journeys and what it leaves behind, for the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from karavan.cli.screen import Screen
from karavan.domain.left_behind import LeftBehind, left_behind
from karavan.domain.message import ItemName, Message, PlaceName, Sayable
from karavan.domain.plans import NOT_COMPARED, Handling, Journey, Leg, Plan, Stop, Unserved, Value
from karavan.domain.shares import percent, served, spread
from karavan.domain.units import Measure, Quantity, time_text

COMPARED = {"cost": Message("Planned for cost"), "hand": Message("Planned by hand")}

SHOWN_ROADS = 6
SHORTEST_HALT = timedelta(minutes=5)


def summary(screen: Screen, plan: Plan) -> None:
    """The headline figures, a label and a value a line."""
    screen.rows(list(_figures(screen, plan)))


def _figures(screen: Screen, plan: Plan) -> Iterable[tuple[Message, Sayable]]:
    if plan.name:
        yield Message("Operation"), plan.name
    if plan.value is not None:
        yield Message("Delivered"), Message("{share} % of what is needed", share=_percent(plan.value))
        yield Message("Waiting"), _waiting(plan.value, plan)
        yield Message("Cost"), _cost(screen, plan.value)
        yield Message("Driven"), Measure(plan.value.distance_m, "m")
    yield Message("Journeys"), len(plan.journeys)
    yield Message("Vehicles"), len({journey.vehicle for journey in plan.journeys})
    yield Message("Convoys"), len(plan.convoys)
    if plan.road_source is not None:
        yield Message("Roads"), plan.road_source
    for other in plan.comparisons:
        yield (
            COMPARED.get(other.name, Message("{name}", name=other.name)),
            Message(
                "{share} % delivered, {waiting} person-hours, cost {cost}",
                share=_percent(other.value),
                waiting=round(other.value.waiting_person_h),
                cost=_cost(screen, other.value),
            ),
        )
    yield from _scarce(screen, plan)
    if plan.is_not_compared:
        yield Message("Compared"), NOT_COMPARED
    yield from _left(screen, plan)


def _left(screen: Screen, plan: Plan) -> Iterable[tuple[Message, Sayable]]:
    """Which lines were approved, only the workbook knows."""
    if screen.situation is None:
        yield Message("Lines left behind or not approved"), len({row.need for row in plan.unserved})
        return
    left = left_behind(screen.situation, plan)
    yield (
        Message("Lines left behind"),
        Message("{count} of {total}, whole or in part", count=left.count, total=left.total),
    )
    if left.not_approved:
        yield Message("Lines not approved"), left.not_approved_count


def _scarce(screen: Screen, plan: Plan) -> Iterable[tuple[Message, Message]]:
    """How each scarce item was shared; what each need is of, only the workbook knows."""
    situation = screen.situation
    if situation is None or not plan.shares:
        return
    parts = served(situation, plan)
    for share in plan.shares:
        item = situation.item.get(share.item)
        unit = item.unit if item else ""
        least, most = (percent(part) for part in spread(share, parts))
        facts = {
            "item": ItemName(share.item),
            "available": Quantity(share.available, unit),
            "needed": Quantity(share.needed, unit),
            "least": least,
        }
        if most == 0:
            shared = Message(
                "{item}: {available} for {needed}; none of it is handed over: the lines left behind say why", **facts
            )
        elif least == most:
            shared = Message("{item}: {available} for {needed}; shared by need, each gets {least} %", **facts)
        else:
            shared = Message(
                "{item}: {available} for {needed}; shared by need, each gets between {least} % and {most} %",
                most=most,
                **facts,
            )
        yield Message("Scarce"), shared


def _percent(value: Value) -> float:
    return value.delivered_permille / 10


def _waiting(value: Value, plan: Plan) -> Message:
    hours, bound, shared = round(value.waiting_person_h), plan.bound_person_h, plan.shared_bound_person_h
    if bound is None:
        return Message("{value} person-hours", value=hours)
    if shared is None or shared <= bound:
        return Message("{value} person-hours; no plan can have less than {bound}", value=hours, bound=round(bound))
    return Message(
        "{value} person-hours; no plan that shares scarce goods like this one can have less than {shared}, "
        "and no plan at all less than {bound}",
        value=hours,
        shared=round(shared),
        bound=round(bound),
    )


def _cost(screen: Screen, value: Value) -> str:
    currency = screen.situation.operation.rules.currency if screen.situation else ""
    return f"{screen.text(round(value.cost))} {currency}".rstrip()


def journeys(screen: Screen, plan: Plan) -> None:
    """Every journey, stop by stop."""
    zone: tzinfo = screen.situation.operation.zone if screen.situation else UTC
    if plan.journeys and screen.situation is None:
        screen.say("")
        screen.say(Message("Times are in UTC, places and items by their codes; --situation FILE gives their names."))
    for journey in plan.journeys:
        screen.say("")
        screen.say(_headline(journey), style="bold")
        screen.rows(
            [
                (
                    _span(stop, zone),
                    screen.place_name(stop.place),
                    "\n".join(screen.text(line) for line in _actions(screen, stop, zone)),
                )
                for stop in journey.stops
            ]
        )


def _headline(journey: Journey) -> Message:
    return Message("{journey}  vehicle {plate}", journey=journey.code, plate=journey.vehicle)


def _span(stop: Stop, zone: tzinfo) -> str:
    """Arrival and end; the end's date only where it is another day."""
    arrive, end = time_text(stop.arrive, zone), time_text(stop.end, zone)
    return arrive if arrive == end else f"{arrive}\N{EN DASH}{_clock(stop.end, stop.arrive, zone)}"


def _clock(moment: datetime, beside: datetime, zone: tzinfo) -> str:
    """The time of day; with its date where that is another than the date said beside it."""
    said = time_text(moment, zone)
    return said[11:] if said[:10] == time_text(beside, zone)[:10] else said


def _actions(screen: Screen, stop: Stop, zone: tzinfo) -> Iterable[Message]:
    for run in _runs(stop.legs):
        yield _run(run, stop, zone)
    if stop.start - stop.arrive >= SHORTEST_HALT:
        yield Message("waits until {moment}", moment=_clock(stop.start, stop.arrive, zone))
    if stop.unloads:
        yield Message("hands over {goods}", goods=_goods(screen, stop.unloads))
    if stop.clean:
        yield Message("is cleaned")
    if stop.loads:
        yield Message("loads {goods}", goods=_goods(screen, stop.loads))
    if not stop.legs and not stop.unloads and not stop.loads and not stop.clean:
        yield Message("starts")


def _runs(legs: Sequence[Leg]) -> Iterable[list[Leg]]:
    """The roads to a stop, parted where the vehicle stands on the way or changes its company."""
    run: list[Leg] = []
    for leg in legs:
        if run and (leg.convoy != run[-1].convoy or leg.depart - run[-1].arrive >= SHORTEST_HALT):
            yield run
            run = []
        run.append(leg)
    if run:
        yield run


def _run(run: Sequence[Leg], stop: Stop, zone: tzinfo) -> Message:
    roads = [leg.road for leg in run]
    first = run[0]
    facts = {"place": PlaceName(first.origin), "depart": _clock(first.depart, stop.arrive, zone)}
    if len(roads) > SHOWN_ROADS:
        named = {"first": roads[0], "count": len(roads) - 2, "last": roads[-1]}
        if first.convoy:
            return Message(
                "leaves {place} {depart} with convoy {convoy}: {first}, {count} more roads, {last}",
                convoy=first.convoy,
                **facts,
                **named,
            )
        return Message("leaves {place} {depart}: {first}, {count} more roads, {last}", **facts, **named)
    by = ", ".join(roads)
    if first.convoy:
        return Message("leaves {place} {depart} with convoy {convoy}: {roads}", convoy=first.convoy, roads=by, **facts)
    return Message("leaves {place} {depart}: {roads}", roads=by, **facts)


def _goods(screen: Screen, handlings: Iterable[Handling]) -> str:
    total: Counter[str] = Counter()
    for goods in handlings:
        total[goods.item] += goods.quantity
    return ", ".join(quantity(screen, item, amount) for item, amount in total.items())


def quantity(screen: Screen, code: str, amount: int) -> str:
    """``1 200 kg flour``; the item by its code where the situation is not known."""
    item = screen.situation.item.get(code) if screen.situation else None
    if item is None:
        return screen.text(Message("{quantity} {item}", quantity=amount, item=code))
    return screen.text(Message("{quantity} {item}", quantity=Quantity(amount, item.unit), item=ItemName(code)))


def unserved(screen: Screen, plan: Plan, most: int | None = None) -> None:
    """Each line left behind, with its reasons, then those that are not approved; with ``most`` only the first ones."""
    situation = screen.situation
    parts = left_behind(situation, plan) if situation else LeftBehind(plan.unserved, (), 0)
    _lines(screen, Message("Left behind:"), parts.lines, most)
    _lines(screen, Message("Not approved, so not planned:"), parts.not_approved, most)


def _lines(screen: Screen, heading: Message, lines: Sequence[Unserved], most: int | None) -> None:
    if not lines:
        return
    screen.say("")
    screen.say(heading, style="bold")
    for line in lines[:most]:
        screen.say(
            Message(
                "{need}, {place}: {goods}",
                need=line.need,
                place=PlaceName(line.place),
                goods=quantity(screen, line.item, line.quantity),
            ),
            indent=2,
        )
        for reason in line.reasons:
            screen.say(reason, indent=6)
    if most is not None and len(lines) > most:
        screen.say(Message("... and {count} more: see plan.html", count=len(lines) - most), indent=2)


def changes(screen: Screen, plan: Plan) -> None:
    """What became different in replanning, under the name of each place."""
    if not plan.changes:
        return
    screen.say("")
    screen.say(Message("Changed:"), style="bold")
    place = None
    for whole in plan.changes:
        here, change = whole.values.get("place"), whole.values.get("change")
        if not isinstance(here, PlaceName) or not isinstance(change, Message):
            screen.say(whole, indent=2)
            continue
        if here != place:
            screen.say(screen.place_name(here.code), indent=2, style="bold")
            place = here
        screen.say(change, indent=6)
