"""Ids for forms and for what the desk itself writes; phones and programs make their own."""

from __future__ import annotations

from uuid import UUID

import uuid_utils.compat

from karavan.domain.errors import Refused
from karavan.domain.message import Message


def new_id() -> UUID:
    return uuid_utils.compat.uuid7()


def id_of(text: str | None) -> UUID:
    """
    An id as a form sent it back.

    Raises
    ------
    Refused
        It is none.
    """
    try:
        return UUID(text or "")
    except ValueError:
        raise Refused(Message("the form is not whole; open the page again")) from None
