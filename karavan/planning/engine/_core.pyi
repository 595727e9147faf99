"""What core/module.cpp offers to solver.py."""

from collections.abc import Callable, Sequence

from numpy.typing import NDArray

Days = list[tuple[int, list[int], list[int]]]

class Problem:
    def __init__(
        self,
        distance: Sequence[NDArray],
        duration: Sequence[NDArray],
        waiting: float,
        at_end: bool,
        numbers: NDArray,
        whole: NDArray,
        demands: NDArray,
        windows: NDArray,
        allowed: NDArray,
        depots: NDArray,
        types: NDArray,
        fleet: NDArray,
        capacities: NDArray,
        reload: list[list[int]],
    ) -> None: ...
    def price(self, clock: str, days: Days) -> list[float]: ...
    def solve(
        self,
        clock: str,
        seed: int,
        iterations: int,
        seconds: float,
        target: float,
        lanes: int,
        start: Days,
        report: Callable[[float, int, float], bool],
    ) -> tuple[Days, list[int], float, int, float]: ...
