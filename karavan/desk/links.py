"""Personal links: signed, for a time, undone by a new one; they open nothing but a representative's own pages."""

from __future__ import annotations

from uuid import UUID

from django.core import signing

from karavan.desk import models as rows
from karavan.domain.roles import Role

DAYS = 90
_SALT = "karavan.link"


def token(user: rows.User) -> str:
    """What the link carries: the user, and a mark that changes with each new link."""
    return signing.dumps([user.pk.hex, _mark(user)], salt=_SALT)


def opened(text: str) -> rows.User | None:
    """
    Whom a link lets in, if it holds.

    A user with a password, or with any role besides a representative's, does not come in by a link: a message that
    goes astray opens one person's requests and nothing else.
    """
    try:
        number, mark = signing.loads(text, salt=_SALT, max_age=DAYS * 86_400)
        user = rows.User.objects.filter(pk=UUID(number), is_active=True).first()
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if user is None or user.has_usable_password() or mark != _mark(user):
        return None
    roles = set(rows.Membership.objects.filter(user=user, until=None).values_list("role", flat=True))
    return user if roles == {Role.REPRESENTATIVE.value} else None


def _mark(user: rows.User) -> str:
    """An unusable password is random and new each time."""
    return user.password[-10:]
