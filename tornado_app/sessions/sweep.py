"""The periodic sweep of expired records."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from tornado.ioloop import PeriodicCallback

from .errors import SessionError
from .policy import SessionPolicy
from .watching import Watcher

_log = logging.getLogger(__name__)
_SHORTEST_PAUSE_S = 0.002
_JITTER = 0.1


class Sweep:
    """Deletes expired records, a batch at a time, at every turn of the policy's clock.

    *delete_batch* deletes at most ``sweep_batch`` records and returns how many went.
    *is_ours* tells whether this process is the one that sweeps.
    """

    def __init__(
        self,
        delete_batch: Callable[[], Awaitable[int]],
        policy: SessionPolicy,
        *,
        is_ours: Callable[[], bool] = lambda: True,
        watcher: Watcher | None = None,
    ) -> None:
        self._delete_batch = delete_batch
        self._is_ours = is_ours
        self._watcher = watcher or Watcher()
        self._batch = policy.sweep_batch
        # Several processes begin together; the jitter keeps their sweeps apart.
        self._clock = PeriodicCallback(self._turn, policy.sweep_interval, _JITTER)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to sweep on the running IOLoop."""
        self._clock.start()

    async def stop(self) -> None:
        """End the sweep that may be under way; none comes after it."""
        self._clock.stop()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def run(self) -> int:
        """Delete all that is expired; return how many records went."""
        loop = asyncio.get_running_loop()
        total = 0
        while True:
            started_s = loop.time()
            count = await self._delete_batch()
            total += count
            if count < self._batch:
                self._watcher.swept()
                return total
            # Commits come through in between, and a store that has waited for those of
            # one moment (SQLite) is asked again in time for those of the next.
            await asyncio.sleep(max((loop.time() - started_s) / 2, _SHORTEST_PAUSE_S))

    async def _turn(self) -> None:
        if not self._is_ours():
            return
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._sweep())
        await asyncio.wait([self._task])

    async def _sweep(self) -> None:
        try:
            count = await self.run()
        except SessionError as exc:
            _log.warning("The sweep failed and will be tried again: %s", exc)
        except Exception:
            _log.exception("The sweep failed and will be tried again")
        else:
            if count:
                _log.info("Swept %d expired sessions.", count)
