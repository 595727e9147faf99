"""Planning jobs run in a process of their own; what happens to it happens to the job and to nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from karavan.desk import jobs, models as rows, serving
from karavan.desk.searching import search
from tests.desk.test_story import an_approved_request


def asked(desk, rounds=3):
    an_approved_request(desk)
    return desk.do("ask_plan", "planner", operation=desk.operation.pk, seed=1, rounds=rounds).id


def test_a_job_ends_with_a_plan_and_runs_once(desk):
    job = asked(desk)
    jobs.run(job, desk.id(), desk.now)
    row = rows.PlanningJob.objects.get()
    assert (row.state, row.problem, row.plan.situation_id) == ("done", None, row.situation_id)
    jobs.run(job, desk.id(), desk.now)
    assert rows.PlanDocument.objects.count() == 1


def _dies(*_):
    os._exit(9)


def test_a_search_that_dies_fails_its_job(desk, monkeypatch):
    job = asked(desk)
    monkeypatch.setattr(jobs, "search", _dies)
    jobs.run(job, desk.id(), desk.now)
    row = rows.PlanningJob.objects.get()
    assert (row.state, row.plan) == ("failed", None)
    assert row.problem["text"].startswith("the search ended without a plan")


class Pipe(list):
    send = list.append


def test_a_search_tells_how_far_it_is():
    from karavan.domain.situationfile import situation_to_json
    from tests.cast import a_situation

    said = Pipe()
    search(said, situation_to_json(a_situation()), 1, 3, None)
    *progress, text = said
    assert progress
    assert set(progress[0]) == {"round", "value", "bound"}
    assert text.startswith('{\n "format": "karavan plan"')


def test_a_worker_that_dies_is_started_again_and_ends_with_the_server(monkeypatch):
    started = []

    def a_worker():
        started.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]))
        return started[-1]

    monkeypatch.setattr(serving, "_worker", a_worker)
    monkeypatch.setattr(serving, "WATCH_S", 0.05)
    with serving.planner():
        started[0].kill()
        end = time.monotonic() + 20
        while len(started) < 2 and time.monotonic() < end:
            time.sleep(0.05)
        assert len(started) == 2
        assert started[1].poll() is None
    assert all(child.poll() is not None for child in started)
