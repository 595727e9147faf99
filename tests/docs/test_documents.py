"""What the documents say is so: commands run, Python runs, files that are named exist, the tree is the tree."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
NAMED = re.compile(r"`((?:karavan|tests|docs|tools|examples|frontend)/[\w./-]+)`")


def blocks(path, language):
    return [text for kind, text in BLOCK.findall(path.read_text(encoding="utf-8")) if kind == language]


def ids(path):
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder of a user who has the examples."""
    folder = tmp_path_factory.mktemp("docs")
    shutil.copytree(ROOT / "examples", folder / "examples")
    return folder


def run(command, folder):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "KARAVAN_LANGUAGE": "en"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8")


def test_commands_in_the_readme_run_one_after_the_other(folder):
    lines = [line for text in blocks(ROOT / "README.md", "sh") for line in text.splitlines()]
    commands = [line for line in lines if line.startswith("karavan ")]
    assert len(commands) >= 4
    for line in commands:
        done = run([sys.executable, "-m", *shlex.split(line, comments=True)], folder)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=ids)
def test_python_in_a_document_runs(path, request):
    for text in blocks(path, "python"):
        done = run([sys.executable, "-c", text], request.getfixturevalue("folder"))
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", DOCUMENTS, ids=ids)
def test_make_targets_that_are_named_exist(path):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for text in blocks(path, "sh"):
        for target in re.findall(r"^make (\S+)", text, re.MULTILINE):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("path", DOCUMENTS, ids=ids)
def test_files_that_are_named_exist(path):
    text = path.read_text(encoding="utf-8")
    linked = {(path.parent / name).resolve() for name in LINK.findall(text)}
    named = {(ROOT / name).resolve() for name in NAMED.findall(text)}
    assert [str(name) for name in sorted(linked | named) if not name.exists()] == []


def test_the_tree_in_architecture_is_the_tree():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    drawn = set(re.findall(r"^  (\w+)/", text, re.MULTILINE))
    really = {path.name for path in (ROOT / "karavan").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert drawn == really
    tree = text.partition("```")[2].partition("```")[0]
    words = set(re.findall(r"\w+", tree))
    modules = {path.stem for path in (ROOT / "karavan" / "domain").iterdir() if not path.stem.startswith("__")}
    assert modules <= words


def test_exit_codes_in_the_readme_are_those_of_the_program():
    from karavan.cli.screen import Exit

    rows = re.findall(r"^\| (\d) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(row) for row in rows] == sorted(code for code in Exit if code < 100)


def test_public_names_in_the_readme_are_public():
    import karavan

    for path in DOCUMENTS:
        for text in blocks(path, "python"):
            for line in re.findall(r"^from karavan import (.+)$", text, re.MULTILINE):
                assert set(line.split(", ")) <= set(karavan.__all__)
