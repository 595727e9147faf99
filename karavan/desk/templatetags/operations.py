"""
Which operation a row of a list belongs to, for whoever works in several of them; for everybody else nothing.

In a table ``{% operation_heading %}`` and ``{% operation_cell row.operation %}``, in other lists ``{% of_operation
row.operation %}``.
"""

from __future__ import annotations

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from karavan.desk import models as rows
from karavan.desk.access import works_in_several
from karavan.domain.message import Message

register = template.Library()


def _is_said(context: Context) -> bool:
    """Asked once a page, and only by pages that have such a list."""
    page = context.render_context
    if "several_operations" not in page:
        page["several_operations"] = works_in_several(context["user"])
    return bool(page["several_operations"])


def _word(context: Context) -> str:
    return Message("Operation").say(context["translate"])


@register.simple_tag(takes_context=True)
def operation_heading(context: Context) -> SafeString | str:
    return format_html('<th scope="col">{}</th>', _word(context)) if _is_said(context) else ""


@register.simple_tag(takes_context=True)
def operation_cell(context: Context, operation: rows.Operation) -> SafeString | str:
    if not _is_said(context):
        return ""
    return format_html('<td data-label="{}">{}</td>', _word(context), operation.code)


@register.simple_tag(takes_context=True)
def of_operation(context: Context, operation: rows.Operation) -> str:
    return f" [{operation.code}]" if _is_said(context) else ""
