"""What is written is read back as the same situation, from both kinds of file, in every language."""

from __future__ import annotations

import csv
import tempfile
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings, strategies as st

from karavan import RefusedFile, Situation, read_workbook, write_template, write_workbook
from karavan.domain.fleet import Vehicle
from karavan.domain.goods import Item, KitLine, Lot, Production
from karavan.domain.hours import Hours
from karavan.domain.language import LANGUAGES
from karavan.domain.places import Place, PlaceKind
from karavan.domain.requests import Approval, Request, RequestLine
from karavan.domain.roads import Road, RoadSource, RoadStatus
from karavan.domain.rules import Level, Rules, Segregation
from karavan.domain.situation import Operation
from karavan.workbook.kinds import QUANTITY_MAX
from tests.cast import a_convoy_plan, a_convoy_situation, a_situation

TAGS = ("az", "hy", "ru", "en", "ka", "az-Cyrl")
HOURS = [
    Hours.parse(text)
    for text in (
        "24/7",
        "08:00-18:00",
        "20:00-06:00",
        "Mo-Fr 08:00-12:00,13:00-17:00; Sa 08:00-12:00",
        "Su 00:00-24:00",
    )
]
CLASSES = ("food", "bread", "hygiene", "fuel", "tents")
LIVE = ("=1+1", "+994 50 123", "-L1", "@x", "'=1", "''", "\uff1d1", "_x0041_", "1e5", "007", "TRUE", "2023-09-22")


def visible(text: str) -> str:
    kept = "".join(sign for sign in text if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Zl", "Zp", "Cn"))
    return unicodedata.normalize("NFC", kept.replace("\ufffd", "")).strip()


_letters = st.characters(categories=("L", "M", "N", "P", "S", "Zs"), exclude_characters=";~/#")
_words = (
    st.text(_letters | st.sampled_from("aİıәՀж'=+-@"), min_size=1, max_size=12)
    .map(visible)
    .map(lambda text: text or "x")
)
codes = st.sampled_from(("=A", "+1", "'-x", "007", "A/1", "ԱԲ", "x")) | _words
filled = st.sampled_from(LIVE) | _words | st.sampled_from(("#x", "a;b", "a/b~"))
texts = st.just("") | filled


def between(first: int, last: int) -> st.SearchStrategy[datetime]:
    """Moments from the first day of one year to the last but one of another, in UTC."""
    return st.datetimes(datetime(first, 1, 1), datetime(last, 12, 30)).map(lambda moment: moment.replace(tzinfo=UTC))


moments = between(2001, 2099)
whole_moments = moments.map(lambda moment: moment.replace(microsecond=0))
quantities = st.integers(0, 1_000) | st.integers(0, QUANTITY_MAX)
masses = st.integers(0, 10**10)
volumes = st.integers(0, 10**10)
lengths = st.integers(0, 100_000)
durations = st.integers(0, 40).map(lambda h: h * 1800) | st.integers(0, 10**6)
hours = st.sampled_from(HOURS)
class_sets = st.frozensets(st.sampled_from(CLASSES))
degrees = st.floats(-90, 90)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """Any situation that keeps the rules between cells."""
    tags = draw(st.permutations(TAGS))
    place_codes = draw(st.lists(codes, min_size=2, max_size=4, unique=True))
    item_codes = draw(st.lists(codes, min_size=1, max_size=3, unique=True))
    a_place, an_item = st.sampled_from(place_codes), st.sampled_from(item_codes)

    def names() -> tuple[tuple[str, str], ...]:
        chosen = draw(st.sets(st.sampled_from(TAGS)))
        return tuple((tag, draw(filled)) for tag in tags if tag in chosen)

    roads = tuple(
        Road(code=code, origin=ends[0], destination=ends[1], **draw(_ROAD_FIELDS))
        for code in draw(st.lists(codes, max_size=3, unique=True))
        for ends in [draw(st.permutations(place_codes))[:2]]
    )
    return Situation(
        operation=Operation(
            name=draw(filled),
            start=draw(moments),
            horizon_s=draw(st.integers(3_600, 31 * 86_400)),
            time_zone=draw(st.sampled_from(["Asia/Baku", "Asia/Yerevan", "Europe/Berlin", "Asia/Kathmandu", "UTC"])),
            rules=Rules(**draw(_RULES)),
            notes=draw(texts.map(lambda text: f"{text}\nand {text}".strip())),
        ),
        places=tuple(Place(code=code, names=names(), **draw(_PLACE_FIELDS)) for code in place_codes),
        roads=roads,
        items=tuple(Item(code=code, names=names(), **draw(_ITEM_FIELDS)) for code in item_codes),
        kits=tuple(
            KitLine(kit, item, draw(st.integers(1, QUANTITY_MAX)))
            for kit in draw(st.sets(codes.map(lambda code: f"kit {code}"), max_size=2))
            for item in draw(st.sets(an_item, min_size=1))
        ),
        stock=draw(_stock(a_place, an_item)),
        production=tuple(
            draw(
                st.lists(
                    st.builds(
                        Production,
                        bakery=a_place,
                        item=an_item,
                        units_per_h=quantities,
                        hours=hours,
                        flour_item=an_item,
                        flour_g_per_unit=st.integers(0, 10**6),
                    ),
                    max_size=2,
                )
            )
        ),
        vehicles=tuple(
            Vehicle(plate=plate, homes=tuple(draw(st.lists(a_place, min_size=1, unique=True))), **draw(_VEHICLE_FIELDS))
            for plate in draw(st.lists(codes, max_size=3, unique=True))
        ),
        requests=tuple(_request(draw, number, a_place, an_item) for number in draw(st.sets(codes, max_size=3))),
        segregation=tuple(
            Segregation(*pair, draw(st.sampled_from(Level)))
            for pair in draw(st.sets(st.sampled_from([("food", "fuel"), ("fuel", "fuel"), ("bread", "hygiene")])))
        ),
        road_source=RoadSource.SHEET if roads else RoadSource.STRAIGHT,
    )


@st.composite
def _stock(draw: st.DrawFn, a_place: Any, an_item: Any) -> tuple[Lot, ...]:
    return tuple(
        Lot(
            place=place,
            item=item,
            code=code,
            quantity=draw(st.integers(500, QUANTITY_MAX)),
            reserved=draw(st.integers(0, 500)),
            expiry=draw(maybe(moments)),
            available_from=draw(maybe(whole_moments)),
        )
        for place, item, code in draw(st.sets(st.tuples(a_place, an_item, codes | st.just("")), max_size=4))
    )


def _request(draw: st.DrawFn, number: str, a_place: Any, an_item: Any) -> Request:
    return Request(
        number=number,
        place=draw(a_place),
        raised_by=draw(filled),
        organisation=draw(texts),
        raised_at=draw(moments),
        people=draw(st.integers(0, 10**9)),
        approval=draw(st.sampled_from(Approval)),
        contact=draw(texts),
        lines=tuple(
            RequestLine(
                request=number,
                line=line,
                item=draw(an_item),
                quantity=draw(st.integers(1, QUANTITY_MAX)),
                priority=draw(st.integers(1, 9)),
                needed_by=draw(maybe(moments)),
            )
            for line in draw(st.lists(st.integers(1, 99), min_size=1, max_size=3, unique=True))
        ),
    )


_RULES = st.fixed_dictionaries(
    {
        "convoy_min": st.integers(1, 5),
        "convoy_max": st.integers(5, 100),
        "leader_above": st.integers(0, 9),
        "notified_at": maybe(moments),
        "notification_lead_s": durations,
        "convoy_slot_s": st.integers(60, 86_400),
        "dark_hours": hours,
        "break_after_s": st.integers(600, 86_400),
        "break_s": st.integers(0, 86_400),
        "unknown_roads_usable": st.booleans(),
        "detour_permille": st.integers(1_000, 10_000),
        "straight_speed_m_per_h": st.integers(1_000, 200_000),
        "priority_weights": st.lists(st.integers(0, 1_000), min_size=1, max_size=4).map(tuple),
        "change_person_h": quantities,
        "handling_g_per_h": st.integers(1_000, 10**9),
        "security_contact": texts,
        "blocked_instructions": texts,
        "currency": filled,
    }
)
_PLACE_FIELDS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(PlaceKind),
        "latitude_deg": degrees,
        "longitude_deg": st.floats(-180, 180),
        "pcode": texts,
        "population": quantities,
        "opening": hours,
        "handling_g_per_h": maybe(st.integers(1_000, 10**9)),
        "handling_fixed_s": st.integers(0, 86_400),
        "largest_gross_mass_g": maybe(masses),
        "zones": st.frozensets(codes, max_size=3),
        "contact": texts,
    }
)
_ROAD_FIELDS = st.fixed_dictionaries(
    {
        "distance_m": st.integers(0, 20_000_000),
        "drive_s": st.integers(1, 31 * 86_400),
        "one_way": st.booleans(),
        "max_gross_mass_g": maybe(masses),
        "max_height_mm": maybe(lengths),
        "max_width_mm": maybe(lengths),
        "status": st.sampled_from(RoadStatus),
        "status_from": maybe(between(2001, 2049)),
        "status_until": maybe(between(2051, 2099)),
        "status_source": texts,
        "gate": maybe(hours),
        "convoy_only": st.booleans(),
        "night_allowed": st.booleans(),
        "geometry_deg": st.lists(st.tuples(degrees, degrees), max_size=3).map(tuple),
    }
)


def _keeps(fields: dict[str, Any]) -> dict[str, Any]:
    """The life that must remain made less than the shelf life: anything else is refused."""
    shelf_life_s = fields["shelf_life_s"]
    if not shelf_life_s:
        return {**fields, "shelf_life_s": None}
    return {**fields, "remaining_life_s": min(fields["remaining_life_s"], shelf_life_s - 1)}


_ITEM_FIELDS = st.fixed_dictionaries(
    {
        "item_class": st.sampled_from(CLASSES),
        "unit": filled,
        "handling_unit": texts,
        "handling_unit_quantity": st.integers(1, 1_000_000),
        "breakable": st.booleans(),
        "mass_g": masses,
        "volume_cm3": volumes,
        "shelf_life_s": maybe(durations),
        "remaining_life_s": durations,
        "closed_body": st.booleans(),
    }
).map(_keeps)
_VEHICLE_FIELDS = st.fixed_dictionaries(
    {
        "type": texts,
        "payload_g": masses,
        "compartments_cm3": st.lists(st.integers(0, 10**9), min_size=1, max_size=3).map(tuple),
        "closed_body": st.booleans(),
        "gross_mass_g": masses,
        "height_mm": lengths,
        "width_mm": lengths,
        "speed_permille": st.integers(10, 5_000),
        "item_classes": class_sets,
        "zones": st.frozensets(codes, max_size=3),
        "shift": hours,
        "driving_limit_s": durations,
        "cost_fixed": quantities,
        "cost_per_km": quantities,
        "previous_load": st.sampled_from(("", *CLASSES)),
        "cleaned_on": maybe(moments),
        "available_from": maybe(between(2001, 2049)),
        "available_until": maybe(between(2051, 2099)),
        "driver": texts,
        "phone": texts,
    }
)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(situations(), st.sampled_from(LANGUAGES), st.sampled_from(["book.xlsx", "book"]))
def test_any_situation_comes_back_exactly(situation: Situation, language: str, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write_workbook(path, situation, language=language)
        assert read_workbook(path) == situation


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["book.xlsx", "book"])
def test_a_workbook_with_a_plan_in_it_is_still_the_situation(tmp_path: Path, name: str, language: str) -> None:
    situation = a_convoy_situation()
    write_workbook(tmp_path / name, situation, a_convoy_plan(), language)
    assert read_workbook(tmp_path / name) == situation


def test_the_same_situation_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(tmp_path / name, a_situation(), a_convoy_plan())
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_no_text_becomes_a_formula(tmp_path: Path) -> None:
    names = tuple(
        (f"x{i:02d}".replace("x0", "aa").replace("x1", "ab")[:2] + "abcdefghijklm"[i], text)
        for i, text in enumerate(LIVE)
    )
    places = (Place(code="=A", kind=PlaceKind.WAREHOUSE, names=names), *a_situation().places)
    situation = a_situation(places=places)
    write_workbook(tmp_path / "book.xlsx", situation)
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["Places"]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    assert sheet["A2"].value == "=A"
    assert sheet["A2"].quotePrefix
    assert read_workbook(tmp_path / "book.xlsx") == situation
    write_workbook(tmp_path / "book", situation)
    with (tmp_path / "book" / "Places.csv").open(encoding="utf-8-sig", newline="") as file:
        texts = {text for row in csv.reader(file) for text in row}
    assert "'=A" in texts
    assert "''=1" in texts
    assert "'+994 50 123" in texts
    assert not [text for text in texts if text[:1] in tuple("=+@")]
    assert read_workbook(tmp_path / "book") == situation


def test_names_keep_their_order_where_one_order_can(tmp_path: Path) -> None:
    first, second = (("hy", "Ա"), ("ru", "Б")), (("az", "C"), ("hy", "Դ"))
    places = tuple(
        Place(code=code, kind=PlaceKind.JUNCTION, names=names, latitude_deg=1.0, longitude_deg=1.0)
        for code, names in (("A", first), ("B", second))
    )
    situation = Situation(operation=a_situation().operation, places=places, road_source=RoadSource.STRAIGHT)
    write_workbook(tmp_path / "book", situation)
    assert read_workbook(tmp_path / "book") == situation
    contrary = Place(code="C", kind=PlaceKind.JUNCTION, names=first[::-1], latitude_deg=1.0, longitude_deg=1.0)
    write_workbook(tmp_path / "book", Situation(operation=situation.operation, places=(*places, contrary)))
    assert dict(read_workbook(tmp_path / "book").place["C"].names) == dict(first)


def test_a_line_on_the_map_too_long_for_a_cell_is_left_out(tmp_path: Path) -> None:
    long = tuple((40.123456 + i / 1e6, 46.123456) for i in range(2_000))
    road = Road(code="R", origin="AGD", destination="KHN", distance_m=1, drive_s=1, geometry_deg=long)
    write_workbook(tmp_path / "book.xlsx", a_situation(roads=(road,)))
    assert read_workbook(tmp_path / "book.xlsx").roads[0].geometry_deg == ()


def test_ten_thousand_request_lines(tmp_path: Path) -> None:
    start = datetime(2023, 9, 22, tzinfo=UTC)
    requests = tuple(
        Request(
            number=f"R{i}",
            raised_by="x",
            raised_at=start,
            place="KHN",
            people=10,
            approval=Approval.APPROVED,
            lines=tuple(
                RequestLine(
                    request=f"R{i}", line=line, item="FLOUR", quantity=i + line, needed_by=start + timedelta(days=3)
                )
                for line in range(1, 6)
            ),
        )
        for i in range(2_000)
    )
    situation = a_situation(requests=requests)
    write_workbook(tmp_path / "book.xlsx", situation)
    assert read_workbook(tmp_path / "book.xlsx") == situation


@pytest.mark.parametrize("name", ["book.csv", "book.xls", "book.xlsm"])
def test_other_endings_are_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    for write in (lambda path: write_workbook(path, a_situation()), write_template):
        with pytest.raises(RefusedFile, match=r"ends in \.xlsx"):
            write(tmp_path / name)
    assert not list(tmp_path.iterdir())
