"""Goods change vehicles: both sides count, the next vehicle has them at once, and each waybill closes by itself."""

from __future__ import annotations

import pytest
from django.test import Client

from karavan.desk import models as rows
from karavan.desk.stock import in_transit, waybill_state
from karavan.domain.errors import NotFound, Refused
from karavan.domain.receipts import Counted, Damage
from karavan.domain.roles import Role
from tests.desk import books
from tests.desk.ledger_check import folds
from tests.desk.test_move_dispositions import a_paper, where
from tests.desk.test_move_pages import goes, send, text
from tests.desk.test_story import issued, kinds


@pytest.fixture
def sign_in(desk):
    def come(who):
        client = Client(HTTP_HOST="localhost")
        client.force_login(desk.people[who])
        return client

    return come


@pytest.fixture
def legs(desk):
    """500 from Aghdam to Askeran, on the road; and from there to Khankendi by two vehicles, 300 and 200."""
    (like,) = issued(desk, 100)
    khn2 = desk.people["khn2"].pk
    ask = desk.place("ASK").pk
    desk.do("grant_role", "admin", operation=desk.operation.pk, user=khn2, role=Role.RECEIVER, place=ask)
    first = a_paper(desk, like, "AGD", "ASK", 500)
    desk.do("reserve_waybill", "dispatcher", waybill=first.pk)
    desk.do("load_waybill", "keeper", waybill=first.pk, loaded=((1, 500),))
    desk.do("dispatch_waybill", "dispatcher", waybill=first.pk)
    return first, a_paper(desk, like, "ASK", "KHN", 300), a_paper(desk, like, "ASK", "KHN", 200)


def handed(desk, paper, given, taken, **other):
    counted = ((1, given, Counted(arrived=taken, **other)),)
    return {"waybill": paper.pk, "counted": counted, "counted_at": desk.now}


def test_goods_change_vehicles_by_the_page(desk, sign_in, legs):
    first, second, third = legs
    page = f"/waybills/{first.pk}"
    client = sign_in("khn2")
    assert f"{page}/hand-over" in text(client.get(page))
    form = text(client.get(f"{page}/hand-over"))
    assert "300 kg go on with" in form
    assert "200 kg go on with" in form
    values = {"counted_at": "2023-09-22T10:00", "given-1": "490", "arrived-1": "480", "wet-1": "5"}
    unlike = send(client, desk, f"{page}/hand-over", **values)
    assert (unlike.status_code, "one side counted 490, the other 480" in text(unlike)) == (409, True)
    values["arrived-1"] = "490"
    silent = send(client, desk, f"{page}/hand-over", **values)
    assert (silent.status_code, "say why" in text(silent)) == (409, True)
    assert in_transit(first) == 500, "what is refused moves nothing"
    goes(send(client, desk, f"{page}/hand-over", **values, remark="a sack fell and rain"), page)

    # Of 500 on the way 490 came, 5 of them wet: 300 and 185 are the next vehicles', 10 are missing.
    assert kinds(first.lines.get()) == {"transit": 10, "damaged": 5}
    assert [kinds(it.lines.get()) for it in (second, third)] == [{"reserved": 300}, {"reserved": 185}]
    assert [it.lines.get().loaded.quantity for it in (second, third)] == [300, 185]
    consignment = first.lines.get().consignment
    assert where(consignment) == {"reserved": 100, "loaded": 485, "received damaged": 5, "missing": 10}
    assert "handed over to the next vehicle" in text(client.get(page))
    assert waybill_state(rows.Waybill.objects.get(pk=first.pk)) == "received"
    assert "hand-over" not in text(client.get(page))

    for paper in (second, third):
        desk.do("dispatch_waybill", "dispatcher", waybill=paper.pk)
    assert [in_transit(it) for it in (first, second, third)] == [10, 300, 185]
    transit = rows.Account.objects.get(kind="transit", line__waybill=first)
    lost = ((transit.pk, first.lines.get().batch_id, 10),)
    given = {"place": desk.place("ASK").pk, "reason": "missing", "waybill": first.pk}
    report = desk.do("report_loss", "approver", lost=lost, **given)
    desk.do("approve_loss", "second", report=report.id)
    # It closes when nothing of it is on the road, whatever the next vehicles do.
    assert waybill_state(rows.Waybill.objects.get(pk=first.pk)) == "closed"
    assert waybill_state(rows.Waybill.objects.get(pk=second.pk)) == "in transit"
    folds()
    assert books.problems() == []


def test_more_than_the_next_vehicles_take_stays_in_store(desk, legs):
    first, second, third = legs
    desk.do("void_waybill", "dispatcher", waybill=third.pk, remark="broken down")
    desk.do("hand_over", "khn2", **handed(desk, first, 504, 504))
    assert kinds(second.lines.get()) == {"reserved": 300}
    assert desk.free("ASK", first.lines.get().batch.code) == 204
    consignment = first.lines.get().consignment
    assert where(consignment) == {"reserved": 100, "loaded": 300, "waiting": 204}
    folds()


def test_who_may_hand_over_and_what(desk, sign_in, legs):
    first, second, third = legs
    for who, status in {"receiver": 404, "keeper": 403, "dispatcher": 403, "khn2": 200, "stranger": 403}.items():
        assert sign_in(who).get(f"/waybills/{first.pk}/hand-over").status_code == status, who
    assert sign_in("khn2").get("/waybills/999/hand-over").status_code == 404
    with pytest.raises(NotFound):
        desk.do("hand_over", "baker", **handed(desk, first, 500, 500))
    with pytest.raises(Refused, match="every line of the waybill once"):
        desk.do("hand_over", "khn2", waybill=first.pk, counted=(), counted_at=desk.now)
    with pytest.raises(Refused, match="has not left"):
        desk.do("hand_over", "khn2", **handed(desk, second, 300, 300))
    with pytest.raises(Refused, match="only 5 arrived"):
        desk.do("hand_over", "khn2", **handed(desk, first, 5, 5, damaged=((Damage.WET, 6),)))
    for paper in (second, third):
        desk.do("void_waybill", "dispatcher", waybill=paper.pk, remark="no vehicle")
    with pytest.raises(Refused, match="no other vehicle"):
        desk.do("hand_over", "khn2", **handed(desk, first, 500, 500))
    assert in_transit(first) == 500
