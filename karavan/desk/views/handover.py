"""The hand-over from vehicle to vehicle: both sides' counts beside each other."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from karavan.desk import actions, gates, models as rows
from karavan.desk.access import where
from karavan.desk.stock import waybill_number
from karavan.desk.templatetags.goods import name_of
from karavan.desk.views.fields import Field, Form, Group, asked, local, reader
from karavan.desk.views.moving import counted_of, pages
from karavan.desk.views.waybills import Line, find, lines_of
from karavan.desk.views.words import DAMAGES
from karavan.domain.errors import NotAllowed
from karavan.domain.message import Message
from karavan.domain.roles import Right
from karavan.domain.units import Quantity


@pages
def hand_over(request: HttpRequest, waybill: int) -> HttpResponse:
    user = reader(request)
    paper = find(user, waybill)
    if not where(user, Right.RECEIVE).filter(pk=paper.destination_id).exists():
        raise NotAllowed(Message("you have no right to do this here"))
    zone, lines = ZoneInfo(paper.operation.time_zone), lines_of(paper)
    when = Field("counted_at", Message("Counted on"), "moment", value=local(datetime.now(UTC), zone))
    when.hint = Message("Clock of {zone}", zone=paper.operation.time_zone)
    why = Field("remark", Message("If something is missing or damaged: why"), "long", required=False)
    form = Form([Group("", [when]), *map(_counts, lines), Group("", [why])], zone, Message("Write down the hand-over"))

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        return actions.hand_over(
            who,
            number,
            now,
            waybill=paper.pk,
            counted=tuple(
                (line.row.position, form.got(f"given-{line.row.position}"), counted_of(form, line.row.position))
                for line in lines
            ),
            counted_at=form.got("counted_at"),
            remark=form.got("remark"),
        )

    back = reverse("waybill", args=[paper.pk])
    return asked(
        request,
        form,
        write,
        title=Message(
            "Hand-over of {number} at {place}", number=waybill_number(paper), place=name_of(paper.destination)
        ),
        done=back,
        back=back,
        note=Message("Both sides count. The goods are the next vehicle's when both have counted the same."),
        facts=[fact for line in lines for fact in _onward(line)],
    )


def _counts(line: Line) -> Group:
    at = line.row.position
    loaded = Message("{quantity} were loaded", quantity=Quantity(line.loaded or 0, line.item.unit))
    damaged = [Field(f"{kind}-{at}", words, "whole", required=False) for kind, words in DAMAGES.items()]
    light = [
        Field(f"light-{at}", Message("too light"), "whole", required=False),
        Field(f"light-kg-{at}", Message("kg missing in these"), "kg", required=False),
    ]
    return Group(
        f"{at}. {name_of(line.item)}",
        [
            Field(f"given-{at}", Message("Counted by whoever hands over"), "whole", hint=loaded),
            Field(f"arrived-{at}", Message("Counted by whoever takes over"), "whole"),
        ],
        [*damaged, *light],
        Message("Of these damaged or too light"),
    )


def _onward(line: Line) -> list[Message]:
    return [
        Message(
            "{goods}: {quantity} go on with {plate}, waybill {number}",
            goods=name_of(line.item),
            quantity=Quantity(onward.quantity, line.item.unit),
            plate=onward.waybill.journey.vehicle.plate,
            number=waybill_number(onward.waybill),
        )
        for onward in gates.onward_lines(line.row)
    ]
