"""Numbers of papers: series without gaps, counted like cheques."""

from __future__ import annotations

from collections.abc import Iterable

from karavan.domain.message import Message


def paper_number(series: str, number: int) -> str:
    """``("WB-AGD", 12)`` -> ``'WB-AGD-000012'``."""
    return f"{series}-{number:06d}"


def judge_series(series: str, numbers: Iterable[int]) -> tuple[Message, ...]:
    """What is wrong with the numbers that a series has used: each of 1, 2, 3 ... must be there once."""
    found = sorted(numbers)
    seen = set(found)
    missing = sorted(set(range(1, (found[-1] if found else 0) + 1)) - seen)
    problems = [Message("series {series}: number {number} is missing", series=series, number=str(n)) for n in missing]
    if len(seen) < len(found):
        problems.append(Message("series {series}: a number was used twice", series=series))
    return tuple(problems)
