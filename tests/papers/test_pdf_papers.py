"""The papers as PDF, read back with poppler: every letter, every page, nothing of the data taken for markup."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import segno

from karavan.domain.errors import KaravanError
from karavan.domain.goods import Item
from karavan.domain.planfile import plan_to_json
from karavan.domain.plans import Convoy, Handling, Journey, Plan, Stop
from karavan.domain.requests import RequestLine
from karavan.domain.rules import Rules
from karavan.domain.situation import Situation
from karavan.domain.waybills import waybills
from karavan.papers import fonts, words
from karavan.papers.convoy import convoy_paper
from karavan.papers.fonts import NOT_PRINTABLE, covered, families, load_fonts, printable
from karavan.papers.loading import loading_paper
from karavan.papers.pdf import convoy_pdf, loading_pdf, plan_digest, write_papers
from karavan.papers.waybill import qr_payload
from karavan.papers.words import COPIES, LABELS, SIGNATURES, Desk
from tests.papers.paper_words import WORDS
from tests.papers.paper_world import ITEMS, PLACES, REQUESTS, VEHICLES, a_plan, a_situation, at, goods

NAMES = [
    "convoy-C1.pdf", "loading-J1.pdf", "waybill-WB-0001.pdf", "loading-J3.pdf", "waybill-WB-0002.pdf",
    "loading-J2.pdf", "waybill-WB-0003.pdf", "loading-J4.pdf", "waybill-WB-0004.pdf", "all.pdf",
]  # fmt: skip


def text_of(path: Path, *how: str) -> str:
    """The text of a PDF without what only serves to break its lines."""
    done = subprocess.run(["pdftotext", *(how or ["-layout"]), path, "-"], capture_output=True, text=True, check=True)
    return done.stdout.replace("\u200b", "").replace("\u00ad", "")


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def flow_of(path: Path) -> str:
    """The text in the order in which it was set, cell by cell, without any space: also words that were divided."""
    return squeezed(text_of(path, "-raw"))


def pages_of(path: Path) -> int:
    done = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True)
    return int(re.search(r"Pages:\s+(\d+)", done.stdout)[1])


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The papers of the hand-made plan in each language, by language."""
    folder = tmp_path_factory.mktemp("papers")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words, "translator", lambda language: lambda text: WORDS[language].get(text, text))
        for language in WORDS:
            write_papers(folder / language, a_situation(), a_plan(), language)
    return {language: folder / language for language in WORDS}


def test_one_file_for_each_paper_and_one_with_all(tmp_path: Path) -> None:
    paths = write_papers(tmp_path / "out" / "papers", a_situation(), a_plan(), "en")
    assert [path.name for path in paths] == NAMES
    assert sorted(path.name for path in (tmp_path / "out" / "papers").iterdir()) == sorted(NAMES)
    assert pages_of(paths[-1]) == sum(pages_of(path) for path in paths[:-1])


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path) -> None:
    first = write_papers(tmp_path / "a", a_situation(), a_plan(), "ru")
    second = write_papers(tmp_path / "b", a_situation(), a_plan(), "ru")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_a_waybill_holds_all_that_a_waybill_must(written: dict[str, Path]) -> None:
    text = text_of(written["en"] / "waybill-WB-0001.pdf")
    for expected in (
        "WB-0001", "Aghdam - Askeran - Khankendi", "77-AA-101", "20 t truck", "Driver One", "+994 50 111 11 11",
        "Trailer", "09:00", "10:15", "2023-09-22", "Asia/Baku", "Representative of the residents · Town council",
        "+374 00 555 555", "REQ-7/1", "Wheat flour", "lot F-23/081", "expires 2024-08-01 04:00", "240 sacks",
        "83 cartons", "12 000 kg", "12 120", "13 912", "21.996", "Good", "Damaged", "Missing", "Remarks",
        "Page 1 of 1", *SIGNATURES, *COPIES,
    ):  # fmt: skip
        assert expected in text, expected
    assert text.count("Signature") == 3
    assert plan_digest(a_plan())[:12].upper() in text


@pytest.mark.parametrize(
    ("language", "place", "goods_name", "letters"),
    [
        ("az", "Xankəndi", "Buğda unu", "əğıİşçöü"),
        ("hy", "Ստեփանակերտ", "Ցորենի ալյուր", "Սխևձջճ՝"),
        ("ru", "Степанакерт / Ханкенди", "Пшеничная мука", "шщыёъ"),
        ("en", "Khankendi", "Wheat flour", "Wgq"),
    ],
)
def test_every_language_is_set_with_all_its_letters(
    written: dict[str, Path], language: str, place: str, goods_name: str, letters: str
) -> None:
    assert set(map(ord, letters)) <= covered()
    waybill = text_of(written[language] / "waybill-WB-0001.pdf")
    everything = flow_of(written[language] / "all.pdf")
    assert place in waybill
    assert goods_name in waybill
    others = (name for _, name in PLACES[2].names)
    assert all(squeezed(name) in squeezed(waybill) for name in others)
    for english, said in WORDS[language].items():
        if "{" not in said:
            assert squeezed(said) in everything, english
    assert NOT_PRINTABLE not in everything


@pytest.mark.parametrize("language", WORDS)
def test_papers_use_only_the_fonts_that_come_with_the_package(written: dict[str, Path], language: str) -> None:
    done = subprocess.run(["pdffonts", written[language] / "all.pdf"], capture_output=True, text=True, check=True)
    rows = done.stdout.splitlines()[2:]
    assert rows
    assert all(re.match(r"[A-Z]{6}\+NotoSans", row) and " yes yes " in row for row in rows), done.stdout


@pytest.mark.parametrize("language", WORDS)
def test_an_ordinary_waybill_is_one_sheet(written: dict[str, Path], language: str) -> None:
    assert [pages_of(path) for path in sorted(written[language].glob("waybill-*.pdf"))] == [1, 1, 1, 1]


def test_the_convoy_sheet_says_whom_to_call_and_what_to_do(written: dict[str, Path]) -> None:
    text = flow_of(written["en"] / "convoy-C1.pdf")
    for expected in (
        "Focal point, +994 50 999 99 99", "When blocked", "Only the leader speaks.", "No passengers. No armed escort.",
        "Sent 2023-09-20 10:00.", "Lead time 48 h: leave not before 2023-09-22 10:00.",
        "A notification is no permission and no guarantee.", "16 km after Aghdam, 8 km before Askeran",
        "Leader, First", "13.91 t", "10.1 t", "960 kg", "Driver Two", "restricted; source: road administration",
        "gate hours 08:00-18:00; up to 40 t; not in the dark (20:00-06:00)",
    ):  # fmt: skip
        assert squeezed(expected) in text, expected


def test_check_ins_are_every_half_hour_and_say_where() -> None:
    desk = Desk(a_situation(), a_plan(), "en")
    # 09:30 is 30 of 45 minutes into 24 km; 10:00 is 15 of 30 minutes into 14 km.
    assert convoy_paper(desk, a_plan().convoys[0])["check_ins"] == [
        {"at": "2023-09-22 09:00", "where": "Aghdam, on leaving"},
        {"at": "2023-09-22 09:30", "where": "16 km after Aghdam, 8 km before Askeran"},
        {"at": "2023-09-22 10:00", "where": "7 km after Askeran, 7 km before Khankendi"},
        {"at": "2023-09-22 10:15", "where": "Khankendi, on arrival"},
    ]


@pytest.mark.parametrize(("every_s", "expected"), [(0, 2), (45 * 60, 3), (75 * 60, 2), (1, 2 + 14)])
def test_check_ins_at_other_intervals(every_s: int, expected: int) -> None:
    """0: only leaving and arriving; below five minutes: every five, of which 75 minutes hold 14 on the way."""
    situation = a_situation()
    operation = replace(situation.operation, rules=replace(situation.operation.rules, check_in_s=every_s))
    desk = Desk(replace(situation, operation=operation), a_plan(), "en")
    assert len(convoy_paper(desk, a_plan().convoys[0])["check_ins"]) == expected


def test_without_its_settings_a_convoy_sheet_leaves_room_to_write() -> None:
    situation = a_situation()
    operation = replace(situation.operation, rules=Rules(blocked_instructions="Wait.\nCall base."))
    plan = a_plan(convoys=(replace(a_plan().convoys[0], leader=""),))
    paper = convoy_paper(Desk(replace(situation, operation=operation), plan, "en"), plan.convoys[0])
    assert (paper["security"], paper["leader"], paper["blocked"]) == ("", None, "Wait.\nCall base.")
    assert "____" in paper["notification"][0]


def test_loading_list_starts_with_what_is_handed_over_last() -> None:
    village, town = goods("REQ-8/1", "flour", 100), goods("REQ-7/1", "flour", 500)
    soap = goods("REQ-7/3", "soap", 72, compartment=1)
    stops = (
        Stop(place="AGD", arrive=at(0), start=at(0), end=at(1), loads=(village, soap, town)),
        Stop(place="ASK", arrive=at(2), start=at(2), end=at(3), unloads=(village,)),
        Stop(place="KHN", arrive=at(4), start=at(4), end=at(5), unloads=(town, soap)),
    )
    plan = Plan(journeys=(Journey(code="J1", vehicle="77-AA-101", stops=stops),))
    paper = loading_paper(Desk(a_situation(), plan, "en"), plan.journeys[0])
    first, second = paper["loadings"][0]["compartments"]
    assert [(row["sequence"], row["place"], row["quantity"]) for row in first["rows"]] == [
        ("1", "Khankendi", "500"),
        ("2", "Askeran", "100"),
    ]
    assert [(row["sequence"], row["goods"]["name"]) for row in second["rows"]] == [("3", "Soap")]
    # 600 kg of flour at 1.6 litres; 72 pieces of soap at 180 cm3
    assert first["heading"] == "Compartment 1 of 2, counted from the front: filled 0.96\u00a0m³ of 60\u00a0m³"
    assert second["heading"] == "Compartment 2 of 2, counted from the front: filled 0.01\u00a0m³ of 30\u00a0m³"
    assert paper["waybills"] == ["WB-0001", "WB-0002"]
    assert paper["loadings"][0]["notes"] == ["Load whole sacks and cartons only; do not open them."]


def test_loading_list_tells_what_else_lies_in_the_compartment() -> None:
    oil, flour = goods("REQ-7/2", "oil", 100), goods("REQ-7/1", "flour", 500)
    stops = (
        Stop(place="AGD", arrive=at(0), start=at(0), end=at(1), loads=(oil,)),
        Stop(place="ASK", arrive=at(2), start=at(2), end=at(3), loads=(flour,)),
        Stop(place="KHN", arrive=at(4), start=at(4), end=at(5), unloads=(oil, flour)),
    )
    plan = Plan(journeys=(Journey(code="J1", vehicle="77-AA-102", stops=stops),))
    paper = loading_paper(Desk(a_situation(), plan, "en"), plan.journeys[0])
    headings = [loading["compartments"][0]["heading"] for loading in paper["loadings"]]
    assert headings == ["Filled 0.15\u00a0m³ of 90\u00a0m³", "Filled 0.95\u00a0m³ of 90\u00a0m³"]  # 0.15 + 500 x 0.0016


def test_the_qr_code_on_the_paper_reads_as_it_should(written: dict[str, Path], tmp_path: Path) -> None:
    path = written["en"] / "waybill-WB-0002.pdf"
    bill = waybills(a_situation(), a_plan())[1]
    payload = qr_payload(bill, plan_digest(a_plan()))
    assert payload == f"KARAVAN 1 {plan_digest(a_plan())[:12]} WB-0002 {bill.digest[:8]}".upper()
    subprocess.run(["pdftoppm", "-gray", "-r", "300", "-singlefile", path, tmp_path / "page"], check=True)
    kind, width, height, _, pixels = (tmp_path / "page.pgm").read_bytes().split(maxsplit=4)[:5]
    assert kind == b"P5"
    rows = [pixels[i : i + int(width)] for i in range(0, int(width) * int(height), int(width))]
    matrix = segno.make_qr(payload, error="q", mask=0).matrix
    assert sampled(rows, len(matrix)) == [bytes(row) for row in matrix]


def sampled(rows: list[bytes], modules: int) -> list[bytes]:
    """The dark modules of the code in the sheet's upper right corner, read at the middle of each."""
    left_edge, end = int(len(rows[0]) * 0.88), int(len(rows) * 0.145)
    dark = [(x, y) for y in range(end) for x in range(left_edge, len(rows[0])) if rows[y][x] < 128]
    left, right = min(x for x, _ in dark), max(x for x, _ in dark)
    top, bottom = min(y for _, y in dark), max(y for _, y in dark)
    step_x, step_y = (right - left + 1) / modules, (bottom - top + 1) / modules
    return [
        bytes(rows[int(top + (j + 0.5) * step_y)][int(left + (i + 0.5) * step_x)] < 128 for i in range(modules))
        for j in range(modules)
    ]


def test_a_phone_reads_the_qr_code(written: dict[str, Path], tmp_path: Path) -> None:
    reader = pytest.importorskip("zxingcpp")
    numpy = pytest.importorskip("numpy")
    path = written["hy"] / "waybill-WB-0001.pdf"
    subprocess.run(["pdftoppm", "-gray", "-r", "110", "-singlefile", path, tmp_path / "page"], check=True)
    _, width, height, _, pixels = (tmp_path / "page.pgm").read_bytes().split(maxsplit=4)[:5]
    picture = numpy.frombuffer(pixels, numpy.uint8).reshape(int(height), int(width))
    bill = waybills(a_situation(), a_plan())[0]
    assert [code.text for code in reader.read_barcodes(picture)] == [qr_payload(bill, plan_digest(a_plan()))]


def test_the_qr_code_tells_nothing_of_place_load_or_people() -> None:
    bill = waybills(a_situation(), a_plan())[0]
    payload = qr_payload(bill, plan_digest(a_plan()))
    assert re.fullmatch(r"KARAVAN 1 [0-9A-F]{12} WB-0001 [0-9A-F]{8}", payload)


def test_the_digest_on_the_papers_is_that_of_the_plan_file(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(plan_to_json(a_plan()), encoding="utf-8", newline="\n")
    done = subprocess.run(["sha256sum", tmp_path / "plan.json"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(plan_digest(a_plan()))


HOSTILE = (
    '#set page(width: 1cm)', '$x^2$', 'a \\ b \\n', 'quote " and \' and `code`', '"]}', '<end-0>', '@ref', '// no note',
    '#panic()', '*bold* _it_', 'sys.inputs.data', '{page} {zone}', "= heading", '\u202eright to left\u202c', 'x' * 300,
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_the_data_is_read_as_markup(tmp_path: Path, text: str) -> None:
    situation, plan = everywhere(text)
    all_papers = write_papers(tmp_path, situation, plan, "en")[-1]
    shown = squeezed(text.replace("\u202e", "").replace("\u202c", ""))
    assert flow_of(all_papers).count(shown) >= 20


def everywhere(text: str) -> tuple[Situation, Plan]:
    """The world with ``text`` in every field that a person fills in."""
    situation = a_situation()
    rules = replace(situation.operation.rules, security_contact=text, blocked_instructions=text)
    return replace(
        situation,
        operation=replace(situation.operation, name=text, rules=rules),
        places=tuple(replace(p, names=(("en", text), ("az", f"{text} az"), *p.names), contact=text) for p in PLACES),
        items=tuple(replace(item, names=(("en", text),), unit=text, handling_unit=text) for item in ITEMS),
        vehicles=tuple(replace(v, type=text, driver=text, phone=text) for v in VEHICLES),
        roads=tuple(replace(road, status_source=text) for road in situation.roads),
        requests=tuple(replace(r, raised_by=text, organisation=text, contact=text) for r in REQUESTS),
    ), a_plan(journeys=tuple(replace(j) for j in a_plan().journeys))


def test_codes_become_harmless_file_names(tmp_path: Path) -> None:
    codes = {"J1": "../../etc/x", "J2": "a/b", "J3": "a:b", "J4": "😀" * 100}
    journeys = tuple(replace(journey, code=codes[journey.code]) for journey in a_plan().journeys)
    convoy = replace(a_plan().convoys[0], code="..", journeys=(), leader="")
    paths = write_papers(tmp_path / "p", a_situation(), a_plan(journeys=journeys, convoys=(convoy,)), "en")
    assert sorted(path.name for path in paths if path.name.startswith(("loading", "convoy"))) == [
        "convoy-_.pdf", "loading-_.pdf", "loading-a_b-2.pdf", "loading-a_b.pdf", "loading-etc_x.pdf",
    ]  # fmt: skip
    assert {path.parent for path in paths} == {tmp_path / "p"}
    assert all(path.stat().st_size > 1_000 for path in paths)


def test_letters_that_no_font_has_are_marked_and_the_paper_says_so(tmp_path: Path) -> None:
    names = (("en", "Place \N{HEBREW LETTER ALEF}\ud800 \N{CJK UNIFIED IDEOGRAPH-4E2D}"),)
    assert ord("中") not in covered()
    places = tuple(replace(place, names=names) if place.code == "KHN" else place for place in PLACES)
    write_papers(tmp_path, a_situation(places=places), a_plan(), "en")
    marked, clean = text_of(tmp_path / "waybill-WB-0001.pdf"), text_of(tmp_path / "waybill-WB-0002.pdf")
    assert marked.count(NOT_PRINTABLE) == 4  # three letters, and the sign in the note that explains them
    assert LABELS["not_printable"] in marked
    assert "For: Place" in clean  # WB-0002 carries flour that goes on to that place
    only_village = text_of(tmp_path / "loading-J3.pdf")
    assert LABELS["not_printable"] not in only_village


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Xankəndi", "Xankəndi"),
        ("a\u202eb\u2066c\ufeff\x00\x1b", "abc"),
        ("a\u2028b\u3000c\td", "a b c d"),
        ("1\u202f000\u00a0kg", "1\u202f000\u00a0kg"),
        ("two\nlines", "two\nlines"),
        ("g\u0306", "ğ"),
        ("e" + "\u0301" * 50, "é" + "\u0301" * 3),
        ("中", NOT_PRINTABLE),
        ("\ud800", NOT_PRINTABLE),
        ("x" * 25, "x" * 12 + "\u200b" + "x" * 12 + "\u200bx"),
    ],
)
def test_printable(text: str, expected: str) -> None:
    assert printable(text) == expected


def test_a_long_waybill_runs_over_several_sheets_that_know_their_number(tmp_path: Path) -> None:
    lines = tuple(RequestLine(request="REQ-7", line=number, item="flour", quantity=50) for number in range(1, 41))
    requests = (replace(REQUESTS[0], lines=lines),)
    loads = tuple(goods(line.code, "flour", 50) for line in lines)
    stops = (
        Stop(place="AGD", arrive=at(0), start=at(0), end=at(1), loads=loads),
        Stop(place="KHN", arrive=at(4), start=at(4), end=at(5), unloads=loads),
    )
    plan = Plan(journeys=(Journey(code="J1", vehicle="77-AA-101", stops=stops),))
    *_, waybill, everything = write_papers(tmp_path, a_situation(requests=requests), plan, "en")
    text = text_of(waybill)
    pages = pages_of(waybill)
    assert pages == 3
    for page in range(1, pages + 1):
        assert f"Page {page} of {pages}" in text
    assert text.count("Waybill WB-0001 · Plan") == pages
    assert text.count("Sacks, cartons") >= pages - 1
    assert text.count("Signature") == 3
    assert all(f"REQ-7/{number}" in text for number in range(1, 41))
    assert f"Page 3 of {pages}" in text_of(everything)
    *sheets, last, _ = text.split("\f")
    assert "Waybill WB-0001 · Vehicle 77-AA-101" in last
    assert "Page 1 of 3" not in last
    # Whoever signs sees goods on the same sheet, and the headings of their columns.
    assert all(word in last for word in ("REQ-7/39", "REQ-7/40", "Sacks, cartons", "Total", "Signature"))
    assert not any("Signature" in sheet for sheet in sheets)


@pytest.mark.parametrize("count", range(1, 16))
def test_no_sheet_holds_signatures_alone(tmp_path: Path, count: int) -> None:
    numbers = range(1, count + 1)
    lines = tuple(RequestLine(request="REQ-7", line=number, item="flour", quantity=50) for number in numbers)
    loads = tuple(goods(line.code, "flour", 50) for line in lines)
    stops = (
        Stop(place="AGD", arrive=at(0), start=at(0), end=at(1), loads=loads),
        Stop(place="KHN", arrive=at(4), start=at(4), end=at(5), unloads=loads),
    )
    plan = Plan(journeys=(Journey(code="J1", vehicle="77-AA-101", stops=stops),))
    situation = a_situation(requests=(replace(REQUESTS[0], lines=lines),))
    text = text_of(write_papers(tmp_path, situation, plan, "en")[-2])
    last = text.split("\f")[-2]
    kept = {f"REQ-7/{number}" for number in numbers[-2:]}
    assert all(code in last for code in kept)
    assert last.count("Signature") == 3
    assert pages_of(tmp_path / "waybill-WB-0001.pdf") == (1 if count <= 6 else 2)


def test_papers_of_an_earlier_plan_are_removed_and_nothing_else(tmp_path: Path) -> None:
    write_papers(tmp_path, a_situation(), a_plan(), "en")
    scan = tmp_path / "waybill-WB-0001-signed.pdf"
    scan.write_bytes(b"%PDF-1.4 somebody's scan")
    (tmp_path / "notes.txt").write_text("Karavan")
    shorter = a_plan(journeys=a_plan().journeys[:1], convoys=())
    write_papers(tmp_path, a_situation(), shorter, "en")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "all.pdf", "loading-J1.pdf", "notes.txt", "waybill-WB-0001-signed.pdf", "waybill-WB-0001.pdf",
    ]  # fmt: skip
    assert write_papers(tmp_path, a_situation(), Plan(), "en") == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes.txt", "waybill-WB-0001-signed.pdf"]


def test_a_plan_with_unknown_codes_is_printed_as_it_stands(tmp_path: Path) -> None:
    tents = Handling(need="REQ-99/1", item="tents", lot="L", lot_place="NOWHERE", quantity=5, compartment=9)
    stops = (
        Stop(place="NOWHERE", arrive=at(0), start=at(0), end=at(1), loads=(tents,)),
        Stop(place="ELSEWHERE", arrive=at(2), start=at(2), end=at(3), unloads=(tents,)),
    )
    plan = Plan(
        journeys=(Journey(code="J1", vehicle="ghost", stops=stops), Journey(code="J2", vehicle="ghost", stops=())),
        convoys=(
            Convoy(
                code="C9", roads=("R9",), origin="NOWHERE", destination="ELSEWHERE", depart=at(1), arrive=at(2),
                journeys=("J1", "J9"),
            ),
        ),
    )  # fmt: skip
    text = text_of(write_papers(tmp_path, a_situation(), plan, "en")[-1])
    for expected in ("ghost", "tents", "NOWHERE", "ELSEWHERE", "C9"):
        assert expected in text


def test_missing_fonts_are_an_error_that_names_them(tmp_path: Path) -> None:
    with pytest.raises(KaravanError, match="Noto Sans 400, Noto Sans 700, Noto Sans Armenian 400"):
        load_fonts(tmp_path / "nothing here")
    for path in fonts.FOLDER.glob("NotoSans_*.ttf"):
        shutil.copy(path, tmp_path)
    with pytest.raises(KaravanError, match=r"missing: Noto Sans Armenian 400, Noto Sans Armenian 700\."):
        load_fonts(tmp_path)


def test_latin_letters_and_figures_come_from_the_first_font() -> None:
    assert families()[0] == "Noto Sans"


def test_labels_are_all_used_by_the_templates() -> None:
    templates = "".join(path.read_text(encoding="utf-8") for path in fonts.FOLDER.parent.glob("typst/*.typ"))
    used = set(re.findall(r"\bL\.([a-z_0-9]+)", templates))
    made_elsewhere = {"lot", "expiry"}
    assert used == (set(LABELS) - made_elsewhere) | {"copies", "signatures"}


def test_data_given_to_the_typesetter_are_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No path from data to markup: the template gets one string, and that string is JSON."""
    seen = []
    import karavan.papers.pdf as pdf

    class Spy:
        def __init__(self, **_: object) -> None: ...

        def compile(self, **given: object) -> bytes:
            seen.append(given["sys_inputs"])
            return b"%PDF"

    monkeypatch.setattr(pdf.typst, "Compiler", Spy)
    write_papers(tmp_path, a_situation(), a_plan(), "en")
    assert all(list(inputs) == ["data"] and json.loads(inputs["data"])["papers"] for inputs in seen)


def test_a_closed_body_and_cleaning_are_said_to_the_loaders() -> None:
    plan = a_plan()
    paper = loading_paper(Desk(a_situation(), plan, "en"), plan.journeys[1])
    assert paper["loadings"][0]["notes"] == [
        "Clean the vehicle before loading.",
        "Closed body: keep the doors shut except while loading.",
        "Load whole sacks and cartons only; do not open them.",
    ]
    assert [row["tasks"] for row in paper["stops"]] == [
        "clean the vehicle\nload 960\u00a0kg",
        "hand over 960\u00a0kg\ncomes with convoy C1",
    ]


def test_a_driver_is_told_where_to_stand_until_the_convoy_leaves() -> None:
    """From Aghdam at 09:00 alone, in Askeran at 09:45; on with the convoy at 10:15, half an hour later."""
    plan = a_plan()
    journey = plan.journeys[0]
    first, second = journey.stops[1].legs
    alone, later = replace(first, convoy=""), replace(second, depart=second.depart + timedelta(minutes=30))
    stops = (journey.stops[0], replace(journey.stops[1], legs=(alone, later)))
    paper = loading_paper(Desk(a_situation(), plan, "en"), replace(journey, stops=stops))
    waits = "on the way: at Askeran from 2023-09-22 09:45, leaves 2023-09-22 10:15 with convoy C1"
    assert paper["stops"][1]["tasks"].splitlines()[0] == waits
    assert "on the way" not in loading_paper(Desk(a_situation(), plan, "en"), journey)["stops"][1]["tasks"]


def test_an_item_without_handling_unit_is_counted_in_units() -> None:
    item = Item(code="flour", item_class="food", unit="kg", mass_g=1_000, volume_cm3=1)
    desk = Desk(a_situation(items=(item, *ITEMS[1:])), a_plan(), "en")
    line = desk.waybills["J1"][0].lines[0]
    assert (line.handling_units, line.loose, desk.packages("flour", 0, 12_000)) == (0, 12_000, "")


def test_the_desk_prints_a_loading_list_and_a_convoy_sheet_of_a_plan(tmp_path: Path) -> None:
    situation, plan, head = a_situation(), a_plan(), "12 abcdef"
    journey, convoy = plan.journeys[0].code, plan.convoys[0].code
    loading, sheet = tmp_path / "loading.pdf", tmp_path / "sheet.pdf"
    loading.write_bytes(loading_pdf(situation, plan, journey, ("OP-AGD-000007",), "en", head))
    sheet.write_bytes(convoy_pdf(situation, plan, convoy, "en", head))
    for path, said in {loading: "OP-AGD-000007", sheet: convoy}.items():
        assert said in text_of(path)
        assert "Head of the desk's chain when this was printed: 12 abcdef" in text_of(path)
