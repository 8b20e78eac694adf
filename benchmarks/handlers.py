"""The same small page in Tornado, with ever more of a session."""

import time
from typing import Any

from tornado.web import RequestHandler

from tornado_app.sessions import SessionMixin

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


class Timed(Changes):
    """Changes a session; notes how long its commit took, the last byte included."""

    def finish(self, chunk: Any = None) -> Any:
        started_s = time.perf_counter()
        done = super().finish(chunk)
        done.add_done_callback(lambda _: self._note(time.perf_counter() - started_s))
        return done

    def _note(self, wait_s: float) -> None:
        settings = self.application.settings
        settings["longest_wait_s"] = max(wait_s, settings.get("longest_wait_s", 0.0))


class Longest(RequestHandler):
    """Tells the longest wait since it was asked last, in milliseconds."""

    def get(self) -> None:
        wait_s = self.application.settings.pop("longest_wait_s", 0.0)
        self.write(str(wait_s * 1_000))


class Sweep(RequestHandler):
    """Sweeps all that is expired; answers how many records that were."""

    async def get(self) -> None:
        self.write(str(await self.settings["sessions"].sweep()))
