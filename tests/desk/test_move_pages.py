"""A waybill over HTTP: from its paper to the last signature, CARE's receipts typed in, and every refusal."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from django.test import Client

from karavan.desk import models as rows, printing
from karavan.desk.stock import in_transit, waybill_state
from karavan.domain.convoys import READINESS
from karavan.domain.receipts import Counted
from karavan.domain.roles import Role
from tests.desk import books
from tests.desk.ledger_check import folds
from tests.desk.move_gate import granted
from tests.desk.test_story import issued, kinds, on_the_road, received


@pytest.fixture
def sign_in(desk):
    def come(who):
        client = Client(HTTP_HOST="localhost")
        client.force_login(desk.people[who])
        return client

    return come


def text(response):
    return re.sub(r"[\N{NARROW NO-BREAK SPACE}\N{NO-BREAK SPACE}]", " ", response.content.decode())


def send(client, desk, address, **values):
    return client.post(address, {"id": str(desk.id()), **values})


def goes(response, address):
    assert (response.status_code, response["Location"]) == (302, address), text(response)


def test_a_waybill_goes_its_whole_way_by_its_pages(desk, sign_in):
    (paper,) = issued(desk, 1_000)
    page = f"/waybills/{paper.pk}"
    line = paper.lines.get()

    assert "OP-AGD-000001" in text(sign_in("keeper").get("/waybills"))
    seen = text(sign_in("keeper").get(page))
    assert "issued, not loaded" in seen
    assert "Loading tally" in seen
    assert "Send on its way" not in seen

    short = send(sign_in("keeper"), desk, f"{page}/load", **{"loaded-1": "990"})
    assert short.status_code == 409
    assert "less was loaded than the waybill names: say why" in text(short)
    assert 'value="990"' in text(short)
    goes(send(sign_in("keeper"), desk, f"{page}/load", **{"loaded-1": "990", "remark": "ten were wet"}), page)
    seen = text(sign_in("dispatcher").get(page))
    assert "ten were wet" in seen
    assert "Send on its way" in seen

    assert "990 kg loaded of 1 000 kg" in text(sign_in("dispatcher").get(f"{page}/dispatch"))
    goes(send(sign_in("dispatcher"), desk, f"{page}/dispatch"), page)
    assert in_transit(paper) == 990

    goes(receipt(sign_in("receiver"), desk, paper, {"arrived-1": "980", "torn-1": "5"}), page)
    seen = text(sign_in("khn2").get(page))
    assert "received, something is missing" in seen
    assert "5 kg torn" in seen

    transit = rows.Account.objects.get(kind="transit", line=line)
    form = text(sign_in("receiver").get(f"{page}/loss"))
    assert f'name="lost-{transit.pk}-{line.batch_id}" value="10"' in form
    damaged = rows.Account.objects.get(kind="damaged", line=line)
    lost = {f"lost-{transit.pk}-{line.batch_id}": "10", f"lost-{damaged.pk}-{line.batch_id}": ""}
    goes(send(sign_in("receiver"), desk, f"{page}/loss", reason="missing", **lost), "/losses")
    report = rows.LossReport.objects.get()
    own = send(sign_in("receiver"), desk, f"/losses/{report.pk}")
    assert own.status_code == 409
    assert "a second person signs a loss" in text(own)
    assert waybill_state(paper) == "received"
    audited = text(sign_in("auditor").get(f"/losses/{report.pk}"))
    assert "lot F1: did not arrive" in audited
    assert ("missing on arrival" in audited, "Sign the loss" in audited) == (True, False)
    assert f"/losses/{report.pk}" in text(sign_in("auditor").get("/losses"))
    assert send(sign_in("auditor"), desk, f"/losses/{report.pk}").status_code == 403
    assert "missing on arrival" in text(sign_in("khn2").get("/losses"))
    goes(send(sign_in("khn2"), desk, f"/losses/{report.pk}"), f"/losses/{report.pk}")

    assert waybill_state(rows.Waybill.objects.get()) == "closed"
    seen = text(sign_in("auditor").get(page))
    assert 'class="state">closed' in seen
    assert [word in seen for word in ("issued", "sent on its way", "loss signed")] == [True] * 3
    folds()
    assert books.problems() == []


def receipt(client, desk, paper, counted, place="KHN", **more):
    values = {"place": desk.place(place).pk, "counted_at": "2023-09-22T10:00", **counted, **more}
    return send(client, desk, f"/waybills/{paper.pk}/receive", **values)


@pytest.mark.parametrize(
    ("typed", "done", "damaged", "missing", "surplus"),
    [
        ({"arrived-1": "975", "torn-1": "5", "stained-1": "2"}, 968, 7, 25, 0),
        (
            {"arrived-1": "1 010", "torn-1": "5", "mouldy-1": "3", "light-1": "10", "light-kg-1": "50"},
            1_002,
            8,
            0,
            10,
        ),
        ({"arrived-1": "990"}, 990, 0, 10, 0),
    ],
    ids=["850", "853", "854"],
)
def test_care_receipts_typed_in_from_paper(desk, sign_in, typed, done, damaged, missing, surplus):
    """1,000 sent each: CARE food resources manual, waybills 850, 853 and 854; no. 853 lacks 5 kg in each of ten."""
    paper, line = on_the_road(desk, 1_000)
    goes(receipt(sign_in("receiver"), desk, paper, typed), f"/waybills/{paper.pk}")
    wanted = {"done": done, "damaged": damaged, "transit": missing, "surplus": -surplus}
    assert kinds(line) == {kind: units for kind, units in wanted.items() if units}
    row = rows.ReceiptLine.objects.get()
    assert row.underweight_g == (50_000 if "light-1" in typed else 0)
    assert row.arrived + row.missing == 1_000 + row.excess
    state = "received, something is missing" if missing else "closed"
    assert f'class="state">{state}' in text(sign_in("auditor").get(f"/waybills/{paper.pk}"))
    folds()


def test_a_receipt_that_cannot_be_read_is_asked_for_again_with_what_was_typed(desk, sign_in):
    paper, _ = on_the_road(desk, 1_000)
    wrong = receipt(sign_in("receiver"), desk, paper, {"arrived-1": "many", "torn-1": "-1", "remark": "<b>"})
    assert wrong.status_code == 422
    seen = text(wrong)
    assert 'href="#arrived-1"' in seen
    assert 'aria-describedby="arrived-1-hint arrived-1-problem"' in seen
    assert "this is not a whole number" in seen
    assert "<details open>" in seen
    assert "&lt;b&gt;" in seen
    assert not rows.Receipt.objects.exists()
    more = receipt(sign_in("receiver"), desk, paper, {"arrived-1": "5", "torn-1": "6"})
    assert (more.status_code, "only 5 arrived" in text(more)) == (409, True)


def test_a_form_that_is_sent_twice_writes_once(desk, sign_in):
    paper, _ = on_the_road(desk, 1_000)
    values = {"id": str(desk.id()), "place": desk.place("KHN").pk, "counted_at": "2023-09-22T10:00"}
    values["arrived-1"] = "1000"
    for _ in range(2):
        goes(sign_in("receiver").post(f"/waybills/{paper.pk}/receive", values), f"/waybills/{paper.pk}")
    assert rows.Receipt.objects.count() == 1


def test_goods_turned_back_are_received_where_they_came_from(desk, sign_in):
    paper, line = on_the_road(desk, 1_000)
    desk.do("grant_role", "admin", operation=desk.operation.pk, user=desk.people["keeper"].pk, role=Role.RECEIVER)
    before = desk.free("AGD", line.batch.code)
    goes(receipt(sign_in("keeper"), desk, paper, {"arrived-1": "1000"}, "AGD"), f"/waybills/{paper.pk}")
    assert desk.free("AGD", line.batch.code) == before + 1_000
    assert "turned back" in text(sign_in("auditor").get(f"/waybills/{paper.pk}"))


def test_whoever_is_not_at_a_place_does_not_receive_there(desk, sign_in):
    paper, _ = on_the_road(desk, 1_000)
    elsewhere = receipt(sign_in("receiver"), desk, paper, {"arrived-1": "1000"}, "AGD")
    assert (elsewhere.status_code, "this cannot be chosen" in text(elsewhere)) == (422, True)


def test_a_void_waybill_carries_nothing_and_has_no_paper(desk, sign_in):
    (paper,) = issued(desk, 1_000)
    page = f"/waybills/{paper.pk}"
    assert send(sign_in("dispatcher"), desk, f"{page}/void", remark=" ").status_code == 422
    goes(send(sign_in("dispatcher"), desk, f"{page}/void", remark="truck broke down"), page)
    seen = text(sign_in("dispatcher").get(page))
    assert "truck broke down" in seen
    assert "Loading tally" not in seen
    assert sign_in("dispatcher").get(f"{page}/paper.pdf").status_code == 409
    assert send(sign_in("dispatcher"), desk, f"{page}/print").status_code == 409


def test_goods_are_reserved_by_the_page(desk, sign_in):
    (paper,) = issued(desk, 1_000)
    other = a_second(paper, 500)
    page = f"/waybills/{other.pk}"
    assert "Reserve the goods" in text(sign_in("dispatcher").get(page))
    goes(send(sign_in("dispatcher"), desk, f"{page}/reserve"), page)
    assert "Reserve the goods" not in text(sign_in("dispatcher").get(page))
    assert kinds(other.lines.get()) == {"reserved": 500}


def test_what_was_tallied_first_is_reserved_afterwards_and_nothing_when_it_has_left(desk, sign_in):
    (paper,) = issued(desk, 1_000)
    other = a_second(paper, 500)
    desk.do("load_waybill", "keeper", waybill=other.pk, loaded=((1, 490),), remark="wet")
    page = f"/waybills/{other.pk}"
    goes(send(sign_in("dispatcher"), desk, f"{page}/reserve"), page)
    assert kinds(other.lines.get()) == {"reserved": 490}
    goes(send(sign_in("dispatcher"), desk, f"{page}/dispatch"), page)
    left = send(sign_in("dispatcher"), desk, f"{page}/reserve")
    assert (left.status_code, "the waybill has left" in text(left)) == (409, True)
    assert kinds(other.lines.get()) == {"transit": 490}


def test_what_nobody_reserved_leaves_from_the_free_stock_as_long_as_there_is_enough(desk, sign_in):
    """6,000 kg of the lot are there, 1,000 reserved: of two more papers for 4,500 and 600 the second stays."""
    (paper,) = issued(desk, 1_000)
    first = a_second(paper, 4_500)
    last = a_second(first, 600)
    for one in (first, last):
        quantity = one.lines.get().quantity
        desk.do("load_waybill", "keeper", waybill=one.pk, loaded=((1, quantity),))
    goes(send(sign_in("dispatcher"), desk, f"/waybills/{first.pk}/dispatch"), f"/waybills/{first.pk}")
    assert kinds(first.lines.get()) == {"transit": 4_500}
    refused = send(sign_in("dispatcher"), desk, f"/waybills/{last.pk}/dispatch")
    assert refused.status_code == 409
    assert not rows.Dispatch.objects.filter(waybill=last).exists()
    assert "500 kg" in text(refused)
    folds()


def a_second(paper, quantity):
    names = ("operation", "series", "plan", "journey", "origin", "destination", "depart", "arrive")
    other = rows.Waybill.objects.create(
        **{name: getattr(paper, name) for name in names},
        no=paper.no + 1,
        issued_by=paper.issued_by,
        issued_at=paper.issued_at,
    )
    line = paper.lines.get()
    rows.WaybillLine.objects.create(
        waybill=other, position=1, need=line.need, place=line.place, batch=line.batch, quantity=quantity
    )
    return other


def test_waybills_are_found_by_number_plate_place_and_state(desk, sign_in):
    (paper,) = issued(desk, 1_000)
    client, plate = sign_in("auditor"), paper.journey.vehicle.plate
    for query in ("OP-AGD-000001", "1", plate, "khn", "R-000001", "OP-"):
        assert "OP-AGD-000001</a>" in text(client.get("/waybills", {"q": query})), query
    for query in ("OP-AGD-000002", "nothing", "9" * 30):
        assert "OP-AGD-000001</a>" not in text(client.get("/waybills", {"q": query})), query
    assert "OP-AGD-000001</a>" in text(client.get("/waybills", {"state": "issued"}))
    assert "OP-AGD-000001</a>" not in text(client.get("/waybills", {"state": "closed"}))


def a_convoy(desk, paper):
    convoy = rows.Convoy.objects.create(
        operation=desk.operation,
        plan=paper.plan,
        code="C1",
        origin=paper.origin,
        destination=paper.destination,
        depart=paper.depart,
        arrive=paper.arrive,
        leader=paper.journey.vehicle.driver,
    )
    rows.ConvoyJourney.objects.create(convoy=convoy, journey=paper.journey, position=1)
    return convoy


def test_nothing_leaves_before_the_gate_is_open(desk, sign_in):
    (paper,) = issued(desk, 1_000)
    convoy = a_convoy(desk, paper)
    desk.do("load_waybill", "keeper", waybill=paper.pk, loaded=((1, 1_000),))
    client, page = sign_in("dispatcher"), f"/convoys/{convoy.pk}"
    assert "nobody leads the convoy yet" in text(client.get(f"/waybills/{paper.pk}/dispatch"))
    shut = send(client, desk, f"/waybills/{paper.pk}/dispatch")
    assert (shut.status_code, in_transit(paper)) == (409, 0)
    assert "The gate is shut" in text(client.get(page))
    early = send(client, desk, f"{page}/gate", condition="papers", met="yes")
    assert (early.status_code, "not every waybill of the convoy is printed" in text(early)) == (409, True)
    assert f"/waybills/{paper.pk}" in text(client.get(page))
    assert "Not printed yet" in text(client.get(page))
    assert printed(client, desk, f"/waybills/{paper.pk}").status_code == 200
    assert "Not printed yet" not in text(client.get(page))
    alone = send(client, desk, f"{page}/gate", condition="clearance", met="yes")
    assert (alone.status_code, "no clearance or notification on record" in text(alone)) == (409, True)
    granted(desk, convoy)
    for condition in READINESS:
        goes(send(client, desk, f"{page}/gate", condition=condition, met="yes"), f"{page}#gate")
    assert "The gate is open." in text(client.get(page))
    # Taken back, the gate is shut again.
    goes(send(client, desk, f"{page}/gate", condition="briefing", met="no"), f"{page}#gate")
    shut = send(client, desk, f"/waybills/{paper.pk}/dispatch")
    assert "the drivers are not briefed" in text(shut)
    released = send(client, desk, f"{page}/check-in", state="released")
    assert (released.status_code, rows.CheckIn.objects.count()) == (409, 0)
    goes(send(client, desk, f"{page}/gate", condition="briefing", met="yes"), f"{page}#gate")
    goes(send(client, desk, f"/waybills/{paper.pk}/dispatch"), f"/waybills/{paper.pk}")
    assert in_transit(paper) == 1_000


def test_check_ins_and_incidents_stand_on_the_convoys_page(desk, sign_in):
    (paper,) = issued(desk, 1_000)
    convoy = a_convoy(desk, paper)
    client, page = sign_in("dispatcher"), f"/convoys/{convoy.pk}"
    assert send(client, desk, f"{page}/check-in", state="flying").status_code == 422
    here = {"state": "blocked", "place": desk.place("ASK").pk, "remark": "shut until noon"}
    goes(send(client, desk, f"{page}/check-in", **here), page)
    incident = f"/journeys/{paper.journey_id}/incident"
    goes(send(client, desk, incident, kind="turned back", remark="sent home"), page)
    seen = text(client.get(page))
    assert "blocked, Askeran" in seen
    assert "shut until noon" in seen
    assert "sent home" in seen
    assert "blocked" in text(client.get("/convoys"))


def test_names_are_for_whoever_may_see_them(desk, sign_in):
    (paper,) = issued(desk, 1_000)
    convoy = a_convoy(desk, paper)
    name = paper.journey.vehicle.driver.name
    for page in (f"/waybills/{paper.pk}", f"/convoys/{convoy.pk}"):
        assert name in text(sign_in("dispatcher").get(page))
        assert name not in text(sign_in("auditor").get(page))
    assert sign_in("auditor").post(f"/waybills/{paper.pk}/print").status_code == 403


POSTS = ("reserve", "void", "load", "dispatch", "receive", "loss", "print", "return")


def test_of_what_is_not_theirs_they_are_told_nothing(desk, sign_in):
    """``baker`` keeps another store than those of the waybill; ``stranger`` has no role."""
    (paper,) = issued(desk, 1_000)
    convoy = a_convoy(desk, paper)
    baker = sign_in("baker")
    own = [f"/waybills/{paper.pk}", f"/convoys/{convoy.pk}", f"/waybills/{paper.pk}/load", f"/waybills/{paper.pk}/loss"]
    for address in own:
        assert baker.get(address).status_code == 404, address
    for address in ("/waybills/999", "/convoys/999", "/waybills/999/paper.pdf", "/waybills/999/dispatch"):
        assert sign_in("dispatcher").get(address).status_code == 404, address
    for address in ("/journeys/999/incident", "/convoys/999/check-in"):
        assert sign_in("dispatcher").get(address).status_code == 404, address
    assert sign_in("khn2").get(f"/losses/{desk.id()}").status_code == 404
    assert "OP-AGD" not in text(baker.get("/waybills"))
    stranger = sign_in("stranger")
    for address in [
        *own,
        "/waybills",
        "/transfers",
        "/convoys",
        "/losses",
        "/waybills/check",
        *(f"{own[0]}/{it}" for it in POSTS),
    ]:
        assert stranger.get(address).status_code == 403, address
        assert stranger.post(address).status_code == 403, address


def test_who_may_do_what_with_a_waybill(desk, sign_in):
    (paper,) = issued(desk, 1_000)
    allowed = {
        "void": {"dispatcher"},
        "load": {"dispatcher", "keeper"},
        "dispatch": {"dispatcher"},
        "receive": {"receiver", "khn2"},
        "loss": {"approver", "second", "keeper", "receiver", "khn2"},
    }
    for step, people in allowed.items():
        for who in desk.people:
            status = sign_in(who).get(f"/waybills/{paper.pk}/{step}").status_code
            assert (status == 200) == (who in people), (step, who, status)


def test_the_paper_has_a_code_that_is_checked(desk, sign_in):
    (paper,) = issued(desk, 1_000)
    pdf = printed(sign_in("dispatcher"), desk, f"/waybills/{paper.pk}")
    assert (pdf.status_code, pdf["Content-Type"], pdf.content[:5]) == (200, "application/pdf", b"%PDF-")
    code = printing.code(paper, printing.waybill(paper).digest)
    client = sign_in("receiver")
    good = client.post("/waybills/check", {"text": code})
    assert "Signed here, and as it was issued" in text(good)
    assert "OP-AGD-000001" in text(good)
    for wrong, words in {
        "KV1:": "not the code of a waybill",
        code[:-1]: "not the code of a waybill",
        flipped(code, 30): "no key of this desk signed this code",
        printing.code(paper, "0" * 64): "do not say the same",
    }.items():
        page = client.post("/waybills/check", {"text": wrong})
        assert (page.status_code, words in text(page)) == (422, True), text(page)
    foreign = sign_in("baker").post("/waybills/check", {"text": code})
    assert "you see no such waybill" in text(foreign)


def flipped(code, at):
    return code[:at] + ("A" if code[at] != "A" else "B") + code[at + 1 :]


def printed(client, desk, page):
    """The button on the page, and the PDF that it leads to."""
    made = send(client, desk, f"{page}/print")
    assert made.status_code == 302, text(made)
    return client.get(made["Location"])


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed")
def test_an_erased_driver_is_on_no_new_paper(desk, sign_in):
    (paper,) = issued(desk, 1_000)

    def read():
        pdf = printed(sign_in("dispatcher"), desk, f"/waybills/{paper.pk}").content
        return subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()

    before = read()
    assert ["Alice" in before or "Bob" in before, "OP-AGD-000001" in before] == [True, True]
    rows.Contact.objects.filter(pk=paper.journey.vehicle.driver_id).update(name="", phone="")
    after = read()
    assert ["Alice" in after or "Bob" in after, "OP-AGD-000001" in after] == [False, True]


def test_a_received_waybill_offers_no_second_receipt(desk, sign_in):
    paper, _ = on_the_road(desk, 1_000)
    received(desk, paper, Counted(arrived=1_000))
    assert "Type in the receipt" not in text(sign_in("receiver").get(f"/waybills/{paper.pk}"))
    again = receipt(sign_in("khn2"), desk, paper, {"arrived-1": "1000"})
    assert (again.status_code, "there is one already" in text(again)) == (409, True)
