"""Users, what they may do and where, and the people whom papers name: contacts can be erased, ids stay."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, login: str | None) -> User:
        return self.get(login=login)


class User(AbstractBaseUser):
    """
    Who signs in. The login name is ASCII, so that no two look alike; what a person is called is in their contact.

    Attributes
    ----------
    one_code_required
        Signs in with a second factor only.
    email, wants_mail
        Where and whether the user is mailed that something waits.
    limited_to
        Set where a token speaks for the user: no other right of theirs counts.
    """

    id = models.UUIDField(primary_key=True)
    login = models.CharField(max_length=40, unique=True)
    language = models.CharField(max_length=2, default="en")
    is_active = models.BooleanField(default=True)
    one_code_required = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    email = models.CharField(max_length=200, blank=True, default="")
    wants_mail = models.BooleanField(default=True)
    contact = models.ForeignKey("Contact", null=True, on_delete=models.SET_NULL)

    limited_to: frozenset[str] | None = None
    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "login"

    def __str__(self) -> str:
        return self.login


class Contact(models.Model):
    """A person's name and numbers, apart from everything that is hashed: erased, the ledger stays whole."""

    id = models.UUIDField(primary_key=True)
    operation = models.ForeignKey("Operation", null=True, on_delete=models.CASCADE)
    name = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=200, blank=True)
    erased_at = models.DateTimeField(null=True)


class Remark(models.Model):
    """What somebody wrote beside an event: kept apart from its hashed body, since it may name people."""

    event = models.UUIDField(primary_key=True)
    text = models.TextField()


class Membership(models.Model):
    """A role in an operation: everywhere, or at one place. It is ended, not deleted."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    operation = models.ForeignKey("Operation", on_delete=models.PROTECT)
    role = models.CharField(max_length=20)
    place = models.ForeignKey("Place", null=True, on_delete=models.PROTECT)
    granted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)


class Notice(models.Model):
    """
    Something waits for a user; while it does, there is one notice of it (karavan/desk/telling.py).

    Attributes
    ----------
    key
        The duty and the row's number.
    message
        What the row is called.
    link
        The route to its page, or to its list.
    over_at
        Since when it does not wait any more.
    mailed_at
        When it came into a mail.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    operation = models.ForeignKey("Operation", on_delete=models.CASCADE)
    key = models.CharField(max_length=80, default="")
    message = models.JSONField()
    link = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "key"), condition=Q(over_at=None), name="notice_waits_once"),
        )


class Mail(models.Model):
    """
    A mail that is laid ready, and whether it is sent.

    Attributes
    ----------
    said
        Its sentences, as messages: they count, and name nobody and no place.
    next_at
        When it is tried next; ``problem`` is the kind of what went wrong last.
    """

    id = models.UUIDField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    said = models.JSONField()
    made_at = models.DateTimeField()
    next_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes = (models.Index(fields=("sent_at", "next_at"), name="mail_due"),)
