"""One session, the requests that meet in it, what they have to leave behind."""

import asyncio
from datetime import timedelta

from tornado_app.sessions import SessionPolicy, Sessions, ids
from tornado_app.sessions.record import Delete, Outcome

from .clock import Clock
from .gates import GatedStore, Gates
from .requests import run_request

LIFETIME = timedelta(hours=1)
GRACE = timedelta(seconds=30)


def make_policy(**fields):
    # The deadline of a call is by the real clock, which is of no interest here.
    fields = {"store_timeout": timedelta(hours=1), "absolute_lifetime": None, **fields}
    return SessionPolicy(idle_timeout=LIFETIME, **fields)


class Race:
    """A store behind gates with one session in it; each actor is a process."""

    def __init__(self, store, policy=None, *, one_process=False, holds_answers=False):
        self.store = store
        self.policy = policy or make_policy()
        self.clock = Clock()
        self.replies = []
        self.gates = Gates()
        self.gated = GatedStore(store, self.gates, holds_answers=holds_answers)
        self._shared = self._new_process() if one_process else None

    @property
    def log(self):
        return self.gated.log

    def process(self):
        return self._shared or self._new_process()

    def _new_process(self):
        return Sessions(self.gated, self.policy, clock=self.clock)

    async def begin(self, *, user=None):
        """Store the session that it is all about."""
        await self.store.delete_all(now=self.clock())

        def work(session):
            session.update({"n": 0, "kept": "yes", "doomed": "yes"})
            session.flash("old")
            if user is not None:
                session.sign_in(user)

        reply = await run_request(self.process(), None, work)
        self.session_id, self.handle = reply.session_id, reply.handle
        self.expires_at = (await self.stored()).expires_at
        self.clock.advance(timedelta(seconds=1))
        self.log.clear()

    def request(self, work):
        """An actor: one request with the session's cookie."""
        sessions = self.process()

        async def run():
            reply = await run_request(sessions, self.session_id, work)
            self.replies.append(reply)
            return reply

        return run

    def hold_the_line(self):
        """Have others' change and end on their way: what comes now waits for them.

        In one process the store then sees all waiting changes in one batch, and all
        waiting ends in another.
        """
        self.gates.are_shut = True
        lifecycle, nobody = self.process().lifecycle, ids.new_handle()
        return asyncio.gather(lifecycle.apply(Delete(nobody)), lifecycle.end(nobody))

    async def stored(self):
        """The session as it is now, or None."""
        found = await self.store.find([self.handle], now=self.clock())
        return found.get(self.handle)

    @property
    def batch_sizes(self):
        """How many changes came in each call."""
        return [
            len(asked[0]) for _, operation, asked, _ in self.log if operation == "apply"
        ]

    def steps(self):
        """Who asked for which single change to the session, and its outcome, in order.

        What ended the session from outside is a `Delete` too.
        """
        steps = []
        for actor, operation, asked, answer in self.log:
            if operation == "apply":
                pairs = zip(asked[0], answer, strict=True)
                steps += [(actor, change, outcome) for change, outcome in pairs]
            elif operation.startswith("delete") and answer:
                steps.append((actor, Delete(self.handle), Outcome.APPLIED))
        return [step for step in steps if handle_of(step[1]) == self.handle]


def handle_of(change):
    return change.record.handle if hasattr(change, "record") else change.handle
