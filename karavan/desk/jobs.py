"""Planning jobs: a worker takes them from the database; each search runs in a process of its own."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from uuid import UUID

import uuid_utils.compat
from django_tasks import task

from karavan.desk import models as rows
from karavan.desk.actions.plans import keep_plan
from karavan.desk.replanning import codes_taken
from karavan.desk.searching import Again, search
from karavan.domain.audit import digest
from karavan.domain.errors import KaravanError
from karavan.domain.message import Message

LONGEST_S = 3600
TELL_EACH_S = 1.0
BEAT_S = 5.0
"""Well below the lease of :mod:`karavan.desk.leases`."""


@task()
def plan_job(job: str) -> None:
    """What the worker runs."""
    run(UUID(job), uuid_utils.compat.uuid7(), datetime.now(UTC))


def run(job: UUID, plan_id: UUID, now: datetime) -> None:
    """
    Search, with progress written as it goes, and keep the plan. A job runs once: whoever comes second leaves it.

    A search that dies (no memory, killed) fails its job and nothing else; one that was cancelled is ended.
    """
    begun = {"state": "running", "beat_at": datetime.now(UTC)}
    if not rows.PlanningJob.objects.filter(pk=job, state="waiting").update(**begun):
        return
    row = rows.PlanningJob.objects.select_related("asked_by", "situation").get(pk=job)
    try:
        text = _search(row)
        if text is not None:
            keep_plan(row.asked_by, plan_id, now, job=job, plan_sha256=digest(text), text=text)
    except KaravanError as error:
        _fail(job, error.message)
    except Exception:
        _fail(job, Message("the search ended without a plan; try again, or with less time"))
        raise


def _fail(job: UUID, why: Message) -> None:
    rows.PlanningJob.objects.filter(pk=job, state="running").update(state="failed", problem=why.to_json())


def _search(row: rows.PlanningJob) -> str | None:
    """The plan; ``None``: the job was cancelled, or given up for dead, in the meantime."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    again = None
    if row.replans is not None:
        again = Again(row.previous, row.asked_at, tuple(row.left), tuple(row.kept), codes_taken(row.replans))
    child = context.Process(
        target=search, args=(theirs, row.situation.text, row.seed, row.rounds, row.limit_s, again), daemon=True
    )
    child.start()
    theirs.close()
    end = monotonic() + (row.limit_s or LONGEST_S) + LONGEST_S
    told = 0.0
    try:
        while monotonic() < end:
            said: dict[str, Any] = {}
            if ours.poll(BEAT_S):
                answer = ours.recv()
                if isinstance(answer, str):
                    return answer
                if isinstance(answer, Message):
                    raise KaravanError(answer)
                said = answer
            if monotonic() - told >= TELL_EACH_S:
                told = monotonic()
                if not _tell(row, said):
                    return None
    except EOFError:
        pass
    finally:
        child.kill()
        child.join()
    raise KaravanError(Message("the search ended without a plan; try again, or with less time"))


def _tell(row: rows.PlanningJob, said: dict[str, Any]) -> bool:
    """How far it is, and that it lives; whether it is still wanted."""
    wanted = rows.PlanningJob.objects.filter(pk=row.pk, state="running")
    return bool(wanted.update(beat_at=datetime.now(UTC), **said))
