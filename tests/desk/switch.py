"""The database that Django talks to, changed for a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connections

from karavan.desk.database import database
from tests.desk.cluster import Cluster


def sqlite(path: Path) -> dict[str, Any]:
    """Nothing of it outlives the test, so nothing waits for the disk."""
    settings = database("", path.parent)
    opening = settings["OPTIONS"]["init_command"] + " PRAGMA synchronous=OFF;"
    return {**settings, "NAME": path, "OPTIONS": {**settings["OPTIONS"], "init_command": opening}}


def postgresql(cluster: Cluster, name: str) -> dict[str, Any]:
    return database(cluster.url(name), Path())


@contextmanager
def to(settings: dict[str, Any]) -> Iterator[None]:
    before = connections.settings["default"]
    _use(settings)
    try:
        yield
    finally:
        connections.close_all()
        _use(before)


def _use(settings: dict[str, Any]) -> None:
    connections.close_all()
    connections.settings = connections.configure_settings({"default": dict(settings)})
    if hasattr(connections._connections, "default"):
        del connections["default"]
