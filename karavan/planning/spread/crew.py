"""Who plans pieces: this process, one after the other. ``cluster`` has another crew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from karavan.planning.spread.piece import Outcome, Piece, plan_piece


class Crew(Protocol):
    """Plans pieces, in any order; what comes back says which piece it was."""

    @property
    def width(self) -> int:
        """Pieces planned at the same time."""

    def plan(self, pieces: Iterator[Piece], stop: Callable[[], bool]) -> Iterator[Outcome]:
        """Outcomes as they come; when ``stop`` says so, soon no more."""


class Alone:
    """This process, one thread."""

    width = 1

    def plan(self, pieces: Iterator[Piece], stop: Callable[[], bool]) -> Iterator[Outcome]:
        for piece in pieces:
            if stop():
                return
            yield plan_piece(piece, stop)
