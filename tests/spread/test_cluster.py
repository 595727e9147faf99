"""A cluster of two small workers on this machine: the same answer as alone, whatever happens to them."""

import os
import signal

import pytest
from typer.testing import CliRunner

from benchmarks.relief import relief_situation
from karavan import plan_from_json, write_workbook
from karavan.cli.commands import app
from karavan.cli.screen import Exit
from karavan.domain.check import check
from karavan.domain.errors import ClusterRefused
from karavan.domain.planfile import plan_to_json
from karavan.domain.value import objective
from karavan.planning import plan
from karavan.planning.spread import cluster as clusters
from karavan.planning.spread.cluster import connect
from karavan.planning.spread.on_cluster import plan_on_cluster
from karavan.planning.spread.sweeps import plan_regions
from tests import cast

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def local():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, memory_limit="1GiB", dashboard_address=":0", scheduler_port=0
    ) as made:
        made.wait_for_workers(2, timeout=60)
        yield made


@pytest.fixture(scope="module")
def situation():
    return relief_situation(60, vehicles=12)


@pytest.fixture(scope="module")
def alone(situation):
    return plan_regions(situation, rounds=5, sweeps=1, size=40)


def test_regions_on_a_cluster_give_the_plan_that_one_process_gives(local, situation, alone):
    told = []
    with connect(local.scheduler_address) as crew:
        spread = plan_regions(situation, rounds=5, sweeps=1, size=40, crew=crew, progress=told.append)
    assert plan_to_json(spread) == plan_to_json(alone)
    assert not check(situation, spread)
    assert told[-1].done == told[-1].total
    assert told[-1].value == pytest.approx(objective(situation, spread.value))


def test_the_best_of_several_seeds_is_kept(local):
    situation = relief_situation(12, vehicles=4)
    best = plan_on_cluster(situation, local.scheduler_address, seeds=3, rounds=2)
    each = [plan(situation, seed=seed, rounds=2) for seed in range(3)]
    assert plan_to_json(best) == plan_to_json(min(each, key=lambda one: (objective(situation, one.value), one.seed)))


def test_a_killed_worker_costs_time_and_not_the_plan(local, situation, alone):
    """One dies in each sweep while it plans; its pieces go to others."""
    killed = set()

    def kill(now):
        if now.done == 1:
            pid = sorted(pid for pid in crew.ask(os.getpid).values() if pid not in killed)[0]
            os.kill(pid, signal.SIGKILL)
            killed.add(pid)

    with connect(local.scheduler_address) as crew:
        spread = plan_regions(situation, rounds=5, sweeps=1, size=40, crew=crew, progress=kill)
    assert len(killed) == 2
    assert plan_to_json(spread) == plan_to_json(alone)


def test_ctrl_c_keeps_what_is_planned(local, situation):
    pressed = []

    def press(now):
        if not pressed:
            pressed.append(now)
            signal.raise_signal(signal.SIGINT)

    with connect(local.scheduler_address) as crew:
        best = plan_regions(situation, rounds=5, sweeps=3, size=40, crew=crew, progress=press)
    assert best.journeys
    assert not check(situation, best)


def test_nobody_at_the_address():
    nobody = "tcp://127.0.0.1:9"
    with pytest.raises(ClusterRefused, match=f"no Dask scheduler answers at {nobody}"), connect(nobody, 2):
        pass


@pytest.mark.parametrize("address", ["", "nonsense", "tls://127.0.0.1:9", "http://x", "tcp://127.0.0.1:notaport"])
def test_an_address_that_is_none(address):
    with pytest.raises(ClusterRefused), connect(address, 2):
        pass


def test_a_cluster_without_workers():
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address=":0", scheduler_port=0) as empty,
        pytest.raises(ClusterRefused, match="has no workers"),
        connect(empty.scheduler_address, 1),
    ):
        pass


def test_workers_of_another_version_are_refused(local, monkeypatch):
    own = clusters.versions()
    monkeypatch.setattr(clusters, "versions", _Versions(own))
    said = r"has Karavan .*, and here it is 9\.9: install"
    with pytest.raises(ClusterRefused, match=said), connect(local.scheduler_address):
        pass


class _Versions:
    """Here another answer than on a worker, which asks the true function."""

    def __init__(self, own):
        self.own = own

    def __call__(self):
        return {**self.own, "Karavan": "9.9"}

    def __reduce__(self):
        return (getattr, (clusters, "versions"))


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], prog_name="karavan")


def test_the_command_plans_on_a_cluster(local, tmp_path):
    write_workbook(tmp_path / "small.xlsx", cast.a_situation())
    asked = ("plan", tmp_path / "small.xlsx", "--rounds", "5", "--no-papers", "-o")
    done = run(*asked, tmp_path / "out", "--dask", local.scheduler_address, "--seeds", "2")
    assert done.exit_code == 0, done.output
    assert run(*asked, tmp_path / "alone").exit_code == 0
    best, alone = (plan_from_json((tmp_path / name / "plan.json").read_text("utf-8")) for name in ("out", "alone"))
    situation = cast.a_situation()
    assert objective(situation, best.value) <= objective(situation, alone.value)
    assert best.situation == alone.situation


def test_the_command_says_that_nobody_answers(tmp_path):
    write_workbook(tmp_path / "small.xlsx", cast.a_situation())
    done = run("plan", tmp_path / "small.xlsx", "-o", tmp_path / "out", "--dask", "nonsense://here")
    assert done.exit_code == Exit.USAGE
    assert "no Dask scheduler answers at nonsense://here" in " ".join(done.output.split())
    assert not (tmp_path / "out").exists()
