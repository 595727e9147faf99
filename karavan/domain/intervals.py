"""Sets of moments as sorted, disjoint, half-open pairs: ``((start, end), ...)``. Works on datetimes and on seconds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

Moment = TypeVar("Moment")
Intervals = tuple[tuple[Moment, Moment], ...]


def merged(pairs: Iterable[tuple[Moment, Moment]]) -> Intervals[Moment]:
    """The union of ``pairs``, given in any order; touching pairs become one."""
    result: list[tuple[Moment, Moment]] = []
    for start, end in sorted(pairs):  # type: ignore[type-var, call-overload]
        if not start < end:  # type: ignore[operator]
            continue
        if result and start <= result[-1][1]:  # type: ignore[operator]
            result[-1] = (result[-1][0], max(end, result[-1][1]))  # type: ignore[type-var, call-overload]
        else:
            result.append((start, end))
    return tuple(result)


def intersected(first: Intervals[Moment], second: Intervals[Moment]) -> Intervals[Moment]:
    """The moments that are in both."""
    result = []
    i = j = 0
    while i < len(first) and j < len(second):
        start, end = max(first[i][0], second[j][0]), min(first[i][1], second[j][1])  # type: ignore[type-var, call-overload]
        if start < end:  # type: ignore[operator]
            result.append((start, end))
        if first[i][1] < second[j][1]:  # type: ignore[operator]
            i += 1
        else:
            j += 1
    return tuple(result)


def without(first: Intervals[Moment], second: Intervals[Moment]) -> Intervals[Moment]:
    """The moments of ``first`` that are not in ``second``."""
    result = []
    for start, end in first:
        for cut_start, cut_end in second:
            if cut_end <= start or cut_start >= end:  # type: ignore[operator]
                continue
            if start < cut_start:  # type: ignore[operator]
                result.append((start, cut_start))
            start = max(start, cut_end)  # type: ignore[type-var, call-overload]
        if start < end:  # type: ignore[operator]
            result.append((start, end))
    return tuple(result)


def holds(intervals: Intervals[Moment], start: Moment, end: Moment) -> bool:
    """Whether one interval holds ``start`` .. ``end`` whole."""
    return any(a <= start and end <= b for a, b in intervals)  # type: ignore[operator]
