"""Consignments: where every unit of each is now."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from karavan.desk import models as rows
from karavan.desk.access import visible
from karavan.desk.dispositions import carried, known
from karavan.desk.stock import waybill_number
from karavan.desk.templatetags.goods import name_of
from karavan.desk.views.fields import reader
from karavan.desk.views.sheets import Sheet, all_of, is_asked, taken
from karavan.domain.dispositions import Where, dispositions, due
from karavan.domain.errors import NotFound
from karavan.domain.message import Message

A_PAGE = 50

WORDS = {
    Where.PLANNED: Message("on a waybill, not reserved yet"),
    Where.RESERVED: Message("reserved in store"),
    Where.LOADED: Message("loaded, not on its way"),
    Where.LEFT_BEHIND: Message("left behind at loading"),
    Where.TRANSIT: Message("on the road"),
    Where.WAITING: Message("waits for the next vehicle"),
    Where.DONE: Message("handed over good"),
    Where.DAMAGED: Message("arrived damaged"),
    Where.MISSING: Message("missing, loss not signed"),
    Where.LOST: Message("lost, signed"),
    Where.TURNED_BACK: Message("turned back, in store again"),
    Where.RETURNED: Message("returned, in store again"),
}


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """The newest first; found by number of consignment, request or waybill's place."""
    text = request.GET.get("q", "").strip()
    found = known(reader(request))
    if text:
        found = found.filter(
            Q(number__icontains=text) | Q(request__number__icontains=text) | Q(request__place__code__iexact=text)
        )
    ordered = (
        found.select_related("request__place", "operation").prefetch_related("request__place__names").order_by("-id")
    )
    if is_asked(request):
        return taken(request, SHEET, all_of(ordered))
    page = Paginator(ordered, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "desk/custody/consignments.html", {"page": page, "q": text})


SHEET = Sheet(
    "consignments",
    Message("Consignments"),
    (
        (Message("Consignment"), lambda it: it.number),
        (Message("Request"), lambda it: it.request.number),
        (Message("To"), lambda it: name_of(it.request.place)),
    ),
    operation=lambda it: it.operation,
)


@dataclass
class Share:
    """So many units, and where."""

    words: Message
    place: rows.Place | None
    paper: rows.Waybill
    number: str
    units: int


@dataclass
class Goods:
    """One item of a consignment: its shares, what they add up to, and what they must add up to."""

    item: rows.Item
    due: int = 0
    shares: list[Share] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(share.units for share in self.shares)


@require_GET
def one(request: HttpRequest, consignment: int) -> HttpResponse:
    user = reader(request)
    row = known(user).filter(pk=consignment).select_related("request__place", "operation").first()
    if row is None:
        raise NotFound(Message("there is no such thing here"))
    goods, is_whole = whereabouts(user, row)
    context = {"consignment": row, "goods": goods, "is_whole": is_whole}
    return render(request, "desk/custody/consignment.html", context)


def whereabouts(user: rows.User, consignment: rows.Consignment) -> tuple[list[Goods], bool]:
    """Item by item, of what the reader may see; and whether that is all of it."""
    lines = visible(user, rows.WaybillLine).filter(consignment=consignment)
    paths = "waybill__series", "batch__item"
    by_line = {it.pk: it for it in lines.select_related(*paths).prefetch_related("batch__item__names")}
    by_item: dict[int, list[int]] = defaultdict(list)
    for line in by_line.values():
        by_item[line.batch.item_id].append(line.pk)
    places = {it.pk: it for it in rows.Place.objects.filter(operation=consignment.operation).prefetch_related("names")}
    found = []
    for numbers in by_item.values():
        moved = carried(rows.WaybillLine.objects.filter(pk__in=numbers))
        goods = Goods(by_line[numbers[0]].batch.item, due(moved))
        for part in dispositions(moved):
            paper = by_line[part.line].waybill
            share = Share(WORDS[part.where], places.get(part.place), paper, waybill_number(paper), part.units)
            goods.shares.append(share)
        found.append(goods)
    return found, len(by_line) == consignment.lines.count()
