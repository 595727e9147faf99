"""Planning as a person watches it: a line on standard error, the best value so far, and Ctrl-C to take it."""

from __future__ import annotations

import math
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from karavan.cli.screen import Screen
from karavan.domain.message import Message

if TYPE_CHECKING:
    from karavan.planning import Progress
    from karavan.planning.spread.sweeps import PartsDone

FULL = 1000


@contextmanager
def bar(screen: Screen) -> Iterator[Callable[[Progress], None] | None]:
    """A callback that moves a bar; ``None`` where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress as Bar, TextColumn, TimeElapsedColumn

    # The bar takes what the words leave of the line.
    columns = (TextColumn("{task.description}", markup=False), BarColumn(bar_width=None), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True, expand=True) as shown:
        task = shown.add_task(screen.text(Message("looking for a first plan")), total=FULL)

        def move(now: Progress) -> None:
            shown.update(task, completed=round(FULL * _share(now)), description=screen.text(_words(now)))

        yield move


def _share(now: Progress) -> float:
    """How far the stage is that is shown, as far as that is known."""
    if now.total:
        return min(1.0, now.done / now.total)
    done = now.round / now.rounds if now.rounds else 0.0
    return min(1.0, max(done, now.elapsed_s / now.limit_s if now.limit_s else 0.0))


def _words(now: Progress) -> Message:
    if now.total and now.stage.value == "reasons":
        return Message("reasons: {done} of {total} lines", done=now.done, total=now.total)
    if now.total:
        return Message("first plan: {done} of {total} lines", done=now.done, total=now.total)
    if now.value == math.inf:
        return _before(now.stage.value)
    aside = _aside(now.stage.value, round(now.value))
    if aside is not None:
        return aside
    if not now.rounds_per_s:
        return _without_pace(now)
    pace = Message("{rate} rounds/s", rate=round(now.rounds_per_s))
    if now.seeds > 1:
        pace = Message("{seeds} × {rate} rounds/s", seeds=now.seeds, rate=round(now.rounds_per_s))
    return Message("{progress}, {pace}", progress=_without_pace(now), pace=pace)


def _before(stage: str) -> Message:
    """Until there is a plan."""
    if stage == "roads":
        return Message("finding the ways")
    if stage == "shares":
        return Message("sharing scarce goods")
    return Message("looking for a first plan")


def _aside(stage: str, value: int) -> Message | None:
    """What is done beside the search."""
    if stage == "bound":
        return Message("{value} person-hours; looking for the bound", value=value)
    if stage == "comparisons":
        return Message("{value} person-hours; comparing with other plans", value=value)
    if stage == "reasons":
        return Message("{value} person-hours; finding the reasons", value=value)
    return None


def _without_pace(now: Progress) -> Message:
    value = round(now.value)
    if now.bound is None or now.gap is None:
        return Message("{value} person-hours", value=value)
    gap = round(100 * now.gap, 1)
    return Message("{value} person-hours, bound {bound}, gap {gap} %", value=value, bound=round(now.bound), gap=gap)


@contextmanager
def part_bar(screen: Screen) -> Iterator[Callable[[PartsDone], None] | None]:
    """The same where parts are planned one by one, here or on a cluster."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress as Bar, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(bar_width=20), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(screen.text(Message("looking for a first plan")), total=FULL)

        def move(now: PartsDone) -> None:
            done = Message(
                "{done} of {total} parts, {value} person-hours", done=now.done, total=now.total, value=round(now.value)
            )
            shown.update(task, completed=round(FULL * now.done / max(1, now.total)), description=screen.text(done))

        yield move


@contextmanager
def interrupts() -> Iterator[Callable[[], bool]]:
    """
    A function that says whether Ctrl-C was pressed.

    The search handles Ctrl-C itself, to return its best plan. The wake-up channel hears a signal whoever handles it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    ear, mouth = socket.socketpair()
    with ear, mouth:
        ear.setblocking(False)
        mouth.setblocking(False)
        before = signal.set_wakeup_fd(mouth.fileno(), warn_on_full_buffer=False)
        try:
            yield lambda: _heard(ear)
        finally:
            signal.set_wakeup_fd(before)


def _heard(ear: socket.socket) -> bool:
    try:
        return signal.SIGINT in ear.recv(4096)
    except BlockingIOError:
        return False
