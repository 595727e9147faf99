"""Answers read off a plan."""

from __future__ import annotations

from dataclasses import replace

import pytest

from karavan.domain.errors import UnknownName
from karavan.domain.hours import Hours
from karavan.domain.plans import Plan
from karavan.domain.situation import Situation
from karavan.planning import explain
from tests.cast import a_convoy_situation, a_flour_situation, a_situation, at, with_place, with_road, with_vehicle
from tests.planning.small import a_request, planned


def said(situation: Situation, subject: str, made: Plan | None = None) -> list[str]:
    return [str(message) for message in explain(situation, made or planned(situation), subject)]


def test_who_brings_it_and_when_and_who_else_could() -> None:
    world = a_flour_situation()
    plate = planned(world).journeys[0].vehicle
    words = said(world, "REQ-1/1")
    assert words[0] == (
        f"REQ-1/1: 5\u202f000 of 5\u202f000 kg with {plate}, journey J-001, handed over at KHN, 2023-09-22 09:50"
    )
    other = {"T1": "T2", "T2": "T1"}[plate]
    assert words[1].startswith(f"not on a journey meanwhile, and able to bring it: {other}; ")
    assert words[-2].startswith("2 of 3 vehicles may bring it there (with their journeys): T1 (")
    assert words[-1] == "cannot bring it: VAN; not for goods of the class food"
    assert said(world, "REQ-1") == words


def test_why_so_late() -> None:
    gate = with_road(a_flour_situation(), "R-KHN", gate=Hours.parse("10:00-18:00"))
    assert "it waits 30\u00a0min at ASK for the gate hours of road R-KHN (10:00-18:00)" in said(gate, "REQ-1/1")
    shut = with_place(a_flour_situation(), "KHN", opening=Hours.parse("12:00-18:00"))
    assert any("for opening hours" in words for words in said(shut, "REQ-1/1"))
    convoy = replace(a_convoy_situation(convoy_slot_s=7_200), requests=a_flour_situation().requests)
    assert any("for convoy C-01" in words for words in said(convoy, "REQ-1/1"))
    bread = a_situation(requests=(a_request("REQ-2", "KHN", "BREAD 200"),))
    assert any("for bread from the oven" in words for words in said(bread, "REQ-2/1"))


def test_why_not_at_all() -> None:
    world = a_flour_situation(stock=())
    assert said(world, "REQ-1/1")[0] == "REQ-1/1: FLOUR: none in any store or oven within the horizon"
    assert said(a_situation(), "REQ-3/1") == ["request REQ-3 is a draft: only approved requests are planned"]


def test_a_journey_and_a_vehicle() -> None:
    world = a_flour_situation()
    plate = planned(world).journeys[0].vehicle
    words = said(world, "J-001")
    assert words[0] == f"J-001: {plate} from 2023-09-22 08:00 to 2023-09-22 10:40"
    assert words[1].startswith("it carries 5\u00a0t of 20\u00a0t and 7.5\u00a0m")
    assert said(world, plate) == words


def test_a_vehicle_that_is_not_used() -> None:
    world = with_vehicle(a_flour_situation(), "T2", available_from=at("20:00"))
    assert said(world, "T2") == ["vehicle T2 is not used: no journey was found for it that makes anybody wait less"]


def test_nobody_is_called_so() -> None:
    with pytest.raises(UnknownName, match="no request, line, journey or vehicle is called X"):
        said(a_flour_situation(), "X")
