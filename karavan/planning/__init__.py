"""How to find a good plan: the only room with numpy, scipy and the search.

``plan`` is the one screen through which the search can be replaced. The way of a plan: ``problem`` (bridge in) ->
``travel`` (which way, when) -> ``allocate`` (scarce goods) -> ``stages`` / ``search`` / ``schedule`` -> ``outcome``
(bridge out) -> ``reasons``. ``bound`` says what no plan can beat, ``by_hand`` what a careful person would do.
"""

from karavan.planning.budget import DEFAULT_ROUNDS, Progress, Stage
from karavan.planning.explain import explain
from karavan.planning.plan import plan
from karavan.planning.replan import replan

__all__ = ["DEFAULT_ROUNDS", "Progress", "Stage", "explain", "plan", "replan"]
