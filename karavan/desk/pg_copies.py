"""A copy of a desk on PostgreSQL, and a desk made from one, by PostgreSQL's own programs. No Django."""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from karavan.domain.errors import RefusedFile
from karavan.domain.message import Message


def dump(url: str, target: Path, snapshot: str) -> None:
    """
    The state that ``snapshot`` names as one file, on the disk and read back before this returns.

    Raises
    ------
    RefusedFile
        There is a file of that name, or PostgreSQL's programs are missing or say no.
    """
    if target.exists():
        raise RefusedFile(Message("{path} is there already; nothing is written over it", path=str(target)))
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        shape = ("--format=custom", "--no-owner", "--no-privileges")
        _run(url, "pg_dump", *shape, f"--snapshot={snapshot}", f"--file={part}")
        _run("", "pg_restore", f"--file={os.devnull}", str(part))
        _on_disk(part)
        part.rename(target)
        _on_disk(target.parent)
    finally:
        part.unlink(missing_ok=True)


def load(source: Path, url: str) -> None:
    """
    The copy's desk in an empty database: whole, or nothing of it.

    Raises
    ------
    RefusedFile
        There is no copy, the database has a desk already, or PostgreSQL's programs are missing or say no.
    """
    if not source.is_file():
        raise RefusedFile(Message("there is no desk in {path}", path=str(source)))
    if _run(url, "psql", "-XAtc", "SELECT to_regclass('public.desk_event')").strip():
        raise RefusedFile(Message("the database has a desk already; nothing is written over it"))
    _run(url, "pg_restore", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", str(source))


def _run(url: str, name: str, *arguments: str) -> str:
    """The password goes by the environment: arguments can be read by everybody on the machine."""
    parts = urlsplit(url)
    environment = dict(os.environ)
    if parts.password:
        environment["PGPASSWORD"] = unquote(parts.password)
    who = f"{parts.username}@" if parts.username else ""
    bare = urlunsplit(parts._replace(netloc=f"{who}{parts.netloc.rpartition('@')[2]}"))
    where = [f"--dbname={bare}"] if url else []
    done = subprocess.run([_program(name), *where, *arguments], env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RefusedFile(Message("{name}: {reason}", name=name, reason=done.stderr.strip()[:300]))
    return done.stdout


def _program(name: str) -> str:
    found = shutil.which(name) or max(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), default="")
    if not found:
        raise RefusedFile(Message("PostgreSQL's {name} is not installed on this machine", name=name))
    return found


def _on_disk(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
