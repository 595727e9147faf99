"""Coming in, going out, and the language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from karavan.desk import guesses
from karavan.desk.installed import drift
from karavan.desk.middleware import LANGUAGE
from karavan.domain.language import LANGUAGES

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
