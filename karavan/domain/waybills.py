"""Waybills: one numbered paper for the goods that one vehicle carries from one loading to one hand-over."""

from __future__ import annotations

import hashlib
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from karavan.domain.needs import needs
from karavan.domain.plans import Handling, Journey, Plan, Stop
from karavan.domain.requests import Request
from karavan.domain.situation import Situation
from karavan.domain.supply import lots


@dataclass(frozen=True, slots=True, kw_only=True)
class Carriage:
    """
    Part of a load: ``goods`` put on at one stop and taken off at another, by the same vehicle.

    Attributes
    ----------
    load, unload
        ``(journey code, index of the stop)``; ``None`` in a plan that takes off what it never put on, or the reverse.
    """

    goods: Handling
    load: tuple[str, int] | None
    unload: tuple[str, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consignee:
    """Who asked for the goods, or who receives them where they change vehicles."""

    name: str
    organisation: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaybillLine:
    """
    One lot of an item for one need.

    Attributes
    ----------
    place
        Where the need is: another place than the waybill's destination when the goods change vehicles there.
    handling_units, loose
        Whole sacks, cartons or crates, and single units beside them.
    """

    need: str
    place: str
    item: str
    lot: str
    lot_place: str
    expiry: datetime | None
    quantity: int
    handling_units: int
    loose: int
    mass_g: int
    volume_cm3: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waybill:
    """
    What the dispatcher hands to the transporter, and the transporter to the receiver.

    Attributes
    ----------
    origin, destination
        Codes of the places where the goods are put on and taken off.
    loaded, depart, arrive
        Planned: loading is finished, the vehicle leaves, the vehicle arrives.
    onward
        Plates of the vehicles that take the goods on from the destination; empty: this is where they are for.
    convoys
        Codes of the convoys that the vehicle travels in with these goods.
    """

    number: str
    journey: str
    vehicle: str
    origin: str
    destination: str
    loaded: datetime
    depart: datetime
    arrive: datetime
    lines: tuple[WaybillLine, ...]
    consignees: tuple[Consignee, ...]
    onward: tuple[str, ...] = ()
    convoys: tuple[str, ...] = ()

    @property
    def mass_g(self) -> int:
        return sum(line.mass_g for line in self.lines)

    @property
    def volume_cm3(self) -> int:
        return sum(line.volume_cm3 for line in self.lines)

    @property
    def digest(self) -> str:
        """SHA-256 of who carries what from where to where: a paper that was changed has another one."""
        lines = [(line.need, line.item, line.lot_place, line.lot, line.quantity) for line in self.lines]
        return content_digest(self.number, self.vehicle, self.origin, self.destination, lines)


def content_digest(
    number: str, vehicle: str, origin: str, destination: str, lines: Iterable[tuple[str, str, str, str, int]]
) -> str:
    """:attr:`Waybill.digest`; of each line need, item, the lot's place, the lot, and units."""
    said = [number, vehicle, origin, destination, *(" ".join(map(str, line)) for line in lines)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def waybills(situation: Situation, plan: Plan) -> tuple[Waybill, ...]:
    """
    The waybills of a plan, numbered without a gap from ``WB-0001``.

    One for each loading and each hand-over that belongs to it: the dispatcher who signs is the one at the origin. The
    numbers follow the journeys' departures, so what left before replanning keeps its numbers.
    """
    carried: dict[tuple[str, int], dict[object, list[Carriage]]] = defaultdict(lambda: defaultdict(list))
    for part in carriages(plan):
        if part.unload is not None:
            carried[part.unload][part.load or part.goods.lot_place].append(part)
    maker = _Maker(situation, plan)
    drafts = []
    for journey in sorted(plan.journeys, key=departure_order):
        made = [
            maker.waybill(journey, index, parts)
            for index in range(len(journey.stops))
            for parts in carried[journey.code, index].values()
        ]
        drafts += sorted(made, key=lambda waybill: waybill.depart)
    return tuple(replace(draft, number=f"WB-{number:04d}") for number, draft in enumerate(drafts, 1))


def departure_order(journey: Journey) -> tuple[datetime, str, str]:
    """Sort key: the journeys in the order in which they begin; the plate decides between equals."""
    if not journey.stops:
        return datetime.max.replace(tzinfo=UTC), journey.vehicle, journey.code
    first = journey.stops[0]
    return first.legs[0].depart if first.legs else first.start, journey.vehicle, journey.code


def carriages(plan: Plan) -> tuple[Carriage, ...]:
    """Every loaded quantity joined to where it is taken off; of the same goods, the first put on comes off first."""
    by_vehicle: dict[str, list[Journey]] = defaultdict(list)
    for journey in sorted(plan.journeys, key=departure_order):
        by_vehicle[journey.vehicle].append(journey)
    return tuple(part for journeys in by_vehicle.values() for part in _carried_by(journeys))


def _carried_by(journeys: list[Journey]) -> Iterator[Carriage]:
    aboard: dict[tuple[object, ...], deque[tuple[tuple[str, int], Handling]]] = defaultdict(deque)
    for journey in journeys:
        for index, stop in enumerate(journey.stops):
            here = (journey.code, index)
            for goods in stop.unloads:
                left, queue = goods.quantity, aboard[_goods_key(goods)]
                while left > 0 and queue:
                    loaded_at, loaded = queue.popleft()
                    part = min(left, loaded.quantity)
                    yield Carriage(goods=replace(loaded, quantity=part), load=loaded_at, unload=here)
                    left -= part
                    if part < loaded.quantity:
                        queue.appendleft((loaded_at, replace(loaded, quantity=loaded.quantity - part)))
                if left > 0:
                    yield Carriage(goods=replace(goods, quantity=left), load=None, unload=here)
            for goods in stop.loads:
                aboard[_goods_key(goods)].append((here, goods))
    for queue in aboard.values():
        for loaded_at, goods in queue:
            yield Carriage(goods=goods, load=loaded_at, unload=None)


def _goods_key(goods: Handling) -> tuple[object, ...]:
    return goods.need, goods.item, goods.lot, goods.lot_place, goods.compartment


class _Maker:
    """Looks up once per plan what every waybill asks for."""

    def __init__(self, situation: Situation, plan: Plan) -> None:
        self.situation = situation
        self.journeys = {journey.code: journey for journey in plan.journeys}
        self.expiry = {(lot.place, lot.item, lot.code): lot.expiry for lot in lots(situation)}
        self.needs = {need.code: need for need in needs(situation)}
        self.requests = {request.number: request for request in situation.requests}
        self.reloads: dict[tuple[str, tuple[object, ...]], list[tuple[datetime, str]]] = defaultdict(list)
        for journey in plan.journeys:
            for stop in journey.stops:
                for goods in stop.loads:
                    key = (stop.place, _goods_key(replace(goods, compartment=0)))
                    self.reloads[key].append((stop.end, journey.vehicle))

    def waybill(self, journey: Journey, index: int, parts: list[Carriage]) -> Waybill:
        stop = journey.stops[index]
        origin, loaded, depart = self._origin(journey, index, parts[0])
        lines = self._lines(parts)
        final = tuple(line for line in lines if line.place in ("", stop.place))
        return Waybill(
            number="",
            journey=journey.code,
            vehicle=journey.vehicle,
            origin=origin,
            destination=stop.place,
            loaded=loaded,
            depart=depart,
            arrive=stop.arrive,
            lines=lines,
            consignees=self._consignees(final) + (self._keeper(stop) if len(final) < len(lines) else ()),
            onward=self._onward(stop, parts) if len(final) < len(lines) else (),
            convoys=self._convoys(journey, index, depart),
        )

    def _origin(self, journey: Journey, index: int, part: Carriage) -> tuple[str, datetime, datetime]:
        if part.load is None:
            arrive = journey.stops[index].arrive
            return part.goods.lot_place, arrive, arrive
        loading_journey, loading_index = part.load
        stop = self.journeys[loading_journey].stops[loading_index]
        following = self.journeys[loading_journey].stops[loading_index + 1 : loading_index + 2]
        depart = next((leg.depart for later in following for leg in later.legs), stop.end)
        return stop.place, stop.end, depart

    def _lines(self, parts: list[Carriage]) -> tuple[WaybillLine, ...]:
        quantities: dict[tuple[str, str, str, str], int] = defaultdict(int)
        for part in parts:
            goods = part.goods
            quantities[goods.need, goods.item, goods.lot, goods.lot_place] += goods.quantity
        return tuple(
            self._line(need, item, lot, lot_place, quantity)
            for (need, item, lot, lot_place), quantity in quantities.items()
        )

    def _line(self, need: str, item: str, lot: str, lot_place: str, quantity: int) -> WaybillLine:
        kind = self.situation.item.get(item)
        whole, loose = divmod(quantity, kind.handling_unit_quantity) if kind and kind.handling_unit else (0, quantity)
        request = self._request(need)
        return WaybillLine(
            need=need,
            place=self.needs[need].place if need in self.needs else request.place if request else "",
            item=item,
            lot=lot,
            lot_place=lot_place,
            expiry=self.expiry.get((lot_place, item, lot)),
            quantity=quantity,
            handling_units=whole,
            loose=loose,
            mass_g=quantity * kind.mass_g if kind else 0,
            volume_cm3=quantity * kind.volume_cm3 if kind else 0,
        )

    def _request(self, need: str) -> Request | None:
        return self.requests.get(self.needs[need].request if need in self.needs else need.rpartition("/")[0])

    def _consignees(self, lines: tuple[WaybillLine, ...]) -> tuple[Consignee, ...]:
        asked = filter(None, (self._request(line.need) for line in lines))
        people = (Consignee(name=who.raised_by, organisation=who.organisation, contact=who.contact) for who in asked)
        return tuple(dict.fromkeys(people))

    def _keeper(self, stop: Stop) -> tuple[Consignee, ...]:
        place = self.situation.place.get(stop.place)
        return (Consignee(name="", contact=place.contact),) if place and place.contact else ()

    def _onward(self, stop: Stop, parts: list[Carriage]) -> tuple[str, ...]:
        found = {
            reload
            for part in parts
            for reload in self.reloads[stop.place, _goods_key(replace(part.goods, compartment=0))]
            if reload[0] >= stop.end
        }
        return tuple(dict.fromkeys(plate for _, plate in sorted(found)))

    def _convoys(self, journey: Journey, index: int, depart: datetime) -> tuple[str, ...]:
        legs = (leg for stop in journey.stops[: index + 1] for leg in stop.legs)
        return tuple(dict.fromkeys(leg.convoy for leg in legs if leg.convoy and leg.depart >= depart))
