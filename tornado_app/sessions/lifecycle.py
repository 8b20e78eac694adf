"""How a session is found, saved, reloaded, changed in a transaction."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from . import ids
from .commits import NO_COOKIE, Commits, ConflictError
from .draft import Draft
from .errors import SessionGoneError
from .ids import Presented, Rejection, rejected
from .record import SessionRecord
from .turns import Turn

T = TypeVar("T")


class Lifecycle(Commits):
    """Loads and commits the sessions of one store by one policy."""

    async def load(self, presented: Presented) -> Draft:
        """Return the session that the cookie opens, else a new, empty one.

        A handler takes the same steps, without a coroutine for them. Raises
        StoreUnavailableError.
        """
        draft = self.load_at_once(presented)
        if draft is None:
            draft = self.open(await self.ask_record(presented), presented)
        return draft

    def load_at_once(self, presented: Presented) -> Draft | None:
        """Return the same where nothing has to be waited for.

        None: `ask_record`, then `open` it.
        """
        if presented.session_id is None:
            if presented.rejection is not None:
                self._watcher.cookie_rejected(presented.rejection)
            return Draft(self.policy, self.clock, None, presented)
        record = self._recall(presented.handle)
        return None if record is None else self.open(record, presented)

    def ask_record(self, presented: Presented) -> asyncio.Future[SessionRecord | None]:
        """Ask for the record of a good cookie; may answer StoreUnavailableError."""
        return self.finds.ask(presented.handle)

    def open(self, record: SessionRecord | None, presented: Presented) -> Draft:
        """Return the session of *record* if the cookie opens that, else a new one."""
        now = self.clock()
        # What opened lately, and is the very same, still does: records never change.
        if record is not presented.opened or now >= presented.quiet_until:
            return self._open_anew(record, presented, now)
        return Draft(self.policy, self.clock, record, presented)

    async def save(self, draft: Draft) -> None:
        """Do what `Session.save` promises."""
        async with Turn(draft):
            ends = draft.doomed is not None
            if await self._commit_surely(draft) or ends:
                return
            if draft.record is not None:
                await self._stored(draft, draft.record)
            elif draft.cookieless:
                raise RuntimeError(NO_COOKIE)

    async def reload(self, draft: Draft) -> None:
        """Do what `Session.reload` promises."""
        async with Turn(draft):
            await self._reload(draft)

    async def transact(self, draft: Draft, change: Callable[[], Awaitable[T]]) -> T:
        """Do what `Session.transaction` promises; *change* acts on the session."""
        async with Turn(draft), self._turn(draft.handle):
            await self._commit_surely(draft)
            while True:
                await self._refresh(draft)
                try:
                    return await self._attempt(draft, change)
                except ConflictError:
                    draft.fresh = False

    async def _attempt(self, draft: Draft, change: Callable[[], Awaitable[T]]) -> T:
        record, session_id, settled = draft.record, draft.session_id, draft.settled
        try:
            result = await change()
            stored = await self._commit_surely(draft, seen=record)
            if not stored and record is not None and draft.record is record:
                await self._confirm(draft, record)
        except BaseException:
            if draft.settled == settled:  # else it was cancelled, and is stored
                draft.doomed = None
                draft.show(record, session_id)
            raise
        return result

    async def _refresh(self, draft: Draft) -> None:
        """Show what is stored; commit what the handler changes meanwhile."""
        while draft.record is not None and (draft.is_unsaved or not draft.fresh):
            stored = await self._stored(draft, draft.record)
            if draft.is_unsaved:
                await self._commit_surely(draft)
            else:
                draft.show(stored, draft.session_id)

    async def _confirm(self, draft: Draft, record: SessionRecord) -> None:
        """A transaction that changes nothing, too, is about what is stored now."""
        stored = await self._stored(draft, record)
        if stored.version != record.version:
            self._watcher.conflicted(1)
            raise ConflictError

    async def _reload(self, draft: Draft) -> None:
        if draft.gone:
            raise SessionGoneError(ids.label_of(draft.id_digest))
        if draft.doomed is not None:
            draft.show(*draft.doomed)
            draft.doomed = None
        stored = draft.record and await self._stored(draft, draft.record)
        draft.show(stored, draft.session_id)

    async def _stored(self, draft: Draft, record: SessionRecord) -> SessionRecord:
        """Return what is stored now; raises SessionGoneError."""
        found = await self.find(record.handle)
        if found is None or found.generation != record.generation:
            draft.gone = True
            raise SessionGoneError(ids.label_of(record.id_digest))
        return found

    def _open_anew(
        self, record: SessionRecord | None, presented: Presented, now: datetime
    ) -> Draft:
        """Look at all that may keep *record* shut; it is remembered if nothing does."""
        presented.forget()
        if record is None or record.handle != presented.handle:
            return self._open_none(Rejection.UNKNOWN)
        if not record.opens_with(presented.id_digest, now):
            return self._open_none(Rejection.RENEWED)
        quiet_until = self.policy.quiet_until(record)
        if now < quiet_until:
            presented.remember(record, quiet_until)
        elif self.policy.has_expired(record, now):
            return self._open_none(Rejection.EXPIRED)
        return Draft(self.policy, self.clock, record, presented)

    def _open_none(self, why_not: Rejection) -> Draft:
        self._watcher.cookie_rejected(why_not)
        return Draft(self.policy, self.clock, None, rejected(why_not))
