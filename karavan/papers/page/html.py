"""Markup from values: every text is escaped unless it is markup already."""

from __future__ import annotations

from html import escape

VOID = frozenset({"meta", "line", "rect", "circle", "polyline", "path", "use", "col", "br"})


class Html(str):
    """Markup made by :func:`element` or :func:`join`; any other string is text, and is escaped."""

    __slots__ = ()


Content = str | Html | None


def element(name: str, *content: Content, **attributes: str | int | float | bool | None) -> Html:
    """
    ``element("a", "Home", href="#top", class_="plain")``; an attribute of ``None`` or ``False`` is left out.

    Underscores in attribute names become hyphens (``stroke_width``), the last one falls away (``class_``).
    """
    words = [name]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        label = key.removesuffix("_").replace("_", "-").replace("viewbox", "viewBox")
        words.append(label if value is True else f'{label}="{escape(str(value))}"')
    head = " ".join(words)
    if name in VOID and not content:
        return Html(f"<{head}/>")
    return Html(f"<{head}>{join(*content)}</{name}>")


def join(*content: Content) -> Html:
    """One piece of markup from markup and text."""
    return Html("".join(part if isinstance(part, Html) else escape(part) for part in content if part is not None))
