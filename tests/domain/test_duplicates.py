"""Which requests are shown beside each other as probably the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from karavan.domain.duplicates import Asked, probably_the_same

ONE = Asked(
    place=1,
    asker="Red Cross",
    raised_at=datetime(2023, 9, 22, tzinfo=UTC),
    people=400,
    items={"FLOUR": 100, "SOAP": 5},
)


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"items": {"FLOUR": 7}, "people": 9}, True),
        ({"items": {"WATER": 1}}, False),
        ({"items": {"WATER": 1}, "asker": "somebody else"}, True),
        ({"items": {"FLOUR": 1}, "asker": "somebody else"}, True),
        ({"items": {"WATER": 1}, "people": 401, "asker": "somebody else"}, False),
        ({"place": 2}, False),
        ({"raised_at": ONE.raised_at - timedelta(days=3)}, True),
        ({"raised_at": ONE.raised_at + timedelta(days=3, seconds=1)}, False),
    ],
)
def test_probably_the_same(changes, same):
    other = replace(ONE, **changes)
    assert (probably_the_same(ONE, other), probably_the_same(other, ONE)) == (same, same)


def test_nobody_is_no_number_of_people_in_common():
    nobody = replace(ONE, people=0, items={})
    assert not probably_the_same(nobody, replace(nobody, asker="somebody else"))
