"""Requests, their lines, and what was decided of them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Request(models.Model):
    """
    Attributes
    ----------
    round, level
        How often it was submitted, and the approvals that it has in this round.
    reopens
        The request that this one corrects: nothing is edited after approval.
    """

    id = models.UUIDField(primary_key=True)
    operation = models.ForeignKey("Operation", on_delete=models.PROTECT)
    number = models.CharField(max_length=200)
    representative = models.ForeignKey("Contact", null=True, on_delete=models.SET_NULL)
    organisation = models.CharField(max_length=200, blank=True)
    place = models.ForeignKey("Place", on_delete=models.PROTECT)
    people = models.BigIntegerField()
    raised_at = models.DateTimeField()
    approval = models.CharField(max_length=20, default="draft")
    round = models.PositiveIntegerField(default=0)
    level = models.PositiveSmallIntegerField(default=0)
    created_by = models.ForeignKey("User", on_delete=models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey("User", null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    reopens = models.ForeignKey("self", null=True, on_delete=models.PROTECT)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("operation", "number"), name="request_number"),
            models.CheckConstraint(condition=Q(people__gte=0), name="request_people"),
            models.CheckConstraint(
                condition=Q(approval__in=("draft", "submitted", "approved", "rejected", "sent back")),
                name="request_approval",
            ),
        )


class RequestLine(models.Model):
    """``item`` is the code of an item or of a kit."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="lines")
    line = models.PositiveIntegerField()
    item = models.CharField(max_length=200)
    quantity = models.BigIntegerField()
    priority = models.PositiveSmallIntegerField(default=2)
    needed_by = models.DateTimeField(null=True)

    class Meta:
        ordering = ("line",)
        constraints = (
            models.UniqueConstraint(fields=("request", "line"), name="request_line_number"),
            models.CheckConstraint(condition=Q(quantity__range=(1, 10**12)), name="request_line_quantity"),
        )


class Decision(models.Model):
    """One signature. Append-only; its reason is the remark of its event."""

    id = models.UUIDField(primary_key=True)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="decisions")
    round = models.PositiveIntegerField()
    level = models.PositiveSmallIntegerField()
    decision = models.CharField(max_length=20)
    by = models.ForeignKey("User", on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("request", "round", "level"), name="decision_level"),)


class Cancellation(models.Model):
    """
    So many units of an approved line are asked for no more. Append-only; its reason is the remark of its event.

    Attributes
    ----------
    event
        The event's id: one event may cancel of several lines.
    """

    id = models.BigAutoField(primary_key=True)
    event = models.UUIDField()
    line = models.ForeignKey(RequestLine, on_delete=models.PROTECT, related_name="cancellations")
    quantity = models.BigIntegerField()
    by = models.ForeignKey("User", on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("event", "line"), name="cancellation_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="cancellation_quantity"),
        )
