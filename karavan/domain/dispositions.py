"""Dispositions: where every unit of a consignment is now. Each unit is counted once, also where it changes vehicles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Where(StrEnum):
    """
    ``PLANNED`` on a paper and not yet reserved. ``LEFT_BEHIND`` on the paper, not loaded, free again. ``LOADED``
    aboard, not on its way. ``MISSING`` counted as not arrived, its loss not yet signed. ``WAITING`` where it changes
    vehicles. ``TURNED_BACK`` and ``RETURNED``: free in a store again, from the road or from the receiver.
    """

    PLANNED = "planned"
    RESERVED = "reserved"
    LOADED = "loaded"
    LEFT_BEHIND = "left behind"
    TRANSIT = "in transit"
    WAITING = "waiting"
    DONE = "received good"
    DAMAGED = "received damaged"
    MISSING = "missing"
    LOST = "lost"
    TURNED_BACK = "turned back"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """
    One line of a waybill that is not void, as paper and ledger have it.

    Attributes
    ----------
    goods
        What and for which need: lines with the same goods hand over to each other.
    onward
        The goods change vehicles at the destination.
    loaded
        ``None``: not tallied yet.
    received_at
        Where it was counted; ``None``: nowhere yet.
    reserved, transit, damaged, done, lost
        What the line's accounts hold.
    stored
        What came off the vehicle into the store of the place where it was counted.
    returned
        ``(place, units)`` that came back into stores after they had been handed over.
    excess
        What arrived though nobody had sent it.
    """

    line: int
    goods: tuple[str, int]
    origin: int
    destination: int
    onward: bool
    quantity: int
    loaded: int | None = None
    has_left: bool = False
    received_at: int | None = None
    reserved: int = 0
    transit: int = 0
    damaged: int = 0
    done: int = 0
    lost: int = 0
    stored: int = 0
    returned: tuple[tuple[int, int], ...] = ()
    excess: int = 0

    @property
    def taken(self) -> int:
        """Units of the store at the origin that are this line's now, or left with it."""
        return (self.loaded or 0) if self.has_left else self.reserved


@dataclass(frozen=True, slots=True)
class Part:
    """So many units of one line are there; ``place`` is 0 on the road."""

    line: int
    where: Where
    place: int
    units: int


Pool = tuple[int, tuple[str, int]]


def dispositions(lines: Iterable[Carried]) -> tuple[Part, ...]:
    """Where everything on the lines is; what one vehicle brings and another takes on is counted with the other."""
    known = tuple(lines)
    fed = _fed(known)
    brought, fetched = _pools(known, fed)
    parts = [part for line in known for part in _parts(line, is_fed=line.line in fed)]
    for (place, goods), units in brought.items():
        waiting = units - fetched[place, goods]
        if waiting > 0:
            first = next(line.line for line in known if line.goods == goods and line.destination == place)
            parts.append(Part(first, Where.WAITING, place, waiting))
    return tuple(part for part in parts if part.units)


def due(lines: Iterable[Carried]) -> int:
    """
    What :func:`dispositions` must add up to: what the papers of the first vehicles name, what arrived besides, and
    what a second vehicle took beyond that which the first one had brought.
    """
    known = tuple(lines)
    fed = _fed(known)
    brought, fetched = _pools(known, fed)
    papers = sum(line.quantity for line in known if line.line not in fed)
    return (
        papers
        + sum(line.excess for line in known)
        + sum(max(0, fetched[pool] - brought.get(pool, 0)) for pool in fetched)
    )


def _fed(lines: tuple[Carried, ...]) -> frozenset[int]:
    """The lines whose goods another line brings."""
    bring = {(line.destination, line.goods) for line in lines if line.onward}
    return frozenset(line.line for line in lines if (line.origin, line.goods) in bring)


def _pools(lines: tuple[Carried, ...], fed: frozenset[int]) -> tuple[dict[Pool, int], dict[Pool, int]]:
    """What lies, or lay, where vehicles are changed: brought by the one, fetched by the other."""
    brought: dict[Pool, int] = defaultdict(int)
    fetched: dict[Pool, int] = defaultdict(int)
    for line in lines:
        if line.onward and line.received_at == line.destination:
            brought[line.destination, line.goods] += line.stored
        if line.line in fed:
            fetched[line.origin, line.goods] += line.taken
    return brought, fetched


def _parts(line: Carried, *, is_fed: bool) -> Iterator[Part]:
    here, at = line.origin, line.received_at
    if not line.has_left:
        aboard = min(line.reserved, line.loaded or 0)
        yield Part(line.line, Where.LOADED, here, aboard)
        yield Part(line.line, Where.RESERVED, here, line.reserved - aboard)
        if not is_fed:
            yield Part(line.line, Where.PLANNED, here, line.quantity - line.reserved)
        return
    if not is_fed:
        yield Part(line.line, Where.LEFT_BEHIND, here, line.quantity - (line.loaded or 0))
    yield Part(line.line, Where.TRANSIT if at is None else Where.MISSING, 0, line.transit)
    yield Part(line.line, Where.DONE, at or 0, line.done)
    yield Part(line.line, Where.DAMAGED, at or 0, line.damaged)
    yield Part(line.line, Where.LOST, 0, line.lost)
    if not (line.onward and at == line.destination):
        yield Part(line.line, Where.TURNED_BACK, at or 0, line.stored)
    for place, units in line.returned:
        yield Part(line.line, Where.RETURNED, place, units)
