"""Situations and plans as documents, kept together for good; who made them, who approved them; and planning jobs."""

from __future__ import annotations

from django.db import models


class SituationDocument(models.Model):
    """What a planner knew, as text; named by its SHA-256. Append-only."""

    digest = models.CharField(max_length=64, primary_key=True)
    operation = models.ForeignKey("Operation", on_delete=models.PROTECT)
    text = models.TextField()


class PlanDocument(models.Model):
    """What was decided, as ``plan.json``. Append-only."""

    id = models.UUIDField(primary_key=True)
    operation = models.ForeignKey("Operation", on_delete=models.PROTECT)
    situation = models.ForeignKey(SituationDocument, on_delete=models.PROTECT)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey("User", on_delete=models.PROTECT)
    made_at = models.DateTimeField()
    replans = models.ForeignKey("self", null=True, on_delete=models.PROTECT)


class PlanApproval(models.Model):
    """The second person's signature, once. Append-only."""

    plan = models.OneToOneField(PlanDocument, primary_key=True, on_delete=models.PROTECT, related_name="approved")
    by = models.ForeignKey("User", on_delete=models.PROTECT)
    at = models.DateTimeField()


class PlanPin(models.Model):
    """A journey that the next planning leaves as it is, or no longer: the last word counts. Append-only."""

    id = models.UUIDField(primary_key=True)
    plan = models.ForeignKey(PlanDocument, on_delete=models.PROTECT, related_name="pins")
    journey = models.CharField(max_length=40)
    pinned = models.BooleanField()
    by = models.ForeignKey("User", on_delete=models.PROTECT)
    at = models.DateTimeField()


class PlanningJob(models.Model):
    """
    A search that somebody asked for, and how far it is.

    Attributes
    ----------
    state
        ``waiting``, ``running``, ``done``, ``failed``, ``cancelled``.
    beat_at
        When the searching process was last known to live.
    replans
        The plan that is planned again; ``previous`` is how it truly went so far, ``left`` its journeys that have left,
        ``kept`` those that are to stay as they are.
    """

    id = models.UUIDField(primary_key=True)
    operation = models.ForeignKey("Operation", on_delete=models.PROTECT)
    situation = models.ForeignKey(SituationDocument, on_delete=models.PROTECT)
    asked_by = models.ForeignKey("User", on_delete=models.PROTECT)
    asked_at = models.DateTimeField()
    seed = models.BigIntegerField(default=0)
    rounds = models.BigIntegerField(null=True)
    limit_s = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=10, default="waiting")
    round = models.BigIntegerField(default=0)
    value = models.FloatField(null=True)
    bound = models.FloatField(null=True)
    problem = models.JSONField(null=True)
    plan = models.ForeignKey(PlanDocument, null=True, on_delete=models.PROTECT)
    beat_at = models.DateTimeField(null=True)
    replans = models.ForeignKey(PlanDocument, null=True, on_delete=models.PROTECT, related_name="+")
    previous = models.TextField(default="")
    left = models.JSONField(default=list)
    kept = models.JSONField(default=list)
