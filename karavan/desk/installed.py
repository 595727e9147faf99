"""The schema and its guards: brought up to date, and verified."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from karavan.desk import protect
from karavan.desk.models import Head
from karavan.domain.audit import GENESIS
from karavan.domain.errors import Refused
from karavan.domain.message import Message


def query(statement: str) -> Iterable[Sequence[Any]]:
    """One statement on the desk's connection, as :mod:`karavan.desk.protect` asks."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else ()


def bring_up_to_date() -> None:
    """Migrate, and put the guards in place: some migrations on SQLite drop them without a word, others fail on them."""
    if not _is_current():
        try:
            with transaction.atomic():
                protect.remove(query, connection.vendor)
            call_command("migrate", verbosity=0, interactive=False)
        except ProgrammingError as error:
            raise Refused(
                Message("only the owner of the tables brings them up to date: {reason}", reason=str(error))
            ) from error
    with transaction.atomic():
        protect.install(query, connection.vendor)
        role = os.environ.get("KARAVAN_APPLICATION_ROLE", "")
        if connection.vendor == "postgresql" and role and _works_as() != role:
            protect.grant(query, role)
        if not Head.objects.exists():
            Head.objects.create(id=1, seq=0, hash=GENESIS)


def _works_as() -> str:
    ((name,),) = query("SELECT current_user")
    return str(name)


def _is_current() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


_guarded: set[str] = set()


def guarded() -> bool:
    """Whether every guard is in place; looked at once for each database that this process writes to."""
    name = f"{connection.settings_dict['HOST']} {connection.settings_dict['NAME']}"
    if name not in _guarded and not drift():
        _guarded.add(name)
    return name in _guarded


def drift() -> tuple[str, ...]:
    """The guards that are not as they should be: with any of them nothing may be written."""
    return protect.drift(query, connection.vendor)
