"""Whether the reads of several processes on one SQLite file add up."""

import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from tools.environment import ROOT

from . import machine
from .cache import fresh_folder
from .goals import verdict
from .options import Options
from .tables import NOTHING, table

_GOAL = 0.9
_PAGES = {"bare Tornado": "/", "reads of one SQLite file": "/reads"}
_READER = "benchmarks.reader"

Reader = subprocess.Popen[str]


def measure(options: Options) -> str:
    """Let one process and then one for each core read at once, without a network.

    Whether cores are as quick together as alone is the machine's affair: bare Tornado
    tells.
    """
    cores = machine.fitting_cores()
    with fresh_folder("processes") as folder, ExitStack() as stack:
        url = f"sqlite:///{folder / 'sessions.db'}"
        readers = [stack.enter_context(_reader(core, url)) for core in cores]
        times = {title: list[float]() for title in _PAGES}
        for _ in range(options.rounds):
            for title, page in _PAGES.items():
                alone = _rate(readers[:1], page, options.seconds)
                times[title].append(_rate(readers, page, options.seconds) / alone)
    medians = {title: statistics.median(each) for title, each in times.items()}
    bare, ours = medians.values()
    wanted = _GOAL * bare
    what, which = _PAGES
    rows = [
        (what, f"{bare:.2f}", NOTHING, NOTHING),
        (which, f"{ours:.2f}", f"{wanted:.2f}", verdict(ours >= wanted)),
    ]
    heads = (f"{len(cores)} processes", "times one's rate", "at least", "met")
    return table(heads, rows)


@contextmanager
def _reader(core: int, url: str) -> Iterator[Reader]:
    """A reader on *core* that is ready; the next may fill its sessions then."""
    words = ["taskset", "--cpu-list", str(core), sys.executable, "-m", _READER, url]
    pipe = subprocess.PIPE
    # At its end Popen closes what the reader reads, and waits for it.
    with subprocess.Popen(words, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as one:
        _heard(one)
        yield one


def _rate(readers: Sequence[Reader], page: str, seconds: int) -> float:
    """The answers a second of all *readers* at once."""
    for one in readers:
        if one.stdin is not None:
            one.stdin.write(f"{page} {seconds}\n")
            one.stdin.flush()
    return sum(float(_heard(one)) for one in readers)


def _heard(reader: Reader) -> str:
    line = reader.stdout.readline() if reader.stdout is not None else ""
    if not line:
        raise RuntimeError("a reader ended too early; what it said is above")
    return line
