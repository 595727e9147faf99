"""Why there is less than was asked for: nobody approved it, the ovens, the fair share."""

from __future__ import annotations

from karavan.domain.goods import Item
from karavan.domain.message import ItemName, Message, PlaceName
from karavan.domain.needs import needs_of
from karavan.domain.plans import Share, Unserved
from karavan.domain.requests import Approval
from karavan.domain.shares import percent
from karavan.domain.situation import Situation
from karavan.domain.supply import bakings
from karavan.domain.units import Measure, Quantity


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
