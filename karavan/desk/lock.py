"""A fair queue in front of SQLite: its own waiting is sleep and retry, and starves whoever comes late."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection

from karavan.desk.database import WAIT_S
from karavan.domain.errors import Busy
from karavan.domain.message import Message

try:
    import fcntl
except ImportError:  # Windows: one process, whose threads queue
    fcntl = None  # type: ignore[assignment]

_threads = threading.Lock()


@contextmanager
def turn() -> Iterator[None]:
    """
    Wait for one's turn to write; at once on PostgreSQL, which queues by itself.

    The kernel's lock lies on a file beside the database: opening and closing the database file itself would drop the
    locks that SQLite holds on it.

    Raises
    ------
    Busy
        The turn did not come within :data:`WAIT_S`.
    """
    if connection.vendor != "sqlite":
        yield
        return
    if not _threads.acquire(timeout=WAIT_S):
        raise Busy(Message("others are writing; try again in a moment"))
    try:
        with _file() as stream:
            if fcntl is not None:
                fcntl.flock(stream, fcntl.LOCK_EX)
            yield
    finally:
        _threads.release()


def _file() -> IO[bytes]:
    name = Path(str(connection.settings_dict["NAME"]))
    folder = name.parent if name.parent.is_dir() else settings.FOLDER
    return (folder / f"{name.name}.turn").open("ab")
