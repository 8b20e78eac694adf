"""How a session is found, committed, reloaded, changed in a transaction."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import NamedTuple, TypeVar
from weakref import WeakValueDictionary

from . import ids
from .draft import Draft
from .errors import SessionGoneError, SessionTooLargeError
from .ids import Presented, Rejection, rejected
from .marks import Cookie, Doomed
from .planning import Plan, make_plan, settle
from .policy import SessionPolicy
from .record import Create, Outcome, SessionRecord, Update
from .records import Records
from .stores import SessionStore
from .tracking import TrackedValues
from .turns import Turn
from .watching import End, Watcher

T = TypeVar("T")

_NO_COOKIE = (
    "a new session or a new id wants a cookie, and none can be sent now:"
    " store, renew or sign in before flush(), and not in a WebSocket"
)


class _Planned(NamedTuple):
    """A plan, good until the draft begins anew or something of it is stored."""

    plan: Plan
    values: TrackedValues
    settled: int

    def is_good(self, draft: Draft) -> bool:
        return self.values is draft.values and self.settled == draft.settled


class Asked(NamedTuple):
    """A change that the store is asked for, with what was true when it was."""

    outcome: "asyncio.Future[Outcome]"
    plan: Plan
    life: int
    session_id: str | None


class _ConflictError(Exception):
    """Another change came between a transaction's load and its commit."""


class Lifecycle(Records):
    """Loads and commits the sessions of one store by one policy."""

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

    async def load(self, presented: Presented) -> Draft:
        """Return the session that the cookie opens, else a new, empty one.

        Raises StoreUnavailableError.
        """
        draft = self.load_at_once(presented)
        if draft is not None:
            return draft
        record = await self._finds.ask(presented.handle)
        return self._opened(record, presented)

    def load_at_once(self, presented: Presented) -> Draft | None:
        """Return the same where nothing has to be waited for; None: `load` it."""
        if presented.session_id is None:
            if presented.rejection is not None:
                self._watcher.cookie_rejected(presented.rejection)
            return Draft(self.policy, self.clock, None, presented)
        record = self._recall(presented.handle)
        return None if record is None else self._opened(record, presented)

    def keep(self, task: asyncio.Task[None]) -> None:
        """Hold *task* until it is done; closing waits for it."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def wants_commit(self, draft: Draft) -> bool:
        """Tell whether the end of the request has something to store or to wait for."""
        if draft.doomed is not None or draft.is_being_stored:
            return True
        if draft.gone:
            return False
        if draft.is_untouched:
            if draft.record is None:
                return self.policy.save_uninitialized and not draft.lives
            return self.policy.use_is_to_be_noted(draft.record, self.clock())
        plan = make_plan(draft, self.clock())
        draft.planned = plan and _Planned(plan, draft.values, draft.settled)
        return plan is not None

    def ask_to_commit(self, draft: Draft) -> Asked | None:
        """Ask the store for what `wants_commit` has just found; None: `commit` it.

        Whoever asks gives the outcome to `conclude`.
        """
        planned, marks = draft.planned, draft.marks
        if planned is None or draft.lock is not None or draft.doomed is not None:
            return None
        if marks.sign_in is not None or draft.cookieless or not planned.is_good(draft):
            return None
        draft.planned = None
        draft.under_way = self._changes.ask(planned.plan.change)
        return Asked(draft.under_way, planned.plan, draft.lives, draft.session_id)

    def conclude(self, draft: Draft, asked: Asked) -> bool:
        """Take in what became of *asked*; False: its handle was taken, `commit` anew.

        Raises as `Session.save` does.
        """
        draft.under_way = None
        outcome = asked.outcome.result()
        if outcome is Outcome.TAKEN:
            return False
        self._take_in(draft, asked.plan, outcome, asked.life, asked.session_id)
        return True

    async def commit(self, draft: Draft) -> None:
        """Make durable what the request changed.

        Raises as `Session.save` does.
        """
        async with Turn(draft):
            planned, draft.planned = draft.planned, None
            if planned is not None and not planned.is_good(draft):
                planned = None
            await self._commit(draft, planned=planned)

    async def save(self, draft: Draft) -> None:
        """Do what `Session.save` promises."""
        async with Turn(draft):
            ends = draft.doomed is not None
            if await self._commit(draft) or ends:
                return
            if draft.record is not None:
                await self._stored(draft, draft.record)
            elif draft.cookieless:
                raise RuntimeError(_NO_COOKIE)

    async def reload(self, draft: Draft) -> None:
        """Do what `Session.reload` promises."""
        async with Turn(draft):
            await self._reload(draft)

    async def transact(self, draft: Draft, change: Callable[[], Awaitable[T]]) -> T:
        """Do what `Session.transaction` promises; *change* acts on the session."""
        async with Turn(draft), self._turn(draft.handle):
            await self._commit(draft)
            while True:
                await self._refresh(draft)
                try:
                    return await self._attempt(draft, change)
                except _ConflictError:
                    draft.fresh = False

    async def _attempt(self, draft: Draft, change: Callable[[], Awaitable[T]]) -> T:
        record, session_id = draft.record, draft.session_id
        try:
            result = await change()
            stored = await self._commit(draft, seen=record)
            if not stored and record is not None and draft.record is record:
                await self._confirm(draft, record)
        except BaseException:
            draft.doomed = None
            draft.show(record, session_id)
            raise
        return result

    async def _commit(
        self,
        draft: Draft,
        *,
        seen: SessionRecord | None = None,
        planned: "_Planned | None" = None,
    ) -> bool:
        """Store what there is to store; tell whether there was anything.

        *seen*: only if the record is still as it was seen, else `_ConflictError`.
        *planned*: what was found just before, so that it need not be looked for again.
        """
        if draft.gone:
            raise SessionGoneError(ids.label_of(draft.id_digest))
        plan = self._plan(draft, seen, planned)
        life = draft.lives
        if draft.doomed is not None:
            ended = await self.end(draft.doomed.record.handle, End.DESTROYED)
            draft.doomed, draft.fate = None, "destroyed"
            # Who ended it first has cleared the cookie; there may be a new one by now.
            draft.cookie = Cookie.CLEAR if ended else Cookie.LEAVE
        if plan is None or draft.lives != life:
            return False
        session_id = draft.session_id
        outcome = await self.apply(plan.change)
        while outcome is Outcome.TAKEN:
            plan = self._with_another_id(draft, plan)
            outcome = await self.apply(plan.change)
        if not self._take_in(draft, plan, outcome, life, session_id):
            return True
        if plan.marks.sign_in is not None:
            if draft.record is not None:
                self.sockets.close(draft.handle, before=draft.record.generation)
            await self._enforce_limit(plan.marks.sign_in.user, draft.handle)
        return True

    def _plan(
        self, draft: Draft, seen: SessionRecord | None, planned: "_Planned | None"
    ) -> Plan | None:
        """What there is to store; raises before anything is done about it."""
        plan = make_plan(draft, self.clock()) if planned is None else planned.plan
        if plan is None:
            return None
        if plan.wants_cookie and draft.cookieless:
            raise RuntimeError(_NO_COOKIE)
        if isinstance(plan.change, Update) and seen is not None:
            return plan._replace(change=plan.change._replace(version=seen.version))
        return plan

    def _with_another_id(self, draft: Draft, plan: Plan) -> Plan:
        """The handle exists, against all odds: nothing is overwritten, we try again."""
        draft.session_id = None
        draft.marks = draft.marks._replace(new_id=None)
        again = make_plan(draft, self.clock())
        if again is None:
            raise RuntimeError("the session became empty while it was being stored")
        return again

    def _take_in(
        self,
        draft: Draft,
        plan: Plan,
        outcome: Outcome,
        life: int,
        session_id: str | None,
    ) -> bool:
        """Note what became of *plan*; False: the session was destroyed meanwhile."""
        if draft.lives != life:
            # Destroyed on its way to the store: what became of it is of no matter.
            if isinstance(plan.change, Create):
                draft.doomed = Doomed(plan.change.record, session_id)
            return False
        if outcome is Outcome.TOO_LARGE:
            raise SessionTooLargeError(self.policy.max_session_bytes)
        if outcome is Outcome.CONFLICT:
            raise _ConflictError
        if outcome is Outcome.GONE:
            draft.gone, draft.fate = True, "ended meanwhile, its changes dropped"
            raise SessionGoneError(ids.label_of(draft.id_digest))
        settle(draft, plan, outcome)
        return True

    async def _refresh(self, draft: Draft) -> None:
        """Show what is stored; commit what the handler changes meanwhile."""
        while draft.record is not None and (draft.is_unsaved or not draft.fresh):
            stored = await self._stored(draft, draft.record)
            if draft.is_unsaved:
                await self._commit(draft)
            else:
                draft.show(stored, draft.session_id)

    async def _confirm(self, draft: Draft, record: SessionRecord) -> None:
        """A transaction that changes nothing, too, is about what is stored now."""
        stored = await self._stored(draft, record)
        if stored.version != record.version:
            self._watcher.conflicted(1)
            raise _ConflictError

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

    def _opened(self, record: SessionRecord | None, presented: Presented) -> Draft:
        why_not = self._why_not(record, presented)
        if why_not is not None:
            self._watcher.cookie_rejected(why_not)
            record, presented = None, rejected(why_not)
        return Draft(self.policy, self.clock, record, presented)

    def _why_not(
        self, record: SessionRecord | None, presented: Presented
    ) -> Rejection | None:
        """Why *record* is not what the cookie opens; None: it is."""
        if record is None or record.handle != presented.handle:
            return Rejection.UNKNOWN
        now = self.clock()
        if not record.opens_with(presented.id_digest, now):
            return Rejection.RENEWED
        if self.policy.has_expired(record, now):
            return Rejection.EXPIRED
        return None
