"""Vehicles: what they carry, whether they drive, and the forms for both."""

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
from karavan.desk.templatetags.goods import name_of
from karavan.desk.views.fields import Field, Form, Group, asked, local, reader
from karavan.desk.views.ground import chosen
from karavan.desk.views.moving import pages
from karavan.desk.views.sheets import Sheet, all_of, is_asked, taken
from karavan.desk.views.waybills import person, remark_of
from karavan.desk.views.words import OUTAGES
from karavan.domain.fleet import OutOfService
from karavan.domain.message import Message
from karavan.domain.places import PlaceKind
from karavan.domain.roles import Right
from karavan.domain.units import HOUR_S, KG_G, M3_CM3, M_MM, Measure, time_text

A_PAGE = 100
AHEAD = 20


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    operation, others = chosen(request, Right.SEE_FLEET)
    found = visible(user, rows.Vehicle).filter(operation=operation)
    text, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    if text:
        found = found.filter(
            Q(plate__icontains=text) | Q(type__icontains=text) | Q(homes__place__names__name__icontains=text)
        ).distinct()
    ordered = found.order_by("position", "id").prefetch_related("homes__place__names", "services")
    vehicles = list(ordered)
    if state in ("in", "out"):
        now = datetime.now(UTC)
        vehicles = [it for it in vehicles if (_outage(it, now) is not None) == (state == "out")]
    if is_asked(request):
        return taken(request, SHEET, [_line(user, it) for it in all_of(vehicles)])
    page = Paginator(vehicles, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "operation": operation,
        "others": others,
        "page": page,
        "vehicles": [_line(user, it) for it in page],
        "q": text,
        "state": state,
        "may_edit": may(user, Right.EDIT_FLEET, operation),
        "sees_people": may(user, Right.SEE_CONTACTS, operation),
    }
    return render(request, "desk/field/fleet.html", context)


def _line(user: rows.User, row: rows.Vehicle) -> dict[str, object]:
    return {
        "vehicle": row,
        "home": ", ".join(name_of(it.place) for it in row.homes.all()),
        "payload": Measure(row.payload_g, "g"),
        "volume": Measure(sum(row.compartments_cm3), "cm3"),
        "driver": person(user, row.driver_id),
        "state": state_of(row, datetime.now(UTC)),
        "is_out": _outage(row, datetime.now(UTC)) is not None,
    }


SHEET = Sheet(
    "vehicles",
    Message("Vehicles"),
    (
        (Message("Plate"), lambda it: it["vehicle"].plate),
        (Message("Kind of vehicle"), lambda it: it["vehicle"].type),
        (Message("Home"), lambda it: it["home"]),
        (Message("Payload [kg]"), lambda it: it["vehicle"].payload_g // KG_G),
        (Message("Volume"), lambda it: it["volume"]),
        (Message("Driver"), lambda it: it["driver"].name if it["driver"] else ""),
        (Message("State"), lambda it: it["state"]),
    ),
)


def _outage(row: rows.Vehicle, now: datetime) -> rows.VehicleService | None:
    """Why the vehicle does not drive now."""
    last = store.last_service(row)
    if last is None or not last.reason or last.since > now or (last.until and last.until <= now):
        return None
    return last


def state_of(row: rows.Vehicle, now: datetime) -> Message:
    zone = ZoneInfo(row.operation.time_zone)
    out, last = _outage(row, now), store.last_service(row)
    if out is not None:
        if out.until:
            return Message(
                "out of service until {moment}: {reason}", moment=time_text(out.until, zone), reason=OUTAGES[out.reason]
            )
        return Message("out of service: {reason}", reason=OUTAGES[out.reason])
    if row.available_until and row.available_until <= now:
        return Message("no more in service since {moment}", moment=time_text(row.available_until, zone))
    if row.available_from and row.available_from > now:
        return Message("in service from {moment} on", moment=time_text(row.available_from, zone))
    if last is not None and last.reason and last.since > now:
        return Message(
            "in service until {moment}, then: {reason}", moment=time_text(last.since, zone), reason=OUTAGES[last.reason]
        )
    return Message("in service")


@require_GET
def one(request: HttpRequest, vehicle: int) -> HttpResponse:
    user = reader(request)
    row = seen(user, rows.Vehicle, vehicle)
    zone, now = row.operation.time_zone, datetime.now(UTC)
    history = row.services.select_related("by").order_by("-number")[:A_PAGE]
    ahead = visible(user, rows.Journey).filter(vehicle=row, depart__gte=now).order_by("depart", "id")[:AHEAD]
    context = {
        **_line(user, row),
        "zone": zone,
        "compartments": [Measure(it, "cm3") for it in row.compartments_cm3],
        "gross": Measure(row.gross_mass_g, "g") if row.gross_mass_g else None,
        "height": Measure(row.height_mm, "mm") if row.height_mm else None,
        "width": Measure(row.width_mm, "mm") if row.width_mm else None,
        "driving": Measure(row.driving_limit_s, "s"),
        "speed": row.speed_permille / 10,
        "history": [(it, OUTAGES.get(it.reason, Message("back in service")), remark_of(it.pk)) for it in history],
        "ahead": ahead,
        "may_edit": may(user, Right.EDIT_FLEET, row.operation_id),
        "may_name": may(user, Right.NAME_DRIVER, row.operation_id),
        "sees_people": may(user, Right.SEE_CONTACTS, row.operation_id),
    }
    return render(request, "desk/field/vehicle.html", context)


@pages
def new(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    operation, _ = chosen(request, Right.EDIT_FLEET)
    require(user, Right.EDIT_FLEET, operation)
    plate = Field("plate", Message("Plate"), hint=Message("It stands on waybills and stays for good."))
    form = _form(user, operation, None, [plate])

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        given = _values(form, None)
        return actions.add_vehicle(who, number, now, operation=operation.pk, plate=form.got("plate"), values=given)

    back = f"{reverse('fleet')}?operation={operation.code}"
    return asked(request, form, write, title=Message("New vehicle"), done=back, back=back)


@pages
def edit(request: HttpRequest, vehicle: int) -> HttpResponse:
    row = mine(request, vehicle)
    form = _form(reader(request), row.operation, row, [])

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        return actions.edit_vehicle(who, number, now, vehicle=row.pk, values=_values(form, row))

    title = Message("Change {vehicle}", vehicle=row.plate)
    return asked(request, form, write, title=title, done=page_of(row), back=page_of(row))


def mine(request: HttpRequest, vehicle: int, right: Right = Right.EDIT_FLEET) -> rows.Vehicle:
    """The vehicle, for whoever may change it, or what the right says."""
    row = seen(reader(request), rows.Vehicle, vehicle)
    require(reader(request), right, row.operation_id)
    return row


def page_of(row: rows.Vehicle) -> str:
    return reverse("vehicle", args=[row.pk])


def _form(user: rows.User, operation: rows.Operation, row: rows.Vehicle | None, first: list[Field]) -> Form:
    zone = ZoneInfo(operation.time_zone)
    return Form(
        [
            Group("", [*first, *_what(operation, row)]),
            Group(Message("What it carries"), _capacity(operation, row)),
            Group(Message("Size, for bridges and roads"), _size(row)),
            Group(Message("When it drives"), _when(row, zone)),
        ],
        zone,
        Message("Write it down"),
    )


def _what(operation: rows.Operation, row: rows.Vehicle | None) -> list[Field]:
    # Vehicles stand where goods are; a junction or a delivery point is nobody's yard.
    kinds = (PlaceKind.WAREHOUSE, PlaceKind.BAKERY, PlaceKind.TRANSSHIPMENT_POINT)
    places = rows.Place.objects.filter(operation=operation).order_by("position", "id").prefetch_related("names")
    first = [it.place_id for it in row.homes.all()][:1] if row else []
    choices = tuple((str(it.pk), name_of(it)) for it in places if it.kind in kinds or it.pk in first)
    return [
        Field("type", Message("Kind of vehicle"), required=False, value=row.type if row else ""),
        Field("home", Message("Home"), "choice", choices=choices, value=str(first[0]) if first else ""),
    ]


def _capacity(operation: rows.Operation, row: rows.Vehicle | None) -> list[Field]:
    classes = rows.Item.objects.filter(operation=operation).values_list("item_class", flat=True).distinct()
    body = "closed" if row and row.closed_body else "open"
    cleaned = local(row.cleaned_on, ZoneInfo(operation.time_zone)) if row and row.cleaned_on else ""
    return [
        Field("payload", Message("Payload [kg]"), "kg", value=_figure(row.payload_g, KG_G) if row else ""),
        Field(
            "volumes",
            Message("Volume of each compartment [m³]"),
            "m3s",
            value=" ".join(_figure(it, M3_CM3) for it in row.compartments_cm3) if row else "",
            hint=Message("With spaces between: 30 10"),
        ),
        Field("body", Message("Body"), "choice", choices=_BODIES, value=body),
        Field(
            "classes",
            Message("Only goods of these classes"),
            required=False,
            value=", ".join(row.item_classes) if row else "",
            hint=Message("With commas between; empty: all. In use: {classes}", classes=", ".join(sorted(classes))),
        ),
        Field("previous", Message("Class carried last"), required=False, value=row.previous_load if row else ""),
        Field("cleaned", Message("Cleaned after that"), "moment", required=False, value=cleaned),
    ]


_BODIES = (("open", Message("open or covered")), ("closed", Message("closed and clean")))


def _size(row: rows.Vehicle | None) -> list[Field]:
    gross, high, wide = (row.gross_mass_g, row.height_mm, row.width_mm) if row else (0, 0, 0)
    zones = ", ".join(row.zones) if row else ""
    return [
        Field("gross", Message("Registered gross mass [kg]"), "kg", False, value=_figure(gross, KG_G)),
        Field("height", Message("Height [m]"), "m", False, value=_figure(high, M_MM)),
        Field("width", Message("Width [m]"), "m", False, value=_figure(wide, M_MM)),
        Field("zones", Message("Only in these zones"), required=False, value=zones),
    ]


def _when(row: rows.Vehicle | None, zone: ZoneInfo) -> list[Field]:
    start = local(row.available_from, zone) if row and row.available_from else ""
    end = local(row.available_until, zone) if row and row.available_until else ""
    shift = row.shift if row else "24/7"
    limit_h, percent = (row.driving_limit_s // HOUR_S, row.speed_permille // 10) if row else (9, 100)
    return [
        Field("start", Message("At our service from"), "moment", False, value=start),
        Field("end", Message("At our service until"), "moment", False, value=end),
        Field(
            "shift",
            Message("Hours of the crew"),
            "hours",
            False,
            value=shift,
            hint="06:00-20:00",
        ),
        Field(
            "limit",
            Message("Most driving in one shift [h]"),
            "whole",
            False,
            value=str(limit_h),
        ),
        Field(
            "speed",
            Message("Speed beside other trucks [%]"),
            "whole",
            False,
            value=str(percent),
        ),
        Field("fixed", Message("Cost of a journey"), "whole", False, value=str(row.cost_fixed) if row else ""),
        Field("per_km", Message("Cost of a kilometre"), "whole", False, value=str(row.cost_per_km) if row else ""),
    ]


def _figure(amount: int, unit: int) -> str:
    return f"{amount / unit:.3f}".rstrip("0").rstrip(".") if amount else ""


def _listed(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (it.strip() for it in text.split(","))))


def _values(form: Form, row: rows.Vehicle | None) -> actions.VehicleValues:
    others = [it.place_id for it in row.homes.all()][1:] if row else []
    limit_s = form.got("limit") * HOUR_S
    # What the form shows in whole hours stays to the second where nobody changed it.
    if row is not None and form.got("limit") == row.driving_limit_s // HOUR_S:
        limit_s = row.driving_limit_s
    return actions.VehicleValues(
        type=form.got("type"),
        homes=(int(form.got("home")), *others),
        payload_g=form.got("payload"),
        compartments_cm3=form.got("volumes"),
        closed_body=form.got("body") == "closed",
        gross_mass_g=form.got("gross"),
        height_mm=form.got("height"),
        width_mm=form.got("width"),
        speed_permille=form.got("speed") * 10,
        item_classes=_listed(form.got("classes")),
        zones=_listed(form.got("zones")),
        shift=form.got("shift") or "24/7",
        driving_limit_s=limit_s,
        cost_fixed=form.got("fixed"),
        cost_per_km=form.got("per_km"),
        previous_load=form.got("previous"),
        cleaned_on=form.got("cleaned"),
        available_from=form.got("start"),
        available_until=form.got("end"),
    )


@pages
def service(request: HttpRequest, vehicle: int) -> HttpResponse:
    """Out of service with its reason; or back, for a vehicle that is out."""
    row = mine(request, vehicle)
    zone = ZoneInfo(row.operation.time_zone)
    last = store.last_service(row)
    remark = Field("remark", Message("Remarks"), "long", required=False)
    if last is not None and last.reason and not (last.until and last.until <= datetime.now(UTC)):
        form = Form([Group("", [remark])], zone, Message("Back in service"))

        def back(who: rows.User, number: UUID, now: datetime) -> object:
            return actions.return_to_service(who, number, now, vehicle=row.pk, remark=form.got("remark"))

        title = Message("{vehicle} is back in service", vehicle=row.plate)
        return asked(
            request,
            form,
            back,
            title=title,
            done=page_of(row),
            back=page_of(row),
            facts=[state_of(row, datetime.now(UTC))],
        )
    fields = [
        Field("reason", Message("Why"), "choice", choices=tuple(OUTAGES.items())),
        Field("since", Message("Since when"), "moment", required=False, hint=Message("Empty: now.")),
        Field("until", Message("Until when"), "moment", required=False, hint=Message("Empty: nobody knows.")),
        remark,
    ]
    form = Form([Group("", fields)], zone, Message("Out of service"))

    def out(who: rows.User, number: UUID, now: datetime) -> object:
        return actions.take_out_of_service(
            who,
            number,
            now,
            vehicle=row.pk,
            reason=OutOfService(form.got("reason")),
            since=form.got("since"),
            until=form.got("until"),
            remark=form.got("remark"),
        )

    title = Message("{vehicle} goes out of service", vehicle=row.plate)
    note = Message("No plan made from now on counts on it. Plans and waybills that are there stay as they are.")
    return asked(request, form, out, title=title, done=page_of(row), back=page_of(row), note=note)
