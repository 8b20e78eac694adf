"""Signals as bytes in a pipe, for a program without an event loop."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

STOPPING = (signal.SIGTERM, signal.SIGINT)
"""The signals that ask a program to stop."""


@contextmanager
def signals_in_a_pipe() -> Iterator[tuple[int, int]]:
    """Write the number of each stopping signal into a pipe; give its two ends.

    The first end is read: a byte for each signal that came.
    """
    with pipe() as ends, _handled(STOPPING):
        signal.set_wakeup_fd(ends[1])
        try:
            yield ends
        finally:
            signal.set_wakeup_fd(-1)


@contextmanager
def pipe() -> Iterator[tuple[int, int]]:
    """Open a pipe whose ends do not block; both are closed afterwards."""
    ends = os.pipe()
    try:
        for end in ends:
            os.set_blocking(end, False)
        yield ends
    finally:
        for end in ends:
            os.close(end)


@contextmanager
def held_back() -> Iterator[None]:
    """Let stopping signals wait; none of them is lost."""
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)


def forget_the_parents_signals() -> None:
    """In a new child: SIGTERM ends it, SIGINT does nothing, none is held back.

    A terminal sends SIGINT to every process; what it means is the parent's to say.
    """
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)


@contextmanager
def _handled(numbers: tuple[signal.Signals, ...]) -> Iterator[None]:
    earlier = {number: signal.signal(number, _do_nothing) for number in numbers}
    try:
        yield
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


def _do_nothing(_number: int, _frame: object) -> None:
    """Without a handler there would be no byte either."""
