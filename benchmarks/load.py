"""wrk as the visitors: 32 keep-alive connections from a core of their own."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

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
    output = subprocess.run(
        [
            *("taskset", "--cpu-list", str(machine.load_core())),
            *("wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(_SCRIPT)),
            f"http://127.0.0.1:{port}{path}",
            *([] if cookies is None else ["--", str(cookies)]),
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return Load(**json.loads(output.splitlines()[-1]))
