"""How long something of people is kept, and what is erased when its time is over."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from karavan.desk import models as rows
from karavan.desk.access import visible
from karavan.desk.actions.keys import erased
from karavan.desk.actions.people import erase_contact
from karavan.desk.actions.posting import Entry, Posted, action
from karavan.desk.retention import KINDS, LEAST_D, MOST_D, WORDS, Due, due_representatives, limit
from karavan.domain.errors import NotFound, Refused
from karavan.domain.message import Message
from karavan.domain.roles import Right, Role


@action("retention set")
def set_retention(
    entry: Entry, *, operation: int, contacts_d: int = 0, representatives_d: int = 0, words_d: int = 0
) -> None:
    """Days after something was last needed; nought: it is kept until somebody erases it by hand."""
    entry.require(Right.EDIT_SETTINGS, operation)
    days = dict(zip(KINDS, (contacts_d, representatives_d, words_d), strict=True))
    if any(it and not LEAST_D <= it <= MOST_D for it in days.values()):
        raise Refused(Message("it is kept {least} to {most} days, or 0: no end", least=LEAST_D, most=MOST_D))
    row = rows.Operation.objects.get(pk=operation)
    kept = {kind: it for kind, it in days.items() if it}
    if kept == row.retention_d:
        raise Refused(Message("nothing was changed"))
    row.retention_d = kept
    row.save(update_fields=("retention_d",))


@action("representative erased")
def erase_representative(entry: Entry, *, user: UUID) -> None:
    """The link and who had it: the requests keep a user that leads nowhere. Only when the time is over."""
    held = rows.Membership.objects.filter(user=user, role=Role.REPRESENTATIVE.value, place__isnull=False)
    row = held.select_related("operation", "place", "user").first()
    if row is None:
        raise NotFound(Message("there is no such thing here"))
    entry.require(Right.INVITE_REPRESENTATIVE, row.operation_id, row.place)
    if user not in {it.pk for it in due_representatives(entry.actor, row.operation, entry.now)}:
        raise Refused(Message("its time is not over"))
    erased(row.user, entry.now)


@action("words erased")
def erase_words(entry: Entry, *, event: UUID) -> None:
    """What somebody wrote beside a check-in, an incident, a road report or an outage; these themselves stay."""
    for model, (way, moment, _) in WORDS.items():
        found = visible(entry.actor, model).filter(pk=event).values_list(way, moment).first()
        if found is not None:
            break
    else:
        raise NotFound(Message("there is no such thing here"))
    operation, at = rows.Operation.objects.get(pk=found[0]), found[1]
    entry.require(Right.SEE_CONTACTS, operation)
    before = limit(operation, "words", entry.now)
    if before is None or at >= before:
        raise Refused(Message("its time is not over"))
    if not rows.Remark.objects.filter(event=event).delete()[0]:
        raise Refused(Message("there is nothing here any more"))


def erase_due(actor: rows.User, number: UUID, now: datetime, it: Due) -> Posted:
    """What is past its time, with the action of its kind: one event for each."""
    if it.kind == "contacts":
        return erase_contact(actor, number, now, contact=it.pk, only_past=True)
    if it.kind == "representatives":
        return erase_representative(actor, number, now, user=it.pk)
    return erase_words(actor, number, now, event=it.pk)
