"""The command line: a door. It reads arguments, calls the rooms, and says what they answer."""

from __future__ import annotations

import os
import sys

CONTRADICTION, INTERRUPTED = 3, 130


def main() -> None:
    """The command ``karavan``."""
    try:
        _open_streams()
        from karavan.domain.errors import MissingCatalogue

        try:
            from karavan.cli.desk_commands import app
        except MissingCatalogue as error:  # of the help, which is said in the language of the environment
            sys.stderr.write(f"{error}\n")
            sys.exit(CONTRADICTION)
        app(prog_name="karavan")
    except KeyboardInterrupt:  # before a command began
        sys.exit(INTERRUPTED)


def _open_streams() -> None:
    """A program may be started with its output closed; and no terminal lacks a letter so much that we end for it."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        getattr(sys, name).reconfigure(errors="replace")
