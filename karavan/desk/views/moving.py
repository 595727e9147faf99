"""What is done with a waybill: reserve, tally, send on its way, make void, type in the receipt."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from karavan.desk import actions, gates, models as rows
from karavan.desk.access import where
from karavan.desk.stock import waybill_number
from karavan.desk.templatetags.goods import name_of
from karavan.desk.views.fields import Field, Form, Group, asked, local, reader
from karavan.desk.views.waybills import Line, find, lines_of
from karavan.desk.views.words import DAMAGES
from karavan.domain.errors import NotAllowed
from karavan.domain.message import Message, Sayable
from karavan.domain.receipts import Counted
from karavan.domain.roles import Right
from karavan.domain.units import Quantity

pages = require_http_methods(["GET", "HEAD", "POST"])


@require_POST
def reserve(request: HttpRequest, waybill: int) -> HttpResponse:
    user = reader(request)
    paper = find(user, waybill)
    form = _form([], paper, Message("Reserve the goods"))
    return asked(
        request,
        form,
        lambda who, number, now: actions.reserve_waybill(who, number, now, waybill=paper.pk),
        title=Message("Reserve the goods of {number}", number=waybill_number(paper)),
        done=_page(paper),
        back=_page(paper),
    )


@pages
def void(request: HttpRequest, waybill: int) -> HttpResponse:
    paper = _allowed(request, waybill, Right.ISSUE_WAYBILL)
    form = _form([Group("", [Field("remark", Message("Why"), "long")])], paper, Message("Make it void"))

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        return actions.void_waybill(who, number, now, waybill=paper.pk, remark=form.got("remark"))

    note = Message("The number stays in its series and carries nothing. What was reserved for it is free again.")
    title = Message("Make {number} void", number=waybill_number(paper))
    return asked(request, form, write, title=title, done=_page(paper), back=_page(paper), note=note)


@pages
def load(request: HttpRequest, waybill: int) -> HttpResponse:
    """The tally: what went aboard, line by line."""
    paper = _allowed(request, waybill, Right.LOAD)
    lines = lines_of(paper)
    groups = [
        Group(_goods(line), [Field(f"loaded-{line.row.position}", Message("Loaded"), "whole", hint=_asked_for(line))])
        for line in lines
    ]
    why = Field("remark", Message("If less was loaded: why"), "long", required=False)
    form = _form([*groups, Group("", [why])], paper, Message("Write down the tally"))

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        loaded = tuple((line.row.position, form.got(f"loaded-{line.row.position}")) for line in lines)
        return actions.load_waybill(who, number, now, waybill=paper.pk, loaded=loaded, remark=form.got("remark"))

    title = Message("Loading of {number}", number=waybill_number(paper))
    note = Message("Count what is aboard. The tally is written once and stays.")
    return asked(request, form, write, title=title, done=_page(paper), back=_page(paper), note=note)


@pages
def dispatch(request: HttpRequest, waybill: int) -> HttpResponse:
    """Sent on its way, when the gates of its convoys are open."""
    paper = _allowed(request, waybill, Right.DISPATCH)
    form = _form([], paper, Message("Send on its way"))
    shut = [(convoy, gates.unmet(convoy)) for convoy in gates.convoys_of(paper)]
    facts = [
        Message(
            "{goods}: {loaded} loaded of {quantity}",
            goods=name_of(line.item),
            loaded=Quantity(line.loaded or 0, line.item.unit),
            quantity=Quantity(line.row.quantity, line.item.unit),
        )
        for line in lines_of(paper)
    ]
    return asked(
        request,
        form,
        lambda who, number, now: actions.dispatch_waybill(who, number, now, waybill=paper.pk),
        title=Message("Send {number} on its way", number=waybill_number(paper)),
        done=_page(paper),
        back=_page(paper),
        note=Message("From now on the goods are on the road. What was reserved and stayed behind is free again."),
        unready=[(convoy, reasons) for convoy, reasons in shut if reasons],
        facts=facts,
    )


@pages
def receive(request: HttpRequest, waybill: int) -> HttpResponse:
    """The receipt, typed in from the paper: arrived, damaged by reason, too light; missing and excess come of it."""
    user = reader(request)
    paper = find(user, waybill)
    allowed = where(user, Right.RECEIVE).filter(pk__in=(paper.origin_id, paper.destination_id))
    # The destination first: turned back is the rarer case.
    places = sorted(allowed.prefetch_related("names"), key=lambda place: place.pk != paper.destination_id)
    if not places:
        raise NotAllowed(Message("you have no right to do this here"))
    zone, lines = ZoneInfo(paper.operation.time_zone), lines_of(paper)
    choices = tuple((str(place.pk), name_of(place)) for place in places)
    at = Field("place", Message("Counted at"), "choice", choices=choices, value=choices[0][0])
    when = Field("counted_at", Message("Counted on"), "moment", value=local(datetime.now(UTC), zone))
    when.hint = Message("Clock of {zone}", zone=paper.operation.time_zone)
    remark = Field("remark", Message("Remarks on the paper"), "long", required=False)
    groups = [Group("", [at, when]), *map(_counting, lines), Group("", [remark])]
    form = Form(groups, zone, Message("Write down the receipt"))

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        return actions.receive_waybill(
            who,
            number,
            now,
            waybill=paper.pk,
            place=int(form.got("place")),
            counted=tuple((line.row.position, counted_of(form, line.row.position)) for line in lines),
            counted_at=form.got("counted_at"),
            remark=form.got("remark"),
        )

    note = Message("Write what was counted. What is missing or too much is worked out from it.")
    title = Message("Receipt of {number}", number=waybill_number(paper))
    return asked(request, form, write, title=title, done=_page(paper), back=_page(paper), note=note)


def _counting(line: Line) -> Group:
    at = line.row.position
    loaded = Message("{quantity} were loaded", quantity=Quantity(line.loaded or 0, line.item.unit))
    damaged = [Field(f"{kind}-{at}", words, "whole", required=False) for kind, words in DAMAGES.items()]
    light = [
        Field(f"light-{at}", Message("too light"), "whole", required=False),
        Field(f"light-kg-{at}", Message("kg missing in these"), "kg", required=False),
    ]
    return Group(
        _goods(line),
        [Field(f"arrived-{at}", Message("Came off the vehicle, in whatever state"), "whole", hint=loaded)],
        [*damaged, *light],
        Message("Of these damaged or too light"),
    )


def counted_of(form: Form, at: int) -> Counted:
    return Counted(
        arrived=form.got(f"arrived-{at}"),
        damaged=tuple((kind, form.got(f"{kind}-{at}")) for kind in DAMAGES if form.got(f"{kind}-{at}")),
        underweight=form.got(f"light-{at}"),
        underweight_g=form.got(f"light-kg-{at}"),
    )


def _goods(line: Line) -> Sayable:
    name, lot = name_of(line.item), line.row.batch.code
    if not lot:
        return f"{line.row.position}. {name}"
    return Message("{number}. {goods}, lot {code}", number=line.row.position, goods=name, code=lot)


def _asked_for(line: Line) -> Message:
    return Message("{quantity} on the waybill", quantity=Quantity(line.row.quantity, line.item.unit))


def _allowed(request: HttpRequest, waybill: int, right: Right) -> rows.Waybill:
    """The waybill, for whoever has the right at its origin: nobody fills in a form for nothing."""
    user = reader(request)
    paper = find(user, waybill)
    if not where(user, right).filter(pk=paper.origin_id).exists():
        raise NotAllowed(Message("you have no right to do this here"))
    return paper


def _form(groups: list[Group], paper: rows.Waybill, button: Message) -> Form:
    return Form(groups, ZoneInfo(paper.operation.time_zone), button)


def _page(paper: rows.Waybill) -> str:
    return reverse("waybill", args=[paper.pk])
