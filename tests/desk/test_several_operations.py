"""Whoever works in several operations reads of each row which one it belongs to; everybody else reads nothing of it."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client

from karavan.desk import models as rows, telling
from karavan.domain.planfile import situation_digest
from tests.cast import a_situation
from tests.desk.test_story import on_the_road

COLUMNS = "requests", "waybills", "consignments", "board", "control"
BESIDE = "stock", "transfers", "losses", "counts"


@pytest.fixture
def both(desk):
    """Something in every list of one operation, and an officer, a planner and so on in one person who works in two."""
    on_the_road(desk, 5_000)
    given = a_situation()
    desk.do("open_operation", "admin", code="TWO", sha256=situation_digest(given), situation=given, new_id=desk.id)
    paper = rows.Waybill.objects.get()
    ends = {"origin": paper.origin, "destination": paper.destination}
    rows.Convoy.objects.create(
        operation=desk.operation, plan=paper.plan, code="C9", depart=paper.depart, arrive=paper.arrive, **ends
    )
    store = desk.place("AGD")
    stock = rows.Account.objects.get(kind="stock", place=store)
    desk.do("report_loss", "keeper", place=store.pk, reason="fire", lost=((stock.pk, desk.batch("S1").pk, 5),))
    desk.do("record_count", "counter", place=store.pk, counted=((desk.batch("S1").pk, 1),))
    way = {"origin": store.pk, "destination": desk.place("BKR").pk, "depart": desk.now}
    way |= {"arrive": desk.now.replace(year=2024), "vehicle": rows.Vehicle.objects.first().pk}
    desk.do("ask_transfer", "keeper", **way, goods=((desk.batch("F1").pk, 1),))
    return rows.Operation.objects.get(code="TWO")


def admit(desk, who, operation, *roles):
    for role in roles:
        rows.Membership.objects.get_or_create(
            user=desk.people[who],
            operation=operation,
            role=role,
            place=None,
            until=None,
            defaults={"granted_by": desk.people["admin"], "since": desk.now},
        )


def come(desk, who):
    client = Client(HTTP_HOST="localhost")
    client.force_login(desk.people[who])
    return client


ROLES = "officer", "dispatcher", "auditor", "planner", "approver"


def test_each_row_says_its_operation_to_whoever_works_in_two(desk, both):
    admit(desk, "officer", desk.operation, *ROLES)
    client = come(desk, "officer")
    for name in (*COLUMNS, *BESIDE, "convoys"):
        page = client.get(f"/{name}").content.decode()
        assert 'data-label="Operation"' not in page, name
        assert "[OP]" not in page, name
        said = client.get(f"/{name}?as=csv").content.decode("utf-8-sig")
        assert "Operation" not in said.splitlines()[0], name
    admit(desk, "officer", both, *ROLES)
    for name in (*COLUMNS, *BESIDE, "convoys"):
        page = client.get(f"/{name}").content.decode()
        if name in BESIDE:
            assert "[OP]" in page, name
        else:
            assert '<th scope="col">Operation</th>' in page, name
            assert '<td data-label="Operation">OP</td>' in page, name
        lines = list(csv.reader(io.StringIO(client.get(f"/{name}?as=csv").content.decode("utf-8-sig"))))
        assert lines[0][1] == "Operation", name
        assert {line[1] for line in lines[1:]} <= {"OP", "TWO"}, name
        assert "OP" in {line[1] for line in lines[1:]}, name


def test_requests_of_one_number_in_two_operations_are_told_apart(desk, both):
    admit(desk, "officer", both, "officer")
    lines = list(csv.reader(io.StringIO(come(desk, "officer").get("/requests?as=csv").content.decode("utf-8-sig"))))
    assert sorted(line[1] for line in lines if line[0] == "REQ-1") == ["OP", "TWO"]
    # The role in the other one has ended: nothing of it is seen, and nothing is said.
    rows.Membership.objects.filter(operation=both, user=desk.people["officer"]).update(until=desk.now)
    lines = list(csv.reader(io.StringIO(come(desk, "officer").get("/requests?as=csv").content.decode("utf-8-sig"))))
    assert "Operation" not in lines[0]
    assert [line[0] for line in lines].count("REQ-1") == 1


def test_notices_and_places_to_ask_for_say_it_too(desk, both):
    admit(desk, "officer", both, "officer", "approver")
    admit(desk, "officer", desk.operation, "approver")
    row = rows.Request.objects.get(number="REQ-1", operation=desk.operation)
    desk.do("submit_request", "officer", request=row.pk)
    admit(desk, "approver", both, "approver")
    telling.sweep(desk.now)
    assert "REQ-1</a></strong> (new) [OP]" in come(desk, "approver").get("/notices").content.decode()
    page = come(desk, "officer").get("/representatives").content.decode()
    assert (" [OP]</option>" in page, " [TWO]</option>" in page) == (True, True)
