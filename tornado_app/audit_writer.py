"""Writing the audit log beside the event loop: a slow disk keeps no request waiting."""

import asyncio
import logging
import queue
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from tornado_app.audit import Audit
from tornado_app.audit_events import Event
from tornado_app.audit_file import Target, open_target
from tornado_app.settings import Settings

MOST_WAITING = 10_000  # a few MB; the disk is then some seconds behind
_LONGEST_GOODBYE_S = 2.0

log = logging.getLogger(__name__)


class Losses:
    """How many lines were lost since the last one that was written."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0

    def add(self, count: int = 1) -> bool:
        """Count lost lines; tell whether they are the first."""
        with self._lock:
            self._count += count
            return self._count == count

    def take(self) -> int:
        """Return how many there are, and start anew."""
        with self._lock:
            count, self._count = self._count, 0
            return count


class AuditWriter:
    """Appends lines to *target* in a thread of its own.

    What cannot be written is lost and counted: it must not fail a request. It is
    logged once, and *gap* makes the line that says so in the audit log itself.
    """

    def __init__(self, target: Target, gap: Callable[[int], str]) -> None:
        self._target = target
        self._gap = gap
        self._losses = Losses()
        self._lines: queue.Queue[str | None] = queue.Queue(MOST_WAITING)
        self._thread = threading.Thread(target=self._run, name="audit log", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def write(self, line: str) -> None:
        """Have *line* written soon; never waits, never raises."""
        try:
            self._lines.put_nowait(line)
        except queue.Full:
            self._lose(1, "the disk is too slow")

    def close(self) -> None:
        """Write what waits, then close; a disk that hangs is not waited for long."""
        try:
            self._lines.put(None, timeout=_LONGEST_GOODBYE_S)
        except queue.Full:
            return
        self._thread.join(_LONGEST_GOODBYE_S)

    def _run(self) -> None:
        while (line := self._lines.get()) is not None:
            self._append(line)
        self._target.close()

    def _append(self, line: str) -> None:
        lost = self._losses.take()
        try:
            self._target.append(self._gap(lost) + line if lost else line)
        except OSError as exc:
            self._losses.add(lost)
            self._lose(1, str(exc))
            return
        if lost:
            text = "The audit log %s can be written again; %d lines were lost"
            log.warning(text, self._target.name, lost)

    def _lose(self, count: int, why: str) -> None:
        if self._losses.add(count):
            text = "The audit log %s cannot be written, its lines are lost: %s"
            log.error(text, self._target.name, why)


@asynccontextmanager
async def open_audit(
    settings: Settings, key: str, *, clock: Callable[[], datetime]
) -> AsyncIterator[Audit]:
    """The audit log that the *settings* ask for, from the first line to the last.

    Raises StartError when it cannot be written.
    """
    full = settings.audit_addresses == "full"
    target = open_target(settings.audit_log)
    if target is None:
        yield Audit(None, clock=clock, key=key)
        return

    def gap(count: int) -> str:
        return audit.line(Event.SYS_MONITOR_ENABLED, "", "audit_log", lost=count)

    writer = AuditWriter(target, gap)
    audit = Audit(writer.write, clock=clock, key=key, full_addresses=full)
    writer.start()
    audit.note(Event.SYS_STARTUP)
    try:
        yield audit
    finally:
        audit.note(Event.SYS_SHUTDOWN)
        await asyncio.to_thread(writer.close)
