"""The command line: a door. It reads arguments, calls the rooms, and says what they answer."""

from __future__ import annotations

import os
import sys

INTERRUPTED = 130


def main() -> None:
    """The command ``karavan``."""
    try:
        _open_streams()
        from karavan.cli.commands import app

        app(prog_name="karavan")
    except KeyboardInterrupt:  # before a command began
        sys.exit(INTERRUPTED)


def _open_streams() -> None:
    """A program may be started with its output closed; and no terminal lacks a letter so much that we end for it."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        getattr(sys, name).reconfigure(errors="replace")
