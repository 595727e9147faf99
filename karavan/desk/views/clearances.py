"""Clearances and notifications: what is missing and by when, whose answer is due, what was answered; the sheet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_GET

from karavan.desk import actions, clearances, models as rows, printing
from karavan.desk.access import may, require, seen, visible
from karavan.desk.duties import narrowed, words_of
from karavan.desk.templatetags.goods import name_of
from karavan.desk.views.fields import Field, Form, Group, asked, local, reader
from karavan.desk.views.ground import chosen
from karavan.desk.views.moving import pages
from karavan.desk.views.roads import way_of
from karavan.desk.views.sheets import At, Sheet, all_of, is_asked, taken
from karavan.desk.views.waybills import remark_of
from karavan.desk.views.words import ANSWERS, CLEARANCES
from karavan.domain.approval import Urgency
from karavan.domain.clearances import GOOD, LEAD_S, Answer, ClearanceKind
from karavan.domain.errors import NotFound
from karavan.domain.language import LANGUAGES
from karavan.domain.message import Message, Sayable
from karavan.domain.roles import Right
from karavan.domain.rules import Rules
from karavan.domain.situationfile import value_from_plain
from karavan.domain.units import HOUR_S, Measure, time_text

A_PAGE = 200
_NO_NAMES = Message("An office or a post; no names of people.")


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """What is missing first, then whose answer is due, then the rest."""
    user = reader(request)
    operation, others = chosen(request, Right.SEE_MOVEMENTS)
    now = datetime.now(UTC)
    wait = request.GET.get("wait", "")
    late, duty = narrowed(visible(user, rows.Clearance), user, wait, now)
    lacking_now, unasked = narrowed(visible(user, rows.Convoy), user, wait, now)
    # What waits is counted over all operations on the first page: its list shows all of them.
    shown = [operation, *others] if (duty or unasked) and "operation" not in request.GET else [operation]
    lines = [_line(it, now) for each in shown for it in clearances.asked(user, each)]
    lacking = [it for each in shown for it in clearances.missing(user, each, now)]
    if duty:
        pressing = set(late.values_list("pk", flat=True))
        lines, lacking = [it for it in lines if it["asked"].row.pk in pressing], []
    if unasked:
        leaving = set(lacking_now.values_list("pk", flat=True))
        lines, lacking = [], [it for it in lacking if it.convoy.pk in leaving]
    if is_asked(request):
        return taken(request, SHEET, all_of(lines))
    context = {
        "operation": operation,
        "others": others if len(shown) == 1 else [],
        "several": len(shown) > 1,
        "zone": operation.time_zone,
        "missing": [(it, _by(it, now), it.urgency(now), [way_of(road) for road in it.roads]) for it in lacking],
        "waiting": sorted((it for it in lines if it["is_waiting"]), key=lambda it: it["due"]),
        "answered": [it for it in lines if not it["is_waiting"]][:A_PAGE],
        "words": (Message("Waiting for an answer"), Message("Answered")),
        "only": words_of(duty or unasked, len(lines) + len(lacking)),
        "may_ask": may(user, Right.ISSUE_WAYBILL, operation),
    }
    return render(request, "desk/field/clearances.html", context)


SHEET = Sheet(
    "clearances",
    Message("Clearances and notifications"),
    (
        (Message("Our number"), lambda it: it["asked"].row.reference),
        (Message("Operation"), lambda it: it["asked"].row.operation.name),
        (Message("Kind"), lambda it: it["kind"]),
        (Message("For"), lambda it: it["what"]),
        (Message("Addressed to"), lambda it: it["asked"].row.authority),
        (Message("Asked"), lambda it: At(it["asked"].row.submitted_at, it["asked"].row.operation.time_zone)),
        (Message("State"), lambda it: it["state"]),
        (Message("Valid from – until"), lambda it: it["valid"]),
    ),
)


def _line(it: clearances.Asked, now: datetime) -> dict[str, Any]:
    zone = ZoneInfo(it.row.operation.time_zone)
    due = it.cover.clock.end
    is_waiting = it.answer is Answer.WAITING
    return {
        "asked": it,
        "kind": CLEARANCES[it.row.kind],
        "what": _what(it.row),
        "state": _state(it, now),
        "is_waiting": is_waiting,
        "due": due,
        "urgency": it.urgency(now) or "",
        "valid": _span(it.last, zone),
    }


def _what(row: rows.Clearance) -> Sayable:
    if row.convoy is not None:
        return Message("Convoy {convoy}", convoy=row.convoy.code)
    if row.road is not None:
        return way_of(row.road)
    return Message("every movement")


def _span(row: rows.Clearance, zone: ZoneInfo) -> str:
    if not row.valid_from and not row.valid_until:
        return ""
    return " – ".join(time_text(it, zone) if it else "…" for it in (row.valid_from, row.valid_until))


def _state(it: clearances.Asked, now: datetime) -> Message:
    zone = ZoneInfo(it.row.operation.time_zone)
    until = it.last.valid_until
    if it.answer in GOOD and until is not None and until <= now:
        return Message("over since {moment}", moment=time_text(until, zone))
    if it.answer is not Answer.WAITING:
        return ANSWERS[it.answer]
    due = it.cover.clock.end
    left = Measure(abs(round((due - now).total_seconds() / 60)) * 60, "s")
    if now < due:
        return Message("answer due {moment}, in {span}", moment=time_text(due, zone), span=left)
    if it.row.kind == ClearanceKind.NOTIFICATION:
        return Message("nobody has answered; the lead time is over since {moment}", moment=time_text(due, zone))
    return Message("answer late since {moment}", moment=time_text(due, zone))


def _by(it: clearances.Missing, now: datetime) -> Message:
    moment = time_text(it.by, ZoneInfo(it.convoy.operation.time_zone))
    if it.lack.is_asked:
        return Message("asked, not answered yet")
    if it.urgency(now) is Urgency.LATE:
        return Message("had to be asked by {moment}", moment=moment)
    return Message("to be asked by {moment}", moment=moment)


@require_GET
def one(request: HttpRequest, clearance: UUID) -> HttpResponse:
    user = reader(request)
    it = _find(user, clearance)
    row = it.row
    zone = ZoneInfo(row.operation.time_zone)
    convoy = visible(user, rows.Convoy).filter(pk=row.convoy_id).first() if row.convoy_id else None
    context = {
        **_line(it, datetime.now(UTC)),
        "row": row,
        "zone": str(zone),
        "convoy": convoy,
        "lead": Measure(row.lead_s, "s"),
        "wanted": _span(row, zone),
        "remark": remark_of(row.pk),
        "answers": [(one, ANSWERS[one.answer], _span(one, zone), remark_of(one.pk)) for one in it.answers],
        "may_answer": may(user, Right.ISSUE_WAYBILL, row.operation_id),
    }
    return render(request, "desk/field/clearance.html", context)


def _find(user: rows.User, clearance: UUID) -> clearances.Asked:
    row = seen(user, rows.Clearance, clearance)
    return next(it for it in clearances.asked(user, row.operation_id) if it.row.pk in (row.pk, row.answers_id))


@pages
def new(request: HttpRequest) -> HttpResponse:
    """For a convoy, a road, or every movement; a convoy's times are filled in."""
    user = reader(request)
    operation, _ = chosen(request, Right.ISSUE_WAYBILL)
    require(user, Right.ISSUE_WAYBILL, operation)
    zone = ZoneInfo(operation.time_zone)
    form = Form(_asking(request, user, operation, zone), zone, Message("Write it down"))

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        return actions.ask_clearance(
            who,
            number,
            now,
            operation=operation.pk,
            kind=ClearanceKind(form.got("kind")),
            authority=form.got("authority"),
            reference=form.got("reference"),
            lead_s=form.got("lead") * HOUR_S,
            convoy=int(form.got("convoy")) if form.got("convoy") else None,
            road=int(form.got("road")) if form.got("road") else None,
            valid_from=form.got("start"),
            valid_until=form.got("end"),
            remark=form.got("remark"),
        )

    back = f"{reverse('clearances')}?operation={operation.code}"
    done = _own(request, back)
    title = Message("Ask for a clearance, or notify")
    note = Message("The lead time runs from the moment this is written down. Then print the sheet and send it.")
    return asked(request, form, write, title=title, done=done, back=back, note=note)


def _own(request: HttpRequest, otherwise: str) -> str:
    """The page of what this form writes: it has the form's id."""
    try:
        return reverse("clearance", args=[UUID(request.POST.get("id", ""))])
    except ValueError:
        return otherwise


def _asking(request: HttpRequest, user: rows.User, operation: rows.Operation, zone: ZoneInfo) -> list[Group]:
    now = datetime.now(UTC)
    convoys = visible(user, rows.Convoy).filter(operation=operation, arrive__gt=now).order_by("depart", "id")
    named = list(
        convoys.select_related("origin", "destination").prefetch_related("origin__names", "destination__names")
    )
    wanted = next((it for it in named if str(it.pk) == request.GET.get("convoy", "")), None)
    roads = visible(user, rows.Road).filter(operation=operation).select_related("origin", "destination")
    ways = roads.prefetch_related("origin__names", "destination__names").order_by("position", "id")
    lead_s = value_from_plain(Rules, operation.rules).notification_lead_s or LEAD_S
    convoy_choices = tuple((str(it.pk), _convoy_word(it, zone)) for it in named)
    road_choices = tuple((str(it.pk), way_of(it)) for it in ways)
    return [
        Group(
            "",
            [
                Field("kind", Message("Kind"), "choice", choices=tuple(CLEARANCES.items())),
                Field("authority", Message("Addressed to"), hint=_NO_NAMES),
                Field("reference", Message("Our number")),
                Field("lead", Message("Lead time [h]"), "whole", value=str(-(-lead_s // HOUR_S))),
            ],
        ),
        Group(
            Message("What it is for"),
            [
                Field(
                    "convoy",
                    Message("Convoy"),
                    "choice",
                    False,
                    choices=convoy_choices,
                    value=str(wanted.pk) if wanted else "",
                    hint=Message("Neither a convoy nor a road: every movement of the operation."),
                ),
                Field("road", Message("Road"), "choice", False, choices=road_choices),
                Field(
                    "start", Message("Valid from"), "moment", False, value=local(wanted.depart, zone) if wanted else ""
                ),
                Field(
                    "end", Message("Valid until"), "moment", False, value=_until(wanted.arrive, zone) if wanted else ""
                ),
                Field("remark", Message("Remarks"), "long", False),
            ],
        ),
    ]


def _convoy_word(it: rows.Convoy, zone: ZoneInfo) -> str:
    return f"{it.code}, {time_text(it.depart, zone)}: {name_of(it.origin)} – {name_of(it.destination)}"


def _until(moment: datetime, zone: ZoneInfo) -> str:
    """A form knows no seconds: what lasts until 10:31:12 is asked for until 10:32, and not until 10:31."""
    return local(moment + timedelta(seconds=59), zone)


@pages
def answer(request: HttpRequest, clearance: UUID) -> HttpResponse:
    user = reader(request)
    it = _find(user, clearance)
    row = it.row
    require(user, Right.ISSUE_WAYBILL, row.operation_id)
    zone = ZoneInfo(row.operation.time_zone)
    answers = tuple((value, word) for value, word in ANSWERS.items() if value != Answer.WAITING)
    times = [
        local(row.valid_from, zone) if row.valid_from else "",
        _until(row.valid_until, zone) if row.valid_until else "",
    ]
    fields = [
        Field("answer", Message("Answer"), "choice", choices=answers),
        Field(
            "authority",
            Message("Who answered"),
            value=row.authority,
            hint=_NO_NAMES,
        ),
        Field("reference", Message("Number of the answer"), required=False),
        Field("start", Message("Valid from"), "moment", False, value=times[0]),
        Field("end", Message("Valid until"), "moment", False, value=times[1]),
        Field("remark", Message("Remarks"), "long", False, hint=Message("Refused or withdrawn: why.")),
    ]
    form = Form([Group("", fields)], zone, Message("Write it down"))

    def write(who: rows.User, number: UUID, now: datetime) -> object:
        return actions.answer_clearance(
            who,
            number,
            now,
            clearance=row.pk,
            answer=Answer(form.got("answer")),
            authority=form.got("authority"),
            reference=form.got("reference"),
            valid_from=form.got("start"),
            valid_until=form.got("end"),
            remark=form.got("remark"),
        )

    here = reverse("clearance", args=[row.pk])
    title = Message("Answer to {reference}", reference=row.reference)
    return asked(request, form, write, title=title, done=here, back=here)


@require_GET
def sheet(request: HttpRequest, clearance: UUID) -> HttpResponse:
    """The paper that is sent, in the reader's language or in the addressee's."""
    user = reader(request)
    row = _find(user, clearance).row
    require(user, Right.ISSUE_WAYBILL, row.operation_id)
    language = request.GET.get("language") or translation.get_language() or "en"
    if language not in LANGUAGES:
        raise NotFound(Message("there is no such thing here"))
    people = may(user, Right.SEE_CONTACTS, row.operation_id)
    made = printing.notification(row, language, people=people)
    return HttpResponse(made, content_type="application/pdf", headers={"Content-Disposition": "inline"})
