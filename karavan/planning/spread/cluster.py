"""A Dask cluster: pieces and seeds planned on other machines. The only module that knows Dask.

A scheduler and its workers trust whoever can reach them: what is sent is pickled, and holds convoys' places and hours
(docs/cluster.md).
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from karavan import __version__
from karavan.domain.errors import ClusterRefused
from karavan.domain.message import Message
from karavan.domain.planfile import situation_digest
from karavan.domain.plans import Plan
from karavan.domain.situation import Situation
from karavan.planning.spread.nameless import nameless
from karavan.planning.spread.piece import OtherVersion, Outcome, Piece, plan_piece
from karavan.planning.spread.seeds import better, plan_seed

if TYPE_CHECKING:
    from distributed import Client

WAITING = 2
"""Pieces sent for each thread: one in work, and the next one already there."""

ANSWER_S = 10.0
HEARING_S = 0.5
"""How often Ctrl-C is looked for."""


@contextmanager
def connect(address: str, wait_s: float = ANSWER_S) -> Iterator[Cluster]:
    """
    A cluster whose workers have this version of Karavan.

    Raises
    ------
    ClusterRefused
        Dask is not installed, nobody answers at the address, there are no workers, or they cannot plan the same way.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ClusterRefused(
            Message("planning on a cluster needs Dask: pip install 'karavan[cluster]' here and on every worker")
        ) from None
    try:
        client = Client(address, timeout=wait_s, set_as_default=False)
    # Dask asserts that its loop runs, which fails while that of a client refused just before is being closed.
    except (OSError, TimeoutError, ValueError, TypeError, RuntimeError, AssertionError) as error:
        raise ClusterRefused(
            Message("no Dask scheduler answers at {address}: {reason}", address=address, reason=_first_line(error))
        ) from None
    try:
        _meet(client, address, wait_s)
        yield Cluster(client, address)
    finally:
        client.close(timeout=5)


def _meet(client: Client, address: str, wait_s: float) -> None:
    """Every worker has Karavan, and the same one."""
    try:
        client.wait_for_workers(1, timeout=wait_s)
    except TimeoutError:
        raise ClusterRefused(Message("the Dask scheduler at {address} has no workers", address=address)) from None
    try:
        found = client.run(versions, on_error="return")
    except Exception as error:
        raise ClusterRefused(_cannot(address, _first_line(error))) from None
    for worker, its in sorted(found.items()):
        if isinstance(its, BaseException):
            raise ClusterRefused(_cannot(worker, _first_line(its)))
        _compare(worker, its)


def _cannot(worker: str, reason: str) -> Message:
    return Message("the worker {worker} cannot run Karavan: {reason}", worker=worker, reason=reason)


def _compare(worker: str, its: dict[str, str]) -> None:
    for name, own in versions().items():
        if its.get(name) != own:
            raise ClusterRefused(
                Message(
                    "the worker {worker} has {name} {its}, and here it is {own}: install the same version everywhere",
                    worker=worker,
                    name=name,
                    its=its.get(name) or "-",
                    own=own,
                )
            )


def versions() -> dict[str, str]:
    """What must be the same everywhere for the same seed to give the same plan."""
    import distributed
    import numpy
    import scipy

    return {
        "Karavan": __version__,
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "Dask": distributed.__version__,
        "numpy": numpy.__version__,
        "scipy": scipy.__version__,
    }


class Cluster:
    """A crew of workers. One that is killed costs its pieces' time: they are sent to others."""

    def __init__(self, client: Client, address: str) -> None:
        self._client, self._address = client, address

    @property
    def width(self) -> int:
        """Threads of all workers that are there now."""
        return max(1, sum(self._client.nthreads().values()))

    def plan(self, pieces: Iterator[Piece], stop: Callable[[], bool]) -> Iterator[Outcome]:
        yield from self._each(plan_piece, pieces, stop)

    def plan_seeds(
        self,
        situation: Situation,
        seeds: range,
        limits: tuple[int | None, float | None, float | None],
        done: Callable[[int, int, Plan], None],
        stop: Callable[[], bool],
    ) -> Plan | None:
        """
        The best plan of several seeds, the first of equals; ``None``: stopped before there was one.

        Parameters
        ----------
        limits
            Rounds, seconds and gap of each.
        """
        # Sent once, and not with every seed.
        there = self._client.scatter(nameless(situation), broadcast=True, hash=False)
        best: Plan | None = None
        jobs = ((there, seed, *limits) for seed in seeds)
        for number, plan in enumerate(self._each(plan_seed, jobs, stop, spread=True), start=1):
            best = plan if best is None else better(situation, best, plan)
            done(number, len(seeds), best)
        return best and replace(best, situation=situation_digest(situation))

    def ask(self, question: Callable[[], Any]) -> dict[str, Any]:
        """What each worker answers, by its address; one that has just died does not."""
        return self._client.run(question, on_error="ignore")

    def _each(
        self, work: Callable[..., Any], jobs: Iterator[Any], stop: Callable[[], bool], spread: bool = False
    ) -> Iterator[Any]:
        """Results as they come; only so many jobs are on their way that memory here and there stays small."""
        from distributed import wait

        running: set[Any] = set()
        more = True
        try:
            while True:
                while more and not stop() and len(running) < WAITING * self.width:
                    job = next(jobs, None)
                    more = job is not None
                    if job is not None:
                        running.add(self._client.submit(work, *(job if spread else (job,)), pure=False))
                if not running or stop():
                    return
                try:
                    with self._client.as_current():
                        finished = wait(running, timeout=HEARING_S, return_when="FIRST_COMPLETED").done
                except TimeoutError:
                    self._still_there()
                    continue
                for future in finished:
                    running.discard(future)
                    yield self._result(future)
        finally:
            if running:
                self._client.cancel(list(running), force=True)

    def _still_there(self) -> None:
        if self._client.status not in ("running", "connecting"):
            raise ClusterRefused(
                Message("the connection to the Dask scheduler at {address} is lost", address=self._address)
            )

    def _result(self, future: Any) -> Any:
        from distributed import CancelledError, KilledWorker

        try:
            return future.result()
        except KilledWorker:
            raise ClusterRefused(
                Message(
                    "several workers of {address} died over the same part: give each more memory, or read their logs",
                    address=self._address,
                )
            ) from None
        except CancelledError:
            raise ClusterRefused(
                Message("the connection to the Dask scheduler at {address} is lost", address=self._address)
            ) from None
        except OtherVersion as error:
            raise ClusterRefused(_cannot(self._address, "Karavan " + " / ".join(map(str, error.args)))) from None
        except ImportError as error:
            raise ClusterRefused(_cannot(self._address, _first_line(error))) from None
        finally:
            future.release()


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:200]
