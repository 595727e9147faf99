"""Coming in, going out, and the language."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from karavan.desk.installed import drift
from karavan.desk.middleware import LANGUAGE
from karavan.domain.language import LANGUAGES

YEAR_S = 31_536_000

login = LoginView.as_view(template_name="desk/login.html", redirect_authenticated_user=True)
logout = LogoutView.as_view(next_page="login")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose a language and stay where one is."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = redirect(back)
    chosen = request.POST.get("language", "")
    if chosen in LANGUAGES:
        response.set_cookie(
            LANGUAGE, chosen, max_age=YEAR_S, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
        )
    return response


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """``ok``, or 503 where the database does not answer or its guards are not in place; nothing else is told."""
    try:
        sound = not drift()
    except Exception:
        sound = False
    return HttpResponse("ok" if sound else "not ok", status=200 if sound else 503, content_type="text/plain")
