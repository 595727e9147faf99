"""Rules of the account: what was approved is delivered or said to be left behind, and the figures are true."""

from __future__ import annotations

import math
from collections.abc import Iterator

from karavan.domain.check.case import Case, Finding
from karavan.domain.language import N_
from karavan.domain.message import Message
from karavan.domain.plans import Share
from karavan.domain.situation import say_road_source
from karavan.domain.supply import lots
from karavan.domain.value import deliveries, measure

TOLERANCE = 1e-6
FIGURES = (
    (N_("waiting"), "person-h", N_("person-hours"), "waiting_person_h"),
    (N_("inequity"), "person-h", N_("person-hours"), "inequity_person_h"),
    (N_("cost"), "", "", "cost"),
    (N_("share delivered"), "permille", "‰", "delivered_permille"),
    (N_("distance"), "m", N_("m"), "distance_m"),
)
"""Name, unit (none: the operation's currency), the unit in words, field of :class:`Value`."""


def approval(case: Case) -> Iterator[Finding]:
    for visit in case.visits:
        for goods in visit.stop.loads:
            if goods.need in case.asked and goods.need not in case.need:
                message = Message(
                    "{quantity} {unit} of {item} are loaded for {need}, whose request is not approved",
                    quantity=goods.quantity,
                    unit=case.unit_word(goods.item),
                    item=case.item_word(goods.item),
                    need=goods.need,
                )
                yield Finding(visit.where, goods.quantity, case.unit(goods.item), message)


def wrong_item(case: Case) -> Iterator[Finding]:
    for visit in case.visits:
        for goods in visit.stop.loads:
            need = case.asked.get(goods.need)
            if need is not None and need.item != goods.item:
                message = Message(
                    "{item} is loaded for {need}, which asks for {asked}",
                    item=case.item_word(goods.item),
                    need=goods.need,
                    asked=case.item_word(need.item),
                )
                yield Finding(visit.where, goods.quantity, case.unit(goods.item), message)


def _delivered(case: Case) -> dict[str, int]:
    given = dict.fromkeys(case.need, 0)
    for code, quantity, _ in deliveries(case.situation, case.plan):
        given[code] += quantity
    return given


def over_delivery(case: Case) -> Iterator[Finding]:
    for code, quantity in _delivered(case).items():
        need = case.need[code]
        if quantity > need.quantity:
            message = Message(
                "{need} asks for {asked} {unit} of {item}, and {delivered} are delivered",
                need=code,
                asked=need.quantity,
                unit=case.unit_word(need.item),
                item=case.item_word(need.item),
                delivered=quantity,
            )
            yield Finding(code, quantity - need.quantity, case.unit(need.item), message)


def unserved(case: Case) -> Iterator[Finding]:
    """Delivered and left behind make the need, to the unit; whatever is left behind has a reason."""
    left = dict.fromkeys(case.need, 0)
    for line in case.plan.unserved:
        need = case.need.get(line.need)
        if need is None:
            continue
        left[line.need] += line.quantity
        if (line.item, line.place) != (need.item, need.place):
            message = Message(
                "{need} is {item} for {place}, and is written down as left behind for something else",
                need=line.need,
                item=case.item_word(need.item),
                place=case.place_word(need.place),
            )
            yield Finding(line.need, 1, "names", message)
        if not line.quantity:
            message = Message("{need} is left behind with a quantity of 0", need=line.need)
            yield Finding(line.need, 1, case.unit(need.item), message)
        if not line.reasons:
            yield Finding(line.need, 1, "reasons", Message("{need} is left behind without a reason", need=line.need))
    for code, quantity in _delivered(case).items():
        need = case.need[code]
        difference = min(quantity, need.quantity) + left[code] - need.quantity
        if difference:
            message = Message(
                "{need} asks for {asked} {unit} of {item}: {delivered} are delivered, "
                "and {left} are said to be left behind",
                need=code,
                asked=need.quantity,
                unit=case.unit_word(need.item),
                item=case.item_word(need.item),
                delivered=quantity,
                left=left[code],
            )
            yield Finding(code, abs(difference), case.unit(need.item), message)


def value(case: Case) -> Iterator[Finding]:
    """The figures that the plan says of itself are those of its journeys, and it does not break its own bound."""
    stated = case.plan.value
    bounds = [it for it in (case.plan.bound_person_h, case.plan.shared_bound_person_h) if it is not None]
    if stated is None and not bounds:
        return
    real = measure(case.situation, case.plan)
    currency = case.situation.operation.rules.currency
    for name, unit, unit_words, field in FIGURES:
        is_really = getattr(real, field)
        said = is_really if stated is None else getattr(stated, field)
        unit = unit or currency
        if not math.isclose(said, is_really, rel_tol=TOLERANCE, abs_tol=TOLERANCE):
            message = Message(
                "the plan says that its {name} is {said} {unit}, and it is {real} {unit}",
                name=Message(name),
                said=round(said, 3),
                unit=Message(unit_words) if unit_words else currency,
                real=round(is_really, 3),
            )
            yield Finding("plan", abs(said - is_really), unit, message)
    bound = max(bounds, default=0.0)
    if bound > real.waiting_person_h * (1 + TOLERANCE) + TOLERANCE:
        message = Message(
            "the plan says that nobody can wait less than {bound} person-h, and with it people wait {real} person-h",
            bound=round(bound, 3),
            real=round(real.waiting_person_h, 3),
        )
        yield Finding("plan", bound - real.waiting_person_h, "person-h", message)


def share(case: Case) -> Iterator[Finding]:
    """What a plan says of scarce goods adds up; whether the shares are fair is not judged."""
    for share in case.plan.shares:
        unit = case.unit(share.item)
        facts = {"item": case.item_word(share.item), "unit": case.unit_word(share.item)}
        needed = sum(case.need[code].quantity for code, _ in share.shares if code in case.need)
        if share.needed != needed:
            message = Message(
                "the plan says that {said} {unit} of {item} are needed, and its shares are of {real}",
                said=share.needed,
                real=needed,
                **facts,
            )
            yield Finding("plan", abs(share.needed - needed), unit, message)
        given = sum(quantity for _, quantity in share.shares)
        if given > share.available:
            message = Message(
                "the plan shares {given} {unit} of {item}, and says that there are {available}",
                given=given,
                available=share.available,
                **facts,
            )
            yield Finding("plan", given - share.available, unit, message)
        there = sum(lot.free for lot in lots(case.situation) if lot.item == share.item)
        # Made again, a plan counts what is aboard and on the way as well, which a new count of the stock leaves out.
        if case.plan.replanned_at is None and share.available > there:
            message = Message(
                "the plan says that there are {available} {unit} of {item}, and there are {there}",
                available=share.available,
                there=there,
                **facts,
            )
            yield Finding("plan", share.available - there, unit, message)
        yield from _parts(case, share)


def _parts(case: Case, share: Share) -> Iterator[Finding]:
    seen = set()
    for code, quantity in share.shares:
        need = case.need.get(code)
        if code in seen or (need is not None and need.item != share.item) or (need is None and code in case.asked):
            message = Message(
                "{need} has a share of {item} that it cannot have", need=code, item=case.item_word(share.item)
            )
            yield Finding(code, 1, "names", message)
        elif need is not None and quantity > need.quantity:
            message = Message(
                "{need} asks for {asked} {unit} of {item}, and its share is {quantity}",
                need=code,
                asked=need.quantity,
                unit=case.unit_word(need.item),
                item=case.item_word(need.item),
                quantity=quantity,
            )
            yield Finding(code, quantity - need.quantity, case.unit(need.item), message)
        seen.add(code)


def road_source(case: Case) -> Iterator[Finding]:
    """What a plan says of where its roads come from is where the situation's come from."""
    said = case.plan.road_source
    real = say_road_source(case.situation)
    if said is not None and said != real:
        message = Message("the plan says of its roads: {said}; in truth: {real}", said=said, real=real)
        yield Finding("plan", 1, "names", message)
