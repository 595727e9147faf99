"""Places, roads and vehicles from a workbook into a desk that is running: shown first, then all of it or nothing."""

from __future__ import annotations

import re
from dataclasses import replace

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from karavan.desk import models as rows
from karavan.desk.actions import NameValues, PlaceRow, PlaceValues, RoadRow
from karavan.domain.errors import NotAllowed, Refused
from karavan.domain.places import PlaceKind
from karavan.domain.roads import RoadStatus
from karavan.workbook import write_workbook
from tests.cast import AGD, KHN, R_KHN, TRUCK_1, a_situation
from tests.desk import books
from tests.desk.desk_world import PEOPLE

MRT = replace(KHN, code="MRT", names=(("en", "Martakert"), ("hy", "Մարտակերտ")), contact="Ani, +374 10")
R_MRT = replace(R_KHN, code="R-MRT", origin="KHN", destination="MRT", status=RoadStatus.CLOSED, status_source="police")
TRUCK_9 = replace(TRUCK_1, plate="T9", homes=("MRT",), driver="Karen", phone="+000 9")


def browser(desk, who="planner"):
    client = Client(HTTP_HOST="localhost")
    client.force_login(desk.people[who])
    return client


def with_more(tmp_path, *, only=(), place=MRT, road=R_MRT, vehicle=TRUCK_9):
    """The small world's workbook with a place, a road and a truck more; ``only``: without its other sheets."""
    world = a_situation()
    path = tmp_path / "more.xlsx"
    more = {"places": (*world.places, place), "roads": (*world.roads, road), "vehicles": (*world.vehicles, vehicle)}
    write_workbook(path, replace(world, **more))
    if only:
        book = openpyxl.load_workbook(path)
        for name in set(book.sheetnames) - set(only):
            del book[name]
        book.save(path)
    return path


def upload(desk, path, who="planner", take=("places", "roads", "vehicles")):
    file = SimpleUploadedFile("ground.xlsx", path.read_bytes())
    given = {"operation": str(desk.operation.pk), "take": list(take), "workbook": file}
    return browser(desk, who).post("/places/import", given)


def confirmed(desk, page, who="planner"):
    found = re.search(r'name="sealed" value="([^"]+)"', page.content.decode())
    assert found, page.content.decode()
    given = {"id": str(desk.id()), "sealed": found[1], "confirmed": "1"}
    return browser(desk, who).post("/places/import", given)


def counts():
    return tuple(model.objects.count() for model in (rows.Place, rows.Road, rows.Vehicle, rows.Contact, rows.Event))


def test_what_is_new_is_shown_and_comes_in_whole_and_once(desk, tmp_path):
    path, before = with_more(tmp_path), counts()
    page = upload(desk, path)
    said = page.content.decode()
    assert (page.status_code, counts()) == (200, before)
    assert "3 rows would come in." in said
    assert "The desk has these already, and leaves them as they are: AGD, BKR, ASK, KHN, R-BKR" in said
    assert 'lang="hy">Մարտակերտ' in said
    done = confirmed(desk, page)
    assert (done.status_code, done["Location"]) == (302, "/places?operation=OP")
    assert counts() == tuple(a + b for a, b in zip(before, (1, 1, 1, 2, 1), strict=True))
    place, road = desk.place("MRT"), rows.Road.objects.get(code="R-MRT")
    assert (place.population, place.contact.name, place.position) == (1_000, "Ani, +374 10", 4)
    assert (road.destination, road.reports.get().status, road.reports.get().source) == (place, "closed", "police")
    truck = rows.Vehicle.objects.get(plate="T9")
    assert (truck.homes.get().place, truck.driver.name, truck.payload_g) == (place, "Karen", 20_000_000)
    event = rows.Event.objects.order_by("seq").last()
    assert event.kind == "places, roads and vehicles imported"
    assert [word in event.body for word in ("R-MRT", "Karen", "Ani")] == [True, False, False]
    assert books.problems() == []
    again = upload(desk, path)
    assert (again.status_code, "0 rows would come in." in again.content.decode()) == (200, True)
    assert "sealed" not in again.content.decode()
    assert confirmed(desk, page).status_code == 409, "somebody was faster: nothing comes in twice"


def test_three_sheets_are_enough_and_may_refer_to_what_is_there(desk, tmp_path):
    world = a_situation()
    path = tmp_path / "few.xlsx"
    write_workbook(path, replace(world, places=(AGD, MRT), roads=(R_MRT,), vehicles=(TRUCK_9,)))
    book = openpyxl.load_workbook(path)
    for name in set(book.sheetnames) - {"Places", "Roads", "Vehicles"}:
        del book[name]
    book.save(path)
    assert confirmed(desk, upload(desk, path)).status_code == 302
    assert rows.Road.objects.get(code="R-MRT").origin == desk.place("KHN")


def test_vehicles_alone_leave_places_alone(desk, tmp_path):
    page = upload(desk, with_more(tmp_path, vehicle=replace(TRUCK_9, homes=("AGD",))), take=["vehicles"])
    done = confirmed(desk, page)
    assert (done["Location"], rows.Place.objects.filter(code="MRT").exists()) == ("/vehicles?operation=OP", False)


def spoilt(path, sheet, heading, value):
    """The last row's cell under a heading, by its address."""
    book = openpyxl.load_workbook(path)
    tab = book[sheet]
    (column,) = (cell.column for cell in tab[1] if cell.value == heading)
    cell = tab.cell(tab.max_row, column, value)
    book.save(path)
    return f"{sheet} {cell.coordinate}"


@pytest.mark.parametrize(
    ("sheet", "heading", "value", "words"),
    [
        ("Vehicles", "plate", "van", "the desk writes it VAN"),
        ("Places", "name [en]", "x" * 201, "at most 200 characters"),
        ("Roads", "to", "KHM", "neither the sheet Places nor the desk has KHM; did you mean KHN?"),
        ("Roads", "from", "ZZZZZZ", "neither the sheet Places nor the desk has ZZZZZZ"),
        ("Vehicles", "home", "NOWHERE", "neither the sheet Places nor the desk has NOWHERE"),
        ("Vehicles", "plate", "P" * 41, "a plate has up to 40 signs"),
        ("Vehicles", "item classes", "breads", "no item has the class breads; did you mean bread?"),
    ],
)
def test_what_is_wrong_is_said_with_its_sheet_row_and_column(desk, tmp_path, sheet, heading, value, words):
    path, before = with_more(tmp_path), counts()
    address = spoilt(path, sheet, heading, value)
    page = upload(desk, path)
    said = page.content.decode()
    assert (page.status_code, counts(), "sealed" in said) == (422, before, False)
    assert words in said
    assert address in said


def test_files_that_cannot_come_in_are_refused(desk, tmp_path):
    client, bad = browser(desk), tmp_path / "no.xlsx"
    bad.write_bytes(b"no workbook")
    assert upload(desk, bad).status_code == 422
    none = upload(desk, with_more(tmp_path), take=())
    assert (none.status_code, "Choose what is to come in." in none.content.decode()) == (422, True)
    assert upload(desk, with_more(tmp_path), take=["requests"]).status_code == 422
    lacking = upload(desk, with_more(tmp_path, only=("Places",)), take=["vehicles"])
    assert (lacking.status_code, "this sheet is missing" in lacking.content.decode()) == (422, True)
    given = {"operation": str(desk.operation.pk), "take": "places"}
    assert client.post("/places/import", given).status_code == 422
    assert client.post("/places/import", {**given, "operation": "0"}).status_code == 404
    assert client.post("/places/import", {"id": str(desk.id()), "sealed": "x", "confirmed": "1"}).status_code == 422


@pytest.mark.parametrize("who", PEOPLE)
def test_whoever_enters_them_by_hand_may_import_them_and_nobody_else(desk, who):
    client = browser(desk, who)
    assert client.get("/places/import").status_code == (200 if who == "planner" else 403)
    for list_ in ("/places", "/roads", "/vehicles"):
        page = client.get(list_)
        assert ("/places/import?operation=OP" in page.content.decode()) == (who == "planner")


def test_what_was_shown_to_one_comes_in_with_the_rights_of_whoever_sends_it(desk, tmp_path):
    page = upload(desk, with_more(tmp_path))
    assert confirmed(desk, page, "officer").status_code == 403
    rows.Membership.objects.filter(user=desk.people["planner"]).update(until=desk.now)
    assert confirmed(desk, page).status_code == 403


PLACE = PlaceRow(code="NEW", values=PlaceValues(kind=PlaceKind.CHECKPOINT, names=(NameValues("en", "New"),)))
ROAD = RoadRow(code="R-NEW", origin="AGD", destination="KHN", distance_m=1, drive_s=1)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"places": (replace(PLACE, code="khn"),)},
        {"places": (PLACE, replace(PLACE, code="new"))},
        {"places": (replace(PLACE, code="A~B"),)},
        {"places": (PLACE,), "roads": (replace(ROAD, destination="nowhere"),)},
        {"places": (PLACE,), "roads": (replace(ROAD, destination="AGD"),)},
        {"places": (PLACE,), "roads": (replace(ROAD, distance_m=0),)},
        {"places": (PLACE,), "roads": (replace(ROAD, gate="always"),)},
        {"places": (PLACE,), "roads": (replace(ROAD, max_height_mm=-1),)},
        {"roads": (replace(ROAD, code="r-khn"),)},
    ],
)
def test_one_bad_row_stops_all_of_it(desk, given):
    before = counts()
    with pytest.raises(Refused):
        desk.do("import_ground", "planner", **_values(desk, given))
    assert counts() == before


def _values(desk, given):
    usual = {"operation": desk.operation.pk, "sha256": "", "places": (), "roads": (), "vehicles": (), "named": {}}
    return usual | given


def test_the_action_asks_for_each_right(desk):
    for who in ("officer", "admin", "dispatcher", "keeper"):
        with pytest.raises(NotAllowed):
            desk.do("import_ground", who, **_values(desk, {"places": (PLACE,)}))
    desk.do("import_ground", "planner", **_values(desk, {"places": (PLACE,), "roads": (ROAD,)}))
    assert rows.Road.objects.get(code="R-NEW").reports.get().status == "unknown"
