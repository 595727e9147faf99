"""``karavan desk`` and ``karavan verify`` from the command line, in a folder of their own."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from karavan.desk.database import database, opening, write_ahead_is_sound

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "aghdam-khankendi-2023-09-22.xlsx"
PASSWORD = "correct horse battery"


def environment():
    rest = {name: value for name, value in os.environ.items() if not name.startswith("KARAVAN_")}
    return {**rest, "PYTHONPATH": str(ROOT), "KARAVAN_LANGUAGE": "en"}


def karavan(*arguments):
    command = [sys.executable, "-m", "karavan", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A demo desk, made ready."""
    folder = tmp_path_factory.mktemp("opened")
    password = folder / "password.txt"
    password.write_text(PASSWORD + "\n")
    done = karavan("desk", folder / "desk", "--demo", EXAMPLE, "--password-file", password, "--prepare")
    assert done.returncode == 0, done.stderr
    assert "The first administrator is admin" in done.stdout
    assert PASSWORD not in done.stdout + done.stderr
    return folder / "desk"


def test_the_files_of_a_desk_are_its_owners(folder):
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in ("secret.key", "desk.sqlite3"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


def test_what_is_past_its_time_is_listed_and_erased_on_the_terminal(folder, tmp_path):
    """In a copy: the other tests look at the desk as it was made."""
    import shutil

    copy = Path(shutil.copytree(folder, tmp_path / "desk"))
    assert karavan("retention", tmp_path / "nowhere", "--as", "officer").returncode != 0
    assert not (tmp_path / "nowhere").exists()
    stranger = karavan("retention", copy, "--as", "nobody")
    assert (stranger.returncode != 0, "nobody comes in with the name nobody" in stranger.stderr) == (True, True)
    done = karavan("retention", copy, "--as", "officer", "--erase", "--yes")
    assert (done.returncode, "0 are past their time." in done.stdout) == (0, True), done.stderr
    code = (
        "import sys; from pathlib import Path; from karavan.desk import start; start.reopen(Path(sys.argv[1]));"
        "from karavan.desk import models as rows;"
        "rows.Operation.objects.update(start='2020-01-01T00:00:00Z', retention_d={'contacts': 30});"
        "rows.Membership.objects.update(since='2020-01-01T00:00:00Z');"
        "rows.Request.objects.update(representative=None); rows.Vehicle.objects.update(driver=None)"
    )
    command = [sys.executable, "-c", code, str(copy)]
    assert subprocess.run(command, cwd=ROOT, env=environment(), check=False, timeout=300).returncode == 0
    listed = karavan("retention", copy, "--as", "officer")
    assert (listed.returncode, "contact: Driver 1" in listed.stdout) == (0, True), listed.stdout + listed.stderr
    kept = subprocess.run(
        [sys.executable, "-m", "karavan", "retention", str(copy), "--as", "officer", "--erase"],
        cwd=ROOT,
        env=environment(),
        input="no\n",
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (kept.returncode != 0, "nothing was erased" in kept.stderr) == (True, True)
    done = karavan("retention", copy, "--as", "officer", "--erase", "--yes")
    assert (done.returncode, "were erased." in done.stdout) == (0, True), done.stdout + done.stderr
    assert "0 are past their time." in karavan("retention", copy, "--as", "officer").stdout
    assert karavan("verify", copy).returncode == 0


def test_a_second_start_asks_for_nothing_and_loads_nothing_again(folder):
    done = karavan("desk", folder, "--demo", EXAMPLE, "--prepare")
    assert done.returncode == 0, done.stderr
    assert "administrator" not in done.stdout
    assert "loaded" not in done.stdout


def test_the_books_of_the_demo_are_in_order(folder):
    done = karavan("verify", folder, "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["problems"]) == (0, [])
    assert found["events"] > 20
    assert found["transfers"] > 10


def test_books_that_are_not_in_order_end_with_1(folder, tmp_path):
    import sqlite3

    copy = tmp_path / "desk.sqlite3"
    with sqlite3.connect(folder / "desk.sqlite3") as source, sqlite3.connect(copy) as target:
        source.backup(target)
        target.execute("DROP TRIGGER post_desk_transfer")
    source.close()
    target.close()
    done = karavan("verify", copy)
    assert done.returncode == 1
    assert "guard post_desk_transfer is missing" in done.stdout
    assert karavan("verify", tmp_path / "nothing").returncode == 4


def test_an_administrator_is_let_in_on_the_terminal(folder, tmp_path):
    password = tmp_path / "new.txt"
    password.write_text("another long password\n")
    done = karavan("desk", folder, "--let-in", "admin", "--password-file", password)
    assert (done.returncode, "admin signs in with the new password" in done.stdout) == (0, True), done.stderr
    password.write_text(PASSWORD + "\n")
    assert karavan("desk", folder, "--let-in", "admin", "--password-file", password).returncode == 0
    refused = [karavan("desk", folder, "--let-in", who, "--password-file", password) for who in ("officer", "nobody")]
    assert [it.returncode for it in refused] == [3, 3], [it.stderr for it in refused]
    assert "only an administrator" in refused[0].stdout + refused[0].stderr
    assert karavan("verify", folder).returncode == 0


def test_it_is_served(folder):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "karavan", "desk", str(folder), "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as it:
        try:
            assert _until_there(f"http://127.0.0.1:{port}/health") == b"ok"
            page = urlopen(f"http://127.0.0.1:{port}/login", timeout=30)
            assert b"Sign in" in page.read()
            style = urlopen(f"http://127.0.0.1:{port}/static/desk/desk.css", timeout=30)
            assert style.headers["Content-Type"].startswith("text/css")
        finally:
            it.terminate()
            it.wait(timeout=60)


def _until_there(address):
    end = time.monotonic() + 120
    while True:
        try:
            return urlopen(address, timeout=5).read()
        except (URLError, ConnectionError, TimeoutError):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def test_a_short_password_makes_no_administrator(tmp_path):
    password = tmp_path / "password.txt"
    password.write_text("short")
    done = karavan("desk", tmp_path / "desk", "--password-file", password, "--prepare")
    assert done.returncode != 0
    assert "at least 10 characters" in done.stderr


@pytest.mark.parametrize(
    ("version", "sound"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
    ],
)
def test_an_sqlite_whose_log_loses_commits_uses_the_slow_journal(version, sound):
    assert write_ahead_is_sound(version) is sound
    assert ("WAL" in opening(version)) is sound
    assert ("synchronous=EXTRA" in opening(version)) is not sound


def test_only_postgresql_stands_beside_sqlite():
    found = database("postgresql://karavan:s%40fe@db.example:5433/desk?sslmode=require", Path())
    assert (found["NAME"], found["USER"], found["PASSWORD"]) == ("desk", "karavan", "s@fe")
    assert (found["HOST"], found["PORT"], found["OPTIONS"]) == ("db.example", "5433", {"sslmode": "require"})
    with pytest.raises(ValueError, match="mysql"):
        database("mysql://db/desk", Path())


def test_without_its_libraries_it_says_what_to_install(tmp_path):
    code = "import sys; sys.modules['django'] = None; sys.argv[0] = 'karavan'; from karavan.cli import main; main()"
    command = [sys.executable, "-c", code, "desk", str(tmp_path / "desk")]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=300)
    assert done.returncode == 4
    assert "pip install 'karavan[desk]'" in done.stderr.replace("\n", " ")
