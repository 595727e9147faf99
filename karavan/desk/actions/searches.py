"""What every search begins with: a situation that is kept for good, and no other search beside it."""

from __future__ import annotations

from datetime import datetime

from karavan.desk import models as rows
from karavan.desk.leases import OPEN, give_up_dead
from karavan.domain.errors import Refused
from karavan.domain.message import Message
from karavan.domain.planfile import situation_digest
from karavan.domain.situation import Situation
from karavan.domain.situationfile import situation_to_json


def keep_situation(operation: rows.Operation, situation: Situation) -> rows.SituationDocument:
    document, _ = rows.SituationDocument.objects.get_or_create(
        digest=situation_digest(situation),
        defaults={"operation": operation, "text": situation_to_json(situation)},
    )
    return document


def refuse_second_search(operation: int, now: datetime) -> None:
    """
    Raises
    ------
    Refused
        A search of the operation is under way: two of them would both plan with the same goods and vehicles.
    """
    give_up_dead(now)
    if rows.PlanningJob.objects.filter(operation=operation, state__in=OPEN).exists():
        raise Refused(Message("a plan of this operation is being searched; wait for it, or cancel it"))
