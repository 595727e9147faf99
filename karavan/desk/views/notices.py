"""What the reader was told, and the mails that could not be sent."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from karavan.desk import models as rows
from karavan.desk.access import rights, visible
from karavan.desk.duties import DUTIES, NEWS, Duty
from karavan.desk.telling import TRIES
from karavan.desk.views.reading import now, reader
from karavan.desk.views.sheets import At, Sheet, all_of, is_asked, taken
from karavan.domain.message import Message

SHOWN = 50


@require_http_methods(["GET", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """Duty by duty; a reading mark is nobody's act and stands in no chain."""
    user = reader(request)
    mine = rows.Notice.objects.filter(user=user).order_by("-at", "-pk")
    if request.method == "POST":
        mine.filter(read_at=None).update(read_at=now())
        return redirect("notices")
    has = rights(user)
    duties = [duty for duty in (*DUTIES.values(), *NEWS) if duty.right in has]
    open_ = list(mine.filter(over_at=None).select_related("operation"))
    context = {
        "groups": [group for duty in duties if (group := _group(duty, open_))],
        "is_new": any(it.read_at is None for it in open_),
    }
    return render(request, "desk/notices.html", context)


def _group(duty: Duty, notices: list[rows.Notice]) -> dict[str, Any] | None:
    found = [it for it in notices if it.key.partition(":")[0] == duty.name]
    if not found:
        return None
    way = f"{reverse(duty.route)}?{duty.asked}" if duty.route else ""
    return {
        "words": duty.words.having(count=len(found)),
        "way": way,
        "notices": [(it, it.message.get("name", ""), _way(it), it.operation.time_zone) for it in found[:SHOWN]],
        "is_urgent": duty.is_urgent,
    }


def _way(notice: rows.Notice) -> str:
    """Of the row's own page, or of the list where it stands."""
    if not notice.link:
        return ""
    if notice.link in _LISTS:
        return reverse(notice.link)
    return reverse(notice.link, args=[notice.key.partition(":")[2]])


_LISTS = ("stock", "people", "mails", "settings")


@require_http_methods(["GET", "POST"])
def mails(request: HttpRequest) -> HttpResponse:
    """Mails that were tried and are not sent, of the people whom the reader manages; once more by hand."""
    user = reader(request)
    found = rows.Mail.objects.filter(user__in=visible(user, rows.User), sent_at=None, tries__gt=0)
    found = found.select_related("user").order_by("-made_at", "pk")
    if request.method == "POST":
        found.update(next_at=now(), tries=1)
        return redirect("mails")
    if is_asked(request):
        return taken(request, SHEET, all_of(found))
    shown = [(it, said_problem(it.problem)) for it in found[:SHOWN]]
    return render(request, "desk/mails.html", {"mails": shown, "tries": TRIES})


def said_problem(kind: str) -> Message:
    """In words what an administrator can do something about; of anything else its kind."""
    return _PROBLEMS.get(kind) or Message("the mail could not be sent ({kind})", kind=kind)


_UNREACHED = Message("the mail server does not answer")
_PROBLEMS = {
    "SMTPConnectError": _UNREACHED,
    "SMTPServerDisconnected": _UNREACHED,
    "ConnectionRefusedError": _UNREACHED,
    "TimeoutError": _UNREACHED,
    "gaierror": _UNREACHED,
    "SMTPAuthenticationError": Message("the mail server refuses the password in the settings"),
    "SMTPRecipientsRefused": Message("the mail server does not take the address"),
}


SHEET = Sheet(
    "mails",
    Message("Mails not sent"),
    (
        (Message("Login name"), lambda it: it.user.login),
        (Message("Date, time"), lambda it: At(it.made_at, "UTC")),
        (Message("Tries"), lambda it: it.tries),
        (Message("What went wrong"), lambda it: said_problem(it.problem)),
    ),
)
