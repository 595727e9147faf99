"""The operation, its places with all their names, and its roads with what is reported of them."""

from __future__ import annotations

from django.db import models


class Operation(models.Model):
    """
    Attributes
    ----------
    rules
        The plain form of :class:`karavan.domain.rules.Rules`.
    levels
        Approvals that a request needs, by as many people.
    clocks_h
        Hours for a decision at priority 1, 2, 3 ...
    code_roles
        Roles whose people sign in with a second factor.
    retention_d
        Kind (karavan/desk/retention.py) -> days after which something of people is erased; none: no end.
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    start = models.DateTimeField()
    horizon_s = models.BigIntegerField()
    time_zone = models.CharField(max_length=60)
    rules = models.JSONField()
    notes = models.TextField(blank=True)
    road_source = models.CharField(max_length=40)
    levels = models.PositiveSmallIntegerField(default=2)
    clocks_h = models.JSONField(default=list)
    code_roles = models.JSONField(default=list)
    retention_d = models.JSONField(default=dict)


class Place(models.Model):
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT)
    position = models.IntegerField(default=0)
    code = models.CharField(max_length=200)
    kind = models.CharField(max_length=30)
    latitude_deg = models.FloatField(null=True)
    longitude_deg = models.FloatField(null=True)
    pcode = models.CharField(max_length=200, blank=True)
    population = models.BigIntegerField(default=0)
    opening = models.CharField(max_length=500, default="24/7")
    handling_g_per_h = models.BigIntegerField(null=True)
    handling_fixed_s = models.BigIntegerField(default=0)
    largest_gross_mass_g = models.BigIntegerField(null=True)
    zones = models.JSONField(default=list)
    contact = models.ForeignKey("Contact", null=True, on_delete=models.SET_NULL)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("operation", "code"), name="place_code"),)


class PlaceName(models.Model):
    """No name ranks above another; the order is that in which they were given."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="names")
    language = models.CharField(max_length=20)
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("place", "language"), name="place_name_language"),)


class Road(models.Model):
    """What does not change from day to day; the rest is in the reports."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT)
    position = models.IntegerField(default=0)
    code = models.CharField(max_length=200)
    origin = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    destination = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    distance_m = models.BigIntegerField()
    drive_s = models.BigIntegerField()
    one_way = models.BooleanField(default=False)
    geometry_deg = models.JSONField(default=list)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("operation", "code"), name="road_code"),)


class RoadReport(models.Model):
    """
    What a source says of a road, whole: the last report counts until it ends. Append-only.

    Attributes
    ----------
    valid_until
        After this the report says nothing any more and the road is of unknown status.
    """

    id = models.UUIDField(primary_key=True)
    road = models.ForeignKey(Road, on_delete=models.PROTECT, related_name="reports")
    number = models.BigIntegerField()
    status = models.CharField(max_length=20)
    status_from = models.DateTimeField(null=True)
    status_until = models.DateTimeField(null=True)
    source = models.CharField(max_length=200, blank=True)
    max_gross_mass_g = models.BigIntegerField(null=True)
    max_height_mm = models.BigIntegerField(null=True)
    max_width_mm = models.BigIntegerField(null=True)
    gate = models.CharField(max_length=500, blank=True)
    convoy_only = models.BooleanField(default=False)
    night_allowed = models.BooleanField(default=True)
    reported_by = models.ForeignKey("User", on_delete=models.PROTECT)
    reported_at = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("road", "number"), name="road_report_number"),)


class Clearance(models.Model):
    """
    A permission to move, or a notification, asked for some time ahead. Append-only: an answer is another row, which
    repeats what was asked.

    Attributes
    ----------
    reference, authority
        Of what was asked, or of the answer.
    valid_from, valid_until
        The time that it is asked for, or given for.
    convoy, road
        What it is for; without either, every movement of the operation.
    """

    id = models.UUIDField(primary_key=True)
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT)
    kind = models.CharField(max_length=20)
    reference = models.CharField(max_length=200)
    authority = models.CharField(max_length=200)
    lead_s = models.BigIntegerField()
    submitted_at = models.DateTimeField()
    valid_from = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    answer = models.CharField(max_length=20, default="waiting")
    answers = models.ForeignKey("self", null=True, on_delete=models.PROTECT)
    recorded_by = models.ForeignKey("User", on_delete=models.PROTECT)
    convoy = models.ForeignKey("Convoy", null=True, on_delete=models.PROTECT)
    road = models.ForeignKey(Road, null=True, on_delete=models.PROTECT)
    recorded_at = models.DateTimeField(null=True)
