"""
What a waybill's QR code says: which paper, of which day, and the hash of what stands on it, to be signed.

Fifty-one bytes, then the signature, in base 45 (RFC 9285), which QR codes pack best. No place, load or name is in it.
"""

from __future__ import annotations

import base64
import hashlib
import struct
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from karavan.domain.errors import Refused
from karavan.domain.message import Message

PREFIX = "KV1:"
CONTEXT = b"karavan-waybill-v1\0"
"""Signed in front of each payload: a signature for anything else is none for a waybill."""

_VERSION = 1
_LAYOUT = struct.Struct(">B4s4s4sIBB32s")  # 51 bytes
_SIGNATURE_BYTES = 64
_FIRST_DAY = date(2020, 1, 1)
_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """
    Attributes
    ----------
    key
        The first four bytes of the public key's SHA-256.
    day
        When it was issued, in UTC.
    digest
        :attr:`karavan.domain.waybills.Waybill.digest`.
    """

    key: bytes
    operation: str
    series: str
    number: int
    day: date
    digest: str

    def payload(self) -> bytes:
        days = (self.day - _FIRST_DAY).days
        return _LAYOUT.pack(
            _VERSION,
            self.key,
            _short(self.operation),
            _short(self.series),
            self.number,
            days >> 8 & 0xFF,
            days & 0xFF,
            bytes.fromhex(self.digest),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a code says, before anybody looked at its signature; operation and series are there as hashes only."""

    key: bytes
    number: int
    day: date
    digest: str
    payload: bytes
    signature: bytes

    def is_of(self, operation: str, series: str) -> bool:
        return self.payload[5:13] == _short(operation) + _short(series)


def written(payload: bytes, signature: bytes) -> str:
    return PREFIX + base45(payload + signature)


def opened(text: str) -> Opened:
    """
    The inverse of :func:`written`.

    Raises
    ------
    Refused
        The text is no waybill's code.
    """
    try:
        if not text.startswith(PREFIX):
            raise ValueError
        data = from_base45(text[len(PREFIX) :])
        payload, signature = data[: _LAYOUT.size], data[_LAYOUT.size :]
        version, key, _, _, number, high, low, digest = _LAYOUT.unpack(payload)
        if version != _VERSION or len(signature) != _SIGNATURE_BYTES:
            raise ValueError
    except (ValueError, struct.error):
        raise Refused(Message("this is not the code of a waybill")) from None
    return Opened(
        key=key,
        number=number,
        day=_FIRST_DAY + timedelta(days=high << 8 | low),
        digest=digest.hex(),
        payload=payload,
        signature=signature,
    )


def check_code(digest: str) -> str:
    """Eight signs to be said over the radio: the first 40 bits of the hash. ``'K7QX 2M5A'``."""
    signs = base64.b32encode(bytes.fromhex(digest)[:5]).decode()
    return f"{signs[:4]} {signs[4:]}"


def base45(data: bytes) -> str:
    """RFC 9285."""
    said = []
    for start in range(0, len(data), 2):
        pair = data[start : start + 2]
        value = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            value, sign = divmod(value, 45)
            said.append(_SIGNS[sign])
    return "".join(said)


def from_base45(text: str) -> bytes:
    """
    RFC 9285.

    Raises
    ------
    ValueError
        It is no such text.
    """
    data = b""
    for start in range(0, len(text), 3):
        group = [_SIGNS.index(sign) for sign in text[start : start + 3]]
        if len(group) == 1:
            raise ValueError("one sign stands for nothing")
        value = sum(sign * 45**power for power, sign in enumerate(group))
        try:
            data += value.to_bytes(len(group) - 1, "big")
        except OverflowError:
            raise ValueError("more than two bytes") from None
    return data


def day_of(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _short(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:4]
