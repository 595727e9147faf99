"""Every write to the desk: one transaction, one event, one verdict; the same id again is the same write."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field, is_dataclass
from datetime import datetime
from functools import wraps
from inspect import signature
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Model
from django.db.models.signals import post_save
from django.dispatch import receiver

from karavan.desk import access, models as rows
from karavan.desk.actions.words import refusal
from karavan.desk.installed import guarded, query
from karavan.desk.lock import turn
from karavan.desk.protect.rows import HASHED, key_of, row_digests, together
from karavan.domain.audit import canonical, digest, event_hash, moment_text
from karavan.domain.errors import Busy, Refused
from karavan.domain.ledger import MAY_BE_BELOW_NOTHING, AccountKind
from karavan.domain.message import Message
from karavan.domain.roles import Right

P = ParamSpec("P")
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Posted:
    """
    What became of a write.

    Attributes
    ----------
    id
        The event's, and of the row that it made.
    again
        It had been written before, with the same values: nothing was written now.
    """

    id: UUID
    seq: int
    again: bool = False


@dataclass(slots=True)
class Entry:
    """
    A write that is under way.

    Attributes
    ----------
    id
        The event's; the row that it makes has the same.
    cleared
        It was asked whether this may be done.
    moves
        (source, target, lot, units), posted when the function is through: the event's hashed body names them.
    wrote
        Table -> keys of the rows made in it that stay as they are: the body holds their hash.
    """

    actor: rows.User
    id: UUID
    now: datetime
    cleared: bool = field(default=False)
    moves: list[tuple[int, int, int, int]] = field(default_factory=list)
    wrote: dict[str, list[Any]] = field(default_factory=dict)

    def see(self, model: type[Row], pk: object) -> Row:
        return access.seen(self.actor, model, pk)

    def require(self, right: Right, operation: rows.Operation | int, *places: rows.Place | None) -> None:
        access.require(self.actor, right, operation, *places)
        self.cleared = True

    def account(
        self,
        kind: AccountKind,
        *,
        place: rows.Place | None = None,
        line: rows.WaybillLine | None = None,
        label: str = "",
    ) -> rows.Account:
        """The account, made when it is first needed."""
        of = place if place is not None else line.waybill if line is not None else None
        if of is None:
            raise AssertionError("an account is somewhere")
        found, _ = rows.Account.objects.get_or_create(
            operation_id=of.operation_id,
            kind=kind.value,
            place=place,
            line=line,
            label=label,
            defaults={"neg": kind in MAY_BE_BELOW_NOTHING},
        )
        return found

    def move(self, source: rows.Account, target: rows.Account, batch: rows.Batch | int, quantity: int) -> None:
        """A transfer; nothing of nothing moves nothing."""
        if quantity:
            number = batch if isinstance(batch, int) else batch.pk
            self.moves.append((source.pk, target.pk, number, quantity))

    def held(self, account: rows.Account, batch: rows.Batch) -> int:
        """What the account holds, with what is under way."""
        balance = rows.Balance.objects.filter(account=account, batch=batch).first()
        units = balance.quantity if balance else 0
        for source, target, number, quantity in self.moves:
            if number == batch.pk:
                units += quantity * ((target == account.pk) - (source == account.pk))
        return units


def action(
    kind: str, *private: str
) -> Callable[[Callable[Concatenate[Entry, P], None]], Callable[Concatenate[rows.User, UUID, datetime, P], Posted]]:
    """
    Make a function of an :class:`Entry` a write: ``do(actor, id, now, **values)``.

    Parameters
    ----------
    kind
        What is written into the chain.
    private
        Values that may name people: they are not in the event's hashed body. One called ``remark`` is kept beside it.

    Notes
    -----
    The event is written when the function is through, with the goods that it moves; what the function or the database
    refuses undoes all of it. ``id`` is made where the hand is; sent again with the same values it answers as before,
    with others it is refused.
    """

    def make(
        function: Callable[Concatenate[Entry, P], None],
    ) -> Callable[Concatenate[rows.User, UUID, datetime, P], Posted]:
        names = signature(function)

        @wraps(function)
        def do(actor: rows.User, event_id: UUID, now: datetime, /, *args: P.args, **values: P.kwargs) -> Posted:
            bound = names.bind(None, *args, **values)
            bound.apply_defaults()
            given = dict(list(bound.arguments.items())[1:])
            said = {name: plain(value) for name, value in given.items() if name not in private}
            try:
                with turn(), transaction.atomic():
                    if not guarded():
                        raise Refused(Message("the database's guards are not in place; nothing can be written"))
                    head = rows.Head.objects.select_for_update().get(id=1)
                    known = rows.Event.objects.filter(id=event_id).first()
                    if known is not None:
                        return _again(known, actor, kind, said)
                    entry = Entry(actor, event_id, now)
                    if remark := str(given.get("remark", "")):
                        rows.Remark.objects.create(event=event_id, text=remark[:4000])
                    with _watched(entry):
                        function(entry, *bound.args[1:], **bound.kwargs)
                    if not entry.cleared:
                        raise AssertionError(f"{kind}: nobody asked whether this may be done")
                    return Posted(event_id, _write(head, entry, kind, said).seq)
            except IntegrityError as error:
                raise refusal(error) from error
            except OperationalError as error:
                if connection.vendor == "sqlite" and "locked" not in str(error):
                    raise
                raise Busy(Message("the database does not answer; try again in a moment")) from error

        do.kind = kind  # type: ignore[attr-defined]
        ACTIONS[function.__name__] = do
        return do

    return make


ACTIONS: dict[str, Callable[..., Posted]] = {}
"""Every write that the desk knows, by its name."""


def plain(value: Any) -> Any:
    """Values of the domain as events keep them."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(item) for name, item in asdict(value).items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value


def _again(known: rows.Event, actor: rows.User, kind: str, said: dict[str, Any]) -> Posted:
    before = json.loads(known.body)
    if canonical([before["kind"], before["values"], known.actor]) != canonical([kind, said, str(actor.pk)]):
        raise Refused(Message("this was sent before with other contents; the first one stays"))
    return Posted(known.id, known.seq, again=True)


def _write(head: rows.Head, entry: Entry, kind: str, said: dict[str, Any]) -> rows.Event:
    body = canonical({"kind": kind, "moves": entry.moves, "rows": _rows(entry), "values": said})
    facts: dict[str, Any] = {
        "seq": head.seq + 1,
        "prev_hash": head.hash,
        "id": str(entry.id),
        "device": "",
        "device_seq": None,
        "kind": kind,
        "body_sha256": digest(body),
        "actor": str(entry.actor.pk),
        "received_at": moment_text(entry.now),
    }
    event = rows.Event.objects.create(**{**facts, "id": entry.id}, body=body, hash=event_hash(**facts))
    rows.Head.objects.filter(id=1).update(seq=event.seq, hash=event.hash)
    rows.Verdict.objects.create(event=event, n=1, verdict="posted", by=str(entry.actor.pk))
    for source, target, batch, quantity in entry.moves:
        rows.Transfer.objects.create(event=event, source_id=source, target_id=target, batch_id=batch, quantity=quantity)
    return event


_under_way: ContextVar[Entry | None] = ContextVar("under_way", default=None)


@contextmanager
def _watched(entry: Entry) -> Iterator[None]:
    """Every row that is made until then is the entry's."""
    token = _under_way.set(entry)
    try:
        yield
    finally:
        _under_way.reset(token)


@receiver(post_save)
def _note(sender: type[Model], instance: Model, created: bool, **_: object) -> None:
    entry = _under_way.get()
    if entry is not None and created and sender._meta.db_table in HASHED:
        entry.wrote.setdefault(sender._meta.db_table, []).append(instance.pk)


def _rows(entry: Entry) -> dict[str, dict[str, object]]:
    """Table -> the keys of the rows made in it and one hash of all of them, as they stand in the database."""
    found: dict[str, dict[str, object]] = {}
    for table, keys in sorted(entry.wrote.items()):
        texts = [f"'{key.hex if isinstance(key, UUID) and connection.vendor == 'sqlite' else key}'" for key in keys]
        where = f'WHERE "{key_of(table)}" IN ({", ".join(texts)}) ORDER BY "{key_of(table)}"'
        rows_there = list(row_digests(query, connection.vendor, table, where))
        found[table] = {"keys": [key for key, _ in rows_there], "sha256": together(it for _, it in rows_there)}
    return found
