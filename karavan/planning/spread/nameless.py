"""A situation without names of people and their telephones: no plan needs them, so they are not sent anywhere."""

from __future__ import annotations

from dataclasses import replace

from karavan.domain.situation import Situation


def nameless(situation: Situation) -> Situation:
    """The same for every planner: only who drives, asks and answers is left out, and notes in words."""
    operation = situation.operation
    return replace(
        situation,
        operation=replace(operation, notes="", rules=replace(operation.rules, security_contact="")),
        places=tuple(replace(place, contact="") if place.contact else place for place in situation.places),
        vehicles=tuple(replace(vehicle, driver="", phone="") for vehicle in situation.vehicles),
        requests=tuple(replace(request, raised_by="", contact="") for request in situation.requests),
    )
