"""The audit chain: every event holds the hash of the one before it, so that nothing can be changed without a trace."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from karavan.domain.message import Message

GENESIS = "0" * 64
"""What the first event has for the hash of the one before it."""


def canonical(value: Any) -> str:
    """
    One text for one value: JSON with sorted keys and without spaces (RFC 8785, for texts and whole numbers).

    Raises
    ------
    TypeError
        A fraction, whose digits are not the same everywhere, or anything else that is no plain value.
    """
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return _plain(value.value)
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date | UUID):
        return str(value)
    if isinstance(value, Mapping):
        # RFC 8785 sorts by UTF-16 code units.
        pairs = sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be"))
        return {key: _plain(item) for key, item in pairs}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} is not kept in events")


def moment_text(moment: datetime) -> str:
    """``2023-09-22T04:00:00.000000Z``: always UTC, always microseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def digest(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """
    One event of the chain.

    Attributes
    ----------
    device, device_seq
        Which device made it, and its number there; empty and ``None`` at the desk itself.
    body
        Canonical JSON, hashed as it is stored and never written anew. It names people by ids only.
    actor
        Id of the user who did it.
    received_at
        :func:`moment_text` of the server's clock.
    """

    seq: int
    id: str
    device: str
    device_seq: int | None
    kind: str
    body: str
    body_sha256: str
    actor: str
    received_at: str
    prev_hash: str
    hash: str


def event_hash(
    *,
    seq: int,
    prev_hash: str,
    id: str,
    device: str,
    device_seq: int | None,
    kind: str,
    body_sha256: str,
    actor: str,
    received_at: str,
) -> str:
    """The hash of one event. A list in canonical JSON keeps the fields apart: no two events share a text."""
    return digest(canonical([seq, prev_hash, id, device, device_seq, kind, body_sha256, actor, received_at]))


def judge_chain(entries: Iterable[Entry]) -> Iterator[Message]:
    """What is wrong with a chain that is given from its first event to its last: a number, a body or a hash."""
    prev, seq = GENESIS, 0
    for entry in entries:
        seq += 1
        if entry.seq != seq:
            yield Message("event {seq}: the number before it is {before}", seq=str(entry.seq), before=str(seq - 1))
            seq = entry.seq
        if digest(entry.body) != entry.body_sha256:
            yield Message("event {seq}: its text was changed", seq=str(entry.seq))
        if entry.prev_hash != prev:
            yield Message("event {seq}: it does not follow from the event before it", seq=str(entry.seq))
        if entry.hash != _hash_of(entry):
            yield Message("event {seq}: its hash is not that of what it holds", seq=str(entry.seq))
        prev = entry.hash


def _hash_of(entry: Entry) -> str:
    return event_hash(
        seq=entry.seq,
        prev_hash=entry.prev_hash,
        id=entry.id,
        device=entry.device,
        device_seq=entry.device_seq,
        kind=entry.kind,
        body_sha256=entry.body_sha256,
        actor=entry.actor,
        received_at=entry.received_at,
    )
