"""Vehicles and who drives them."""

from __future__ import annotations

from django.db import models


class Vehicle(models.Model):
    """:class:`karavan.domain.fleet.Vehicle`, row for row."""

    operation = models.ForeignKey("Operation", on_delete=models.PROTECT)
    position = models.IntegerField(default=0)
    plate = models.CharField(max_length=200)
    type = models.CharField(max_length=200, blank=True)
    payload_g = models.BigIntegerField()
    compartments_cm3 = models.JSONField()
    closed_body = models.BooleanField(default=False)
    gross_mass_g = models.BigIntegerField(default=0)
    height_mm = models.BigIntegerField(default=0)
    width_mm = models.BigIntegerField(default=0)
    speed_permille = models.BigIntegerField(default=1000)
    item_classes = models.JSONField(default=list)
    zones = models.JSONField(default=list)
    shift = models.CharField(max_length=500, default="24/7")
    driving_limit_s = models.BigIntegerField(default=32_400)
    cost_fixed = models.BigIntegerField(default=0)
    cost_per_km = models.BigIntegerField(default=0)
    previous_load = models.CharField(max_length=200, blank=True)
    cleaned_on = models.DateTimeField(null=True)
    available_from = models.DateTimeField(null=True)
    available_until = models.DateTimeField(null=True)
    driver = models.ForeignKey("Contact", null=True, on_delete=models.SET_NULL)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("operation", "plate"), name="vehicle_plate"),)


class VehicleService(models.Model):
    """
    A vehicle goes out of service, or comes back: the last row counts. Append-only; the words beside it are the event's
    remark.

    Attributes
    ----------
    reason
        One of :class:`karavan.domain.fleet.OutOfService`; empty: it is back.
    """

    id = models.UUIDField(primary_key=True)
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, related_name="services")
    number = models.BigIntegerField()
    reason = models.CharField(max_length=20, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    by = models.ForeignKey("User", on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("vehicle", "number"), name="vehicle_service_number"),)


class VehicleHome(models.Model):
    vehicle = models.ForeignKey(Vehicle, on_delete=models.CASCADE, related_name="homes")
    place = models.ForeignKey("Place", on_delete=models.PROTECT)

    class Meta:
        ordering = ("id",)
