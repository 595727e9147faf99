"""The search engine: ruin and recreate over vehicles' days, compiled (see README.md beside this file)."""

from karavan.planning.engine.judge import Evaluation, evaluate
from karavan.planning.engine.model import (
    BadInstance,
    Depot,
    Instance,
    Objective,
    Progress,
    Route,
    Solution,
    Trip,
    VehicleType,
    Visit,
)
from karavan.planning.engine.solver import solve

__all__ = [
    "BadInstance",
    "Depot",
    "Evaluation",
    "Instance",
    "Objective",
    "Progress",
    "Route",
    "Solution",
    "Trip",
    "VehicleType",
    "Visit",
    "evaluate",
    "solve",
]
