"""
People are told what waits for them: in the page, and by mail with a sentence and a link.

What waits is looked at anew (:mod:`karavan.desk.duties`), so nothing has to remember to tell: a teller that was killed
finds the same things again, and a notice that is there is not made twice. A mail is a row before it is sent. It is sent
under a number of its own; killed between sending and noting that, the teller sends it once more under the same number:
the folder keeps one file, and mail programs that know numbers show one mail.
"""

from __future__ import annotations

import logging
import smtplib
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import uuid_utils.compat
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import close_old_connections, transaction
from django.db.models import F, Max, Model

from karavan.desk import models as rows
from karavan.desk.access import rights
from karavan.desk.duties import DUTIES, NEWS, Duty
from karavan.desk.lock import turn
from karavan.desk.stock import waybill_number
from karavan.domain.catalogues import translator
from karavan.domain.message import Message

EACH_S, CLOCKS_S = 20, 300
MOST = 200
"""Notices of one duty that a user is given at once; the others come when these are done."""
APART = timedelta(minutes=10)
"""Between two mails to one user; what is urgent does not wait for it."""
TRIES = 12
FIRST_WAIT_S, LONGEST_WAIT_S = 120, 3600

log = logging.getLogger(__name__)


def sweep(now: datetime) -> None:
    """Note what has begun to wait for somebody, close what waits no more, and lay mails ready."""
    people = rows.User.objects.filter(is_active=True, memberships__until=None, memberships__isnull=False).distinct()
    for user in people.select_related("contact").order_by("pk"):
        with turn(), transaction.atomic():
            _note(user, now)
            _lay_ready(user, now)
    gone = rows.Notice.objects.filter(over_at=None).exclude(user__in=people)
    with turn(), transaction.atomic():
        gone.update(over_at=now)


def _note(user: rows.User, now: datetime) -> None:
    known = dict(rows.Notice.objects.filter(user=user, over_at=None).values_list("key", "pk"))
    mine = rights(user)
    waiting: set[str] = set()
    for duty in (*DUTIES.values(), *NEWS):
        if duty.right not in mine or not duty.tells:
            continue
        found = duty.rows(user, now)
        keys = {f"{duty.name}:{pk}": pk for pk in found.values_list("pk", flat=True)}
        waiting |= keys.keys()
        fresh = [pk for key, pk in keys.items() if key not in known][:MOST]
        for row in found.filter(pk__in=fresh):
            name, route = shown(row)
            rows.Notice.objects.create(
                user=user,
                operation_id=_operation(row, user),
                key=f"{duty.name}:{row.pk}",
                message={"name": name},
                link=route,
                at=now,
            )
    over = [pk for key, pk in known.items() if key not in waiting]
    rows.Notice.objects.filter(pk__in=over).update(over_at=now)


def _operation(row: Any, user: rows.User) -> int:
    if isinstance(row, rows.Balance):
        return row.account.operation_id
    if isinstance(row, rows.User | rows.Mail):
        return (
            rows.Membership.objects.filter(user=user, until=None).order_by("pk").values_list("operation", flat=True)[0]
        )
    number: int = row.operation_id
    return number


def shown(row: Model) -> tuple[str, str]:
    """What a row is called where it is told of, and the route to its page, or to its list."""
    match row:
        case rows.Request():
            return row.number, "request"
        case rows.Waybill():
            return waybill_number(row), "waybill"
        case rows.Convoy():
            return row.code, "convoy"
        case rows.PlanDocument():
            return f"{row.operation.code} {row.sha256[:8]}", "plan"
        case rows.LossReport():
            return f"{row.place.code} {row.pk.hex[-6:]}", "loss"
        case rows.Count():
            return f"{row.place.code} {row.pk.hex[-6:]}", "count"
        case rows.Balance():
            return f"{row.batch.item.code} {row.batch.code}", "stock"
        case rows.Clearance():
            return row.reference, "clearance"
        case rows.SettingChange():
            return row.operation.code, "settings"
        case rows.User():
            return row.login, "people"
        case rows.Mail():
            return row.user.login, "mails"
    raise AssertionError(f"nobody is told of a {type(row).__name__}")


def _lay_ready(user: rows.User, now: datetime) -> None:
    """One mail of all that the user was not mailed yet."""
    if not user.email or not user.wants_mail:
        return
    fresh = rows.Notice.objects.filter(user=user, over_at=None, mailed_at=None, read_at=None)
    count: Counter[str] = Counter(key.partition(":")[0] for key in fresh.values_list("key", flat=True))
    duties: list[Duty] = [duty for duty in (*DUTIES.values(), *NEWS) if count[duty.name]]
    last = rows.Mail.objects.filter(user=user).aggregate(last=Max("made_at"))["last"]
    is_soon = last is not None and last + APART > now
    if not duties or (is_soon and not any(duty.is_urgent for duty in duties)):
        return
    rows.Mail.objects.create(
        id=uuid_utils.compat.uuid7(),
        user=user,
        said=[duty.words.having(count=count[duty.name]).to_json() for duty in duties],
        made_at=now,
        next_at=now,
    )
    fresh.update(mailed_at=now)


def post(now: datetime) -> int:
    """Send what is laid ready and due; how many were sent. What fails is tried again later, ever less often."""
    sent = 0
    due = rows.Mail.objects.filter(sent_at=None, next_at__lte=now, tries__lt=TRIES, user__is_active=True)
    for mail in due.select_related("user").order_by("made_at", "pk"):
        wait = timedelta(seconds=min(FIRST_WAIT_S * 2**mail.tries, LONGEST_WAIT_S))
        claimed = rows.Mail.objects.filter(pk=mail.pk, sent_at=None, tries=mail.tries)
        if not claimed.update(tries=F("tries") + 1, next_at=now + wait):
            continue  # another teller has it
        try:
            letter(mail).send()
        except Exception as error:
            # The kind only: a server's answer may hold the address.
            rows.Mail.objects.filter(pk=mail.pk).update(problem=type(error).__name__)
            log.warning("a mail could not be sent: %s", type(error).__name__)
            if _is_unreached(error):
                break
            continue
        rows.Mail.objects.filter(pk=mail.pk).update(sent_at=now, problem="")
        sent += 1
    return sent


def _is_unreached(error: Exception) -> bool:
    """No server answers: each further mail would wait as long, and notices in the page with them; they stay due."""
    if isinstance(error, smtplib.SMTPException):
        return isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPServerDisconnected)
    return isinstance(error, OSError)


def letter(mail: rows.Mail) -> EmailMessage:
    """Sentences that count, and a link: no place, no number, nobody's name."""
    translate = translator(mail.user.language)
    said = [Message.from_json(each).say(translate) for each in mail.said]
    ask = Message("What it is stands on the desk, after signing in:").say(translate)
    stop = Message("You choose there whether mail comes to you: the page behind your login name.").say(translate)
    body = "\n".join((*said, "", ask, f"{settings.DESK_URL}/notices", "", stop, ""))
    subject = Message("Karavan: something waits for you").say(translate)
    return EmailMessage(subject, body, to=[mail.user.email], headers={"Message-ID": f"<{mail.pk}@karavan>"})


def forever() -> None:
    """Look after each event, and every five minutes for the clocks; beside the planner, in its process."""
    seen, looked = -1, 0.0
    while True:
        try:
            head = rows.Head.objects.get(id=1).seq
            if head != seen or time.monotonic() - looked > CLOCKS_S:
                seen, looked = head, time.monotonic()
                sweep(datetime.now(UTC))
            post(datetime.now(UTC))
        except Exception as error:
            log.warning("telling people was interrupted: %s", type(error).__name__)
        close_old_connections()
        time.sleep(EACH_S)
