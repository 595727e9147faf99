"""The first page: what needs the reader now, as counted links; nothing that they may not do."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from karavan.desk import models as rows
from karavan.desk.access import rights
from karavan.desk.duties import DUTIES, Duty
from karavan.desk.templatetags.goods import name_of
from karavan.desk.views.reading import now, reader
from karavan.domain.language import N_
from karavan.domain.message import Message
from karavan.domain.roles import Right, Role

ROLE_WORDS = {
    Role.REPRESENTATIVE: N_("representative"),
    Role.OFFICER: N_("officer"),
    Role.APPROVER: N_("approver"),
    Role.PLANNER: N_("planner"),
    Role.DISPATCHER: N_("dispatcher"),
    Role.STOREKEEPER: N_("storekeeper"),
    Role.RECEIVER: N_("receiver"),
    Role.COUNTER: N_("counter"),
    Role.AUDITOR: N_("auditor"),
    Role.ADMIN: N_("administrator"),
}


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    roles = rows.Membership.objects.filter(user=user.pk, until=None).select_related("operation", "place")
    waits = list(_waiting(user))
    context = {
        "roles": [
            (Message(ROLE_WORDS[Role(row.role)]), row.operation.name, name_of(row.place) if row.place else "")
            for row in roles.prefetch_related("place__names")
        ],
        "urgent": [it for duty, *it in waits if duty.is_urgent],
        "waiting": [it for duty, *it in waits if not duty.is_urgent],
        "head": rows.Head.objects.first() if Right.SEE_AUDIT in rights(user) else None,
    }
    return render(request, "desk/home.html", context)


def _waiting(user: rows.User) -> Iterator[tuple[Duty, Message, str]]:
    """Each duty that has something, with its sentence and the way to the list that shows it."""
    mine, moment = rights(user), now()
    for duty in DUTIES.values():
        if duty.right in mine and (count := duty.rows(user, moment).order_by().values("pk").count()):
            way = f"{reverse(duty.route)}?{duty.asked}" if duty.route else ""
            yield duty, duty.words.having(count=count), way
