"""
A form that came when its sender was signed out: kept for the same person at the same browser, and given back.

It lies in the session of whoever is not signed in yet, on the server. A cookie, signed and out of scripts' reach, says
who was signed in at this browser last; without it, and without the form's own mark against forgery, nothing is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import resolve

LAST, KEPT = "last", "unsent"
_DAYS_S = 7 * 86_400
LARGEST = 100_000
"""Characters of a form that is kept."""

SECRET = frozenset({"login", "code", "self", "person", "people", "link", "logout", "unsent"})
"""Routes whose forms hold passwords, codes or rights, or nothing that was typed: never kept."""

GIVEN_BACK = frozenset(
    [
        "request_new",
        "request_edit",
        "request_cancel",
        "waybill_void",
        "waybill_load",
        "waybill_dispatch",
        "waybill_receive",
        "waybill_hand_over",
        "waybill_loss",
        "waybill_return",
        "stock_receive",
        "stock_kits",
        "stock_unkit",
        "stock_bake",
        "stock_keep",
        "stock_apart",
        "stock_loss",
        "transfer_ask",
        "count_store",
        "vehicle_new",
        "vehicle_edit",
        "vehicle_service",
        "vehicle_driver",
        "convoy_leader",
        "convoy_check_in",
        "journey_incident",
        "clearance_new",
        "clearance_answer",
        "road_report",
        "road_new",
        "place_new",
        "place_edit",
    ]
)
"""Routes whose own form comes back as it was typed; what was sent elsewhere is shown and sent again by a button."""

_NOT_TYPED = frozenset({"csrfmiddlewaretoken"})


@dataclass(frozen=True, slots=True)
class Unsent:
    """
    Attributes
    ----------
    address
        Where it was sent to.
    typed
        As a browser sends it, without the mark against forgery.
    had_files
        Files came with it and were not kept.
    """

    address: str
    typed: str
    had_files: bool

    @property
    def opens(self) -> bool:
        """Whether the page that it was typed in shows it again."""
        return resolve(self.address.partition("?")[0]).url_name in GIVEN_BACK

    @property
    def values(self) -> QueryDict:
        return QueryDict(self.typed)


def keep(request: HttpRequest, route: str) -> bool:
    """Keep what was sent by somebody who is not signed in any more; whether it comes back on a page of its own."""
    who = _last(request)
    if request.method != "POST" or not who or route in SECRET:
        return False
    forgery = CsrfViewMiddleware(lambda _: HttpResponse()).process_view(request, HttpResponse, (), {})
    if forgery is not None:
        return False
    values = request.POST.copy()
    for name in _NOT_TYPED:
        values.pop(name, None)
    text = values.urlencode()
    if not values or len(text) > LARGEST:
        return False
    request.session[KEPT] = [who, request.get_full_path(), text, bool(request.FILES)]
    return route not in GIVEN_BACK


def kept(request: HttpRequest) -> Unsent | None:
    """What waits for whoever is signed in; what another person left is thrown away unseen."""
    found = request.session.get(KEPT)
    if not found or not request.user.is_authenticated:
        return None
    who, address, text, had_files = found
    if who != request.user.pk.hex:
        forget(request)
        return None
    return Unsent(address, text, had_files)


def typed(request: HttpRequest) -> QueryDict | None:
    """What waits for just this address: a form that is shown is filled with it."""
    found = kept(request) if request.method == "GET" and KEPT in request.session else None
    return found.values if found and found.address == request.get_full_path() else None


def forget(request: HttpRequest) -> None:
    request.session.pop(KEPT, None)


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """Who is signed in at this browser; nobody after signing out."""
    if request.user.is_authenticated:
        if _last(request) != request.user.pk.hex:
            response.set_signed_cookie(
                LAST, request.user.pk.hex, salt=LAST, max_age=_DAYS_S, samesite="Lax", httponly=True,
                secure=settings.SESSION_COOKIE_SECURE,
            )  # fmt: skip
    elif LAST in request.COOKIES:
        response.delete_cookie(LAST, samesite="Lax")


def _last(request: HttpRequest) -> str:
    try:
        return request.get_signed_cookie(LAST, salt=LAST, max_age=_DAYS_S) or ""
    except (KeyError, signing.BadSignature):
        return ""
