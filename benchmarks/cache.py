"""Where the benchmarks keep what can be made again."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.environment import ROOT

CACHE = ROOT / ".cache" / "bench"
PEERS_VENV = CACHE / "venv"
PEERS_PYTHON = PEERS_VENV / "bin" / "python"
NODE_FOLDER = CACHE / "node"
DATA = CACHE / "data"


@contextmanager
def fresh_folder(name: str) -> Iterator[Path]:
    """An empty folder on the disk of the checkout, which goes at the end."""
    folder = DATA / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
