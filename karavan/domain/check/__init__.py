"""The judge: which rules a plan breaks, where, and by how much.

Slow and plain on purpose. It trusts nothing that the plan says of itself and derives everything from the journeys
again, so a plan made by hand, or by another program, is judged as strictly as one of our own. Whatever a plan holds,
the answer is a list of violations, never an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from karavan.domain.check import account, cargo, convoys, crew, movement, names, stock, stops
from karavan.domain.check.case import Case, Finding
from karavan.domain.message import Message
from karavan.domain.plans import Plan
from karavan.domain.situation import Situation

RULES: tuple[tuple[str, Callable[[Case], Iterator[Finding]]], ...] = (
    ("unknown-name", names.unknown_name),
    ("duplicate-name", names.duplicate_name),
    ("time-order", movement.time_order),
    ("place-chain", movement.place_chain),
    ("one-way", movement.one_way),
    ("road-time", movement.road_time),
    ("road-status", movement.road_status),
    ("gate-hours", movement.gate_hours),
    ("night", movement.night),
    ("road-gross-mass", movement.road_gross_mass),
    ("road-height", movement.road_height),
    ("road-width", movement.road_width),
    ("zone", movement.zone),
    ("place-vehicle", stops.place_vehicle),
    ("opening-hours", stops.opening_hours),
    ("handling-time", stops.handling_time),
    ("shift", crew.shift),
    ("driving-limit", crew.driving_limit),
    ("break", crew.break_),
    ("rest", crew.rest),
    ("home", crew.home),
    ("stock", stock.stock),
    ("production", stock.production),
    ("first-expiry-first", stock.first_expiry_first),
    ("remaining-life", stock.remaining_life),
    ("transfer", stock.transfer),
    ("aboard", cargo.aboard),
    ("left-aboard", cargo.left_aboard),
    ("payload", cargo.payload),
    ("volume", cargo.volume),
    ("compartment", cargo.compartment),
    ("handling-unit", cargo.handling_unit),
    ("segregation", cargo.segregation),
    ("closed-body", cargo.closed_body),
    ("item-class", cargo.item_class),
    ("cleaning", cargo.cleaning),
    ("convoy", convoys.convoy),
    ("convoy-size", convoys.convoy_size),
    ("convoy-leader", convoys.convoy_leader),
    ("convoy-notice", convoys.convoy_notice),
    ("convoy-speed", convoys.convoy_speed),
    ("approval", account.approval),
    ("wrong-item", account.wrong_item),
    ("over-delivery", account.over_delivery),
    ("unserved", account.unserved),
    ("value", account.value),
    ("share", account.share),
    ("road-source", account.road_source),
)


@dataclass(frozen=True, slots=True)
class Violation:
    """
    A rule that the plan breaks.

    Attributes
    ----------
    rule
        Its name in :data:`RULES`, or ``malformed``.
    where
        ``J1/2``: second stop of journey J1; ``J1/2 R-KHN``: the drive on that road to it; else a vehicle, a convoy, a
        need, or ``plan``.
    amount, unit
        By how much: ``s``, ``h``, ``g``, ``cm3``, ``mm``, units of the item, or a count of what ``unit`` names.
    """

    rule: str
    where: str
    amount: int | float
    unit: str
    message: Message

    def __str__(self) -> str:
        return f"{self.rule} ({self.where}): {self.message}"


def check(situation: Situation, plan: Plan) -> tuple[Violation, ...]:
    """
    Every hard rule that ``plan`` breaks in ``situation``, in the order of :data:`RULES` and of the plan.

    A plan with values that nothing can be reckoned with (a time without a zone, or years away) is judged on these
    alone, as ``malformed``.

    Not judged: whether the words of reasons and changes are true, the figures of comparisons, whether shares are fair
    or the bound is the highest there is (docs/objective.md).

    Notes
    -----
    Once a plan was made again (``plan.replanned_at``), drives that departed before are history: roads that shut,
    gates, nights, limits and lead times are not held against them. A vehicle that has left and is sent nowhere
    new, because it broke down or the road behind it was shut, need be neither home nor empty.
    """
    case = Case(situation, plan)
    malformed = tuple(names.malformed(case))
    rules = (("malformed", lambda _: malformed),) if malformed else RULES
    return tuple(
        Violation(name, found.where, found.amount, found.unit, found.message)
        for name, rule in rules
        for found in rule(case)
    )
