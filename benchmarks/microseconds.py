"""Where a request's microseconds go: each step alone, many times over."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

from . import in_process
from .load import CONNECTIONS
from .steps import Steps, nothing, together
from .tables import table

_ROUNDS = 60
_STEPS = {
    "parse": "find the cookie in the raw header",
    "verify": "check its signature and form, at a visitor's first request",
    "recognise": "the same for a cookie that was verified lately",
    "load": "ask the store, together with others; check digest and clocks",
    "decode": "JSON text to values, at the first look",
    "encode": "find what changed; values to JSON text",
    "commit": "make it durable, together with others",
    "handler": "all that Tornado does for a bare handler, without the network",
}


class Cost(NamedTuple):
    """The cost of one step of one request."""

    cpu_us: float
    wall_us: float


def profile() -> str:
    """Measure every step on each store; return a table."""
    with tempfile.TemporaryDirectory() as folder:
        costs = {
            store: asyncio.run(_profile(store, Path(folder)))
            for store in in_process.STORES
        }
    heads = ["", *(f"{store}, CPU µs (elapsed)" for store in costs)]
    rows = [
        [f"{step}: {meaning}", *(_told(found[step]) for found in costs.values())]
        for step, meaning in _STEPS.items()
    ]
    sums = [_told(_sum(found)) for found in costs.values()]
    return table(heads, [*rows, ["all but verify, for a change", *sums]])


async def _profile(store: str, folder: Path) -> dict[str, Cost]:
    async with in_process.application_on(store, folder) as application:
        cookies = [
            await in_process.cookie_of_new_session(application)
            for _ in range(CONNECTIONS)
        ]
        return await _costs(Steps(application, cookies))


async def _costs(steps: Steps) -> dict[str, Cost]:
    """Measure each step; what only the measuring costs is taken off."""
    idle = await _cost(lambda: together(nothing() for _ in range(CONNECTIONS)))
    parse = await _cost(steps.parse)
    return {
        "parse": parse,
        "verify": _less(await _cost(steps.verify), parse),
        "recognise": _less(await _cost(steps.recognise), parse),
        "load": _less(await _cost(steps.load), idle),
        "decode": await _cost(steps.decode, before=steps.load),
        "encode": await _cost(steps.encode, before=steps.load),
        "commit": _less(await _cost(steps.commit, before=steps.change), idle),
        "handler": _less(await _cost(steps.handle), idle),
    }


async def _cost(
    step: Callable[[], Awaitable[object]],
    *,
    before: Callable[[], Awaitable[object]] | None = None,
) -> Cost:
    """The median cost of *step* for one visitor; *before* is not measured."""
    costs = []
    for _ in range(_ROUNDS):
        if before is not None:
            await before()
        cpu_ns, wall_ns = time.process_time_ns(), time.perf_counter_ns()
        await step()
        cpu_ns = time.process_time_ns() - cpu_ns
        wall_ns = time.perf_counter_ns() - wall_ns
        costs.append((cpu_ns, wall_ns))
    cpu_us, wall_us = (
        statistics.median(each) / CONNECTIONS / 1_000
        for each in zip(*costs, strict=True)
    )
    return Cost(cpu_us, wall_us)


def _less(cost: Cost, off: Cost) -> Cost:
    return Cost(cost.cpu_us - off.cpu_us, cost.wall_us - off.wall_us)


def _sum(costs: dict[str, Cost]) -> Cost:
    found = [cost for step, cost in costs.items() if step != "verify"]
    cpu_us, wall_us = (sum(each) for each in zip(*found, strict=True))
    return Cost(cpu_us, wall_us)


def _told(cost: Cost) -> str:
    return f"{cost.cpu_us:.1f} ({cost.wall_us:.1f})"
