"""A situation and its plan as a reader of one language sees them: names, sentences, and what belongs together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from karavan.domain.catalogues import translator
from karavan.domain.left_behind import LeftBehind, left_behind
from karavan.domain.message import Sayable, said
from karavan.domain.needs import Need, needs
from karavan.domain.places import PlaceKind
from karavan.domain.plans import Handling, Journey, Plan
from karavan.domain.situation import Situation
from karavan.domain.units import KG_G, Measure, Quantity, percent_text, time_text
from karavan.domain.value import deliveries
from karavan.papers.page.html import Html, element, join

COLOURS = 10


@dataclass(frozen=True)
class View:
    """
    What every part of the page asks.

    A plan may have been made by hand: a code that the situation does not know is shown as it stands.
    """

    situation: Situation
    plan: Plan
    language: str

    @cached_property
    def translate(self) -> Callable[[str], str]:
        return translator(self.language)

    @cached_property
    def zone(self) -> ZoneInfo:
        return self.situation.operation.zone

    @cached_property
    def needs(self) -> dict[str, Need]:
        return {need.code: need for need in needs(self.situation)}

    @cached_property
    def left_behind(self) -> LeftBehind:
        return left_behind(self.situation, self.plan)

    @cached_property
    def delivered(self) -> dict[str, list[tuple[datetime, int]]]:
        """Need -> ``(moment, quantity)`` of every hand-over, in order."""
        result: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
        for code, quantity, moment in deliveries(self.situation, self.plan):
            result[code].append((moment, quantity))
        return {code: sorted(given) for code, given in result.items()}

    @cached_property
    def journey(self) -> dict[str, Journey]:
        return {journey.code: journey for journey in self.plan.journeys}

    @cached_property
    def colour(self) -> dict[str, str]:
        """The colour class of each journey."""
        return {journey.code: f"j{index % COLOURS}" for index, journey in enumerate(self.plan.journeys)}

    @cached_property
    def journeys_of(self) -> dict[str, list[Journey]]:
        """Vehicle -> its journeys, by their first moment; vehicles in the situation's order."""
        result: dict[str, list[Journey]] = {vehicle.plate: [] for vehicle in self.situation.vehicles}
        for journey in self.plan.journeys:
            result.setdefault(journey.vehicle, []).append(journey)
        for mine in result.values():
            mine.sort(key=lambda journey: span(journey)[0].timestamp() if journey.stops else 0)
        return {plate: mine for plate, mine in result.items() if mine}

    def text(self, value: Sayable) -> str:
        return said(value, self.translate, self.place_name, self.item_name)

    def percent(self, share: float, decimals: int = 0) -> str:
        return percent_text(share, decimals, self.translate)

    def item_name(self, code: str) -> str:
        item = self.situation.item.get(code)
        return item.name(self.language) if item else code

    def place_name(self, code: str) -> str:
        place = self.situation.place.get(code)
        return place.name(self.language) if place else code

    def other_names(self, code: str) -> list[tuple[str, str]]:
        """``(language, name)`` besides the one that is shown first, each spelling once."""
        place = self.situation.place.get(code)
        if place is None:
            return []
        seen = {place.name(self.language)}
        result = []
        for language, name in place.names:
            if name not in seen:
                seen.add(name)
                result.append((language, name))
        return result

    def name_language(self, code: str) -> str | None:
        """The language of the name that is shown first."""
        place = self.situation.place.get(code)
        shown = self.place_name(code)
        return next((language for language, name in place.names if name == shown), None) if place else None

    def place(self, code: str, *, all_names: bool = False) -> Html:
        """The name, isolated from the text around it; the others behind it in small letters."""
        name = element("bdi", self.place_name(code), lang=self.name_language(code))
        if not all_names:
            return name
        others = [element("bdi", other, lang=language) for language, other in self.other_names(code)]
        return join(name, *(element("small", " ", *_between(others, " · ")) for _ in others[:1]))

    def item(self, code: str) -> Html:
        item = self.situation.item.get(code)
        return element("bdi", item.name(self.language) if item else code)

    def mass_g(self, item: str, quantity: int) -> int:
        known = self.situation.item.get(item)
        return known.mass_g * quantity if known else 0

    def volume_cm3(self, item: str, quantity: int) -> int:
        known = self.situation.item.get(item)
        return known.volume_cm3 * quantity if known else 0

    def quantity(self, code: str, quantity: int) -> Html:
        """``1 200 kg (48 sacks)``, ``30 pieces``."""
        item = self.situation.item.get(code)
        if item is None:
            return join(self.text(quantity))
        amount = self.text(Quantity(quantity, item.unit))
        whole, rest = divmod(quantity, item.handling_unit_quantity)
        if not item.handling_unit or rest or item.handling_unit_quantity == 1:
            return element("span", element("bdi", amount), class_="n")
        units = f" ({self.text(Quantity(whole, item.handling_unit))})"
        return join(element("span", element("bdi", amount), class_="n"), element("small", element("bdi", units)))

    def weight(self, code: str, quantity: int) -> str:
        """The mass, where the quantity does not say it already."""
        one_g = self.mass_g(code, 1)
        return "" if 0.9 * KG_G <= one_g <= 1.1 * KG_G else self.text(Measure(one_g * quantity, "g"))

    def mass(self, goods: Iterable[Handling]) -> str:
        return self.text(Measure(sum(self.mass_g(one.item, one.quantity) for one in goods), "g"))

    def time(self, moment: datetime, after: datetime | None = None) -> Html:
        """The day in small figures, the hour in plain ones; the day ``after`` which it is read is not said again."""
        day, hour = time_text(moment, self.zone).split(" ")
        known = after is not None and time_text(after, self.zone).startswith(day)
        return element("time", None if known else element("span", day, " ", class_="day"), element("b", hour))


def span(journey: Journey) -> tuple[datetime, datetime]:
    """First and last moment of a journey that has stops: its first drive or arrival, its last stop's end."""
    first = journey.stops[0]
    return first.legs[0].depart if first.legs else first.arrive, journey.stops[-1].end


def _between(parts: list[Html], between: str) -> list[Html | str]:
    result: list[Html | str] = []
    for part in parts:
        result += [between, part] if result else [part]
    return result


def kind_word(view: View, kind: PlaceKind) -> str:
    _ = view.translate
    return {
        PlaceKind.WAREHOUSE: _("warehouse"),
        PlaceKind.BAKERY: _("bakery"),
        PlaceKind.DELIVERY_POINT: _("delivery point"),
        PlaceKind.TRANSSHIPMENT_POINT: _("transshipment point"),
        PlaceKind.CHECKPOINT: _("checkpoint"),
        PlaceKind.JUNCTION: _("junction"),
    }[kind]
