"""The search as a person watches it: a bar on standard error, the best value so far, and Ctrl-C to take it."""

from __future__ import annotations

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

FULL = 1000


@contextmanager
def bar(screen: Screen) -> Iterator[Callable[[Progress], None] | None]:
    """A callback that moves a bar; ``None`` where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress as Bar, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(bar_width=20), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(screen.text(Message("looking for a first plan")), total=FULL)

        def move(now: Progress) -> None:
            done = now.round / now.rounds if now.rounds else 0.0
            if now.limit_s:
                done = max(done, now.elapsed_s / now.limit_s)
            shown.update(task, completed=min(FULL, round(FULL * done)), description=screen.text(_words(now)))

        yield move


def _words(now: Progress) -> Message:
    if now.bound is None:
        return Message("{value} person-hours", value=round(now.value))
    return Message("{value} person-hours, bound {bound}", value=round(now.value), bound=round(now.bound))


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
