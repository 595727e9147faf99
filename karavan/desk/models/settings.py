"""Changes of an operation's settings, and the times in which one person may sign alone. All of it append-only."""

from __future__ import annotations

from django.db import models


class SettingChange(models.Model):
    """
    What the settings shall be, whole.

    Attributes
    ----------
    waits
        It loosens a control: in force when a second person has signed; else it is at once.
    """

    id = models.UUIDField(primary_key=True)
    operation = models.ForeignKey("Operation", on_delete=models.PROTECT)
    levels = models.PositiveSmallIntegerField()
    clocks_h = models.JSONField()
    code_roles = models.JSONField()
    waits = models.BooleanField()
    by = models.ForeignKey("User", on_delete=models.PROTECT)
    at = models.DateTimeField()


class SettingApproval(models.Model):
    change = models.OneToOneField(SettingChange, primary_key=True, on_delete=models.PROTECT, related_name="approved")
    by = models.ForeignKey("User", on_delete=models.PROTECT)
    at = models.DateTimeField()


class Emergency(models.Model):
    """Between ``since`` and ``until`` nobody has to be another person; why is the remark of the event."""

    id = models.UUIDField(primary_key=True)
    operation = models.ForeignKey("Operation", on_delete=models.PROTECT)
    since = models.DateTimeField()
    until = models.DateTimeField()
    by = models.ForeignKey("User", on_delete=models.PROTECT)


class EmergencyEnd(models.Model):
    """Ended before its time."""

    emergency = models.OneToOneField(Emergency, primary_key=True, on_delete=models.PROTECT, related_name="ended")
    by = models.ForeignKey("User", on_delete=models.PROTECT)
    at = models.DateTimeField()
