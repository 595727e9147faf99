"""
The key that signs waybills' codes (Ed25519): in the desk's folder, beside the database and never in it.

``waybill-keys/signing.key`` is made when the first paper is printed; taken away, the next makes another.
The public keys stay, named after their first bytes, so that older papers are still known.
"""

from __future__ import annotations

import hashlib
import os
from datetime import date
from pathlib import Path

from django.conf import settings
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from karavan.domain.seals import CONTEXT, Opened, Seal, written


def seal(*, operation: str, series: str, number: int, day: date, digest: str) -> str:
    """The signed text of one waybill's code."""
    key = _signing_key()
    payload = Seal(
        key=_name(key.verify_key), operation=operation, series=series, number=number, day=day, digest=digest
    ).payload()
    return written(payload, key.sign(CONTEXT + payload).signature)


def is_ours(code: Opened) -> bool:
    """Whether a key of this desk signed it."""
    public = _folder() / f"{code.key.hex()}.pub"
    if not public.exists():
        return False
    try:
        VerifyKey(public.read_bytes()).verify(CONTEXT + code.payload, code.signature)
    except BadSignatureError:
        return False
    return True


def _signing_key() -> SigningKey:
    folder = _folder()
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / "signing.key"
    if not path.exists():
        made = SigningKey.generate()
        # Linked, not written, into place: of two who come at once one has the name, and nobody reads half a key.
        draft = folder / f".{os.getpid()}.{os.urandom(4).hex()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(bytes(made))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key = SigningKey(path.read_bytes())
    public = folder / f"{_name(key.verify_key).hex()}.pub"
    if not public.exists():
        public.write_bytes(bytes(key.verify_key))
    return key


def _folder() -> Path:
    return Path(settings.FOLDER) / "waybill-keys"


def _name(key: VerifyKey) -> bytes:
    return hashlib.sha256(bytes(key)).digest()[:4]
