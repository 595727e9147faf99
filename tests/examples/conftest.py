"""``--update-golden`` writes the golden plans anew; look at what changed before you commit them."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write tests/examples/golden anew")
