"""How what a request made of its session becomes durable."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import NoReturn
from weakref import WeakValueDictionary

from . import ids
from .draft import Draft
from .errors import SessionGoneError, SessionTooLargeError, StoreUnavailableError
from .marks import Cookie, Doomed
from .planning import Plan, make_plan, settle
from .policy import SessionPolicy
from .record import STORED, Create, Outcome, SessionRecord, Update
from .records import Records
from .stores import SessionStore
from .turns import Turn
from .under_way import Asker, UnderWay
from .watching import End, Watcher

_log = logging.getLogger(__name__)

NO_COOKIE = (
    "a new session or a new id wants a cookie, and none can be sent now:"
    " store, renew or sign in before flush(), and not in a WebSocket"
)


class ConflictError(Exception):
    """Another change came between a transaction's load and its commit."""


class Commits(Records):
    """Commits the sessions of one store by one policy."""

    def __init__(
        self,
        store: SessionStore,
        policy: SessionPolicy,
        clock: Callable[[], datetime],
        watcher: Watcher | None = None,
    ) -> None:
        super().__init__(store, policy, clock, watcher)
        self._tasks: set[asyncio.Task[None]] = set()
        # Transactions of one process take turns: a courtesy, the version decides.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def aclose(self) -> None:
        """Wait for the commits and calls under way."""
        if self._tasks:
            await asyncio.wait(self._tasks)
        await super().aclose()

    def keep(self, task: asyncio.Task[None]) -> None:
        """Hold *task* until it is done; closing waits for it."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def wants_commit(self, draft: Draft) -> bool:
        """Tell whether the end of the request has something to store or to wait for."""
        is_untouched = draft.is_untouched
        if not is_untouched and (draft.doomed is not None or draft.is_being_stored):
            return True
        if draft.gone:
            return False
        if is_untouched:
            if draft.record is None:
                return self.policy.save_uninitialized and not draft.lives
            if self.clock() < draft.quiet_until:
                return False
        draft.planned = make_plan(draft)
        return draft.planned is not None

    def ask_to_commit(self, draft: Draft, asker: Asker) -> bool:
        """Ask the store for what `wants_commit` has just found; False: `commit` it.

        The *asker* has to `conclude` what it is given once the store has answered.
        """
        plan: Plan | None = draft.planned
        if plan is None or draft.lock is not None or draft.doomed is not None:
            return False
        if plan.marks.sign_in or draft.cookieless or not plan.is_good(draft):
            return False
        draft.planned = None
        draft.under_way = under_way = UnderWay(draft, plan, asker)
        self._changes.ask_for(under_way, plan.change)
        return True

    def conclude(self, under_way: UnderWay) -> bool:
        """Take in what became of it; False: its handle was taken, `commit` anew.

        Raises as `commit` does.
        """
        draft = under_way.draft
        draft.under_way = None
        try:
            outcome = under_way.result()
        except StoreUnavailableError as exc:
            _excuse(draft, under_way.plan, exc)
            return True
        if outcome is Outcome.TAKEN:
            return False
        self._take_in(draft, under_way.plan, outcome)
        return True

    async def commit(self, draft: Draft) -> None:
        """Make durable what the request changed.

        Raises as `Session.save` does, unless nothing but a due touch failed: who only
        reads has the page, and the next request notes its use.
        """
        async with Turn(draft):
            plan, draft.planned = draft.planned, None
            if plan is None or not plan.is_good(draft):
                plan = make_plan(draft)
            try:
                await self._commit(draft, planned=plan)
            except StoreUnavailableError as exc:
                _excuse(draft, plan, exc)

    async def _commit_surely(
        self, draft: Draft, *, seen: SessionRecord | None = None
    ) -> bool:
        """Do what `_commit` does to its end, whoever stops waiting for it.

        Who is cancelled goes on as such once the store has answered, within its
        timeout: else nobody knew what is stored, and which id opens it.
        """
        task = asyncio.create_task(self._commit(draft, seen=seen))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.wait([task])
            raise

    async def _commit(
        self,
        draft: Draft,
        *,
        seen: SessionRecord | None = None,
        planned: Plan | None = None,
    ) -> bool:
        """Store what there is to store; tell whether there was anything.

        *seen*: only if the record is still as it was seen, else `ConflictError`.
        *planned*: what was found just before, so that it need not be looked for again.
        """
        if draft.gone:
            raise SessionGoneError(ids.label_of(draft.id_digest))
        plan = self._plan(draft, seen, planned)
        if draft.doomed is not None:
            ended = await self.end(draft.doomed.record.handle, End.DESTROYED)
            draft.doomed, draft.fate = None, "destroyed"
            # Who ended it first has cleared the cookie; there may be a new one by now.
            draft.cookie = Cookie.CLEAR if ended else Cookie.LEAVE
        if plan is None or draft.lives != plan.life:
            return False
        try:
            outcome = await self.apply(plan.change)
        except StoreUnavailableError:
            draft.values.doubt(plan.values)
            raise
        while outcome is Outcome.TAKEN:
            plan = self._with_another_id(draft, plan)
            outcome = await self.apply(plan.change)
        if not self._take_in(draft, plan, outcome):
            return True
        if plan.marks.sign_in is not None:
            if draft.record is not None:
                self.sockets.close(draft.handle, before=draft.record.generation)
            await self._enforce_limit(plan.marks.sign_in.user, draft.handle)
        return True

    def _plan(
        self, draft: Draft, seen: SessionRecord | None, planned: Plan | None
    ) -> Plan | None:
        """What there is to store; raises before anything is done about it."""
        plan = make_plan(draft) if planned is None else planned
        if plan is None:
            return None
        if plan.wants_cookie and draft.cookieless:
            raise RuntimeError(NO_COOKIE)
        if isinstance(plan.change, Update) and seen is not None:
            change = plan.change._replace(version=seen.version)
            return replace(plan, change=change)
        return plan

    def _with_another_id(self, draft: Draft, plan: Plan) -> Plan:
        """The handle exists, against all odds: nothing is overwritten, we try again."""
        draft.session_id = None
        draft.marks = draft.marks._replace(new_id=None)
        again = make_plan(draft)
        if again is None:
            raise RuntimeError("the session became empty while it was being stored")
        return again

    def _take_in(self, draft: Draft, plan: Plan, outcome: Outcome) -> bool:
        """Note what became of *plan*; False: the session was destroyed meanwhile."""
        if draft.lives != plan.life:
            # Destroyed on its way to the store: what became of it is of no matter.
            if isinstance(plan.change, Create):
                draft.doomed = Doomed(plan.change.record, plan.session_id)
            return False
        if outcome not in STORED:
            self._refuse(draft, outcome)
        settle(draft, plan, outcome)
        return True

    def _refuse(self, draft: Draft, outcome: Outcome) -> NoReturn:
        """Raise what a change that is not stored means."""
        if outcome is Outcome.TOO_LARGE:
            raise SessionTooLargeError(self.policy.max_session_bytes)
        if outcome is Outcome.CONFLICT:
            raise ConflictError
        draft.gone, draft.fate = True, "ended meanwhile, its changes dropped"
        raise SessionGoneError(ids.label_of(draft.id_digest))

    async def _enforce_limit(self, user: str, handle: str) -> None:
        """End the least recently used sessions of *user* that are over the limit."""
        most = self.policy.max_sessions_per_user
        if most is None:
            return
        async with self._turn(f"user {user}"):
            records = await self.of_user(user)
            # The same order in every process, or two of them would end too many.
            records.sort(key=lambda one: (one.last_seen_at, one.handle == handle))
            for record in records[:-most]:
                await self.end(record.handle, End.LIMIT, generation=record.generation)

    def _turn(self, name: str) -> asyncio.Lock:
        return self._turns.setdefault(name, asyncio.Lock())


def _excuse(draft: Draft, plan: Plan | None, error: StoreUnavailableError) -> None:
    """Let a touch be that nobody asked for; raises *error* for anything else."""
    if plan is None or not plan.only_notes_use:
        raise error
    label = ids.label_of(draft.id_digest)
    _log.warning("the use of session %s is not noted: %s", label, error)
    draft.fate = "its use not noted"
