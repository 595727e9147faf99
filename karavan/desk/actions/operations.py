"""Operations: opened from a situation."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from karavan.desk import models as rows
from karavan.desk.access import rights
from karavan.desk.actions.posting import Entry, action
from karavan.desk.load import load
from karavan.domain.errors import NotAllowed, Refused
from karavan.domain.message import Message
from karavan.domain.planfile import situation_digest
from karavan.domain.roles import Right, Role
from karavan.domain.situation import Situation


@action("operation opened", "situation", "new_id")
def open_operation(
    entry: Entry, *, code: str, sha256: str, situation: Situation, new_id: Callable[[], UUID], levels: int = 2
) -> None:
    """
    A new operation with everything that a workbook holds; who opens it hands out its roles.

    The first one is opened by the first user, later ones by whoever manages users in another.
    """
    if rows.Operation.objects.exists() and Right.MANAGE_USERS not in rights(entry.actor):
        raise NotAllowed(Message("you have no right to do this here"))
    entry.cleared = True
    if situation_digest(situation) != sha256:
        raise Refused(Message("the situation is another one than the one named"))
    if rows.Operation.objects.filter(code=code).exists():
        raise Refused(Message("there is an operation {code} already", code=code))
    operation = load(entry, code, situation, new_id, levels)
    rows.Membership.objects.create(
        user=entry.actor, operation=operation, role=Role.ADMIN.value, granted_by=None, since=entry.now
    )
