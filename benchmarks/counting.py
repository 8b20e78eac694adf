"""How many calls a request makes: the same number on every machine."""

import gc
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from tornado.web import Application

from tornado_app.sessions import parsing

from .in_process import (
    STORES,
    answered,
    application_on,
    cookie_of_new_session,
    new_request,
)
from .subjects import OPERATIONS

_TRIES = 8
# Loops and threads take turns as time will have it; their calls are not ours to count.
_HERE = f"{Path(__file__).parent.as_posix()}/"
_UNCOUNTED = ("/asyncio/", "/selectors.py", "/threading.py", _HERE)
_UNCOUNTED_IN_THREADS = (*_UNCOUNTED, "/aiosqlite/")


class Counter:
    """Counts calls of Python and C functions, in threads that start meanwhile too."""

    def __init__(self) -> None:
        self.calls = 0
        self._counts = False
        self._known: dict[tuple[bool, str], bool] = {}

    @contextmanager
    def watching(self) -> Iterator[None]:
        """See the calls of this thread and of those that are started inside."""
        threading.setprofile(self._note_in_thread)
        sys.setprofile(self._note)
        try:
            yield
        finally:
            sys.setprofile(None)
            threading.setprofile(None)

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Count from 0 what is called inside."""
        gc.disable()  # it calls back when it likes
        self.calls, self._counts = 0, True
        try:
            yield
        finally:
            self._counts = False
            gc.enable()

    def _note(self, frame: FrameType, event: str, _: Any) -> None:
        if self._counts and event in ("call", "c_call"):
            self.calls += self._is_counted(False, frame.f_code.co_filename)

    def _note_in_thread(self, frame: FrameType, event: str, _: Any) -> None:
        if self._counts and event in ("call", "c_call"):
            self.calls += self._is_counted(True, frame.f_code.co_filename)

    def _is_counted(self, in_thread: bool, file: str) -> bool:
        known = self._known.get((in_thread, file))
        if known is None:
            parts = _UNCOUNTED_IN_THREADS if in_thread else _UNCOUNTED
            known = not any(part in Path(file).as_posix() for part in parts)
            self._known[in_thread, file] = known
        return known


async def count(folder: Path) -> dict[str, int]:
    """For each store and page: the calls on top of those of a bare handler."""
    counts: dict[str, int] = {}
    for store in STORES:
        parsing._known.clear()  # what was counted before would make it cheaper
        counter = Counter()
        with counter.watching():
            async with application_on(store, folder) as application:
                cookie = await cookie_of_new_session(application)
                bare = await _fewest(counter, application, "/", cookie)
                for operation in OPERATIONS:
                    sent = "" if operation == "creates" else cookie
                    calls = await _fewest(counter, application, f"/{operation}", sent)
                    counts[f"{store} {operation}"] = calls - bare
    return counts


async def _fewest(
    counter: Counter, application: Application, path: str, cookie: str
) -> int:
    """The least of some tries: now and then a clock ticks in between."""
    found = []
    for _ in range(_TRIES):
        request = new_request(path, cookie)
        with counter.counting():
            await answered(application, request)
        found.append(counter.calls)
    return min(found)
