"""BRIDGE: rows -> papers. Names and numbers are looked up now: erased ones are on no new paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from karavan.desk import gates, models as rows, signing, store
from karavan.desk.stock import waybill_number
from karavan.domain.clearances import ClearanceKind
from karavan.domain.planfile import plan_from_json
from karavan.domain.plans import Convoy, Plan
from karavan.domain.seals import day_of
from karavan.domain.waybills import Consignee, Waybill, WaybillLine
from karavan.papers.notification import Notice
from karavan.papers.pdf import convoy_pdf, loading_pdf, notification_pdf, waybill_pdf


def waybill(row: rows.Waybill, *, people: bool = False) -> Waybill:
    """The paper as it was issued; ``people``: with names and numbers."""
    lines = list(row.lines.select_related("batch__item", "batch__origin", "place", "consignment__request"))
    return Waybill(
        number=waybill_number(row),
        journey=row.journey.code,
        vehicle=row.journey.vehicle.plate,
        origin=row.origin.code,
        destination=row.destination.code,
        loaded=row.depart,
        depart=row.depart,
        arrive=row.arrive,
        lines=tuple(map(_line, lines)),
        consignees=_consignees(row, lines) if people else (),
        onward=_onward(row, lines),
        convoys=tuple(convoy.code for convoy in gates.convoys_of(row)),
    )


def pdf(row: rows.PaperPrint, language: str) -> bytes:
    """What was printed, in the language asked for; with the code and the chain's head of that moment."""
    head = f"{row.head_seq} {row.head_hash}"
    situation = store.situation(row.operation, people=True)
    if row.waybill:
        said = waybill(row.waybill, people=True)
        plan = row.waybill.plan.sha256 if row.waybill.plan else ""
        return waybill_pdf(situation, said, plan, language, row.seal, head)
    if row.journey:
        papers = row.journey.waybills.filter(void=None).order_by("depart", "id")
        numbers = tuple(map(waybill_number, papers))
        return loading_pdf(situation, _plan(row.journey.plan), row.journey.code, numbers, language, head)
    assert row.convoy  # the database holds one of the three
    return convoy_pdf(situation, _plan(row.convoy.plan), row.convoy.code, language, head)


def _plan(row: rows.PlanDocument | None) -> Plan:
    return plan_from_json(row.text) if row else Plan()


def notification(row: rows.Clearance, language: str, *, people: bool) -> bytes:
    """The sheet that is sent, with the convoy as its plan has it; ``people``: with drivers' names and numbers."""
    situation = store.situation(row.operation, people=people)
    if not people:  # there a driver is an id, which says nothing to whoever reads the sheet
        situation = replace(situation, vehicles=tuple(replace(it, driver="") for it in situation.vehicles))
    notice = Notice(
        asks=row.kind == ClearanceKind.CLEARANCE,
        reference=row.reference,
        authority=row.authority,
        sent=row.submitted_at,
        due=row.submitted_at + timedelta(seconds=row.lead_s),
        start=row.valid_from,
        end=row.valid_until,
        roads=(row.road.code,) if row.road else (),
    )
    plan = plan_from_json(row.convoy.plan.text) if row.convoy else Plan()
    return notification_pdf(situation, plan, notice, _convoy(row.convoy) if row.convoy else None, language)


def _convoy(row: rows.Convoy) -> Convoy:
    march = row.march.order_by("position", "id").values_list("journey__code", flat=True)
    return Convoy(
        code=row.code,
        roads=(),
        origin=row.origin.code,
        destination=row.destination.code,
        depart=row.depart,
        arrive=row.arrive,
        journeys=tuple(march),
    )


def code(row: rows.Waybill, digest: str) -> str:
    return signing.seal(
        operation=row.operation.code, series=row.series_id, number=row.no, day=day_of(row.issued_at), digest=digest
    )


def _line(line: rows.WaybillLine) -> WaybillLine:
    item = line.batch.item
    whole, loose = divmod(line.quantity, item.handling_unit_quantity) if item.handling_unit else (0, line.quantity)
    return WaybillLine(
        need=line.need,
        place=line.place.code if line.place else "",
        item=item.code,
        lot=line.batch.code,
        lot_place=line.batch.origin.code,
        expiry=line.batch.expiry,
        quantity=line.quantity,
        handling_units=whole,
        loose=loose,
        mass_g=line.quantity * item.mass_g,
        volume_cm3=line.quantity * item.volume_cm3,
    )


def _consignees(row: rows.Waybill, lines: list[rows.WaybillLine]) -> tuple[Consignee, ...]:
    """Who asked for the goods, or who keeps the place where they change vehicles."""
    found: dict[Consignee, None] = {}
    for line in lines:
        if row.transfer_id or line.place_id not in (None, row.destination_id):
            keeper = store.who(row.destination.contact, people=True)
            found[Consignee(name=keeper[0], contact=keeper[1])] = None
        elif line.consignment:
            asked = line.consignment.request
            name, phone = store.who(asked.representative, people=True)
            found[Consignee(name=name, organisation=asked.organisation, contact=phone)] = None
    return tuple(who for who in found if who.name or who.organisation or who.contact)


def _onward(row: rows.Waybill, lines: list[rows.WaybillLine]) -> tuple[str, ...]:
    needs = [line.need for line in lines if line.place_id not in (None, row.destination_id)]
    following = rows.Waybill.objects.filter(
        plan=row.plan_id, origin=row.destination_id, lines__need__in=needs, depart__gte=row.arrive, void=None
    )
    return tuple(dict.fromkeys(following.order_by("depart", "id").values_list("journey__vehicle__plate", flat=True)))
