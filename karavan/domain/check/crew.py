"""Rules of the crew: hours of work, time at the wheel, breaks, rest, and the way home."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from karavan.domain.check.case import Case, Drive, Finding, Tour, outside_s, seconds
from karavan.domain.fleet import Vehicle
from karavan.domain.message import Message
from karavan.domain.units import Measure

Span = tuple[datetime, datetime]


def shift(case: Case) -> Iterator[Finding]:
    """Every drive, and every stop with work, lies within one span of the shift."""
    for vehicle, tour in case.manned:
        spans = case.shift_spans(vehicle)
        for where, start, end in _works(tour):
            outside = outside_s(spans, start, max(start, end))
            if outside:
                message = Message(
                    "the crew of vehicle {vehicle} works at {hours}, and the plan needs it from {start} to {end}",
                    vehicle=vehicle.plate,
                    hours=str(vehicle.shift),
                    start=case.clock(start),
                    end=case.clock(end),
                )
                yield Finding(where, outside, "s", message)


def _works(tour: Tour) -> Iterator[tuple[str, datetime, datetime]]:
    """Drives and handling; waiting is no work."""
    for visit in tour.visits:
        for leg in visit.stop.legs:
            yield f"{visit.where} {leg.road}", leg.depart, leg.arrive
        if visit.is_work:
            yield visit.where, visit.stop.start, visit.stop.end


def driving_limit(case: Case) -> Iterator[Finding]:
    """
    Time at the wheel in one span of the shift; around the clock, in one local day.

    A drive counts where it departs.
    """
    for vehicle, tour in case.manned:
        driven: dict[date | Span, int | float] = {}
        for drive in tour.drives:
            key = _duty(case, vehicle, drive.leg.depart)
            if key is not None:
                driven[key] = driven.get(key, 0) + case.driving_s(drive)
        for key, driven_s in driven.items():
            if driven_s > vehicle.driving_limit_s:
                day = key[0].astimezone(case.zone).date() if isinstance(key, tuple) else key
                message = Message(
                    "vehicle {vehicle} is driven {driven} on {day}, and may be driven {limit}",
                    vehicle=vehicle.plate,
                    driven=Measure(driven_s, "s"),
                    day=day.isoformat(),
                    limit=Measure(vehicle.driving_limit_s, "s"),
                )
                yield Finding(f"{vehicle.plate} {day}", driven_s - vehicle.driving_limit_s, "s", message)


def _duty(case: Case, vehicle: Vehicle, moment: datetime) -> date | Span | None:
    if case.is_unbroken(vehicle):
        return moment.astimezone(case.zone).date()
    return next((span for span in case.shift_spans(vehicle) if span[0] <= moment < span[1]), None)


def break_(case: Case) -> Iterator[Finding]:
    """
    No more driving without a stand of ``break_s`` than ``break_after_s``.

    A drive without a stop counts whole. One that is longer than ``break_after_s`` contains breaks, which may lie
    anywhere in it: they must be enough together with what was driven before it, and what follows the last of them, laid
    as late as it can be, is driving since a break.
    """
    rules = case.situation.operation.rules
    if rules.break_after_s <= 0 or rules.break_s <= 0:
        return
    for vehicle, tour in case.manned:
        since: int | float = 0
        last: Drive | None = None
        for drive in tour.drives:
            if last is not None and seconds(drive.leg.depart - last.leg.arrive) >= rules.break_s:
                since = 0
            inside = case.breaks_inside_s(drive) // rules.break_s
            total = since + case.driving_s(drive)
            over = total - (inside + 1) * rules.break_after_s
            since = max(0, total - inside * rules.break_after_s)
            if over > 0:
                message = Message(
                    "vehicle {vehicle} is driven {driven} without a break of {stand}, and may be driven {limit}",
                    vehicle=vehicle.plate,
                    driven=Measure(over + rules.break_after_s, "s"),
                    stand=Measure(rules.break_s, "s"),
                    limit=Measure(rules.break_after_s, "s"),
                )
                yield Finding(drive.where, over, "s", message)
                since = 0
            last = drive


def rest(case: Case) -> Iterator[Finding]:
    """Between the last work of one day and the first of the next; spans of one day have no night between them."""
    rest_s = case.situation.operation.rules.rest_s
    for vehicle, tour in case.manned:
        if case.is_unbroken(vehicle):
            continue
        ended: datetime | None = None
        duty: date | None = None
        for where, start, end in _works(tour):
            span = _duty(case, vehicle, start)
            if not isinstance(span, tuple):
                continue
            day = span[0].astimezone(case.zone).date()
            if ended is not None and duty is not None and day > duty and seconds(start - ended) < rest_s:
                message = Message(
                    "the crew of vehicle {vehicle} rests {rest} before {time}, and needs {limit}",
                    vehicle=vehicle.plate,
                    rest=Measure(max(0, seconds(start - ended)), "s"),
                    time=case.clock(start),
                    limit=Measure(rest_s, "s"),
                )
                yield Finding(where, rest_s - seconds(start - ended), "s", message)
            ended, duty = end, day


def home(case: Case) -> Iterator[Finding]:
    """Every vehicle ends at one of its homes, within the horizon."""
    end = case.situation.operation.end
    for vehicle, tour in case.manned:
        if not tour.visits or case.is_stranded(tour):
            continue
        last = tour.visits[-1]
        if last.stop.place not in vehicle.homes:
            message = Message(
                "vehicle {vehicle} ends at {place}, which is not one of its homes",
                vehicle=vehicle.plate,
                place=case.place_word(last.stop.place),
            )
            yield Finding(last.where, 1, "places", message)
        latest = max(last.stop.arrive, last.stop.end)
        if latest > end:
            message = Message(
                "vehicle {vehicle} is home at {time}, and the operation ends at {limit}",
                vehicle=vehicle.plate,
                time=case.clock(latest),
                limit=case.clock(end),
            )
            yield Finding(last.where, seconds(latest - end), "s", message)
