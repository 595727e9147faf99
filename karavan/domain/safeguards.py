"""The settings that keep a desk honest, and which changes of them loosen a control: those take two people."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from karavan.domain.approval import CLOCKS_H
from karavan.domain.errors import Refused
from karavan.domain.message import Message

MOST_LEVELS, LONGEST_CLOCK_H, LONGEST_EMERGENCY_H = 5, 24 * 30, 72


@dataclass(frozen=True, slots=True)
class Settings:
    """
    Attributes
    ----------
    levels
        Approvals that a request needs, by as many people.
    clocks_h
        Hours for a decision at priority 1, 2, 3 ...
    code_roles
        Roles whose people sign in with a second factor.
    """

    levels: int
    clocks_h: tuple[int, ...]
    code_roles: frozenset[str]


def refuse_settings(settings: Settings) -> None:
    """
    Raises
    ------
    Refused
        They are none that a desk could have.
    """
    if not 1 <= settings.levels <= MOST_LEVELS:
        raise Refused(Message("a request needs 1 to {most} approvals", most=MOST_LEVELS))
    if len(settings.clocks_h) != len(CLOCKS_H) or any(not 1 <= it <= LONGEST_CLOCK_H for it in settings.clocks_h):
        raise Refused(Message("each priority has 1 to {most} hours", most=LONGEST_CLOCK_H))


def loosened(before: Settings, after: Settings) -> tuple[Message, ...]:
    """What of the controls a change would take away; nothing: one person may make it."""
    found = []
    if after.levels < before.levels:
        found.append(Message("fewer approvals: {before} → {after}", before=before.levels, after=after.levels))
    was = before.clocks_h or CLOCKS_H
    if any(new > old for old, new in zip_longest(was, after.clocks_h, fillvalue=0)):
        found.append(Message("more time for decisions"))
    if gone := len(before.code_roles - after.code_roles):
        found.append(
            Message.counted("{count} role without a second factor", "{count} roles without a second factor", count=gone)
        )
    return tuple(found)
