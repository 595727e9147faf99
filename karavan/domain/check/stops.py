"""Rules of a stop where goods are handled: who may stand there, when, and how long the work takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from karavan.domain.check.case import Case, Finding, Visit, outside_s, seconds
from karavan.domain.message import Message
from karavan.domain.places import Place
from karavan.domain.units import Measure

DAY = timedelta(days=1)


def _handling(case: Case) -> Iterator[tuple[Visit, Place]]:
    for visit in case.visits:
        place = case.place(visit.stop.place)
        if place is not None and visit.handlings:
            yield visit, place


def place_vehicle(case: Case) -> Iterator[Finding]:
    for visit, place in _handling(case):
        limit, vehicle = place.largest_gross_mass_g, visit.vehicle
        if vehicle is not None and limit is not None and vehicle.gross_mass_g > limit:
            message = Message(
                "{place} takes vehicles up to {limit}, and vehicle {vehicle} weighs {mass}",
                place=case.place_word(place.code),
                limit=Measure(limit, "g"),
                vehicle=vehicle.plate,
                mass=Measure(vehicle.gross_mass_g, "g"),
            )
            yield Finding(visit.where, vehicle.gross_mass_g - limit, "g", message)


def opening_hours(case: Case) -> Iterator[Finding]:
    for visit, place in _handling(case):
        start, end = visit.stop.start, max(visit.stop.start, visit.stop.end)
        outside = outside_s(place.opening.between(start - DAY, end + DAY, case.zone), start, end)
        if outside:
            message = Message(
                "{place} is open at {hours}, and vehicle {vehicle} loads or unloads there from {start} to {end}",
                place=case.place_word(place.code),
                hours=str(place.opening),
                vehicle=visit.journey.vehicle,
                start=case.clock(start),
                end=case.clock(end),
            )
            yield Finding(visit.where, outside, "s", message)


def handling_time(case: Case) -> Iterator[Finding]:
    """Unloading, cleaning and loading follow each other between ``start`` and ``end``."""
    for visit in case.visits:
        place = case.place(visit.stop.place)
        if place is None or not visit.is_work:
            continue
        mass_g = sum(case.mass_g(goods) for goods in visit.handlings)
        needed = case.situation.handling_s(place.code, max(0, mass_g)) if visit.handlings else 0
        if visit.stop.clean:
            needed += case.situation.operation.rules.cleaning_s
        planned = seconds(visit.stop.end - visit.stop.start)
        if planned < needed:
            message = Message(
                "vehicle {vehicle} needs {needed} at {place} to handle {mass}, cleaning included, and has {planned}",
                vehicle=visit.journey.vehicle,
                needed=Measure(needed, "s"),
                place=case.place_word(place.code),
                mass=Measure(mass_g, "g"),
                planned=Measure(planned, "s"),
            )
            yield Finding(visit.where, needed - planned, "s", message)
