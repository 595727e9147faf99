"""What the judge's words are beside each other on the desk's pages."""

from __future__ import annotations

from dataclasses import replace

from karavan import plan
from karavan.desk.judging import judged
from tests.cast import a_situation


def test_a_bound_is_held_against_a_plan_that_keeps_every_other_rule_only():
    situation = a_situation()
    good = plan(situation, rounds=5)
    assert judged(situation, good) == ()
    bold = replace(good, bound_person_h=1e9)
    assert [it.rule for it in judged(situation, bold)] == ["value"]
    twice = replace(bold, journeys=(*good.journeys, good.journeys[0]))
    rules = {it.rule for it in judged(situation, twice)}
    assert "duplicate-name" in rules
    assert "value" not in rules
