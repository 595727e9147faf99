"""Representatives: outsiders whom the desk knows, who ask for one place through a personal link."""

from __future__ import annotations

from uuid import UUID

from karavan.desk import models as rows
from karavan.desk.actions.posting import Entry, action
from karavan.domain.errors import Refused
from karavan.domain.language import LANGUAGES
from karavan.domain.message import Message
from karavan.domain.roles import Right, Role


@action("representative invited")
def invite_representative(entry: Entry, *, operation: int, place: int, contact: UUID, language: str = "en") -> None:
    """
    A user without a password, who asks for this place and sees what they asked; the desk vouches for who it is. The
    user's id is the event's.
    """
    where = rows.Place.objects.filter(operation=operation, pk=place).first()
    entry.require(Right.INVITE_REPRESENTATIVE, operation, where)
    if where is None:
        raise Refused(Message("there is no such place in this operation"))
    who = entry.see(rows.Contact, contact)
    if who.operation_id != operation:
        raise Refused(Message("there is no such thing here"))
    if language not in LANGUAGES:
        raise Refused(Message("choose one of {languages}", languages=", ".join(LANGUAGES)))
    user = rows.User(
        id=entry.id, login=f"rep-{entry.id.hex[-12:]}", language=language, created_at=entry.now, contact=who
    )
    user.set_unusable_password()
    user.save()
    rows.Membership.objects.create(
        user=user,
        operation_id=operation,
        role=Role.REPRESENTATIVE.value,
        place=where,
        granted_by=entry.actor,
        since=entry.now,
    )


@action("representative's link renewed")
def renew_link(entry: Entry, *, user: UUID) -> None:
    """Links made before, and whoever came in by one, are out at once."""
    found = rows.Membership.objects.filter(
        user=user, role=Role.REPRESENTATIVE.value, until=None, place__isnull=False
    ).select_related("user", "place")
    row = found.first()
    if row is None:
        raise Refused(Message("there is no such thing here"))
    entry.require(Right.INVITE_REPRESENTATIVE, row.operation_id, row.place)
    if row.user.has_usable_password():
        raise Refused(Message("whoever has a password needs no link"))
    row.user.set_unusable_password()
    row.user.save()


@action("representative ended")
def end_representative(entry: Entry, *, user: UUID) -> None:
    """The role ends, and with it the link."""
    row = rows.Membership.objects.filter(user=user, role=Role.REPRESENTATIVE.value, until=None).first()
    if row is None:
        raise Refused(Message("there is no such thing here"))
    entry.require(Right.INVITE_REPRESENTATIVE, row.operation_id, row.place)
    row.until = entry.now
    row.save()
