"""Keeps the sessions of a site that moves from one store to another.

A session is what the new store says of it, else what the old one says. Three rules
make that true at every instant, whatever several processes do at once, whatever
moment one of them dies at:

- Before a record changes, it is brought over: created in the new store, which never
  overwrites, then deleted in the old one, where nothing is ever created or updated.
  So a record that is still in the old store is as new as can be; one that is missing
  there will never be there again.
- A record that ends leaves a tombstone in the new store: whoever read it before, and
  is about to bring it over, finds its handle taken.
- An expired record stays in the new store for longer than anybody takes to bring it
  over, for it may have expired earlier than what is read in the old store says.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import datetime
from types import TracebackType
from typing import Self

from ..errors import StoreOpenError, StoreUnavailableError
from ..record import Change, Create, Delete, Outcome, SessionRecord
from .base import SessionStore
from .hints import Hints, hints_of
from .one_place import are_one_place
from .tombstones import LONG_AGO, MARGIN, burial, is_tombstone

_BATCH = 200
_LONGEST_PROOF_S = 2.0


class MovingStore:
    """A `SessionStore` that reads *old* and *new*, and changes records in *new* only.

    Every process of the site uses it, or none. Records come over as they are used;
    the rest is for ``python -m tornado_app.sessions migrate`` beside the site.

    Opening raises StoreOpenError if both are one place, where each session would be
    deleted as soon as it is brought over. While one of them is down that cannot be
    known; then it is found out, and raised, before the first session is brought over.
    """

    name = "moving"

    def __init__(self, old: SessionStore, new: SessionStore) -> None:
        self.old = old
        self.new = new
        self._stack = AsyncExitStack()
        self._wants_proof = False

    @property
    def sweeps(self) -> bool:
        return self.old.sweeps or self.new.sweeps

    @property
    def hints(self) -> Hints | None:
        # What ends, or is signed in to, has been brought over before.
        return hints_of(self.new)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            for store in (self.old, self.new):
                await stack.enter_async_context(store)
            self._wants_proof = True
            with suppress(StoreUnavailableError, TimeoutError):
                async with asyncio.timeout(_LONGEST_PROOF_S):
                    await self._refuse_one_place()
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._stack.__aexit__(exc_type, exc, traceback)

    async def find(
        self, handles: Collection[str], *, now: datetime
    ) -> dict[str, SessionRecord]:
        found = await self.new.find(handles, now=now)
        if missing := set(handles) - found.keys():
            found |= await self.old.find(missing, now=now)
        if missing := missing - found.keys():
            # Brought over between the two looks.
            found |= await self.new.find(missing, now=now)
        return {each: one for each, one in found.items() if not is_tombstone(one)}

    async def apply(self, changes: Sequence[Change]) -> list[Outcome]:
        await self._bring_over({_handle_of(change) for change in changes})
        outcomes: list[Outcome] = []
        others: list[Change] = []
        for change in changes:
            if isinstance(change, Delete):
                outcomes += await self._apply(others)
                others = []
                outcomes.append(await self._delete(change))
            else:
                others.append(change)
        return outcomes + await self._apply(others)

    async def of_user(self, user: str, *, now: datetime) -> list[SessionRecord]:
        left = await self._only_old(await self.old.of_user(user, now=now))
        # At last, or one that is brought over meanwhile would be missed.
        here = await self.new.of_user(user, now=now)
        return list({record.handle: record for record in (*left, *here)}.values())

    async def delete_user(self, user: str, *, now: datetime, keep: str | None) -> int:
        for batch in _batches(await self.old.of_user(user, now=LONG_AGO)):
            await self._bring_over({one.handle for one in batch} - {keep})
        count = 0
        for batch in _batches(await self.new.of_user(user, now=LONG_AGO)):
            theirs = [record for record in batch if record.handle != keep]
            ended = await self._end(theirs, lambda one: one.user == user)
            count += sum(record.is_live(now) for record in ended)
        return count

    async def delete_all(self, *, now: datetime) -> int:
        async for batch in self.old.walk(batch=_BATCH):
            await self._bring_over({record.handle for record in batch})
        count = 0
        async for batch in self.new.walk(batch=_BATCH):
            ended = await self._end(batch, lambda _: True)
            count += sum(record.is_live(now) for record in ended)
        return count

    async def count(self, *, now: datetime) -> int:
        count = 0
        async for batch in self.walk(batch=_BATCH):
            count += sum(record.is_live(now) for record in batch)
        return count

    async def delete_expired(self, *, now: datetime, limit: int) -> int:
        count = await self.old.delete_expired(now=now, limit=limit)
        if count < limit:
            before = now - MARGIN
            count += await self.new.delete_expired(now=before, limit=limit - count)
        return count

    async def walk(self, *, batch: int) -> AsyncIterator[list[SessionRecord]]:
        seen: set[str] = set()
        async for records in self.old.walk(batch=batch):
            left = await self._only_old(records)
            seen.update(record.handle for record in left)
            yield left
        # After the old store, or one that is brought over meanwhile would be missed.
        async for records in self.new.walk(batch=batch):
            fresh = [record for record in records if record.handle not in seen]
            yield [record for record in fresh if not is_tombstone(record)]

    async def count_left(self, *, now: datetime) -> int:
        """Return how many live records only the old store has."""
        count = 0
        async for records in self.old.walk(batch=_BATCH):
            left = await self._only_old(records)
            count += sum(record.is_live(now) for record in left)
        return count

    async def _only_old(self, records: list[SessionRecord]) -> list[SessionRecord]:
        handles = [record.handle for record in records]
        moved = await self.new.find(handles, now=LONG_AGO) if handles else {}
        left = [record for record in records if record.handle not in moved]
        # The old store may be the new one of an earlier move.
        return [record for record in left if not is_tombstone(record)]

    async def _bring_over(self, handles: Collection[str]) -> None:
        found = await self.old.find(handles, now=LONG_AGO) if handles else {}
        if found:
            await self._refuse_one_place()
            # In this order: nobody may find it in neither store.
            await self.new.apply([Create(record) for record in found.values()])
            await self.old.apply([Delete(handle) for handle in found])

    async def _refuse_one_place(self) -> None:
        if self._wants_proof and await are_one_place(self.old, self.new):
            problem = "OLD and NEW are the same place, by two names"
            raise StoreOpenError("moving:OLD|NEW", problem)
        self._wants_proof = False

    async def _apply(self, changes: Sequence[Change]) -> list[Outcome]:
        return await self.new.apply(changes) if changes else []

    async def _delete(self, change: Delete) -> Outcome:
        def is_meant(record: SessionRecord) -> bool:
            return change.generation in (None, record.generation)

        found = await self.new.find([change.handle], now=LONG_AGO)
        ended = await self._end(found.values(), is_meant)
        return Outcome.APPLIED if ended else Outcome.GONE

    async def _end(
        self,
        records: Iterable[SessionRecord],
        is_meant: Callable[[SessionRecord], bool],
    ) -> list[SessionRecord]:
        """End those of *records* that are meant; return them as they were."""
        ended: list[SessionRecord] = []
        while meant := [r for r in records if is_meant(r) and not is_tombstone(r)]:
            outcomes = await self.new.apply([burial(record) for record in meant])
            answers = list(zip(meant, outcomes, strict=True))
            ended += [one for one, outcome in answers if outcome is Outcome.APPLIED]
            # Somebody signed in meanwhile: is the session still one that is meant?
            missed = [r.handle for r, outcome in answers if outcome is Outcome.GONE]
            found = await self.new.find(missed, now=LONG_AGO) if missed else {}
            records = found.values()
        return ended


def _handle_of(change: Change) -> str:
    return change.record.handle if isinstance(change, Create) else change.handle


def _batches(records: list[SessionRecord]) -> list[list[SessionRecord]]:
    starts = range(0, len(records), _BATCH)
    return [records[start : start + _BATCH] for start in starts]
