"""Papers that were printed, goods between own stores, goods that came back. All append-only."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class PaperPrint(models.Model):
    """
    A waybill, loading list or convoy sheet was printed.

    Attributes
    ----------
    head_seq, head_hash
        The last event of the chain at that moment; the paper bears both and is their witness.
    digest, seal
        Of a waybill: the hash of what stands on it, and the signed text of its code.
    """

    id = models.UUIDField(primary_key=True)
    operation = models.ForeignKey("Operation", on_delete=models.PROTECT)
    waybill = models.ForeignKey("Waybill", null=True, on_delete=models.PROTECT, related_name="prints")
    journey = models.ForeignKey("Journey", null=True, on_delete=models.PROTECT, related_name="prints")
    convoy = models.ForeignKey("Convoy", null=True, on_delete=models.PROTECT, related_name="prints")
    head_seq = models.BigIntegerField()
    head_hash = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey("User", on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(waybill__isnull=False, journey=None, convoy=None)
                | Q(waybill=None, journey__isnull=False, convoy=None)
                | Q(waybill=None, journey=None, convoy__isnull=False),
                name="print_of_one_paper",
            ),
        )


class StoreTransfer(models.Model):
    """Goods asked for from one own store to another; the waybill is issued by another person."""

    id = models.UUIDField(primary_key=True)
    operation = models.ForeignKey("Operation", on_delete=models.PROTECT)
    origin = models.ForeignKey("Place", on_delete=models.PROTECT, related_name="+")
    destination = models.ForeignKey("Place", on_delete=models.PROTECT, related_name="+")
    vehicle = models.ForeignKey("Vehicle", on_delete=models.PROTECT)
    depart = models.DateTimeField()
    arrive = models.DateTimeField()
    by = models.ForeignKey("User", on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(origin=F("destination")), name="transfer_between_two"),)


class StoreTransferLine(models.Model):
    transfer = models.ForeignKey(StoreTransfer, on_delete=models.PROTECT, related_name="lines")
    batch = models.ForeignKey("Batch", on_delete=models.PROTECT)
    quantity = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("transfer", "batch"), name="store_transfer_batch"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="store_transfer_quantity"),
        )


class GoodsReturn(models.Model):
    """Goods that were handed over came back into a store; not counted by whoever had received them."""

    id = models.UUIDField(primary_key=True)
    waybill = models.ForeignKey("Waybill", on_delete=models.PROTECT, related_name="returns")
    place = models.ForeignKey("Place", on_delete=models.PROTECT)
    by = models.ForeignKey("User", on_delete=models.PROTECT)
    at = models.DateTimeField()


class GoodsReturnLine(models.Model):
    returned = models.ForeignKey(GoodsReturn, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey("WaybillLine", on_delete=models.PROTECT, related_name="returns")
    good = models.BigIntegerField()
    damaged = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("returned", "line"), name="return_line_once"),
            models.CheckConstraint(condition=Q(good__gte=0, damaged__gte=0), name="return_quantity"),
        )
