"""One box for everything: any number or name, among what the reader may see; an exact number leads straight there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from karavan.desk import models as rows
from karavan.desk.access import admits, operations, rights, visible, where
from karavan.desk.stock import waybill_number
from karavan.desk.templatetags.goods import name_of
from karavan.desk.views import found
from karavan.desk.views.found import Hit, one
from karavan.desk.views.reading import reader
from karavan.desk.views.waybills import matches
from karavan.domain.message import Message, Sayable
from karavan.domain.roles import Right
from karavan.domain.spelling import sound

LONGEST, SHOWN = 100, 20
MOST = 500
SHORTEST_CALL = 4
"""Characters of a telephone number or an address that are looked for."""
_PLACE_RIGHTS = (Right.SEE_REQUESTS, Right.SEE_MOVEMENTS, Right.SEE_STOCK, Right.SEE_ROADS)


@dataclass(frozen=True, slots=True)
class Group:
    title: Message
    hits: tuple[Hit, ...]
    is_cut: bool


@require_GET
def find(request: HttpRequest) -> HttpResponse:
    user, text = reader(request), request.GET.get("q", "").strip()[:LONGEST]
    exact = list(_exact(user, text)) if text else []
    if len(exact) == 1:
        return redirect(exact[0])
    groups = [_group(title, hits) for title, hits in _all(user, text)] if sound(text) else []
    full = [group for group in groups if group.hits]
    count = sum(len(group.hits) for group in full)
    said = Message.counted("{count} thing found", "{count} things found", count=count)
    return render(request, "desk/find.html", {"text": text, "groups": full, "said": said if text else None})


def _group(title: Message, hits: Iterable[Hit]) -> Group:
    some = tuple(hit for hit, _ in zip(hits, range(SHOWN + 1), strict=False))
    return Group(title, some[:SHOWN], len(some) > SHOWN)


def _exact(user: rows.User, text: str) -> Iterator[str]:
    """The pages of what has just this number."""
    for request in visible(user, rows.Request).filter(number__iexact=text)[:2]:
        yield reverse("request", args=[request.pk])
    for consignment in visible(user, rows.Consignment).filter(number__iexact=text)[:2]:
        yield reverse("request", args=[consignment.request_id])
    series, _, number = text.rpartition("-")
    if series and number.isascii() and number.isdecimal() and len(number) < 18:
        for paper in visible(user, rows.Waybill).filter(series__code__iexact=series, no=int(number))[:2]:
            yield reverse("waybill", args=[paper.pk])
    for convoy in visible(user, rows.Convoy).filter(code__iexact=text)[:2]:
        yield reverse("convoy", args=[convoy.pk])


def _all(user: rows.User, text: str) -> Iterator[tuple[Message, Iterable[Hit]]]:
    yield Message("Places"), _places(user, text)
    yield Message("Requests"), _requests(user, text)
    yield Message("Waybills"), _waybills(user, text)
    yield Message("Convoys"), _convoys(user, text)
    yield Message("Incidents"), found.incidents(user, text)
    yield Message("Transfers between stores"), found.transfers(user, text)
    yield Message("Losses"), found.losses(user, text)
    yield Message("Clearances"), _clearances(user, text)
    yield Message("Vehicles"), _vehicles(user, text)
    yield Message("Goods"), _items(user, text)
    yield Message("Lots"), found.lots(user, text)
    yield Message("Kits"), found.kits(user, text)
    yield Message("People"), _people(user, text)


def _requests(user: rows.User, text: str) -> Iterator[Hit]:
    mine = visible(user, rows.Request)
    askers = mine.exclude(organisation="").order_by().values_list("organisation", flat=True).distinct()
    heard = [name for name in askers if sound(text) in sound(name)]
    some = mine.filter(Q(number__icontains=text) | Q(organisation__in=heard[:MOST]))
    ordered = some.select_related("place").prefetch_related("place__names").order_by("-raised_at", "number")
    for row in ordered[: SHOWN + 1]:
        yield one(row.number, name_of(row.place), reverse("request", args=[row.pk]))


def _waybills(user: rows.User, text: str) -> Iterator[Hit]:
    mine = visible(user, rows.Waybill).filter(matches(text)).select_related("series", "origin", "destination")
    for row in mine.prefetch_related("origin__names", "destination__names").order_by("-id")[: SHOWN + 1]:
        way = f"{name_of(row.origin)} → {name_of(row.destination)}"
        yield one(waybill_number(row), way, reverse("waybill", args=[row.pk]))


def _convoys(user: rows.User, text: str) -> Iterator[Hit]:
    mine = visible(user, rows.Convoy).filter(code__icontains=text).select_related("origin", "destination")
    for row in mine.prefetch_related("origin__names", "destination__names").order_by("-depart")[: SHOWN + 1]:
        way = f"{name_of(row.origin)} → {name_of(row.destination)}"
        yield one(row.code, way, reverse("convoy", args=[row.pk]))


def _clearances(user: rows.User, text: str) -> Iterator[Hit]:
    """By the number of what was asked or of its answer, which leads to what was asked."""
    mine = visible(user, rows.Clearance).filter(reference__icontains=text)
    for row in mine.order_by("-submitted_at", "id")[: SHOWN + 1]:
        yield one(row.reference, row.authority, reverse("clearance", args=[row.answers_id or row.pk]))


def _places(user: rows.User, text: str) -> Iterator[Hit]:
    """By any of its names, in any spelling or script; the ways are those that the reader may go."""
    key, seen = sound(text), {right: set(where(user, right).values_list("pk", flat=True)) for right in _PLACE_RIGHTS}
    known = rows.Place.objects.filter(pk__in=set().union(*seen.values())).prefetch_related("names")
    for place in known.order_by("operation", "position", "id"):
        names = [place.code, place.pcode, *(it.name for it in place.names.all())]
        if not any(key in sound(name) for name in names):
            continue
        ways: list[tuple[Sayable, str]] = []
        if place.pk in seen[Right.SEE_ROADS]:
            ways.append((Message("Place"), reverse("place", args=[place.pk])))
        if place.pk in seen[Right.SEE_REQUESTS]:
            ways.append((Message("Requests"), f"{reverse('requests')}?{urlencode({'text': place.code})}"))
        if place.pk in seen[Right.SEE_MOVEMENTS]:
            ways.append((Message("Waybills"), f"{reverse('waybills')}?{urlencode({'q': place.code})}"))
        if place.pk in seen[Right.SEE_STOCK]:
            ways.append((Message("Stock"), reverse("stock")))
        others = dict.fromkeys(name for name in names[2:] if name != name_of(place))
        yield Hit(name_of(place), ", ".join((place.code, *others)), tuple(ways))


def _vehicles(user: rows.User, text: str) -> Iterator[Hit]:
    key = sound(text)
    for row in visible(user, rows.Vehicle).order_by("position", "id"):
        if key in sound(row.plate):
            itself = ((Message("Vehicle"), reverse("vehicle", args=[row.pk])),)
            yield Hit(row.plate, row.type, itself + _way_if(user, "waybills", Message("Waybills"), q=row.plate))


def _items(user: rows.User, text: str) -> Iterator[Hit]:
    key = sound(text)
    here = operations_of(user, Right.SEE_STOCK)
    for row in rows.Item.objects.filter(operation__in=here).prefetch_related("names").order_by("position", "id"):
        if any(key in sound(name) for name in (row.code, *(it.name for it in row.names.all()))):
            yield Hit(name_of(row), row.code, _way_if(user, "stock", Message("Stock"), q=row.code))


def operations_of(user: rows.User, right: Right) -> set[int]:
    """Where the user has the right anywhere."""
    return set(where(user, right).values_list("operation", flat=True))


def _people(user: rows.User, text: str) -> Iterator[Hit]:
    key = sound(text)
    for row in visible(user, rows.Contact).filter(erased_at=None).order_by("name", "id"):
        if key in sound(row.name) or (len(text) >= SHORTEST_CALL and key in sound(row.phone + " " + row.email)):
            yield Hit(row.name, row.phone, _way_if(user, "contacts", Message("Contacts"), q=row.name))
    if Right.MANAGE_USERS in rights(user):
        managed = operations(user, Right.MANAGE_USERS)
        for login in visible(user, rows.User).filter(login__icontains=text).order_by("login")[: SHOWN + 1]:
            in_it = managed.filter(membership__user=login).first()
            if in_it:
                way = f"{reverse('person')}?{urlencode({'operation': str(in_it.pk), 'user': str(login.pk)})}"
                yield one(login.login, in_it.code, way)


def _way_if(user: rows.User, route: str, words: Message, **asked: str) -> tuple[tuple[Sayable, str], ...]:
    return ((words, f"{reverse(route)}?{urlencode(asked)}"),) if admits(user, route) else ()
