"""Approval in levels: how many is the operation's setting, each is another person's, and the page says whose."""

from __future__ import annotations

import pytest
from django.test import Client

from karavan.desk import models as rows
from karavan.domain.approval import CLOCKS_H, Decision
from karavan.domain.errors import Refused
from karavan.domain.roles import Role


def page(desk, who, request):
    client = Client(HTTP_HOST="localhost")
    client.force_login(desk.people[who])
    return client.get(f"/requests/{request.pk}").content.decode()


@pytest.fixture
def request_(desk):
    """One that the representative asked for and sent in."""
    from karavan.desk.actions import LineValues

    lines = (LineValues(item="FLOUR", quantity=100),)
    given = {"operation": desk.operation.pk, "place": desk.place("KHN").pk, "people": 10, "raised_at": desk.now}
    row = rows.Request.objects.get(pk=desk.do("enter_request", "rep", lines=lines, **given).id)
    desk.do("submit_request", "rep", request=row.pk)
    return row


def decide(desk, who, row):
    desk.do("decide_request", who, request=row.pk, decision=Decision.APPROVE)
    row.refresh_from_db()
    return row.approval, row.level


def set_levels(desk, levels):
    given = {"operation": desk.operation.pk, "clocks_h": CLOCKS_H, "code_roles": ()}
    return desk.do("change_settings", "planner", levels=levels, **given).id


def test_with_two_levels_one_approval_waits_for_a_second_and_different_person(desk, request_):
    assert desk.operation.levels == 2
    said = page(desk, "officer", request_)
    assert "Waits for signature 1 of 2." in said
    assert "It can be given by: approver, second." in said
    assert decide(desk, "approver", request_) == ("submitted", 1)
    with pytest.raises(Refused, match="signed"):
        decide(desk, "approver", request_)
    assert rows.Decision.objects.filter(request=request_).count() == 1, "the database refused the same hand"
    for who in ("officer", "approver", "second"):
        said = page(desk, who, request_)
        assert "Waits for signature 2 of 2." in said
        assert "ask for 2 signatures, each of another person" in said
        assert "It can be given by: second." in said
    assert "You have signed; the next level is signed by another person." in page(desk, "approver", request_)
    assert decide(desk, "second", request_) == ("approved", 2)
    assert "Waits for signature" not in page(desk, "officer", request_)


def test_an_outsider_reads_what_is_awaited_and_not_of_whom(desk, request_):
    said = page(desk, "rep", request_)
    assert "Waits for signature 1 of 2." in said
    assert "It can be given by" not in said


def test_the_number_of_levels_is_the_operations_setting(desk, request_):
    set_levels(desk, 3)
    assert "Waits for signature 1 of 3." in page(desk, "officer", request_)
    decide(desk, "approver", request_)
    assert decide(desk, "second", request_) == ("submitted", 2)
    assert "Nobody can give it: somebody else needs the role of an approver here." in page(desk, "officer", request_)
    desk.do("approve_settings", "admin", change=set_levels(desk, 1))
    assert "ask for 1 signature, of somebody who did not ask for it" in page(desk, "officer", request_)


def test_with_one_level_one_approval_is_enough(desk, request_):
    desk.do("approve_settings", "admin", change=set_levels(desk, 1))
    assert decide(desk, "approver", request_) == ("approved", 1)


def test_one_who_is_shut_out_or_has_the_role_elsewhere_is_not_awaited(desk, request_):
    desk.people["second"].is_active = False
    desk.people["second"].save()
    given = {"operation": desk.operation.pk, "user": desk.people["stranger"].pk, "place": desk.place("AGD").pk}
    desk.do("grant_role", "admin", role=Role.APPROVER, **given)
    assert "It can be given by: approver." in page(desk, "officer", request_)
