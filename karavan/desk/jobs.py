"""Planning jobs: a worker takes them from the database; each search runs in a process of its own."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, datetime
from time import monotonic
from uuid import UUID

import uuid_utils.compat
from django_tasks import task

from karavan.desk import models as rows
from karavan.desk.actions.plans import keep_plan
from karavan.desk.searching import search
from karavan.domain.audit import digest
from karavan.domain.errors import KaravanError
from karavan.domain.message import Message

LONGEST_S = 3600
TELL_EACH_S = 1.0


@task()
def plan_job(job: str) -> None:
    """What the worker runs."""
    run(UUID(job), uuid_utils.compat.uuid7(), datetime.now(UTC))


def run(job: UUID, plan_id: UUID, now: datetime) -> None:
    """
    Search, with progress written as it goes, and keep the plan. A job runs once: whoever comes second leaves it.

    A search that dies (no memory, killed) fails its job and nothing else.
    """
    if not rows.PlanningJob.objects.filter(pk=job, state="waiting").update(state="running"):
        return
    row = rows.PlanningJob.objects.select_related("asked_by", "situation").get(pk=job)
    try:
        text = _search(row)
        keep_plan(row.asked_by, plan_id, now, job=job, plan_sha256=digest(text), text=text)
    except KaravanError as error:
        rows.PlanningJob.objects.filter(pk=job).update(state="failed", problem=error.message.to_json())


def _search(row: rows.PlanningJob) -> str:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(
        target=search, args=(theirs, row.situation.text, row.seed, row.rounds, row.limit_s), daemon=True
    )
    child.start()
    theirs.close()
    end = monotonic() + (row.limit_s or LONGEST_S) + LONGEST_S
    told = 0.0
    try:
        while ours.poll(max(0.0, end - monotonic())):
            said = ours.recv()
            if isinstance(said, str):
                return said
            if monotonic() - told >= TELL_EACH_S:
                told = monotonic()
                rows.PlanningJob.objects.filter(pk=row.pk).update(**said)
    except EOFError:
        pass
    finally:
        child.kill()
        child.join()
    raise KaravanError(Message("the search ended without a plan; try again, or with less time"))
