"""BRIDGE: waybill lines and their transfers -> :mod:`karavan.domain.dispositions`. Read only."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import QuerySet, Sum

from karavan.desk import models as rows
from karavan.desk.access import visible
from karavan.domain.dispositions import Carried
from karavan.domain.ledger import AccountKind


def known(user: rows.User) -> QuerySet[rows.Consignment]:
    """The consignments of which the user may see a line on the move."""
    lines = visible(user, rows.WaybillLine).values("consignment")
    return rows.Consignment.objects.filter(pk__in=lines)


def carried(lines: QuerySet[rows.WaybillLine]) -> tuple[Carried, ...]:
    """The lines of waybills that are not void."""
    paths = "waybill__dispatch", "waybill__receipt", "loaded", "batch"
    found = list(lines.filter(waybill__void=None).select_related(*paths).order_by("waybill__depart", "id"))
    numbers = [line.pk for line in found]
    held: dict[tuple[int, str], int] = defaultdict(int)
    balances = rows.Balance.objects.filter(account__line__in=numbers)
    for line, kind, units in balances.values_list("account__line", "account__kind").annotate(units=Sum("quantity")):
        held[line or 0, kind] += units
    stored, returned = _into_stores(numbers)
    return tuple(
        Carried(
            line=line.pk,
            goods=(line.need, line.batch_id),
            origin=line.waybill.origin_id,
            destination=line.waybill.destination_id,
            onward=line.place_id is not None and line.place_id != line.waybill.destination_id,
            quantity=line.quantity,
            loaded=line.loaded.quantity if hasattr(line, "loaded") else None,
            has_left=hasattr(line.waybill, "dispatch"),
            received_at=line.waybill.receipt.place_id if hasattr(line.waybill, "receipt") else None,
            reserved=held[line.pk, AccountKind.RESERVED],
            transit=held[line.pk, AccountKind.TRANSIT],
            damaged=held[line.pk, AccountKind.DAMAGED],
            done=held[line.pk, AccountKind.DONE],
            lost=held[line.pk, AccountKind.LOSS],
            stored=stored[line.pk],
            returned=tuple(sorted(returned[line.pk].items())),
            excess=-held[line.pk, AccountKind.SURPLUS],
        )
        for line in found
    )


_OFF_THE_VEHICLE = (AccountKind.TRANSIT, AccountKind.SURPLUS)
_HANDED_OVER = (AccountKind.DONE, AccountKind.DAMAGED)


def _into_stores(lines: list[int]) -> tuple[dict[int, int], dict[int, dict[int, int]]]:
    """Line -> units that came off the vehicle into a store; line -> place -> units that were brought back later."""
    stored: dict[int, int] = defaultdict(int)
    returned: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    # Step by step: asked for in one statement, SQLite looks through all that ever came into a store.
    ours = rows.Account.objects.filter(line__in=lines).exclude(kind=AccountKind.RESERVED)
    of_line = {pk: (line or 0, kind) for pk, line, kind in ours.values_list("pk", "line", "kind")}
    moves = rows.Transfer.objects.filter(source__in=of_line).order_by().values_list("source", "target")
    moved = list(moves.annotate(units=Sum("quantity")))
    stores = rows.Account.objects.filter(pk__in={target for _, target, _ in moved}, line=None)
    place_of = dict(stores.values_list("pk", "place"))
    for source, target, units in moved:
        line, kind = of_line[source]
        if target not in place_of:
            continue
        if kind in _OFF_THE_VEHICLE:
            stored[line] += units
        elif kind in _HANDED_OVER:
            returned[line][place_of[target] or 0] += units
    return stored, returned
