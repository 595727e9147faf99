"""Sentences in templates: ``{% say "Sign in" %}``, ``{% say "Lot {code}" code=lot.code %}``, ``{% said message %}``."""

from __future__ import annotations

from typing import Any

import uuid_utils.compat
from django import template
from django.template import Context

from karavan.domain.message import Message, Sayable, said as say_value
from karavan.domain.units import unit_name

register = template.Library()


@register.simple_tag(takes_context=True)
def say(context: Context, text: str, **values: Any) -> str:
    """A sentence of the catalogues (tools/messages.py finds it); the page escapes it like any text."""
    return Message(text, **values).say(context["translate"])


@register.simple_tag(takes_context=True)
def said(context: Context, value: Sayable) -> str:
    """A message, measure or quantity in the reader's language."""
    return say_value(value, context["translate"])


@register.simple_tag(takes_context=True)
def unit(context: Context, name: str) -> str:
    """An item's unit as it stands alone."""
    return unit_name(name, context["translate"])


@register.simple_tag
def fresh_id() -> str:
    """An id for a form, so that a second sending of it is the same write."""
    return str(uuid_utils.compat.uuid7())
