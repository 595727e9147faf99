"""Every test of the desk runs on SQLite and on a private PostgreSQL that the tests start and stop themselves."""

from __future__ import annotations

import copy
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("django", reason="the desk is not installed: pip install 'karavan[desk]'")
_folder = tempfile.TemporaryDirectory(prefix="karavan-tests-")
os.environ["KARAVAN_FOLDER"] = _folder.name
os.environ["DJANGO_SETTINGS_MODULE"] = "karavan.desk.settings"
os.environ.pop("KARAVAN_DATABASE_URL", None)

import django  # noqa: E402

django.setup()

from karavan.desk.installed import bring_up_to_date  # noqa: E402
from tests.desk import cluster, switch  # noqa: E402
from tests.desk.desk_world import Desk, a_desk  # noqa: E402


@pytest.fixture(scope="session")
def postgresql() -> Iterator[cluster.Cluster]:
    with cluster.running() as found:
        yield found


@dataclass
class Template:
    """
    A database to be copied by each test: the schema and its guards, and one with the small world at the desk.

    Attributes
    ----------
    world
        The people of the small world, their ids and its clock.
    """

    kind: str
    blank: Path | str
    full: Path | str
    world: Desk


def _make(blank: dict[str, Any], copied: Callable[[], dict[str, Any]]) -> Desk:
    with switch.to(blank):
        bring_up_to_date()
    with switch.to(copied()):
        return a_desk()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    blank = tmp_path_factory.mktemp("blank") / "desk.sqlite3"
    full = tmp_path_factory.mktemp("full") / "desk.sqlite3"
    world = _make(switch.sqlite(blank), lambda: switch.sqlite(Path(shutil.copy(blank, full))))
    return Template("sqlite", blank, full, world)


@pytest.fixture(scope="session")
def postgresql_template(postgresql: cluster.Cluster) -> Template:
    blank = postgresql.create("blank_desk")
    world = _make(
        switch.postgresql(postgresql, blank),
        lambda: switch.postgresql(postgresql, postgresql.create("full_desk", blank)),
    )
    return Template("postgresql", blank, "full_desk", world)


@pytest.fixture(params=["sqlite", "postgresql"])
def template(request: pytest.FixtureRequest) -> Template:
    return request.getfixturevalue(f"{request.param}_template")


@pytest.fixture
def database(request: pytest.FixtureRequest, template: Template, tmp_path: Path) -> Iterator[str]:
    """A desk of its own for one test, empty or, where the test asks for ``desk``, with the small world in it."""
    source = template.full if "desk" in request.fixturenames else template.blank
    if template.kind == "sqlite":
        path = Path(shutil.copy(source, tmp_path / "desk.sqlite3"))
        with switch.to(switch.sqlite(path)):
            yield "sqlite"
        return
    postgres: cluster.Cluster = request.getfixturevalue("postgresql")
    name = postgres.create(template=str(source))
    with switch.to(switch.postgresql(postgres, name)):
        yield "postgresql"
    postgres.drop(name)


@pytest.fixture
def desk(database: str, template: Template) -> Desk:
    """The small world at the desk, with its people."""
    return copy.deepcopy(template.world)
