from karavan.workbook.grid import Grid
def plan_grids(situation, plan, language): return []
