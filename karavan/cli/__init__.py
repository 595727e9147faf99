"""The command line: a door. It reads arguments, calls the rooms, and says what they answer."""

from __future__ import annotations

import sys
import traceback


def main() -> None:
    """The command ``karavan``."""
    from karavan.cli.commands import app
    from karavan.cli.screen import Exit

    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        app(prog_name="karavan")
    except Exception:
        traceback.print_exc()
        sys.exit(Exit.CONTRADICTION)
