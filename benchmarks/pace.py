"""How fast the server's core is just now.

Who else works on the same physical core, on a shared machine often somebody unknown,
takes a third of its speed for seconds at a time. Latencies, and the rates of different
servers, are compared where both were measured at the same pace.
"""

import math
import os
import time

_STEPS = 20_000
_TIMES = 3
# Chance makes it 3 %, a neighbour 50.
_MOST_APART = 0.08


def pace_us(core: int) -> float:
    """Microseconds that a fixed piece of Python takes on *core*, at best of a few."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        return min(_work_us() for _ in range(_TIMES))
    finally:
        os.sched_setaffinity(0, allowed)


def is_same(one_us: float, other_us: float) -> bool:
    """Whether two paces are the same but for chance."""
    return apart(one_us, other_us) <= _MOST_APART


def apart(one_us: float, other_us: float) -> float:
    """By what fraction of the quicker one two paces differ; infinite for no pace."""
    difference = abs(one_us - other_us) / min(one_us, other_us)
    return math.inf if math.isnan(difference) else difference


def _work_us() -> float:
    started_ns, total = time.perf_counter_ns(), 0
    for step in range(_STEPS):
        total += step * step % 7
    return (time.perf_counter_ns() - started_ns) / 1_000
