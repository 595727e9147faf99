"""What every request passes: headers, the reader's language, and the one table of who may come in where."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.urls import Resolver404, resolve, reverse, set_urlconf
from django.utils import timezone, translation

from karavan.desk import models as rows, unsent
from karavan.desk.access import BEFORE_CODE, PUBLIC, ROUTES, admits, needs_code, rights, rights_everywhere, verified
from karavan.desk.api.offered import ROUTES as API_ROUTES
from karavan.desk.emergencies import seen_by
from karavan.domain.catalogues import translator
from karavan.domain.errors import Busy, NotAllowed, NotFound, Refused
from karavan.domain.language import LANGUAGES, N_
from karavan.domain.message import Message

Answer = Callable[[HttpRequest], HttpResponse]
LANGUAGE = "language"
API_URLS = "karavan.desk.api.urls"

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def routes(answer: Answer) -> Answer:
    """The API is built when it is called first: its schemas take as long as all pages together."""

    def through(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("/api/"):
            request.urlconf = API_URLS
            set_urlconf(API_URLS)
        return answer(request)

    return through


def policy(answer: Answer) -> Answer:
    """Nothing from elsewhere, nothing written into the page runs; pages with goods and roads are kept by no cache."""

    def through(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return through


def language(answer: Answer) -> Answer:
    """The one that was chosen here, else the user's own, else the browser's."""

    def through(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(LANGUAGE, "")
        if chosen not in LANGUAGES and request.user.is_authenticated:
            chosen = request.user.language
        if chosen not in LANGUAGES:
            chosen = translation.get_language_from_request(request)
        with translation.override(chosen if chosen in LANGUAGES else "en"):
            response = answer(request)
            response.headers["Content-Language"] = translation.get_language() or "en"
            return response

    return through


def access(answer: Answer) -> Answer:
    """A route lets in whom its row in :data:`karavan.desk.access.ROUTES` names; without a row it lets in nobody."""

    def through(request: HttpRequest) -> HttpResponse:
        try:
            route = resolve(request.path_info).url_name
        except Resolver404:
            return refused(request, NotFound(Message("there is no such thing here")))
        if route in API_ROUTES:  # there a token is asked for, and values are checked: karavan/desk/api/door.py
            return answer(request)
        if "\0" in unquote(request.META.get("QUERY_STRING", "")):  # which PostgreSQL takes in no text
            return refused(request, NotFound(Message("there is no such thing here")))
        needed = ROUTES.get(route or "")
        if needed == PUBLIC:
            return answer(request)
        if not request.user.is_authenticated:
            is_apart = unsent.keep(request, route or "")
            return redirect_to_login(reverse("unsent") if is_apart else request.get_full_path())
        if route not in BEFORE_CODE and needs_code(request.user) and not verified(request.user):
            return redirect_to_login(request.get_full_path(), reverse("code"))
        if needed is not None and admits(request.user, route or ""):
            found = unsent.kept(request)
            response = answer(request)
            if found and request.method == "POST" and response.status_code == 302:
                _sent(request, found)
            unsent.remember(request, response)
            return _only_sent(request, response) if response.status_code == 405 else response
        return refused(request, NotAllowed(Message("you have no right to do this here")))

    through.process_exception = _exception  # type: ignore[attr-defined]
    return through


def _sent(request: HttpRequest, found: unsent.Unsent) -> None:
    """What waited was written now."""
    if request.get_full_path() == found.address:
        unsent.forget(request)


def _only_sent(request: HttpRequest, answered: HttpResponse) -> HttpResponse:
    """
    Who opens the address that a form was sent to is told so, and led to the page of the form.

    Somebody comes there who signs in again after the session ended, chooses a language on a page that refused, or goes
    back; a bare 405 is an error of the browser's own.
    """
    back = request.path_info
    while back := back.rpartition("/")[0]:
        try:
            route = resolve(back).url_name
        except Resolver404:
            continue
        if isinstance(request.user, rows.User) and admits(request.user, route or ""):
            break
    message = Message("nothing was sent: this address takes what a form sends, and is no page")
    response = render(request, "desk/refused.html", {"message": message, "back": back}, status=405)
    response.headers["Allow"] = answered.headers.get("Allow", "")
    return response


def _exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
    return refused(request, error) if isinstance(error, Refused) else None


def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """A page that says in the reader's language why not."""
    status = {NotFound: 404, NotAllowed: 403, Busy: 503}.get(type(error), 409)
    context = {"message": error.message, "back": _came_from(request)}
    response = render(request, "desk/refused.html", context, status=status)
    if status == 503:
        response.headers["Retry-After"] = "5"
    return response


def too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token does not hold: opened before signing in again in another tab, or from elsewhere."""
    return refused(request, NotAllowed(Message("this page is too old; send it once more")))


def failed(request: HttpRequest) -> HttpResponse:
    """An error of the desk's own: said without asking the database, which may be what failed."""
    code = translation.get_language() or "en"
    message = Message("an error of the desk itself: look whether what you sent was written before you send it again")
    context = {"message": message, "language": code, "translate": translator(code)}
    return HttpResponse(get_template("desk/refused.html").render(context), status=500)


def _came_from(request: HttpRequest) -> str:
    """The desk's page whose link or button led here, if there is one: whoever is refused goes on from there."""
    way = urlsplit(request.headers.get("Referer", ""))
    if (
        way.netloc != request.get_host()
        or way.path.startswith("//")
        or (request.method != "POST" and way.path == request.path)
    ):
        return ""
    return f"{way.path}?{way.query}" if way.query else way.path


def page(request: HttpRequest) -> dict[str, Any]:
    """What every template knows."""
    code = translation.get_language() or "en"
    user = getattr(request, "user", None)
    menu, waits = [], unsent.kept(request) if user is not None and user.is_authenticated else None
    if user is not None and user.is_authenticated:
        held, all_over = rights(user), rights_everywhere(user)
        menu = [
            (route, Message(label))
            for route, label in MENU
            if admits(user, route, all_over if route in OF_ALL_PLACES else held)
        ]
    return {
        "language": code,
        "languages": LANGUAGE_NAMES,
        "translate": translator(code),
        "here": request.path,
        "menu": menu,
        "emergencies": _emergencies(user) if user and user.is_authenticated else (),
        "unsent": waits,
        "unsent_is_here": bool(waits and waits.opens and request.get_full_path() == waits.address),
        "unread": _unread(user) if user and user.is_authenticated else 0,
        "taken_as": _without(request, "page", "as"),
        "user": user,
    }


def _emergencies(user: Any) -> list[tuple[rows.Emergency, str]]:
    """Where one person may sign alone now, and why: on every page of whoever has a role there."""
    found = list(seen_by(user, timezone.now()))
    why = (
        dict(rows.Remark.objects.filter(event__in=[it.pk for it in found]).values_list("event", "text"))
        if found
        else {}
    )
    return [(it, why.get(it.pk, "")) for it in found]


def _unread(user: Any) -> int:
    return rows.Notice.objects.filter(user=user.pk, over_at=None, read_at=None).count()


def _without(request: HttpRequest, *names: str) -> str:
    """What the address asks for, without these, ready for one more."""
    asked = request.GET.copy()
    for name in names:
        asked.pop(name, None)
    return f"{asked.urlencode()}&" if asked else ""


MENU = (
    ("home", N_("What waits")),
    ("requests", N_("Requests")),
    ("representatives", N_("Representatives")),
    ("plans", N_("Plans")),
    ("waybills", N_("Waybills")),
    ("board", N_("Live board")),
    ("consignments", N_("Consignments")),
    ("convoys", N_("Convoys")),
    ("losses", N_("Losses")),
    ("stock", N_("Stock")),
    ("transfers", N_("Transfers between stores")),
    ("count_stores", N_("Counting")),
    ("counts", N_("Counts")),
    ("clearances", N_("Clearances")),
    ("map", N_("Map")),
    ("roads", N_("Roads")),
    ("places", N_("Places")),
    ("fleet", N_("Vehicles")),
    ("crew", N_("Drivers and leaders")),
    ("control", N_("Control")),
    ("contacts", N_("Contacts")),
    ("retention", N_("What is kept how long")),
    ("people", N_("People and roles")),
    ("settings", N_("Settings")),
)
"""What every page leads to; a reader sees the entries whose routes let them in."""


OF_ALL_PLACES = frozenset({"plans", "control", "people", "retention", "settings"})
"""Pages that stay empty for whoever has their role at one place: no entry leads them there."""


LANGUAGE_NAMES = (("en", "English"), ("az", "Azərbaycanca"), ("hy", "Հայերեն"), ("ru", "Русский"))
