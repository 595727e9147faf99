"""The public names: at most twenty, each there, each loaded on first use."""

import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import karavan

ROOT = Path(__file__).parents[2]
NAMES = [name for name in karavan.__all__ if name != "__version__"]


def test_there_are_at_most_twenty():
    assert len(karavan.__all__) == len(set(karavan.__all__)) <= 20
    assert set(NAMES) <= set(dir(karavan))


@pytest.mark.parametrize("name", NAMES)
def test_a_name_leads_to_the_thing_and_not_to_a_module(name):
    thing = getattr(karavan, name)
    assert callable(thing)
    assert thing.__name__ == name


def test_a_function_is_not_shadowed_by_the_module_of_its_name():
    import_module("karavan.planning.plan")
    from karavan import plan
    from karavan.planning import plan as there

    assert plan is there


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="fly"):
        _ = karavan.fly


def test_importing_the_package_imports_none_of_its_rooms():
    code = "import sys, karavan; print([name for name in sys.modules if name.startswith('karavan.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_the_version_is_that_of_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert karavan.__version__ == project["version"]
