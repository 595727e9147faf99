"""Plans: asked for, kept with their situation for good, approved by a second person, and turned into waybills."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from karavan.desk import models as rows, store
from karavan.desk.actions.movements import make_void
from karavan.desk.actions.posting import Entry, action
from karavan.desk.actions.searches import keep_situation, refuse_second_search
from karavan.desk.judging import judged
from karavan.desk.leases import OPEN
from karavan.desk.replanning import is_replaced, line_of_plans, live_papers
from karavan.desk.stock import series_of
from karavan.domain.audit import digest
from karavan.domain.errors import Refused
from karavan.domain.message import Message
from karavan.domain.planfile import plan_from_json
from karavan.domain.plans import Plan
from karavan.domain.roles import Right
from karavan.domain.situation import Situation
from karavan.domain.situationfile import situation_from_json
from karavan.domain.succession import unchanged
from karavan.domain.units import time_text
from karavan.domain.waybills import Waybill, WaybillLine, departure_order, waybills


@action("plan asked for")
def ask_plan(
    entry: Entry, *, operation: int, seed: int = 0, rounds: int | None = None, limit_s: int | None = None
) -> None:
    """The state of the desk, as it is now, becomes a situation that is kept; a job plans it (karavan/desk/jobs.py)."""
    entry.require(Right.MAKE_PLAN, operation)
    row = rows.Operation.objects.get(pk=operation)
    end = row.start + timedelta(seconds=row.horizon_s)
    if entry.now >= end:
        over = time_text(end, ZoneInfo(row.time_zone))
        raise Refused(Message("the time that the operation plans for was over at {time}", time=over))
    refuse_second_search(operation, entry.now)
    rows.PlanningJob.objects.create(
        id=entry.id,
        operation=row,
        situation=keep_situation(row, store.situation(row, entry.now)),
        asked_by=entry.actor,
        asked_at=entry.now,
        seed=seed,
        rounds=rounds,
        limit_s=limit_s,
    )


@action("plan made", "text")
def keep_plan(entry: Entry, *, job: UUID, plan_sha256: str, text: str) -> None:
    """What the job found, for good; a plan that the judge does not pass is not kept."""
    row = entry.see(rows.PlanningJob, job)
    entry.require(Right.MAKE_PLAN, row.operation_id)
    if row.state not in OPEN:
        raise Refused(Message("this search was given up; its plan is not kept"))
    plan = plan_from_json(text)
    if digest(text) != plan_sha256 or plan.situation != row.situation_id:
        raise Refused(Message("the plan is not one of this situation"))
    if judged(situation_from_json(row.situation.text), plan):
        raise Refused(Message("the plan breaks a rule and is not kept"))
    made = rows.PlanDocument.objects.create(
        id=entry.id,
        operation=row.operation,
        situation=row.situation,
        text=text,
        sha256=plan_sha256,
        made_by=entry.actor,
        made_at=entry.now,
        replans=row.replans,
    )
    rows.PlanningJob.objects.filter(pk=row.pk).update(state="done", plan=made)


@action("plan approved")
def approve_plan(entry: Entry, *, plan: UUID) -> None:
    row = entry.see(rows.PlanDocument, plan)
    entry.require(Right.APPROVE_PLAN, row.operation_id)
    if judged(situation_from_json(row.situation.text), plan_from_json(row.text)):
        raise Refused(Message("the plan breaks a rule; it is not approved"))
    rows.PlanApproval.objects.create(plan=row, by=entry.actor, at=entry.now)


@action("waybills issued")
def issue_waybills(entry: Entry, *, plan: UUID) -> None:
    """An approved plan's consignments, convoys, journeys and waybills, numbered from each place's own series."""
    row = entry.see(rows.PlanDocument, plan)
    entry.require(Right.ISSUE_WAYBILL, row.operation_id)
    if rows.Journey.objects.filter(plan=row).exists():
        raise Refused(Message("the waybills of this plan were issued before"))
    if row.replans is not None and is_replaced(row.replans):
        raise Refused(Message("another plan has taken this one's place; plan that one again"))
    _refuse_outdated(row)
    _Issue(entry, row).all()


def _refuse_outdated(plan: rows.PlanDocument) -> None:
    """
    Raises
    ------
    Refused
        Another plan took goods and vehicles since what this one knew was written down.
    """
    jobs = rows.PlanningJob.objects.filter(situation=plan.situation).order_by("asked_at")
    asked_at = jobs.values_list("asked_at", flat=True).first() or plan.made_at
    others = rows.Waybill.objects.filter(operation=plan.operation, issued_at__gt=asked_at)
    if others.exclude(plan__in=line_of_plans(plan)).exists():
        raise Refused(Message("waybills of another plan were issued since this one was asked for; plan again"))


class _Issue:
    """One plan's papers; places, vehicles and lots are looked up by their codes once."""

    def __init__(self, entry: Entry, document: rows.PlanDocument) -> None:
        self.entry, self.document, self.operation = entry, document, document.operation
        self.situation: Situation = situation_from_json(document.situation.text)
        self.plan: Plan = plan_from_json(document.text)
        self.place = {row.code: row for row in rows.Place.objects.filter(operation=self.operation)}
        self.vehicle = {row.plate: row for row in rows.Vehicle.objects.filter(operation=self.operation)}
        self.request = {row.number: row for row in rows.Request.objects.filter(operation=self.operation)}
        self.journey: dict[str, rows.Journey] = {}

    def all(self) -> None:
        self._replace()
        new = [journey for journey in self.plan.journeys if journey.code not in self.journey]
        if not new and self.document.replans is not None:
            raise Refused(Message("nothing is different: the plan before stays in force"))
        stayed = set(self.journey)
        for journey in sorted(new, key=departure_order):
            self.journey[journey.code] = rows.Journey.objects.create(
                operation=self.operation,
                plan=self.document,
                code=journey.code,
                vehicle=self.vehicle[journey.vehicle],
                depart=departure_order(journey)[0],
            )
        self._convoys(stayed)
        frozen = {journey.code for journey in self.plan.journeys if journey.frozen}
        for paper in waybills(self.situation, self.plan):
            if paper.journey not in stayed | frozen:
                self._waybill(paper)

    def _replace(self) -> None:
        """What the plan before had issued: journeys that stay keep their papers, those of the others become void."""
        before = self.document.replans
        if before is None:
            return
        family = line_of_plans(before)
        stays = unchanged(plan_from_json(before.text), self.plan)
        for paper in live_papers(family):
            code = paper.journey.code
            if stays.get(code) == code:
                self.journey[code] = paper.journey
            elif hasattr(paper, "dispatch"):
                raise Refused(Message("journey {code} has left since this plan was made; plan again", code=code))
            else:
                make_void(self.entry, paper)

    def _convoys(self, stayed: set[str]) -> None:
        """Convoys in which somebody new drives; those that stayed have their rows, and what is signed there."""
        for convoy in self.plan.convoys:
            if all(code in stayed for code in convoy.journeys):
                continue
            leader = self.journey.get(convoy.leader)
            row = rows.Convoy.objects.create(
                operation=self.operation,
                plan=self.document,
                code=convoy.code,
                origin=self.place[convoy.origin],
                destination=self.place[convoy.destination],
                depart=convoy.depart,
                arrive=convoy.arrive,
                leader=leader.vehicle.driver if leader else None,
            )
            for position, code in enumerate(convoy.journeys, 1):
                rows.ConvoyJourney.objects.create(convoy=row, journey=self.journey[code], position=position)

    def _waybill(self, paper: Waybill) -> None:
        series, number = series_of(self.place[paper.origin])
        row = rows.Waybill.objects.create(
            operation=self.operation,
            series=series,
            no=number,
            plan=self.document,
            journey=self.journey[paper.journey],
            origin=self.place[paper.origin],
            destination=self.place[paper.destination],
            depart=paper.depart,
            arrive=paper.arrive,
            issued_by=self.entry.actor,
            issued_at=self.entry.now,
        )
        for position, line in enumerate(paper.lines, 1):
            rows.WaybillLine.objects.create(
                waybill=row,
                position=position,
                consignment=self._consignment(line.need),
                need=line.need,
                place=self.place.get(line.place),
                batch=self._batch(line),
                quantity=line.quantity,
            )

    def _consignment(self, need: str) -> rows.Consignment | None:
        request = self.request.get(need.rpartition("/")[0])
        if request is None:
            return None
        return rows.Consignment.objects.get_or_create(
            request=request, defaults={"operation": self.operation, "number": f"C-{request.number}"}
        )[0]

    def _batch(self, line: WaybillLine) -> rows.Batch:
        """The lot by its code and, where two are called alike, its origin; what is not yet baked gets its lot now."""
        code, _, origin = line.lot.rpartition("@")
        lots = rows.Batch.objects.filter(operation=self.operation, item__code=line.item)
        found = (
            lots.filter(code=line.lot, origin__code=line.lot_place).first()
            or lots.filter(code=code, origin__code=origin).first()
            or lots.filter(code=line.lot).order_by("id").first()
        )
        return found or rows.Batch.objects.create(
            operation=self.operation,
            item=rows.Item.objects.get(operation=self.operation, code=line.item),
            code=line.lot,
            origin=self.place[line.lot_place],
            expiry=line.expiry,
        )
