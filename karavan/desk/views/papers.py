"""Papers: printed by a button, which is an event; read again by whoever may print them."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.views.decorators.http import require_GET, require_POST

from karavan.desk import actions, printing
from karavan.desk.access import seen
from karavan.desk.models import PaperPrint
from karavan.desk.views.fields import reader
from karavan.desk.views.reading import given_id
from karavan.desk.views.waybills import find
from karavan.domain.errors import Refused
from karavan.domain.language import LANGUAGES
from karavan.domain.message import Message


@require_POST
def waybill(request: HttpRequest, waybill: int) -> HttpResponse:
    posted = actions.print_waybill(reader(request), given_id(request), datetime.now(UTC), waybill=waybill)
    return redirect("paper", pk=posted.id)


@require_POST
def journey(request: HttpRequest, journey: int) -> HttpResponse:
    posted = actions.print_loading_list(reader(request), given_id(request), datetime.now(UTC), journey=journey)
    return redirect("paper", pk=posted.id)


@require_POST
def convoy(request: HttpRequest, convoy: int) -> HttpResponse:
    posted = actions.print_convoy_sheet(reader(request), given_id(request), datetime.now(UTC), convoy=convoy)
    return redirect("paper", pk=posted.id)


@require_GET
def last(request: HttpRequest, waybill: int) -> HttpResponse:
    """The waybill's paper as it was printed last."""
    found = find(reader(request), waybill).prints.order_by("at", "id").last()
    if found is None:
        raise Refused(Message("the waybill is not printed yet"))
    return redirect("paper", pk=found.pk)


@require_GET
def paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The PDF, in the reader's language."""
    row = seen(reader(request), PaperPrint, pk)
    if row.waybill and hasattr(row.waybill, "void"):
        raise Refused(Message("the waybill is void"))
    language = translation.get_language() or "en"
    made = printing.pdf(row, language if language in LANGUAGES else "en")
    response = HttpResponse(made, content_type="application/pdf")
    kind = "waybill" if row.waybill else "loading" if row.journey else "convoy"
    response.headers["Content-Disposition"] = f'inline; filename="{kind}-{row.head_seq + 1}.pdf"'
    return response
