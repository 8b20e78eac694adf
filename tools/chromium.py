"""The browser that the browser tests drive."""

import os
import shutil
import subprocess
import sys

# Debian's names for it, the lightest first: the one without windows needs half the CPU.
PACKAGES = ("chromium-headless-shell", "chromium")
NAMES = (*PACKAGES, "chromium-browser", "google-chrome", "google-chrome-stable")

APT_GET = (
    *("apt-get", "--quiet=2", "-o", "Acquire::Retries=2"),
    # Bounds for a machine without a network, and for two installations at once.
    *("-o", "Acquire::http::Timeout=30", "-o", "DPkg::Lock::Timeout=120"),
)


def find() -> str | None:
    """The browser's path: ``$CHROMIUM``, else the first known name on the PATH."""
    chosen = os.environ.get("CHROMIUM")
    return chosen or next(filter(None, map(shutil.which, NAMES)), None)


def provide() -> None:
    """Install Chromium where that needs no question; say so where it is missing."""
    if find() is None and can_install():
        install()
    if find() is None:
        say("No Chromium for the browser tests (Debian: apt install chromium).")


def can_install() -> bool:
    """Whether this is root on a Debian or one of its relatives."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return is_root and shutil.which("apt-get") is not None


def install() -> None:
    """Fetch Chromium with apt; whether it came, `find` tells."""
    say("Installing Chromium for the browser tests ...")
    apt_get("update")
    for package in PACKAGES:  # older ones have no lighter one
        if find() is None:
            apt_get("install", "--yes", "--no-install-recommends", package)


def apt_get(*words: str) -> None:
    """Run apt-get without questions, with its output kept off the screen."""
    subprocess.run(
        [*APT_GET, *words],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )


def say(line: str) -> None:
    """Tell the user on standard error: standard output belongs to the tests."""
    print(line, file=sys.stderr, flush=True)
