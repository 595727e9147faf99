"""Whether two requests probably ask for the same thing: shown beside each other, judged by a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

WITHIN = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is compared: where, who asks, when, for how many people, and units of each item."""

    place: int
    asker: str
    raised_at: datetime
    people: int
    items: Mapping[str, int]


def probably_the_same(one: Asked, other: Asked) -> bool:
    """
    The same place within three days, and an item in common, or the same number of people for whom somebody else asks.

    Whoever asks for bread and for soap for the same people asks twice, and for nothing twice.
    """
    if one.place != other.place or abs(one.raised_at - other.raised_at) > WITHIN:
        return False
    if one.items.keys() & other.items.keys():
        return True
    return one.people == other.people and one.people > 0 and one.asker != other.asker
