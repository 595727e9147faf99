"""Roads, places and the map over HTTP: reports that count at once, names for every reader, and every refusal."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from karavan.desk import models as rows, store
from karavan.desk.actions import NameValues, PlaceValues
from karavan.domain.errors import Refused
from karavan.domain.hours import Hours
from karavan.domain.places import PlaceKind
from karavan.domain.roads import RoadStatus
from tests.desk import books


@pytest.fixture
def sign_in(desk):
    def come(who, language="en"):
        client = Client(HTTP_HOST="localhost")
        client.force_login(desk.people[who])
        client.post("/language", {"language": language, "next": "/"})
        return client

    return come


def text(response):
    return re.sub(r"[\N{NARROW NO-BREAK SPACE}\N{NO-BREAK SPACE}]", " ", response.content.decode())


def send(client, desk, address, **values):
    return client.post(address, {"id": str(desk.id()), **values})


def goes(response, address):
    assert (response.status_code, response["Location"]) == (302, address), text(response)


def road(code="R-ASK"):
    return rows.Road.objects.get(code=code)


OPEN = {"status": "open", "source": "police", "convoy": "no", "night": "yes"}


def test_a_report_is_seen_on_the_map_at_once(desk, sign_in):
    client, page = sign_in("dispatcher"), f"/roads/{road().pk}"
    before = text(client.get("/map"))
    assert 'class="road closed"' not in before.split('class="keys"')[0]
    assert "Every road is open." in before
    goes(send(client, desk, f"{page}/report", **OPEN | {"status": "closed", "remark": "a bridge is down"}), page)
    after = text(client.get("/map"))
    assert 'class="road closed"' in after.split('class="keys"')[0]
    assert "✕" in after.split('class="keys"')[0]
    assert "Aghdam – Askeran: closed" in after
    seen = text(client.get(page))
    assert "a bridge is down" in seen
    assert "police" in seen
    assert books.problems() == []


def test_limits_and_hours_reach_the_planner(desk, sign_in):
    client, page = sign_in("planner"), f"/roads/{road().pk}"
    limits = {"gate": "Mo-Fr 8:00-17:00", "mass": "20 000", "height": "3,8", "width": "2.5"}
    said = OPEN | limits | {"status": "restricted", "convoy": "yes", "night": "no"}
    goes(send(client, desk, f"{page}/report", **said), page)
    planned = store.situation(desk.operation, desk.now).road["R-ASK"]
    assert planned.status is RoadStatus.RESTRICTED
    assert planned.gate == Hours.parse("Mo-Fr 08:00-17:00")
    assert (planned.max_gross_mass_g, planned.max_height_mm, planned.max_width_mm) == (20_000_000, 3_800, 2_500)
    assert (planned.convoy_only, planned.night_allowed) == (True, False)
    # The form holds the limits as they are; emptied, they are gone.
    form = text(client.get(f"{page}/report"))
    assert ['value="20000"' in form, 'value="3.8"' in form, 'value="2.5"' in form] == [True] * 3
    goes(send(client, desk, f"{page}/report", **OPEN), page)
    planned = store.situation(desk.operation, desk.now).road["R-ASK"]
    assert (planned.max_gross_mass_g, planned.max_height_mm, planned.gate) == (None, None, None)
    assert (planned.convoy_only, planned.night_allowed) == (False, True)


def test_a_program_leaves_limits_as_they_were(desk):
    given = {"road": road().pk, "source": "police"}
    desk.do("report_road", "planner", **given, status=RoadStatus.RESTRICTED, max_height_mm=3_000, convoy_only=True)
    desk.do("report_road", "planner", **given, status=RoadStatus.OPEN)
    planned = store.situation(desk.operation, desk.now).road["R-ASK"]
    assert (planned.status, planned.max_height_mm, planned.convoy_only) == (RoadStatus.OPEN, 3_000, True)


@pytest.mark.parametrize("status", [RoadStatus.OPEN, RoadStatus.RESTRICTED])
def test_a_road_is_planned_on_no_longer_than_its_report_counts(desk, status):
    until = desk.now + timedelta(hours=12)
    desk.do("report_road", "planner", road=road().pk, source="police", status=status, valid_until=until)
    planned = store.situation(desk.operation, desk.now).road["R-ASK"]
    operation = store.situation(desk.operation, desk.now).operation
    end = until + timedelta(hours=12)
    assert planned.usable(desk.now, end, operation.rules, operation.zone) == ((desk.now, until),)
    over = store.situation(desk.operation, until).road["R-ASK"]
    assert (over.status, over.usable(until, end, operation.rules, operation.zone)) == (RoadStatus.UNKNOWN, ())


def test_a_report_that_is_over_is_said_to_be(desk, sign_in):
    desk.do(
        "report_road",
        "planner",
        road=road().pk,
        source="p",
        status=RoadStatus.OPEN,
        valid_until=desk.now + timedelta(hours=1),
    )
    page = text(sign_in("auditor").get(f"/roads/{road().pk}"))
    assert "The last report counts no more" in page
    assert 'class="state status unknown"' in page
    assert "Aghdam – Askeran: unknown" in text(sign_in("auditor").get("/map"))


def test_a_closure_that_begins_tomorrow_is_no_closure_today(desk, sign_in):
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    desk.do("report_road", "planner", road=road().pk, source="p", status=RoadStatus.CLOSED, status_from=tomorrow)
    assert "Every road is open." in text(sign_in("auditor").get("/map"))
    lines = text(sign_in("auditor").get("/roads"))
    assert lines.index("Aghdam – Askeran") < lines.index("Askeran – Khankendi")
    assert "Aghdam – Askeran" not in text(sign_in("auditor").get("/roads", {"status": "closed"}))


@pytest.mark.parametrize(
    ("wrong", "status", "words"),
    [
        ({"source": ""}, 422, "this is missing"),
        ({"source": "  "}, 422, "this is missing"),
        ({"status": "flooded"}, 422, "this cannot be chosen"),
        ({"gate": "in the morning"}, 422, "hours are written like"),
        ({"mass": "-1"}, 422, "this is not a mass in kilograms"),
        ({"height": "NaN"}, 422, "this is not a length in metres"),
        ({"status_from": "2023-09-22T10:00", "status_until": "2023-09-22T09:00"}, 409, "the end is not after"),
        ({"valid_until": "2023-09-01T10:00"}, 409, "a report that counts no more says nothing"),
    ],
)
def test_a_report_that_nobody_can_use_is_refused(desk, sign_in, wrong, status, words):
    page = send(sign_in("planner"), desk, f"/roads/{road().pk}/report", **OPEN | wrong)
    assert (page.status_code, words in text(page)) == (status, True), text(page)
    assert road().reports.count() == 1


def test_who_sees_the_ground_and_who_writes(desk, sign_in):
    here = road().pk
    sees = {"officer", "approver", "second", "planner", "dispatcher", "auditor"}
    place = desk.place("KHN").pk
    for who in desk.people:
        for address in ("/map", "/roads", f"/roads/{here}", "/places", f"/places/{place}"):
            status = sign_in(who).get(address).status_code
            assert (status == 200) == (who in sees), (who, address, status)
        may = sign_in(who).get(f"/roads/{here}/report").status_code == 200
        assert may == (who in {"officer", "planner", "dispatcher"}), who
        for address in ("/places/new", f"/places/{place}/edit", f"/places/{place}/road"):
            assert (sign_in(who).get(address).status_code == 200) == (who == "planner"), (who, address)


def test_of_what_is_not_theirs_they_are_told_nothing(desk, sign_in):
    planner = sign_in("planner")
    for address in ("/roads/999", "/roads/999/report", "/places/999", "/places/999/edit", "/places/999/road"):
        assert planner.get(address).status_code == 404, address
    for address in ("/map", "/roads", "/places", "/places/new"):
        assert planner.get(address, {"operation": "TWO"}).status_code == 404, address


def test_no_movement_stands_on_the_map(desk, sign_in):
    from tests.desk.test_move_pages import a_convoy
    from tests.desk.test_story import issued

    (paper,) = issued(desk, 1_000)
    convoy = a_convoy(desk, paper)
    desk.do("check_in", "dispatcher", convoy=convoy.pk, state="blocked", place=desk.place("ASK").pk)
    for who in ("officer", "dispatcher"):
        page = text(sign_in(who).get("/map"))
        assert paper.journey.vehicle.plate not in page
        assert convoy.code not in page
        assert "Askeran: blocked" not in page


@pytest.mark.parametrize(
    ("language", "name", "others"),
    [
        ("en", "Khankendi", ["Xankəndi", "Ստեփանակերտ", "Степанакерт"]),
        ("hy", "Ստեփանակերտ", ["Khankendi", "Xankəndi", "Степанакерт"]),
    ],
)
def test_each_reader_sees_the_own_name_first_and_all_the_others(desk, sign_in, language, name, others):
    client = sign_in("auditor", language)
    page = text(client.get(f"/places/{desk.place('KHN').pk}"))
    assert f"<h1>{name}</h1>" in page
    for other in others:
        assert other in page
        assert f">{name}</a>" in text(client.get("/places", {"q": other})), other
    assert f">{name}</text>" in text(client.get("/map"))


PLACE = {"kind": "delivery point", "name-en": "Shushi", "latitude": "39,758", "longitude": "46.747", "opening": "24/7"}


def test_a_place_with_all_its_names_is_entered_and_changed(desk, sign_in):
    client = sign_in("planner")
    others = "ka: შუშა\nen: Shusha\nname without a tag"
    goes(send(client, desk, "/places/new", code="SHU", **PLACE, others=others), "/places?operation=OP")
    place = desk.place("SHU")
    assert (place.latitude_deg, place.longitude_deg, place.kind) == (39.758, 46.747, "delivery point")
    assert list(place.names.values_list("language", "name")) == [
        ("en", "Shushi"),
        ("ka", "შუშა"),
        ("en-x-2", "Shusha"),
        ("und", "name without a tag"),
    ]
    page = f"/places/{place.pk}"
    assert "39.75800, 46.74700" in text(client.get(page))
    form = text(client.get(f"{page}/edit"))
    assert "en-x-2: Shusha" in form
    more = {"name-az": "Şuşa", "opening": "8:00-18:00", "mass": "12000", "rate": "5000", "fixed": "15", "zones": "b, a"}
    changed = PLACE | more | {"others": "ka: შუშა\nen-x-2: Shusha", "population": "4 000", "pcode": "AZ1"}
    goes(send(client, desk, f"{page}/edit", **changed), page)
    planned = store.situation(desk.operation, desk.now).place["SHU"]
    assert planned.names == (("en", "Shushi"), ("ka", "შუშა"), ("en-x-2", "Shusha"), ("az", "Şuşa"))
    assert (str(planned.opening), planned.zones, planned.population) == ("08:00-18:00", {"a", "b"}, 4_000)
    assert (planned.largest_gross_mass_g, planned.handling_g_per_h, planned.handling_fixed_s) == (
        12_000_000,
        5_000_000,
        900,
    )
    # Without a road nobody comes there.
    road_to = {"code": "R-SHU", "to": desk.place("KHN").pk, "km": "11.5", "minutes": "25", "one_way": "no"}
    goes(send(client, desk, f"{page}/road", **road_to), page)
    planned = store.situation(desk.operation, desk.now).road["R-SHU"]
    assert (planned.distance_m, planned.drive_s, planned.status) == (11_500, 1_500, RoadStatus.UNKNOWN)
    assert "Khankendi</a>: ? unknown" in text(client.get(page))
    assert books.problems() == []


def test_nothing_that_was_typed_is_read_as_markup(desk, sign_in):
    hostile = "</svg><script>alert(1)</script>"
    client = sign_in("planner")
    goes(send(client, desk, "/places/new", code="SHU", **PLACE | {"name-en": hostile}), "/places?operation=OP")
    said = OPEN | {"status": "closed", "source": hostile, "remark": hostile}
    goes(send(client, desk, f"/roads/{road().pk}/report", **said), f"/roads/{road().pk}")
    for address in ("/map", "/roads", "/places", f"/roads/{road().pk}", f"/places/{desk.place('SHU').pk}"):
        page = text(client.get(address))
        assert ["<script>alert" in page, "&lt;script&gt;alert" in page] == [False, True], address


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"code": "KHN"}, "the code KHN is taken"),
        ({"code": "khn"}, "the code khn is taken"),
        ({"code": "A~B"}, "a code has up to 40 letters"),
        ({"name-en": ""}, "a place has at least one name"),
        ({"latitude": ""}, "a position has a latitude and a longitude"),
        ({"latitude": "91"}, "a latitude is between -90 and 90"),
        ({"others": "9x: name"}, "9x is no tag of a language"),
        ({"others": "fr:"}, "a name is empty, too long or cannot be printed"),
        ({"others": "fr: " + "x" * 201}, "a name is empty, too long or cannot be printed"),
        ({"opening": ",".join(["08:00-09:00"] * 60)}, "hours are written like"),
    ],
)
def test_a_place_that_nobody_could_find_is_refused(desk, sign_in, wrong, words):
    page = send(sign_in("planner"), desk, "/places/new", **{"code": "SHU"} | PLACE | wrong)
    assert (page.status_code, words in text(page)) == (409, True), text(page)
    assert not rows.Place.objects.filter(code="SHU").exists()


def test_a_store_with_goods_stays_a_store(desk, sign_in):
    """And a place from which somebody has asked for goods stays what it is."""
    for code, kind in (("AGD", "delivery point"), ("KHN", "junction")):
        page = send(sign_in("planner"), desk, f"/places/{desk.place(code).pk}/edit", **PLACE | {"kind": kind})
        assert (page.status_code, "its kind stays" in text(page)) == (409, True), code


def test_a_road_leads_from_one_place_to_another(desk):
    agd = desk.place("AGD").pk
    with pytest.raises(Refused, match="one place of the operation to another"):
        desk.do("add_road", "planner", origin=agd, destination=agd, code="X", distance_m=1, drive_s=1)
    given = {"code": "r-ask", "distance_m": 1, "drive_s": 1}
    with pytest.raises(Refused, match="the code r-ask is taken"):
        desk.do("add_road", "planner", origin=agd, destination=desk.place("KHN").pk, **given)


def test_a_contact_of_nobody_is_not_taken(desk):
    values = PlaceValues(kind=PlaceKind.CHECKPOINT, names=(NameValues("en", "New"),), contact=desk.id())
    with pytest.raises(Refused):
        desk.do("add_place", "planner", operation=desk.operation.pk, code="NEW", values=values)
