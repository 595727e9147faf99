"""What stands on a waybill."""

from __future__ import annotations

import io
import math
from typing import Any

import segno

from karavan.domain.seals import check_code
from karavan.domain.waybills import Waybill, WaybillLine
from karavan.papers.words import Desk, Json

BLANK_ROWS_AT_LEAST = 1
_ROW_MM = 7
# What the sheet of typst/waybill.typ leaves for lines and blank rows when every party takes up six lines.
_ROOM_MM = 60
_PARTY_LINES = 6
_PARTY_LINE_MM = 4
_PARTY_LETTERS = 58
# Of the goods' cell: its width, a letter of the name and of the small print, and how high its lines and its row are.
_GOODS_MM = 54
_NAME_LETTER_MM = 2.2
_SMALL_LETTER_MM = 1.55
_LINE_MM = 3.5
_LEAST_ROW_MM = 8.3
_ROWS_OVERLEAF = 4


def waybill_paper(desk: Desk, waybill: Waybill, plan_digest: str, code: str = "") -> Json:
    """``code`` is what the QR code says instead of :func:`qr_payload`: signed, where there is somebody who signs."""
    paper: Json = {
        "kind": "waybill",
        "title": waybill.number,
        "number": waybill.number,
        "plan": plan_digest[:12].upper(),
        "qr": _qr_svg(code or qr_payload(waybill, plan_digest)),
        "check": check_code(waybill.digest) if code else "",
        "origin": desk.place(waybill.origin),
        "destination": desk.place(waybill.destination),
        "loaded": desk.moment(waybill.loaded),
        "depart": desk.moment(waybill.depart),
        "arrive": desk.moment(waybill.arrive),
        "journey": waybill.journey,
        "convoys": ", ".join(waybill.convoys),
        "vehicle": desk.vehicle(waybill.vehicle),
        "consignees": [
            {"who": " · ".join(filter(None, (who.name, who.organisation))), "contact": who.contact}
            for who in waybill.consignees
        ],
        "onward": [desk.vehicle(plate) for plate in waybill.onward],
        "lines": [_line(desk, waybill, line) for line in waybill.lines],
        "kg": desk.kilograms(waybill.mass_g),
        "m3": desk.cubic_metres(waybill.volume_cm3),
    }
    return {**paper, "blank_rows": _blank_rows(paper)}


def qr_payload(waybill: Waybill, plan_digest: str) -> str:
    """
    ``KARAVAN 1 <plan> <number> <content>``: which paper this is, and whether it was changed.

    Nothing about place, load or people: whoever photographs the paper's corner learns nothing. Capitals, figures and
    spaces only, which QR codes hold densest.
    """
    return f"KARAVAN 1 {plan_digest[:12]} {waybill.number} {waybill.digest[:8]}".upper()


def _line(desk: Desk, waybill: Waybill, line: WaybillLine) -> Json:
    return {
        "request": line.need,
        "goods": desk.goods(line.item, line.lot, line.expiry),
        "final": desk.place_name(line.place) if line.place not in ("", waybill.destination) else "",
        "packages": desk.packages(line.item, line.handling_units, line.loose),
        "quantity": desk.say(line.quantity),
        "unit": desk.unit(line.item, line.quantity),
        "kg": desk.kilograms(line.mass_g),
        "m3": desk.cubic_metres(line.volume_cm3),
    }


def _blank_rows(paper: Json) -> int:
    """
    How many rows for writing fit above the signatures.

    An estimate by letters: where it is too high the last goods and the signatures go to a second page, where it is too
    low some of the sheet stays white. Of a waybill that needs a second page anyway that page has room.
    """
    party = 2 + max(_lines_of(paper["origin"]), _lines_of(paper["destination"]) + _receiver_lines(paper))
    cargo_mm = sum(max(_LEAST_ROW_MM, 2 + _LINE_MM * _goods_lines(line)) for line in paper["lines"])
    room_mm = _ROOM_MM - _PARTY_LINE_MM * max(0, party - _PARTY_LINES) - cargo_mm
    if room_mm < -_ROOM_MM / 3:
        return _ROWS_OVERLEAF
    return max(BLANK_ROWS_AT_LEAST, int(room_mm // _ROW_MM))


def _goods_lines(line: Json) -> int:
    name_mm = _NAME_LETTER_MM * len(line["goods"]["name"])
    lines, used_mm = 1 + int(name_mm // _GOODS_MM), name_mm % _GOODS_MM
    for small in line["goods"]["small"]:
        part_mm = _SMALL_LETTER_MM * (len(small) + 3)
        if used_mm + part_mm > _GOODS_MM:  # each part stays in one piece
            lines, used_mm = lines + 1 + int(part_mm // _GOODS_MM), 0.0
        used_mm += part_mm % _GOODS_MM
    return lines + bool(line["final"])


def _lines_of(place: Json) -> int:
    return math.ceil(len(place["name"]) / 26) + math.ceil(len(" · ".join(place["others"])) / _PARTY_LETTERS)


def _receiver_lines(paper: Json) -> int:
    said: list[dict[str, Any]] = paper["consignees"]
    lines = sum(math.ceil((len(who["who"]) + len(who["contact"])) / 44) for who in said) or 1
    return 1 + lines + (1 + len(paper["onward"]) if paper["onward"] else 0)


def _qr_svg(payload: str) -> str:
    out = io.BytesIO()
    # Any of the eight masks can be read; trying them all takes four fifths of the time.
    segno.make_qr(payload, error="q", mask=0).save(out, kind="svg", xmldecl=False, border=2)
    return out.getvalue().decode()
