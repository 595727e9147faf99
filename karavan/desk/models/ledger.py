"""The chain of events and the double-entry ledger. Written by actions only; balances by a trigger only."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from karavan.domain.ledger import LARGEST_TRANSFER, MAY_BE_BELOW_NOTHING, AccountKind

_BELOW = sorted(kind.value for kind in MAY_BE_BELOW_NOTHING)


class Head(models.Model):
    """One row: the last event. Whoever writes locks it first, so events have one order."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="head_one_row"),)


class Event(models.Model):
    """What happened, as it came: the inbox and the audit chain. Append-only."""

    seq = models.BigIntegerField(primary_key=True)
    id = models.UUIDField(unique=True)
    device = models.CharField(max_length=64, blank=True)
    device_seq = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=60)
    body = models.TextField()
    body_sha256 = models.CharField(max_length=64)
    actor = models.CharField(max_length=36)
    received_at = models.CharField(max_length=27)
    prev_hash = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("device", "device_seq"), name="event_device_seq"),)
        indexes = (models.Index(fields=("received_at",), name="event_received_at"),)


class Verdict(models.Model):
    """Stored is not posted: an event is judged, and may be judged again. Append-only."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="verdicts")
    n = models.PositiveIntegerField()
    verdict = models.CharField(max_length=10)
    reason = models.JSONField(null=True)
    by = models.CharField(max_length=36)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("event", "n"), name="verdict_n"),
            models.UniqueConstraint(fields=("event",), condition=Q(verdict="posted"), name="verdict_posted_once"),
            models.CheckConstraint(condition=Q(verdict__in=("posted", "held", "refused")), name="verdict_word"),
        )


class Account(models.Model):
    """
    Where goods can be (:class:`karavan.domain.ledger.AccountKind`). Append-only.

    Attributes
    ----------
    line
        The waybill line that the goods are reserved for, in transit, damaged or handed over with.
    label
        A donor, the reason of a loss, or whom stock is kept for.
    neg
        May hold less than nothing.
    """

    operation = models.ForeignKey("Operation", on_delete=models.PROTECT)
    kind = models.CharField(max_length=10)
    place = models.ForeignKey("Place", null=True, on_delete=models.PROTECT)
    line = models.ForeignKey("WaybillLine", null=True, on_delete=models.PROTECT, related_name="accounts")
    label = models.CharField(max_length=200, blank=True)
    neg = models.BooleanField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("operation", "kind", "place", "label"), condition=Q(line=None), name="account_of_place_once"
            ),
            models.UniqueConstraint(
                fields=("kind", "line", "label"), condition=Q(line__isnull=False), name="account_of_line_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in AccountKind]), name="account_kind"),
            models.CheckConstraint(
                condition=Q(neg=True, kind__in=_BELOW) | (Q(neg=False) & ~Q(kind__in=_BELOW)), name="account_neg"
            ),
            models.CheckConstraint(
                condition=Q(place__isnull=False) | Q(line__isnull=False), name="account_is_somewhere"
            ),
        )


class Transfer(models.Model):
    """Goods move: debit and credit in one row, so that no half of it can be written. Append-only."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="transfers")
    source = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey("Batch", on_delete=models.PROTECT)
    quantity = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(quantity__range=(1, LARGEST_TRANSFER)), name="transfer_quantity"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="transfer_sides"),
        )
        indexes = (
            models.Index(fields=("source", "batch", "id"), name="transfer_source_order"),
            models.Index(fields=("target", "batch", "id"), name="transfer_target_order"),
        )


class Balance(models.Model):
    """
    What an account holds of a batch: the fold of its transfers, written by their trigger.

    Attributes
    ----------
    last
        The last transfer that is in it.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="balances")
    batch = models.ForeignKey("Batch", on_delete=models.PROTECT)
    quantity = models.BigIntegerField()
    neg = models.BooleanField()
    last = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("account", "batch"), name="balance_once"),
            models.CheckConstraint(condition=Q(neg=True) | Q(quantity__gte=0), name="balance_not_below_nothing"),
        )
