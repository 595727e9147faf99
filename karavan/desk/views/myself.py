"""The reader's own password, second factor and tokens."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from django_otp.plugins.otp_totp.models import TOTPDevice

from karavan.desk import actions, guesses, models as rows
from karavan.desk.access import rights, visible
from karavan.desk.ids import id_of, new_id
from karavan.desk.views.right_words import RIGHT_WORDS
from karavan.domain.errors import NotFound, Refused
from karavan.domain.message import Message
from karavan.domain.roles import Right

LONGEST_DAYS = 366


@require_http_methods(["GET", "POST"])
def myself(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, rows.User)  # the access table lets in nobody else
    problems: dict[str, Message] = {}
    key = ""
    if request.method == "POST":
        doing = request.POST.get("do", "")
        try:
            if doing == "token":
                key = _make_token(request, user)
            elif doing == "revoke":
                token = id_of(request.POST.get("token"))
                actions.revoke_token(user, id_of(request.POST.get("id")), timezone.now(), token=token)
            elif doing == "mail":
                _set_mail(request, user)
            elif doing == "password":
                _change_password(request, user)
            else:
                raise NotFound(Message("there is no such thing here"))
        except NotFound:
            raise
        except Refused as error:
            problems[doing] = error.message
        if not problems and not key:
            return redirect(reverse("self"))
    context = {
        "tokens": visible(user, rows.Token).filter(user=user.pk, revoked_at=None).order_by("made_at"),
        "rights": [(right.value, Message(RIGHT_WORDS[right])) for right in Right if right in rights(user)],
        "has_code": TOTPDevice.objects.filter(user=user.pk, confirmed=True).exists(),
        "now": timezone.now(),
        "key": key,
        "id": new_id(),
        "problems": problems,
        "email": request.POST.get("email", "") if "mail" in problems else user.email,
    }
    return render(request, "desk/guard/self.html", context, status=409 if problems else 200)


def _set_mail(request: HttpRequest, user: rows.User) -> None:
    values = request.POST
    email, wants = values.get("email", "").strip(), values.get("wants") == "yes"
    language, number = values.get("language", ""), id_of(values.get("id"))
    actions.set_mail(user, number, timezone.now(), email=email, wants_mail=wants, language=language)


def _change_password(request: HttpRequest, user: rows.User) -> None:
    """Wrong old passwords are counted like those at the door."""
    values = request.POST
    counted = guesses.keys(request, user.login)
    if guesses.count(counted, timezone.now()):
        raise Refused(Message("too many attempts; try again in a few minutes"))
    if values.get("new", "") != values.get("again", ""):
        raise Refused(Message("the two passwords are not the same"))
    old, new = values.get("old", ""), values.get("new", "")
    actions.change_password(user, id_of(values.get("id")), timezone.now(), old=old, new=new)
    guesses.forget(counted)
    user.refresh_from_db()
    update_session_auth_hash(request, user)


def _make_token(request: HttpRequest, user: rows.User) -> str:
    """The key is shown once, on the page that answers; nobody can read it again."""
    values = request.POST
    days, chosen = values.get("days", ""), values.getlist("rights")
    if not days.isdecimal() or not 1 <= int(days[:9]) <= LONGEST_DAYS:
        raise Refused(Message("a token lives 1 to {days} days", days=LONGEST_DAYS))
    now = timezone.now()
    key = f"karavan_{secrets.token_urlsafe(32)}"
    wanted = tuple(right for right in Right if right.value in chosen)
    name, until = values.get("name", "").strip()[:60], now + timedelta(days=int(days))
    posted = actions.make_token(
        user, id_of(values.get("id")), now, name=name, key=key, rights_=wanted, expires_at=until
    )
    return "" if posted.again else key
