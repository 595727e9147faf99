"""What the compiled relaxation offers; its sources are in ``bound/``."""

class Relaxed:
    def __init__(self, horizon_s: float, needs: list[list[float]], supply: list[list[tuple[float, float]]]) -> None: ...
    def add_kind(
        self,
        nodes: int,
        driving_limit_s: float,
        allowed: list[list[tuple[int, int]]],
        arcs: list[tuple[int, int, int, int]],
        lines: list[tuple[float, float, float]],
        visits: list[tuple[int, ...]],
        loads: list[tuple[int, int, int, int, float]],
        starts: list[tuple[int, int]],
    ) -> None: ...

def most_saved(problem: Relaxed, stages: list[tuple[int, int, float, float]]) -> float: ...
