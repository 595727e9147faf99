"""Plan relief convoys from one workbook. The public names, each loaded on first use."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "read_workbook": "karavan.workbook.reader",
    "write_workbook": "karavan.workbook.writer",
    "write_template": "karavan.workbook.template",
    "write_plan_workbook": "karavan.workbook.plan_workbook",
    "add_roads": "karavan.exchange.osm",
    "plan": "karavan.planning",
    "replan": "karavan.planning",
    "explain": "karavan.planning",
    "check": "karavan.domain.check",
    "Violation": "karavan.domain.check",
    "plan_to_json": "karavan.domain.planfile",
    "plan_from_json": "karavan.domain.planfile",
    "write_papers": "karavan.papers.pdf",
    "write_page": "karavan.papers.page",
    "Situation": "karavan.domain.situation",
    "Plan": "karavan.domain.plans",
    "KaravanError": "karavan.domain.errors",
    "BadWorkbook": "karavan.domain.errors",
    "RefusedFile": "karavan.domain.errors",
}

__all__ = ["__version__", *_HOME]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'karavan' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
