"""``karavan desk``: bring the database up to date, make the first administrator, load the example, serve."""

from __future__ import annotations

import gc
import os
import secrets
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from karavan.desk.database import FILE, write_ahead_is_sound
from karavan.domain.errors import Refused, RefusedFile
from karavan.domain.message import Message
from karavan.domain.planfile import situation_digest
from karavan.domain.roles import Role

if TYPE_CHECKING:
    from karavan.domain.situation import Situation

DEMO_CODE = "DEMO"
SHORTEST_PASSWORD = 10
WEEK = timedelta(weeks=1)
# Two of those who sign, for the desk asks for a second person.
DEMO_PEOPLE: dict[str, tuple[Role, ...]] = {
    "rep": (Role.REPRESENTATIVE,),
    "officer": (Role.OFFICER,),
    "approver1": (Role.APPROVER,),
    "approver2": (Role.APPROVER,),
    "planner": (Role.PLANNER,),
    "dispatcher": (Role.DISPATCHER,),
    "storekeeper": (Role.STOREKEEPER,),
    "receiver1": (Role.RECEIVER,),
    "receiver2": (Role.RECEIVER,),
    "counter": (Role.COUNTER,),
    "auditor": (Role.AUDITOR,),
}


def reopen(folder: Path) -> None:
    """
    Open a desk that is there, and make none.

    Raises
    ------
    RefusedFile
        There is none.
    """
    if not os.environ.get("KARAVAN_DATABASE_URL") and not (folder / FILE).is_file():
        raise RefusedFile(Message("there is no desk in {folder}", folder=str(folder)))
    prepare(folder)


def prepare(folder: Path) -> None:
    """
    Open the desk in ``folder``, or a new one: its database as this release has it, with every guard in place.

    Raises
    ------
    Refused
        A guard cannot be put in place: nothing is served.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    _make_key(folder / "secret.key")
    os.environ["KARAVAN_FOLDER"] = str(folder.absolute())
    os.environ["DJANGO_SETTINGS_MODULE"] = "karavan.desk.settings"
    import django

    django.setup()
    from karavan.desk.installed import bring_up_to_date, drift

    bring_up_to_date()
    database = folder / FILE
    if database.exists():
        database.chmod(0o600)
    if missing := drift():
        raise Refused(Message("the database's guards are not in place: {names}", names=", ".join(missing)))


def _make_key(path: Path) -> None:
    """The key that signs sessions, made once; nobody but the owner reads the file."""
    if not path.exists():
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "w") as stream:
            stream.write(secrets.token_urlsafe(50))


def first_administrator(login: str, ask: Callable[[], str]) -> bool:
    """Make the first user, where there is none; ``ask`` gives the password, which is written nowhere."""
    from karavan.desk.models import User

    if User.objects.exists():
        return False
    from karavan.desk.actions.people import make_user

    make_user(_new_id(), login, sound_password(ask()), "en", datetime.now(UTC))
    return True


def let_in(login: str, ask: Callable[[], str]) -> None:
    """
    An administrator who lost phone or password gets a new password and enrols another phone.

    Raises
    ------
    Refused
        There is no such user, or it is no administrator.
    """
    from karavan.desk import actions
    from karavan.desk.models import User

    person = User.objects.filter(login=login).first()
    if person is None:
        raise Refused(Message("there is no such user"))
    actions.let_in(person, _new_id(), datetime.now(UTC), password=sound_password(ask()))


def sound_password(password: str) -> str:
    """
    Raises
    ------
    Refused
        It is too short to be one.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(Message("a password has at least {count} characters", count=SHORTEST_PASSWORD))
    return password


def load_demo(situation: Callable[[], Situation], login: str, ask: Callable[[], str]) -> bool:
    """The example as operation DEMO, and a user for each role who signs in with the administrator's password."""
    from karavan.desk.models import Operation, User

    if Operation.objects.filter(code=DEMO_CODE).exists():
        return False
    from karavan.desk import actions

    now = datetime.now(UTC)
    admin, password, world = User.objects.get(login=login), sound_password(ask()), yet_to_come(situation(), now)
    digest = situation_digest(world)
    actions.open_operation(admin, _new_id(), now, code=DEMO_CODE, sha256=digest, situation=world, new_id=_new_id)
    operation = Operation.objects.get(code=DEMO_CODE).pk
    for name, roles in DEMO_PEOPLE.items():
        made = _new_id()
        actions.add_user(admin, made, now, operation=operation, login=name, password=password)
        for role in roles:
            actions.grant_role(admin, _new_id(), now, operation=operation, user=made, role=role)
    return True


def yet_to_come(situation: Situation, now: datetime) -> Situation:
    """The example as if it began within a week: moved by whole weeks, so that opening hours keep their days."""
    weeks = max(0, -((situation.operation.start - now) // WEEK))
    moved: Situation = _moved(situation, weeks * WEEK)
    return moved


def _moved(value: Any, by: timedelta) -> Any:
    if isinstance(value, datetime):
        return value + by
    if isinstance(value, tuple):
        return tuple(_moved(item, by) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _moved(getattr(value, field.name), by) for field in fields(value)})
    return value


def _new_id() -> UUID:
    import uuid_utils.compat

    return uuid_utils.compat.uuid7()


def journal() -> Message:
    """Which way of writing the SQLite of this machine is trusted with."""
    import sqlite3

    if write_ahead_is_sound(sqlite3.sqlite_version_info):
        return Message("SQLite {version}: write-ahead log", version=sqlite3.sqlite_version)
    return Message(
        "SQLite {version} may lose commits in its write-ahead log; the slower, safe journal is used",
        version=sqlite3.sqlite_version,
    )


def serve(host: str, port: int) -> None:
    """Until it is stopped by hand. What was loaded to make the desk ready is shared with the server."""
    from django.db import connections

    from karavan.desk.serving import serve_with_planner

    connections.close_all()
    gc.freeze()  # what is never collected stays shared
    serve_with_planner(host, port)
