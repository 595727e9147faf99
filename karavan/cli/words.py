"""A plan in words: its figures, journeys and what it leaves behind, for the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, tzinfo

from karavan.cli.screen import Screen
from karavan.domain.message import Message, PlaceName
from karavan.domain.plans import Handling, Journey, Plan, Stop, Value
from karavan.domain.units import KM_M, time_text

COMPARED = {"cost": Message("Planned for cost"), "hand": Message("Planned by hand")}

SHOWN_ROADS = 6


def number(value: float) -> str:
    """``1234567.8`` -> ``'1 234 568'``, with narrow no-break spaces (ISO 80000-1): read alike in every language."""
    return f"{value:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def summary(screen: Screen, plan: Plan) -> None:
    """The headline figures, a label and a value a line."""
    screen.rows(list(_figures(screen, plan)))


def _figures(screen: Screen, plan: Plan) -> Iterable[tuple[Message, Message | str]]:
    if plan.name:
        yield Message("Operation"), plan.name
    if plan.value is not None:
        yield Message("Delivered"), Message("{share} % of what is needed", share=_percent(plan.value))
        yield Message("Waiting"), _waiting(plan.value, plan.bound_person_h)
        yield Message("Cost"), _cost(screen, plan.value)
        yield Message("Driven"), f"{number(plan.value.distance_m / KM_M)} km"
    yield Message("Journeys"), number(len(plan.journeys))
    yield Message("Vehicles"), number(len({journey.vehicle for journey in plan.journeys}))
    yield Message("Convoys"), number(len(plan.convoys))
    if plan.road_source is not None:
        yield Message("Roads"), plan.road_source
    for other in plan.comparisons:
        yield (
            COMPARED.get(other.name, Message("{name}", name=other.name)),
            Message(
                "{share} % delivered, {waiting} person-hours, cost {cost}",
                share=_percent(other.value),
                waiting=number(other.value.waiting_person_h),
                cost=_cost(screen, other.value),
            ),
        )
    yield Message("Lines left behind"), number(len(plan.unserved))


def _percent(value: Value) -> str:
    return f"{value.delivered_permille / 10:g}"


def _waiting(value: Value, bound_person_h: float | None) -> Message:
    if bound_person_h is None:
        return Message("{value} person-hours", value=number(value.waiting_person_h))
    return Message(
        "{value} person-hours; no plan can have less than {bound}",
        value=number(value.waiting_person_h),
        bound=number(bound_person_h),
    )


def _cost(screen: Screen, value: Value) -> str:
    currency = screen.situation.operation.rules.currency if screen.situation else ""
    return f"{number(value.cost)} {currency}".rstrip()


def journeys(screen: Screen, plan: Plan) -> None:
    """Every journey, stop by stop."""
    zone: tzinfo = screen.situation.operation.zone if screen.situation else UTC
    if plan.journeys and screen.situation is None:
        screen.say("")
        screen.say(Message("Times are in UTC, places and items by their codes; --situation FILE gives their names."))
    convoy_of = {code: convoy.code for convoy in plan.convoys for code in convoy.journeys}
    for journey in plan.journeys:
        screen.say("")
        screen.say(_headline(journey, convoy_of.get(journey.code, "")), style="bold")
        screen.rows(
            [
                (
                    _span(stop, zone),
                    screen.place_name(stop.place),
                    "\n".join(screen.text(line) for line in _actions(screen, stop)),
                )
                for stop in journey.stops
            ]
        )


def _headline(journey: Journey, convoy: str) -> Message:
    if convoy:
        return Message(
            "{journey}  vehicle {plate}, convoy {convoy}", journey=journey.code, plate=journey.vehicle, convoy=convoy
        )
    return Message("{journey}  vehicle {plate}", journey=journey.code, plate=journey.vehicle)


def _span(stop: Stop, zone: tzinfo) -> str:
    """Arrival and end; the end's date only where it is another day."""
    arrive, end = time_text(stop.arrive, zone), time_text(stop.end, zone)
    if arrive == end:
        return arrive
    return f"{arrive}\N{EN DASH}{end if end[:10] != arrive[:10] else end[11:]}"


def _actions(screen: Screen, stop: Stop) -> Iterable[Message]:
    roads = [leg.road for leg in stop.legs]
    if len(roads) > SHOWN_ROADS:
        yield Message(
            "comes by {first}, {count} more roads, {last}", first=roads[0], count=len(roads) - 2, last=roads[-1]
        )
    elif roads:
        yield Message("comes by {roads}", roads=", ".join(roads))
    if stop.unloads:
        yield Message("hands over {goods}", goods=_goods(screen, stop.unloads))
    if stop.clean:
        yield Message("is cleaned")
    if stop.loads:
        yield Message("loads {goods}", goods=_goods(screen, stop.loads))
    if not stop.legs and not stop.unloads and not stop.loads and not stop.clean:
        yield Message("starts")


def _goods(screen: Screen, handlings: Iterable[Handling]) -> str:
    total: Counter[str] = Counter()
    for goods in handlings:
        total[goods.item] += goods.quantity
    return ", ".join(quantity(screen, item, amount) for item, amount in total.items())


def quantity(screen: Screen, code: str, amount: int) -> str:
    """``1 200 kg flour``; the item by its code where the situation is not known."""
    item = screen.situation.item.get(code) if screen.situation else None
    if item is None:
        return f"{number(amount)} {code}"
    return f"{number(amount)} {item.unit} {item.name(screen.language)}"


def left_behind(screen: Screen, plan: Plan, most: int | None = None) -> None:
    """Each line left behind, with its reasons; with ``most`` only the first ones."""
    if not plan.unserved:
        return
    screen.say("")
    screen.say(Message("Left behind:"), style="bold")
    for line in plan.unserved[:most]:
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
    if most is not None and len(plan.unserved) > most:
        screen.say(Message("... and {count} more: see plan.html", count=len(plan.unserved) - most), indent=2)


def changes(screen: Screen, plan: Plan) -> None:
    """What became different in replanning."""
    if not plan.changes:
        return
    screen.say("")
    screen.say(Message("Changed:"), style="bold")
    for change in plan.changes:
        screen.say(change, indent=2)
