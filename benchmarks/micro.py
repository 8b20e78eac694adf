"""``python -m benchmarks.micro``: counts that guard the hot path, and a profile of it.

Without options it prints the counts beside those of ``baseline.json``.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path

from . import counting, held, microseconds
from .tables import number, table

BASELINE = Path(__file__).parent / "baseline.json"
TOLERANCE = 0.03
RENEW = "python -m benchmarks.micro --renew"


def version() -> str:
    """The key of this Python in the baseline: each minor version calls differently."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def baseline(file: Path = BASELINE) -> dict[str, dict[str, int]]:
    """The counts that were checked in, by version of Python."""
    found: dict[str, dict[str, int]] = json.loads(file.read_text(encoding="utf-8"))
    return found


def counts() -> dict[str, int]:
    """The counts of the code as it is."""
    with tempfile.TemporaryDirectory() as folder:
        calls = asyncio.run(counting.count(Path(folder)))
        objects = asyncio.run(held.count(Path(folder)))
    return calls | objects


def risen(now: dict[str, int], before: dict[str, int]) -> dict[str, tuple[int, int]]:
    """What is more than a little above *before*: the old count with the new one."""
    return {
        name: (before[name], counted)
        for name, counted in now.items()
        if name in before and counted > before[name] * (1 + TOLERANCE)
    }


def renew(file: Path = BASELINE) -> None:
    """Write the counts of this Python into *file*; other versions stay."""
    known = baseline(file) if file.exists() else {}
    known[version()] = counts()
    text = json.dumps(known, indent=2, sort_keys=True)
    file.write_text(f"{text}\n", encoding="utf-8")


def told() -> str:
    """The counts as a table."""
    before = baseline().get(version(), {})
    rows = [
        (name, number(before.get(name), "d"), str(counted))
        for name, counted in counts().items()
    ]
    return table(("", "baseline", "now"), rows)


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description="Counts and profiles one request.")
    parser.add_argument("--renew", action="store_true", help=f"write {BASELINE.name}")
    parser.add_argument(
        "--profile", action="store_true", help="where a request's microseconds go"
    )
    given = parser.parse_args()
    if given.renew:
        renew()
    print(microseconds.profile() if given.profile else told())


if __name__ == "__main__":
    main()
