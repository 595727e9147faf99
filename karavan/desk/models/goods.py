"""Items, kits, what may not travel together, what ovens make, and batches."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Item(models.Model):
    operation = models.ForeignKey("Operation", on_delete=models.PROTECT)
    position = models.IntegerField(default=0)
    code = models.CharField(max_length=200)
    item_class = models.CharField(max_length=200)
    unit = models.CharField(max_length=200)
    handling_unit = models.CharField(max_length=200, blank=True)
    handling_unit_quantity = models.BigIntegerField(default=1)
    breakable = models.BooleanField(default=False)
    mass_g = models.BigIntegerField()
    volume_cm3 = models.BigIntegerField()
    shelf_life_s = models.BigIntegerField(null=True)
    remaining_life_s = models.BigIntegerField(default=0)
    closed_body = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("operation", "code"), name="item_code"),)


class ItemName(models.Model):
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="names")
    language = models.CharField(max_length=20)
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("item", "language"), name="item_name_language"),)


class KitLine(models.Model):
    """So many units of an item go into one kit; kits that are made and stored have an item of the kit's own code."""

    operation = models.ForeignKey("Operation", on_delete=models.PROTECT)
    kit = models.CharField(max_length=200)
    item = models.ForeignKey(Item, on_delete=models.PROTECT)
    quantity = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("operation", "kit", "item"), name="kit_item"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="kit_quantity"),
        )


class Segregation(models.Model):
    operation = models.ForeignKey("Operation", on_delete=models.PROTECT)
    first = models.CharField(max_length=200)
    second = models.CharField(max_length=200)
    level = models.CharField(max_length=40)


class Production(models.Model):
    """What an oven makes; the flour for a unit is its recipe."""

    operation = models.ForeignKey("Operation", on_delete=models.PROTECT)
    bakery = models.ForeignKey("Place", on_delete=models.PROTECT)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    units_per_h = models.BigIntegerField()
    hours = models.CharField(max_length=500)
    flour = models.ForeignKey(Item, null=True, on_delete=models.PROTECT, related_name="+")
    flour_g_per_unit = models.BigIntegerField(default=0)


class Batch(models.Model):
    """
    Goods of one item that came together: what the ledger moves. Append-only.

    Attributes
    ----------
    origin
        Where it came into store, was put together or baked. With its item and code it names the batch.
    """

    operation = models.ForeignKey("Operation", on_delete=models.PROTECT)
    item = models.ForeignKey(Item, on_delete=models.PROTECT)
    code = models.CharField(max_length=200, blank=True)
    origin = models.ForeignKey("Place", on_delete=models.PROTECT)
    donor = models.CharField(max_length=200, blank=True)
    expiry = models.DateTimeField(null=True)
    made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("item", "code", "origin"), name="batch_code"),)


class Expected(models.Model):
    """Goods announced for a place: the planner counts on them from then on, the ledger knows nothing of them yet."""

    operation = models.ForeignKey("Operation", on_delete=models.PROTECT)
    place = models.ForeignKey("Place", on_delete=models.PROTECT)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT)
    quantity = models.BigIntegerField()
    reserved = models.BigIntegerField(default=0)
    available_from = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
