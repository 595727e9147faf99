"""Passwords, second factors and tokens: what opens the desk. No secret comes into the chain of events."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django_otp.plugins.otp_totp.models import TOTPDevice

from karavan.desk import models as rows
from karavan.desk.access import rights, verified
from karavan.desk.actions.posting import Entry, action
from karavan.domain.errors import NotAllowed, Refused
from karavan.domain.language import LANGUAGES
from karavan.domain.message import Message
from karavan.domain.roles import Right, Role

TOKEN_LENGTH = 40


class BadPassword(Refused):
    """Too short, or one of those that everybody tries."""


@action("own password changed", "old", "new")
def change_password(entry: Entry, *, old: str, new: str) -> None:
    """Every other session of the user ends with it."""
    entry.cleared = True  # one's own
    person = rows.User.objects.get(pk=entry.actor.pk)
    if not person.check_password(old):
        raise Refused(Message("the old password is another one"))
    person.set_password(sound(new))
    person.save()


@action("password set", "password")
def set_password(entry: Entry, *, user: UUID, password: str) -> None:
    """For somebody who lost theirs: sessions and tokens end."""
    person = _managed(entry, user)
    person.set_password(sound(password))
    person.save()
    person.tokens.filter(revoked_at=None).update(revoked_at=entry.now)


@action("user shut out")
def close_user(entry: Entry, *, user: UUID) -> None:
    person = _managed(entry, user)
    person.is_active = False
    person.save()


@action("user let in")
def reopen_user(entry: Entry, *, user: UUID) -> None:
    person = _managed(entry, user)
    if not person.has_usable_password():
        raise Refused(Message("this login was erased"))
    person.is_active = True
    person.save()


@action("user erased")
def erase_user(entry: Entry, *, user: UUID) -> None:
    """The login name goes, for it may be a person's; what the user signed keeps an id that leads nowhere."""
    erased(_managed(entry, user), entry.now)


def erased(person: rows.User, now: datetime) -> None:
    """All that says who it is or opens anything."""
    person.login = f"erased-{person.pk.hex[-12:]}"
    person.language, person.is_active, person.contact, person.email = "en", False, None, ""
    person.set_unusable_password()
    person.save()
    person.tokens.update(name="", revoked_at=now)
    TOTPDevice.objects.filter(user=person.pk).delete()
    person.memberships.filter(until=None).update(until=now)


@action("second factor enrolled", "device")
def enrol_code(entry: Entry, *, device: TOTPDevice) -> None:
    """The device has shown a right code; it is the only one from now on."""
    entry.cleared = True  # one's own
    TOTPDevice.objects.filter(user=entry.actor.pk).exclude(pk=device.pk).delete()
    device.confirmed = True
    device.save()


@action("second factor taken away")
def reset_code(entry: Entry, *, user: UUID) -> None:
    """For somebody whose phone is lost: at the next sign-in they enrol another."""
    TOTPDevice.objects.filter(user=_managed(entry, user).pk).delete()


@action("let in on the terminal", "password")
def let_in(entry: Entry, *, password: str) -> None:
    """
    The last administrator who lost phone or password: a new password, no second factor, no tokens, other sessions end.

    Only the command line calls it: whoever may run it owns the desk's files. The chain says that it was done.
    """
    person = rows.User.objects.get(pk=entry.actor.pk)
    # Before the first operation nobody has a role: the first user is the one who will open it.
    manages = Right.MANAGE_USERS in rights(person) or not rows.Operation.objects.exists()
    if not person.is_active or not manages:
        raise Refused(Message("only an administrator is let in this way; administrators help everybody else"))
    entry.cleared = True
    person.set_password(sound(password))
    person.save()
    person.tokens.filter(revoked_at=None).update(revoked_at=entry.now)
    TOTPDevice.objects.filter(user=person.pk).delete()


@action("second factor required")
def require_codes(entry: Entry, *, operation: int, roles: tuple[Role, ...]) -> None:
    """Whoever has one of the roles does nothing without a second factor, from the next page on."""
    entry.require(Right.MANAGE_USERS, operation)
    row, wanted = rows.Operation.objects.get(pk=operation), {Role(role).value for role in roles}
    if not wanted.issuperset(row.code_roles):
        raise Refused(Message("to need no second factor any more takes two people: the page of settings"))
    row.code_roles = sorted(wanted)
    row.save(update_fields=("code_roles",))


@action("own mail set", "email")
def set_mail(entry: Entry, *, email: str, wants_mail: bool, language: str) -> None:
    """Where the user is mailed that something waits, whether at all, and in which language."""
    entry.cleared = True  # one's own
    if language not in LANGUAGES:
        raise Refused(Message("choose one of {languages}", languages=", ".join(LANGUAGES)))
    if email:
        try:
            validate_email(email)
        except ValidationError:
            raise Refused(Message("this is not an e-mail address")) from None
    rows.User.objects.filter(pk=entry.actor.pk).update(email=email[:200], wants_mail=wants_mail, language=language)


@action("token made", "name", "key")
def make_token(entry: Entry, *, name: str, key: str, rights_: tuple[Right, ...], expires_at: datetime) -> None:
    """The caller makes the key and shows it once; rights that the user loses later are lost to the token as well."""
    entry.cleared = True  # one's own
    wanted = {Right(right) for right in rights_}
    if not wanted <= rights(entry.actor):
        raise NotAllowed(Message("you have no right to do this here"))
    if len(key) < TOKEN_LENGTH or not wanted or expires_at <= entry.now:
        raise Refused(Message("a token has a name, a right and a last day that is still to come"))
    rows.Token.objects.create(
        id=entry.id,
        user=entry.actor,
        name=name[:60],
        sha256=token_digest(key),
        rights=sorted(right.value for right in wanted),
        made_at=entry.now,
        expires_at=expires_at,
        with_code=verified(entry.actor),
    )


@action("token revoked")
def revoke_token(entry: Entry, *, token: UUID) -> None:
    """By its user, or by whoever manages them."""
    row = entry.see(rows.Token, token)
    if row.user_id == entry.actor.pk:
        entry.cleared = True
    else:
        _managed(entry, row.user_id)
    row.revoked_at = row.revoked_at or entry.now
    row.save()


def token_digest(key: str) -> str:
    """A key has 240 random bits: a plain digest hides it as well as a slow one."""
    return hashlib.sha256(key.encode()).hexdigest()


def sound(password: str) -> str:
    """
    Raises
    ------
    BadPassword
    """
    try:
        validate_password(password)
    except ValidationError:
        raise BadPassword(Message("choose a password of at least 10 characters that is not a common one")) from None
    return password


def _managed(entry: Entry, user: UUID) -> rows.User:
    """Somebody whose every role, of today or earlier, is in an operation whose users the actor manages."""
    person = entry.see(rows.User, user)
    if person.pk == entry.actor.pk:
        raise Refused(Message("another administrator does this for you"))
    for operation in set(person.memberships.values_list("operation", flat=True)):
        entry.require(Right.MANAGE_USERS, operation)
    return person
