"""What passes the desk, counted and, where asked for, written: route names and times, no addresses and no contents."""

from __future__ import annotations

import json
import os
import secrets
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

NAME = "HTTP_X_REQUEST_ID"
BUCKETS_S = (0.05, 0.1, 0.3, 1.0, 3.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_lock = Lock()
_answers: Counter[tuple[str, str, int]] = Counter()
_within: Counter[tuple[str, float]] = Counter()
_seconds: dict[str, float] = {}


def watched(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The outermost: counts each answer, and writes a line for it with ``KARAVAN_LOG=json``."""

    def through(request: HttpRequest) -> HttpResponse:
        began = perf_counter()
        # Made here: one that a caller sends could say anything.
        request.META[NAME] = number = secrets.token_hex(8)
        response = answer(request)
        took_s = perf_counter() - began
        route = route_of(request)
        method = request.method if request.method in METHODS else "other"
        _count(route, method or "other", response.status_code, took_s)
        if os.environ.get("KARAVAN_LOG") == "json":
            ms = round(1000 * took_s, 1)
            _write(request=number, route=route, method=method, status=response.status_code, ms=ms)
        response.headers["X-Request-ID"] = number
        return response

    return through


def route_of(request: HttpRequest) -> str:
    """The route's name: its address may hold numbers, links and words that somebody searches for."""
    match = request.resolver_match
    if match is None:
        if request.path_info.startswith(settings.STATIC_URL):
            return "static"
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return "none"
    return match.url_name or "none"


def _count(route: str, method: str, status: int, took_s: float) -> None:
    with _lock:
        _answers[route, method, status] += 1
        _seconds[route] = _seconds.get(route, 0.0) + took_s
        for bound_s in BUCKETS_S:
            if took_s <= bound_s:
                _within[route, bound_s] += 1


def measured() -> Iterator[str]:
    """Answers and their times, as lines of Prometheus's text."""
    with _lock:
        answers, within, seconds = dict(_answers), dict(_within), dict(_seconds)
    yield "# HELP karavan_answers_total Answers by route, method and status."
    yield "# TYPE karavan_answers_total counter"
    for (route, method, status), count in sorted(answers.items()):
        yield f'karavan_answers_total{{route="{route}",method="{method}",status="{status}"}} {count}'
    yield "# HELP karavan_answer_seconds How long answers took."
    yield "# TYPE karavan_answer_seconds histogram"
    for route, total_s in sorted(seconds.items()):
        count = sum(number for (name, _, _), number in answers.items() if name == route)
        for bound_s in BUCKETS_S:
            yield f'karavan_answer_seconds_bucket{{route="{route}",le="{bound_s}"}} {within.get((route, bound_s), 0)}'
        yield f'karavan_answer_seconds_bucket{{route="{route}",le="+Inf"}} {count}'
        yield f'karavan_answer_seconds_sum{{route="{route}"}} {total_s:.6f}'
        yield f'karavan_answer_seconds_count{{route="{route}"}} {count}'


def _failed(sender: Any, request: HttpRequest | None = None, **_: Any) -> None:
    """An error of ours: which one and where, not its words, for a database puts values into them."""
    kind, error, _trace = sys.exc_info()
    if kind is None or error is None:
        return
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{'/'.join(Path(at.filename).parts[-2:])}:{at.lineno}" for at in frames]
    number = request.META.get(NAME, "") if request else ""
    _write(request=number, route=route_of(request) if request else "none", error=kind.__qualname__, at=where[-12:])


got_request_exception.connect(_failed, dispatch_uid="karavan.desk.watch")


def _write(**facts: Any) -> None:
    line = json.dumps({"time": datetime.now(UTC).isoformat(timespec="milliseconds"), **facts})
    # Nobody who reads the log any more is no reason to answer nobody.
    with _lock, suppress(OSError, ValueError):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
