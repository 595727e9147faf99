"""Where every unit of a consignment is now, for programs: what no single table says."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Schema

from karavan.desk import models as rows
from karavan.desk.access import visible
from karavan.desk.api.schemas import key_of
from karavan.desk.dispositions import carried, known
from karavan.domain.dispositions import Where, dispositions
from karavan.domain.errors import NotFound
from karavan.domain.message import Message


class Share(Schema):
    """So many units of a waybill's line are there; ``place_id`` is null on the road and where they are lost."""

    waybill_line_id: int
    where: Where
    place_id: int | None
    quantity: int


class Disposition(Schema):
    """``whole``: no part of it travels between places that the token's user does not see."""

    id: int
    number: str
    whole: bool
    shares: list[Share]


def read(request: HttpRequest, key: str) -> Any:
    user = request.user
    assert isinstance(user, rows.User)  # Bearer lets in nobody else
    row = known(user).filter(pk=key_of(rows.Consignment, key)).first()
    if row is None:
        raise NotFound(Message("there is no such thing here"))
    lines = visible(user, rows.WaybillLine).filter(consignment=row)
    found = dispositions(carried(rows.WaybillLine.objects.filter(pk__in=list(lines.values_list("pk", flat=True)))))
    shares = [
        {"waybill_line_id": it.line, "where": it.where, "place_id": it.place or None, "quantity": it.units}
        for it in found
    ]
    whole = lines.count() == row.lines.count()
    return {"id": row.pk, "number": row.number, "whole": whole, "shares": shares}
