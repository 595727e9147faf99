"""Rules of what is aboard: nothing from nowhere, nothing too much, nothing beside what it must not meet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from karavan.domain.check.case import Case, Finding, Tour, Visit
from karavan.domain.fleet import Vehicle
from karavan.domain.goods import Item
from karavan.domain.message import Message
from karavan.domain.plans import Handling
from karavan.domain.rules import Level
from karavan.domain.units import Measure

Aboard = dict[tuple[str, str, str, str, int], int]
"""Quantity by need, item, lot, place of the lot, compartment."""


@dataclass(frozen=True, slots=True)
class State:
    """What is aboard at a stop, between unloading and loading, and when it leaves; what could not be unloaded."""

    visit: Visit
    between: Aboard
    after: Aboard
    missing: tuple[tuple[Handling, int], ...]


def _states(tour: Tour) -> Iterator[State]:
    aboard: Aboard = {}
    for visit in tour.visits:
        missing = []
        for goods in visit.stop.unloads:
            there = aboard.get(_key(goods), 0)
            if goods.quantity > there:
                missing.append((goods, goods.quantity - there))
            aboard[_key(goods)] = max(0, there - goods.quantity)
        between = {key: quantity for key, quantity in aboard.items() if quantity > 0}
        for goods in visit.stop.loads:
            aboard[_key(goods)] = aboard.get(_key(goods), 0) + goods.quantity
        aboard = {key: quantity for key, quantity in aboard.items() if quantity > 0}
        yield State(visit, between, aboard, tuple(missing))


def _key(goods: Handling) -> tuple[str, str, str, str, int]:
    return goods.need, goods.item, goods.lot, goods.lot_place, goods.compartment


def _contents(case: Case, aboard: Aboard) -> Iterator[tuple[Item, int, int]]:
    """Known items aboard, with their quantity and compartment."""
    for (_, code, _, _, compartment), quantity in aboard.items():
        item = case.situation.item.get(code)
        if item is not None:
            yield item, quantity, compartment


def aboard(case: Case) -> Iterator[Finding]:
    """Only what was loaded into a compartment comes out of it: the same goods, for the same need."""
    for tour in case.tours:
        for state in _states(tour):
            for goods, quantity in state.missing:
                message = Message(
                    "vehicle {vehicle} unloads {quantity} {unit} of {item} for {need} that are not aboard",
                    vehicle=tour.plate,
                    quantity=quantity,
                    unit=case.unit_word(goods.item),
                    item=case.item_word(goods.item),
                    need=goods.need,
                )
                yield Finding(state.visit.where, quantity, case.unit(goods.item), message)


def left_aboard(case: Case) -> Iterator[Finding]:
    """Nothing is aboard when the last journey has ended."""
    for tour in case.tours:
        if not tour.visits or case.is_stranded(tour):
            continue
        *_, last = _states(tour)
        for (need, item, lot, _, _), quantity in last.after.items():
            message = Message(
                "vehicle {vehicle} ends with {quantity} {unit} of {item}, lot {lot}, for {need} aboard",
                vehicle=tour.plate,
                quantity=quantity,
                unit=case.unit_word(item),
                item=case.item_word(item),
                lot=lot,
                need=need,
            )
            yield Finding(last.visit.where, quantity, case.unit(item), message)


def payload(case: Case) -> Iterator[Finding]:
    for vehicle, tour in case.manned:
        for state in _loaded(tour):
            mass_g = sum(item.mass_g * quantity for item, quantity, _ in _contents(case, state.after))
            if mass_g > vehicle.payload_g:
                message = Message(
                    "vehicle {vehicle} leaves {place} with {mass} aboard, and carries {limit}",
                    vehicle=vehicle.plate,
                    place=case.place_word(state.visit.stop.place),
                    mass=Measure(mass_g, "g"),
                    limit=Measure(vehicle.payload_g, "g"),
                )
                yield Finding(state.visit.where, mass_g - vehicle.payload_g, "g", message)


def _loaded(tour: Tour) -> Iterator[State]:
    """The states in which there can be more aboard than before."""
    return (state for state in _states(tour) if state.visit.stop.loads)


def volume(case: Case) -> Iterator[Finding]:
    for vehicle, tour in case.manned:
        for state in _loaded(tour):
            volume_cm3 = sum(item.volume_cm3 * quantity for item, quantity, _ in _contents(case, state.after))
            if volume_cm3 > vehicle.volume_cm3:
                message = Message(
                    "vehicle {vehicle} leaves {place} with {volume} aboard, and holds {limit}",
                    vehicle=vehicle.plate,
                    place=case.place_word(state.visit.stop.place),
                    volume=Measure(volume_cm3, "cm3"),
                    limit=Measure(vehicle.volume_cm3, "cm3"),
                )
                yield Finding(state.visit.where, volume_cm3 - vehicle.volume_cm3, "cm3", message)


def compartment(case: Case) -> Iterator[Finding]:
    """Each compartment exists and holds what is in it; of a vehicle with one, :func:`volume` says the latter."""
    for vehicle, tour in case.manned:
        count = len(vehicle.compartments_cm3)
        for state in _loaded(tour):
            for goods in state.visit.stop.loads:
                if not 0 <= goods.compartment < count:
                    message = Message.counted(
                        "vehicle {vehicle} has {count} compartment, counted from 0, and no compartment {number}",
                        "vehicle {vehicle} has {count} compartments, counted from 0, and no compartment {number}",
                        vehicle=vehicle.plate,
                        count=count,
                        number=goods.compartment,
                    )
                    yield Finding(state.visit.where, 1, "compartments", message)
            filled: dict[int, int] = {}
            for item, quantity, number in _contents(case, state.after):
                filled[number] = filled.get(number, 0) + item.volume_cm3 * quantity
            for number, volume_cm3 in sorted(filled.items()):
                if count > 1 and 0 <= number < count and volume_cm3 > vehicle.compartments_cm3[number]:
                    yield _overfilled(vehicle, state.visit, number, volume_cm3)


def _overfilled(vehicle: Vehicle, visit: Visit, number: int, volume_cm3: int) -> Finding:
    limit = vehicle.compartments_cm3[number]
    message = Message(
        "compartment {number} of vehicle {vehicle} is to hold {volume}, and holds {limit}",
        number=number,
        vehicle=vehicle.plate,
        volume=Measure(volume_cm3, "cm3"),
        limit=Measure(limit, "cm3"),
    )
    return Finding(visit.where, volume_cm3 - limit, "cm3", message)


def handling_unit(case: Case) -> Iterator[Finding]:
    """Sacks and cartons stay whole where the item wants it; nobody handles nothing, or less."""
    for visit in case.visits:
        for goods in visit.handlings:
            item = case.situation.item.get(goods.item)
            step = item.step if item else 1
            if goods.quantity > 0 and goods.quantity % step == 0:
                continue
            message = Message(
                "{quantity} {unit} of {item} for {need}: only whole multiples of {step} are handled",
                quantity=goods.quantity,
                unit=case.unit_word(goods.item),
                item=case.item_word(goods.item),
                need=goods.need,
                step=step,
            )
            yield Finding(visit.where, goods.quantity % step or step, case.unit(goods.item), message)


def segregation(case: Case) -> Iterator[Finding]:
    """Amount: the lesser of the two masses, which is what would have to stay behind."""
    for _, tour in case.manned:
        for state in _loaded(tour):
            masses: dict[tuple[str, int], int] = {}
            for item, quantity, number in _contents(case, state.after):
                key = (item.item_class, number)
                masses[key] = masses.get(key, 0) + item.mass_g * quantity
            for first, second in combinations(sorted({name for name, _ in masses}), 2):
                yield from _meeting(case, state.visit, masses, first, second)


def _meeting(
    case: Case, visit: Visit, masses: dict[tuple[str, int], int], first: str, second: str
) -> Iterator[Finding]:
    level = case.situation.level(first, second)
    of_first = {number: mass for (name, number), mass in masses.items() if name == first}
    of_second = {number: mass for (name, number), mass in masses.items() if name == second}
    if level is Level.VEHICLE:
        message = Message(
            "vehicle {vehicle} carries {first} and {second} together: they need separate vehicles",
            vehicle=visit.journey.vehicle,
            first=first,
            second=second,
        )
        yield Finding(visit.where, min(sum(of_first.values()), sum(of_second.values())), "g", message)
    elif level is Level.COMPARTMENT:
        for number in sorted(of_first.keys() & of_second.keys()):
            message = Message(
                "vehicle {vehicle} carries {first} and {second} in compartment {number}: "
                "they need separate compartments",
                vehicle=visit.journey.vehicle,
                first=first,
                second=second,
                number=number,
            )
            yield Finding(visit.where, min(of_first[number], of_second[number]), "g", message)


def closed_body(case: Case) -> Iterator[Finding]:
    for vehicle, visit, goods, item in _known_loads(case):
        if item.closed_body and not vehicle.closed_body:
            message = Message(
                "{item} travels in a closed body, and vehicle {vehicle} has none",
                item=case.item_word(item.code),
                vehicle=vehicle.plate,
            )
            yield Finding(visit.where, goods.quantity, item.unit, message)


def item_class(case: Case) -> Iterator[Finding]:
    for vehicle, visit, goods, item in _known_loads(case):
        if vehicle.item_classes and item.item_class not in vehicle.item_classes:
            message = Message(
                "vehicle {vehicle} may carry {classes}, and {item} is of the class {item_class}",
                vehicle=vehicle.plate,
                classes=", ".join(sorted(vehicle.item_classes)),
                item=case.item_word(item.code),
                item_class=item.item_class,
            )
            yield Finding(visit.where, goods.quantity, item.unit, message)


def _known_loads(case: Case) -> Iterator[tuple[Vehicle, Visit, Handling, Item]]:
    for vehicle, tour in case.manned:
        for visit in tour.visits:
            for goods in visit.stop.loads:
                item = case.situation.item.get(goods.item)
                if item is not None:
                    yield vehicle, visit, goods, item


def cleaning(case: Case) -> Iterator[Finding]:
    """
    Nothing is loaded where something was that it must not meet, until the vehicle was cleaned.

    What was there is known since the last cleaning, the load before the plan included. What is still aboard is a matter
    of segregation, not of cleaning.
    """
    for vehicle, tour in case.manned:
        residue = _left_before(vehicle)
        for state in _states(tour):
            present = {(item.item_class, number) for item, _, number in _contents(case, state.between)}
            if state.visit.stop.clean:
                residue = set(present)
            for goods in state.visit.stop.loads:
                item = case.situation.item.get(goods.item)
                other = item and _unclean(case, residue - present, item.item_class, goods.compartment)
                if item and other:
                    message = Message(
                        "vehicle {vehicle} loads {item} after {other} without being cleaned",
                        vehicle=vehicle.plate,
                        item=case.item_word(item.code),
                        other=other,
                    )
                    yield Finding(state.visit.where, goods.quantity, item.unit, message)
            residue |= {(item.item_class, number) for item, _, number in _contents(case, state.after)}


def _left_before(vehicle: Vehicle) -> set[tuple[str, int]]:
    if not vehicle.previous_load or vehicle.cleaned_on is not None:
        return set()
    return {(vehicle.previous_load, number) for number in range(len(vehicle.compartments_cm3))}


def _unclean(case: Case, residue: set[tuple[str, int]], loaded: str, number: int) -> str:
    """The class whose traces ``loaded`` would meet in compartment ``number``, if there is one."""
    for other, where in sorted(residue):
        level = case.situation.level(other, loaded)
        if level is Level.VEHICLE or (level is Level.COMPARTMENT and where == number):
            return other
    return ""
