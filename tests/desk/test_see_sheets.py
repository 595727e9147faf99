"""Every list as a file: what stood on the page stands in it, unchanged, and nothing of it runs in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime

import openpyxl
import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from karavan.desk import models as rows
from karavan.desk.access import ROUTES
from karavan.desk.views import sheets
from karavan.domain.roles import Role
from karavan.workbook.grid import Grid
from karavan.workbook.lists import list_as_csv, list_as_xlsx
from tests.desk.test_story import an_approved_request, on_the_road

HOSTILE = (
    "=1+1",
    "+1",
    "-1+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\t=1+1",
    "'=1",
    "＝1+1",
    '=HYPERLINK("http://example.org","x")',
    "a\u202eb\u200fc",
    "two\nlines",
    'quo"te, comma; semicolon',
    "x" * 4_000,
    "🚚 Խանքենդի Xankəndi",
    "007",
    "1e5",
    "_x0041_",
    "2023-09-22",
)
# Pages with a table or a list that are no list to take away: one thing, or a form.
NO_LISTS = {"map", "home", "self", "count_stores", "waybill_check", "code", "request_import", "request_new", "person"}


@pytest.fixture
def come(desk):
    def of(who):
        client = Client(HTTP_HOST="localhost")
        client.force_login(desk.people[who])
        return client

    return of


def read_csv(data):
    """As the workbook's reader does: one apostrophe before what would run is taken away."""
    text = io.StringIO(data.decode("utf-8-sig"), newline="")
    return [[re.sub(r"^'(?='*[=+\-@\t\r＝＋－＠])", "", cell) for cell in row] for row in csv.reader(text)]


def read_xlsx(data):
    """An underscore that would be read as an escape is written as one, which openpyxl does not undo."""
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)

    def plain(value):
        return value.replace("_x005F_", "_") if isinstance(value, str) else value

    return [[plain(value) for value in row] for row in sheet.iter_rows(values_only=True)]


def test_hostile_texts_survive_both_kinds_unchanged_and_none_is_a_formula():
    grid = Grid("List", ["=1+1", "Text"], [[number, text] for number, text in enumerate(HOSTILE)])
    assert [row[1] for row in read_xlsx(list_as_xlsx(grid))[1:]] == list(HOSTILE)
    data = list_as_csv(grid)
    assert [row[1] for row in read_csv(data)[1:]] == list(HOSTILE)
    assert read_csv(data)[0] == ["=1+1", "Text"]
    # The negative control: as it stands in the file nothing begins like a formula.
    stored = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) for cell in row]
    assert not [cell for cell in stored if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))]


def everything(desk):
    """Something in every list, with hostile names wherever somebody may type one."""
    on_the_road(desk, 5_000)
    for number, text in enumerate(HOSTILE):
        short = text[:200]
        if "\n" not in short:
            desk.do("enter_contact", "officer", operation=desk.operation.pk, name=short, phone=short, email=short)
        given = {"place": desk.place("AGD").pk, "item": "SOAP", "quantity": 1}
        desk.do("receive_stock", "keeper", **given, code=f"{short[:190]}{number}", donor=short)
    rows.Request.objects.filter(number="REQ-1").update(organisation=HOSTILE[0])
    stock = rows.Account.objects.get(kind="stock", place=desk.place("AGD"))
    lost = ((stock.pk, desk.batch("S1").pk, 5),)
    desk.do("report_loss", "keeper", place=desk.place("AGD").pk, reason="fire", lost=lost)
    desk.do("record_count", "counter", place=desk.place("AGD").pk, counted=((desk.batch("S1").pk, 1),))
    flour = ((desk.batch("F1").pk, 1),)
    way = {"origin": desk.place("AGD").pk, "destination": desk.place("BKR").pk, "depart": desk.now}
    way |= {"arrive": desk.now.replace(year=2024), "vehicle": rows.Vehicle.objects.first().pk}
    desk.do("ask_transfer", "keeper", **way, goods=flour)
    given = {"operation": desk.operation.pk, "kind": "clearance", "lead_s": 60, "reference": "OUT-1"}
    desk.do("ask_clearance", "dispatcher", **given, authority=HOSTILE[0])
    paper = rows.Waybill.objects.get()
    rows.Convoy.objects.create(
        operation=desk.operation,
        plan=paper.plan,
        code="=C9",
        origin=paper.origin,
        destination=paper.destination,
        depart=paper.depart,
        arrive=paper.arrive,
    )
    user = desk.people["officer"]
    for role in Role:
        rows.Membership.objects.create(
            user=user, operation=desk.operation, role=role.value, granted_by=desk.people["admin"], since=desk.now
        )


def list_routes(client):
    """Every page without a name in its address that shows a table or a list to whoever may do all."""
    for pattern in get_resolver().url_patterns:
        name = getattr(pattern, "name", None)
        if name in ROUTES and "<" not in str(pattern.pattern) and name not in NO_LISTS:
            page = client.get(reverse(name))
            if page.status_code == 200 and re.search(r"<(table|ul|ol)\b", page.content.decode().split("<main")[-1]):
                yield name


def test_every_list_can_be_taken_away_with_the_same_rows_in_both_kinds(desk, come):
    everything(desk)
    client = come("officer")
    found = list(list_routes(client))
    assert {"requests", "waybills", "convoys", "plans", "stock", "losses", "counts", "contacts", "people"} <= set(found)
    assert {"board", "clearances", "consignments", "control", "crew"} <= set(found)
    assert {"fleet", "places", "roads", "transfers"} <= set(found)
    for name in found:
        page = client.get(reverse(name)).content.decode()
        assert 'as=csv"' in page, f"{name}: no file; karavan/desk/views/sheets.py, or NO_LISTS here"
        as_csv, as_xlsx = (client.get(f"{reverse(name)}?as={kind}") for kind in ("csv", "xlsx"))
        assert (as_csv.status_code, as_xlsx.status_code) == (200, 200), name
        assert as_csv["Content-Disposition"].startswith("attachment; filename=")
        texts, values = read_csv(as_csv.content), read_xlsx(as_xlsx.content)
        assert len(texts) == len(values) > 1, name
        for text, value in zip(texts, values, strict=True):
            same = [(a, b) for a, b in zip(text, value, strict=True) if isinstance(b, str)]
            assert [a for a, _ in same] == [b for _, b in same], name
    contacts = {row[0] for row in read_xlsx(client.get("/contacts?as=xlsx").content)[1:]}
    assert {text[:200] for text in HOSTILE if "\n" not in text} <= contacts
    donors = {row[4] for row in read_csv(client.get("/stock?as=csv").content)[1:]}
    assert {text[:200] for text in HOSTILE} <= donors


def test_a_file_holds_what_its_reader_may_see_and_what_was_searched(desk, come):
    one = an_approved_request(desk)
    own = read_csv(come("rep").get("/requests?as=csv").content)
    assert [row[0] for row in own[1:]] == [one.number]
    assert come("keeper").get("/requests?as=csv").status_code == 403
    all_rows = read_csv(come("officer").get("/requests?as=csv").content)
    assert {row[0] for row in all_rows[1:]} == {"REQ-1", "REQ-2", "REQ-3", one.number}
    some = read_csv(come("officer").get("/requests?as=csv&state=approved").content)
    assert [row[0] for row in some[1:]] == [one.number]
    assert some[1][-1] == "Asia/Baku"
    assert "state=approved&amp;as=csv" in come("officer").get("/requests?state=approved").content.decode()


def test_a_stock_card_goes_by_the_operations_clock_as_papers_do(desk, come):
    on_the_road(desk, 5_000)
    desk.now = datetime(2023, 9, 22, 21, 30, tzinfo=UTC)
    agd, flour = desk.place("AGD").pk, desk.batch("F1").item_id
    desk.do("receive_stock", "keeper", place=agd, item=desk.batch("F1").item.code, quantity=1, code="NEW")
    # Half past nine in the evening in UTC is half past one of the next day in Baku, four hours ahead.
    address = f"/stock/{agd}/{flour}"
    assert "2023-09-23 01:30" in come("keeper").get(address).content.decode()
    line = read_csv(come("keeper").get(f"{address}?as=csv").content)[1]
    assert (line[0][:16], line[-1]) == ("2023-09-23 01:30", "Asia/Baku")


@pytest.mark.parametrize(("language", "heading"), [("hy", "Համար"), ("ru", "Номер"), ("az", "Nömrə"), ("en", "Number")])
def test_headings_and_words_are_the_readers(desk, come, language, heading):
    client = come("officer")
    client.post("/language", {"language": language, "next": "/"})
    assert read_csv(client.get("/requests?as=csv").content)[0][0] == heading


def test_too_long_a_list_is_refused_and_not_cut(desk, come, monkeypatch):
    monkeypatch.setattr(sheets, "MOST", 2)
    page = come("officer").get("/requests?as=csv")
    assert (page.status_code, "the list has 3 rows" in page.content.decode()) == (409, True)


def test_ten_thousand_rows_are_one_file():
    grid = Grid("List", ["a", "b"], [["=x", number] for number in range(10_000)])
    assert len(read_xlsx(list_as_xlsx(grid))) == 10_001
