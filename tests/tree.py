"""The files that a clone of the project holds."""

import os
import re
from pathlib import Path

from tools.environment import ROOT

NOT_OURS = {".git", ".venv", "var", "build", "dist", "node_modules", "__pycache__"}
CACHES = re.compile(r"\.(cache|hypothesis|\w+_cache)$|\.egg-info$")


def files_of_the_project():
    """Each file's path; what tools and the running app made is left out."""
    for folder, subfolders, names in os.walk(ROOT):
        subfolders[:] = [name for name in subfolders if is_ours(name)]
        yield from (Path(folder, name) for name in names)


def is_ours(name):
    return name not in NOT_OURS and not CACHES.search(name)
