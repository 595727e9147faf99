"""The second factor: enrolled with an app on a phone, asked for after the password."""

from __future__ import annotations

from base64 import b32encode, b64encode
from binascii import unhexlify

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods
from django_otp import login as otp_login
from django_otp.plugins.otp_totp.models import TOTPDevice

from karavan.desk import actions, models as rows
from karavan.desk.ids import id_of, new_id
from karavan.domain.message import Message
from karavan.papers import qr


@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the six digits; who has no second factor yet is shown how to come by one."""
    user = request.user
    assert isinstance(user, rows.User)  # the access table lets in nobody else
    back = request.POST.get("next", request.GET.get("next", "/"))
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    known = TOTPDevice.objects.filter(user=user.pk, confirmed=True).first()
    device = known or _new(user)
    problem = None
    if request.method == "POST":
        digits = request.POST.get("code", "").replace(" ", "")[:10]
        if device.verify_is_allowed()[0] and device.verify_token(digits):
            return _come_in(request, user, device, back)
        problem = Message("This code is not right. Use the newest one; after several wrong ones wait a little.")
    context = {"next": back, "problem": problem, "is_new": known is None, "id": new_id()}
    if known is None:
        context |= {"secret": _spaced(device.key), "picture": _picture(device.config_url)}
    return render(request, "desk/guard/code.html", context, status=409 if problem else 200)


def _come_in(request: HttpRequest, user: rows.User, device: TOTPDevice, back: str) -> HttpResponse:
    if not device.confirmed:
        actions.enrol_code(user, id_of(request.POST.get("id")), timezone.now(), device=device)
    otp_login(request, device)
    return redirect(back)


def _new(user: rows.User) -> TOTPDevice:
    return TOTPDevice.objects.filter(user=user.pk, confirmed=False).first() or TOTPDevice.objects.create(
        user=user, name="phone", confirmed=False
    )


def _spaced(key: str) -> str:
    """The secret as apps read it, in fours for whoever types it."""
    secret = b32encode(unhexlify(key)).decode()
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def _picture(address: str) -> str:
    return "data:image/svg+xml;base64," + b64encode(qr.svg(address).encode()).decode()
