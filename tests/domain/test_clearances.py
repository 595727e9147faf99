"""What covers a convoy, and what it lacks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from karavan.domain.approval import Urgency
from karavan.domain.clearances import Answer, ClearanceKind, Cover, Lack, ask_by, lack
from tests.cast import START

DEPART, ARRIVE = START + timedelta(hours=60), START + timedelta(hours=62)
WAY = ("R-ASK", "R-KHN")
TWO_DAYS_S = 48 * 3600


def cover(kind=ClearanceKind.CLEARANCE, answer=Answer.GRANTED, **other):
    return Cover(**{"kind": kind, "answer": answer, "asked": START, "lead_s": TWO_DAYS_S, **other})


def lacks(*covers, convoy="C1"):
    return lack(convoy, WAY, DEPART, ARRIVE, covers)


def test_nothing_covers_nothing():
    assert lacks() == Lack(roads=WAY, is_asked=False)


def test_a_permission_that_is_granted_for_the_whole_time_covers():
    assert lacks(cover()) is None
    assert lacks(cover(valid_from=DEPART, valid_until=ARRIVE)) is None
    assert lacks(cover(valid_from=DEPART + timedelta(seconds=1))) == Lack(roads=WAY, is_asked=False)
    assert lacks(cover(valid_until=ARRIVE - timedelta(seconds=1))) == Lack(roads=WAY, is_asked=False)


@pytest.mark.parametrize("answer", [Answer.REFUSED, Answer.WITHDRAWN])
@pytest.mark.parametrize("kind", ClearanceKind)
def test_what_is_refused_or_withdrawn_covers_nothing(kind, answer):
    assert lacks(cover(kind, answer)) == Lack(roads=WAY, is_asked=False)


def test_a_permission_that_waits_covers_nothing_yet():
    assert lacks(cover(answer=Answer.WAITING)) == Lack(roads=WAY, is_asked=True)


def test_a_notification_covers_when_its_lead_time_is_over():
    sent = cover(ClearanceKind.NOTIFICATION, Answer.WAITING, asked=DEPART - timedelta(seconds=TWO_DAYS_S))
    assert lacks(sent) is None
    late = cover(ClearanceKind.NOTIFICATION, Answer.WAITING, asked=DEPART - timedelta(seconds=TWO_DAYS_S - 1))
    assert lacks(late) == Lack(roads=WAY, is_asked=True)


def test_roads_are_covered_each_for_itself():
    assert lacks(cover(road="R-ASK")) == Lack(roads=("R-KHN",), is_asked=False)
    waiting = cover(answer=Answer.WAITING, road="R-KHN")
    assert lacks(cover(road="R-ASK"), waiting) == Lack(roads=("R-KHN",), is_asked=True)
    assert lacks(waiting) == Lack(roads=WAY, is_asked=False)
    assert lacks(cover(road="R-ASK"), cover(road="R-KHN")) is None


def test_another_convoys_permission_is_not_this_ones():
    assert lacks(cover(convoy="C2")) == Lack(roads=WAY, is_asked=False)
    assert lacks(cover(convoy="C1")) is None


def test_its_clock_warns_at_three_quarters():
    clock = cover(answer=Answer.WAITING).clock
    assert clock.urgency(START + timedelta(hours=35, minutes=59)) is Urgency.IN_TIME
    assert clock.urgency(START + timedelta(hours=36)) is Urgency.WARNED
    assert clock.urgency(START + timedelta(hours=48)) is Urgency.LATE


def test_by_when_to_ask():
    assert ask_by(DEPART, TWO_DAYS_S) == START + timedelta(hours=12)
