"""Goods between own stores, goods that come back, goods set apart: pages and refusals; papers that are printed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from karavan.desk import models as rows
from karavan.desk.stock import disposition, waybill_state
from karavan.domain.errors import NotAllowed, NotFound, Refused
from karavan.domain.receipts import Counted
from karavan.domain.roles import Role
from tests.desk import books
from tests.desk.ledger_check import folds
from tests.desk.test_move_dispositions import where
from tests.desk.test_move_pages import a_convoy, goes, send, text
from tests.desk.test_story import issued, kinds, on_the_road, received


@pytest.fixture
def sign_in(desk):
    def come(who):
        client = Client(HTTP_HOST="localhost")
        client.force_login(desk.people[who])
        return client

    return come


def asked(desk, who="keeper", **other):
    given = {
        "origin": desk.place("AGD").pk,
        "destination": desk.place("BKR").pk,
        "vehicle": rows.Vehicle.objects.first().pk,
        "depart": desk.now + timedelta(hours=1),
        "arrive": desk.now + timedelta(hours=3),
        "goods": ((desk.batch("F1").pk, 500),),
    }
    return desk.do("ask_transfer", who, **{**given, **other})


def test_a_transfer_goes_its_whole_way_by_its_pages(desk, sign_in):
    agd, flour = desk.place("AGD"), desk.batch("F1")
    keeper, dispatcher = sign_in("keeper"), sign_in("dispatcher")
    form = f"/stock/{agd.pk}/transfer"
    assert form in text(keeper.get("/stock"))
    assert form in text(keeper.get("/transfers"))
    values = {
        "destination": desk.place("BKR").pk,
        "vehicle": rows.Vehicle.objects.first().pk,
        "depart": "2023-09-22T06:00",
        "arrive": "2023-09-22T08:00",
    }
    none = send(keeper, desk, form, **values)
    assert (none.status_code, "which goods are to move" in text(none)) == (409, True)
    goes(send(keeper, desk, form, **values, **{f"lot-{flour.pk}": "500"}), "/transfers")
    transfer = rows.StoreTransfer.objects.get()
    page = f"/transfers/{transfer.pk}"
    assert page in text(dispatcher.get("/transfers"))
    assert desk.free("AGD", "F1") == 6_000, "asking moves nothing"
    assert "Issue the waybill" not in text(keeper.get(page))
    goes(send(dispatcher, desk, page), page)
    paper = rows.Waybill.objects.get()
    assert (paper.series_id, paper.no, paper.plan, waybill_state(paper)) == ("OP-AGD", 1, None, "issued")
    assert desk.free("AGD", "F1") == 5_500
    assert f"/waybills/{paper.pk}" in text(keeper.get(page))

    assert send(dispatcher, desk, f"/waybills/{paper.pk}/print").status_code == 302
    pdf = dispatcher.get(f"/waybills/{paper.pk}/paper.pdf", follow=True)
    assert pdf.content[:5] == b"%PDF-"
    none = send(dispatcher, desk, f"/journeys/{paper.journey_id}/print")
    assert (none.status_code, "has a loading list" in text(none)) == (409, True)
    desk.do("load_waybill", "keeper", waybill=paper.pk, loaded=((1, 490),), remark="ten were wet")
    desk.do("dispatch_waybill", "dispatcher", waybill=paper.pk)
    desk.do("grant_role", "admin", operation=desk.operation.pk, user=desk.people["baker"].pk, role=Role.RECEIVER)
    count = {"place": desk.place("BKR").pk, "counted_at": "2023-09-22T10:00", "arrived-1": "490"}
    goes(send(sign_in("baker"), desk, f"/waybills/{paper.pk}/receive", **count), f"/waybills/{paper.pk}")
    assert (desk.free("AGD", "F1"), desk.free("BKR", "F1")) == (5_510, 490)
    assert waybill_state(rows.Waybill.objects.get()) == "closed"
    folds()
    assert books.problems() == []


def test_whoever_asks_for_a_transfer_does_not_issue_it(desk, sign_in):
    operation = desk.operation.pk
    desk.do("grant_role", "admin", operation=operation, user=desk.people["keeper"].pk, role=Role.DISPATCHER)
    made = asked(desk)
    with pytest.raises(Refused, match="does not issue its waybill"):
        desk.do("issue_transfer", "keeper", transfer=made.id)
    assert "another person issues its waybill" in text(sign_in("keeper").get(f"/transfers/{made.id}"))
    desk.do("issue_transfer", "dispatcher", transfer=made.id)
    with pytest.raises(Refused, match="there is one already"):
        desk.do("issue_transfer", "dispatcher", transfer=made.id)


def test_a_transfer_that_cannot_be_is_refused(desk):
    with pytest.raises(Refused, match="FLOUR"):
        asked(desk, goods=((desk.batch("F1").pk, 6_001),))
    with pytest.raises(Refused, match="from one store to another one"):
        asked(desk, destination=desk.place("AGD").pk)
    with pytest.raises(Refused, match="arrives after it has left"):
        asked(desk, arrive=desk.now)
    with pytest.raises(Refused, match="no such lot"):
        asked(desk, goods=((999, 1),))
    with pytest.raises(Refused, match="whole number"):
        asked(desk, goods=((desk.batch("F1").pk, 0),))
    for none in ({"destination": 999}, {"vehicle": 999}):
        with pytest.raises(NotFound):
            asked(desk, **none)
    for who in ("receiver", "baker"):
        with pytest.raises(NotAllowed):
            asked(desk, who)
    first, second = asked(desk), asked(desk, goods=((desk.batch("F1").pk, 5_800),))
    desk.do("issue_transfer", "dispatcher", transfer=first.id)
    with pytest.raises(Refused, match="FLOUR"):
        desk.do("issue_transfer", "dispatcher", transfer=second.id)
    assert not rows.Waybill.objects.filter(transfer=second.id).exists()


def test_handed_over_goods_come_back_into_store(desk, sign_in):
    paper, line = on_the_road(desk, 1_000)
    received(desk, paper, Counted(arrived=1_000))
    free = desk.free("AGD", line.batch.code)
    page = f"/waybills/{paper.pk}/return"
    assert page in text(sign_in("keeper").get(f"/waybills/{paper.pk}"))
    agd = desk.place("AGD").pk
    wrong = send(sign_in("keeper"), desk, page, place=agd, **{"good-1": "40"})
    assert (wrong.status_code, "this is missing" in text(wrong)) == (422, True)
    values = {"place": agd, "good-1": "40", "damaged-1": "2", "remark": "not what was asked for"}
    goes(send(sign_in("keeper"), desk, page, **values), f"/waybills/{paper.pk}")
    assert desk.free("AGD", line.batch.code) == free + 40
    assert kinds(line) == {"done": 958}
    assert where(line.consignment) == {"received good": 958, "returned": 42}
    assert disposition(line.consignment) == {"done": 958}
    seen = text(sign_in("auditor").get(f"/waybills/{paper.pk}"))
    assert "goods came back into store" in seen
    assert "not what was asked for" in seen
    too_many = send(sign_in("keeper"), desk, page, **{**values, "good-1": "959"})
    assert (too_many.status_code, "not so much" in text(too_many)) == (409, True)
    own = {"waybill": paper.pk, "place": agd, "returned": ((1, 1, 0),), "remark": "x"}
    desk.do("grant_role", "admin", operation=desk.operation.pk, user=desk.people["receiver"].pk, role=Role.STOREKEEPER)
    with pytest.raises(Refused, match="does not take them back"):
        desk.do("return_goods", "receiver", **own)
    with pytest.raises(Refused, match="no such line"):
        desk.do("return_goods", "keeper", **{**own, "returned": ((9, 1, 0),)})
    with pytest.raises(Refused, match="says why"):
        desk.do("return_goods", "keeper", **{**own, "remark": " "})
    with pytest.raises(NotAllowed):
        desk.do("return_goods", "keeper", **{**own, "place": desk.place("BKR").pk})
    folds()
    assert books.problems() == []


def test_damaged_goods_are_set_apart_and_written_off_by_two(desk, sign_in):
    agd, soap = desk.place("AGD"), desk.batch("S1")
    page = f"/stock/{agd.pk}/apart"
    assert page in text(sign_in("keeper").get("/stock"))
    values = {"batch": soap.pk, "quantity": "30", "remark": "the roof leaks"}
    goes(send(sign_in("keeper"), desk, page, **values), "/stock")
    assert desk.free("AGD", "S1") == 4_970
    apart = rows.Account.objects.get(kind="damaged", place=agd)
    assert 'data-label="Damaged">30' in text(sign_in("keeper").get("/stock"))
    assert "set apart as damaged" in text(sign_in("keeper").get(f"/stock/{agd.pk}/{soap.item_id}"))
    loss = f"/stock/{agd.pk}/loss"
    field = f"lost-{apart.pk}-{soap.pk}"
    assert field in text(sign_in("keeper").get(loss))
    goes(send(sign_in("keeper"), desk, loss, reason="damaged", **{field: "30"}), "/losses")
    report = rows.LossReport.objects.get()
    with pytest.raises(Refused, match="second person"):
        desk.do("approve_loss", "keeper", report=report.pk)
    desk.do("approve_loss", "approver", report=report.pk)
    assert not rows.Balance.objects.filter(account=apart).exclude(quantity=0).exists()
    too_many = send(sign_in("keeper"), desk, page, **{**values, "quantity": "4971"})
    assert too_many.status_code == 409
    with pytest.raises(Refused, match="says why"):
        desk.do("set_apart", "keeper", place=agd.pk, batch=soap.pk, quantity=1, remark="")
    with pytest.raises(NotAllowed):
        desk.do("set_apart", "baker", place=agd.pk, batch=soap.pk, quantity=1, remark="wet")
    folds()


def test_what_is_not_theirs_is_not_there(desk, sign_in):
    made = asked(desk)
    agd, bkr = desk.place("AGD").pk, desk.place("BKR").pk
    assert sign_in("receiver").get(f"/transfers/{made.id}").status_code == 404
    assert sign_in("baker").get(f"/transfers/{made.id}").status_code == 200
    for address in (f"/stock/{agd}/transfer", f"/stock/{agd}/apart", "/stock/999/apart", "/waybills/999/return"):
        assert sign_in("baker").get(address).status_code == 404, address
    for address in (f"/stock/{bkr}/transfer", f"/stock/{bkr}/apart"):
        assert sign_in("baker").get(address).status_code == 200, address
        assert sign_in("dispatcher").get(address).status_code == 403, address
    assert sign_in("dispatcher").get(f"/transfers/{desk.id()}").status_code == 404
    assert sign_in("stranger").get(f"/transfers/{made.id}").status_code == 403


def test_loading_list_and_convoy_sheet_are_printed_by_an_event(desk, sign_in):
    (paper,) = issued(desk, 1_000)
    client = sign_in("dispatcher")
    made = send(client, desk, f"/journeys/{paper.journey_id}/print")
    assert made.status_code == 302
    shown = client.get(made["Location"])
    assert (shown["Content-Type"], shown.content[:5]) == ("application/pdf", b"%PDF-")
    row = rows.PaperPrint.objects.get()
    event = rows.Event.objects.get(id=row.pk)
    assert (event.kind, event.seq, event.prev_hash) == ("loading list printed", row.head_seq + 1, row.head_hash)
    assert sign_in("keeper").get(made["Location"]).status_code == 403
    assert client.get(f"/papers/{desk.id()}.pdf").status_code == 404
    convoy = a_convoy(desk, paper)
    assert "Print the convoy sheet" in text(client.get(f"/convoys/{convoy.pk}"))
    for address in ("/journeys/999/print", "/convoys/999/print", "/waybills/999/print"):
        assert send(client, desk, address).status_code == 404, address
    again = {"id": str(desk.id())}
    first, second = (client.post(f"/waybills/{paper.pk}/print", again) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert rows.PaperPrint.objects.filter(waybill=paper).count() == 1
