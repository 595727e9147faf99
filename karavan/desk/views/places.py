"""Places: found by any of their names, shown with all of them, entered and changed."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from karavan.desk import actions, models as rows, store
from karavan.desk.access import may, require, seen, visible
from karavan.desk.middleware import LANGUAGE_NAMES
from karavan.desk.templatetags.goods import name_of
from karavan.desk.views.fields import Field, Form, Group, asked, reader
from karavan.desk.views.ground import chosen
from karavan.desk.views.moving import pages
from karavan.desk.views.sheets import Sheet, all_of, is_asked, taken
from karavan.desk.views.waybills import person
from karavan.desk.views.words import PLACES, ROAD_SIGNS, ROADS
from karavan.domain.message import Message, Sayable
from karavan.domain.places import PlaceKind
from karavan.domain.roles import Right
from karavan.domain.units import KG_G, Measure

A_PAGE = 100
MINUTE_S = 60
_UNDETERMINED = "und"


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    operation, others = chosen(request, Right.SEE_ROADS)
    found = visible(user, rows.Place).filter(operation=operation)
    kind, text = request.GET.get("kind", ""), request.GET.get("q", "").strip()
    if kind in PLACES:
        found = found.filter(kind=kind)
    if text:
        found = found.filter(Q(code__icontains=text) | Q(names__name__icontains=text) | Q(pcode__iexact=text))
    ordered = found.distinct().order_by("position", "id").prefetch_related("names")
    if is_asked(request):
        return taken(request, SHEET, all_of(ordered))
    page = Paginator(ordered, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "operation": operation,
        "others": others,
        "page": page,
        "places": [(it, other_names(it), PLACES[it.kind]) for it in page],
        "kinds": PLACES.items(),
        "kind": kind,
        "q": text,
        "may_edit": may(user, Right.EDIT_PLACES, operation),
    }
    return render(request, "desk/field/places.html", context)


SHEET = Sheet(
    "places",
    Message("Places"),
    (
        (Message("Place"), name_of),
        (Message("Code"), lambda it: it.code),
        (Message("Other names"), lambda it: " · ".join(name for _, name in other_names(it))),
        (Message("Kind"), lambda it: PLACES[it.kind]),
        (Message("Open"), lambda it: it.opening),
        (Message("People"), lambda it: it.population),
    ),
)


def other_names(place: rows.Place) -> list[tuple[str, str]]:
    """``(language tag, name)`` besides the one that the reader sees first; a spelling once."""
    seen_names = {name_of(place)}
    found = []
    for it in place.names.all():
        if it.name not in seen_names:
            seen_names.add(it.name)
            found.append((it.language, it.name))
    return found


@require_GET
def one(request: HttpRequest, place: int) -> HttpResponse:
    user = reader(request)
    row = seen(user, rows.Place, place)
    now = datetime.now(UTC)
    ends = visible(user, rows.Road).filter(Q(origin=row) | Q(destination=row))
    known = store.roads(ends, now)
    between = ends.select_related("origin", "destination").prefetch_related("origin__names", "destination__names")
    roads = []
    for it in between.order_by("position", "id"):
        status = known[it.pk].status_at(now)
        roads.append(
            (
                it,
                it.destination if it.origin_id == row.pk else it.origin,
                status,
                ROADS[status],
                ROAD_SIGNS.get(status, ""),
            )
        )
    homes = visible(user, rows.Vehicle).filter(homes__place=row).order_by("position", "id")
    context = {
        "place": row,
        "kind": PLACES[row.kind],
        "others": other_names(row),
        "position": _position(row),
        "rate": Measure(row.handling_g_per_h, "g") if row.handling_g_per_h else None,
        "fixed": Measure(row.handling_fixed_s, "s") if row.handling_fixed_s else None,
        "heaviest": Measure(row.largest_gross_mass_g, "g") if row.largest_gross_mass_g else None,
        "contact": person(user, row.contact_id),
        "roads": roads,
        "vehicles": homes.distinct(),
        "may_edit": may(user, Right.EDIT_PLACES, row.operation_id),
    }
    return render(request, "desk/field/place.html", context)


def _position(row: rows.Place) -> str:
    """To a metre, with points, as other programs take it."""
    if row.latitude_deg is None or row.longitude_deg is None:
        return ""
    return f"{row.latitude_deg:.5f}, {row.longitude_deg:.5f}"


@pages
def new(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    operation, _ = chosen(request, Right.EDIT_PLACES)
    require(user, Right.EDIT_PLACES, operation)
    code = Field("code", Message("Code"), hint=Message("Short, and for good: KHN, WH-2. It stands on waybills."))
    form = _form(user, operation, None, [code])

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        return actions.add_place(
            who, number, now, operation=operation.pk, code=form.got("code"), values=_values(form, None)
        )

    back = f"{reverse('places')}?operation={operation.code}"
    return asked(request, form, write, title=Message("New place"), done=back, back=back, note=_NOTE)


@pages
def edit(request: HttpRequest, place: int) -> HttpResponse:
    user = reader(request)
    row = seen(user, rows.Place, place)
    require(user, Right.EDIT_PLACES, row.operation_id)
    form = _form(user, row.operation, row, [])

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        return actions.edit_place(who, number, now, place=row.pk, values=_values(form, row))

    here = reverse("place", args=[row.pk])
    title = Message("Change {place}", place=name_of(row))
    return asked(request, form, write, title=title, done=here, back=here, note=_NOTE)


_NOTE = Message(
    "Give all names that are in use. Everybody sees their own language's first; no name ranks above another."
)


def _form(user: rows.User, operation: rows.Operation, row: rows.Place | None, first: list[Field]) -> Form:
    kinds = tuple(PLACES.items())
    what = [*first, Field("kind", Message("Kind"), "choice", choices=kinds, value=row.kind if row else "")]
    given = {it.language: it.name for it in row.names.all()} if row else {}
    names = [
        Field(f"name-{tag}", Message("Name: {language}", language=said), required=False, value=given.get(tag, ""))
        for tag, said in LANGUAGE_NAMES
    ]
    rest = [f"{tag}: {name}" for tag, name in given.items() if tag not in dict(LANGUAGE_NAMES)]
    hint = Message("One a line, with the tag of its language: ka: …, fa: …, en: … for a second one in English.")
    names.append(Field("others", Message("Other names"), "long", required=False, hint=hint, value="\n".join(rest)))
    groups = [
        Group("", what),
        Group(Message("Names"), names),
        Group(Message("Where"), _where(row)),
        Group(Message("Access"), _access(user, operation, row)),
    ]
    return Form(groups, ZoneInfo(operation.time_zone), Message("Write it down"))


def _where(row: rows.Place | None) -> list[Field]:
    return [
        Field(
            "latitude",
            Message("Latitude [degrees]"),
            "degrees",
            required=False,
            value=_shown(row, "latitude_deg"),
            hint="39.815",
        ),
        Field(
            "longitude",
            Message("Longitude [degrees]"),
            "degrees",
            required=False,
            value=_shown(row, "longitude_deg"),
            hint="46.752",
        ),
        Field("pcode", Message("P-code"), required=False, value=row.pcode if row else ""),
        Field("population", Message("People"), "whole", required=False, value=_shown(row, "population")),
    ]


def _access(user: rows.User, operation: rows.Operation, row: rows.Place | None) -> list[Field]:
    people = visible(user, rows.Contact).filter(operation=operation, erased_at=None).order_by("name")
    contacts = tuple((str(it.pk), f"{it.name} {it.phone}".strip()) for it in people)
    rate = row.handling_g_per_h if row else None
    heaviest = row.largest_gross_mass_g if row else None
    fixed = row.handling_fixed_s // MINUTE_S if row and row.handling_fixed_s else 0
    return [
        Field(
            "opening",
            Message("When goods are handled here"),
            "hours",
            required=False,
            value=row.opening if row else "24/7",
            hint="24/7; 08:00-18:00; Mo-Fr 08:00-12:00,13:00-17:00",
        ),
        Field("mass", Message("Heaviest vehicle that may stop, gross [kg]"), "kg", required=False, value=_kg(heaviest)),
        Field("rate", Message("Loaded or unloaded in an hour [kg]"), "kg", required=False, value=_kg(rate)),
        Field(
            "fixed", Message("Time that each stop takes besides [min]"), "whole", required=False, value=str(fixed or "")
        ),
        Field(
            "zones",
            Message("Zones"),
            required=False,
            value=", ".join(row.zones) if row else "",
            hint=Message("With commas between; empty: every vehicle may come."),
        ),
        Field(
            "contact",
            Message("Whom to call"),
            "choice",
            required=False,
            choices=contacts,
            value=str(row.contact_id) if row and row.contact_id else "",
        ),
    ]


def _shown(row: rows.Place | None, name: str) -> str:
    value = getattr(row, name) if row else None
    return "" if value is None else f"{value}"


def _kg(grams: int | None) -> str:
    return f"{grams / KG_G:.3f}".rstrip("0").rstrip(".") if grams else ""


def _values(form: Form, row: rows.Place | None) -> actions.PlaceValues:
    return actions.PlaceValues(
        kind=PlaceKind(form.got("kind")),
        names=_names(form, row),
        latitude_microdeg=form.got("latitude"),
        longitude_microdeg=form.got("longitude"),
        pcode=form.got("pcode"),
        population=form.got("population"),
        opening=form.got("opening") or "24/7",
        handling_g_per_h=form.got("rate") or None,
        handling_fixed_s=form.got("fixed") * MINUTE_S,
        largest_gross_mass_g=form.got("mass") or None,
        zones=tuple(filter(None, (it.strip() for it in form.got("zones").split(",")))),
        contact=UUID(form.got("contact")) if form.got("contact") else None,
    )


def _names(form: Form, row: rows.Place | None) -> tuple[actions.NameValues, ...]:
    """In the order in which they were given first; a second name in one language gets a tag of its own."""
    found: dict[str, str] = {tag: form.got(f"name-{tag}") for tag, _ in LANGUAGE_NAMES if form.got(f"name-{tag}")}
    for line in filter(None, (it.strip() for it in form.got("others").splitlines())):
        head, colon, tail = line.partition(":")
        tag, name = (head.strip(), tail.strip()) if colon else (_UNDETERMINED, line)
        unused = tag
        number = 2
        while unused in found:
            unused, number = f"{tag}-x-{number}", number + 1
        found[unused] = name
    before = [it.language for it in row.names.all()] if row else []
    order = [tag for tag in before if tag in found] + [tag for tag in found if tag not in before]
    return tuple(actions.NameValues(tag, found[tag]) for tag in order)


@pages
def new_road(request: HttpRequest, place: int) -> HttpResponse:
    user = reader(request)
    row = seen(user, rows.Place, place)
    require(user, Right.EDIT_PLACES, row.operation_id)
    others = visible(user, rows.Place).filter(operation=row.operation_id).exclude(pk=row.pk)
    choices = tuple((str(it.pk), name_of(it)) for it in others.order_by("position", "id").prefetch_related("names"))
    fields = [
        Field("code", Message("Code"), hint=Message("Short, and for good: R-KHN.")),
        Field("to", Message("To"), "choice", choices=choices),
        Field("km", Message("Length [km]"), "km", hint="12.5"),
        Field("minutes", Message("Driving time of a truck [min]"), "whole", least=1),
        Field("one_way", Message("Direction"), "choice", choices=_WAYS, value="no"),
    ]
    form = Form([Group("", fields)], ZoneInfo(row.operation.time_zone), Message("Write it down"))

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        return actions.add_road(
            who,
            number,
            now,
            origin=row.pk,
            destination=int(form.got("to")),
            code=form.got("code"),
            distance_m=form.got("km"),
            drive_s=form.got("minutes") * MINUTE_S,
            one_way=form.got("one_way") == "yes",
        )

    here = reverse("place", args=[row.pk])
    title = Message("New road from {place}", place=name_of(row))
    note: Sayable = Message("The road is of unknown status until somebody reports on it.")
    return asked(request, form, write, title=title, done=here, back=here, note=note)


_WAYS = (("no", Message("both ways")), ("yes", Message("only from here")))
