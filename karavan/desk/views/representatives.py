"""Representatives and their personal links."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid5

from django.contrib.auth import login
from django.db.models.query import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_http_methods

from karavan.desk import actions, links, models as rows
from karavan.desk.access import visible, where, works_in_several
from karavan.desk.middleware import LANGUAGE, LANGUAGE_NAMES, refused
from karavan.desk.views.reading import given_id, new_id, now, place_name, reader
from karavan.desk.views.sheets import At, Sheet, all_of, is_asked, taken
from karavan.domain.errors import NotFound
from karavan.domain.language import LANGUAGES
from karavan.domain.message import Message
from karavan.domain.roles import Right, Role

_BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Who asks for which place; a link is shown once, when it is made."""
    if request.method == "GET":
        return _page(request)
    given = {name: request.POST.get(name, "").strip()[:200] for name in ("name", "phone", "place", "language", "user")}
    if given["user"]:
        return _again(request, given["user"])
    places = {str(place.pk): place for place in _places(request)}
    problems: dict[str, Message] = {}
    if not given["name"]:
        problems["name"] = Message("Write who it is.")
    if given["place"] not in places:
        problems["place"] = Message("Choose the place.")
    if given["language"] not in LANGUAGES:
        problems["language"] = Message("Choose a language.")
    number = given_id(request)
    if problems:
        return _page(request, given=given, problems=problems, number=number, status=422)
    user, operation = reader(request), places[given["place"]].operation_id
    contact = uuid5(number, "contact")
    actions.enter_contact(user, contact, now(), operation=operation, name=given["name"], phone=given["phone"])
    actions.invite_representative(
        user,
        number,
        now(),
        operation=operation,
        place=int(given["place"]),
        contact=contact,
        language=given["language"],
    )
    return _page(request, made=rows.User.objects.get(pk=number))


def _again(request: HttpRequest, user: str) -> HttpResponse:
    """A new link for somebody whom the reader may invite, or no link any more."""
    try:
        number = UUID(user)
    except ValueError:
        raise NotFound(Message("there is no such thing here")) from None
    if not _invited(request).filter(user=number).exists():
        raise NotFound(Message("there is no such thing here"))
    if "end" in request.POST:
        actions.end_representative(reader(request), given_id(request), now(), user=number)
        return redirect("representatives")
    actions.renew_link(reader(request), given_id(request), now(), user=number)
    return _page(request, made=rows.User.objects.get(pk=number))


def _places(request: HttpRequest) -> list[rows.Place]:
    found = where(reader(request), Right.INVITE_REPRESENTATIVE).filter(kind="delivery point")
    return list(found.select_related("operation").prefetch_related("names").order_by("operation", "position", "id"))


def _offered(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """Two operations may have places of one name."""
    is_said = works_in_several(reader(request))
    for place in _places(request):
        yield str(place.pk), place_name(place) + (f" [{place.operation.code}]" if is_said else "")


def _invited(request: HttpRequest) -> QuerySet[rows.Membership]:
    here = where(reader(request), Right.INVITE_REPRESENTATIVE)
    return rows.Membership.objects.filter(role=Role.REPRESENTATIVE.value, until=None, place__in=here)


def _page(
    request: HttpRequest,
    *,
    given: dict[str, str] | None = None,
    problems: dict[str, Message] | None = None,
    number: UUID | None = None,
    made: rows.User | None = None,
    status: int = 200,
) -> HttpResponse:
    known = set(visible(reader(request), rows.Contact).values_list("pk", flat=True))
    people = (
        _invited(request)
        .select_related("user__contact", "place", "operation", "granted_by")
        .prefetch_related("place__names")
    )
    shown = [
        (
            row.user,
            row.user.contact if row.user.contact_id in known else None,
            place_name(row.place) if row.place else "",
            row.granted_by,
            At(row.since, row.operation.time_zone),
            row.operation,
        )
        for row in people.order_by("place__code", "user__login")
        if not row.user.has_usable_password()
    ]
    if is_asked(request):
        return taken(request, SHEET, all_of(shown))
    context = {
        "people": shown,
        "places": sorted(_offered(request), key=lambda it: it[1]),
        "language_names": LANGUAGE_NAMES,
        "given": given or {},
        "problems": problems or {},
        "id": number or new_id(),
        "made": made,
        "link": request.build_absolute_uri(reverse("link", args=[links.token(made)])) if made else "",
        "days": links.DAYS,
    }
    return render(request, "desk/requests/representatives.html", context, status=status)


SHEET = Sheet(
    "representatives",
    Message("Representatives"),
    (
        (Message("Name"), lambda it: it[1].name if it[1] else it[0].login),
        (Message("Place"), lambda it: it[2]),
        (Message("Confirmed by"), lambda it: it[3].login if it[3] else ""),
        (Message("Date, time"), lambda it: it[4]),
    ),
    operation=lambda it: it[5],
)


@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """The link's own page has one button: what looks into links before people do, signs in nobody."""
    user = links.opened(token)
    if user is None:
        return refused(request, NotFound(Message("this link does not hold any more; ask the desk for a new one")))
    if request.method == "POST":
        login(request, user, backend=_BACKEND)
        return redirect("requests")
    roles = user.memberships.filter(until=None).select_related("operation", "place").prefetch_related("place__names")
    context = {"for": [(row.operation.name, place_name(row.place) if row.place else "") for row in roles]}
    cookie = request.COOKIES.get(LANGUAGE, "")
    with translation.override(cookie if cookie in LANGUAGES else user.language):
        return render(request, "desk/requests/link.html", context)
