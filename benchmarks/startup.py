"""The time from the start of server.py to its first page."""

import statistics
import sys
import time
from pathlib import Path

from tools.environment import ROOT

from . import machine, process
from .cache import fresh_folder
from .goals import verdict
from .options import Options
from .tables import table

_GOAL_S = 0.6

SITE = (sys.executable, str(ROOT / "server.py"), "--port={port}")
"""The command of the site; run in a folder of its own, its files lie there."""


def measure(options: Options) -> str:
    """Start the site a few times on the same files; the first time is not counted."""
    with fresh_folder("start") as folder:
        times_s = [_start_s(folder) for _ in range(options.rounds + 1)][1:]
    median_s = statistics.median(times_s)
    row = ("start-up to the first page, warm", f"{_GOAL_S:.2f} s", f"{median_s:.2f} s")
    return table(("", "at most", "is", "met"), [(*row, verdict(median_s <= _GOAL_S))])


def _start_s(folder: Path) -> float:
    started_s = time.perf_counter()
    core = machine.server_core()
    with process.running(SITE, core=core, folder=folder, cwd=folder):
        return time.perf_counter() - started_s
