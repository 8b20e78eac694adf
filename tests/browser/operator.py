"""The commands of the site's operator."""

import subprocess
import sys

from tests.programs import DEADLINE_S, clean_environment
from tools.environment import ROOT


def reset_link(folder, username, address):
    """The link that lets somebody choose a new password, for the site in *folder*."""
    database = f"sqlite:///{folder}/var/accounts.db"
    words = ("--database", database, "reset-link", username, "--base-url", address)
    printed = subprocess.run(
        [sys.executable, "-m", "tornado_app", *words],
        cwd=ROOT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=True,
    ).stdout
    return next(word for word in printed.split() if word.startswith(address))
