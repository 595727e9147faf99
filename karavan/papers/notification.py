"""What stands on a request for clearance or a notification: who moves, when, over which roads, with what."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from karavan.domain.language import N_
from karavan.domain.plans import Convoy, Journey
from karavan.domain.roads import Road
from karavan.domain.units import KM_M, Measure, Quantity
from karavan.papers.convoy import legs_of, member, road_row
from karavan.papers.words import Desk, Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """
    One that is sent.

    Attributes
    ----------
    asks
        For a permission; otherwise it only notifies.
    due
        When the lead time is over.
    roads
        Codes of the roads that it is for, where it is for no convoy.
    """

    asks: bool
    reference: str
    authority: str
    sent: datetime
    due: datetime
    start: datetime | None = None
    end: datetime | None = None
    roads: tuple[str, ...] = ()


def notification_paper(desk: Desk, notice: Notice, convoy: Convoy | None) -> Json:
    """For a convoy with its vehicles, roads and goods; otherwise for the roads alone, or for every movement."""
    members = [desk.journey[code][1] for code in convoy.journeys if code in desk.journey] if convoy else []
    return {
        "kind": "notification",
        "title": notice.reference,
        "heading": desk.translate(_ASKS if notice.asks else _NOTIFIES),
        "reference": notice.reference,
        "authority": notice.authority,
        "sent": desk.moment(notice.sent),
        "due": desk.moment(notice.due),
        "start": desk.moment(notice.start) if notice.start else "",
        "end": desk.moment(notice.end) if notice.end else "",
        "convoy": _convoy(desk, convoy) if convoy else None,
        "roads": [road_row(desk, leg) for leg in legs_of(members, convoy)]
        if convoy
        else [_road(desk, road) for code in notice.roads if (road := desk.situation.find_road(code))],
        "members": [member(desk, convoy, it, place) for place, it in enumerate(members)] if convoy else [],
        "goods": _goods(desk, members, convoy),
        "cargo": desk.translate(_CARGO),
        "asked": desk.translate(_PLEASE_ANSWER if notice.asks else _PLEASE_CONFIRM),
        "note": desk.translate(N_("A notification is no permission and no guarantee.")) if not notice.asks else "",
    }


_ASKS = N_("Request for clearance")
_NOTIFIES = N_("Notification of a movement")
_CARGO = N_("Humanitarian cargo only. No passengers. No armed escort.")
_PLEASE_ANSWER = N_("Please answer in writing, with your number.")
_PLEASE_CONFIRM = N_("Please confirm in writing that this has come.")


def _convoy(desk: Desk, convoy: Convoy) -> Json:
    return {
        "code": convoy.code,
        "origin": desk.place(convoy.origin),
        "destination": desk.place(convoy.destination),
        "depart": desk.moment(convoy.depart),
        "arrive": desk.moment(convoy.arrive),
    }


def _road(desk: Desk, road: Road) -> Json:
    return {
        "name": road.code,
        "origin": desk.place(road.origin),
        "destination": desk.place(road.destination),
        "km": desk.say(round(road.distance_m / KM_M)),
        "depart": "",
        "arrive": "",
        "condition": "",
    }


def _goods(desk: Desk, members: list[Journey], convoy: Convoy | None) -> list[Json]:
    """What is aboard when the convoy sets out, item by item; which of it goes where is nobody else's business."""
    aboard: dict[str, int] = defaultdict(int)
    for journey in members:
        for stop in journey.stops:
            if convoy is not None and any(leg.convoy == convoy.code for leg in stop.legs):
                break
            for goods in stop.loads:
                aboard[goods.item] += goods.quantity
            for goods in stop.unloads:
                aboard[goods.item] -= goods.quantity
    result = []
    for code, quantity in sorted(aboard.items()):
        item = desk.situation.item.get(code)
        if quantity > 0:
            mass = Measure(item.mass_g * quantity if item else 0, "g")
            amount = Quantity(quantity, item.unit) if item else quantity
            result.append({"name": desk.item_name(code), "quantity": desk.say(amount), "mass": desk.say(mass)})
    return result
