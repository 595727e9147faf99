"""A search in a process of its own: no database and no Django; the plan goes back as text."""

from __future__ import annotations

import math
from multiprocessing.connection import Connection
from typing import Any

from karavan.domain.planfile import plan_to_json
from karavan.domain.situationfile import situation_from_json


def search(answers: Connection, situation_text: str, seed: int, rounds: int | None, limit_s: int | None) -> None:
    """Send how far it is, as the columns of a job, and the plan in the end."""
    from karavan.planning import plan
    from karavan.planning.budget import Progress

    def progress(at: Progress) -> None:
        value = at.value if math.isfinite(at.value) else None
        said: dict[str, Any] = {"round": at.round, "value": value, "bound": at.bound}
        answers.send(said)

    situation = situation_from_json(situation_text)
    answers.send(plan_to_json(plan(situation, seed=seed, rounds=rounds, limit_s=limit_s, progress=progress)))
