"""A PostgreSQL of the tests' own: in a temporary folder, on a socket in it, gone afterwards."""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

# Nothing of it outlives the tests, so nothing waits for the disk.
_FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "listen_addresses": "''",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "autovacuum": "off",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


@dataclass
class Cluster:
    folder: Path
    user: str
    made: int = field(default=0)

    def url(self, name: str) -> str:
        return f"postgresql://{self.user}@/{name}?host={self.folder}"

    def create(self, name: str = "", template: str = "template0") -> str:
        self.made += 1
        name = name or f"desk_{self.made}"
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            # Files copied as they are, as before PostgreSQL 15: a third of the work of writing each page to the log.
            how = " STRATEGY FILE_COPY" if connection.info.server_version >= 150_000 else ""
            connection.execute(f'CREATE DATABASE {name} TEMPLATE {template} ENCODING "UTF8"{how}')
        return name

    def drop(self, name: str) -> None:
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def has(self, role: str) -> bool:
        import psycopg

        with psycopg.connect(self.url("postgres")) as connection:
            return connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is not None

    def run(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


def program(name: str) -> str:
    found = shutil.which(name) or max(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), default="")
    if not found:
        pytest.skip(f"PostgreSQL's {name} is not installed (Debian: apt install postgresql; make test does it)")
    return found


@contextmanager
def running() -> Iterator[Cluster]:
    """Started by a user that is not root: PostgreSQL refuses root, for good reason."""
    initdb, pg_ctl = program("initdb"), program("pg_ctl")
    other = _other_user() if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="karavan-pg-"))
    try:
        if other:
            os.chown(folder, other.pw_uid, other.pw_gid)
        data = folder / "data"

        def call(*command: str) -> None:
            who = {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []} if other else {}
            with (folder / "said.txt").open("w") as said:
                done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said, **who)
            if done.returncode:
                texts = [path.read_text() for path in folder.glob("*.txt")]
                raise RuntimeError(f"{command[0]}: " + "\n".join(texts))

        call(initdb, "-D", str(data), "-U", "karavan", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = " ".join(f"-c {key}={value}" for key, value in _FAST.items())
        call(
            pg_ctl, "-D", str(data), "-l", str(folder / "log.txt"), "-w", "-t", "60",
            "-o", f"{options} -k {folder}", "start",
        )  # fmt: skip
        try:
            yield Cluster(folder, "karavan")
        finally:
            call(pg_ctl, "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _other_user() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    pytest.skip("PostgreSQL does not run as root, and there is no user postgres or nobody")
