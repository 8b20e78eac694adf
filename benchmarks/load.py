"""wrk as the visitors: 32 keep-alive connections from a core of their own."""

import json
import math
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import machine

CONNECTIONS = 32
_SCRIPT = Path(__file__).parent / "visit.lua"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What wrk saw in one measurement."""

    requests: int
    seconds: float
    errors: int
    p50_ms: float
    p99_ms: float
    longest_ms: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds


def visit(
    port: int,
    path: str,
    *,
    seconds: int,
    cookies: Path | None = None,
    connections: int = CONNECTIONS,
) -> Load:
    """Ask for *path* as fast as it is answered, with the *cookies* in turn."""
    words = [str(cookies)] if cookies else []
    seen = _wrk(port, path, words, seconds=seconds, connections=connections)
    del seen["rates"]
    return Load(**seen)


def fraction(
    port: int, path: str, base: str, *, seconds: int, cookies: Path, as_stranger: bool
) -> float:
    """The rate of *path* as a fraction of that of *base*, asked for in turn.

    Each for a third of a second, of which the last 0.22 count: what is answered first
    is to what was asked before. No number if an answer was an error. *as_stranger*:
    only *base* is asked for with the *cookies*.
    """
    words = ["" if as_stranger else str(cookies), base, str(cookies)]
    seen = _wrk(port, path, words, seconds=seconds, connections=CONNECTIONS)
    rate, base_rate = seen["rates"]
    return math.nan if seen["errors"] or not base_rate else float(rate / base_rate)


def _wrk(
    port: int, path: str, words: list[str], *, seconds: int, connections: int
) -> dict[str, Any]:
    output = subprocess.run(
        [
            *("taskset", "--cpu-list", str(machine.load_core())),
            *("wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(_SCRIPT)),
            f"http://127.0.0.1:{port}{path}",
            *(["--", *words] if words else []),
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    seen: dict[str, Any] = json.loads(output.splitlines()[-1])
    return seen
