"""All sessions of one store under one policy."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import NamedTuple, Self

from . import ids
from .cookie import VerifiedCookies
from .lifecycle import Lifecycle
from .policy import SessionPolicy
from .record import SessionRecord
from .socket_watch import Live, SocketWatch
from .stores import SessionStore
from .stores.hints import hints_of
from .stores.recalling import know_nothing, recall_of
from .sweep import Sweep
from .watching import End, Watcher


class Anybody:
    """Stands for every user, and for none."""


ANYBODY = Anybody()


def utc_now() -> datetime:
    """Return this instant, aware, in UTC."""
    return datetime.now(UTC)


class SessionInfo(NamedTuple):
    """What may be shown of a session to its user."""

    handle: str
    user: str | None
    started_at: datetime
    last_seen_at: datetime
    signed_in_at: datetime | None
    expires_at: datetime


class Sessions:
    """Opens the store, sweeps it, ends sessions from outside their own requests.

    Goes into the application's settings as ``sessions``. ``async with sessions:``
    opens the store and starts the sweep; at its end both are closed. *clock* returns
    an aware UTC `datetime`, so that tests own the time. *watcher* is told what happens.

    Every method raises StoreUnavailableError when the store does not answer in time.
    """

    def __init__(
        self,
        store: SessionStore,
        policy: SessionPolicy | None = None,
        *,
        clock: Callable[[], datetime] = utc_now,
        watcher: Watcher | None = None,
    ) -> None:
        if isinstance(store, str):
            raise TypeError(f"want a store, as open_store({store!r}) makes one")
        if not isinstance(policy, SessionPolicy | None):
            raise TypeError(f"want a SessionPolicy, got {policy!r}")
        self.store = store
        self.policy = policy or SessionPolicy()
        self.clock = clock
        self.cookies = VerifiedCookies()
        self._watcher = watcher or Watcher()
        self.lifecycle = Lifecycle(store, self.policy, clock, self._watcher)
        # Whether the store is asked for each record, so that it is as well asked early.
        self.asks_early = recall_of(store) is know_nothing
        self._sweep = Sweep(
            self._delete_expired,
            self.policy,
            is_ours=lambda: getattr(store, "sweeps", True),
            watcher=self._watcher,
        )
        self._watch = SocketWatch(
            self.lifecycle.sockets,
            self._find_live,
            clock=clock,
            hints=hints_of(store),
        )
        self._watching: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Open the store; raises StoreOpenError when it cannot be used as it is."""
        await self.store.__aenter__()
        self._sweep.start()
        self._watching = asyncio.create_task(self._watch.run())
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            await self._stop()
        finally:
            await self.store.__aexit__(exc_type, exc, traceback)

    async def ready(self) -> None:
        """Ask the store something; raises StoreUnavailableError if it cannot answer."""
        await self.lifecycle.find(ids.new_handle())

    async def of_user(self, user: str) -> list[SessionInfo]:
        """Return the live sessions of *user*, the most recently used first."""
        records = await self.lifecycle.of_user(user)
        records.sort(key=lambda record: record.last_seen_at, reverse=True)
        return [self._info(record) for record in records]

    async def revoke(self, handle: str, user: str | Anybody | None = ANYBODY) -> bool:
        """End the session of *handle*; False if there is none, or not of *user*.

        Not given, *user* may be anybody; None: only a session that nobody signed in to.
        """
        record = await self.lifecycle.find(handle)
        if record is None or user not in (ANYBODY, record.user):
            return False
        # Whose session it is must still be true when it ends.
        generation = None if user is ANYBODY else record.generation
        return await self.lifecycle.end(handle, End.REVOKED, generation=generation)

    async def revoke_user(self, user: str, keep: str | None = None) -> int:
        """End the sessions of *user*, all but *keep* (a handle); return how many."""
        records = await self.lifecycle.of_user(user)
        answer = self.store.delete_user(user, now=self.clock(), keep=keep)
        count = await self.lifecycle.call("delete_user", answer)
        self._watcher.ended(End.REVOKED, count)
        for record in records:
            if record.handle != keep:
                self.lifecycle.sockets.close(record.handle)
        return count

    async def revoke_all(self) -> int:
        """End every session; return how many there were."""
        answer = self.store.delete_all(now=self.clock())
        count = await self.lifecycle.call("delete_all", answer)
        self._watcher.ended(End.REVOKED, count)
        for handle in self.lifecycle.sockets.handles():
            self.lifecycle.sockets.close(handle)
        return count

    async def count(self) -> int:
        """Return how many live sessions there are."""
        answer = self.store.count(now=self.clock())
        return await self.lifecycle.call("count", answer)

    async def sweep(self) -> int:
        """Delete all that is expired, a batch at a time; return how many records."""
        return await self._sweep.run()

    async def _stop(self) -> None:
        await self._sweep.stop()
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait([self._watching])
        await self.lifecycle.aclose()

    async def _delete_expired(self) -> int:
        answer = self.store.delete_expired(
            now=self.clock(), limit=self.policy.sweep_batch
        )
        count = await self.lifecycle.call("delete_expired", answer)
        self._watcher.ended(End.SWEPT, count)
        return count

    async def _find_live(self, handles: Collection[str]) -> Mapping[str, Live]:
        found = await asyncio.gather(*map(self.lifecycle.find, handles))
        return {
            record.handle: Live(record.generation, self.policy.expires_at(record))
            for record in found
            if record
        }

    def _info(self, record: SessionRecord) -> SessionInfo:
        return SessionInfo(
            handle=record.handle,
            user=record.user,
            started_at=record.started_at,
            last_seen_at=record.last_seen_at,
            signed_in_at=record.signed_in_at,
            expires_at=self.policy.expires_at(record),
        )
