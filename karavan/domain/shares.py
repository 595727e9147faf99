"""What came of the sharing of a scarce item: limits are set before the search, and this is what everybody gets."""

from __future__ import annotations

from collections import defaultdict

from karavan.domain.needs import needs
from karavan.domain.plans import Plan, Share
from karavan.domain.situation import Situation
from karavan.domain.value import deliveries


def served(situation: Situation, plan: Plan) -> dict[str, float]:
    """For each need the part of it that the plan hands over."""
    given: dict[str, int] = defaultdict(int)
    for code, quantity, _ in deliveries(situation, plan):
        given[code] += quantity
    return {need.code: min(1.0, given[need.code] / need.quantity) for need in needs(situation) if need.quantity}


def percent(part: float) -> int:
    """A part as it is said everywhere: nearest whole per cent, but 100 only for all of it and 0 only for nothing."""
    whole = round(100 * part)
    return min(99, max(1, whole)) if 0 < part < 1 else whole


def spread(share: Share, parts: dict[str, float]) -> tuple[float, float]:
    """The smallest and the largest part (as of :func:`served`) that the needs of a scarce item get."""
    found = [parts[code] for code, _ in share.shares if code in parts]
    return min(found, default=0.0), max(found, default=0.0)
