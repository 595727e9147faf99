"""The plan as sheets: summary, journeys, stops, loads, convoys, what is left behind and why, the stock that stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

from karavan.domain.catalogues import translator
from karavan.domain.language import LANGUAGES, N_
from karavan.domain.left_behind import left_behind
from karavan.domain.message import Message
from karavan.domain.needs import needs
from karavan.domain.plans import NOT_COMPARED, Handling, Journey, Plan, Stop, Value
from karavan.domain.shares import served
from karavan.domain.situation import Situation
from karavan.domain.supply import baking_flour, loaded, lot_key, lots
from karavan.domain.units import HOUR_S, KG_G, KM_M, M3_CM3, TONNE_G, unit_name
from karavan.domain.value import journey_cost, journey_distance_m, measure
from karavan.domain.waybills import Carriage, carriages, departure_order
from karavan.workbook.grid import Grid, add_sheet, new_workbook, save
from karavan.workbook.sheets import PLAN_SHEETS

_TONNES, _CUBIC_METRES, _KILOGRAMS, _KILOMETRES, _PERCENT = "0.00", "0.00", "0.0", "0.0", "0%"
_COMPARED = {
    "cost": N_("cheapest: planned for cost only"),
    "hand": N_("by hand: nearest first, full trucks"),
}
_COLUMNS: dict[str, tuple[tuple[str, str], ...]] = {
    "summary": ((N_("What"), ""), (N_("Value"), ""), (N_("Unit"), "")),
    "journeys": (
        (N_("Journey"), ""),
        (N_("Vehicle"), ""),
        (N_("Type"), ""),
        (N_("Driver"), ""),
        (N_("Phone"), ""),
        (N_("From"), ""),
        (N_("Begins"), ""),
        (N_("To"), ""),
        (N_("Ends"), ""),
        (N_("Stops"), ""),
        (N_("Distance [km]"), _KILOMETRES),
        (N_("Driving [h]"), "0.00"),
        (N_("Loaded [t]"), _TONNES),
        (N_("Loaded [m3]"), _CUBIC_METRES),
        (N_("Payload used"), _PERCENT),
        (N_("Volume used"), _PERCENT),
        (N_("Cost"), "0"),
        (N_("Has left"), ""),
    ),
    "stops": (
        (N_("Journey"), ""),
        (N_("Vehicle"), ""),
        (N_("Stop"), ""),
        (N_("Code"), ""),
        (N_("Place"), ""),
        (N_("Arrives"), ""),
        (N_("Work begins"), ""),
        (N_("Work ends"), ""),
        (N_("Leaves"), ""),
        (N_("By roads"), ""),
        (N_("Convoy"), ""),
        (N_("Distance [km]"), _KILOMETRES),
        (N_("Unloads [kg]"), _KILOGRAMS),
        (N_("Loads [kg]"), _KILOGRAMS),
        (N_("Vehicle is cleaned"), ""),
    ),
    "loads": (
        (N_("Journey"), ""),
        (N_("Vehicle"), ""),
        (N_("Need"), ""),
        (N_("For"), ""),
        (N_("Item code"), ""),
        (N_("Goods"), ""),
        (N_("Lot"), ""),
        (N_("Lot from"), ""),
        (N_("Quantity"), ""),
        (N_("Unit"), ""),
        (N_("Compartment"), ""),
        (N_("Gross mass [kg]"), _KILOGRAMS),
        (N_("Gross volume [m3]"), "0.000"),
        (N_("Loaded at"), ""),
        (N_("Loaded"), ""),
        (N_("Unloaded at"), ""),
        (N_("Handed over"), ""),
        (N_("Needed by"), ""),
        (N_("Expiry"), ""),
    ),
    "convoys": (
        (N_("Convoy"), ""),
        (N_("From"), ""),
        (N_("To"), ""),
        (N_("Roads"), ""),
        (N_("Leaves"), ""),
        (N_("Arrives"), ""),
        (N_("Vehicles"), ""),
        (N_("Order of march"), ""),
        (N_("Leader"), ""),
        (N_("Leader's phone"), ""),
    ),
    "unserved": (
        (N_("Need"), ""),
        (N_("Request"), ""),
        (N_("Code"), ""),
        (N_("Place"), ""),
        (N_("People"), ""),
        (N_("Item code"), ""),
        (N_("Goods"), ""),
        (N_("Needed"), ""),
        (N_("Left behind"), ""),
        (N_("Unit"), ""),
        (N_("Share left behind"), _PERCENT),
        (N_("Why"), ""),
    ),
    "stock_after": (
        (N_("Code"), ""),
        (N_("Place"), ""),
        (N_("Item code"), ""),
        (N_("Goods"), ""),
        (N_("Lot"), ""),
        (N_("There is"), ""),
        (N_("Reserved"), ""),
        (N_("Loaded"), ""),
        (N_("Used for baking"), ""),
        (N_("Stays"), ""),
        (N_("Unit"), ""),
        (N_("Available from"), ""),
        (N_("Expiry"), ""),
    ),
}


def write_plan_workbook(path: str | Path, situation: Situation, plan: Plan, language: str = "en") -> None:
    """Write ``plan.xlsx``: times by the operation's clock, places by their names in ``language``."""
    workbook = new_workbook()
    for grid in plan_grids(situation, plan, language):
        add_sheet(workbook, grid)
    save(workbook, Path(path))


def plan_grids(situation: Situation, plan: Plan, language: str) -> list[Grid]:
    """The plan's sheets, also for a plan that names what the situation does not know."""
    view = _View(situation, plan, language)
    rows: dict[str, list[tuple[Any, ...]]] = {
        "summary": _summary(view),
        "journeys": [_journey(view, journey) for journey in sorted(plan.journeys, key=departure_order)],
        "stops": [row for journey in sorted(plan.journeys, key=departure_order) for row in _stops(view, journey)],
        "loads": [_load(view, part) for part in view.carriages],
        "convoys": _convoys(view),
        "unserved": _unserved(view),
        "stock_after": _stock_after(view),
    }
    i = LANGUAGES.index(language)
    return [
        Grid(
            PLAN_SHEETS[key][i],
            [view.translate(heading) for heading, _ in columns],
            rows[key],
            {at: number_format for at, (_, number_format) in enumerate(columns) if number_format},
            filtered=key != "summary",
        )
        for key, columns in _COLUMNS.items()
    ]


class _View:
    """The situation and the plan in one language and by one clock."""

    def __init__(self, situation: Situation, plan: Plan, language: str) -> None:
        self.situation, self.plan, self.language = situation, plan, language
        self.translate: Callable[[str], str] = translator(language)
        self.journeys = {journey.code: journey for journey in plan.journeys}
        self.carriages = carriages(plan)
        self.needs = {need.code: need for need in needs(situation)}
        self.lots = {lot_key(lot): lot for lot in lots(situation)}

    def place(self, code: str) -> str:
        place = self.situation.place.get(code)
        return place.name(self.language) if place else code

    def item(self, code: str) -> str:
        item = self.situation.item.get(code)
        return item.name(self.language) if item else code

    def unit(self, code: str) -> str:
        item = self.situation.item.get(code)
        return unit_name(item.unit, self.translate) if item else ""

    def local(self, moment: datetime | None) -> datetime | None:
        return None if moment is None else moment.astimezone(self.situation.operation.zone).replace(tzinfo=None)

    def message(self, message: Message) -> str:
        return message.say(self.translate, self.place, self.item)

    def mass_g(self, goods: Sequence[Handling]) -> int:
        items = self.situation.item
        return sum(each.quantity * items[each.item].mass_g for each in goods if each.item in items)

    def volume_cm3(self, goods: Sequence[Handling]) -> int:
        items = self.situation.item
        return sum(each.quantity * items[each.item].volume_cm3 for each in goods if each.item in items)

    def road_m(self, stop: Stop) -> int:
        roads = (self.situation.find_road(leg.road) for leg in stop.legs)
        return sum(road.distance_m for road in roads if road is not None)


def _summary(view: _View) -> list[tuple[Any, ...]]:
    situation, plan, translate = view.situation, view.plan, view.translate
    operation = situation.operation
    value = plan.value or measure(situation, plan)
    rows: list[tuple[Any, ...]] = [
        (translate("Operation"), operation.name),
        (translate("Start"), view.local(operation.start), operation.time_zone),
        (translate("End"), view.local(operation.end), operation.time_zone),
        (translate("Roads"), view.message(plan.road_source) if plan.road_source else str(situation.road_source)),
        (translate("Journeys"), len(plan.journeys)),
        (translate("Vehicles used"), len({journey.vehicle for journey in plan.journeys})),
        (translate("Vehicles that are not used"), _unused(view)),
        (translate("Convoys"), len(plan.convoys)),
        *_left_rows(view),
        *_value_rows(view, value),
    ]
    if plan.bound_person_h is not None:
        least = translate("Waiting that no plan can be under")
        rows.append((least, round(plan.bound_person_h), translate("person-hours")))
    if plan.shared_bound_person_h is not None:
        least = translate("Waiting that no plan can be under that shares scarce goods like this one")
        rows.append((least, round(plan.shared_bound_person_h), translate("person-hours")))
    if plan.is_not_compared:
        rows.append((translate("Compared"), view.message(NOT_COMPARED)))
    for other in plan.comparisons:
        rows.append(())
        rows.append((translate(_COMPARED.get(other.name, other.name)),))
        rows += _value_rows(view, other.value)
    rows += _scarce(view)
    if plan.changes:
        rows += [(), (translate("What changed against the plan before"),)]
        rows += [("", view.message(change)) for change in plan.changes]
    rows += [(), (translate("Seed"), plan.seed), (translate("Rounds"), plan.rounds)]
    if operation.notes:
        rows += [(), (translate("Notes"), operation.notes)]
    return rows


def _left_rows(view: _View) -> list[tuple[Any, ...]]:
    """Lines that nobody approved are named apart: they count neither as lines nor as left behind."""
    translate = view.translate
    left = left_behind(view.situation, view.plan)
    rows: list[tuple[Any, ...]] = [
        (translate("Lines"), left.total),
        (translate("Lines left behind, whole or in part"), left.count),
        (translate("Left behind"), view.mass_g([_left(each) for each in left.lines]) / TONNE_G, translate("t")),
    ]
    if left.not_approved:
        rows.append((translate("Lines not approved"), left.not_approved_count))
    return rows


def _left(unserved: Any) -> Handling:
    return Handling(need=unserved.need, item=unserved.item, lot="", lot_place="", quantity=unserved.quantity)


def _unused(view: _View) -> str:
    used = {journey.vehicle for journey in view.plan.journeys}
    return ", ".join(vehicle.plate for vehicle in view.situation.vehicles if vehicle.plate not in used)


def _value_rows(view: _View, value: Value) -> list[tuple[Any, ...]]:
    translate = view.translate
    return [
        (translate("Delivered, of the need"), value.delivered_permille / 10, "%"),
        (translate("Waiting"), round(value.waiting_person_h), translate("person-hours, weighted by priority")),
        (translate("Unevenness"), round(value.inequity_person_h), translate("person-hours")),
        (translate("Cost"), round(value.cost), view.situation.operation.rules.currency),
        (translate("Driven"), round(value.distance_m / KM_M, 1), translate("km")),
    ]


def _scarce(view: _View) -> list[tuple[Any, ...]]:
    if not view.plan.shares:
        return []
    rows: list[tuple[Any, ...]] = [(), (view.translate("Scarce goods, and how they are shared"),)]
    parts = served(view.situation, view.plan)
    for share in view.plan.shares:
        unit = view.unit(share.item)
        rows.append((view.item(share.item), view.translate("needed: {count}").format(count=share.needed), unit))
        rows.append(("", view.translate("there is: {count}").format(count=share.available), unit))
        for code, quantity in share.shares:
            need = view.needs.get(code)
            where = f"{code} {view.place(need.place)}" if need else code
            gets = round(parts.get(code, 0.0) * need.quantity) if need else 0
            rows.append((f"   {where}", quantity, unit, view.translate("at most; gets {count}").format(count=gets)))
    return rows


def _journey(view: _View, journey: Journey) -> tuple[Any, ...]:
    vehicle = view.situation.vehicle.get(journey.vehicle)
    stops = journey.stops
    distance_m = journey_distance_m(view.situation, journey)
    driving_s = sum((leg.arrive - leg.depart).total_seconds() for stop in stops for leg in stop.legs)
    loaded = [goods for stop in stops for goods in stop.loads]
    most_g, most_cm3 = _fullest(view, journey)
    begins = min((leg.depart for stop in stops[:1] for leg in stop.legs), default=stops[0].start if stops else None)
    return (
        journey.code,
        journey.vehicle,
        vehicle.type if vehicle else "",
        vehicle.driver if vehicle else "",
        vehicle.phone if vehicle else "",
        view.place(stops[0].legs[0].origin if stops[0].legs else stops[0].place) if stops else "",
        view.local(begins),
        view.place(stops[-1].place) if stops else "",
        view.local(stops[-1].end if stops else None),
        len(stops),
        distance_m / KM_M,
        driving_s / HOUR_S,
        view.mass_g(loaded) / TONNE_G,
        view.volume_cm3(loaded) / M3_CM3,
        most_g / vehicle.payload_g if vehicle and vehicle.payload_g else None,
        most_cm3 / vehicle.volume_cm3 if vehicle and vehicle.volume_cm3 else None,
        journey_cost(view.situation, journey.vehicle, distance_m),
        view.translate("yes") if journey.frozen else "",
    )


def _fullest(view: _View, journey: Journey) -> tuple[int, int]:
    """The most mass and the most volume that are aboard at one time."""
    mass_g = volume_cm3 = most_g = most_cm3 = 0
    for stop in journey.stops:
        mass_g += view.mass_g(stop.loads) - view.mass_g(stop.unloads)
        volume_cm3 += view.volume_cm3(stop.loads) - view.volume_cm3(stop.unloads)
        most_g, most_cm3 = max(most_g, mass_g), max(most_cm3, volume_cm3)
    return most_g, most_cm3


def _stops(view: _View, journey: Journey) -> list[tuple[Any, ...]]:
    return [
        (
            journey.code,
            journey.vehicle,
            number,
            stop.place,
            view.place(stop.place),
            view.local(stop.arrive),
            view.local(stop.start),
            view.local(stop.end),
            view.local(next((leg.depart for leg in after.legs), None)) if after else None,
            ", ".join(leg.road for leg in stop.legs),
            ", ".join(dict.fromkeys(leg.convoy for leg in stop.legs if leg.convoy)),
            view.road_m(stop) / KM_M,
            view.mass_g(stop.unloads) / KG_G,
            view.mass_g(stop.loads) / KG_G,
            view.translate("yes") if stop.clean else "",
        )
        for number, (stop, after) in enumerate(zip_longest(journey.stops, journey.stops[1:]), 1)
    ]


def _load(view: _View, part: Carriage) -> tuple[Any, ...]:
    goods = part.goods
    load, unload = (view.journeys[at[0]].stops[at[1]] if at else None for at in (part.load, part.unload))
    journey = (part.unload or part.load or ("", 0))[0]
    need = view.needs.get(goods.need)
    lot = view.lots.get((goods.lot_place, goods.item, goods.lot))
    return (
        journey,
        view.journeys[journey].vehicle,
        goods.need,
        view.place(need.place) if need else "",
        goods.item,
        view.item(goods.item),
        goods.lot,
        view.place(goods.lot_place),
        goods.quantity,
        view.unit(goods.item),
        goods.compartment + 1,
        view.mass_g([goods]) / KG_G,
        view.volume_cm3([goods]) / M3_CM3,
        view.place(load.place) if load else "",
        view.local(load.end) if load else None,
        view.place(unload.place) if unload else "",
        view.local(unload.end) if unload else None,
        view.local(need.needed_by) if need else None,
        view.local(lot.expiry) if lot else None,
    )


def _convoys(view: _View) -> list[tuple[Any, ...]]:
    rows = []
    for convoy in view.plan.convoys:
        plates = [view.journeys[code].vehicle for code in convoy.journeys if code in view.journeys]
        leader = view.journeys[convoy.leader].vehicle if convoy.leader in view.journeys else ""
        vehicle = view.situation.vehicle.get(leader)
        rows.append(
            (
                convoy.code,
                view.place(convoy.origin),
                view.place(convoy.destination),
                ", ".join(convoy.roads),
                view.local(convoy.depart),
                view.local(convoy.arrive),
                len(plates),
                ", ".join(plates),
                f"{leader} {vehicle.driver}".strip() if vehicle else leader,
                vehicle.phone if vehicle else "",
            )
        )
    return rows


def _unserved(view: _View) -> list[tuple[Any, ...]]:
    rows = []
    for left in view.plan.unserved:
        need = view.needs.get(left.need)
        rows.append(
            (
                left.need,
                need.request if need else "",
                left.place,
                view.place(left.place),
                need.people if need else None,
                left.item,
                view.item(left.item),
                need.quantity if need else None,
                left.quantity,
                view.unit(left.item),
                left.quantity / need.quantity if need else None,
                "\n".join(view.message(reason) for reason in left.reasons),
            )
        )
    return rows


def _stock_after(view: _View) -> list[tuple[Any, ...]]:
    taken = loaded(view.plan)
    flour = {lot_key(lot): (lot, used) for lot, used in baking_flour(view.situation)}
    rows = []
    for key, lot in (view.lots | {key: lot for key, (lot, _) in flour.items()}).items():
        baked = flour[key][1] if key in flour else 0
        rows.append(
            (
                lot.place,
                view.place(lot.place),
                lot.item,
                view.item(lot.item),
                lot.code,
                lot.quantity,
                lot.reserved or None,
                taken[key] or None,
                baked or None,
                lot.quantity - taken[key] - baked,
                view.unit(lot.item),
                view.local(lot.available_from),
                view.local(lot.expiry),
            )
        )
    return rows
