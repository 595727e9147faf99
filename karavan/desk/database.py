"""Which database, and how it must be opened so that what was acknowledged is on the disk."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

FILE = "desk.sqlite3"
WAIT_S = 10

_FIXED_IN = ((3, 44, 6), (3, 50, 7))


def write_ahead_is_sound(version: tuple[int, ...]) -> bool:
    """
    Whether this SQLite's write-ahead log may be trusted: 3.7.0 to 3.51.2 can lose commits or corrupt the file when the
    log is reset under two connections; mended in 3.51.3, and in 3.44.6 and 3.50.7 of their lines.
    """
    if version >= (3, 51, 3):
        return True
    return any(version[:2] == fixed[:2] and version >= fixed for fixed in _FIXED_IN)


def opening(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> str:
    """
    What each SQLite connection says first. ``recursive_triggers``: without it INSERT OR REPLACE passes by the
    triggers that keep tables append-only.
    """
    journal = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        if write_ahead_is_sound(version)
        else "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA;"
    )
    return f"{journal} PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON; PRAGMA mmap_size=0;"


def database(url: str, folder: Path) -> dict[str, Any]:
    """
    Django's settings for ``KARAVAN_DATABASE_URL``: empty, SQLite in the folder; else
    ``postgresql://user:password@host:port/name``, or ``postgresql:///name?host=/socket/folder``.

    Raises
    ------
    ValueError
        Another kind of database.
    """
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": folder / FILE,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": WAIT_S, "init_command": opening()},
            "CONN_MAX_AGE": None,
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise ValueError(f"KARAVAN_DATABASE_URL names {parts.scheme!r}; only postgresql is known")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or query.pop("user", "")),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or query.pop("host", ""),
        "PORT": str(parts.port or query.pop("port", "")),
        "OPTIONS": query,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
