"""The workbook: one spreadsheet holds the whole situation. The only room with the spreadsheet libraries."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from karavan.workbook.plan_workbook import write_plan_workbook
    from karavan.workbook.reader import Ground, read_ground, read_workbook
    from karavan.workbook.template import write_template
    from karavan.workbook.writer import write_workbook

__all__ = ["Ground", "read_ground", "read_workbook", "write_plan_workbook", "write_template", "write_workbook"]

# Loaded on first use: the library that writes takes longer to import than a workbook takes to read.
_HOME = {
    "Ground": "karavan.workbook.reader",
    "read_ground": "karavan.workbook.reader",
    "read_workbook": "karavan.workbook.reader",
    "write_plan_workbook": "karavan.workbook.plan_workbook",
    "write_template": "karavan.workbook.template",
    "write_workbook": "karavan.workbook.writer",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'karavan.workbook' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
