"""What stands on a waybill."""

from __future__ import annotations

import io

import segno

from karavan.domain.waybills import Waybill, WaybillLine
from karavan.papers.words import Desk, Json, cubic_metres, kilograms


def waybill_paper(desk: Desk, waybill: Waybill, plan_digest: str) -> Json:
    return {
        "kind": "waybill",
        "title": waybill.number,
        "number": waybill.number,
        "plan": plan_digest[:12].upper(),
        "qr": _qr_svg(qr_payload(waybill, plan_digest)),
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
        "kg": kilograms(waybill.mass_g),
        "m3": cubic_metres(waybill.volume_cm3),
    }


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
        "quantity": str(line.quantity),
        "unit": desk.unit(line.item),
        "kg": kilograms(line.mass_g),
        "m3": cubic_metres(line.volume_cm3),
    }


def _qr_svg(payload: str) -> str:
    out = io.BytesIO()
    segno.make_qr(payload, error="q").save(out, kind="svg", xmldecl=False, border=2)
    return out.getvalue().decode()
