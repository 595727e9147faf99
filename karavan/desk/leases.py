"""Which planning jobs are dead: whoever searches says every few seconds that it lives."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from karavan.desk import models as rows
from karavan.domain.message import Message

LEASE = timedelta(seconds=60)
OPEN = ("waiting", "running")
STOPPED = Message("the planner was stopped in the middle of this search; ask for the plan again")


def give_up_dead(now: datetime) -> int:
    """Jobs of which nothing was heard for as long as a lease have failed, and say so; how many there were."""
    silent = Q(beat_at=None) | Q(beat_at__lt=now - LEASE)
    dead = rows.PlanningJob.objects.filter(silent, state="running")
    return dead.update(state="failed", problem=STOPPED.to_json())


def is_searched(job: rows.PlanningJob) -> bool:
    return job.state in OPEN
