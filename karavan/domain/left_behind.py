"""What a plan leaves behind, counted in one way: approved lines, and apart from them those that nobody approved."""

from __future__ import annotations

from dataclasses import dataclass

from karavan.domain.needs import needs
from karavan.domain.plans import Plan, Unserved
from karavan.domain.situation import Situation


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """
    A plan's account of what it does not deliver.

    Attributes
    ----------
    lines
        Approved, and left behind whole or in part.
    not_approved
        Drafts and requests that wait, were rejected or sent back: nobody planned them, and no count of lines left
        behind holds them.
    total
        All approved lines: the needs of the situation.
    """

    lines: tuple[Unserved, ...]
    not_approved: tuple[Unserved, ...]
    total: int

    @property
    def count(self) -> int:
        return len({row.need for row in self.lines})

    @property
    def not_approved_count(self) -> int:
        return len({row.need for row in self.not_approved})


def left_behind(situation: Situation, plan: Plan) -> LeftBehind:
    """``plan.unserved`` in its two parts."""
    approved = {need.code for need in needs(situation)}
    return LeftBehind(
        lines=tuple(row for row in plan.unserved if row.need in approved),
        not_approved=tuple(row for row in plan.unserved if row.need not in approved),
        total=len(approved),
    )
