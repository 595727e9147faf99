"""One plan of all regions: journeys and convoys numbered anew, lots given out together, an account for everybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from karavan.domain.message import Message
from karavan.domain.needs import Need
from karavan.domain.planfile import situation_digest
from karavan.domain.plans import Convoy, Journey, Leg, Plan, Unserved
from karavan.domain.shares import served, spread
from karavan.domain.situation import say_road_source
from karavan.domain.value import measure
from karavan.planning.outcome import departure
from karavan.planning.shortages import baking_limits, not_approved, say_short
from karavan.planning.spread.campaign import Campaign, given
from karavan.planning.spread.relot import give_out_again

IN_REGION = Message("with the goods and vehicles of its region: {reason}", reason="")
SHORT = ("{item}: {short} short (", "{item}: none in any store or oven")
"""How reasons begin that a region says of its part of the stock, and the whole says better."""

EVERYWHERE = "{quantity} is less than one"
"""How a reason begins that no region has a part in."""

STOPPED = Message("the search was stopped before it came to this line")
NO_BETTER = Message("no plan with it was found in which people wait less: a longer search may find one")


def join(campaign: Campaign, seed: int) -> Plan:
    """The plan as it stands, whether or not every region has been planned."""
    situation = campaign.situation
    journeys = _numbered(give_out_again(situation, campaign.lots, _in_order(campaign)))
    journeys, convoys = _convoys(campaign, journeys)
    draft = Plan(
        situation=situation_digest(situation),
        name=situation.operation.name,
        seed=seed,
        rounds=campaign.rounds,
        road_source=say_road_source(situation),
        journeys=journeys,
        convoys=convoys,
        shares=campaign.shares,
    )
    return replace(draft, unserved=_unserved(campaign, draft), value=measure(situation, draft))


def _in_order(campaign: Campaign) -> list[Journey]:
    number = {vehicle.plate: i for i, vehicle in enumerate(campaign.situation.vehicles)}
    drafts = [
        (departure(journey), number[plate], k, journey)
        for plate, own in campaign.journeys.items()
        for k, journey in enumerate(own)
    ]
    return [journey for *_, journey in sorted(drafts, key=lambda draft: draft[:3])]


def _numbered(journeys: Iterable[Journey]) -> tuple[Journey, ...]:
    return tuple(replace(journey, code=f"J-{n:03d}") for n, journey in enumerate(journeys, start=1))


def _convoys(campaign: Campaign, journeys: tuple[Journey, ...]) -> tuple[tuple[Journey, ...], tuple[Convoy, ...]]:
    """Those that moved together still do; the slowest marches first, and leads where a leader is asked for."""
    runs: dict[str, list[tuple[Journey, list[Leg]]]] = defaultdict(list)
    for journey in journeys:
        legs: dict[str, list[Leg]] = defaultdict(list)
        for stop in journey.stops:
            for leg in stop.legs:
                if leg.convoy:
                    legs[leg.convoy].append(leg)
        for name, own in legs.items():
            runs[name].append((journey, own))
    vehicles, rules = campaign.situation.vehicle, campaign.situation.operation.rules
    order = sorted(runs, key=lambda name: (runs[name][0][1][0].depart, [leg.road for leg in runs[name][0][1]], name))
    codes = {name: f"C-{n:02d}" for n, name in enumerate(order, start=1)}
    convoys = []
    for name in order:
        members = sorted((it for it, _ in runs[name]), key=lambda it: (vehicles[it.vehicle].speed_permille, it.code))
        run = runs[name][0][1]
        convoys.append(
            Convoy(
                code=codes[name],
                roads=tuple(leg.road for leg in run),
                origin=run[0].origin,
                destination=run[-1].destination,
                depart=run[0].depart,
                arrive=run[-1].arrive,
                journeys=tuple(it.code for it in members),
                leader=members[0].code if len(members) > rules.leader_above else "",
            )
        )
    return tuple(_told(journey, codes) for journey in journeys), tuple(convoys)


def _told(journey: Journey, codes: dict[str, str]) -> Journey:
    stops = tuple(
        replace(stop, legs=tuple(replace(leg, convoy=codes[leg.convoy]) if leg.convoy else leg for leg in stop.legs))
        for stop in journey.stops
    )
    return replace(journey, stops=stops)


def _unserved(campaign: Campaign, plan: Plan) -> tuple[Unserved, ...]:
    """Reasons are those of the region; what is said of the stock is said of all of it."""
    total = given(plan.journeys, campaign.need_place)
    parts = served(campaign.situation, plan)
    spreads = {share.item: spread(share, parts) for share in plan.shares}
    situation = campaign.situation
    shares = {share.item: share for share in plan.shares}
    ovens = {
        code: baking_limits(situation, situation.item[code], share.needed - share.available)
        for code, share in shares.items()
    }
    rows = []
    for need in campaign.needs:
        missing = need.quantity - total.get(need.code, 0)
        if missing > 0:
            short = None
            if share := shares.get(need.item):
                own = say_short(situation.item[need.item], share, spreads[need.item], parts.get(need.code, 0.0))
                short = [*ovens[need.item], own]
            reasons = _reasons(campaign, need, short)
            rows.append(Unserved(need=need.code, item=need.item, place=need.place, quantity=missing, reasons=reasons))
    return (*rows, *not_approved(campaign.situation))


def _reasons(campaign: Campaign, need: Need, short: list[Message] | None) -> tuple[Message, ...]:
    """``short``: what is said of a scarce item."""
    row = campaign.left.get(need.code)
    if row is None:
        return (STOPPED if need.code not in campaign.tried else NO_BETTER,)
    of_stock = [reason for reason in row.reasons if reason.template.startswith(SHORT)]
    others = [
        reason if reason.template.startswith(EVERYWHERE) else Message(IN_REGION.template, reason=reason)
        for reason in row.reasons
        if reason not in of_stock
    ]
    if not of_stock:
        return tuple(others)
    if short is not None:
        return (*others, *short)
    if any(lot.item == need.item and lot.free for lot in campaign.lots):
        return (*others, NO_BETTER)
    ovens = baking_limits(campaign.situation, campaign.situation.item[need.item], need.quantity)
    return (*others, *(ovens or of_stock))
