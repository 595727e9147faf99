"""The workbook: one spreadsheet holds the whole situation. The only room with the spreadsheet libraries."""

from karavan.workbook.plan_workbook import write_plan_workbook
from karavan.workbook.reader import read_workbook
from karavan.workbook.template import write_template
from karavan.workbook.writer import write_workbook

__all__ = ["read_workbook", "write_plan_workbook", "write_template", "write_workbook"]
