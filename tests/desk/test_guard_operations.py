"""docs/operations.md: every command in it works, in its order; and what copies refuse."""

from __future__ import annotations

import re
import shlex
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from karavan.desk.backup import copy_in, copy_out
from karavan.domain.errors import RefusedFile
from tests.desk.test_start import PASSWORD, ROOT, environment

TEXT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", TEXT, re.S) for line in block.splitlines()]


def run(command, folder):
    if command.startswith("rm "):
        return subprocess.run(shlex.split(command), cwd=folder, capture_output=True, text=True, timeout=60)
    arguments = [sys.executable, "-m", "karavan", *shlex.split(command)[1:]]
    return subprocess.run(arguments, cwd=folder, env=environment(), capture_output=True, text=True, timeout=300)


def test_every_command_of_the_page_works_in_its_order(tmp_path):
    (tmp_path / "password.txt").write_text(PASSWORD)
    assert len(COMMANDS) == 15
    key = ""
    for command in COMMANDS:
        assert command.startswith(("karavan ", "rm "))
        if command == "rm flood/secret.key":
            key = (tmp_path / "flood" / "secret.key").read_text()
        done = run(command, tmp_path)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        if command.split()[1] in ("backup", "verify", "restore"):
            assert "The books are in order." in done.stdout
    assert key
    assert (tmp_path / "flood" / "secret.key").read_text() != key
    (witness,) = re.findall(r"`(karavan verify flood --head [^`]+)`", TEXT)
    other = run(witness.replace("SEQ HASH", f"1 {'0' * 64}"), tmp_path)
    assert (other.returncode, "event 1: a paper bears another hash of it" in " ".join(other.stdout.split())) == (
        1,
        True,
    )
    again = run("karavan backup flood flood-1.sqlite3", tmp_path)
    assert again.returncode != 0
    assert "nothing is written over it" in again.stderr.replace("\n", " ")


def a_database(folder: Path) -> Path:
    folder.mkdir()
    database = sqlite3.connect(folder / "desk.sqlite3")
    database.execute("CREATE TABLE goods (units INTEGER)")
    database.execute("INSERT INTO goods VALUES (7)")
    database.commit()
    database.close()
    return folder


def units(path):
    database = sqlite3.connect(path)
    try:
        return database.execute("SELECT units FROM goods").fetchall()
    finally:
        database.close()


def test_a_copy_holds_what_was_committed_and_is_its_owners(tmp_path):
    folder = a_database(tmp_path / "desk")
    writer = sqlite3.connect(folder / "desk.sqlite3", isolation_level=None)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("UPDATE goods SET units = 8")
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE goods SET units = 9")
    copy_out(folder, tmp_path / "copy")
    writer.execute("ROLLBACK")
    writer.close()
    assert units(tmp_path / "copy") == [(8,)]
    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy", "desk"]
    copy_in(tmp_path / "copy", tmp_path / "again")
    assert units(tmp_path / "again" / "desk.sqlite3") == [(8,)]


def test_nothing_is_written_over_and_nothing_is_made_of_nothing(tmp_path):
    folder = a_database(tmp_path / "desk")
    (tmp_path / "copy").write_bytes(b"precious")
    with pytest.raises(RefusedFile, match="already"):
        copy_out(folder, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"precious"
    with pytest.raises(RefusedFile, match="already"):
        copy_in(tmp_path / "copy", folder)
    with pytest.raises(RefusedFile, match="no desk"):
        copy_out(tmp_path / "nowhere", tmp_path / "other")
    with pytest.raises(RefusedFile, match="cannot be read"):
        copy_in(tmp_path / "copy", tmp_path / "new")
    assert not list((tmp_path / "new").iterdir())
