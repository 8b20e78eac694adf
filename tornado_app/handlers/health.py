"""Owns the answers for machines that watch the process."""

from tornado_app.handlers.plain import PlainHandler
from tornado_app.sessions import StoreUnavailableError


class HealthHandler(PlainHandler):
    """Says that the process is alive."""

    def get(self) -> None:
        self.set_header("Cache-Control", "no-store")
        self.finish({"status": "ok"})


class ReadyHandler(PlainHandler):
    """Says whether requests should come here.

    503 while stopping, without the sessions' store or without the accounts' database.
    """

    async def get(self) -> None:
        self.set_header("Cache-Control", "no-store")
        status = await self._status()
        if status != "ready":
            self.set_status(503)
            self.set_header("Retry-After", "5")
        self.finish({"status": status})

    async def _status(self) -> str:
        if self.settings["draining"]:
            return "draining"
        try:
            await self.settings["sessions"].ready()
        except StoreUnavailableError:
            return "store unavailable"
        try:
            await self.settings["accounts"].ready()
        except StoreUnavailableError:
            return "database unavailable"
        return "ready"
