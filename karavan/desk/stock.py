"""What the ledger says is there: read only."""

from __future__ import annotations

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from karavan.desk import models as rows
from karavan.desk.templatetags.goods import name_of
from karavan.domain.errors import Refused
from karavan.domain.ledger import AccountKind, oldest_first
from karavan.domain.message import Message
from karavan.domain.numbers import paper_number
from karavan.domain.units import Quantity


def item_of(operation: int, code: str) -> rows.Item:
    """
    The item of that code.

    Raises
    ------
    Refused
        There is none.
    """
    found = rows.Item.objects.filter(operation=operation, code=code).first()
    if found is None:
        raise Refused(Message("there is no item {code}", code=code))
    return found


def free(place: rows.Place, batch: rows.Batch) -> int:
    """Units of a lot that lie at a place and are nobody's yet."""
    return _sum(rows.Balance.objects.filter(account__kind=AccountKind.STOCK, account__place=place, batch=batch))


def of_item(place: rows.Place, item: rows.Item) -> list[rows.Balance]:
    """The free lots of an item at a place: what expires first in front."""
    found = rows.Balance.objects.filter(
        account__kind=AccountKind.STOCK, account__place=place, batch__item=item, quantity__gt=0
    ).select_related("batch")
    return list(found.order_by(F("batch__expiry").asc(nulls_last=True), "batch_id"))


def take(place: rows.Place, item: rows.Item, quantity: int) -> list[tuple[rows.Batch, int]]:
    """
    The lots that ``quantity`` units are taken from.

    Raises
    ------
    Refused
        There is not enough.
    """
    found = of_item(place, item)
    batches = {balance.batch_id: balance.batch for balance in found}
    parts = oldest_first(((balance.batch_id, balance.quantity) for balance in found), quantity)
    left = sum(units for _, units in parts)
    if left < quantity:
        raise short(item, place, left, quantity)
    return [(batches[batch], units) for batch, units in parts]


class Short(Refused):
    """
    There is not so much of it.

    Attributes
    ----------
    bakery
        Where it is asked for, if that place bakes it.
    """

    def __init__(self, message: Message, bakery: rows.Place | None) -> None:
        super().__init__(message)
        self.bakery = bakery


def short(item: rows.Item, place: rows.Place, left: int, asked: int) -> Short:
    """The refusal of what is not at a place, in the language of whoever asks."""
    bakes = rows.Production.objects.filter(bakery=place, item=item).exists()
    facts = {
        "item": name_of(item),
        "code": item.code,
        "left": Quantity(left, item.unit),
        "asked": Quantity(asked, item.unit),
    }
    if bakes:
        return Short(
            Message("{item} ({code}): {left} left, {asked} asked for; baked here, it can be baked first", **facts),
            place,
        )
    return Short(Message("{item} ({code}): {left} left, {asked} asked for", **facts), None)


def in_transit(waybill: rows.Waybill) -> int:
    """Units of a waybill that are still on the road; a waybill that has left is closed when this is nothing."""
    return _sum(rows.Balance.objects.filter(account__kind=AccountKind.TRANSIT, account__line__waybill=waybill))


def series_of(origin: rows.Place) -> tuple[rows.WaybillSeries, int]:
    """The pad of numbers of a place that dispatches, and its next number."""
    series, _ = rows.WaybillSeries.objects.get_or_create(
        operation_id=origin.operation_id, place=origin, defaults={"code": f"{origin.operation.code}-{origin.code}"}
    )
    last = rows.Waybill.objects.filter(series=series).order_by("no").last()
    return series, last.no + 1 if last else 1


def waybill_number(waybill: rows.Waybill) -> str:
    return paper_number(waybill.series_id, waybill.no)


def with_states(waybills: QuerySet[rows.Waybill]) -> QuerySet[rows.Waybill]:
    """
    The waybills with their ``state`` as :func:`waybill_state` has it, and ``transit``, the units on the road: worked
    out by the database for a whole list.
    """
    transit = rows.Balance.objects.filter(account__kind=AccountKind.TRANSIT, account__line__waybill=OuterRef("pk"))
    total = transit.order_by().values("account__line__waybill").annotate(units=Sum("quantity")).values("units")
    loaded = rows.Loaded.objects.filter(line__waybill=OuterRef("pk"))
    return waybills.annotate(
        transit=Coalesce(Subquery(total), 0, output_field=BigIntegerField()),
        state=Case(
            When(void__isnull=False, then=Value("void")),
            When(dispatch=None, then=Case(When(Exists(loaded), then=Value("loaded")), default=Value("issued"))),
            # The same as nothing in transit, for no such account holds less than nothing; and found sooner.
            When(~Exists(transit.filter(quantity__gt=0)), then=Value("closed")),
            When(receipt__isnull=False, then=Value("received")),
            default=Value("in transit"),
            output_field=CharField(),
        ),
    )


def in_states(waybills: QuerySet[rows.Waybill], *states: str) -> QuerySet[rows.Waybill]:
    """
    Those in one of the states, with it: as ``with_states`` and a filter would find them, but by what each state has to
    have, so that the database looks into the accounts of few papers.
    """
    in_transit_of = rows.Balance.objects.filter(
        account__kind=AccountKind.TRANSIT, account__line__waybill=OuterRef("pk"), quantity__gt=0
    )
    transit = Q(Exists(in_transit_of))
    loaded = Q(Exists(rows.Loaded.objects.filter(line__waybill=OuterRef("pk"))))
    here, left = Q(void=None, dispatch=None), Q(void=None, dispatch__isnull=False)
    found_by = {
        "void": Q(void__isnull=False),
        "issued": here & ~loaded,
        "loaded": here & loaded,
        "in transit": left & Q(receipt=None) & transit,
        "received": left & Q(receipt__isnull=False) & transit,
        "closed": left & ~transit,
    }
    wanted = Q(pk__in=())
    for state in states:
        wanted |= found_by[state]
    return with_states(waybills.filter(wanted))


def waybill_state(waybill: rows.Waybill) -> str:
    """``issued``, ``void``, ``loaded``, ``in transit``, ``received`` (some of it is unaccounted for), ``closed``."""
    if hasattr(waybill, "void"):
        return "void"
    if not hasattr(waybill, "dispatch"):
        return "loaded" if rows.Loaded.objects.filter(line__waybill=waybill).exists() else "issued"
    if not in_transit(waybill):
        return "closed"
    return "received" if hasattr(waybill, "receipt") else "in transit"


def disposition(consignment: rows.Consignment) -> dict[str, int]:
    """Where every unit of a consignment is now: by kind of account."""
    found = (
        rows.Balance.objects.filter(account__line__consignment=consignment, quantity__gt=0)
        .values_list("account__kind")
        .annotate(units=Sum("quantity"))
    )
    return dict(found.order_by("account__kind"))


def _sum(balances: QuerySet[rows.Balance]) -> int:
    return balances.aggregate(units=Sum("quantity"))["units"] or 0
