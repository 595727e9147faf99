"""People whom papers name: found, and erased when they ask for it."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from karavan.desk import actions, models as rows
from karavan.desk.access import operations, visible
from karavan.desk.ids import id_of, new_id
from karavan.desk.views.sheets import Sheet, all_of, is_asked, taken
from karavan.domain.errors import NotFound, Refused
from karavan.domain.message import Message
from karavan.domain.roles import Right

SHOWN = 100


@require_http_methods(["GET", "POST"])
def contacts(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, rows.User)  # the access table lets in nobody else
    problems: dict[str, Message] = {}
    if request.method == "POST":
        doing = {"enter": _enter, "erase": _erase}.get(request.POST.get("do", ""))
        if doing is None:
            raise NotFound(Message("there is no such thing here"))
        problems = doing(request, user)
        if not problems:
            return redirect(reverse("contacts"))
    asked = request.GET.get("q", "").strip()[:100]
    found = visible(user, rows.Contact).filter(erased_at=None).select_related("operation").order_by("name", "id")
    if asked:
        found = found.filter(Q(name__icontains=asked) | Q(phone__icontains=asked) | Q(email__icontains=asked))
    if is_asked(request):
        return taken(request, SHEET, all_of(found))
    context = {
        "asked": asked,
        "people": found[:SHOWN],
        "count": found.count(),
        "shown": SHOWN,
        "operations": operations(user, Right.RAISE_REQUEST),
        "id": new_id(),
        "problems": problems,
        "given": request.POST if problems else {},
    }
    return render(request, "desk/guard/contacts.html", context, status=409 if problems else 200)


SHEET = Sheet(
    "contacts",
    Message("Contacts"),
    (
        (Message("Name"), lambda it: it.name),
        (Message("Phone"), lambda it: it.phone),
        (Message("E-mail"), lambda it: it.email),
        (Message("Operation"), lambda it: it.operation.code if it.operation else ""),
    ),
)


def _enter(request: HttpRequest, user: rows.User) -> dict[str, Message]:
    values = request.POST
    name = values.get("name", "").strip()[:200]
    if not name:
        return {"name": Message("a name is needed")}
    operation = values.get("operation", "")
    if not operation.isdecimal() or not operations(user, Right.RAISE_REQUEST).filter(pk=operation[:18]).exists():
        raise NotFound(Message("there is no such thing here"))
    phone, email = values.get("phone", "").strip()[:200], values.get("email", "").strip()[:200]
    actions.enter_contact(
        user, id_of(values.get("id")), timezone.now(), operation=int(operation), name=name, phone=phone, email=email
    )
    return {}


def _erase(request: HttpRequest, user: rows.User) -> dict[str, Message]:
    if request.POST.get("sure") != "yes":
        return {"sure": Message("mark that you mean it: this cannot be undone")}
    try:
        actions.erase_contact(
            user, id_of(request.POST.get("id")), timezone.now(), contact=id_of(request.POST.get("contact"))
        )
    except NotFound:
        raise
    except Refused as error:
        return {"sure": error.message}
    return {}
