"""The map cut into regions: whole, of the size asked for, and never through what belongs together."""

from collections import Counter

import numpy as np
import pytest

from benchmarks.relief import relief_situation
from karavan.domain.needs import needs
from karavan.domain.supply import lots
from karavan.planning.spread.campaign import open_campaign
from karavan.planning.spread.ground import survey
from karavan.planning.spread.pieces import first_regions, piece_of
from karavan.planning.spread.regions import cut, landmarks


@pytest.fixture(scope="module")
def campaign():
    return open_campaign(relief_situation(300), 60)


def regions(campaign, size, roots=None):
    sources = {campaign.ground.number[lot.place] for lot in campaign.lots}
    return cut(campaign.ground, campaign.weights, roots or sources, size)


@pytest.mark.parametrize("size", [40, 100, 400])
def test_every_place_is_in_one_region_of_about_the_size(campaign, size):
    region = regions(campaign, size)
    load = np.bincount(region, campaign.weights)
    largest_atom = np.bincount(campaign.ground.atom, campaign.weights).max()
    assert len(region) == len(campaign.situation.places)
    assert sum(load) == len(campaign.needs)
    assert max(load) < 2 * size + largest_atom
    assert np.median(load) >= 0.4 * size


def test_what_lies_behind_a_convoy_road_is_in_one_region(campaign):
    ground, situation = campaign.ground, campaign.situation
    guarded = next(road for road in situation.roads if road.convoy_only)
    behind = [i for i, place in enumerate(situation.places) if place.code.startswith(("V2-", "J2-"))]
    for root in [None, *([one] for one in landmarks(ground, np.flatnonzero(campaign.weights), 3))]:
        region = regions(campaign, 20, root)
        assert len({int(region[i]) for i in behind}) == 1
        assert region[ground.passages[guarded.code]] == region[behind[0]]


def test_other_roots_cut_other_borders(campaign):
    marks = landmarks(campaign.ground, np.flatnonzero(campaign.weights), 4)
    assert len(set(marks)) == 4
    cuts = {tuple(regions(campaign, 60, [mark]).tolist()) for mark in marks}
    assert len(cuts) == 4


def test_places_joined_for_once_are_not_parted(campaign):
    region = regions(campaign, 20)
    far = int(np.flatnonzero(region != region[0])[-1])
    sources = {campaign.ground.number[lot.place] for lot in campaign.lots}
    joined = cut(campaign.ground, campaign.weights, sources, 20, [(0, far)])
    assert joined[0] == joined[far]


def test_pieces_hold_every_need_vehicle_and_lot_once(campaign):
    pieces = [piece_of(campaign, region, 1, None) for region in first_regions(campaign, 60, 0)]
    assert len(pieces) > 5
    assert Counter(code for piece in pieces for code in piece.parts) == Counter(need.code for need in campaign.needs)
    plates = Counter(it.plate for piece in pieces for it in piece.situation.vehicles)
    assert plates == Counter(it.plate for it in campaign.situation.vehicles)
    given = Counter()
    for piece in pieces:
        for lot in piece.situation.stock:
            given[lot.place, lot.item, lot.code] += lot.quantity
    step = {item.code: item.step for item in campaign.situation.items}
    for lot in lots(campaign.situation):
        assert given[lot.place, lot.item, lot.code] == lot.free // step[lot.item] * step[lot.item]


def test_a_convoy_road_is_given_to_one_piece(campaign):
    guarded = {road.code for road in campaign.situation.roads if road.convoy_only}
    pieces = [piece_of(campaign, region, 1, None) for region in first_regions(campaign, 60, 0)]
    owners = [piece for piece in pieces if guarded & {road.code for road in piece.situation.roads}]
    assert len(owners) == 1
    assert any(campaign.need_place[code].startswith("V2-") for code in owners[0].parts)


def test_straight_lines_are_cut_as_well():
    from dataclasses import replace

    from karavan.domain.roads import RoadSource

    situation = replace(relief_situation(150), roads=(), road_source=RoadSource.STRAIGHT)
    number = {place.code: i for i, place in enumerate(situation.places)}
    weights = np.bincount([number[need.place] for need in needs(situation)], minlength=len(number)).astype(float)
    sources = {number[lot.place] for lot in lots(situation)}
    ground = survey(situation, sources, 50, weights)
    load = np.bincount(cut(ground, weights, sources, 50), weights)
    assert max(load) < 100
    assert np.isfinite(ground.from_places([0])).all()


def test_nobody_s_name_or_telephone_is_sent(campaign):
    import pickle

    sent = pickle.dumps([piece_of(campaign, region, 1, None) for region in first_regions(campaign, 60, 0)])
    assert any(vehicle.driver for vehicle in campaign.situation.vehicles)
    assert b"Driver" not in sent
    assert b"Council" not in sent
    assert b"FLOUR" in sent
