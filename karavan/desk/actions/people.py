"""Users, roles, and the people that papers name."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from karavan.desk import models as rows
from karavan.desk.actions.keys import sound
from karavan.desk.actions.posting import Entry, action
from karavan.desk.retention import due_contacts
from karavan.domain.errors import Refused
from karavan.domain.language import LANGUAGES
from karavan.domain.message import Message
from karavan.domain.roles import Right, Role

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}", re.ASCII)


@action("user added", "login", "password")
def add_user(entry: Entry, *, operation: int, login: str, password: str, language: str = "en") -> None:
    """The user's id is the event's, which names nobody. The login name is ASCII in lower case: no two look alike."""
    entry.require(Right.MANAGE_USERS, operation)
    make_user(entry.id, login, sound(password), language, entry.now)


def make_user(number: UUID, login: str, password: str, language: str, now: datetime) -> rows.User:
    """
    Raises
    ------
    Refused
        The name is taken, or not one that can be told apart from others.
    """
    if not _LOGIN.fullmatch(login):
        raise Refused(Message("a login name has 2 to 40 letters a-z, digits, points, dashes or underscores"))
    if language not in LANGUAGES:
        raise Refused(Message("choose one of {languages}", languages=", ".join(LANGUAGES)))
    if rows.User.objects.filter(login=login).exists():
        raise Refused(Message("the login name {login} is taken", login=login))
    user = rows.User(id=number, login=login, language=language, created_at=now)
    user.set_password(password)
    user.save()
    return user


@action("role given")
def grant_role(entry: Entry, *, operation: int, user: UUID, role: Role, place: int | None = None) -> None:
    entry.require(Right.MANAGE_USERS, operation)
    if place is not None and not rows.Place.objects.filter(pk=place, operation=operation).exists():
        raise Refused(Message("there is no such place in this operation"))
    if not rows.User.objects.filter(pk=user).exists():
        raise Refused(Message("there is no such user"))
    rows.Membership.objects.create(
        user_id=user,
        operation_id=operation,
        role=role.value,
        place_id=place,
        granted_by=entry.actor,
        since=entry.now,
    )


@action("role ended")
def end_role(entry: Entry, *, membership: int) -> None:
    """At once: rights are read anew at each step."""
    row = entry.see(rows.Membership, membership)
    entry.require(Right.MANAGE_USERS, row.operation_id)
    if row.until is not None:
        raise Refused(Message("the role was ended before"))
    row.until = entry.now
    row.save()


@action("contact entered", "name", "phone", "email")
def enter_contact(entry: Entry, *, operation: int, name: str, phone: str = "", email: str = "") -> None:
    """A person; the id is the event's, and all that names them stays outside the chain."""
    entry.require(Right.RAISE_REQUEST, operation)
    rows.Contact.objects.create(id=entry.id, operation_id=operation, name=name, phone=phone, email=email)


@action("contact erased")
def erase_contact(entry: Entry, *, contact: UUID, only_past: bool = False) -> None:
    """Name and numbers go for good; papers keep an id that leads nowhere. ``only_past``: if its time is over."""
    row = entry.see(rows.Contact, contact)
    if row.operation is None:
        raise Refused(Message("there is no such thing here"))
    entry.require(Right.SEE_CONTACTS, row.operation)
    if only_past and contact not in {it.pk for it in due_contacts(entry.actor, row.operation, entry.now)}:
        raise Refused(Message("its time is not over"))
    row.name = row.phone = row.email = ""
    row.erased_at = entry.now
    row.save()
