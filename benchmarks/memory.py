"""The memory of 1,000 visitors at once, and of many requests one after the other."""

from contextlib import ExitStack

from tools.environment import say

from .goals import verdict
from .load import visit
from .options import Options
from .rounds import Ready, one_ready
from .subjects import OPERATIONS, SUBJECTS, tornado
from .tables import table
from .visitors import SESSIONS

_MIB = 1_048_576
_GOAL_MIB = 30.0
_FLAT_MIB = 2.0
_SETTLED = 0.1


def measure(options: Options) -> str:
    """Compare with the bare server, then go on for ``options.memory`` requests."""
    (ours,) = (one for one in SUBJECTS if one.name == "ours-sqlite")
    with ExitStack() as stack:
        bare = stack.enter_context(one_ready(tornado()))
        busy = stack.enter_context(one_ready(ours))
        over = _crowded_mib(busy, "/changes", options) - _crowded_mib(
            bare, "/", options
        )
        growth = _growth_mib(busy, options)
    requests = f"growth from {options.memory * _SETTLED:,.0f} to {options.memory:,}"
    rows = [
        _row(f"{SESSIONS:,} visitors at once, over bare Tornado", over, _GOAL_MIB),
        _row(f"{requests} requests", growth, _FLAT_MIB),
    ]
    return table(("memory", "at most", "is", "met"), rows)


def _crowded_mib(ready: Ready, path: str, options: Options) -> float:
    """The memory of the server after it was asked by all at once."""
    visit(
        ready.process.port,
        path,
        seconds=options.seconds,
        cookies=ready.cookies,
        connections=SESSIONS,
    )
    return ready.process.memory_bytes() / _MIB


def _growth_mib(ready: Ready, options: Options) -> float:
    """How much memory the requests left behind, once a tenth of them were over."""
    settled_mib, count = 0.0, 0
    while count < options.memory:
        for operation in OPERATIONS:
            cookies = None if operation == "creates" else ready.cookies
            path, port = f"/{operation}", ready.process.port
            load = visit(port, path, seconds=options.seconds, cookies=cookies)
            count += load.requests
        now_mib = ready.process.memory_bytes() / _MIB
        say(f"{count:,} requests: {now_mib:.1f} MiB")
        if not settled_mib and count >= options.memory * _SETTLED:
            settled_mib = now_mib
    return now_mib - settled_mib


def _row(what: str, is_mib: float, most_mib: float) -> tuple[str, ...]:
    met = verdict(is_mib <= most_mib)
    return what, f"{most_mib:.0f} MiB", f"{is_mib:.1f} MiB", met
