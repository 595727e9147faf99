"""Requests by representatives and organisations, and their lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Approval(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    SENT_BACK = "sent back"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """``quantity`` units of an item, or so many kits; priority 1 is the most urgent."""

    request: str
    line: int
    item: str
    quantity: int
    priority: int = 2
    needed_by: datetime | None = None

    @property
    def code(self) -> str:
        return f"{self.request}/{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a representative asks for, for the people of one place. Nothing is kept of who the people are."""

    number: str
    raised_by: str
    organisation: str = ""
    raised_at: datetime
    place: str
    people: int
    approval: Approval
    contact: str = ""
    lines: tuple[RequestLine, ...] = ()
