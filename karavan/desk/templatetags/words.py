"""Sentences in templates: ``{% say "Sign in" %}``, ``{% say "Lot {code}" code=lot.code %}``, ``{% said message %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from karavan.domain.message import Message, Sayable, said as say_value

register = template.Library()


@register.simple_tag(takes_context=True)
def say(context: Context, text: str, **values: Any) -> str:
    """A sentence of the catalogues (tools/messages.py finds it); the page escapes it like any text."""
    return Message(text, **values).say(context["translate"])


@register.simple_tag(takes_context=True)
def said(context: Context, value: Sayable) -> str:
    """A message, measure or quantity in the reader's language."""
    return say_value(value, context["translate"])
