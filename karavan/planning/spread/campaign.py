"""The whole plan while its regions are planned: who drives what, who is due what, and why lines are left behind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from karavan.domain.goods import Lot
from karavan.domain.needs import Need, needs
from karavan.domain.plans import Journey, Plan, Share, Unserved
from karavan.domain.situation import Situation
from karavan.domain.supply import lot_key, lots
from karavan.domain.value import cost_scale, measure, objective, waiting_of_nothing
from karavan.planning.spread.ground import Ground, survey
from karavan.planning.spread.piece import Outcome
from karavan.planning.spread.portions import fair_limits


@dataclass
class Campaign:
    """
    What is known and decided of the whole.

    Attributes
    ----------
    lots
        Everything that can be loaded, an oven's hours among it.
    weights
        Needs by place.
    limits, shares
        What each need is due, and how scarce items are shared.
    journeys
        By vehicle, in the order driven; ``convoy`` of a leg names all that move together.
    left
        Lines left behind, as the piece that planned them last found.
    """

    situation: Situation
    needs: tuple[Need, ...]
    lots: tuple[Lot, ...]
    ground: Ground
    weights: np.ndarray
    cost_person_h: float
    limits: dict[str, int] = field(default_factory=dict)
    shares: tuple[Share, ...] = ()
    journeys: dict[str, tuple[Journey, ...]] = field(default_factory=dict)
    left: dict[str, Unserved] = field(default_factory=dict)
    out_of_reach: set[str] = field(default_factory=set)
    tried: set[str] = field(default_factory=set)
    rounds: int = 0

    @cached_property
    def need(self) -> dict[str, Need]:
        return {need.code: need for need in self.needs}

    @cached_property
    def need_place(self) -> dict[str, str]:
        return {need.code: need.place for need in self.needs}

    @cached_property
    def request_at(self) -> dict[str, int]:
        """By need the number of its request."""
        number = {request.number: i for i, request in enumerate(self.situation.requests)}
        return {need.code: number[need.request] for need in self.needs}

    @cached_property
    def roads_at(self) -> list[list[int]]:
        """By place the numbers of its roads."""
        found: list[list[int]] = [[] for _ in self.situation.places]
        for k, road in enumerate(self.situation.roads):
            found[self.ground.number[road.origin]].append(k)
            found[self.ground.number[road.destination]].append(k)
        return found

    def take(self, outcome: Outcome, name: str) -> None:
        """A piece's plan becomes part of the whole; ``name`` tells its convoys from others'."""
        self.rounds += outcome.rounds
        self.tried |= outcome.tried
        if outcome.journeys is None:
            return
        self.left.update({row.need: row for row in outcome.unserved})
        self.out_of_reach |= outcome.out_of_reach
        found: dict[str, list[Journey]] = {plate: [] for plate in outcome.vehicles}
        for journey in outcome.journeys:
            found[journey.vehicle].append(_under(journey, name))
        self.journeys.update({plate: tuple(journeys) for plate, journeys in found.items()})

    def share_again(self) -> None:
        """Nothing is kept any more for needs that no vehicle can serve."""
        self.limits, self.shares = fair_limits(self.ground, self.needs, self.lots, self.out_of_reach)


def open_campaign(situation: Situation, size: float) -> Campaign:
    """Nothing planned yet, and every need told its fair share."""
    number = {place.code: i for i, place in enumerate(situation.places)}
    everything, all_needs = lots(situation), needs(situation)
    weights = np.bincount([number[need.place] for need in all_needs], minlength=len(situation.places)).astype(float)
    sources = {number[lot.place] for lot in everything}
    scale = cost_scale(situation)
    campaign = Campaign(
        situation,
        all_needs,
        everything,
        survey(situation, sources, size, weights),
        weights,
        waiting_of_nothing(situation) / scale if scale else 0.0,
    )
    campaign.share_again()
    return campaign


def _under(journey: Journey, name: str) -> Journey:
    stops = tuple(
        replace(
            stop, legs=tuple(replace(leg, convoy=f"{name} {leg.convoy}") if leg.convoy else leg for leg in stop.legs)
        )
        for stop in journey.stops
    )
    return replace(journey, stops=stops)


def given(journeys: Iterable[Journey], need_place: Mapping[str, str]) -> dict[str, int]:
    """Units handed over, by need."""
    units: dict[str, int] = defaultdict(int)
    for journey in journeys:
        for stop in journey.stops:
            for goods in stop.unloads:
                if need_place.get(goods.need) == stop.place:
                    units[goods.need] += goods.quantity
    return units


def drawn(journeys: Iterable[Journey]) -> dict[tuple[str, str, str], int]:
    """Units taken from each lot where it lies."""
    units: dict[tuple[str, str, str], int] = defaultdict(int)
    for journey in journeys:
        for stop in journey.stops:
            for goods in stop.loads:
                if goods.lot_place == stop.place:
                    units[goods.lot_place, goods.item, goods.lot] += goods.quantity
    return units


def numbered(lots: Iterable[Lot], units: Mapping[tuple[str, str, str], int]) -> dict[int, int]:
    """The same by the numbers of the lots; rows of one name are used up one after the other."""
    left = dict(units)
    result = {}
    for number, lot in enumerate(lots):
        part = min(left.get(lot_key(lot), 0), lot.free)
        if part:
            result[number] = part
            left[lot_key(lot)] -= part
    return result


def settled(
    journeys: Mapping[str, tuple[Journey, ...]], need_place: Mapping[str, str], convoys_only: set[str]
) -> tuple[set[str], set[str]]:
    """
    Vehicles whose journeys stay as they are, and the roads for convoys that are theirs alone from now on.

    Goods that change vehicles bind those who bring them to those who fetch them; and whoever moves in a convoy with
    such a vehicle is bound as well.
    """
    roads = {
        plate: {leg.road for journey in own for stop in journey.stops for leg in stop.legs if leg.road in convoys_only}
        for plate, own in journeys.items()
    }
    bound = {
        plate
        for plate, own in journeys.items()
        if any(
            any(goods.lot_place != stop.place for goods in stop.loads)
            or any(need_place.get(goods.need) != stop.place for goods in stop.unloads)
            for journey in own
            for stop in journey.stops
        )
    }
    taken: set[str] = set()
    while True:
        taken |= {road for plate in bound for road in roads[plate]}
        more = {plate for plate, used in roads.items() if used & taken} - bound
        if not more:
            return bound, taken
        bound |= more


def worth_of_nothing(situation: Situation) -> float:
    """The figure that a plan without journeys has."""
    return objective(situation, measure(situation, Plan()))
