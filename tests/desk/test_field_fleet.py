"""Vehicles, drivers and leaders over HTTP: what the planner counts on, and every refusal."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from karavan.desk import models as rows, store
from karavan.domain.errors import NotFound, Refused
from karavan.domain.fleet import OutOfService, out_of_service
from tests.cast import START, TRUCK_1
from tests.desk import books
from tests.desk.test_field_ground import goes, send, sign_in, text
from tests.desk.test_move_pages import a_convoy
from tests.desk.test_story import issued

__all__ = ["sign_in"]


def truck(plate="T1"):
    return rows.Vehicle.objects.get(plate=plate)


def planned(desk, plate="T1"):
    return store.situation(desk.operation, desk.now).vehicle[plate]


def form(desk, **other):
    return {
        "type": "box truck",
        "home": desk.place("AGD").pk,
        "payload": "3 500",
        "volumes": "12,5 + 7",
        "body": "closed",
        "gross": "7500",
        "height": "3.1",
        "limit": "9",
        "speed": "90",
        **other,
    }


def test_a_vehicle_is_entered_and_changed(desk, sign_in):
    client = sign_in("planner")
    goes(send(client, desk, "/vehicles/new", plate="10-AA-001", **form(desk)), "/vehicles?operation=OP")
    found = planned(desk, "10-AA-001")
    assert (found.payload_g, found.compartments_cm3, found.closed_body) == (3_500_000, (12_500_000, 7_000_000), True)
    assert (found.gross_mass_g, found.height_mm, found.width_mm) == (7_500_000, 3_100, 0)
    assert (found.speed_permille, found.driving_limit_s, found.homes) == (900, 32_400, ("AGD",))
    page = f"/vehicles/{truck('10-AA-001').pk}"
    shown = text(client.get(f"{page}/edit"))
    assert ['value="3500"' in shown, 'value="12.5 7"' in shown, 'value="3.1"' in shown] == [True] * 3
    changed = form(desk, classes="food, bread", shift="6:00-20:00", start="2023-09-22T08:00", end="2023-09-25T20:00")
    goes(send(client, desk, f"{page}/edit", **changed), page)
    found = planned(desk, "10-AA-001")
    assert (found.item_classes, str(found.shift)) == ({"food", "bread"}, "06:00-20:00")
    assert (found.available_from, found.available_until) == (START, START + timedelta(days=3, hours=12))
    assert "10-AA-001</a>" in text(client.get("/vehicles", {"q": "Աղդամ"}))
    assert books.problems() == []


def test_a_form_that_changes_nothing_changes_nothing(desk, sign_in):
    before = planned(desk, "VAN")
    page = f"/vehicles/{truck('VAN').pk}"
    shown = text(sign_in("planner").get(f"{page}/edit"))
    values = dict(re.findall(r'<input id="[\w-]+" name="([\w-]+)" value="([^"]*)"', shown))
    for name, options in re.findall(r'<select id="[\w-]+" name="([\w-]+)"[^>]*>(.*?)</select>', shown):
        values[name] = re.findall(r'<option value="([^"]*)" selected', options)[0]
    assert {"payload", "volumes", "home", "body", "classes"} <= set(values)
    goes(send(sign_in("planner"), desk, f"{page}/edit", **values), page)
    assert planned(desk, "VAN") == before


@pytest.mark.parametrize(
    ("wrong", "status", "words"),
    [
        ({"plate": "t1"}, 409, "there is a vehicle t1 already"),
        ({"plate": ""}, 422, "this is missing"),
        ({"payload": "0"}, 409, "a vehicle carries some mass"),
        ({"volumes": "12 x"}, 422, "these are not volumes"),
        ({"volumes": "0"}, 409, "the volume of each compartment"),
        ({"home": "999"}, 422, "this cannot be chosen"),
        ({"speed": "0"}, 409, "not below nought"),
        ({"start": "2023-09-22T08:00", "end": "2023-09-22T08:00"}, 409, "the end is not after"),
    ],
)
def test_a_vehicle_that_nobody_could_plan_with_is_refused(desk, sign_in, wrong, status, words):
    page = send(sign_in("planner"), desk, "/vehicles/new", **{"plate": "NEW", **form(desk)} | wrong)
    assert (page.status_code, words in text(page)) == (status, True), text(page)
    assert rows.Vehicle.objects.count() == 3


def test_out_of_service_and_back(desk, sign_in):
    client, page = sign_in("planner"), f"/vehicles/{truck().pk}"
    goes(send(client, desk, f"{page}/service", reason="breakdown", remark="gearbox"), page)
    shown = text(client.get(page))
    assert ["out of service: broken down" in shown, "gearbox" in shown] == [True, True]
    assert "T1</a>" in text(client.get("/vehicles", {"state": "out"}))
    assert "T1</a>" not in text(client.get("/vehicles", {"state": "in"}))
    out = rows.VehicleService.objects.get()
    found = store.situation(desk.operation, out.since + timedelta(seconds=1)).vehicle["T1"]
    assert found.available_until == out.since
    goes(send(client, desk, f"{page}/service", remark="mended"), page)
    shown = text(client.get(page))
    assert ["in service</p>" in shown, "mended" in shown, "gearbox" in shown] == [True] * 3
    assert store.situation(desk.operation, out.since + timedelta(seconds=9)).vehicle["T1"].available_until is None
    assert books.problems() == []


def test_an_outage_is_a_gap_in_the_service():
    noon, night = START + timedelta(hours=4), START + timedelta(hours=12)
    hired = START + timedelta(hours=2)
    assert out_of_service(TRUCK_1, noon, night, START).available_until == noon
    assert out_of_service(TRUCK_1, noon, night, noon).available_from == night
    assert out_of_service(TRUCK_1, noon, night, night) == TRUCK_1
    assert out_of_service(TRUCK_1, noon, None, night).available_until == noon
    until_two = replace(TRUCK_1, available_until=hired)
    assert out_of_service(until_two, noon, None, START).available_until == hired


def test_refused_services(desk):
    t1 = truck().pk
    with pytest.raises(Refused, match="the vehicle is in service"):
        desk.do("return_to_service", "planner", vehicle=t1)
    given = {"vehicle": t1, "reason": OutOfService.REPAIR}
    later = desk.now + timedelta(hours=1)
    with pytest.raises(Refused, match="the end is not after"):
        desk.do("take_out_of_service", "planner", **given, until=desk.now)
    with pytest.raises(Refused, match="the end is not after"):
        desk.do("take_out_of_service", "planner", **given, since=later, until=later)
    assert not rows.VehicleService.objects.exists()


def test_a_driver_who_is_known_and_one_who_is_new(desk, sign_in):
    client, page = sign_in("planner"), f"/vehicles/{truck().pk}"
    other = truck("T2").driver
    goes(send(client, desk, f"{page}/driver", contact=str(other.pk)), page)
    assert planned_people(desk) == ("Bob", "+000 2")
    goes(send(client, desk, f"{page}/driver", name="Dilara", phone="+000 9"), page)
    assert planned_people(desk) == ("Dilara", "+000 9")
    crew = text(client.get("/crew"))
    assert ["Dilara" in crew, "+000 9" in crew, "T1</a>" in crew] == [True] * 3
    # Their name is nowhere in the books.
    assert not rows.Event.objects.filter(body__contains="Dilara").exists()
    desk.do("erase_contact", "planner", contact=truck().driver_id)
    assert "Dilara" not in text(client.get("/crew"))
    assert planned_people(desk) == ("", "")
    goes(send(client, desk, f"{page}/driver", contact=""), page)
    assert truck().driver is None


def planned_people(desk):
    found = store.situation(desk.operation, people=True).vehicle["T1"]
    return found.driver, found.phone


def test_an_erased_or_foreign_contact_drives_nothing(desk):
    contact = truck("T2").driver_id
    desk.do("erase_contact", "planner", contact=contact)
    with pytest.raises(Refused, match="no such contact"):
        desk.do("name_driver", "planner", vehicle=truck().pk, contact=contact)
    with pytest.raises(NotFound):
        desk.do("name_driver", "planner", vehicle=truck().pk, contact=desk.id())
    with pytest.raises(Refused, match="a name is needed"):
        desk.do("enter_driver", "planner", vehicle=truck().pk, name=" ")


def test_the_leader_of_a_convoy(desk, sign_in):
    (paper,) = issued(desk, 1_000)
    convoy = a_convoy(desk, paper)
    page, client = f"/convoys/{convoy.pk}", sign_in("dispatcher")
    assert "Name the leader" in text(client.get(page))
    goes(send(client, desk, f"{page}/leader", contact=str(truck("VAN").driver_id)), page)
    shown = text(client.get(page))
    assert ["Charlie" in shown, "+000 3" in shown] == [True, True]
    assert sign_in("auditor").get(f"{page}/leader").status_code == 403
    assert "Name the leader" not in text(sign_in("auditor").get(page))
    assert client.get("/convoys/999/leader").status_code == 404


def test_who_sees_the_fleet_and_who_changes_it(desk, sign_in):
    page = f"/vehicles/{truck().pk}"
    sees = {"approver", "second", "planner", "dispatcher", "auditor"}
    for who in desk.people:
        for address in ("/vehicles", page):
            assert (sign_in(who).get(address).status_code == 200) == (who in sees), (who, address)
        for address in ("/vehicles/new", f"{page}/edit", f"{page}/service"):
            assert (sign_in(who).get(address).status_code == 200) == (who == "planner"), (who, address)
        names = sign_in(who).get(f"{page}/driver").status_code == 200
        assert names == (who in {"planner", "dispatcher"}), who
        people = sign_in(who).get("/crew").status_code == 200
        assert people == (who in {"officer", "planner", "dispatcher"}), who
    for address in ("/vehicles/999", "/vehicles/999/edit", "/vehicles/999/service", "/vehicles/999/driver"):
        assert sign_in("planner").get(address).status_code == 404, address


def test_names_are_for_whoever_may_see_them(desk, sign_in):
    for address in ("/vehicles", f"/vehicles/{truck().pk}"):
        assert "Alice" in text(sign_in("planner").get(address))
        assert "Alice" not in text(sign_in("auditor").get(address))
