"""Gets what the comparison needs; names what it cannot get."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

from tools import debian
from tools.environment import ROOT, say

from .cache import CACHE, NODE_FOLDER, PEERS_PYTHON, PEERS_VENV

_PEERS = Path(__file__).parent / "peers"
_PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input")
_NPM = ("npm", "install", "--no-audit", "--no-fund", "--no-package-lock")


def machine() -> None:
    """See that this can measure at all; raises SystemExit with one clear word."""
    if not sys.platform.startswith("linux"):
        sys.exit("The benchmarks need Linux: they read /proc and choose cores.")
    CACHE.mkdir(parents=True, exist_ok=True)
    if debian.provide("wrk") is None:
        sys.exit("The benchmarks need wrk; on Debian or Ubuntu: apt install wrk")


def uvloop() -> None:
    """Install uvloop beside what runs this; raises SystemExit where that fails."""
    if importlib.util.find_spec("uvloop") is not None:
        return
    (wanted,) = requires_of("uvloop")
    say("Installing uvloop ...")
    if not _runs(sys.executable, *_PIP, wanted):
        sys.exit(f"--uvloop wants uvloop, and it does not install: {wanted}")


def requires_of(extra: str) -> list[str]:
    """What the project's *extra* asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted: list[str] = project["project"]["optional-dependencies"][extra]
    return wanted


def python_peers() -> None:
    """Make the environment of the Python peers, unless it is there."""
    wanted = (_PEERS / "requirements.txt").read_text()
    if _is_made(PEERS_VENV, wanted):
        return
    say("Installing Django, Flask-Session, aiohttp-session and starsessions ...")
    venv.create(PEERS_VENV, clear=True, with_pip=True)
    if not _runs(str(PEERS_PYTHON), *_PIP, "-r", str(_PEERS / "requirements.txt")):
        for line in filter(_names_a_package, wanted.splitlines()):
            if not _runs(str(PEERS_PYTHON), *_PIP, line):
                say(f"{line} does not install and is left out.")
    _note_made(PEERS_VENV, wanted)


def node_peers() -> None:
    """Install express-session and its stores, unless they are there."""
    wanted = (_PEERS / "package.json").read_text()
    if _is_made(NODE_FOLDER, wanted):
        return
    if shutil.which("node") is None or shutil.which("npm") is None:
        say("No Node here: express-session is left out.")
        return
    say("Installing express-session and its stores ...")
    shutil.rmtree(NODE_FOLDER, ignore_errors=True)
    NODE_FOLDER.mkdir(parents=True)
    shutil.copy(_PEERS / "package.json", NODE_FOLDER)
    if _runs(*_NPM, folder=NODE_FOLDER):
        _note_made(NODE_FOLDER, wanted)
    else:
        say("express-session does not install and is left out.")


def _runs(*command: str, folder: Path = CACHE) -> bool:
    quiet = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "npm_config_loglevel": "error"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if quiet.returncode:
        say(quiet.stderr.strip()[-500:])
    return quiet.returncode == 0


def _names_a_package(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _is_made(folder: Path, wanted: str) -> bool:
    made = folder / "made-of"
    return made.is_file() and made.read_text() == sys.version + wanted


def _note_made(folder: Path, wanted: str) -> None:
    (folder / "made-of").write_text(sys.version + wanted)
