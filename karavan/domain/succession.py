"""A plan and the one before it: which journeys and convoys stayed as they were, and what they are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from karavan.domain.plans import Convoy, Journey, Plan


def unchanged(old: Plan, new: Plan) -> dict[str, str]:
    """
    Journeys of ``new`` that are those of ``old``: new code -> old code.

    Frozen ones, and those of the same vehicle with the same stops, goods and times that drive in the same convoys. A
    convoy of which one journey became different is another one, and so are all its journeys that have not left.
    """
    frozen = {journey.code for journey in new.journeys if journey.frozen}
    there = {journey.code for journey in old.journeys}
    convoys, before = _signed(new), _signed(old)
    known = {_sign(journey, before): journey.code for journey in old.journeys}
    same = {
        journey.code: known[sign]
        for journey in new.journeys
        if not journey.frozen and (sign := _sign(journey, convoys)) in known
    }
    same |= {code: code for code in frozen & there}
    while True:
        broken = {
            code
            for convoy in new.convoys
            if any(code not in same for code in convoy.journeys)
            for code in convoy.journeys
            if code in same and code not in frozen
        }
        if not broken:
            return same
        same = {code: was for code, was in same.items() if code not in broken}


def kept_convoys(old: Plan, new: Plan, same: Mapping[str, str]) -> dict[str, str]:
    """Convoys of ``new`` that are those of ``old``, all of whose journeys stayed: new code -> old code."""
    before = {_of_convoy(convoy, {}): convoy.code for convoy in old.convoys}
    found = {}
    for convoy in new.convoys:
        if all(code in same for code in convoy.journeys):
            code = before.get(_of_convoy(convoy, same))
            if code is not None:
                found[convoy.code] = code
    return found


def name_as_before(old: Plan, new: Plan, taken: Iterable[str] = ()) -> Plan:
    """``new`` with the old codes for what stayed; all else has codes that are neither in ``old`` nor in ``taken``."""
    same = unchanged(old, new)
    convoys = kept_convoys(old, new, same)
    journey_names = _names(
        "J", "03d", (journey.code for journey in new.journeys), same, {*taken, *(it.code for it in old.journeys)}
    )
    convoy_names = _names(
        "C", "02d", (convoy.code for convoy in new.convoys), convoys, {*taken, *(it.code for it in old.convoys)}
    )
    return replace(
        new,
        journeys=tuple(_renamed(journey, journey_names, convoy_names) for journey in new.journeys),
        convoys=tuple(
            replace(
                convoy,
                code=convoy_names[convoy.code],
                journeys=tuple(journey_names[code] for code in convoy.journeys),
                leader=journey_names.get(convoy.leader, ""),
            )
            for convoy in new.convoys
        ),
    )


def _names(letter: str, width: str, codes: Iterable[str], same: Mapping[str, str], taken: set[str]) -> dict[str, str]:
    fresh = (code for code in (f"{letter}-{n:{width}}" for n in range(1, 10**6)) if code not in taken)
    return {code: same[code] if code in same else next(fresh) for code in codes}


def _renamed(journey: Journey, names: Mapping[str, str], convoys: Mapping[str, str]) -> Journey:
    stops = tuple(
        replace(stop, legs=tuple(replace(leg, convoy=convoys.get(leg.convoy, leg.convoy)) for leg in stop.legs))
        for stop in journey.stops
    )
    return replace(journey, code=names[journey.code], stops=stops)


def _signed(plan: Plan) -> dict[str, Any]:
    """Each convoy by its code: where, when, and which vehicles in which order."""
    vehicle = {journey.code: journey.vehicle for journey in plan.journeys}
    return {convoy.code: _of_convoy(convoy, vehicle) for convoy in plan.convoys}


def _of_convoy(convoy: Convoy, names: Mapping[str, str]) -> tuple[Any, ...]:
    march = tuple(names.get(code, code) for code in convoy.journeys)
    leader = names.get(convoy.leader, convoy.leader)
    return convoy.roads, convoy.origin, convoy.destination, convoy.depart, convoy.arrive, march, leader


def _sign(journey: Journey, convoys: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a journey is, whatever it and its convoys are called."""
    stops = tuple(replace(stop, legs=tuple(replace(leg, convoy="") for leg in stop.legs)) for stop in journey.stops)
    joined = tuple(convoys.get(leg.convoy) for stop in journey.stops for leg in stop.legs)
    return journey.vehicle, stops, joined
