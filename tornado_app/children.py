"""A forked process, as its parent knows it."""

import os
import signal
import sys
import traceback
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import NoReturn

from tornado_app.errors import ChildError, StartError
from tornado_app.wakeups import forget_the_parents_signals, held_back

_ACCEPTS = b"+"
_LONGEST_REPORT_BYTES = 4096  # a pipe takes no more in one piece (Linux PIPE_BUF)


@dataclass(frozen=True, slots=True)
class Parent:
    """The parent, as its child knows it."""

    leash: int
    """A descriptor that is at its end once the parent is gone."""
    _report: int

    def hear_that_requests_are_accepted(self) -> None:
        """Tell the parent that the child has come up."""
        os.write(self._report, _ACCEPTS)

    def hear_of(self, exc: StartError) -> None:
        """Tell the parent what kept the child from coming up."""
        text = f"{exc.exit_code} {exc}".encode()
        os.write(self._report, text[:_LONGEST_REPORT_BYTES])


@dataclass(slots=True, eq=False)
class Child:
    """A process that lives until it is reaped."""

    pid: int
    report: int
    """The descriptor that it reports to; at its end when the child is."""
    accepts: bool = False
    """Whether it takes requests."""
    problem: ChildError | None = None
    """What kept it from coming up, if it said so."""

    def hear(self) -> bool:
        """Take in what it reported; False once it has ended."""
        report = os.read(self.report, _LONGEST_REPORT_BYTES)
        if report == _ACCEPTS:
            self.accepts = True
        elif report:
            code, _, problem = report.decode(errors="replace").partition(" ")
            self.problem = ChildError(problem, int(code))
        return bool(report)

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def reap(self) -> str:
        """Wait for its end; return how it came, e.g. ``"exit code 1"``."""
        os.close(self.report)
        _, status = os.waitpid(self.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def fork(
    work: Callable[[Parent], None], *, leash: int, not_inherited: Collection[int]
) -> Child:
    """Start a process that does *work* and ends with it; return it to its parent.

    The child holds *leash*; descriptors *not_inherited* are closed in it. Neither
    thread nor event loop may run in the parent. Raises `ChildError` if the system
    grants no process.
    """
    reading, writing = os.pipe()
    sys.stdout.flush()  # or the child would have the same text to write
    try:
        with held_back():  # a signal to the parent must not be handled in the child
            pid = os.fork()
            if pid == 0:
                _live(work, Parent(leash, writing), {*not_inherited, reading})
    except OSError as exc:
        os.close(reading)
        raise ChildError(f"cannot start a process: {exc.strerror}", 1) from exc
    finally:
        os.close(writing)
    return Child(pid, reading)


def _live(
    work: Callable[[Parent], None], parent: Parent, not_inherited: Collection[int]
) -> NoReturn:
    code = 1
    try:
        forget_the_parents_signals()
        for descriptor in not_inherited:
            os.close(descriptor)
        work(parent)
        code = 0
    except StartError as exc:
        parent.hear_of(exc)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)  # what the parent has still to do at its end is not the child's
