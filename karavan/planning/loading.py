"""What goes into which compartment: mass, volume, segregation, handling units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from karavan.planning.problem import Problem

Pieces = tuple[tuple[int, int], ...]
"""``((compartment, quantity), ...)``."""


@dataclass(frozen=True, slots=True)
class Packing:
    """
    A vehicle's load.

    Attributes
    ----------
    pieces
        For each visit where its goods are.
    classes
        For each compartment the bit mask of the item classes in it.
    room_cm3
        What each compartment has left.
    mass_g
        Of everything.
    """

    pieces: tuple[Pieces, ...]
    classes: tuple[int, ...]
    room_cm3: tuple[int, ...]
    mass_g: int


def empty(problem: Problem, vehicle: int) -> Packing:
    """Nothing loaded."""
    compartments = problem.vehicles[vehicle].compartments_cm3
    return Packing((), (0,) * len(compartments), compartments, 0)


def pack(problem: Problem, vehicle: int, goods: tuple[tuple[int, int], ...]) -> Packing | None:
    """
    Put ``goods``, pairs of item and quantity, into the vehicle's compartments; ``None``: they do not fit.

    Goods of one class are kept together: they fill the compartments that already hold their class, then those they may
    share, then empty ones.
    """
    packing = empty(problem, vehicle)
    order = sorted(range(len(goods)), key=lambda i: problem.item_class[goods[i][0]])
    for item, quantity in (goods[i] for i in order):
        more = added(problem, vehicle, packing, len(packing.pieces), item, quantity)
        if more is None:
            return None
        packing = more
    pieces: list[Pieces] = [()] * len(goods)
    for place, i in enumerate(order):
        pieces[i] = packing.pieces[place]
    return Packing(tuple(pieces), packing.classes, packing.room_cm3, packing.mass_g)


def packed(problem: Problem, vehicle: int, goods: Sequence[tuple[int, Sequence[tuple[int, int]]]]) -> Packing:
    """The load when it is known where everything lies: for each visit its item and ``(compartment, quantity)``."""
    load = empty(problem, vehicle)
    room, classes, mass_g = list(load.room_cm3), list(load.classes), 0
    for item, pieces in goods:
        for compartment, quantity in pieces:
            room[compartment] -= quantity * problem.items[item].volume_cm3
            classes[compartment] |= 1 << problem.item_class[item]
            mass_g += quantity * problem.items[item].mass_g
    return Packing(tuple(_merged((), tuple(p)) for _, p in goods), tuple(classes), tuple(room), mass_g)


def added(
    problem: Problem, vehicle: int, packing: Packing, position: int, item: int, quantity: int, *, more: bool = False
) -> Packing | None:
    """
    The load with ``quantity`` of ``item`` for a visit at ``position``; ``None``: it does not fit.

    Parameters
    ----------
    more
        The visit is there already and takes so much more.
    """
    goods = problem.items[item]
    mass = packing.mass_g + goods.mass_g * quantity
    if mass > problem.vehicles[vehicle].payload_g:
        return None
    room, classes = list(packing.room_cm3), list(packing.classes)
    parts = []
    for c in _compartments(problem, packing, item):
        most = room[c] // goods.volume_cm3 if goods.volume_cm3 else quantity
        taken = min(quantity, most // goods.step * goods.step)
        if taken:
            parts.append((c, taken))
            room[c] -= taken * goods.volume_cm3
            classes[c] |= 1 << problem.item_class[item]
            quantity -= taken
        if not quantity:
            break
    if quantity:
        return None
    old = packing.pieces
    piece = _merged(old[position], tuple(parts)) if more else tuple(parts)
    pieces = (*old[:position], piece, *old[position + more :])
    return Packing(pieces, tuple(classes), tuple(room), mass)


def room_for(problem: Problem, vehicle: int, packing: Packing, item: int, wanted: int) -> int:
    """The largest quantity of ``item``, at most ``wanted``, that can be added."""
    goods = problem.items[item]
    if goods.mass_g:
        wanted = min(wanted, (problem.vehicles[vehicle].payload_g - packing.mass_g) // goods.mass_g)
    if goods.volume_cm3:
        wanted = min(
            wanted,
            sum(
                packing.room_cm3[c] // goods.volume_cm3 // goods.step * goods.step
                for c in _compartments(problem, packing, item)
            ),
        )
    elif not _compartments(problem, packing, item):
        return 0
    return max(0, wanted // goods.step * goods.step)


def _compartments(problem: Problem, packing: Packing, item: int) -> list[int]:
    """Where the item may go, those with its own class first, empty ones last."""
    own = problem.item_class[item]
    aboard = 0
    for mask in packing.classes:
        aboard |= mask
    if aboard & problem.vehicle_conflicts[own]:
        return []
    blocked = problem.compartment_conflicts[own]
    free = [c for c, mask in enumerate(packing.classes) if not mask & blocked]
    if len(free) > 1:
        free.sort(key=lambda c: (not packing.classes[c] >> own & 1, packing.classes[c] == 0, c))
    return free


def _merged(first: Pieces, second: Pieces) -> Pieces:
    quantity = dict(first)
    for compartment, more in second:
        quantity[compartment] = quantity.get(compartment, 0) + more
    return tuple(quantity.items())
