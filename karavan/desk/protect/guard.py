"""A write that the database refuses, and the one way around the other person's signature."""

from __future__ import annotations

from dataclasses import dataclass

PREFIX = "guard_"


@dataclass(frozen=True, slots=True)
class Guard:
    """
    A write that the database refuses.

    Attributes
    ----------
    name
        Also the code by which the refusal is said (karavan/desk/actions/words.py).
    when
        ``INSERT``, ``UPDATE`` or ``DELETE``; always before it.
    condition
        Refused where this is true; ``NEW`` and ``OLD`` are the row.
    only
        The one database that needs it.
    """

    name: str
    table: str
    when: str
    condition: str
    only: str = ""

    @property
    def trigger(self) -> str:
        return f"{PREFIX}{self.name}_{self.table}_{self.when.lower()}"


def unless_alone(condition: str, operation: str, at: str = "NEW.at") -> str:
    """Refused, but not while one person may sign alone in the operation at the moment of the signature."""
    return (
        f"({condition}) AND NOT EXISTS (SELECT 1 FROM desk_emergency e WHERE e.operation_id = {operation}"
        f" AND e.since <= {at} AND {at} < e.until AND NOT EXISTS ("
        f"SELECT 1 FROM desk_emergencyend x WHERE x.emergency_id = e.id AND x.at <= {at}))"
    )
