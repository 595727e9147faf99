"""What needs somebody: each duty with the sentence that counts its rows, and the list that shows them. Reads only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Model, QuerySet

from karavan.desk import models as rows, waiting
from karavan.desk.access import rights
from karavan.desk.waiting import Found
from karavan.domain.message import Message
from karavan.domain.roles import Right

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """
    Something that somebody with a right has to do.

    Attributes
    ----------
    name
        Also how a list is asked for these rows only: ``?wait=decide``.
    words
        The sentence that counts them.
    route, query
        The list that shows them; without a route there is none yet.
    rows
        Those that wait for the user, out of what they may see.
    is_urgent
        A time is running out, or somebody stands on the road.
    tells
        Whether people are told of each row besides (karavan/desk/telling.py).
    """

    name: str
    right: Right
    words: Message
    rows: Callable[[rows.User, datetime], Found]
    route: str = ""
    query: str = ""
    is_urgent: bool = False
    tells: bool = True

    @property
    def asked(self) -> str:
        return self.query or f"wait={self.name}"


def narrowed(found: QuerySet[Row], user: rows.User, name: str, now: datetime) -> tuple[QuerySet[Row], Duty | None]:
    """Of a list only what waits for the user, and the duty of that name; another list's or user's narrows nothing."""
    duty = DUTIES.get(name)
    if duty is None or duty.right not in rights(user):
        return found, None
    waiting = duty.rows(user, now)
    return (found.filter(pk__in=waiting.values("pk")), duty) if waiting.model is found.model else (found, None)


def words_of(duty: Duty | None, count: int) -> Message | None:
    """What stands above a list that shows only what waits."""
    return duty.words.having(count=count) if duty else None


_ALL = (
    Duty(
        name="hurry",
        right=Right.DECIDE_REQUEST,
        words=Message.counted(
            "{count} request must be decided at once: its time is nearly or quite over",
            "{count} requests must be decided at once: their time is nearly or quite over",
            count=0,
        ),
        route="requests",
        rows=waiting.hurried,
        is_urgent=True,
    ),
    Duty(
        name="blocked",
        right=Right.DISPATCH,
        words=Message.counted("{count} convoy is blocked", "{count} convoys are blocked", count=0),
        route="convoys",
        rows=waiting.blocked,
        is_urgent=True,
    ),
    Duty(
        name="turned_back",
        right=Right.DISPATCH,
        words=Message.counted(
            "{count} convoy has turned back: see that its goods are counted where they are",
            "{count} convoys have turned back: see that their goods are counted where they are",
            count=0,
        ),
        route="convoys",
        rows=waiting.turned_back,
        is_urgent=True,
    ),
    Duty(
        name="overdue",
        right=Right.DISPATCH,
        words=Message.counted(
            "{count} convoy should have arrived and has not said so",
            "{count} convoys should have arrived and have not said so",
            count=0,
        ),
        route="convoys",
        rows=waiting.overdue,
        is_urgent=True,
    ),
    Duty(
        name="ask",
        right=Right.ISSUE_WAYBILL,
        words=Message.counted(
            "for {count} convoy a clearance must be asked now",
            "for {count} convoys a clearance must be asked now",
            count=0,
        ),
        route="clearances",
        rows=waiting.unasked,
        is_urgent=True,
    ),
    Duty(
        name="clearance",
        right=Right.ISSUE_WAYBILL,
        words=Message.counted(
            "{count} answer to a clearance is due soon or late",
            "{count} answers to clearances are due soon or late",
            count=0,
        ),
        route="clearances",
        rows=waiting.unanswered,
        is_urgent=True,
    ),
    Duty(
        name="decide",
        right=Right.DECIDE_REQUEST,
        words=Message.counted("{count} request waits for a decision", "{count} requests wait for a decision", count=0),
        route="requests",
        rows=waiting.to_decide,
    ),
    Duty(
        name="mend",
        right=Right.RAISE_REQUEST,
        words=Message.counted(
            "{count} request was sent back to you", "{count} requests were sent back to you", count=0
        ),
        route="requests",
        rows=waiting.sent_back,
    ),
    Duty(
        name="plan",
        right=Right.MAKE_PLAN,
        words=Message.counted(
            "{count} approved request has no waybill yet", "{count} approved requests have no waybill yet", count=0
        ),
        route="requests",
        rows=waiting.unplanned,
    ),
    Duty(
        name="touched",
        right=Right.MAKE_PLAN,
        words=Message.counted(
            "{count} plan in force: something has changed since it was made, look whether it still holds",
            "{count} plans in force: something has changed since they were made, look whether they still hold",
            count=0,
        ),
        route="plans",
        rows=waiting.touched_plans,
    ),
    Duty(
        name="approve",
        right=Right.APPROVE_PLAN,
        words=Message.counted("{count} plan waits for approval", "{count} plans wait for approval", count=0),
        route="plans",
        rows=waiting.to_approve,
    ),
    Duty(
        name="issue",
        right=Right.ISSUE_WAYBILL,
        words=Message.counted(
            "{count} approved plan has no waybills yet", "{count} approved plans have no waybills yet", count=0
        ),
        route="plans",
        rows=waiting.unissued,
    ),
    Duty(
        name="load",
        right=Right.LOAD,
        words=Message.counted("{count} waybill is to be loaded", "{count} waybills are to be loaded", count=0),
        route="waybills",
        rows=lambda user, now: waiting.waybills(user, Right.LOAD, "origin", "issued"),
    ),
    Duty(
        name="gate",
        right=Right.DISPATCH,
        words=Message.counted(
            "{count} convoy is not ready: its gate lacks something",
            "{count} convoys are not ready: their gates lack something",
            count=0,
        ),
        route="convoys",
        rows=waiting.shut,
    ),
    Duty(
        name="dispatch",
        right=Right.DISPATCH,
        words=Message.counted(
            "{count} waybill is loaded and has not left", "{count} waybills are loaded and have not left", count=0
        ),
        route="waybills",
        rows=lambda user, now: waiting.waybills(user, Right.DISPATCH, "origin", "loaded"),
    ),
    Duty(
        name="receive",
        right=Right.RECEIVE,
        words=Message.counted(
            "{count} waybill is on its way to you", "{count} waybills are on their way to you", count=0
        ),
        route="waybills",
        rows=lambda user, now: waiting.waybills(user, Right.RECEIVE, "destination", "in transit"),
    ),
    Duty(
        name="loss",
        right=Right.SIGN_LOSS,
        words=Message.counted(
            "{count} loss waits for a second signature", "{count} losses wait for a second signature", count=0
        ),
        route="losses",
        rows=waiting.losses,
    ),
    Duty(
        name="count",
        right=Right.SIGN_LOSS,
        words=Message.counted(
            "{count} count waits for a second signature", "{count} counts wait for a second signature", count=0
        ),
        route="counts",
        rows=waiting.counts,
    ),
    Duty(
        name="expiry",
        right=Right.MOVE_STOCK,
        words=Message.counted(
            "{count} lot is expired or expires soon", "{count} lots are expired or expire soon", count=0
        ),
        route="stock",
        query="warn=1",
        rows=waiting.expiring,
    ),
    Duty(
        name="old",
        right=Right.SEE_AUDIT,
        words=Message.counted(
            "{count} waybill has been open for more than a week",
            "{count} waybills have been open for more than a week",
            count=0,
        ),
        route="waybills",
        rows=waiting.old_transit,
        tells=False,
    ),
    Duty(
        name="transit",
        right=Right.SEE_AUDIT,
        words=Message.counted(
            "{count} waybill has left and is not accounted for",
            "{count} waybills have left and are not accounted for",
            count=0,
        ),
        route="waybills",
        rows=waiting.open_transit,
        tells=False,
    ),
    Duty(
        name="code",
        right=Right.MANAGE_USERS,
        words=Message.counted(
            "{count} person has no second factor and needs one",
            "{count} people have no second factor and need one",
            count=0,
        ),
        route="people",
        rows=waiting.without_code,
        tells=False,
    ),
    Duty(
        name="settings",
        right=Right.EDIT_SETTINGS,
        words=Message.counted(
            "{count} change of settings waits for a second signature",
            "{count} changes of settings wait for a second signature",
            count=0,
        ),
        route="settings",
        rows=waiting.unsigned_settings,
    ),
    Duty(
        name="mail",
        right=Right.MANAGE_USERS,
        words=Message.counted("{count} mail could not be sent", "{count} mails could not be sent", count=0),
        route="mails",
        rows=waiting.unsent,
    ),
)

DUTIES: dict[str, Duty] = {duty.name: duty for duty in _ALL}
"""The more urgent first."""

NEWS = (
    Duty(
        name="answered",
        right=Right.RAISE_REQUEST,
        words=Message.counted("{count} request of yours is decided", "{count} requests of yours are decided", count=0),
        route="requests",
        query="state=",
        rows=waiting.answered,
    ),
)
"""What somebody is told without having to do anything."""
