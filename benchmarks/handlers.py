"""The same small page in Tornado, with ever more of a session."""

import time
from typing import Any

from tornado.web import RequestHandler

from tornado_app.sessions import SessionMixin
from tornado_app.sessions.watching import Watcher

from .visitor import GREETING, NAME, new_data


class Bare(RequestHandler):
    """What everything is compared with."""

    def get(self) -> None:
        self.write(GREETING)


class FillSigned(RequestHandler):
    """Gives out a signed cookie."""

    def get(self) -> None:
        self.set_signed_cookie("session", "x" * 60)
        self.write(GREETING)


class Signed(RequestHandler):
    """Verifies a signed cookie and knows nothing else."""

    def get(self) -> None:
        if self.get_signed_cookie("session") is None:
            self.send_error(403)
            return
        self.write(GREETING)


class Fill(SessionMixin):
    """Stores all of a visitor."""

    def get(self) -> None:
        for key, value in new_data().items():
            self.session[key] = value
        self.write(GREETING)


class Reads(SessionMixin):
    """Reads a session, which stays as it is."""

    def get(self) -> None:
        self.write(f"Hello, {self.session['name']}")


class Changes(SessionMixin):
    """Changes a session before each answer."""

    def get(self) -> None:
        self.session["visits"] += 1
        self.write(f"Hello, {self.session['name']}, visit {self.session['visits']}")


class Creates(SessionMixin):
    """Creates a session before each answer."""

    def get(self) -> None:
        self.session["name"] = NAME
        self.write(f"Hello, {self.session['name']}")


LATE_MS = 20.0
"""No change should wait so long for its commit."""


class Waits(Watcher):
    """How long changes waited since `taken` was called last."""

    def __init__(self) -> None:
        self._commit_s = self._call_s = 0.0
        self._commits = self._late = 0

    def called(
        self, operation: str, *, duration_s: float, size: int | None, failed: bool
    ) -> None:
        if operation == "apply":
            self._call_s = max(self._call_s, duration_s)

    def waited(self, commit_s: float) -> None:
        """A change waited so long for its commit."""
        self._commit_s = max(self._commit_s, commit_s)
        self._commits += 1
        self._late += commit_s * 1_000 > LATE_MS

    def taken(self) -> dict[str, float]:
        """Return the longest commit, the longest call of the store, and two counts."""
        taken = {
            "commit_ms": self._commit_s * 1_000,
            "call_ms": self._call_s * 1_000,
            "commits": self._commits,
            "late": self._late,
        }
        self._commit_s = self._call_s = 0.0
        self._commits = self._late = 0
        return taken


class Timed(Changes):
    """Changes a session; notes how long its commit took, the last byte included."""

    def finish(self, chunk: Any = None) -> Any:
        started_s = time.perf_counter()
        done = super().finish(chunk)
        waits: Waits = self.settings["waits"]
        done.add_done_callback(lambda _: waits.waited(time.perf_counter() - started_s))
        return done


class Longest(RequestHandler):
    """Tells how long changes waited since it was asked last."""

    def get(self) -> None:
        self.write(self.settings["waits"].taken())


class Sweep(RequestHandler):
    """Sweeps all that is expired; answers how many records that were."""

    async def get(self) -> None:
        self.write(str(await self.settings["sessions"].sweep()))
