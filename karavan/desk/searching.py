"""A search in a process of its own: no database and no Django; the plan goes back as text."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any

from karavan.domain.errors import BadChange
from karavan.domain.planfile import plan_from_json, plan_to_json
from karavan.domain.plans import Plan
from karavan.domain.situation import Situation
from karavan.domain.situationfile import situation_from_json
from karavan.domain.succession import name_as_before


@dataclass(frozen=True, slots=True)
class Again:
    """
    What is planned again.

    Attributes
    ----------
    previous
        The plan before, as it truly went so far, as text.
    left, kept
        Its journeys that have left, and those that are to stay as they are.
    taken
        Codes of journeys and convoys that something else was called before.
    """

    previous: str
    at: datetime
    left: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()


def search(
    answers: Connection,
    situation_text: str,
    seed: int,
    rounds: int | None,
    limit_s: int | None,
    again: Again | None = None,
) -> None:
    """Send how far it is, as the columns of a job; in the end the plan as text, or why there is none."""
    from karavan.planning import plan
    from karavan.planning.budget import Progress

    def progress(at: Progress) -> None:
        value = at.value if math.isfinite(at.value) else None
        said: dict[str, Any] = {"round": at.round, "value": value, "bound": at.bound}
        answers.send(said)

    situation = situation_from_json(situation_text)
    try:
        if again is None:
            found = plan(situation, seed=seed, rounds=rounds, limit_s=limit_s, progress=progress)
        else:
            found = planned_again(situation, again, seed=seed, rounds=rounds, limit_s=limit_s, progress=progress)
    except BadChange as error:
        answers.send(error.message)
    else:
        answers.send(plan_to_json(found))


def planned_again(situation: Situation, again: Again, **budget: Any) -> Plan:
    """The plan before, planned again; journeys and convoys that stayed as they were keep their codes."""
    from karavan.planning import replan

    previous = plan_from_json(again.previous)
    found = replan(
        situation, previous, at=max(again.at, situation.operation.start), left=again.left, keep=again.kept, **budget
    )
    return name_as_before(previous, found, again.taken)
