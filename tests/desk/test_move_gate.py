"""A convoy's gate: what the desk can look up must be so before it is signed, and still so when something leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from karavan.desk import gates, models as rows
from karavan.domain.convoys import READINESS
from karavan.domain.errors import Refused
from tests.desk.move_gate import granted, signs
from tests.desk.test_move_pages import a_convoy, text
from tests.desk.test_story import issued


@pytest.fixture
def sign_in(desk):
    def come(who):
        client = Client(HTTP_HOST="localhost")
        client.force_login(desk.people[who])
        return client

    return come


def test_a_leader_is_signed_who_is_named(desk):
    (paper,) = issued(desk, 1_000)
    convoy = a_convoy(desk, paper)
    desk.do("name_leader", "dispatcher", convoy=convoy.pk)
    with pytest.raises(Refused, match="no leader of the convoy is named"):
        signs(desk, convoy, "leader")
    signs(desk, convoy, "leader", met=False)
    desk.do("name_leader", "dispatcher", convoy=convoy.pk, contact=convoy.leader_id)
    signs(desk, convoy, "leader")
    desk.do("erase_contact", "officer", contact=convoy.leader_id)
    with pytest.raises(Refused, match="no leader of the convoy is named"):
        signs(desk, convoy, "leader")


def test_drivers_are_signed_when_every_vehicle_that_goes_has_one(desk):
    (paper,) = issued(desk, 1_000)
    convoy = a_convoy(desk, paper)
    vehicle = paper.journey.vehicle
    driver = vehicle.driver_id
    desk.do("name_driver", "dispatcher", vehicle=vehicle.pk)
    with pytest.raises(Refused, match=f"no driver is named for {vehicle.plate}"):
        signs(desk, convoy, "drivers")
    desk.do("name_driver", "dispatcher", vehicle=vehicle.pk, contact=driver)
    signs(desk, convoy, "drivers")
    desk.do("erase_contact", "officer", contact=driver)
    with pytest.raises(Refused, match=f"no driver is named for {vehicle.plate}"):
        signs(desk, convoy, "drivers")
    # A vehicle that stays behind needs none.
    desk.do("void_waybill", "dispatcher", waybill=paper.pk, remark="broken down")
    signs(desk, convoy, "drivers")


def test_a_clearance_is_signed_that_holds_for_all_of_the_way_and_time(desk):
    (paper,) = issued(desk, 1_000)
    convoy = a_convoy(desk, paper)
    minute = timedelta(minutes=1)

    def refused():
        with pytest.raises(Refused, match="no clearance or notification on record holds"):
            signs(desk, convoy, "clearance")

    refused()
    granted(desk, convoy, answer="refused", remark="fighting")
    granted(desk, convoy, valid_from=convoy.depart + minute)
    granted(desk, convoy, valid_until=convoy.arrive - minute)
    refused()
    # Another convoy's, and one of another road, cover nothing here; a notification must have run its time.
    other = a_convoy_of_its_own(desk, paper)
    granted(desk, other)
    sent = {"operation": desk.operation.pk, "kind": "notification", "authority": "a", "reference": "r"}
    desk.do("ask_clearance", "dispatcher", **sent, lead_s=30 * 86_400)
    refused()
    number = granted(desk, convoy, valid_from=convoy.depart, valid_until=convoy.arrive)
    signs(desk, convoy, "clearance")
    said = {"answer": "withdrawn", "authority": "police", "reference": "IN-2", "remark": "fighting"}
    desk.do("answer_clearance", "dispatcher", clearance=number, **said)
    refused()
    assert "clearance" in gates.groundless(convoy)
    granted(desk, convoy, answer="not needed")
    signs(desk, convoy, "clearance")
    assert set(gates.groundless(convoy)) == {"papers"}, "they are not printed"


def a_convoy_of_its_own(desk, paper):
    between = {name: getattr(paper, name) for name in ("operation", "plan", "origin", "destination", "depart")}
    return rows.Convoy.objects.create(code="C7", arrive=paper.arrive, **between)


def test_nothing_leaves_on_a_clearance_that_was_withdrawn_after_it_was_signed(desk, sign_in):
    (paper,) = issued(desk, 1_000)
    convoy = a_convoy(desk, paper)
    number = granted(desk, convoy)
    desk.do("load_waybill", "keeper", waybill=paper.pk, loaded=((1, 1_000),))
    desk.do("print_waybill", "dispatcher", waybill=paper.pk)
    for condition in READINESS:
        signs(desk, convoy, condition)
    said = {"answer": "withdrawn", "authority": "police", "reference": "IN-2", "remark": "fighting"}
    desk.do("answer_clearance", "dispatcher", clearance=number, **said)
    with pytest.raises(Refused, match="no clearance or notification on record holds"):
        desk.do("dispatch_waybill", "dispatcher", waybill=paper.pk)
    with pytest.raises(Refused, match="no clearance or notification on record holds"):
        desk.do("check_in", "dispatcher", convoy=convoy.pk, state="released")
    page = text(sign_in("dispatcher").get(f"/convoys/{convoy.pk}"))
    assert "Every condition is signed, and nothing leaves:" in page
    granted(desk, convoy)
    desk.do("dispatch_waybill", "dispatcher", waybill=paper.pk)
