"""The plan: journeys, stops, loads, convoys, and an honest account of what is left behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from karavan.domain.message import Message

PLAN_VERSION = 1

NOT_COMPARED = Message(
    "planned again: there is no other plan to compare with, since it would count from the start and what has been "
    "driven cannot be changed; the list of changes stands in its place"
)
"""Said of a plan that was made again wherever a first plan has its comparisons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One road driven, in one go but for the breaks that its length asks for."""

    road: str
    origin: str
    destination: str
    depart: datetime
    arrive: datetime
    convoy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """
    Goods put on or taken off at a stop.

    Attributes
    ----------
    need
        The code of the need that the goods are for.
    lot
        Code of the lot, and ``lot_place`` the place whose stock it came from; both stay with the goods when they change
        vehicles on the way.
    compartment
        Counted from 0, front to back.
    """

    need: str
    item: str
    lot: str
    lot_place: str
    quantity: int
    compartment: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """
    A vehicle at a place.

    Attributes
    ----------
    legs
        How it came here from the stop before (for a journey's first stop: from where its last journey ended).
    arrive, start, end
        Arrival, and the time in which goods are handled; unloading comes first, in the order of ``unloads``, and each
        need is handed over when the last of it is off (``value.hand_overs``).
    clean
        The vehicle is cleaned here after unloading and before loading, within ``start`` .. ``end``.
    """

    place: str
    arrive: datetime
    start: datetime
    end: datetime
    legs: tuple[Leg, ...] = ()
    loads: tuple[Handling, ...] = ()
    unloads: tuple[Handling, ...] = ()
    clean: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """
    One vehicle, one run: to where it loads, along its deliveries, until it is empty; the last one of a vehicle ends at
    home.

    Attributes
    ----------
    frozen
        It has left: replanning keeps its loads.
    """

    code: str
    vehicle: str
    stops: tuple[Stop, ...]
    frozen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Convoy:
    """
    Journeys that move together over ``roads``, one after the other without a stop.

    Attributes
    ----------
    journeys
        Codes, in order of march: the slowest first, so that nobody is left behind.
    leader
        Code of the leader's journey; empty: none.
    """

    code: str
    roads: tuple[str, ...]
    origin: str
    destination: str
    depart: datetime
    arrive: datetime
    journeys: tuple[str, ...]
    leader: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unserved:
    """``quantity`` of a need that the plan leaves behind, and why: the binding limit first."""

    need: str
    item: str
    place: str
    quantity: int
    reasons: tuple[Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A scarce item: how much there is for how much need, and the share that each need is due at most."""

    item: str
    needed: int
    available: int
    shares: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """
    What a plan is worth (docs/objective.md).

    Attributes
    ----------
    waiting_person_h
        Weighted person-hours of waiting; what is not delivered waits to the end of the horizon.
    inequity_person_h
        Weighted person-hours squared over the horizon: the same waiting, unevenly shared, gives more.
    cost
        In the operation's currency.
    delivered_permille
        Mean share of the needs that is delivered, weighted by people.
    distance_m
        Driven by all vehicles.
    """

    waiting_person_h: float
    inequity_person_h: float
    cost: float
    delivered_permille: int
    distance_m: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The same situation planned otherwise: ``cost`` only, or ``hand``, as a careful person would."""

    name: str
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    What the planner decided.

    Attributes
    ----------
    situation
        SHA-256 of the situation's canonical text: a plan knows what it was made for.
    rounds
        Search rounds that were run; with ``seed`` they give the same plan again.
    bound_person_h
        No plan can make people wait less than this.
    shared_bound_person_h
        No plan that gives no need a larger part of a scarce item than this one may; ``None``: nothing is scarce.
    road_source
        Where the roads came from, in words.
    replanned_at
        When it was planned again; what departed before is history. ``None``: a first plan.
    changes
        After replanning: what became different.
    """

    situation: str = ""
    name: str = ""
    seed: int = 0
    rounds: int = 0
    road_source: Message | None = None
    journeys: tuple[Journey, ...] = ()
    convoys: tuple[Convoy, ...] = ()
    unserved: tuple[Unserved, ...] = ()
    shares: tuple[Share, ...] = ()
    value: Value | None = None
    bound_person_h: float | None = None
    shared_bound_person_h: float | None = None
    comparisons: tuple[Comparison, ...] = ()
    replanned_at: datetime | None = None
    changes: tuple[Message, ...] = ()

    @property
    def sharing_bound_person_h(self) -> float | None:
        """``shared_bound_person_h`` where it says more than ``bound_person_h`` in whole hours, as they are shown."""
        shared, bound = self.shared_bound_person_h, self.bound_person_h
        return None if shared is None or (bound is not None and round(shared) <= round(bound)) else shared

    @property
    def is_not_compared(self) -> bool:
        """Whether :data:`NOT_COMPARED` is to be said of it."""
        return self.replanned_at is not None and not self.comparisons
