"""What every paper says in the same way: places by all their names, goods, figures, labels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from karavan.domain.catalogues import translator
from karavan.domain.fleet import Vehicle
from karavan.domain.language import N_
from karavan.domain.message import Message, Sayable, said
from karavan.domain.plans import Journey, Leg, Plan, Stop
from karavan.domain.situation import Situation
from karavan.domain.units import KG_G, M3_CM3, Quantity, figure_text, time_text, unit_text
from karavan.domain.waybills import Carriage, Waybill, carriages, departure_order, waybills

Json = dict[str, Any]

SHORTEST_HALT_S = 300

LABELS = {
    "all_times": N_("All times: {zone}"),
    "answer_due": N_("Answer due"),
    "answer_number": N_("Number of the answer"),
    "answer_of": N_("For the addressee"),
    "arrive": N_("Arrive"),
    "authority": N_("Addressed to"),
    "blocked": N_("When blocked"),
    "boxes": N_("Sacks, cartons"),
    "capacity": N_("Payload and volume"),
    "check_ins": N_("Check-ins"),
    "check_code": N_("Check code"),
    "checks": N_("Before leaving"),
    "condition": N_("Condition and limits"),
    "consignee": N_("Consignee"),
    "convoy": N_("Convoy"),
    "convoy_sheet": N_("Convoy sheet"),
    "copy_for": N_("This copy is for"),
    "damaged": N_("Damaged"),
    "date_time": N_("Date, time"),
    "deliver_to": N_("For"),
    "depart": N_("Leave"),
    "driver": N_("Driver"),
    "excess": N_("or extra: +"),
    "expiry": N_("expires {moment}"),
    "for_time": N_("For the time"),
    "from": N_("From"),
    "good": N_("Good"),
    "goods": N_("Goods"),
    "goods_to": N_("Goes on with"),
    "gross_mass": N_("Gross mass"),
    "gross_kg": N_("Gross kg"),
    "head": N_("Head of the desk's chain when this was printed"),
    "heard_at": N_("Heard at"),
    "in_loading_order": N_("In loading order: what is handed over last is loaded first."),
    "journey": N_("Journey"),
    "km": N_("km"),
    "leader": N_("Leader"),
    "load": N_("Load"),
    "loaded_by": N_("Loaded by"),
    "loading_list": N_("Loading list"),
    "lot": N_("lot {code}"),
    "march": N_("Order of march"),
    "missing": N_("Missing"),
    "name": N_("Name"),
    "not_printable": N_("The sign � stands for a letter that the fonts of this program do not have."),
    "notification": N_("Notification"),
    "number": N_("No."),
    "only_addressee": N_("Only for the office it is addressed to."),
    "page_of": N_("Page {page} of {pages}"),
    "passing": N_("Road"),
    "phone": N_("Phone"),
    "place": N_("Place"),
    "place_time": N_("Place, date, time"),
    "plan": N_("Plan"),
    "planned_at": N_("Planned at"),
    "plate": N_("Plate"),
    "quantity": N_("Quantity"),
    "received": N_("Received: filled in by the receiver"),
    "remarks": N_("Remarks"),
    "request": N_("Request"),
    "role": N_("Role"),
    "rules": N_("Rules"),
    "security": N_("Security focal point"),
    "sensitive": N_("Only for the convoy leader, the drivers and the security focal point. Destroy after the journey."),
    "sender": N_("For the sender"),
    "sent": N_("Sent"),
    "sent_group": N_("Sent: filled in from the plan, corrected by hand where loading differs"),
    "sent_on": N_("Sent on"),
    "signature": N_("Signature"),
    "stops": N_("Stops"),
    "stops_of_vehicles": N_("Stops of the vehicles"),
    "tasks": N_("What is done"),
    "to": N_("To"),
    "total": N_("Total"),
    "trailer": N_("Trailer"),
    "valid_span": N_("Valid from – until"),
    "vehicle": N_("Vehicle"),
    "vehicles": N_("Vehicles"),
    "volume_m3": N_("m³"),
    "waybill": N_("Waybill"),
    "waybills": N_("Waybills"),
    "where": N_("Where, about"),
}

COPIES = (
    N_("1 receiver"),
    N_("2 transporter"),
    N_("3 back to the dispatcher, signed"),
    N_("4 dispatcher's file"),
)
SIGNATURES = (N_("Dispatcher: loaded and sent"), N_("Transporter: taken over"), N_("Receiver: received as counted"))


@dataclass
class Desk:
    """
    One plan on the table: everything that the papers look up, in the language asked for.

    Attributes
    ----------
    journeys
        In the order of their departures; ``journey`` has them by code with their place in it.
    carriages, waybills
        By the code of the journey that loads the goods, or that hands them over.
    """

    situation: Situation
    plan: Plan
    language: str
    translate: Callable[[str], str] = field(init=False)
    journeys: tuple[Journey, ...] = field(init=False)
    journey: dict[str, tuple[int, Journey]] = field(init=False)
    carriages: dict[str, list[Carriage]] = field(init=False)
    waybills: dict[str, list[Waybill]] = field(init=False)

    def __post_init__(self) -> None:
        self.translate = translator(self.language)
        self.journeys = tuple(sorted(self.plan.journeys, key=departure_order))
        self.journey = {journey.code: (rank, journey) for rank, journey in enumerate(self.journeys)}
        self.carriages = defaultdict(list)
        for part in carriages(self.plan):
            if part.load is not None:
                self.carriages[part.load[0]].append(part)
        self.waybills = defaultdict(list)
        for waybill in waybills(self.situation, self.plan):
            self.waybills[waybill.journey].append(waybill)

    def labels(self) -> Json:
        words: Json = {key: self.translate(text) for key, text in LABELS.items()}
        words["copies"] = [self.translate(text) for text in COPIES]
        words["signatures"] = [self.translate(text) for text in SIGNATURES]
        words["all_times"] = words["all_times"].format(zone=self.situation.operation.time_zone)
        return words

    def say(self, value: Sayable) -> str:
        return said(value, self.translate, self.place_name, self.item_name)

    def item_name(self, code: str) -> str:
        item = self.situation.item.get(code)
        return item.name(self.language) if item else code

    def place_name(self, code: str) -> str:
        place = self.situation.place.get(code)
        return place.name(self.language) if place else code

    def place(self, code: str) -> Json:
        """The name in the paper's language, and all its other names in the workbook's order."""
        place = self.situation.place.get(code)
        first = self.place_name(code)
        others = [name for _, name in place.names if name != first] if place else []
        return {"name": first, "others": list(dict.fromkeys(others))}

    def moment(self, moment: datetime) -> str:
        return time_text(moment, self.situation.operation.zone)

    def vehicle(self, plate: str) -> Json:
        found: Vehicle | None = self.situation.vehicle.get(plate)
        return {
            "plate": plate,
            "type": found.type if found else "",
            "driver": found.driver if found else "",
            "phone": found.phone if found else "",
        }

    def goods(self, item: str, lot: str, expiry: datetime | None) -> Json:
        """Name of the goods, and in small print what tells this lot from another."""
        found = self.situation.item.get(item)
        small = [self.say(Message(LABELS["lot"], code=lot))] if lot else []
        if expiry:
            small.append(self.say(Message(LABELS["expiry"], moment=self.moment(expiry))))
        return {"name": found.name(self.language) if found else item, "small": small}

    def packages(self, item: str, whole: int, loose: int) -> str:
        """``"250 sacks"``, ``"3 cartons + 4 bars"``; nothing for goods that are only counted in units."""

        def times(count: int, word: str) -> str:
            return self.say(Quantity(count, word))

        found = self.situation.item.get(item)
        if found is None or not found.handling_unit:
            return ""
        if not whole:
            return times(loose, found.unit)
        return times(whole, found.handling_unit) + (f" + {times(loose, found.unit)}" if loose else "")

    def unit(self, item: str, quantity: int) -> str:
        found = self.situation.item.get(item)
        return unit_text(found.unit, quantity, self.translate) if found else ""

    def kilograms(self, mass_g: int) -> str:
        """Exact, without noughts at the end: ``12500`` -> ``'12.5'``."""
        return figure_text(mass_g / KG_G, 3, self.translate)

    def cubic_metres(self, volume_cm3: int) -> str:
        """To the litre: a small parcel is not nothing."""
        return figure_text(volume_cm3 / M3_CM3, 3, self.translate)


def leaves_at(journey: Journey, index: int) -> datetime:
    """When the vehicle drives on from a stop: the first leg to the next one, else the end of the stop."""
    following = journey.stops[index + 1 : index + 2]
    return next((leg.depart for stop in following for leg in stop.legs), journey.stops[index].end)


def halts(legs: Sequence[Leg]) -> Iterator[tuple[Leg, Leg]]:
    """Where the vehicle stands between two roads on its way to a stop: for a gate, daylight or its convoy."""
    for before, after in pairwise(legs):
        if (after.depart - before.arrive).total_seconds() >= SHORTEST_HALT_S:
            yield before, after


def mass_of(situation: Situation, stop: Stop) -> tuple[int, int]:
    """Grams put on and taken off at ``stop``."""

    def grams(handlings: tuple[Any, ...]) -> int:
        return sum(h.quantity * situation.item[h.item].mass_g for h in handlings if h.item in situation.item)

    return grams(stop.loads), grams(stop.unloads)
