"""Settings of an operation: changed by one person where nothing loosens, by two where something does; emergencies."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from karavan.desk import models as rows
from karavan.desk.actions.posting import Entry, action
from karavan.desk.emergencies import open_emergencies
from karavan.domain.errors import NotFound, Refused
from karavan.domain.message import Message
from karavan.domain.roles import Right, Role
from karavan.domain.safeguards import LONGEST_EMERGENCY_H, Settings, loosened, refuse_settings


def settings_of(operation: rows.Operation) -> Settings:
    return Settings(operation.levels, tuple(operation.clocks_h), frozenset(operation.code_roles))


@action("settings changed")
def change_settings(
    entry: Entry, *, operation: int, levels: int, clocks_h: tuple[int, ...], code_roles: tuple[Role, ...]
) -> None:
    """All of them as they shall be; where it loosens a control it waits for a second person."""
    entry.require(Right.EDIT_SETTINGS, operation)
    row = rows.Operation.objects.get(pk=operation)
    after = Settings(levels, tuple(clocks_h), frozenset(Role(role).value for role in code_roles))
    refuse_settings(after)
    if after == settings_of(row):
        raise Refused(Message("nothing was changed"))
    waits = bool(loosened(settings_of(row), after))
    rows.SettingChange.objects.create(
        id=entry.id,
        operation=row,
        levels=levels,
        clocks_h=list(clocks_h),
        code_roles=sorted(after.code_roles),
        by=entry.actor,
        at=entry.now,
        waits=waits,
    )
    if not waits:
        _apply(row, after)


@action("settings signed")
def approve_settings(entry: Entry, *, change: UUID) -> None:
    """The second person's signature; only the last change can be signed."""
    row = entry.see(rows.SettingChange, change)
    entry.require(Right.EDIT_SETTINGS, row.operation_id)
    if not row.waits:
        raise Refused(Message("the change counts already"))
    if row != rows.SettingChange.objects.filter(operation=row.operation_id).order_by("at", "pk").last():
        raise Refused(Message("a later change stands in its place"))
    rows.SettingApproval.objects.create(change=row, by=entry.actor, at=entry.now)
    _apply(row.operation, Settings(row.levels, tuple(row.clocks_h), frozenset(row.code_roles)))


def _apply(operation: rows.Operation, settings: Settings) -> None:
    operation.levels, operation.clocks_h = settings.levels, list(settings.clocks_h)
    operation.code_roles = sorted(settings.code_roles)
    operation.save(update_fields=("levels", "clocks_h", "code_roles"))


@action("emergency begun", "remark")
def begin_emergency(entry: Entry, *, operation: int, hours: int, remark: str) -> None:
    """From now on nobody has to be another person; it ends by itself, and every page says so until then."""
    entry.require(Right.EDIT_SETTINGS, operation)
    if not remark.strip():
        raise Refused(Message("say why one person has to sign alone"))
    if not 1 <= hours <= LONGEST_EMERGENCY_H:
        raise Refused(Message("it lasts 1 to {most} hours", most=LONGEST_EMERGENCY_H))
    if open_emergencies(entry.now).filter(operation=operation).exists():
        raise Refused(Message("it is on already"))
    until = entry.now + timedelta(hours=hours)
    rows.Emergency.objects.create(id=entry.id, operation_id=operation, since=entry.now, until=until, by=entry.actor)


@action("emergency ended")
def end_emergency(entry: Entry, *, emergency: UUID) -> None:
    row = rows.Emergency.objects.filter(pk=emergency).first()
    if row is None:
        raise NotFound(Message("there is no such thing here"))
    entry.require(Right.EDIT_SETTINGS, row.operation_id)
    if row not in open_emergencies(entry.now):
        raise Refused(Message("it is over already"))
    rows.EmergencyEnd.objects.create(emergency=row, by=entry.actor, at=entry.now)
