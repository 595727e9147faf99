"""The search box: any number or spelling of a name, an exact number straight there, nothing that one may not see."""

from __future__ import annotations

import pytest
from django.test import Client

from karavan.desk.models import Balance, Clearance, Convoy, ConvoyJourney, Request, Vehicle
from karavan.desk.stock import waybill_number
from tests.desk.desk_world import PEOPLE
from tests.desk.test_pages import values_of
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


def test_losses_transfers_lots_kits_and_incidents(desk, look):
    paper, _ = on_the_road(desk, 5_000)
    agd, lot = desk.place("AGD").pk, desk.batch("F1").pk
    convoy = Convoy.objects.create(
        operation=desk.operation, plan=paper.plan, code="CON-7", origin=paper.origin,
        destination=paper.destination, depart=paper.depart, arrive=paper.arrive,
    )  # fmt: skip
    ConvoyJourney.objects.create(convoy=convoy, journey=paper.journey, position=1)
    desk.do("report_incident", "dispatcher", journey=paper.journey_id, kind="accident", remark="ditch")
    account = Balance.objects.get(account__place=agd, account__kind="stock", batch=lot).account_id
    lost = desk.do("report_loss", "keeper", place=agd, lost=((account, lot, 1),), reason="damaged", remark="fell").id
    moved = desk.do("ask_transfer", "keeper", **values_of(desk)["ask_transfer"]).id
    flour = desk.batch("F1").item_id

    hits = {
        f"/losses/{lost}": ("keeper", ["f1", "Агдам", "мука", "aghdam"], ["counter", "rep", "officer", "stranger"]),
        f"/transfers/{moved}": ("keeper", ["Ағдам", "Aghdam", "t1"], ["officer", "rep", "receiver", "admin"]),
        f"/stock/{agd}/{flour}": ("keeper", ["f1", "F1"], ["baker", "receiver", "rep", "counter", "stranger", "admin"]),
        "/stock?q=KIT": ("keeper", ["kit", "мука"], ["rep", "counter", "stranger", "admin"]),
        f"/convoys/{convoy.pk}": (
            "dispatcher",
            ["con-7", "T1", waybill_number(paper)[:-1], "accident"],
            ["officer", "baker", "rep", "counter", "stranger", "admin"],
        ),
    }
    for way, (who, texts, others) in hits.items():
        for text in texts:
            answer = look(who, text)
            assert answer.status_code == 302 or f'href="{way}"' in main(answer) or text.startswith("OP-"), (way, text)
            for other in others:
                assert f'href="{way}"' not in main(look(other, text)), (way, text, other)


def test_an_organisation_is_found_in_another_script_and_a_person_by_number(desk, look):
    Request.objects.filter(number="REQ-3").update(organisation="Кооператив Нар")
    number = Request.objects.get(number="REQ-3").pk
    assert f'href="/requests/{number}"' in main(look("officer", "kooperativ nar"))
    assert f'href="/requests/{number}"' not in main(look("rep", "kooperativ nar"))
    desk.do("enter_contact", "officer", operation=desk.operation.pk, name="Person", phone="+994 12 345 67 89")
    assert "Person" in main(look("officer", "3456789"))
    assert "Person" not in main(look("keeper", "3456789"))
    assert "Person" not in main(look("officer", "345"))
