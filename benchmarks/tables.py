"""Results as Markdown tables that also line up on a terminal of 100 columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

THIN = "\N{NARROW NO-BREAK SPACE}"


def planning_table(results: Sequence[dict[str, Any]]) -> str:
    """
    Sizes and times of every run: until the first whole plan, until the command has all; rounds of the search; peak
    memory; rules that the plan breaks.
    """
    head = ["situation", "needs", "fleet", "days", "first s", "all s", "rounds", "MiB", "broken"]
    rows = [
        [
            _name(run, results),
            _whole(run["needs"]),
            _whole(run["vehicles"]),
            str(run["days"]),
            _seconds(run["first_s"]),
            _seconds(run["total_s"]),
            _whole(run["rounds"]),
            _whole(run["peak_mib"]),
            str(run["violations"]),
        ]
        for run in results
    ]
    return table(head, rows)


def value_table(results: Sequence[dict[str, Any]]) -> str:
    """
    What the plans are worth, in thousands of weighted person-hours, and in percent how far waiting is above the bound
    and how much is served.

    The columns in seconds are the figure that the search makes small; ``end`` is the waiting in it at the end.
    """
    limits = list(dict.fromkeys(limit for run in results for limit in run["values"]))
    head = ["situation", *(f"{limit} s" for limit in limits), "end", "by hand", "bound", "gap", "served"]
    rows = [
        [
            _name(run, results),
            *(_thousands(run["values"].get(limit)) for limit in limits),
            _thousands(run["waiting"]),
            _thousands(run["by_hand"]),
            _thousands(run["bound"]),
            f"{run['gap_percent']:.1f}",
            f"{run['delivered_permille'] / 10:.1f}",
        ]
        for run in results
    ]
    return table(head, rows)


def command_table(results: Sequence[dict[str, Any]]) -> str:
    """From the command to all papers."""
    rows = [[run["name"], _seconds(run["command_s"]), str(run["files"])] for run in results]
    return table(["karavan plan", "command to papers s", "files"], rows)


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table, padded so that the columns line up; the first is text, the others are numbers."""
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]

    def line(cells: list[str]) -> str:
        first, rest = cells[0].ljust(widths[0]), [c.rjust(w) for c, w in zip(cells[1:], widths[1:], strict=True)]
        return f"| {' | '.join([first, *rest])} |"

    rule = f"|{'-' * (widths[0] + 2)}|" + "".join(f"{'-' * (width + 1)}:|" for width in widths[1:])
    return "\n".join([line(head), rule, *map(line, rows)])


def _name(run: dict[str, Any], results: Sequence[dict[str, Any]]) -> str:
    several = len({other["seed"] for other in results}) > 1
    return f"{run['name']}, seed {run['seed']}" if several else run["name"]


def _whole(number: float) -> str:
    return f"{number:,.0f}".replace(",", THIN)


def _thousands(person_h: float | None) -> str:
    if person_h is None:
        return "-"
    return f"{person_h / 1000:,.1f}".replace(",", THIN) if person_h < 1e6 else _whole(person_h / 1000)


def _seconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.1f}"
