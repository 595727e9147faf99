"""A line plot as SVG: time on a logarithmic scale, dashes and labels beside colours so that it can be printed grey."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 70, 110, 20, 50
INK, GRID = "#333333", "#dddddd"
STYLES = (("#0b5394", ""), ("#b45309", "6 3"), ("#4d7c0f", "2 3"), ("#7e22ce", "9 3 2 3"), ("#0f766e", "12 4"))
LABEL_GAP = 15
LINEAR_BELOW = 0.01
"""Gaps are drawn on a logarithmic scale down to here, and on a linear one from here to 0."""


@dataclass(frozen=True)
class Line:
    """``points`` are ``(seconds, percent)``."""

    name: str
    points: tuple[tuple[float, float], ...]


def plot(lines: Sequence[Line], across: str, up: str) -> str:
    """The drawing; with one point only, a line is a dot."""
    seconds = [moment for line in lines for moment, _ in line.points]
    first, last = max(min(seconds), 1e-3), max(*seconds, 2e-3)
    top = _squeezed(max(percent for line in lines for _, percent in line.points) or LINEAR_BELOW) * 1.05
    bottom = min(0.0, *(_squeezed(percent) for line in lines for _, percent in line.points))

    def x(moment: float) -> float:
        share = math.log(max(moment, first) / first) / math.log(last / first)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(percent: float) -> float:
        return HEIGHT - BOTTOM - (_squeezed(percent) - bottom) / (top - bottom) * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="12" fill="{INK}">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
    ]
    for moment in _decades(first, last):
        parts.append(_stroke((x(moment), TOP), (x(moment), HEIGHT - BOTTOM), GRID))
        parts.append(_text(x(moment), HEIGHT - BOTTOM + 18, f"{moment:g}", "middle"))
    for percent in (0.0, 0.01, 0.1, 1.0, 10.0, 100.0):
        if bottom <= _squeezed(percent) <= top:
            parts.append(_stroke((LEFT, y(percent)), (WIDTH - RIGHT, y(percent)), GRID))
            parts.append(_text(LEFT - 8, y(percent) + 4, f"{percent:g}", "end"))
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, across, "middle"))
    parts.append(
        f'<text transform="translate(18 {(HEIGHT - BOTTOM + TOP) / 2:.0f}) rotate(-90)" text-anchor="middle">'
        f"{escape(up)}</text>"
    )
    labels = _spread([y(line.points[-1][1]) for line in lines])
    for line, (colour, dash), label in zip(lines, _styles(len(lines)), labels, strict=True):
        spots = [(x(moment), y(percent)) for moment, percent in line.points]
        if len(spots) > 1:
            steps = " ".join(f"{a:.1f},{b:.1f}" for a, b in spots)
            parts.append(
                f'<polyline points="{steps}" fill="none" stroke="{colour}" stroke-width="2"'
                f"{f' stroke-dasharray={chr(34)}{dash}{chr(34)}' if dash else ''}/>"
            )
        end = spots[-1]
        parts.append(f'<circle cx="{end[0]:.1f}" cy="{end[1]:.1f}" r="3.5" fill="{colour}"/>')
        parts.append(_stroke((end[0] + 5, end[1]), (WIDTH - RIGHT + 8, label - 4), colour, 0.5))
        parts.append(f'<text x="{WIDTH - RIGHT + 12}" y="{label:.1f}" fill="{colour}">{escape(line.name)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _squeezed(percent: float) -> float:
    """Linear up to ``LINEAR_BELOW``, logarithmic beyond: zero has a place on the scale."""
    return math.copysign(math.log10(1 + abs(percent) / LINEAR_BELOW), percent)


def _decades(first: float, last: float) -> list[float]:
    found = [
        digit * 10.0**power
        for power in range(math.floor(math.log10(first)), math.ceil(math.log10(last)) + 1)
        for digit in (1, 2, 5)
    ]
    return [moment for moment in found if first <= moment <= last * 1.001]


def _styles(count: int) -> list[tuple[str, str]]:
    return [STYLES[i % len(STYLES)] for i in range(count)]


def _spread(wanted: list[float]) -> list[float]:
    """Labels near where they are wanted, never one over another."""
    result = [0.0] * len(wanted)
    free = TOP + 4.0
    for i in sorted(range(len(wanted)), key=wanted.__getitem__):
        result[i] = max(free, wanted[i] + 4)
        free = result[i] + LABEL_GAP
    over = free - LABEL_GAP - (HEIGHT - BOTTOM + 4)
    return [label - over for label in result] if over > 0 else result


def _stroke(start: tuple[float, float], end: tuple[float, float], colour: str, width: float = 1) -> str:
    return (
        f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" '
        f'stroke="{colour}" stroke-width="{width:g}"/>'
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
