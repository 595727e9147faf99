"""The ledger: goods move from one account to another, in whole units; both sides are one entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from karavan.domain.errors import Refused
from karavan.domain.message import Message

LARGEST_TRANSFER = 10**12


class AccountKind(StrEnum):
    """
    Where goods can be.

    ``SOURCE`` outside: a donor, a purchase. ``STOCK`` at a place, nobody's yet. ``RESERVED`` there, for a waybill line
    or for others. ``TRANSIT`` aboard, of a waybill line. ``DAMAGED`` arrived and not fit for use. ``DONE`` handed over.
    ``LOSS`` lost, with a reason and two signatures. ``ADJUST`` found or missed at a count. ``MAKING`` inside a kit or
    an oven. ``SURPLUS`` arrived though nobody had sent them.
    """

    SOURCE = "source"
    STOCK = "stock"
    RESERVED = "reserved"
    TRANSIT = "transit"
    DAMAGED = "damaged"
    DONE = "done"
    LOSS = "loss"
    ADJUST = "adjust"
    MAKING = "making"
    SURPLUS = "surplus"


MAY_BE_BELOW_NOTHING = frozenset((AccountKind.SOURCE, AccountKind.ADJUST, AccountKind.MAKING, AccountKind.SURPLUS))
"""The edges of what the ledger knows: what came from there was somewhere before."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """``quantity`` units of one batch from account ``source`` to account ``target``."""

    source: int
    target: int
    batch: int
    quantity: int


Balances = dict[tuple[int, int], int]
"""``(account, batch) -> units``."""


def fold(transfers: Iterable[Transfer]) -> Balances:
    """The balances that the transfers give; accounts that never held a batch are left out."""
    balances: Balances = defaultdict(int)
    for transfer in transfers:
        balances[transfer.source, transfer.batch] -= transfer.quantity
        balances[transfer.target, transfer.batch] += transfer.quantity
    return dict(balances)


def overdrawn(balances: Balances, kinds: Mapping[int, AccountKind]) -> tuple[tuple[int, int], ...]:
    """The accounts, with the batch, that hold less than nothing though they must not."""
    return tuple(
        sorted(key for key, units in balances.items() if units < 0 and kinds[key[0]] not in MAY_BE_BELOW_NOTHING)
    )


def whole(quantity: int) -> int:
    """
    A quantity that can be moved.

    Raises
    ------
    Refused
        It is none: nothing, less than nothing, or more than any paper names.
    """
    if type(quantity) is not int or not 1 <= quantity <= LARGEST_TRANSFER:
        raise Refused(Message("a quantity is a whole number, at least 1"))
    return quantity


def oldest_first(available: Iterable[tuple[int, int]], quantity: int) -> tuple[tuple[int, int], ...]:
    """
    How ``quantity`` is taken from ``(batch, units)`` in the order given; less, where there is not enough.

    Whoever calls has put the batch that expires first in front.
    """
    taken = []
    for batch, units in available:
        part = min(units, quantity)
        if part > 0:
            taken.append((batch, part))
            quantity -= part
    return tuple(taken)
