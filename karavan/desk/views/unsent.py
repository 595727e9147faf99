"""What was sent while signed out: shown once more, sent by a button or thrown away."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from karavan.desk.unsent import forget, kept


@require_http_methods(["GET", "POST"])
def unsent(request: HttpRequest) -> HttpResponse:
    found = kept(request)
    if request.method == "POST":
        forget(request)
        return redirect("home")
    if found is None:
        return redirect("home")
    fields = [(name, value) for name, values in found.values.lists() for value in values]
    context = {
        "found": found,
        "fields": fields,
        "told": [value for name, value in fields if value.strip() and name != "next" and not _is_id(value)],
    }
    return render(request, "desk/unsent.html", context)


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False
