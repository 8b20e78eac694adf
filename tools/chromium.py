"""The browser that the browser tests drive."""

import os
import shutil

from tools import debian
from tools.environment import say

# Debian's names for it, the lightest first: the one without windows needs half the CPU.
PACKAGES = ("chromium-headless-shell", "chromium")
NAMES = (*PACKAGES, "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The browser's path: ``$CHROMIUM``, else the first known name on the PATH."""
    chosen = os.environ.get("CHROMIUM")
    return chosen or next(filter(None, map(shutil.which, NAMES)), None)


def provide() -> None:
    """Install Chromium where that needs no question; say so where it is missing."""
    if find() is None and debian.can_install():
        install()
    if find() is None:
        say("No Chromium for the browser tests (Debian: apt install chromium).")


def install() -> None:
    """Fetch Chromium with apt; whether it came, `find` tells."""
    say("Installing Chromium for the browser tests ...")
    debian.apt_get("update")
    for package in PACKAGES:  # older ones have no lighter one
        if find() is None:
            debian.install(package)
