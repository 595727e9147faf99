"""Where every unit of a consignment is: on random stories each unit is somewhere, once; the pages and who sees them."""

from __future__ import annotations

import random

import pytest
from django.test import Client

from karavan.desk import models as rows
from karavan.desk.dispositions import carried
from karavan.domain.dispositions import Where, dispositions, due
from karavan.domain.receipts import Counted, Damage
from karavan.domain.roles import Role
from tests.desk import books
from tests.desk.ledger_check import folds
from tests.desk.test_guard_api import caller, token_of
from tests.desk.test_story import issued, received


@pytest.fixture
def sign_in(desk):
    def come(who):
        client = Client(HTTP_HOST="localhost")
        client.force_login(desk.people[who])
        return client

    return come


def a_paper(desk, like, origin, destination, quantity):
    """A waybill of the same plan, for the same need at Khankendi, between other places."""
    series, _ = rows.WaybillSeries.objects.get_or_create(
        operation=desk.operation, place=desk.place(origin), defaults={"code": f"OP-{origin}"}
    )
    last = rows.Waybill.objects.filter(series=series).order_by("no").last()
    names = ("operation", "plan", "journey", "depart", "arrive", "issued_by", "issued_at")
    paper = rows.Waybill.objects.create(
        **{name: getattr(like, name) for name in names},
        series=series,
        no=last.no + 1 if last else 1,
        origin=desk.place(origin),
        destination=desk.place(destination),
    )
    line = like.lines.get()
    same = {name: getattr(line, name) for name in ("need", "place", "batch", "consignment")}
    rows.WaybillLine.objects.create(waybill=paper, position=1, quantity=quantity, **same)
    return paper


def where(consignment):
    lines = carried(rows.WaybillLine.objects.filter(consignment=consignment))
    found = dispositions(lines)
    assert sum(part.units for part in found) == due(lines)
    assert all(part.units > 0 for part in found)
    return {it: sum(part.units for part in found if part.where == it) for it in {part.where for part in found}}


def moved(desk, chance, paper):
    """One waybill goes as far as chance lets it."""
    (line,) = paper.lines.all()
    yield
    desk.do("reserve_waybill", "dispatcher", waybill=paper.pk)
    yield
    if chance.random() < 0.15:
        desk.do("void_waybill", "dispatcher", waybill=paper.pk, remark="broken down")
        return
    units = chance.choice([line.quantity, chance.randint(1, line.quantity)])
    desk.do("load_waybill", "dispatcher", waybill=paper.pk, loaded=((1, units),), remark="as counted")
    yield
    desk.do("dispatch_waybill", "dispatcher", waybill=paper.pk)
    yield
    arrived = max(0, units + chance.choice([0, 0, -3, 4]))
    damaged = chance.randint(0, min(2, arrived))
    count = Counted(arrived=arrived, damaged=((Damage.WET, damaged),) if damaged else ())
    at = chance.choice([paper.destination, paper.destination, paper.destination, paper.origin])
    given = {"waybill": paper.pk, "place": at.pk, "counted": ((1, count),), "counted_at": desk.now}
    desk.do("receive_waybill", "khn2", **given)
    yield
    held = rows.Balance.objects.filter(account__line=line, account__kind__in=("transit", "damaged"), quantity__gt=0)
    if held and chance.random() < 0.5:
        lost = tuple((it.account_id, it.batch_id, it.quantity) for it in held)
        report = {"place": paper.destination_id, "reason": "missing", "lost": lost, "waybill": paper.pk}
        made = desk.do("report_loss", "approver", **report)
        yield
        desk.do("approve_loss", "second", report=made.id)
        yield


def test_on_any_story_every_unit_is_somewhere_once(desk):
    (first,) = issued(desk, 100)
    consignment = first.lines.get().consignment
    desk.do("grant_role", "admin", operation=desk.operation.pk, user=desk.people["khn2"].pk, role=Role.RECEIVER)
    seen = set()
    for seed in range(20):
        chance = random.Random(seed)
        units = chance.randint(5, 40)
        feeder = a_paper(desk, first, "AGD", "ASK", units)
        for _ in moved(desk, chance, feeder):
            seen |= set(where(consignment))
        if rows.Receipt.objects.filter(waybill=feeder, place=desk.place("ASK")).exists():
            free = desk.free("ASK", feeder.lines.get().batch.code)
            onward = a_paper(desk, first, "ASK", "KHN", max(1, min(units, free)))
            if free:
                for _ in moved(desk, chance, onward):
                    seen |= set(where(consignment))
        # Independently, from the papers: what they name, and what arrived besides.
        papers = rows.WaybillLine.objects.filter(consignment=consignment, waybill__void=None)
        named = sum(line.quantity for line in papers.exclude(waybill__origin__code="ASK"))
        excess = sum(rows.ReceiptLine.objects.values_list("excess", flat=True))
        assert sum(where(consignment).values()) == named + excess
    assert seen == set(Where) - {Where.RETURNED}
    folds()
    assert books.problems() == []


def test_the_page_says_where_everything_is(desk, sign_in):
    (paper,) = issued(desk, 1_000)
    page = f"/consignments/{paper.lines.get().consignment_id}"
    seen = sign_in("auditor").get("/consignments").content.decode()
    assert f'<a href="{page}">C-R-000001</a>' in seen
    assert "C-R-000001" in sign_in("auditor").get("/consignments", {"q": "r-000001"}).content.decode()
    assert "C-R-000001" not in sign_in("auditor").get("/consignments", {"q": "no such"}).content.decode()
    assert "reserved in store" in sign_in("auditor").get(page).content.decode()
    desk.do("load_waybill", "keeper", waybill=paper.pk, loaded=((1, 990),), remark="wet")
    desk.do("dispatch_waybill", "dispatcher", waybill=paper.pk)
    received(desk, paper, Counted(arrived=980, damaged=((Damage.TORN, 5),)))
    seen = sign_in("receiver").get(page).content.decode().replace("\N{NARROW NO-BREAK SPACE}", "")
    for words, units in {"left behind": 10, "handed over good": 975, "arrived damaged": 5, "missing": 10}.items():
        assert words in seen
        assert f">{units}\N{NO-BREAK SPACE}kg<" in seen, words
    assert "add up" not in seen
    assert page in sign_in("auditor").get(f"/waybills/{paper.pk}").content.decode()


def test_a_consignment_is_for_whoever_sees_a_line_of_it(desk, sign_in):
    (paper,) = issued(desk, 1_000)
    page = f"/consignments/{paper.lines.get().consignment_id}"
    for who, status in {"keeper": 200, "receiver": 200, "baker": 404, "rep": 403, "counter": 403}.items():
        assert sign_in(who).get(page).status_code == status, who
    assert sign_in("dispatcher").get("/consignments/999").status_code == 404
    a_paper(desk, paper, "BKR", "AGD", 7)
    assert "places that you do not see" in sign_in("receiver").get(page).content.decode()
    assert "places that you do not see" not in sign_in("dispatcher").get(page).content.decode()


def test_programs_are_told_the_same(desk):
    (paper,) = issued(desk, 1_000)
    number = paper.lines.get().consignment_id
    told = caller(token_of(desk, "auditor")).get(f"/api/dispositions/{number}").json()
    (share,) = told["shares"]
    assert (told["number"], told["whole"]) == ("C-R-000001", True)
    assert (share["where"], share["place_id"], share["quantity"]) == ("reserved", desk.place("AGD").pk, 1_000)
    assert caller(token_of(desk, "baker")).get(f"/api/dispositions/{number}").status_code == 404
    assert caller(token_of(desk, "rep")).get(f"/api/dispositions/{number}").status_code == 403
    for none in ("999", "x", "9" * 30):
        assert caller(token_of(desk, "auditor")).get(f"/api/dispositions/{none}").status_code == 404
