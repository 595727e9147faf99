"""Coming in, going out, and the language."""

from __future__ import annotations

import hmac
import os
from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from karavan.desk import condition, guesses
from karavan.desk.installed import drift
from karavan.desk.middleware import LANGUAGE
from karavan.domain.errors import NotFound
from karavan.domain.language import LANGUAGES
from karavan.domain.message import Message

YEAR_S = 31_536_000


class _Login(LoginView):
    """Guesses are counted before the password is looked at, so that those made at once count as well."""

    template_name = "desk/login.html"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name = request.POST.get("username", "")[:40]
        self.counted = guesses.keys(request, name)
        wait_s = guesses.count(self.counted, timezone.now())
        if wait_s:
            context = self.get_context_data(form=self.get_form_class()(request), wait_s=wait_s)
            response = self.render_to_response(context, status=429)
            response.headers["Retry-After"] = str(wait_s)
            return response
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        guesses.forget(self.counted)
        response = super().form_valid(form)
        self.request.session.clear_expired()  # with what lay in them unsent
        guesses.know_device(self.request, response, form.get_user().get_username())
        return response


login = _Login.as_view()
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


@require_GET
def ready(request: HttpRequest) -> HttpResponse:
    """``ok``, or 503 and the parts that are wanting: their names and nothing of what is in them."""
    missing = condition.wanting()
    said = f"not ready: {', '.join(missing)}" if missing else "ok"
    return HttpResponse(said, status=503 if missing else 200, content_type="text/plain")


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus: with the token of ``KARAVAN_METRICS_TOKEN``, or, where none is set, to this machine only."""
    if not _may_measure(request):
        raise NotFound(Message("there is no such thing here"))
    text = "".join(f"{line}\n" for line in condition.figures())
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


_BY_PROXY = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_VIA")


def _may_measure(request: HttpRequest) -> bool:
    """Behind a proxy everybody comes from this machine: there only the token opens."""
    if token := os.environ.get("KARAVAN_METRICS_TOKEN", ""):
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    by_proxy = settings.SESSION_COOKIE_SECURE or any(name in request.META for name in _BY_PROXY)
    return not by_proxy and request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1")
