"""Consignments, convoys, journeys, waybills and what happens to them. Papers are append-only; states are derived."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q


class Consignment(models.Model):
    """An accepted request's cargo under one number."""

    id = models.BigAutoField(primary_key=True)
    operation = models.ForeignKey("Operation", on_delete=models.PROTECT)
    request = models.OneToOneField("Request", on_delete=models.PROTECT)
    number = models.CharField(max_length=200)


class Convoy(models.Model):
    operation = models.ForeignKey("Operation", on_delete=models.PROTECT)
    plan = models.ForeignKey("PlanDocument", on_delete=models.PROTECT)
    code = models.CharField(max_length=40)
    origin = models.ForeignKey("Place", on_delete=models.PROTECT, related_name="+")
    destination = models.ForeignKey("Place", on_delete=models.PROTECT, related_name="+")
    depart = models.DateTimeField()
    arrive = models.DateTimeField()
    leader = models.ForeignKey("Contact", null=True, on_delete=models.SET_NULL)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("plan", "code"), name="convoy_code"),)


class Journey(models.Model):
    """One vehicle's run: of a plan, or between two own stores."""

    operation = models.ForeignKey("Operation", on_delete=models.PROTECT)
    plan = models.ForeignKey("PlanDocument", null=True, on_delete=models.PROTECT)
    code = models.CharField(max_length=40)
    vehicle = models.ForeignKey("Vehicle", on_delete=models.PROTECT)
    depart = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("plan", "code"), name="journey_code"),)


class ConvoyJourney(models.Model):
    """Order of march."""

    convoy = models.ForeignKey(Convoy, on_delete=models.PROTECT, related_name="march")
    journey = models.ForeignKey(Journey, on_delete=models.PROTECT, related_name="convoys")
    position = models.PositiveIntegerField()


class Readiness(models.Model):
    """One condition of a convoy's gate, signed: leader, order, drivers, clearance, papers, briefing. Append-only."""

    id = models.UUIDField(primary_key=True)
    convoy = models.ForeignKey(Convoy, on_delete=models.PROTECT)
    condition = models.CharField(max_length=20)
    met = models.BooleanField()
    by = models.ForeignKey("User", on_delete=models.PROTECT)
    at = models.DateTimeField()


class WaybillSeries(models.Model):
    """A pad of numbers: one for each place that dispatches."""

    code = models.CharField(max_length=60, primary_key=True)
    operation = models.ForeignKey("Operation", on_delete=models.PROTECT)
    place = models.OneToOneField("Place", on_delete=models.PROTECT)


class Waybill(models.Model):
    """One numbered paper: what one vehicle carries from one loading to one hand-over, by a plan or a transfer."""

    id = models.BigAutoField(primary_key=True)
    operation = models.ForeignKey("Operation", on_delete=models.PROTECT)
    series = models.ForeignKey(WaybillSeries, on_delete=models.PROTECT)
    no = models.PositiveBigIntegerField()
    plan = models.ForeignKey("PlanDocument", null=True, on_delete=models.PROTECT)
    transfer = models.OneToOneField("StoreTransfer", null=True, on_delete=models.PROTECT, related_name="waybill")
    journey = models.ForeignKey(Journey, on_delete=models.PROTECT, related_name="waybills")
    origin = models.ForeignKey("Place", on_delete=models.PROTECT, related_name="+")
    destination = models.ForeignKey("Place", on_delete=models.PROTECT, related_name="+")
    depart = models.DateTimeField()
    arrive = models.DateTimeField()
    issued_by = models.ForeignKey("User", on_delete=models.PROTECT)
    issued_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("series", "no"), name="waybill_number"),
            models.CheckConstraint(
                condition=Q(plan__isnull=False, transfer=None) | Q(plan=None, transfer__isnull=False),
                name="waybill_of_plan_or_transfer",
            ),
        )


class WaybillLine(models.Model):
    """
    Attributes
    ----------
    need
        The code of the need (``REQ-7/2:soap``), and ``place`` where it is: elsewhere when goods change vehicles.
    """

    waybill = models.ForeignKey(Waybill, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    consignment = models.ForeignKey(Consignment, null=True, on_delete=models.PROTECT, related_name="lines")
    need = models.CharField(max_length=200)
    place = models.ForeignKey("Place", null=True, on_delete=models.PROTECT)
    batch = models.ForeignKey("Batch", on_delete=models.PROTECT)
    quantity = models.BigIntegerField()

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("waybill", "position"), name="waybill_line_position"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="waybill_line_quantity"),
        )


class WaybillVoid(models.Model):
    """A number that carries nothing; it stays in its series."""

    waybill = models.OneToOneField(Waybill, primary_key=True, on_delete=models.PROTECT, related_name="void")
    by = models.ForeignKey("User", on_delete=models.PROTECT)
    at = models.DateTimeField()


class Loaded(models.Model):
    """The tally at loading: what went aboard of a line; a shortfall has its reason in the event's remark."""

    line = models.OneToOneField(WaybillLine, primary_key=True, on_delete=models.PROTECT, related_name="loaded")
    quantity = models.BigIntegerField()
    by = models.ForeignKey("User", on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(quantity__gte=0), name="loaded_quantity"),)


class Dispatch(models.Model):
    """The dispatcher's signature: the goods are the transporter's."""

    waybill = models.OneToOneField(Waybill, primary_key=True, on_delete=models.PROTECT, related_name="dispatch")
    by = models.ForeignKey("User", on_delete=models.PROTECT)
    at = models.DateTimeField()


class Receipt(models.Model):
    """
    The receiver's signature and count; a waybill has one.

    Attributes
    ----------
    place
        Where it was counted: the destination, or the origin when the vehicle was turned back.
    """

    id = models.UUIDField(primary_key=True)
    waybill = models.OneToOneField(Waybill, on_delete=models.PROTECT, related_name="receipt")
    place = models.ForeignKey("Place", on_delete=models.PROTECT)
    by = models.ForeignKey("User", on_delete=models.PROTECT)
    at = models.DateTimeField()
    counted_at = models.DateTimeField()


class ReceiptLine(models.Model):
    """:class:`karavan.domain.receipts.Counted`; the reasons of damage stand in ``damaged``."""

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="lines")
    line = models.OneToOneField(WaybillLine, on_delete=models.PROTECT, related_name="received")
    arrived = models.BigIntegerField()
    good = models.BigIntegerField()
    underweight = models.BigIntegerField()
    underweight_g = models.BigIntegerField()
    damaged = models.JSONField()
    missing = models.BigIntegerField()
    excess = models.BigIntegerField()


class LossReport(models.Model):
    """Goods that are gone, as one person reports it; nothing moves before another one has signed."""

    id = models.UUIDField(primary_key=True)
    operation = models.ForeignKey("Operation", on_delete=models.PROTECT)
    place = models.ForeignKey("Place", on_delete=models.PROTECT)
    waybill = models.ForeignKey(Waybill, null=True, on_delete=models.PROTECT, related_name="losses")
    reason = models.CharField(max_length=40)
    by = models.ForeignKey("User", on_delete=models.PROTECT)
    at = models.DateTimeField()


class LossLine(models.Model):
    report = models.ForeignKey(LossReport, on_delete=models.PROTECT, related_name="lines")
    account = models.ForeignKey("Account", on_delete=models.PROTECT)
    batch = models.ForeignKey("Batch", on_delete=models.PROTECT)
    quantity = models.BigIntegerField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(quantity__gte=1), name="loss_quantity"),)


class LossApproval(models.Model):
    report = models.OneToOneField(LossReport, primary_key=True, on_delete=models.PROTECT, related_name="approved")
    by = models.ForeignKey("User", on_delete=models.PROTECT)
    at = models.DateTimeField()


class Count(models.Model):
    """A blind count of a place: whoever counts does not see what the book says, and does not keep the store."""

    id = models.UUIDField(primary_key=True)
    operation = models.ForeignKey("Operation", on_delete=models.PROTECT)
    place = models.ForeignKey("Place", on_delete=models.PROTECT)
    by = models.ForeignKey("User", on_delete=models.PROTECT)
    at = models.DateTimeField()


class CountLine(models.Model):
    """``book`` is what the ledger said at that moment; the difference is posted when a second person has signed."""

    count = models.ForeignKey(Count, on_delete=models.PROTECT, related_name="lines")
    batch = models.ForeignKey("Batch", on_delete=models.PROTECT)
    counted = models.BigIntegerField()
    book = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("count", "batch"), name="count_batch_once"),
            models.CheckConstraint(condition=Q(counted__gte=0), name="counted_quantity"),
        )


class CountApproval(models.Model):
    count = models.OneToOneField(Count, primary_key=True, on_delete=models.PROTECT, related_name="approved")
    by = models.ForeignKey("User", on_delete=models.PROTECT)
    at = models.DateTimeField()


class CheckIn(models.Model):
    """
    A convoy says where it is: a place, never a position.

    Attributes
    ----------
    seen_at
        When it was so, ``at`` when it was written down; empty in rows of earlier releases.
    """

    id = models.UUIDField(primary_key=True)
    convoy = models.ForeignKey(Convoy, on_delete=models.PROTECT)
    place = models.ForeignKey("Place", null=True, on_delete=models.PROTECT)
    state = models.CharField(max_length=20)
    by = models.ForeignKey("User", on_delete=models.PROTECT)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    @property
    def seen(self) -> datetime:
        return self.seen_at or self.at


class Incident(models.Model):
    """
    Something happened to a journey: blocked, turned back, broken down, accident, goods taken.

    Attributes
    ----------
    seen_at
        When it happened, ``at`` when it was written down; empty in rows of earlier releases.
    """

    id = models.UUIDField(primary_key=True)
    journey = models.ForeignKey(Journey, on_delete=models.PROTECT)
    kind = models.CharField(max_length=20)
    by = models.ForeignKey("User", on_delete=models.PROTECT)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    @property
    def seen(self) -> datetime:
        return self.seen_at or self.at
