"""What all tests share: ``--long`` tries twenty times as many examples, other ones every time."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import is_hypothesis_test, settings

MORE = 20

# The files that take longest, a minute and more each at first: begun early, none of them is left to one process while
# the others have nothing more to do.
LONGEST = (
    "desk/test_browser_story.py",
    "desk/test_access_matrix.py",
    "desk/test_ops_fuzz.py",
    "properties/test_random_plans.py",
    "properties/test_any_replan.py",
    "desk/test_ops_upgrade.py",
    "examples/test_examples.py",
    "desk/test_see_every_page.py",
    "desk/test_ops_postgresql.py",
    "desk/test_start.py",
    "desk/test_guard_operations.py",
    "desk/test_ops_watch.py",
    "desk/test_killed.py",
    "desk/test_move_verify.py",
    "desk/test_see_telling.py",
    "properties/test_any_bound.py",
    "properties/test_planner.py",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="twenty times as many examples, drawn anew each time")


def pytest_configure(config: pytest.Config) -> None:
    # Of itself pytest-xdist begins with the files of most tests, and ends with those of one or two that take minutes.
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    turns = {here / name: turn for turn, name in enumerate(LONGEST)}
    assert all(path.is_file() for path in turns), "LONGEST names a file that is not there"
    items.sort(key=lambda item: turns.get(item.path, len(turns)))
    if not config.getoption("--long"):
        return
    for item in items:
        test = getattr(item, "obj", None)
        if is_hypothesis_test(test):
            own = test._hypothesis_internal_use_settings
            test._hypothesis_internal_use_settings = settings(
                own, max_examples=MORE * own.max_examples, derandomize=False, database=None
            )


@pytest.fixture(scope="module")
def quick_bound() -> Iterator[None]:
    """Plans of a module whose tests ask for rules and accounts: their bound is as true, but lower and found sooner."""
    with pytest.MonkeyPatch.context() as patch:
        # The package has a function of that name.
        patch.setattr(import_module("karavan.planning.plan"), "UNLIMITED_WORK", 1_000_000)
        yield
