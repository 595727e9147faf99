"""
The desk under load: its pages with a large operation's books, receipts a second, memory, and the first page.

Examples::

    python -m benchmarks desk pages
    python -m benchmarks desk pages --database postgresql://...   (an empty database)
    python -m benchmarks desk receipts --clients 4 --seconds 20
    python -m benchmarks desk start
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import uuid4

EXAMPLE = Path("examples/aghdam-khankendi-2023-09-22.xlsx")
PASSWORD = "correct horse battery"


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks desk", description=__doc__)
    parser.add_argument("what", choices=("pages", "receipts", "start"))
    parser.add_argument("--database", default="", help="URL of an empty PostgreSQL database; SQLite without")
    parser.add_argument("--waybills", type=int, default=10_000)
    parser.add_argument("--transfers", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=20, help="each page so often")
    parser.add_argument("--slow", type=float, default=0.0, help="also show statements of so many ms and more")
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=20.0)
    given = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="karavan-bench-") as name:
        folder = Path(name) / "desk"
        if given.database:
            os.environ["KARAVAN_DATABASE_URL"] = given.database
        {"pages": pages, "receipts": receipts, "start": start}[given.what](folder, given)
    print(f"load {os.getloadavg()[0]:.1f} at the end", flush=True)
    return 0


def opened(folder: Path) -> Any:
    """A demo desk in this process."""
    from karavan.desk import start as opening
    from karavan.workbook import read_workbook

    opening.prepare(folder)
    opening.first_administrator("admin", lambda: PASSWORD)
    opening.load_demo(lambda: read_workbook(EXAMPLE), "admin", lambda: PASSWORD)
    from karavan.desk.models import Operation

    return Operation.objects.get()


def pages(folder: Path, given: argparse.Namespace) -> None:
    operation = opened(folder)
    from django.db import connection

    from benchmarks.desk_books import a_plan, fill
    from karavan.verify import open_books, verify

    began = time.monotonic()
    fill(operation, a_plan(operation), given.waybills, given.transfers)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as PostgreSQL does by itself within the hour
    print(f"{connection.vendor}: filled in {time.monotonic() - began:.0f} s", flush=True)
    began = time.monotonic()
    with open_books(given.database or str(folder)) as reader:
        found = verify(reader)
    if found.problems:
        raise SystemExit("\n".join(str(problem) for problem in found.problems[:5]))
    print(
        f"verified {found.events} events, {found.transfers} transfers in {time.monotonic() - began:.0f} s", flush=True
    )
    print(f"{'page':28} {'who':12} {'ms p50':>8} {'ms p95':>8} {'CPU ms':>8} {'queries':>8} {'kB':>8}", flush=True)
    for who, address in addresses():
        times, cpu, queries, count = timed(who, address, given.times, given.slow / 1000)
        p50, p95, own = quantile(times, 0.5), quantile(times, 0.95), quantile(cpu, 0.5)
        figures = f"{p50:8.0f} {p95:8.0f} {own:8.0f} {queries:8} {count / 1000:8.0f}"
        print(f"{address[:28]:28} {who:12} {figures}", flush=True)


def addresses() -> Iterator[tuple[str, str]]:
    from karavan.desk import models as rows

    paper = rows.Waybill.objects.order_by("-pk").first()
    old = rows.Waybill.objects.order_by("pk").first()
    convoy = rows.Convoy.objects.order_by("-pk").first()
    plan = rows.PlanDocument.objects.first()
    if not (paper and old and convoy and plan):
        raise SystemExit("nothing was filled in")
    item = rows.Item.objects.order_by("id").first()
    for who in ("dispatcher", "approver1", "storekeeper", "receiver1", "planner", "officer", "auditor", "rep"):
        yield who, "/"
    yield "counter", "/"
    yield "admin", "/"
    for address in (
        "/waybills",
        "/waybills?q=4711",
        "/waybills?q=AGD&state=closed",
        "/waybills?state=in+transit",
        "/waybills?q=AGD-004711",
        "/waybills?wait=receive",
        "/waybills?page=100",
        f"/waybills/{paper.pk}",
        f"/waybills/{old.pk}",
        "/convoys",
        f"/convoys/{convoy.pk}",
        "/stock",
        f"/stock/{paper.origin_id}/{item.pk if item else 1}",
        "/plans",
        f"/plans/{plan.pk}",
        "/requests",
        "/requests?state=approved",
        "/board",
        "/consignments",
        "/consignments/1",
        "/transfers",
        "/clearances",
        "/map",
        "/roads",
        "/places",
        "/vehicles",
        "/crew",
        "/notices",
        "/find?q=4711",
        "/find?q=REQ",
    ):
        yield "dispatcher", address
    yield "receiver1", "/waybills"
    yield "storekeeper", "/stock?warn=1"
    yield "planner", "/requests"
    yield "officer", "/requests"
    yield "officer", "/contacts"
    yield "auditor", "/control"
    yield "auditor", "/waybills?wait=transit"
    yield "approver1", "/losses"
    yield "approver1", "/counts"
    yield "counter", f"/counting/{paper.origin_id}"
    yield "admin", "/people"


def timed(who: str, address: str, times: int, slow_s: float) -> tuple[list[float], list[float], int, int]:
    """Milliseconds by the clock and of this process's processor, call by call; statements and bytes of one call."""
    from django.db import connection
    from django.test import Client

    from karavan.desk.models import User

    client = Client(HTTP_HOST="localhost")
    client.force_login(User.objects.get(login=who))
    statements: list[tuple[float, str]] = []

    def watched(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        result = execute(sql, params, many, context)
        statements.append((time.perf_counter() - began, sql))
        return result

    with connection.execute_wrapper(watched):
        answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} as {who}: {answer.status_code}")
    if slow_s:
        for took_s, sql in statements:
            if took_s >= slow_s:
                print(f"  {1000 * took_s:.0f} ms: {sql}", flush=True)
    clock, cpu = [], []
    for _ in range(times):
        began, spent = time.perf_counter(), time.process_time()
        client.get(address)
        clock.append(1000 * (time.perf_counter() - began))
        cpu.append(1000 * (time.process_time() - spent))
    return clock, cpu, len(statements), len(answer.content)


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path.cwd()), "KARAVAN_LANGUAGE": "en"}


@contextmanager
def served(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int, float]]:
    """A desk that serves, its port, and the seconds until its first page."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    began = time.monotonic()
    command = [sys.executable, "-m", "karavan", "desk", str(folder), "--port", str(port)]
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                connection = HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", "/login")
                if connection.getresponse().status == 200:
                    break
            except OSError:
                if time.monotonic() - began > 120:
                    raise
            time.sleep(0.01)
        yield process, port, time.monotonic() - began
    finally:
        process.terminate()
        process.wait(timeout=60)


def start(folder: Path, given: argparse.Namespace) -> None:
    """A fresh desk, made ready before: seconds to the first page, and memory of each of its processes."""
    (folder.parent / "password.txt").write_text(PASSWORD)
    command = [sys.executable, "-m", "karavan", "desk", str(folder), "--prepare", "--password-file"]
    subprocess.run([*command, str(folder.parent / "password.txt")], env=environment(), check=True)
    for _ in range(3):
        with served(folder) as (process, _port, took_s):
            cpu_s = sum(spent_s(pid) for pid in family(process.pid))
            time.sleep(5)
            told = {pid: resident(pid) for pid in family(process.pid)}
        total = sum(mb for _, mb in told.values())
        print(
            f"first page after {took_s:.2f} s, {cpu_s:.2f} s of processors; {total:.0f} MB: "
            + ", ".join(f"{n} {mb:.0f}" for n, mb in told.values())
        )


def family(pid: int) -> list[int]:
    found = [pid]
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found += family(int(path.parent.name))
    return found


def spent_s(pid: int) -> float:
    """What a process has had of the processors: unlike the clock the same on a busy machine."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> tuple[str, float]:
    """Of the memory that several processes share each has its part (PSS)."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    kb = next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    name = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    return (name[2] if len(name) > 2 and name[1] == "-m" else "server"), kb / 1024


def receipts(folder: Path, given: argparse.Namespace) -> None:
    """Goods received over the API, one a call, by so many clients at once."""
    operation = opened(folder)
    from karavan.desk import models as rows
    from karavan.desk.actions.keys import token_digest

    now = datetime.now(UTC)
    keeper = rows.User.objects.get(login="storekeeper")
    rows.Token.objects.create(
        id=uuid4(), user=keeper, name="bench", sha256=token_digest("k" * 40), rights=["move stock"], made_at=now,
        expires_at=now + timedelta(days=1),
    )  # fmt: skip
    place = rows.Place.objects.filter(operation=operation).first()
    item = rows.Item.objects.filter(operation=operation).first()
    assert place
    assert item
    values = {"place": place.pk, "item": item.code, "code": "BENCH", "quantity": 1}
    with served(folder) as (process, port, _):
        hammered(port, values, 1, 2)  # the API is built when it is called first
        spent = -sum(spent_s(pid) for pid in family(process.pid))
        times, errors = hammered(port, values, given.clients, given.seconds)
        spent += sum(spent_s(pid) for pid in family(process.pid))
    print(
        f"{given.clients} clients: {len(times) / given.seconds:.0f} receipts/s, p50 {quantile(times, 0.5):.0f} ms, "
        f"p99 {quantile(times, 0.99):.0f} ms, {1000 * spent / len(times):.1f} ms of the desk's processors each, "
        f"{errors} errors"
    )
    from karavan.verify import open_books, verify

    with open_books(given.database or str(folder)) as reader:
        print("books:", [str(problem) for problem in verify(reader).problems] or "in order")
    print(f"peak of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def hammered(port: int, values: dict[str, Any], clients: int, seconds: float) -> tuple[list[float], int]:
    times: list[float] = []
    errors = [0]
    end = time.monotonic() + seconds
    headers = {"Authorization": f"Bearer {'k' * 40}", "Content-Type": "application/json", "Host": "localhost"}

    def one() -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        while time.monotonic() < end:
            began = time.perf_counter()
            connection.request(
                "POST", "/api/actions/receive_stock", json.dumps({"id": str(uuid4()), "values": values}), headers
            )
            answer = connection.getresponse()
            answer.read()
            times.append(1000 * (time.perf_counter() - began))
            errors[0] += answer.status != 201

    hands = [threading.Thread(target=one) for _ in range(clients)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    return times, errors[0]
