"""What opens the desk besides a password: tokens of programs, and how often somebody was wrong of late."""

from __future__ import annotations

from django.db import models


class Token(models.Model):
    """
    A program's key to the JSON API, in a user's name; of the key itself only a digest is kept.

    Attributes
    ----------
    rights
        Of the user's rights those that the token has.
    with_code
        Made after the second factor was given: without it the token opens nothing that asks for one.
    """

    id = models.UUIDField(primary_key=True)
    user = models.ForeignKey("User", on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64, unique=True)
    rights = models.JSONField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    with_code = models.BooleanField(default=False)


class Guess(models.Model):
    """
    Wrong passwords in a row.

    Attributes
    ----------
    key
        A keyed digest of login and network, of login and device, or of a network: nobody is named.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    last_at = models.DateTimeField()
