"""What the search box finds besides: incidents, transfers, losses, lots and kits, by what they are about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode

from karavan.desk import models as rows
from karavan.desk.access import visible, where
from karavan.desk.stock import waybill_number
from karavan.desk.templatetags.goods import name_of
from karavan.desk.views.reading import here
from karavan.desk.views.waybills import matches
from karavan.desk.views.words import INCIDENTS, LOSSES
from karavan.domain.ledger import AccountKind
from karavan.domain.message import Sayable
from karavan.domain.roles import Right
from karavan.domain.spelling import sound
from karavan.domain.units import time_text

MOST = 50
"""Hits of one kind that are put into words; a page shows fewer."""


@dataclass(frozen=True, slots=True)
class Hit:
    """
    Attributes
    ----------
    ways
        Where it leads: what it is called, and the address.
    """

    name: str
    note: str
    ways: tuple[tuple[Sayable, str], ...]


def one(name: str, note: str, way: str) -> Hit:
    return Hit(name, note, (("", way),))


def incidents(user: rows.User, text: str) -> Iterator[Hit]:
    """By journey, plate, convoy, waybill, or what happened in the reader's words, for whoever sees that journey."""
    kinds = [kind for kind, word in INCIDENTS.items() if sound(text) in sound(here(word))]
    papers = visible(user, rows.Waybill).filter(matches(text)).values("journey")
    convoys = visible(user, rows.Convoy).filter(code__icontains=text).values("march__journey")
    about = Q(journey__code__icontains=text) | Q(journey__vehicle__plate__icontains=text) | Q(kind__in=kinds)
    mine = visible(user, rows.Incident).filter(about | Q(journey__in=papers) | Q(journey__in=convoys))
    for row in mine.select_related("journey__vehicle").order_by("-at", "id")[:MOST]:
        way = _way_of(user, row.journey)
        if way:
            yield one(here(INCIDENTS.get(row.kind, row.kind)), f"{row.journey.code} {row.journey.vehicle.plate}", way)


def _way_of(user: rows.User, journey: rows.Journey) -> str:
    """The journey's convoy, else its waybill, whichever the reader may see."""
    convoy = visible(user, rows.Convoy).filter(march__journey=journey).order_by("-depart", "id").first()
    if convoy:
        return reverse("convoy", args=[convoy.pk])
    paper = visible(user, rows.Waybill).filter(journey=journey).order_by("id").first()
    return reverse("waybill", args=[paper.pk]) if paper else ""


def transfers(user: rows.User, text: str) -> Iterator[Hit]:
    """By either store, the vehicle, the waybill's number or a lot."""
    places, lots = _places(user, Right.SEE_MOVEMENTS, text), Q(lines__batch__code__icontains=text)
    papers = visible(user, rows.Waybill).filter(matches(text)).values("transfer")
    about = Q(origin__in=places) | Q(destination__in=places) | Q(vehicle__plate__icontains=text) | Q(pk__in=papers)
    mine = (
        visible(user, rows.StoreTransfer)
        .filter(about | lots)
        .select_related("origin", "destination", "vehicle", "operation")
    )
    for row in mine.prefetch_related("origin__names", "destination__names").order_by("-at", "id")[:MOST]:
        way = f"{name_of(row.origin)} → {name_of(row.destination)}"
        yield one(way, f"{row.vehicle.plate}, {_when(row.at, row.operation)}", reverse("transfer", args=[row.pk]))


def losses(user: rows.User, text: str) -> Iterator[Hit]:
    """By place, waybill, lot, goods, or the reason in the reader's words."""
    reasons = [reason for reason, word in LOSSES.items() if sound(text) in sound(here(word))]
    papers = visible(user, rows.Waybill).filter(matches(text)).values("pk")
    signed = Right.SIGN_LOSS, Right.SEE_AUDIT
    places = [pk for right in signed for pk in _places(user, right, text)]
    named = [pk for right in signed for pk in _goods(user, right, text)]
    about = Q(place__in=places) | Q(waybill__in=papers) | Q(reason__in=reasons)
    goods = Q(lines__batch__code__icontains=text) | Q(lines__batch__item__in=named)
    mine = visible(user, rows.LossReport).filter(about | goods).select_related("place", "waybill__series", "operation")
    for row in mine.prefetch_related("place__names").order_by("-at", "id")[:MOST]:
        seen = row.waybill is not None and visible(user, rows.Waybill).filter(pk=row.waybill.pk).exists()
        when = _when(row.at, row.operation)
        note = f"{waybill_number(row.waybill)}, {when}" if row.waybill and seen else when
        name = f"{name_of(row.place)}: {here(LOSSES.get(row.reason, row.reason))}"
        yield one(name, note, reverse("loss", args=[row.pk]))


def lots(user: rows.User, text: str) -> Iterator[Hit]:
    """By a lot's number or its donor, where the reader sees it lie; leads to the stock card of the place."""
    key = sound(text)
    told: set[tuple[int, int]] = set()
    held = visible(user, rows.Balance).filter(account__kind__in=(AccountKind.STOCK, AccountKind.DAMAGED))
    held = held.filter(account__place__isnull=False).exclude(batch__code="", batch__donor="")
    known = {it[0]: it[1:] for it in held.order_by().values_list("batch", "batch__code", "batch__donor").distinct()}
    wanted = [pk for pk, names in known.items() if any(key in sound(name) for name in names)]
    found = held.filter(batch__in=wanted[:MOST]).select_related("batch__item", "account__place")
    for row in found.prefetch_related("batch__item__names", "account__place__names").order_by("batch__code", "id"):
        place, batch = row.account.place, row.batch
        if place is None or (place.pk, batch.pk) in told:
            continue
        told.add((place.pk, batch.pk))
        parts = [name_of(batch.item), name_of(place), batch.donor]
        way = reverse("stock_card", args=[place.pk, batch.item_id])
        yield one(batch.code or name_of(batch.item), ", ".join(part for part in parts if part), way)


def kits(user: rows.User, text: str) -> Iterator[Hit]:
    """By the kit's name or what is in it; leads to the stock of it."""
    key = sound(text)
    contents: dict[str, dict[int, rows.Item]] = {}
    lines = rows.KitLine.objects.filter(operation__in=where(user, Right.SEE_STOCK).values("operation"))
    for line in lines.select_related("item").prefetch_related("item__names").order_by("kit", "id"):
        contents.setdefault(line.kit, {})[line.item_id] = line.item
    for kit, items in contents.items():
        inside = [(name_of(item), item.code, *(it.name for it in item.names.all())) for item in items.values()]
        if key in sound(kit) or any(key in sound(name) for names in inside for name in names):
            way = f"{reverse('stock')}?{urlencode({'q': kit})}"
            yield one(kit, ", ".join(dict.fromkeys(names[0] for names in inside)), way)


def _places(user: rows.User, right: Right, text: str) -> list[int]:
    """The places at which the reader has the right, by any of their names."""
    return [it.pk for it in where(user, right).prefetch_related("names") if _sounds(it, text)]


def _goods(user: rows.User, right: Right, text: str) -> list[int]:
    known = rows.Item.objects.filter(operation__in=where(user, right).values("operation")).prefetch_related("names")
    return [it.pk for it in known if _sounds(it, text)]


def _sounds(row: rows.Place | rows.Item, text: str) -> bool:
    return any(sound(text) in sound(name) for name in (row.code, *(it.name for it in row.names.all())))


def _when(at: datetime, operation: rows.Operation) -> str:
    return time_text(at, ZoneInfo(operation.time_zone))
