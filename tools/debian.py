"""Debian's packages, fetched where that needs no question."""

import os
import shutil
import subprocess

from tools.environment import say

_APT_GET = (
    *("apt-get", "--quiet=2", "-o", "Acquire::Retries=2"),
    # Bounds for a machine without a network, and for two installations at once.
    *("-o", "Acquire::http::Timeout=30", "-o", "DPkg::Lock::Timeout=120"),
)
# Where servers are; root's PATH may leave it out.
_SERVERS = "/usr/sbin"


def find(program: str) -> str | None:
    """The path of *program*."""
    return shutil.which(program) or shutil.which(program, path=_SERVERS)


def provide(program: str) -> str | None:
    """Install *program*, whose package has its name, unless it is there; its path."""
    if find(program) is None and can_install():
        say(f"Installing {program} ...")
        apt_get("update")
        install(program)
    return find(program)


def can_install() -> bool:
    """Whether this is root on a Debian or one of its relatives."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return is_root and shutil.which("apt-get") is not None


def install(package: str) -> None:
    """Fetch *package*, with nothing that it does not need."""
    apt_get("install", "--yes", "--no-install-recommends", package)


def apt_get(*words: str) -> None:
    """Run apt-get without questions, with its output kept off the screen."""
    subprocess.run(
        [*_APT_GET, *words],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
