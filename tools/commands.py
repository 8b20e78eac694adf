"""What each command of dev.py starts."""

import os
import subprocess
import sys
from collections.abc import Callable
from typing import NoReturn

from tools import chromium, debian
from tools.environment import DEVELOPMENT, PYTHON, ROOT, RUNTIME, make_ready

PYTEST = ("-m", "pytest", "-o", "faulthandler_exit_on_timeout=true")

# A file's tests stay together, for they share its servers and browsers. Twice as many
# processes as there are cores: half of the time, tests wait for servers and disks.
ON_ALL_CORES = ("-n", str(2 * min(os.cpu_count() or 1, 4)), "--dist", "loadfile")

# What the tests of ``prove`` start beside what ``test`` does, and how long one takes.
PROVED_WITH = ("nginx", "openssl", "redis-server", "strace")
PATIENCE = ("-o", "faulthandler_timeout=3600")

UV_COMPILE = (
    *("-m", "uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes"),
    *("--python-version", "3.11", "--custom-compile-command", "make lock"),
)

# What `make run` can be asked for; uvloop stays a choice of those who deploy.
RUNTIME_EXTRAS = ("app", "redis", "postgres", "metrics")


def main(arguments: list[str], *, usage: str) -> int:
    """Do what the *arguments* say; return the exit status, 2 for an unknown command."""
    name, rest = split(arguments)
    command = COMMANDS.get(name)
    if command is None:
        asked = name in ("-h", "--help", "help")
        print(usage, file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 2

    os.chdir(ROOT)
    try:
        return command(rest)
    except KeyboardInterrupt:
        return 130  # what a shell reports for Ctrl-C: 128 + SIGINT


def split(arguments: list[str]) -> tuple[str, list[str]]:
    """The command and what follows it; options alone belong to ``run``."""
    first = arguments[0] if arguments else ""
    if first in ("-h", "--help") or (first and not first.startswith("-")):
        return first, arguments[1:]
    return "run", arguments


def run(arguments: list[str]) -> int:
    """Serve the app."""
    make_ready(RUNTIME)
    become("server.py", *arguments)


def test(arguments: list[str]) -> int:
    """Run the tests; all of them on every core, where nothing else is asked for."""
    make_ready(DEVELOPMENT)
    chromium.provide()
    become(*PYTEST, *(arguments or ON_ALL_CORES))


def prove(arguments: list[str]) -> int:
    """Run the tests that a plain ``test`` leaves out."""
    for program in PROVED_WITH:
        debian.provide(program)
    return test([*PATIENCE, "tests/prove", *arguments])


def bench(arguments: list[str]) -> int:
    """Run the benchmarks."""
    make_ready(DEVELOPMENT)
    become("-m", "benchmarks", *arguments)


def check(arguments: list[str]) -> int:
    """Run every check, on the whole project or on the paths given."""
    make_ready(DEVELOPMENT)
    checks = (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"])
    failures = [call("-m", *words, *arguments) for words in checks]
    return 1 if any(failures) else 0


def texts(arguments: list[str]) -> int:
    """Bring the catalogues of all languages up to date; say what is to translate."""
    make_ready(DEVELOPMENT)
    become("-m", "tools.texts", *arguments)


def pictures(arguments: list[str]) -> int:
    """Take the pictures of the README anew."""
    make_ready(DEVELOPMENT)
    chromium.provide()
    become("-m", "tools.pictures", *arguments)


def lock(arguments: list[str]) -> int:
    """Write both lock files; pins that still fit stay (``--upgrade`` moves them)."""
    make_ready(DEVELOPMENT)
    extras = [word for extra in RUNTIME_EXTRAS for word in ("--extra", extra)]
    runtime = ["pyproject.toml", *extras, "--output-file", RUNTIME.name]
    # One environment serves both: they must agree on the versions they share.
    development = ["requirements-dev.txt", "--constraints", RUNTIME.name]
    development += ["--output-file", DEVELOPMENT.name]
    failed = call(*UV_COMPILE, *runtime, *arguments)
    return failed or call(*UV_COMPILE, *development, *arguments)


def call(*words: str) -> int:
    """Run the environment's Python with *words*; return its exit status."""
    return subprocess.call([str(PYTHON), *words])


def become(*words: str) -> NoReturn:
    """Give this process over to the environment's Python: signals reach it directly."""
    if os.name == "nt":
        sys.exit(call(*words))
    os.execv(PYTHON, [str(PYTHON), *words])


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    command.__name__: command
    for command in (run, test, check, bench, prove, texts, pictures, lock)
}
