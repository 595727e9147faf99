"""The small world of ``tests/cast.py`` at the desk, with one person for each role; ids and clock are counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from karavan.desk import actions, models as rows
from karavan.desk.actions.people import make_user
from karavan.desk.actions.posting import Posted
from karavan.domain.planfile import situation_digest
from karavan.domain.roles import Role
from karavan.domain.situation import Situation
from tests.cast import a_situation

BEFORE = datetime(2023, 9, 21, 18, 0, tzinfo=UTC)

# Who has which role, and at which place: None is everywhere.
PEOPLE: dict[str, list[tuple[Role, str | None]]] = {
    "rep": [(Role.REPRESENTATIVE, None)],
    "officer": [(Role.OFFICER, None)],
    "approver": [(Role.APPROVER, None)],
    "second": [(Role.APPROVER, None)],
    "planner": [(Role.PLANNER, None)],
    "dispatcher": [(Role.DISPATCHER, None)],
    "keeper": [(Role.STOREKEEPER, "AGD")],
    "baker": [(Role.STOREKEEPER, "BKR")],
    "receiver": [(Role.RECEIVER, "KHN")],
    "khn2": [(Role.RECEIVER, "KHN")],
    "counter": [(Role.COUNTER, None)],
    "auditor": [(Role.AUDITOR, None)],
    "stranger": [],
}


@dataclass
class Desk:
    now: datetime = BEFORE
    made: int = 0
    people: dict[str, rows.User] = field(default_factory=dict)

    def id(self) -> UUID:
        self.made += 1
        return UUID(int=self.made)

    def do(self, name: str, who: str, /, **values: Any) -> Posted:
        """One write, a second after the one before."""
        self.now += timedelta(seconds=1)
        return getattr(actions, name)(self.people[who], self.id(), self.now, **values)

    @property
    def operation(self) -> rows.Operation:
        return rows.Operation.objects.get(code="OP")

    def place(self, code: str) -> rows.Place:
        return rows.Place.objects.get(operation=self.operation, code=code)

    def batch(self, code: str) -> rows.Batch:
        return rows.Batch.objects.get(operation=self.operation, code=code)

    def free(self, place: str, code: str) -> int:
        from karavan.desk.stock import free

        return free(self.place(place), self.batch(code))


def a_desk(situation: Situation | None = None, levels: int = 2) -> Desk:
    """Operation OP with the small world in it; its requests are drafts of ``admin``."""
    desk = Desk()
    desk.people["admin"] = make_user(desk.id(), "admin", "correct horse", "en", desk.now)
    world = situation or a_situation()
    desk.do(
        "open_operation",
        "admin",
        code="OP",
        sha256=situation_digest(world),
        situation=world,
        new_id=desk.id,
        levels=levels,
    )
    for login, memberships in PEOPLE.items():
        user = rows.User(id=desk.id(), login=login, password="!", created_at=desk.now)
        user.save()
        desk.people[login] = user
        for role, place in memberships:
            desk.do(
                "grant_role",
                "admin",
                operation=desk.operation.pk,
                user=user.pk,
                role=role,
                place=desk.place(place).pk if place else None,
            )
    return desk
