"""One user: roles given and ended, a new password, a lost second factor, shut out and let in, erased."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods
from django_otp.plugins.otp_totp.models import TOTPDevice

from karavan.desk import actions, models as rows
from karavan.desk.access import seen, visible
from karavan.desk.ids import id_of, new_id
from karavan.desk.views.home import ROLE_WORDS
from karavan.desk.views.people import number_of, operation_of, places_of, role_of
from karavan.domain.errors import NotFound, Refused
from karavan.domain.message import Message
from karavan.domain.roles import Role

Doing = Callable[[rows.User, UUID, datetime, rows.Operation, rows.User, QueryDict], object]

DOINGS: dict[str, Doing] = {
    "give": lambda by, number, now, operation, person, values: actions.grant_role(
        by,
        number,
        now,
        operation=operation.pk,
        user=person.pk,
        role=role_of(values.get("role")),
        place=number_of(values.get("place")),
    ),
    "end": lambda by, number, now, operation, person, values: actions.end_role(
        by, number, now, membership=number_of(values.get("membership")) or 0
    ),
    "password": lambda by, number, now, operation, person, values: actions.set_password(
        by, number, now, user=person.pk, password=values.get("password", "")
    ),
    "code": lambda by, number, now, operation, person, values: actions.reset_code(by, number, now, user=person.pk),
    "close": lambda by, number, now, operation, person, values: actions.close_user(by, number, now, user=person.pk),
    "reopen": lambda by, number, now, operation, person, values: actions.reopen_user(by, number, now, user=person.pk),
    "erase": lambda by, number, now, operation, person, values: _erase(by, number, now, person, values),
    "revoke": lambda by, number, now, operation, person, values: actions.revoke_token(
        by, number, now, token=id_of(values.get("token"))
    ),
}


@require_http_methods(["GET", "POST"])
def person(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, rows.User)  # the access table lets in nobody else
    operation = operation_of(request, user)
    found = _person(request, user, operation)
    problem, tried = None, request.POST.get("do", "")
    if request.method == "POST":
        if tried not in DOINGS:
            raise NotFound(Message("there is no such thing here"))
        try:
            DOINGS[tried](user, id_of(request.POST.get("id")), timezone.now(), operation, found, request.POST)
        except NotFound:
            raise
        except Refused as error:
            problem = error.message
        else:
            asked = urlencode({"operation": str(operation.pk), "user": str(found.pk)})
            return redirect(f"{reverse('person')}?{asked}")
    found.refresh_from_db()
    held = visible(user, rows.Membership).filter(user=found, operation=operation).select_related("place", "granted_by")
    context = {
        "operation": operation,
        "person": found,
        "roles": [(row, Message(ROLE_WORDS[Role(row.role)])) for row in held.order_by("until", "id")],
        "choices": [(role.value, Message(word)) for role, word in ROLE_WORDS.items()],
        "places": places_of(operation),
        "tokens": visible(user, rows.Token).filter(user=found, revoked_at=None).order_by("made_at"),
        "has_code": TOTPDevice.objects.filter(user=found.pk, confirmed=True).exists(),
        "is_self": found.pk == user.pk,
        "is_erased": not found.has_usable_password() and not found.is_active,
        "id": new_id(),
        "problem": problem,
        "tried": tried,
    }
    return render(request, "desk/guard/person.html", context, status=409 if problem else 200)


def _person(request: HttpRequest, user: rows.User, operation: rows.Operation) -> rows.User:
    """Somebody who has or had a role in the operation."""
    named = request.POST.get("user") or request.GET.get("user") or ""
    try:
        found = seen(user, rows.User, UUID(named))
    except ValueError:
        raise NotFound(Message("there is no such thing here")) from None
    if not found.memberships.filter(operation=operation).exists():
        raise NotFound(Message("there is no such thing here"))
    return found


def _erase(by: rows.User, number: UUID, now: datetime, person: rows.User, values: QueryDict) -> None:
    if values.get("sure") != "yes":
        raise Refused(Message("mark that you mean it: this cannot be undone"))
    actions.erase_user(by, number, now, user=person.pk)
