"""The server of a desk that is ready, and the planner beside it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

WATCH_S = 5.0


@contextmanager
def planner() -> Iterator[None]:
    """The worker that runs planning jobs, beside the server: one that dies is started again; both end together."""
    over, child = threading.Event(), [_worker()]

    def watch() -> None:
        while not over.wait(WATCH_S):
            if child[0].poll() is not None:
                child[0] = _worker()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
        child[0].terminate()
        child[0].wait(timeout=30)


def _worker() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "karavan.desk.worker"], stdin=subprocess.DEVNULL)


def serve_with_planner(host: str, port: int) -> None:
    from granian.constants import Interfaces
    from granian.server import Server

    server = Server(
        "karavan.desk.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=4,
        websockets=False,
        log_access=False,
    )
    with planner():
        server.serve()
