"""What all tests share: ``--long`` tries twenty times as many examples, other ones every time."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import pytest
from hypothesis import is_hypothesis_test, settings

MORE = 20


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="twenty times as many examples, drawn anew each time")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
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
