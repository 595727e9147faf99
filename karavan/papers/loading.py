"""What stands on a loading list: one journey, in the order in which the goods go on."""

from __future__ import annotations

from collections import defaultdict

from karavan.domain.fleet import Vehicle
from karavan.domain.language import N_
from karavan.domain.message import Message, PlaceName
from karavan.domain.plans import Journey, Leg
from karavan.domain.units import Measure
from karavan.domain.waybills import Carriage
from karavan.papers.words import Desk, Json, halts, leaves_at, mass_of

CHECKS = (
    N_("The body is empty, clean and dry; doors and cover close."),
    N_("Everything was counted while it was loaded."),
    N_("The load is tied down and cannot shift."),
    N_("All waybills are signed by the dispatcher and in the cab."),
    N_("Humanitarian cargo only. No passengers."),
)


def loading_paper(desk: Desk, journey: Journey) -> Json:
    vehicle = desk.situation.vehicle.get(journey.vehicle)
    return {
        "kind": "loading",
        "title": journey.code,
        "journey": journey.code,
        "vehicle": desk.vehicle(journey.vehicle),
        "capacity": _capacity(desk, vehicle) if vehicle else "",
        "waybills": [waybill.number for waybill in desk.waybills[journey.code]],
        "checks": [desk.translate(text) for text in CHECKS],
        "loadings": [_loading(desk, journey, index) for index, stop in enumerate(journey.stops) if stop.loads],
        "stops": [_stop(desk, journey, index) for index in range(len(journey.stops))],
    }


def _capacity(desk: Desk, vehicle: Vehicle) -> str:
    return f"{desk.say(Measure(vehicle.payload_g, 'g'))} · {desk.say(Measure(vehicle.volume_cm3, 'cm3'))}"


def _loading(desk: Desk, journey: Journey, index: int) -> Json:
    stop = journey.stops[index]
    by_compartment: dict[int, list[Carriage]] = defaultdict(list)
    for part in desk.carriages[journey.code]:
        if part.load == (journey.code, index):
            by_compartment[part.goods.compartment].append(part)
    loaded_g = mass_of(desk.situation, stop)[0]
    sequence = iter(range(1, 1_000_000))
    compartments = []
    for number in sorted(by_compartment):
        parts = sorted(by_compartment[number], key=lambda part: _loading_order(desk, part))
        compartments.append(
            {
                "heading": _compartment_heading(desk, journey, index, number),
                "rows": [{"sequence": str(next(sequence)), **_row(desk, journey, part)} for part in parts],
            }
        )
    return {
        "place": desk.place(stop.place),
        "arrive": desk.moment(stop.arrive),
        "start": desk.moment(stop.start),
        "end": desk.moment(stop.end),
        "depart": desk.moment(leaves_at(journey, index)),
        "notes": _notes(desk, journey, index),
        "compartments": compartments,
        "kg": desk.kilograms(loaded_g),
        "m3": desk.cubic_metres(sum(_volume_cm3(desk, part) for parts in by_compartment.values() for part in parts)),
    }


def _loading_order(desk: Desk, part: Carriage) -> tuple[object, ...]:
    """Last hand-over first; of one hand-over the heaviest part first, so that it lies below."""
    item = desk.situation.item.get(part.goods.item)
    mass_g = part.goods.quantity * item.mass_g if item else 0
    rank, stop = (desk.journey[part.unload[0]][0], part.unload[1]) if part.unload else (len(desk.journeys), 0)
    return -rank, -stop, -mass_g, part.goods.item, part.goods.need


def _row(desk: Desk, journey: Journey, part: Carriage) -> Json:
    goods = part.goods
    item = desk.situation.item.get(goods.item)
    whole, loose = divmod(goods.quantity, item.handling_unit_quantity) if item and item.handling_unit else (0, 0)
    place = desk.place_name(desk.journey[part.unload[0]][1].stops[part.unload[1]].place) if part.unload else ""
    number = str(part.unload[1] + 1) if part.unload and part.unload[0] == journey.code else ""
    return {
        "goods": desk.goods(goods.item, goods.lot, None),
        "request": goods.need,
        "packages": desk.packages(goods.item, whole, loose),
        "quantity": desk.say(goods.quantity),
        "unit": desk.unit(goods.item, goods.quantity),
        "kg": desk.kilograms(goods.quantity * item.mass_g if item else 0),
        "m3": desk.cubic_metres(_volume_cm3(desk, part)),
        "stop": number,
        "place": place,
    }


def _compartment_heading(desk: Desk, journey: Journey, index: int, number: int) -> str:
    vehicle = desk.situation.vehicle.get(journey.vehicle)
    sizes = vehicle.compartments_cm3 if vehicle else ()
    aboard_cm3 = sum(
        _volume_cm3(desk, part)
        for part in desk.carriages[journey.code]
        if part.goods.compartment == number
        and part.load is not None
        and part.load[1] <= index
        and (part.unload is None or part.unload > (journey.code, index) or part.unload[0] != journey.code)
    )
    if number >= len(sizes):
        return desk.say(Message("Compartment {number}", number=number + 1))
    if len(sizes) == 1:
        return desk.say(
            Message("Filled {used} of {size}", used=Measure(aboard_cm3, "cm3"), size=Measure(sizes[number], "cm3"))
        )
    return desk.say(
        Message(
            "Compartment {number} of {count}, counted from the front: filled {used} of {size}",
            number=number + 1,
            count=len(sizes),
            used=Measure(aboard_cm3, "cm3"),
            size=Measure(sizes[number], "cm3"),
        )
    )


def _notes(desk: Desk, journey: Journey, index: int) -> list[str]:
    stop = journey.stops[index]
    items = [desk.situation.item[goods.item] for goods in stop.loads if goods.item in desk.situation.item]
    notes = []
    if stop.clean:
        notes.append(desk.translate(N_("Clean the vehicle before loading.")))
    if any(item.closed_body for item in items):
        notes.append(desk.translate(N_("Closed body: keep the doors shut except while loading.")))
    if any(not item.breakable and item.handling_unit_quantity > 1 for item in items):
        notes.append(desk.translate(N_("Load whole sacks and cartons only; do not open them.")))
    return notes


def _stop(desk: Desk, journey: Journey, index: int) -> Json:
    stop = journey.stops[index]
    loaded_g, unloaded_g = mass_of(desk.situation, stop)
    tasks = [desk.say(_halt(desk, before, after)) for before, after in halts(stop.legs)]
    if unloaded_g:
        tasks.append(desk.say(Message("hand over {mass}", mass=Measure(unloaded_g, "g"))))
    if stop.clean:
        tasks.append(desk.translate(N_("clean the vehicle")))
    if loaded_g:
        tasks.append(desk.say(Message("load {mass}", mass=Measure(loaded_g, "g"))))
    convoys = list(dict.fromkeys(leg.convoy for leg in stop.legs if leg.convoy))
    if convoys:
        tasks.append(desk.say(Message("comes with convoy {convoys}", convoys=", ".join(convoys))))
    last = index == len(journey.stops) - 1
    return {
        "number": str(index + 1),
        "place": desk.place(stop.place),
        "arrive": desk.moment(stop.arrive),
        "depart": "" if last else desk.moment(leaves_at(journey, index)),
        "tasks": "\n".join(tasks),
    }


def _halt(desk: Desk, before: Leg, after: Leg) -> Message:
    place, arrive, depart = PlaceName(before.destination), desk.moment(before.arrive), desk.moment(after.depart)
    if after.convoy and after.convoy != before.convoy:
        return Message(
            "on the way: at {place} from {arrive}, leaves {depart} with convoy {convoy}",
            place=place,
            arrive=arrive,
            depart=depart,
            convoy=after.convoy,
        )
    return Message("on the way: at {place} from {arrive}, leaves {depart}", place=place, arrive=arrive, depart=depart)


def _volume_cm3(desk: Desk, part: Carriage) -> int:
    item = desk.situation.item.get(part.goods.item)
    return part.goods.quantity * item.volume_cm3 if item else 0
