"""Wrong passwords: each one more makes the next wait longer, and nobody is shut out for good."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from karavan.desk.lock import turn
from karavan.desk.models import Guess

DEVICE = "device"
LONGEST_WAIT_S = 900
FORGOTTEN_AFTER = timedelta(days=1)
_YEAR_S = 31_536_000


@dataclass(frozen=True, slots=True)
class Key:
    """
    Attributes
    ----------
    free
        Guesses without waiting; the wait doubles with each one after them.
    own
        Of one login: a right password sets it back to nothing.
    """

    digest: str
    free: int
    own: bool


def keys(request: HttpRequest, login: str) -> tuple[Key, ...]:
    """
    What a guess counts for: login and network, and the network; from a device on which this login was right before,
    login and device alone, so that nobody else's guessing makes its owner wait.
    """
    device = _device(request, login)
    if device:
        return (Key(_digest("device", login, device), 10, True),)
    network = _network(request.META.get("REMOTE_ADDR", ""))
    return Key(_digest("login", login, network), 5, True), Key(_digest("network", network), 50, False)


def count(counted: tuple[Key, ...], now: datetime) -> int:
    """Note one guess; or the seconds until one is heard again, and nothing is noted."""
    with turn(), transaction.atomic():
        Guess.objects.filter(last_at__lt=now - FORGOTTEN_AFTER).delete()
        found = {
            row.key: row for row in Guess.objects.select_for_update().filter(key__in=[key.digest for key in counted])
        }
        wait_s = 0
        for key in counted:
            row = found.get(key.digest)
            if row is not None:
                until = row.last_at + timedelta(seconds=delay_s(row.count, key.free))
                wait_s = max(wait_s, -(-(until - now) // timedelta(seconds=1)))
        if wait_s > 0:
            return wait_s
        for key in counted:
            row = found.get(key.digest) or Guess(key=key.digest, count=0)
            row.count, row.last_at = row.count + 1, now
            row.save()
    return 0


def delay_s(guessed: int, free: int) -> int:
    return 0 if guessed < free else min(2 ** min(guessed - free, 20), LONGEST_WAIT_S)


def forget(counted: tuple[Key, ...]) -> None:
    """The password was right. A network keeps its count: one login of one's own must not pay for guesses at others."""
    with turn(), transaction.atomic():
        Guess.objects.filter(key__in=[key.digest for key in counted if key.own]).delete()


def know_device(request: HttpRequest, response: HttpResponse, login: str) -> None:
    device = _device(request, login) or secrets.token_urlsafe(16)
    response.set_signed_cookie(
        DEVICE, f"{login} {device}", salt=DEVICE, max_age=_YEAR_S, samesite="Lax", httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def _device(request: HttpRequest, login: str) -> str:
    try:
        cookie = request.get_signed_cookie(DEVICE, salt=DEVICE, max_age=_YEAR_S)
    except (KeyError, signing.BadSignature):
        return ""
    known, _, device = (cookie or "").partition(" ")
    return device if known == login else ""


def _network(address: str) -> str:
    """The /24 or /64 of an address: one guesser has many addresses side by side."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    return str(ip_network((found, 24 if found.version == 4 else 64), strict=False))


def _digest(*parts: str) -> str:
    """Keyed with the desk's secret: the table names no person and no address."""
    return salted_hmac("karavan.guess", "\0".join(parts), algorithm="sha256").hexdigest()
