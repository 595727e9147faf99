"""Ways through other customers, where the rounded distances make them shorter."""

from dataclasses import replace

import numpy as np

from benchmarks.instance import Instance, Route, Trip, Vehicles
from benchmarks.judge import judge
from benchmarks.ways import Ways

LINE = Instance(
    kind="sdvrp",
    name="line",
    distance=np.array([[0, 10, 21, 32], [10, 0, 10, 21], [21, 10, 0, 10], [32, 21, 10, 0]]),
    depots=(0,),
    demand=(0, 3, 4, 5),
    vehicles=(Vehicles(count=None, capacity=6),),
    splits=True,
)


def _each_alone(instance):
    return [Route(0, (Trip(0, ((node, instance.demand[node]),)),)) for node in instance.customers]


def test_who_is_driven_through_is_a_stop_of_nothing():
    ways = Ways(LINE)
    assert ways.closed.distance[0].tolist() == [0, 10, 20, 30]
    last = ways.driven(_each_alone(LINE))[-1]
    assert last.trips[0].stops == ((1, 0), (2, 0), (3, 5), (2, 0), (1, 0))
    found = judge(LINE, ways.driven(_each_alone(LINE)))
    assert (found.value, found.faults) == (20 + 40 + 60, ())


def test_the_file_s_own_distances_give_the_same_value():
    draw = np.random.default_rng(5)
    for _ in range(50):
        size = int(draw.integers(4, 12))
        distance = draw.integers(1, 100, (size, size))
        np.fill_diagonal(distance, 0)
        demand = (0, *(int(n) for n in draw.integers(1, 6, size - 1)))
        instance = replace(LINE, distance=distance, demand=demand)
        ways = Ways(instance)
        routes = _each_alone(instance)
        assert judge(instance, ways.driven(routes)).faults == ()
        assert judge(instance, ways.driven(routes)).value == judge(ways.closed, routes).value
        assert judge(instance, ways.driven(routes)).value <= judge(instance, routes).value


def test_only_where_visits_may_be_split():
    whole = replace(LINE, splits=False)
    faults = judge(whole, Ways(whole).driven(_each_alone(whole))).faults
    assert "node 1 is visited 5 times" in faults
    assert "route 2: trip 1 brings a quantity that is not positive" in faults


def test_no_way_leads_through_a_depot():
    hub = np.array([[0, 1, 1], [1, 0, 9], [1, 9, 0]])
    instance = replace(LINE, distance=hub, demand=(0, 3, 3))
    assert Ways(instance).closed.distance.tolist() == hub.tolist()
