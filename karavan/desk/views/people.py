"""Who is in an operation: the list, somebody new, and the roles that need a second factor."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods
from django_otp.plugins.otp_totp.models import TOTPDevice

from karavan.desk import actions, models as rows
from karavan.desk.access import operations, visible
from karavan.desk.actions.keys import BadPassword, sound
from karavan.desk.duties import narrowed, words_of
from karavan.desk.ids import id_of, new_id
from karavan.desk.views.home import ROLE_WORDS
from karavan.desk.views.reading import place_name
from karavan.desk.views.sheets import Sheet, all_of, is_asked, taken
from karavan.domain.catalogues import translator
from karavan.domain.errors import NotFound, Refused
from karavan.domain.message import Message
from karavan.domain.roles import Right, Role


@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, rows.User)  # the access table lets in nobody else
    operation = operation_of(request, user)
    problems: dict[str, Message] = {}
    if request.method == "POST":
        if request.POST.get("do") == "codes":
            _require(request, user, operation)
        else:
            problems = _add(request, user, operation)
        if not problems:
            return redirect(f"{reverse('people')}?{urlencode({'operation': operation.pk})}")
    seen, duty = narrowed(visible(user, rows.User), user, request.GET.get("wait", ""), timezone.now())
    listed = _listed(seen, operation)
    if is_asked(request):
        return taken(request, SHEET, all_of(listed))
    context = {
        "operation": operation,
        "operations": operations(user, Right.MANAGE_USERS),
        "people": listed,
        "only": words_of(duty, len(listed)),
        "roles": [(role.value, Message(word), role.value in operation.code_roles) for role, word in ROLE_WORDS.items()],
        "places": places_of(operation),
        "ids": [new_id() for _ in range(3)],
        "problems": problems,
        "given": request.POST if problems else {},
    }
    return render(request, "desk/guard/people.html", context, status=409 if problems else 200)


def _roles(row: dict[str, Any]) -> str:
    translate = translator(translation.get_language() or "en")
    return ", ".join(
        f"{role.say(translate)} ({place})" if place else role.say(translate) for role, place in row["roles"]
    )


SHEET = Sheet(
    "people",
    Message("People and roles"),
    (
        (Message("Login name"), lambda it: it["user"].login),
        (Message("Roles"), _roles),
        (Message("Second factor"), lambda it: Message("yes") if it["user"].has_code else Message("no")),
        (Message("State"), lambda it: "" if it["user"].is_active else Message("shut out")),
    ),
)


def operation_of(request: HttpRequest, user: rows.User) -> rows.Operation:
    """The one that is named, else the first; among those whose users the reader manages."""
    mine = operations(user, Right.MANAGE_USERS)
    named = request.POST.get("operation") or request.GET.get("operation")
    found = mine.filter(pk=named).first() if named and named.isdecimal() and len(named) < 19 else None
    if found is None and not named:
        found = mine.first()
    if found is None:
        raise NotFound(Message("there is no such thing here"))
    return found


def places_of(operation: rows.Operation) -> QuerySet[rows.Place]:
    return rows.Place.objects.filter(operation=operation).prefetch_related("names").order_by("position", "code")


def number_of(text: str | None) -> int | None:
    """A place's number, or none where nothing was chosen."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else None


def role_of(text: str | None) -> Role:
    try:
        return Role(text or "")
    except ValueError:
        raise Refused(Message("choose a role")) from None


def _listed(seen: QuerySet[rows.User], operation: rows.Operation) -> list[dict[str, Any]]:
    found = (
        seen.filter(memberships__operation=operation)
        .annotate(has_code=Exists(TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)))
        .order_by("login")
        .distinct()
    )
    roles: dict[Any, list[tuple[Message, str]]] = {}
    held = rows.Membership.objects.filter(operation=operation, until=None).select_related("place").order_by("id")
    for row in held:
        place = place_name(row.place) if row.place else ""
        roles.setdefault(row.user_id, []).append((Message(ROLE_WORDS[Role(row.role)]), place))
    return [{"user": person, "roles": roles.get(person.pk, [])} for person in found]


def _add(request: HttpRequest, user: rows.User, operation: rows.Operation) -> dict[str, Message]:
    """
    A user with a first role, or without a password a first role here for somebody who has a login; what is wrong
    stands under its field's name.
    """
    now, values = timezone.now(), request.POST
    try:
        role = role_of(values.get("role"))
    except Refused as error:
        return {"role": error.message}
    login, password = values.get("login", "").strip(), values.get("password", "")
    try:
        if password:
            sound(password)
            language = values.get("language", "en")
            number = id_of(values.get("id"))
            whom = actions.add_user(
                user, number, now, operation=operation.pk, login=login, password=password, language=language
            ).id
        else:
            whom = _known(login)
    except BadPassword as error:
        return {"password": error.message}
    except Refused as error:
        return {"login": error.message}
    try:
        place = number_of(values.get("place"))
        actions.grant_role(
            user, id_of(values.get("role_id")), now, operation=operation.pk, user=whom, role=role, place=place
        )
    except Refused as error:
        return {"place": error.message}
    return {}


def _known(login: str) -> UUID:
    found = rows.User.objects.filter(login=login, is_active=True).first()
    if found is None:
        raise Refused(Message("nobody has this login; somebody new needs a first password"))
    return found.pk


def _require(request: HttpRequest, user: rows.User, operation: rows.Operation) -> None:
    roles = tuple(role_of(text) for text in request.POST.getlist("roles"))
    actions.require_codes(user, id_of(request.POST.get("id")), timezone.now(), operation=operation.pk, roles=roles)
