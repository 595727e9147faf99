"""The search box: any number or spelling of a name, an exact number straight there, nothing that one may not see."""

from __future__ import annotations

import pytest
from django.test import Client

from karavan.desk.models import Clearance, Vehicle
from karavan.desk.stock import waybill_number
from tests.desk.desk_world import PEOPLE
from tests.desk.test_story import on_the_road


@pytest.fixture
def look(desk):
    def of(who, text):
        client = Client(HTTP_HOST="localhost")
        client.force_login(desk.people[who])
        return client.get("/find", {"q": text})

    return of


def main(response):
    return response.content.decode().split("<main")[1]


def test_an_exact_number_leads_straight_there(desk, look):
    paper, line = on_the_road(desk, 5_000)
    request = line.consignment.request
    assert look("dispatcher", waybill_number(paper))["Location"] == f"/waybills/{paper.pk}"
    assert look("dispatcher", waybill_number(paper).lower())["Location"] == f"/waybills/{paper.pk}"
    assert look("officer", request.number)["Location"] == f"/requests/{request.pk}"
    assert look("officer", line.consignment.number)["Location"] == f"/requests/{request.pk}"


@pytest.mark.parametrize("text", ["xankəndi", "KHANKENDI", "Степанакерт", "ստեփանակերտ", "stepanakert", "khn"])
def test_a_place_is_found_in_every_spelling(desk, look, text):
    page = main(look("planner", text))
    assert "<strong>Khankendi</strong>" in page
    assert 'href="/requests?text=KHN"' in page
    assert f'href="/places/{desk.place("KHN").pk}"' in page


def test_goods_plates_and_people(desk, look):
    on_the_road(desk, 5_000)
    assert 'href="/stock?q=FLOUR"' in main(look("planner", "мука"))
    found = main(look("planner", "t1"))
    assert 'href="/waybills?q=T1"' in found
    assert f'href="/vehicles/{Vehicle.objects.get(plate="T1").pk}"' in found
    desk.do("enter_contact", "officer", operation=desk.operation.pk, name="Նարինե Մ.", phone="1")
    assert "Նարինե Մ." in main(look("officer", "narine"))
    assert "Նարինե Մ." not in main(look("keeper", "narine"))
    assert "/people/one?operation=" in main(look("admin", "keeper"))
    assert "/people/one" not in main(look("planner", "keeper"))


def test_nothing_is_found_that_one_may_not_see(desk, look):
    paper, line = on_the_road(desk, 5_000)
    number, request = waybill_number(paper), line.consignment.request.number
    for who in PEOPLE:
        for text in (number, request, "REQ-1", "AGD", "T1", "FLOUR", "Alice"):
            page = look(who, text)
            sees_papers = who not in ("rep", "officer", "counter", "baker", "stranger")
            if text == number:
                assert (page.status_code == 302) == sees_papers, (who, text)
            if who == "stranger":
                assert (page.status_code, "<section" in main(page)) == (200, False)
            if text == "REQ-1" and who in ("rep", "keeper", "receiver", "counter"):
                assert "<section" not in main(page), who
    # Places of others: the receiver at Khankendi sees that one only.
    assert "<strong>Khankendi" in main(look("receiver", "khankendi"))
    assert "<strong>" not in main(look("receiver", "askeran"))


@pytest.mark.parametrize("text", ["", "   ", "%", "_", "'", '"><script>', "\u202e", "x" * 5_000, "ı", "-"])
def test_odd_texts_find_nothing_and_break_nothing(desk, look, text):
    page = look("planner", text)
    assert page.status_code == 200
    assert "<script>" not in main(page)


def test_a_nul_in_the_address_is_refused_on_every_list(desk, look):
    client = Client(HTTP_HOST="localhost")
    client.force_login(desk.people["officer"])
    for way in ("/find?q=%00", "/requests?text=a%00b", "/contacts?q=%00"):
        assert client.get(way).status_code == 404


def test_a_clearance_is_found_by_its_number_and_by_that_of_its_answer(desk, look):
    asked = desk.do(
        "ask_clearance",
        "dispatcher",
        operation=desk.operation.pk,
        kind="clearance",
        authority="Checkpoint",
        reference="OUT-17",
        lead_s=3_600,
    ).id
    answer = {"answer": "refused", "authority": "Post 4", "reference": "IN-99", "remark": "fighting"}
    desk.do("answer_clearance", "dispatcher", clearance=asked, **answer)
    way = f'href="/clearances/{Clearance.objects.get(reference="OUT-17").pk}"'
    for text in ("out-17", "IN-99"):
        assert way in main(look("dispatcher", text))
        for who in ("officer", "rep", "admin"):
            assert way not in main(look(who, text))
