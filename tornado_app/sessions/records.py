"""What the engine asks of its store: in batches, within a deadline, watched."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar

from .batching import Batcher
from .errors import StoreUnavailableError
from .policy import SessionPolicy
from .record import Change, Delete, Outcome, SessionRecord
from .sockets import Sockets
from .stores import SessionStore
from .stores.recalling import recall_of
from .stores.tombstones import is_tombstone
from .under_way import use_the_wait
from .watching import End, Timed, Watcher, tell

T = TypeVar("T")

_MOST_FINDS = 100
_MOST_CHANGES = 100


class Records:
    """The records of one store under one policy.

    Every method raises StoreUnavailableError.
    """

    def __init__(
        self,
        store: SessionStore,
        policy: SessionPolicy,
        clock: Callable[[], datetime],
        watcher: Watcher | None = None,
    ) -> None:
        self.policy = policy
        self.clock = clock
        self._watcher = watcher or Watcher()
        self.sockets = Sockets(self._watcher)
        self._store = store
        self._recall = recall_of(store)
        timeout_s = policy.store_timeout.total_seconds()
        self.finds = Batcher[str, SessionRecord | None](
            self._find_many,
            store=store.name,
            operation="find",
            timeout_s=timeout_s,
            most=_MOST_FINDS,
            watcher=self._watcher,
        )
        self._changes = self._changes_of(store, timeout_s, use_the_wait)
        # By themselves: a store without room for changes may have some for ends.
        self._ends = self._changes_of(store, timeout_s)

    async def aclose(self) -> None:
        """Wait for the calls under way."""
        await self.finds.aclose()
        await self._changes.aclose()
        await self._ends.aclose()

    async def find(self, handle: str) -> SessionRecord | None:
        """Return the live record of *handle*."""
        record = await self.finds.ask(handle)
        if record is None or record.handle != handle or is_tombstone(record):
            return None
        return None if self.policy.has_expired(record, self.clock()) else record

    async def apply(self, change: Change) -> Outcome:
        """Make *change* durable, together with what others ask at the same time."""
        return await self._changes.ask(change)

    async def of_user(self, user: str) -> list[SessionRecord]:
        """Return the live records of *user*."""
        now = self.clock()
        found = await self.call("of_user", self._store.of_user(user, now=now))
        return [one for one in found if not self.policy.has_expired(one, now)]

    async def end(
        self, handle: str, end: End = End.REVOKED, *, generation: int | None = None
    ) -> bool:
        """Delete a record, close its sockets; tell whether it was there."""
        outcome = await self._ends.ask(Delete(handle, generation))
        if outcome is not Outcome.APPLIED:
            return False
        self._watcher.ended(end, 1)
        self.sockets.close(handle)
        return True

    async def call(self, operation: str, answer: Awaitable[T]) -> T:
        """Await *answer* of the store for at most the policy's ``store_timeout``."""
        try:
            with Timed(self._watcher, operation):
                async with asyncio.timeout(self.policy.store_timeout.total_seconds()):
                    return await answer
        except TimeoutError as exc:
            raise StoreUnavailableError(self._store.name, operation) from exc

    def _changes_of(
        self,
        store: SessionStore,
        timeout_s: float,
        meanwhile: Callable[[Sequence[object]], None] | None = None,
    ) -> Batcher[Change, Outcome]:
        return Batcher[Change, Outcome](
            self._apply_many,
            store=store.name,
            operation="apply",
            timeout_s=timeout_s,
            most=_MOST_CHANGES,
            watcher=self._watcher,
            meanwhile=meanwhile,
        )

    async def _find_many(self, handles: Sequence[str]) -> list[SessionRecord | None]:
        found = await self._store.find(set(handles), now=self.clock())
        return [found.get(handle) for handle in handles]

    async def _apply_many(self, changes: Sequence[Change]) -> list[Outcome]:
        outcomes = await self._store.apply(changes)
        tell(self._watcher, changes, outcomes)
        return outcomes
