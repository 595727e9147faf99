"""What is past its time in every operation of somebody, for the terminal: listed, and erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import uuid_utils.compat

from karavan.desk import actions, models as rows
from karavan.desk.retention import Due, due
from karavan.domain.errors import NotFound
from karavan.domain.message import Message


@dataclass(frozen=True, slots=True)
class Erasing:
    user: rows.User
    due: list[tuple[rows.Operation, Due]]

    @classmethod
    def by(cls, login: str) -> Erasing:
        """
        What the user may erase.

        Raises
        ------
        NotFound
            Nobody comes in with this name.
        """
        user = rows.User.objects.filter(login=login, is_active=True).first()
        if user is None:
            raise NotFound(Message("nobody comes in with the name {login}", login=login))
        now = datetime.now(UTC)
        mine = rows.Operation.objects.filter(membership__user=user, membership__until=None).distinct().order_by("code")
        return cls(user, [(it, one) for it in mine for one in due(user, it, now)])

    def erase(self) -> None:
        """One event each."""
        for _, it in self.due:
            actions.erase_due(self.user, uuid_utils.compat.uuid7(), datetime.now(UTC), it)
