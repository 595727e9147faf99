"""The times in which one person may sign alone. Reads only."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from karavan.desk import models as rows


def open_emergencies(now: datetime) -> QuerySet[rows.Emergency]:
    """Those that are on; the guards ask the same of the moment of a signature."""
    return rows.Emergency.objects.filter(since__lte=now, until__gt=now).exclude(ended__at__lte=now)


def alone(operation: int, now: datetime) -> bool:
    """Whether somebody may sign what is their own, in this operation at this moment."""
    return open_emergencies(now).filter(operation=operation).exists()


def seen_by(user: rows.User, now: datetime) -> QuerySet[rows.Emergency]:
    """Those of the operations that the user has a role in: shown on every page."""
    mine = rows.Membership.objects.filter(user=user.pk, until=None).values("operation")
    return open_emergencies(now).filter(operation__in=mine).select_related("operation", "by").order_by("since")
