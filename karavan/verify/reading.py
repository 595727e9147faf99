"""The two databases, opened for reading."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from karavan.domain.errors import RefusedFile
from karavan.domain.message import Message

FILE = "desk.sqlite3"
KEYS = "waybill-keys"


@dataclass(frozen=True, slots=True)
class Reader:
    """
    One consistent state of a database.

    Attributes
    ----------
    vendor
        ``sqlite`` or ``postgresql``.
    keys
        The folder with the public keys of waybills' codes; ``None``: it is not known, and no signature is judged.
    """

    vendor: str
    connection: Any
    keys: Path | None = None

    def rows(self, statement: str) -> Iterator[Sequence[Any]]:
        cursor = self.connection.cursor()
        cursor.execute(statement)
        yield from cursor


@contextmanager
def open_books(target: str, keys: Path | None = None) -> Iterator[Reader]:
    """
    A desk's folder, its database file, or the URL of its PostgreSQL.

    Parameters
    ----------
    keys
        The folder with the public keys; of a desk's folder it is known.

    Raises
    ------
    RefusedFile
        There is no desk there.
    """
    if target.startswith(("postgresql://", "postgres://")):
        import psycopg

        try:
            with psycopg.connect(target) as connection:
                connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
                connection.read_only = True
                # Moments are hashed as the desk reads them.
                connection.execute("SET TIME ZONE 'UTC'")
                yield Reader("postgresql", connection, keys)
        except psycopg.OperationalError as error:
            raise RefusedFile(Message("the database does not answer: {reason}", reason=str(error)[:200])) from None
        return
    path = Path(target)
    path = path / FILE if path.is_dir() else path
    beside = path.parent / KEYS
    keys = keys or (beside if beside.is_dir() else None)
    if not path.is_file():
        raise RefusedFile(Message("there is no desk in {path}", path=str(path)))
    file = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        file.execute("BEGIN")
        yield Reader("sqlite", file, keys)
    except sqlite3.DatabaseError as error:
        raise RefusedFile(Message("the database cannot be read: {reason}", reason=str(error))) from None
    finally:
        file.close()
