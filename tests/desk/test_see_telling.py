"""People are told once of each thing, in the page and by mail, until it waits no more; a killed teller loses none."""

from __future__ import annotations

import os
import random
import re
import smtplib
import subprocess
import sys
import time
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import uuid_utils.compat
from django.conf import settings
from django.core import mail as outbox
from django.db import connection
from django.test import Client, override_settings

from karavan.desk import mailbox, models as rows, telling
from karavan.domain.approval import Decision
from karavan.domain.errors import Refused
from karavan.domain.message import Message
from tests.desk import books
from tests.desk.test_story import on_the_road

ROOT = Path(__file__).parents[2]
LOCMEM = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def come(desk):
    def of(who):
        client = Client(HTTP_HOST="localhost")
        client.force_login(desk.people[who])
        return client

    return of


@pytest.fixture
def letters():
    outbox.outbox = []
    with override_settings(EMAIL_BACKEND=LOCMEM):
        yield outbox.outbox


def reachable(desk, *people, language="en"):
    for who in people:
        desk.do("set_mail", who, email=f"{who}@example.org", wants_mail=True, language=language)


def submitted(desk, number="REQ-1"):
    row = rows.Request.objects.get(number=number)
    desk.do("submit_request", "officer", request=row.pk)
    return row


def told(desk, who):
    found = rows.Notice.objects.filter(user=desk.people[who], over_at=None)
    return sorted((it.key.partition(":")[0], it.message["name"]) for it in found)


def test_a_notice_is_made_once_and_ends_with_what_it_tells_of(desk, come):
    row = submitted(desk)
    for _ in range(3):
        telling.sweep(desk.now)
    assert told(desk, "approver") == told(desk, "second") == [("decide", "REQ-1")]
    assert told(desk, "planner") == told(desk, "rep") == []
    page = come("approver").get("/notices").content.decode()
    assert f'<strong><a href="/requests/{row.pk}">REQ-1</a></strong>' in page
    assert "For you <strong>(1)</strong>" in page
    come("approver").post("/notices")
    page = come("approver").get("/notices").content.decode()
    assert ("REQ-1" in page, "<strong>(1)" in page) == (True, False)
    assert "<strong>(1)" in come("second").get("/").content.decode()
    desk.do("decide_request", "approver", request=row.pk, decision=Decision.SEND_BACK, remark="?")
    telling.sweep(desk.now)
    assert told(desk, "approver") == told(desk, "second") == []
    # Once more from the beginning: a second time of waiting is told of again.
    desk.do("submit_request", "officer", request=row.pk)
    telling.sweep(desk.now)
    assert told(desk, "approver") == [("decide", "REQ-1")]
    assert rows.Notice.objects.filter(user=desk.people["approver"]).count() == 2


def test_whoever_asked_is_told_of_the_answer_and_the_receiver_of_the_way(desk):
    paper, line = on_the_road(desk, 5_000)
    telling.sweep(desk.now)
    number = line.consignment.request.number
    assert told(desk, "rep") == [("answered", number)]
    assert told(desk, "receiver") == told(desk, "khn2") == [("receive", f"{paper.series_id}-{paper.no:06d}")]
    telling.sweep(desk.now + timedelta(days=8))
    assert told(desk, "rep") == []


def test_whoever_loses_the_role_is_told_no_more(desk, come):
    submitted(desk)
    telling.sweep(desk.now)
    rows.Membership.objects.filter(user=desk.people["approver"]).update(until=desk.now)
    telling.sweep(desk.now)
    assert told(desk, "approver") == []
    assert "REQ-1" not in come("approver").get("/notices").content.decode()


def test_a_mail_is_a_sentence_and_a_link(desk, letters):
    reachable(desk, "approver", "receiver")
    on_the_road(desk, 5_000)
    submitted(desk)
    telling.sweep(desk.now)
    assert telling.post(desk.now) == 2
    assert telling.post(desk.now) == 0
    found = {letter.to[0]: letter for letter in letters}
    assert found["approver@example.org"].body.startswith("1 request waits for a decision\n")
    assert "http://localhost:8000/notices" in found["receiver@example.org"].body
    for letter in letters:
        said = letter.subject + letter.body
        for private in ("REQ-", "OP-AGD", "Khankendi", "Xankəndi", "KHN", "Aghdam", "AGD", "T1", "Alice", "approver"):
            assert private not in said


def test_mails_keep_apart_but_what_is_urgent_comes_at_once(desk, letters):
    reachable(desk, "approver")
    submitted(desk)
    telling.sweep(desk.now)
    submitted(desk, "REQ-2")
    telling.sweep(desk.now + timedelta(minutes=1))
    assert rows.Mail.objects.count() == 1
    telling.sweep(desk.now + timedelta(minutes=11))
    assert [mail.said[0]["values"]["count"] for mail in rows.Mail.objects.order_by("made_at")] == [1, 1]
    late = desk.now + timedelta(hours=6)  # three quarters of eight
    telling.sweep(late)
    assert rows.Mail.objects.count() == 3
    assert "at once" in Message.from_json(rows.Mail.objects.order_by("made_at").last().said[0]).say()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ru", "1 заявка ждёт решения"),
        ("az", "1 sorğu qərar gözləyir"),
        ("hy", "1 հայտ սպասում է որոշման"),
    ],
)
def test_a_mail_is_in_the_readers_language(desk, letters, language, words):
    reachable(desk, "approver", language=language)
    submitted(desk)
    telling.sweep(desk.now)
    telling.post(desk.now)
    assert words in letters[0].body


def test_whoever_wants_none_or_has_no_address_gets_none(desk, letters, come):
    desk.do("set_mail", "approver", email="a@example.org", wants_mail=False, language="en")
    submitted(desk)
    telling.sweep(desk.now)
    assert rows.Mail.objects.count() == 0
    assert told(desk, "approver") == told(desk, "second") == [("decide", "REQ-1")]
    page = come("approver").post("/self", {"id": str(desk.id()), "do": "mail", "email": "nobody", "language": "en"})
    assert (page.status_code, "this is not an e-mail address" in page.content.decode()) == (409, True)
    given = {"id": str(desk.id()), "do": "mail", "email": "b@example.org", "language": "hy", "wants": "yes"}
    assert come("approver").post("/self", given).status_code == 302
    row = rows.User.objects.get(login="approver")
    assert (row.email, row.wants_mail, row.language) == ("b@example.org", True, "hy")
    event = rows.Event.objects.get(kind="own mail set", actor=str(row.pk), body__contains="hy")
    assert "example.org" not in event.body


def test_an_address_cannot_carry_a_second_header(desk):
    for address in ("a@example.org\nBcc: b@example.org", "a@example.org\r\nX: y", "a b@example.org"):
        with pytest.raises(Refused, match="e-mail"):
            desk.do("set_mail", "approver", email=address, wants_mail=True, language="en")


class Broken:
    """A server that is not there."""

    def __init__(self, **_):
        pass

    def send_messages(self, messages):
        raise smtplib.SMTPServerDisconnected("approver@example.org")


def test_what_fails_is_tried_again_less_often_and_the_administrator_sees_it(desk, come, letters):
    reachable(desk, "approver")
    submitted(desk)
    telling.sweep(desk.now)
    with override_settings(EMAIL_BACKEND=f"{__name__}.Broken"):
        waits = []
        for _ in range(telling.TRIES + 2):
            telling.post(rows.Mail.objects.get().next_at)
            waits.append(rows.Mail.objects.get().tries)
    assert max(waits) == telling.TRIES
    row = rows.Mail.objects.get()
    assert (row.sent_at, row.problem) == (None, "SMTPServerDisconnected")
    page = come("admin").get("/mails").content.decode()
    assert "the mail server does not answer" in page
    rows.Mail.objects.update(problem="PermissionError")
    assert "the mail could not be sent (PermissionError)" in come("admin").get("/mails").content.decode()
    assert "1 mail could not be sent" in come("admin").get("/").content.decode()
    assert come("planner").get("/mails").status_code == 403
    come("admin").post("/mails")
    assert telling.post(rows.Mail.objects.get().next_at) == 1
    assert len(letters) == 1
    assert "Every mail that was tried is sent." in come("admin").get("/mails").content.decode()


def test_a_server_that_does_not_answer_is_waited_for_once_a_round_and_nothing_is_lost(desk, letters):
    reachable(desk, "approver", "second")
    submitted(desk)
    telling.sweep(desk.now)
    # Nothing listens on port 1: a mail waits for the server, and the ones behind it are not waited for as well.
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=1
    ):
        seen = []
        for _ in range(3):
            assert telling.post(desk.now) == 0
            seen.append(sorted(rows.Mail.objects.values_list("tries", flat=True)))
    assert seen == [[0, 1], [1, 1], [1, 1]]
    assert set(rows.Mail.objects.values_list("problem", flat=True)) == {"ConnectionRefusedError"}
    assert telling.post(desk.now + timedelta(minutes=3)) == 2
    assert {letter.to[0] for letter in letters} == {"approver@example.org", "second@example.org"}


def test_two_tellers_at_once_do_not_both_take_a_mail(desk, letters):
    reachable(desk, "approver")
    submitted(desk)
    telling.sweep(desk.now)
    mail = rows.Mail.objects.get()
    # The other has it: it is claimed and not yet sent.
    rows.Mail.objects.filter(pk=mail.pk).update(tries=1, next_at=desk.now + timedelta(minutes=2))
    assert telling.post(desk.now) == 0
    assert telling.post(desk.now + timedelta(minutes=3)) == 1


def test_the_folder_keeps_one_file_a_mail(desk, tmp_path):
    reachable(desk, "approver", language="ru")
    submitted(desk)
    telling.sweep(desk.now)
    mail = rows.Mail.objects.get()
    with override_settings(EMAIL_FILE_PATH=tmp_path / "mail"):
        for _ in range(2):
            mailbox.FolderBackend().send_messages([telling.letter(mail)])
    (file,) = (tmp_path / "mail").iterdir()
    letter = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert file.name == f"{mail.pk}@karavan.eml"
    assert letter["To"] == "approver@example.org"
    assert "заявка ждёт решения" in letter.get_content()


def test_a_killed_teller_loses_no_mail_and_sends_none_twice(desk, monkeypatch):
    """Killed within a second, again and again; each mail is one file in the end, and each notice is there once."""
    dice = random.Random(2)
    name = connection.settings_dict["NAME"]
    folder = Path(name).parent if connection.vendor == "sqlite" else Path(os.environ["KARAVAN_FOLDER"])
    reachable(desk, "approver", "second")
    submitted(desk)
    made = {uuid_utils.compat.uuid7() for _ in range(60)}
    for number in made:
        rows.Mail.objects.create(id=number, user=desk.people["approver"], said=[], made_at=desk.now, next_at=desk.now)
    url = "" if connection.vendor == "sqlite" else books.target()
    for _ in range(3):
        teller = subprocess.Popen(
            [sys.executable, "-m", "tests.desk.killed_teller", str(folder), url],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert teller.stdout.readline() == "ready\n"
        time.sleep(dice.uniform(0.2, 0.9))
        teller.kill()
        teller.communicate()
    sent = rows.Mail.objects.exclude(sent_at=None).count()
    assert sent, "it was killed before it had sent anything"
    with override_settings(EMAIL_FILE_PATH=folder / "mail"):
        telling.sweep(desk.now)
        for hour in range(24):
            telling.post(desk.now + timedelta(days=2, hours=hour))
    assert not rows.Mail.objects.filter(sent_at=None).exists()
    files = [file.name for file in (folder / "mail").iterdir() if not file.name.startswith(".")]
    expected = {f"{pk}@karavan.eml" for pk in rows.Mail.objects.values_list("pk", flat=True)}
    assert expected <= set(files)
    assert len(files) == len(set(files))
    for who in ("approver", "second"):
        assert told(desk, who) == [("decide", "REQ-1")]


def test_the_link_in_a_mail_is_the_desks_address():
    assert re.fullmatch(r"https?://[^/]+", settings.DESK_URL)
