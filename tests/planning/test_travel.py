"""Ways and clocks: seconds after 04:00 UTC, which is 08:00 in Aghdam."""

from __future__ import annotations

from dataclasses import replace

import pytest

from karavan.domain.check import check
from karavan.domain.hours import Hours
from karavan.domain.roads import RoadSource, RoadStatus
from karavan.domain.rules import Rules
from karavan.domain.situation import Situation
from karavan.planning.travel import Clock, Crew, Network, Passage, breaks_inside, drove, earliest
from tests.cast import TRUCK_1, a_convoy_situation, a_situation, at, with_road, with_vehicle
from tests.planning.small import H, a_road, planned

CREW = Crew(
    spans=((0, 10 * H), (24 * H, 34 * H)), driving_limit_s=9 * H, rest_s=9 * H, break_after_s=16_200, break_s=2_700
)
AGD, BKR, ASK, KHN = range(4)


def a_network(situation: Situation) -> Network:
    return Network(situation, list(range(len(situation.places))))


def arrival(situation: Situation, origin: int = AGD, destination: int = KHN, start: int = 0) -> int | None:
    """When T1 arrives that may go at ``start``, by the best of its ways."""
    network = a_network(situation)
    crew = network.crew(situation.vehicles[0])
    found = []
    for path in network.paths(network.profile_of[0], origin, destination):
        clock = Clock(start)
        if network.core.drive(crew, clock, path, {}) is not None:
            found.append(clock.time)
    return min(found, default=None)


@pytest.mark.parametrize(("drive_s", "breaks"), [(1, 0), (16_200, 0), (16_201, 1), (32_400, 1), (32_401, 2)])
def test_a_drive_holds_a_break_after_each_full_stretch_but_the_last(drive_s: int, breaks: int) -> None:
    assert breaks_inside(drive_s, 16_200) == breaks


def test_work_starts_with_the_shift() -> None:
    crew = CREW.with_spans(((2 * H, 10 * H),))
    assert earliest(crew, Clock(0), H, 0, None) == 2 * H


def test_work_that_does_not_fit_the_shift_waits_for_the_next_one_and_for_rest() -> None:
    # Ends work at 9 h; two hours more do not fit before 10 h. Next shift from 24 h: 15 h of rest, more than 9.
    assert earliest(CREW, Clock(9 * H, worked_until=9 * H), 2 * H, 0, None) == 24 * H
    # Shifts 8 h apart: 18 h is too early, since 10 h + 9 h of rest = 19 h.
    crew = CREW.with_spans(((0, 10 * H), (18 * H, 28 * H)))
    assert earliest(crew, Clock(10 * H, worked_until=10 * H), H, 0, None) == 19 * H


def test_driving_limit_of_a_shift() -> None:
    # 8 h driven; 1 h more is allowed, 1 h and a second is for the next shift.
    clock = Clock(8 * H + 2_700, driven_s=8 * H, worked_until=8 * H)
    assert earliest(CREW, clock, H, H, None) == 8 * H + 2_700
    assert earliest(CREW, clock, H + 1, H + 1, None) == 24 * H


def test_break_before_a_drive_that_would_be_too_long_without_one() -> None:
    # 4 h driven since the last break, stood since 4 h: an hour more is over 4.5 h, so 45 min of standing come first.
    clock = Clock(4 * H, stood_since=4 * H, since_break_s=4 * H)
    assert earliest(CREW, clock, H, H, None) == 4 * H + 2_700
    assert earliest(CREW, clock, H // 2, H // 2, None) == 4 * H


def test_driving_counts_since_the_last_break() -> None:
    crew, clock = CREW.with_spans(((0, 12 * H),)), Clock(0)
    drove(crew, clock, 0, 2 * H, 2 * H)
    assert (clock.time, clock.since_break_s, clock.driven_s) == (2 * H, 2 * H, 2 * H)
    drove(crew, clock, 2 * H + 2_700, H, H)  # after 45 min of standing
    assert (clock.since_break_s, clock.driven_s) == (H, 3 * H)
    drove(crew, clock, clock.time + 2_700, 5 * H + 2_700, 5 * H)  # one break inside, after 4.5 h
    assert (clock.since_break_s, clock.driven_s) == (H // 2, 8 * H)


def test_windows_hold_the_whole_work() -> None:
    assert earliest(CREW, Clock(0), 2 * H, 0, ((0, H), (3 * H, 6 * H))) == 3 * H
    assert earliest(CREW, Clock(5 * H), 2 * H, 0, ((0, H), (3 * H, 6 * H))) is None


def test_the_plain_way_takes_the_roads_own_time() -> None:
    assert arrival(a_situation()) == 1_200 + 1_800


def test_a_slow_vehicle_takes_longer_on_every_road() -> None:
    # 1,200 / 0.7 = 1,714.3 and 1,800 / 0.7 = 2,571.4, each rounded up.
    assert arrival(with_vehicle(a_situation(), "T1", speed_permille=700)) == 1_715 + 2_572


def test_a_road_closed_until_a_date_is_waited_for() -> None:
    shut = with_road(a_situation(), "R-KHN", status=RoadStatus.CLOSED, status_until=at("10:00"))
    assert arrival(shut) == 6 * H + 1_800


def test_a_detour_is_taken_while_the_short_road_is_shut_and_only_if_it_is_quicker_than_waiting() -> None:
    world = a_situation()
    detour = a_road("R-LONG", "ASK", "KHN", 90)
    shut = with_road(
        replace(world, roads=(*world.roads, detour)), "R-KHN", status=RoadStatus.CLOSED, status_until=at("05:00")
    )
    # Waiting at ASK until 3,600, then 1,800: 5,400. The detour: 1,200 + 5,400.
    assert arrival(shut) == 5_400
    later = with_road(shut, "R-KHN", status_until=at("07:00"))
    # Waiting until 10,800: 12,600. The detour is quicker.
    assert arrival(later) == 6_600
    assert arrival(later, start=10_800) == 10_800 + 3_000


def test_roads_that_are_open_one_after_the_other_make_a_way() -> None:
    """R-ASK only before 05:00, R-KHN only after it: at no moment are both open, and yet one gets through."""
    world = with_road(a_situation(), "R-ASK", status=RoadStatus.OPEN, status_until=at("05:00"))
    world = with_road(world, "R-KHN", status=RoadStatus.OPEN, status_from=at("05:00"))
    assert a_network(world).reachable(0, AGD, KHN)
    assert arrival(world) == H + 1_800


def test_one_way_and_limits() -> None:
    world = with_road(a_situation(), "R-KHN", one_way=True)
    assert arrival(world) == 3_000
    assert arrival(world, KHN, AGD) is None
    for limit in ({"max_gross_mass_g": 35_999_999}, {"max_height_mm": 3_999}, {"max_width_mm": 2_549}):
        assert arrival(with_road(a_situation(), "R-KHN", **limit)) is None
    assert arrival(with_road(a_situation(), "R-KHN", max_gross_mass_g=36_000_000, max_height_mm=4_000)) == 3_000


def test_gate_hours_hold_the_whole_drive() -> None:
    # Local 09:00-10:00 is 3,600..7,200; the 30 minutes fit until 5,400.
    gate = with_road(a_situation(), "R-KHN", gate=Hours.parse("09:00-10:00"))
    assert arrival(gate) == 3_600 + 1_800
    assert arrival(gate, start=5_400 - 1_200) == 7_200
    assert arrival(gate, start=5_400 - 1_199) is None  # tomorrow at 09:00 is after the horizon's end at 08:00


def test_dark_hours() -> None:
    # Dark from 20:00 to 06:00 local: from 12 h to 22 h after the start.
    night = with_road(a_situation(), "R-KHN", night_allowed=False)
    assert arrival(night, start=12 * H - 3_000) == 12 * H
    assert arrival(night, start=12 * H - 2_999) == 22 * H + 1_800


def test_unknown_roads_are_used_only_if_the_rules_say_so() -> None:
    assert arrival(with_road(a_situation(), "R-KHN", status=RoadStatus.UNKNOWN)) is None
    bold = a_situation(rules=Rules(unknown_roads_usable=True))
    assert arrival(with_road(bold, "R-KHN", status=RoadStatus.UNKNOWN)) == 3_000


def test_straight_lines_go_from_anywhere_to_anywhere() -> None:
    straight = replace(a_situation(), roads=(), road_source=RoadSource.STRAIGHT)
    road = straight.find_road("AGD~KHN")
    assert arrival(straight) == road.drive_s == -(-road.distance_m * 3600 // 30_000)


def passages(situation: Situation, vehicle: int = 0) -> list[Passage]:
    """One for each pace at which the vehicle may go from ASK to KHN in a convoy, the quickest first."""
    network = a_network(situation)
    steps = [step for path in network.paths(network.profile_of[vehicle], ASK, KHN) for step in path.steps]
    assert all(isinstance(step, Passage) for step in steps)
    return steps


def passage(situation: Situation) -> Passage:
    (step,) = passages(situation)
    return step


def paces(situation: Situation, vehicle: int = 0) -> list[int]:
    return [step.drive_s for step in passages(situation, vehicle)]


def test_a_vehicle_goes_at_its_own_pace_or_with_slower_ones() -> None:
    slow = with_vehicle(a_convoy_situation(), "T2", speed_permille=500)
    assert paces(slow) == [1_800, 3_600]
    assert paces(slow, vehicle=1) == [3_600]
    assert paces(with_vehicle(slow, "T2", zones=frozenset({"elsewhere"}))) == [1_800, 3_600]  # KHN has no zones
    heavy = with_road(with_vehicle(slow, "T2", gross_mass_g=40_000_000), "R-KHN", max_gross_mass_g=36_000_000)
    assert paces(heavy) == [1_800]


def test_a_convoy_is_as_slow_as_its_slowest_vehicle() -> None:
    """VAN and T1 take 30 min from ASK to KHN, T2 an hour; alone nobody may go, and T2 needs one who goes slowly."""
    world = with_vehicle(a_convoy_situation(convoy_min=2), "T2", speed_permille=500)
    made = planned(world, rounds=200)
    assert check(world, made) == ()
    speed = {"T1": 1_800, "VAN": 1_800, "T2": 3_600}
    vehicle = {journey.code: journey.vehicle for journey in made.journeys}
    assert made.convoys
    for convoy in made.convoys:
        needed = max(speed[vehicle[code]] for code in convoy.journeys)
        assert (convoy.arrive - convoy.depart).total_seconds() == needed


def test_convoys_leave_on_the_hour_after_notice() -> None:
    slots = passage(a_convoy_situation(notified_at=at("03:30"), notification_lead_s=2 * H)).slots
    # Notice at 03:30 and two hours: 05:30, 5,400 s after the start; then 06:00, 07:00, ... local whole hours too.
    assert slots[:3] == (5_400, 7_200, 10_800)
    assert slots[-1] + 1_800 <= 24 * H


def test_convoys_leave_when_the_gate_opens() -> None:
    gate = with_road(a_convoy_situation(), "R-KHN", gate=Hours.parse("09:20-10:10"))
    # Open 80 min after the start for 50 min: at 4,800, and at 6,000 it would be over; the hour is at 7,200.
    assert passage(gate).slots == (4_800,)


def test_a_full_convoy_is_not_joined() -> None:
    situation = a_convoy_situation(convoy_max=2)
    network = a_network(situation)
    crew = network.crew(TRUCK_1)
    (path,) = network.paths(network.profile_of[0], AGD, KHN)
    key = passage(situation).key
    times = []
    for others in (0, 1, 2):
        clock = Clock(0)
        slots = network.core.drive(crew, clock, path, {(key, 3_600): others})
        times.append((slots[0][1], clock.time))
    assert times == [(3_600, 5_400), (3_600, 5_400), (7_200, 9_000)]
