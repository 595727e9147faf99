"""Names, quantities, times in templates: ``{% called place %}``, ``{% units 5 item %}``, ``{% moment at zone %}``."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django import template
from django.template import Context
from django.utils import translation

from karavan.desk import models as rows
from karavan.domain.catalogues import translator
from karavan.domain.message import Message
from karavan.domain.units import Quantity, time_text, unit_name

register = template.Library()


def name_of(row: rows.Place | rows.Item) -> str:
    """By the name that the reader's language has for it, else the first one given, else the code."""
    names = [(it.language, it.name) for it in row.names.all()]
    return dict(names).get(translation.get_language() or "en") or (names[0][1] if names else row.code)


def in_units(item: rows.Item) -> str:
    """Name and unit, as where goods are chosen."""
    return f"{name_of(item)} ({unit_name(item.unit, translator(translation.get_language() or 'en'))})"


@register.simple_tag
def called(row: rows.Place | rows.Item) -> str:
    return name_of(row)


@register.simple_tag(takes_context=True)
def units(context: Context, amount: int, item: rows.Item) -> str:
    """So much of an item, in its own unit."""
    return Quantity(amount, item.unit).say(context["translate"])


@register.simple_tag
def moment(at: datetime, zone: str) -> str:
    """In the operation's clock."""
    return time_text(at, ZoneInfo(zone))


@register.simple_tag(takes_context=True)
def written(context: Context, it: rows.CheckIn | rows.Incident, zone: str) -> str:
    """When it was written down, where that was not in the same minute."""
    said, at = (time_text(moment, ZoneInfo(zone)) for moment in (it.seen, it.at))
    words = Message("written down {moment}", moment=at).say(context["translate"])
    return "" if said == at else f", {words}"
