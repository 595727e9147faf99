"""The tables: journeys with their stops and loads, convoys, what each place gets, stock, roads, places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from karavan.domain.goods import Lot
from karavan.domain.message import Message
from karavan.domain.needs import Need
from karavan.domain.places import PlaceKind
from karavan.domain.plans import Convoy, Handling, Journey, Leg, Stop
from karavan.domain.roads import Road, RoadStatus
from karavan.domain.shares import percent
from karavan.domain.supply import baking_flour, loaded, lots
from karavan.domain.units import KM_M, M_MM, Measure, Quantity, time_text
from karavan.domain.value import journey_distance_m
from karavan.papers.page.html import Content, Html, element, join
from karavan.papers.page.view import View, kind_word, span
from karavan.papers.words import halts

OPEN_JOURNEYS = 12
OPEN_ROWS = 60
NAMED_LEGS = 6
SHOWN_ROADS = 300


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and the class of its cells: ``n`` for figures, ``wide`` for sentences, ``bar``."""

    heading: str
    kind: str | None = None


def table(caption: str, columns: Sequence[Column], rows: Iterable[Sequence[Content]], *, stack: bool = False) -> Html:
    """
    A table with a caption, in a frame that scrolls by itself; the first cell of a row names the row.

    With ``stack`` a narrow screen shows each row as a block with the headings inside: nothing hides at the side.
    """
    head = element("tr", *(element("th", column.heading, scope="col", class_=column.kind) for column in columns))
    body = [
        element(
            "tr",
            element("th", row[0], scope="row"),
            *(
                element("td", cell, class_=column.kind, data_label=column.heading if stack and cell else None)
                for column, cell in zip(columns[1:], row[1:], strict=True)
            ),
        )
        for row in rows
    ]
    return element(
        "div",
        element(
            "table",
            element("caption", caption),
            element("thead", head),
            element("tbody", *body),
        ),
        class_="scroll stack" if stack else "scroll",
        role="region",
        aria_label=caption,
        tabindex=0,
    )


def folded(rows: int, limit: int, summary: str, content: Html) -> Html:
    """Long content behind its own heading; paper shows all of it."""
    return element("details", element("summary", summary), content, open=rows <= limit)


def line_count(count: int) -> Message:
    return Message.counted("{count} line", "{count} lines", count=count)


def place_count(count: int) -> Message:
    return Message.counted("{count} place", "{count} places", count=count)


def journeys(view: View) -> Html:
    """An overview of all journeys, then each with its stops."""
    _ = view.translate
    plan = view.plan
    rows = [_journey_row(view, journey) for mine in view.journeys_of.values() for journey in mine]
    idle = [vehicle.plate for vehicle in view.situation.vehicles if vehicle.plate not in view.journeys_of]
    overview = table(
        _("All journeys"),
        (
            Column(_("Journey")),
            Column(_("Vehicle")),
            Column(_("Starts"), "t"),
            Column(_("Ends"), "t"),
            Column(_("Places")),
            Column(_("Most aboard"), "n"),
            Column(_("Driven [km]"), "n"),
        ),
        rows,
        stack=True,
    )
    stops = [_journey(view, journey) for mine in view.journeys_of.values() for journey in mine]
    return element(
        "section",
        element("h2", _("Journeys"), id="journeys"),
        overview if rows else element("p", _("No vehicle moves.")),
        element("p", element("b", _("Vehicles that are not used:")), " ", element("bdi", ", ".join(idle)))
        if idle
        else None,
        *(
            element("details", *one, open=len(plan.journeys) <= OPEN_JOURNEYS, id=f"stops-{index}", class_="journey")
            for index, one in enumerate(stops)
        ),
        aria_labelledby="journeys",
    )


def swatch(view: View, code: str) -> Html:
    """The journey's colour on map and timeline; the code beside it says the same in words."""
    return element("span", class_=f"swatch {view.colour.get(code, 'j0')}", aria_hidden="true")


def _journey_row(view: View, journey: Journey) -> tuple[Content, ...]:
    vehicle = view.situation.vehicle.get(journey.vehicle)
    mass_g, volume_cm3 = _most_aboard(view, journey)
    fill = ""
    if vehicle and vehicle.payload_g and vehicle.volume_cm3:
        mass, volume = view.percent(mass_g / vehicle.payload_g), view.percent(volume_cm3 / vehicle.volume_cm3)
        fill = f"{mass} {view.translate('kg')}, {volume} {view.translate('m³')}"
    first, last = span(journey) if journey.stops else (None, None)
    places = [code for code, _group in groupby(stop.place for stop in journey.stops)]
    return (
        join(swatch(view, journey.code), element("bdi", journey.code)),
        join(element("bdi", journey.vehicle), element("small", " ", element("bdi", vehicle.type if vehicle else ""))),
        view.time(first) if first else None,
        view.time(last, after=first) if last else None,
        join(*(join(" → " if index else "", view.place(code)) for index, code in enumerate(places))),
        join(view.text(Measure(mass_g, "g")), element("small", " ", fill)),
        view.text(round(journey_distance_m(view.situation, journey) / KM_M)),
    )


def _most_aboard(view: View, journey: Journey) -> tuple[int, int]:
    mass_g = volume_cm3 = most_g = most_cm3 = 0
    for stop in journey.stops:
        for sign, goods in ((-1, stop.unloads), (1, stop.loads)):
            mass_g += sign * sum(view.mass_g(one.item, one.quantity) for one in goods)
            volume_cm3 += sign * sum(view.volume_cm3(one.item, one.quantity) for one in goods)
        most_g, most_cm3 = max(most_g, mass_g), max(most_cm3, volume_cm3)
    return most_g, most_cm3


def _journey(view: View, journey: Journey) -> tuple[Html, Html]:
    _ = view.translate
    words = Message("Journey {journey}, vehicle {vehicle}", journey=journey.code, vehicle=journey.vehicle)
    marks = element("small", " ", _("has left: its loads are kept")) if journey.frozen else None
    return (
        element("summary", swatch(view, journey.code), element("h3", element("bdi", view.text(words)), marks)),
        table(
            view.text(Message("Stops of journey {journey}", journey=journey.code)),
            (
                Column(_("Place")),
                Column(_("Way there"), "way"),
                Column(_("Arrives"), "t"),
                Column(_("Handling"), "t"),
                Column(_("Goods"), "stuff"),
            ),
            [
                _stop_row(view, stop, before)
                for before, stop in zip((None, *journey.stops), journey.stops, strict=False)
            ],
            stack=True,
        ),
    )


def _stop_row(view: View, stop: Stop, before: Stop | None) -> tuple[Content, ...]:
    _ = view.translate
    handled = bool(stop.loads or stop.unloads or stop.clean)
    told = stop.legs[0].depart if stop.legs else None
    cleaned = element("p", _("is cleaned")) if stop.clean else None
    return (
        view.place(stop.place, all_names=True),
        _way(view, stop.legs, before.end if before else None),
        view.time(stop.arrive, after=told),
        join(view.time(stop.start, after=stop.arrive), " – ", view.time(stop.end, after=stop.start))
        if handled
        else None,
        join(
            _goods(view, _("Unloads"), stop.unloads, stop.place),
            cleaned,
            _goods(view, _("Loads"), stop.loads, stop.place),
        ),
    )


def _way(view: View, legs: Sequence[Leg], before: datetime | None) -> Html | None:
    if not legs:
        return None
    _ = view.translate
    roads = [view.situation.find_road(leg.road) for leg in legs]
    metres = sum(road.distance_m for road in roads if road)
    head = join(view.time(legs[0].depart, after=before), element("small", ", ", view.text(Measure(metres, "m"))))
    convoys = sorted({leg.convoy for leg in legs if leg.convoy})
    tail = element("p", _("in convoy"), " ", element("bdi", ", ".join(convoys)), class_="convoy") if convoys else None
    if len(legs) == 1:
        return join(head, tail)
    stands = [
        element(
            "p",
            _("stands at"),
            " ",
            view.place(one.destination),
            " ",
            view.time(one.arrive, after=legs[0].depart),
            " – ",
            view.time(other.depart, after=one.arrive),
        )
        for one, other in halts(legs)
    ]
    passed = [leg.destination for leg in legs[:-1]]
    named = [code for code in passed if (place := view.situation.place.get(code)) and place.names]
    shown = named[:NAMED_LEGS]
    over = join(_("over"), " ", *(join(", " if index else "", view.place(code)) for index, code in enumerate(shown)))
    return join(head, element("p", over, " …" if len(named) > len(shown) else "") if shown else None, *stands, tail)


def _goods(view: View, heading: str, goods: Sequence[Handling], here: str) -> Html | None:
    """Same goods of one lot in one compartment in one line, with whom they are for unless that is where they are."""
    if not goods:
        return None
    sums: dict[tuple[str, str, int, str], int] = defaultdict(int)
    for one in goods:
        need = view.needs.get(one.need)
        sums[one.item, one.lot, one.compartment, need.place if need else one.need] += one.quantity
    rows = []
    for (item, lot, compartment, place), quantity in sums.items():
        where = view.text(Message("lot {lot}, compartment {number}", lot=lot, number=compartment + 1))
        aim = None if place == here else join(" → ", view.place(place))
        rows.append(
            element(
                "li",
                view.item(item),
                " ",
                view.quantity(item, quantity),
                aim,
                element("small", element("bdi", where), class_="lot"),
            )
        )
    head = element("p", element("b", heading), element("small", " ", view.mass(goods)))
    return join(head, element("ul", *rows, class_="goods"))


def convoys(view: View) -> Html | None:
    _ = view.translate
    if not view.plan.convoys:
        return None
    return element(
        "section",
        element("h2", _("Convoys"), id="convoys"),
        table(
            _("Journeys that move together, in order of march"),
            (
                Column(_("Convoy")),
                Column(_("Way")),
                Column(_("Leaves"), "t"),
                Column(_("Arrives"), "t"),
                Column(_("Vehicles"), "wide"),
                Column(_("Leader")),
            ),
            [_convoy_row(view, convoy) for convoy in sorted(view.plan.convoys, key=lambda one: one.depart)],
            stack=True,
        ),
        aria_labelledby="convoys",
    )


def _convoy_row(view: View, convoy: Convoy) -> tuple[Content, ...]:
    def vehicle(code: str) -> Html:
        journey = view.journey.get(code)
        plate = f"{journey.vehicle} ({code})" if journey else code
        return join(swatch(view, code), element("bdi", plate))

    return (
        element("bdi", convoy.code),
        join(view.place(convoy.origin), " → ", view.place(convoy.destination)),
        view.time(convoy.depart),
        view.time(convoy.arrive, after=convoy.depart),
        element("ol", *(element("li", vehicle(code)) for code in convoy.journeys)),
        vehicle(convoy.leader) if convoy.leader else "–",
    )


def deliveries(view: View) -> Html:
    """What each place gets, and when."""
    _ = view.translate
    needs = sorted(view.needs.values(), key=lambda need: view.place_name(need.place))
    content = table(
        _("What each place asked for, and what it gets when"),
        (
            Column(_("Place")),
            Column(_("Goods")),
            Column(_("Needed"), "n"),
            Column(_("Gets"), "n"),
            Column(_("Share"), "n"),
            Column(_("Handed over"), "t"),
        ),
        [_delivery_row(view, need) for need in needs],
    )
    return element(
        "section",
        element("h2", _("What each place gets"), id="places-get"),
        folded(len(needs), OPEN_ROWS, view.text(line_count(len(needs))), content),
        aria_labelledby="places-get",
    )


def _delivery_row(view: View, need: Need) -> tuple[Content, ...]:
    given = view.delivered.get(need.code, [])
    quantity = sum(part for _moment, part in given)
    share = percent(quantity / need.quantity) if need.quantity else 100
    late = bool(need.needed_by and any(moment > need.needed_by for moment, _part in given))
    moments = list(dict.fromkeys(moment for moment, _part in given))
    return (
        view.place(need.place),
        join(view.item(need.item), element("small", " ", element("bdi", need.code, class_="id"))),
        view.quantity(need.item, need.quantity),
        view.quantity(need.item, quantity),
        element("b", view.percent(share / 100), class_="bad") if share < 100 else view.percent(share / 100),
        join(
            *(element("div", view.time(moment)) for moment in moments),
            element("small", _late(view, need), class_="bad") if late else None,
        ),
    )


def _late(view: View, need: Need) -> str:
    moment = time_text(need.needed_by, view.zone) if need.needed_by else ""
    return view.text(Message("needed by {moment}", moment=moment))


def stock(view: View) -> Html | None:
    """What stays in warehouses and bakeries when the plan is carried out."""
    _ = view.translate
    flour = baking_flour(view.situation)
    rows = _stock_rows(view, flour)
    if not rows:
        return None
    content = table(
        _("Stock and bakery output: what is there, what the plan loads, what is baked, what stays"),
        (
            Column(_("Place")),
            Column(_("Goods")),
            Column(_("There is"), "n"),
            Column(_("Loaded"), "n"),
            *((Column(_("Used for baking"), "n"),) if flour else ()),
            Column(_("Stays"), "n"),
        ),
        rows,
    )
    return element(
        "section",
        element("h2", _("Stock after the plan"), id="stock"),
        folded(len(rows), OPEN_ROWS, view.text(line_count(len(rows))), content),
        aria_labelledby="stock",
    )


def _stock_rows(view: View, flour: Sequence[tuple[Lot, int]]) -> list[tuple[Content, ...]]:
    there: dict[tuple[str, str], int] = defaultdict(int)
    kept: dict[tuple[str, str], int] = defaultdict(int)
    taken: dict[tuple[str, str], int] = defaultdict(int)
    baked: dict[tuple[str, str], int] = defaultdict(int)
    for lot in (*lots(view.situation), *(lot for lot, _used in flour)):
        there[lot.place, lot.item] += lot.quantity
        kept[lot.place, lot.item] += min(lot.quantity, lot.reserved)
    for (place, item, _lot), quantity in loaded(view.plan).items():
        taken[place, item] += quantity
    for lot, used in flour:
        baked[lot.place, lot.item] += used
    return [
        (
            view.place(place),
            view.item(item),
            view.quantity(item, quantity),
            view.quantity(item, taken[place, item]),
            *((view.quantity(item, baked[place, item]) if (place, item) in baked else "–",) if flour else ()),
            join(
                view.quantity(item, quantity - taken[place, item] - baked[place, item]),
                _reserved(view, item, kept[place, item]) if kept[place, item] else None,
            ),
        )
        for (place, item), quantity in there.items()
    ]


def _reserved(view: View, item: str, quantity: int) -> Html:
    known = view.situation.item.get(item)
    words = Message("{quantity} of it reserved", quantity=Quantity(quantity, known.unit if known else ""))
    return element("small", " ", element("bdi", view.text(words)))


def roads(view: View) -> Html | None:
    """Roads that are not simply open: the status with its dates and source, and the limits."""
    _ = view.translate
    driven = {leg.road for journey in view.plan.journeys for stop in journey.stops for leg in stop.legs}
    told = [
        road
        for road in view.situation.roads
        if road.status is not RoadStatus.OPEN
        or road.status_from
        or road.status_until
        or (road.code in driven and limits(view, road))
    ]
    if not told:
        return None
    told.sort(key=lambda road: road.code not in driven)
    rows = [
        (
            join(view.place(road.origin), " – " if not road.one_way else " → ", view.place(road.destination)),
            element("b", status_word(view, road.status), class_=f"status {road.status.value}"),
            element("bdi", dates(view, road)),
            element("bdi", ", ".join(limits(view, road))),
            element("bdi", road.status_source),
            _("yes") if road.code in driven else "–",
        )
        for road in told[:SHOWN_ROADS]
    ]
    more = len(told) - len(rows)
    return element(
        "section",
        element("h2", _("Roads to mind"), id="roads"),
        table(
            _("Roads that are closed, restricted or unknown, and limits of roads that are driven"),
            (
                Column(_("Road")),
                Column(_("Status")),
                Column(_("From – until")),
                Column(_("Limits")),
                Column(_("Source"), "wide"),
                Column(_("Driven")),
            ),
            rows,
        ),
        element("p", view.text(Message("and {count} more", count=more))) if more else None,
        aria_labelledby="roads",
    )


def status_word(view: View, status: RoadStatus) -> str:
    _ = view.translate
    return {
        RoadStatus.OPEN: _("open"),
        RoadStatus.RESTRICTED: _("restricted"),
        RoadStatus.CLOSED: _("closed"),
        RoadStatus.UNKNOWN: _("unknown"),
    }[status]


def dates(view: View, road: Road) -> str:
    if not road.status_from and not road.status_until:
        return ""
    ends = [time_text(moment, view.zone) if moment else "…" for moment in (road.status_from, road.status_until)]
    return " – ".join(ends)


def limits(view: View, road: Road) -> list[str]:
    words: list[Message] = []
    if road.max_gross_mass_g is not None:
        words.append(Message("up to {mass} gross", mass=Measure(road.max_gross_mass_g, "g")))
    if road.max_height_mm is not None:
        words.append(Message("height up to {height} m", height=road.max_height_mm / M_MM))
    if road.max_width_mm is not None:
        words.append(Message("width up to {width} m", width=road.max_width_mm / M_MM))
    if road.gate is not None:
        words.append(Message("gate {hours}", hours=str(road.gate)))
    if road.convoy_only:
        words.append(Message("in convoy only"))
    if not road.night_allowed:
        words.append(Message("not in the dark"))
    if road.one_way:
        words.append(Message("one way"))
    return [view.text(word) for word in words]


def places(view: View) -> Html:
    """Every place by all of its names."""
    _ = view.translate
    told = [place for place in view.situation.places if place.kind is not PlaceKind.JUNCTION or place.names]
    rows = [
        (
            view.place(place.code, all_names=True),
            kind_word(view, place.kind),
            element("bdi", place.pcode),
            view.text(place.population) if place.population else "",
            element("bdi", str(place.opening)),
        )
        for place in told
    ]
    content = table(
        _("All places by all their names"),
        (
            Column(_("Place")),
            Column(_("Kind")),
            Column(_("P-code")),
            Column(_("Population"), "n"),
            Column(_("Opening hours")),
        ),
        rows,
    )
    return element(
        "section",
        element("h2", _("Places"), id="places"),
        folded(len(rows), OPEN_ROWS, view.text(place_count(len(rows))), content),
        aria_labelledby="places",
    )
