"""A copy of a desk on SQLite while it is open, and a desk made from a copy. Standard library only."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from karavan.desk.database import FILE
from karavan.domain.errors import RefusedFile
from karavan.domain.message import Message


def copy_out(folder: Path, target: Path) -> None:
    """
    One consistent state of the folder's database as a single file, on the disk before this returns.

    Raises
    ------
    RefusedFile
        There is no desk, or a file of that name: a backup is never written over.
    """
    source = folder / FILE
    if not source.is_file():
        raise RefusedFile(Message("there is no desk in {path}", path=str(folder)))
    _copy(source, target)


def copy_in(source: Path, folder: Path) -> None:
    """
    A folder with the database of a copy; the key that signs sessions is made anew when it is opened.

    Raises
    ------
    RefusedFile
        There is no copy, or the folder has a desk already.
    """
    if not source.is_file():
        raise RefusedFile(Message("there is no desk in {path}", path=str(source)))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _copy(source, folder / FILE)


def _copy(source: Path, target: Path) -> None:
    if target.exists():
        raise RefusedFile(Message("{path} is there already; nothing is written over it", path=str(target)))
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    reading = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)
    writing = sqlite3.connect(part)
    try:
        reading.backup(writing)
        # One file, wherever it is carried: no log beside it.
        writing.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError as error:
        part.unlink(missing_ok=True)
        raise RefusedFile(Message("the database cannot be read: {reason}", reason=str(error))) from None
    finally:
        writing.close()
        reading.close()
    _keep(part)
    part.rename(target)
    _keep(target.parent)


def _keep(path: Path) -> None:
    """Name and contents are on the disk."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
