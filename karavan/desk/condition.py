"""Whether the desk can work, and its state in figures: for programs that watch it. Nobody and no place is named."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from karavan.desk import models as rows, watch
from karavan.desk.installed import drift

LEAST_FREE = 256 * 1024 * 1024
SEEN_EACH_S = 10
SEEN_WITHIN_S = 60
WORKER, BACKUP = "worker.seen", "backup.seen"
"""Files in the desk's folder whose time says when the worker was last alive, and the last backup found in order."""


def wanting() -> tuple[str, ...]:
    """What is not as it must be for people to work; empty when the desk is ready."""
    return tuple(name for name, sound in CONDITIONS.items() if not _holds(sound))


def _holds(sound: Callable[[], bool]) -> bool:
    try:
        return sound()
    except Exception:
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _guards() -> bool:
    return not drift()


def _disk() -> bool:
    return shutil.disk_usage(settings.FOLDER).free >= LEAST_FREE and os.access(settings.FOLDER, os.W_OK)


def _key() -> bool:
    """The file is there, and is the key that this process signs with."""
    return (settings.FOLDER / "secret.key").read_text() == settings.SECRET_KEY


def _worker() -> bool:
    return age_s(WORKER) <= SEEN_WITHIN_S


CONDITIONS: dict[str, Callable[[], bool]] = {
    "database": _database,
    "guards": _guards,
    "disk": _disk,
    "key": _key,
    "worker": _worker,
}


def age_s(name: str) -> float:
    """How long ago a file of the desk's folder was touched."""
    path: Path = settings.FOLDER / name
    return max(0.0, time.time() - path.stat().st_mtime) if path.exists() else float("inf")


def figures() -> Iterator[str]:
    """Lines of Prometheus's text: sums only."""
    for name, sound in CONDITIONS.items():
        yield f'karavan_ready{{part="{name}"}} {int(_holds(sound))}'
    yield f"karavan_disk_free_bytes {shutil.disk_usage(settings.FOLDER).free}"
    for name, what in ((WORKER, "worker"), (BACKUP, "backup")):
        if (age := age_s(name)) != float("inf"):
            yield f"karavan_{what}_seen_seconds {age:.0f}"
    if _holds(_database):
        yield f"karavan_events_total {rows.Head.objects.values_list('seq', flat=True).first() or 0}"
        for state in ("waiting", "running", "failed"):
            yield f'karavan_planning_jobs{{state="{state}"}} {rows.PlanningJob.objects.filter(state=state).count()}'
    yield from watch.measured()
