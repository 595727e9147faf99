"""When goods in store are warned about."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

SOON = timedelta(days=30)
SHARE_LEFT = 4


class Freshness(StrEnum):
    GOOD = "good"
    SOON = "soon"
    EXPIRED = "expired"


def freshness(expiry: datetime | None, now: datetime, shelf_life_s: int | None = None) -> Freshness:
    """
    ``SOON`` in the last quarter of the shelf life or, where it is longer or not known, in the last 30 days.

    The 30 days are a habit of warehouses and no rule of a source.
    """
    if expiry is None:
        return Freshness.GOOD
    if expiry <= now:
        return Freshness.EXPIRED
    ahead = SOON if shelf_life_s is None else min(SOON, timedelta(seconds=shelf_life_s) / SHARE_LEFT)
    return Freshness.SOON if expiry - now <= ahead else Freshness.GOOD
