"""Several processes that serve one port together."""

import asyncio
import logging
import os
import selectors
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

from tornado_app.children import Child, Parent, fork
from tornado_app.entrance import Entrance
from tornado_app.errors import ChildError
from tornado_app.metrics import counted_together, forget_process
from tornado_app.places import Place
from tornado_app.serving import serve
from tornado_app.settings import Settings
from tornado_app.wakeups import pipe, signals_in_a_pipe

log = logging.getLogger(__name__)


def serve_together(settings: Settings, entrance: Entrance) -> None:
    """Run as many processes as the settings say until a signal says stop.

    Raises `ChildError` when one of them does not come up at the start, with all of
    them ended.
    """

    def work(parent: Parent) -> None:
        accepts = parent.hear_that_requests_are_accepted
        asyncio.run(serve(settings, entrance, accepts=accepts, leash=parent.leash))

    with counted_together():
        Processes(
            settings.processes, work, all_accept=entrance.announce, stop=entrance.close
        ).run()


class Processes:
    """Keeps *count* children alive that do *work* each.

    *all_accept* is called once, when all of them have come up, *stop* when no more are
    to be started. It runs no event loop, for a child must not inherit one.
    """

    def __init__(
        self,
        count: int,
        work: Callable[[Parent], None],
        *,
        all_accept: Callable[[], None],
        stop: Callable[[], None],
    ) -> None:
        self._places = [Place() for _ in range(count)]
        self._work = work
        self._all_accept = all_accept
        self._close = stop
        self._have_come_up = self._stopping = False
        self._failure: ChildError | None = None

    def run(self) -> None:
        """Return when a signal came and all have ended; raises `ChildError`."""
        with self._prepared():
            while self._children or not self._stopping:
                self._start_those_due()
                for key, _events in self._selector.select(self._pause_s()):
                    if key.data is None:
                        self._obey(os.read(key.fd, 64))
                    else:
                        self._hear(*key.data)
        if self._failure is not None:
            raise self._failure

    @property
    def _children(self) -> list[Child]:
        return [place.child for place in self._places if place.child is not None]

    @contextmanager
    def _prepared(self) -> Iterator[None]:
        with (
            signals_in_a_pipe() as signals,
            pipe() as self._leash,
            selectors.DefaultSelector() as self._selector,
        ):
            self._own = {*signals, self._leash[1]}
            self._selector.register(signals[0], selectors.EVENT_READ)
            yield

    def _start_those_due(self) -> None:
        now_s = time.monotonic()
        for place in self._places:
            if place.is_due(now_s=now_s) and not self._stopping:
                self._start(place)

    def _start(self, place: Place) -> None:
        reports = {child.report for child in self._children}
        not_inherited = self._own | reports
        try:
            child = fork(self._work, leash=self._leash[0], not_inherited=not_inherited)
        except ChildError as exc:
            self._lose(place, exc)
            return
        place.bear(child, now_s=time.monotonic())
        self._selector.register(child.report, selectors.EVENT_READ, (place, child))

    def _pause_s(self) -> float | None:
        """How long nothing is to be done unless something happens; None: for ever."""
        due = [place.due_at_s for place in self._places if place.child is None]
        if not due or self._stopping:
            return None
        return max(0.0, min(due) - time.monotonic())

    def _obey(self, numbers: bytes) -> None:
        for number in numbers:
            if number == signal.SIGINT and self._stopping:
                self._end_at_once()
            self._stop()

    def _stop(self) -> None:
        if self._stopping:
            return
        self._stopping = True
        self._close()  # or new visitors would wait here for an answer
        for child in self._children:
            child.send(signal.SIGTERM)

    def _end_at_once(self) -> NoReturn:
        for child in self._children:
            child.send(signal.SIGKILL)
            child.reap()
        raise SystemExit(128 + signal.SIGINT)

    def _hear(self, place: Place, child: Child) -> None:
        if not child.hear():
            self._selector.unregister(child.report)
            how = child.reap()
            forget_process(child.pid)
            end = ChildError(f"process {child.pid} ended ({how})", 1)
            self._lose(place, child.problem or end)
        elif not self._have_come_up and all(each.accepts for each in self._places):
            self._have_come_up = True
            self._all_accept()

    def _lose(self, place: Place, problem: ChildError) -> None:
        pause_s = place.lose(now_s=time.monotonic())
        if self._stopping:
            return
        if self._is_in_vain(place):
            self._failure = problem
            self._stop()
            return
        log.error("%s; another is started in %.1f s", problem, pause_s)

    def _is_in_vain(self, place: Place) -> bool:
        """Nobody serves: not yet, or not any more for long."""
        if not self._have_come_up:
            return True
        return place.is_hopeless and not any(each.accepts for each in self._places)
