"""What ``python -m benchmarks`` can be told."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.environment import ROOT

_PEERS_EVERY = 3
_MORE = ("scale", "memory", "start", "greeting", "pages", "processes")
CHART = ROOT / "docs" / "images" / "benchmark.svg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is measured, and how long."""

    rounds: int
    peers_every: int
    """Other frameworks take part in the first of so many rounds only."""
    seconds: int
    only: list[str]
    stores: list[str]
    uvloop: bool
    warm_up: bool
    """Whether each page is visited once before anything counts."""
    chart: Path | None
    scale: int
    memory: int
    start: bool
    greeting: bool
    pages: bool
    processes: bool

    @property
    def peer_rounds(self) -> range:
        """The rounds that other frameworks take part in."""
        return range(1, self.rounds + 1, self.peers_every)

    @property
    def asks_for_more(self) -> bool:
        """Whether something else than the comparison is asked for."""
        return any(getattr(self, name) for name in _MORE)


def parse(arguments: Sequence[str]) -> Options:
    """Read the command line; what is wrong ends the process with its usage."""
    given = vars(_parser().parse_args(arguments))
    is_quick, chart = given.pop("quick"), given.pop("chart")
    if is_quick:
        given |= {"rounds": 1, "seconds": 1}
    parts = ("only", "stores", "uvloop", *_MORE)
    is_whole = not (is_quick or any(given[name] for name in parts))
    if chart is None and is_whole:
        chart = CHART
    return Options(
        **given,
        chart=chart,
        warm_up=not is_quick,
        peers_every=_PEERS_EVERY if is_whole else 1,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measures sessions against bare Tornado and other frameworks.",
        epilog="With one of --scale and those after it, only that.",
    )
    add = parser.add_argument
    add("--rounds", type=_count, default=8, help="rounds; medians are taken (8)")
    add("--seconds", type=_count, default=1, help="seconds for each figure (1)")
    add("--quick", action="store_true", help="one round of one second: does it work?")
    add(
        "--only",
        metavar="PATTERN",
        action="append",
        default=[],
        help="only these, such as 'ours-*'; may be given more than once",
    )
    add(
        "--stores",
        metavar="NAME,...",
        type=_names,
        default=[],
        help="only bare Tornado and this project on these, such as sqlite,redis",
    )
    add("--uvloop", action="store_true", help="the Tornado servers run on uvloop")
    add("--chart", type=Path, metavar="FILE", help=f"({CHART.relative_to(ROOT)})")
    add(
        "--scale",
        metavar="ROWS",
        type=_count,
        nargs="?",
        const=10_000_000,
        default=0,
        help="this many records in one file (10,000,000), then a sweep of a tenth",
    )
    add(
        "--memory",
        metavar="REQUESTS",
        type=_count,
        nargs="?",
        const=10_000_000,
        default=0,
        help="memory of 1,000 visitors, and after so many requests (10,000,000)",
    )
    add("--start", action="store_true", help="from start-up to the first page")
    add("--greeting", action="store_true", help="the site's own greeting page")
    add("--pages", action="store_true", help="the pages on a slow phone, in a browser")
    add(
        "--processes",
        action="store_true",
        help="reads of one process on a SQLite file, and of one for each core",
    )
    return parser


def _count(text: str) -> int:
    number = int(text.replace("_", "").replace(",", ""))
    if number < 1:
        raise argparse.ArgumentTypeError(f"want at least 1, got {text}")
    return number


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]
