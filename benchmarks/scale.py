"""Millions of records instead of 1,000, then a sweep under load."""

import json
import statistics
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from tools.environment import say

from . import big_file, machine, process, rounds, visitors
from .cache import CACHE, fresh_folder
from .goals import verdict
from .handlers import LATE_MS
from .load import Load
from .options import Options
from .rounds import Ready
from .subjects import OPERATIONS, SUBJECTS, Subject
from .tables import table
from .visitors import Visitor

_GOAL_RATE = 0.9
_GOAL_P99 = 1.5
_BARE_EVERY = 10
_ROUNDS, _TIMES = 2, 3
_MIB = 1_048_576


class Seen(NamedTuple):
    """What changes met for a while."""

    loads: list[Load]
    longest: dict[str, float]
    """What `/longest` told."""
    records: int = 0
    """Those that were swept meanwhile."""
    log_bytes: int = 0
    """The largest size of the write-ahead log."""
    bare_ms: float = 0.0
    """The longest answer of the bare page in the same minutes."""

    @property
    def p99_ms(self) -> float:
        """The median of all loads."""
        return statistics.median(load.p99_ms for load in self.loads)


def measure(options: Options) -> str:
    """Make the file, compare, expire a tenth of it, sweep."""
    with fresh_folder("scale") as folder:
        path, cookies = folder / "sessions.db", folder / "cookies"
        say(f"Making {options.scale:,} records ...")
        big_file.make(path, options.scale, cookies, visitors=visitors.SESSIONS)
        size = path.stat().st_size / _MIB
        compared, calm = _compare(path, cookies, options)
        expired = big_file.expire_a_tenth(path, cookies)
        say(f"Sweeping {expired:,} expired records ...")
        swept = _sweep(path, cookies, options)
    parts = [
        machine.description(CACHE),
        f"{options.scale:,} records in a file of {size:,.0f} MiB.",
        compared,
        _told(calm, swept),
    ]
    return "\n\n".join(parts)


def _compare(path: Path, cookies: Path, options: Options) -> tuple[str, Seen]:
    """The rates beside those of a small file; what changes meet without a sweep."""
    (small,) = (one for one in SUBJECTS if one.name == "ours-sqlite")
    with ExitStack() as stack:
        big = stack.enter_context(_serving(path, cookies))
        few = stack.enter_context(rounds.one_ready(small))
        ratios = _ratios(big, few, options)
        loads = _loads(big, options.seconds, count=options.rounds)
        with closing(Visitor(big.process.port)) as asker:
            calm = Seen(loads, json.loads(asker.get("/longest")))
    return _told_ratios(ratios), calm


def _ratios(big: Ready, few: Ready, options: Options) -> dict[str, list[float]]:
    """The rate of each page of *big* as a fraction of that of *few*, in each round.

    One page right behind the other, the files in turn. What changes leave for later
    falls into the next page's time, which of three seconds is little.
    """
    ratios: dict[str, list[float]] = {operation: [] for operation in OPERATIONS}
    count, seconds = _ROUNDS * options.rounds, _TIMES * options.seconds
    for number in range(1, count + 1):
        say(f"round {number} of {count}")
        in_turn = (big, few) if number % 2 else (few, big)
        for ready in in_turn:
            rounds.let_all_come(ready)
        for operation, found in ratios.items():
            rates = {
                ready.subject.name: rounds.measure_page(
                    ready, operation, seconds=seconds
                )[0].rate
                for ready in in_turn
            }
            found.append(rates[big.subject.name] / rates[few.subject.name])
    return ratios


def _told_ratios(ratios: dict[str, list[float]]) -> str:
    rows = []
    for operation, found in ratios.items():
        ratio = statistics.median(found)
        row = (operation, f"{_GOAL_RATE:.2f}", f"{ratio:.3f}")
        rows.append((*row, verdict(ratio >= _GOAL_RATE)))
    return table(("of the rate with 1,000 records", "wanted", "is", "met"), rows)


def _sweep(path: Path, cookies: Path, options: Options) -> Seen:
    log, sizes = path.with_name(f"{path.name}-wal"), [0]
    loads: list[Load] = []
    bare: list[Load] = []
    with (
        _serving(path, cookies) as ready,
        closing(Visitor(ready.process.port)) as asker,
        ThreadPoolExecutor() as pool,
    ):
        asker.get("/longest")
        sweeping = pool.submit(_ask_for_sweep, ready.process.port)
        while not loads or not sweeping.done():
            loads += _loads(ready, options.seconds, count=1)
            sizes.append(log.stat().st_size)
            if len(loads) % _BARE_EVERY == 0:
                bare.append(rounds.measure(ready, "/", seconds=options.seconds)[0])
        longest = json.loads(asker.get("/longest"))
        bare_ms = max((load.longest_ms for load in bare), default=0.0)
        return Seen(loads, longest, sweeping.result(), max(sizes), bare_ms)


def _told(calm: Seen, swept: Seen) -> str:
    ratio = swept.p99_ms / calm.p99_ms
    calm_ms, wait_ms = calm.longest["commit_ms"], swept.longest["commit_ms"]
    rows = [
        (
            f"p99 of changes, against {calm.p99_ms:.1f} ms without a sweep",
            f"{_GOAL_P99:.1f} ×",
            f"{ratio:.2f} ×",
            verdict(ratio <= _GOAL_P99),
        ),
        (
            f"longest commit, against {calm_ms:.1f} ms without a sweep",
            f"{LATE_MS:.0f} ms",
            f"{wait_ms:.1f} ms",
            verdict(wait_ms <= LATE_MS),
        ),
        (
            f"longest call of the store, against {calm.longest['call_ms']:.1f} ms",
            "",
            f"{swept.longest['call_ms']:.1f} ms",
            "",
        ),
        (
            f"commits of more than {LATE_MS:.0f} ms",
            "",
            f"{swept.longest['late']:,.0f} of {swept.longest['commits']:,.0f}",
            "",
        ),
        (
            f"longest answer of the bare page, asked for every {_BARE_EVERY}th time",
            "",
            f"{swept.bare_ms:.1f} ms",
            "",
        ),
        ("largest write-ahead log", "", f"{swept.log_bytes / _MIB:.0f} MiB", ""),
    ]
    heads = (f"sweep of {swept.records:,} records", "at most", "is", "met")
    return table(heads, rows)


@contextmanager
def _serving(path: Path, cookies: Path) -> Iterator[Ready]:
    """The engine on *path*; no sweep begins by itself."""
    words = ("-m", "benchmarks.server", "swept-when-asked", f"sqlite:///{path}")
    subject = Subject(name="ours-big", title="", command=(sys.executable, *words))
    core = machine.server_core()
    with process.running(subject.command, core=core, folder=path.parent) as running:
        yield Ready(subject, running, cookies)


def _loads(ready: Ready, seconds: int, *, count: int) -> list[Load]:
    return [rounds.measure(ready, "/timed", seconds=seconds)[0] for _ in range(count)]


def _ask_for_sweep(port: int) -> int:
    with closing(Visitor(port, timeout_s=3_600)) as visitor:
        return int(visitor.get("/sweep"))
