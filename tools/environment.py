"""The virtual environment beside the code."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

# By this file Python knows a virtual environment, and we what we may clear away.
MARK = VENV / "pyvenv.cfg"

RUNTIME = ROOT / "requirements.lock"
DEVELOPMENT = ROOT / "requirements-dev.lock"

# Absent while something is being installed: a build that was cut short starts anew.
SOUND = VENV / "sound.ok"

PIP_INSTALL = (
    *("-m", "pip", "install", "--quiet", "--quiet", "--no-input"),
    *("--disable-pip-version-check", "--require-hashes", "--requirement"),
)


def say(line: str) -> None:
    """Tell the user on standard error: standard output is for what was asked."""
    print(line, file=sys.stderr, flush=True)


def make_ready(lock: Path) -> None:
    """Install what *lock* names, unless it is already there.

    A start that finds everything in place reads two small files. Raises `SystemExit`
    with one line for the user when the environment cannot be made.
    """
    if is_ready(lock):
        return

    with one_at_a_time():
        if not is_ready(lock):
            build(lock)


def is_ready(lock: Path) -> bool:
    """Whether the environment fits this Python, this folder and *lock*."""
    return is_sound() and read(stamp_file(lock)) == stamp(lock.read_bytes())


def is_sound() -> bool:
    """Whether this Python in this folder made the environment, and finished it."""
    return PYTHON.exists() and read(SOUND) == stamp(b"")


def stamp(content: bytes) -> str:
    """What must be the same for an environment to be used again."""
    facts = (content, sys.version.encode(), str(ROOT).encode())
    return hashlib.sha256(b"\0".join(facts)).hexdigest()


def stamp_file(lock: Path) -> Path:
    """Where the stamp of an installed *lock* is kept."""
    return VENV / f"{lock.name}.ok"


def read(path: Path) -> str:
    """The text of *path*; empty when there is none."""
    try:
        return path.read_text()
    except OSError:
        return ""


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let a second start wait until the first has set things up."""
    try:
        file = (ROOT / ".venv.lock").open("w")
    except OSError as exc:
        sys.exit(f"Cannot set up .venv: this folder is not writable ({exc.strerror}).")
    with file:
        if os.name != "nt":
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def build(lock: Path) -> None:
    """Make the environment if there is none that fits, and install *lock* in it."""
    say("Setting up .venv (the first time and after an update only) ...")
    if not is_sound():
        create()
    SOUND.unlink(missing_ok=True)
    failed = subprocess.call([PYTHON, *PIP_INSTALL, lock], cwd=ROOT)
    SOUND.write_text(stamp(b""))
    if failed:
        sys.exit(
            "Installing the packages failed; is this machine online? "
            "Starting again is safe, nothing needs cleaning up."
        )
    stamp_file(lock).write_text(stamp(lock.read_bytes()))


def create() -> None:
    """Make an empty environment in place of one that does not fit."""
    if os.path.lexists(VENV) and not is_ours():
        sys.exit(".venv exists but is not a virtual environment; please move it away.")

    try:
        clear()
        import venv

        venv.EnvBuilder(with_pip=True, symlinks=os.name != "nt").create(VENV)
    except (ImportError, OSError, subprocess.CalledProcessError):
        sys.exit(
            "Python could not make a virtual environment. "
            "On Debian or Ubuntu: apt install python3-venv, then start again."
        )


def is_ours() -> bool:
    """Whether what is there is an environment, begun or finished, or holds nothing."""
    return MARK.is_file() or (VENV.is_dir() and not any(VENV.iterdir()))


def clear() -> None:
    """Leave nothing but the mark, by which the next start knows the folder again.

    For pip's installer may still write there when who waited for it was interrupted.
    """
    try:
        shutil.rmtree(VENV, ignore_errors=True)
    finally:
        VENV.mkdir(exist_ok=True)
        MARK.touch()
