"""Receipts: what was loaded compared with what was counted on arrival."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from karavan.domain.errors import Refused
from karavan.domain.message import Message


class Damage(StrEnum):
    """Why goods that arrived are not fit for use; the words of the waybill's back."""

    TORN = "torn"
    WET = "wet"
    STAINED = "stained"
    MOULDY = "mouldy"
    BROKEN = "broken"
    EXPIRED = "expired"
    OTHER = "other"


class LossReason(StrEnum):
    """Why goods are written off."""

    MISSING = "missing"
    DAMAGED = "damaged"
    THEFT = "theft"
    FIRE = "fire"
    ACCIDENT = "accident"
    EXPIRED = "expired"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """
    One line of a receipt, as it stands on the paper.

    Attributes
    ----------
    arrived
        Units that came off the vehicle, in whatever state.
    damaged
        Of them not fit for use: ``((reason, units), ...)``.
    underweight, underweight_g
        Of them whole but too light, and what is missing in them together. They are handed over: the goods are good.
    """

    arrived: int
    damaged: tuple[tuple[Damage, int], ...] = ()
    underweight: int = 0
    underweight_g: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """
    A line after the count: ``loaded + excess == good + underweight + damaged + missing``.

    Attributes
    ----------
    excess
        Arrived though the waybill does not name it. It is recorded and never refused: it was counted, so it exists.
    """

    loaded: int
    good: int
    underweight: int
    damaged: int
    missing: int
    excess: int

    @property
    def usable(self) -> int:
        return self.good + self.underweight

    @property
    def sent_damaged(self) -> int:
        """Of the damaged, those that the waybill names; any others are excess."""
        return min(self.damaged, self.loaded - self.missing)

    @property
    def sent_usable(self) -> int:
        """Of the usable, those that the waybill names."""
        return self.loaded - self.missing - self.sent_damaged


def reconcile(loaded: int, counted: Counted) -> Reconciled:
    """
    Compare what was loaded with what was counted.

    Good and damaged are counted apart, as on the paper (CARE food resources manual, chapter 8: waybills 850, 853, 854).

    Raises
    ------
    Refused
        The figures contradict each other.
    """
    damaged = sum(units for _, units in counted.damaged)
    figures = (counted.arrived, counted.underweight, counted.underweight_g, *(units for _, units in counted.damaged))
    if min(figures) < 0:
        raise Refused(Message("a count is never less than nothing"))
    if damaged + counted.underweight > counted.arrived:
        raise Refused(
            Message(
                "{bad} are damaged or too light, but only {arrived} arrived",
                bad=damaged + counted.underweight,
                arrived=counted.arrived,
            )
        )
    return Reconciled(
        loaded=loaded,
        good=counted.arrived - damaged - counted.underweight,
        underweight=counted.underweight,
        damaged=damaged,
        missing=max(0, loaded - counted.arrived),
        excess=max(0, counted.arrived - loaded),
    )


def agreed(given: int, taken: Counted) -> Counted:
    """
    The one count of a hand-over from vehicle to vehicle; the goods are somebody's at every moment.

    Raises
    ------
    Refused
        Whoever hands over and whoever takes over did not count the same.
    """
    if given != taken.arrived:
        raise Refused(
            Message(
                "one side counted {given}, the other {taken}: count again together", given=given, taken=taken.arrived
            )
        )
    return taken
